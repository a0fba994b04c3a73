//! `cairn eval`: lets a planner answer cases, grades the answers, and says whether they reach a bar.

use std::path::Path;

use planner::{
    eval::{self, Table},
    offline::OfflinePlanner,
};

use crate::{args::Bars, exit::Failure};

pub(super) async fn planner(cases: &Path, out: Option<&Path>, name: &str, bars: Bars) -> Result<(), Failure> {
    if name != "offline" {
        return Err(Failure::usage(format!("there is no planner `{name}`; there is `offline`")));
    }
    let table = eval::run_cases(cases, out, &OfflinePlanner::default()).await.map_err(anyhow::Error::from)?;
    tell(&table, bars)
}

pub(super) fn grade(cases: &Path, answers: &Path, bars: Bars) -> Result<(), Failure> {
    let table = eval::grade_file(cases, answers).map_err(anyhow::Error::from)?;
    tell(&table, bars)
}

fn tell(table: &Table, bars: Bars) -> Result<(), Failure> {
    if bars.verbose {
        for (case, why) in &table.missed {
            println!("{case}: {}", why.join("; "));
        }
    }
    print!("{table}");
    let below = table.below(bars.bar / 100.0, bars.category_bar / 100.0);
    if below.is_empty() { Ok(()) } else { Err(Failure::verification(below.join("; "))) }
}
