//! Who looks after which plan: at most one driver for each, and a bell to call it.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use domain::ids::PlanId;
use eventlog::RecordedEvent;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Why a driver is called.
#[derive(Clone, Default)]
pub(super) struct Ring {
    /// What somebody else did to the plan; `None` when a moment has come or the runner has just started.
    pub(super) event: Option<Arc<RecordedEvent>>,
}

/// Calls one driver.
#[derive(Default)]
pub(super) struct Bell {
    rung: Mutex<Option<Ring>>,
    wake: Notify,
    /// Whoever hears it is to leave everything as it is.
    abandoned: OnceLock<CancellationToken>,
}

impl Bell {
    /// Waits until the bell has rung. Dropping the future loses nothing.
    pub(super) async fn rung(&self) {
        while self.rung.lock().is_none() {
            self.wake.notified().await;
        }
    }

    /// Takes the call, the latest when there were several.
    pub(super) fn take(&self) -> Option<Ring> {
        self.rung.lock().take()
    }

    /// Tells its driver when it is to leave everything as it is: when all are, or this one.
    pub(super) fn abandoned_with(&self, all: &CancellationToken) -> CancellationToken {
        self.abandoned.get_or_init(|| all.child_token()).clone()
    }

    fn ring(&self, why: Ring) {
        let mut waiting = self.rung.lock();
        // A call without an event says less than one that waits already.
        if waiting.is_none() || why.event.is_some() {
            *waiting = Some(why);
        }
        self.wake.notify_one();
    }
}

/// How many calls are kept at most for plans that have no driver.
const MOST_WAITING: usize = 4_096;

/// The bells of the drivers at work, and which plans are in flight.
#[derive(Default)]
pub(super) struct Drivers {
    bells: Mutex<HashMap<PlanId, Arc<Bell>>>,
    /// Calls for plans that have no driver and may get one.
    waiting: Mutex<HashMap<PlanId, Ring>>,
    in_flight: Mutex<HashSet<PlanId>>,
}

impl Drivers {
    /// Rings for a plan; gives the bell when it has no driver: the caller must start one.
    pub(super) fn ring(&self, plan: PlanId, why: Ring) -> Option<Arc<Bell>> {
        let mut bells = self.bells.lock();
        if let Some(bell) = bells.get(&plan) {
            bell.ring(why);
            return None;
        }
        let bell = Arc::<Bell>::default();
        bell.ring(self.waiting.lock().remove(&plan).unwrap_or(why));
        bells.insert(plan, Arc::clone(&bell));
        Some(bell)
    }

    /// Rings for a plan that has a driver; `false` when it has none. The call is kept for the driver that it may get.
    pub(super) fn ring_if_there(&self, plan: PlanId, why: Ring) -> bool {
        if let Some(bell) = self.bells.lock().get(&plan) {
            bell.ring(why);
            return true;
        }
        if why.event.is_some() {
            let mut waiting = self.waiting.lock();
            if waiting.len() >= MOST_WAITING {
                // what is lost is a shortcut: a driver reads from the log what it was not told
                waiting.clear();
            }
            waiting.insert(plan, why);
        }
        false
    }

    /// Has a plan's driver leave everything as it is.
    pub(super) fn abandon(&self, plan: PlanId) {
        if let Some(abandoned) = self.bells.lock().get(&plan).and_then(|bell| bell.abandoned.get()) {
            abandoned.cancel();
        }
    }

    /// Lets a driver go, unless somebody has rung since it last took a call.
    pub(super) fn leave(&self, plan: PlanId) -> bool {
        let mut bells = self.bells.lock();
        if bells.get(&plan).is_some_and(|bell| bell.rung.lock().is_some()) {
            return false;
        }
        bells.remove(&plan);
        true
    }

    /// Takes away a driver's bell, whether it has rung or not.
    pub(super) fn remove(&self, plan: PlanId) {
        self.bells.lock().remove(&plan);
    }

    /// How many drivers are at work.
    pub(super) fn active(&self) -> usize {
        self.bells.lock().len()
    }

    /// Notes whether a plan is on its way.
    pub(super) fn note_in_flight(&self, plan: PlanId, in_flight: bool) {
        let mut plans = self.in_flight.lock();
        let changed = if in_flight { plans.insert(plan) } else { plans.remove(&plan) };
        if changed {
            #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 plans in flight")]
            metrics::gauge!("cairn_plans_in_flight").set(plans.len() as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const PLAN: PlanId = PlanId::new(Uuid::from_u128(1));

    #[tokio::test]
    async fn a_plan_has_one_driver_which_hears_every_call() {
        let drivers = Drivers::default();
        let bell = drivers.ring(PLAN, Ring::default()).unwrap();
        assert!(drivers.ring(PLAN, Ring::default()).is_none());
        bell.rung().await;
        assert!(bell.take().is_some());
        assert!(bell.take().is_none());
    }

    #[test]
    fn a_driver_that_was_called_does_not_leave() {
        let drivers = Drivers::default();
        let bell = drivers.ring(PLAN, Ring::default()).unwrap();
        assert!(!drivers.leave(PLAN));
        bell.take();
        assert!(drivers.leave(PLAN));
        assert!(drivers.ring(PLAN, Ring::default()).is_some());
    }
}
