//! What happens when something is asked of a plan: one file per family of verbs, one function per verb.

mod approving;
mod drafting;
mod editing;
#[cfg(test)]
mod examples;
mod remarks;
mod revising;
mod rolling_back;
mod running;
mod steering;

use serde_json::Value;

use super::{Plan, PlanCommand, PlanEvent, PlanRefusal, PlanStatus, check::check_depth};
use crate::decider::{Context, Decider, Stamp};

/// The decider of plans.
pub struct PlanDecider;

type Decision = Result<Vec<PlanEvent>, PlanRefusal>;

impl Decider for PlanDecider {
    type State = Plan;
    type Command = PlanCommand;
    type Event = PlanEvent;
    type Refusal = PlanRefusal;

    const CATEGORY: &'static str = "plan";

    fn decide(plan: &Plan, command: PlanCommand, context: &Context) -> Decision {
        if plan.status == PlanStatus::Absent && !matches!(command, PlanCommand::Create(_)) {
            return Err(PlanRefusal::NoSuchPlan);
        }
        match command {
            PlanCommand::Create(create) => drafting::create(plan, create, context),
            PlanCommand::Draft(draft) => drafting::draft(plan, draft, context),
            PlanCommand::RecordAsking { asked, answer } => drafting::record_asking(plan, asked, answer, context),
            PlanCommand::FailPlanning { code, message } => drafting::fail(plan, code, message),
            PlanCommand::RequestClarification { questions, message } => {
                drafting::request_clarification(plan, questions, message)
            }
            PlanCommand::AnswerClarification { answers } => drafting::answer_clarification(plan, answers),
            PlanCommand::Revise { feedback } => revising::revise(plan, &feedback),
            PlanCommand::DeclineRevision { message } => revising::decline(plan, message),
            PlanCommand::Edit { changes } => editing::edit(plan, changes, context),
            PlanCommand::Approve { content_hash, note, acknowledged } => {
                approving::approve(plan, content_hash, note, &acknowledged, context)
            }
            PlanCommand::Reject { reason } => approving::reject(plan, reason),
            PlanCommand::Start { run_id } => running::start(plan, run_id),
            PlanCommand::Advance { outcomes, claim } => running::advance(plan, outcomes, claim, context),
            PlanCommand::RollBack(roll_back) => rolling_back::start(plan, *roll_back, context),
            PlanCommand::GiveUpRollback { message } => rolling_back::give_up(plan, message, context),
            PlanCommand::RetryRollback { step } => rolling_back::retry(plan, &step, context),
            PlanCommand::ResolveRollback { step, reason } => rolling_back::resolve(plan, &step, &reason, context),
            PlanCommand::StopRollback { reason } => rolling_back::stop(plan, &reason),
            PlanCommand::Pause { reason } if plan.status == PlanStatus::RollingBack => {
                rolling_back::pause(plan, reason)
            }
            PlanCommand::Resume if plan.status == PlanStatus::RollingBack => rolling_back::resume(plan),
            PlanCommand::Pause { reason } => steering::pause(plan, reason),
            PlanCommand::Resume => steering::resume(plan),
            PlanCommand::Cancel { reason } => steering::cancel(plan, &reason, context),
            PlanCommand::SkipStep { step, reason, result } => steering::skip(plan, &step, &reason, result, context),
            PlanCommand::RetryStep { step, params } => steering::retry(plan, &step, params, context),
            PlanCommand::ApproveStep { step, note } => steering::approve_step(plan, &step, note),
            PlanCommand::CompleteStep { step, result, note } => {
                steering::complete_by_hand(plan, &step, result, note, context)
            }
            PlanCommand::ResolveOutcome { step, outcome, result, reason } => {
                steering::resolve_outcome(plan, &step, outcome, result, reason)
            }
            PlanCommand::Rate { score, comment } => remarks::rate(score, comment),
            PlanCommand::Comment { comment_id, text, step } => remarks::comment(plan, comment_id, text, step),
            PlanCommand::ResolveComment { comment_id } => remarks::resolve_comment(plan, comment_id),
        }
    }

    fn evolve(plan: &mut Plan, event: &PlanEvent, stamp: &Stamp) {
        plan.evolve(event, stamp);
    }
}

/// A decision in the making: each event is folded at once, so that the next guard sees what the last one did.
struct Deciding {
    plan: Plan,
    events: Vec<PlanEvent>,
    stamp: Stamp,
}

impl Deciding {
    fn new(plan: &Plan, context: &Context) -> Self {
        Self { plan: plan.clone(), events: Vec::new(), stamp: Stamp::from(context) }
    }

    fn emit(&mut self, event: impl Into<PlanEvent>) {
        let event = event.into();
        self.plan.evolve(&event, &self.stamp);
        self.events.push(event);
    }
}

/// The guard on the plan's status.
fn need(plan: &Plan, allowed: &[PlanStatus], verb: &'static str, needed: &'static str) -> Result<(), PlanRefusal> {
    if allowed.contains(&plan.status) {
        Ok(())
    } else {
        Err(PlanRefusal::WrongStatus { status: plan.status, verb, needed })
    }
}

/// The guard on results that people give: null stands for none, and what is nested too deeply could not be read again.
fn given_result(result: Option<Value>) -> Result<Option<Value>, PlanRefusal> {
    let result = result.filter(|result| !result.is_null());
    match result.as_ref().and_then(|result| check_depth(result, "/result", "the result")) {
        Some(problem) => Err(PlanRefusal::InvalidContent { problems: vec![problem] }),
        None => Ok(result),
    }
}

/// The guard on reasons: 1 to 2,000 characters, more than white space.
fn need_reason(reason: &str) -> Result<(), PlanRefusal> {
    let given = !reason.trim().is_empty() && reason.chars().count() <= 2_000;
    if given { Ok(()) } else { Err(PlanRefusal::ReasonMissing) }
}
