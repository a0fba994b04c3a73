//! A whole plan, foretold: each step in the order of the dependencies, each seeing what the steps before it would write.
//!
//! Pure: whoever asks looks up the entities beforehand. [`ids_needed`] says which.

use std::collections::{BTreeSet, HashMap};

use domain::{
    action::{Effect, Impact, ImpactLevel, Reversibility},
    graph::StepGraph,
    ids::{EntityId, StepId},
    plan::{Plan, Step, StepProgress},
    workspace::{Entity, FieldChange, Kind},
};
use indexmap::IndexMap;
use serde_json::Value;

use super::{
    foresight,
    world::{Thing, World},
};
use crate::registry::Registry;

/// The entities that a simulation of the plan looks at: those that params, results and effects name.
pub fn ids_needed(plan: &Plan) -> Vec<EntityId> {
    let mut ids = BTreeSet::new();
    for step in plan.steps.values() {
        collect(step.params(), &mut ids);
        if let Some(result) = step.result() {
            collect(result, &mut ids);
        }
        for effect in effects(step) {
            ids.extend(touched(effect).cloned());
        }
    }
    ids.into_iter().collect()
}

fn collect(value: &Value, ids: &mut BTreeSet<EntityId>) {
    match value {
        Value::String(text) => {
            let id = text.parse::<EntityId>().ok();
            ids.extend(id.filter(|id| Kind::from_prefix(id.prefix()).is_some()));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Foretells every step of the plan, in the plan's order.
///
/// Steps that are still to run are simulated on `entities` and on what the steps before them would write. A step that
/// is completed is told as it was: on the things as they stood before it, without problems.
pub fn simulate_plan(
    plan: &Plan,
    registry: &Registry,
    entities: impl Fn(&EntityId) -> Option<Entity>,
) -> IndexMap<StepId, Impact> {
    let mut world = World::default();
    for id in ids_needed(plan) {
        if let Some(entity) = entities(&id) {
            world.insert(&id, entity);
        }
    }
    let given = plan.steps.iter().filter_map(|(id, step)| Some((id.clone(), step.result()?.clone())));
    let mut foreseen = Foreseen { registry, world, results: given.collect() };
    let mut impacts: HashMap<StepId, Impact> = HashMap::with_capacity(plan.steps.len());
    for id in order(plan) {
        if let Some(step) = plan.steps.get(&id) {
            let mut impact = foreseen.step(&id, step);
            for change in &mut impact.changes {
                (change.before, change.after) = (foresight::plain(&change.before), foresight::plain(&change.after));
            }
            impacts.insert(id, impact);
        }
    }
    plan.steps.keys().filter_map(|id| impacts.remove_entry(id)).collect()
}

/// All steps, each after what it depends on; those on a cycle come last, as a draft may have them.
fn order(plan: &Plan) -> Vec<StepId> {
    let mut order = StepGraph::of(plan.specs()).order();
    if order.len() < plan.steps.len() {
        let known: BTreeSet<StepId> = order.iter().cloned().collect();
        order.extend(plan.steps.keys().filter(|id| !known.contains(*id)).cloned());
    }
    order
}

/// What is foreseen so far.
struct Foreseen<'a> {
    registry: &'a Registry,
    world: World,
    /// What is known of the steps' results: given by those that ran, foretold for the others.
    results: HashMap<StepId, Value>,
}

impl Foreseen<'_> {
    fn step(&mut self, id: &StepId, step: &Step) -> Impact {
        let params = foresight::resolve(step.params(), &self.results);
        let Some(action) = self.registry.get(&step.spec.action_type) else {
            return unknown_action(&step.spec.action_type);
        };
        if let Some(effects) = standing(step) {
            let now = self.rewind(effects);
            let impact = action.simulate(&params, &self.world);
            for (id, thing) in now {
                self.world.restore(&id, thing);
            }
            return settled(impact);
        }
        let impact = action.simulate(&params, &self.world);
        match step.progress {
            StepProgress::Skipped { .. } => return settled(impact),
            StepProgress::Pending
            | StepProgress::Executing { .. }
            | StepProgress::Retrying { .. }
            | StepProgress::OutcomeUnknown { .. }
            | StepProgress::Failed { .. }
            | StepProgress::Completed { .. }
            | StepProgress::Undoing { .. }
            | StepProgress::UndoFailed { .. }
            | StepProgress::Undone { .. } => {}
        }
        if let Some(write) = action.foreseen_write(&params) {
            self.world.apply(id, &write);
            self.results.insert(id.clone(), self.world.foreseen_result(id, &write));
        }
        match step.progress {
            // what it did may be in the workspace already, and would look like an obstacle
            StepProgress::Executing { .. } | StepProgress::OutcomeUnknown { .. } | StepProgress::Undone { .. } => {
                settled(impact)
            }
            StepProgress::Pending
            | StepProgress::Retrying { .. }
            | StepProgress::Failed { .. }
            | StepProgress::Skipped { .. }
            | StepProgress::Completed { .. }
            | StepProgress::Undoing { .. }
            | StepProgress::UndoFailed { .. } => impact,
        }
    }

    /// Takes the effects of a step back, and gives the things as they stood.
    fn rewind(&mut self, effects: &[Effect]) -> Vec<(EntityId, Thing)> {
        let mut now = Vec::new();
        for effect in effects {
            let (entity, thing) = match effect {
                Effect::EntityChanged { entity, changes, .. } => {
                    (entity, self.world.rewind(entity, |thing| take_back(thing, changes)))
                }
                Effect::EntityArchived { entity, .. } => {
                    (entity, self.world.rewind(entity, |thing| thing.archived = false))
                }
                Effect::EntityCreated { .. }
                | Effect::EntityLinked { .. }
                | Effect::EntityRestored { .. }
                | Effect::EntityUnlinked { .. }
                | Effect::EntityWithdrawn { .. }
                | Effect::OutsideCall { .. }
                | Effect::PersonDid { .. } => continue,
            };
            now.extend(thing.map(|thing| (entity.clone(), thing)));
        }
        now
    }
}

fn take_back(thing: &mut Thing, changes: &[FieldChange]) {
    for change in changes {
        if change.before.is_null() {
            thing.fields.shift_remove(&change.field);
        } else {
            thing.fields.insert(change.field.clone(), change.before.clone());
        }
    }
}

/// The impact of a step that nothing keeps from running any more.
fn settled(impact: Impact) -> Impact {
    Impact { problems: Vec::new(), unknown: Vec::new(), ..impact }
}

fn unknown_action(name: &str) -> Impact {
    Impact {
        level: ImpactLevel::High,
        reversibility: Reversibility::Irreversible,
        outside: true,
        summary: format!("Nobody here knows what `{name}` does"),
        changes: Vec::new(),
        unknown: Vec::new(),
        problems: vec![format!("there is no action `{name}`")],
    }
}

/// What a step did that still stands.
fn standing(step: &Step) -> Option<&[Effect]> {
    match &step.progress {
        StepProgress::Completed { effects, .. }
        | StepProgress::Undoing { effects, .. }
        | StepProgress::UndoFailed { effects, .. } => Some(effects),
        StepProgress::Pending
        | StepProgress::Executing { .. }
        | StepProgress::Retrying { .. }
        | StepProgress::OutcomeUnknown { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undone { .. } => None,
    }
}

fn effects(step: &Step) -> &[Effect] {
    match &step.progress {
        StepProgress::Completed { effects, .. }
        | StepProgress::Undoing { effects, .. }
        | StepProgress::UndoFailed { effects, .. }
        | StepProgress::Undone { effects, .. } => effects,
        StepProgress::Pending
        | StepProgress::Executing { .. }
        | StepProgress::Retrying { .. }
        | StepProgress::OutcomeUnknown { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. } => &[],
    }
}

fn touched(effect: &Effect) -> impl Iterator<Item = &EntityId> {
    let (entity, to) = match effect {
        Effect::EntityCreated { entity, .. }
        | Effect::EntityChanged { entity, .. }
        | Effect::EntityArchived { entity, .. }
        | Effect::EntityRestored { entity, .. }
        | Effect::EntityWithdrawn { entity, .. } => (Some(entity), None),
        Effect::EntityLinked { entity, to, .. } | Effect::EntityUnlinked { entity, to, .. } => (Some(entity), Some(to)),
        Effect::OutsideCall { .. } | Effect::PersonDid { .. } => (None, None),
    };
    entity.into_iter().chain(to)
}
