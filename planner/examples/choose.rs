//! Learns which of several readings of a request the offline planner answers:
//! `cargo run --release -p cairn-planner --example choose` writes `planner/training/choice.weights` from the cases in `planner/evals`, and
//! tells for each file how many pass when the weights are learned from the other files. Cases that the patterns were mended
//! for count for less than those in `planner/evals/ahead`: there the patterns are better than they are with anybody else.
//! Files that are named as arguments count as those in `ahead` do.

use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use cairn_planner::{
    eval::{EvalError, grade, read_cases},
    offline::{
        OfflinePlanner, choose,
        learned::choice::{Choice, learn, passes},
    },
};

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    // other weights than those that ship: `WEIGHTS=FILE`
    if let Some(weights) = std::env::var_os("WEIGHTS").and_then(|file| fs::read(file).ok())
        && !cairn_planner::offline::learned::read_with(weights.leak())
    {
        eprintln!("WEIGHTS is no file of weights");
        return ExitCode::from(2);
    }
    match run(&files) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// How much a case counts that the patterns were mended for.
const MENDED: f32 = 0.6;

fn run(named: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let planner = OfflinePlanner::default();
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mended = files(&home.join("evals"))?.into_iter().map(|file| (file, MENDED));
    let ahead = files(&home.join("evals/ahead"))?.into_iter().chain(named.iter().map(PathBuf::from));
    let files: Vec<(PathBuf, f32)> = mended.chain(ahead.map(|file| (file, 1.0))).collect();
    let all: Vec<Vec<Choice>> =
        files.iter().map(|(file, counts)| choices(&planner, file, *counts)).collect::<Result<_, EvalError>>()?;
    let (mut passed, mut best, mut total) = (0, 0, 0);
    for ((file, counts), (at, own)) in files.iter().zip(all.iter().enumerate()) {
        let others: Vec<Choice> =
            all.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, own)| own.clone()).collect();
        let weights = learn(&others);
        let right = own.iter().filter(|choice| passes(choice, &weights)).count();
        let possible = own.iter().filter(|choice| choice.ways.iter().any(|(_, passed)| *passed)).count();
        println!("{}: {right} of {} pass, {possible} if the best is always chosen", file.display(), own.len());
        if *counts >= 1.0 {
            (passed, best, total) = (passed + right, best + possible, total + own.len());
        }
    }
    println!("those that nothing was mended for: {passed} of {total} pass, {best} if the best is always chosen");
    let weights = learn(&all.concat());
    let mut file = String::from(
        "# How much each thing that can be said of a reading weighs when one is chosen: learned, see planner/training/README.md.\n",
    );
    for (at, weight) in weights.iter().enumerate().filter(|(_, weight)| weight.abs() > 0.005) {
        writeln!(file, "{} {weight:.3}", choose::name(at))?;
    }
    fs::write(home.join("training/choice.weights"), file)?;
    Ok(())
}

/// The files of cases in a folder, in order of their names.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    Ok(files)
}

/// Reads the cases in all ways and grades where each leads; those that are answered without a reader are left out.
fn choices(planner: &OfflinePlanner, file: &Path, counts: f32) -> Result<Vec<Choice>, EvalError> {
    let cases = read_cases(file)?;
    let told = cases.iter().map(|case| {
        let ways = planner.considered(&case.told());
        let same_as = ways.iter().map(|way| way.same_as).collect();
        let ways = ways.into_iter().map(|way| (way.looks, grade(case, &way.answer).is_empty())).collect();
        Choice { ways, same_as, counts }
    });
    Ok(told.filter(|choice| !choice.ways.is_empty()).collect())
}
