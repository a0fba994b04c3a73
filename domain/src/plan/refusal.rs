//! Why a plan stays as it is.

use super::{ContentHash, PlanStatus, Problem, Warning};
use crate::{
    ids::{EntityId, RollbackId, StepId},
    rollback::{Block, Choice, Preview},
};

/// The fact that stands in the way of a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    #[error("there is no such plan")]
    NoSuchPlan,
    #[error("this plan exists already")]
    AlreadyExists,
    #[error("a request needs words: write what should be planned, in at most {limit} characters")]
    BadRequest { limit: usize },
    #[error("the plan is {status}, and {verb} needs it to be {needed}", status = status.in_words())]
    WrongStatus { status: PlanStatus, verb: &'static str, needed: &'static str },
    #[error("{}", Problem::summary(problems))]
    InvalidContent { problems: Vec<Problem> },
    #[error("step `{step}` is needed by {}; remove them first, or rewire them", join(dependents))]
    StepHasDependents { step: StepId, dependents: Vec<StepId>, change: usize },
    #[error("there are no changes to make")]
    NoChanges,
    #[error("the plan has no steps: add one before approving")]
    NothingToApprove,
    #[error("the plan has changed since you looked: you saw {seen}, it is now {current}", seen = seen.short(), current = current.short())]
    ContentChanged { seen: ContentHash, current: ContentHash },
    #[error("the plan carries warnings that you have not said you looked at: {}", told(missing))]
    WarningsNotAcknowledged { missing: Vec<Warning> },
    #[error("you approved this content already")]
    AlreadyApprovedByYou,
    #[error("the person who made this plan may not approve it: ask somebody else")]
    SelfApproval,
    #[error("the plan's content is not what was approved: approve it again")]
    NotApproved,
    #[error("there is no step `{step}` in this plan")]
    NoSuchStep { step: String },
    #[error("step `{step}` is {status}, and {verb} needs it to be {needed}")]
    WrongStepStatus { step: StepId, status: &'static str, verb: &'static str, needed: &'static str },
    #[error("step `{step}` is carried out by Cairn: only a step that asks a person is marked done by hand")]
    NotManual { step: StepId },
    #[error("step `{step}` needs no approval")]
    NoGate { step: StepId },
    #[error("a reason is needed: say why, in at most 2,000 characters")]
    ReasonMissing,
    #[error("a score is a whole number from 1 to 5")]
    BadScore,
    #[error("a comment needs 1 to 10,000 characters")]
    BadComment,
    #[error("there is no open comment `{comment_id}`")]
    NoSuchComment { comment_id: String },
    #[error("the question `{question}` is not among the open ones")]
    NoSuchQuestion { question: String },
    #[error("the answer to `{question}` says nothing: give words, a number, yes or no, or leave the question out")]
    BadAnswer { question: String },
    #[error("feedback needs words: say what should be different, in at most {limit} characters")]
    BadFeedback { limit: usize },
    #[error("there is nothing to roll back")]
    NothingToRollBack,
    #[error("this plan has no rollback `{rollback}` that has come to its end")]
    NoSuchRollback { rollback: RollbackId },
    #[error("things have moved since you looked: look at the new preview, then decide")]
    PreviewStale { current: Box<Preview> },
    #[error("{}", blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("; "))]
    RollbackBlocked { blocks: Vec<Block> },
    #[error("somebody changed {} later: choose what becomes of that", entities.iter().map(|entity| format!("`{entity}`")).collect::<Vec<_>>().join(", "))]
    ChoiceMissing { entities: Vec<EntityId> },
    #[error("`{}` cannot be chosen for `{entity}`", choice.name())]
    ChoiceNotOffered { entity: EntityId, choice: Choice },
    #[error("you chose to stop: nothing was rolled back")]
    RollbackStopped,
    #[error("something is lost for good by this rollback: confirm it by the plan's name, “{name}”")]
    NameMissing { name: String, lost: Vec<String> },
    #[error("this is not the plan's name: it is “{name}”")]
    WrongName { name: String },
    #[error("only the executor records what steps did")]
    NotTheExecutor,
}

impl PlanRefusal {
    /// The stable code that clients see.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchPlan => "plan.no-such-plan",
            Self::AlreadyExists => "plan.already-exists",
            Self::BadRequest { .. } => "plan.bad-request",
            Self::WrongStatus { .. } => "plan.wrong-status",
            Self::InvalidContent { .. } => "plan.invalid-content",
            Self::StepHasDependents { .. } => "plan.step-has-dependents",
            Self::NoChanges => "plan.no-changes",
            Self::NothingToApprove => "plan.nothing-to-approve",
            Self::ContentChanged { .. } => "plan.content-changed",
            Self::WarningsNotAcknowledged { .. } => "plan.warnings-not-acknowledged",
            Self::AlreadyApprovedByYou => "plan.already-approved-by-you",
            Self::SelfApproval => "plan.self-approval",
            Self::NotApproved => "plan.not-approved",
            Self::NoSuchStep { .. } => "plan.no-such-step",
            Self::WrongStepStatus { .. } => "plan.wrong-step-status",
            Self::NotManual { .. } => "plan.not-manual",
            Self::NoGate { .. } => "plan.no-gate",
            Self::ReasonMissing => "plan.reason-missing",
            Self::BadScore => "plan.bad-score",
            Self::BadComment => "plan.bad-comment",
            Self::NoSuchComment { .. } => "plan.no-such-comment",
            Self::NoSuchQuestion { .. } => "plan.no-such-question",
            Self::BadAnswer { .. } => "plan.bad-answer",
            Self::BadFeedback { .. } => "plan.bad-feedback",
            Self::NothingToRollBack => "plan.nothing-to-roll-back",
            Self::NoSuchRollback { .. } => "plan.no-such-rollback",
            Self::PreviewStale { .. } => "plan.preview-stale",
            Self::RollbackBlocked { .. } => "plan.rollback-blocked",
            Self::ChoiceMissing { .. } => "plan.choice-missing",
            Self::ChoiceNotOffered { .. } => "plan.choice-not-offered",
            Self::RollbackStopped => "plan.rollback-stopped",
            Self::NameMissing { .. } => "plan.name-missing",
            Self::WrongName { .. } => "plan.wrong-name",
            Self::NotTheExecutor => "plan.not-the-executor",
        }
    }
}

fn told(warnings: &[Warning]) -> String {
    warnings.iter().map(|warning| warning.text.as_str()).collect::<Vec<_>>().join("; ")
}

fn join(steps: &[StepId]) -> String {
    steps.iter().map(|step| format!("`{step}`")).collect::<Vec<_>>().join(", ")
}
