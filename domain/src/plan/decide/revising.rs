//! Another draft of the same plan.

use super::{Decision, need};
use crate::plan::{Plan, PlanRefusal, PlanStatus, RevisionDeclined, RevisionRequested};

const MAX_FEEDBACK_CHARS: usize = 20_000;

pub(super) fn revise(plan: &Plan, feedback: &str) -> Decision {
    need(plan, &[PlanStatus::Draft, PlanStatus::Approved], "revising", "a draft or approved")?;
    let feedback = feedback.trim();
    if feedback.is_empty() || feedback.chars().count() > MAX_FEEDBACK_CHARS {
        return Err(PlanRefusal::BadFeedback { limit: MAX_FEEDBACK_CHARS });
    }
    Ok(vec![RevisionRequested { feedback: feedback.to_owned() }.into()])
}

/// The draft stays: the planner could not do what was asked for, or a person takes the wish back.
pub(super) fn decline(plan: &Plan, message: String) -> Decision {
    let asked = [PlanStatus::Drafting, PlanStatus::NeedsAnswer];
    if plan.revising.is_none() {
        // only a wish for another draft can be taken back, not the request itself
        return Err(PlanRefusal::WrongStatus {
            status: plan.status,
            verb: "keeping the draft",
            needed: "being revised",
        });
    }
    need(plan, &asked, "keeping the draft", "being revised")?;
    let content = plan.content_hash();
    let still_approved = plan.approved == Some(content) && plan.has_enough_approvals(content);
    Ok(vec![RevisionDeclined { message, still_approved }.into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        difference::{Content, StepChange, difference},
        plan::{
            DraftPlan, PlanApprovalGiven, PlanApproved, PlanCommand, PlanDrafted,
            decide::examples::{after, diamond, drafted, hash_of, input, started},
        },
    };

    fn revise(feedback: &str) -> PlanCommand {
        PlanCommand::Revise { feedback: feedback.into() }
    }

    fn requested() -> RevisionRequested {
        RevisionRequested { feedback: "drop the build".into() }
    }

    #[test]
    fn another_draft_is_asked_for_in_words() {
        let asked = after(drafted(), []).when(revise(" drop the build "));
        asked.then([requested().into()]);
        assert_eq!(asked.state().status, PlanStatus::Drafting);
        assert_eq!(asked.state().steps.len(), 4, "the steps stay until there are others");
    }

    #[test]
    fn feedback_without_words_and_a_plan_that_runs_are_refused() {
        let limit = MAX_FEEDBACK_CHARS;
        after(drafted(), []).when(revise("  ")).refused(&PlanRefusal::BadFeedback { limit });
        let running = after(started(), []).when(revise("drop it"));
        assert!(matches!(running.refusal(), PlanRefusal::WrongStatus { verb: "revising", .. }));
    }

    #[test]
    fn the_other_draft_keeps_the_ids_of_what_stays_and_knows_what_it_was_made_from() {
        let steps = vec![diamond().remove(0), input("invite", &["research"]), input("party", &["invite"])];
        let draft = DraftPlan { name: "Launch".into(), steps, ..DraftPlan::default() };
        let redrafted = after(drafted(), [requested().into()]).when(PlanCommand::Draft(draft));
        let plan = redrafted.state();
        assert_eq!(plan.status, PlanStatus::Draft);
        let revised = plan.revised.as_ref().unwrap();
        assert_eq!(revised.feedback.text, "drop the build");
        let difference = difference(&revised.before, &Content::of(plan));
        assert_eq!(
            [StepChange::Kept, StepChange::Added, StepChange::Removed].map(|change| difference.count(change)),
            [2, 1, 2]
        );
        assert!(plan.retired.iter().any(|id| id.as_str() == "build"));
    }

    #[test]
    fn an_id_that_was_taken_out_is_not_drafted_again() {
        let shorter = DraftPlan { name: "Launch".into(), steps: vec![input("research", &[])], ..DraftPlan::default() };
        let drafts = after(drafted(), [requested().into()]).when(PlanCommand::Draft(shorter));
        let events: Vec<_> = drafts.events().to_vec();
        let again = DraftPlan { name: "Launch".into(), steps: vec![input("build", &[])], ..DraftPlan::default() };
        let all = [requested().into()].into_iter().chain(events).chain([requested().into()]);
        let refused = after(drafted(), all.collect::<Vec<_>>()).when(PlanCommand::Draft(again));
        assert!(matches!(refused.refusal(), PlanRefusal::InvalidContent { .. }));
    }

    #[test]
    fn a_draft_that_stays_is_what_it_was() {
        let declined = RevisionDeclined { message: "not understood".into(), still_approved: false };
        let kept = after(drafted(), [requested().into()])
            .when(PlanCommand::DeclineRevision { message: "not understood".into() });
        kept.then([declined.into()]);
        assert_eq!(kept.state().status, PlanStatus::Draft);
        assert_eq!(kept.state().declined.as_deref(), Some("not understood"));
        let nothing_asked = after(drafted(), []).when(PlanCommand::DeclineRevision { message: String::new() });
        assert!(matches!(nothing_asked.refusal(), PlanRefusal::WrongStatus { .. }));
    }

    #[test]
    fn approved_content_that_stays_is_still_approved_and_other_content_is_not() {
        let content_hash = hash_of(&drafted());
        let approved = [
            PlanApprovalGiven { content_hash, note: None, acknowledged: Vec::new() }.into(),
            PlanApproved { content_hash, reinstated: false }.into(),
            requested().into(),
        ];
        let kept = after(drafted(), approved.clone()).when(PlanCommand::DeclineRevision { message: "no".into() });
        assert_eq!(kept.state().status, PlanStatus::Approved);
        let other = DraftPlan { name: "Launch".into(), steps: vec![input("research", &[])], ..DraftPlan::default() };
        let redrafted = after(drafted(), approved.clone()).when(PlanCommand::Draft(other));
        assert_eq!(redrafted.state().status, PlanStatus::Draft);
        let same = DraftPlan { name: "Launch".into(), steps: diamond(), ..DraftPlan::default() };
        let again = after(drafted(), approved).when(PlanCommand::Draft(same));
        assert_eq!(again.state().status, PlanStatus::Approved);
        assert!(matches!(again.events()[0], crate::plan::PlanEvent::PlanDrafted(PlanDrafted { .. })));
    }
}
