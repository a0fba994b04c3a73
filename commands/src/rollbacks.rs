//! Rolling back: a person looks at what would happen, and confirms exactly that.

use domain::{
    ids::{EntityId, PlanId, RollbackId},
    plan::{Plan, PlanCommand, PlanDecider, PlanRefusal, RollBack},
    rollback::{self, ChoiceFor, History, Past, Preview, PreviewHash, Scope, World},
    schema::Event,
};
use eventlog::{Direction, StreamFrom, codec};

use crate::{Aggregate, CommandError, Commands, Committed, Envelope, Loaded, handler::PAGE, idempotency};

/// What a person confirms.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// The preview they saw.
    pub seen: PreviewHash,
    /// What they chose about things that others changed later.
    pub choices: Vec<ChoiceFor>,
    /// Why.
    pub reason: String,
    /// The plan's name, when they typed it.
    pub name: Option<String>,
}

type Failure = CommandError<PlanRefusal>;

impl Commands {
    /// Says what a rollback would do, under the choices made so far; nothing happens.
    pub async fn preview_rollback(
        &self,
        plan: PlanId,
        scope: &Scope,
        choices: &[ChoiceFor],
    ) -> Result<(Preview, Loaded<Plan>), Failure> {
        let loaded = self.plans.load_newest(&plan).await?;
        let world = self.world(&loaded.state, scope).await?;
        let seen = rollback::preview(&loaded.state, scope, &world, choices, self.plans.catalogue());
        Ok((seen.map_err(CommandError::Refused)?, loaded))
    }

    /// Begins to roll back what the person saw.
    ///
    /// # Errors
    /// [`PlanRefusal::PreviewStale`] with the new preview when things have moved since.
    pub async fn roll_back(
        &self,
        plan: PlanId,
        confirmed: Confirmed,
        envelope: Envelope,
    ) -> Result<(RollbackId, Committed<PlanDecider>), Failure> {
        let Confirmed { seen, choices, reason, name } = confirmed;
        let loaded = self.plans.load_newest(&plan).await?;
        let world = self.world(&loaded.state, &seen.scope).await?;
        let rollback_id = RollbackId::new(idempotency::fresh_or_derived(&envelope, "rollback"));
        let command = PlanCommand::RollBack(Box::new(RollBack { rollback_id, seen, choices, reason, name, world }));
        let committed = self.plans.execute(&plan, command, envelope).await?;
        Ok((rollback_id, committed))
    }

    /// Reads what happened to the things that the steps of a scope acted on.
    async fn world(&self, plan: &Plan, scope: &Scope) -> Result<World, Failure> {
        let mut world = World::default();
        for entity in rollback::things(plan, scope) {
            let history = self.history(&entity).await?;
            world.0.insert(entity, history);
        }
        Ok(world)
    }

    async fn history(&self, entity: &EntityId) -> Result<History, Failure> {
        let stream = domain::workspace::EntityDecider::stream(entity);
        let mut history = History::default();
        let mut from = StreamFrom::Start;
        loop {
            let page = self.log.read_stream(&stream, from, Direction::Forward, PAGE).await?;
            for recorded in &page {
                let decoded = codec::event(recorded);
                let event = match decoded.as_ref() {
                    Ok(Event::Entity(event)) => event.clone(),
                    // the stream is an entity's, so that the codec gives nothing else
                    Ok(Event::Plan(_) | Event::Signing(_) | Event::Template(_) | Event::Schedule(_)) => continue,
                    Err(cause) => {
                        let (stream, revision) = (recorded.stream.clone(), recorded.revision);
                        return Err(CommandError::Decode { stream, revision, cause: cause.clone() });
                    }
                };
                history.0.push(Past {
                    id: recorded.id.uuid(),
                    event,
                    stamp: codec::stamp(recorded),
                    key: recorded.metadata.command.as_ref().map(|command| command.key.clone()),
                });
            }
            match page.last() {
                Some(last) if page.len() == PAGE => from = StreamFrom::At(last.revision.next()),
                Some(_) | None => return Ok(history),
            }
        }
    }
}
