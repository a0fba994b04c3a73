//! Reads, each with a deadline, each to its end or to an error: a fault in the middle is never taken for the end.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use eventlog::{
    CurrentRevision, Direction, Filter, Page, Position, ReadError, RecordedEvent, Revision, StreamFrom, StreamName,
};
use eventstore::{ReadAllOptions, ReadStream, ReadStreamOptions, StreamPosition};
use parking_lot::Mutex;

use crate::{
    deadline::Deadline,
    heads::Head,
    place::pair,
    record::{Placed, Read, decode},
    retry::Pauses,
    supervisor::{Connected, Supervisor},
    trouble::{Refusal, Trouble},
};

/// The most records that are asked for at once.
const CHUNK: usize = 4_096;
/// How many more records than events are asked for: there are always some of the server's own between ours.
const SPARE: usize = 16;
/// How many records are looked at first when the last event is looked for.
const LAST: usize = 16;
/// The largest number that the server takes for a revision.
const LARGEST: u64 = i64::MAX as u64;

/// Reads streams and the whole log.
#[derive(Clone)]
pub(crate) struct Reader {
    pub(crate) supervisor: Arc<Supervisor>,
    /// A stream of which was read that the server shall cut it.
    cut: Arc<Mutex<Option<StreamName>>>,
}

impl Reader {
    pub(crate) fn new(supervisor: Arc<Supervisor>) -> Self {
        Self { supervisor, cut: Arc::default() }
    }

    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::within(self.supervisor.settings.patience.whole)
    }

    /// Reads one stream; see [`eventlog::EventLog::read_stream`].
    pub(crate) async fn stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        let deadline = self.deadline();
        if limit == 0 {
            return Ok(Vec::new());
        }
        let (position, backward, limit) = match (direction, from) {
            (Direction::Forward, StreamFrom::End) => return Ok(Vec::new()),
            (Direction::Forward, StreamFrom::At(revision)) if revision.get() > LARGEST => return Ok(Vec::new()),
            (Direction::Forward, StreamFrom::Start) => (StreamPosition::Position(0), false, limit),
            (Direction::Forward, StreamFrom::At(revision)) => (StreamPosition::Position(revision.get()), false, limit),
            (Direction::Backward, StreamFrom::End) => (StreamPosition::End, true, limit),
            (Direction::Backward, StreamFrom::Start) => (StreamPosition::Position(0), true, 1),
            // from beyond its end the server reads an empty stretch, not the last events
            (Direction::Backward, StreamFrom::At(revision)) => match self.head(stream, deadline).await?.current() {
                CurrentRevision::NoStream => return Ok(Vec::new()),
                CurrentRevision::At(last) => (StreamPosition::Position(revision.min(last).get()), true, limit),
            },
        };
        let events = self.again(deadline, |connected| self.stretch(connected, stream, position, backward, limit)).await;
        match events {
            Ok(events) => without_gap(stream, position, backward, &events).map(|()| events),
            Err(Trouble::Missing) => Ok(Vec::new()),
            Err(Trouble::Refused(Refusal::Deleted)) => Err(self.deleted(stream)),
            Err(other) => Err(other.into()),
        }
    }

    /// Reads where a stream ends.
    pub(crate) async fn head(&self, stream: &StreamName, deadline: Deadline) -> Result<Head, ReadError> {
        let last =
            self.again(deadline, |connected| self.stretch(connected, stream, StreamPosition::End, true, 1)).await;
        match last {
            Ok(events) => {
                let at = |event: &Arc<RecordedEvent>| Head::At { revision: event.revision, hash: event.hash };
                Ok(events.first().map_or(Head::Empty, at))
            }
            Err(Trouble::Missing) => Ok(Head::Empty),
            Err(Trouble::Refused(Refusal::Deleted)) => Err(self.deleted(stream)),
            Err(other) => Err(other.into()),
        }
    }

    fn deleted(&self, stream: &StreamName) -> ReadError {
        let cause = format!("the stream {stream} was deleted on the server");
        ReadError::DamagedLog { place: self.supervisor.settings.place().to_owned(), cause }
    }

    async fn stretch(
        &self,
        connected: Arc<Connected>,
        stream: &StreamName,
        position: StreamPosition<u64>,
        backward: bool,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, Trouble> {
        let settings = &self.supervisor.settings;
        let options = ReadStreamOptions::default().position(position).max_count(limit);
        let options = if backward { options.backwards() } else { options.forwards() };
        let options = match &settings.login {
            Some(login) => options.authenticated(login.credentials()),
            None => options,
        };
        let call = connected.client.read_stream(settings.names.there(stream), &options);
        let mut records = self.supervisor.call(&connected, settings.patience.call, call).await?;
        let mut events = Vec::new();
        while let Some(placed) = self.next(&connected, &mut records).await? {
            match placed.read {
                Read::Event(event) => events.push(event),
                Read::Damaged(damaged) => return Err(Trouble::Unreadable(damaged)),
                Read::Identity | Read::Other | Read::Truncating(_) => {}
            }
        }
        Ok(events)
    }

    /// Reads a stretch of the whole log; see [`eventlog::EventLog::read_all`].
    pub(crate) async fn page(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        self.stretch_of_all(after, filter, limit, None).await
    }

    /// Reads a stretch of the whole log, and goes on behind events that are damaged; says whether there were any.
    pub(crate) async fn page_with_damage(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<(Page, bool), ReadError> {
        let damaged = AtomicBool::new(false);
        let page = self.stretch_of_all(after, &Filter::All, limit, Some(&damaged)).await?;
        Ok((page, damaged.into_inner()))
    }

    async fn stretch_of_all(
        &self,
        after: Option<Position>,
        filter: &Filter,
        limit: usize,
        damaged: Option<&AtomicBool>,
    ) -> Result<Page, ReadError> {
        if limit == 0 {
            let head = self.last().await?;
            ahead(after, head)?;
            return Ok(Page { events: Vec::new(), next: after, end: after == head });
        }
        let mut walk = Walk {
            filter,
            limit,
            damaged,
            cut: &self.cut,
            at: None,
            read: 0,
            page: Page { events: Vec::new(), next: after, end: false },
        };
        loop {
            match self.walk(after, &mut walk).await {
                Ok(true) => return Ok(walk.page),
                Ok(false) => {}
                Err(Trouble::Unreadable(ReadError::PositionAhead { asked, .. })) => {
                    return Err(self.stray(asked).await);
                }
                // what lies before the damage is given, and the damage when it is the first
                Err(Trouble::Unreadable(_)) if !walk.page.events.is_empty() => return Ok(walk.page),
                Err(other) => return Err(other.into()),
            }
        }
    }

    /// Reads one chunk on; answers whether the page is whole.
    async fn walk(&self, after: Option<Position>, walk: &mut Walk<'_>) -> Result<bool, Trouble> {
        let deadline = self.deadline();
        let mut pauses = Pauses::of_a_call();
        loop {
            let before = walk.read;
            match self.chunk(after, walk, deadline).await {
                Err(trouble) if trouble.may_pass() && (walk.read > before || !deadline.has_passed()) => {
                    tokio::time::sleep(pauses.next()).await;
                }
                done => return done,
            }
        }
    }

    async fn chunk(&self, after: Option<Position>, walk: &mut Walk<'_>, deadline: Deadline) -> Result<bool, Trouble> {
        let connected = self.supervisor.client(deadline).await?;
        let begin = walk.at.unwrap_or_else(|| pair(after.unwrap_or(connected.identity.begins_at)));
        let count = walk.limit.saturating_sub(walk.page.events.len()).saturating_add(SPARE).min(CHUNK);
        let mut records = self.forward(&connected, begin, count).await?;
        let mut is_first = true;
        let mut read = 0;
        while let Some(placed) = self.next(&connected, &mut records).await? {
            read += 1;
            if std::mem::take(&mut is_first) {
                // reads are inclusive: the first record is the one we know, or we know another database
                if placed.at == begin {
                    continue;
                }
                return Err(self.stray_at(&connected, begin));
            }
            if walk.take(placed)? {
                return Ok(true);
            }
        }
        if is_first {
            return Err(self.stray_at(&connected, begin));
        }
        walk.page.end = read < count;
        Ok(walk.page.end)
    }

    /// There is nothing where something was read before: perhaps this is not the same database any more.
    fn stray_at(&self, connected: &Arc<Connected>, begin: eventstore::Position) -> Trouble {
        self.supervisor.doubt(connected);
        Trouble::Unreadable(ReadError::PositionAhead { asked: Position::new(begin.commit), head: None })
    }

    /// Why there is nothing at a position: it is beyond the end, or of another database.
    async fn stray(&self, asked: Position) -> ReadError {
        match self.last().await {
            Ok(head) if Some(asked) > head => ReadError::PositionAhead { asked, head },
            Ok(_) => ReadError::DamagedLog {
                place: self.supervisor.settings.place().to_owned(),
                cause: format!("there is no event at position {asked}, which was read here before"),
            },
            Err(error) => error,
        }
    }

    /// Gives a stream that the server is told to cut, of those whose metadata was read since the last time.
    pub(crate) async fn cut_stream(&self) -> Result<Option<StreamName>, ReadError> {
        let Some(stream) = self.cut.lock().take() else { return Ok(None) };
        // the log keeps old metadata as well: what the stream has now counts
        let deadline = self.deadline();
        let is_cut = self.again(deadline, |connected| self.is_cut(connected, &stream)).await?;
        Ok(is_cut.then_some(stream))
    }

    async fn is_cut(&self, connected: Arc<Connected>, stream: &StreamName) -> Result<bool, Trouble> {
        let settings = &self.supervisor.settings;
        let options = ReadStreamOptions::default().position(StreamPosition::End).backwards().max_count(1);
        let options = match &settings.login {
            Some(login) => options.authenticated(login.credentials()),
            None => options,
        };
        let call = connected.client.read_stream(format!("$${}", settings.names.there(stream)), &options);
        let mut records = self.supervisor.call(&connected, self.patience(), call).await?;
        match self.next(&connected, &mut records).await {
            Ok(newest) => Ok(newest.is_some_and(|placed| matches!(placed.read, Read::Truncating(_)))),
            Err(Trouble::Missing) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Finds the position of the last event.
    pub(crate) async fn last(&self) -> Result<Option<Position>, ReadError> {
        let deadline = self.deadline();
        Ok(self.again(deadline, |connected| self.look_back(connected)).await?)
    }

    async fn look_back(&self, connected: Arc<Connected>) -> Result<Option<Position>, Trouble> {
        let (mut begin, mut count) = (None, LAST);
        loop {
            let options =
                ReadAllOptions::default().position(begin.map_or(StreamPosition::End, StreamPosition::Position));
            let mut records = self.read_all(&connected, options.backwards().max_count(count)).await?;
            let mut read = 0;
            while let Some(placed) = self.next(&connected, &mut records).await? {
                read += 1;
                match placed.read {
                    Read::Event(event) => return Ok(Some(event.position)),
                    Read::Identity => return Ok(None),
                    Read::Damaged(damaged) => return Err(Trouble::Unreadable(damaged)),
                    Read::Other | Read::Truncating(_) => begin = Some(placed.at),
                }
            }
            if read < count {
                return Ok(None);
            }
            count = (count * 4).min(CHUNK);
        }
    }

    async fn forward(
        &self,
        connected: &Arc<Connected>,
        begin: eventstore::Position,
        count: usize,
    ) -> Result<ReadStream, Trouble> {
        let options = ReadAllOptions::default().position(StreamPosition::Position(begin)).max_count(count);
        match self.read_all(connected, options.forwards()).await {
            Err(Trouble::Refused(Refusal::Other(what))) if what.contains("invalid position") => {
                Err(self.stray_at(connected, begin))
            }
            answer => answer,
        }
    }

    async fn read_all(&self, connected: &Arc<Connected>, options: ReadAllOptions) -> Result<ReadStream, Trouble> {
        let settings = &self.supervisor.settings;
        let options = match &settings.login {
            Some(login) => options.authenticated(login.credentials()),
            None => options,
        };
        self.supervisor.call(connected, settings.patience.call, connected.client.read_all(&options)).await
    }

    /// The next record of an answer.
    async fn next(&self, connected: &Arc<Connected>, records: &mut ReadStream) -> Result<Option<Placed>, Trouble> {
        let names = &self.supervisor.settings.names;
        loop {
            let Some(resolved) = self.supervisor.call(connected, self.patience(), records.next()).await? else {
                return Ok(None);
            };
            if let Some(placed) = decode(names, resolved) {
                return Ok(Some(placed));
            }
        }
    }

    fn patience(&self) -> Duration {
        self.supervisor.settings.patience.call
    }

    /// Asks until there is an answer that counts, or no time is left.
    pub(crate) async fn again<T, F>(
        &self,
        deadline: Deadline,
        mut ask: impl FnMut(Arc<Connected>) -> F,
    ) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let mut pauses = Pauses::of_a_call();
        loop {
            let connected = self.supervisor.client(deadline).await?;
            match ask(connected).await {
                Err(trouble) if trouble.may_pass() && !deadline.has_passed() => {
                    tokio::time::sleep(deadline.left(pauses.next())).await;
                }
                answer => return answer,
            }
        }
    }
}

/// A page in the making.
struct Walk<'a> {
    filter: &'a Filter,
    limit: usize,
    /// Set when a damaged event was passed over; without it, that is an error.
    damaged: Option<&'a AtomicBool>,
    cut: &'a Mutex<Option<StreamName>>,
    /// The last record that was looked at.
    at: Option<eventstore::Position>,
    /// How many records were looked at.
    read: usize,
    page: Page,
}

impl Walk<'_> {
    /// Takes a record; answers whether the page is whole.
    fn take(&mut self, placed: Placed) -> Result<bool, Trouble> {
        match placed.read {
            Read::Event(event) => {
                if self.page.events.len() == self.limit {
                    return Ok(true);
                }
                self.page.next = Some(event.position);
                if self.filter.admits(&event.stream) {
                    self.page.events.push(event);
                }
            }
            Read::Damaged(error) => match self.damaged {
                Some(damaged) => damaged.store(true, Ordering::Relaxed),
                None => return Err(Trouble::Unreadable(error)),
            },
            Read::Truncating(stream) => *self.cut.lock() = Some(stream),
            Read::Identity | Read::Other => {}
        }
        self.at = Some(placed.at);
        self.read += 1;
        Ok(false)
    }
}

fn ahead(after: Option<Position>, head: Option<Position>) -> Result<(), ReadError> {
    match after {
        Some(asked) if after > head => Err(ReadError::PositionAhead { asked, head }),
        Some(_) | None => Ok(()),
    }
}

/// Streams of ours begin at revision 0 and have no holes; one that does not was truncated.
fn without_gap(
    stream: &StreamName,
    begin: StreamPosition<u64>,
    backward: bool,
    events: &[Arc<RecordedEvent>],
) -> Result<(), ReadError> {
    let mut due = match begin {
        StreamPosition::Position(revision) => Some(revision),
        StreamPosition::Start | StreamPosition::End => None,
    };
    for event in events {
        let revision = event.revision.get();
        if let Some(due) = due.filter(|due| *due != revision) {
            return Err(ReadError::DamagedEvent {
                position: event.position,
                stream: stream.to_string(),
                revision: Revision::new(due),
                what: format!("it is missing, revision {revision} is there: the stream was truncated"),
            });
        }
        due = if backward { revision.checked_sub(1) } else { Some(revision + 1) };
    }
    Ok(())
}
