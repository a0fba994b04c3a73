//! What a plan is.
//!
//! Pure: no clock, no randomness, no input or output, no async. Time, the actor and fresh ids come in through
//! [`decider::Context`]; everything else is computed from the state and the command.

pub mod action;
pub mod actor;
pub mod canonical;
pub mod comparison;
pub mod decider;
pub mod difference;
pub mod graph;
pub mod history;
pub mod ids;
pub mod outline;
pub mod personal;
pub mod plan;
pub mod references;
pub mod rollback;
pub mod schedule;
pub mod schema;
pub mod signing;
pub mod template;
pub mod testing;
pub mod text;
pub mod workspace;
