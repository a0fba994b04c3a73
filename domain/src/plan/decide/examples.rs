//! A small plan for the tests of this folder: research, then build and invite side by side, then launch.

use serde_json::json;

use super::PlanDecider;
use crate::{
    action::Catalogue,
    ids::{RunId, StepId},
    plan::{
        ContentHash, ExecutionStarted, Plan, PlanApprovalGiven, PlanApproved, PlanCreated, PlanDetails, PlanDrafted,
        PlanEvent, Policy, StepCompleted, StepError, StepFailed, StepInput, StepSpec, StepStarted, check_steps,
    },
    testing::{Given, given, moment},
};

pub(super) fn id(text: &str) -> StepId {
    text.parse().unwrap()
}

pub(super) fn input(step: &str, depends_on: &[&str]) -> StepInput {
    StepInput {
        id: Some(step.into()),
        title: format!("Do {step}"),
        action_type: "idea.create".into(),
        params: json!({"title": step}).as_object().unwrap().clone(),
        depends_on: depends_on.iter().map(ToString::to_string).collect(),
        ..StepInput::default()
    }
}

pub(super) fn diamond() -> Vec<StepInput> {
    vec![
        input("research", &[]),
        input("build", &["research"]),
        input("invite", &["research"]),
        input("launch", &["build", "invite"]),
    ]
}

pub(super) fn specs(inputs: Vec<StepInput>) -> Vec<StepSpec> {
    check_steps(inputs, Catalogue::builtin()).unwrap()
}

pub(super) fn spec(input: StepInput) -> StepSpec {
    specs(vec![input]).remove(0)
}

pub(super) fn drafted_with(policy: Policy, steps: Vec<StepInput>) -> Vec<PlanEvent> {
    vec![
        PlanCreated {
            request: Some("launch it".into()),
            selection: None,
            planner: crate::plan::PlannerChoice::Auto,
            today: None,
            timezone: None,
        }
        .into(),
        PlanDrafted {
            details: PlanDetails { name: "Launch".into(), description: String::new(), policy },
            steps: specs(steps),
            origin: crate::plan::Origin::default(),
            message: String::new(),
        }
        .into(),
    ]
}

pub(super) fn drafted() -> Vec<PlanEvent> {
    drafted_with(Policy::default(), diamond())
}

pub(super) fn hash_of(events: &[PlanEvent]) -> ContentHash {
    state_of(events).content_hash()
}

pub(super) fn state_of(events: &[PlanEvent]) -> Plan {
    given::<PlanDecider>(events.to_vec()).state().clone()
}

pub(super) fn approved_with(policy: Policy, steps: Vec<StepInput>) -> Vec<PlanEvent> {
    let mut events = drafted_with(policy, steps);
    let content_hash = hash_of(&events);
    events.push(PlanApprovalGiven { content_hash, note: None, acknowledged: Vec::new() }.into());
    events.push(PlanApproved { content_hash, reinstated: false }.into());
    events
}

pub(super) fn run_id() -> RunId {
    RunId::new(uuid::Uuid::from_u128(1))
}

pub(super) fn started_with(policy: Policy, steps: Vec<StepInput>) -> Vec<PlanEvent> {
    let mut events = approved_with(policy, steps);
    let content_hash = hash_of(&events);
    events.push(ExecutionStarted { run_id: run_id(), content_hash }.into());
    events
}

pub(super) fn started() -> Vec<PlanEvent> {
    started_with(Policy::default(), diamond())
}

pub(super) fn step_started(step: &str, attempt: u32) -> PlanEvent {
    StepStarted { step_id: id(step), attempt, key: format!("{}/{step}", run_id()), params: json!({"title": step}) }
        .into()
}

pub(super) fn step_completed(step: &str, attempt: u32) -> PlanEvent {
    StepCompleted { step_id: id(step), attempt, result: json!({"id": "ide_1"}), effects: Vec::new() }.into()
}

pub(super) fn step_failed(step: &str, attempt: u32) -> PlanEvent {
    StepFailed { step_id: id(step), attempt, error: error() }.into()
}

pub(super) fn error() -> StepError {
    StepError { code: "action.failed".into(), message: "no".into(), at: moment() }
}

pub(super) fn after(events: Vec<PlanEvent>, more: impl IntoIterator<Item = PlanEvent>) -> Given<PlanDecider> {
    given(events.into_iter().chain(more))
}
