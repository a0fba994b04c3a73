//! What actions write, and that a repeat is harmless.

use domain::{
    action::{Catalogue, Effect},
    workspace::{EntityCommand, FieldChange, Kind},
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    actions::testing::{House, call, fields},
    registry::{ActionError, Checked},
};

/// A house with a project, a task, a person and an idea.
async fn house() -> House {
    let house = House::new();
    house.given("prj_1", Kind::Project, &json!({"name": "Kestrel"})).await;
    house.given("tsk_1", Kind::Task, &json!({"title": "Call Sarah", "status": "open"})).await;
    house.given("per_1", Kind::Person, &json!({"name": "Sarah Chen"})).await;
    house.given("ide_1", Kind::Idea, &json!({"title": "Fly", "body": "high"})).await;
    house
}

#[test]
fn every_action_of_the_catalogue_can_be_carried_out() {
    assert_eq!(House::new().registry.missing(), Vec::<&str>::new());
}

/// One call of each action on the workspace.
fn examples() -> Vec<(&'static str, Value)> {
    let milestones = json!([{"title": "Design"}, {"title": "Launch", "due_date": "2027-01-31"}]);
    vec![
        ("project.create", json!({"name": "Osprey", "due_date": "2027-01-31"})),
        ("project.set_milestones", json!({"project": "prj_1", "milestones": milestones})),
        ("project.update", json!({"project": "prj_1", "status": "on hold"})),
        ("project.archive", json!({"project": "prj_1"})),
        ("task.create", json!({"title": "x", "project": "prj_1", "assignee": "me", "tags": ["a"], "admin": true})),
        ("task.update", json!({"task": "tsk_1", "assignee": "per_1", "status": "open"})),
        ("task.complete", json!({"task": "tsk_1"})),
        ("person.create", json!({"name": "Tom", "email": "tom@a.test"})),
        ("person.update", json!({"person": "per_1", "organisation": "Acme"})),
        ("link.create", json!({"from": "prj_1", "to": "ide_1", "relation": "came_from"})),
        ("reminder.set", json!({"about": "tsk_1", "at": "2026-12-04T09:00", "message": "Ring"})),
        ("idea.create", json!({"title": "Swim"})),
        ("idea.update", json!({"idea": "ide_1", "body": "higher"})),
        ("idea.archive", json!({"idea": "ide_1"})),
        ("note.add", json!({"about": "per_1", "text": "Likes tea"})),
        ("message.send", json!({"to": "per_1", "subject": "Hi", "body": "Hello"})),
        ("calendar.schedule", json!({"title": "Review", "at": "2026-12-04T14:00", "attendees": ["me", "per_1"]})),
    ]
}

#[tokio::test]
async fn a_repeat_gives_the_same_answer_and_writes_nothing() {
    for (name, params) in examples() {
        let house = house().await;
        let before = house.events().await;
        assert_eq!(house.check(name, &params).await, Checked::DidNotHappen, "{name}");

        let first = house.execute(name, &params).await.unwrap();
        assert_eq!((house.events().await, first.effects.len()), (before + 1, 1), "{name}");

        assert_eq!(house.execute(name, &params).await.unwrap(), first, "{name}");
        assert_eq!(house.check(name, &params).await, Checked::Happened(first.clone()), "{name}");
        assert_eq!(house.restarted().execute(name, &params).await.unwrap(), first, "{name}");
        assert_eq!(house.events().await, before + 1, "{name}");
        fits_the_schema(name, &first.result);
    }
}

#[tokio::test]
async fn what_is_foretold_is_what_happens() {
    for (name, params) in examples() {
        let house = house().await;
        let world = house.world(["prj_1", "tsk_1", "per_1", "ide_1"]).await;
        let foretold = house.action(name).simulate(&params, &world);
        assert_eq!((foretold.problems, foretold.unknown), (Vec::new(), Vec::new()), "{name}");
        let foretold: Vec<_> = foretold.changes.into_iter().map(|c| (c.entity, c.field, c.before, c.after)).collect();

        let done = house.execute(name, &params).await.unwrap();
        let happened = match done.effects[0].clone() {
            Effect::EntityCreated { entity, .. } => {
                let made = house.entity(entity.as_str()).await;
                let thing = format!("new {}", made.kind.name());
                made.fields.into_iter().map(|(field, after)| (thing.clone(), field, Value::Null, after)).collect()
            }
            Effect::EntityChanged { entity, changes, .. } => {
                changes.into_iter().map(|c| (entity.to_string(), c.field, c.before, c.after)).collect()
            }
            Effect::EntityArchived { entity, .. } => {
                vec![(entity.to_string(), "archived".to_owned(), json!(false), json!(true))]
            }
            Effect::EntityLinked { entity, to, .. } => {
                let relation = &done.result["relation"];
                vec![(entity.to_string(), "links".to_owned(), Value::Null, json!({"relation": relation, "to": to}))]
            }
            Effect::EntityRestored { .. }
            | Effect::EntityUnlinked { .. }
            | Effect::EntityWithdrawn { .. }
            | Effect::OutsideCall { .. }
            | Effect::PersonDid { .. } => panic!("{name} acts on the workspace only"),
        };
        assert_eq!(foretold, happened, "{name}");
    }
}

/// Later steps may refer to whatever the schema lists, so it must be there.
fn fits_the_schema(name: &str, result: &Value) {
    let schema = &Catalogue::builtin().get(name).unwrap().result_schema;
    let listed: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let given: Vec<&String> = result.as_object().unwrap().keys().collect();
    assert_eq!(given, listed);
}

#[rstest]
#[case("project.create", json!({"name": "A"}), json!({"name": "A", "status": "active"}))]
#[case("task.create", json!({"title": "A", "assignee": "me"}), json!({"title": "A", "status": "open", "assignee": "me"}))]
#[case("message.send", json!({"to": "per_1", "body": "B"}), json!({"to": "per_1", "body": "B", "status": "queued"}))]
#[case("note.add", json!({"about": "ide_1", "text": "T"}), json!({"text": "T", "about": "ide_1"}))]
#[tokio::test]
async fn what_is_made_has_the_fields_that_were_asked_for(
    #[case] name: &str,
    #[case] params: Value,
    #[case] expected: Value,
) {
    let house = house().await;
    let done = house.execute(name, &params).await.unwrap();
    let made = house.entity(done.result["id"].as_str().unwrap()).await;
    assert_eq!(made.fields, fields(&expected));
    assert!(matches!(&done.effects[0], Effect::EntityCreated { entity, .. } if entity.as_str() == done.result["id"]));
}

#[tokio::test]
async fn a_change_names_what_it_changed_and_tells_the_thing_as_it_is_then() {
    let house = house().await;
    let done = house.execute("project.update", &json!({"project": "prj_1", "name": "Osprey"})).await.unwrap();
    assert_eq!(done.result, json!({"id": "prj_1", "name": "Osprey", "due_date": null}));
    let expected = FieldChange { field: "name".into(), before: json!("Kestrel"), after: json!("Osprey") };
    assert!(matches!(&done.effects[0], Effect::EntityChanged { changes, .. } if *changes == [expected]));
}

#[tokio::test]
async fn a_change_to_what_is_there_already_has_no_effect() {
    let house = house().await;
    let before = house.events().await;
    let done = house.execute("task.update", &json!({"task": "tsk_1", "status": "open"})).await.unwrap();
    assert_eq!((done.result["id"].as_str(), done.effects.len()), (Some("tsk_1"), 0));
    assert_eq!(house.events().await, before);
}

#[tokio::test]
async fn linking_puts_one_link_on_the_thing_it_starts_from() {
    let house = house().await;
    let done = house.execute("link.create", &json!({"from": "prj_1", "to": "ide_1"})).await.unwrap();
    let links = house.entity("prj_1").await.links;
    assert_eq!(links.len(), 1);
    assert_eq!((links[0].relation.as_str(), done.result["id"].as_str()), ("related_to", Some(links[0].id.as_str())));
}

#[tokio::test]
async fn a_repeat_is_known_even_when_people_have_moved_on() {
    let house = house().await;
    let archive = json!({"idea": "ide_1"});
    let first = house.execute("idea.archive", &archive).await.unwrap();
    house.by_hand("ide_1", EntityCommand::Restore { compensates: None }).await;
    house.by_hand("ide_1", EntityCommand::Withdraw { compensates: None }).await;
    assert_eq!(house.execute("idea.archive", &archive).await.unwrap(), first);
}

#[tokio::test]
async fn the_step_of_another_run_makes_another_thing() {
    let house = house().await;
    let params = json!({"name": "Osprey"});
    let first = house.execute("project.create", &params).await.unwrap();
    let mut again = call(&params);
    again.key = "run_2/step".into();
    let second = house.action("project.create").execute(again).await.unwrap();
    assert_ne!(first.result["id"], second.result["id"]);
}

#[tokio::test]
async fn a_step_that_happened_is_not_done_again_with_other_params() {
    let house = house().await;
    house.execute("project.create", &json!({"name": "Osprey"})).await.unwrap();
    let error = house.execute("project.create", &json!({"name": "Heron"})).await.unwrap_err();
    assert_eq!(failure(&error), ("workspace.key-reused", false));
}

#[rstest]
#[case("task.update", json!({"task": "tsk_9", "title": "x"}), "workspace.no-such-entity", "there is no task tsk_9 in the workspace")]
#[case("task.create", json!({"title": "x", "project": "prj_9"}), "workspace.no-such-entity", "there is no project prj_9 in the workspace")]
#[case("message.send", json!({"to": "per_9", "body": "x"}), "workspace.no-such-entity", "there is no person per_9 in the workspace")]
#[case("link.create", json!({"from": "prj_1", "to": "ide_9"}), "workspace.no-such-entity", "there is no idea ide_9 in the workspace")]
#[case("link.create", json!({"from": "prj_1", "to": "prj_1"}), "workspace.link-to-itself", "a thing cannot be linked to itself")]
#[case("idea.archive", json!({"idea": "ide_2"}), "workspace.archived", "the idea “Old” is archived already")]
#[case("idea.update", json!({"idea": "ide_2", "title": "x"}), "workspace.archived", "the idea “Old” is archived; restore it first")]
#[case("note.add", json!({"about": "ide_3", "text": "x"}), "workspace.withdrawn", "the idea “Gone” was withdrawn: its creation was taken back")]
#[case("task.complete", json!({"task": "prj_1"}), "workspace.wrong-kind", "the project “Kestrel” is a project, not a task")]
#[case("task.create", json!({"title": 3}), "action.bad-params", "the params do not fit this action: invalid type: integer `3`, expected a string")]
#[tokio::test]
async fn what_cannot_be_done_fails_with_a_sentence_as_it_was_foretold(
    #[case] name: &str,
    #[case] params: Value,
    #[case] code: &str,
    #[case] sentence: &str,
) {
    let house = house().await;
    house.given("ide_2", Kind::Idea, &json!({"title": "Old"})).await;
    house.by_hand("ide_2", EntityCommand::Archive { compensates: None }).await;
    house.given("ide_3", Kind::Idea, &json!({"title": "Gone"})).await;
    house.by_hand("ide_3", EntityCommand::Withdraw { compensates: None }).await;
    let before = house.events().await;

    let error = house.execute(name, &params).await.unwrap_err();
    assert_eq!((failure(&error), error.to_string().as_str()), ((code, false), sentence));
    assert_eq!(house.events().await, before);
}

#[tokio::test]
async fn a_person_is_asked_by_the_runner_and_waiting_is_over_at_once() {
    let house = House::new();
    let error = house.execute("manual.step", &json!({"instructions": "x"})).await.unwrap_err();
    assert_eq!(failure(&error), ("action.needs-a-person", false));
    let done = house.execute("wait.until", &json!({"at": "2026-12-04"})).await.unwrap();
    assert_eq!((done.result, done.effects), (json!({}), Vec::new()));
}

fn failure(error: &ActionError) -> (&str, bool) {
    match error {
        ActionError::Failed { code, retryable, .. } => (code, *retryable),
        ActionError::Unknown { .. } => ("unknown", false),
    }
}
