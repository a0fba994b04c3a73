//! Compares two states of one plan, or of two plans: the content, how the steps stood, what they did.
//!
//! Steps are matched by their ids. Of two plans, steps that are left over then are matched by what they do and what they
//! are called, so that a plan made anew from the same request is compared step by step and not as if all of it were new.

use std::collections::{HashMap, HashSet};

use crate::{
    action::Effect,
    difference::{Content, Difference, difference},
    ids::StepId,
    plan::{Plan, Step, StepProgress, StepSpec, StepStatus},
    references,
};

/// By what two steps are taken for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    Id,
    /// Action and title, whatever the case.
    Title,
}

/// How a step stood at either moment, and what it did in between.
#[derive(Clone, Debug, PartialEq)]
pub struct StepOutcomes {
    /// The id that it has in the difference: the later one, where there is one.
    pub id: StepId,
    /// Its id earlier.
    pub before_id: Option<StepId>,
    pub matched: Option<Matched>,
    pub before: Option<StepStatus>,
    pub after: Option<StepStatus>,
    /// What it did that is only recorded later.
    pub done: Vec<Effect>,
    /// What was taken back that is only recorded later.
    pub taken_back: Vec<Effect>,
    /// What it did that is only recorded earlier.
    pub only_before: Vec<Effect>,
}

/// How two states differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub difference: Difference,
    /// Each step of the difference, in its order.
    pub steps: Vec<StepOutcomes>,
}

/// Compares two states of one plan, or of two plans.
pub fn compare(before: &Plan, after: &Plan) -> Comparison {
    let renamed = matched_by_title(before, after);
    let difference = difference(&content_as(before, &renamed), &Content::of(after));
    let old_ids: HashMap<&StepId, &StepId> = renamed.iter().map(|(old, new)| (new, old)).collect();
    let steps = difference.steps.iter().map(|step| {
        let old_id = old_ids.get(&step.id).copied().unwrap_or(&step.id);
        let (old, new) = (before.steps.get(old_id), after.steps.get(&step.id));
        let (did, undid) = (new.map_or(&[][..], |step| effects(step)), new.map_or(&[][..], |step| undone(step)));
        let (had_done, had_undone) =
            (old.map_or(&[][..], |step| effects(step)), old.map_or(&[][..], |step| undone(step)));
        StepOutcomes {
            id: step.id.clone(),
            before_id: old.map(|_| old_id.clone()),
            matched: (old.is_some() && new.is_some()).then_some(if *old_id == step.id {
                Matched::Id
            } else {
                Matched::Title
            }),
            before: old.map(|step| before.step_status(step)),
            after: new.map(|step| after.step_status(step)),
            done: beyond(did, had_done),
            taken_back: beyond(undid, had_undone),
            only_before: beyond(had_done, did),
        }
    });
    let steps = steps.collect();
    Comparison { difference, steps }
}

/// The steps that only one side has by id, paired by action and title, in their order; earlier id to later id.
fn matched_by_title(before: &Plan, after: &Plan) -> HashMap<StepId, StepId> {
    let key = |spec: &StepSpec| (spec.action_type.clone(), spec.title.trim().to_lowercase());
    let mut taken: HashSet<&StepId> = HashSet::new();
    let mut pairs = HashMap::new();
    for old in before.specs().filter(|spec| !after.steps.contains_key(&spec.id)) {
        // an id is never used again in a plan: what one state of it lacks was added or removed
        let fits = |new: &&StepSpec| {
            !before.steps.contains_key(&new.id)
                && !before.retired.contains(&new.id)
                && !after.retired.contains(&old.id)
                && !taken.contains(&new.id)
                && key(new) == key(old)
        };
        if let Some(new) = after.specs().find(fits) {
            taken.insert(&new.id);
            pairs.insert(old.id.clone(), new.id.clone());
        }
    }
    pairs
}

/// The content with other ids for some steps, wherever they are named.
fn content_as(plan: &Plan, ids: &HashMap<StepId, StepId>) -> Content {
    let mut content = Content::of(plan);
    if ids.is_empty() {
        return content;
    }
    let known = |id: &StepId| ids.get(id).unwrap_or(id).clone();
    for step in &mut content.steps {
        step.id = known(&step.id);
        step.depends_on = step.depends_on.iter().map(known).collect();
        step.params = references::rename(&step.params, &|id: &str| ids.get(&id.parse::<StepId>().ok()?).cloned());
    }
    content
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

fn undone(step: &Step) -> &[Effect] {
    match &step.progress {
        StepProgress::Undone { undone, .. } => undone,
        StepProgress::Pending
        | StepProgress::Executing { .. }
        | StepProgress::Retrying { .. }
        | StepProgress::OutcomeUnknown { .. }
        | StepProgress::Completed { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undoing { .. }
        | StepProgress::UndoFailed { .. } => &[],
    }
}

/// What the first has and the second has not.
fn beyond(first: &[Effect], second: &[Effect]) -> Vec<Effect> {
    first.iter().filter(|effect| !second.contains(effect)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{difference::StepChange, plan::PlanStatus};

    fn plan(steps: &[(&str, &str, &str)]) -> Plan {
        let step = |(id, title, after): &(&str, &str, &str)| {
            let depends_on: Vec<StepId> =
                [*after].iter().filter(|id| !id.is_empty()).map(|id| id.parse().unwrap()).collect();
            let params = match depends_on.first() {
                Some(first) => json!({"title": title, "project": format!("{{{{steps.{first}.result.id}}}}")}),
                None => json!({"title": title}),
            };
            Step::new(StepSpec {
                id: id.parse().unwrap(),
                title: (*title).into(),
                description: String::new(),
                action_type: "task.create".into(),
                params,
                depends_on,
                requires_approval: false,
                on_failure: None,
                retry: None,
                timeout_seconds: None,
            })
        };
        let steps = steps.iter().map(step).map(|step| (step.spec.id.clone(), Arc::new(step))).collect();
        Plan { steps, status: PlanStatus::Executing, ..Plan::default() }
    }

    fn completed(plan: &mut Plan, id: &str, event: u128) -> Effect {
        let effect = Effect::EntityCreated { entity: "tsk_1".parse().unwrap(), event: Uuid::from_u128(event) };
        let step = Arc::make_mut(plan.steps.get_mut(&id.parse::<StepId>().unwrap()).unwrap());
        step.progress = StepProgress::Completed { result: json!({}), effects: vec![effect.clone()] };
        effect
    }

    #[test]
    fn two_moments_of_a_plan_say_how_each_step_stood_and_what_it_did_meanwhile() {
        let before = plan(&[("a", "Call", ""), ("b", "Write", "a")]);
        let mut after = before.clone();
        let effect = completed(&mut after, "a", 1);
        let comparison = compare(&before, &after);
        assert!(comparison.difference.is_empty());
        let [a, b] = &comparison.steps[..] else { panic!("two steps") };
        assert_eq!((a.before, a.after), (Some(StepStatus::Pending), Some(StepStatus::Completed)));
        assert_eq!((&a.done, a.matched), (&vec![effect.clone()], Some(Matched::Id)));
        assert!(b.done.is_empty() && b.before == b.after);
        // the other way round, what was done is only there before
        assert_eq!(compare(&after, &before).steps[0].only_before, vec![effect]);
    }

    #[test]
    fn what_a_rollback_took_back_is_told() {
        let mut before = plan(&[("a", "Call", "")]);
        let done = completed(&mut before, "a", 1);
        let mut after = before.clone();
        let withdrawn =
            Effect::EntityWithdrawn { entity: "tsk_1".parse().unwrap(), event: Uuid::from_u128(2), archived: false };
        Arc::make_mut(after.steps.get_mut(&"a".parse::<StepId>().unwrap()).unwrap()).progress = StepProgress::Undone {
            rollback: crate::ids::RollbackId::new(Uuid::from_u128(3)),
            result: json!({}),
            effects: vec![done],
            undone: vec![withdrawn.clone()],
            note: None,
        };
        let step = &compare(&before, &after).steps[0];
        assert_eq!((&step.done, &step.taken_back), (&Vec::new(), &vec![withdrawn]));
    }

    #[test]
    fn steps_of_two_plans_are_matched_by_id_and_then_by_action_and_title() {
        let one = plan(&[("a", "Call Sarah", ""), ("b", "Write", "a"), ("c", "Print", "")]);
        let other = plan(&[("x", "call sarah ", ""), ("b", "Write", "x"), ("d", "Send", "")]);
        let comparison = compare(&one, &other);
        let told: Vec<_> = comparison
            .difference
            .steps
            .iter()
            .zip(&comparison.steps)
            .map(|(step, stood)| {
                (step.id.as_str(), step.change, stood.matched, stood.before_id.as_ref().map(StepId::as_str))
            })
            .collect();
        assert_eq!(
            told,
            [
                ("x", StepChange::Changed, Some(Matched::Title), Some("a")),
                // what it needs and refers to is the same step under another name
                ("b", StepChange::Kept, Some(Matched::Id), Some("b")),
                ("c", StepChange::Removed, None, Some("c")),
                ("d", StepChange::Added, None, None),
            ]
        );
    }

    #[test]
    fn a_step_removed_and_another_like_it_added_are_two_steps_of_one_plan() {
        let before = plan(&[("a", "Call", "")]);
        let mut after = plan(&[("a-2", "Call", "")]);
        after.retired.insert("a".parse().unwrap());
        let comparison = compare(&before, &after);
        assert!(comparison.steps.iter().all(|step| step.matched.is_none()));
    }
}
