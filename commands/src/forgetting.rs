//! Forgetting a person: first the event that says so, then the keys.

use domain::{
    ids::EntityId,
    personal::Subject,
    schema::Event,
    workspace::{EntityCommand, EntityDecider, EntityRefusal},
};
use eventlog::{Direction, EventId, ReadError, SealError, StreamFrom, codec};

use crate::{Aggregate, CommandError, Commands, Committed, Envelope, LogError};

/// Why a person was not forgotten.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForgetError {
    /// This house keeps everything as it is; there is no key that could go.
    #[error("nothing is sealed here, so that nothing can be forgotten")]
    NotSealing,
    /// It is written down that the person is forgotten, and their keys are not gone yet.
    #[error("it is recorded, and will be done at the next start: {0}")]
    KeysLeft(SealError),
    /// It did not happen.
    #[error(transparent)]
    Command(#[from] CommandError<EntityRefusal>),
}

impl Commands {
    /// Forgets a person for good, and answers when their keys are gone from the disk. `name` confirms who is meant.
    ///
    /// Should the process end in between, the event is there and the keys go at the next start. Read models are not built
    /// anew here.
    pub async fn forget_person(
        &self,
        person: &EntityId,
        reason: String,
        name: String,
        envelope: Envelope,
    ) -> Result<Committed<EntityDecider>, ForgetError> {
        let Some(seals) = &self.seals else { return Err(ForgetError::NotSealing) };
        let Some(subject) = Subject::person(person) else {
            return Err(self.no_person(person).await.into());
        };
        let also: Vec<Subject> = self.added_by(person).await.map_err(CommandError::Log)?.into_iter().collect();
        let keys: Vec<Subject> = also.iter().cloned().chain([subject.clone()]).collect();
        let command = EntityCommand::Forget { person: subject, reason, name, also };
        let committed = self.entities.execute(person, command, envelope).await?;
        seals.destroy(&keys).await.map_err(ForgetError::KeysLeft)?;
        self.drop_states().await;
        Ok(committed)
    }

    /// Drops what is in memory, so that nothing of it was opened with a key that is gone: another process may have forgotten
    /// somebody.
    pub async fn drop_states(&self) {
        self.plans.drop_states().await;
        self.entities.drop_states().await;
        self.templates.drop_states().await;
        self.schedules.drop_states().await;
    }

    async fn no_person(&self, id: &EntityId) -> CommandError<EntityRefusal> {
        match self.entities.load_newest(id).await {
            Ok(loaded) => CommandError::Refused(match loaded.state.as_ref() {
                Some(thing) => EntityRefusal::NotAPerson { kind: thing.kind },
                None => EntityRefusal::NoSuchEntity,
            }),
            Err(error) => error,
        }
    }

    /// The step that added the person, if one did: the plan knew of them before they were there.
    async fn added_by(&self, person: &EntityId) -> Result<Option<Subject>, LogError> {
        let stream = EntityDecider::stream(person);
        let first = self.log.read_stream(&stream, StreamFrom::Start, Direction::Forward, 1).await?;
        let Some(cause) = first.first().and_then(|event| event.metadata.causation_id) else { return Ok(None) };
        let Some(cause) = self.log.find_event(EventId::new(cause)).await.map_err(LogError::from)? else {
            return Ok(None);
        };
        let decoded = codec::event(&cause);
        let step = match decoded.as_ref() {
            Ok(Event::Plan(event)) => event.step_id(),
            Ok(_) | Err(_) => None,
        };
        let plan = cause.stream.subject().parse().ok();
        Ok(plan.zip(step).map(|(plan, step)| Subject::added_by(plan, step)))
    }

    /// Finds the events of a log, as it is stored, in which one of these words stands for everybody to read: at most
    /// `limit`, and how many there are in all. What is sealed is not found.
    pub async fn mentions(
        stored: &dyn eventlog::EventLog,
        words: &[String],
        limit: usize,
    ) -> Result<(Vec<std::sync::Arc<eventlog::RecordedEvent>>, usize), ReadError> {
        const PAGE: usize = 1_000;
        let words: Vec<String> =
            words.iter().map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect();
        let (mut found, mut count, mut after) = (Vec::new(), 0, None);
        if words.is_empty() {
            return Ok((found, count));
        }
        loop {
            let page = stored.read_all(after, &eventlog::Filter::All, PAGE).await?;
            for event in &page.events {
                let text = String::from_utf8_lossy(&event.data).to_lowercase();
                let reason = event.metadata.reason.as_deref().unwrap_or_default().to_lowercase();
                if words.iter().any(|word| text.contains(word) || reason.contains(word)) {
                    count += 1;
                    if found.len() < limit {
                        found.push(std::sync::Arc::clone(event));
                    }
                }
            }
            after = page.next;
            if page.end {
                return Ok((found, count));
            }
        }
    }
}
