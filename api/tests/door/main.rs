//! The door from outside: requests in, answers out, over a log in memory and read models in a temporary folder.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod approving;
mod bad_input;
mod browsers;
mod causes;
mod documents;
mod editing;
mod faults;
mod fragile;
mod history;
mod house;
mod idempotency;
mod insights;
mod lists;
mod live;
mod operating;
mod operations;
mod past;
mod planning;
mod proof;
mod revising;
mod rolling_back;
mod running;
mod schedules;
mod serving;
mod templates;
mod workspace;
