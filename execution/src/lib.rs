//! From approved to done: the runner and the actions.

pub mod actions;
pub mod registry;
