//! The personal values in what happens to a thing in the workspace.

use serde_json::{Map, Value};

use super::{Form, Place, Subject, escaped};
use crate::{
    ids::EntityId,
    workspace::{Entity, EntityEvent, FieldChange, Kind, Privacy},
};

/// Lists the values of an event that are about somebody; `before` is the thing as the event finds it.
pub fn in_entity(id: &EntityId, before: Option<&Entity>, event: &EntityEvent) -> Vec<Place> {
    match event {
        EntityEvent::EntityCreated(created) => {
            let about = |name: &str| about(id, created.kind, name, |other| created.fields.get(other));
            let place = |name: &String| Some(place(format!("/fields/{}", escaped(name)), about(name)?));
            created.fields.keys().filter_map(place).collect()
        }
        EntityEvent::EntityChanged(changed) => {
            let Some(entity) = before else { return Vec::new() };
            in_changes(id, entity, &changed.changes, "/changes")
        }
        EntityEvent::EntityArchived(_)
        | EntityEvent::EntityRestored(_)
        | EntityEvent::EntityLinked(_)
        | EntityEvent::EntityUnlinked(_)
        | EntityEvent::EntityWithdrawn(_)
        | EntityEvent::PersonForgotten(_) => Vec::new(),
    }
}

/// What was there before is about whom the thing named before, what comes is about whom it names then.
fn in_changes(id: &EntityId, entity: &Entity, changes: &[FieldChange], base: &str) -> Vec<Place> {
    let mut after: Map<String, Value> = entity.fields.clone();
    for change in changes {
        after.insert(change.field.clone(), change.after.clone());
    }
    let mut places = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let sides = [("before", &change.before, &entity.fields), ("after", &change.after, &after)];
        for (side, value, fields) in sides {
            let about = about(id, entity.kind, &change.field, |other| fields.get(other));
            if let (Some(whose), false) = (about, value.is_null()) {
                places.push(place(format!("{base}/{index}/{side}"), whose));
            }
        }
    }
    places
}

/// The values of changes to a person's own fields, as effects and undos of steps carry them.
pub(super) fn in_changes_to(id: &EntityId, changes: &[FieldChange], base: &str) -> Vec<Place> {
    let Some(kind) = Kind::from_prefix(id.prefix()) else { return Vec::new() };
    let mut places = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let Some(whose) = about(id, kind, &change.field, |_| None) else { continue };
        for (side, value) in [("before", &change.before), ("after", &change.after)] {
            if !value.is_null() {
                places.push(place(format!("{base}/{index}/{side}"), whose.clone()));
            }
        }
    }
    places
}

/// The person that a field is about; `None` when it is about nobody.
fn about<'a>(id: &EntityId, kind: Kind, name: &str, field: impl Fn(&str) -> Option<&'a Value>) -> Option<Subject> {
    match kind.privacy(name) {
        Privacy::Open => None,
        Privacy::OfItself => Subject::person(id),
        Privacy::Of(named) => {
            let named: EntityId = field(named)?.as_str()?.parse().ok()?;
            Subject::person(&named)
        }
    }
}

fn place(pointer: String, whose: Subject) -> Place {
    Place { pointer, whose, form: Form::Json }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        testing::given,
        workspace::{EntityChanged, EntityCreated, EntityDecider},
    };

    fn created(kind: Kind, fields: &Value) -> EntityEvent {
        EntityCreated { kind, fields: fields.as_object().unwrap().clone() }.into()
    }

    fn told(places: &[Place]) -> Vec<(&str, &str)> {
        places.iter().map(|place| (place.pointer.as_str(), place.whose.as_str())).collect()
    }

    #[test]
    fn a_persons_own_fields_are_about_that_person() {
        let id = "per_1".parse().unwrap();
        let event = created(Kind::Person, &json!({"name": "Ana", "email": "ana@example.org"}));
        assert_eq!(told(&in_entity(&id, None, &event)), [("/fields/name", "per_1"), ("/fields/email", "per_1")]);
    }

    #[test]
    fn a_note_is_about_whom_it_names_and_a_task_about_nobody() {
        let id = "nte_1".parse().unwrap();
        let about = |about: &str| created(Kind::Note, &json!({"text": "likes tea", "about": about}));
        assert_eq!(told(&in_entity(&id, None, &about("per_7"))), [("/fields/text", "per_7")]);
        assert!(in_entity(&id, None, &about("prj_7")).is_empty());
        let task = created(Kind::Task, &json!({"title": "call", "assignee": "per_7"}));
        assert!(in_entity(&"tsk_1".parse().unwrap(), None, &task).is_empty());
    }

    #[test]
    fn a_change_is_about_whom_the_thing_named_before_and_names_after() {
        let note = given::<EntityDecider>([created(Kind::Note, &json!({"text": "tea", "about": "per_1"}))]);
        let change = |field: &str, before: Value, after: Value| FieldChange { field: field.into(), before, after };
        let changes =
            vec![change("text", json!("tea"), json!("coffee")), change("about", json!("per_1"), json!("per_2"))];
        let event = EntityChanged { changes, compensates: None }.into();
        let places = in_entity(&"nte_1".parse().unwrap(), note.state().as_ref(), &event);
        assert_eq!(told(&places), [("/changes/0/before", "per_1"), ("/changes/0/after", "per_2")]);
    }

    #[test]
    fn what_is_not_there_is_not_sealed() {
        let person = given::<EntityDecider>([created(Kind::Person, &json!({"name": "Ana"}))]);
        let changes = vec![FieldChange { field: "email".into(), before: Value::Null, after: json!("a@b") }];
        let event = EntityChanged { changes, compensates: None }.into();
        let places = in_entity(&"per_1".parse().unwrap(), person.state().as_ref(), &event);
        assert_eq!(told(&places), [("/changes/0/after", "per_1")]);
    }
}
