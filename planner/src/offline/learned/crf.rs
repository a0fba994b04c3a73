//! A linear-chain conditional random field: the most likely row of labels for a row of things with features.
//!
//! John Lafferty, Andrew `McCallum` and Fernando Pereira, "Conditional Random Fields" (2001). Weights are learned in [`super::learn`].

use std::collections::HashMap;

/// The features of one place, each by its number (see [`feature`]).
pub(crate) type Features = Vec<u32>;

/// What is learned.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The labels: `B-title`, `I-title`, `O`.
    pub labels: Vec<String>,
    /// The weight of each label behind each other one, by `before * labels + after`; the row behind the last is the start.
    pub steps: Vec<f32>,
    /// Where the weights of a feature are in `weights`.
    pub places: HashMap<u32, (u32, u32)>,
    /// The label and its weight, for each feature that says something.
    pub weights: Vec<(u16, f32)>,
}

/// The number of a feature: a hash of its words that is the same on every machine (FNV-1a).
pub(crate) fn feature(parts: &[&str]) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0x1f]) {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0100_0000_01b3);
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "both halves are folded into one")]
    let folded = (hash ^ (hash >> 32)) as u32;
    folded
}

/// What cannot be.
pub(crate) const NEVER: f32 = -1e9;

impl Field {
    /// How well each label fits each place, by `place * labels + label`.
    fn fits(&self, row: &[Features]) -> Vec<f32> {
        let count = self.labels.len();
        let mut fits = vec![0.0; row.len() * count];
        for (place, features) in row.iter().enumerate() {
            let own = &mut fits[place * count..(place + 1) * count];
            for feature in features {
                let Some((from, to)) = self.places.get(feature) else { continue };
                for (label, weight) in &self.weights[*from as usize..*to as usize] {
                    own[usize::from(*label)] += weight;
                }
            }
        }
        fits
    }

    /// The most likely labels, and how likely each is by itself (0 to 1).
    ///
    /// `closed` are places before which every span ends.
    pub(crate) fn label(&self, row: &[Features], closed: &[bool]) -> Vec<(usize, f32)> {
        if row.is_empty() || self.labels.is_empty() {
            return Vec::new();
        }
        let mut fits = self.fits(row);
        let count = self.labels.len();
        for (place, _) in closed.iter().enumerate().filter(|(_, closed)| **closed) {
            for (label, name) in self.labels.iter().enumerate() {
                if name.starts_with("I-") {
                    fits[place * count + label] = NEVER;
                }
            }
        }
        let best = best_row(&fits, &self.steps, count);
        let sure = marginals(&fits, &self.steps, count).0;
        best.iter().enumerate().map(|(place, label)| (*label, sure[place * count + *label])).collect()
    }
}

/// Which label may follow which: a span goes on only behind itself.
pub(crate) fn may_follow(before: Option<&str>, after: &str) -> bool {
    match after.strip_prefix("I-") {
        None => true,
        Some(kind) => before.is_some_and(|before| before != "O" && &before[2..] == kind),
    }
}

/// The most likely row (Viterbi 1967).
pub(crate) fn best_row(fits: &[f32], steps: &[f32], count: usize) -> Vec<usize> {
    let length = fits.len() / count;
    let mut from = vec![0_usize; length * count];
    let mut score: Vec<f32> = (0..count).map(|label| fits[label] + steps[count * count + label]).collect();
    for place in 1..length {
        let mut next = vec![f32::MIN; count];
        for before in 0..count {
            let row = &steps[before * count..(before + 1) * count];
            for after in 0..count {
                let reached = score[before] + row[after];
                if reached > next[after] {
                    next[after] = reached;
                    from[place * count + after] = before;
                }
            }
        }
        for (label, score) in next.iter_mut().enumerate() {
            *score += fits[place * count + label];
        }
        score = next;
    }
    let mut at = (0..count).max_by(|a, b| score[*a].total_cmp(&score[*b])).unwrap_or(0);
    let mut row = vec![at; length];
    for place in (1..length).rev() {
        at = from[place * count + at];
        row[place - 1] = at;
    }
    row
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
        let mut sum = 0.0;
        for after in 0..count {
            let reached = if place == 0 {
                step[count * count + after]
            } else {
                (0..count).map(|before| forward[(place - 1) * count + before] * step[before * count + after]).sum()
            };
            let value = reached * own[place * count + after];
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
