//! The library of templates: what each is called, its newest version, and what became of the plans made from it.
//!
//! Three kinds of rows are kept: one for each template, one for each plan that was made from one, one for each schedule.
//! How often a template is
//! used and how well it works is summed when asked.

mod query;
mod schedules;
mod table;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    actor::Actor,
    decider::Stamp,
    ids::{PlanId, TemplateId},
    plan::PlanEvent,
    template::{Share, TemplateContent, TemplateEvent},
};
use eventlog::{Position, RecordedEvent, Revision};
use serde::Serialize;
use serde_json::{Map, Value};

pub use query::{LastRun, TemplateFilter};
pub use schedules::ScheduleView;

use crate::{NotApplicable, Projection, projection};

/// The projection behind the library.
pub(crate) struct Templates;

/// One template of the library.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TemplateSummary {
    /// The template.
    pub id: TemplateId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// The newest version, which runs use.
    pub version: u32,
    /// How many steps that has.
    pub steps: u32,
    /// How many parameters that has.
    pub parameters: u32,
    /// Whether it is used no more.
    pub retired: bool,
    /// Who else may use or edit it.
    pub shares: Vec<Share>,
    /// Who made it.
    pub owner: Actor,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// How it has worked.
    pub figures: TemplateFigures,
    /// The revision of its last event.
    pub revision: Revision,
    /// The position of its last event.
    pub position: Position,
    /// The position of its first event: the list is in this order, newest first.
    #[serde(skip)]
    pub created: Position,
}

/// What became of the plans that were made from a template.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TemplateFigures {
    /// How many were made.
    pub plans: u32,
    /// When the last was made.
    pub last_used: Option<DateTime<Utc>>,
    /// Runs that ended completed, failed, cancelled.
    pub completed: u32,
    /// See `completed`.
    pub failed: u32,
    /// See `completed`.
    pub cancelled: u32,
    /// From the start of a run to its completion, on average, in seconds.
    pub mean_seconds: Option<f64>,
}

/// What is kept of one template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    summary: TemplateSummary,
}

/// What is kept of one plan that was made from a template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Made {
    plan: PlanId,
    template: TemplateId,
    version: u32,
    arguments: Map<String, Value>,
    actor: String,
    position: Position,
    drafted_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    ended: Option<&'static str>,
}

/// The row of a stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Row {
    /// Nothing yet, or a plan that was not made from a template.
    #[default]
    Nothing,
    Template(Box<Kept>),
    Plan(Box<Made>),
    Schedule(Box<ScheduleView>),
}

impl Projection for Templates {
    const NAME: &'static str = "templates";
    const VERSION: u32 = 2;
    type Row = Row;
    type Entry = ();

    fn concerns(category: &str) -> bool {
        matches!(category, "template" | "plan" | "schedule")
    }

    fn apply(row: &mut Row, event: &Arc<RecordedEvent>) -> Result<Option<()>, NotApplicable> {
        if event.stream.category() == "plan" {
            let plan = projection::subject(&event.stream)?;
            projection::plan_event(event, |plan_event, stamp| of_plan(row, plan, plan_event, event.position, stamp))?;
            return Ok(None);
        }
        if event.stream.category() == "schedule" {
            schedules::apply(row, event)?;
            return Ok(None);
        }
        let id = projection::subject(&event.stream)?;
        let last = if let Row::Template(kept) = &*row { Some(kept.summary.revision) } else { None };
        projection::check_order(last, event)?;
        projection::template_event(event, |template_event, stamp| {
            of_template(row, id, template_event, event, stamp);
        })?;
        Ok(None)
    }

    fn pass_over(row: &mut Row, event: &RecordedEvent) {
        match row {
            Row::Template(kept) => {
                kept.summary.revision = event.revision;
                kept.summary.position = event.position;
            }
            Row::Schedule(view) => {
                view.revision = event.revision;
                view.position = event.position;
            }
            // a plan's row keeps no place in its stream
            Row::Nothing | Row::Plan(_) => {}
        }
    }

    fn weight(_: &Row) -> usize {
        1
    }
}

fn of_template(row: &mut Row, id: TemplateId, event: &TemplateEvent, recorded: &RecordedEvent, stamp: &Stamp) {
    if let TemplateEvent::TemplateCreated(e) = event {
        let mut template = domain::template::Template::default();
        template.evolve(event, stamp);
        let summary = TemplateSummary {
            id,
            name: e.details.name.clone(),
            description: e.details.description.clone(),
            tags: e.details.tags.clone(),
            version: 1,
            steps: 0,
            parameters: 0,
            retired: false,
            shares: template.shares,
            owner: stamp.actor.clone(),
            created_at: stamp.at,
            updated_at: stamp.at,
            figures: TemplateFigures::default(),
            revision: recorded.revision,
            position: recorded.position,
            created: recorded.position,
        };
        *row = Row::Template(Box::new(Kept { summary }));
    }
    let Row::Template(kept) = row else { return };
    let summary = &mut kept.summary;
    summary.revision = recorded.revision;
    summary.position = recorded.position;
    summary.updated_at = stamp.at;
    match event {
        TemplateEvent::TemplateCreated(e) => summary.count(&e.content),
        TemplateEvent::TemplateVersionAdded(e) => {
            summary.version = e.version;
            summary.count(&e.content);
        }
        TemplateEvent::TemplateDetailsEdited(e) => {
            summary.name.clone_from(&e.after.name);
            summary.description.clone_from(&e.after.description);
            summary.tags.clone_from(&e.after.tags);
        }
        TemplateEvent::TemplateRetired(_) => summary.retired = true,
        TemplateEvent::TemplateBroughtBack(_) => summary.retired = false,
        TemplateEvent::TemplateShared(e) => summary.shares.clone_from(&e.after),
        TemplateEvent::TemplatePreApproved(_) | TemplateEvent::TemplatePreApprovalWithdrawn(_) => {}
    }
}

impl TemplateSummary {
    fn count(&mut self, content: &TemplateContent) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.steps = number(content.steps.len());
        self.parameters = number(content.parameters.len());
    }
}

fn of_plan(row: &mut Row, plan: PlanId, event: &PlanEvent, position: Position, stamp: &Stamp) {
    if let (Row::Nothing, PlanEvent::PlanDrafted(e)) = (&*row, event)
        && let Some(template) = &e.origin.template
    {
        *row = Row::Plan(Box::new(Made {
            plan,
            template: template.id,
            version: template.version,
            arguments: template.arguments.clone(),
            actor: stamp.actor.id.clone(),
            position,
            drafted_at: stamp.at,
            started_at: None,
            ended_at: None,
            ended: None,
        }));
        return;
    }
    if let Row::Plan(made) = row {
        made.evolve(event, stamp);
    }
}

impl Made {
    fn ended(&mut self, how: &'static str, stamp: &Stamp) {
        if self.started_at.is_some() {
            self.ended = Some(how);
            self.ended_at = Some(stamp.at);
        }
    }

    fn evolve(&mut self, event: &PlanEvent, stamp: &Stamp) {
        match event {
            PlanEvent::ExecutionStarted(_) => self.started_at = Some(stamp.at),
            PlanEvent::PlanCompleted(_) => self.ended("completed", stamp),
            PlanEvent::PlanFailed(_) => self.ended("failed", stamp),
            PlanEvent::ExecutionCancelled(_) => self.ended("cancelled", stamp),
            // a failed run goes on
            PlanEvent::StepRetried(_) | PlanEvent::StepSkipped(_) if self.ended == Some("failed") => {
                self.ended = None;
                self.ended_at = None;
            }
            PlanEvent::PlanCreated(_)
            | PlanEvent::PlanDrafted(_)
            | PlanEvent::ModelAsked(_)
            | PlanEvent::PlanningFailed(_)
            | PlanEvent::ClarificationRequested(_)
            | PlanEvent::ClarificationAnswered(_)
            | PlanEvent::RevisionRequested(_)
            | PlanEvent::RevisionDeclined(_)
            | PlanEvent::PlanDetailsEdited(_)
            | PlanEvent::StepAdded(_)
            | PlanEvent::StepEdited(_)
            | PlanEvent::StepRemoved(_)
            | PlanEvent::StepsReordered(_)
            | PlanEvent::PlanApprovalGiven(_)
            | PlanEvent::PlanApproved(_)
            | PlanEvent::ApprovalVoided(_)
            | PlanEvent::PlanRejected(_)
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
            | PlanEvent::CommentResolved(_) => {}
        }
    }
}
