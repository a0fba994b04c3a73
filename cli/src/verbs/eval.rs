//! `cairn eval`: lets a planner answer cases, grades the answers, and says whether they reach a bar.

use std::path::Path;

use planner::eval::{self, Table};

use crate::{
    args::Bars,
    exit::Failure,
    output,
    planners::{self, PlannerArgs},
};

pub(super) async fn planner(cases: &Path, out: Option<&Path>, args: &PlannerArgs, bars: Bars) -> Result<(), Failure> {
    let planner = planners::single(args)?;
    let table = eval::run_cases(cases, out, planner.as_ref()).await.map_err(anyhow::Error::from)?;
    tell(&table, bars)
}

pub(super) fn grade(cases: &Path, answers: &Path, bars: Bars) -> Result<(), Failure> {
    let table = eval::grade_file(cases, answers).map_err(anyhow::Error::from)?;
    tell(&table, bars)
}

fn tell(table: &Table, bars: Bars) -> Result<(), Failure> {
    if bars.verbose {
        for (case, why) in &table.missed {
            output::line(format_args!("{case}: {}", why.join("; ")));
        }
    }
    print!("{table}");
    let below = table.below(bars.bar / 100.0, bars.category_bar / 100.0);
    if below.is_empty() { Ok(()) } else { Err(Failure::verification(below.join("; "))) }
}
