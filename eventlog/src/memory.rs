//! The reference log: everything in memory, gone when dropped. For tests, and as the shortest adapter that keeps the
//! contract.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use parking_lot::RwLock;
use tokio::sync::broadcast;

use crate::{
    AppendError, Appended, CurrentRevision, Direction, EventBatch, EventId, EventLog, ExpectedRevision, Filter, Hash32,
    History, LogDescription, NewEvent, Page, Position, PreparedEvent, ReadError, RecordedEvent, Revision, StreamFrom,
    StreamName, Subscription, follow, integrity, prepare,
};

/// How many commits a slow subscriber may be behind before it goes back to reading.
const LIVE_COMMITS: usize = 256;

/// A log in memory. Clones are handles to the same log.
#[derive(Clone)]
pub struct MemoryLog {
    events: Arc<RwLock<Events>>,
    live: broadcast::Sender<EventBatch>,
}

#[derive(Default)]
struct Events {
    /// In log order; the event at index `i` has position `i + 1`.
    all: Vec<Arc<RecordedEvent>>,
    /// Indexes into `all`; the index at `r` is that of revision `r`.
    streams: HashMap<StreamName, Vec<usize>>,
    ids: HashMap<EventId, usize>,
}

impl MemoryLog {
    /// Makes an empty log.
    pub fn new() -> Self {
        Self { events: Arc::default(), live: broadcast::Sender::new(LIVE_COMMITS) }
    }
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl EventLog for MemoryLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        let prepared = prepare(stream, events)?;
        let mut events = self.events.write();
        if let Some(appended) = events.check(stream, expected, &prepared)? {
            return Ok(appended);
        }
        let batch: EventBatch = prepared.into_iter().map(|event| events.push(stream, event)).collect();
        let last = &batch[batch.len() - 1];
        let appended = Appended { revision: last.revision, position: last.position, repeated: false };
        // Announced under the lock, so that announcements come in log order. An error only says that nobody listens.
        let _ = self.live.send(batch);
        Ok(appended)
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        let events = self.events.read();
        let indexes = events.streams.get(stream).map_or(&[][..], Vec::as_slice);
        let from = match from {
            StreamFrom::Start => 0,
            StreamFrom::End if direction == Direction::Forward => indexes.len(),
            StreamFrom::End => indexes.len().saturating_sub(1),
            StreamFrom::At(revision) => usize::try_from(revision.get()).unwrap_or(usize::MAX),
        };
        let event = |index: &usize| Arc::clone(&events.all[*index]);
        Ok(match direction {
            Direction::Forward => indexes.iter().skip(from).take(limit).map(event).collect(),
            Direction::Backward => indexes.iter().take(from.saturating_add(1)).rev().take(limit).map(event).collect(),
        })
    }

    async fn read_all(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        self.events.read().page(after, filter, limit)
    }

    async fn subscribe_all(&self, after: Option<Position>, filter: Filter) -> Result<Subscription, ReadError> {
        let live = self.live.subscribe();
        self.events.read().page(after, &Filter::All, 0)?;
        Ok(follow(Arc::new(Past(Arc::clone(&self.events))), live, after, filter))
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        Ok(self.events.read().head())
    }

    async fn find_event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
        let events = self.events.read();
        Ok(events.ids.get(&id).map(|index| Arc::clone(&events.all[*index])))
    }

    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError> {
        Ok(self.events.read().current(stream))
    }

    fn describe(&self) -> LogDescription {
        LogDescription { kind: "memory", place: "this process".into(), dense_positions: true, embedded: true }
    }
}

/// What subscriptions read; holds the events without holding the log open.
struct Past(Arc<RwLock<Events>>);

#[async_trait]
impl History for Past {
    async fn page(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        self.0.read().page(after, filter, limit)
    }
}

impl Events {
    fn head(&self) -> Option<Position> {
        self.all.last().map(|event| event.position)
    }

    fn of_stream(&self, stream: &StreamName) -> impl DoubleEndedIterator<Item = &Arc<RecordedEvent>> {
        self.streams.get(stream).into_iter().flatten().map(|index| &self.all[*index])
    }

    fn current(&self, stream: &StreamName) -> CurrentRevision {
        self.of_stream(stream).next_back().map_or(CurrentRevision::NoStream, |last| CurrentRevision::At(last.revision))
    }

    /// Answers `None` when the events may be written, and the first answer when they are there already.
    fn check(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: &[PreparedEvent],
    ) -> Result<Option<Appended>, AppendError> {
        let actual = self.current(stream);
        let accepted = expected.accepts(actual);
        let repeats_from = match expected.first_revision() {
            Some(_) if accepted => None,
            Some(first) => Some(first),
            None => self.ids.get(&events[0].id).map(|index| self.all[*index].revision),
        };
        if let Some(appended) = repeats_from.and_then(|first| self.already_at(stream, first, events)) {
            return Ok(Some(appended));
        }
        if !accepted {
            return Err(AppendError::WrongExpectedRevision { stream: stream.clone(), expected, actual });
        }
        let mut seen = std::collections::HashSet::new();
        match events.iter().find(|event| self.ids.contains_key(&event.id) || !seen.insert(event.id)) {
            Some(taken) => Err(AppendError::DuplicateEventId { id: taken.id }),
            None => Ok(None),
        }
    }

    /// Finds out whether exactly these events stand in the stream from revision `first` on.
    fn already_at(&self, stream: &StreamName, first: Revision, events: &[PreparedEvent]) -> Option<Appended> {
        let first = usize::try_from(first.get()).ok()?;
        let there: Vec<_> = self.of_stream(stream).skip(first).take(events.len()).collect();
        let same = there.len() == events.len() && there.iter().zip(events).all(|(old, new)| old.id == new.id);
        let last = there.last().filter(|_| same)?;
        Some(Appended { revision: last.revision, position: last.position, repeated: true })
    }

    fn push(&mut self, stream: &StreamName, event: PreparedEvent) -> Arc<RecordedEvent> {
        let before = self.of_stream(stream).next_back();
        let previous = before.map_or(Hash32::ZERO, |last| last.hash);
        let revision = before.map_or(Revision::FIRST, |last| last.revision.next());
        let position = self.head().map_or(Position::FIRST, Position::next);
        let hash = integrity::chain(previous, stream, revision, event.content_digest());
        let event = Arc::new(RecordedEvent::new(position, stream.clone(), revision, event, hash));
        let index = self.all.len();
        self.streams.entry(stream.clone()).or_default().push(index);
        self.ids.insert(event.id, index);
        self.all.push(Arc::clone(&event));
        event
    }

    fn page(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        let head = self.head();
        if let Some(asked) = after.filter(|_| after > head) {
            return Err(ReadError::PositionAhead { asked, head });
        }
        let read = after.map_or(Ok(0), |position| usize::try_from(position.get())).unwrap_or(usize::MAX);
        let wanted = |event: &&Arc<RecordedEvent>| filter.admits(&event.stream);
        let events: Vec<_> = self.all.iter().skip(read).filter(wanted).take(limit).cloned().collect();
        let next = if events.len() < limit { head } else { events.last().map(|event| event.position).or(after) };
        Ok(Page { events, next, end: next == head })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn open() -> (Arc<dyn EventLog>, ()) {
        (Arc::new(MemoryLog::new()), ())
    }

    crate::contract_suite!(open);
}
