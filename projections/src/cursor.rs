//! Cursors of pages: opaque, bound to their question, and sealed with a key of the data folder.
//!
//! A cursor says behind which position the next page begins. It holds no secret; the seal keeps people from building
//! on its inside, and catches a cursor that is used with another filter.

use serde::Serialize;
use sha2::{Digest, Sha256};

const AT_BYTES: usize = 8;
const QUESTION_BYTES: usize = 8;
const SEAL_BYTES: usize = 16;
const BLOCK_BYTES: usize = 64;

/// Why a cursor is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// Not given out by this data folder, or changed since.
    #[error("this is no cursor of ours: take the one that came with the page before, or none")]
    NotOurs,
    /// Given out for another list or another filter.
    #[error("this cursor belongs to another list or filter: begin without a cursor when the filter changes")]
    OtherQuestion,
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// How many items at most: 1 to [`PageRequest::MAX_LIMIT`]; what is outside is taken as the nearest.
    pub limit: usize,
    /// The `next` of the page before; none for the first page.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The most items a page has.
    pub const MAX_LIMIT: usize = 1_000;

    /// Asks for the first page.
    pub fn first(limit: usize) -> Self {
        Self { limit, cursor: None }
    }

    /// Asks for the page behind `cursor`.
    #[must_use]
    pub fn after(mut self, cursor: Option<String>) -> Self {
        self.cursor = cursor;
        self
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit.clamp(1, Self::MAX_LIMIT)
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::first(50)
    }
}

/// Part of a list, and the position of the log it stands at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Leads to the next page; none when this is the last.
    pub next: Option<String>,
    /// Everything up to here is in it; none before the first event.
    pub position: Option<eventlog::Position>,
}

/// Seals and opens cursors.
#[derive(Clone)]
pub(crate) struct Cursors {
    key: [u8; 32],
}

impl Cursors {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// Makes the cursor of a question (a list and its filter) that goes on behind `at`.
    pub(crate) fn seal(&self, question: &(impl Serialize + ?Sized), at: u64) -> String {
        let mut bytes = at.to_be_bytes().to_vec();
        bytes.extend(digest_of(question));
        let seal = self.seal_of(&bytes);
        bytes.extend(seal);
        hex::encode(bytes)
    }

    /// Reads behind what the next page begins.
    pub(crate) fn open(&self, question: &(impl Serialize + ?Sized), cursor: &str) -> Result<u64, CursorError> {
        let mut bytes = [0; AT_BYTES + QUESTION_BYTES + SEAL_BYTES];
        hex::decode_to_slice(cursor, &mut bytes).map_err(|_| CursorError::NotOurs)?;
        let (sealed, seal) = bytes.split_at(AT_BYTES + QUESTION_BYTES);
        if self.seal_of(sealed) != seal {
            return Err(CursorError::NotOurs);
        }
        let (at, asked) = sealed.split_at(AT_BYTES);
        if digest_of(question) != asked {
            return Err(CursorError::OtherQuestion);
        }
        at.try_into().map(u64::from_be_bytes).map_err(|_| CursorError::NotOurs)
    }

    /// HMAC-SHA-256 (RFC 2104) of the bytes, its first half.
    fn seal_of(&self, bytes: &[u8]) -> [u8; SEAL_BYTES] {
        let padded = |pad: u8| {
            let mut block = [pad; BLOCK_BYTES];
            block.iter_mut().zip(self.key).for_each(|(byte, key)| *byte ^= key);
            block
        };
        let inner = Sha256::new_with_prefix(padded(0x36)).chain_update(bytes).finalize();
        let outer = Sha256::new_with_prefix(padded(0x5c)).chain_update(inner).finalize();
        first(&outer)
    }
}

fn digest_of(question: &(impl Serialize + ?Sized)) -> [u8; QUESTION_BYTES] {
    let json = serde_json::to_vec(question).expect("a filter is a struct with string keys, which JSON can always hold");
    first(&Sha256::digest(json))
}

fn first<const N: usize>(digest: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&digest[..N]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_for_its_own_question_only() {
        let cursors = Cursors::new([7; 32]);
        let cursor = cursors.seal(&("plans", "draft"), 42);
        assert_eq!(cursors.open(&("plans", "draft"), &cursor), Ok(42));
        assert_eq!(cursors.open(&("plans", "failed"), &cursor), Err(CursorError::OtherQuestion));
    }

    #[test]
    fn a_changed_or_foreign_cursor_is_not_ours() {
        let cursors = Cursors::new([7; 32]);
        let cursor = cursors.seal("plans", 42);
        let mut changed = cursor.clone();
        changed.replace_range(15..16, if &changed[15..16] == "0" { "1" } else { "0" });
        let foreign = Cursors::new([8; 32]).seal("plans", 42);
        for wrong in [changed.as_str(), &foreign, "", "zz", &cursor[2..]] {
            assert_eq!(cursors.open("plans", wrong), Err(CursorError::NotOurs), "{wrong}");
        }
    }
}
