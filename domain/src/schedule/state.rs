//! A schedule as its events left it, and what is due by it.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{CatchUp, Rhythm, ScheduleEvent};
use crate::{
    actor::Actor,
    decider::Stamp,
    ids::{PlanId, TemplateId},
    personal::Subject,
};

/// How many of the last outcomes are kept.
pub const MAX_OUTCOMES: usize = 20;

/// How late a plan may be made and still be in time: a moment's delay is nothing that was missed.
pub const LATE: TimeDelta = TimeDelta::minutes(5);

/// Up to how many missed times are counted.
const MAX_COUNTED: u32 = 1_000;

/// What came of one due time, or of several that were missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Plan { plan: PlanId, version: u32 },
    Failure { code: String, message: String },
    Missed { last: DateTime<Utc>, count: u32 },
}

/// An outcome and when it was due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleOutcome {
    pub due: DateTime<Utc>,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Due times that passed without a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
    /// At most 1,000, which stands for more as well.
    pub count: u32,
}

/// What is due at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// A plan for this time.
    Plan { due: DateTime<Utc> },
    /// Nothing is made up for; that times passed is to be recorded.
    Missed,
}

/// A schedule. One without a template is not there yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    pub template: Option<TemplateId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    pub rhythm: Option<Rhythm>,
    #[serde(default)]
    pub arguments: Map<String, Value>,
    #[serde(default)]
    pub catch_up: CatchUp,
    #[serde(default)]
    pub about: BTreeMap<String, Subject>,
    /// Why it rests, while it does; may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<String>,
    #[serde(default)]
    pub removed: bool,
    pub by: Option<Actor>,
    pub created_at: Option<DateTime<Utc>>,
    /// Up to which moment every due time was dealt with.
    pub settled: Option<DateTime<Utc>>,
    /// How many due times in a row led to no plan.
    #[serde(default)]
    pub failures: u32,
    /// The last ones, oldest first.
    #[serde(default)]
    pub outcomes: VecDeque<ScheduleOutcome>,
}

impl Schedule {
    pub fn exists(&self) -> bool {
        self.template.is_some()
    }

    /// Whether anything will be due.
    pub fn is_in_force(&self) -> bool {
        self.exists() && !self.removed && self.paused.is_none()
    }

    /// What is due now.
    pub fn due(&self, now: DateTime<Utc>) -> Option<Due> {
        let last = self.last_due(now)?;
        match self.catch_up {
            CatchUp::None if now - last > LATE => Some(Due::Missed),
            CatchUp::None | CatchUp::Last => Some(Due::Plan { due: last }),
        }
    }

    /// The first due time that is not dealt with; it lies in the past when something is due.
    pub fn next(&self) -> Option<DateTime<Utc>> {
        if self.is_in_force() { self.rhythm.as_ref()?.after(self.settled?) } else { None }
    }

    /// The last due time up to `now` that is not dealt with.
    fn last_due(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // asked forwards first: what comes next is what everybody was shown
        self.next().filter(|next| *next <= now)?;
        let settled = self.settled?;
        self.rhythm.as_ref()?.last_until(now).filter(|last| *last > settled)
    }

    /// The due times up to a moment (without the moment itself) that nothing came of.
    pub(super) fn missed_before(&self, moment: DateTime<Utc>) -> Option<Missed> {
        let rhythm = self.rhythm.as_ref()?;
        let first = rhythm.after(self.settled?).filter(|first| *first < moment)?;
        let times = std::iter::successors(Some(first), |last| rhythm.after(*last).filter(|next| *next < moment));
        let count = u32::try_from(times.take(MAX_COUNTED as usize).count()).unwrap_or(MAX_COUNTED);
        let last = rhythm.last_until(moment - TimeDelta::microseconds(1)).filter(|last| *last >= first);
        Some(Missed { first, last: last.unwrap_or(first), count })
    }

    /// Folds an event into the schedule.
    pub fn evolve(&mut self, event: &ScheduleEvent, stamp: &Stamp) {
        match event {
            ScheduleEvent::TemplateScheduled(e) => {
                self.template = Some(e.template);
                self.version = e.version;
                self.rhythm = Some(e.rhythm.clone());
                self.arguments.clone_from(&e.arguments);
                self.catch_up = e.catch_up;
                self.about.clone_from(&e.about);
                self.by = Some(stamp.actor.clone());
                self.created_at = Some(stamp.at);
                self.settled = Some(stamp.at);
            }
            ScheduleEvent::ScheduleFired(e) => {
                self.failures = 0;
                self.settle(e.due, stamp, Outcome::Plan { plan: e.plan, version: e.version });
            }
            ScheduleEvent::ScheduleFailed(e) => {
                self.failures += 1;
                self.settle(e.due, stamp, Outcome::Failure { code: e.code.clone(), message: e.message.clone() });
            }
            ScheduleEvent::ScheduleMissed(e) => {
                self.settle(e.first, stamp, Outcome::Missed { last: e.last, count: e.count });
                self.settled = self.settled.max(Some(e.last));
            }
            ScheduleEvent::SchedulePaused(e) => self.paused = Some(e.reason.clone()),
            ScheduleEvent::ScheduleResumed(_) => {
                self.paused = None;
                self.failures = 0;
                self.settled = self.settled.max(Some(stamp.at));
            }
            ScheduleEvent::ScheduleRemoved(_) => self.removed = true,
        }
    }

    fn settle(&mut self, due: DateTime<Utc>, stamp: &Stamp, outcome: Outcome) {
        self.settled = self.settled.max(Some(due));
        self.outcomes.push_back(ScheduleOutcome { due, at: stamp.at, outcome });
        if self.outcomes.len() > MAX_OUTCOMES {
            self.outcomes.pop_front();
        }
    }
}
