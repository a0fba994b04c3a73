//! Use cases around plans that are more than one plain command: those that need a fresh id.
//!
//! With a key in the envelope the ids are made from it, so that a repeat names the same plan, run or comment.

use domain::{
    ids::{PlanId, RunId, StepId},
    plan::{CreatePlan, PlanCommand, PlanDecider, PlanRefusal},
};

use crate::{CommandError, Commands, Committed, Envelope, idempotency};

type Answer = Result<Committed<PlanDecider>, CommandError<PlanRefusal>>;

impl Commands {
    /// Asks for a plan, or makes one by hand.
    pub async fn create_plan(
        &self,
        plan: CreatePlan,
        envelope: Envelope,
    ) -> Result<(PlanId, Committed<PlanDecider>), CommandError<PlanRefusal>> {
        let id = PlanId::new(idempotency::fresh_or_derived(&envelope, "plan"));
        let committed = self.plans.execute(&id, PlanCommand::Create(plan), envelope).await?;
        Ok((id, committed))
    }

    /// Starts a run of the approved content.
    pub async fn start_plan(&self, plan: PlanId, envelope: Envelope) -> Answer {
        let run_id = RunId::new(idempotency::fresh_or_derived(&envelope, "run"));
        self.plans.execute(&plan, PlanCommand::Start { run_id }, envelope).await
    }

    /// Writes a comment on a plan or on one of its steps; answers the comment's id, too.
    pub async fn comment(
        &self,
        plan: PlanId,
        text: String,
        step: Option<StepId>,
        envelope: Envelope,
    ) -> Result<(String, Committed<PlanDecider>), CommandError<PlanRefusal>> {
        let comment_id = format!("cmt_{}", idempotency::fresh_or_derived(&envelope, "comment"));
        let command = PlanCommand::Comment { comment_id: comment_id.clone(), text, step };
        let committed = self.plans.execute(&plan, command, envelope).await?;
        Ok((comment_id, committed))
    }
}
