//! Which plans this node looks after, where several nodes could: the port to whoever knows, and what the runner does when
//! it is told.
//!
//! A plan is looked after by one node at a time. It is asked for when an event concerns it, and given back when nothing is
//! to be done about it for the moment, so that plans that wait for a person or a moment are at no node. When a claim is
//! lost, the plan's driver stops where it is, and only then is the plan given back: a driver never meets another one of
//! its own process.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::ids::PlanId;
use eventlog::Position;
use metrics::{counter, gauge};
use tracing::debug;

use super::{Crew, drivers::Ring};

/// What the runner is told about a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It is ours from now on.
    Taken {
        /// The plan.
        plan: PlanId,
        /// Whether the node that had it died or stood still.
        over: bool,
    },
    /// It is no longer ours, and is to be given back once nothing more is done about it.
    Lost {
        /// The plan.
        plan: PlanId,
    },
}

/// How a plan is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenBack {
    /// After how long somebody is to look after it again by itself; `None` when that takes an event.
    pub wake_in: Option<Duration>,
    /// How far the log was heard: a later event that concerns the plan has somebody look after it at once.
    pub seen: Position,
}

/// Says which plans are ours, where several nodes carry plans out.
#[async_trait]
pub trait Claims: Send + Sync + 'static {
    /// Has somebody look after a plan, this node or another, because of the event at `told_at` if there is one. Asking
    /// twice is harmless.
    fn ask_for(&self, plan: PlanId, told_at: Option<Position>);

    /// Waits for the next news; `None` when there will be none.
    async fn news(&self) -> Option<News>;

    /// Whether the plan is ours at this moment. Once it is not, it is lost, and [`News::Lost`] follows.
    fn is_ours(&self, plan: PlanId) -> bool;

    /// Gives back a plan that is ours or was lost.
    fn give_back(&self, plan: PlanId, how: GivenBack);

    /// Gives everything back and asks for nothing more.
    async fn close(&self);
}

tokio::task_local! {
    /// The plan that this task works on.
    static AT_WORK: PlanId;
}

/// The plan that is being carried forward by whoever asks: its driver, or an action of it. `None` elsewhere, and for
/// what goes on after whoever began it was given up.
pub fn plan_at_work() -> Option<PlanId> {
    AT_WORK.try_with(|plan| *plan).ok()
}

/// Does something for a plan.
pub(super) fn at_work<F: Future>(plan: PlanId, work: F) -> impl Future<Output = F::Output> {
    AT_WORK.scope(plan, work)
}

/// Begins and ends drivers as plans become ours and are lost, until the runner stops.
pub(super) async fn hear(crew: Arc<Crew>, claims: Arc<dyn Claims>) {
    loop {
        let news = tokio::select! {
            () = crew.stopping.cancelled() => return,
            news = claims.news() => news,
        };
        match news {
            Some(News::Taken { plan, over }) => {
                gauge!("cairn_claims_held").increment(1.0);
                counter!("cairn_claims_taken_total").increment(1);
                if over {
                    counter!("cairn_claims_taken_over_total").increment(1);
                }
                crew.start_driver(plan, Ring::default());
            }
            Some(News::Lost { plan }) => {
                debug!(%plan, "the plan is no longer ours");
                counter!("cairn_claims_lost_total").increment(1);
                crew.drivers.abandon(plan);
            }
            None => return,
        }
    }
}

impl Crew {
    /// Whether a plan is looked after here; always so where there is nobody else.
    pub(super) fn is_ours(&self, plan: PlanId) -> bool {
        self.claims.as_ref().is_none_or(|claims| claims.is_ours(plan))
    }

    /// How far the log was heard, to be asked before a driver makes sure that nobody has rung.
    pub(super) fn heard(&self) -> Position {
        Position::new(self.heard.load(Ordering::Acquire))
    }

    /// Notes that everything up to here was told to whoever looks after the plan.
    pub(super) fn note_heard(&self, position: Position) {
        self.heard.fetch_max(position.get(), Ordering::AcqRel);
    }

    /// Has a plan without a driver looked after again at a moment, or by whoever hears of it next.
    pub(super) fn leave_until(&self, plan: PlanId, wake_at: Option<DateTime<Utc>>, seen: Position) {
        let Some(claims) = &self.claims else {
            if wake_at.is_some() {
                self.timers.set(plan, wake_at);
            }
            return;
        };
        self.timers.set(plan, None);
        self.drivers.note_in_flight(plan, false);
        gauge!("cairn_claims_held").decrement(1.0);
        let wake_in = wake_at.map(|moment| (moment - self.clock.now()).to_std().unwrap_or_default());
        claims.give_back(plan, GivenBack { wake_in, seen });
    }
}
