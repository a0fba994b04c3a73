//! What is about a person: which values of an event are sealed before they are written down, and for whom.
//!
//! A kind declares its personal fields in its schema ([`Privacy`](crate::workspace::Privacy)); everything else follows
//! from that: the same values in the steps of a plan, in what steps did, and in what takes them back. A value whose key
//! is gone reads as [`withheld`]; so it is also written beside its seal, and an event can be read without any key.
//!
//! Deliberately absent: keys, ciphers and files. Deciders and projections see values, or that there are none.

mod in_entity;
mod in_plan;
mod in_schedule;
mod in_template;
mod subject;

use serde_json::{Value, json};

pub use in_entity::in_entity;
pub use in_plan::in_plan;
pub use in_schedule::in_schedule;
pub use in_template::in_template;
pub use subject::{NotASubject, Subject};

/// The member under which a withheld value says whose it was.
const MARK: &str = "$sealed";

/// What stands in an event in the place of a text that is sealed.
pub const SEALED_TEXT: &str = "(sealed)";
/// What is read in its place once the key is gone.
pub const FORGOTTEN_TEXT: &str = "(forgotten)";

/// One value of an event that is about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A JSON pointer (RFC 6901) into the event's data.
    pub pointer: String,
    /// Whose key seals it.
    pub whose: Subject,
    /// What may stand there instead.
    pub form: Form,
}

/// What may stand in the place of a sealed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Any JSON: it is replaced by [`withheld`].
    Json,
    /// A text and nothing else: it is replaced by [`SEALED_TEXT`].
    Text,
}

impl Place {
    /// What is written in the place of the value.
    pub fn stand_in(&self) -> Value {
        match self.form {
            Form::Json => withheld(&self.whose),
            Form::Text => Value::from(SEALED_TEXT),
        }
    }
}

/// What is read where a value was that nobody can open any more, or that is not opened here.
pub fn withheld(whose: &Subject) -> Value {
    json!({ MARK: whose })
}

/// Whether a value is not there because it is sealed and cannot be opened.
pub fn is_withheld(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.len() == 1 && object.get(MARK).is_some_and(Value::is_string))
}

/// Whether anything in a value is withheld.
pub fn holds_withheld(value: &Value) -> bool {
    match value {
        Value::Object(fields) => is_withheld(value) || fields.values().any(holds_withheld),
        Value::Array(items) => items.iter().any(holds_withheld),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Escapes one name of a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_withheld_is_told_from_what_only_looks_like_it() {
        let whose: Subject = "per_1".parse().unwrap();
        assert!(is_withheld(&withheld(&whose)));
        assert!(holds_withheld(&json!({"to": "per_1", "deep": [withheld(&whose)]})));
        assert!(!is_withheld(&json!({"$sealed": "per_1", "more": 1})) && !is_withheld(&json!({"$sealed": 3})));
        assert!(!holds_withheld(&json!({"a": ["b", null, 1]})));
    }
}
