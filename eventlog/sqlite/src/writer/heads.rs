//! Where streams stand, remembered so that an append need not ask the file.

use std::num::NonZeroUsize;

use eventlog::{CurrentRevision, Hash32, Revision, StreamName};
use lru::LruCache;
use rusqlite::{Connection, OptionalExtension};

use crate::rows::unsigned;

/// How many streams are remembered; about 150 bytes each.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();

/// The end of one stream that has at least one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The stream's number in the file.
    pub(super) stream: i64,
    /// The revision of its last event.
    pub(super) revision: Revision,
    /// The hash of its last event.
    pub(super) hash: Hash32,
}

/// Says where a stream stands that may have no event.
pub(super) fn current(head: Option<Head>) -> CurrentRevision {
    head.map_or(CurrentRevision::NoStream, |head| CurrentRevision::At(head.revision))
}

/// The ends of the streams that were written or asked for last.
pub(super) struct Heads {
    known: LruCache<StreamName, Head>,
}

impl Heads {
    pub(super) fn new() -> Self {
        Self { known: LruCache::new(REMEMBERED) }
    }

    /// Gives the end of a stream, from memory or from the file; `None` for a stream without events.
    pub(super) fn get(&mut self, connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Head>> {
        if let Some(head) = self.known.get(stream) {
            return Ok(Some(*head));
        }
        let found = load(connection, stream)?;
        if let Some(head) = found {
            self.set(stream, head);
        }
        Ok(found)
    }

    pub(super) fn set(&mut self, stream: &StreamName, head: Head) {
        match self.known.get_mut(stream) {
            Some(known) => *known = head,
            None => {
                self.known.put(stream.clone(), head);
            }
        }
    }

    /// Forgets everything: what was remembered may not be in the file.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }
}

fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Head>> {
    let mut query = connection.prepare_cached(
        "select e.stream, e.revision, e.hash from streams s join events e on e.stream = s.id \
         where s.name = ?1 order by e.revision desc limit 1",
    )?;
    let head = query.query_row([stream.as_str()], |row| {
        let (revision, hash) = (Revision::new(unsigned(row.get(1)?)), Hash32::new(row.get(2)?));
        Ok(Head { stream: row.get(0)?, revision, hash })
    });
    head.optional()
}
