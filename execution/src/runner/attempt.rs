//! One attempt at one step, to whatever end: it answers, fails, takes too long or panics.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use commands::Clock;
use domain::{
    action::{ActionType, Idempotency},
    plan::{AttemptOutcome, StepError},
};
use futures::FutureExt;
use tokio::sync::Semaphore;
use tracing::{Instrument, Span, info, info_span, warn};

use crate::registry::{Action, ActionError, Call, Checked, Done};

/// How an attempt begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// It was claimed just now; the action has not been called.
    Fresh,
    /// It was under way when the process ended, and nobody knows how far it came.
    Interrupted,
}

/// One attempt, ready to be carried out.
pub(super) struct Attempt {
    pub(super) call: Call,
    pub(super) begin: Begin,
    /// What is known of the action; `None` when the catalogue no longer has it.
    pub(super) action_type: Option<Arc<ActionType>>,
    /// `None` when nobody here can carry it out.
    pub(super) action: Option<Arc<dyn Action>>,
    /// The step's own time limit.
    pub(super) timeout_seconds: Option<u32>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) slots: Arc<Semaphore>,
}

impl Attempt {
    /// Carries the attempt out and tells how it ended; never panics, whatever the action does.
    pub(super) async fn carry_out(self) -> AttemptOutcome {
        let (Some(action), Some(action_type)) = (&self.action, &self.action_type) else {
            let message = "Nothing here can carry out this action: change the step or run a newer build.";
            return self.failed("action.unknown", message, false);
        };
        let may_repeat = action_type.idempotency != Idempotency::AtMostOnce;
        // The semaphore is never closed; its error can only mean that the process ends.
        let Ok(_slot) = self.slots.acquire().await else { return unknown("The process ended before it began.") };
        let limit = Duration::from_secs(u64::from(self.timeout_seconds.unwrap_or(action_type.timeout_seconds)));
        let work = AssertUnwindSafe(self.work(&**action, may_repeat)).catch_unwind();
        let ended = tokio::select! {
            biased;
            ended = work => ended,
            () = self.clock.sleep(limit) => return self.timed_out(limit, may_repeat),
        };
        match ended {
            Ok(outcome) => outcome,
            Err(_) if may_repeat => {
                self.failed("action.panicked", "The action broke down; this is a fault in Cairn.", true)
            }
            Err(_) => unknown("The action broke down while it was under way: find out whether it happened."),
        }
    }

    async fn work(&self, action: &dyn Action, may_repeat: bool) -> AttemptOutcome {
        if self.begin == Begin::Interrupted {
            match action.check(self.call.clone()).instrument(self.action_span("check")).await {
                Ok(Checked::Happened(done)) => {
                    info!("the interrupted attempt had happened");
                    return completed(done);
                }
                Ok(Checked::DidNotHappen) => info!("the interrupted attempt had not happened; going on with it"),
                Ok(Checked::CannotTell) if may_repeat => info!("repeating the interrupted attempt, which is harmless"),
                Err(error) if may_repeat => info!(%error, "repeating the interrupted attempt, which is harmless"),
                Ok(Checked::CannotTell) => {
                    return unknown("Cairn stopped while it was under way: find out whether it happened.");
                }
                Err(error) => {
                    return unknown(format!("Cairn stopped while it was under way, and cannot look it up: {error}"));
                }
            }
        }
        match action.execute(self.call.clone()).instrument(self.action_span("execute")).await {
            Ok(done) => completed(done),
            Err(ActionError::Failed { code, message, retryable }) => self.failed(code, message, retryable),
            Err(ActionError::Unknown { message }) => unknown(message),
        }
    }

    /// What the action itself does.
    fn action_span(&self, asked: &'static str) -> Span {
        let action = self.action_type.as_ref().map_or("", |action| action.name.as_str());
        info_span!("action", action, asked)
    }

    fn timed_out(&self, limit: Duration, may_repeat: bool) -> AttemptOutcome {
        let seconds = limit.as_secs();
        warn!(seconds, "the attempt took too long");
        if may_repeat {
            return self.failed("action.timed-out", format!("It took longer than {seconds} seconds."), true);
        }
        unknown(format!("It took longer than {seconds} seconds: find out whether it happened."))
    }

    fn failed(&self, code: impl Into<String>, message: impl Into<String>, retryable: bool) -> AttemptOutcome {
        let error = StepError { code: code.into(), message: message.into(), at: self.clock.now() };
        AttemptOutcome::Failed { error, retryable, jitter_per_mille: rand::random_range(0..=1_000) }
    }
}

fn completed(done: Done) -> AttemptOutcome {
    AttemptOutcome::Completed { result: done.result, effects: done.effects }
}

fn unknown(message: impl Into<String>) -> AttemptOutcome {
    AttemptOutcome::Unknown { message: message.into() }
}
