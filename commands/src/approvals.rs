//! Approving a plan: a person says yes to the content they saw, and is told what changed when it is no longer that.

use domain::{
    decider::Decider,
    history,
    ids::PlanId,
    plan::{ContentHash, Plan, PlanCommand, PlanDecider, PlanRefusal},
};
use eventlog::{Direction, StreamFrom, codec};

use crate::{Aggregate, CommandError, Commands, Committed, Envelope, LogError};

/// How many events are read at a time.
const PAGE: usize = 500;

/// Why an approval was not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApproveError {
    /// The content is no longer what the person saw.
    #[error("the plan has changed since you looked: {}", told(changes))]
    ContentChanged {
        /// The content that the person saw.
        seen: ContentHash,
        /// The content as it is now.
        current: ContentHash,
        /// What changed, a sentence each; empty when the plan never had the content that was named.
        changes: Vec<String>,
    },
    /// Anything else.
    #[error(transparent)]
    Command(#[from] CommandError<PlanRefusal>),
}

impl Commands {
    /// Approves the content whose hash the person saw; `acknowledged` are the ids of the loud warnings they looked at.
    pub async fn approve_plan(
        &self,
        plan: PlanId,
        content_hash: ContentHash,
        note: Option<String>,
        acknowledged: Vec<String>,
        envelope: Envelope,
    ) -> Result<Committed<PlanDecider>, ApproveError> {
        let command = PlanCommand::Approve { content_hash, note, acknowledged };
        match self.plans.execute(&plan, command, envelope).await {
            Ok(committed) => Ok(committed),
            Err(CommandError::Refused(PlanRefusal::ContentChanged { seen, current })) => {
                let changes = self.changes_since(plan, seen).await?;
                Err(ApproveError::ContentChanged { seen, current, changes })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Tells in sentences how the plan differs from when it last had the content `seen`.
    async fn changes_since(&self, id: PlanId, seen: ContentHash) -> Result<Vec<String>, CommandError<PlanRefusal>> {
        let stream = PlanDecider::stream(&id);
        let (mut plan, mut then) = (Plan::default(), None);
        let mut from = StreamFrom::Start;
        loop {
            let page = self.log.read_stream(&stream, from, Direction::Forward, PAGE).await.map_err(LogError::from)?;
            for event in &page {
                let decoded = codec::event(event);
                // An event that cannot be read would have stopped the command before it was refused.
                let Some(own) = decoded.as_ref().as_ref().ok().and_then(PlanDecider::own) else { continue };
                PlanDecider::evolve(&mut plan, own, &codec::stamp(event));
                if plan.content_hash() == seen {
                    then = Some(plan.clone());
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => from = StreamFrom::At(last.revision.next()),
                Some(_) | None => break,
            }
        }
        Ok(then.map_or_else(Vec::new, |then| history::difference(&then, &plan)))
    }
}

fn told(changes: &[String]) -> String {
    if changes.is_empty() {
        return "the content you named is not one that it had lately; look at it again".to_owned();
    }
    changes.join("; ")
}
