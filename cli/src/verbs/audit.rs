//! `cairn audit verify`: recomputes the hash chain of every stream and names the first fault.

use std::io::IsTerminal;

use eventlog::integrity;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::{args::Common, exit::Failure, output, settings::Settings, wiring};

pub(super) async fn verify(common: &Common) -> Result<(), Failure> {
    let settings = Settings::load(common)?;
    let log = wiring::read_log(&settings)?;
    let head = log.head().await.map_err(|error| Failure::verification(error.to_string()))?;
    let bar = progress(head.map_or(0, eventlog::Position::get));
    let found = integrity::verify_all(log.as_ref(), |position| bar.set_position(position.get())).await;
    bar.finish_and_clear();
    let found = found.map_err(|error| Failure::verification(error.to_string()))?;
    if let Some(fault) = found.fault {
        return Err(Failure::verification(format!("the history is not as it was written: {fault}")));
    }
    let answer = json!({"events": found.events, "streams": found.streams, "verified": true});
    output::one(&answer, common.output, |_| {
        format!("verified: {} events in {} streams, every hash as it was written", found.events, found.streams)
    });
    Ok(())
}

fn progress(length: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} events, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    bar
}
