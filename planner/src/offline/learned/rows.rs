//! Rows of labels: the most likely ones, and how likely each label is by itself.

use super::crf::NEVER;

/// One row of labels and its score: the logarithm of its likelihood, less what all rows have in common.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) labels: Vec<usize>,
    pub(crate) score: f32,
}

/// The end of a row, from some place on.
#[derive(Clone, Copy)]
struct Ending {
    /// The score of the best whole row that ends so.
    score: f32,
    /// What the steps and places behind its first one add to that.
    behind: f32,
    place: usize,
    label: usize,
    /// The same ending without its first place, by its number among those that were gone back from.
    rest: Option<usize>,
}

/// The most likely rows, the best first, at most `many` of them: the best way to each label from the front (Viterbi, 1967),
/// then the best endings one after the other from the back, each of which knows by that the score of the best row that
/// ends so (Soong and Huang, "A Tree-Trellis Based Fast Search for Finding the N Best Sentence Hypotheses", 1991).
///
/// `fits` says how well each label fits each place, by `place * count + label`; `steps` how well each follows each,
/// by `before * count + after`, the row behind the last being the start.
pub(crate) fn best_rows(fits: &[f32], steps: &[f32], count: usize, many: usize) -> Vec<Row> {
    let reached = best_ways(fits, steps, count);
    let Some(last) = (fits.len() / count).checked_sub(1) else { return Vec::new() };
    // as many as are still wanted, the best first: each stands for at least one row of its own, so no other is needed
    let mut open: Vec<Ending> = Vec::with_capacity(many + 1);
    for label in 0..count {
        let score = reached[last * count + label];
        keep(&mut open, many, Ending { score, behind: 0.0, place: last, label, rest: None });
    }
    let mut gone_back: Vec<Ending> = Vec::new();
    let mut rows = Vec::new();
    while rows.len() < many && !open.is_empty() {
        let ending = open.remove(0);
        let Some(place) = ending.place.checked_sub(1) else {
            rows.push(Row { labels: labels(ending, &gone_back), score: ending.score });
            continue;
        };
        gone_back.push(ending);
        let rest = Some(gone_back.len() - 1);
        let behind = ending.behind + fits[ending.place * count + ending.label];
        for label in 0..count {
            let behind = behind + steps[label * count + ending.label];
            let score = reached[place * count + label] + behind;
            keep(&mut open, many - rows.len(), Ending { score, behind, place, label, rest });
        }
    }
    rows
}

/// The score of the best way to each label at each place, by `place * count + label`.
fn best_ways(fits: &[f32], steps: &[f32], count: usize) -> Vec<f32> {
    let mut reached = vec![NEVER; fits.len()];
    let mut before: &[f32] = &[];
    for (here, fit) in reached.chunks_exact_mut(count).zip(fits.chunks_exact(count)) {
        if before.is_empty() {
            here.copy_from_slice(&steps[count * count..]);
        }
        for (score, steps) in before.iter().zip(steps.chunks_exact(count)) {
            for (here, step) in here.iter_mut().zip(steps) {
                // not `max`, which would have to mind what is no number
                let score = score + step;
                *here = if *here < score { score } else { *here };
            }
        }
        for (here, fit) in here.iter_mut().zip(fit) {
            *here = (*here + fit).max(NEVER);
        }
        before = here;
    }
    reached
}

/// Keeps an ending where it belongs among the best so many, unless it cannot be.
fn keep(open: &mut Vec<Ending>, many: usize, ending: Ending) {
    let is_among = open.len() < many || open.last().is_some_and(|last| last.score < ending.score);
    if is_among && ending.score > NEVER / 2.0 {
        let at = open.partition_point(|other| other.score >= ending.score);
        open.insert(at, ending);
        open.truncate(many);
    }
}

/// The labels of a row, from its first place on.
fn labels(first: Ending, gone_back: &[Ending]) -> Vec<usize> {
    let next = |ending: &Ending| ending.rest.map(|rest| gone_back[rest]);
    std::iter::successors(Some(first), next).map(|ending| ending.label).collect()
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
