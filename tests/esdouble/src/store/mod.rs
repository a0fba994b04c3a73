//! The log and its rules: what is written, what is refused, and what is known from before.
//!
//! The rules are those of the server's public behaviour: the expected revision first, then the ids. Positions rise like
//! offsets in a file, never by one, so that whoever counts on that is found out.

mod file;
mod record;
mod streams;

use std::{
    collections::{HashMap, VecDeque},
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use prost::Message;
use uuid::Uuid;

use file::LogFile;
use record::{Written, ticks};
use streams::Stream;

pub use record::{Proposed, Record};
pub use streams::Stretch;

/// How many ids of recent appends are remembered for appends without an expected revision: few, so that it shows that
/// nobody can rely on it.
const REMEMBERED: usize = 100;
/// What each record takes in the log besides its bytes.
const FRAME: u64 = 37;
/// Marks a stream as deleted, in its metadata.
const DELETED: u64 = i64::MAX as u64;

/// What a writer expects of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever is there.
    Any,
    /// No event.
    NoStream,
    /// At least one event.
    StreamExists,
    /// The last event has this revision.
    Exact(u64),
}

/// Where an append stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The revision of its last event.
    pub revision: u64,
    /// The position of its last event.
    pub position: u64,
}

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The stream is elsewhere; `None` when it has no event.
    WrongExpectedVersion(Option<u64>),
    /// The stream was deleted for ever.
    Deleted,
}

/// The log.
pub struct Store {
    all: Vec<Arc<Record>>,
    streams: HashMap<Bytes, Stream>,
    recent: VecDeque<Uuid>,
    recently: HashMap<Uuid, Arc<Record>>,
    end: u64,
    file: Option<LogFile>,
    /// Added to the clock, in units of 100 nanoseconds.
    pub clock_offset: i64,
    /// How many events the links to categories and types are behind; `None` makes none.
    pub links_lag: Option<usize>,
    unlinked: VecDeque<Arc<Record>>,
}

impl Store {
    /// Makes a log in memory.
    pub fn in_memory() -> Self {
        let mut store = Self {
            all: Vec::new(),
            streams: HashMap::new(),
            recent: VecDeque::new(),
            recently: HashMap::new(),
            end: 0,
            file: None,
            clock_offset: 0,
            links_lag: None,
            unlinked: VecDeque::new(),
        };
        store.begin();
        store
    }

    /// Opens a log in a file.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let (file, appends) = LogFile::open(path)?;
        let mut store = Self { file: Some(file), ..Self::in_memory() };
        if appends.is_empty() {
            store.keep(&store.all.clone())?;
        } else {
            (store.all, store.streams, store.end) = (Vec::new(), HashMap::new(), 0);
        }
        for record in appends.into_iter().flat_map(|append| append.records) {
            store.take(Arc::new(record));
        }
        Ok(store)
    }

    /// Every database begins with records of its own.
    fn begin(&mut self) {
        let epoch = Proposed::json("$epoch-information", "{}");
        let begun = self.place(Bytes::from_static(b"$epoch-information"), 0, vec![epoch]);
        for record in begun {
            self.take(record);
        }
    }

    /// All records, in order.
    pub fn all(&self) -> &[Arc<Record>] {
        &self.all
    }

    /// How many records stand before a position.
    pub fn index_of(&self, position: u64) -> usize {
        self.all.partition_point(|record| record.position < position)
    }

    /// Where the last record stands.
    pub fn last_position(&self) -> u64 {
        self.all.last().map_or(0, |record| record.position)
    }

    fn stream(&self, name: &[u8]) -> Option<&Stream> {
        self.streams.get(name)
    }

    /// Appends to a stream, or says why not. An append that is there already is answered like the first time.
    pub fn append(&mut self, stream: &Bytes, expected: Expected, events: Vec<Proposed>) -> Result<Placed, Refused> {
        let current = self.current(stream);
        let is_deleted = self.is_soft_deleted(stream);
        if self.stream(stream).is_some_and(|stream| stream.is_tombstoned) {
            return Err(Refused::Deleted);
        }
        let wrong = Err(Refused::WrongExpectedVersion(current));
        match expected {
            Expected::NoStream if current.is_none() || is_deleted => {}
            Expected::Exact(revision) if Some(revision) == current => {}
            Expected::Exact(revision) if current.is_none_or(|current| revision > current) => return wrong,
            Expected::NoStream => return self.same(stream, 0, &events).ok_or(Refused::WrongExpectedVersion(current)),
            Expected::Exact(revision) => {
                return self.same(stream, revision + 1, &events).ok_or(Refused::WrongExpectedVersion(current));
            }
            Expected::StreamExists if is_deleted => return Err(Refused::Deleted),
            Expected::StreamExists if current.is_none() && self.metadata(stream).is_none() => return wrong,
            Expected::Any | Expected::StreamExists => match self.remembered(stream, &events) {
                Remembered::All(placed) => return Ok(placed),
                Remembered::None => {}
                Remembered::Some => return wrong,
            },
        }
        if is_deleted {
            self.revive(stream);
        }
        Ok(self.write(stream.clone(), events))
    }

    /// Whether exactly these events stand in the stream from `first` on.
    fn same(&self, stream: &Bytes, first: u64, events: &[Proposed]) -> Option<Placed> {
        let records = &self.stream(stream)?.records;
        let stored = records.get(usize::try_from(first).ok()?..)?.get(..events.len())?;
        let is_same = stored.iter().zip(events).all(|(record, event)| record.uuid() == event.id);
        let last = stored.last().filter(|_| is_same)?;
        Some(Placed { revision: last.revision, position: last.position })
    }

    fn remembered(&self, stream: &Bytes, events: &[Proposed]) -> Remembered {
        let found = |event: &Proposed| self.recently.get(&event.id).filter(|record| record.stream == *stream);
        let known = events.iter().take_while(|event| found(event).is_some()).count();
        match events.last().and_then(found) {
            Some(last) if known == events.len() => {
                Remembered::All(Placed { revision: last.revision, position: last.position })
            }
            Some(_) | None if known == 0 => Remembered::None,
            Some(_) | None => Remembered::Some,
        }
    }

    /// Writes without asking anything: for what a writer of ours would never send.
    pub fn write(&mut self, stream: Bytes, events: Vec<Proposed>) -> Placed {
        let first = self.current(&stream).map_or(0, |current| current + 1);
        let records = self.place(stream, first, events);
        self.keep(&records).expect("the file of the log takes what is appended");
        for record in &records {
            self.recent.push_back(record.uuid());
            self.recently.insert(record.uuid(), Arc::clone(record));
            self.take(Arc::clone(record));
        }
        while self.recent.len() > REMEMBERED {
            if let Some(old) = self.recent.pop_front() {
                self.recently.remove(&old);
            }
        }
        self.link(&records);
        let last = records.last();
        last.map_or(Placed { revision: first, position: self.end }, |last| Placed {
            revision: last.revision,
            position: last.position,
        })
    }

    /// Links what is new from the streams of its category and its type, as the server's own projections do.
    fn link(&mut self, records: &[Arc<Record>]) {
        let Some(lag) = self.links_lag else { return };
        self.unlinked.extend(records.iter().filter(|record| !record.is_system()).cloned());
        while self.unlinked.len() > lag {
            let Some(record) = self.unlinked.pop_front() else { return };
            let (stream, data) = (record.stream_name(), format!("{}@{}", record.revision, record.stream_name()));
            let category = stream.split_once('-').map(|(category, _)| format!("$ce-{category}"));
            for name in category.into_iter().chain([format!("$et-{}", record.event_type)]) {
                self.write(Bytes::from(name), vec![Proposed::json("$>", data.clone())]);
            }
        }
    }

    fn place(&self, stream: Bytes, first: u64, events: Vec<Proposed>) -> Vec<Arc<Record>> {
        let created = ticks() + self.clock_offset;
        let mut position = self.end;
        let records = events.into_iter().zip(first..).map(|(event, revision)| {
            let record = Record::new(position, stream.clone(), revision, created, event);
            position += FRAME + u64::try_from(record.encoded_len()).unwrap_or_default();
            Arc::new(record)
        });
        records.collect()
    }

    fn keep(&mut self, records: &[Arc<Record>]) -> anyhow::Result<()> {
        match &mut self.file {
            Some(file) => file.add(&Written { records: records.iter().map(|record| (**record).clone()).collect() }),
            None => Ok(()),
        }
    }

    fn take(&mut self, record: Arc<Record>) {
        self.end = record.position + FRAME + u64::try_from(record.encoded_len()).unwrap_or_default();
        let stream = self.streams.entry(record.stream.clone()).or_default();
        stream.is_tombstoned |= record.event_type == "$streamDeleted";
        stream.records.push(Arc::clone(&record));
        self.all.push(record);
    }
}

enum Remembered {
    All(Placed),
    Some,
    None,
}
