//! The feed: what happened lately that a person wants to know, as sentences.
//!
//! A sentence is written when its event is folded and is not changed afterwards: it calls things what they were called
//! then. What steps do by themselves, hundreds of times a minute, is left out; failures and what people do is not.

mod query;
mod sentence;
mod table;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{
    actor::Actor,
    ids::{EntityId, PlanId, StepId},
    personal::is_withheld,
    plan::PlanEvent,
    schema::{DecodeError, Event},
    template::TemplateEvent,
    workspace::{EntityEvent, Kind},
};
use eventlog::{Position, RecordedEvent, codec};
use serde::Serialize;

pub use query::ActivityFilter;

use crate::{NotApplicable, Projection};

/// What somebody is called who was forgotten.
const FORGOTTEN: &str = "forgotten";

/// The projection behind the feed.
pub(crate) struct Activity;

/// One line of the feed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActivityItem {
    /// The event's place in the log.
    pub position: Position,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// What happened, for machines.
    pub event_type: String,
    /// The plan it happened to.
    pub plan_id: Option<PlanId>,
    /// The step it is about.
    pub step_id: Option<StepId>,
    /// The thing in the workspace that it happened to.
    pub entity_id: Option<EntityId>,
    /// What happened, for people: without a full stop.
    pub sentence: String,
}

/// What a plan or a thing is called.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Subject {
    /// The position of its first event.
    number: Option<Position>,
    name: String,
    /// Of a thing.
    kind: Option<Kind>,
    /// Of a plan: the titles of its steps.
    steps: BTreeMap<StepId, String>,
    /// Whether any of it differs from what is on disk.
    changed: bool,
}

/// A line to be added.
pub(crate) struct Entry {
    event: Arc<RecordedEvent>,
    subject: Position,
    step: Option<StepId>,
    sentence: String,
}

impl Projection for Activity {
    const NAME: &'static str = "activity";
    const VERSION: u32 = 1;
    type Row = Subject;
    type Entry = Entry;

    fn concerns(category: &str) -> bool {
        matches!(category, "plan" | "entity" | "template" | "schedule")
    }

    fn apply(row: &mut Self::Row, event: &Arc<RecordedEvent>) -> Result<Option<Entry>, NotApplicable> {
        codec::with_event(event, |decoded| Self::tell(row, event, decoded))
    }

    /// Lines stand by themselves, and a subject keeps no place in its stream.
    fn pass_over(_: &mut Self::Row, _: &RecordedEvent) {}

    fn weight(row: &Self::Row) -> usize {
        1 + row.steps.len() / 8
    }
}

impl Activity {
    /// Learns from an event what its subject is called, and tells what happened.
    fn tell(
        row: &mut Subject,
        event: &Arc<RecordedEvent>,
        decoded: &Result<Event, DecodeError>,
    ) -> Result<Option<Entry>, NotApplicable> {
        let actor = &event.metadata.actor;
        let (step, told) = match decoded {
            Ok(Event::Plan(plan_event)) => {
                row.learn_from_plan(plan_event);
                (plan_event.step_id(), sentence::of_plan(row, plan_event, actor))
            }
            Ok(Event::Entity(entity_event)) => {
                row.learn_from_entity(entity_event);
                (None, sentence::of_entity(row, entity_event, actor))
            }
            Ok(Event::Template(template_event)) => {
                row.learn_from_template(template_event);
                (None, Some(sentence::of_template(row, template_event, actor)))
            }
            Ok(Event::Schedule(schedule_event)) => (None, sentence::of_schedule(schedule_event, actor)),
            Ok(Event::Signing(_)) => return Err(NotApplicable::StrangeStream { stream: event.stream.clone() }),
            Err(error) => return Err(error.clone().into()),
        };
        let subject = row.number(event.position);
        Ok(told.map(|sentence| Entry { event: Arc::clone(event), subject, step: step.cloned(), sentence }))
    }
}

impl Subject {
    /// Gives the number; the first event gives it.
    fn number(&mut self, position: Position) -> Position {
        *self.number.get_or_insert_with(|| {
            self.changed = true;
            position
        })
    }

    fn learn_from_plan(&mut self, event: &PlanEvent) {
        match event {
            PlanEvent::PlanCreated(e) => {
                self.name = e.request.as_deref().map_or_else(String::new, sentence::shortened);
            }
            PlanEvent::PlanDrafted(e) => {
                self.name.clone_from(&e.details.name);
                self.steps = e.steps.iter().map(|step| (step.id.clone(), step.title.clone())).collect();
            }
            PlanEvent::PlanDetailsEdited(e) => self.name.clone_from(&e.after.name),
            PlanEvent::StepAdded(e) => {
                self.steps.insert(e.step.id.clone(), e.step.title.clone());
            }
            PlanEvent::StepEdited(e) => {
                self.steps.insert(e.after.id.clone(), e.after.title.clone());
            }
            PlanEvent::StepRemoved(e) => {
                self.steps.remove(&e.step.id);
            }
            PlanEvent::ModelAsked(_)
            | PlanEvent::PlanningFailed(_)
            | PlanEvent::ClarificationRequested(_)
            | PlanEvent::ClarificationAnswered(_)
            | PlanEvent::RevisionRequested(_)
            | PlanEvent::RevisionDeclined(_)
            | PlanEvent::StepsReordered(_)
            | PlanEvent::PlanApprovalGiven(_)
            | PlanEvent::PlanApproved(_)
            | PlanEvent::ApprovalVoided(_)
            | PlanEvent::PlanRejected(_)
            | PlanEvent::ExecutionStarted(_)
            | PlanEvent::StepStarted(_)
            | PlanEvent::StepCompleted(_)
            | PlanEvent::StepAttemptFailed(_)
            | PlanEvent::StepFailed(_)
            | PlanEvent::StepOutcomeUnknown(_)
            | PlanEvent::StepOutcomeResolved(_)
            | PlanEvent::StepSkipped(_)
            | PlanEvent::StepRetried(_)
            | PlanEvent::StepApproved(_)
            | PlanEvent::ExecutionPaused(_)
            | PlanEvent::ExecutionResumed(_)
            | PlanEvent::ExecutionCancelled(_)
            | PlanEvent::PlanCompleted(_)
            | PlanEvent::PlanFailed(_)
            | PlanEvent::RollbackStarted(_)
            | PlanEvent::StepRollbackStarted(_)
            | PlanEvent::StepRolledBack(_)
            | PlanEvent::StepRollbackAttemptFailed(_)
            | PlanEvent::StepRollbackFailed(_)
            | PlanEvent::StepRollbackRetried(_)
            | PlanEvent::StepRollbackResolved(_)
            | PlanEvent::RollbackPaused(_)
            | PlanEvent::RollbackResumed(_)
            | PlanEvent::RollbackStopped(_)
            | PlanEvent::PlanRolledBack(_)
            | PlanEvent::PlanRated(_)
            | PlanEvent::CommentAdded(_)
            | PlanEvent::CommentResolved(_) => return,
        }
        self.changed = true;
    }

    fn learn_from_template(&mut self, event: &TemplateEvent) {
        match event {
            TemplateEvent::TemplateCreated(e) => self.name.clone_from(&e.details.name),
            TemplateEvent::TemplateDetailsEdited(e) => self.name.clone_from(&e.after.name),
            TemplateEvent::TemplateVersionAdded(_)
            | TemplateEvent::TemplateRetired(_)
            | TemplateEvent::TemplateBroughtBack(_)
            | TemplateEvent::TemplateShared(_)
            | TemplateEvent::TemplatePreApproved(_)
            | TemplateEvent::TemplatePreApprovalWithdrawn(_) => return,
        }
        self.changed = true;
    }

    fn learn_from_entity(&mut self, event: &EntityEvent) {
        let title_of = |kind: Kind, value: Option<&serde_json::Value>| {
            if value.is_some_and(is_withheld) {
                return FORGOTTEN.to_owned();
            }
            let title = value.and_then(serde_json::Value::as_str).filter(|title| !title.is_empty());
            title.map_or_else(|| format!("untitled {}", sentence::kind_in_words(kind)), sentence::shortened)
        };
        match event {
            EntityEvent::EntityCreated(e) => {
                self.kind = Some(e.kind);
                self.name = title_of(e.kind, e.fields.get(e.kind.title_field()));
                self.changed = true;
            }
            EntityEvent::EntityChanged(e) => {
                let Some(kind) = self.kind else { return };
                if let Some(change) = e.changes.iter().find(|change| change.field == kind.title_field()) {
                    self.name = title_of(kind, Some(&change.after));
                    self.changed = true;
                }
            }
            EntityEvent::PersonForgotten(_) => {
                FORGOTTEN.clone_into(&mut self.name);
                self.changed = true;
            }
            EntityEvent::EntityArchived(_)
            | EntityEvent::EntityRestored(_)
            | EntityEvent::EntityLinked(_)
            | EntityEvent::EntityUnlinked(_)
            | EntityEvent::EntityWithdrawn(_) => {}
        }
    }
}
