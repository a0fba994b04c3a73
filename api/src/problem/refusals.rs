//! Refusals and failures of the layers below, as problems.

use axum::http::{HeaderValue, header};
use commands::{ApproveError, Changed, CommandError, ForgetError, LogError};
use domain::{
    plan::{PlanRefusal, Problem as ContentProblem, Warning},
    signing::SigningRefusal,
    workspace::EntityRefusal,
};
use eventlog::{AppendError, CurrentRevision, ReadError};
use projections::ModelError;
use serde_json::{Value, json};

use super::{Code, FieldProblem, Problem, codes};
use crate::{
    bodies::{plan as body, rollback},
    cursor,
};

impl From<PlanRefusal> for Problem {
    fn from(refusal: PlanRefusal) -> Self {
        let problem = Self::new(code_of_plan(&refusal), sentence(&refusal));
        match refusal {
            PlanRefusal::InvalidContent { problems } => {
                problem.with_errors(problems.into_iter().map(FieldProblem::from).collect())
            }
            PlanRefusal::WrongStatus { status, .. } => problem.with("plan_status", status.name()),
            PlanRefusal::WrongStepStatus { step, status, .. } => {
                problem.with("step_id", step.as_str()).with("step_status", status)
            }
            PlanRefusal::StepHasDependents { step, dependents, change } => {
                let pointer = format!("/changes/{change}/step_id");
                let dependents: Vec<Value> = dependents.iter().map(|id| id.as_str().into()).collect();
                let detail = format!("step `{step}` is needed by other steps");
                problem
                    .with_errors(vec![FieldProblem::new(pointer, "step-has-dependents", detail)])
                    .with("step_id", step.as_str())
                    .with("dependents", dependents)
            }
            PlanRefusal::ContentChanged { seen, current } => {
                problem.with("seen", seen.to_string()).with("current", current.to_string())
            }
            PlanRefusal::NoSuchStep { step } => problem.with("step_id", step),
            PlanRefusal::ReasonMissing => {
                problem.with_errors(vec![missing("reason", "say why, in 1 to 2,000 characters")])
            }
            PlanRefusal::BadRequest { .. } => {
                problem.with_errors(vec![missing("request", "write what should be planned")])
            }
            PlanRefusal::BadScore => problem.with_errors(vec![missing("score", "give a whole number from 1 to 5")]),
            PlanRefusal::BadComment => problem.with_errors(vec![missing("text", "write 1 to 10,000 characters")]),
            PlanRefusal::NoSuchQuestion { question } => {
                let pointer = format!("/answers/{question}");
                problem.with_errors(vec![FieldProblem::new(pointer, "no-such-question", "nobody asked this")])
            }
            PlanRefusal::BadAnswer { question } => {
                let pointer = format!("/answers/{question}");
                problem.with_errors(vec![FieldProblem::new(pointer, "bad-answer", "give an answer, or leave it out")])
            }
            PlanRefusal::BadFeedback { .. } => {
                problem.with_errors(vec![missing("feedback", "say what should be different")])
            }
            PlanRefusal::PreviewStale { current } => problem.with("preview", rollback::as_json(&current)),
            PlanRefusal::RollbackBlocked { blocks } => {
                let blocks: Vec<rollback::Block> = blocks.iter().map(Into::into).collect();
                problem.with("blocked_by", json!(blocks))
            }
            PlanRefusal::ChoiceMissing { entities } => {
                let entities: Vec<Value> = entities.iter().map(|entity| entity.as_str().into()).collect();
                problem.with("undecided", entities)
            }
            PlanRefusal::ChoiceNotOffered { entity, choice } => {
                let detail = format!("`{}` cannot be chosen for {entity}", choice.name());
                problem.with_errors(vec![FieldProblem::new("/choices", "not-offered", detail)])
            }
            PlanRefusal::WarningsNotAcknowledged { missing } => {
                let told = |warning: &Warning| FieldProblem::new("/acknowledged", warning.code.name(), &warning.text);
                let errors = missing.iter().map(told).collect();
                let missing: Vec<body::Warning> = missing.into_iter().map(Into::into).collect();
                problem.with_errors(errors).with("missing", json!(missing))
            }
            PlanRefusal::NameMissing { lost, .. } => {
                problem.with_errors(vec![missing("name", "type the plan's name")]).with("lost", lost)
            }
            PlanRefusal::WrongName { .. } => {
                problem.with_errors(vec![missing("name", "type the plan's name as it is")])
            }
            PlanRefusal::NoSuchPlan
            | PlanRefusal::NothingToRollBack
            | PlanRefusal::NoSuchRollback { .. }
            | PlanRefusal::RollbackStopped
            | PlanRefusal::AlreadyExists
            | PlanRefusal::NoChanges
            | PlanRefusal::NothingToApprove
            | PlanRefusal::AlreadyApprovedByYou
            | PlanRefusal::SelfApproval
            | PlanRefusal::NotApproved
            | PlanRefusal::NotManual { .. }
            | PlanRefusal::NoGate { .. }
            | PlanRefusal::NoSuchComment { .. }
            | PlanRefusal::NotTheExecutor => problem,
        }
    }
}

fn code_of_plan(refusal: &PlanRefusal) -> &'static Code {
    match refusal {
        PlanRefusal::NoSuchPlan => &codes::NO_SUCH_PLAN,
        PlanRefusal::AlreadyExists => &codes::PLAN_ALREADY_EXISTS,
        PlanRefusal::BadRequest { .. } => &codes::BAD_PLAN_REQUEST,
        PlanRefusal::WrongStatus { .. } => &codes::WRONG_STATUS,
        PlanRefusal::InvalidContent { .. } => &codes::INVALID_CONTENT,
        PlanRefusal::StepHasDependents { .. } => &codes::STEP_HAS_DEPENDENTS,
        PlanRefusal::NoChanges => &codes::NO_CHANGES,
        PlanRefusal::NothingToApprove => &codes::NOTHING_TO_APPROVE,
        PlanRefusal::ContentChanged { .. } => &codes::CONTENT_CHANGED,
        PlanRefusal::WarningsNotAcknowledged { .. } => &codes::WARNINGS_NOT_ACKNOWLEDGED,
        PlanRefusal::AlreadyApprovedByYou => &codes::ALREADY_APPROVED_BY_YOU,
        PlanRefusal::SelfApproval => &codes::SELF_APPROVAL,
        PlanRefusal::NotApproved => &codes::NOT_APPROVED,
        PlanRefusal::NoSuchStep { .. } => &codes::NO_SUCH_STEP,
        PlanRefusal::WrongStepStatus { .. } => &codes::WRONG_STEP_STATUS,
        PlanRefusal::NotManual { .. } => &codes::NOT_MANUAL,
        PlanRefusal::NoGate { .. } => &codes::NO_GATE,
        PlanRefusal::ReasonMissing => &codes::REASON_MISSING,
        PlanRefusal::BadScore => &codes::BAD_SCORE,
        PlanRefusal::BadComment => &codes::BAD_COMMENT,
        PlanRefusal::NoSuchComment { .. } => &codes::NO_SUCH_COMMENT,
        PlanRefusal::NoSuchQuestion { .. } => &codes::NO_SUCH_QUESTION,
        PlanRefusal::BadAnswer { .. } => &codes::BAD_ANSWER,
        PlanRefusal::BadFeedback { .. } => &codes::BAD_FEEDBACK,
        PlanRefusal::NothingToRollBack => &codes::NOTHING_TO_ROLL_BACK,
        PlanRefusal::NoSuchRollback { .. } => &codes::NO_SUCH_ROLLBACK,
        PlanRefusal::PreviewStale { .. } => &codes::PREVIEW_STALE,
        PlanRefusal::RollbackBlocked { .. } => &codes::ROLLBACK_BLOCKED,
        PlanRefusal::ChoiceMissing { .. } => &codes::CHOICE_MISSING,
        PlanRefusal::ChoiceNotOffered { .. } => &codes::CHOICE_NOT_OFFERED,
        PlanRefusal::RollbackStopped => &codes::ROLLBACK_STOPPED,
        PlanRefusal::NameMissing { .. } => &codes::NAME_MISSING,
        PlanRefusal::WrongName { .. } => &codes::WRONG_NAME,
        PlanRefusal::NotTheExecutor => &codes::NOT_THE_EXECUTOR,
    }
}

impl From<ContentProblem> for FieldProblem {
    fn from(problem: ContentProblem) -> Self {
        let code = json!(problem.code).as_str().unwrap_or_default().to_owned();
        Self::new(problem.pointer, code, problem.message)
    }
}

impl From<EntityRefusal> for Problem {
    fn from(refusal: EntityRefusal) -> Self {
        let code = match &refusal {
            EntityRefusal::NoSuchEntity => &codes::NO_SUCH_ENTITY,
            EntityRefusal::AlreadyExists { .. } => &codes::ENTITY_ALREADY_EXISTS,
            EntityRefusal::WrongPrefix { .. } => &codes::WRONG_PREFIX,
            EntityRefusal::BadFields { .. } => &codes::BAD_FIELDS,
            EntityRefusal::Archived { .. } => &codes::ARCHIVED,
            EntityRefusal::Withdrawn { .. } => &codes::WITHDRAWN,
            EntityRefusal::NotAPerson { .. } => &codes::NOT_A_PERSON,
            EntityRefusal::Forgotten => &codes::FORGOTTEN,
            EntityRefusal::WrongName => &codes::WRONG_PERSON_NAME,
            EntityRefusal::ReasonMissing => &codes::WORKSPACE_REASON_MISSING,
            EntityRefusal::NoSuchLink { .. } => &codes::NO_SUCH_LINK,
            EntityRefusal::LinkToItself => &codes::LINK_TO_ITSELF,
            EntityRefusal::BadRelation => &codes::BAD_RELATION,
        };
        let problem = Self::new(code, sentence(&refusal));
        match refusal {
            EntityRefusal::BadFields { problems } => {
                let errors = problems.into_iter().map(|field| {
                    FieldProblem::new(format!("/fields/{}", escape(&field.field)), "bad-field", field.message)
                });
                problem.with_errors(errors.collect())
            }
            EntityRefusal::ReasonMissing => {
                problem.with_errors(vec![missing("reason", "say why, in 1 to 2,000 characters")])
            }
            EntityRefusal::WrongName => problem.with_errors(vec![missing("name", "type the person's name as it is")]),
            EntityRefusal::NoSuchEntity
            | EntityRefusal::NotAPerson { .. }
            | EntityRefusal::Forgotten
            | EntityRefusal::AlreadyExists { .. }
            | EntityRefusal::WrongPrefix { .. }
            | EntityRefusal::Archived { .. }
            | EntityRefusal::Withdrawn { .. }
            | EntityRefusal::NoSuchLink { .. }
            | EntityRefusal::LinkToItself
            | EntityRefusal::BadRelation => problem,
        }
    }
}

impl From<SigningRefusal> for Problem {
    fn from(refusal: SigningRefusal) -> Self {
        match refusal {
            SigningRefusal::ReasonMissing => PlanRefusal::ReasonMissing.into(),
            SigningRefusal::NoRotation => Self::new(&codes::NOTHING_TO_SIGN, sentence(&refusal)),
        }
    }
}

/// A refusal that knows what is missing when a stream has no events.
pub(crate) trait Refusal: std::error::Error + Into<Problem> + 'static {
    /// The refusal that says: there is nothing of this name.
    fn nothing_there() -> Self;
}

impl Refusal for PlanRefusal {
    fn nothing_there() -> Self {
        Self::NoSuchPlan
    }
}

impl Refusal for EntityRefusal {
    fn nothing_there() -> Self {
        Self::NoSuchEntity
    }
}

impl Refusal for SigningRefusal {
    fn nothing_there() -> Self {
        Self::NoRotation
    }
}

impl<R: Refusal> From<CommandError<R>> for Problem {
    fn from(error: CommandError<R>) -> Self {
        match error {
            CommandError::Refused(refusal) => refusal.into(),
            CommandError::NothingThere { .. } | CommandError::Conflict { actual: CurrentRevision::NoStream, .. } => {
                R::nothing_there().into()
            }
            CommandError::Conflict { expected, actual: CurrentRevision::At(actual), changed } => {
                let revision = actual.get();
                let etag = HeaderValue::try_from(format!("\"{revision}\"")).ok();
                let problem = match expected.first_revision() {
                    Some(next) => Self::new(
                        &codes::REVISION_MISMATCH,
                        format!(
                            "It is at revision {revision}, and you looked at revision {}: look at what changed, then decide.",
                            next.get().saturating_sub(1)
                        ),
                    )
                    .with("expected_revision", next.get().saturating_sub(1)),
                    None => Self::new(&codes::CONFLICT, "Others kept changing it at the same moment: send the request again."),
                };
                let problem = problem
                    .with("actual_revision", revision)
                    .with("changed", changed.iter().map(change_in_words).collect::<Vec<_>>());
                match etag {
                    Some(etag) => problem.with_header(header::ETAG, etag),
                    None => problem,
                }
            }
            CommandError::KeyReused { key } => Self::new(
                &codes::KEY_REUSED,
                format!("The key `{key}` was used before for another request: choose a new key for each request."),
            ),
            CommandError::StillRunning { key } => Self::new(
                &codes::STILL_RUNNING,
                format!("The first request with the key `{key}` is still being carried out: ask again in a moment."),
            )
            .retry_after(1),
            CommandError::Log(error) => error.into(),
            CommandError::Decode { ref stream, revision, ref cause } => {
                let problem = Self::new(&codes::UNREADABLE_EVENT, sentence(&error));
                let problem = problem.with("stream", stream.as_str()).with("revision", revision.get());
                // the bytes are not at hand; what is wrong with them is in the sentence
                problem.with("kind", cause.kind(b"{}"))
            }
        }
    }
}

impl From<ApproveError> for Problem {
    fn from(error: ApproveError) -> Self {
        match error {
            ApproveError::ContentChanged { seen, current, changes } => {
                let problem = Self::from(PlanRefusal::ContentChanged { seen, current });
                problem.with("changes", changes)
            }
            ApproveError::Command(error) => error.into(),
        }
    }
}

impl From<ForgetError> for Problem {
    fn from(error: ForgetError) -> Self {
        match error {
            ForgetError::NotSealing => Self::new(&codes::NOTHING_SEALED, sentence(&error)),
            ForgetError::KeysLeft(_) => Self::fault(&error),
            ForgetError::Command(error) => error.into(),
        }
    }
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Append(error) => error.into(),
            LogError::Read(error) => error.into(),
        }
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        match &error {
            AppendError::StorageFull { .. } => {
                tracing::error!(%error, "a write failed");
                Self::new(
                    &codes::STORAGE_FULL,
                    "There is no space left for the log: free some, then send the request again.",
                )
            }
            AppendError::Unavailable { .. } => {
                tracing::error!(%error, "a write failed");
                log_unavailable()
            }
            AppendError::TooManyEvents { .. }
            | AppendError::EventTooLarge { .. }
            | AppendError::AppendTooLarge { .. } => Self::new(&codes::TOO_LARGE, sentence(&error)),
            AppendError::WrongExpectedRevision { .. }
            | AppendError::EmptyAppend { .. }
            | AppendError::MalformedEvent { .. }
            | AppendError::DuplicateEventId { .. }
            | AppendError::ReadOnly { .. } => Self::fault(&error),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match &error {
            ReadError::Unavailable { .. } => {
                tracing::error!(%error, "a read of the log failed");
                log_unavailable()
            }
            ReadError::PositionAhead { .. } | ReadError::DamagedEvent { .. } | ReadError::DamagedLog { .. } => {
                Self::fault(&error)
            }
        }
    }
}

impl From<ModelError> for Problem {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Log(error) => error.into(),
            ModelError::Cursor(_) => cursor::refused(),
            ModelError::NoSuchModel { .. } => Self::new(&codes::NO_SUCH_PROJECTION, sentence(&error)),
            ModelError::Busy { .. } => Self::new(&codes::REBUILD_RUNNING, sentence(&error)),
            ModelError::Paused { .. } => Self::new(&codes::PROJECTION_PAUSED, sentence(&error)),
            ModelError::NotParked { .. } => Self::new(&codes::NOT_PARKED, sentence(&error)),
            ModelError::NotYet { .. } => Self::new(&codes::NOT_YET, sentence(&error)),
            ModelError::NoEarlierBuild { .. } => Self::new(&codes::NO_EARLIER_BUILD, sentence(&error)),
            ModelError::Storage { .. }
            | ModelError::Fenced { .. }
            | ModelError::NoThread { .. }
            | ModelError::Panicked { .. }
            | ModelError::FoldPanicked { .. }
            | ModelError::Stopped => {
                tracing::error!(%error, "a read model gave no answer");
                let detail = "The read models cannot be reached at the moment: try again.";
                Self::new(&codes::READ_MODELS_UNAVAILABLE, detail).retry_after(2)
            }
        }
    }
}

pub(crate) fn log_unavailable() -> Problem {
    Problem::new(&codes::LOG_UNAVAILABLE, "The log cannot be reached at the moment: send the same request again.")
        .retry_after(2)
}

fn change_in_words(changed: &Changed) -> Value {
    json!({
        "revision": changed.revision.get(),
        "type": changed.event_type,
        "actor": crate::bodies::common::Actor::from(&changed.actor),
        "at": changed.at,
    })
}

pub(super) fn missing(field: &str, detail: &str) -> FieldProblem {
    FieldProblem::new(format!("/{field}"), "bad-value", detail)
}

/// A message of the layers below as a sentence: upper case at the front, a full stop at the end.
pub(super) fn sentence(message: &dyn std::error::Error) -> String {
    let message = message.to_string();
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let stop = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// Escapes a name for a JSON pointer (RFC 6901).
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use domain::plan::{ContentHash, PlanStatus, ProblemCode};

    use super::*;

    fn plan_refusals() -> Vec<PlanRefusal> {
        let hash: ContentHash = "00".repeat(32).parse().unwrap();
        let step: domain::ids::StepId = "a".parse().unwrap();
        vec![
            PlanRefusal::NoSuchPlan,
            PlanRefusal::AlreadyExists,
            PlanRefusal::BadRequest { limit: 1 },
            PlanRefusal::WrongStatus { status: PlanStatus::Draft, verb: "starting", needed: "approved" },
            PlanRefusal::InvalidContent { problems: Vec::new() },
            PlanRefusal::StepHasDependents { step: step.clone(), dependents: vec![step.clone()], change: 0 },
            PlanRefusal::NoChanges,
            PlanRefusal::NothingToApprove,
            PlanRefusal::ContentChanged { seen: hash, current: hash },
            PlanRefusal::AlreadyApprovedByYou,
            PlanRefusal::SelfApproval,
            PlanRefusal::NotApproved,
            PlanRefusal::NoSuchStep { step: "a".into() },
            PlanRefusal::WrongStepStatus { step: step.clone(), status: "pending", verb: "retrying", needed: "failed" },
            PlanRefusal::NotManual { step: step.clone() },
            PlanRefusal::NoGate { step: step.clone() },
            PlanRefusal::NothingToRollBack,
            PlanRefusal::NoSuchRollback { rollback: domain::ids::RollbackId::new(uuid::Uuid::nil()) },
            PlanRefusal::RollbackBlocked { blocks: Vec::new() },
            PlanRefusal::ChoiceMissing { entities: Vec::new() },
            PlanRefusal::ChoiceNotOffered { entity: "tsk_1".parse().unwrap(), choice: domain::rollback::Choice::Merge },
            PlanRefusal::RollbackStopped,
            PlanRefusal::WarningsNotAcknowledged { missing: Vec::new() },
            PlanRefusal::NameMissing { name: "n".into(), lost: Vec::new() },
            PlanRefusal::WrongName { name: "n".into() },
            PlanRefusal::ReasonMissing,
            PlanRefusal::BadScore,
            PlanRefusal::BadComment,
            PlanRefusal::NoSuchComment { comment_id: "c".into() },
            PlanRefusal::NoSuchQuestion { question: "q".into() },
            PlanRefusal::BadAnswer { question: "q".into() },
            PlanRefusal::BadFeedback { limit: 1 },
            PlanRefusal::NotTheExecutor,
        ]
    }

    #[test]
    fn a_refusal_keeps_its_code_on_the_way_out() {
        for refusal in plan_refusals() {
            assert_eq!(code_of_plan(&refusal).name, refusal.code());
        }
        let kind = domain::workspace::Kind::Task;
        for refusal in [
            EntityRefusal::NoSuchEntity,
            EntityRefusal::AlreadyExists { kind },
            EntityRefusal::WrongPrefix { kind },
            EntityRefusal::BadFields { problems: Vec::new() },
            EntityRefusal::Archived { kind },
            EntityRefusal::Withdrawn { kind },
            EntityRefusal::NotAPerson { kind },
            EntityRefusal::Forgotten,
            EntityRefusal::WrongName,
            EntityRefusal::ReasonMissing,
            EntityRefusal::NoSuchLink { link: "l".into() },
            EntityRefusal::LinkToItself,
            EntityRefusal::BadRelation,
        ] {
            let code = refusal.code();
            assert_eq!(Problem::from(refusal).code().name, code);
        }
    }

    #[test]
    fn content_problems_keep_their_pointers_and_codes() {
        let problem = ContentProblem {
            code: ProblemCode::UnknownAction,
            pointer: "/steps/0/action_type".into(),
            step: None,
            message: "there is no action `x`".into(),
        };
        let problem = Problem::from(PlanRefusal::InvalidContent { problems: vec![problem] });
        let expected = FieldProblem::new("/steps/0/action_type", "unknown-action", "there is no action `x`");
        assert_eq!(problem.errors(), [expected]);
    }

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence(&PlanRefusal::NoSuchPlan), "There is no such plan.");
    }
}
