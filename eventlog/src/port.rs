//! The port: what a log does, what it answers, and how it fails.

use std::{fmt, sync::Arc};

use async_trait::async_trait;

use crate::{
    CurrentRevision, EventId, ExpectedRevision, NewEvent, Position, RecordedEvent, Revision, StreamName, Subscription,
};

/// An append-only log of streams.
///
/// Every adapter promises the same, and runs [`contract`](crate::contract) to prove it:
/// - an append is all or nothing, and answered only when it will survive a crash;
/// - what was answered is seen by every read that starts afterwards;
/// - positions grow in the order in which appends are answered to anybody who waits for each answer.
#[async_trait]
pub trait EventLog: Send + Sync + 'static {
    /// Appends events to the end of a stream, if the stream is as `expected`.
    ///
    /// An append with [`ExpectedRevision::Exact`] or [`ExpectedRevision::NoStream`] whose events, by their ids and in
    /// this order, already stand exactly where they would have gone is answered like the first time, with
    /// [`Appended::repeated`] set, and appends nothing; so an append whose answer was lost can be sent again. With
    /// [`ExpectedRevision::Any`] and [`ExpectedRevision::StreamExists`] the same holds wherever in the stream they
    /// stand together.
    ///
    /// Dropping the future does not take the append back: it may be written or not.
    ///
    /// # Errors
    /// After [`AppendError::Unavailable`] and [`AppendError::StorageFull`] the events are normally not in the log, but
    /// a failing disk cannot promise it: send the same append again. All other errors promise that nothing was written.
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError>;

    /// Reads at most `limit` events of one stream. A stream without events answers an empty list, never an error.
    ///
    /// `from` is inclusive; see [`StreamFrom`] for what it means in each direction.
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError>;

    /// Reads at most `limit` events of the whole log in order, beginning behind `after` (`None`: with the first).
    ///
    /// With a filter a page may be short or empty without being the last: go on with [`Page::next`] until
    /// [`Page::end`].
    ///
    /// # Errors
    /// [`ReadError::PositionAhead`] when `after` is behind the end of the log.
    async fn read_all(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError>;

    /// Follows the whole log from behind `after` (`None`: from the first event) for ever: first what is there, then
    /// what comes, without gap, repetition or change of order.
    ///
    /// # Errors
    /// [`ReadError::PositionAhead`] when `after` is behind the end of the log.
    async fn subscribe_all(&self, after: Option<Position>, filter: Filter) -> Result<Subscription, ReadError>;

    /// Gives the position of the last event, or `None` while the log is empty.
    async fn head(&self) -> Result<Option<Position>, ReadError>;

    /// Finds an event by its id.
    async fn find_event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, ReadError>;

    /// Says where a stream stands.
    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError>;

    /// Says what kind of log this is and where it lives, for people.
    fn describe(&self) -> LogDescription;

    /// Says what keeps the log from being used at the moment, when something is known to; answers at once. A log in
    /// this process has nothing to say here.
    fn obstacle(&self) -> Option<String> {
        None
    }
}

/// What kind of log it is and where it lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDescription {
    /// `memory`, `sqlite`, …
    pub kind: &'static str,
    /// A folder, a host: whatever leads a person to it. Without credentials.
    pub place: String,
    /// Whether positions have no holes, so that a missing one is a fault.
    pub dense_positions: bool,
    /// Whether this process itself holds it, so that whoever reads it does so with this process's processors.
    pub embedded: bool,
}

/// Where the events of an append stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The revision of the last event of the append.
    pub revision: Revision,
    /// The position of the last event of the append.
    pub position: Position,
    /// The events were there already, from an earlier try of the same append; nothing was written now.
    pub repeated: bool,
}

/// Where reading a stream begins; the named event is part of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamFrom {
    /// At the first event. Backward from here is the first event alone.
    Start,
    /// At the last event. Forward from here is nothing: the reader waits for what follows it.
    End,
    /// At this revision. Beyond the last event this is nothing forward, and the last event backward.
    At(Revision),
}

/// Which way a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From old to new.
    Forward,
    /// From new to old.
    Backward,
}

/// Which events of the whole log a reader wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Every event.
    All,
    /// Events of streams of these categories; see [`StreamName::category`].
    Categories(Vec<String>),
}

impl Filter {
    /// Wants the events of streams of these categories.
    pub fn categories<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Categories(names.into_iter().map(str::to_owned).collect())
    }

    /// Says whether events of this stream are wanted.
    pub fn admits(&self, stream: &StreamName) -> bool {
        match self {
            Self::All => true,
            Self::Categories(wanted) => wanted.iter().any(|category| category == stream.category()),
        }
    }
}

/// A stretch of the whole log.
#[derive(Clone, Debug)]
pub struct Page {
    /// The events that pass the filter, in log order.
    pub events: Vec<Arc<RecordedEvent>>,
    /// How far the log was looked through: give it as `after` for the next page. `None` only while the log is empty.
    pub next: Option<Position>,
    /// Nothing lay behind `next` when the page was read.
    pub end: bool,
}

/// Says why nothing was appended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Somebody else was faster, or the writer's picture of the stream is old.
    #[error("stream {stream} is at {actual}, the caller expected {expected}: reload it and decide again")]
    WrongExpectedRevision {
        /// The stream appended to.
        stream: StreamName,
        /// What the caller expected.
        expected: ExpectedRevision,
        /// Where the stream stands.
        actual: CurrentRevision,
    },
    /// No events.
    #[error("an append to {stream} needs at least one event")]
    EmptyAppend {
        /// The stream appended to.
        stream: StreamName,
    },
    /// More events than one append may have.
    #[error("an append may have {limit} events, this one has {count}: split it")]
    TooManyEvents {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Data or metadata of one event is too large.
    #[error("event {index} of the append has {bytes} bytes of data or metadata, {limit} are allowed")]
    EventTooLarge {
        /// Which event of the append, counted from 0.
        index: usize,
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        limit: usize,
    },
    /// All events together are too large.
    #[error("the append has {bytes} bytes of data and metadata, {limit} are allowed: split it")]
    AppendTooLarge {
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        limit: usize,
    },
    /// An event no log can hold.
    #[error("event {index} of the append cannot be stored: {what}")]
    MalformedEvent {
        /// Which event of the append, counted from 0.
        index: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// An id that another event has.
    #[error("the event id {id} is taken already: an id names one event for ever")]
    DuplicateEventId {
        /// The id.
        id: EventId,
    },
    /// No room left where the log is stored.
    #[error("no space is left for the log in {place}: free some, then send the append again")]
    StorageFull {
        /// Where the log lives.
        place: String,
    },
    /// The log was opened for reading.
    #[error("the log in {place} is open for reading only")]
    ReadOnly {
        /// Where the log lives.
        place: String,
    },
    /// The log cannot be reached or written at the moment, or was closed.
    #[error("the log cannot take the append: {cause}; sending it again is safe")]
    Unavailable {
        /// What the storage said.
        cause: String,
    },
}

/// Says why nothing was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The reader remembers a position that this log does not have: it followed another log, or a later backup.
    #[error("position {asked} is behind the end of the log ({}): it belongs to another log; start again from the beginning", AtEnd(*.head))]
    PositionAhead {
        /// The position the reader gave.
        asked: Position,
        /// The position of the last event.
        head: Option<Position>,
    },
    /// An event is in the log and cannot be read: somebody or something changed it.
    #[error(
        "event {revision} of stream {stream} (position {position}) is damaged: {what}; restore the log from a backup"
    )]
    DamagedEvent {
        /// Its place in the whole log.
        position: Position,
        /// Its stream, as the log has it.
        stream: String,
        /// Its place in the stream.
        revision: Revision,
        /// What is wrong with it.
        what: String,
    },
    /// The storage itself is damaged.
    #[error("the log in {place} is damaged: {cause}; restore it from a backup")]
    DamagedLog {
        /// Where the log lives.
        place: String,
        /// What the storage said.
        cause: String,
    },
    /// The log cannot be reached at the moment, or was closed.
    #[error("the log cannot be read: {cause}")]
    Unavailable {
        /// What the storage said.
        cause: String,
    },
}

struct AtEnd(Option<Position>);

impl fmt::Display for AtEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(position) => write!(f, "at {position}"),
            None => f.write_str("it is empty"),
        }
    }
}
