//! Runs the offline planner on cases, without building the whole binary:
//! `cargo run -p cairn-planner --example eval -- CASES [ANSWERS] [patterns|learned]`.

use std::{path::PathBuf, process::ExitCode};

use cairn_planner::{
    eval::run_cases,
    offline::{OfflinePlanner, Way},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(cases) = arguments.next() else {
        eprintln!("usage: eval CASES [ANSWERS]");
        return ExitCode::from(2);
    };
    // other weights than those that ship: `WEIGHTS=FILE`
    if let Some(weights) = std::env::var_os("WEIGHTS").and_then(|file| std::fs::read(file).ok())
        && !cairn_planner::offline::learned::read_with(weights.leak())
    {
        eprintln!("WEIGHTS is no file of weights");
        return ExitCode::from(2);
    }
    let (ways, answers): (Vec<PathBuf>, Vec<PathBuf>) =
        arguments.partition(|argument| argument.as_os_str() == "patterns" || argument.as_os_str() == "learned");
    let way = match ways.first().and_then(|way| way.to_str()) {
        Some("patterns") => Way::Patterns,
        Some("learned") => Way::Learned,
        _ => Way::Both,
    };
    let planner = OfflinePlanner::default().reading(way);
    match run_cases(&cases, answers.first().map(PathBuf::as_path), &planner).await {
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
