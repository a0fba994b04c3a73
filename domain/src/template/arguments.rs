//! The arguments of a run: what is given for each parameter, checked, with what holds when nothing is given.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use serde_json::{Map, Number, Value};

use super::{Labels, Parameter, ParameterType, TemplateContent, marks::first_word, placeholder};
use crate::{ids::EntityId, workspace::Kind};

/// The longest text of an argument, in characters.
const MAX_ARGUMENT_CHARS: usize = 20_000;

/// An argument that cannot be used, or one that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentProblem {
    /// The parameter's name, or the name that no parameter has.
    pub parameter: String,
    /// Stable, such as `missing-argument`.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

/// One argument as it goes into texts and values.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    Text(String),
    Number(Number),
    Day(NaiveDate),
    /// A thing, and what people call it.
    Thing {
        id: String,
        name: String,
    },
    YesNo(bool),
}

/// The arguments of a run, by parameter; `None` for what is left out.
pub type Arguments = HashMap<String, Option<Argument>>;

/// The things that arguments name, so that somebody can look up what people call them.
pub fn named_things(content: &TemplateContent, given: &Map<String, Value>) -> Vec<EntityId> {
    let ids = content.parameters.iter().filter(|parameter| parameter.of.kind().is_some()).filter_map(|parameter| {
        given.get(&parameter.name).or(parameter.default.as_ref())?.as_str()?.trim().parse().ok()
    });
    ids.collect()
}

/// Checks what is given for the parameters of a template; `labels` has the things that exist.
///
/// # Errors
/// Every problem, one for each argument at most.
pub fn check_arguments(
    content: &TemplateContent,
    given: &Map<String, Value>,
    today: NaiveDate,
    labels: &Labels,
) -> Result<Arguments, Vec<ArgumentProblem>> {
    let mut problems = Vec::new();
    let known: HashMap<&str, &Parameter> =
        content.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter)).collect();
    for name in given.keys().filter(|name| !known.contains_key(name.as_str())) {
        let names: Vec<&str> = content.parameters.iter().take(20).map(|parameter| parameter.name.as_str()).collect();
        let has = if names.is_empty() { "none at all".to_owned() } else { names.join(", ") };
        let message = format!("the template has no parameter `{name}`; it has {has}");
        problems.push(ArgumentProblem { parameter: name.clone(), code: "unknown-argument", message });
    }
    let mut arguments = Arguments::with_capacity(content.parameters.len());
    for parameter in &content.parameters {
        let value = given.get(&parameter.name).filter(|value| is_given(parameter, value));
        match value.or(parameter.default.as_ref().filter(|value| is_given(parameter, value))) {
            Some(value) => match read(parameter, value, today, labels) {
                Ok(argument) => {
                    arguments.insert(parameter.name.clone(), Some(argument));
                }
                Err(message) => problems.push(ArgumentProblem {
                    parameter: parameter.name.clone(),
                    code: "wrong-argument",
                    message: format!("{}: {message}", parameter.label()),
                }),
            },
            None if parameter.required => problems.push(ArgumentProblem {
                parameter: parameter.name.clone(),
                code: "missing-argument",
                message: format!("{} is needed: {}", parameter.label(), wanted(parameter)),
            }),
            None => {
                arguments.insert(parameter.name.clone(), None);
            }
        }
    }
    if problems.is_empty() { Ok(arguments) } else { Err(problems) }
}

/// Null is nothing, and so is an empty text where a text means nothing by being empty.
fn is_given(parameter: &Parameter, value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty() || (parameter.of == ParameterType::Text && !parameter.required),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => true,
    }
}

/// What a value of a parameter looks like, in words.
fn wanted(parameter: &Parameter) -> String {
    match parameter.of {
        ParameterType::Text => "give some words".to_owned(),
        ParameterType::Number => "give a number, such as 3 or 0.5".to_owned(),
        ParameterType::Date => "give a day such as 2026-11-23, `today`, or `today + 7 days`".to_owned(),
        ParameterType::Person => "give the id of a person (`per_…`), or `me`".to_owned(),
        ParameterType::Project => "give the id of a project (`prj_…`)".to_owned(),
        ParameterType::Idea => "give the id of an idea (`ide_…`)".to_owned(),
        ParameterType::Task => "give the id of a task (`tsk_…`)".to_owned(),
        ParameterType::Choice => format!("choose one of {}", parameter.choices.join(", ")),
        ParameterType::YesNo => "give yes or no".to_owned(),
    }
}

fn read(parameter: &Parameter, value: &Value, today: NaiveDate, labels: &Labels) -> Result<Argument, String> {
    let refused = || wanted(parameter);
    match parameter.of {
        ParameterType::Text => match value {
            Value::String(text) if text.chars().count() > MAX_ARGUMENT_CHARS => {
                Err(format!("it has at most {MAX_ARGUMENT_CHARS} characters"))
            }
            Value::String(text) => Ok(Argument::Text(text.clone())),
            Value::Number(number) => Ok(Argument::Text(number.to_string())),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(refused()),
        },
        ParameterType::Number => match value {
            Value::Number(number) => Ok(Argument::Number(number.clone())),
            Value::String(text) => serde_json::from_str(text.trim()).map(Argument::Number).map_err(|_| refused()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(refused()),
        },
        ParameterType::Date => {
            let day = value.as_str().and_then(|text| day(text, today));
            day.map(Argument::Day).ok_or_else(refused)
        }
        ParameterType::Person | ParameterType::Project | ParameterType::Idea | ParameterType::Task => {
            let kind = parameter.of.kind().ok_or_else(refused)?;
            thing(kind, value.as_str().ok_or_else(refused)?.trim(), labels)
                .ok_or_else(|| not_there(kind, value, parameter))
        }
        ParameterType::Choice => {
            let chosen = value.as_str().filter(|text| parameter.choices.iter().any(|choice| choice == text));
            chosen.map(|text| Argument::Text(text.to_owned())).ok_or_else(refused)
        }
        ParameterType::YesNo => {
            let given = value.as_bool().or_else(|| match value.as_str()?.trim().to_lowercase().as_str() {
                "yes" | "true" => Some(true),
                "no" | "false" => Some(false),
                _ => None,
            });
            given.map(Argument::YesNo).ok_or_else(refused)
        }
    }
}

fn not_there(kind: Kind, value: &Value, parameter: &Parameter) -> String {
    let is_id = value.as_str().and_then(|text| text.trim().parse::<EntityId>().ok());
    match is_id.filter(|id| id.prefix() == kind.prefix()) {
        Some(id) => format!("there is no {} `{id}`", kind.name()),
        None => wanted(parameter),
    }
}

fn thing(kind: Kind, text: &str, labels: &Labels) -> Option<Argument> {
    if kind == Kind::Person && text == "me" {
        return Some(Argument::Thing { id: text.to_owned(), name: text.to_owned() });
    }
    let id: EntityId = text.parse().ok().filter(|id: &EntityId| id.prefix() == kind.prefix())?;
    let name = labels.get(&id)?.trim().to_owned();
    Some(Argument::Thing { id: id.to_string(), name })
}

/// Reads `2026-11-23`, `today`, `tomorrow`, `today + 7 days`.
pub fn day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text = text.trim();
    match text {
        "today" => Some(today),
        "tomorrow" => shifted(today, 1),
        _ => match text.strip_prefix("today") {
            Some(offset) => shifted(today, placeholder::days(offset)?),
            None => text.parse().ok(),
        },
    }
}

/// The day so many days later; earlier when negative. `None` outside the years 0 to 9999.
pub(super) fn shifted(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let count = Days::new(days.unsigned_abs());
    let moved = if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) };
    moved.filter(|day| (0..=9_999).contains(&chrono::Datelike::year(day)))
}

impl Argument {
    /// The value where nothing stands beside it.
    pub(super) fn value(&self, form: placeholder::Form) -> Option<Value> {
        match (self, form) {
            (Self::Number(number), placeholder::Form::Value) => Some(Value::Number(number.clone())),
            (Self::YesNo(given), placeholder::Form::Value) => Some(Value::Bool(*given)),
            (_, _) => self.text(form).map(Value::String),
        }
    }

    /// The words inside a text; `None` when a day would be outside the calendar.
    pub(super) fn text(&self, form: placeholder::Form) -> Option<String> {
        use placeholder::Form;
        Some(match (self, form) {
            (Self::Text(text), _) => text.clone(),
            (Self::Number(number), _) => number.to_string(),
            (Self::YesNo(given), _) => if *given { "yes" } else { "no" }.to_owned(),
            (Self::Day(day), Form::Days(days)) => shifted(*day, days)?.to_string(),
            (Self::Day(day), Form::Written(days, style)) => style.write(shifted(*day, days)?),
            (Self::Day(day), Form::Value | Form::Name | Form::FirstName) => day.to_string(),
            (Self::Thing { id, .. }, Form::Value | Form::Days(_) | Form::Written(..)) => id.clone(),
            (Self::Thing { name, .. }, Form::Name) => name.clone(),
            (Self::Thing { name, .. }, Form::FirstName) => first_word(name).to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn today() -> NaiveDate {
        "2026-11-30".parse().unwrap()
    }

    fn checked(of: ParameterType, given: Value) -> Result<Arguments, Vec<ArgumentProblem>> {
        let parameter = Parameter {
            name: "x".into(),
            of,
            required: true,
            choices: vec!["red".into(), "blue".into()],
            ..Parameter::default()
        };
        let content = TemplateContent { parameters: vec![parameter], ..TemplateContent::default() };
        let labels = Labels::from([("per_1".parse().unwrap(), "Sarah Chen".to_owned())]);
        check_arguments(&content, given.as_object().unwrap(), today(), &labels)
    }

    #[test]
    fn each_type_takes_what_fits() {
        let x = |of, value: Value| checked(of, json!({"x": value})).map(|mut given| given.remove("x").flatten());
        assert_eq!(x(ParameterType::Text, json!("<b>{{x}}</b>")), Ok(Some(Argument::Text("<b>{{x}}</b>".into()))));
        assert_eq!(x(ParameterType::Number, json!("3.5")), Ok(Some(Argument::Number(Number::from_f64(3.5).unwrap()))));
        assert_eq!(
            x(ParameterType::Date, json!("today + 2 days")),
            Ok(Some(Argument::Day("2026-12-02".parse().unwrap())))
        );
        let sarah = Argument::Thing { id: "per_1".into(), name: "Sarah Chen".into() };
        assert_eq!(x(ParameterType::Person, json!("per_1")), Ok(Some(sarah)));
        assert_eq!(x(ParameterType::YesNo, json!("Yes")), Ok(Some(Argument::YesNo(true))));
        assert_eq!(x(ParameterType::Choice, json!("red")), Ok(Some(Argument::Text("red".into()))));
    }

    #[test]
    fn what_is_missing_wrong_or_unknown_is_named() {
        let problem = |of, given| {
            let problems = checked(of, given).unwrap_err();
            problems.into_iter().map(|problem| (problem.parameter, problem.code)).collect::<Vec<_>>()
        };
        let wrong = [("x".to_owned(), "wrong-argument")];
        assert_eq!(problem(ParameterType::Text, json!({})), [("x".to_owned(), "missing-argument")]);
        assert_eq!(problem(ParameterType::Text, json!({"x": ""})), [("x".to_owned(), "missing-argument")]);
        assert_eq!(problem(ParameterType::Text, json!({"x": ["a"]})), wrong);
        assert_eq!(problem(ParameterType::Number, json!({"x": "many"})), wrong);
        assert_eq!(problem(ParameterType::Date, json!({"x": "soon"})), wrong);
        assert_eq!(problem(ParameterType::Person, json!({"x": "per_2"})), wrong);
        assert_eq!(problem(ParameterType::Project, json!({"x": "per_1"})), wrong);
        assert_eq!(problem(ParameterType::Choice, json!({"x": "green"})), wrong);
        let both = problem(ParameterType::YesNo, json!({"x": "perhaps", "y": 1}));
        assert_eq!(both, [("y".to_owned(), "unknown-argument"), ("x".to_owned(), "wrong-argument")]);
    }

    #[test]
    fn days_stay_within_the_calendar() {
        assert_eq!(shifted("9999-12-31".parse().unwrap(), 1), None);
        assert_eq!(day("today - 30 days", today()), Some("2026-10-31".parse().unwrap()));
        assert_eq!(day("todayish", today()), None);
    }
}
