//! The stories of people who use Cairn, told through HTTP to the real binary.

#[path = "../providers/mod.rs"]
mod providers;
#[path = "../support/mod.rs"]
mod support;

mod approval;
mod cli;
mod door;
mod failure;
mod models;
mod safety;
mod seeds;
mod talking;
