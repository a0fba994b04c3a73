//! The values of a plan's content that can hold a gap, each with its place: a JSON pointer (RFC 6901) into the content,
//! `/name`, `/steps/3/title`, `/steps/3/params/due_date`.

use serde_json::Value;

use crate::difference::Content;

/// One value and where it stands.
pub(super) struct Leaf<'a> {
    pub(super) pointer: String,
    /// The step it belongs to, counted from 0.
    pub(super) step: Option<usize>,
    pub(super) value: LeafValue<'a>,
}

/// What can be there.
#[derive(Clone, Copy)]
pub(super) enum LeafValue<'a> {
    Text(&'a str),
    Number(&'a serde_json::Number),
    YesNo(bool),
}

/// Lists the values of a content, in the order people read them.
pub(super) fn leaves(content: &Content) -> Vec<Leaf<'_>> {
    let mut found = Vec::new();
    let mut text = |pointer: String, step, text| {
        found.push(Leaf { pointer, step, value: LeafValue::Text(text) });
    };
    text("/name".into(), None, &content.details.name);
    text("/description".into(), None, &content.details.description);
    for (index, step) in content.steps.iter().enumerate() {
        found.push(Leaf {
            pointer: format!("/steps/{index}/title"),
            step: Some(index),
            value: LeafValue::Text(&step.title),
        });
        found.push(Leaf {
            pointer: format!("/steps/{index}/description"),
            step: Some(index),
            value: LeafValue::Text(&step.description),
        });
        gather(&step.params, &mut format!("/steps/{index}/params"), index, &mut found);
    }
    found
}

fn gather<'a>(value: &'a Value, pointer: &mut String, step: usize, found: &mut Vec<Leaf<'a>>) {
    let mut leaf = |value| found.push(Leaf { pointer: pointer.clone(), step: Some(step), value });
    match value {
        Value::String(text) => leaf(LeafValue::Text(text)),
        Value::Number(number) => leaf(LeafValue::Number(number)),
        Value::Bool(given) => leaf(LeafValue::YesNo(*given)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                within(pointer, &index.to_string(), |pointer| gather(item, pointer, step, found));
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                within(pointer, name, |pointer| gather(field, pointer, step, found));
            }
        }
        Value::Null => {}
    }
}

/// Goes down by one name.
pub(super) fn within<T>(pointer: &mut String, name: &str, inner: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
    let given = inner(pointer);
    pointer.truncate(length);
    given
}

/// The last name of a pointer that is no place in a list.
pub(super) fn field_of(pointer: &str) -> &str {
    let names = pointer.rsplit('/');
    names.into_iter().find(|name| !name.bytes().all(|b| b.is_ascii_digit())).unwrap_or_default()
}
