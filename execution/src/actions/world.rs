//! The workspace as far as an action has to know it: a snapshot of things, by id, without input or output.
//!
//! A simulation starts with what is there and lets each step add what it would write, so that later steps see it.
//! Things that do not exist yet are known by the reference that will name them, `{{steps.create-project.result.id}}`.

use std::collections::HashMap;

use domain::{
    ids::{EntityId, StepId},
    personal::is_withheld,
    references::{self, Reference},
    workspace::{Entity, Kind},
};
use serde_json::{Map, Value};

use super::{
    wording,
    write::{Write, result_of},
};

/// A thing in the workspace, or one that a step of the plan would make.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// What sort of thing it is.
    pub kind: Kind,
    /// Its fields.
    pub fields: Map<String, Value>,
    /// Whether it was put away.
    pub archived: bool,
    /// Whether its creation was taken back.
    pub withdrawn: bool,
    /// The step that would make it; `None` when it is there.
    pub made_by: Option<StepId>,
}

/// What a value leads to that should name a thing.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// The person whose plan it is.
    Me,
    /// A thing that is there or will be.
    Thing(&'a Thing),
    /// An id that names nothing.
    Missing(EntityId),
    /// The result of a step, not known before the step has run.
    Later(Reference),
    /// No id and no reference.
    NotAnId,
}

/// A snapshot of things in the workspace. What was not put in is not there.
#[derive(Clone, Debug, Default)]
pub struct World {
    things: HashMap<String, Thing>,
}

impl From<Entity> for Thing {
    fn from(entity: Entity) -> Self {
        let Entity { kind, fields, archived, withdrawn, links: _, created_at: _, updated_at: _ } = entity;
        Self { kind, fields, archived, withdrawn, made_by: None }
    }
}

impl Thing {
    /// What people call it, in quotation marks; `None` when it has no title.
    pub fn title(&self) -> Option<String> {
        let field = self.fields.get(self.kind.title_field());
        if field.is_some_and(is_withheld) {
            return Some(wording::quoted("forgotten"));
        }
        let title = field.and_then(Value::as_str);
        title.filter(|title| !title.trim().is_empty()).map(wording::quoted)
    }

    /// The thing in a sentence: `the task “Call Sarah”`, `Sarah Chen`, `the new project “Kestrel” (step make-project)`.
    pub fn in_words(&self) -> String {
        let kind = kind_in_words(self.kind);
        let title = self.title();
        match (&self.made_by, self.kind, title) {
            (None, Kind::Person, Some(name)) => bare(&name),
            (None, _, Some(title)) => format!("the {kind} {title}"),
            (None, _, None) => format!("the untitled {kind}"),
            (Some(step), _, Some(title)) => format!("the new {kind} {title} (step {step})"),
            (Some(step), _, None) => format!("the new {kind} (step {step})"),
        }
    }
}

/// A kind as it reads in a sentence.
pub(crate) fn kind_in_words(kind: Kind) -> String {
    kind.name().replace('_', " ")
}

fn bare(quoted: &str) -> String {
    quoted.trim_matches(['“', '”']).to_owned()
}

impl World {
    /// Adds a thing that is there.
    pub fn insert(&mut self, id: &EntityId, entity: Entity) {
        self.things.insert(id.as_str().to_owned(), entity.into());
    }

    /// Finds what `name` leads to: an id, `me`, or a reference to a step's result.
    pub fn find(&self, name: &str) -> Found<'_> {
        if name == "me" {
            return Found::Me;
        }
        if let Some(thing) = self.things.get(name) {
            return Found::Thing(thing);
        }
        if let Ok(id) = name.parse::<EntityId>() {
            return Found::Missing(id);
        }
        match whole_reference(name) {
            Some(reference) => match self.things.get(&reference.to_string()) {
                Some(thing) => Found::Thing(thing),
                None => Found::Later(reference),
            },
            None => Found::NotAnId,
        }
    }

    /// The thing that `name` leads to, if it is known.
    pub fn thing(&self, name: &str) -> Option<&Thing> {
        match self.find(name) {
            Found::Thing(thing) => Some(thing),
            Found::Me | Found::Missing(_) | Found::Later(_) | Found::NotAnId => None,
        }
    }

    /// What `name` leads to, in a sentence; `sort` is the word for a thing that nobody knows: `project`.
    pub fn in_words(&self, name: &str, sort: &str) -> String {
        match self.find(name) {
            Found::Me => "you".to_owned(),
            Found::Thing(thing) => thing.in_words(),
            Found::Missing(_) => format!("a {sort} that is not there"),
            Found::Later(reference) => format!("the {sort} that step {} gives", reference.step),
            Found::NotAnId => format!("a {sort} named {}", wording::quoted(name)),
        }
    }

    /// Lets what a step would write be seen by the steps after it.
    pub(crate) fn apply(&mut self, step: &StepId, write: &Write) {
        match write {
            Write::Create { kind, fields } => {
                let thing = Thing {
                    kind: *kind,
                    fields: fields.clone(),
                    archived: false,
                    withdrawn: false,
                    made_by: Some(step.clone()),
                };
                self.things.insert(result_id(step), thing);
            }
            Write::Change { target, fields, .. } => {
                let Some(thing) = self.thing_mut(target) else { return };
                for (name, value) in fields {
                    thing.fields.insert(name.clone(), value.clone());
                }
            }
            Write::Archive { target, .. } => {
                if let Some(thing) = self.thing_mut(target) {
                    thing.archived = true;
                }
            }
            Write::Link { .. } => {}
        }
    }

    /// What later steps can already tell about the result of a step that would write this.
    pub(crate) fn foreseen_result(&self, step: &StepId, write: &Write) -> Value {
        match write {
            Write::Create { kind, fields } => result_of(&result_id(step), *kind, fields),
            Write::Change { target, .. } | Write::Archive { target, .. } => match self.thing(target) {
                Some(thing) => result_of(target, thing.kind, &thing.fields),
                None => serde_json::json!({ "id": target }),
            },
            Write::Link { .. } => Value::Null,
        }
    }

    /// Sets fields of a thing back to what they were, and gives the thing as it stood.
    pub(crate) fn rewind(&mut self, id: &EntityId, back: impl FnOnce(&mut Thing)) -> Option<Thing> {
        let thing = self.things.get_mut(id.as_str())?;
        let now = thing.clone();
        back(thing);
        Some(now)
    }

    /// Puts a thing back as [`rewind`](Self::rewind) gave it.
    pub(crate) fn restore(&mut self, id: &EntityId, thing: Thing) {
        self.things.insert(id.as_str().to_owned(), thing);
    }

    fn thing_mut(&mut self, name: &str) -> Option<&mut Thing> {
        if self.things.contains_key(name) {
            return self.things.get_mut(name);
        }
        self.things.get_mut(&whole_reference(name)?.to_string())
    }
}

/// The name of a thing that a step would make: the reference that later steps use for it.
fn result_id(step: &StepId) -> String {
    Reference { step: step.clone(), path: vec!["id".to_owned()] }.to_string()
}

/// The reference that a text is, when it is one and nothing else.
pub(crate) fn whole_reference(text: &str) -> Option<Reference> {
    let (found, _) = references::find(&Value::String(text.to_owned()));
    found.into_iter().next().filter(|placed| placed.whole).map(|placed| placed.value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::actions::testing::{entity, world};

    #[test]
    fn a_thing_is_found_by_its_id_or_by_the_reference_that_will_name_it() {
        let mut world = world([("per_1", entity(Kind::Person, &json!({"name": "Sarah Chen"})))]);
        let step: StepId = "make".parse().unwrap();
        let fields = json!({"name": "Kestrel"}).as_object().unwrap().clone();
        world.apply(&step, &Write::Create { kind: Kind::Project, fields });

        assert_eq!(world.in_words("per_1", "person"), "Sarah Chen");
        assert_eq!(world.in_words("me", "person"), "you");
        assert_eq!(world.in_words("{{ steps.make.result.id }}", "project"), "the new project “Kestrel” (step make)");
        assert_eq!(world.in_words("{{steps.call.result.id}}", "project"), "the project that step call gives");
        assert_eq!(world.find("per_2"), Found::Missing("per_2".parse().unwrap()));
        assert_eq!(world.find("Sarah"), Found::NotAnId);
    }
}
