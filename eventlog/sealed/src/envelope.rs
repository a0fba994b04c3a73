//! How sealed values stand in an event: each beside the data, and in its place what an event without keys reads as.
//!
//! ```json
//! {"kind": "person", "fields": {"name": {"$sealed": "per_1"}}, "$sealed": [["/fields/name", "per_1", "4fQb…"]]}
//! ```
//!
//! Events are written by structs, so that nobody else's words become a member at this level; and structs pass over what
//! they do not know, so that an event reads, with its gaps, where there is no key and no knowledge of seals at all.

use std::sync::Arc;

use domain::personal::{FORGOTTEN_TEXT, Place, SEALED_TEXT, Subject};
use eventlog::{EventId, StreamName};
use memchr::memmem;
use serde_json::{Map, Value};

use crate::key::Key;

const MEMBER: &str = "$sealed";
/// How the member begins as bytes; in a text of somebody's, the quotation marks would be escaped.
const BEGINNING: &[u8] = br#""$sealed":[["#;
const TAG: &[u8] = b"cairn.seal.v1";

/// What the values of one event belong to.
pub(crate) struct Belonging<'a> {
    pub(crate) stream: &'a StreamName,
    pub(crate) event: EventId,
}

impl Belonging<'_> {
    /// What is authenticated with one value: whose it is, and its place in the log.
    fn of(&self, whose: &Subject, pointer: &str) -> Vec<u8> {
        let mut context = TAG.to_vec();
        let parts = [self.stream.as_str(), &self.event.to_string(), whose.as_str(), pointer];
        for part in parts {
            context.extend((part.len() as u64).to_be_bytes());
            context.extend(part.as_bytes());
        }
        context
    }
}

/// Why values could not be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvelopeError {
    #[error("an event is a JSON object")]
    NotAnObject,
    #[error("a value is too large to be sealed")]
    TooLarge,
}

/// Seals the values at these places. One without a key is dropped; a place where nothing stands is passed over.
pub(crate) fn seal(
    data: &[u8],
    belonging: &Belonging<'_>,
    places: &[(&Place, Option<Arc<Key>>)],
) -> Result<Option<Vec<u8>>, EnvelopeError> {
    let mut event: Value = serde_json::from_slice(data).map_err(|_| EnvelopeError::NotAnObject)?;
    let mut sealed = Vec::new();
    for (place, key) in places {
        let Some(value) = event.pointer_mut(&place.pointer).filter(|value| !value.is_null()) else { continue };
        if *value == place.stand_in() || domain::personal::is_withheld(value) {
            continue;
        }
        let plain = std::mem::replace(value, place.stand_in()).to_string();
        let context = belonging.of(&place.whose, &place.pointer);
        let closed = match key {
            Some(key) => key.seal(plain.as_bytes(), &context).ok_or(EnvelopeError::TooLarge)?,
            None => String::new(),
        };
        sealed.push(Value::from(vec![place.pointer.clone(), place.whose.to_string(), closed]));
    }
    if sealed.is_empty() {
        return Ok(None);
    }
    let object = event.as_object_mut().ok_or(EnvelopeError::NotAnObject)?;
    object.insert(MEMBER.to_owned(), Value::from(sealed));
    Ok(Some(event.to_string().into_bytes()))
}

/// Whether anything in an event may be sealed.
pub(crate) fn is_sealed(data: &[u8]) -> bool {
    memmem::find(data, BEGINNING).is_some()
}

/// Opens what can be opened; `None` when nothing is sealed. What cannot be opened stays a gap.
pub(crate) fn open<E>(
    data: &[u8],
    belonging: &Belonging<'_>,
    find: impl Fn(&Subject) -> Result<Option<Arc<Key>>, E>,
) -> Result<Option<Vec<u8>>, E> {
    if !is_sealed(data) {
        return Ok(None);
    }
    let Ok(Value::Object(mut event)) = serde_json::from_slice(data) else { return Ok(None) };
    let Some(Value::Array(sealed)) = event.shift_remove(MEMBER) else { return Ok(None) };
    let mut event = Value::Object(event);
    for entry in &sealed {
        let Some((pointer, whose, closed)) = read(entry) else { continue };
        let value = find(&whose)?.and_then(|key| key.open(closed, &belonging.of(&whose, pointer)));
        let value = value.and_then(|plain| serde_json::from_slice::<Value>(&plain).ok());
        let Some(place) = event.pointer_mut(pointer) else { continue };
        match value {
            Some(value) => *place = value,
            None if place.as_str() == Some(SEALED_TEXT) => *place = Value::from(FORGOTTEN_TEXT),
            None => {}
        }
    }
    let event: Map<String, Value> = match event {
        Value::Object(event) => event,
        _ => return Ok(None),
    };
    Ok(serde_json::to_vec(&event).ok())
}

fn read(entry: &Value) -> Option<(&str, Subject, &str)> {
    let [pointer, whose, closed] = entry.as_array()?.as_slice() else { return None };
    Some((pointer.as_str()?, whose.as_str()?.parse().ok()?, closed.as_str()?))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, convert::Infallible};

    use domain::personal::{Form, withheld};
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn stream() -> StreamName {
        "entity-per_1".parse().unwrap()
    }

    fn event() -> EventId {
        EventId::new(Uuid::from_u128(7))
    }

    fn place(pointer: &str, whose: &str, form: Form) -> Place {
        Place { pointer: pointer.into(), whose: whose.parse().unwrap(), form }
    }

    type Keys = HashMap<Subject, Arc<Key>>;

    fn sealed(data: &Value, places: &[Place], keys: &mut Keys) -> Vec<u8> {
        let with_keys: Vec<_> = places
            .iter()
            .map(|place| {
                let key = keys.entry(place.whose.clone()).or_insert_with(|| Arc::new(Key::generate()));
                (place, Some(Arc::clone(key)))
            })
            .collect();
        let belonging = Belonging { stream: &stream(), event: event() };
        let bytes = data.to_string().into_bytes();
        seal(&bytes, &belonging, &with_keys).unwrap().unwrap_or(bytes)
    }

    fn opened(data: &[u8], keys: &Keys) -> Option<Value> {
        let find = |whose: &Subject| Ok::<_, Infallible>(keys.get(whose).cloned());
        let bytes = open(data, &Belonging { stream: &stream(), event: event() }, find).unwrap()?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }

    #[test]
    fn an_event_holds_nothing_of_what_is_sealed_and_reads_with_gaps() {
        let data = json!({"fields": {"name": "Ana Ferri", "age": 3}, "title": "Greet Ana"});
        let places = [place("/fields/name", "per_1", Form::Json), place("/title", "per_1", Form::Text)];
        let mut keys = Keys::new();
        let bytes = sealed(&data, &places, &mut keys);
        assert!(!String::from_utf8_lossy(&bytes).contains("Ana"));
        let stored: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((&stored["fields"]["name"], &stored["title"]), (&json!({"$sealed": "per_1"}), &json!("(sealed)")));
        assert_eq!(opened(&bytes, &keys), Some(data));
        let forgotten = opened(&bytes, &Keys::new()).unwrap();
        let gap = withheld(&"per_1".parse().unwrap());
        assert_eq!(forgotten, json!({"fields": {"name": gap, "age": 3}, "title": "(forgotten)"}));
    }

    #[test]
    fn one_person_is_forgotten_and_another_not() {
        let data = json!({"a": "of one", "b": "of two"});
        let places = [place("/a", "per_1", Form::Json), place("/b", "per_2", Form::Json)];
        let mut keys = Keys::new();
        let bytes = sealed(&data, &places, &mut keys);
        keys.remove(&"per_1".parse().unwrap());
        assert_eq!(opened(&bytes, &keys), Some(json!({"a": {"$sealed": "per_1"}, "b": "of two"})));
    }

    #[test]
    fn a_value_in_another_place_event_or_stream_is_not_opened() {
        let mut keys = Keys::new();
        let bytes = sealed(&json!({"a": "x", "b": "y"}), &[place("/a", "per_1", Form::Json)], &mut keys);
        let moved = String::from_utf8(bytes.clone()).unwrap().replace("\"/a\"", "\"/b\"");
        assert_eq!(opened(moved.as_bytes(), &keys), Some(json!({"a": {"$sealed": "per_1"}, "b": "y"})));
        let find = |whose: &Subject| Ok::<_, Infallible>(keys.get(whose).cloned());
        let (here, there) = (stream(), "entity-per_2".parse().unwrap());
        let others = [(&here, EventId::new(Uuid::from_u128(8))), (&there, event())];
        for (stream, event) in others {
            let bytes = open(&bytes, &Belonging { stream, event }, find).unwrap().unwrap();
            let read: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(read["a"], json!({"$sealed": "per_1"}));
        }
    }

    #[test]
    fn what_somebody_writes_that_looks_like_a_seal_is_theirs() {
        let nested = json!({"body": {"$sealed": [["/a", "per_1", "x"]]}, "a": 1});
        assert_eq!(opened(nested.to_string().as_bytes(), &Keys::new()), None);
        let text = json!({"body": "\"$sealed\":[[\"/a\",\"per_1\",\"x\"]]"});
        assert_eq!(opened(text.to_string().as_bytes(), &Keys::new()), None);
    }

    #[test]
    fn what_is_written_about_somebody_forgotten_is_dropped() {
        let place = place("/a", "per_1", Form::Json);
        let belonging = Belonging { stream: &stream(), event: event() };
        let bytes = seal(br#"{"a":"secret"}"#, &belonging, &[(&place, None)]).unwrap().unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"));
        assert_eq!(opened(&bytes, &Keys::new()), Some(json!({"a": {"$sealed": "per_1"}})));
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter("JSON has no such number", |n| n.is_finite()).prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(".*", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_comes_back_as_it_was(
            kept in json_value(), hidden in prop::collection::vec((json_value(), 0..3_u8), 0..5),
        ) {
            let mut data = json!({"kept": kept});
            let mut places = Vec::new();
            for (index, (value, whose)) in hidden.into_iter().enumerate() {
                data[format!("h{index}")] = value;
                places.push(place(&format!("/h{index}"), &format!("per_{whose}"), Form::Json));
            }
            let mut keys = Keys::new();
            let bytes = sealed(&data, &places, &mut keys);
            let read = opened(&bytes, &keys).unwrap_or_else(|| serde_json::from_slice(&bytes).unwrap());
            prop_assert_eq!(read, data);
        }

        #[test]
        fn bytes_of_any_kind_are_read_without_a_panic(bytes: Vec<u8>, text in ".*") {
            let _ = opened(&bytes, &Keys::new());
            let _ = opened(format!("{{\"$sealed\":[[{text}").as_bytes(), &Keys::new());
        }
    }
}
