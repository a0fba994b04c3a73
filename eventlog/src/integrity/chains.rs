//! The ends of all chains of a log, carried forward event by event, each checked on the way.

use std::collections::HashMap;

use crate::{
    Hash32, Position, RecordedEvent, Revision, StreamName,
    integrity::{Fault, FaultKind, expected_hash},
};

/// The end of a stream's chain: its last event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainEnd {
    /// The revision of the stream's last event.
    pub revision: Revision,
    /// The hash of the stream's last event.
    pub hash: Hash32,
}

/// The ends of all chains, up to some place in the log. Keeps about 150 bytes for each stream.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    events: u64,
    ends: HashMap<StreamName, ChainEnd>,
    /// The position that is due, where positions have no holes.
    due: Option<Position>,
}

impl Chains {
    /// Begins before the first event. `dense_positions` says that a missing position is a fault.
    pub fn new(dense_positions: bool) -> Self {
        Self { due: dense_positions.then_some(Position::FIRST), ..Self::default() }
    }

    /// Goes on behind `position`, where the chains ended like this after so many events.
    pub fn resume(position: Position, events: u64, ends: HashMap<StreamName, ChainEnd>, dense_positions: bool) -> Self {
        Self { events, ends, due: dense_positions.then(|| position.next()) }
    }

    /// Checks the next event of the log and takes it in; a faulty one is not taken in.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&mut self, event: &RecordedEvent) -> Result<(), Fault> {
        self.check_position(event)?;
        let (due, previous) =
            self.ends.get(&event.stream).map_or((Revision::FIRST, Hash32::ZERO), |end| (end.revision.next(), end.hash));
        if event.revision != due {
            return Err(Fault::at(event, FaultKind::Gap { expected: due }));
        }
        let computed = expected_hash(previous, event);
        if computed != event.hash {
            return Err(Fault::at(event, FaultKind::Hash { recorded: event.hash, computed }));
        }
        let end = ChainEnd { revision: event.revision, hash: event.hash };
        match self.ends.get_mut(&event.stream) {
            Some(known) => *known = end,
            None => drop(self.ends.insert(event.stream.clone(), end)),
        }
        self.due = self.due.map(Position::next);
        self.events += 1;
        Ok(())
    }

    fn check_position(&self, event: &RecordedEvent) -> Result<(), Fault> {
        match self.due {
            Some(expected) if expected != event.position => Err(Fault::at(event, FaultKind::PositionGap { expected })),
            Some(_) | None => Ok(()),
        }
    }

    /// How many events were taken in.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The ends of all chains.
    pub fn ends(&self) -> &HashMap<StreamName, ChainEnd> {
        &self.ends
    }
}
