//! What is done to schedules in the histories, and what comes of them.

use chrono::{DateTime, Utc};
use domain::{
    actor::Actor,
    ids::{PlanId, ScheduleId},
    schedule::{CatchUp, CreateSchedule, Rhythm, Schedule, ScheduleCommand},
};
use serde_json::json;
use uuid::Uuid;

use super::story_templates::template_id;

pub(super) fn schedule_id(index: usize) -> ScheduleId {
    ScheduleId::new(Uuid::from_u128(0x5000 + index as u128))
}

/// What the runner records of the minutes that have passed, and what a person does between.
pub(super) fn schedule_command(
    schedule: &Schedule,
    verb: u8,
    number: u8,
    now: DateTime<Utc>,
) -> (ScheduleCommand, Actor) {
    let person = Actor::person("alex");
    let reason = format!("because of {number}");
    if !schedule.exists() {
        let create = CreateSchedule {
            template: template_id(usize::from(number % 2)),
            version: None,
            rhythm: Rhythm::parse("*/2 * * * *", "Europe/Berlin").unwrap(),
            arguments: json!({"what": format!("Thing {number}")}).as_object().cloned().unwrap_or_default(),
            catch_up: CatchUp::Last,
            about: std::collections::BTreeMap::new(),
        };
        return (ScheduleCommand::Create(Box::new(create)), person);
    }
    let due = schedule.rhythm.as_ref().and_then(|rhythm| rhythm.last_until(now)).unwrap_or(now);
    match verb {
        0..=9 => {
            let plan = PlanId::new(Uuid::from_u128(0x6000 + u128::from(number)));
            (ScheduleCommand::RecordPlan { due, plan, version: u32::from(number % 4) + 1 }, Actor::system())
        }
        10..=14 => {
            let (code, message) = ("template.retired".to_owned(), reason);
            (ScheduleCommand::RecordFailure { due, code, message }, Actor::system())
        }
        15 | 16 => (ScheduleCommand::RecordMissed { until: now }, Actor::system()),
        17 | 18 => (ScheduleCommand::Pause { reason }, person),
        23 if number.is_multiple_of(9) => (ScheduleCommand::Remove { reason }, person),
        _ => (ScheduleCommand::Resume, person),
    }
}
