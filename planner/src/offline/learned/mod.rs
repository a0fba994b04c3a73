//! A reader that has learned from annotated requests what people ask for and in which words.
//!
//! [`annotation`] reads the training data; `corpus` makes examples of it; `pieces` and `features` are what is looked at;
//! `crf`, `rows`, `learn` and `mean` are the statistics; `table` holds
//! weights, and `model` tags a request with them.

pub mod annotation;
pub mod choice;
mod corpus;
pub mod crf;
mod features;
pub mod learn;
mod mean;
pub mod model;
mod pieces;
mod rows;
mod table;
pub(crate) mod tagged;
#[cfg(test)]
mod tests;
pub mod train;

/// Reads with other weights than those that ship, to measure them; says whether they are weights and nothing was read before.
pub fn read_with(weights: &'static [u8]) -> bool {
    tagged::read_with(weights)
}
