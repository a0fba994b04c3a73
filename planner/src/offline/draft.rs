//! The steps of a plan while it is put together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime};
use domain::{plan::StepInput, workspace::Kind};
use serde_json::{Map, Value};

use super::dates::written;
use crate::contract::FromRecipe;

/// What a step can point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Something in the workspace.
    Entity(String),
    /// What a step of this plan makes, by the step's place.
    Step(usize),
    /// The person who asks.
    Me,
}

/// Something a request speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thing {
    pub(crate) target: Target,
    pub(crate) kind: Kind,
    /// Its name or title.
    pub(crate) label: String,
}

impl Thing {
    pub(crate) fn me() -> Self {
        Self { target: Target::Me, kind: Kind::Person, label: "me".into() }
    }

    pub(crate) fn step(&self) -> Option<usize> {
        match self.target {
            Target::Step(index) => Some(index),
            Target::Entity(_) | Target::Me => None,
        }
    }
}

/// One step.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) action: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) params: Map<String, Value>,
    /// The steps it comes after, by their places.
    pub(crate) after: BTreeSet<usize>,
    /// A slug to use in place of the one made from the action.
    pub(crate) slug: Option<String>,
    /// What it has from a recipe, when one made it.
    pub(crate) recipe: Option<FromRecipe>,
    /// The things its params point at, by param.
    things: Vec<(&'static str, Thing)>,
}

impl Step {
    pub(crate) fn new(action: &'static str, title: impl Into<String>) -> Self {
        Self {
            action,
            title: shortened(&title.into(), 160),
            description: String::new(),
            params: Map::new(),
            after: BTreeSet::new(),
            slug: None,
            recipe: None,
            things: Vec::new(),
        }
    }

    /// Sets a text; an empty one is left out.
    pub(crate) fn text(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let value = harmless(value.as_ref().trim());
        if !value.is_empty() {
            self.params.insert(name.into(), Value::String(value));
        }
        self
    }

    pub(crate) fn value(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    pub(crate) fn day(self, name: &str, day: Option<NaiveDate>, time: Option<NaiveTime>) -> Self {
        match day {
            Some(day) => self.value(name, written(day, time)),
            None => self,
        }
    }

    /// Points a param at a thing.
    pub(crate) fn thing(mut self, name: &'static str, thing: &Thing) -> Self {
        self.things.push((name, thing.clone()));
        self
    }

    /// Points a param at a thing, if there is one.
    pub(crate) fn maybe(self, name: &'static str, thing: Option<&Thing>) -> Self {
        match thing {
            Some(thing) => self.thing(name, thing),
            None => self,
        }
    }

    /// Points a list param at things.
    pub(crate) fn things(mut self, name: &'static str, things: &[Thing]) -> Self {
        self.things.extend(things.iter().map(|thing| (name, thing.clone())));
        if !things.is_empty() {
            self.params.insert(name.into(), Value::Array(Vec::new()));
        }
        self
    }

    pub(crate) fn slug(mut self, slug: impl Into<String>) -> Self {
        self.slug = Some(slug.into());
        self
    }

    /// Whether a param points at a thing.
    pub(crate) fn points_at(&self, name: &str, thing: &Thing) -> bool {
        self.things.iter().any(|(param, found)| *param == name && found.target == thing.target)
    }

    /// The thing a param points at.
    pub(crate) fn pointed(&self, name: &str) -> Option<&Thing> {
        self.things.iter().find(|(param, _)| *param == name).map(|(_, thing)| thing)
    }

    /// Every thing the step uses.
    pub(crate) fn used(&self) -> impl Iterator<Item = &Thing> {
        self.things.iter().map(|(_, thing)| thing)
    }

    /// Points a list param at these things instead of those before.
    pub(crate) fn set_things(&mut self, name: &'static str, things: &[Thing]) {
        self.things.retain(|(param, _)| *param != name);
        self.things.extend(things.iter().map(|thing| (name, thing.clone())));
        self.params.insert(name.into(), Value::Array(Vec::new()));
    }

    /// Points a param at another thing than before.
    pub(crate) fn repoint(&mut self, name: &'static str, thing: &Thing) {
        self.things.retain(|(param, _)| *param != name);
        self.things.push((name, thing.clone()));
    }
}

/// All steps so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) steps: Vec<Step>,
}

impl Draft {
    pub(crate) fn push(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// Whether one step comes after another, directly or through others.
    pub(crate) fn comes_after(&self, step: usize, other: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![step];
        while let Some(at) = open.pop() {
            for before in self.before(at) {
                if before == other {
                    return true;
                }
                if seen.insert(before) {
                    open.push(before);
                }
            }
        }
        false
    }

    /// What a step waits for directly: what it was told to, and what makes the things it uses.
    fn before(&self, step: usize) -> BTreeSet<usize> {
        let mut before = self.steps[step].after.clone();
        before.extend(self.steps[step].used().filter_map(Thing::step));
        before.remove(&step);
        before
    }

    /// Lets a step wait for another, unless that would close a circle.
    pub(crate) fn order(&mut self, step: usize, after: usize) -> bool {
        if step == after || self.comes_after(after, step) {
            return false;
        }
        self.steps[step].after.insert(after);
        true
    }

    /// The steps as planners answer them, in an order in which they can be read.
    pub(crate) fn finish(&self) -> Vec<StepInput> {
        let slugs = self.slugs();
        let order = self.reading_order();
        let inputs = order.into_iter().map(|at| {
            let step = &self.steps[at];
            let mut params = step.params.clone();
            for (name, thing) in &step.things {
                let value = match &thing.target {
                    Target::Entity(id) => Value::String(id.clone()),
                    Target::Step(index) => Value::String(format!("{{{{steps.{}.result.id}}}}", slugs[*index])),
                    Target::Me => Value::String("me".into()),
                };
                match params.get_mut(*name) {
                    Some(Value::Array(list)) => list.push(value),
                    _ => {
                        params.insert((*name).into(), value);
                    }
                }
            }
            let needed: Vec<usize> = self.before(at).into_iter().collect();
            // what comes before through another dependency need not be said
            let direct = needed
                .iter()
                .filter(|before| !needed.iter().any(|other| other != *before && self.comes_after(*other, **before)));
            let used: BTreeSet<usize> = step.used().filter_map(Thing::step).collect();
            let depends: BTreeSet<usize> = direct.copied().chain(used).filter(|before| *before != at).collect();
            StepInput {
                id: Some(slugs[at].clone()),
                title: step.title.clone(),
                description: step.description.clone(),
                action_type: step.action.into(),
                params,
                depends_on: depends.into_iter().map(|before| slugs[before].clone()).collect(),
                ..StepInput::default()
            }
        });
        inputs.collect()
    }

    /// The steps that recipes made, by the ids they have when it is finished.
    pub(crate) fn recipes(&self) -> BTreeMap<String, FromRecipe> {
        let slugs = self.slugs().into_iter();
        slugs.zip(&self.steps).filter_map(|(slug, step)| Some((slug, step.recipe.clone()?))).collect()
    }

    fn slugs(&self) -> Vec<String> {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut slugs = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let base = step.slug.clone().unwrap_or_else(|| slug_of(step.action));
            // one of so many slugs is free
            let numbered = (2..=self.steps.len() + 1).map(|n| format!("{base}-{n}"));
            let fresh = std::iter::once(base.clone()).chain(numbered).find(|slug| !taken.contains(slug));
            let slug = fresh.unwrap_or(base);
            taken.insert(slug.clone());
            slugs.push(slug);
        }
        slugs
    }

    /// Every step behind what it waits for, otherwise as they were read.
    fn reading_order(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.steps.len());
        let mut placed = vec![false; self.steps.len()];
        while order.len() < self.steps.len() {
            let next =
                (0..self.steps.len()).find(|at| !placed[*at] && self.before(*at).iter().all(|before| placed[*before]));
            let Some(next) = next.or_else(|| placed.iter().position(|placed| !placed)) else { break };
            placed[next] = true;
            order.push(next);
        }
        order
    }
}

fn slug_of(action: &str) -> String {
    let slug = match action {
        "project.set_milestones" => "set-milestones",
        "calendar.schedule" => "schedule-event",
        "http.request" => "http-request",
        "manual.step" => "manual-step",
        "wait.until" => "wait",
        _ => {
            let (thing, verb) = action.split_once('.').unwrap_or((action, "do"));
            return format!("{verb}-{thing}").replace('_', "-");
        }
    };
    slug.to_owned()
}

/// A text that is never read as a reference.
pub(crate) fn harmless(text: &str) -> String {
    if text.contains("{{") { text.replace("{{", "{ {") } else { text.to_owned() }
}

/// A text of at most so many characters, cut between words.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let text = harmless(text.trim());
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    let end = cut.rfind(' ').filter(|end| *end > most / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> Step {
        Step::new("project.create", "Create project “Kestrel”").text("name", "Kestrel")
    }

    #[test]
    fn a_step_that_uses_a_result_depends_on_it() {
        let mut draft = Draft::default();
        let made = Thing { target: Target::Step(draft.push(project())), kind: Kind::Project, label: "Kestrel".into() };
        draft.push(Step::new("task.create", "Create task").text("title", "x").thing("project", &made));
        let steps = draft.finish();
        assert_eq!(steps[1].depends_on, ["create-project"]);
        assert_eq!(steps[1].params["project"], "{{steps.create-project.result.id}}");
    }

    #[test]
    fn ids_count_up_and_order_never_closes_a_circle() {
        let mut draft = Draft::default();
        let (a, b) = (draft.push(project()), draft.push(project()));
        assert!(draft.order(a, b));
        assert!(!draft.order(b, a));
        let ids: Vec<_> = draft.finish().into_iter().filter_map(|step| step.id).collect();
        assert_eq!(ids, ["create-project-2", "create-project"]);
    }

    #[test]
    fn braces_in_a_request_are_no_reference() {
        assert_eq!(harmless("{{steps.a.result.id}}"), "{ {steps.a.result.id}}");
        assert_eq!(shortened("a long text of some words", 12), "a long text…");
    }
}
