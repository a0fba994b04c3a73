//! Reads changes to a plan in all the forms that people and programs write by themselves.
//!
//! Besides the canonical form (see [`edits`](super::edits)): `id` or a textual `step` for `step_id`; `changes` for `set`; the
//! fields of a step, a patch or a policy beside the `op`; `to`, `position` or `to_index` for `index`. Each change is first
//! brought into the canonical form, noting where its parts came from, so that a field that is not fine is named by its
//! place in what was sent.

use domain::plan::{Change, Plan};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::edits::{self, AddStep, EditChange, EditDetails, EditStep, MoveStep, RemoveStep, SetPolicy};
use crate::{
    extract::{
        Body,
        json::{read_shape, read_value, wrong_shape},
    },
    problem::{Answer, FieldProblem},
};

const OPS: &str = "add_step, edit_step, remove_step, move_step, edit_details or set_policy";
const STEP_NAMES: [&str; 3] = ["step_id", "id", "step"];
const INDEX_NAMES: [&str; 4] = ["index", "to", "position", "to_index"];

/// Changes as they were sent.
#[derive(Clone, Debug)]
pub struct SentEdits {
    changes: Vec<EditChange>,
    places: Vec<Places>,
}

impl Body for SentEdits {
    fn read(bytes: &[u8]) -> Answer<Self> {
        let mut body = read_value(bytes)?;
        let list = body.get_mut("changes").map(Value::take).unwrap_or_default();
        let Value::Array(sent) = list else {
            let code = if list.is_null() { "missing-field" } else { "wrong-type" };
            let detail = "`changes` must be a list of changes";
            return Err(wrong_shape(vec![FieldProblem::new("/changes", code, detail)]));
        };
        let (mut changes, mut places) = (Vec::with_capacity(sent.len()), Vec::with_capacity(sent.len()));
        for (index, change) in sent.into_iter().enumerate() {
            let (change, place) = read_change(index, change)?;
            changes.push(change);
            places.push(place);
        }
        Ok(Self { changes, places })
    }
}

impl SentEdits {
    /// The changes as the domain takes them, on the order of the steps of `plan`.
    pub fn on(&self, plan: &Plan) -> Vec<Change> {
        edits::into_changes(self.changes.clone(), plan)
    }

    /// Where the place that `pointer` names in the canonical form stands in what was sent.
    pub fn as_sent(&self, pointer: &str) -> String {
        let parts = pointer.strip_prefix("/changes/").map(|rest| rest.split_once('/').unwrap_or((rest, "")));
        let found = parts.and_then(|(index, rest)| Some((index, self.places.get(index.parse::<usize>().ok()?)?, rest)));
        match found {
            Some((index, places, rest)) => format!("/changes/{index}{}", places.as_sent(rest)),
            None => pointer.to_owned(),
        }
    }

    /// The pointers, as sent, to where a change names this step.
    pub fn naming(&self, step: &str) -> Vec<String> {
        let names = |change: &EditChange| match change {
            EditChange::EditStep(EditStep { step_id, .. }) | EditChange::RemoveStep(RemoveStep { step_id, .. }) => {
                (step_id == step).then_some("step_id")
            }
            EditChange::MoveStep(MoveStep { step_id, after, before, .. }) => {
                let place = named_place(step, after.as_ref(), before.as_deref());
                if step_id == step { Some("step_id") } else { place }
            }
            EditChange::AddStep(AddStep { after, before, .. }) => named_place(step, after.as_ref(), before.as_deref()),
            EditChange::EditDetails(_) | EditChange::SetPolicy(_) => None,
        };
        let found = self.changes.iter().enumerate().filter_map(|(index, change)| Some((index, names(change)?)));
        found.map(|(index, field)| self.as_sent(&format!("/changes/{index}/{field}"))).collect()
    }
}

fn named_place(step: &str, after: Option<&Option<String>>, before: Option<&str>) -> Option<&'static str> {
    if after.and_then(|after| after.as_deref()) == Some(step) {
        return Some("after");
    }
    (before == Some(step)).then_some("before")
}

/// Where the parts of a change in canonical form stand in what was sent: first name, and the pointer that takes its place.
#[derive(Clone, Debug, Default)]
struct Places(Vec<(&'static str, String)>);

impl Places {
    fn moved(&mut self, part: &'static str, to: String) {
        self.0.push((part, to));
    }

    /// `rest` is a pointer into the change, without its leading slash.
    fn as_sent(&self, rest: &str) -> String {
        if rest.is_empty() {
            return String::new();
        }
        let (part, inner) =
            rest.split_once('/').map_or((rest, String::new()), |(part, inner)| (part, format!("/{inner}")));
        match self.0.iter().find(|(known, _)| *known == part) {
            Some((_, place)) => format!("{place}{inner}"),
            None => format!("/{rest}"),
        }
    }
}

fn read_change(index: usize, sent: Value) -> Answer<(EditChange, Places)> {
    let refuse = |field: &str, code: &str, detail: String| {
        wrong_shape(vec![FieldProblem::new(format!("/changes/{index}{field}"), code, detail)])
    };
    let Value::Object(mut fields) = sent else {
        return Err(refuse("", "wrong-type", "a change must be an object with an `op`".into()));
    };
    let op = match fields.shift_remove("op") {
        Some(Value::String(op)) => op,
        Some(_) => return Err(refuse("/op", "wrong-type", format!("`op` must be {OPS}"))),
        None => return Err(refuse("/op", "missing-field", format!("`op` is missing; it must be {OPS}"))),
    };
    let mut places = Places::default();
    let change = match op.as_str() {
        "add_step" => {
            rename_index(&mut fields, &mut places);
            gather(&mut fields, "step", &["after", "before", "index"], &mut places);
            read::<AddStep>(index, fields, &places).map(EditChange::AddStep)
        }
        "edit_step" => {
            name_step(&mut fields, &mut places);
            rename(&mut fields, "set", &["changes"], &mut places);
            gather(&mut fields, "set", &["step_id"], &mut places);
            read::<EditStep>(index, fields, &places).map(EditChange::EditStep)
        }
        "remove_step" => {
            name_step(&mut fields, &mut places);
            read::<RemoveStep>(index, fields, &places).map(EditChange::RemoveStep)
        }
        "move_step" => {
            name_step(&mut fields, &mut places);
            rename_index(&mut fields, &mut places);
            read::<MoveStep>(index, fields, &places).map(EditChange::MoveStep)
        }
        "edit_details" => read::<EditDetails>(index, fields, &places).map(EditChange::EditDetails),
        "set_policy" => {
            gather(&mut fields, "policy", &[], &mut places);
            read::<SetPolicy>(index, fields, &places).map(EditChange::SetPolicy)
        }
        unknown => Err(refuse("/op", "bad-value", format!("`op` must be {OPS}, and is `{unknown}`"))),
    }?;
    Ok((change, places))
}

fn read<T: DeserializeOwned>(index: usize, fields: Map<String, Value>, places: &Places) -> Answer<T> {
    let read = read_shape(Value::Object(fields));
    read.map_err(|problem| {
        problem.map_pointers(|pointer| {
            format!("/changes/{index}{}", places.as_sent(pointer.strip_prefix('/').unwrap_or(pointer)))
        })
    })
}

/// Finds the step's id under any of its names.
fn name_step(fields: &mut Map<String, Value>, places: &mut Places) {
    let Some(name) = STEP_NAMES.into_iter().find(|name| fields.get(*name).is_some_and(Value::is_string)) else {
        return;
    };
    if name != "step_id" {
        let id = fields.shift_remove(name).unwrap_or_default();
        fields.insert("step_id".to_owned(), id);
        places.moved("step_id", format!("/{name}"));
    }
}

fn rename_index(fields: &mut Map<String, Value>, places: &mut Places) {
    rename(fields, INDEX_NAMES[0], &INDEX_NAMES[1..], places);
}

/// Brings the part that stands under one of `others` under its canonical name.
fn rename(fields: &mut Map<String, Value>, name: &'static str, others: &[&str], places: &mut Places) {
    if fields.contains_key(name) {
        return;
    }
    if let Some((other, value)) = others.iter().find_map(|other| Some((other, fields.shift_remove(*other)?))) {
        fields.insert(name.to_owned(), value);
        places.moved(name, format!("/{other}"));
    }
}

/// Gathers the fields that stand beside the `op` into the part they belong to, when that part is not there itself.
fn gather(fields: &mut Map<String, Value>, part: &'static str, beside: &[&str], places: &mut Places) {
    if fields.get(part).is_some_and(Value::is_object) {
        return;
    }
    let names: Vec<String> = fields.keys().filter(|name| !beside.contains(&name.as_str())).cloned().collect();
    // A part of the wrong type is left for the reader to refuse.
    if names.iter().any(|name| name == part) {
        return;
    }
    let gathered: Map<String, Value> = names.into_iter().filter_map(|name| fields.shift_remove_entry(&name)).collect();
    fields.insert(part.to_owned(), Value::Object(gathered));
    places.moved(part, String::new());
}

#[cfg(test)]
mod tests {
    use domain::plan::{PolicyPatch, StepInput, StepPatch};
    use serde_json::json;

    use super::*;

    fn read_all(changes: &Value) -> Answer<SentEdits> {
        SentEdits::read(json!({ "changes": changes }).to_string().as_bytes())
    }

    fn plan(steps: &[&str]) -> Plan {
        let spec = |id: &&str| {
            let spec = json!({"id": id, "title": id, "action_type": "idea.create", "params": {}});
            domain::plan::Step::new(serde_json::from_value(spec).unwrap())
        };
        let steps = steps.iter().map(|id| (id.parse().unwrap(), std::sync::Arc::new(spec(id))));
        Plan { steps: steps.collect(), ..Plan::default() }
    }

    fn one(change: Value) -> Change {
        read_all(&json!([change])).unwrap().on(&plan(&["a", "b", "c"])).remove(0)
    }

    #[test]
    fn a_step_to_add_stands_in_the_change_or_beside_the_op() {
        let step = StepInput { action_type: "idea.create".into(), title: "x".into(), ..StepInput::default() };
        let expected = Change::AddStep { step, after: Some(Some("a".into())) };
        let canonical = json!({"op": "add_step", "step": {"action_type": "idea.create", "title": "x"}, "after": "a"});
        let flat = json!({"op": "add_step", "action_type": "idea.create", "title": "x", "after": "a"});
        assert_eq!(one(canonical), expected);
        assert_eq!(one(flat), expected);
    }

    #[test]
    fn a_place_is_after_before_or_a_number() {
        let after = |place: Value| {
            let mut change = json!({"op": "add_step", "step": {"action_type": "idea.create"}});
            change.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
            match one(change) {
                Change::AddStep { after, .. } => after,
                other => panic!("{other:?}"),
            }
        };
        let named = |id: &str| Some(Some(id.to_owned()));
        assert_eq!(after(json!({})), None);
        assert_eq!(after(json!({"after": null})), Some(None));
        assert_eq!(after(json!({"before": "a"})), Some(None));
        assert_eq!(after(json!({"before": "c"})), named("b"));
        assert_eq!(after(json!({"before": "nowhere"})), named("nowhere"));
        assert_eq!(after(json!({"index": 0})), Some(None));
        assert_eq!(after(json!({"position": 2})), named("b"));
        assert_eq!(after(json!({"index": 9})), named("c"));
    }

    #[test]
    fn a_number_means_the_place_without_the_step_that_moves() {
        let moved = |place: Value| {
            let mut change = json!({"op": "move_step", "step": "a"});
            change.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
            one(change)
        };
        let after = |after: Option<&str>| Change::MoveStep { step: "a".into(), after: after.map(str::to_owned) };
        assert_eq!(moved(json!({"to": 0})), after(None));
        assert_eq!(moved(json!({"to": 1})), after(Some("b")));
        assert_eq!(moved(json!({"to": 2})), after(Some("c")));
        assert_eq!(moved(json!({"before": "c"})), after(Some("b")));
        assert_eq!(moved(json!({"after": "c"})), after(Some("c")));
        assert_eq!(moved(json!({"after": null})), after(None));
    }

    #[test]
    fn places_count_with_the_changes_before() {
        let edits = read_all(&json!([
            {"op": "move_step", "step_id": "c", "index": 0},
            {"op": "remove_step", "step_id": "a"},
            {"op": "add_step", "step": {"id": "d", "action_type": "idea.create"}, "index": 1},
            {"op": "move_step", "step_id": "b", "before": "d"},
        ]));
        let changes = edits.unwrap().on(&plan(&["a", "b", "c"]));
        assert!(matches!(&changes[2], Change::AddStep { after: Some(Some(after)), .. } if after == "c"));
        assert_eq!(changes[3], Change::MoveStep { step: "b".into(), after: Some("c".into()) });
    }

    #[test]
    fn a_patch_stands_under_set_or_changes_or_beside_the_op() {
        let patch = StepPatch { title: Some("x".into()), on_failure: Some(None), ..StepPatch::default() };
        let expected = Change::EditStep { step: "a".into(), patch };
        for change in [
            json!({"op": "edit_step", "step_id": "a", "set": {"title": "x", "on_failure": null}}),
            json!({"op": "edit_step", "step": "a", "changes": {"title": "x", "on_failure": null}}),
            json!({"op": "edit_step", "id": "a", "title": "x", "on_failure": null}),
        ] {
            assert_eq!(one(change), expected);
        }
    }

    #[test]
    fn a_policy_stands_under_policy_or_beside_the_op() {
        let expected = Change::SetPolicy(PolicyPatch { max_parallel: Some(2), ..PolicyPatch::default() });
        assert_eq!(one(json!({"op": "set_policy", "policy": {"max_parallel": 2}})), expected);
        assert_eq!(one(json!({"op": "set_policy", "max_parallel": 2})), expected);
    }

    #[test]
    fn pointers_lead_to_what_was_sent() {
        let edits = read_all(&json!([
            {"op": "add_step", "step": {"action_type": "idea.create"}},
            {"op": "add_step", "action_type": "idea.create"},
            {"op": "edit_step", "step": "a", "changes": {}},
            {"op": "edit_step", "step_id": "a", "title": "x"},
        ]))
        .unwrap();
        assert_eq!(edits.as_sent("/changes/0/step/params/name"), "/changes/0/step/params/name");
        assert_eq!(edits.as_sent("/changes/1/step/params/name"), "/changes/1/params/name");
        assert_eq!(edits.as_sent("/changes/2/set/params/name"), "/changes/2/changes/params/name");
        assert_eq!(edits.as_sent("/changes/3/set/title"), "/changes/3/title");
        assert_eq!(edits.naming("a"), ["/changes/2/step", "/changes/3/step_id"]);
    }

    #[test]
    fn what_cannot_be_read_is_named_where_it_stands() {
        for (change, pointer) in [
            (json!("add_step"), "/changes/0"),
            (json!({"step_id": "a"}), "/changes/0/op"),
            (json!({"op": "rename"}), "/changes/0/op"),
            (json!({"op": "edit_step", "set": {"title": "x"}}), "/changes/0/step_id"),
            (json!({"op": "edit_step", "step_id": "a", "title": 5}), "/changes/0/title"),
            (json!({"op": "edit_step", "step_id": "a", "set": {"title": 5}}), "/changes/0/set/title"),
            (json!({"op": "edit_step", "step_id": "a", "set": 5}), "/changes/0/set"),
            (json!({"op": "add_step", "step": "a"}), "/changes/0/step"),
            (json!({"op": "add_step", "depends_on": [1]}), "/changes/0/depends_on/0"),
            (json!({"op": "remove_step", "step_id": "a", "dependents": "all"}), "/changes/0/dependents"),
        ] {
            let problem = read_all(&json!([change])).unwrap_err();
            assert_eq!(problem.errors()[0].pointer, pointer, "{change}");
        }
        assert_eq!(SentEdits::read(b"{}").unwrap_err().errors()[0].pointer, "/changes");
    }
}
