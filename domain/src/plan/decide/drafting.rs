//! From a request to a first draft.

use serde_json::{Map, Value};

use super::{Deciding, Decision, editing::settle_approval, need, revising};
use crate::{
    decider::{Context, Decider},
    plan::{
        ClarificationAnswered, ClarificationRequested, CreatePlan, DraftPlan, ModelAsked, Plan, PlanCommand,
        PlanCreated, PlanDecider, PlanDetails, PlanDrafted, PlanEvent, PlanRefusal, PlanStatus, PlanningFailed,
        Problem, ProblemCode, Question, StepInput,
        check::{check_depth, check_policy, check_steps},
    },
};

const MAX_REQUEST_CHARS: usize = 20_000;
const MAX_NAME_CHARS: usize = 300;

pub(super) fn create(plan: &Plan, create: CreatePlan, context: &Context) -> Decision {
    if plan.status != PlanStatus::Absent {
        return Err(PlanRefusal::AlreadyExists);
    }
    let request = create.request.map(|request| request.trim().to_owned());
    let has_words = request.as_deref().is_some_and(|request| !request.is_empty());
    let too_long = request.as_deref().is_some_and(|request| request.chars().count() > MAX_REQUEST_CHARS);
    if (!has_words && create.by_hand.is_none()) || too_long {
        return Err(PlanRefusal::BadRequest { limit: MAX_REQUEST_CHARS });
    }
    let created = PlanCreated {
        request: request.filter(|request| !request.is_empty()),
        selection: create.selection,
        planner: create.planner,
        today: create.today,
        timezone: create.timezone,
    };
    let mut events = vec![created.into()];
    if let Some(draft) = create.by_hand {
        events.push(drafted(plan, draft, context)?);
    }
    Ok(events)
}

pub(super) fn draft(plan: &Plan, draft: DraftPlan, context: &Context) -> Decision {
    need(plan, &[PlanStatus::Drafting], "drafting", "waiting for a draft")?;
    let event = drafted(plan, draft, context)?;
    if plan.revising.is_none() {
        return Ok(vec![event]);
    }
    let mut deciding = Deciding::new(plan, context);
    deciding.emit(event);
    settle_approval(plan, &mut deciding);
    Ok(deciding.events)
}

/// What a model took is recorded even when its answer comes too late to count; then there is no answer here.
pub(super) fn record_asking(
    plan: &Plan,
    asked: ModelAsked,
    answer: Option<Box<PlanCommand>>,
    context: &Context,
) -> Decision {
    let mut events = vec![asked.into()];
    if let Some(answer) = answer {
        events.extend(PlanDecider::decide(plan, *answer, context)?);
    }
    Ok(events)
}

fn drafted(plan: &Plan, draft: DraftPlan, context: &Context) -> Result<PlanEvent, PlanRefusal> {
    let mut problems = Vec::new();
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
        problems.push(bad_name("/name"));
    }
    let policy = draft.policy.unwrap_or_else(|| plan.details.policy.clone());
    check_policy(&policy, "/policy", &mut problems);
    let used = |step: &StepInput| step.id.clone().filter(|id| plan.retired.iter().any(|gone| gone.as_str() == id));
    problems.extend(draft.steps.iter().enumerate().filter_map(|(index, step)| {
        used(step).map(|id| Problem {
            code: ProblemCode::UsedStepId,
            pointer: format!("/steps/{index}/id"),
            message: format!("the id `{id}` was used by a step that was removed; choose another"),
            step: Some(id),
        })
    }));
    match check_steps(draft.steps, &context.catalogue) {
        Ok(steps) if problems.is_empty() => Ok(PlanDrafted {
            details: PlanDetails { name: name.to_owned(), description: draft.description, policy },
            steps,
            origin: draft.origin,
            message: draft.message,
        }
        .into()),
        Ok(_) => Err(PlanRefusal::InvalidContent { problems }),
        Err(found) => {
            problems.extend(found);
            Err(PlanRefusal::InvalidContent { problems })
        }
    }
}

pub(super) fn bad_name(pointer: &str) -> Problem {
    Problem {
        code: ProblemCode::BadValue,
        pointer: pointer.to_owned(),
        step: None,
        message: format!("a plan needs a name of 1 to {MAX_NAME_CHARS} characters"),
    }
}

pub(super) fn is_good_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= MAX_NAME_CHARS
}

pub(super) fn fail(plan: &Plan, code: String, message: String) -> Decision {
    need(plan, &[PlanStatus::Drafting], "planning", "waiting for a draft")?;
    if plan.revising.is_some() {
        return revising::decline(plan, message);
    }
    Ok(vec![PlanningFailed { code, message }.into()])
}

pub(super) fn request_clarification(plan: &Plan, questions: Vec<Question>, message: String) -> Decision {
    need(plan, &[PlanStatus::Drafting], "asking back", "waiting for a draft")?;
    Ok(vec![ClarificationRequested { questions, message }.into()])
}

pub(super) fn answer_clarification(plan: &Plan, answers: Map<String, Value>) -> Decision {
    need(plan, &[PlanStatus::NeedsAnswer], "answering", "waiting for an answer")?;
    let unknown = answers.keys().find(|id| !plan.questions.iter().any(|question| question.id == **id));
    if let Some(question) = unknown {
        return Err(PlanRefusal::NoSuchQuestion { question: question.clone() });
    }
    let empty = answers.iter().find(|(_, answer)| match answer {
        Value::String(text) => text.trim().is_empty(),
        Value::Object(_) => true,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
    });
    if let Some((question, _)) = empty {
        return Err(PlanRefusal::BadAnswer { question: question.clone() });
    }
    let too_deep = |(id, answer): (&String, &Value)| check_depth(answer, &format!("/answers/{id}"), "the answer");
    let problems: Vec<Problem> = answers.iter().filter_map(too_deep).collect();
    if !problems.is_empty() {
        return Err(PlanRefusal::InvalidContent { problems });
    }
    Ok(vec![ClarificationAnswered { answers }.into()])
}
