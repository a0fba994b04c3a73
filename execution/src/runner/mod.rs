//! The runner: from approved to done.
//!
//! A process manager. It reads the log, asks each plan in flight what is due, claims it by appending to the plan's own
//! stream, carries the actions out, and appends how they ended. It keeps nothing that is not in the log: after a stop at
//! any moment a new runner takes up where the log ends.
//!
//! - [`watch`] follows the log and rings for plans to which somebody else did something.
//! - [`drivers`] has at most one [`driver`] for each plan; a plan that waits for a person or a moment has none.
//! - [`driver`] carries one plan forward; [`attempt`] carries out one attempt at one step.
//! - [`undoing`] carries out attempts to take steps back, and rolls back by itself when a plan's policy says so.
//! - [`timers`] rings when the moment of a retry or of a `wait.until` has come.
//! - [`schedules`] makes the plans that are due by schedules of templates.
//!
//! - [`claims`] is the port to whoever says which plans this node looks after, where several nodes could.
//!
//! What is due is not decided here but in the domain. Deliberately absent: how nodes agree on who looks after what, and how
//! a log keeps out those who no longer do; whoever starts a runner without [`Claims`] sees to it that there is one.

mod attempt;
mod claims;
mod driver;
mod drivers;
mod origin;
mod schedules;
#[cfg(test)]
mod tests;
mod timers;
mod undoing;
mod watch;

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use commands::{Clock, Commands};
use domain::ids::{PlanId, ScheduleId};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{info, warn};

use self::{
    drivers::{Drivers, Ring},
    timers::Timers,
};
use crate::registry::Registry;

pub use claims::{Claims, GivenBack, News, plan_at_work};
pub use watch::{InFlight, InFlightError, PlansInFlight};

/// What a runner works with.
#[derive(Clone)]
pub struct Parts {
    /// Where claims and outcomes are recorded.
    pub commands: Commands,
    /// How actions are carried out.
    pub registry: Arc<Registry>,
    /// What time it is; the same clock that `commands` reads.
    pub clock: Arc<dyn Clock>,
    /// Which plans were in flight when the process last ended, and which schedules are in force.
    pub in_flight: Arc<dyn InFlight>,
    /// Which plans are ours, where other nodes could look after them as well; `None` where all are.
    pub claims: Option<Arc<dyn Claims>>,
    /// How much is done at once.
    pub settings: Settings,
}

/// How much a runner does at once.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many actions may be carried out at once, over all plans; further ones wait with their step claimed.
    pub running_actions: usize,
    /// How many plans may be taken up at once after a start.
    pub loading_plans: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { running_actions: 256, loading_plans: 16 }
    }
}

/// A running runner. Dropped without [`shutdown`](Self::shutdown) it stops at once and leaves running actions for the
/// next start to find out about.
pub struct Runner {
    crew: Arc<Crew>,
}

impl Runner {
    /// Starts to carry out plans, those that were in flight first, in the background of the current tokio runtime.
    pub fn start(parts: Parts) -> Self {
        let Parts { commands, registry, clock, in_flight, claims, settings } = parts;
        let crew = Arc::new(Crew {
            commands,
            registry,
            clock,
            claims,
            heard: AtomicU64::new(0),
            drivers: Drivers::default(),
            timers: Timers::default(),
            schedules: Timers::default(),
            action_slots: Arc::new(Semaphore::new(settings.running_actions)),
            loading_slots: Semaphore::new(settings.loading_plans),
            stopping: CancellationToken::new(),
            abandoned: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        crew.tasks.spawn(watch::watch(Arc::clone(&crew), in_flight));
        crew.tasks.spawn(timers::tell_time(Arc::clone(&crew)));
        if let Some(claims) = &crew.claims {
            crew.tasks.spawn(claims::hear(Arc::clone(&crew), Arc::clone(claims)));
        }
        crew.tasks.spawn(schedules::keep(Arc::clone(&crew)));
        Self { crew }
    }

    /// Stops in order: claims nothing more, waits for the actions that run, but no longer than `patience`. What runs
    /// then is given up here; the next start finds out about it.
    pub async fn shutdown(self, patience: Duration) {
        self.crew.stopping.cancel();
        self.crew.tasks.close();
        let in_time = tokio::time::timeout(patience, self.crew.tasks.wait()).await.is_ok();
        if in_time {
            info!("the runner has stopped");
        } else {
            warn!(plans = self.crew.drivers.active(), "actions still run; the next start finds out about them");
            self.crew.abandoned.cancel();
            self.crew.tasks.wait().await;
        }
        if let Some(claims) = &self.crew.claims {
            claims.close().await;
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.crew.stopping.cancel();
        self.crew.abandoned.cancel();
    }
}

/// What all tasks of a runner share.
struct Crew {
    commands: Commands,
    registry: Arc<Registry>,
    clock: Arc<dyn Clock>,
    claims: Option<Arc<dyn Claims>>,
    /// How far the log was heard: the place of the last event that was told to whoever looks after its plan.
    heard: AtomicU64,
    drivers: Drivers,
    timers: Timers<PlanId>,
    schedules: Timers<ScheduleId>,
    action_slots: Arc<Semaphore>,
    loading_slots: Semaphore,
    /// Nothing more is claimed.
    stopping: CancellationToken,
    /// Running actions are given up.
    abandoned: CancellationToken,
    tasks: TaskTracker,
}

impl Crew {
    /// Makes somebody look after a plan, now or as soon as its driver has a moment.
    fn ring(self: &Arc<Self>, plan: PlanId, ring: Ring) {
        if self.stopping.is_cancelled() {
            return;
        }
        if let Some(claims) = &self.claims {
            let told_at = ring.event.as_ref().map(|event| event.position);
            if !self.drivers.ring_if_there(plan, ring) {
                claims.ask_for(plan, told_at);
            }
            return;
        }
        self.start_driver(plan, ring);
    }

    fn start_driver(self: &Arc<Self>, plan: PlanId, ring: Ring) {
        if let Some(bell) = self.drivers.ring(plan, ring) {
            let abandoned = bell.abandoned_with(&self.abandoned);
            self.tasks.spawn(claims::at_work(plan, driver::drive(Arc::clone(self), plan, bell, abandoned)));
        }
    }
}
