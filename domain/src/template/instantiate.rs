//! From a template and arguments to the content of a plan.
//!
//! What an argument says is text and nothing else: whatever braces it holds, it becomes no placeholder and no reference.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    ArgumentProblem, Arguments, TemplateContent,
    leaves::within,
    placeholder::{Form, Piece, Placeholder, pieces, whole},
};
use crate::{
    plan::{PlanDetails, StepSpec},
    references,
};

/// What a run of a template makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    pub details: PlanDetails,
    pub steps: Vec<StepSpec>,
    /// Of each step, the parameters that filled its values, or left them out, by pointer into the step.
    pub filled: Vec<BTreeMap<String, String>>,
}

/// Fills the gaps of a template.
///
/// # Errors
/// For each date that would leave the calendar, the parameter that is at fault.
pub fn instantiate(content: &TemplateContent, arguments: &Arguments) -> Result<Instance, Vec<ArgumentProblem>> {
    let mut filling = Filling { arguments, problems: Vec::new(), filled: BTreeMap::new() };
    let name = filling.words(&content.plan_name, "/name");
    let description = filling.words(&content.plan_description, "/description");
    let details = PlanDetails { name, description, policy: content.policy.clone() };
    filling.filled.clear();
    let (mut steps, mut filled) = (Vec::with_capacity(content.steps.len()), Vec::with_capacity(content.steps.len()));
    for step in &content.steps {
        let title = filling.words(&step.title, "/title");
        let description = filling.words(&step.description, "/description");
        let params = filling.value(&step.params, &mut "/params".to_owned()).unwrap_or_default();
        steps.push(StepSpec { title, description, params, ..step.clone() });
        filled.push(std::mem::take(&mut filling.filled));
    }
    if filling.problems.is_empty() { Ok(Instance { details, steps, filled }) } else { Err(filling.problems) }
}

struct Filling<'a> {
    arguments: &'a Arguments,
    problems: Vec<ArgumentProblem>,
    filled: BTreeMap<String, String>,
}

impl Filling<'_> {
    /// A value with its gaps filled; `None` when it is one gap and the argument is left out.
    fn value(&mut self, value: &Value, pointer: &mut String) -> Option<Value> {
        match value {
            Value::String(text) => self.in_params(text, pointer),
            Value::Array(items) => {
                let mut kept = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    kept.extend(within(pointer, &index.to_string(), |pointer| self.value(item, pointer)));
                }
                Some(Value::Array(kept))
            }
            Value::Object(fields) => {
                let mut kept = Map::with_capacity(fields.len());
                for (name, field) in fields {
                    if let Some(value) = within(pointer, name, |pointer| self.value(field, pointer)) {
                        kept.insert(name.clone(), value);
                    }
                }
                Some(Value::Object(kept))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Some(value.clone()),
        }
    }

    fn in_params(&mut self, text: &str, pointer: &str) -> Option<Value> {
        if !text.contains("{{") {
            return Some(Value::from(text));
        }
        if let Some(gap) = whole(text) {
            self.filled.insert(pointer.to_owned(), gap.name.clone());
            let argument = self.arguments.get(&gap.name)?.as_ref()?;
            return match argument.value(gap.form) {
                Some(Value::String(text)) => Some(Value::String(inert(&[Part::Given(&text)]))),
                Some(value) => Some(value),
                None => {
                    self.beyond(&gap);
                    None
                }
            };
        }
        let pieces = pieces(text);
        let given = self.given(&pieces, pointer);
        Some(Value::String(inert(&parts(&pieces, &given))))
    }

    /// A text outside the params, in which references mean nothing.
    fn words(&mut self, text: &str, pointer: &str) -> String {
        if !text.contains("{{") {
            return text.to_owned();
        }
        let pieces = pieces(text);
        let given = self.given(&pieces, pointer);
        parts(&pieces, &given).iter().map(Part::text).collect()
    }

    /// What goes into each gap of a text.
    fn given(&mut self, pieces: &[Piece<'_>], pointer: &str) -> Vec<String> {
        let mut given = Vec::new();
        for piece in pieces {
            let Piece::Gap(gap) = piece else { continue };
            self.filled.entry(pointer.to_owned()).or_insert_with(|| gap.name.clone());
            let argument = self.arguments.get(&gap.name).and_then(Option::as_ref);
            given.push(match argument.map(|argument| argument.text(gap.form)) {
                Some(Some(text)) => text,
                Some(None) => {
                    self.beyond(gap);
                    String::new()
                }
                None => String::new(),
            });
        }
        given
    }

    fn beyond(&mut self, gap: &Placeholder) {
        if self.problems.iter().any(|problem| problem.parameter == gap.name) {
            return;
        }
        let days = if let Form::Days(days) | Form::Written(days, _) = gap.form { days } else { 0 };
        self.problems.push(ArgumentProblem {
            parameter: gap.name.clone(),
            code: "wrong-argument",
            message: format!("{days} days from this day there is no calendar: choose another day"),
        });
    }
}

/// A part of a text: the template's own, or an argument's.
enum Part<'a> {
    Own(&'a str),
    Given(&'a str),
}

impl Part<'_> {
    fn text(&self) -> &str {
        match self {
            Part::Own(text) | Part::Given(text) => text,
        }
    }
}

fn parts<'a>(pieces: &'a [Piece<'a>], given: &'a [String]) -> Vec<Part<'a>> {
    let mut given = given.iter();
    let part = |piece: &'a Piece<'a>| match piece {
        Piece::Plain(text) | Piece::Malformed(text) => Part::Own(text),
        Piece::Open => Part::Own("{{"),
        Piece::Gap(_) => Part::Given(given.next().map_or("", String::as_str)),
    };
    pieces.iter().map(part).collect()
}

/// Joins parts so that the references in the result are those of the template and no others. Only a text that would say
/// more is written with its braces spelled out.
fn inert(parts: &[Part<'_>]) -> String {
    let joined: String = parts.iter().map(Part::text).collect();
    if !joined.contains("{{") {
        return joined;
    }
    let (mut own, mut at) = (Vec::new(), 0);
    for part in parts {
        if let Part::Own(text) = part {
            own.extend(references::spans(text).into_iter().map(|(start, end)| (start + at, end + at)));
        }
        at += part.text().len();
    }
    if references::spans(&joined) == own {
        return joined;
    }
    let mut written = String::with_capacity(joined.len() + 32);
    for part in parts {
        match part {
            Part::Given(text) => spell(text, &mut written),
            Part::Own(text) => {
                let mut at = 0;
                for (start, end) in references::spans(text) {
                    spell(&text[at..start], &mut written);
                    written.push_str(&text[start..end]);
                    at = end;
                }
                spell(&text[at..], &mut written);
            }
        }
    }
    written
}

fn spell(text: &str, written: &mut String) {
    for c in text.chars() {
        if c == '{' { written.push_str(references::BRACE) } else { written.push(c) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::template::{Argument, Parameter};

    fn filled(params: Value, arguments: &[(&str, Option<Argument>)]) -> Value {
        let step = StepSpec {
            id: "a".parse().unwrap(),
            title: "{{params.x}}!".into(),
            description: String::new(),
            action_type: "task.create".into(),
            params,
            depends_on: Vec::new(),
            requires_approval: false,
            on_failure: None,
            retry: None,
            timeout_seconds: None,
        };
        let parameter = |name: &str| Parameter { name: name.into(), ..Parameter::default() };
        let content = TemplateContent {
            plan_name: "P".into(),
            parameters: arguments.iter().map(|(name, _)| parameter(name)).collect(),
            steps: vec![step],
            ..TemplateContent::default()
        };
        let arguments = arguments.iter().map(|(name, given)| ((*name).to_owned(), given.clone())).collect();
        let mut instance = instantiate(&content, &arguments).unwrap();
        instance.steps.remove(0).params
    }

    fn text(text: &str) -> Argument {
        Argument::Text(text.into())
    }

    #[test]
    fn a_whole_placeholder_keeps_the_type_and_one_in_a_text_is_written_out() {
        let n = Some(Argument::Number(3.into()));
        let day = Some(Argument::Day("2026-12-31".parse().unwrap()));
        let params =
            json!({"n": "{{params.n}}", "t": "{{params.n}} of {{params.x}}", "d": "{{params.d + 1 day}}T10:00"});
        let filled = filled(params, &[("n", n), ("x", Some(text("Kestrel"))), ("d", day)]);
        assert_eq!(filled, json!({"n": 3, "t": "3 of Kestrel", "d": "2027-01-01T10:00"}));
    }

    #[test]
    fn what_is_left_out_leaves_no_value_behind() {
        let params = json!({"a": "{{params.x}}", "l": ["{{params.x}}", "me"], "t": "for {{params.x}}"});
        assert_eq!(filled(params, &[("x", None)]), json!({"l": ["me"], "t": "for "}));
    }

    #[test]
    fn braces_and_html_in_an_argument_stay_text() {
        for given in ["<b>Sarah</b>", "{{nope}}", "{{params.x}}", "{{literal.x", "}}", "{"] {
            assert_eq!(filled(json!({"a": "{{params.x}}"}), &[("x", Some(text(given)))]), json!({"a": given}));
        }
    }

    #[test]
    fn an_argument_never_becomes_a_reference() {
        let result = json!({"id": "prj_secret"});
        let look = |params: Value, x: &str| {
            let filled = filled(params, &[("x", Some(text(x)))]);
            let (found, _) = references::find(&filled);
            assert!(found.iter().all(|placed| placed.value.step.as_str() == "own"), "{filled}");
            references::resolve(&filled, &|_| Some(&result)).unwrap()
        };
        let evil = "{{steps.a.result.id}}";
        assert_eq!(look(json!("{{params.x}}"), evil), json!(evil));
        assert_eq!(look(json!("see {{params.x}}."), evil), json!(format!("see {evil}.")));
        assert_eq!(look(json!("{{params.x}}steps.a.result.id}}"), "{{"), json!("{{steps.a.result.id}}"));
        assert_eq!(look(json!("{ {{params.x}}"), "{steps.a.result.id}}"), json!("{ {steps.a.result.id}}"));
        let both = look(json!("{{steps.own.result.id}} {{params.x}}"), evil);
        assert_eq!(both, json!(format!("prj_secret {evil}")));
    }
}
