//! JSON in one form only: keys sorted by bytes, no white space.
//!
//! Numbers are printed as they were read, so that large integers stay apart (RFC 8785 would fold them into doubles).

use serde_json::{Map, Value};

/// Prints a value with its object keys sorted at every level.
///
/// ```
/// let value = serde_json::json!({"b": 1, "a": {"d": [], "c": null}});
/// assert_eq!(cairn_domain::canonical::to_string(&value), r#"{"a":{"c":null,"d":[]},"b":1}"#);
/// ```
pub fn to_string(value: &Value) -> String {
    sorted(value).to_string()
}

/// How many lists and objects stand inside each other: 0 for a text, 1 for `[]`, 2 for `{"a": []}`.
pub fn depth(value: &Value) -> usize {
    match value {
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_bytes());
            Value::Object(entries.into_iter().map(|(key, inner)| (key.clone(), sorted(inner))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
