//! The shapes of requests and answers, and how they are made from what the house knows.
//!
//! Names are the contract of the API: fields are added, never renamed. Every shape here is in `openapi.json`, which
//! the types of the web page are generated from. Deliberately absent: rules. What a plan allows is decided in the
//! domain; a shape only says what can be written down.

pub mod action;
pub mod common;
pub mod difference;
pub mod edits;
pub mod edits_reader;
pub mod entity;
pub mod event;
pub mod health;
pub mod insights;
pub mod log;
pub mod me;
pub mod operation;
pub mod ops;
pub mod parked;
pub mod plan;
pub mod proof;
pub mod request;
pub mod rollback;
pub mod step;
pub mod template;
pub mod template_request;
pub mod template_schedule;
pub mod workflow;
