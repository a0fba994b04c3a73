//! Waiting until a model has seen a position, so that people read what they wrote. Nothing is polled.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    time::{Duration, Instant},
};

use eventlog::Position;
use parking_lot::{Condvar, Mutex};
use tokio::sync::watch;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Everything up to the position is in the rows that a query sees from now on.
    Reached,
    /// Time ran out first; what a query sees is correct, and older than was asked for.
    Behind {
        /// Where the model stands; none before its first event.
        at: Option<Position>,
    },
}

/// How far a model has come, for those who wait; and what they wait for, for the one who writes.
pub(crate) struct Progress {
    reached: watch::Sender<Option<Position>>,
    /// The positions that are waited for, and by how many.
    wanted: Mutex<BTreeMap<Position, usize>>,
    hurry: Condvar,
}

impl Progress {
    pub(crate) fn new(at: Option<Position>) -> Self {
        Self { reached: watch::Sender::new(at), wanted: Mutex::default(), hurry: Condvar::new() }
    }

    pub(crate) fn at(&self) -> Option<Position> {
        *self.reached.borrow()
    }

    /// Tells those who wait; a position behind the last one changes nothing.
    pub(crate) fn reach(&self, position: Option<Position>) {
        self.reached.send_if_modified(|reached| {
            let further = position > *reached;
            if further {
                *reached = position;
            }
            further
        });
    }

    /// Waits until `position` is reached, at most `limit`.
    pub(crate) async fn wait_for(&self, position: Position, limit: Duration) -> Waited {
        let mut reached = self.reached.subscribe();
        if *reached.borrow_and_update() >= Some(position) {
            return Waited::Reached;
        }
        let _wish = Wish::new(self, position);
        let arrival = reached.wait_for(|reached| *reached >= Some(position));
        match tokio::time::timeout(limit, arrival).await {
            Ok(Ok(_)) => Waited::Reached,
            Ok(Err(_)) | Err(_) => Waited::Behind { at: self.at() },
        }
    }

    /// Whether somebody waits for what is not reached yet.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.wanted.lock().last_key_value().map(|(position, _)| *position) > self.at()
    }

    /// Lets the writer's thread pass the time until `end`, or until somebody waits for what it has not written.
    ///
    /// Says whether somebody does.
    pub(crate) fn idle_until(&self, end: Instant) -> bool {
        let mut wanted = self.wanted.lock();
        loop {
            if wanted.last_key_value().map(|(position, _)| *position) > self.at() {
                return true;
            }
            if self.hurry.wait_until(&mut wanted, end).timed_out() {
                return false;
            }
        }
    }
}

/// Somebody waits for a position; taken back when dropped.
struct Wish<'a> {
    progress: &'a Progress,
    position: Position,
}

impl<'a> Wish<'a> {
    fn new(progress: &'a Progress, position: Position) -> Self {
        *progress.wanted.lock().entry(position).or_default() += 1;
        progress.hurry.notify_all();
        Self { progress, position }
    }
}

impl Drop for Wish<'_> {
    fn drop(&mut self) {
        if let Entry::Occupied(mut wishes) = self.progress.wanted.lock().entry(self.position) {
            *wishes.get_mut() -= 1;
            if *wishes.get() == 0 {
                wishes.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_told_when_it_is_reached() {
        let progress = std::sync::Arc::new(Progress::new(None));
        let waiting = tokio::spawn({
            let progress = std::sync::Arc::clone(&progress);
            async move { progress.wait_for(Position::new(3), Duration::from_mins(1)).await }
        });
        progress.reach(Some(Position::new(2)));
        progress.reach(Some(Position::new(5)));
        assert_eq!(waiting.await.unwrap(), Waited::Reached);
    }

    #[tokio::test]
    async fn a_wait_that_runs_out_says_where_the_model_stands() {
        let progress = Progress::new(Some(Position::new(4)));
        let waited = progress.wait_for(Position::new(5), Duration::ZERO).await;
        assert_eq!(waited, Waited::Behind { at: Some(Position::new(4)) });
        assert_eq!(progress.wait_for(Position::new(4), Duration::ZERO).await, Waited::Reached);
    }

    #[test]
    fn progress_never_goes_back() {
        let progress = Progress::new(Some(Position::new(4)));
        progress.reach(Some(Position::new(3)));
        assert_eq!(progress.at(), Some(Position::new(4)));
    }

    #[tokio::test]
    async fn the_writer_passes_the_time_only_while_nobody_waits() {
        let progress = std::sync::Arc::new(Progress::new(None));
        assert!(!progress.idle_until(Instant::now()));
        let waiting = tokio::spawn({
            let progress = std::sync::Arc::clone(&progress);
            async move { progress.wait_for(Position::FIRST, Duration::from_mins(1)).await }
        });
        let idling = tokio::task::spawn_blocking({
            let progress = std::sync::Arc::clone(&progress);
            move || progress.idle_until(Instant::now() + Duration::from_mins(1))
        });
        assert!(idling.await.unwrap());
        progress.reach(Some(Position::FIRST));
        assert_eq!(waiting.await.unwrap(), Waited::Reached);
        assert!(!progress.idle_until(Instant::now()));
    }
}
