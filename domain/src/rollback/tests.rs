//! What a preview says of small plans.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{BlockKind, Choice, ChoiceFor, Class, Past, Preview, Scope, Undo, World, preview};
use crate::{
    action::{Catalogue, Effect},
    actor::Actor,
    decider::Stamp,
    ids::{EntityId, RunId, StepId},
    plan::{
        ExecutionStarted, Plan, PlanApproved, PlanCompleted, PlanCreated, PlanDetails, PlanDrafted, PlanEvent,
        PlanRefusal, PlannerChoice, StepCompleted, StepInput, StepStarted, check_steps,
    },
    testing::moment,
    workspace::{EntityChanged, EntityCreated, EntityEvent, FieldChange, Kind},
};

/// A plan that has run, and the log of the things it acted on.
#[derive(Default)]
struct Story {
    steps: Vec<StepInput>,
    done: Vec<(String, Value, Vec<Effect>)>,
    world: World,
    events: u128,
}

fn thing(name: &str) -> EntityId {
    name.parse().unwrap()
}

fn id(name: &str) -> StepId {
    name.parse().unwrap()
}

impl Story {
    fn happens(&mut self, entity: &str, event: impl Into<EntityEvent>, actor: Actor) -> Uuid {
        self.events += 1;
        let id = Uuid::from_u128(self.events);
        let history = self.world.0.entry(thing(entity)).or_default();
        history.0.push(Past { id, event: event.into(), stamp: Stamp { at: moment(), actor }, key: None });
        id
    }

    fn made(&mut self, entity: &str, kind: Kind, fields: &Value) -> Uuid {
        let fields = fields.as_object().unwrap().clone();
        self.happens(entity, EntityCreated { kind, fields }, Actor::executor())
    }

    fn set(&mut self, entity: &str, field: &str, before: Value, after: Value, actor: Actor) -> Uuid {
        let changes = vec![FieldChange { field: field.into(), before, after }];
        self.happens(entity, EntityChanged { changes, compensates: None }, actor)
    }

    fn step(mut self, name: &str, action: &str, params: &Value, after: &[&str], effects: Vec<Effect>) -> Self {
        self.steps.push(StepInput {
            id: Some(name.into()),
            title: name.into(),
            action_type: action.into(),
            params: params.as_object().unwrap().clone(),
            depends_on: after.iter().map(ToString::to_string).collect(),
            ..StepInput::default()
        });
        self.done.push((name.into(), json!({"id": "prj_1"}), effects));
        self
    }

    /// A step that sets a field of the project.
    fn sets(mut self, name: &str, field: &str, before: Value, after: Value, depends_on: &[&str]) -> Self {
        let event = self.set("prj_1", field, before.clone(), after.clone(), Actor::executor());
        let changes = vec![FieldChange { field: field.into(), before, after }];
        let effect = Effect::EntityChanged { entity: thing("prj_1"), event, changes };
        self.step(name, "project.update", &json!({"project": "prj_1", "name": "x"}), depends_on, vec![effect])
    }

    /// Somebody sets a field of the project by hand.
    fn by_hand(mut self, field: &str, before: Value, after: Value) -> Self {
        self.set("prj_1", field, before, after, Actor::person("sam"));
        self
    }

    fn plan(&self) -> Plan {
        let stamp = Stamp { at: moment(), actor: Actor::executor() };
        let mut plan = Plan::default();
        let mut happens = |event: PlanEvent| plan.evolve(&event, &stamp);
        let created =
            PlanCreated { request: None, selection: None, planner: PlannerChoice::Auto, today: None, timezone: None };
        happens(created.into());
        let steps = check_steps(self.steps.clone(), Catalogue::builtin()).unwrap();
        let details = PlanDetails { name: "Launch".into(), ..PlanDetails::default() };
        let content_hash = crate::plan::ContentHash::of(&steps, &details.policy);
        happens(PlanDrafted { details, steps, origin: crate::plan::Origin::default(), message: String::new() }.into());
        happens(PlanApproved { content_hash, reinstated: false }.into());
        happens(ExecutionStarted { run_id: RunId::new(Uuid::from_u128(1)), content_hash }.into());
        for (name, result, effects) in &self.done {
            let (step_id, key) = (id(name), String::new());
            happens(StepStarted { step_id: step_id.clone(), attempt: 1, key, params: json!({}) }.into());
            happens(StepCompleted { step_id, attempt: 1, result: result.clone(), effects: effects.clone() }.into());
        }
        happens(PlanCompleted {}.into());
        plan
    }

    fn look(&self, scope: &Scope, choices: &[ChoiceFor]) -> Preview {
        preview(&self.plan(), scope, &self.world, choices, Catalogue::builtin()).unwrap()
    }
}

/// A project that was there before the plan.
fn story() -> Story {
    let mut story = Story::default();
    story.made("prj_1", Kind::Project, &json!({"name": "Kestrel", "status": "new"}));
    story
}

fn order(preview: &Preview) -> Vec<&str> {
    preview.steps.iter().map(|step| step.step_id.as_str()).collect()
}

fn choose(field: Option<&str>, choice: Choice) -> Vec<ChoiceFor> {
    vec![ChoiceFor { entity: thing("prj_1"), field: field.map(str::to_owned), choice }]
}

#[test]
fn the_last_writer_goes_first_even_without_a_dependency() {
    let story =
        story().sets("a", "status", json!("new"), json!("x"), &[]).sets("b", "status", json!("x"), json!("y"), &[]);
    let seen = story.look(&Scope::Plan, &[]);
    assert_eq!(order(&seen), ["b", "a"]);
    assert_eq!(seen.steps[1].how.after, [id("b")]);
    let (first, second) = (&seen.steps[0].changes[0], &seen.steps[1].changes[0]);
    assert_eq!((&first.now, &first.after), (&json!("y"), &json!("x")));
    assert_eq!((&second.now, &second.after), (&json!("x"), &json!("new")));
    assert_eq!((seen.coverage.restored, seen.coverage.total), (2, 2));
    assert!(seen.undecided.is_empty() && seen.lost.is_empty());
}

#[test]
fn what_somebody_changed_later_is_a_conflict_with_who_and_when() {
    let story = story().sets("a", "status", json!("new"), json!("x"), &[]).by_hand("status", json!("x"), json!("mine"));
    let seen = story.look(&Scope::Plan, &[]);
    let change = &seen.steps[0].changes[0];
    let conflict = change.conflict.as_ref().unwrap();
    assert_eq!((&conflict.actor, conflict.at), (&Actor::person("sam"), moment()));
    assert_eq!((&change.before, &change.written, &change.now), (&json!("new"), &json!("x"), &json!("mine")));
    assert_eq!(seen.undecided, [thing("prj_1")]);
    assert!(!seen.steps[0].takes_part);
}

#[test]
fn keep_leaves_the_thing_and_restore_loses_the_later_change() {
    let story = story().sets("a", "status", json!("new"), json!("x"), &[]).by_hand("status", json!("x"), json!("mine"));
    let kept = story.look(&Scope::Plan, &choose(None, Choice::Keep));
    assert_eq!((kept.steps[0].takes_part, kept.undecided.len(), kept.coverage.restored), (false, 0, 0));
    let restored = story.look(&Scope::Plan, &choose(None, Choice::Restore));
    assert_eq!(restored.steps[0].changes[0].after, json!("new"));
    assert_eq!(restored.lost, ["what sam changed later in the status of the project “Kestrel”"]);
    let back = FieldChange { field: "status".into(), before: json!("mine"), after: json!("new") };
    assert!(matches!(&restored.steps[0].how.undo[..], [Undo::SetFields { changes, .. }] if *changes == [back]));
    assert_eq!(kept.hash, restored.hash, "choices do not change what was seen");
}

#[test]
fn merge_keeps_their_field_and_takes_the_others_back() {
    let mut story = story();
    let changes = vec![
        FieldChange { field: "status".into(), before: json!("new"), after: json!("x") },
        FieldChange { field: "due_date".into(), before: Value::Null, after: json!("2027-01-01") },
    ];
    let written = EntityChanged { changes: changes.clone(), compensates: None };
    let event = story.happens("prj_1", written, Actor::executor());
    let effect = Effect::EntityChanged { entity: thing("prj_1"), event, changes };
    let params = json!({"project": "prj_1", "name": "x"});
    let story =
        story.step("a", "project.update", &params, &[], vec![effect]).by_hand("status", json!("x"), json!("mine"));
    let seen = story.look(&Scope::Plan, &choose(None, Choice::Merge));
    let after: Vec<_> = seen.steps[0].changes.iter().map(|change| &change.after).collect();
    assert_eq!(after, [&json!("mine"), &Value::Null]);
    assert!(seen.steps[0].takes_part && seen.lost.is_empty());
}

#[test]
fn a_value_that_is_as_before_already_is_no_conflict() {
    let story = story().sets("a", "status", json!("new"), json!("x"), &[]).by_hand("status", json!("x"), json!("new"));
    let seen = story.look(&Scope::Plan, &[]);
    assert!(seen.undecided.is_empty());
    assert!(seen.steps[0].takes_part && seen.steps[0].how.undo.is_empty());
}

#[test]
fn what_a_step_made_goes_unless_somebody_changed_it() {
    let mut story = Story::default();
    let event = story.made("prj_1", Kind::Project, &json!({"name": "Kestrel"}));
    let effect = Effect::EntityCreated { entity: thing("prj_1"), event };
    let story = story.step("make", "project.create", &json!({"name": "Kestrel"}), &[], vec![effect]);
    let seen = story.look(&Scope::Plan, &[]);
    assert_eq!(seen.steps[0].how.undo, [Undo::Withdraw { entity: thing("prj_1"), compensates: event }]);
    let story = story.by_hand("status", Value::Null, json!("started"));
    let seen = story.look(&Scope::Plan, &[]);
    assert_eq!(seen.undecided, [thing("prj_1")]);
    let status = seen.steps[0].changes.iter().find(|change| change.field == "status").unwrap();
    assert_eq!(status.choices, [Choice::Keep, Choice::Restore, Choice::Stop]);
}

#[test]
fn a_step_whose_result_others_used_is_blocked_by_them_and_from_there_on_they_come_along() {
    let story = story()
        .step("make", "project.create", &json!({"name": "x"}), &[], Vec::new())
        .step("use", "note.add", &json!({"text": "n", "about": "{{steps.make.result.id}}"}), &["make"], Vec::new())
        .step("later", "note.add", &json!({"text": "n", "about": "prj_1"}), &["make"], Vec::new());
    let one = story.look(&Scope::Step { step_id: id("make") }, &[]);
    let blocks: Vec<_> = one.blocked_by.iter().map(|block| (block.kind, block.step_id.as_str())).collect();
    assert_eq!(blocks, [(BlockKind::Dependent, "use")]);
    let all = story.look(&Scope::FromStep { step_id: id("make") }, &[]);
    assert!(all.blocked_by.is_empty());
    assert_eq!(order(&all), ["later", "use", "make"]);
}

#[test]
fn a_call_is_made_up_for_by_its_declared_request_with_the_recorded_result() {
    let call = |compensate| Effect::OutsideCall {
        method: "POST".into(),
        url: "http://api.test/things".into(),
        status: 201,
        compensate,
    };
    let undo = json!({"method": "DELETE", "url": "http://api.test/things/{{result.id}}"});
    let params = json!({"method": "POST", "url": "http://api.test/things"});
    let story = Story::default().step("with", "http.request", &params, &[], vec![call(Some(undo))]).step(
        "without",
        "http.request",
        &params,
        &[],
        vec![call(None)],
    );
    let seen = story.look(&Scope::Plan, &[]);
    assert_eq!(order(&seen), ["without", "with"]);
    assert_eq!((seen.steps[0].class, seen.steps[0].takes_part), (Class::Impossible, false));
    assert_eq!(seen.steps[1].class, Class::BestEffort);
    assert_eq!(seen.steps[1].compensation, "Sends DELETE to http://api.test/things/prj_1");
    assert_eq!(seen.lost.len(), 1);
    assert_eq!((seen.coverage.restored, seen.coverage.total), (1, 2));
}

#[test]
fn the_hash_moves_with_the_world_and_with_nothing_else() {
    let story = story().sets("a", "status", json!("new"), json!("x"), &[]);
    let before = story.look(&Scope::Plan, &[]).hash;
    assert_eq!(before, story.look(&Scope::Plan, &[]).hash);
    let elsewhere = story.by_hand("due_date", Value::Null, json!("2027-01-01"));
    assert_eq!(before, elsewhere.look(&Scope::Plan, &[]).hash, "another field is not part of it");
    let moved = elsewhere.by_hand("status", json!("x"), json!("mine"));
    assert_ne!(before, moved.look(&Scope::Plan, &[]).hash);
}

#[test]
fn a_plan_that_has_not_run_has_nothing_to_roll_back() {
    let refused = preview(&Plan::default(), &Scope::Plan, &World::default(), &[], Catalogue::builtin()).unwrap_err();
    assert!(matches!(refused, PlanRefusal::WrongStatus { .. }));
    let nowhere = Scope::Step { step_id: id("nowhere") };
    let plan = story().step("a", "note.add", &json!({"text": "n", "about": "prj_1"}), &[], Vec::new()).plan();
    let refused = preview(&plan, &nowhere, &World::default(), &[], Catalogue::builtin()).unwrap_err();
    assert_eq!(refused, PlanRefusal::NoSuchStep { step: "nowhere".into() });
}
