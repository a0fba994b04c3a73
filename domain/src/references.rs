//! References: `{{steps.ID.result.PATH}}`, by which a step's params use what an earlier step made.
//!
//! A reference is a path and nothing else. A value that is one whole reference keeps the type of what it points at; a
//! reference inside a longer text is written out into it. `{{'{'}}` is a single brace, for texts that must not be read as
//! a reference.

use std::fmt;

use serde_json::Value;

use crate::ids::StepId;

/// A single `{` that begins nothing.
pub const BRACE: &str = "{{'{'}}";
const BRACE_INSIDE: &str = "'{'";

/// One reference as it stands in a step's params.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    pub step: StepId,
    /// The names after `result`; empty for the whole result.
    pub path: Vec<String>,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{steps.{}.result", self.step)?;
        for name in &self.path {
            write!(f, ".{name}")?;
        }
        f.write_str("}}")
    }
}

/// A text between double braces that is no reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{{{{{text}}}}}` is no reference: write {{{{steps.STEP.result.FIELD}}}}")]
pub struct MalformedReference {
    pub text: String,
}

/// Where a reference stands: a JSON pointer (RFC 6901) into the params.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    pub pointer: String,
    pub value: T,
    /// Whether the value at the pointer is this reference and nothing else.
    pub whole: bool,
}

/// Lists the references in `params`, in order, and the texts that look like one and are none.
pub fn find(params: &Value) -> (Vec<Placed<Reference>>, Vec<Placed<MalformedReference>>) {
    let (mut found, mut malformed) = (Vec::new(), Vec::new());
    walk(params, &mut String::new(), &mut |pointer, text| {
        for (piece, whole) in pieces(text) {
            let Piece::Braced(inner) = piece else { continue };
            if inner == BRACE_INSIDE {
                continue;
            }
            let pointer = pointer.to_owned();
            match parse(inner) {
                Ok(value) => found.push(Placed { pointer, value, whole }),
                Err(value) => malformed.push(Placed { pointer, value, whole }),
            }
        }
    });
    (found, malformed)
}

/// A reference that points at nothing in the results it was resolved against.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reference} at {pointer} points at nothing: the result of step `{}` has no such field", reference.step)]
pub struct Unresolved {
    pub pointer: String,
    pub reference: Reference,
}

/// Puts results in place of references. `result` gives a step's result, if it has one.
///
/// # Errors
/// The first reference that points at nothing.
pub fn resolve<'a>(params: &Value, result: &impl Fn(&StepId) -> Option<&'a Value>) -> Result<Value, Unresolved> {
    resolve_at(params, &mut String::new(), result)
}

fn resolve_at<'a>(
    value: &Value,
    pointer: &mut String,
    result: &impl Fn(&StepId) -> Option<&'a Value>,
) -> Result<Value, Unresolved> {
    match value {
        Value::String(text) => resolve_text(text, pointer, result),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| descend(pointer, &index.to_string(), |pointer| resolve_at(item, pointer, result)))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| {
                descend(pointer, name, |pointer| Ok((name.clone(), resolve_at(field, pointer, result)?)))
            })
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
    }
}

fn resolve_text<'a>(
    text: &str,
    pointer: &str,
    result: &impl Fn(&StepId) -> Option<&'a Value>,
) -> Result<Value, Unresolved> {
    let look_up = |reference: Reference| {
        let target = result(&reference.step).and_then(|value| step_into(value, &reference.path));
        target.ok_or_else(|| Unresolved { pointer: pointer.to_owned(), reference })
    };
    let mut written = String::with_capacity(text.len());
    for (piece, whole) in pieces(text) {
        match piece {
            Piece::Plain(plain) => written.push_str(plain),
            Piece::Braced(BRACE_INSIDE) => written.push('{'),
            Piece::Braced(inner) => match parse(inner) {
                Ok(reference) if whole => return look_up(reference).cloned(),
                Ok(reference) => match look_up(reference)? {
                    Value::String(inner) => written.push_str(inner),
                    other => written.push_str(&other.to_string()),
                },
                Err(MalformedReference { text }) => {
                    written.push_str("{{");
                    written.push_str(&text);
                    written.push_str("}}");
                }
            },
        }
    }
    Ok(Value::String(written))
}

fn step_into<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| match value {
        Value::Object(fields) => fields.get(name),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// Renames the steps that references in `params` point at; what `rename` does not know stays.
pub fn rename(params: &Value, rename: &impl Fn(&str) -> Option<StepId>) -> Value {
    match params {
        Value::String(text) => {
            let mut written = String::with_capacity(text.len());
            for (piece, _) in pieces(text) {
                match piece {
                    Piece::Plain(plain) => written.push_str(plain),
                    Piece::Braced(inner) => match parse(inner) {
                        Ok(mut reference) => {
                            if let Some(step) = rename(reference.step.as_str()) {
                                reference.step = step;
                            }
                            written.push_str(&reference.to_string());
                        }
                        Err(MalformedReference { text }) => {
                            written.push_str("{{");
                            written.push_str(&text);
                            written.push_str("}}");
                        }
                    },
                }
            }
            Value::String(written)
        }
        Value::Array(items) => items.iter().map(|item| self::rename(item, rename)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), self::rename(field, rename))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => params.clone(),
    }
}

/// Writes `{{result.PATH}}`, by which a step speaks of its own result, as a reference to that step.
pub fn of_step(params: &Value, step: &StepId) -> Value {
    replace(params, "{{result", &format!("{{{{steps.{step}.result"))
}

/// Writes references to a step as references to the own result, which stand until there is one.
pub fn of_itself(params: &Value, step: &StepId) -> Value {
    replace(params, &format!("{{{{steps.{step}.result"), "{{result")
}

fn replace(params: &Value, from: &str, to: &str) -> Value {
    match params {
        Value::String(text) => Value::String(text.replace(from, to)),
        Value::Array(items) => items.iter().map(|item| replace(item, from, to)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), replace(field, from, to))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => params.clone(),
    }
}

/// Where references and spelled braces stand in a text, in bytes.
pub(crate) fn spans(text: &str) -> Vec<(usize, usize)> {
    let (mut found, mut at) = (Vec::new(), 0);
    for (piece, _) in pieces(text) {
        match piece {
            Piece::Plain(plain) => at += plain.len(),
            Piece::Braced(inner) => {
                let end = at + inner.len() + 4;
                if inner == BRACE_INSIDE || parse(inner).is_ok() {
                    found.push((at, end));
                }
                at = end;
            }
        }
    }
    found
}

enum Piece<'a> {
    Plain(&'a str),
    Braced(&'a str),
}

/// Splits a text at `{{…}}`; the flag says whether a braced piece is the whole text.
fn pieces(text: &str) -> impl Iterator<Item = (Piece<'_>, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = rest.find("{{");
        let end = start.and_then(|start| rest[start..].find("}}").map(|end| start + end));
        match (start, end) {
            (Some(0), Some(end)) => {
                let inner = &rest[2..end];
                let whole = rest.len() == text.len() && end + 2 == text.len();
                rest = &rest[end + 2..];
                Some((Piece::Braced(inner), whole))
            }
            (Some(start), Some(_)) => {
                let plain = &rest[..start];
                rest = &rest[start..];
                Some((Piece::Plain(plain), false))
            }
            (None, _) | (Some(_), None) => Some((Piece::Plain(std::mem::take(&mut rest)), false)),
        }
    })
}

fn parse(inner: &str) -> Result<Reference, MalformedReference> {
    let malformed = || MalformedReference { text: inner.to_owned() };
    let mut names = inner.trim().split('.');
    let (Some("steps"), Some(step), Some("result")) = (names.next(), names.next(), names.next()) else {
        return Err(malformed());
    };
    let step = step.parse().map_err(|_| malformed())?;
    let path: Vec<String> = names.map(str::to_owned).collect();
    let well_formed = path
        .iter()
        .all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'));
    if well_formed { Ok(Reference { step, path }) } else { Err(malformed()) }
}

fn walk(value: &Value, pointer: &mut String, visit: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => visit(pointer, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                descend(pointer, &index.to_string(), |pointer| walk(item, pointer, visit));
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                descend(pointer, name, |pointer| walk(field, pointer, visit));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn descend<T>(pointer: &mut String, name: &str, inner: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
    let given = inner(pointer);
    pointer.truncate(length);
    given
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn step(id: &str) -> StepId {
        id.parse().unwrap()
    }

    #[test]
    fn references_are_found_with_their_place() {
        let params = json!({"a": "{{steps.s1.result.id}}", "b": ["see {{ steps.s2.result }} now", "{{nope}}"]});
        let (found, malformed) = find(&params);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].pointer.as_str(), found[0].whole), ("/a", true));
        assert_eq!((found[1].pointer.as_str(), found[1].whole), ("/b/0", false));
        assert_eq!(malformed[0].pointer, "/b/1");
    }

    #[test]
    fn a_whole_reference_keeps_its_type_and_an_embedded_one_is_written_out() {
        let result = json!({"id": "prj_1", "n": 3, "list": [true]});
        let results = |id: &StepId| (id == &step("s")).then_some(&result);
        let params = json!({"n": "{{steps.s.result.n}}", "t": "no {{steps.s.result.n}} of {{steps.s.result.id}}", "l": "{{steps.s.result.list.0}}"});
        assert_eq!(resolve(&params, &results).unwrap(), json!({"n": 3, "t": "no 3 of prj_1", "l": true}));
    }

    #[test]
    fn a_reference_to_nothing_is_named() {
        let nothing = resolve(&json!({"x": ["{{steps.s.result.id}}"]}), &|_| None).unwrap_err();
        assert_eq!(nothing.pointer, "/x/0");
        assert_eq!(nothing.reference.step, step("s"));
    }

    #[test]
    fn a_spelled_brace_begins_no_reference() {
        let text = json!("{{'{'}}{{'{'}}steps.s.result.id}} and {{steps.s.result.id}}");
        let (found, malformed) = find(&text);
        assert_eq!((found.len(), malformed.len()), (1, 0));
        let result = json!({"id": "prj_1"});
        let resolved = resolve(&text, &|_| Some(&result)).unwrap();
        assert_eq!(resolved, json!("{{steps.s.result.id}} and prj_1"));
    }

    #[test]
    fn results_are_never_read_as_references() {
        let result = json!({"id": "{{steps.t.result.id}}"});
        let resolved = resolve(&json!("{{steps.s.result.id}}"), &|_| Some(&result)).unwrap();
        assert_eq!(resolved, json!("{{steps.t.result.id}}"));
    }
}
