//! The ends of the streams that are written here, so that an append needs one call and not two.
//!
//! What is remembered may be old, because other processes append as well; the server decides, and then it is read anew.

use std::{num::NonZeroUsize, sync::Arc};

use eventlog::{CurrentRevision, Hash32, Revision, StreamName};
use lru::LruCache;
use parking_lot::Mutex;

/// How many ends are remembered; about 150 bytes each.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(10_000).expect("more than none");

/// The end of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// It has no event.
    Empty,
    /// Its last event.
    At { revision: Revision, hash: Hash32 },
}

impl Head {
    pub(crate) fn current(self) -> CurrentRevision {
        match self {
            Self::Empty => CurrentRevision::NoStream,
            Self::At { revision, .. } => CurrentRevision::At(revision),
        }
    }

    /// What the next event's hash is chained to.
    pub(crate) fn hash(self) -> Hash32 {
        match self {
            Self::Empty => Hash32::ZERO,
            Self::At { hash, .. } => hash,
        }
    }
}

/// A stream's end as far as it is known; whoever holds it is the only one here who writes to the stream.
pub(crate) type Seat = Arc<tokio::sync::Mutex<Option<Head>>>;

/// The seats of all streams.
pub(crate) struct Heads(Mutex<LruCache<StreamName, Seat>>);

impl Heads {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }

    /// Gives the seat of a stream.
    pub(crate) fn seat(&self, stream: &StreamName) -> Seat {
        let mut seats = self.0.lock();
        if let Some(seat) = seats.get(stream) {
            return Arc::clone(seat);
        }
        let seat = Seat::default();
        seats.put(stream.clone(), Arc::clone(&seat));
        seat
    }
}
