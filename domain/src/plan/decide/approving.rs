//! Saying yes or no to exactly this content.

use super::{Deciding, Decision, need, need_reason};
use crate::{
    decider::Context,
    plan::{ContentHash, Plan, PlanApprovalGiven, PlanApproved, PlanRefusal, PlanRejected, PlanStatus},
};

pub(super) fn approve(plan: &Plan, seen: ContentHash, note: Option<String>, context: &Context) -> Decision {
    need(plan, &[PlanStatus::Draft], "approving", "a draft")?;
    if plan.steps.is_empty() {
        return Err(PlanRefusal::NothingToApprove);
    }
    let current = plan.content_hash();
    if seen != current {
        return Err(PlanRefusal::ContentChanged { seen, current });
    }
    if !plan.details.policy.self_approval && plan.created_by.as_ref() == Some(&context.actor) {
        return Err(PlanRefusal::SelfApproval);
    }
    let given_before = |plan: &Plan| plan.approvals.iter().filter(|approval| approval.content_hash == current).count();
    if plan.approvals.iter().any(|approval| approval.content_hash == current && approval.by == context.actor) {
        return Err(PlanRefusal::AlreadyApprovedByYou);
    }
    let mut deciding = Deciding::new(plan, context);
    deciding.emit(PlanApprovalGiven { content_hash: current, note });
    if given_before(&deciding.plan) >= plan.details.policy.approvals_required as usize {
        deciding.emit(PlanApproved { content_hash: current, reinstated: false });
    }
    Ok(deciding.events)
}

pub(super) fn reject(plan: &Plan, reason: String) -> Decision {
    let open = [PlanStatus::Drafting, PlanStatus::NeedsAnswer, PlanStatus::Draft, PlanStatus::Approved];
    need(plan, &open, "rejecting", "not yet started")?;
    need_reason(&reason)?;
    Ok(vec![PlanRejected { reason }.into()])
}
