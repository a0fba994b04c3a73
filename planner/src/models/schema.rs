//! The form of a model's answer as a JSON Schema, made from the catalogue.
//!
//! It is written in the part of JSON Schema that providers can bind a model to: objects with all their properties
//! named, `anyOf`, `enum`, no patterns and no lengths. What it leaves open is checked afterwards.

use domain::action::{ActionType, Catalogue};
use serde_json::{Map, Value, json};

/// How a value that is not there is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    /// It is left out.
    LeftOut,
    /// It is null: strict forms require every property.
    Null,
}

/// The schema of answers with the actions of a catalogue.
pub(super) fn of_answers(catalogue: &Catalogue, absent: Absent) -> Value {
    let steps: Vec<Value> = catalogue.iter().map(|action| step(action, absent)).collect();
    let question = object(
        &[
            ("id", json!({"type": "string", "description": "A slug, such as which-tom."})),
            ("text", json!({"type": "string"})),
            (
                "choices",
                json!({"type": "array", "items": {"type": "string"}, "description": "Empty when any text will do."}),
            ),
        ],
        &["id", "text", "choices"],
        absent,
    );
    object(
        &[
            ("outcome", json!({"type": "string", "enum": ["plan", "clarify", "reject"]})),
            (
                "message",
                json!({"type": "string", "description": "One or two sentences to the person: how the request was understood; why there is a question; why there will be no plan."}),
            ),
            ("name", json!({"type": "string", "description": "A few words to find the plan by."})),
            ("description", json!({"type": "string", "description": "What the plan is for, in a sentence."})),
            (
                "assumptions",
                json!({"type": "array", "items": {"type": "string"}, "description": "What was taken for granted, in words; empty when nothing was."}),
            ),
            ("questions", json!({"type": "array", "items": question, "description": "For clarify; otherwise empty."})),
            ("steps", json!({"type": "array", "items": {"anyOf": steps}, "description": "For plan; otherwise empty."})),
        ],
        &["outcome", "message", "name", "description", "assumptions", "questions", "steps"],
        absent,
    )
}

fn step(action: &ActionType, absent: Absent) -> Value {
    object(
        &[
            ("id", json!({"type": "string", "description": "A slug, unique in the plan."})),
            ("title", json!({"type": "string", "description": "What the step does, as people say it."})),
            ("action_type", json!({"type": "string", "enum": [action.name]})),
            ("params", params(&action.params_schema, absent)),
            (
                "depends_on",
                json!({"type": "array", "items": {"type": "string"}, "description": "Ids of the steps that must be done before."}),
            ),
        ],
        &["id", "title", "action_type", "params", "depends_on"],
        absent,
    )
}

fn object(properties: &[(&str, Value)], required: &[&str], absent: Absent) -> Value {
    let mut all = Map::new();
    for (name, schema) in properties {
        let schema = match absent {
            Absent::Null if !required.contains(name) => or_null(schema.clone()),
            Absent::Null | Absent::LeftOut => schema.clone(),
        };
        all.insert((*name).to_owned(), schema);
    }
    let required: Vec<&str> = match absent {
        Absent::Null => properties.iter().map(|(name, _)| *name).collect(),
        Absent::LeftOut => required.to_vec(),
    };
    json!({"type": "object", "properties": all, "required": required, "additionalProperties": false})
}

fn or_null(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// An object schema of the catalogue in the narrower form.
fn params(schema: &Value, absent: Absent) -> Value {
    let names = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let required: Vec<&str> = names("required").collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    let properties: Vec<(&str, Value)> = properties
        .into_iter()
        .flatten()
        .filter_map(|(name, schema)| Some((name.as_str(), value(schema, absent)?)))
        .collect();
    object(&properties, &required, absent)
}

/// One value in the narrower form; `None` when it has none: an object with any names, a value of any type.
fn value(schema: &Value, absent: Absent) -> Option<Value> {
    let kind = match schema.get("type")? {
        Value::String(kind) => kind.as_str(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null")?,
        _ => return None,
    };
    let mut narrow = match kind {
        "object" if schema.get("properties").is_some() => params(schema, absent),
        "object" => return None,
        "array" => json!({"type": "array", "items": value(schema.get("items")?, absent)?}),
        kind => json!({"type": kind}),
    };
    if let Some(choices) = schema.get("enum") {
        narrow["enum"] = choices.clone();
    }
    let words = description(schema);
    if !words.is_empty() {
        narrow["description"] = json!(words);
    }
    Some(narrow)
}

/// What the catalogue says of a value, and what it says in keywords of its own.
fn description(schema: &Value) -> String {
    let mut words: Vec<String> =
        schema.get("description").and_then(Value::as_str).map(str::to_owned).into_iter().collect();
    if let Some(kinds) = schema.get("x-ref").and_then(Value::as_array) {
        let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
        let me = if schema.get("x-me").is_some() { ", or \"me\"" } else { "" };
        words.push(format!("The id of a thing ({}), or {{{{steps.ID.result.id}}}}{me}.", kinds.join(", ")));
    }
    if schema.get("format").and_then(Value::as_str) == Some("date-or-time") {
        words.push("A date, 2026-11-23, or a local time, 2026-11-23T14:00.".into());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects<'a>(schema: &'a Value, found: &mut Vec<&'a Map<String, Value>>) {
        match schema {
            Value::Object(map) => {
                if map.get("type") == Some(&json!("object")) {
                    found.push(map);
                }
                map.values().for_each(|value| objects(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| objects(value, found)),
            _ => {}
        }
    }

    #[test]
    fn the_strict_form_requires_every_property_and_allows_no_other() {
        let schema = of_answers(Catalogue::builtin(), Absent::Null);
        let mut found = Vec::new();
        objects(&schema, &mut found);
        assert!(found.len() > Catalogue::builtin().iter().count());
        for object in found {
            let names: Vec<&String> = object["properties"].as_object().unwrap().keys().collect();
            let required: Vec<&str> = object["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert_eq!(names, required);
            assert_eq!(object["additionalProperties"], false);
        }
        let text = schema.to_string();
        for keyword in ["pattern", "minLength", "maxLength", "x-ref", "date-or-time", "$ref"] {
            assert!(!text.contains(&format!("\"{keyword}\"")), "{keyword}");
        }
    }

    #[test]
    fn every_action_is_a_step_with_its_params() {
        let schema = of_answers(Catalogue::builtin(), Absent::LeftOut);
        let steps = schema["properties"]["steps"]["items"]["anyOf"].as_array().unwrap();
        let names: Vec<&str> =
            steps.iter().filter_map(|step| step["properties"]["action_type"]["enum"][0].as_str()).collect();
        assert_eq!(names, Catalogue::builtin().iter().map(|action| action.name.as_str()).collect::<Vec<_>>());
        let task = &steps[names.iter().position(|name| *name == "task.create").unwrap()]["properties"]["params"];
        assert_eq!(task["required"], json!(["title"]));
        assert_eq!(task["properties"]["admin"]["type"], "boolean");
        assert!(task["properties"]["assignee"]["description"].as_str().unwrap().contains("\"me\""));
    }
}
