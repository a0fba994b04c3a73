//! Learning the weights of a [`Field`]: stochastic gradient ascent of the likelihood, one example at a time, each weight
//! with its own step length (Duchi, Hazan and Singer, "Adaptive Subgradient Methods", 2011). The same examples in the same
//! order give the same weights.

use std::collections::HashMap;

use super::{
    crf::{Features, Field, NEVER, may_follow},
    rows::marginals,
    table::Table,
};

/// One example: the features of each place and the label that is right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Example {
    pub(crate) row: Vec<Features>,
    pub(crate) labels: Vec<usize>,
}

/// How long and how carefully to learn.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often each example is seen.
    pub rounds: usize,
    /// In how many examples a feature must be to be learned.
    pub at_least: u32,
    /// How many weights are kept, the heaviest.
    pub most: usize,
    /// How strongly weights are drawn to nothing.
    pub decay: f32,
    /// How many features in a hundred are left out each time, so that none is relied on alone (dropout).
    pub left_out: usize,
}

/// Numbers that look random and are always the same (xorshift).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `most`.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % most.max(1)
    }

    /// Whether it happens, so many times in a hundred.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}

/// How many rounds are left when only the heaviest weights go on.
const LAST_ROUNDS: usize = 4;

/// What says so little that it is forgotten.
const LEAST: f32 = 0.01;

/// The weight that so many are heavier than.
fn weight_of_rank(weights: &[f32], rank: usize) -> f32 {
    let mut heaviest: Vec<f32> = weights.iter().map(|weight| weight.abs()).filter(|weight| *weight > LEAST).collect();
    heaviest.sort_unstable_by(|a, b| b.total_cmp(a));
    heaviest.get(rank).copied().unwrap_or(LEAST)
}

/// Learns from examples.
pub(crate) fn learn(labels: Vec<String>, examples: &[Example], effort: Effort) -> Field {
    let count = labels.len();
    let mut seen: HashMap<u32, u32> = HashMap::new();
    for example in examples {
        for feature in example.row.iter().flatten() {
            *seen.entry(*feature).or_default() += 1;
        }
    }
    let mut kept: Vec<u32> =
        seen.into_iter().filter(|(_, times)| *times >= effort.at_least).map(|(id, _)| id).collect();
    kept.sort_unstable();
    let place: HashMap<u32, u32> = kept.iter().zip(0..).map(|(id, at)| (*id, at)).collect();
    let rows: Vec<Vec<Vec<u32>>> = examples
        .iter()
        .map(|example| {
            let known = |features: &Features| features.iter().filter_map(|id| place.get(id).copied()).collect();
            example.row.iter().map(known).collect()
        })
        .collect();
    let mut weights = vec![0.0_f32; kept.len() * count];
    let mut squares = vec![0.0_f32; kept.len() * count];
    let mut steps = vec![0.0_f32; count * count + count];
    let mut step_squares = vec![0.0_f32; count * count + count];
    for before in 0..=count {
        for after in 0..count {
            let named = (before < count).then(|| labels[before].as_str());
            if !may_follow(named, &labels[after]) {
                steps[before * count + after] = NEVER;
            }
        }
    }
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut dice = Dice::new(7);
    for round in 0..effort.rounds {
        // only the heaviest weights go on to learn, so that those that are kept make up for those that are not
        if round + LAST_ROUNDS == effort.rounds {
            let least = weight_of_rank(&weights, effort.most);
            for (weight, square) in weights.iter_mut().zip(&mut squares) {
                if weight.abs() < least {
                    *weight = 0.0;
                    *square = f32::INFINITY;
                }
            }
        }
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at + 1));
        }
        #[expect(clippy::cast_precision_loss, reason = "rounds are few")]
        let rate = 0.1 / (1.0 + round as f32 * 0.2);
        for index in &order {
            let (row, right) = (&rows[*index], &examples[*index].labels);
            if row.is_empty() {
                continue;
            }
            let seen: Vec<Vec<u32>> = row
                .iter()
                .map(|features| features.iter().copied().filter(|_| !dice.percent(effort.left_out)).collect())
                .collect();
            let row = &seen;
            let mut fits = vec![0.0_f32; row.len() * count];
            for (at, features) in row.iter().enumerate() {
                let own = &mut fits[at * count..(at + 1) * count];
                for feature in features {
                    let from = *feature as usize * count;
                    for (fit, weight) in own.iter_mut().zip(&weights[from..from + count]) {
                        *fit += weight;
                    }
                }
            }
            let (mut likely, mut between, _) = marginals(&fits, &steps, count);
            for (at, label) in right.iter().enumerate() {
                likely[at * count + label] -= 1.0;
                let before = if at == 0 { count } else { right[at - 1] };
                between[before * count + label] -= 1.0;
            }
            for (at, features) in row.iter().enumerate() {
                for label in 0..count {
                    let slope = likely[at * count + label];
                    if slope.abs() < 2e-3 {
                        continue;
                    }
                    for feature in features {
                        let own = *feature as usize * count + label;
                        let slope = slope + effort.decay * weights[own];
                        squares[own] += slope * slope;
                        weights[own] -= rate * slope / (squares[own].sqrt() + 1e-4);
                    }
                }
            }
            for (own, slope) in between.iter().enumerate().filter(|(_, slope)| slope.abs() > 1e-4) {
                if steps[own] > NEVER / 2.0 {
                    step_squares[own] += slope * slope;
                    steps[own] -= rate * slope / (step_squares[own].sqrt() + 1e-4);
                }
            }
        }
    }
    let said = |at: usize| -> Vec<(u8, f32)> {
        let own = weights[at * count..(at + 1) * count].iter().zip(0_u8..);
        own.filter(|(weight, _)| weight.abs() > LEAST).map(|(weight, label)| (label, *weight)).collect()
    };
    let features = kept.iter().enumerate().map(|(at, id)| (*id, said(at)));
    let features: Vec<_> = features.filter(|(_, pairs)| !pairs.is_empty()).collect();
    Field { labels, steps, table: Table::of(&features) }
}
