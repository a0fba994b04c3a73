//! Where writes in the workspace are carried out: through `commands`, under keys and ids that a repeat finds again.

use std::sync::Arc;

use commands::{Aggregate, CommandError, Commands, Envelope};
use domain::{
    action::Effect,
    actor::ActorKind,
    canonical,
    ids::{EntityId, derive_uuid},
    rollback::Undo,
    schema::Event,
    workspace::{EntityCommand, EntityDecider, EntityEvent, EntityRefusal},
};
use eventlog::{Direction, EventId, RecordedEvent, StreamFrom, codec};
use serde_json::json;

use super::{
    world::World,
    write::{Obstacle, Write, result_of},
};
use crate::registry::{ActionError, Call, Done};

/// How many events of a thing are looked at for changes by hand during a rollback.
const SINCE: usize = 100;

/// How often an act of an undo is decided anew because somebody else was quicker.
const MOST_TRIES: usize = 8;

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

    /// Carries one act of an undo out, or finds that this call has carried it out before.
    pub(crate) async fn take_back(&self, call: &Call, index: usize, undo: &Undo) -> Result<Vec<Effect>, ActionError> {
        let Some((entity, command)) = compensation(undo) else { return Ok(Vec::new()) };
        let envelope = keyed(call, index, undo);
        let id = commands::event_id(&envelope, 0);
        if let Some(id) = id
            && let Some(event) = self.commands.log.find_event(id).await.map_err(|error| unreadable(&error))?
        {
            return Ok(self.undone(entity, undo, &event).await?.into_iter().collect());
        }
        let mut tries = 0;
        let answer = loop {
            let loaded = self.commands.entities.load_newest(entity).await.map_err(|error| failed(&error))?;
            let (Some(thing), Some(revision)) = (loaded.state.as_ref(), loaded.revision) else {
                let message = format!("{entity} is not in the workspace");
                return Err(ActionError::failed("workspace.no-such-entity", message));
            };
            self.check_unmoved(call, entity, thing, undo).await?;
            let envelope = envelope.clone().expecting(revision);
            let answer = self.commands.entities.execute(entity, command.clone(), envelope).await;
            tries += 1;
            // somebody was quicker: what they did is looked at before anything is overwritten
            if !matches!(answer, Err(CommandError::Conflict { .. })) || tries == MOST_TRIES {
                break answer;
            }
        };
        match answer {
            Ok(committed) if committed.events.is_empty() && !committed.repeated => Ok(Vec::new()),
            Ok(_) => {
                let found = match id {
                    Some(id) => self.commands.log.find_event(id).await.map_err(|error| unreadable(&error))?,
                    None => None,
                };
                match found {
                    Some(event) => Ok(self.undone(entity, undo, &event).await?.into_iter().collect()),
                    None => Ok(Vec::new()),
                }
            }
            Err(error) => Err(failed(&error)),
        }
    }

    /// Refuses to overwrite what a person did since the rollback was confirmed.
    async fn check_unmoved(
        &self,
        call: &Call,
        entity: &EntityId,
        thing: &domain::workspace::Entity,
        undo: &Undo,
    ) -> Result<(), ActionError> {
        let moved = match undo {
            Undo::SetFields { changes, .. } => changes.iter().any(|change| {
                let now = thing.field(&change.field);
                *now != change.before && *now != change.after
            }),
            Undo::Withdraw { .. }
            | Undo::Restore { .. }
            | Undo::Archive { .. }
            | Undo::Link { .. }
            | Undo::Unlink { .. } => {
                let stream = EntityDecider::stream(entity);
                let log = &self.commands.log;
                let last = log.read_stream(&stream, StreamFrom::End, Direction::Backward, SINCE).await;
                let last = last.map_err(|error| unreadable(&error))?;
                let mut since = last.iter().take_while(|event| event.metadata.at > call.run_started_at);
                // what the rollback itself did to the thing is no reason to stop
                since.any(|event| event.metadata.actor.kind != ActorKind::Executor)
            }
            Undo::Request { .. } | Undo::Person { .. } => false,
        };
        if !moved {
            return Ok(());
        }
        let message = format!("“{}” was changed since this rollback was confirmed", thing.title());
        Err(ActionError::failed("rollback.moved", message))
    }

    /// What an act of an undo did, as the log tells it.
    async fn undone(
        &self,
        entity: &EntityId,
        undo: &Undo,
        recorded: &Arc<RecordedEvent>,
    ) -> Result<Option<Effect>, ActionError> {
        let (entity, event) = (entity.clone(), recorded.id.uuid());
        Ok(Some(match undo {
            Undo::SetFields { .. } => match codec::event(recorded).as_ref() {
                Ok(Event::Entity(EntityEvent::EntityChanged(changed))) => {
                    Effect::EntityChanged { entity, event, changes: changed.changes.clone() }
                }
                Ok(_) | Err(_) => return Err(foreign(recorded)),
            },
            Undo::Withdraw { .. } => {
                let loaded = self.commands.entities.load(&entity).await.map_err(|error| failed(&error))?;
                let archived = loaded.state.as_ref().as_ref().is_some_and(|thing| thing.archived);
                Effect::EntityWithdrawn { entity, event, archived }
            }
            Undo::Restore { .. } => Effect::EntityRestored { entity, event },
            Undo::Archive { .. } => Effect::EntityArchived { entity, event },
            Undo::Link { link, to, .. } => Effect::EntityLinked { entity, event, link: link.clone(), to: to.clone() },
            Undo::Unlink { link, relation, to, .. } => {
                let (link, relation, to) = (link.clone(), relation.clone(), to.clone());
                Effect::EntityUnlinked { entity, event, link, relation, to }
            }
            Undo::Request { .. } | Undo::Person { .. } => return Ok(None),
        }))
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
            Ok(Event::Plan(_) | Event::Signing(_) | Event::Template(_) | Event::Schedule(_)) => {
                return Err(foreign(recorded));
            }
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
            EntityEvent::EntityRestored(_)
            | EntityEvent::EntityUnlinked(_)
            | EntityEvent::EntityWithdrawn(_)
            | EntityEvent::PersonForgotten(_) => {
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

/// The command that an act of an undo is, and the thing it is for; none for what is not done in the workspace.
fn compensation(undo: &Undo) -> Option<(&EntityId, EntityCommand)> {
    Some(match undo {
        Undo::SetFields { entity, compensates, changes } => {
            let fields = changes.iter().map(|change| (change.field.clone(), change.after.clone())).collect();
            (entity, EntityCommand::Change { fields, compensates: Some(*compensates) })
        }
        Undo::Withdraw { entity, compensates } => (entity, EntityCommand::Withdraw { compensates: Some(*compensates) }),
        Undo::Restore { entity, compensates } => (entity, EntityCommand::Restore { compensates: Some(*compensates) }),
        Undo::Archive { entity, compensates } => (entity, EntityCommand::Archive { compensates: Some(*compensates) }),
        Undo::Link { entity, compensates, link, relation, to } => {
            let (link, relation, to) = (link.clone(), relation.clone(), to.clone());
            (entity, EntityCommand::Link { link, relation, to, compensates: Some(*compensates) })
        }
        Undo::Unlink { entity, compensates, link, .. } => {
            (entity, EntityCommand::Unlink { link: link.clone(), compensates: Some(*compensates) })
        }
        Undo::Request { .. } | Undo::Person { .. } => return None,
    })
}

/// The envelope of one act of an undo, each under a key of its own.
fn keyed(call: &Call, index: usize, undo: &Undo) -> Envelope {
    let digest = commands::digest([canonical::to_string(&json!(undo)).as_bytes()]);
    let mut envelope = Envelope::new(call.actor.clone()).keyed(format!("{}/{index}", call.key), digest);
    envelope.correlation_id = call.correlation_id;
    envelope.causation_id = call.causation_id;
    envelope
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
