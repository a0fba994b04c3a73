//! How long to wait before something is tried again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// Growing pauses, each a little different from what everybody else waits.
pub(crate) struct Pauses {
    first: Duration,
    longest: Duration,
    next: ExponentialBackoff,
}

impl Pauses {
    /// Begins with `first` and doubles up to `longest`; up to as much again is added by chance.
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: build(first, longest) }
    }

    /// Between tries of one call.
    pub(crate) fn of_a_call() -> Self {
        Self::new(Duration::from_millis(20), Duration::from_millis(500))
    }

    /// Between tries to reach the server.
    pub(crate) fn of_a_connection() -> Self {
        Self::new(Duration::from_millis(100), Duration::from_millis(2_500))
    }

    /// Gives the next pause.
    pub(crate) fn next(&mut self) -> Duration {
        self.next.next().unwrap_or(self.longest)
    }

    /// Begins again with the first.
    pub(crate) fn reset(&mut self) {
        self.next = build(self.first, self.longest);
    }
}

fn build(first: Duration, longest: Duration) -> ExponentialBackoff {
    ExponentialBuilder::new().with_min_delay(first).with_max_delay(longest).with_jitter().without_max_times().build()
}
