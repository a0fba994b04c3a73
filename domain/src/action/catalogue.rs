//! The catalogue: which actions there are, and whether a step's params fit one.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use indexmap::IndexMap;
use jsonschema::{Validator, error::ValidationErrorKind};
use serde_json::Value;

use super::{ActionType, builtin::builtin_actions};
use crate::{references, workspace::Kind};

/// A param that does not fit its action, with a JSON pointer into the params.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamProblem {
    pub pointer: String,
    /// `missing-param`, `wrong-type`, `wrong-kind` or `bad-value`.
    pub code: &'static str,
    pub message: String,
}

/// Why a path does not lead anywhere in a result schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceProblem {
    /// The fields that the result has, as far as the schema tells.
    pub known: Vec<String>,
}

struct Entry {
    action: Arc<ActionType>,
    validator: Validator,
}

/// The actions that plans can use, in the order people are shown them.
pub struct Catalogue {
    entries: IndexMap<String, Entry>,
}

impl Catalogue {
    /// The actions that come with Cairn.
    pub fn builtin() -> &'static Arc<Self> {
        static BUILTIN: LazyLock<Arc<Catalogue>> =
            LazyLock::new(|| Arc::new(Catalogue::new(builtin_actions()).expect("the built-in schemas are valid")));
        &BUILTIN
    }

    /// Compiles a catalogue.
    ///
    /// # Errors
    /// The name of the action whose params schema is no JSON Schema, with the reason.
    pub fn new(actions: impl IntoIterator<Item = ActionType>) -> Result<Self, String> {
        let mut entries = IndexMap::new();
        for action in actions {
            let validator = jsonschema::options()
                .should_validate_formats(true)
                .with_format("date-or-time", |text: &str| is_date_or_time(text))
                .build(&action.params_schema)
                .map_err(|error| format!("{}: {error}", action.name))?;
            entries.insert(action.name.clone(), Entry { action: Arc::new(action), validator });
        }
        Ok(Self { entries })
    }

    pub fn get(&self, name: &str) -> Option<&Arc<ActionType>> {
        self.entries.get(name).map(|entry| &entry.action)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<ActionType>> {
        self.entries.values().map(|entry| &entry.action)
    }

    /// The known name that is closest to `name`, when one is close.
    pub fn closest(&self, name: &str) -> Option<&str> {
        let wanted = name.to_ascii_lowercase().replace(['_', '-', ' '], ".");
        let shares_a_part = |known: &&str| known.split('.').any(|part| wanted.split('.').any(|other| other == part));
        self.entries
            .keys()
            .map(String::as_str)
            .find(|known| *known == wanted)
            .or_else(|| {
                let (thing, verb) = wanted.split_once('.').unwrap_or((&wanted, ""));
                let flipped = format!("{verb}.{thing}");
                self.entries.keys().map(String::as_str).find(|known| **known == flipped)
            })
            .or_else(|| self.entries.keys().map(String::as_str).find(shares_a_part))
    }

    /// Checks params against the action's schema. References stand for any value of the type they will have.
    ///
    /// # Panics
    /// When the action is not in the catalogue: look it up first.
    pub fn check_params(&self, action: &str, params: &Value) -> Vec<ParamProblem> {
        let entry = self.entries.get(action).expect("the action was looked up before");
        let mut problems: Vec<ParamProblem> = entry
            .validator
            .iter_errors(params)
            .filter(|error| !is_reference(error.instance()))
            .map(|error| explain(error.kind(), error.instance_path().as_str(), error.instance()))
            .collect();
        check_kinds(&entry.action.params_schema, params, "", &mut problems);
        problems
    }

    /// Lists the places in an action's params that refer to entities: pointer, allowed kinds, value.
    pub fn entity_references<'a>(&self, action: &str, params: &'a Value) -> Vec<(String, &'a str)> {
        let Some(entry) = self.entries.get(action) else { return Vec::new() };
        let mut found = Vec::new();
        visit_references(&entry.action.params_schema, params, "", &mut |pointer, _, value| {
            if let Some(text) = value.as_str() {
                found.push((pointer.to_owned(), text));
            }
        });
        found
    }

    /// Says whether `path` leads to something in the action's result.
    pub fn check_result_path(&self, action: &str, path: &[String]) -> Result<(), ReferenceProblem> {
        let Some(entry) = self.entries.get(action) else { return Ok(()) };
        let mut schema = &entry.action.result_schema;
        for name in path {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Ok(()) };
            match properties.get(name) {
                Some(next) => schema = next,
                None => return Err(ReferenceProblem { known: properties.keys().cloned().collect() }),
            }
        }
        Ok(())
    }

    /// The kind of entity that an action's result `id` names; `None` when it can be any.
    pub fn result_kind(&self, action: &str) -> Option<Kind> {
        let schema = &self.entries.get(action)?.action.result_schema;
        let kinds = schema.pointer("/properties/id/x-ref")?.as_array()?;
        kinds.first()?.as_str().and_then(Kind::from_name)
    }

    /// The kinds that the param at `pointer` may refer to; `None` when the param is no reference.
    pub fn param_kinds(&self, action: &str, params: &Value, pointer: &str) -> Option<Vec<String>> {
        let schema = &self.entries.get(action)?.action.params_schema;
        let mut kinds = None;
        visit_references(schema, params, "", &mut |place, allowed, _| {
            if place == pointer {
                kinds = Some(allowed.iter().filter_map(Value::as_str).map(str::to_owned).collect());
            }
        });
        kinds
    }
}

/// Whether a text is a date (`2026-11-23`) or a date-time with or without an offset.
pub(crate) fn is_date_or_time(text: &str) -> bool {
    let padded = text.replacen(' ', "T", 1);
    text.parse::<NaiveDate>().is_ok()
        || DateTime::parse_from_rfc3339(&padded).is_ok()
        || ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f"]
            .iter()
            .any(|format| NaiveDateTime::parse_from_str(&padded, format).is_ok())
}

/// Whether a value is, or holds, a reference, so that its final type is not known yet.
fn is_reference(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        let (found, _) = references::find(&Value::String(text.to_owned()));
        found.iter().any(|placed| placed.whole)
    })
}

fn explain(kind: &ValidationErrorKind, pointer: &str, instance: &Value) -> ParamProblem {
    let name = pointer.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("params");
    let problem = |code, message: String| ParamProblem { pointer: pointer.to_owned(), code, message };
    match kind {
        ValidationErrorKind::Required { property } => {
            let missing = property.as_str().unwrap_or_default();
            ParamProblem {
                pointer: format!("{pointer}/{missing}"),
                code: "missing-param",
                message: format!("`{missing}` is missing; this action needs it"),
            }
        }
        ValidationErrorKind::Type { kind } => {
            let wanted = match kind {
                jsonschema::error::TypeKind::Single(one) => in_words(one.as_str()).to_owned(),
                jsonschema::error::TypeKind::Multiple(many) => {
                    let words: Vec<_> =
                        many.iter().filter(|one| one.as_str() != "null").map(|one| in_words(one.as_str())).collect();
                    words.join(" or ")
                }
            };
            problem("wrong-type", format!("`{name}` must be {wanted}, and is {}", type_in_words(instance)))
        }
        ValidationErrorKind::Format { .. } => problem(
            "bad-value",
            format!("`{name}` must be a date such as 2026-11-23, or a time such as 2026-11-23T14:00"),
        ),
        ValidationErrorKind::MinLength { .. } => problem("bad-value", format!("`{name}` must not be empty")),
        ValidationErrorKind::MaxLength { limit } => {
            problem("bad-value", format!("`{name}` is too long: at most {limit} characters"))
        }
        ValidationErrorKind::MaxItems { limit } => {
            problem("bad-value", format!("`{name}` has too many entries: at most {limit}"))
        }
        ValidationErrorKind::Minimum { limit } => problem("bad-value", format!("`{name}` must be at least {limit}")),
        ValidationErrorKind::Maximum { limit } => problem("bad-value", format!("`{name}` must be at most {limit}")),
        ValidationErrorKind::Pattern { .. } if name == "method" => {
            problem("bad-value", "`method` must be GET, HEAD, POST, PUT, PATCH or DELETE".into())
        }
        ValidationErrorKind::Pattern { .. } if name == "url" => {
            problem("bad-value", "`url` must be a whole address that starts with http:// or https://".into())
        }
        other => problem("bad-value", format!("`{name}` does not fit its rule `{}`", other.keyword())),
    }
}

fn in_words(json_type: &str) -> &str {
    match json_type {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

fn type_in_words(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Literal ids must be of a kind that the schema's `x-ref` allows.
fn check_kinds(schema: &Value, params: &Value, pointer: &str, problems: &mut Vec<ParamProblem>) {
    visit_references(schema, params, pointer, &mut |pointer, allowed, value| {
        let Some(text) = value.as_str() else { return };
        if text.contains("{{") {
            return;
        }
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let may_be_me = schema_at(schema, pointer).is_some_and(|place| place.get("x-me").is_some());
        if text == "me" && may_be_me {
            return;
        }
        let kind = text.parse::<crate::ids::EntityId>().ok().and_then(|id| Kind::from_prefix(id.prefix()));
        let wanted: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
        match kind {
            Some(kind) if wanted.contains(&"any") || wanted.contains(&kind.name()) => {}
            Some(kind) => problems.push(ParamProblem {
                pointer: pointer.to_owned(),
                code: "wrong-kind",
                message: format!("`{name}` must be a {}, and `{text}` is a {}", wanted.join(" or a "), kind.name()),
            }),
            None => problems.push(ParamProblem {
                pointer: pointer.to_owned(),
                code: "wrong-kind",
                message: format!(
                    "`{name}` must be the id of a {} or a reference to an earlier step",
                    wanted.join(" or a ")
                ),
            }),
        }
    });
}

/// Finds the subschema for a pointer into an instance, through `properties` and `items`.
fn schema_at<'a>(schema: &'a Value, pointer: &str) -> Option<&'a Value> {
    pointer.split('/').skip(1).try_fold(schema, |schema, name| {
        schema.get("properties").and_then(|properties| properties.get(name)).or_else(|| schema.get("items"))
    })
}

fn visit_references<'a>(
    schema: &Value,
    value: &'a Value,
    pointer: &str,
    visit: &mut impl FnMut(&str, &[Value], &'a Value),
) {
    if let Some(allowed) = schema.get("x-ref").and_then(Value::as_array) {
        visit(pointer, allowed, value);
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if let Some(inner) = schema.get("properties").and_then(|properties| properties.get(name)) {
                    visit_references(inner, field, &format!("{pointer}/{name}"), visit);
                }
            }
        }
        Value::Array(items) => {
            if let Some(inner) = schema.get("items") {
                for (index, item) in items.iter().enumerate() {
                    visit_references(inner, item, &format!("{pointer}/{index}"), visit);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(action: &str, params: Value) -> Vec<(&'static str, String)> {
        Catalogue::builtin().check_params(action, &params).into_iter().map(|p| (p.code, p.pointer)).collect()
    }

    #[test]
    fn a_missing_param_is_named_where_it_should_stand() {
        assert_eq!(problems("project.create", json!({})), [("missing-param", "/name".to_owned())]);
    }

    #[test]
    fn wrong_types_are_found_deep_inside() {
        let params = json!({"project": "prj_1", "milestones": [{"title": 3}]});
        assert_eq!(problems("project.set_milestones", params), [("wrong-type", "/milestones/0/title".to_owned())]);
    }

    #[test]
    fn a_reference_may_stand_for_a_value_of_any_type() {
        let params = json!({"project": "{{steps.a.result.id}}", "milestones": "{{steps.a.result.list}}"});
        assert_eq!(problems("project.set_milestones", params), []);
    }

    #[test]
    fn an_id_of_the_wrong_kind_is_refused() {
        assert_eq!(problems("project.archive", json!({"project": "tsk_1"})), [("wrong-kind", "/project".to_owned())]);
        assert_eq!(problems("task.create", json!({"title": "x", "assignee": "me"})), []);
        assert_eq!(problems("task.complete", json!({"task": "me"})), [("wrong-kind", "/task".to_owned())]);
        let meeting = json!({"title": "x", "at": "2026-11-23T14:00", "attendees": ["me", "per_1", "tsk_1"]});
        assert_eq!(problems("calendar.schedule", meeting), [("wrong-kind", "/attendees/2".to_owned())]);
    }

    #[test]
    fn dates_and_times_are_checked() {
        for good in ["2026-11-23", "2026-11-23T14:00", "2026-11-23T14:00:00Z", "2026-11-23T14:00:00+01:00"] {
            assert_eq!(problems("wait.until", json!({"at": good})), [], "{good}");
        }
        for bad in ["Friday", "2026-02-30", "23.11.2026", ""] {
            assert_eq!(problems("wait.until", json!({"at": bad})).len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_result_path_must_exist() {
        let catalogue = Catalogue::builtin();
        assert!(catalogue.check_result_path("project.create", &["id".into()]).is_ok());
        assert!(catalogue.check_result_path("project.create", &["nope".into()]).is_err());
        assert!(catalogue.check_result_path("http.request", &["body".into(), "x".into()]).is_ok());
    }
}
