//! Who looks after which plan: at most one driver for each, and a bell to call it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::ids::PlanId;
use eventlog::RecordedEvent;
use parking_lot::Mutex;
use tokio::sync::Notify;

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

    fn ring(&self, why: Ring) {
        let mut waiting = self.rung.lock();
        // A call without an event says less than one that waits already.
        if waiting.is_none() || why.event.is_some() {
            *waiting = Some(why);
        }
        self.wake.notify_one();
    }
}

/// The bells of the drivers at work, and which plans are in flight.
#[derive(Default)]
pub(super) struct Drivers {
    bells: Mutex<HashMap<PlanId, Arc<Bell>>>,
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
        bell.ring(why);
        bells.insert(plan, Arc::clone(&bell));
        Some(bell)
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
