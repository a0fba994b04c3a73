//! Whether the subscription that runs can be blamed for what does not come.
//!
//! It is replaced when it brings nothing while the log grows. One that has only just begun must not be: while it waits
//! before a new try, connects, and is confirmed, the log goes on growing, and whoever replaced it each time that
//! something is late would never have one again.

use std::time::Duration;

use tokio::time::Instant;

/// How long a subscription may take until the server confirms it.
const BEGINNING: Duration = Duration::from_secs(10);

/// The subscription's standing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    /// From when on it can be blamed; `None` while there is none.
    from: Option<Instant>,
}

impl Standing {
    /// A subscription begins.
    pub(crate) fn begins(&mut self, now: Instant) {
        self.from = Some(now + BEGINNING);
    }

    /// The server has confirmed it: what is appended from now on comes by within `lag`.
    pub(crate) fn is_confirmed(&mut self, now: Instant, lag: Duration) {
        self.from = Some(now + lag);
    }

    /// It has ended.
    pub(crate) fn ends(&mut self) {
        self.from = None;
    }

    /// Whether it is to be replaced when something is late; said once of each.
    pub(crate) fn is_blamed(&mut self, now: Instant) -> bool {
        let blamed = self.from.is_some_and(|from| from <= now);
        if blamed {
            self.from = None;
        }
        blamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAG: Duration = Duration::from_millis(300);

    #[test]
    fn one_that_waits_or_begins_is_not_blamed_however_often_something_is_late() {
        let now = Instant::now();
        let mut standing = Standing::default();
        assert!(!standing.is_blamed(now));
        standing.begins(now);
        for late in 0..9 {
            assert!(!standing.is_blamed(now + Duration::from_secs(late)));
        }
        standing.is_confirmed(now, LAG);
        assert!(!standing.is_blamed(now + LAG / 2));
    }

    #[test]
    fn one_that_was_confirmed_or_never_is_gets_replaced_once() {
        let now = Instant::now();
        let mut standing = Standing::default();
        standing.begins(now);
        standing.is_confirmed(now, LAG);
        assert!(standing.is_blamed(now + LAG));
        assert!(!standing.is_blamed(now + 2 * LAG));
        standing.begins(now);
        assert!(standing.is_blamed(now + BEGINNING));
        standing.begins(now);
        standing.ends();
        assert!(!standing.is_blamed(now + BEGINNING));
    }
}
