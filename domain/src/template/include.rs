//! Sub-plans: templates inside a template. Before a run they are unfolded into one template without any.
//!
//! The steps of a sub-plan get its id before theirs, so that ids stay unique; its first steps come after what the sub-plan
//! comes after, and what comes after the sub-plan comes after its last steps. Versions are named, so that a template means
//! the same as long as it is there.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Parameter, ParameterType, TemplateContent,
    arguments::shifted,
    leaves::within,
    placeholder::{Form, Piece, Placeholder, escape, pieces, whole},
};
use crate::{
    ids::{StepId, TemplateId},
    plan::{Problem, ProblemCode, StepSpec},
    references,
};

/// A sub-plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Include {
    /// Unique among steps and sub-plans; stands before the ids of its steps.
    pub id: StepId,
    pub template: TemplateId,
    pub version: u32,
    /// What its parameters are; texts may hold placeholders of the template around it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub arguments: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<StepId>,
}

/// The contents of the versions that are included, in any depth.
pub type Included = BTreeMap<(TemplateId, u32), TemplateContent>;

/// How deep sub-plans may stand inside each other.
pub const MAX_INCLUDE_DEPTH: usize = 8;

/// Puts the steps of all sub-plans in their place. `own` is the template itself, as far as it is there already.
///
/// # Errors
/// Every sub-plan that cannot be unfolded: one that is not there, one that includes itself, arguments that are missing
/// or not known. Pointers start with `/includes/{index}`.
pub fn unfold(
    content: &TemplateContent,
    included: &Included,
    own: Option<TemplateId>,
) -> Result<TemplateContent, Vec<Problem>> {
    unfolded(content, included, &mut own.into_iter().collect())
}

fn unfolded(
    content: &TemplateContent,
    included: &Included,
    path: &mut Vec<TemplateId>,
) -> Result<TemplateContent, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut whole = TemplateContent { includes: Vec::new(), ..content.clone() };
    let mut last_steps: HashMap<StepId, Vec<StepId>> = HashMap::new();
    for (index, include) in content.includes.iter().enumerate() {
        let mut refuse = |field: &str, code, message: String| {
            let pointer = format!("/includes/{index}{field}");
            problems.push(Problem { code, pointer, step: Some(include.id.to_string()), message });
        };
        let Some(inner) = included.get(&(include.template, include.version)) else {
            let message = format!("there is no version {} of the template {}", include.version, include.template);
            refuse("/template", ProblemCode::UnknownTemplate, message);
            continue;
        };
        if path.contains(&include.template) || path.len() >= MAX_INCLUDE_DEPTH {
            let names: Vec<String> = path.iter().chain([&include.template]).map(ToString::to_string).collect();
            let message =
                format!("templates include each other in a circle, or too deeply: {}", names.join(" includes "));
            refuse("/template", ProblemCode::Cycle, message);
            continue;
        }
        path.push(include.template);
        let inner = unfolded(inner, included, path);
        path.pop();
        match inner {
            Err(found) => {
                let code = found.first().map_or(ProblemCode::UnknownTemplate, |problem| problem.code);
                refuse("/template", code, Problem::summary(&found));
            }
            Ok(inner) => match filled(&inner, include) {
                Err(found) => found.into_iter().for_each(|(name, message)| {
                    refuse(&format!("/arguments/{name}"), ProblemCode::BadParameter, message);
                }),
                Ok(steps) => {
                    last_steps.insert(include.id.clone(), last_of(&steps));
                    whole.steps.extend(steps);
                }
            },
        }
    }
    for step in &mut whole.steps {
        let named = std::mem::take(&mut step.depends_on);
        for id in named {
            for id in last_steps.get(&id).cloned().unwrap_or_else(|| vec![id]) {
                if !step.depends_on.contains(&id) {
                    step.depends_on.push(id);
                }
            }
        }
    }
    if problems.is_empty() { Ok(whole) } else { Err(problems) }
}

/// The steps that no other step of theirs comes after.
fn last_of(steps: &[StepSpec]) -> Vec<StepId> {
    let needed: HashSet<&StepId> = steps.iter().flat_map(|step| &step.depends_on).collect();
    steps.iter().map(|step| &step.id).filter(|id| !needed.contains(id)).cloned().collect()
}

/// The steps of a sub-plan as they stand in the template around it.
fn filled(inner: &TemplateContent, include: &Include) -> Result<Vec<StepSpec>, Vec<(String, String)>> {
    let mut problems = Vec::new();
    for name in include.arguments.keys().filter(|name| inner.parameter(name).is_none()) {
        problems.push((name.clone(), format!("the template that is included has no parameter `{name}`")));
    }
    let given: HashMap<&str, Option<Value>> = inner
        .parameters
        .iter()
        .map(|parameter| {
            let value = include.arguments.get(&parameter.name).or(parameter.default.as_ref()).cloned();
            if value.is_none() && parameter.required {
                problems.push((parameter.name.clone(), format!("{} is needed", parameter.label())));
            }
            (parameter.name.as_str(), value)
        })
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let prefixed = |id: &StepId| format!("{}-{id}", include.id).parse::<StepId>();
    let known: HashSet<&StepId> = inner.steps.iter().map(|step| &step.id).collect();
    let mut steps = Vec::with_capacity(inner.steps.len());
    for step in &inner.steps {
        let Ok(id) = prefixed(&step.id) else {
            let message =
                format!("`{}-{}` is longer than an id may be: give the sub-plan a shorter one", include.id, step.id);
            return Err(vec![(step.id.to_string(), message)]);
        };
        let mut depends_on: Vec<StepId> =
            step.depends_on.iter().filter(|id| known.contains(id)).filter_map(|id| prefixed(id).ok()).collect();
        if depends_on.is_empty() {
            depends_on.clone_from(&include.depends_on);
        }
        let filling = Filling { given: &given, parameters: &inner.parameters };
        let params = filling.value(&step.params, &mut String::new()).unwrap_or_default();
        let params = references::rename(&params, &|id: &str| {
            let id: StepId = id.parse().ok()?;
            known.contains(&id).then(|| prefixed(&id).ok()).flatten()
        });
        steps.push(StepSpec {
            id,
            title: filling.text(&step.title),
            description: filling.text(&step.description),
            params,
            depends_on,
            ..step.clone()
        });
    }
    Ok(steps)
}

/// Puts arguments, which may hold placeholders themselves, in the place of placeholders.
struct Filling<'a> {
    given: &'a HashMap<&'a str, Option<Value>>,
    parameters: &'a [Parameter],
}

impl Filling<'_> {
    fn value(&self, value: &Value, pointer: &mut String) -> Option<Value> {
        match value {
            Value::String(text) => match whole(text) {
                Some(gap) => self.given.get(gap.name.as_str())?.as_ref().map(|given| self.in_form(&gap, given)),
                None => Some(Value::String(self.text(text))),
            },
            Value::Array(items) => {
                let kept = items.iter().enumerate().filter_map(|(index, item)| {
                    within(pointer, &index.to_string(), |pointer| self.value(item, pointer))
                });
                Some(Value::Array(kept.collect()))
            }
            Value::Object(fields) => {
                let kept = fields.iter().filter_map(|(name, field)| Some((name.clone(), self.value(field, pointer)?)));
                Some(Value::Object(kept.collect()))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Some(value.clone()),
        }
    }

    fn text(&self, text: &str) -> String {
        let mut written = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Plain(plain) | Piece::Malformed(plain) => written.push_str(plain),
                Piece::Open => written.push_str("{{literal."),
                Piece::Gap(gap) => {
                    let given = self.given.get(gap.name.as_str()).and_then(Option::as_ref);
                    match given.map(|given| self.in_form(&gap, given)) {
                        Some(Value::String(text)) => written.push_str(&text),
                        Some(Value::Bool(given)) => written.push_str(if given { "yes" } else { "no" }),
                        Some(other) => written.push_str(&other.to_string()),
                        None => {}
                    }
                }
            }
        }
        written
    }

    /// What is given, in the form that the placeholder asks for: a placeholder around it takes the form over.
    fn in_form(&self, gap: &Placeholder, given: &Value) -> Value {
        let Value::String(text) = given else { return given.clone() };
        let is_date = self.parameters.iter().any(|one| one.name == gap.name && one.of == ParameterType::Date);
        match whole(text) {
            Some(outer) => {
                let form = match (outer.form, gap.form) {
                    (Form::Days(some), Form::Days(more)) => Form::Days(some + more),
                    (Form::Days(some), Form::Written(more, style)) => Form::Written(some + more, style),
                    (Form::Days(days), Form::Value | Form::Name | Form::FirstName) => Form::Days(days),
                    // what is written in words is no day any more
                    (Form::Written(days, style), _) => Form::Written(days, style),
                    (Form::Value | Form::Name | Form::FirstName, form) => form,
                };
                Value::String(Placeholder { name: outer.name, form }.to_string())
            }
            None if is_date => match (text.parse::<NaiveDate>(), gap.form) {
                (Ok(date), Form::Days(days)) => Value::from(shifted(date, days).unwrap_or(date).to_string()),
                (Ok(date), Form::Written(days, style)) => Value::from(style.write(shifted(date, days).unwrap_or(date))),
                (_, _) => Value::from(text.as_str()),
            },
            None if pieces(text).iter().all(|piece| matches!(piece, Piece::Plain(_))) => Value::String(escape(text)),
            None => Value::from(text.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{action::Catalogue, template::check};

    fn template(number: u128) -> TemplateId {
        TemplateId::new(uuid::Uuid::from_u128(number))
    }

    fn content(value: Value) -> TemplateContent {
        serde_json::from_value(value).unwrap()
    }

    fn call() -> TemplateContent {
        content(json!({
            "plan_name": "Call", "parameters": [{"name": "what", "required": true}, {"name": "day", "type": "date"}],
            "steps": [
                {"id": "note", "title": "Prepare {{params.what}}", "action_type": "task.create",
                    "params": {"title": "{{params.what}}", "due_date": "{{params.day - 1 day}}"}},
                {"id": "remind", "title": "Remind", "action_type": "reminder.set", "depends_on": ["note"],
                    "params": {"about": "{{steps.note.result.id}}", "at": "{{params.day}}"}},
            ],
        }))
    }

    fn outer(includes: Value) -> TemplateContent {
        content(json!({
            "plan_name": "Two calls", "parameters": [{"name": "start", "type": "date"}, {"name": "name"}],
            "steps": [
                {"id": "first", "title": "Begin", "action_type": "idea.create", "params": {"title": "x"}},
                {"id": "end", "title": "End", "action_type": "idea.create", "params": {"title": "y"}, "depends_on": ["one", "two"]},
            ],
            "includes": includes,
        }))
    }

    #[test]
    fn a_sub_plan_stands_between_what_it_comes_after_and_what_comes_after_it() {
        let include = |id: &str, days: u8| {
            json!({"id": id, "template": template(1), "version": 1, "depends_on": ["first"],
                "arguments": {"what": "call {{params.name}}", "day": format!("{{{{params.start + {days} days}}}}")}})
        };
        let outer = outer(json!([include("one", 3), include("two", 7)]));
        let whole = unfold(&outer, &Included::from([((template(1), 1), call())]), None).unwrap();
        let ids: Vec<&str> = whole.steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(ids, ["first", "end", "one-note", "one-remind", "two-note", "two-remind"]);
        let after = |index: usize| whole.steps[index].depends_on.iter().map(StepId::as_str).collect::<Vec<_>>();
        assert_eq!((after(1), after(2), after(3)), (vec!["one-remind", "two-remind"], vec!["first"], vec!["one-note"]));
        assert_eq!(whole.steps[2].title, "Prepare call {{params.name}}");
        assert_eq!(whole.steps[2].params["due_date"], "{{params.start + 2 days}}");
        assert_eq!(whole.steps[3].params["about"], "{{steps.one-note.result.id}}");
        assert_eq!(check(&whole, Catalogue::builtin()), []);
    }

    #[test]
    fn a_circle_a_gap_and_a_missing_argument_are_refused() {
        let include = |template: TemplateId, arguments: Value| json!([{"id": "one", "template": template, "version": 1, "arguments": arguments}]);
        let refused = |content: &TemplateContent, included: Included| {
            let problems = unfold(content, &included, None).unwrap_err();
            problems.into_iter().map(|problem| (problem.code, problem.pointer)).collect::<Vec<_>>()
        };
        let missing = outer(include(template(1), json!({})));
        assert_eq!(
            refused(&missing, Included::from([((template(1), 1), call())])),
            [(ProblemCode::BadParameter, "/includes/0/arguments/what".to_owned())]
        );
        assert_eq!(
            refused(&missing, Included::new()),
            [(ProblemCode::UnknownTemplate, "/includes/0/template".to_owned())]
        );
        let circle = outer(include(template(2), json!({})));
        let included = Included::from([((template(2), 1), outer(include(template(2), json!({}))))]);
        assert_eq!(refused(&circle, included.clone()), [(ProblemCode::Cycle, "/includes/0/template".to_owned())]);
        // it cannot include an earlier version of itself either
        assert!(unfold(&circle, &included, Some(template(2))).is_err());
    }
}
