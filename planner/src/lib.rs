//! From a request to a draft: the contract, the validator, the offline planner, models.
//!
//! A [`contract::Planner`] reads a request and the part of the workspace it may speak of, and answers with a plan, with
//! questions, or with a refusal. [`answer`] checks what any planner says before anybody sees it. [`listener`] waits for
//! requests in the log and puts the answers into history through `commands`. [`offline`] is the planner that needs no
//! key and no network; [`models`] asks language models over the network; [`eval`] measures planners on files of cases.
//!
//! Deliberately absent: the day (the request carries it), a memory, and any write but through `commands`.

pub mod answer;
mod asking;
pub mod contract;
pub mod drafts;
pub mod eval;
pub mod library;
pub mod listener;
pub mod models;
pub mod offline;
pub mod provenance;
pub mod safety;
pub mod suspects;
mod under_way;
