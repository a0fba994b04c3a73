//! Where each event stands, by its id. The server cannot be asked that.
//!
//! About 40 bytes for each event of the log, filled while the log is read once after the start, then kept up with what
//! is appended, here and elsewhere.

use std::collections::HashMap;

use eventlog::{EventId, RecordedEvent, Revision, StreamName};
use uuid::Uuid;

/// The places of all events that this process has seen.
#[derive(Default)]
pub(crate) struct Ids {
    streams: Vec<StreamName>,
    numbers: HashMap<StreamName, u32>,
    places: HashMap<Uuid, (u32, u64)>,
}

impl Ids {
    /// Notes an event.
    pub(crate) fn note(&mut self, id: EventId, stream: &StreamName, revision: Revision) {
        let number = self.number(stream);
        self.places.insert(id.uuid(), (number, revision.get()));
    }

    /// Notes an event that was read.
    pub(crate) fn note_event(&mut self, event: &RecordedEvent) {
        self.note(event.id, &event.stream, event.revision);
    }

    /// Says where an event stands.
    pub(crate) fn find(&self, id: EventId) -> Option<(StreamName, Revision)> {
        let (number, revision) = *self.places.get(&id.uuid())?;
        let stream = self.streams.get(usize::try_from(number).ok()?)?;
        Some((stream.clone(), Revision::new(revision)))
    }

    /// Whether the id is taken.
    pub(crate) fn contains(&self, id: EventId) -> bool {
        self.places.contains_key(&id.uuid())
    }

    fn number(&mut self, stream: &StreamName) -> u32 {
        if let Some(number) = self.numbers.get(stream) {
            return *number;
        }
        let number = u32::try_from(self.streams.len()).expect("a process sees fewer streams than four billion");
        self.streams.push(stream.clone());
        self.numbers.insert(stream.clone(), number);
        number
    }
}
