//! The writer: one thread, one connection, one commit for all appends that wait.

mod group;
mod heads;
mod wal;

use std::{
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
};

use eventlog::{
    AppendError, Appended, EventBatch, ExpectedRevision, PreparedEvent, RecordedEvent, Revision, StreamName,
};
use rusqlite::Connection;
use tokio::sync::{broadcast, mpsc, oneshot};

use self::{
    group::{Append, Ledger, Outcome, Placed, roll_back},
    wal::Checkpoints,
};
use crate::{FolderLock, OpenError, error::while_appending, schema};

/// How many appends may wait; more wait to be let in.
const WAITING_APPENDS: usize = 4_096;
/// How many appends one commit takes at most.
const GROUP_APPENDS: usize = 1_024;
/// How many commits a slow subscriber may be behind before it goes back to reading the file.
const LIVE_COMMITS: usize = 256;

type Answer = Result<Appended, AppendError>;

enum Message {
    Append(Append, oneshot::Sender<Answer>),
    Close(oneshot::Sender<()>),
}

/// A handle to the writer's thread. Dropping it lets the writer finish what was sent, and waits for that.
pub(crate) struct Writer {
    messages: Option<mpsc::Sender<Message>>,
    live: broadcast::WeakSender<EventBatch>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the writer of the file at `path`. The folder stays locked until its thread has ended.
    pub(crate) fn start(path: &Path, place: &str, lock: Arc<FolderLock>) -> Result<Self, OpenError> {
        let failed = |source| crate::error::while_opening(path, source);
        let no_thread = |source| OpenError::Folder { path: path.to_owned(), source };
        let connection = schema::open_for_writing(path)?;
        let ledger = Ledger::new(&connection).map_err(failed)?;
        let checkpoints = Checkpoints::start(schema::open_for_checkpoints(path)?).map_err(no_thread)?;
        let (messages, inbox) = mpsc::channel(WAITING_APPENDS);
        let live = broadcast::Sender::new(LIVE_COMMITS);
        let weak = live.downgrade();
        let desk = Desk { connection, ledger, checkpoints, live, place: place.to_owned(), _lock: lock };
        let thread = thread::Builder::new().name("log-writer".into()).spawn(|| desk.run(inbox)).map_err(no_thread)?;
        Ok(Self { messages: Some(messages), live: weak, thread: Some(thread) })
    }

    /// Has the events written, and gives their place once they are on the disk.
    pub(crate) async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<PreparedEvent>,
    ) -> Answer {
        let closed = || AppendError::Unavailable { cause: "the log was closed".into() };
        let contents = events.iter().map(PreparedEvent::content_digest).collect();
        let append = Append { stream: stream.clone(), expected, events, contents };
        let (answer, answered) = oneshot::channel();
        let messages = self.messages.as_ref().ok_or_else(closed)?;
        messages.send(Message::Append(append, answer)).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Listens to commits from now on; a closed writer makes none.
    pub(crate) fn listen(&self) -> broadcast::Receiver<EventBatch> {
        self.live.upgrade().map_or_else(silence, |live| live.subscribe())
    }

    /// Has everything that was sent written and moved into the file; nothing can be appended afterwards.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if let Some(messages) = &self.messages
            && messages.send(Message::Close(done)).await.is_ok()
        {
            // An error says that the thread ended without answering, which is closed as well.
            let _ = closed.await;
        }
    }
}

/// A channel on which nothing will ever be said.
pub(crate) fn silence() -> broadcast::Receiver<EventBatch> {
    broadcast::channel(1).1
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.messages.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer of the log ended in a panic");
        }
    }
}

/// Where the writer sits: what its thread owns.
struct Desk {
    connection: Connection,
    ledger: Ledger,
    checkpoints: Checkpoints,
    live: broadcast::Sender<EventBatch>,
    place: String,
    /// Dropped last, when the connection is closed.
    _lock: Arc<FolderLock>,
}

impl Desk {
    fn run(mut self, mut inbox: mpsc::Receiver<Message>) {
        wal::watch(&self.connection);
        let mut messages = Vec::with_capacity(GROUP_APPENDS);
        let mut closing = Vec::new();
        while inbox.blocking_recv_many(&mut messages, GROUP_APPENDS) > 0 {
            let (mut group, mut answers) = (Vec::with_capacity(messages.len()), Vec::with_capacity(messages.len()));
            for message in messages.drain(..) {
                match message {
                    Message::Append(append, answer) => {
                        group.push(append);
                        answers.push(answer);
                    }
                    Message::Close(done) => {
                        // What was sent before is still received; then there is nothing more to come.
                        inbox.close();
                        closing.push(done);
                    }
                }
            }
            self.write(group, answers);
        }
        self.checkpoints.finish(&self.connection);
        drop(self.connection);
        drop(self.live);
        for done in closing {
            // An error says that nobody waits any more.
            let _ = done.send(());
        }
    }

    /// Commits a group, answers it, and tells subscribers.
    fn write(&mut self, group: Vec<Append>, answers: Vec<oneshot::Sender<Answer>>) {
        if group.is_empty() {
            return;
        }
        match self.ledger.commit(&self.connection, group.iter()) {
            Ok(outcomes) => {
                for ((append, outcome), answer) in group.iter().zip(&outcomes).zip(answers) {
                    // An error says that the caller does not wait any more; the events are there all the same.
                    let _ = answer.send(answer_of(append, outcome));
                }
                if self.live.receiver_count() > 0 {
                    self.announce(group, outcomes);
                }
            }
            Err(error) => self.give_up(&error, answers),
        }
        self.checkpoints.after_commit(&self.connection);
    }

    /// Refuses the whole group after a failed commit, and trusts nothing but the file from then on.
    fn give_up(&mut self, error: &rusqlite::Error, answers: Vec<oneshot::Sender<Answer>>) {
        tracing::error!(%error, appends = answers.len(), "a group of appends could not be committed");
        roll_back(&self.connection);
        for answer in answers {
            let _ = answer.send(Err(while_appending(&self.place, error)));
        }
        if let Err(error) = self.ledger.reload(&self.connection) {
            tracing::error!(%error, "the end of the log could not be read again");
        }
    }

    fn announce(&self, group: Vec<Append>, outcomes: Vec<Outcome>) {
        let mut batch = Vec::with_capacity(self.ledger.hashes.len());
        for (append, outcome) in group.into_iter().zip(outcomes) {
            let Ok(Placed::Now { mut revision, mut position, hashes }) = outcome else { continue };
            for (event, hash) in append.events.into_iter().zip(&self.ledger.hashes[hashes]) {
                batch.push(Arc::new(RecordedEvent::new(position, append.stream.clone(), revision, event, *hash)));
                (revision, position) = (revision.next(), position.next());
            }
        }
        if !batch.is_empty() {
            // An error says that the last subscriber left in this moment.
            let _ = self.live.send(batch.into());
        }
    }
}

fn answer_of(append: &Append, outcome: &Outcome) -> Answer {
    match outcome {
        Ok(Placed::Before(appended)) => Ok(*appended),
        Ok(Placed::Now { revision, position, .. }) => {
            let behind = append.events.len() as u64 - 1;
            Ok(Appended {
                revision: Revision::new(revision.get() + behind),
                position: eventlog::Position::new(position.get() + behind),
                repeated: false,
            })
        }
        Err(refusal) => Err(refusal.clone()),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use domain::actor::Actor;
    use eventlog::{EventId, Hash32, Metadata, prepare};
    use uuid::Uuid;

    use super::*;

    fn append(name: &str, data_bytes: usize) -> Append {
        let stream: StreamName = name.parse().unwrap();
        let metadata = Metadata {
            at: chrono::Utc::now(),
            tenant: "local".into(),
            actor: Actor::system(),
            correlation_id: Uuid::nil(),
            causation_id: None,
            reason: None,
            command: None,
            claim: None,
            span: None,
        };
        let event = eventlog::NewEvent {
            id: EventId::new(Uuid::now_v7()),
            event_type: "Filled".into(),
            schema_version: 1,
            data: Bytes::from(format!("\"{}\"", "x".repeat(data_bytes))),
            metadata,
        };
        let events = prepare(&stream, vec![event]).unwrap();
        let contents: Vec<Hash32> = events.iter().map(PreparedEvent::content_digest).collect();
        Append { stream, expected: ExpectedRevision::NoStream, events, contents }
    }

    fn written(desk: &mut Desk, group: Vec<Append>) -> Vec<Answer> {
        let (senders, receivers): (Vec<_>, Vec<_>) = group.iter().map(|_| oneshot::channel()).unzip();
        desk.write(group, senders);
        receivers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect()
    }

    #[test]
    fn a_full_disk_refuses_the_group_and_the_next_one_is_written_when_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let connection = schema::open_for_writing(&path).unwrap();
        let mut desk = Desk {
            ledger: Ledger::new(&connection).unwrap(),
            connection,
            checkpoints: Checkpoints::start(schema::open_for_checkpoints(&path).unwrap()).unwrap(),
            live: broadcast::Sender::new(1),
            place: "here".into(),
            _lock: Arc::new(FolderLock::take(folder.path()).unwrap()),
        };
        assert!(written(&mut desk, vec![append("plan-1", 10)])[0].is_ok());

        desk.connection.pragma_update(None, "max_page_count", 40).unwrap();
        let full = AppendError::StorageFull { place: "here".into() };
        let answers = written(&mut desk, vec![append("plan-2", 10), append("plan-3", 1_000_000)]);
        assert_eq!(answers, [Err(full.clone()), Err(full)]);

        desk.connection.pragma_update(None, "max_page_count", 1_000_000).unwrap();
        let answers = written(&mut desk, vec![append("plan-2", 10), append("plan-3", 1_000_000)]);
        let positions: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().position.get()).collect();
        assert_eq!(positions, [2, 3]);
    }
}
