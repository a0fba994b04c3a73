//! A moment by which something has to be answered, whoever else is slow.

use std::time::Duration;

use tokio::time::Instant;

/// The latest moment for an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// So long from now on.
    pub(crate) fn within(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    /// Whether it has come.
    pub(crate) fn has_passed(self) -> bool {
        Instant::now() >= self.0
    }

    /// How long is left, and not more than `most`.
    pub(crate) fn left(self, most: Duration) -> Duration {
        self.0.saturating_duration_since(Instant::now()).min(most)
    }

    /// The moment.
    pub(crate) fn instant(self) -> Instant {
        self.0
    }
}
