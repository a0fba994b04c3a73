//! A linear-chain conditional random field: the most likely row of labels for a row of things with features.
//!
//! John Lafferty, Andrew `McCallum` and Fernando Pereira, "Conditional Random Fields" (2001). Weights are learned in [`super::learn`].

use super::{
    rows::{Row, best_rows, marginals},
    table::Table,
};

/// The features of one place, each by its number (see [`feature`]).
pub(crate) type Features = Vec<u32>;

/// What is learned.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The labels: `B-title`, `I-title`, `O`.
    pub labels: Vec<String>,
    /// The weight of each label behind each other one, by `before * labels + after`; the row behind the last is the start.
    pub steps: Vec<f32>,
    /// The labels and their weights, for each feature that says something.
    pub table: Table,
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
    pub(crate) fn fits(&self, row: &[Features]) -> Vec<f32> {
        let count = self.labels.len();
        let mut fits = vec![0.0; row.len() * count];
        if count > 0 {
            for (features, own) in row.iter().zip(fits.chunks_exact_mut(count)) {
                for (label, weight) in features.iter().flat_map(|feature| self.table.weights(*feature)) {
                    own[label] += weight;
                }
            }
        }
        fits
    }

    /// Keeps labels to what spans must: before the places that are `closed`, every span ends.
    fn close(&self, fits: &mut [f32], closed: &[bool]) {
        let count = self.labels.len();
        for (place, _) in closed.iter().enumerate().filter(|(_, closed)| **closed) {
            for (label, name) in self.labels.iter().enumerate() {
                if name.starts_with("I-") {
                    fits[place * count + label] = NEVER;
                }
            }
        }
    }

    /// The most likely rows of labels for what [`Field::fits`] says, the best first, each with the logarithm of how likely
    /// it is, less what all rows of these places have in common.
    ///
    /// `closed` are places before which every span ends.
    pub(crate) fn rows(&self, mut fits: Vec<f32>, closed: &[bool], many: usize) -> Vec<Row> {
        if fits.is_empty() {
            return Vec::new();
        }
        self.close(&mut fits, closed);
        best_rows(&fits, &self.steps, self.labels.len(), many)
    }

    /// The most likely rows of labels, the best first, and how likely each of their labels is by itself (0 to 1).
    ///
    /// `closed` are places before which every span ends.
    pub(crate) fn label(&self, row: &[Features], closed: &[bool], many: usize) -> Vec<Labelled> {
        if row.is_empty() || self.labels.is_empty() {
            return Vec::new();
        }
        let mut fits = self.fits(row);
        self.close(&mut fits, closed);
        let count = self.labels.len();
        let sure = marginals(&fits, &self.steps, count).0;
        let told = |Row { labels, score }: Row| Labelled {
            labels: labels.iter().enumerate().map(|(at, label)| (*label, sure[at * count + label])).collect(),
            score,
        };
        best_rows(&fits, &self.steps, count, many).into_iter().map(told).collect()
    }
}

/// A row of labels.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    /// Each label, and how likely it is by itself.
    pub(crate) labels: Vec<(usize, f32)>,
    /// The logarithm of how likely the row is, less what all rows of these places have in common.
    pub(crate) score: f32,
}

/// Which label may follow which: a span goes on only behind itself.
pub(crate) fn may_follow(before: Option<&str>, after: &str) -> bool {
    match after.strip_prefix("I-") {
        None => true,
        Some(kind) => before.is_some_and(|before| before != "O" && &before[2..] == kind),
    }
}
