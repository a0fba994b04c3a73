//! The clock: where time comes in, so that tests can set it by hand.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// Tells the time and waits for a moment.
#[async_trait]
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;

    /// Waits until `moment`; returns at once when it has passed.
    async fn sleep_until(&self, moment: DateTime<Utc>);

    /// Waits for a while, whatever happens to the time of day.
    async fn sleep(&self, duration: Duration);
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// The longest the system clock sleeps before it looks again: a machine that was asleep, or whose clock was set,
/// is late by no more than this.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    async fn sleep_until(&self, moment: DateTime<Utc>) {
        while let Ok(left) = (moment - Utc::now()).to_std() {
            if left.is_zero() {
                return;
            }
            // The timer is exact to a millisecond and may fire a little early.
            tokio::time::sleep(left.max(Duration::from_millis(1)).min(LONGEST_SLEEP)).await;
        }
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A clock that stands still until it is set. Clones show the same time.
#[derive(Clone, Debug)]
pub struct HandClock {
    time: watch::Sender<DateTime<Utc>>,
}

impl HandClock {
    /// Makes a clock that shows `time`.
    pub fn at(time: DateTime<Utc>) -> Self {
        Self { time: watch::Sender::new(time) }
    }

    /// Sets the clock; whoever waits for a moment up to `time` goes on.
    pub fn set(&self, time: DateTime<Utc>) {
        self.time.send_replace(time);
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        self.time.send_modify(|time| *time += by);
    }
}

#[async_trait]
impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.time.borrow()
    }

    async fn sleep_until(&self, moment: DateTime<Utc>) {
        let mut time = self.time.subscribe();
        // The sender is held by `self`, so the wait ends only when the moment has come.
        let _ = time.wait_for(|now| *now >= moment).await;
    }

    async fn sleep(&self, duration: Duration) {
        let by = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        self.sleep_until(self.now().checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hand_set_clock_wakes_whoever_waits_for_that_moment() {
        let start = DateTime::from_timestamp(1_000, 0).unwrap();
        let clock = HandClock::at(start);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(start + TimeDelta::hours(1)).await }
        });
        clock.advance(TimeDelta::minutes(59));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        clock.advance(TimeDelta::minutes(1));
        waiting.await.unwrap();
        assert_eq!(clock.now(), start + TimeDelta::hours(1));
    }

    #[tokio::test]
    async fn a_moment_that_has_passed_is_not_waited_for() {
        SystemClock.sleep_until(Utc::now() - TimeDelta::days(1)).await;
    }
}
