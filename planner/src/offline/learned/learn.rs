//! Learning the weights of a [`Field`]: stochastic gradient ascent of the likelihood, one example at a time, each weight
//! with its own step length (Duchi, Hazan and Singer, "Adaptive Subgradient Methods", 2011).
//!
//! Several learners see the same examples in different orders, and their mean is kept: what one of them learned by the
//! luck of its order, the others do not share (Zinkevich, Weimer, Li and Smola, "Parallelized Stochastic Gradient
//! Descent", 2010). Each of them gives the mean of its last rounds, not where its last step happened to end (Polyak and
//! Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992). The same examples give the same weights.

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
    /// How many learn, each in an order of its own.
    pub learners: usize,
    /// How often each of them sees each example.
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

/// How many rounds are left when only the heaviest weights go on, and their mean is taken.
const LAST_ROUNDS: usize = 4;

/// After how many examples of the last rounds the weights go into the mean.
const BETWEEN_MEANS: usize = 1_000;

/// What says so little that it is forgotten.
const LEAST: f32 = 0.01;

/// The weight that so many are heavier than.
pub(crate) fn weight_of_rank(weights: &[f32], rank: usize) -> f32 {
    let mut heaviest: Vec<f32> = weights.iter().map(|weight| weight.abs()).filter(|weight| *weight > LEAST).collect();
    heaviest.sort_unstable_by(|a, b| b.total_cmp(a));
    heaviest.get(rank).copied().unwrap_or(LEAST)
}

/// A weight for each feature with each label, and for each step from label to label.
#[derive(Clone)]
struct Weights {
    own: Vec<f32>,
    steps: Vec<f32>,
}

impl Weights {
    fn all(&mut self) -> impl Iterator<Item = &mut f32> {
        self.own.iter_mut().chain(&mut self.steps)
    }
}

/// The mean of weights, taken again and again.
struct Mean {
    sums: Weights,
    taken: f32,
}

impl Mean {
    fn of(shape: &Weights) -> Self {
        Self { sums: Weights { own: vec![0.0; shape.own.len()], steps: vec![0.0; shape.steps.len()] }, taken: 0.0 }
    }

    fn take(&mut self, weights: &Weights) {
        self.taken += 1.0;
        for (sum, weight) in self.sums.all().zip(weights.own.iter().chain(&weights.steps)) {
            *sum += weight;
        }
    }

    fn get(mut self) -> Weights {
        for sum in self.sums.all() {
            *sum /= self.taken;
        }
        self.sums
    }
}

/// The examples, with the features that are learned by their places.
struct Lessons<'a> {
    examples: &'a [Example],
    rows: Vec<Vec<Vec<u32>>>,
    /// How many labels there are.
    count: usize,
    effort: Effort,
}

/// Whoever goes through the lessons in an order of its own.
struct Learner {
    weights: Weights,
    /// The sums of the squares of all slopes.
    squares: Weights,
    order: Vec<usize>,
    dice: Dice,
}

impl Learner {
    fn new(weights: Weights, squares: Weights, examples: usize, seed: u64) -> Self {
        Self { weights, squares, order: (0..examples).collect(), dice: Dice::new(seed) }
    }

    /// Goes through all lessons once; `seen` gets the weights now and then.
    fn round(&mut self, lessons: &Lessons<'_>, round: usize, mut seen: impl FnMut(&Weights)) {
        for at in (1..self.order.len()).rev() {
            self.order.swap(at, self.dice.below(at + 1));
        }
        #[expect(clippy::cast_precision_loss, reason = "rounds are few")]
        let rate = 0.1 / (1.0 + round as f32 * 0.2);
        for done in 1..=self.order.len() {
            self.learn_from(lessons, self.order[done - 1], rate);
            if done % BETWEEN_MEANS == 0 || done == self.order.len() {
                seen(&self.weights);
            }
        }
    }

    fn learn_from(&mut self, lessons: &Lessons<'_>, index: usize, rate: f32) {
        let (Lessons { count, effort, .. }, row, right) =
            (lessons, &lessons.rows[index], &lessons.examples[index].labels);
        let count = *count;
        if row.is_empty() {
            return;
        }
        let dice = &mut self.dice;
        let row: Vec<Vec<u32>> = row
            .iter()
            .map(|features| features.iter().copied().filter(|_| !dice.percent(effort.left_out)).collect())
            .collect();
        let (mut likely, mut between, _) = marginals(&self.fits(&row, count), &self.weights.steps, count);
        for (at, label) in right.iter().enumerate() {
            likely[at * count + label] -= 1.0;
            let before = if at == 0 { count } else { right[at - 1] };
            between[before * count + label] -= 1.0;
        }
        let (weights, squares) = (&mut self.weights, &mut self.squares);
        for (at, features) in row.iter().enumerate() {
            for label in 0..count {
                let slope = likely[at * count + label];
                if slope.abs() < 2e-3 {
                    continue;
                }
                for feature in features {
                    let own = *feature as usize * count + label;
                    let slope = slope + effort.decay * weights.own[own];
                    squares.own[own] += slope * slope;
                    weights.own[own] -= rate * slope / (squares.own[own].sqrt() + 1e-4);
                }
            }
        }
        for (own, slope) in between.iter().enumerate().filter(|(_, slope)| slope.abs() > 1e-4) {
            if weights.steps[own] > NEVER / 2.0 {
                squares.steps[own] += slope * slope;
                weights.steps[own] -= rate * slope / (squares.steps[own].sqrt() + 1e-4);
            }
        }
    }

    /// How well each label fits each place.
    fn fits(&self, row: &[Vec<u32>], count: usize) -> Vec<f32> {
        let mut fits = vec![0.0_f32; row.len() * count];
        for (at, features) in row.iter().enumerate() {
            let own = &mut fits[at * count..(at + 1) * count];
            for feature in features {
                let from = *feature as usize * count;
                for (fit, weight) in own.iter_mut().zip(&self.weights.own[from..from + count]) {
                    *fit += weight;
                }
            }
        }
        fits
    }
}

/// Learns from examples.
pub(crate) fn learn(labels: Vec<String>, examples: &[Example], effort: Effort) -> Field {
    let count = labels.len();
    let (kept, rows) = by_place(examples, effort.at_least);
    let nothing = Weights { own: vec![0.0; kept.len() * count], steps: vec![0.0; count * count + count] };
    let mut weights = nothing.clone();
    for before in 0..=count {
        for after in 0..count {
            let named = (before < count).then(|| labels[before].as_str());
            if !may_follow(named, &labels[after]) {
                weights.steps[before * count + after] = NEVER;
            }
        }
    }
    let lessons = Lessons { examples, rows, count, effort };
    let last = effort.rounds.saturating_sub(LAST_ROUNDS);
    let mut squares = nothing;
    for rounds in [0..last, last..effort.rounds] {
        let (mut mean, mut mean_squares) = (Mean::of(&weights), Mean::of(&squares));
        for seed in (7..).take(effort.learners) {
            let mut learner = Learner::new(weights.clone(), squares.clone(), examples.len(), seed);
            for round in rounds.clone() {
                learner.round(&lessons, round, |weights| {
                    if round >= last {
                        mean.take(weights);
                    }
                });
            }
            if rounds.start < last {
                mean.take(&learner.weights);
            }
            mean_squares.take(&learner.squares);
        }
        if !rounds.is_empty() {
            (weights, squares) = (mean.get(), mean_squares.get());
        }
        if rounds.start < last {
            keep_heaviest(&mut weights, &mut squares, effort.most);
        }
    }
    let said = |at: usize| -> Vec<(u8, f32)> {
        let own = weights.own[at * count..(at + 1) * count].iter().zip(0_u8..);
        own.filter(|(weight, _)| weight.abs() > LEAST).map(|(weight, label)| (label, *weight)).collect()
    };
    let features = kept.iter().enumerate().map(|(at, id)| (*id, said(at)));
    let features: Vec<_> = features.filter(|(_, pairs)| !pairs.is_empty()).collect();
    Field { labels, steps: weights.steps, table: Table::of(&features) }
}

/// The features that are in enough examples, and the rows of all examples with the places of their features among them.
fn by_place(examples: &[Example], at_least: u32) -> (Vec<u32>, Vec<Vec<Vec<u32>>>) {
    let mut seen: HashMap<u32, u32> = HashMap::new();
    for example in examples {
        for feature in example.row.iter().flatten() {
            *seen.entry(*feature).or_default() += 1;
        }
    }
    let mut kept: Vec<u32> = seen.into_iter().filter(|(_, times)| *times >= at_least).map(|(id, _)| id).collect();
    kept.sort_unstable();
    let place: HashMap<u32, u32> = kept.iter().zip(0..).map(|(id, at)| (*id, at)).collect();
    let known = |features: &Features| features.iter().filter_map(|id| place.get(id).copied()).collect();
    let rows = examples.iter().map(|example| example.row.iter().map(known).collect()).collect();
    (kept, rows)
}

/// Only the heaviest weights go on to learn, so that those that are kept make up for those that are not.
fn keep_heaviest(weights: &mut Weights, squares: &mut Weights, most: usize) {
    let least = weight_of_rank(&weights.own, most);
    for (weight, square) in weights.own.iter_mut().zip(&mut squares.own) {
        if weight.abs() < least {
            *weight = 0.0;
            *square = f32::INFINITY;
        }
    }
}
