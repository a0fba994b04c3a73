//! What happens to a schedule. Nothing here is ever changed or taken out; a new shape gets a new schema version.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Rhythm;
use crate::{
    ids::{PlanId, TemplateId},
    personal::Subject,
    schema::events,
};

/// What becomes of times that passed while nobody was there to make a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// The last of them is made up for; the others are counted.
    #[default]
    Last,
    /// They are counted.
    None,
}

events! {
    /// Everything that can happen to a schedule.
    ScheduleEvent {
        /// Somebody wants plans from a template at certain times.
        TemplateScheduled {
            template: TemplateId,
            /// The version; the newest of the day when there is none.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            version: Option<u32>,
            rhythm: Rhythm,
            /// What is given for the parameters; days may be told from the day of each plan, as in `today + 7 days`.
            #[serde(default, skip_serializing_if = "Map::is_empty")]
            arguments: Map<String, Value>,
            #[serde(default)]
            catch_up: CatchUp,
            /// The arguments that are about somebody, and whom.
            #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
            about: BTreeMap<String, Subject>,
        },
        /// A plan was made for a due time.
        ScheduleFired { due: DateTime<Utc>, plan: PlanId, version: u32 },
        /// No plan could be made for a due time; the next one is tried all the same.
        ScheduleFailed {
            due: DateTime<Utc>,
            /// Stable, such as `template.retired`.
            code: String,
            message: String,
        },
        /// Due times passed without a plan, because nobody was there to make it.
        ScheduleMissed {
            first: DateTime<Utc>,
            last: DateTime<Utc>,
            /// How many; the highest that is counted to stands for more as well.
            count: u32,
        },
        /// It rests.
        SchedulePaused { reason: String },
        /// It goes on, with the first due time from then on.
        ScheduleResumed,
        /// It is over; the plans stay.
        ScheduleRemoved { reason: String },
    }
}

impl ScheduleEvent {
    /// The reason that was given, where one was.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::SchedulePaused(e) => Some(&e.reason).filter(|reason| !reason.is_empty()).map(String::as_str),
            Self::ScheduleRemoved(e) => Some(&e.reason).filter(|reason| !reason.is_empty()).map(String::as_str),
            Self::TemplateScheduled(_)
            | Self::ScheduleFired(_)
            | Self::ScheduleFailed(_)
            | Self::ScheduleMissed(_)
            | Self::ScheduleResumed(_) => None,
        }
    }
}
