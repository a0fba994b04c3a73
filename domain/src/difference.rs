//! What differs between two contents of one plan: by step, by field, and by place. For people who are shown a new draft
//! beside the one before; [`history`](crate::history) says the same in sentences.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    ids::StepId,
    plan::{Plan, PlanDetails, StepSpec},
};

/// The part of a plan that people edit and compare.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub details: PlanDetails,
    pub steps: Vec<StepSpec>,
}

impl Content {
    /// The content that a plan has now.
    pub fn of(plan: &Plan) -> Self {
        Self { details: plan.details.clone(), steps: plan.specs().cloned().collect() }
    }
}

/// One value before and after; null where there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldDifference {
    /// A JSON pointer (RFC 6901) into the step, or into the plan.
    pub pointer: String,
    pub before: Value,
    pub after: Value,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepChange {
    Added,
    Removed,
    Changed,
    /// It stands elsewhere among the steps that stayed, and is the same otherwise.
    Moved,
    Kept,
}

/// A step of either content.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepDifference {
    pub id: StepId,
    /// The later title, where there is one.
    pub title: String,
    pub action_type: String,
    pub change: StepChange,
    /// Whether it stands elsewhere among the steps that stayed; may come with a change of its fields.
    pub moved: bool,
    /// Its place before, from 1.
    pub before: Option<usize>,
    /// Its place after, from 1.
    pub after: Option<usize>,
    pub fields: Vec<FieldDifference>,
}

/// How two contents of one plan differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Name, description and policy.
    pub details: Vec<FieldDifference>,
    /// Every step of both contents: in the later order, a removed one behind what it stood behind.
    pub steps: Vec<StepDifference>,
}

impl Difference {
    /// How many steps changed in this way.
    pub fn count(&self, change: StepChange) -> usize {
        self.steps.iter().filter(|step| step.change == change).count()
    }

    pub fn is_empty(&self) -> bool {
        self.details.is_empty() && self.count(StepChange::Kept) == self.steps.len()
    }
}

/// Compares two contents; steps are matched by their ids.
pub fn difference(before: &Content, after: &Content) -> Difference {
    let mut details = Vec::new();
    fields(&json!(before.details), &json!(after.details), &mut String::new(), &mut details);
    let old: HashMap<&StepId, (usize, &StepSpec)> =
        before.steps.iter().enumerate().map(|(place, step)| (&step.id, (place, step))).collect();
    let still = stayed_in_order(before, after);
    let mut steps: Vec<StepDifference> = Vec::with_capacity(after.steps.len());
    for (place, step) in after.steps.iter().enumerate() {
        steps.push(match old.get(&step.id) {
            None => entry(step, StepChange::Added, None, Some(place)),
            Some((old_place, old_step)) => {
                let mut changed = Vec::new();
                fields(&content_of(old_step), &content_of(step), &mut String::new(), &mut changed);
                let moved = !still.contains(&step.id);
                let change = match (changed.is_empty(), moved) {
                    (false, _) => StepChange::Changed,
                    (true, true) => StepChange::Moved,
                    (true, false) => StepChange::Kept,
                };
                let entry = entry(step, change, Some(*old_place), Some(place));
                StepDifference { moved, fields: changed, ..entry }
            }
        });
    }
    for (place, step) in before.steps.iter().enumerate() {
        if after.steps.iter().any(|other| other.id == step.id) {
            continue;
        }
        let behind = before.steps[..place].iter().rev().find_map(|other| steps.iter().position(|s| s.id == other.id));
        let at = behind.map_or(0, |found| found + 1);
        steps.insert(at, entry(step, StepChange::Removed, Some(place), None));
    }
    Difference { details, steps }
}

fn entry(step: &StepSpec, change: StepChange, before: Option<usize>, after: Option<usize>) -> StepDifference {
    StepDifference {
        id: step.id.clone(),
        title: step.title.clone(),
        action_type: step.action_type.clone(),
        change,
        moved: false,
        before: before.map(|place| place + 1),
        after: after.map(|place| place + 1),
        fields: Vec::new(),
    }
}

/// A step without its id; the order of what it depends on says nothing.
fn content_of(step: &StepSpec) -> Value {
    let mut depends_on = step.depends_on.clone();
    depends_on.sort_unstable();
    json!({
        "title": step.title,
        "description": step.description,
        "action_type": step.action_type,
        "params": step.params,
        "depends_on": depends_on,
        "requires_approval": step.requires_approval,
        "on_failure": step.on_failure,
        "retry": step.retry,
        "timeout_seconds": step.timeout_seconds,
    })
}

/// Goes into objects; anything else is one value.
fn fields(before: &Value, after: &Value, pointer: &mut String, found: &mut Vec<FieldDifference>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let length = pointer.len();
            for name in old.keys().chain(new.keys().filter(|name| !old.contains_key(*name))) {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                let value = |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                fields_at(&value(old), &value(new), pointer, found);
                pointer.truncate(length);
            }
        }
        _ => fields_at(before, after, pointer, found),
    }
}

fn fields_at(before: &Value, after: &Value, pointer: &mut String, found: &mut Vec<FieldDifference>) {
    if before == after {
        return;
    }
    if before.is_object() && after.is_object() {
        return fields(before, after, pointer, found);
    }
    found.push(FieldDifference { pointer: pointer.clone(), before: before.clone(), after: after.clone() });
}

/// The steps in both contents that need not have moved: the longest run in the old order (patience sorting).
fn stayed_in_order<'a>(before: &Content, after: &'a Content) -> HashSet<&'a StepId> {
    let places: HashMap<&StepId, usize> =
        before.steps.iter().enumerate().map(|(place, step)| (&step.id, place)).collect();
    let kept: Vec<(&StepId, usize)> =
        after.steps.iter().filter_map(|step| Some((&step.id, *places.get(&step.id)?))).collect();
    let mut tails: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; kept.len()];
    for (at, (_, place)) in kept.iter().enumerate() {
        let pile = tails.partition_point(|tail| kept[*tail].1 < *place);
        previous[at] = pile.checked_sub(1).map(|below| tails[below]);
        if pile == tails.len() { tails.push(at) } else { tails[pile] = at }
    }
    let mut run = HashSet::new();
    let mut at = tails.last().copied();
    while let Some(place) = at {
        run.insert(kept[place].0);
        at = previous[place];
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: &str) -> StepSpec {
        StepSpec {
            id: id.parse().unwrap(),
            title: format!("Do {id}"),
            description: String::new(),
            action_type: "task.create".into(),
            params: json!({"title": id}),
            depends_on: Vec::new(),
            requires_approval: false,
            on_failure: None,
            retry: None,
            timeout_seconds: None,
        }
    }

    fn content(steps: impl IntoIterator<Item = StepSpec>) -> Content {
        Content {
            details: PlanDetails { name: "Launch".into(), ..PlanDetails::default() },
            steps: steps.into_iter().collect(),
        }
    }

    fn told(before: &Content, after: &Content) -> Vec<String> {
        let line = |step: &StepDifference| {
            let fields: Vec<&str> = step.fields.iter().map(|field| field.pointer.as_str()).collect();
            format!("{} {:?} {}", step.id, step.change, fields.join(" ")).trim_end().to_owned()
        };
        difference(before, after).steps.iter().map(line).collect()
    }

    #[test]
    fn the_same_content_has_no_difference() {
        let same = content([step("a"), step("b")]);
        assert!(difference(&same, &same).is_empty());
    }

    #[test]
    fn steps_are_added_removed_and_changed_by_field() {
        let mut changed = step("b");
        changed.params = json!({"title": "b", "due_date": "2026-11-27"});
        changed.title = "Do it".into();
        let (before, after) = (content([step("a"), step("b"), step("c")]), content([changed, step("c"), step("d")]));
        assert_eq!(told(&before, &after), ["a Removed", "b Changed /title /params/due_date", "c Kept", "d Added"]);
        let field = &difference(&before, &after).steps[1].fields[1];
        assert_eq!((&field.before, &field.after), (&Value::Null, &json!("2026-11-27")));
    }

    #[test]
    fn only_the_step_that_went_elsewhere_has_moved() {
        let before = content(["a", "b", "c", "d"].map(step));
        assert_eq!(told(&before, &content(["b", "c", "d", "a"].map(step))), ["b Kept", "c Kept", "d Kept", "a Moved"]);
        assert_eq!(told(&before, &content(["a", "d", "b", "c"].map(step))), ["a Kept", "d Moved", "b Kept", "c Kept"]);
    }

    #[test]
    fn a_removed_step_stands_behind_what_it_stood_behind() {
        let before = content(["a", "b", "c"].map(step));
        assert_eq!(told(&before, &content(["a", "c"].map(step))), ["a Kept", "b Removed", "c Kept"]);
    }

    #[test]
    fn the_order_of_dependencies_is_no_difference_and_the_name_is() {
        let on = |ids: [&str; 2]| StepSpec { depends_on: ids.map(|id| id.parse().unwrap()).to_vec(), ..step("c") };
        let (before, mut after) = (content([on(["a", "b"])]), content([on(["b", "a"])]));
        after.details.name = "Kestrel".into();
        let difference = difference(&before, &after);
        assert_eq!(difference.details.len(), 1);
        assert_eq!(difference.details[0].pointer, "/name");
        assert_eq!(difference.count(StepChange::Kept), 1);
    }
}
