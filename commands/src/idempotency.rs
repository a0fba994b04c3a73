//! Doing once what is asked twice: the log is the receipt.
//!
//! The ids of a keyed command's events are made from tenant, actor and key, and the events carry the key and a digest of
//! the command. So a repeat is known by one look for its first event: over restarts, for ever, and without a table of
//! receipts that could disagree with the log. A refusal leaves no receipt: nothing happened, and the same command may
//! well succeed later under the same key.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::ids::derive_uuid;
use eventlog::{CommandReceipt, EventId, RecordedEvent, StreamName};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Envelope;

/// SHA-256, in hex, over the parts of a command: what an [`Envelope::digest`] should hold.
///
/// Each part counts with its length, so that no two lists of parts give the same digest.
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

/// The id of the event with this index (counted from 0) that the envelope's command makes, now or when it was first
/// carried out; `None` for a command without a key.
pub fn event_id(envelope: &Envelope, index: usize) -> Option<EventId> {
    CommandKey::of(envelope).map(|key| key.event_id(index))
}

/// The identity of a keyed command.
pub(crate) struct CommandKey {
    key: String,
    digest: String,
    /// Tenant, actor and key, written so that different ones never read the same.
    scope: String,
    at: DateTime<Utc>,
}

impl CommandKey {
    /// Gives the identity of the envelope's command when it has a key.
    pub(crate) fn of(envelope: &Envelope) -> Option<Self> {
        let key = envelope.key.clone()?;
        let scope = serde_json::json!([envelope.tenant, envelope.actor, key]).to_string();
        let at = moment_of(&key);
        Some(Self { key, digest: envelope.digest.clone().unwrap_or_default(), scope, at })
    }

    pub(crate) fn text(&self) -> &str {
        &self.key
    }

    /// The id of the command's event with this index, counted from 0.
    pub(crate) fn event_id(&self, index: usize) -> EventId {
        EventId::new(self.derive(&index.to_string()))
    }

    /// Makes an id that the same command gets again, such as that of the thing it creates.
    pub(crate) fn derive(&self, what: &str) -> Uuid {
        derive_uuid(self.at, &format!("{}#{what}", self.scope))
    }

    /// Whether `event`, found under this command's first id, was made by the same command on the same stream.
    pub(crate) fn made(&self, event: &RecordedEvent, stream: &StreamName) -> bool {
        let same = |receipt: &CommandReceipt| receipt.key == self.key && receipt.digest == self.digest;
        event.stream == *stream && event.metadata.command.as_ref().is_some_and(same)
    }
}

/// Draws an id for something the envelope's command makes; a keyed command gets the same one again.
pub(crate) fn fresh_or_derived(envelope: &Envelope, what: &str) -> Uuid {
    CommandKey::of(envelope).map_or_else(Uuid::now_v7, |key| key.derive(what))
}

/// The time in the first UUIDv7 of a key, so that ids made from such keys are in the order of time; the epoch for keys
/// without one.
fn moment_of(key: &str) -> DateTime<Utc> {
    let uuid = key.split(['_', '/']).find_map(|part| Uuid::try_parse(part).ok());
    let timestamp = uuid.filter(|uuid| uuid.get_version_num() == 7).and_then(|uuid| uuid.get_timestamp());
    let time = timestamp
        .map(|timestamp| timestamp.to_unix())
        .and_then(|(seconds, nanos)| DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos));
    time.unwrap_or(DateTime::UNIX_EPOCH)
}

/// The keyed commands that are under way in this process.
#[derive(Default)]
pub(crate) struct RunningKeys {
    running: Mutex<HashSet<EventId>>,
}

impl RunningKeys {
    /// Marks a command as running until the answer is dropped; `None` when it runs already.
    pub(crate) fn enter(&self, key: &CommandKey) -> Option<Running<'_>> {
        let id = key.event_id(0);
        let is_new = self.running.lock().insert(id);
        is_new.then(|| Running { keys: self, id })
    }
}

/// A keyed command under way.
pub(crate) struct Running<'a> {
    keys: &'a RunningKeys,
    id: EventId,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.keys.running.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use domain::actor::Actor;

    use super::*;

    fn key(actor: &str, key: &str) -> CommandKey {
        CommandKey::of(&Envelope::new(Actor::person(actor)).keyed(key, "d")).unwrap()
    }

    #[test]
    fn a_key_belongs_to_one_actor() {
        assert_eq!(key("alex", "k").event_id(0), key("alex", "k").event_id(0));
        assert_ne!(key("alex", "k").event_id(0), key("sam", "k").event_id(0));
        assert_ne!(key("alex", "k").event_id(0), key("alex", "k").event_id(1));
    }

    #[test]
    fn ids_are_in_the_order_of_the_time_in_their_keys() {
        let first = "01900000-0000-7000-8000-000000000000";
        let later = "run_01900000-0001-7000-8000-000000000000/step";
        assert!(key("a", "anything").event_id(9) < key("a", first).event_id(0));
        assert!(key("a", first).event_id(9) < key("a", later).event_id(0));
    }

    #[test]
    fn a_digest_knows_where_its_parts_end() {
        assert_ne!(digest([b"ab".as_slice(), b"c"]), digest([b"a".as_slice(), b"bc"]));
        assert_eq!(digest([b"a".as_slice()]).len(), 64);
    }

    #[test]
    fn a_key_is_free_again_when_its_command_has_ended() {
        let keys = RunningKeys::default();
        let first = keys.enter(&key("a", "k"));
        assert!(first.is_some());
        assert!(keys.enter(&key("a", "k")).is_none());
        drop(first);
        assert!(keys.enter(&key("a", "k")).is_some());
    }
}
