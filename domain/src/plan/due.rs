//! What a running plan wants next, and in words why a step waits.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{OnFailure, Plan, PlanStatus, Step, StepProgress};
use crate::{
    action::{Catalogue, Pace},
    ids::StepId,
    rollback::UndoStep,
};

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finish {
    Completed,
    Failed {
        failed: Vec<StepId>,
    },
    /// The rollback is done, and this is where the plan stands then.
    RolledBack {
        status: PlanStatus,
    },
}

/// What is to be done about a plan at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Steps to start now, in the plan's order, within the parallel limit.
    pub start: Vec<StepId>,
    /// Steps that waited for a moment which has come.
    pub elapsed: Vec<StepId>,
    /// The next moment at which something will be due by itself.
    pub wake_at: Option<DateTime<Utc>>,
    /// Steps to take back now, within the parallel limit.
    pub undo: Vec<StepId>,
    /// Steps whose turn it is to be taken back, and of which nothing is left to take back.
    pub nothing_to_undo: Vec<StepId>,
    /// The failed steps for which the plan is to be rolled back, once nothing else is under way.
    pub roll_back: Vec<StepId>,
    /// How the run ends, when nothing is left to do.
    pub finish: Option<Finish>,
}

/// Says what is due. Nothing is, unless the plan is executing or being rolled back.
pub fn due(plan: &Plan, catalogue: &Catalogue, now: DateTime<Utc>) -> Due {
    let mut due = Due::default();
    if plan.status == PlanStatus::RollingBack {
        plan.due_in_rollback(&mut due, now);
    }
    if plan.status != PlanStatus::Executing {
        return due;
    }
    let halted = plan.failed_steps().any(|step| plan.on_failure(step) != OnFailure::Continue);
    let mut slots = plan.details.policy.max_parallel as usize;
    let mut active = false;
    let wake = |due: &mut Due, at: DateTime<Utc>| due.wake_at = Some(due.wake_at.map_or(at, |known| known.min(at)));
    for step in plan.steps.values() {
        if let StepProgress::Executing { params, .. } = &step.progress {
            active = true;
            match pace(step, catalogue) {
                Pace::Action => slots = slots.saturating_sub(1),
                Pace::Person => {}
                Pace::Clock => match clock(plan, params) {
                    Some(at) if at > now => wake(&mut due, at),
                    Some(_) | None => due.elapsed.push(step.spec.id.clone()),
                },
            }
        }
    }
    for (id, step) in &plan.steps {
        let ready = match &step.progress {
            StepProgress::Pending => !halted && plan.dependencies_met(step),
            StepProgress::Retrying { retry_at, .. } => {
                active = true;
                if *retry_at > now {
                    wake(&mut due, *retry_at);
                }
                *retry_at <= now
            }
            StepProgress::OutcomeUnknown { .. } => {
                active = true;
                false
            }
            StepProgress::Executing { .. }
            | StepProgress::Completed { .. }
            | StepProgress::Failed { .. }
            | StepProgress::Skipped { .. }
            | StepProgress::Undoing { .. }
            | StepProgress::UndoFailed { .. }
            | StepProgress::Undone { .. } => false,
        };
        if !ready {
            continue;
        }
        active = true;
        if step.spec.requires_approval && !step.approved {
            continue;
        }
        if pace(step, catalogue) == Pace::Action {
            if slots == 0 {
                continue;
            }
            slots -= 1;
        }
        due.start.push(id.clone());
    }
    if !active {
        let failed: Vec<StepId> = plan.failed_steps().map(|step| step.spec.id.clone()).collect();
        if plan.failed_steps().any(|step| plan.on_failure(step) == OnFailure::Rollback) {
            due.roll_back = failed;
        } else if !failed.is_empty() {
            due.finish = Some(Finish::Failed { failed });
        } else if !plan.steps.values().any(|step| step.progress == StepProgress::Pending) {
            // a step that is left waits for one that was undone
            due.finish = Some(Finish::Completed);
        }
    }
    due
}

/// What the end of a step waits for; an action that is no longer in the catalogue counts as a plain one.
pub(crate) fn pace(step: &Step, catalogue: &Catalogue) -> Pace {
    catalogue.get(&step.spec.action_type).map_or(Pace::Action, |action| action.pace)
}

/// The moment that a step which waits for the clock waits for.
pub(crate) fn clock(plan: &Plan, params: &Value) -> Option<DateTime<Utc>> {
    moment_of(params.get("at").and_then(Value::as_str), plan.timezone.as_deref())
}

/// The moment that a date or date-time means. Without an offset it is local time in `timezone` (an IANA name; UTC when
/// unknown); a date is its first moment. A local time that the clocks jump over is taken one hour later.
pub fn moment_of(text: Option<&str>, timezone: Option<&str>) -> Option<DateTime<Utc>> {
    let text = text?.replacen(' ', "T", 1);
    if let Ok(at) = DateTime::parse_from_rfc3339(&text) {
        return Some(at.with_timezone(&Utc));
    }
    let local = text.parse::<NaiveDate>().ok().and_then(|date| date.and_hms_opt(0, 0, 0)).or_else(|| {
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
    })?;
    let zone: Tz = timezone.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC);
    let found = zone.from_local_datetime(&local).earliest();
    let an_hour_later = || local.checked_add_signed(TimeDelta::hours(1));
    let found = found.or_else(|| zone.from_local_datetime(&an_hour_later()?).earliest());
    let found = found.or_else(|| zone.from_local_datetime(&local.checked_add_days(Days::new(1))?).earliest());
    found.map(|at| at.with_timezone(&Utc))
}

/// One reason why a step does not go on by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// `start`, `paused`, `dependency`, `failure`, `approval`, `slot`, `retry`, `clock`, `person` or `outcome`.
    pub kind: String,
    /// What it waits for and what would unblock it.
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
}

impl Waiting {
    fn new(kind: &str, text: String) -> Self {
        Self { kind: kind.into(), text, step: None, at: None }
    }

    fn at(self, at: DateTime<Utc>) -> Self {
        Self { at: Some(at), ..self }
    }
}

/// Says in words why a step waits and what would unblock it; empty when it does not wait.
pub fn waiting_for(plan: &Plan, step: &Step, catalogue: &Catalogue) -> Vec<Waiting> {
    let mut reasons = Vec::new();
    match &step.progress {
        StepProgress::Completed { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undone { .. } => {}
        StepProgress::Undoing { retry_at, attempt, .. } => {
            wait_of_undoing(plan, step, *retry_at, *attempt, &mut reasons);
        }
        StepProgress::UndoFailed { .. } => reasons.push(Waiting::new(
            "undo",
            "It could not be taken back: try again, or settle it by hand and say how.".into(),
        )),
        StepProgress::Executing { params, .. } => match pace(step, catalogue) {
            Pace::Action => {}
            Pace::Person => {
                reasons.push(Waiting::new("person", "Waits for a person to do it and mark it done.".into()));
            }
            Pace::Clock => {
                let text = "Waits until the moment it names.".to_owned();
                let waiting = Waiting::new("clock", text);
                reasons.push(match clock(plan, params) {
                    Some(at) => waiting.at(at),
                    None => waiting,
                });
            }
        },
        StepProgress::Retrying { retry_at, attempt, .. } => reasons.push(
            Waiting::new("retry", format!("Attempt {attempt} failed; the next one starts by itself.")).at(*retry_at),
        ),
        StepProgress::OutcomeUnknown { .. } => reasons.push(Waiting::new(
            "outcome",
            "Nobody can tell whether the last attempt happened: find out and say so.".into(),
        )),
        StepProgress::Pending => wait_of_pending(plan, step, &mut reasons),
    }
    reasons
}

fn wait_of_undoing(
    plan: &Plan,
    step: &Step,
    retry_at: Option<DateTime<Utc>>,
    attempt: u32,
    reasons: &mut Vec<Waiting>,
) {
    if let Some(at) = retry_at {
        let text = format!("Attempt {attempt} to take it back failed; the next one starts by itself.");
        reasons.push(Waiting::new("retry", text).at(at));
    } else if plan.open_rollback().and_then(|open| open.step(&step.spec.id)).is_some_and(UndoStep::asks_a_person) {
        reasons.push(Waiting::new("person", "Waits for a person to take it back by hand and say so.".into()));
    }
}

fn wait_of_pending(plan: &Plan, step: &Step, reasons: &mut Vec<Waiting>) {
    match plan.status {
        PlanStatus::Executing => {}
        PlanStatus::Paused => reasons.push(Waiting::new("paused", "The plan is paused: resume it.".into())),
        PlanStatus::Approved => reasons.push(Waiting::new("start", "The plan is approved: start it.".into())),
        PlanStatus::Failed => {
            reasons
                .push(Waiting::new("failure", "The run stopped at a failure: retry or skip the failed step.".into()));
        }
        PlanStatus::Absent
        | PlanStatus::Drafting
        | PlanStatus::NeedsAnswer
        | PlanStatus::Draft
        | PlanStatus::Completed
        | PlanStatus::Cancelled
        | PlanStatus::Rejected
        | PlanStatus::RollingBack
        | PlanStatus::RolledBack
        | PlanStatus::RollbackStuck => return,
    }
    let before = reasons.len();
    for dependency in step.spec.depends_on.iter().filter_map(|id| plan.steps.get(id)) {
        if dependency.lets_dependents_start() {
            continue;
        }
        let title = &dependency.spec.title;
        let text = match dependency.progress {
            StepProgress::Failed { .. } => format!("“{title}” failed: retry it or skip it."),
            StepProgress::Skipped { .. } => format!("“{title}” was skipped without a result."),
            StepProgress::Undoing { .. } | StepProgress::UndoFailed { .. } | StepProgress::Undone { .. } => {
                format!("“{title}” was rolled back: undo that rollback, or skip this step.")
            }
            StepProgress::Pending
            | StepProgress::Executing { .. }
            | StepProgress::Retrying { .. }
            | StepProgress::OutcomeUnknown { .. }
            | StepProgress::Completed { .. } => format!("“{title}” must be done first."),
        };
        reasons.push(Waiting { step: Some(dependency.spec.id.clone()), ..Waiting::new("dependency", text) });
    }
    if reasons.len() > before || plan.status != PlanStatus::Executing {
        return;
    }
    if step.spec.requires_approval && !step.approved {
        reasons.push(Waiting::new("approval", "Waits for somebody to let this step start.".into()));
    } else if plan.failed_steps().any(|failed| plan.on_failure(failed) != OnFailure::Continue) {
        reasons.push(Waiting::new("failure", "Another step failed, and the plan stops at a failure.".into()));
    } else {
        let limit = plan.details.policy.max_parallel;
        reasons.push(Waiting::new("slot", format!("At most {limit} steps run at once; it starts when one ends.")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_time_is_read_in_its_zone() {
        let berlin = Some("Europe/Berlin");
        let utc = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc);
        assert_eq!(moment_of(Some("2026-11-23T14:00"), berlin), Some(utc("2026-11-23T13:00:00Z")));
        assert_eq!(moment_of(Some("2026-07-01"), berlin), Some(utc("2026-06-30T22:00:00Z")));
        assert_eq!(moment_of(Some("2026-11-23T14:00:00-05:00"), berlin), Some(utc("2026-11-23T19:00:00Z")));
        // the clocks jump from 02:00 to 03:00
        assert_eq!(moment_of(Some("2026-03-29T02:30"), berlin), Some(utc("2026-03-29T01:30:00Z")));
        assert_eq!(moment_of(Some("soon"), None), None);
        // the last moment there is, west of Greenwich
        assert_eq!(moment_of(Some("+262142-12-31T23:30"), Some("America/New_York")), None);
    }
}
