//! Rings for a plan when the moment has come at which something is due by itself: a retry, the end of a `wait.until`.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use domain::ids::PlanId;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{Crew, drivers::Ring};

/// The next moment of each plan that has one.
#[derive(Default)]
pub(super) struct Timers {
    moments: Mutex<Moments>,
    changed: Notify,
}

#[derive(Default)]
struct Moments {
    by_time: BTreeSet<(DateTime<Utc>, PlanId)>,
    by_plan: HashMap<PlanId, DateTime<Utc>>,
}

impl Timers {
    /// Sets or clears the moment of a plan.
    pub(super) fn set(&self, plan: PlanId, moment: Option<DateTime<Utc>>) {
        let mut moments = self.moments.lock();
        let first = moments.by_time.first().copied();
        let before = match moment {
            Some(at) => moments.by_plan.insert(plan, at),
            None => moments.by_plan.remove(&plan),
        };
        if let Some(before) = before {
            moments.by_time.remove(&(before, plan));
        }
        if let Some(at) = moment {
            moments.by_time.insert((at, plan));
        }
        if moments.by_time.first().copied() != first {
            self.changed.notify_one();
        }
    }

    fn first(&self) -> Option<DateTime<Utc>> {
        self.moments.lock().by_time.first().map(|(at, _)| *at)
    }

    /// Takes the plans whose moment has come.
    fn take_due(&self, now: DateTime<Utc>) -> Vec<PlanId> {
        let mut moments = self.moments.lock();
        let mut due = Vec::new();
        while let Some((at, plan)) = moments.by_time.first().copied().filter(|(at, _)| *at <= now) {
            moments.by_time.remove(&(at, plan));
            moments.by_plan.remove(&plan);
            due.push(plan);
        }
        due
    }
}

/// Rings for each plan at its moment until the runner stops.
pub(super) async fn tell_time(crew: Arc<Crew>) {
    loop {
        let next = crew.timers.first();
        let moment = async {
            match next {
                Some(at) => crew.clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = crew.stopping.cancelled() => return,
            () = crew.timers.changed.notified() => {}
            () = moment => {
                for plan in crew.timers.take_due(crew.clock.now()) {
                    crew.ring(plan, Ring::default());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
}
