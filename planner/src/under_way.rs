//! The requests that are being worked on, so that work nobody wants any more can be stopped.

use std::{collections::HashMap, sync::Arc};

use domain::ids::PlanId;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// What a listener has in its hands. None of it is needed after a restart.
pub(crate) struct UnderWay {
    seats: Semaphore,
    unwanted: Mutex<HashMap<PlanId, Arc<CancellationToken>>>,
}

/// A request that is being worked on, until it is dropped.
pub(crate) struct Attended<'a> {
    under_way: &'a UnderWay,
    plan: PlanId,
    unwanted: Arc<CancellationToken>,
}

impl UnderWay {
    /// Seats for `parallel` requests at once, at least 1.
    pub(crate) fn new(parallel: usize) -> Self {
        Self { seats: Semaphore::new(parallel.max(1)), unwanted: Mutex::default() }
    }

    /// For what thinks here, so that many requests do not take all cores. What waits for the network needs none.
    pub(crate) const fn seats(&self) -> &Semaphore {
        &self.seats
    }

    /// Takes a request up.
    pub(crate) fn begin(&self, plan: PlanId) -> Attended<'_> {
        let unwanted = Arc::new(CancellationToken::new());
        self.unwanted.lock().insert(plan, Arc::clone(&unwanted));
        Attended { under_way: self, plan, unwanted }
    }

    /// Stops the work for a plan.
    pub(crate) fn call_off(&self, plan: PlanId) {
        if let Some(unwanted) = self.unwanted.lock().get(&plan) {
            unwanted.cancel();
        }
    }
}

impl Attended<'_> {
    /// Cancelled when nobody wants it any more.
    pub(crate) fn unwanted(&self) -> CancellationToken {
        CancellationToken::clone(&self.unwanted)
    }
}

impl Drop for Attended<'_> {
    fn drop(&mut self) {
        let mut unwanted = self.under_way.unwanted.lock();
        // the plan may have been taken up again in the meantime
        if unwanted.get(&self.plan).is_some_and(|known| Arc::ptr_eq(known, &self.unwanted)) {
            unwanted.remove(&self.plan);
        }
    }
}
