//! The `cairn` binary: serves, and is the command line to what is served.
//!
//! `wiring/` is the only folder in the house that names adapters. Verbs that work on plans speak HTTP, to the server
//! that holds the folder or, when none runs, to the same house opened in this process for as long as the verb takes.

mod args;
mod client;
mod connect;
mod exit;
mod output;
mod planners;
mod proof;
mod settings;
mod sources;
mod traces;
mod verbs;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use crate::{args::Cli, exit::Failure};

/// One thread decodes events and others drop them, which the system's allocator is slow at: docs/decisions/0017.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::unexpected(format!("the runtime could not be started: {error}")).report(),
    };
    match runtime.block_on(verbs::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
