//! Rings when the moment has come at which something is due by itself: in a plan a retry or the end of a `wait.until`, by a
//! schedule a plan.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    sync::Arc,
};

use chrono::{DateTime, Utc};
use commands::Clock;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{Crew, drivers::Ring};

/// The next moment of each plan, or of each schedule, that has one.
pub(super) struct Timers<Id> {
    moments: Mutex<Moments<Id>>,
    changed: Notify,
}

struct Moments<Id> {
    by_time: BTreeSet<(DateTime<Utc>, Id)>,
    by_id: HashMap<Id, DateTime<Utc>>,
}

impl<Id> Default for Timers<Id> {
    fn default() -> Self {
        let moments = Moments { by_time: BTreeSet::new(), by_id: HashMap::new() };
        Self { moments: Mutex::new(moments), changed: Notify::new() }
    }
}

impl<Id: Copy + Ord + Hash> Timers<Id> {
    /// Sets or clears the moment of one of them.
    pub(super) fn set(&self, id: Id, moment: Option<DateTime<Utc>>) {
        self.change(id, moment, |_| true);
    }

    /// Sets the moment of one that has none: what somebody said in the meantime counts for more.
    pub(super) fn set_unless_set(&self, id: Id, moment: Option<DateTime<Utc>>) {
        self.change(id, moment, |known| known.is_none());
    }

    fn change(&self, id: Id, moment: Option<DateTime<Utc>>, may: impl FnOnce(Option<&DateTime<Utc>>) -> bool) {
        let mut moments = self.moments.lock();
        if !may(moments.by_id.get(&id)) {
            return;
        }
        let first = moments.by_time.first().copied();
        let before = match moment {
            Some(at) => moments.by_id.insert(id, at),
            None => moments.by_id.remove(&id),
        };
        if let Some(before) = before {
            moments.by_time.remove(&(before, id));
        }
        if let Some(at) = moment {
            moments.by_time.insert((at, id));
        }
        if moments.by_time.first().copied() != first {
            self.changed.notify_one();
        }
    }

    fn first(&self) -> Option<DateTime<Utc>> {
        self.moments.lock().by_time.first().map(|(at, _)| *at)
    }

    /// Takes those whose moment has come.
    fn take_due(&self, now: DateTime<Utc>) -> Vec<Id> {
        let mut moments = self.moments.lock();
        let mut due = Vec::new();
        while let Some((at, id)) = moments.by_time.first().copied().filter(|(at, _)| *at <= now) {
            moments.by_time.remove(&(at, id));
            moments.by_id.remove(&id);
            due.push(id);
        }
        due
    }

    /// Waits until something is due, and takes it.
    pub(super) async fn next_due(&self, clock: &dyn Clock) -> Vec<Id> {
        loop {
            let next = self.first();
            let moment = async {
                match next {
                    Some(at) => clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.changed.notified() => {}
                () = moment => {
                    let due = self.take_due(clock.now());
                    if !due.is_empty() {
                        return due;
                    }
                }
            }
        }
    }
}

/// Rings for each plan at its moment until the runner stops.
pub(super) async fn tell_time(crew: Arc<Crew>) {
    loop {
        let due = tokio::select! {
            () = crew.stopping.cancelled() => return,
            due = crew.timers.next_due(&*crew.clock) => due,
        };
        for plan in due {
            crew.ring(plan, Ring::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::PlanId;
    use uuid::Uuid;

    use super::*;

    fn plan(number: u128) -> PlanId {
        PlanId::new(Uuid::from_u128(number))
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn plans_are_due_in_the_order_of_their_latest_moments() {
        let timers = Timers::default();
        timers.set(plan(1), Some(at(30)));
        timers.set(plan(2), Some(at(20)));
        timers.set(plan(3), Some(at(10)));
        timers.set(plan(3), None);
        timers.set(plan(1), Some(at(10)));
        assert_eq!(timers.first(), Some(at(10)));
        assert_eq!(timers.take_due(at(20)), [plan(1), plan(2)]);
        assert_eq!(timers.take_due(at(90)), []);
    }

    #[test]
    fn what_was_set_in_the_meantime_stays() {
        let timers = Timers::default();
        timers.set(plan(1), Some(at(10)));
        timers.set_unless_set(plan(1), None);
        timers.set_unless_set(plan(2), Some(at(20)));
        timers.set_unless_set(plan(2), Some(at(30)));
        assert_eq!(timers.take_due(at(90)), [plan(1), plan(2)]);
    }
}
