//! "Add a step to call Tom", "also remind me on Friday", "add a task for the invoice after the kick-off".

use std::collections::{BTreeMap, HashMap};

use domain::{ids::StepId, plan::StepInput, references};
use serde_json::{Value, json};

use super::{Asked, Reading, Revision};
use crate::{
    contract::{Answer, FromRecipe, PlanningRequest},
    offline::{
        text::{Token, base_form, capitalised, is_verb, join},
        understand::understand,
    },
};

/// Steps that a wish leads to, with what they have from recipes.
type Planned = (Vec<StepInput>, BTreeMap<String, FromRecipe>);

/// Where added steps go.
enum Place {
    End,
    After(String),
    Before(String),
}

impl Revision<'_> {
    pub(super) fn add(&mut self, tokens: &[Token]) -> Reading {
        let told = tokens
            .first()
            .is_some_and(|token| token.is_any("add include append insert create") || token.lemma == "add");
        let (wish, place) = self.placed(tokens);
        let wish = if told { wished(&wish) } else { join(&wish) };
        if wish.split_whitespace().count() < 2 && !told {
            return Ok(false);
        }
        let (steps, recipes) = match self.planned(&wish)? {
            Some(planned) => planned,
            None if told => (vec![task(&wish)], BTreeMap::new()),
            None => return Ok(false),
        };
        self.merge(steps, recipes, &place);
        Ok(true)
    }

    /// Reads a wish as a request of its own.
    fn planned(&mut self, wish: &str) -> Result<Option<Planned>, Asked> {
        let request = PlanningRequest { request: wish.to_owned(), revising: None, ..self.request.clone() };
        match understand(&request, self.recipes, crate::offline::Way::Both) {
            Answer::Plan(plan) => {
                self.draft.assumptions.extend(plan.assumptions);
                Ok(Some((plan.steps, plan.recipes)))
            }
            Answer::Clarify { questions, .. } => {
                let open = |id: &str| id == "what-should-be-planned" || id.starts_with("what-is-meant");
                if questions.iter().any(|question| open(&question.id)) {
                    return Ok(None);
                }
                for question in questions {
                    self.ask(question);
                }
                Err(Asked)
            }
            Answer::Reject { .. } => Ok(None),
        }
    }

    /// Takes "after the kick-off" or "before step 3" off the end, when it names one step of the draft.
    fn placed(&self, tokens: &[Token]) -> (Vec<Token>, Place) {
        let whole = || (tokens.to_vec(), Place::End);
        let Some(at) = tokens.iter().rposition(|token| token.is_any("after before")) else { return whole() };
        let [step] = self.steps_meant(&tokens[at + 1..])[..] else { return whole() };
        let id = self.draft.id_of(step);
        let place = if tokens[at].is_any("after") { Place::After(id) } else { Place::Before(id) };
        (tokens[..at].to_vec(), place)
    }

    /// Puts steps into the draft: under ids of their own, in the project that the draft makes.
    fn merge(&mut self, mut steps: Vec<StepInput>, recipes: BTreeMap<String, FromRecipe>, place: &Place) {
        let mut ids: HashMap<String, String> = HashMap::new();
        for step in &mut steps {
            let wanted = step.id.take().unwrap_or_else(|| "step".to_owned());
            let mut fresh = self.draft.fresh_id(&wanted);
            let mut n = 2;
            while ids.values().any(|id| *id == fresh) {
                fresh = self.draft.fresh_id(&format!("{wanted}-{n}"));
                n += 1;
            }
            ids.insert(wanted, fresh.clone());
            step.id = Some(fresh);
        }
        // what a recipe told is its own under the new id as well
        let told = recipes.into_iter().filter_map(|(id, told)| Some((ids.get(&id)?.clone(), told)));
        self.draft.recipes.extend(told);
        let project = self.project();
        let renamed = |id: &str| -> Option<StepId> { ids.get(id)?.parse().ok() };
        for step in &mut steps {
            let params = references::rename(&Value::Object(std::mem::take(&mut step.params)), &renamed);
            step.params = params.as_object().cloned().unwrap_or_default();
            step.depends_on = step.depends_on.iter().map(|id| ids.get(id).unwrap_or(id).clone()).collect();
            if let Some((value, maker)) = &project
                && step.action_type == "task.create"
                && !step.params.contains_key("project")
                && step.params.get("admin") != Some(&Value::Bool(true))
            {
                step.params.insert("project".into(), value.clone());
                if let Some(maker) = maker.as_ref().filter(|maker| !step.depends_on.contains(maker)) {
                    step.depends_on.push(maker.clone());
                }
            }
        }
        for step in &steps {
            self.draft.did(format!("“{}” is new.", step.title));
        }
        self.insert(steps, place);
    }

    fn insert(&mut self, mut steps: Vec<StepInput>, place: &Place) {
        let first: Vec<String> = steps.iter().filter_map(|step| step.id.clone()).collect();
        let at = match place {
            Place::End => self.draft.steps.len(),
            Place::After(id) => {
                for step in steps.iter_mut().filter(|step| !step.depends_on.iter().any(|before| first.contains(before)))
                {
                    if !step.depends_on.contains(id) {
                        step.depends_on.push(id.clone());
                    }
                }
                self.draft.place_of(id).map_or(self.draft.steps.len(), |at| at + 1)
            }
            Place::Before(id) => {
                let at = self.draft.place_of(id).unwrap_or(self.draft.steps.len());
                if let Some(step) = self.draft.steps.get_mut(at) {
                    step.depends_on.extend(first);
                }
                at
            }
        };
        // what it waits for stands before it in any case
        let needed = steps.iter().flat_map(|step| &step.depends_on).filter_map(|id| self.draft.place_of(id)).max();
        let at = needed.map_or(at, |needed| at.max(needed + 1));
        self.draft.steps.splice(at..at, steps);
    }

    /// The project that the draft's tasks belong to, and the step that makes it.
    fn project(&self) -> Option<(Value, Option<String>)> {
        if let Some(step) = self.draft.steps.iter().find(|step| step.action_type == "project.create") {
            let id = step.id.clone()?;
            return Some((json!(format!("{{{{steps.{id}.result.id}}}}")), Some(id)));
        }
        let mut projects = self.draft.steps.iter().filter_map(|step| step.params.get("project"));
        let first = projects.next()?;
        projects.all(|other| other == first).then(|| (first.clone(), None))
    }
}

/// The wish behind "add a step to …": a request of its own.
fn wished(tokens: &[Token]) -> String {
    let mut at = 1;
    let is = |at: usize, words: &str| tokens.get(at).is_some_and(|token| token.is_any(words));
    let determiner = is(at, "a an another one more the");
    let noun = at + usize::from(determiner) + usize::from(determiner && is(at + 1, "more final last further"));
    if is(noun, "step task item to-do") {
        at = noun + 1;
        if is(at, "to") {
            let rest = &tokens[at + 1..];
            if rest.first().is_some_and(|token| is_verb(&token.lemma) || base_form(&token.low).is_some()) {
                return capitalised(&join(rest));
            }
            return format!("Create a task to {}", join(rest));
        }
        if is(at, "for that called named") || tokens.get(at).is_some_and(|token| token.is_mark(":")) {
            return format!("Create a task {}", join(&tokens[at + usize::from(!is(at, "for called named"))..]));
        }
        return format!("Create a task {}", join(&tokens[at..]));
    }
    if is(noun, "reminder") {
        return format!("Set {}", join(&tokens[1..]));
    }
    format!("Add {}", join(&tokens[1..]))
}

/// A task for words that are no request of their own.
fn task(wish: &str) -> StepInput {
    let title = wish.strip_prefix("Create a task to ").or_else(|| wish.strip_prefix("Create a task ")).unwrap_or(wish);
    let title = capitalised(title.strip_prefix("Add ").unwrap_or(title));
    StepInput {
        id: Some("create-task".into()),
        title: format!("Create task “{title}”"),
        action_type: "task.create".into(),
        params: [("title".to_owned(), Value::String(title))].into_iter().collect(),
        ..StepInput::default()
    }
}
