//! What holds of every plan, whatever is asked of it, by whomever, in whatever order.
//!
//! Plans are random graphs of the catalogue's actions; commands are random and mostly well aimed, so that runs get
//! deep. What must hold is watched by [`witness`], event by event. A failing case is shrunk and printed, and kept in
//! `tests/proptest-regressions`, where it is tried first from then on.

mod commands;
mod content;
mod deciding;
mod encoding;
mod events;
mod plans;
mod running;
mod schedules;
mod templates;
mod values;
mod witness;
mod workspace;

use proptest::prelude::ProptestConfig;

/// So many cases that a run takes seconds; `CAIRN_PROPERTY_TIMES=100` looks a hundred times as long.
fn cases(bounded: u32) -> ProptestConfig {
    let times = std::env::var("CAIRN_PROPERTY_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    ProptestConfig::with_cases(bounded.saturating_mul(times))
}
