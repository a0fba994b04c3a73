//! A plan while it is graded: what comes after what, and what references finally mean.

use std::collections::{BTreeMap, BTreeSet};

use domain::plan::StepInput;
use serde_json::{Map, Value};

use super::words::{is_present, leaves};
use crate::contract::WorkspaceView;

/// What a reference means in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant<'a> {
    /// What a step makes.
    Step(usize),
    /// Something in the workspace.
    Entity(&'a str),
    Me,
}

/// The steps of an answer that passed the check.
pub(super) struct Plan<'a> {
    pub(super) steps: &'a [StepInput],
    workspace: &'a WorkspaceView,
    by_id: BTreeMap<&'a str, usize>,
    ancestors: Vec<BTreeSet<usize>>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(steps: &'a [StepInput], workspace: &'a WorkspaceView) -> Self {
        let by_id: BTreeMap<&str, usize> =
            steps.iter().enumerate().filter_map(|(at, step)| Some((step.id.as_deref()?, at))).collect();
        let ancestors = (0..steps.len()).map(|at| ancestors(steps, &by_id, at)).collect();
        Self { steps, workspace, by_id, ancestors }
    }

    /// How a step is called in a report.
    pub(super) fn name(&self, step: usize) -> &'a str {
        self.steps[step].id.as_deref().unwrap_or("a step")
    }

    pub(super) fn comes_after(&self, step: usize, other: usize) -> bool {
        self.ancestors[step].contains(&other)
    }

    /// What a reference means: an update's result is the thing it updates.
    pub(super) fn meant(&self, value: &Value) -> Option<Meant<'a>> {
        let text = value.as_str()?.trim();
        if let Some(step) = self.step_referred(text) {
            return self.made_by(step);
        }
        if let Some(id) = self.entity(text) {
            return Some(Meant::Entity(id));
        }
        (text.eq_ignore_ascii_case("me")).then_some(Meant::Me)
    }

    /// What the result of a step is.
    pub(super) fn made_by(&self, step: usize) -> Option<Meant<'a>> {
        let mut at = step;
        for _ in 0..=self.steps.len() {
            let Some(target) = target(&self.steps[at].action_type) else { return Some(Meant::Step(at)) };
            let text = self.steps[at].params.get(target)?.as_str()?.trim();
            match self.step_referred(text) {
                Some(next) => at = next,
                None => return self.entity(text).map(Meant::Entity),
            }
        }
        None
    }

    /// The sort of thing: person, project, task or idea.
    pub(super) fn kind(&self, meant: Meant<'_>) -> Option<&'static str> {
        match meant {
            Meant::Me => Some("person"),
            Meant::Entity(id) => self.entity_kind(id),
            Meant::Step(at) => match self.steps[at].action_type.as_str() {
                "project.create" => Some("project"),
                "task.create" => Some("task"),
                "person.create" => Some("person"),
                "idea.create" => Some("idea"),
                _ => None,
            },
        }
    }

    /// All words in a value; references are left out.
    pub(super) fn text(&self, value: &Value) -> String {
        let words = leaves(value).into_iter().filter_map(|leaf| match leaf {
            Value::String(text) if self.is_reference(text) => None,
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        words.collect::<Vec<_>>().join(" | ")
    }

    /// All words in the params of a step.
    pub(super) fn words_of(&self, params: &Map<String, Value>) -> String {
        params.values().map(|value| self.text(value)).collect::<Vec<_>>().join(" | ")
    }

    /// A param's value, and the values that later updates in the plan give the same thing.
    pub(super) fn values(&self, step: usize, name: &str) -> Vec<&'a Value> {
        static NOTHING: Value = Value::Null;
        let own = &self.steps[step];
        let mut values = vec![own.params.get(name).unwrap_or(&NOTHING)];
        if !makes_or_updates(&own.action_type) {
            return values;
        }
        let Some(meant) = self.made_by(step) else { return values };
        for (at, other) in self.steps.iter().enumerate() {
            let updates = other.action_type.ends_with(".update")
                && at != step
                && target(&other.action_type) != Some(name)
                && self.made_by(at) == Some(meant);
            values.extend(other.params.get(name).filter(|value| updates && is_present(value)));
        }
        values
    }

    fn step_referred(&self, text: &str) -> Option<usize> {
        let inner = text.strip_prefix("{{")?.strip_suffix("}}")?.trim().strip_prefix("steps.")?;
        let (id, _) = inner.split_once(".result")?;
        self.by_id.get(id).copied()
    }

    fn entity(&self, id: &str) -> Option<&'a str> {
        let people = self.workspace.people.iter().map(|row| row.id.as_str());
        let ideas = self.workspace.ideas.iter().map(|row| row.id.as_str());
        let projects = self.workspace.projects.iter().map(|row| row.id.as_str());
        let tasks = self.workspace.tasks.iter().map(|row| row.id.as_str());
        people.chain(ideas).chain(projects).chain(tasks).find(|known| *known == id)
    }

    fn entity_kind(&self, id: &str) -> Option<&'static str> {
        if self.workspace.people.iter().any(|row| row.id.as_str() == id) {
            Some("person")
        } else if self.workspace.ideas.iter().any(|row| row.id.as_str() == id) {
            Some("idea")
        } else if self.workspace.projects.iter().any(|row| row.id.as_str() == id) {
            Some("project")
        } else {
            self.workspace.tasks.iter().any(|row| row.id.as_str() == id).then_some("task")
        }
    }

    fn is_reference(&self, text: &str) -> bool {
        let text = text.trim();
        text.starts_with("{{") && text.ends_with("}}") || self.entity(text).is_some()
    }
}

fn ancestors(steps: &[StepInput], by_id: &BTreeMap<&str, usize>, step: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![step];
    while let Some(at) = open.pop() {
        for before in steps[at].depends_on.iter().filter_map(|id| by_id.get(id.as_str())) {
            if found.insert(*before) {
                open.push(*before);
            }
        }
    }
    found
}

/// The param that names what an action changes; nothing for actions that make something.
fn target(action: &str) -> Option<&'static str> {
    match action {
        "project.set_milestones" | "project.update" | "project.archive" => Some("project"),
        "task.update" | "task.complete" => Some("task"),
        "person.update" => Some("person"),
        "idea.update" | "idea.archive" => Some("idea"),
        _ => None,
    }
}

fn makes_or_updates(action: &str) -> bool {
    action.ends_with(".update") || target(action).is_none()
}
