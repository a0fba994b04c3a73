//! Streams: what of them is shown, and how they are deleted.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{DELETED, Expected, Placed, Proposed, Record, Refused, Store, ticks};

/// Ticks of 100 nanoseconds in a second.
const SECOND: i64 = 10_000_000;

#[derive(Default)]
pub(super) struct Stream {
    /// The record at index `r` has revision `r`.
    pub(super) records: Vec<Arc<Record>>,
    pub(super) is_tombstoned: bool,
}

/// A stretch of a stream.
#[derive(Debug)]
pub enum Stretch {
    /// There is no such stream, or none of it is left.
    NotFound,
    /// It was deleted for ever.
    Deleted,
    /// These records.
    Records {
        /// In the order that was asked for.
        records: Vec<Arc<Record>>,
        /// The first revision that is shown.
        first: u64,
        /// The last one.
        last: u64,
    },
}

impl Store {
    /// The last revision of a stream.
    pub fn current(&self, stream: &[u8]) -> Option<u64> {
        self.stream(stream)?.records.last().map(|record| record.revision)
    }

    /// Reads a stream from a revision on; `None` begins at the end.
    pub fn read(&self, stream: &[u8], from: Option<u64>, backward: bool, count: u64) -> Stretch {
        let Some(found) = self.stream(stream) else { return Stretch::NotFound };
        if found.is_tombstoned {
            return Stretch::Deleted;
        }
        let Some(last) = found.records.last().map(|record| record.revision) else { return Stretch::NotFound };
        if self.is_soft_deleted(stream) {
            return Stretch::NotFound;
        }
        let first = self.first_shown(stream, last);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let is_shown = |record: &&Arc<Record>| record.revision >= first && !self.is_too_old(stream, record);
        let records = if backward {
            let from = from.unwrap_or(last);
            // the stretch is counted from where it was asked for, also beyond the end
            let lowest = from.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX).saturating_sub(1));
            let stretch = found.records.iter().rev().skip_while(|record| record.revision > from);
            stretch.take_while(|record| record.revision >= lowest).filter(is_shown).take(count).cloned().collect()
        } else {
            let from = from.map_or(usize::MAX, |from| usize::try_from(from).unwrap_or(usize::MAX));
            found.records.iter().skip(from).filter(is_shown).take(count).cloned().collect()
        };
        Stretch::Records { records, first, last }
    }

    /// The record at a place of a stream, whatever its metadata say.
    pub fn at(&self, stream: &[u8], revision: u64) -> Option<&Arc<Record>> {
        self.stream(stream)?.records.get(usize::try_from(revision).ok()?)
    }

    /// The newest metadata of a stream.
    pub(super) fn metadata(&self, stream: &[u8]) -> Option<Value> {
        let name = [b"$$".as_slice(), stream].concat();
        serde_json::from_slice(&self.stream(&name)?.records.last()?.data).ok()
    }

    fn number(&self, stream: &[u8], key: &str) -> Option<u64> {
        self.metadata(stream)?.get(key)?.as_u64()
    }

    /// The streams of metadata keep the newest event alone.
    fn first_shown(&self, stream: &[u8], last: u64) -> u64 {
        let keeps = if stream.starts_with(b"$$") { Some(1) } else { self.number(stream, "$maxCount") };
        let counted = keeps.map_or(0, |count| (last + 1).saturating_sub(count));
        counted.max(self.number(stream, "$tb").unwrap_or(0))
    }

    fn is_too_old(&self, stream: &[u8], record: &Record) -> bool {
        let age = (ticks() + self.clock_offset).saturating_sub(record.created);
        let oldest = self.number(stream, "$maxAge").and_then(|seconds| i64::try_from(seconds).ok());
        oldest.is_some_and(|seconds| age > seconds.saturating_mul(SECOND))
    }

    pub(super) fn is_soft_deleted(&self, stream: &[u8]) -> bool {
        self.number(stream, "$tb") == Some(DELETED)
    }

    /// A stream that was deleted and is appended to goes on counting; what was before stays hidden.
    pub(super) fn revive(&mut self, stream: &Bytes) {
        let next = self.current(stream).map_or(0, |current| current + 1);
        self.set_metadata(stream, json!({"$tb": next}));
    }

    fn set_metadata(&mut self, stream: &Bytes, changed: Value) -> Placed {
        let mut metadata = self.metadata(stream).unwrap_or_else(|| json!({}));
        for (key, value) in changed.as_object().into_iter().flatten() {
            metadata[key] = value.clone();
        }
        let name = Bytes::from([b"$$".as_slice(), stream].concat());
        self.write(name, vec![Proposed::json("$metadata", metadata.to_string())])
    }

    /// Hides all of a stream (`forever` is false), or ends it.
    pub fn delete(&mut self, stream: &Bytes, expected: Expected, forever: bool) -> Result<Placed, Refused> {
        let current = self.current(stream);
        if self.stream(stream).is_some_and(|stream| stream.is_tombstoned) {
            return Err(Refused::Deleted);
        }
        let is_met = match expected {
            Expected::Any => true,
            Expected::NoStream => current.is_none(),
            Expected::StreamExists => current.is_some(),
            Expected::Exact(revision) => current == Some(revision),
        };
        if !is_met {
            return Err(Refused::WrongExpectedVersion(current));
        }
        if forever {
            return Ok(self.write(stream.clone(), vec![Proposed::json("$streamDeleted", "")]));
        }
        Ok(self.set_metadata(stream, json!({"$tb": DELETED})))
    }
}
