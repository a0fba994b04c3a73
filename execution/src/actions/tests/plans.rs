//! Whole plans, foretold.

use std::sync::Arc;

use domain::{
    action::{Effect, Impact},
    ids::EntityId,
    plan::{Plan, Step, StepProgress, StepSpec},
    workspace::{Entity, FieldChange, Kind},
};
use indexmap::IndexMap;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::actions::{
    ids_needed, simulate_plan,
    testing::{House, entity},
};

fn step(id: &str, action_type: &str, params: Value, depends_on: &[&str]) -> Step {
    Step::new(StepSpec {
        id: id.parse().unwrap(),
        title: id.into(),
        description: String::new(),
        action_type: action_type.into(),
        params,
        depends_on: depends_on.iter().map(|id| id.parse().unwrap()).collect(),
        requires_approval: false,
        on_failure: None,
        retry: None,
        timeout_seconds: None,
    })
}

fn plan<const N: usize>(steps: [Step; N]) -> Plan {
    let steps = steps.into_iter().map(|step| (step.spec.id.clone(), Arc::new(step)));
    Plan { steps: steps.collect(), ..Plan::default() }
}

fn in_workspace(id: &EntityId) -> Option<Entity> {
    match id.as_str() {
        "ide_1" => Some(entity(Kind::Idea, &json!({"title": "Fly"}))),
        "per_1" => Some(entity(Kind::Person, &json!({"name": "Sarah Chen"}))),
        "tsk_1" => Some(entity(Kind::Task, &json!({"title": "Call Sarah", "status": "done"}))),
        _ => None,
    }
}

fn simulate(plan: &Plan) -> IndexMap<String, Impact> {
    let impacts = simulate_plan(plan, &House::new().registry, in_workspace);
    impacts.into_iter().map(|(id, impact)| (id.to_string(), impact)).collect()
}

fn summaries(impacts: &IndexMap<String, Impact>) -> Vec<&str> {
    impacts.values().map(|impact| impact.summary.as_str()).collect()
}

fn idea_to_project() -> Plan {
    plan([
        step("archive", "idea.archive", json!({"idea": "ide_1"}), &["link"]),
        step("link", "link.create", json!({"from": "{{steps.make.result.id}}", "to": "ide_1"}), &["make"]),
        step("make", "project.create", json!({"name": "Fly", "due_date": "2027-01-31"}), &[]),
        step(
            "tell",
            "message.send",
            json!({"to": "per_1", "subject": "{{steps.make.result.name}} is on", "body": "Due {{steps.make.result.due_date}}"}),
            &["make"],
        ),
    ])
}

#[test]
fn a_later_step_sees_what_an_earlier_one_would_make() {
    let impacts = simulate(&idea_to_project());
    assert_eq!(
        summaries(&impacts),
        [
            "Archives the idea “Fly”",
            "Links the new project “Fly” (step make) to the idea “Fly”",
            "Creates the project “Fly”, due 31 January 2027",
            "Sends Sarah Chen the message “Fly is on”",
        ]
    );
    assert!(impacts.values().all(|impact| impact.problems.is_empty() && impact.unknown.is_empty()));
    assert_eq!(impacts["tell"].changes[2].after, json!("Due 2027-01-31"));
}

#[test]
fn a_later_step_sees_what_an_earlier_one_would_change() {
    let impacts = simulate(&plan([
        step("again", "idea.archive", json!({"idea": "{{steps.first.result.id}}"}), &["first"]),
        step("first", "idea.archive", json!({"idea": "{{steps.rename.result.id}}"}), &["rename"]),
        step("rename", "idea.update", json!({"idea": "ide_1", "title": "Soar"}), &[]),
    ]));
    assert_eq!(
        summaries(&impacts),
        ["Archives the idea “Soar”", "Archives the idea “Soar”", "Gives the idea “Fly” the title “Soar”"]
    );
    assert_eq!(impacts["again"].problems, ["the idea “Soar” is archived already"]);
    assert_eq!(impacts["first"].problems, Vec::<String>::new());
}

#[test]
fn what_only_a_call_can_tell_is_said_to_be_unknown() {
    let impacts = simulate(&plan([
        step("call", "http.request", json!({"method": "POST", "url": "http://a.test"}), &[]),
        step("close", "task.complete", json!({"task": "{{steps.call.result.id}}"}), &["call"]),
        step("note", "note.add", json!({"about": "per_1", "text": "It is {{steps.call.result.body.x}}"}), &["call"]),
    ]));
    assert_eq!(impacts["close"].summary, "Marks the task that step call gives as done");
    assert_eq!(impacts["close"].unknown, ["`task` takes `id` from step call, which is known once that step has run"]);
    assert_eq!(impacts["note"].summary, "Adds a note about Sarah Chen: “It is [body.x of call]”");
}

#[test]
fn a_completed_step_is_told_as_it_was() {
    let mut done = step("done", "task.complete", json!({"task": "tsk_1"}), &[]);
    let change = FieldChange { field: "status".into(), before: json!("open"), after: json!("done") };
    let effect = Effect::EntityChanged { entity: "tsk_1".parse().unwrap(), event: Uuid::nil(), changes: vec![change] };
    done.progress = StepProgress::Completed { result: json!({"id": "tsk_1"}), effects: vec![effect] };
    let impacts =
        simulate(&plan([done, step("next", "task.complete", json!({"task": "{{steps.done.result.id}}"}), &["done"])]));
    assert_eq!(impacts["done"].changes[0].before, json!("open"));
    assert_eq!(impacts["next"].summary, "Marks the task “Call Sarah” as done");
    assert_eq!(impacts["next"].changes, []);
}

#[test]
fn a_plan_with_a_cycle_or_an_unknown_action_is_still_told() {
    let impacts = simulate(&plan([
        step("a", "idea.archive", json!({"idea": "ide_1"}), &["b"]),
        step("b", "no.such", json!({}), &["a"]),
    ]));
    assert_eq!(impacts["a"].summary, "Archives the idea “Fly”");
    assert_eq!(impacts["b"].problems, ["there is no action `no.such`"]);
}

#[test]
fn the_entities_that_are_needed_are_those_that_the_plan_names() {
    let mut plan = idea_to_project();
    let mut done = step("extra", "note.add", json!({"about": "per_2", "text": "prj_1 is no reference in a text"}), &[]);
    done.progress = StepProgress::Completed { result: json!({"id": "nte_1"}), effects: Vec::new() };
    plan.steps.insert("extra".parse().unwrap(), Arc::new(done));
    let ids: Vec<String> = ids_needed(&plan).iter().map(ToString::to_string).collect();
    assert_eq!(ids, ["ide_1", "nte_1", "per_1", "per_2"]);
}
