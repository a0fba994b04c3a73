//! The draft while it is changed: its steps as they were, and what was done to them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{action::Catalogue, plan::StepInput, references};
use serde_json::{Map, Value};

use crate::contract::{FromRecipe, Revising};

/// A draft that is being changed.
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) steps: Vec<StepInput>,
    pub(super) assumptions: Vec<String>,
    /// What steps that were added have from a recipe, by their ids.
    pub(super) recipes: BTreeMap<String, FromRecipe>,
    catalogue: Arc<Catalogue>,
    /// Ids that no step may get any more.
    retired: BTreeSet<String>,
    /// The steps as the person sees them, by id: "step 3" is the third of these, whatever was changed since.
    seen: Vec<String>,
    /// What was done, a sentence each.
    done: Vec<String>,
}

impl Draft {
    pub(super) fn of(revising: &Revising, catalogue: &Arc<Catalogue>) -> Self {
        Self {
            name: revising.name.clone(),
            description: revising.description.clone(),
            steps: revising.steps.clone(),
            assumptions: Vec::new(),
            recipes: BTreeMap::new(),
            catalogue: Arc::clone(catalogue),
            retired: revising.retired.iter().cloned().collect(),
            seen: revising.steps.iter().filter_map(|step| step.id.clone()).collect(),
            done: Vec::new(),
        }
    }

    pub(super) fn is_changed(&self) -> bool {
        !self.done.is_empty()
    }

    /// What was done, for people.
    pub(super) fn told(&self) -> String {
        self.done.join(" ")
    }

    pub(super) fn did(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.done.contains(&sentence) {
            self.done.push(sentence);
        }
    }

    pub(super) fn id_of(&self, at: usize) -> String {
        self.steps.get(at).and_then(|step| step.id.clone()).unwrap_or_default()
    }

    pub(super) fn place_of(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id.as_deref() == Some(id))
    }

    /// How many steps the person sees.
    pub(super) fn seen_count(&self) -> usize {
        self.seen.len()
    }

    /// Where a step is now that the person sees at a place.
    pub(super) fn seen_at(&self, place: usize) -> Option<usize> {
        self.seen.get(place).and_then(|id| self.place_of(id))
    }

    /// Whether an action has a param of this name.
    pub(super) fn takes(&self, action: &str, param: &str) -> bool {
        self.catalogue
            .get(action)
            .and_then(|action| action.params_schema.get("properties"))
            .is_some_and(|properties| properties.get(param).is_some())
    }

    /// An id like this one that no step has or had.
    pub(super) fn fresh_id(&self, wanted: &str) -> String {
        let taken = |id: &str| self.place_of(id).is_some() || self.retired.contains(id);
        let fresh = |n: u32| if n < 2 { wanted.to_owned() } else { format!("{wanted}-{n}") };
        // there are fewer steps than numbers to try
        let tries = u32::try_from(self.steps.len() + self.retired.len() + 2).unwrap_or(u32::MAX);
        (1..=tries).map(fresh).find(|id| !taken(id)).unwrap_or_else(|| wanted.to_owned())
    }

    /// Takes a step out. Its dependents wait for what it waited for; those that cannot be without its result go as well.
    pub(super) fn remove(&mut self, id: &str) {
        let Some(at) = self.place_of(id) else { return };
        let gone = self.steps.remove(at);
        self.recipes.remove(id);
        self.retired.insert(id.to_owned());
        let mut broken = Vec::new();
        for step in &mut self.steps {
            if step.depends_on.iter().any(|before| before == id) {
                step.depends_on.retain(|before| before != id);
                for inherited in &gone.depends_on {
                    if !step.depends_on.contains(inherited) {
                        step.depends_on.push(inherited.clone());
                    }
                }
            }
            if uses(&step.params, id) {
                step.params = without_result(&step.params, id);
                let params = Value::Object(step.params.clone());
                let known = self.catalogue.get(&step.action_type).is_some();
                if known && !self.catalogue.check_params(&step.action_type, &params).is_empty() {
                    broken.extend(step.id.clone().map(|id| (id, step.title.clone())));
                }
            }
        }
        for (dependent, title) in broken {
            self.did(format!("“{title}” went with it, because it needs its result."));
            self.remove(&dependent);
        }
    }
}

fn uses(params: &Map<String, Value>, id: &str) -> bool {
    let (found, _) = references::find(&Value::Object(params.clone()));
    found.iter().any(|placed| placed.value.step.as_str() == id)
}

/// The params without those values that a step's result would give.
fn without_result(params: &Map<String, Value>, id: &str) -> Map<String, Value> {
    let kept = params.iter().filter_map(|(name, value)| Some((name.clone(), without(value, id)?)));
    kept.collect()
}

fn without(value: &Value, id: &str) -> Option<Value> {
    match value {
        Value::String(_) => {
            let (found, _) = references::find(value);
            (!found.iter().any(|placed| placed.value.step.as_str() == id)).then(|| value.clone())
        }
        Value::Array(items) => Some(items.iter().filter_map(|item| without(item, id)).collect()),
        Value::Object(fields) => Some(Value::Object(without_result(fields, id))),
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(value.clone()),
    }
}
