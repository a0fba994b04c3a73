//! Runs the offline planner on a file of cases: `cargo run -p cairn-planner --example eval -- CASES OUT`.

use std::{path::PathBuf, process::ExitCode};

use cairn_planner::{eval::run_cases, offline::OfflinePlanner};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(cases), Some(out)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: eval CASES OUT");
        return ExitCode::from(2);
    };
    match run_cases(&cases, &out, &OfflinePlanner::default()).await {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
