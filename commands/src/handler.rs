//! Load, decide, append: one command at a time for each stream of this process, many streams at once.

use std::{fmt, sync::Arc};

use domain::{action::Catalogue, decider::Decider};
use eventlog::{
    CurrentRevision, Direction, EventId, EventLog, Position, RecordedEvent, Revision, Seals, StreamFrom, StreamName,
    codec,
};

use crate::{
    Aggregate, Clock, CommandError, Envelope,
    attempt::Attempt,
    cache::{Cache, Entry},
    idempotency::{CommandKey, RunningKeys},
    uninterrupted::uninterrupted,
};

/// How many events are read at a time.
pub(crate) const PAGE: usize = 500;

/// The state of a stream at one revision.
#[derive(Debug)]
pub struct Loaded<S> {
    /// The fold of all events up to the revision; shared, and never changed once it was given out.
    pub state: Arc<S>,
    /// The revision of the last event; `None` while there is none.
    pub revision: Option<Revision>,
    /// The position of the last event; `None` while there is none.
    pub position: Option<Position>,
}

impl<S> Clone for Loaded<S> {
    fn clone(&self) -> Self {
        Self { state: Arc::clone(&self.state), revision: self.revision, position: self.position }
    }
}

impl<S> Loaded<S> {
    pub(crate) fn current(&self) -> CurrentRevision {
        self.revision.map_or(CurrentRevision::NoStream, CurrentRevision::At)
    }
}

/// The answer to a command.
pub struct Committed<D: Aggregate> {
    /// The state that the command left. For a repeated command: the state as it is now.
    pub state: Arc<D::State>,
    /// What happened, in order; empty when the command changed nothing or was repeated.
    pub events: Vec<(EventId, D::Event)>,
    /// The revision of the command's last event; of the stream's last event when the command changed nothing.
    pub revision: Revision,
    /// The position of that event: a read model that has come this far shows what the command did.
    pub position: Position,
    /// The command had been carried out before, under the same key; nothing was appended now.
    pub repeated: bool,
}

impl<D: Aggregate> fmt::Debug for Committed<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { revision, position, repeated, .. } = self;
        let mut shown = f.debug_struct("Committed");
        shown.field("revision", revision).field("position", position).field("repeated", repeated);
        shown.finish_non_exhaustive()
    }
}

/// What every handler of a house shares.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: Arc<RunningKeys>,
    /// Who seals what is about people; nobody, in a house that keeps everything as it is.
    pub(crate) seals: Option<Arc<dyn Seals>>,
    /// Whether other processes write to the log, so that what this one knows may be old at any time.
    pub(crate) others_write: bool,
}

/// Carries out the commands of one kind of aggregate. Clones are handles to the same.
///
/// The handler keeps the state of the streams in use and trusts it as long as it appends successfully: every append
/// names the exact revision it was decided on, so that an old picture (another process wrote to the stream) is found
/// out, brought up to date and decided on again. Whatever is answered without appending (a refusal, a conflict,
/// "nothing to do") is answered only after a look at the end of the stream.
pub struct Handler<D: Aggregate> {
    inner: Arc<Inner<D>>,
}

impl<D: Aggregate> Clone for Handler<D> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

pub(crate) struct Inner<D: Aggregate> {
    pub(crate) house: House,
    cache: Cache<D>,
}

type Failure<D> = CommandError<<D as Decider>::Refusal>;
type Answer<D> = Result<Committed<D>, Failure<D>>;

impl<D: Aggregate> Handler<D> {
    pub(crate) fn new(house: House, capacity: usize) -> Self {
        Self { inner: Arc::new(Inner { house, cache: Cache::new(capacity) }) }
    }

    /// What is known of the actions.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.inner.house.catalogue
    }

    /// The same, for whoever keeps it.
    pub(crate) fn shared_catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.inner.house.catalogue)
    }

    /// Gives the state of a stream, as far as this process knows it: with everything this process appended. Where others
    /// write as well, this is [`load_newest`](Self::load_newest).
    pub async fn load(&self, id: &D::Id) -> Result<Loaded<D::State>, CommandError<D::Refusal>> {
        self.inner.load(id, Freshness::AsKnown).await
    }

    /// Gives the state of a stream with everything that any process appended before the call.
    pub async fn load_newest(&self, id: &D::Id) -> Result<Loaded<D::State>, CommandError<D::Refusal>> {
        self.inner.load(id, Freshness::Newest).await
    }

    /// Drops all states, so that what a destroyed key had sealed is in none of them.
    pub(crate) async fn drop_states(&self) {
        self.inner.cache.drop_states().await;
    }

    /// Carries out a command, and answers when what it did is in the log for good.
    ///
    /// A command that has begun comes to its end even when the caller stops waiting for it. A command that changes
    /// nothing appends nothing and answers where the stream stands.
    ///
    /// # Errors
    /// See [`CommandError`]. After [`CommandError::Log`] of a failed append the log normally has nothing of it; a
    /// failing disk cannot promise it, so repeat the command under the same key.
    pub async fn execute(&self, id: &D::Id, command: D::Command, envelope: Envelope) -> Answer<D> {
        let (inner, id) = (Arc::clone(&self.inner), id.clone());
        uninterrupted(async move { inner.execute(&id, command, envelope).await }).await
    }
}

/// How new a state must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Freshness {
    AsKnown,
    Newest,
}

impl<D: Aggregate> Inner<D> {
    async fn load(&self, id: &D::Id, freshness: Freshness) -> Result<Loaded<D::State>, Failure<D>> {
        let entry = self.cache.entry(id);
        let mut slot = entry.loaded.lock().await;
        let mut loaded = match slot.take() {
            Some(loaded) if freshness == Freshness::AsKnown && !self.house.others_write => {
                *slot = Some(loaded.clone());
                return Ok(loaded);
            }
            Some(loaded) => loaded,
            None => nothing(),
        };
        self.catch_up(&entry.stream, &mut loaded).await?;
        *slot = Some(loaded.clone());
        Ok(loaded)
    }

    async fn execute(&self, id: &D::Id, command: D::Command, envelope: Envelope) -> Answer<D> {
        let key = CommandKey::of(&envelope);
        let _running = match &key {
            Some(key) => {
                let still_running = || CommandError::StillRunning { key: key.text().to_owned() };
                Some(self.house.keys.enter(key).ok_or_else(still_running)?)
            }
            None => None,
        };
        let entry = self.cache.entry(id);
        let mut slot = entry.loaded.lock().await;
        // Out of its place while it is worked on: a panic, or a log that cannot say whether it took the events, leaves
        // the place empty, and the next command loads anew.
        let (loaded, is_newest) = match slot.take() {
            Some(loaded) => (loaded, false),
            None if D::begins_a_stream(&command) => (nothing(), false),
            None => (self.load_all(&entry).await?, true),
        };
        let mut attempt = Attempt { handler: self, id, stream: &entry.stream, loaded, is_newest, key };
        let answer = attempt.carry_out(command, &envelope).await;
        if !matches!(answer, Err(CommandError::Log(_))) {
            *slot = Some(attempt.loaded);
        }
        answer
    }

    async fn load_all(&self, entry: &Entry<D>) -> Result<Loaded<D::State>, Failure<D>> {
        let mut loaded = nothing();
        self.catch_up(&entry.stream, &mut loaded).await?;
        Ok(loaded)
    }

    /// Folds what the stream has behind `loaded`, and says whether there was anything.
    pub(crate) async fn catch_up(
        &self,
        stream: &StreamName,
        loaded: &mut Loaded<D::State>,
    ) -> Result<bool, Failure<D>> {
        let before = loaded.revision;
        loop {
            let from = StreamFrom::At(loaded.current().next());
            let page = self.house.log.read_stream(stream, from, Direction::Forward, PAGE).await?;
            let Some(last) = page.last() else { break };
            let state = Arc::make_mut(&mut loaded.state);
            for event in &page {
                let decoded = codec::event(event);
                let known = decoded.as_ref().as_ref().map_err(|cause| undecodable(event, cause.clone()))?;
                let own = D::own(known).ok_or_else(|| undecodable(event, foreign(event)))?;
                D::evolve(state, own, &codec::stamp(event));
            }
            loaded.revision = Some(last.revision);
            loaded.position = Some(last.position);
            if page.len() < PAGE {
                break;
            }
        }
        Ok(loaded.revision != before)
    }
}

fn nothing<S: Default>() -> Loaded<S> {
    Loaded { state: Arc::default(), revision: None, position: None }
}

fn undecodable<R: std::error::Error>(event: &RecordedEvent, cause: domain::schema::DecodeError) -> CommandError<R> {
    CommandError::Decode { stream: event.stream.clone(), revision: event.revision, cause }
}

fn foreign(event: &RecordedEvent) -> domain::schema::DecodeError {
    domain::schema::DecodeError::UnknownType {
        category: event.stream.category().to_owned(),
        event_type: event.event_type.to_string(),
    }
}
