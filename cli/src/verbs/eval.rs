//! `cairn eval planner`: runs cases through a planner and prints how it did.

use std::path::Path;

use planner::{eval, offline::OfflinePlanner};

use crate::exit::Failure;

pub(super) async fn planner(cases: &Path, out: &Path, name: &str) -> Result<(), Failure> {
    if name != "offline" {
        return Err(Failure::usage(format!("there is no planner `{name}`; there is `offline`")));
    }
    let table = eval::run_cases(cases, out, &OfflinePlanner::default()).await.map_err(anyhow::Error::from)?;
    println!("{table}");
    Ok(())
}
