//! What people say about a plan; none of it is content.

use super::Decision;
use crate::{
    ids::StepId,
    plan::{CommentAdded, CommentResolved, Plan, PlanRated, PlanRefusal},
};

const MAX_COMMENT_CHARS: usize = 10_000;

pub(super) fn rate(score: u8, comment: Option<String>) -> Decision {
    if !(1..=5).contains(&score) {
        return Err(PlanRefusal::BadScore);
    }
    if comment.as_deref().is_some_and(|comment| comment.chars().count() > MAX_COMMENT_CHARS) {
        return Err(PlanRefusal::BadComment);
    }
    Ok(vec![PlanRated { score, comment }.into()])
}

pub(super) fn comment(plan: &Plan, comment_id: String, text: String, step_id: Option<StepId>) -> Decision {
    if text.trim().is_empty() || text.chars().count() > MAX_COMMENT_CHARS {
        return Err(PlanRefusal::BadComment);
    }
    if let Some(step) = step_id.as_ref().filter(|step| !plan.steps.contains_key(*step)) {
        return Err(PlanRefusal::NoSuchStep { step: step.to_string() });
    }
    Ok(vec![CommentAdded { comment_id, text, step_id }.into()])
}

pub(super) fn resolve_comment(plan: &Plan, comment_id: String) -> Decision {
    let open = plan.comments.iter().any(|comment| comment.id == comment_id && !comment.resolved);
    if open { Ok(vec![CommentResolved { comment_id }.into()]) } else { Err(PlanRefusal::NoSuchComment { comment_id }) }
}
