//! How a model is doing, for the people who run it.

use std::time::Instant;

use chrono::{DateTime, Utc};
use eventlog::Position;
use serde::{Deserialize, Serialize};

use crate::Decision;

/// What a model is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelStatus {
    /// It follows the log as events come.
    Live,
    /// It reads events that were there before.
    CatchingUp,
    /// A new build is made; what people are shown goes on beside it.
    Rebuilding,
    /// Somebody wanted it to stand still; what it has is shown.
    Paused,
    /// It cannot go on at the moment and tries again; see the last error.
    Faulted,
    /// It was shut down, or the log was closed.
    Stopped,
}

/// What a rebuild or a comparison is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The log is read into a new build.
    Reading,
    /// The new build gets what came meanwhile, and takes over.
    TakingOver,
    /// Rows are compared, one by one.
    Comparing,
}

/// How far a rebuild or a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RebuildProgress {
    /// What is being done; the other figures are of this phase.
    pub phase: Phase,
    /// How many events were handled; while comparing, how many rows.
    pub events: u64,
    /// How many there were when it began; 0 when the log does not number its events without holes.
    pub total: u64,
    /// Events per second since it began.
    pub rate: f64,
    /// Seconds until all events are handled, at this rate; none when it cannot be told.
    pub eta_seconds: Option<f64>,
}

/// How a model is doing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelState {
    /// The model.
    pub name: &'static str,
    /// The projection's version.
    pub version: u32,
    /// Which build people are shown, counted from 1.
    pub generation: u32,
    /// What it is doing.
    pub status: ModelStatus,
    /// Everything up to here is in it.
    pub position: Option<Position>,
    /// The end of the log.
    pub head: Option<Position>,
    /// How many positions lie between the two.
    pub behind: u64,
    /// How many events are parked.
    pub parked: u64,
    /// Events per second, of late.
    pub rate: f64,
    /// When the first event was recorded that is not in it; none when nothing is missing.
    pub behind_since: Option<DateTime<Utc>>,
    /// Seconds until it has everything, at this rate; none when nothing is missing or it cannot be told.
    pub eta_seconds: Option<f64>,
    /// How many events it passes over because somebody wanted it.
    pub skipped: u64,
    /// Who let it stand still, while it does.
    pub paused: Option<Decision>,
    /// Whether this process writes it.
    pub written_here: bool,
    /// What went wrong last, if anything did since the start.
    pub last_error: Option<String>,
    /// How far the new build is, while there is one.
    pub rebuild: Option<RebuildProgress>,
    /// Whether an earlier build is kept to swap back to.
    pub can_swap_back: bool,
}

/// Counts events per second, the newest seconds weighing most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    since: Instant,
    /// Events, each worth less the longer ago it was.
    events: f64,
}

impl Rate {
    /// After how many seconds an event counts for about a third.
    const MEMORY_SECONDS: f64 = 5.0;

    pub(crate) fn new(now: Instant) -> Self {
        Self { since: now, events: 0.0 }
    }

    #[allow(clippy::cast_precision_loss, reason = "a rate of more than 2^52 events has other problems")]
    pub(crate) fn count(&mut self, events: usize, now: Instant) {
        self.events = self.faded(now) + events as f64;
        self.since = now;
    }

    pub(crate) fn per_second(&self, now: Instant) -> f64 {
        self.faded(now) / Self::MEMORY_SECONDS
    }

    fn faded(&self, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(self.since).as_secs_f64();
        self.events * (-seconds / Self::MEMORY_SECONDS).exp()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_steady_stream_shows_its_rate_and_silence_fades() {
        let start = Instant::now();
        let mut rate = Rate::new(start);
        for tenth in 0..600_u32 {
            rate.count(100, start + Duration::from_millis(100) * tenth);
        }
        let end = start + Duration::from_mins(1);
        let steady = rate.per_second(end);
        assert!((900.0..1_100.0).contains(&steady), "{steady}");
        assert!(rate.per_second(end + Duration::from_mins(1)) < 1.0);
    }
}
