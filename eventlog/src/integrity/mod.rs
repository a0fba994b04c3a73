//! The hash chain: proof that nobody changed, swapped or took out an event of a stream.
//!
//! Each event's hash covers the hash of the event before it in its stream, its place, and everything it says. All is
//! SHA-256, in two steps, so that the larger one does not wait for the event before:
//!
//! ```text
//! content = SHA-256( "cairn.content.v1" ‖ id ‖ schema_version ‖ len(type) ‖ type ‖ len(data) ‖ data ‖ len(metadata) ‖ metadata )
//! hash    = SHA-256( "cairn.chain.v1"   ‖ previous hash ‖ revision ‖ len(stream) ‖ stream ‖ content )
//! ```
//!
//! `id` is 16 bytes, `schema_version` 2, `revision` and each `len` 8, all big-endian; texts are UTF-8; data and
//! metadata are the stored bytes, so there is nothing to normalise. The hash before a stream's first event is 32 zero
//! bytes. The position in the whole log is not covered: a log may be copied into another one.
//!
//! What a chain cannot show: that the newest events of a stream were cut off, or that somebody computed all hashes
//! anew. For that, somebody has to remember a later hash and sign for it; the crate `audit` does.

mod chains;
mod verify;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};

use crate::{EventId, RecordedEvent, Revision, StreamName};

pub use chains::{ChainEnd, Chains};
pub use verify::{Fault, FaultKind, Verified, verify_all, verify_stream};

const CONTENT_TAG: &[u8] = b"cairn.content.v1";
const CHAIN_TAG: &[u8] = b"cairn.chain.v1";

/// A SHA-256 hash; 64 hex digits as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash32([u8; 32]);

impl Hash32 {
    /// What stands before the first event of a stream.
    pub const ZERO: Self = Self([0; 32]);

    /// Takes the 32 bytes of a hash.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Gives the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no hash: not 64 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 hex digits")]
pub struct NotAHash;

impl FromStr for Hash32 {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotAHash)?;
        Ok(Self(bytes))
    }
}

impl Serialize for Hash32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// Hashes everything about an event that does not depend on its place.
pub fn content_digest(id: EventId, event_type: &str, schema_version: u16, data: &[u8], metadata: &[u8]) -> Hash32 {
    let mut hasher = Sha256::new_with_prefix(CONTENT_TAG);
    hasher.update(id.uuid().as_bytes());
    hasher.update(schema_version.to_be_bytes());
    for part in [event_type.as_bytes(), data, metadata] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    Hash32(hasher.finalize().into())
}

/// Links an event to the one before it: its hash, from the hash before, its place and its [`content_digest`].
pub fn chain(previous: Hash32, stream: &StreamName, revision: Revision, content: Hash32) -> Hash32 {
    let name = stream.as_str().as_bytes();
    let mut hasher = Sha256::new_with_prefix(CHAIN_TAG);
    hasher.update(previous.0);
    hasher.update(revision.get().to_be_bytes());
    hasher.update((name.len() as u64).to_be_bytes());
    hasher.update(name);
    hasher.update(content.0);
    Hash32(hasher.finalize().into())
}

/// Computes the hash a recorded event must have behind an event with the hash `previous`.
pub fn expected_hash(previous: Hash32, event: &RecordedEvent) -> Hash32 {
    let content = content_digest(event.id, &event.event_type, event.schema_version, &event.data, &event.metadata_json);
    chain(previous, &event.stream, event.revision, content)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn content(event_type: &str, data: &str, metadata: &str) -> Hash32 {
        content_digest(EventId::new(Uuid::from_u128(1)), event_type, 1, data.as_bytes(), metadata.as_bytes())
    }

    #[test]
    fn moving_a_byte_between_neighbouring_parts_changes_the_digest() {
        assert_ne!(content("ab", "c", "d"), content("a", "bc", "d"));
        assert_ne!(content("a", "bc", "d"), content("a", "b", "cd"));
    }

    #[test]
    fn every_part_of_the_place_changes_the_hash() {
        let stream: StreamName = "plan-1".parse().unwrap();
        let other: StreamName = "plan-2".parse().unwrap();
        let body = content("a", "b", "c");
        let hash = chain(Hash32::ZERO, &stream, Revision::FIRST, body);
        assert_ne!(hash, chain(hash, &stream, Revision::FIRST, body));
        assert_ne!(hash, chain(Hash32::ZERO, &other, Revision::FIRST, body));
        assert_ne!(hash, chain(Hash32::ZERO, &stream, Revision::new(1), body));
        assert_ne!(hash, chain(Hash32::ZERO, &stream, Revision::FIRST, Hash32::ZERO));
    }

    /// Written down so that a change of the rule, which would break every chain in the world, cannot pass unseen.
    #[test]
    fn the_rule_gives_the_hash_it_gave_on_the_first_day() {
        let stream: StreamName = "plan-1".parse().unwrap();
        let hash = chain(Hash32::ZERO, &stream, Revision::FIRST, content("PlanCreated", "{}", "{}"));
        assert_eq!(hash.to_string(), "98b5b542f60a3f40ab9a4dc242b1458bc473f7cb2f3e6071bec422b2cca58e1e");
    }

    #[test]
    fn a_hash_prints_and_parses_as_64_hex_digits() {
        let hash = content("a", "b", "c");
        assert_eq!(hash.to_string().len(), 64);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!("00".parse::<Hash32>(), Err(NotAHash));
    }
}
