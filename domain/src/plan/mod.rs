//! The plan: from a request to steps, from steps to what happened.

mod acknowledged;
mod check;
mod command;
mod content_hash;
pub mod decide;
mod due;
mod event;
mod evolve;
mod parts;
mod refusal;
mod rollback;
mod source;
mod state;
mod warnings;

pub use acknowledged::Acknowledged;
pub(crate) use check::check_policy;
pub use check::{MAX_DEPTH, MAX_PARAMS_BYTES, MAX_STEPS, Problem, ProblemCode, check_steps};
pub use command::{
    AttemptOutcome, Change, CreatePlan, DetailsPatch, DraftPlan, PlanCommand, PolicyPatch, RemoveDependents, RollBack,
    StepInput, StepOutcome, StepPatch,
};
pub use content_hash::{ContentHash, NotAContentHash};
pub use decide::PlanDecider;
pub use due::{Due, Finish, Waiting, due, moment_of, waiting_for};
pub use event::*;
pub use parts::{
    AnswerKind, AskingOutcome, Effort, FromSchedule, FromTemplate, OnFailure, Origin, PlanDetails, PlannerChoice,
    Policy, Question, StepError, StepSpec, Suspect, Suspicion, TakenOver, UnknownResolution,
};
pub use refusal::PlanRefusal;
pub use rollback::Rollback;
pub use source::{Source, Sources, references_whole, values_of};
pub use state::{
    Approval, AttemptRecord, Comment, Feedback, Plan, PlanStatus, Revised, Run, Step, StepProgress, StepStatus,
};
pub use warnings::{Warning, WarningCode, warnings};
