//! Which steps are taken back, and in which order: what came later goes first.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use chrono::{DateTime, Utc};

use super::{Scope, World};
use crate::{
    action::Effect,
    graph::StepGraph,
    ids::{EntityId, StepId},
    plan::{Plan, Step, StepProgress},
};

/// The steps a scope names that there is something to take back of, in the plan's order.
pub(super) fn chosen(plan: &Plan, scope: &Scope) -> Vec<StepId> {
    let completed = |step: &Step| matches!(step.progress, StepProgress::Completed { .. });
    let wanted: Box<dyn Fn(&Step) -> bool> = match scope {
        Scope::Plan => Box::new(completed),
        Scope::Step { step_id } => Box::new(move |step| completed(step) && step.spec.id == *step_id),
        Scope::FromStep { step_id } => {
            let concerned = concerned(plan, scope);
            Box::new(move |step| completed(step) && (step.spec.id == *step_id || concerned.contains(&step.spec.id)))
        }
        Scope::Rollback { rollback_id } => Box::new(
            move |step| matches!(&step.progress, StepProgress::Undone { rollback, .. } if rollback == rollback_id),
        ),
    };
    plan.steps.values().filter(|step| wanted(step)).map(|step| step.spec.id.clone()).collect()
}

/// The steps that must stand still while the scope is rolled back: all that might go on from what is taken back.
pub(super) fn concerned(plan: &Plan, scope: &Scope) -> HashSet<StepId> {
    match scope {
        Scope::Plan => plan.steps.keys().cloned().collect(),
        Scope::Step { step_id } | Scope::FromStep { step_id } => {
            StepGraph::of(plan.specs()).descendants(step_id).into_iter().collect()
        }
        Scope::Rollback { .. } => HashSet::new(),
    }
}

/// What an undo of a step takes back: what the step did, or what its undo did.
pub(super) fn effects(step: &Step) -> &[Effect] {
    match &step.progress {
        StepProgress::Completed { effects, .. } => effects,
        StepProgress::Undone { undone, .. } => undone,
        StepProgress::Pending
        | StepProgress::Executing { .. }
        | StepProgress::Retrying { .. }
        | StepProgress::OutcomeUnknown { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undoing { .. }
        | StepProgress::UndoFailed { .. } => &[],
    }
}

/// The steps in the order in which they are taken back, each with those whose undo must come before.
pub(super) fn undo_order(plan: &Plan, chosen: &[StepId], redo: bool, world: &World) -> Vec<(StepId, Vec<StepId>)> {
    let mut after = by_dependency(plan, chosen, redo);
    for writers in by_entity(plan, chosen, world).into_values() {
        for pair in writers.windows(2) {
            // the later one goes first
            after.entry(pair[0].1.clone()).or_default().insert(pair[1].1.clone());
        }
    }
    let mut open: BTreeSet<_> =
        chosen.iter().enumerate().map(|(place, id)| (rank(plan, id, place, redo), id)).collect();
    let mut done: HashSet<StepId> = HashSet::new();
    let mut order = Vec::with_capacity(chosen.len());
    while !open.is_empty() {
        let is_next = |id: &StepId| after.get(id).is_none_or(|before| before.iter().all(|step| done.contains(step)));
        // dependencies and times of writing never contradict each other; should a log say so, the rank decides
        let Some(next) = open.iter().find(|(_, id)| is_next(id)).or_else(|| open.first()).copied() else { break };
        open.remove(&next);
        let id = next.1;
        let before = after.get(id).map(|before| before.iter().filter(|step| done.contains(*step)));
        let mut before: Vec<StepId> = before.into_iter().flatten().cloned().collect();
        before.sort_by_key(|step| plan.steps.get_index_of(step));
        order.push((id.clone(), before));
        done.insert(id.clone());
    }
    order
}

type Before = HashMap<StepId, HashSet<StepId>>;

/// The nearest chosen steps on either side: an undo waits for those that depend on it, a redo for what it depends on.
fn by_dependency(plan: &Plan, chosen: &[StepId], redo: bool) -> Before {
    let set: HashSet<&StepId> = chosen.iter().collect();
    let mut children: HashMap<&StepId, Vec<&StepId>> = HashMap::new();
    for spec in plan.specs() {
        for parent in &spec.depends_on {
            children.entry(parent).or_default().push(&spec.id);
        }
    }
    let mut after = Before::new();
    for id in chosen {
        let (mut open, mut seen) = (vec![id], HashSet::new());
        while let Some(step) = open.pop() {
            for child in children.get(step).into_iter().flatten().copied().filter(|child| seen.insert(*child)) {
                if !set.contains(child) {
                    open.push(child);
                    continue;
                }
                let (waits, first) = if redo { (child, id) } else { (id, child) };
                after.entry(waits.clone()).or_default().insert(first.clone());
            }
        }
    }
    after
}

/// Who wrote each thing, in the order of the log.
fn by_entity(plan: &Plan, chosen: &[StepId], world: &World) -> BTreeMap<EntityId, Vec<(usize, StepId)>> {
    let mut writers: BTreeMap<EntityId, Vec<(usize, StepId)>> = BTreeMap::new();
    for id in chosen {
        let written = plan.steps.get(id).map_or(&[][..], |step| effects(step));
        for (entity, event) in written.iter().filter_map(Effect::on_entity) {
            let place = world.history(entity).and_then(|history| history.place(event)).unwrap_or(usize::MAX);
            writers.entry(entity.clone()).or_default().push((place, id.clone()));
        }
    }
    for list in writers.values_mut() {
        list.sort();
        list.dedup_by(|a, b| a.1 == b.1);
    }
    writers
}

type Rank = (Reverse<Option<DateTime<Utc>>>, usize);

/// What ended last goes first; a redo goes through the plan from its beginning.
fn rank(plan: &Plan, id: &StepId, place: usize, redo: bool) -> Rank {
    if redo {
        return (Reverse(None), place);
    }
    (Reverse(plan.steps.get(id).and_then(|step| step.ended_at)), usize::MAX - place)
}
