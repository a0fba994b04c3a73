//! Schedules of templates, as they are asked for and as they are read.

use chrono::{DateTime, Utc};
use domain::{ids::ScheduleId, schedule as of};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::{Actor, AnyFields, Fields, page};

/// How many of the next due times are told.
const NEXT_TIMES: usize = 5;

/// What becomes of times that pass while the server is down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// The last of them is made up for.
    #[default]
    Last,
    /// They are only counted.
    None,
}

impl From<of::CatchUp> for CatchUp {
    fn from(catch_up: of::CatchUp) -> Self {
        match catch_up {
            of::CatchUp::Last => Self::Last,
            of::CatchUp::None => Self::None,
        }
    }
}

impl From<CatchUp> for of::CatchUp {
    fn from(catch_up: CatchUp) -> Self {
        match catch_up {
            CatchUp::Last => Self::Last,
            CatchUp::None => Self::None,
        }
    }
}

/// Runs a template by itself from now on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[schema(example = json!({"cron": "0 9 * * mon", "time_zone": "Europe/Berlin", "arguments": {"start_date": "today + 7 days"}}))]
pub struct NewSchedule {
    /// Minute, hour, day of the month, month, day of the week, as in `0 9 * * mon`.
    #[serde(default)]
    #[schema(required = true)]
    pub cron: String,
    /// Whose clocks it is read on, such as `Europe/Berlin`.
    #[serde(default)]
    #[schema(required = true)]
    pub time_zone: String,
    /// What is given for each parameter; days may be told from the day of each plan, as in `today + 7 days`.
    #[serde(default)]
    #[schema(required = false, value_type = AnyFields)]
    pub arguments: Fields,
    /// The version; the newest at each time when not given.
    pub version: Option<u32>,
    /// What becomes of times that pass while the server is down.
    #[serde(default)]
    #[schema(required = false)]
    pub catch_up: CatchUp,
}

/// What a write to a schedule answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScheduleWritten {
    /// The schedule.
    pub schedule_id: String,
    /// Its revision after the write; the `ETag` names the same.
    pub revision: u64,
    /// The place of the write in the whole log; give it as `min_position` to read what was written.
    pub position: u64,
}

/// What a schedule would do; nothing was made.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SchedulePreview {
    /// The expression, as it would be kept.
    pub cron: String,
    /// Whose clocks it is read on.
    pub time_zone: String,
    /// The next times.
    pub next: Vec<DateTime<Utc>>,
    /// What people would call the first plan.
    pub plan_name: String,
    /// How many steps it would have.
    pub steps: usize,
}

/// What came of a due time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScheduleOutcome {
    /// `plan`, `failure` or `missed`. More may come.
    pub outcome: String,
    /// The time; of several that were missed, the first.
    pub due: DateTime<Utc>,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// The plan that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub plan_id: Option<String>,
    /// The version that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub version: Option<u32>,
    /// Why none was made: stable, such as `template.retired`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub code: Option<String>,
    /// The same, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    /// How many times were missed; 1,000 stands for more as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub count: Option<u32>,
}

impl From<&of::ScheduleOutcome> for ScheduleOutcome {
    fn from(told: &of::ScheduleOutcome) -> Self {
        let base = |outcome: &str| Self { outcome: outcome.into(), due: told.due, at: told.at, ..Self::default() };
        match &told.outcome {
            of::Outcome::Plan { plan, version } => {
                Self { plan_id: Some(plan.to_string()), version: Some(*version), ..base("plan") }
            }
            of::Outcome::Failure { code, message } => {
                Self { code: Some(code.clone()), message: Some(message.clone()), ..base("failure") }
            }
            of::Outcome::Missed { count, .. } => Self { count: Some(*count), ..base("missed") },
        }
    }
}

/// A template that is run by itself.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Schedule {
    /// The schedule.
    pub id: String,
    /// The template.
    pub template_id: String,
    /// What that is called.
    pub template_name: String,
    /// Minute, hour, day of the month, month, day of the week.
    pub cron: String,
    /// Whose clocks it is read on.
    pub time_zone: String,
    /// What is given for the parameters.
    #[schema(value_type = AnyFields)]
    pub arguments: Fields,
    /// The version; the newest at each time when not given.
    pub version: Option<u32>,
    /// What becomes of times that pass while the server is down.
    pub catch_up: CatchUp,
    /// Why it rests, while it does; may be empty.
    pub paused: Option<String>,
    /// Who made it: its plans are theirs.
    pub by: Option<Actor>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether you may pause, resume and remove it.
    pub may_change: bool,
    /// The next times at which a plan will be made; none while it rests.
    pub next: Vec<DateTime<Utc>>,
    /// What came of the last due times, the last one first.
    pub outcomes: Vec<ScheduleOutcome>,
    /// The revision of its last event.
    pub revision: u64,
    /// The place of its last event in the log.
    pub position: u64,
}

impl Schedule {
    pub(crate) fn new(
        id: ScheduleId,
        schedule: &of::Schedule,
        template_name: String,
        may_change: bool,
        stands_at: (u64, u64),
        now: DateTime<Utc>,
    ) -> Self {
        let rhythm = schedule.rhythm.as_ref();
        let next = if schedule.is_in_force() { rhythm.map(|rhythm| rhythm.upcoming(now, NEXT_TIMES)) } else { None };
        Self {
            id: id.to_string(),
            template_id: schedule.template.map(|template| template.to_string()).unwrap_or_default(),
            template_name,
            cron: rhythm.map(|rhythm| rhythm.cron.clone()).unwrap_or_default(),
            time_zone: rhythm.map(|rhythm| rhythm.time_zone.name().to_owned()).unwrap_or_default(),
            arguments: schedule.arguments.clone(),
            version: schedule.version,
            catch_up: schedule.catch_up.into(),
            paused: schedule.paused.clone(),
            by: schedule.by.as_ref().map(Into::into),
            created_at: schedule.created_at.unwrap_or_default(),
            may_change,
            next: next.unwrap_or_default(),
            outcomes: schedule.outcomes.iter().rev().map(Into::into).collect(),
            revision: stands_at.0,
            position: stands_at.1,
        }
    }
}

impl SchedulePreview {
    pub(crate) fn new(rhythm: &of::Rhythm, plan: &domain::plan::Plan, now: DateTime<Utc>) -> Self {
        Self {
            cron: rhythm.cron.clone(),
            time_zone: rhythm.time_zone.name().to_owned(),
            next: rhythm.upcoming(now, NEXT_TIMES),
            plan_name: plan.details.name.clone(),
            steps: plan.steps.len(),
        }
    }
}

page!(
    /// Schedules, the newest first.
    SchedulePage of Schedule
);
