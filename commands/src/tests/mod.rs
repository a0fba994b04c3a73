//! The handlers over the in-memory log, and over one whose appends can be held back or lost.

mod handling;
mod keys;
mod use_cases;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{action::Catalogue, actor::Actor, ids::EntityId, testing, workspace::EntityCommand, workspace::Kind};
use eventlog::{
    AppendError, Appended, CurrentRevision, Direction, EventId, EventLog, ExpectedRevision, Filter, LogDescription,
    MemoryLog, NewEvent, Page, Position, ReadError, RecordedEvent, StreamFrom, StreamName, Subscription,
};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

use crate::{Commands, Envelope, HandClock, Settings};

fn commands(log: impl EventLog) -> Commands {
    with_settings(log, Settings::default())
}

fn with_settings(log: impl EventLog, settings: Settings) -> Commands {
    let clock = HandClock::at(testing::moment());
    Commands::with(Arc::new(log), Catalogue::builtin().clone(), Arc::new(clock), settings)
}

fn by_alex() -> Envelope {
    Envelope::new(Actor::person("alex"))
}

fn by_sam() -> Envelope {
    Envelope::new(Actor::person("sam"))
}

fn task(number: u32) -> EntityId {
    format!("tsk_{number}").parse().unwrap()
}

fn fields(fields: &Value) -> Map<String, Value> {
    fields.as_object().unwrap().clone()
}

fn create(title: &str) -> EntityCommand {
    EntityCommand::Create { kind: Kind::Task, fields: fields(&json!({"title": title})) }
}

fn rename(title: impl Into<Value>) -> EntityCommand {
    EntityCommand::Change { fields: fields(&json!({"title": title.into()})), compensates: None }
}

/// What becomes of an append.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It fails before anything is written.
    Refused,
    /// It is written, and the answer is lost.
    AnswerLost,
}

/// A log whose appends wait until they are let through and may go wrong.
#[derive(Clone)]
struct UnreliableLog {
    log: MemoryLog,
    gate: Arc<Semaphore>,
    /// How many appends have come as far as the gate.
    arrived: tokio::sync::watch::Sender<usize>,
    next: Arc<Mutex<Option<Fate>>>,
}

impl UnreliableLog {
    fn new() -> Self {
        let arrived = tokio::sync::watch::Sender::new(0);
        Self { log: MemoryLog::new(), gate: Arc::new(Semaphore::new(1_000)), arrived, next: Arc::default() }
    }

    /// Holds appends back from now on.
    fn close(&self) {
        self.gate.forget_permits(1_000);
    }

    fn open(&self) {
        self.gate.add_permits(1_000);
    }

    fn spoil_next(&self, fate: Fate) {
        *self.next.lock() = Some(fate);
    }

    /// Waits until so many appends in all have reached the log.
    async fn wait_for_appends(&self, count: usize) {
        self.arrived.subscribe().wait_for(|arrived| *arrived >= count).await.unwrap();
    }
}

#[async_trait]
impl EventLog for UnreliableLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        self.arrived.send_modify(|arrived| *arrived += 1);
        let _let_through = self.gate.acquire().await;
        let fate = self.next.lock().take();
        if fate == Some(Fate::Refused) {
            return Err(AppendError::Unavailable { cause: "as the test says".into() });
        }
        let appended = self.log.append(stream, expected, events).await?;
        match fate {
            Some(Fate::AnswerLost) => Err(AppendError::Unavailable { cause: "as the test says".into() }),
            Some(Fate::Refused) | None => Ok(appended),
        }
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamFrom,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        self.log.read_stream(stream, from, direction, limit).await
    }

    async fn read_all(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
        self.log.read_all(after, filter, limit).await
    }

    async fn subscribe_all(&self, after: Option<Position>, filter: Filter) -> Result<Subscription, ReadError> {
        self.log.subscribe_all(after, filter).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.log.head().await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
        self.log.find_event(id).await
    }

    async fn stream_head(&self, stream: &StreamName) -> Result<CurrentRevision, ReadError> {
        self.log.stream_head(stream).await
    }

    fn describe(&self) -> LogDescription {
        self.log.describe()
    }
}
