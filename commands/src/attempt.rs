//! One command on its way: decide on the state, append the answer, and meet everything that can come between.

use std::sync::Arc;

use chrono::SubsecRound;
use domain::{
    decider::{Context, Decider, Stamp},
    personal::Place,
    schema::EventFamily,
};
use eventlog::{AppendError, Appended, Direction, EventId, ExpectedRevision, NewEvent, StreamFrom, StreamName};
use tracing::debug;
use uuid::Uuid;

use crate::{
    Aggregate, Changed, CommandError, Committed, Envelope, Loaded,
    handler::{Inner, PAGE},
    idempotency::CommandKey,
    privacy::{Kept, unsealed},
};

/// How often a command that names no revision is decided again because somebody else was faster. Each time, somebody
/// else's command went through: with fewer tries, one process that is busy with a stream would keep others from it.
const MAX_TRIES: usize = 32;

type Failure<D> = CommandError<<D as Decider>::Refusal>;
type Answer<D> = Result<Committed<D>, Failure<D>>;

/// One command on its way, with the stream's lock held.
pub(crate) struct Attempt<'a, D: Aggregate> {
    pub(crate) handler: &'a Inner<D>,
    pub(crate) id: &'a D::Id,
    pub(crate) stream: &'a StreamName,
    pub(crate) loaded: Loaded<D::State>,
    /// Whether the end of the stream was seen since the command came.
    pub(crate) is_newest: bool,
    pub(crate) key: Option<CommandKey>,
}

impl<D: Aggregate> Attempt<'_, D> {
    /// Carries the command out. Afterwards `loaded` is the stream as it is, unless the log failed.
    pub(crate) async fn carry_out(&mut self, command: D::Command, envelope: &Envelope) -> Answer<D> {
        if let Some(answer) = self.first_answer().await? {
            return Ok(answer);
        }
        let mut tries = 0;
        loop {
            if let Some(answer) = self.check_expected(envelope).await? {
                return Ok(answer);
            }
            let context = self.context(envelope);
            let decided = D::decide(&self.loaded.state, command.clone(), &context);
            let appends = decided.as_ref().is_ok_and(|events| !events.is_empty());
            if !appends && self.look_again().await? {
                // What came may be this very command, which was also sent to another process.
                if let Some(answer) = self.first_answer().await? {
                    return Ok(answer);
                }
                continue;
            }
            let events = decided.map_err(CommandError::Refused)?;
            if events.is_empty() {
                return self.unchanged();
            }
            let Kept { events, places } = self.kept(events, &context)?;
            let events: Vec<_> =
                events.into_iter().enumerate().map(|(index, event)| (self.event_id(index), event)).collect();
            let expected = self.loaded.current().expected();
            match self.append(expected, &events, &places, &context, envelope).await {
                Ok(appended) if appended.repeated => {
                    self.handler.catch_up(self.stream, &mut self.loaded).await?;
                    return self.first_answer().await?.ok_or_else(|| self.lost_race(expected));
                }
                Ok(appended) => return Ok(self.evolve(events, &context, appended)),
                Err(AppendError::WrongExpectedRevision { .. }) => {
                    tries += 1;
                    debug!(stream = %self.stream, %expected, tries, "somebody else was faster");
                    self.handler.catch_up(self.stream, &mut self.loaded).await?;
                    self.is_newest = true;
                    if let Some(answer) = self.first_answer().await? {
                        return Ok(answer);
                    }
                    if tries == MAX_TRIES {
                        return Err(self.conflict(expected).await?);
                    }
                }
                // Another process carried out the same keyed command in the meantime.
                Err(AppendError::DuplicateEventId { id }) if self.key.is_some() => {
                    self.handler.catch_up(self.stream, &mut self.loaded).await?;
                    let answer = self.first_answer().await?;
                    return answer.ok_or(AppendError::DuplicateEventId { id }.into());
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn context(&self, envelope: &Envelope) -> Context {
        // Microseconds are what the log keeps; the state in memory must be the state that a replay gives.
        let now = self.handler.house.clock.now().trunc_subsecs(6);
        Context { now, actor: envelope.actor.clone(), catalogue: Arc::clone(&self.handler.house.catalogue) }
    }

    /// Answers a keyed command that was carried out before.
    async fn first_answer(&mut self) -> Result<Option<Committed<D>>, Failure<D>> {
        let Some(key) = &self.key else { return Ok(None) };
        let log = &self.handler.house.log;
        let Some(first) = log.find_event(key.event_id(0)).await? else { return Ok(None) };
        if !key.made(&first, self.stream) {
            return Err(CommandError::KeyReused { key: key.text().to_owned() });
        }
        let mut last = (first.revision, first.position);
        let mut index = 0;
        'events: loop {
            let from = StreamFrom::At(last.0.next());
            let page = log.read_stream(self.stream, from, Direction::Forward, PAGE).await?;
            for event in &page {
                index += 1;
                if event.id != key.event_id(index) {
                    break 'events;
                }
                last = (event.revision, event.position);
            }
            if page.len() < PAGE {
                break;
            }
        }
        if self.loaded.revision < Some(last.0) {
            self.handler.catch_up(self.stream, &mut self.loaded).await?;
        }
        let (revision, position) = last;
        let state = Arc::clone(&self.loaded.state);
        Ok(Some(Committed { state, events: Vec::new(), revision, position, repeated: true }))
    }

    /// Refuses a command whose caller looked at another revision, unless it is what moved the stream on: then it is
    /// answered.
    async fn check_expected(&mut self, envelope: &Envelope) -> Result<Option<Committed<D>>, Failure<D>> {
        let Some(expected) = envelope.expected else { return Ok(None) };
        if self.loaded.revision != Some(expected)
            && self.look_again().await?
            && self.loaded.revision != Some(expected)
            && let Some(answer) = self.first_answer().await?
        {
            return Ok(Some(answer));
        }
        if self.loaded.revision == Some(expected) {
            return Ok(None);
        }
        Err(self.conflict(ExpectedRevision::Exact(expected)).await?)
    }

    /// Looks for what others appended, once; says whether there was anything.
    async fn look_again(&mut self) -> Result<bool, Failure<D>> {
        if self.is_newest {
            return Ok(false);
        }
        self.is_newest = true;
        self.handler.catch_up(self.stream, &mut self.loaded).await
    }

    /// Tells what came between what was expected and now.
    async fn conflict(&self, expected: ExpectedRevision) -> Result<Failure<D>, Failure<D>> {
        let from = expected.first_revision().map_or(StreamFrom::Start, StreamFrom::At);
        let log = &self.handler.house.log;
        let between = log.read_stream(self.stream, from, Direction::Forward, Changed::SHOWN).await?;
        let changed = between.iter().map(|event| Changed {
            revision: event.revision,
            event_type: event.event_type.to_string(),
            actor: event.metadata.actor.clone(),
            at: event.metadata.at,
        });
        Ok(CommandError::Conflict { expected, actual: self.loaded.current(), changed: changed.collect() })
    }

    fn lost_race(&self, expected: ExpectedRevision) -> Failure<D> {
        CommandError::Conflict { expected, actual: self.loaded.current(), changed: Vec::new() }
    }

    fn unchanged(&self) -> Answer<D> {
        let (Some(revision), Some(position)) = (self.loaded.revision, self.loaded.position) else {
            return Err(CommandError::NothingThere { stream: self.stream.clone() });
        };
        let state = Arc::clone(&self.loaded.state);
        Ok(Committed { state, events: Vec::new(), revision, position, repeated: false })
    }

    async fn append(
        &self,
        expected: ExpectedRevision,
        events: &[(EventId, D::Event)],
        places: &[Vec<Place>],
        context: &Context,
        envelope: &Envelope,
    ) -> Result<Appended, AppendError> {
        let metadata = envelope.metadata(context.now);
        let mut written = Vec::with_capacity(events.len());
        for ((id, event), places) in events.iter().zip(places) {
            let event = NewEvent {
                id: *id,
                event_type: event.type_name().into(),
                schema_version: event.schema_version(),
                data: event.encode().into(),
                metadata: metadata.clone(),
            };
            written.push(match &self.handler.house.seals {
                Some(seals) => seals.seal(self.stream, event, places).await.map_err(|error| unsealed(&error))?,
                None => event,
            });
        }
        self.handler.house.log.append(self.stream, expected, written).await
    }

    fn event_id(&self, index: usize) -> EventId {
        self.key.as_ref().map_or_else(|| EventId::new(Uuid::now_v7()), |key| key.event_id(index))
    }

    /// Brings the state up to what was just appended.
    fn evolve(&mut self, events: Vec<(EventId, D::Event)>, context: &Context, appended: Appended) -> Committed<D> {
        let stamp = Stamp::from(context);
        let state = Arc::make_mut(&mut self.loaded.state);
        for (_, event) in &events {
            D::evolve(state, event, &stamp);
        }
        let Appended { revision, position, repeated } = appended;
        self.loaded.revision = Some(revision);
        self.loaded.position = Some(position);
        debug!(stream = %self.stream, %revision, %position, events = events.len(), "appended");
        Committed { state: Arc::clone(&self.loaded.state), events, revision, position, repeated }
    }
}
