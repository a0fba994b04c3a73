//! Where writes in the workspace are carried out: through `commands`, under keys and ids that a repeat finds again.

use std::sync::Arc;

use commands::{CommandError, Commands, Envelope};
use domain::{
    action::Effect,
    canonical,
    ids::{EntityId, derive_uuid},
    schema::Event,
    workspace::{EntityCommand, EntityEvent, EntityRefusal},
};
use eventlog::{EventId, RecordedEvent, codec};
use serde_json::json;

use super::{
    world::World,
    write::{Obstacle, Write, result_of},
};
use crate::registry::{ActionError, Call, Done};

/// Carries out one write per call. Clones are handles to the same.
#[derive(Clone)]
pub(crate) struct Desk {
    commands: Commands,
}

impl Desk {
    pub(crate) fn new(commands: Commands) -> Self {
        Self { commands }
    }

    /// Carries the write out, or finds that this call has carried it out before.
    pub(crate) async fn carry_out(&self, call: &Call, write: &Write) -> Result<Done, ActionError> {
        let world = self.look_at(&write.ids()).await?;
        if let Some(obstacle) = write.obstacles(&world).into_iter().next() {
            // The world may have moved since an earlier attempt did it.
            return self.done_before(call, write).await?.ok_or_else(|| refused(obstacle));
        }
        let (entity, command) = command(call, write)?;
        match self.commands.entities.execute(&entity, command, envelope(call)).await {
            Ok(committed) => {
                let state = committed.state.as_ref().as_ref();
                if let (Write::Create { .. }, false, Some(id)) = (write, committed.repeated, event_id(call)) {
                    let effect = Effect::EntityCreated { entity: entity.clone(), event: id.uuid() };
                    return Ok(Done { effects: vec![effect], ..nothing_to_do(&entity, state) });
                }
                let done = self.done_before(call, write).await?;
                Ok(done.unwrap_or_else(|| nothing_to_do(&entity, state)))
            }
            Err(CommandError::Refused(refusal)) => {
                let was_done = self.done_before(call, write).await?;
                was_done.ok_or_else(|| ActionError::failed(refusal.code(), refusal.to_string()))
            }
            Err(error) => Err(failed(&error)),
        }
    }

    /// What this call did in an earlier attempt, as the log tells it; `None` when it did nothing.
    pub(crate) async fn done_before(&self, call: &Call, write: &Write) -> Result<Option<Done>, ActionError> {
        let (entity, _) = command(call, write)?;
        let Some(id) = event_id(call) else { return Ok(None) };
        let found = self.commands.log.find_event(id).await.map_err(|error| unreadable(&error))?;
        match found {
            Some(event) => self.done(&entity, &event).await.map(Some),
            None => Ok(None),
        }
    }

    /// The things with these ids that are there.
    async fn look_at(&self, ids: &[EntityId]) -> Result<World, ActionError> {
        let mut world = World::default();
        for id in ids {
            let loaded = self.commands.entities.load(id).await.map_err(|error| failed(&error))?;
            if let Some(entity) = loaded.state.as_ref() {
                world.insert(id, entity.clone());
            }
        }
        Ok(world)
    }

    /// Puts the outcome together from the event that was recorded.
    async fn done(&self, entity: &EntityId, recorded: &Arc<RecordedEvent>) -> Result<Done, ActionError> {
        let event = recorded.id.uuid();
        let entity = entity.clone();
        let decoded = codec::event(recorded);
        let happened = match decoded.as_ref() {
            Ok(Event::Entity(happened)) => happened,
            Ok(Event::Plan(_)) => return Err(foreign(recorded)),
            Err(error) => return Err(ActionError::failed("log.unreadable-event", error.to_string())),
        };
        let effect = match happened {
            EntityEvent::EntityCreated(created) => {
                let result = result_of(entity.as_str(), created.kind, &created.fields);
                return Ok(Done { result, effects: vec![Effect::EntityCreated { entity, event }] });
            }
            EntityEvent::EntityLinked(linked) => {
                let result = json!({"id": linked.link, "relation": linked.relation});
                let (link, to) = (linked.link.clone(), linked.to.clone());
                return Ok(Done { result, effects: vec![Effect::EntityLinked { entity, event, link, to }] });
            }
            EntityEvent::EntityChanged(changed) => {
                Effect::EntityChanged { entity: entity.clone(), event, changes: changed.changes.clone() }
            }
            EntityEvent::EntityArchived(_) => Effect::EntityArchived { entity: entity.clone(), event },
            EntityEvent::EntityRestored(_) | EntityEvent::EntityUnlinked(_) | EntityEvent::EntityWithdrawn(_) => {
                return Err(foreign(recorded));
            }
        };
        let loaded = self.commands.entities.load(&entity).await.map_err(|error| failed(&error))?;
        Ok(Done { effects: vec![effect], ..nothing_to_do(&entity, loaded.state.as_ref().as_ref()) })
    }
}

/// The command that carries out a write, and the thing it is for. Ids of what is new come from the call's key.
fn command(call: &Call, write: &Write) -> Result<(EntityId, EntityCommand), ActionError> {
    let derived = |what: &str| derive_uuid(call.run_started_at, &format!("{}/{what}", call.key));
    match write {
        Write::Create { kind, fields } => {
            let command = EntityCommand::Create { kind: *kind, fields: fields.clone() };
            Ok((EntityId::new(kind.prefix(), derived("entity")), command))
        }
        Write::Change { target, fields, .. } => {
            let command = EntityCommand::Change { fields: fields.clone(), compensates: None };
            Ok((parse(target)?, command))
        }
        Write::Archive { target, .. } => Ok((parse(target)?, EntityCommand::Archive { compensates: None })),
        Write::Link { from, to, relation } => {
            let link = format!("lnk_{}", derived("link"));
            let command = EntityCommand::Link { link, relation: relation.clone(), to: parse(to)?, compensates: None };
            Ok((parse(from)?, command))
        }
    }
}

/// Who does it, as part of what, under which key. An action makes one write, hence the 0.
fn envelope(call: &Call) -> Envelope {
    let digest = commands::digest([canonical::to_string(&call.params).as_bytes()]);
    let mut envelope = Envelope::new(call.actor.clone()).keyed(format!("{}/0", call.key), digest);
    envelope.correlation_id = call.correlation_id;
    envelope.causation_id = call.causation_id;
    envelope
}

/// The id of the event that this call makes, in whichever attempt.
fn event_id(call: &Call) -> Option<EventId> {
    commands::event_id(&envelope(call), 0)
}

/// The outcome when the thing already was as it should be.
fn nothing_to_do(id: &EntityId, entity: Option<&domain::workspace::Entity>) -> Done {
    let result = match entity {
        Some(entity) => result_of(id.as_str(), entity.kind, &entity.fields),
        None => json!({ "id": id }),
    };
    Done { result, effects: Vec::new() }
}

fn parse(name: &str) -> Result<EntityId, ActionError> {
    name.parse().map_err(|error: domain::ids::IdError| ActionError::failed("action.bad-params", error.to_string()))
}

fn refused(obstacle: Obstacle) -> ActionError {
    ActionError::failed(obstacle.code, obstacle.message)
}

fn failed(error: &CommandError<EntityRefusal>) -> ActionError {
    let message = error.to_string();
    match error {
        CommandError::Refused(refusal) => ActionError::failed(refusal.code(), message),
        CommandError::Conflict { .. } => ActionError::passing("workspace.conflict", message),
        CommandError::StillRunning { .. } => ActionError::passing("workspace.still-running", message),
        CommandError::KeyReused { .. } => ActionError::failed(
            "workspace.key-reused",
            "this step was carried out before, with other params; look at what it made, then resolve it by hand",
        ),
        CommandError::NothingThere { .. } => ActionError::failed("workspace.no-such-entity", message),
        // the write is keyed, so that even one whose answer was lost can be sent again
        CommandError::Log(error) if error.is_passing() => ActionError::passing("log.unavailable", message),
        CommandError::Log(_) => ActionError::failed("log.refused", message),
        CommandError::Decode { .. } => ActionError::failed("log.unreadable-event", message),
    }
}

fn unreadable(error: &eventlog::ReadError) -> ActionError {
    ActionError::passing("log.unavailable", error.to_string())
}

fn foreign(recorded: &RecordedEvent) -> ActionError {
    let message = format!("event {} is a {}, which no step makes", recorded.id, recorded.event_type);
    ActionError::failed("log.unreadable-event", message)
}
