//! The stories of people who use Cairn, told through HTTP to the real binary.

#[path = "../support/mod.rs"]
mod support;

mod approval;
mod cli;
mod door;
mod failure;
mod safety;
mod seeds;
mod talking;
