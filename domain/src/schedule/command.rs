//! What can be asked of a schedule.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{CatchUp, Rhythm};
use crate::{
    ids::{PlanId, TemplateId},
    personal::Subject,
};

/// An intent towards one schedule.
#[derive(Clone, Debug, PartialEq)]
pub enum ScheduleCommand {
    Create(Box<CreateSchedule>),
    Pause {
        /// May be empty.
        reason: String,
    },
    Resume,
    Remove {
        /// May be empty.
        reason: String,
    },
    /// Writes down which plan was made for a due time. Told twice, it is written once.
    RecordPlan {
        due: DateTime<Utc>,
        plan: PlanId,
        version: u32,
    },
    /// Writes down why no plan was made for a due time.
    RecordFailure {
        due: DateTime<Utc>,
        code: String,
        message: String,
    },
    /// Writes down that the due times up to a moment passed without a plan.
    RecordMissed {
        until: DateTime<Utc>,
    },
}

/// Makes a schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateSchedule {
    pub template: TemplateId,
    pub version: Option<u32>,
    pub rhythm: Rhythm,
    pub arguments: Map<String, Value>,
    pub catch_up: CatchUp,
    /// The arguments that are about somebody, and whom.
    pub about: BTreeMap<String, Subject>,
}
