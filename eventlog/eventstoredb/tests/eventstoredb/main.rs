//! The log in EventStoreDB from outside: the contract, and what becomes of it on bad days, over the double. With
//! `CAIRN_TEST_EVENTSTOREDB=esdb://…` the contract is proven on that server instead.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are not marked as tests")]

mod awkward;
mod contract;
mod healing;
mod lost_answers;
mod pushing;
mod storm;
mod support;
mod tls;
