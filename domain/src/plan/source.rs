//! Who or what each value of a step came from.
//!
//! A draft brings the sources of its values along; whoever changes a value afterwards is its source. Both follow from
//! the events, so that a review can show beside every value whose it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Plan, Step, StepSpec};
use crate::{
    actor::{Actor, ActorKind},
    ids::{EntityId, StepId},
    references,
};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Source {
    /// Words of the request.
    Request { words: String },
    /// The answer to a question of the planner.
    Answer { question: String },
    /// Words of somebody who asked for another draft.
    Feedback { words: String },
    /// A thing in the workspace: its id, or one of its fields.
    Workspace {
        entity: EntityId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
    /// What an earlier step gives.
    StepResult { step: StepId },
    /// A template that the plan was made from: its own words, or what was given for one of its parameters.
    Template {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameter: Option<String>,
    },
    /// A model's own words.
    Model { model: String },
    /// A planner's own choice.
    Planner { planner: String },
    /// Somebody who wrote it.
    Person { actor: Actor },
    /// Nobody: it is so when nothing is said.
    Default,
}

/// The sources of one step's values, by their JSON pointers (RFC 6901) into the step: `/title`, `/params/due_date`.
pub type Sources = BTreeMap<String, Source>;

impl Source {
    /// The source of what somebody writes.
    pub fn by(actor: &Actor) -> Self {
        match actor.kind {
            ActorKind::Planner => Self::Planner { planner: actor.id.clone() },
            ActorKind::Person | ActorKind::MachineToken | ActorKind::Executor | ActorKind::System => {
                Self::Person { actor: actor.clone() }
            }
        }
    }
}

impl Plan {
    /// The source of every value that a step has.
    pub fn sources_of(&self, step: &Step) -> Sources {
        let by_hand = self.origin.planner == "person";
        let written = |value: &Value| match (references_whole(value), &self.created_by) {
            (Some(step), _) => Source::StepResult { step },
            (None, Some(actor)) if by_hand => Source::Person { actor: actor.clone() },
            (None, _) if self.origin.planner.is_empty() || by_hand => Source::Default,
            (None, _) => match (&self.origin.template, &self.origin.model) {
                (Some(template), _) => Source::Template { name: template.name.clone(), parameter: None },
                (None, Some(model)) => Source::Model { model: model.clone() },
                (None, None) => Source::Planner { planner: self.origin.planner.clone() },
            },
        };
        let values = values_of(&StepSpec { params: step.params().clone(), ..step.spec.clone() }).into_iter();
        values
            .map(|(pointer, value)| {
                let source = step.sources.get(&pointer).cloned().unwrap_or_else(|| written(&value));
                (pointer, source)
            })
            .collect()
    }
}

/// The sources after an edit: what changed is by whoever changed it, what went away has none.
pub(super) fn after_edit(mut sources: Sources, before: &StepSpec, after: &StepSpec, by: &Actor) -> Sources {
    let (old, new) = (values_of(before), values_of(after));
    sources.retain(|pointer, _| new.contains_key(pointer));
    for (pointer, value) in new {
        if old.get(&pointer) != Some(&value) {
            let source = references_whole(&value).map_or_else(|| Source::by(by), |step| Source::StepResult { step });
            sources.insert(pointer, source);
        }
    }
    sources
}

/// The sources in another draft: values that stayed keep theirs, the others have those that the draft brings along.
pub(super) fn redrafted(before: &Step, after: &StepSpec, brought: &Sources) -> Sources {
    let old = values_of(&before.spec);
    let mut sources = brought.clone();
    for (pointer, value) in values_of(after) {
        if old.get(&pointer) == Some(&value) {
            match before.sources.get(&pointer) {
                Some(source) => sources.insert(pointer, source.clone()),
                None => sources.remove(&pointer),
            };
        }
    }
    sources
}

/// The values of a step that have a source, by pointer: title, description, and each value of its params.
pub fn values_of(spec: &StepSpec) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    values.insert("/title".to_owned(), Value::String(spec.title.clone()));
    if !spec.description.is_empty() {
        values.insert("/description".to_owned(), Value::String(spec.description.clone()));
    }
    gather(&spec.params, "/params", &mut values);
    values
}

fn gather(value: &Value, pointer: &str, values: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                gather(field, &format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), values);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                gather(item, &format!("{pointer}/{index}"), values);
            }
        }
        Value::Null => {}
        Value::String(_) | Value::Bool(_) | Value::Number(_) => {
            values.insert(pointer.to_owned(), value.clone());
        }
    }
}

/// The step whose result a value is, when it is nothing else.
pub fn references_whole(value: &Value) -> Option<StepId> {
    let (found, _) = references::find(value);
    found.into_iter().find(|placed| placed.whole).map(|placed| placed.value.step)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spec(params: Value) -> StepSpec {
        StepSpec {
            id: "a".parse().unwrap(),
            title: "Do it".into(),
            description: String::new(),
            action_type: "task.create".into(),
            params,
            depends_on: Vec::new(),
            requires_approval: false,
            on_failure: None,
            retry: None,
            timeout_seconds: None,
        }
    }

    fn request(words: &str) -> Source {
        Source::Request { words: words.into() }
    }

    #[test]
    fn every_value_has_a_pointer() {
        let spec = spec(json!({"title": "x", "tags": ["a", "b"], "more": {"a/b": 1, "none": null}}));
        let pointers: Vec<String> = values_of(&spec).into_keys().collect();
        assert_eq!(pointers, ["/params/more/a~1b", "/params/tags/0", "/params/tags/1", "/params/title", "/title"]);
    }

    #[test]
    fn an_edit_makes_whoever_made_it_the_source_of_what_changed() {
        let before: Sources =
            [("/title", request("do")), ("/params/title", request("it")), ("/params/due_date", request("now"))]
                .map(|(pointer, source)| (pointer.to_owned(), source))
                .into();
        let (old, new) = (spec(json!({"title": "it", "due_date": "2026-11-27"})), spec(json!({"title": "that"})));
        let kim = Actor::person("kim");
        let after = after_edit(before, &old, &new, &kim);
        assert_eq!(after.get("/title"), Some(&request("do")));
        assert_eq!(after.get("/params/title"), Some(&Source::Person { actor: kim }));
        assert_eq!(after.get("/params/due_date"), None);
    }

    #[test]
    fn another_draft_keeps_the_sources_of_what_stays() {
        let kim = Source::Person { actor: Actor::person("kim") };
        let mut step = Step::new(spec(json!({"title": "it", "due_date": "2026-11-27"})));
        step.sources.insert("/params/title".into(), kim.clone());
        let brought: Sources = [("/params/title", request("no")), ("/params/due_date", request("Monday"))]
            .map(|(pointer, source)| (pointer.to_owned(), source))
            .into();
        let sources = redrafted(&step, &spec(json!({"title": "it", "due_date": "2026-11-30"})), &brought);
        assert_eq!(sources.get("/params/title"), Some(&kim));
        assert_eq!(sources.get("/params/due_date"), Some(&request("Monday")));
    }

    #[test]
    fn a_value_without_a_source_of_its_own_is_the_planners_or_the_makers() {
        let step = Step::new(spec(json!({"title": "it", "project": "{{steps.b.result.id}}"})));
        let mut plan = Plan { created_by: Some(Actor::person("kim")), ..Plan::default() };
        plan.origin.planner = "offline".into();
        let sources = plan.sources_of(&step);
        assert_eq!(sources["/params/title"], Source::Planner { planner: "offline".into() });
        assert_eq!(sources["/params/project"], Source::StepResult { step: "b".parse().unwrap() });
        plan.origin.planner = "person".into();
        assert_eq!(plan.sources_of(&step)["/params/title"], Source::Person { actor: Actor::person("kim") });
    }
}
