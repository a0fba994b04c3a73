//! The stories of people who use Cairn, told through HTTP to the real binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "../poison/mod.rs"]
mod poisoning;
#[path = "../providers/mod.rs"]
mod providers;
#[path = "../support/mod.rs"]
mod support;

mod approval;
mod cli;
mod deploying;
mod door;
mod evidence;
mod failure;
mod forgetting;
mod models;
mod moving;
mod nodes;
mod on_a_server;
mod outside;
mod poison;
mod safety;
mod seeds;
mod talking;
mod tampering;
mod templates;
mod traces;
