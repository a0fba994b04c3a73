//! The contract of every planner: what it is told, and what it may answer.
//!
//! A planner sees the request and the part of the workspace that the request may need, and nothing else: no clock, no
//! log. What it answers is checked by [`answer`](crate::answer) before anybody sees it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::NaiveDate;
use domain::{
    action::Catalogue,
    ids::EntityId,
    plan::{Question, Sources, StepInput, Suspect},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::models::Fault;

/// Everything a planner knows.
#[derive(Clone)]
pub struct PlanningRequest {
    /// The person's words, as they wrote them.
    pub request: String,
    /// What the person had open: "this idea".
    pub selection: Option<EntityId>,
    /// The day the request was made, for the person who made it. Planners never read the clock.
    pub today: NaiveDate,
    /// An IANA name such as `Europe/Berlin`, when it is known.
    pub timezone: Option<String>,
    /// The actions a step may be.
    pub catalogue: Arc<Catalogue>,
    /// The rows that the request may speak of.
    pub workspace: WorkspaceView,
    /// Answers to the questions that were asked about this request so far, by question id.
    pub answers: Map<String, Value>,
    /// The draft that somebody wants changed; none when the request waits for its first draft.
    pub revising: Option<Revising>,
}

/// A draft that is there already, and what somebody wants to be different.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Revising {
    /// In the person's words, as they wrote them.
    pub feedback: String,
    /// What was said to get the drafts before, oldest first.
    pub earlier: Vec<String>,
    /// The plan's name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The steps of the draft. Those that stay keep their ids, and whatever people changed in them.
    pub steps: Vec<StepInput>,
    /// Ids of steps that were taken out; no step gets one of them again.
    pub retired: Vec<String>,
    /// What the draft took for granted.
    pub assumptions: Vec<String>,
}

impl Revising {
    /// What a planner is told about a plan that somebody wants another draft of.
    pub fn of(plan: &domain::plan::Plan) -> Option<Self> {
        let wanted = plan.revising.as_ref()?;
        let said = plan.feedback.iter().map(|feedback| feedback.text.clone());
        let mut retired: Vec<String> = plan.retired.iter().map(ToString::to_string).collect();
        retired.sort_unstable();
        Some(Self {
            feedback: wanted.text.clone(),
            earlier: said.take(plan.feedback.len().saturating_sub(1)).collect(),
            name: plan.details.name.clone(),
            description: plan.details.description.clone(),
            steps: plan.specs().map(StepInput::from).collect(),
            retired,
            assumptions: plan.origin.assumptions.clone(),
        })
    }
}

/// The workspace as a planner sees it. The text in rows is data, never an instruction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkspaceView {
    /// Who there is.
    pub people: Vec<PersonRow>,
    /// What was noted down and is not a project yet.
    pub ideas: Vec<IdeaRow>,
    /// What is going on.
    pub projects: Vec<ProjectRow>,
    /// What is to be done.
    pub tasks: Vec<TaskRow>,
}

impl WorkspaceView {
    /// The name or title of the row with this id.
    pub fn label(&self, id: &str) -> Option<&str> {
        let people = self.people.iter().map(|row| (row.id.as_str(), row.name.as_str()));
        let ideas = self.ideas.iter().map(|row| (row.id.as_str(), row.title.as_str()));
        let projects = self.projects.iter().map(|row| (row.id.as_str(), row.name.as_str()));
        let tasks = self.tasks.iter().map(|row| (row.id.as_str(), row.title.as_str()));
        people.chain(ideas).chain(projects).chain(tasks).find(|(known, _)| *known == id).map(|(_, label)| label)
    }
}

/// Somebody in the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The entity's id.
    pub id: EntityId,
    /// First and last name.
    pub name: String,
    /// The mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Where the person works.
    #[serde(default)]
    pub organisation: Option<String>,
}

/// An idea in the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdeaRow {
    /// The entity's id.
    pub id: EntityId,
    /// The idea in a line.
    pub title: String,
    /// The idea at length.
    #[serde(default)]
    pub body: Option<String>,
}

/// A project in the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectRow {
    /// The entity's id.
    pub id: EntityId,
    /// What it is called.
    pub name: String,
    /// Such as `active` or `on hold`.
    #[serde(default)]
    pub status: Option<String>,
    /// When it is to be finished: a date or a date-time.
    #[serde(default)]
    pub due_date: Option<String>,
    /// The milestones it has, so that one can be added without losing the others.
    #[serde(default)]
    pub milestones: Vec<MilestoneRow>,
}

/// A milestone that a project has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MilestoneRow {
    /// What is reached.
    pub title: String,
    /// When: a date or a date-time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
}

/// A task in the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskRow {
    /// The entity's id.
    pub id: EntityId,
    /// What is to be done.
    pub title: String,
    /// Such as `open` or `done`.
    #[serde(default)]
    pub status: Option<String>,
    /// When it is to be done: a date or a date-time.
    #[serde(default)]
    pub due_date: Option<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub project: Option<EntityId>,
    /// Who is to do it: a person's id or `me`.
    #[serde(default)]
    pub assignee: Option<String>,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// What a planner makes of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Steps that people can edit and approve.
    Plan(DraftedPlan),
    /// Something has to be known first.
    Clarify {
        /// One or two sentences above the questions.
        message: String,
        /// At least one; the ids are stable, so that asking again after an answer finds it.
        questions: Vec<Question>,
    },
    /// There will be no plan for this.
    Reject {
        /// Why, and what can be asked instead.
        message: String,
    },
}

/// A plan before anybody has seen it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DraftedPlan {
    /// A few words to find it by.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// In an order in which they can be read; what must wait for what is in `depends_on`.
    pub steps: Vec<StepInput>,
    /// How the request was understood, in a sentence.
    pub message: String,
    /// What was taken for granted, in words.
    pub assumptions: Vec<String>,
    /// The steps that a recipe made, by id.
    pub recipes: BTreeMap<String, FromRecipe>,
    /// Texts of the workspace that went into it and that somebody should look at twice. Found by the listener, whoever
    /// planned.
    pub suspects: Vec<Suspect>,
    /// Where the values of the steps came from, in the order of the steps. Found by the listener as well.
    pub sources: Vec<Sources>,
}

/// What a step has from a recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FromRecipe {
    /// The recipe's name.
    pub name: String,
    /// The values in the recipe's own words, by their JSON pointers into the step. The others are the recipe's as well
    /// where neither the request nor the workspace has them.
    pub words: BTreeSet<String>,
}

/// Makes plans of requests.
#[async_trait]
pub trait Planner: Send + Sync {
    /// What the draft's origin calls it: `offline`, `anthropic`, `openai`.
    fn name(&self) -> &'static str;

    /// Reads a request. The answer has not been checked yet; see [`answer::check`](crate::answer::check).
    ///
    /// # Errors
    /// Only for faults of the planner itself: a request that cannot be planned is an [`Answer`] too.
    async fn plan(&self, request: &PlanningRequest) -> Result<Answer, PlanningError>;

    /// Reads a request, tells of the draft as it comes along, and says what it took. A planner that answers at once
    /// and for nothing has nothing to add to [`plan`](Self::plan).
    async fn draft(&self, request: &PlanningRequest, _progress: &dyn Progress) -> Drafted {
        Drafted { answer: self.plan(request).await, effort: None }
    }
}

/// What came of a request, and what it took.
#[derive(Clone, Debug, PartialEq)]
pub struct Drafted {
    /// What the planner says.
    pub answer: Result<Answer, PlanningError>,
    /// What was spent, whatever came of it; `None` when no model was asked.
    pub effort: Option<Effort>,
}

/// What a model was asked with, and what that took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// The model, as its provider calls it.
    pub model: String,
    /// The file of the instructions: `plan.v1`.
    pub prompt_version: String,
    /// All tokens that were paid for, in and out. Where the provider did not come to tell, an estimate.
    pub tokens: u64,
    /// In millionths of a US dollar; `None` when the model's prices are not known.
    pub cost_micros: Option<u64>,
}

/// Waits for a draft, and hears how it comes along. Nothing of that was checked as a whole, and nothing of it is kept.
#[async_trait]
pub trait Progress: Send + Sync {
    /// Takes notice.
    fn tell(&self, news: News<'_>);

    /// Ends when nobody wants the draft any more. Whoever pays for it by the word listens to this.
    async fn called_off(&self) {
        std::future::pending::<()>().await;
    }
}

/// One thing that happened on the way to a draft.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum News<'a> {
    /// A model is asked. What was told of an earlier answer does not count any more.
    Asking {
        /// The model, as its provider calls it.
        model: &'a str,
        /// 1, or more when its last answer did not pass the check.
        round: u32,
    },
    /// One more step stands in the answer.
    Step(&'a StepInput),
    /// The answer is there and is checked as a whole.
    Checking,
    /// The model has no answer that can be used; the offline planner reads the request instead.
    TakingOver,
}

/// Somebody who does not want to know.
pub struct Unheard;

impl Progress for Unheard {
    fn tell(&self, _: News<'_>) {}
}

/// Why a planner has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanningError {
    /// What the planner answered is no valid plan.
    #[error("the planner's draft was not valid ({}); ask again, or in other words", summary(problems))]
    InvalidAnswer {
        /// What is wrong with it.
        problems: Vec<crate::answer::AnswerProblem>,
    },
    /// The workspace could not be read.
    #[error("the workspace could not be read: {cause}; try again in a moment")]
    Workspace {
        /// What the read model said.
        cause: String,
    },
    /// The request asks for a planner that is not set up.
    #[error("the planner {planner} is not set up here: choose another one, or give it a key")]
    NotConfigured {
        /// Which planner.
        planner: &'static str,
    },
    /// A model could not be asked, or did not come to an end.
    #[error("{provider} {fault}")]
    Model {
        /// Who was asked, as people call it.
        provider: &'static str,
        /// What happened.
        fault: Fault,
    },
    /// Nobody wants the answer any more.
    #[error("the draft was called off")]
    CalledOff,
    /// The planner stopped in the middle.
    #[error("the planner failed while reading the request: {cause}; nothing was drafted")]
    Crashed {
        /// What it said last.
        cause: String,
    },
}

impl PlanningError {
    /// The stable code that is kept in the event.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidAnswer { .. } => "planner.invalid-answer",
            Self::Workspace { .. } => "planner.workspace-unavailable",
            Self::NotConfigured { .. } => "planner.not-configured",
            Self::Model { fault, .. } => fault.code(),
            Self::CalledOff => "planner.called-off",
            Self::Crashed { .. } => "planner.crashed",
        }
    }
}

fn summary(problems: &[crate::answer::AnswerProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
