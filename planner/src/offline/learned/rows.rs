//! Rows of labels: the most likely ones, and how likely each label is by itself.

use super::crf::NEVER;

/// One row of labels and its score: the logarithm of its likelihood, less what all rows have in common.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) labels: Vec<usize>,
    pub(crate) score: f32,
}

/// A way to reach a label: its score, the label before, and which of the ways to that one.
#[derive(Clone, Copy)]
struct Way {
    score: f32,
    before: usize,
    rank: usize,
}

/// The most likely rows, the best first, at most `many` of them: Viterbi (1967) with a list of ways to each label
/// instead of one (Seshadri and Sundberg, "List Viterbi Decoding Algorithms", 1994).
///
/// `fits` says how well each label fits each place, by `place * count + label`; `steps` how well each follows each,
/// by `before * count + after`, the row behind the last being the start.
pub(crate) fn best_rows(fits: &[f32], steps: &[f32], count: usize, many: usize) -> Vec<Row> {
    let length = fits.len() / count;
    let start = |label: usize| Way { score: fits[label] + steps[count * count + label], before: 0, rank: 0 };
    let mut ways: Vec<Vec<Vec<Way>>> = vec![(0..count).map(|label| vec![start(label)]).collect()];
    let into = |label: usize| (0..count).map(|before| steps[before * count + label]).fold(NEVER, f32::max);
    let most: Vec<f32> = (0..count).map(into).collect();
    for place in 1..length {
        let reached = ways.last().map(Vec::as_slice).unwrap_or_default();
        let best = |label: &usize| reached[*label].first().map(|way| way.score);
        let mut promising: Vec<usize> = (0..reached.len()).filter(|label| best(label).is_some()).collect();
        promising.sort_by(|a, b| best(b).unwrap_or(NEVER).total_cmp(&best(a).unwrap_or(NEVER)));
        let from = Reached { ways: reached, promising, most: &most };
        let fits = &fits[place * count..(place + 1) * count];
        let worth = worth_following(&from, steps, fits);
        let way = |label: usize| if worth[label] { ways_to(label, &from, steps, many, fits) } else { Vec::new() };
        let next = (0..count).map(way).collect();
        ways.push(next);
    }
    let mut ends: Vec<(usize, usize, f32)> = Vec::new();
    for (label, own) in ways.last().into_iter().flatten().enumerate() {
        ends.extend(own.iter().enumerate().map(|(rank, way)| (label, rank, way.score)));
    }
    ends.sort_by(|a, b| b.2.total_cmp(&a.2));
    ends.truncate(many);
    ends.retain(|(_, _, score)| *score > NEVER / 2.0);
    ends.into_iter().map(|(label, rank, score)| Row { labels: back(&ways, label, rank), score }).collect()
}

/// How far behind the best way to a place those are that are not followed further. Rows that go on from there are some
/// `exp(30)` times less likely.
const FAR_BEHIND: f32 = 30.0;

/// Which labels of a place are worth following: not those that can only be reached far worse than others (a beam: Lowerre,
/// "The Harpy Speech Recognition System", 1976).
fn worth_following(reached: &Reached<'_>, steps: &[f32], fits: &[f32]) -> Vec<bool> {
    let count = fits.len();
    let best = |label: usize| {
        let ways = reached.promising.iter().filter_map(|before| Some((before, reached.ways[*before].first()?)));
        let score = ways.map(|(before, way)| way.score + steps[before * count + label]).fold(NEVER, f32::max);
        score + fits[label]
    };
    let best: Vec<f32> = (0..count).map(best).collect();
    let least = best.iter().copied().fold(NEVER, f32::max) - FAR_BEHIND;
    best.into_iter().map(|score| score >= least).collect()
}

/// The ways to the labels of a place.
struct Reached<'a> {
    ways: &'a [Vec<Way>],
    /// The labels that can be reached, the one with the best way first.
    promising: Vec<usize>,
    /// What a step to each label adds at most.
    most: &'a [f32],
}

/// The best ways to a label.
fn ways_to(label: usize, reached: &Reached<'_>, steps: &[f32], many: usize, fits: &[f32]) -> Vec<Way> {
    let (count, fit) = (fits.len(), fits[label]);
    let mut own: Vec<Way> = Vec::with_capacity(many + 1);
    for before in reached.promising.iter().copied() {
        let others = &reached.ways[before];
        let enough = |score: f32| own.len() == many && own.last().is_some_and(|last| last.score >= score);
        // those behind it are worse, whatever their step
        if others.first().is_some_and(|way| enough(way.score + reached.most[label] + fit)) {
            break;
        }
        let step = steps[before * count + label];
        if step <= NEVER / 2.0 {
            continue;
        }
        for (rank, way) in others.iter().enumerate() {
            let score = way.score + step + fit;
            if own.len() == many && own.last().is_some_and(|last| last.score >= score) {
                // those behind it are worse
                break;
            }
            let at = own.partition_point(|other| other.score >= score);
            own.insert(at, Way { score, before, rank });
            own.truncate(many);
        }
    }
    own
}

/// The labels on the way that ends at a label.
fn back(ways: &[Vec<Vec<Way>>], label: usize, rank: usize) -> Vec<usize> {
    let mut labels = vec![label; ways.len()];
    let (mut label, mut rank) = (label, rank);
    for place in (1..ways.len()).rev() {
        let Way { before, rank: behind, .. } = ways[place][label][rank];
        (label, rank) = (before, behind);
        labels[place - 1] = label;
    }
    labels
}

/// How likely each label is at each place, how likely each step between two places, and the logarithm of the sum of all rows.
pub(crate) fn marginals(fits: &[f32], steps: &[f32], count: usize) -> (Vec<f32>, Vec<f32>, f32) {
    let length = fits.len() / count;
    // scaled forward and backward sums over exp(score)
    let step: Vec<f32> = steps.iter().map(|step| step.max(-80.0).exp() * f32::from(*step > NEVER / 2.0)).collect();
    let mut forward = vec![0.0_f32; length * count];
    let mut own = vec![0.0_f32; length * count];
    let mut total = 0.0_f32;
    for place in 0..length {
        let fit = &fits[place * count..(place + 1) * count];
        let highest = fit.iter().copied().fold(f32::MIN, f32::max);
        for label in 0..count {
            own[place * count + label] = (fit[label] - highest).max(-80.0).exp() * f32::from(fit[label] > NEVER / 2.0);
        }
        total += highest;
        let mut reached = step[count * count..].to_vec();
        if place > 0 {
            reached.fill(0.0);
            let before = &forward[(place - 1) * count..place * count];
            for (before, row) in before.iter().zip(step.chunks_exact(count)) {
                for (reached, step) in reached.iter_mut().zip(row) {
                    *reached += before * step;
                }
            }
        }
        let mut sum = 0.0;
        for after in 0..count {
            let value = reached[after] * own[place * count + after];
            forward[place * count + after] = value;
            sum += value;
        }
        let sum = sum.max(f32::MIN_POSITIVE);
        for value in &mut forward[place * count..(place + 1) * count] {
            *value /= sum;
        }
        total += sum.ln();
    }
    let mut backward = vec![1.0_f32; count];
    let mut likely = vec![0.0_f32; length * count];
    let mut between = vec![0.0_f32; count * count + count];
    for place in (0..length).rev() {
        let here = &forward[place * count..(place + 1) * count];
        let sum: f32 = here.iter().zip(&backward).map(|(a, b)| a * b).sum::<f32>().max(f32::MIN_POSITIVE);
        for label in 0..count {
            likely[place * count + label] = here[label] * backward[label] / sum;
        }
        if place == 0 {
            for label in 0..count {
                between[count * count + label] += likely[label];
            }
            break;
        }
        let reach: Vec<f32> = (0..count).map(|after| own[place * count + after] * backward[after]).collect();
        let before_row = &forward[(place - 1) * count..place * count];
        let mut next = vec![0.0_f32; count];
        let mut all = 0.0_f32;
        for before in 0..count {
            let row = &step[before * count..(before + 1) * count];
            next[before] = row.iter().zip(&reach).map(|(a, b)| a * b).sum();
            all += before_row[before] * next[before];
        }
        let all = all.max(f32::MIN_POSITIVE);
        for before in 0..count {
            if before_row[before] > 1e-7 {
                let row = &step[before * count..(before + 1) * count];
                let part = before_row[before] / all;
                for after in 0..count {
                    between[before * count + after] += part * row[after] * reach[after];
                }
            }
        }
        let largest = next.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        backward = next.into_iter().map(|value| value / largest).collect();
    }
    (likely, between, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All rows of three labels over some places, the best first.
    fn all(fits: &[f32], steps: &[f32]) -> Vec<Row> {
        let places = u32::try_from(fits.len() / 3).unwrap();
        let mut rows: Vec<Row> = (0..3_usize.pow(places))
            .map(|number| {
                let labels: Vec<usize> = (0..places).map(|place| number / 3_usize.pow(place) % 3).collect();
                let fit: f32 = labels.iter().enumerate().map(|(place, label)| fits[place * 3 + label]).sum();
                let step: f32 = labels.windows(2).map(|pair| steps[pair[0] * 3 + pair[1]]).sum();
                Row { score: fit + step + steps[9 + labels[0]], labels }
            })
            .collect();
        rows.sort_by(|a, b| b.score.total_cmp(&a.score));
        rows
    }

    proptest::proptest! {
        #[test]
        fn the_rows_are_the_best_of_all(
            fits in proptest::collection::vec(-3.0_f32..3.0, 12),
            steps in proptest::collection::vec(-3.0_f32..3.0, 12),
        ) {
            let found = best_rows(&fits, &steps, 3, 5);
            for (found, right) in found.iter().zip(all(&fits, &steps)) {
                assert!((found.score - right.score).abs() < 1e-3, "{found:?} is not {right:?}");
            }
            assert_eq!(found.len(), 5);
        }
    }
}
