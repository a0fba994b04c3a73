//! The mean of two models: of what a training learned, and of what those before it did.
//!
//! Each training ends somewhere else, by the luck of its order and of the lines that were there; what several of them agree
//! on is kept, and the rest is halved (Wortsman and others, "Model soups: averaging weights of multiple fine-tuned models
//! improves accuracy without increasing inference time", 2022).

use super::{crf::Field, learn::weight_of_rank, model::Model, table::Table};

impl Model {
    /// The mean of both, with at most `most` weights for each of its two parts, the heaviest; nothing when they have not the
    /// same labels.
    pub fn mean(&self, other: &Self, most: usize) -> Option<Self> {
        let intents = mean(&self.intents, &other.intents, most)?;
        let roles = mean(&self.roles, &other.roles, most)?;
        Some(Self { intents, roles })
    }
}

fn mean(one: &Field, other: &Field, most: usize) -> Option<Field> {
    if one.labels != other.labels {
        return None;
    }
    let steps = one.steps.iter().zip(&other.steps).map(|(one, other)| f32::midpoint(*one, *other)).collect();
    let mut known: Vec<u32> = one.table.features().chain(other.table.features()).collect();
    known.sort_unstable();
    known.dedup();
    let weights = |feature: u32| {
        let mut sums = vec![0.0; one.labels.len()];
        for (label, weight) in one.table.weights(feature).chain(other.table.weights(feature)) {
            sums[label] += weight / 2.0;
        }
        sums
    };
    let all: Vec<f32> = known.iter().flat_map(|feature| weights(*feature)).filter(|weight| *weight != 0.0).collect();
    let least = weight_of_rank(&all, most);
    let said = |feature: u32| -> Vec<(u8, f32)> {
        let own = (0_u8..).zip(weights(feature));
        own.filter(|(_, weight)| weight.abs() > least).collect()
    };
    let features = known.into_iter().map(|feature| (feature, said(feature)));
    let features: Vec<_> = features.filter(|(_, pairs)| !pairs.is_empty()).collect();
    Some(Field { labels: one.labels.clone(), steps, table: Table::of(&features) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(labels: &[&str], steps: f32, features: &[(u32, Vec<(u8, f32)>)]) -> Field {
        let labels: Vec<String> = labels.iter().map(ToString::to_string).collect();
        let count = labels.len();
        Field { labels, steps: vec![steps; count * count + count], table: Table::of(features) }
    }

    #[test]
    fn weights_of_both_are_halved_and_added_and_the_lightest_go() {
        let one = field(&["O", "B-a"], 1.0, &[(3, vec![(0, 1.0), (1, -0.8)]), (9, vec![(1, 0.4)])]);
        let other = field(&["O", "B-a"], 2.0, &[(3, vec![(0, 0.5)]), (7, vec![(1, 0.06)])]);
        let both = mean(&one, &other, 3).unwrap();
        assert_eq!(both.steps, [1.5; 6]);
        let of = |feature: u32| -> Vec<(usize, f32)> {
            both.table.weights(feature).map(|(label, weight)| (label, (weight * 50.0).round() / 50.0)).collect()
        };
        assert_eq!((of(3), of(9), of(7)), (vec![(0, 0.76), (1, -0.4)], vec![(1, 0.2)], vec![]));
    }

    #[test]
    fn models_of_other_labels_have_no_mean() {
        let one = field(&["O", "B-a"], 1.0, &[(3, vec![(0, 1.0)])]);
        assert!(mean(&one, &field(&["O", "B-b"], 1.0, &[(3, vec![(0, 1.0)])]), 9).is_none());
    }
}
