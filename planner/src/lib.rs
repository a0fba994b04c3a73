//! From a request to a draft: the contract, the validator, the offline planner.
//!
//! A [`contract::Planner`] reads a request and the part of the workspace it may speak of, and answers with a plan, with
//! questions, or with a refusal. [`answer`] checks what any planner says before anybody sees it. [`listener`] waits for
//! requests in the log and puts the answers into history through `commands`. [`offline`] is the planner that needs no
//! key and no network; [`eval`] measures planners on files of cases.
//!
//! Deliberately absent: the clock (the request carries its day), HTTP, and any write but through `commands`.

pub mod answer;
pub mod contract;
pub mod eval;
pub mod listener;
pub mod offline;
pub mod provenance;
pub mod safety;
pub mod suspects;
