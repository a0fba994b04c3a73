//! Random plans: any graph without cycles over the catalogue's actions, with references to steps that come before.

use cairn_domain::{
    action::{Catalogue, RetryPolicy},
    plan::{DraftPlan, OnFailure, Policy, StepInput},
};
use proptest::{collection, option, prelude::*, sample, sample::Index};
use serde_json::{Value, json};

/// What one step is made of before the steps are put together.
#[derive(Clone, Debug)]
struct Seed {
    action: String,
    /// One bit for each step that comes before: whether this one depends on it.
    parents: u16,
    /// Which of the parents the params refer to, if any.
    refers: Option<Index>,
    title: String,
    /// Where the step stands in the list; independent of what it depends on.
    place: u16,
    requires_approval: bool,
    on_failure: Option<OnFailure>,
    retry: Option<RetryPolicy>,
    timeout_seconds: Option<u32>,
}

/// The names of all actions.
pub(crate) fn action() -> impl Strategy<Value = String> {
    let names: Vec<String> = Catalogue::builtin().iter().map(|action| action.name.clone()).collect();
    sample::select(names)
}

pub(crate) fn on_failure() -> impl Strategy<Value = OnFailure> {
    sample::select(&[OnFailure::Stop, OnFailure::Continue, OnFailure::Ask, OnFailure::Rollback][..])
}

pub(crate) fn retry() -> impl Strategy<Value = RetryPolicy> {
    (1..4_u32, 0..60_000_u64, 0..120_000_u64).prop_map(|(max_attempts, initial_delay_ms, max_delay_ms)| RetryPolicy {
        max_attempts,
        initial_delay_ms,
        max_delay_ms,
    })
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    (on_failure(), 1..4_u32, prop_oneof![4 => Just(1_u32), 1 => Just(2_u32)], prop::bool::weighted(0.9)).prop_map(
        |(on_failure, max_parallel, approvals_required, self_approval)| Policy {
            on_failure,
            max_parallel,
            approvals_required,
            self_approval,
        },
    )
}

/// Steps that are a valid plan.
pub(crate) fn steps(count: impl Into<collection::SizeRange>) -> impl Strategy<Value = Vec<StepInput>> {
    let seed = (
        (action(), any::<u16>(), option::of(any::<Index>()), "[A-Za-z][a-z ]{0,11}", any::<u16>()),
        (
            prop::bool::weighted(0.15),
            option::weighted(0.2, on_failure()),
            option::weighted(0.3, retry()),
            option::weighted(0.2, 1..3_600_u32),
        ),
    );
    let seed = seed.prop_map(|(what, how)| {
        let (action, parents, refers, title, place) = what;
        let (requires_approval, on_failure, retry, timeout_seconds) = how;
        Seed { action, parents, refers, title, place, requires_approval, on_failure, retry, timeout_seconds }
    });
    collection::vec(seed, count).prop_map(put_together)
}

/// A draft that is a valid plan.
pub(crate) fn draft(count: impl Into<collection::SizeRange>) -> impl Strategy<Value = DraftPlan> {
    (steps(count), policy()).prop_map(|(steps, policy)| DraftPlan {
        name: "A plan".into(),
        steps,
        policy: Some(policy),
        ..DraftPlan::default()
    })
}

fn put_together(seeds: Vec<Seed>) -> Vec<StepInput> {
    let actions: Vec<String> = seeds.iter().map(|seed| seed.action.clone()).collect();
    let mut placed: Vec<(u16, StepInput)> = Vec::with_capacity(seeds.len());
    for (number, seed) in seeds.into_iter().enumerate() {
        let parents: Vec<usize> = (0..number).filter(|parent| seed.parents >> (parent % 16) & 1 == 1).collect();
        let source = seed.refers.filter(|_| !parents.is_empty()).map(|index| parents[index.index(parents.len())]);
        let mut params = params(&seed.action);
        if let Some(source) = source {
            refer(&seed.action, &mut params, &format!("s{source}"), &actions[source]);
        }
        let step = StepInput {
            id: Some(format!("s{number}")),
            title: seed.title,
            description: String::new(),
            params: params.as_object().cloned().unwrap_or_default(),
            action_type: seed.action,
            depends_on: parents.iter().map(|parent| format!("s{parent}")).collect(),
            requires_approval: seed.requires_approval,
            on_failure: seed.on_failure,
            retry: seed.retry,
            timeout_seconds: seed.timeout_seconds,
        };
        placed.push((seed.place, step));
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, step)| step).collect()
}

/// Params that fit an action, without references.
pub(crate) fn params(action: &str) -> Value {
    match action {
        "project.create" => json!({"name": "Kestrel", "due_date": "2027-01-31"}),
        "project.set_milestones" => json!({"project": "prj_1", "milestones": [{"title": "Design"}]}),
        "project.update" => json!({"project": "prj_1", "description": "more"}),
        "project.archive" => json!({"project": "prj_1"}),
        "task.create" => json!({"title": "Call", "project": "prj_1", "assignee": "me", "description": "soon"}),
        "task.update" => json!({"task": "tsk_1", "status": "open"}),
        "task.complete" => json!({"task": "tsk_1"}),
        "person.create" => json!({"name": "Sarah", "organisation": "Acme"}),
        "person.update" => json!({"person": "per_1", "email": "sarah@example.org"}),
        "link.create" => json!({"from": "ide_1", "to": "prj_1", "relation": "became"}),
        "reminder.set" => json!({"about": "tsk_1", "at": "2026-12-01T09:00", "message": "call"}),
        "idea.create" => json!({"title": "A quieter office", "body": "carpets"}),
        "idea.update" => json!({"idea": "ide_1", "body": "curtains"}),
        "idea.archive" => json!({"idea": "ide_1"}),
        "note.add" => json!({"about": "per_1", "text": "met at the fair"}),
        "message.send" => json!({"to": "per_1", "subject": "Hello", "body": "How are you?"}),
        "calendar.schedule" => json!({"title": "Review", "at": "2026-12-04T10:00", "attendees": ["per_1", "me"]}),
        "http.request" => json!({"method": "POST", "url": "https://example.org/hook", "body": {"text": "done"}}),
        "wait.until" => json!({"at": "2026-11-23T10:30", "reason": "office hours"}),
        "manual.step" => json!({"instructions": "sign it"}),
        new => panic!("write down params that fit `{new}`, so that random plans use it"),
    }
}

/// Makes params refer to an earlier step: as an id where its kind fits, else inside a text, else not at all.
fn refer(action: &str, params: &mut Value, source: &str, source_action: &str) {
    let catalogue = Catalogue::builtin();
    let reference = format!("{{{{steps.{source}.result.id}}}}");
    let given = catalogue.result_kind(source_action);
    let places: Vec<String> =
        catalogue.entity_references(action, params).into_iter().map(|(pointer, _)| pointer).collect();
    for pointer in places {
        let kinds = catalogue.param_kinds(action, params, &pointer).unwrap_or_default();
        let fits = given.is_none_or(|given| kinds.iter().any(|kind| kind == "any" || kind == given.name()));
        if fits && let Some(value) = params.pointer_mut(&pointer) {
            *value = Value::from(reference);
            return;
        }
    }
    for name in ["description", "body", "message", "text", "instructions", "reason"] {
        if let Some(Value::String(text)) = params.get_mut(name) {
            text.push_str(", see ");
            text.push_str(&reference);
            return;
        }
    }
}
