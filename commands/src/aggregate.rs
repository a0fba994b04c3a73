//! What a decider must say besides its rules so that its events can be kept in a log.

use std::{
    fmt::{self, Display},
    hash::Hash,
};

use domain::{
    decider::Decider,
    ids::{EntityId, PlanId, ScheduleId, TemplateId},
    personal::{self, Place},
    plan::{Plan, PlanCommand, PlanDecider, PlanEvent, PlanRefusal},
    schedule::{Schedule, ScheduleCommand, ScheduleDecider, ScheduleEvent, ScheduleRefusal},
    schema::{Event, EventFamily},
    signing::{Signing, SigningCommand, SigningDecider, SigningEvent, SigningRefusal},
    template::{Template, TemplateCommand, TemplateDecider, TemplateEvent, TemplateRefusal},
    workspace::{Entity, EntityCommand, EntityDecider, EntityEvent, EntityRefusal},
};
use eventlog::StreamName;

/// A decider whose events live in streams, one stream per id.
pub trait Aggregate: Decider<Command: Clone + Sync, Event: EventFamily + Sync> + Send + Sync + 'static {
    /// Names one of them.
    type Id: Clone + Eq + Hash + Display + Send + Sync + 'static;

    /// Gives the event when it is one of this family.
    fn own(event: &Event) -> Option<&Self::Event>;

    /// Whether the command begins a stream: it is decided on an empty state without a look at the log, which refuses the
    /// append if there is a stream after all.
    fn begins_a_stream(command: &Self::Command) -> bool;

    /// The values of an event that are about somebody; `before` is the state as the event finds it.
    fn personal(id: &Self::Id, before: &Self::State, event: &Self::Event) -> Vec<Place>;

    /// Refuses what would say something about somebody who was forgotten; `None` for what is recorded all the same, with
    /// gaps, because it has happened.
    fn forgotten() -> Option<Self::Refusal>;

    /// The stream that holds the events of `id`.
    fn stream(id: &Self::Id) -> StreamName {
        StreamName::new(format!("{}-{id}", Self::CATEGORY)).expect("ids are short printable texts without spaces")
    }
}

impl Aggregate for PlanDecider {
    type Id = PlanId;

    fn own(event: &Event) -> Option<&PlanEvent> {
        match event {
            Event::Plan(event) => Some(event),
            Event::Entity(_) | Event::Signing(_) | Event::Template(_) | Event::Schedule(_) => None,
        }
    }

    fn begins_a_stream(command: &PlanCommand) -> bool {
        matches!(command, PlanCommand::Create(_))
    }

    fn personal(id: &PlanId, before: &Plan, event: &PlanEvent) -> Vec<Place> {
        personal::in_plan(*id, before, event)
    }

    fn forgotten() -> Option<PlanRefusal> {
        None
    }
}

impl Aggregate for EntityDecider {
    type Id = EntityId;

    fn own(event: &Event) -> Option<&EntityEvent> {
        match event {
            Event::Entity(event) => Some(event),
            Event::Plan(_) | Event::Signing(_) | Event::Template(_) | Event::Schedule(_) => None,
        }
    }

    fn begins_a_stream(command: &EntityCommand) -> bool {
        matches!(command, EntityCommand::Create { .. })
    }

    fn personal(id: &EntityId, before: &Option<Entity>, event: &EntityEvent) -> Vec<Place> {
        personal::in_entity(id, before.as_ref(), event)
    }

    fn forgotten() -> Option<EntityRefusal> {
        Some(EntityRefusal::Forgotten)
    }
}

impl Aggregate for TemplateDecider {
    type Id = TemplateId;

    fn own(event: &Event) -> Option<&TemplateEvent> {
        match event {
            Event::Template(event) => Some(event),
            Event::Plan(_) | Event::Entity(_) | Event::Signing(_) | Event::Schedule(_) => None,
        }
    }

    fn begins_a_stream(command: &TemplateCommand) -> bool {
        matches!(command, TemplateCommand::Create(_))
    }

    fn personal(_: &TemplateId, _: &Template, event: &TemplateEvent) -> Vec<Place> {
        personal::in_template(event)
    }

    fn forgotten() -> Option<TemplateRefusal> {
        None
    }
}

impl Aggregate for ScheduleDecider {
    type Id = ScheduleId;

    fn own(event: &Event) -> Option<&ScheduleEvent> {
        match event {
            Event::Schedule(event) => Some(event),
            Event::Plan(_) | Event::Entity(_) | Event::Signing(_) | Event::Template(_) => None,
        }
    }

    fn begins_a_stream(command: &ScheduleCommand) -> bool {
        matches!(command, ScheduleCommand::Create(_))
    }

    fn personal(_: &ScheduleId, _: &Schedule, event: &ScheduleEvent) -> Vec<Place> {
        personal::in_schedule(event)
    }

    fn forgotten() -> Option<ScheduleRefusal> {
        None
    }
}

/// The keys that sign for the history: there is one set of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SigningKeys;

impl Display for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys")
    }
}

impl Aggregate for SigningDecider {
    type Id = SigningKeys;

    fn own(event: &Event) -> Option<&SigningEvent> {
        match event {
            Event::Signing(event) => Some(event),
            Event::Plan(_) | Event::Entity(_) | Event::Template(_) | Event::Schedule(_) => None,
        }
    }

    fn begins_a_stream(_: &SigningCommand) -> bool {
        false
    }

    fn personal(_: &SigningKeys, _: &Signing, _: &SigningEvent) -> Vec<Place> {
        Vec::new()
    }

    fn forgotten() -> Option<SigningRefusal> {
        None
    }
}
