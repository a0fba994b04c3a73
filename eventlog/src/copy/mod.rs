//! Copying a whole log into another one, so that whoever outgrows one kind of log moves to another and back.
//!
//! Events go over in log order, byte for byte, with their ids, revisions and hashes; positions are those of the log they
//! come to. A copy that was interrupted goes on where it ended: what is there already must be the beginning of what is
//! copied. At the end both logs are walked side by side, and every chain is computed anew.

use std::sync::Arc;

use crate::{
    AppendError, EventLog, ExpectedRevision, Filter, NewEvent, Position, ReadError, RecordedEvent, Revision,
    StreamName,
    integrity::{Chains, Fault},
    prepare,
};

/// How many events are read at a time.
const PAGE: usize = 1_000;
/// How much goes over in one append at most, in bytes of data and metadata: less than any log we know takes.
const APPEND_BYTES: usize = 512 * 1024;
const APPEND_EVENTS: usize = 500;

/// What is done at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// What is there already is held against what is to be copied.
    Comparing,
    /// Events go over.
    Copying,
    /// Both logs are walked side by side.
    Verifying,
}

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Events that both logs have now.
    pub events: u64,
    /// Streams that they belong to.
    pub streams: u64,
    /// Events that were there from an earlier try.
    pub found: u64,
}

/// Says why a log was not copied, or not wholly. What went over stays; a later try goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The log that events come from cannot be read.
    #[error("the log to copy cannot be read: {0}")]
    From(#[source] ReadError),
    /// The log that events go to cannot be read.
    #[error("the log to copy to cannot be read: {0}")]
    To(#[source] ReadError),
    /// The log that events go to does not take them.
    #[error("the log to copy to does not take the events: {0}")]
    Append(#[from] AppendError),
    /// There is something else.
    #[error(
        "the log to copy to has events of its own: its event {number} (revision {revision} of {stream}) is not the one \
         that comes from the other log; copy into an empty log"
    )]
    Other {
        /// Which event of that log, counted from 1.
        number: u64,
        /// Its stream.
        stream: StreamName,
        /// Its revision.
        revision: Revision,
    },
    /// There are more events than there should be.
    #[error("the log to copy to has {found} events, the other one only {events}: they are two histories")]
    Longer {
        /// How many there are.
        found: u64,
        /// How many there should be.
        events: u64,
    },
    /// An event would not be the same byte for byte.
    #[error("revision {revision} of {stream} would not have the same bytes: it was not written by this program")]
    Strange {
        /// The stream.
        stream: StreamName,
        /// The revision.
        revision: Revision,
    },
    /// The chain of the log that events come from is broken.
    #[error("the log to copy is not as it was written: {0}")]
    Damaged(Fault),
    /// The chain of the copy is broken.
    #[error("the copy is not as it was written: {0}")]
    DamagedCopy(Fault),
    /// Somebody wrote to the log meanwhile.
    #[error("the logs differ after event {events}: somebody writes to one of them; stop the server and copy again")]
    Moved {
        /// Up to where they are the same.
        events: u64,
    },
}

/// Copies a whole log into an empty one, or goes on with it. `tell` is told the stage and how many events it has done.
///
/// # Errors
/// See [`CopyError`].
pub async fn copy(
    from: &dyn EventLog,
    to: &dyn EventLog,
    mut tell: impl FnMut(Stage, u64) + Send,
) -> Result<Copied, CopyError> {
    let (mut source, mut there) = (Walk::of(from), Walk::of(to));
    let mut found = 0;
    while let Some(known) = there.next().await.map_err(CopyError::To)? {
        match source.next().await.map_err(CopyError::From)? {
            Some(event) if is_same(&event, &known) => found += 1,
            Some(_) => {
                let (stream, revision) = (known.stream.clone(), known.revision);
                return Err(CopyError::Other { number: found + 1, stream, revision });
            }
            None => return Err(CopyError::Longer { found: found + 1, events: found }),
        }
        tell(Stage::Comparing, found);
    }
    let mut copied = found;
    let mut batch = Batch::default();
    while let Some(event) = source.next().await.map_err(CopyError::From)? {
        if !batch.takes(&event) {
            copied += batch.append(to).await?;
            tell(Stage::Copying, copied);
        }
        batch.push(event)?;
    }
    batch.append(to).await?;
    let both = verify(from, to, |events| tell(Stage::Verifying, events)).await?;
    Ok(Copied { found, ..both })
}

/// Walks both logs side by side and computes all chains anew.
async fn verify(from: &dyn EventLog, to: &dyn EventLog, mut tell: impl FnMut(u64)) -> Result<Copied, CopyError> {
    let (mut source, mut copy) = (Walk::of(from), Walk::of(to));
    let mut source_chains = Chains::new(from.describe().dense_positions);
    let mut copy_chains = Chains::new(to.describe().dense_positions);
    loop {
        let event = source.next().await.map_err(CopyError::From)?;
        let copied = copy.next().await.map_err(CopyError::To)?;
        match (event, copied) {
            (Some(event), Some(copied)) if is_same(&event, &copied) => {
                source_chains.check(&event).map_err(CopyError::Damaged)?;
                copy_chains.check(&copied).map_err(CopyError::DamagedCopy)?;
                tell(source_chains.events());
            }
            (None, None) => break,
            _ => return Err(CopyError::Moved { events: source_chains.events() }),
        }
    }
    let streams = source_chains.ends().len() as u64;
    Ok(Copied { events: source_chains.events(), streams, found: 0 })
}

/// The hash covers all that an event says and everything before it in its stream.
fn is_same(one: &RecordedEvent, other: &RecordedEvent) -> bool {
    (&one.stream, one.revision, one.id, one.hash) == (&other.stream, other.revision, other.id, other.hash)
}

/// A log from its first event to its last.
struct Walk<'a> {
    log: &'a dyn EventLog,
    page: std::vec::IntoIter<Arc<RecordedEvent>>,
    after: Option<Position>,
    end: bool,
}

impl<'a> Walk<'a> {
    fn of(log: &'a dyn EventLog) -> Self {
        Self { log, page: Vec::new().into_iter(), after: None, end: false }
    }

    async fn next(&mut self) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
        loop {
            if let Some(event) = self.page.next() {
                return Ok(Some(event));
            }
            if self.end {
                return Ok(None);
            }
            let page = self.log.read_all(self.after, &Filter::All, PAGE).await?;
            (self.page, self.after, self.end) = (page.events.into_iter(), page.next, page.end);
        }
    }
}

/// Events that follow one another in one stream and in the log.
#[derive(Default)]
struct Batch {
    events: Vec<Arc<RecordedEvent>>,
    bytes: usize,
}

impl Batch {
    fn takes(&self, event: &RecordedEvent) -> bool {
        let Some(last) = self.events.last() else { return true };
        last.stream == event.stream && self.events.len() < APPEND_EVENTS && self.bytes + size(event) <= APPEND_BYTES
    }

    fn push(&mut self, event: Arc<RecordedEvent>) -> Result<(), CopyError> {
        if !keeps_its_bytes(&event) {
            return Err(CopyError::Strange { stream: event.stream.clone(), revision: event.revision });
        }
        self.bytes += size(&event);
        self.events.push(event);
        Ok(())
    }

    /// Appends what is there, and says how much that was.
    async fn append(&mut self, to: &dyn EventLog) -> Result<u64, CopyError> {
        let events = std::mem::take(&mut self.events);
        self.bytes = 0;
        let Some(first) = events.first() else { return Ok(0) };
        let before = first.revision.get().checked_sub(1).map(Revision::new);
        let expected = before.map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact);
        to.append(&first.stream, expected, events.iter().map(|event| new(event)).collect()).await?;
        Ok(events.len() as u64)
    }
}

fn size(event: &RecordedEvent) -> usize {
    event.data.len() + event.metadata_json.len()
}

fn new(event: &RecordedEvent) -> NewEvent {
    NewEvent {
        id: event.id,
        event_type: event.event_type.clone(),
        schema_version: event.schema_version,
        data: event.data.clone(),
        metadata: event.metadata.clone(),
    }
}

/// Whether the event would be stored as it is: the bytes of metadata are made anew.
fn keeps_its_bytes(event: &RecordedEvent) -> bool {
    prepare(&event.stream, vec![new(event)])
        .is_ok_and(|prepared| prepared.iter().all(|prepared| prepared.metadata_json == event.metadata_json))
}

#[cfg(test)]
mod tests;
