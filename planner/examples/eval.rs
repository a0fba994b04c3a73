//! Runs the offline planner on cases, without building the whole binary:
//! `cargo run -p cairn-planner --example eval -- CASES [ANSWERS]`.

use std::{path::PathBuf, process::ExitCode};

use cairn_planner::{eval::run_cases, offline::OfflinePlanner};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(cases) = arguments.next() else {
        eprintln!("usage: eval CASES [ANSWERS]");
        return ExitCode::from(2);
    };
    match run_cases(&cases, arguments.next().as_deref(), &OfflinePlanner::default()).await {
        Ok(table) => {
            for (case, why) in &table.missed {
                println!("{case}: {}", why.join("; "));
            }
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
