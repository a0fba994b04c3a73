//! Walks a log and recomputes its hash chains; stops at the first fault and names it.

use std::fmt;

use crate::{
    Direction, EventLog, Filter, Hash32, Position, ReadError, RecordedEvent, Revision, StreamFrom, StreamName,
    integrity::Chains,
};

/// How many events are held in memory at a time.
const PAGE: usize = 1_000;

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many events were found whole, up to the fault if there is one.
    pub events: u64,
    /// How many streams they belong to.
    pub streams: u64,
    /// The first fault, in log order.
    pub fault: Option<Fault>,
}

/// The first thing that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The stream, as the log has it now.
    pub stream: String,
    /// The revision at which it shows.
    pub revision: Revision,
    /// The position at which it shows.
    pub position: Position,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What can be wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// One or more events of the stream are missing before this one, or are out of order.
    Gap {
        /// The revision that should have come.
        expected: Revision,
    },
    /// One or more events of the log are missing before this one, or are out of order.
    PositionGap {
        /// The position that should have come.
        expected: Position,
    },
    /// The event or its recorded hash was changed, or an earlier event of the stream was exchanged.
    Hash {
        /// What the log has.
        recorded: Hash32,
        /// What the event's bytes give.
        computed: Hash32,
    },
    /// The event cannot be read.
    Unreadable {
        /// What the log said.
        what: String,
    },
}

impl Fault {
    /// Says that this is wrong with the event.
    pub fn at(event: &RecordedEvent, kind: FaultKind) -> Self {
        Self { stream: event.stream.to_string(), revision: event.revision, position: event.position, kind }
    }

    /// An event that cannot be read is what a verification is there to find; a log that cannot be read is an error.
    ///
    /// # Errors
    /// The error, when it is not about one event.
    pub fn unreadable(error: ReadError) -> Result<Self, ReadError> {
        match error {
            ReadError::DamagedEvent { position, stream, revision, what } => {
                Ok(Self { stream, revision, position, kind: FaultKind::Unreadable { what } })
            }
            ReadError::PositionAhead { .. } | ReadError::DamagedLog { .. } | ReadError::Unavailable { .. } => {
                Err(error)
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream {}, revision {} (position {}): {}", self.stream, self.revision, self.position, self.kind)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { expected } => write!(f, "revision {expected} is missing or out of order"),
            Self::PositionGap { expected } => write!(f, "position {expected} is missing or out of order"),
            Self::Hash { recorded, computed } => {
                write!(f, "the event was changed: the log has the hash {recorded}, its bytes give {computed}")
            }
            Self::Unreadable { what } => write!(f, "the event cannot be read: {what}"),
        }
    }
}

/// Verifies the chain of one stream. A stream without events is whole.
///
/// # Errors
/// Only when the log cannot be read at all; a damaged event is a [`Fault`].
pub async fn verify_stream(log: &dyn EventLog, stream: &StreamName) -> Result<Verified, ReadError> {
    let mut chains = Chains::new(false);
    let mut next = Revision::FIRST;
    loop {
        let page = match log.read_stream(stream, StreamFrom::At(next), Direction::Forward, PAGE).await {
            Ok(page) => page,
            Err(error) => return Ok(broken(&chains, Fault::unreadable(error)?)),
        };
        let Some(last) = page.last() else { return Ok(whole(&chains)) };
        next = last.revision.next();
        if let Some(fault) = page.iter().find_map(|event| chains.check(event).err()) {
            return Ok(broken(&chains, fault));
        }
    }
}

/// Verifies the chains of all streams of a log, and that no position is missing where the log has dense positions.
///
/// `progress` is told the last position after each page of at most 1,000 events. Keeps about 150 bytes for each stream.
///
/// # Errors
/// Only when the log cannot be read at all; a damaged event is a [`Fault`].
pub async fn verify_all(log: &dyn EventLog, mut progress: impl FnMut(Position) + Send) -> Result<Verified, ReadError> {
    let mut chains = Chains::new(log.describe().dense_positions);
    let mut after = None;
    loop {
        let page = match log.read_all(after, &Filter::All, PAGE).await {
            Ok(page) => page,
            Err(error) => return Ok(broken(&chains, Fault::unreadable(error)?)),
        };
        if let Some(fault) = page.events.iter().find_map(|event| chains.check(event).err()) {
            return Ok(broken(&chains, fault));
        }
        after = page.next;
        if let Some(position) = after {
            progress(position);
        }
        if page.end {
            return Ok(whole(&chains));
        }
    }
}

fn whole(chains: &Chains) -> Verified {
    Verified { events: chains.events(), streams: chains.ends().len() as u64, fault: None }
}

fn broken(chains: &Chains, fault: Fault) -> Verified {
    Verified { fault: Some(fault), ..whole(chains) }
}
