//! Reading a plan's past: what differs between two moments, in sentences.

use crate::{
    ids::StepId,
    plan::{Plan, Step},
};

/// Says what differs in the content of two states of one plan, in the order of the later one.
pub fn difference(before: &Plan, after: &Plan) -> Vec<String> {
    let mut found = Vec::new();
    if before.details.name != after.details.name {
        found.push(format!("the name changed from “{}” to “{}”", before.details.name, after.details.name));
    }
    if before.details.policy != after.details.policy {
        found.push("the rules for approving and running changed".to_owned());
    }
    for (id, step) in &before.steps {
        if !after.steps.contains_key(id) {
            found.push(format!("step `{id}` “{}” was removed", step.spec.title));
        }
    }
    for (id, step) in &after.steps {
        match before.steps.get(id) {
            None => found.push(format!("step `{id}` “{}” was added", step.spec.title)),
            Some(old) => found.extend(step_difference(id, old, step)),
        }
    }
    let kept = |plan: &Plan, other: &Plan| -> Vec<StepId> {
        plan.steps.keys().filter(|id| other.steps.contains_key(*id)).cloned().collect()
    };
    if kept(before, after) != kept(after, before) {
        found.push("the steps stand in another order".to_owned());
    }
    found
}

fn step_difference(id: &StepId, old: &Step, new: &Step) -> Option<String> {
    let (old, new) = (&old.spec, &new.spec);
    let parts = [
        ("title", old.title != new.title),
        ("description", old.description != new.description),
        ("action", old.action_type != new.action_type),
        ("params", old.params != new.params),
        ("dependencies", old.depends_on != new.depends_on),
        ("approval", old.requires_approval != new.requires_approval),
        ("failure policy", old.on_failure != new.on_failure),
        ("retry policy", old.retry != new.retry),
        ("time limit", old.timeout_seconds != new.timeout_seconds),
    ];
    let changed: Vec<&str> = parts.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    (!changed.is_empty()).then(|| format!("step `{id}` “{}” changed in {}", new.title, changed.join(", ")))
}
