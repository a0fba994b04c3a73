//! What the runner and the planner ask of the read models.

use std::time::Duration;

use async_trait::async_trait;
use domain::{
    ids::{EntityId, PlanId},
    workspace::Kind,
};
use eventlog::Position;
use execution::runner::{InFlight, InFlightError, PlansInFlight};
use planner::{
    contract::{IdeaRow, MilestoneRow, PersonRow, ProjectRow, TaskRow, WorkspaceView},
    library::TemplateLine,
    listener::{Drafting, WorkspaceSource},
};
use projections::{
    EntityFilter, EntityView, ModelError, ModelName, Models, PageRequest, TemplateFilter, TemplateSummary, Waited,
};
use serde_json::Value;

/// The most things of one kind that a planner is told about, the newest first.
const ROWS: usize = 1_000;
/// How long a read model may take to see what a request was written on.
const PATIENCE: Duration = Duration::from_secs(10);

/// The read models, as the process managers see them.
pub(crate) struct ReadModels {
    models: Models,
}

impl ReadModels {
    pub(crate) fn new(models: Models) -> Self {
        Self { models }
    }

    async fn rows<T>(&self, kind: Kind, row: impl Fn(&EntityView) -> T) -> Result<Vec<T>, ModelError> {
        let filter = EntityFilter { kind: Some(kind), ..EntityFilter::default() };
        let page = self.models.entities(filter, PageRequest::first(ROWS)).await?;
        Ok(page.items.iter().map(row).collect())
    }

    async fn newest(&self) -> Result<WorkspaceView, ModelError> {
        Ok(WorkspaceView {
            people: self.rows(Kind::Person, person).await?,
            ideas: self.rows(Kind::Idea, idea).await?,
            projects: self.rows(Kind::Project, project).await?,
            tasks: self.rows(Kind::Task, task).await?,
        })
    }
}

#[async_trait]
impl InFlight for ReadModels {
    async fn plans_in_flight(&self) -> Result<PlansInFlight, InFlightError> {
        // asked for before the plans: what comes between is told twice, which is harmless
        let position = self.models.position();
        let found = self.models.in_flight().await.map_err(|error| InFlightError(error.into()))?;
        let schedules = self.models.schedules_in_force().await.map_err(|error| InFlightError(error.into()))?;
        Ok(PlansInFlight { plans: found.running, schedules, position })
    }
}

#[async_trait]
impl Drafting for ReadModels {
    async fn plans_drafting(&self, at: Option<Position>) -> Result<Vec<PlanId>, String> {
        if let Some(at) = at {
            self.models.wait_for_model(ModelName::PlanList, at, PATIENCE).await;
        }
        Ok(self.models.in_flight().await.map_err(|error| error.to_string())?.drafting)
    }
}

#[async_trait]
impl WorkspaceSource for ReadModels {
    async fn view(
        &self,
        _tenant: &str,
        _request: &str,
        selection: Option<&EntityId>,
        at: Position,
    ) -> Result<WorkspaceView, String> {
        if let Waited::Behind { .. } = self.models.wait_for_model(ModelName::Workspace, at, PATIENCE).await {
            return Err("it has not caught up with the log yet".into());
        }
        let mut view = self.newest().await.map_err(|error| error.to_string())?;
        let Some(id) = selection.filter(|id| view.label(id.as_str()).is_none()) else { return Ok(view) };
        // older than the newest of its kind, or archived: what the person has open is always told
        let open = self.models.entity(id).await.map_err(|error| error.to_string())?;
        if let Some(open) = open {
            match open.entity.kind {
                Kind::Person => view.people.push(person(&open)),
                Kind::Idea => view.ideas.push(idea(&open)),
                Kind::Project => view.projects.push(project(&open)),
                Kind::Task => view.tasks.push(task(&open)),
                Kind::Reminder | Kind::Note | Kind::Message | Kind::CalendarEntry => {}
            }
        }
        Ok(view)
    }

    async fn templates(&self) -> Result<Vec<TemplateLine>, String> {
        let page = self.models.templates(TemplateFilter::default(), PageRequest::first(ROWS)).await;
        let line = |template: TemplateSummary| TemplateLine { id: template.id, name: template.name };
        Ok(page.map_err(|error| error.to_string())?.items.into_iter().map(line).collect())
    }
}

fn person(entity: &EntityView) -> PersonRow {
    PersonRow {
        id: entity.id.clone(),
        name: entity.entity.title().to_owned(),
        email: text(entity, "email"),
        organisation: text(entity, "organisation"),
    }
}

fn idea(entity: &EntityView) -> IdeaRow {
    IdeaRow { id: entity.id.clone(), title: entity.entity.title().to_owned(), body: text(entity, "body") }
}

fn project(entity: &EntityView) -> ProjectRow {
    let milestones = entity.entity.fields.get("milestones").and_then(Value::as_array).into_iter().flatten();
    let milestones = milestones.filter_map(|milestone| {
        let part = |name: &str| milestone.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(MilestoneRow { title: part("title")?, due_date: part("due_date") })
    });
    ProjectRow {
        id: entity.id.clone(),
        name: entity.entity.title().to_owned(),
        status: text(entity, "status"),
        due_date: text(entity, "due_date"),
        milestones: milestones.collect(),
    }
}

fn task(entity: &EntityView) -> TaskRow {
    let tags = entity.entity.fields.get("tags").and_then(Value::as_array).into_iter().flatten();
    TaskRow {
        id: entity.id.clone(),
        title: entity.entity.title().to_owned(),
        status: text(entity, "status"),
        due_date: text(entity, "due_date"),
        project: text(entity, "project").and_then(|id| id.parse().ok()),
        assignee: text(entity, "assignee"),
        tags: tags.filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

fn text(entity: &EntityView, field: &str) -> Option<String> {
    entity.entity.fields.get(field).and_then(Value::as_str).map(str::to_owned)
}
