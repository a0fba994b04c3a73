//! From approved to done: the runner and the actions.
//!
//! [`runner`] carries approved plans out in the order of their dependencies and takes up what a stop left half-done;
//! [`registry`] says what an action is to it; [`actions`] holds those that come with Cairn, executed, checked and
//! simulated side by side. What is due, retried or finished is decided in `domain`, and recorded through `commands`.

pub mod actions;
pub mod registry;
pub mod runner;

pub use runner::{InFlight, InFlightError, PlansInFlight, Runner};
