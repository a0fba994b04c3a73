//! The rules of the server, as tables: what is done and what has to come of it. Proven on the double; with
//! `CAIRN_TEST_EVENTSTOREDB=esdb://…` on that server instead, which is how the double is kept honest.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are not marked as tests")]

mod appending;
mod deleting;
mod entering;
mod reading;
mod server;
mod subscribing;
