//! Appends that are written once, whatever becomes of their answers.
//!
//! Every append is sent with the ids of its events and an exact expected revision, worked out here where the caller
//! named none. Then a lost answer has one cure: send the same again. The server knows the ids at that place and answers
//! as the first time. When it says instead that the stream stands elsewhere, the stream is read before that is believed.

use std::sync::Arc;

use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, ExpectedRevision, PreparedEvent, ReadError,
    RecordedEvent, Revision, StreamFrom, StreamName, integrity,
};
use eventstore::{AppendToStreamOptions, EventData, WriteResult};
use tracing::{debug, warn};

use crate::{
    deadline::Deadline,
    feed::Feed,
    heads::{Head, Heads},
    reading::Reader,
    record::encode,
    retry::Pauses,
    supervisor::Supervisor,
    trouble::{Refusal, Trouble},
};

/// Appends to streams.
pub(crate) struct Appender {
    supervisor: Arc<Supervisor>,
    reader: Reader,
    feed: Arc<Feed>,
    heads: Heads,
}

/// What became of sending.
enum Sent {
    Written(WriteResult),
    /// The stream stands elsewhere; with whether an earlier try may have been written.
    Conflict {
        lost_before: bool,
    },
}

impl Appender {
    pub(crate) fn new(supervisor: Arc<Supervisor>, reader: Reader, feed: Arc<Feed>) -> Self {
        Self { supervisor, reader, feed, heads: Heads::new() }
    }

    /// Appends prepared events; see [`eventlog::EventLog::append`].
    pub(crate) async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: &[PreparedEvent],
    ) -> Result<Appended, AppendError> {
        if let Some(fault) = self.feed.fault() {
            return Err(unavailable(fault.to_string()));
        }
        let deadline = Deadline::within(self.supervisor.settings.patience.whole);
        let place = self.heads.seat(stream);
        let waited = tokio::time::timeout_at(deadline.instant(), place.lock()).await;
        let mut known = waited.map_err(|_| unavailable("appends to this stream take too long".into()))?;
        loop {
            // taken out, so that what is not put back after an answer is read anew, also when this future is dropped
            let remembered = known.take();
            let head = match remembered {
                Some(head) => head,
                None => self.reader.head(stream, deadline).await.map_err(unreadable)?,
            };
            if let Some(there) = self.find(stream, expected, events, head).await? {
                *known = Some(head);
                return Ok(there.appended(true));
            }
            if !expected.accepts(head.current()) {
                if remembered.is_some() {
                    continue;
                }
                *known = Some(head);
                return Err(wrong(stream, expected, head.current()));
            }
            if let Some(id) = self.taken(events) {
                *known = Some(head);
                return Err(AppendError::DuplicateEventId { id });
            }
            let (messages, end) = chained(stream, head, events).map_err(|error| unavailable(error.to_string()))?;
            let end_before = self.feed.announced();
            let sent = self.send(stream, head, &messages, deadline).await.map_err(|refusal| match refusal {
                Trouble::Refused(Refusal::TooLarge { limit }) => {
                    AppendError::AppendTooLarge { bytes: bytes(events), limit }
                }
                other => unavailable(other.cause()),
            })?;
            match sent {
                Sent::Written(written) => {
                    let mut appended = self.written(stream, events, end, &written)?;
                    if end_before.is_some_and(|before| Some(appended.position) <= before) {
                        // what is new stands behind what was: somebody else wrote the same before, or this is another
                        // database
                        self.supervisor.see_again(deadline).await.map_err(|trouble| unavailable(trouble.cause()))?;
                        appended.repeated = true;
                    }
                    *known = Some(end);
                    return Ok(appended);
                }
                Sent::Conflict { lost_before } => {
                    let head_now = self.reader.head(stream, deadline).await.map_err(unreadable)?;
                    if let Some(there) = self.there(stream, head.current().next(), events, head_now).await? {
                        *known = Some(head_now);
                        let ids: Vec<_> = events.iter().map(|event| event.id).collect();
                        self.feed.appended(stream, &ids, there.revision, there.position);
                        // a try of this very call wrote it, or somebody else sent the same
                        return Ok(there.appended(!lost_before));
                    }
                    debug!(%stream, now = %head_now.current(), "somebody else was faster");
                    *known = Some(head_now);
                    if !expected.accepts(head_now.current()) {
                        return Err(wrong(stream, expected, head_now.current()));
                    }
                    if deadline.has_passed() {
                        return Err(unavailable("the stream moved on whenever it was appended to".into()));
                    }
                }
            }
        }
    }

    /// Finds the events where they would have gone, when an earlier append of them can stand there.
    async fn find(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: &[PreparedEvent],
        head: Head,
    ) -> Result<Option<There>, AppendError> {
        let first = match expected.first_revision() {
            Some(_) if expected.accepts(head.current()) => None,
            Some(first) => Some(first),
            None => {
                let place = self.feed.find(events[0].id).await.map_err(unreadable)?;
                place.filter(|(found, _)| found == stream).map(|(_, revision)| revision)
            }
        };
        match first {
            Some(first) => self.there(stream, first, events, head).await,
            None => Ok(None),
        }
    }

    /// Finds out whether exactly these events stand in the stream from revision `first` on.
    async fn there(
        &self,
        stream: &StreamName,
        first: Revision,
        events: &[PreparedEvent],
        head: Head,
    ) -> Result<Option<There>, AppendError> {
        if head.current().next() <= first {
            return Ok(None);
        }
        let read = self.reader.stream(stream, StreamFrom::At(first), Direction::Forward, events.len()).await;
        let stored = read.map_err(unreadable)?;
        let is_same = stored.len() == events.len() && stored.iter().zip(events).all(|(old, new)| old.id == new.id);
        Ok(stored.last().filter(|_| is_same).map(|last| There::at(last)))
    }

    fn taken(&self, events: &[PreparedEvent]) -> Option<EventId> {
        let mut seen = std::collections::HashSet::new();
        let twice = events.iter().find(|event| !seen.insert(event.id)).map(|event| event.id);
        twice.or_else(|| self.feed.taken(events.iter().map(|event| event.id)))
    }

    /// Sends the same until there is an answer, or no time is left.
    async fn send(
        &self,
        stream: &StreamName,
        head: Head,
        messages: &[EventData],
        deadline: Deadline,
    ) -> Result<Sent, Trouble> {
        let mut pauses = Pauses::of_a_call();
        let mut lost_before = false;
        loop {
            match self.send_once(stream, head, messages, deadline).await {
                Ok(written) => return Ok(Sent::Written(written)),
                Err(Trouble::Conflict(_)) => return Ok(Sent::Conflict { lost_before }),
                Err(trouble) if trouble.may_pass() && !deadline.has_passed() => {
                    lost_before |= matches!(trouble, Trouble::Unknown(_));
                    debug!(%stream, cause = trouble.cause(), "the append is sent again");
                    tokio::time::sleep(deadline.left(pauses.next())).await;
                }
                Err(trouble) => return Err(trouble),
            }
        }
    }

    async fn send_once(
        &self,
        stream: &StreamName,
        head: Head,
        messages: &[EventData],
        deadline: Deadline,
    ) -> Result<WriteResult, Trouble> {
        let settings = &self.supervisor.settings;
        let connected = self.supervisor.client(deadline).await?;
        let patience = deadline.left(settings.patience.call);
        let expected = match head.current() {
            CurrentRevision::NoStream => eventstore::ExpectedRevision::NoStream,
            CurrentRevision::At(revision) => eventstore::ExpectedRevision::Exact(revision.get()),
        };
        let options = AppendToStreamOptions::default().expected_revision(expected).deadline(patience);
        let options = match &settings.login {
            Some(login) => options.authenticated(login.credentials()),
            None => options,
        };
        let call = connected.client.append_to_stream(settings.names.there(stream), &options, messages.to_vec());
        self.supervisor.call(&connected, patience, call).await
    }

    fn written(
        &self,
        stream: &StreamName,
        events: &[PreparedEvent],
        end: Head,
        written: &WriteResult,
    ) -> Result<Appended, AppendError> {
        let revision = Revision::new(written.next_expected_version);
        if end.current() != CurrentRevision::At(revision) {
            warn!(%stream, %revision, expected = %end.current(), "the server counts other revisions");
            return Err(unavailable(format!(
                "the server counts revision {revision} where {} was due: the stream was deleted or truncated",
                end.current()
            )));
        }
        let position = eventlog::Position::new(written.position.commit);
        let ids: Vec<_> = events.iter().map(|event| event.id).collect();
        self.feed.appended(stream, &ids, revision, position);
        Ok(Appended { revision, position, repeated: false })
    }
}

/// The last event of an append that stands in the log.
#[derive(Clone, Copy)]
struct There {
    revision: Revision,
    position: eventlog::Position,
}

impl There {
    fn at(last: &RecordedEvent) -> Self {
        Self { revision: last.revision, position: last.position }
    }

    fn appended(self, repeated: bool) -> Appended {
        Appended { revision: self.revision, position: self.position, repeated }
    }
}

/// Chains the events to the end of their stream; gives what is sent, and the end that the stream will have.
fn chained(
    stream: &StreamName,
    head: Head,
    events: &[PreparedEvent],
) -> Result<(Vec<EventData>, Head), serde_json::Error> {
    let mut end = head;
    let mut messages = Vec::with_capacity(events.len());
    for event in events {
        let revision = end.current().next();
        let hash = integrity::chain(end.hash(), stream, revision, event.content_digest());
        messages.push(encode(event, hash)?);
        end = Head::At { revision, hash };
    }
    Ok((messages, end))
}

fn bytes(events: &[PreparedEvent]) -> usize {
    events.iter().map(|event| event.data.len() + event.metadata_json.len()).sum()
}

fn wrong(stream: &StreamName, expected: ExpectedRevision, actual: CurrentRevision) -> AppendError {
    AppendError::WrongExpectedRevision { stream: stream.clone(), expected, actual }
}

fn unavailable(cause: String) -> AppendError {
    AppendError::Unavailable { cause }
}

/// The stream has to be read before it is appended to, and cannot be.
fn unreadable(error: ReadError) -> AppendError {
    match error {
        ReadError::Unavailable { cause } => unavailable(cause),
        other => unavailable(other.to_string()),
    }
}
