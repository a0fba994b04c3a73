//! Between the messages of the protocol and the words of the store.

use std::collections::HashMap;

use bytes::Bytes;
use tonic::Status;
use uuid::Uuid;

use crate::{
    protocol::event_store::client::{
        StreamIdentifier, Uuid as WireUuid,
        streams::{
            ReadResp,
            read_resp::{
                Content, ReadEvent,
                read_event::{Position, RecordedEvent},
            },
        },
        uuid::Value,
    },
    status,
    store::{Proposed, Record, Store},
};

pub(super) fn uuid(id: Option<WireUuid>) -> Result<Uuid, Status> {
    let id = match id.and_then(|id| id.value) {
        Some(Value::Structured(halves)) => {
            let half = |half: i64| u128::from(u64::from_be_bytes(half.to_be_bytes()));
            Uuid::from_u128(half(halves.most_significant_bits) << 64 | half(halves.least_significant_bits))
        }
        Some(Value::String(text)) => text.parse().map_err(|_| Status::invalid_argument("an id is no UUID"))?,
        None => Uuid::nil(),
    };
    Ok(id)
}

pub(super) fn name(identifier: Option<StreamIdentifier>) -> Result<Bytes, Status> {
    let name = identifier.map(|identifier| identifier.stream_name).unwrap_or_default();
    if name.is_empty() { Err(Status::invalid_argument("a stream has a name")) } else { Ok(name) }
}

/// An event as it was sent, checked as the server checks it.
pub(super) fn proposed(
    id: Option<WireUuid>,
    metadata: &HashMap<String, String>,
    custom: Bytes,
    data: Bytes,
) -> Result<Proposed, Status> {
    let needed = |name: &str| metadata.get(name).cloned().ok_or_else(|| status::missing_metadata(name));
    let (event_type, content_type) = (needed("type")?, needed("content-type")?);
    let id = uuid(id)?;
    if id.is_nil() {
        return Err(Status::unknown("Exception was thrown by handler. (Empty eventId provided.)"));
    }
    if event_type.is_empty() {
        return Err(Status::unknown("Exception was thrown by handler. (Empty eventType provided.)"));
    }
    Ok(Proposed { id, event_type, content_type, data, custom })
}

/// A record as readers get it.
fn recorded(record: &Record) -> RecordedEvent {
    let id = WireUuid { value: Some(Value::String(record.uuid().as_hyphenated().to_string())) };
    let metadata = HashMap::from([
        ("type".into(), record.event_type.clone()),
        ("content-type".into(), record.content_type.clone()),
        ("created".into(), record.created.to_string()),
    ]);
    RecordedEvent {
        id: Some(id),
        stream_identifier: Some(StreamIdentifier { stream_name: record.stream.clone() }),
        stream_revision: record.revision,
        prepare_position: record.position,
        commit_position: record.position,
        metadata,
        custom_metadata: record.custom.clone(),
        data: record.data.clone(),
    }
}

/// A record in an answer; links are followed when that is asked for.
pub(super) fn event(store: &Store, record: &Record, resolve_links: bool) -> ReadResp {
    let position = Some(Position::CommitPosition(record.position));
    let target = record.target().filter(|_| resolve_links);
    let event = match target {
        None => ReadEvent { event: Some(recorded(record)), link: None, position },
        Some((revision, stream)) => {
            let event = store.at(&stream, revision).map(|target| recorded(target));
            ReadEvent { event, link: Some(recorded(record)), position }
        }
    };
    ReadResp { content: Some(Content::Event(event)) }
}

pub(super) fn answer(content: Content) -> ReadResp {
    ReadResp { content: Some(content) }
}

/// The header of a user and a password.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64(format!("{user}:{password}").as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[usize::try_from(word >> (18 - 6 * place) & 63).unwrap_or_default()];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_written_in_base_64() {
        assert_eq!(basic("admin", "changeit"), "Basic YWRtaW46Y2hhbmdlaXQ=");
        assert_eq!(base64(b"a"), "YQ==");
        assert_eq!(base64(b"abc"), "YWJj");
    }
}
