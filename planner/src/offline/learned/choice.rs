//! Learning which of several readings to answer: a conditional logit (`McFadden`, "Conditional logit analysis of qualitative
//! choice behavior", 1974). The weights are such that the readings that passed are as likely as possible to be chosen
//! among all of their request.

use crate::offline::choose::{COUNT, Looks, best, worth};

/// A request, read in several ways.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What there is to be said of each, and whether it passed.
    pub ways: Vec<(Looks, bool)>,
    /// For each the place of the first that leads to the same.
    pub same_as: Vec<usize>,
    /// How much it counts beside others.
    pub counts: f32,
}

/// How often all choices are looked at.
const ROUNDS: usize = 1_500;

/// How strongly weights are drawn to nothing.
const DECAY: f32 = 0.001;

/// Learns weights. Choices of which all passed, or none, say nothing.
pub fn learn(choices: &[Choice]) -> Vec<f32> {
    let telling: Vec<&Choice> = choices.iter().filter(|choice| says_something(choice)).collect();
    let mut weights = vec![0.0_f32; COUNT];
    let mut squares = vec![1e-6_f32; COUNT];
    let all: f32 = telling.iter().map(|choice| choice.counts).sum();
    for _ in 0..ROUNDS {
        let mut slope: Vec<f32> = weights.iter().map(|weight| -DECAY * weight).collect();
        for choice in &telling {
            let share = choice.counts / all;
            let chosen = likely(choice, &weights, |_| true);
            let right = likely(choice, &weights, |passed| passed);
            for ((looks, _), (expected, wanted)) in choice.ways.iter().zip(chosen.iter().zip(&right)) {
                for (slope, look) in slope.iter_mut().zip(looks) {
                    *slope += share * (wanted - expected) * look;
                }
            }
        }
        for ((weight, square), slope) in weights.iter_mut().zip(&mut squares).zip(&slope) {
            *square += slope * slope;
            *weight += 0.2 * slope / square.sqrt();
        }
    }
    weights
}

fn says_something(choice: &Choice) -> bool {
    choice.ways.iter().any(|(_, passed)| *passed) && choice.ways.iter().any(|(_, passed)| !passed)
}

/// How likely each way is to be chosen among those that count.
fn likely(choice: &Choice, weights: &[f32], counts: impl Fn(bool) -> bool) -> Vec<f32> {
    let worths: Vec<f32> = choice
        .ways
        .iter()
        .map(|(looks, passed)| if counts(*passed) { worth(looks, weights) } else { f32::NEG_INFINITY })
        .collect();
    let most = worths.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let shares: Vec<f32> = worths.iter().map(|worth| (worth - most).exp()).collect();
    let sum: f32 = shares.iter().sum();
    shares.into_iter().map(|share| share / sum).collect()
}

/// Whether the way that weights choose passed.
pub fn passes(choice: &Choice, weights: &[f32]) -> bool {
    let worths = choice.ways.iter().map(|(looks, _)| worth(looks, weights));
    let ways: Vec<(usize, f32)> = choice.same_as.iter().copied().zip(worths).collect();
    best(&ways).and_then(|at| choice.ways.get(at)).is_some_and(|(_, passed)| *passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A way of which one thing is to be said.
    fn way(place: usize, look: f32, passed: bool) -> (Looks, bool) {
        let mut looks = vec![0.0; COUNT];
        looks[place] = look;
        (looks, passed)
    }

    #[test]
    fn what_speaks_for_readings_that_passed_gets_weight() {
        let choices: Vec<Choice> = (0..20)
            .map(|_| Choice {
                ways: vec![way(3, 1.0, true), way(4, 1.0, false), way(5, 1.0, false)],
                same_as: vec![0, 1, 2],
                counts: 1.0,
            })
            .collect();
        let weights = learn(&choices);
        assert!(weights[3] > 0.5 && weights[4] < 0.0);
        assert!(passes(&choices[0], &weights));
    }

    #[test]
    fn where_all_passed_or_none_nothing_is_learned() {
        let choices = [
            Choice { ways: vec![way(3, 1.0, true), way(4, 1.0, true)], same_as: vec![0, 1, 2], counts: 1.0 },
            Choice { ways: vec![way(3, 1.0, false), way(4, 1.0, false)], same_as: vec![0, 1, 2], counts: 1.0 },
        ];
        assert!(learn(&choices).iter().all(|weight| *weight == 0.0));
    }
}
