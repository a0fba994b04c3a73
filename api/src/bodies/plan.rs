//! A plan as clients read it, whole and as a row of a list.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    common::{Actor, AnyFields, Fields, Moment, page},
    difference::Difference,
    rollback::Rollback,
    step::Step,
};

/// Where a plan stands. More words may come: treat an unknown one as "in between".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are the contract and explained in the guide")]
pub enum PlanStatus {
    Drafting,
    NeedsAnswer,
    Draft,
    Approved,
    Executing,
    Paused,
    Completed,
    Failed,
    Cancelled,
    Rejected,
    RollingBack,
    RolledBack,
    RollbackStuck,
}

impl From<domain::plan::PlanStatus> for PlanStatus {
    fn from(status: domain::plan::PlanStatus) -> Self {
        use domain::plan::PlanStatus as Status;
        match status {
            // A plan that is not there has no body; a plan that was asked for a moment ago is being drafted.
            Status::Absent | Status::Drafting => Self::Drafting,
            Status::NeedsAnswer => Self::NeedsAnswer,
            Status::Draft => Self::Draft,
            Status::Approved => Self::Approved,
            Status::Executing => Self::Executing,
            Status::Paused => Self::Paused,
            Status::Completed => Self::Completed,
            Status::Failed => Self::Failed,
            Status::Cancelled => Self::Cancelled,
            Status::Rejected => Self::Rejected,
            Status::RollingBack => Self::RollingBack,
            Status::RolledBack => Self::RolledBack,
            Status::RollbackStuck => Self::RollbackStuck,
        }
    }
}

/// What happens to the rest of the plan when a step has failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// No further step starts.
    Stop,
    /// Steps that do not depend on the failed one go on.
    Continue,
    /// The plan pauses until a person decides.
    Ask,
    /// Everything is rolled back; should that need a person, the plan fails.
    Rollback,
}

impl From<domain::plan::OnFailure> for OnFailure {
    fn from(policy: domain::plan::OnFailure) -> Self {
        use domain::plan::OnFailure as Policy;
        match policy {
            Policy::Stop => Self::Stop,
            Policy::Continue => Self::Continue,
            Policy::Ask => Self::Ask,
            Policy::Rollback => Self::Rollback,
        }
    }
}

impl From<OnFailure> for domain::plan::OnFailure {
    fn from(policy: OnFailure) -> Self {
        match policy {
            OnFailure::Stop => Self::Stop,
            OnFailure::Continue => Self::Continue,
            OnFailure::Ask => Self::Ask,
            OnFailure::Rollback => Self::Rollback,
        }
    }
}

/// How a plan is approved and run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Policy {
    /// What happens when a step has failed for good.
    pub on_failure: OnFailure,
    /// How many steps may run at once: 1 to 64. Steps that wait for a clock or a person do not count.
    pub max_parallel: u32,
    /// How many people must approve: 1 to 20.
    pub approvals_required: u32,
    /// Whether the person who made the plan may approve it.
    pub self_approval: bool,
}

impl From<&domain::plan::Policy> for Policy {
    fn from(policy: &domain::plan::Policy) -> Self {
        Self {
            on_failure: policy.on_failure.into(),
            max_parallel: policy.max_parallel,
            approvals_required: policy.approvals_required,
            self_approval: policy.self_approval,
        }
    }
}

/// Where a draft came from.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Origin {
    /// `person`, `template`, `offline`, `anthropic` or `openai`; not there before there is a draft.
    pub planner: Option<String>,
    /// The model, when one was asked.
    pub model: Option<String>,
    /// Which prompt the model was given.
    pub prompt_version: Option<String>,
    /// All tokens that were paid for, in and out.
    pub tokens: Option<u64>,
    /// In US dollars.
    pub cost: Option<f64>,
    /// From the request to the draft, in milliseconds.
    pub duration_ms: Option<u64>,
    /// What the planner took for granted, in words.
    pub assumptions: Vec<String>,
    /// The planner that was asked first and had no answer; what it took is in `tokens` and `cost`.
    pub taken_over: Option<TakenOver>,
    /// The template that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub template: Option<super::template::FromTemplate>,
    /// A template that fits the request as well, filled in with what the request says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub fits: Option<super::template::FromTemplate>,
}

/// What asking models took for one plan, with all drafts, questions and refusals, and what was called off.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Effort {
    /// How often a model was asked for a draft.
    pub askings: u32,
    /// All tokens that were paid for, in and out.
    pub tokens: u64,
    /// In US dollars; not there while no price is known.
    pub cost: Option<f64>,
}

impl From<&domain::plan::Effort> for Effort {
    fn from(effort: &domain::plan::Effort) -> Self {
        Self { askings: effort.askings, tokens: effort.tokens, cost: effort.cost_micros.map(dollars) }
    }
}

/// Exact up to 2^53 millionths, some nine billion dollars.
#[allow(clippy::cast_precision_loss, reason = "a price in dollars needs no more than 53 bits")]
fn dollars(micros: u64) -> f64 {
    micros as f64 / 1_000_000.0
}

/// Why another planner than the one that was asked made the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TakenOver {
    /// Who was asked: `anthropic` or `openai`.
    pub planner: String,
    /// Its model.
    pub model: Option<String>,
    /// Stable, such as `planner.timed-out`.
    pub code: String,
    /// What happened, in a sentence.
    pub message: String,
}

impl From<&domain::plan::Origin> for Origin {
    fn from(origin: &domain::plan::Origin) -> Self {
        Self {
            planner: (!origin.planner.is_empty()).then(|| origin.planner.clone()),
            model: origin.model.clone(),
            prompt_version: origin.prompt_version.clone(),
            tokens: origin.tokens,
            cost: origin.cost_micros.map(dollars),
            duration_ms: origin.duration_ms,
            assumptions: origin.assumptions.clone(),
            taken_over: origin.taken_over.as_ref().map(|taken_over| TakenOver {
                planner: taken_over.planner.clone(),
                model: taken_over.model.clone(),
                code: taken_over.code.clone(),
                message: taken_over.message.clone(),
            }),
            template: origin.template.as_ref().map(Into::into),
            fits: origin.fits.as_ref().map(Into::into),
        }
    }
}

/// One person's yes to one content.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Approval {
    /// Who approved.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// What was approved.
    pub content_hash: String,
    /// Whether that is still the plan's content.
    pub current: bool,
    /// What the person wrote with it.
    pub note: Option<String>,
}

/// Something the planner must know before it can draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Question {
    /// Unique among the plan's questions; the name of the answer.
    pub id: String,
    /// The question.
    pub text: String,
    /// What an answer looks like.
    pub kind: AnswerKind,
    /// Answers to choose from; another one in words will do as well.
    pub choices: Vec<String>,
}

/// What the answer to a question looks like. More words may come: treat an unknown one as `text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// Any words.
    Text,
    /// One of the choices, or other words.
    Choice,
    /// A day, such as `2026-11-27`.
    Date,
    /// Somebody's name or id.
    Person,
    /// A number.
    Number,
    /// True or false.
    YesNo,
}

impl From<domain::plan::AnswerKind> for AnswerKind {
    fn from(kind: domain::plan::AnswerKind) -> Self {
        use domain::plan::AnswerKind as Kind;
        match kind {
            Kind::Text => Self::Text,
            Kind::Choice => Self::Choice,
            Kind::Date => Self::Date,
            Kind::Person => Self::Person,
            Kind::Number => Self::Number,
            Kind::YesNo => Self::YesNo,
        }
    }
}

/// What somebody said about a draft to get another one.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Feedback {
    /// In the person's words.
    pub text: String,
    /// Who said it.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
}

impl From<&domain::plan::Feedback> for Feedback {
    fn from(feedback: &domain::plan::Feedback) -> Self {
        Self { text: feedback.text.clone(), by: (&feedback.by).into(), at: feedback.at }
    }
}

/// What the draft was made from, when it is not the first one.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Revised {
    /// What was said about the draft before.
    pub feedback: Feedback,
    /// How the plan as it is now differs from the draft before.
    pub difference: Difference,
}

/// A remark on a plan or one of its steps.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Comment {
    /// Names the comment in its plan.
    pub id: String,
    /// Who wrote it.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// 1 to 10,000 characters.
    pub text: String,
    /// The step it is about; not there when it is about the plan.
    pub step_id: Option<String>,
    /// Whether it is settled.
    pub resolved: bool,
}

/// The run of the approved content.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Run {
    /// `run_<uuid>`.
    pub id: String,
    /// What was approved and is carried out.
    pub content_hash: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it stands still, while it is paused.
    pub paused: Option<String>,
}

/// How far a plan is. The steps that are in none of the counts are still to come or under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Progress {
    /// How many steps there are.
    pub total: u32,
    /// How many are done.
    pub completed: u32,
    /// How many failed for good.
    pub failed: u32,
    /// How many were skipped.
    pub skipped: u32,
    /// How many were rolled back, when any were; not told in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub undone: Option<u32>,
    /// The steps that are under way: executing, retrying, or with an outcome that nobody knows.
    pub current: Vec<String>,
}

/// What a plan does to the world, summed over its steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanImpact {
    /// How many steps reach outside of Cairn.
    pub outside: u32,
    /// How many steps cannot be undone.
    pub irreversible: u32,
    /// All of it in a sentence.
    pub summary: String,
}

/// Something to look at before saying yes to a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// Names the warning as it reads now; an approval names the loud ones by it.
    pub id: String,
    /// Such as `hostile-text` or `hidden-characters`. More may come.
    pub code: String,
    /// Whether it asks for a tick of its own before the plan is approved.
    pub loud: bool,
    /// The step it is about.
    pub step_id: Option<String>,
    /// The value it is about: a JSON pointer into the step, or into the plan when there is no step.
    pub pointer: Option<String>,
    /// A sentence for people, without a full stop; characters that cannot be seen are written out.
    pub text: String,
}

impl From<domain::plan::Warning> for Warning {
    fn from(warning: domain::plan::Warning) -> Self {
        Self {
            id: warning.id(),
            code: warning.code.name().to_owned(),
            loud: warning.loud,
            step_id: warning.step.map(|step| step.to_string()),
            pointer: warning.pointer,
            text: warning.text,
        }
    }
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Plan {
    /// `pln_<uuid>`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Longer words; may be empty.
    pub description: String,
    /// In the person's words; not there when the plan was made by hand.
    #[schema(required = true)]
    pub request: Option<String>,
    /// What the person had open when asking.
    pub selection: Option<String>,
    /// Where the plan stands.
    pub status: PlanStatus,
    /// The plan's revision; the `ETag` names the same.
    pub revision: u64,
    /// The place in the log that the answer stands at.
    pub position: u64,
    /// What an approval is bound to: 64 hexadecimal digits.
    pub content_hash: String,
    /// The content that may run, once enough people approved it. Stays when the content moves away from it.
    pub approved_hash: Option<String>,
    /// Where the draft came from.
    pub origin: Origin,
    /// What asking models took, all drafts together.
    pub effort: Effort,
    /// How the plan is approved and run.
    pub policy: Policy,
    /// In the order people see.
    pub steps: Vec<Step>,
    /// How far the plan is.
    pub progress: Progress,
    /// What the plan does to the world.
    pub impact: PlanImpact,
    /// What a reviewer must not overlook, from the plan's texts and from where its values came.
    pub warnings: Vec<Warning>,
    /// Who approved what.
    pub approvals: Vec<Approval>,
    /// What the planner asks before it can draft.
    pub questions: Vec<Question>,
    /// What was answered, by the ids of the questions.
    #[schema(value_type = AnyFields)]
    pub answers: Fields,
    /// What the planner works on, while another draft is awaited; the steps are those of the draft at hand.
    pub revising: Option<Feedback>,
    /// What the draft was made from, when it is not the first one.
    pub revised: Option<Revised>,
    /// Why the last wish for another draft led to none.
    pub declined: Option<String>,
    /// What the planner, or the last stop, said.
    pub message: String,
    /// The run, once there is one.
    pub run: Option<Run>,
    /// What was rolled back, and what was rolled back again, oldest first.
    pub rollbacks: Vec<Rollback>,
    /// Remarks, oldest first.
    pub comments: Vec<Comment>,
    /// 1 (poor) to 5 (excellent), once somebody judged the plan.
    pub rating: Option<u8>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who asked for it.
    pub created_by: Actor,
    /// Whether the plan is shown as it stood earlier (`as_of`); nothing can be done to it then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub past: bool,
    /// The moment that is shown, when it is an earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub as_of: Option<Moment>,
}

/// A plan as a row of a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlanSummary {
    /// `pln_<uuid>`.
    pub id: String,
    /// What people call it; the beginning of the request while it has no name.
    pub name: String,
    /// In the person's words; not there when the plan was made by hand.
    pub request: Option<String>,
    /// Where the plan stands.
    pub status: PlanStatus,
    /// The plan's revision.
    pub revision: u64,
    /// The place of the plan's last event in the log.
    pub position: u64,
    /// How far the plan is.
    pub progress: Progress,
    /// What the plan does to the world.
    pub impact: PlanImpact,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who asked for it.
    pub created_by: Actor,
}

page! {
    /// Plans, the newest first.
    PlanPage of PlanSummary
}
