//! Reading JSON in two steps, so that what is no JSON (400) and what has the wrong shape (422) are told apart.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::explain::{explain, type_in_words};
use crate::problem::{Answer, FieldProblem, Problem, codes, refusals::escape};

/// Reads bytes as an object of the shape `T`.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    read_shape(read_value(bytes)?)
}

/// Reads bytes as a JSON object of whatever shape.
pub(crate) fn read_value(bytes: &[u8]) -> Answer<Value> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| malformed(bytes, &error))?;
    if value.is_object() {
        return Ok(value);
    }
    let detail = format!("the body must be an object, and is {}", type_in_words(&value));
    Err(wrong_shape(vec![FieldProblem::new("", "wrong-type", detail)]))
}

/// Reads a value as the shape `T`.
pub(crate) fn read_shape<T: DeserializeOwned>(value: Value) -> Answer<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let problem = explain(&pointer_of(error.path()), &error.inner().to_string());
        wrong_shape(vec![problem])
    })
}

/// The refusal of a body whose fields are not as they should be.
pub(crate) fn wrong_shape(errors: Vec<FieldProblem>) -> Problem {
    let said: Vec<&str> = errors.iter().map(|error| error.detail.as_str()).collect();
    let mut detail = said.join("; ");
    detail.push('.');
    Problem::new(&codes::INVALID_BODY, detail).with_errors(errors)
}

fn malformed(bytes: &[u8], error: &serde_json::Error) -> Problem {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Problem::new(&codes::MALFORMED_JSON, "The body is empty, and an object is needed.");
    }
    let (line, column) = (error.line(), error.column());
    let detail = if error.to_string().starts_with("recursion limit") {
        format!("The body is nested too deeply: reading stopped at line {line}, column {column}.")
    } else {
        format!("The body is not JSON: reading stopped at line {line}, column {column}.")
    };
    Problem::new(&codes::MALFORMED_JSON, detail)
}

/// The JSON pointer (RFC 6901) of a path into a body.
pub(crate) fn pointer_of(path: &Path) -> String {
    let segments = path.iter().map(|segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escape(key)),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    });
    segments.collect()
}
