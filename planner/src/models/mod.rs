//! Planners that ask a language model over the network.
//!
//! [`ModelPlanner`] tells a model the rules (`prompts/`), the catalogue and the part of the workspace that a request may
//! need (`context`), binds the answer to a form (`schema`), reads it as it streams (`call`, `anthropic`, `openai`,
//! `reply`), has it checked, and gives the findings back at most twice. Everything has a limit: time, bytes, tokens,
//! money, calls at once.
//!
//! Deliberately absent: a way on when the model fails. That is `asking`, which turns to the offline planner.

mod anthropic;
mod budget;
mod call;
mod context;
mod fault;
mod openai;
mod prompt;
mod reply;
mod schema;
mod secrets;
mod settings;
mod turns;

use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder as _, ExponentialBuilder};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, timeout_at},
};
use tracing::{debug, info};

pub use budget::{Budget, Prices};
pub use fault::Fault;
pub use settings::{BadKey, BadSettings, Key, ModelSettings, Patience, Provider, Repeats};

use crate::{
    answer::{self, AnswerProblem, MAX_DRAFTED_STEPS},
    contract::{Answer, Drafted, Effort, News, Planner, PlanningError, PlanningRequest, Progress, Unheard},
};
use budget::Spent;
use call::{Failed, Going, Heard, Line};
use reply::Coming;
use turns::{Question, Turn};

/// The most that is kept of the time for a request, for what comes after a model that did not answer.
const MARGIN: Duration = Duration::from_secs(1);

/// How often an answer that did not pass the check goes back.
const MAX_REPAIRS: u32 = 2;

/// A planner that asks a model.
pub struct ModelPlanner {
    settings: ModelSettings,
    line: Line,
    seats: Semaphore,
}

impl ModelPlanner {
    /// A planner with these settings.
    ///
    /// # Errors
    /// [`BadSettings`]: no question could be asked with them.
    pub fn new(settings: ModelSettings) -> Result<Self, BadSettings> {
        if settings.budget.cost_micros.is_some() && settings.prices.is_none() {
            return Err(BadSettings::NoPrices { model: settings.model });
        }
        let line = Line::new(&settings)?;
        let seats = Semaphore::new(settings.calls_at_once.max(1));
        Ok(Self { settings, line, seats })
    }

    fn failed(&self, fault: Fault) -> PlanningError {
        PlanningError::Model { provider: self.settings.provider.title(), fault }
    }

    /// Asks until an answer passes the check, or the model had its chances.
    async fn converse(
        &self,
        request: &PlanningRequest,
        progress: &dyn Progress,
        deadline: Instant,
        spent: &mut Spent,
    ) -> Result<Answer, PlanningError> {
        let brief = prompt::brief(request);
        let schema = self.settings.provider.schema(&request.catalogue);
        let mut turns = vec![Turn::Ours(brief.request)];
        for round in 1.. {
            let question = Question {
                model: &self.settings.model,
                instructions: &brief.instructions,
                turns: &turns,
                schema: &schema,
                answer_tokens: 0,
            };
            let heard = self.ask(question, round, progress, deadline, spent).await;
            let text = match heard.map_err(|fault| self.failed(fault))? {
                Heard::Text(text) => text,
                Heard::Refusal(message) => return Ok(Answer::Reject { message }),
            };
            progress.tell(News::Checking);
            let problems = match checked(&text, request) {
                Ok(mut answer) => {
                    own_up_to_secrets(&mut answer, brief.secrets);
                    return Ok(answer);
                }
                Err(problems) => problems,
            };
            debug!(round, problems = problems.len(), "a model's answer did not pass the check");
            if round > MAX_REPAIRS {
                return Err(PlanningError::InvalidAnswer { problems });
            }
            turns.push(Turn::Models(prompt::shown_again(&text)));
            turns.push(Turn::Ours(prompt::findings(&problems)));
        }
        unreachable!("the last round returns")
    }

    /// Asks once, and again while that may help.
    async fn ask(
        &self,
        mut question: Question<'_>,
        round: u32,
        progress: &dyn Progress,
        deadline: Instant,
        spent: &mut Spent,
    ) -> Result<Heard, Fault> {
        let Repeats { calls, first_pause, longest_pause } = self.settings.repeats;
        let pauses =
            ExponentialBuilder::default().with_jitter().with_min_delay(first_pause).with_max_delay(longest_pause);
        let mut pauses = pauses.with_max_times(calls.max(1) as usize - 1).build();
        loop {
            question.answer_tokens = spent.room(&self.settings.budget, self.settings.prices)?;
            progress.tell(News::Asking { model: &self.settings.model, round });
            let mut coming = Coming::default();
            let mut hear = |more: &str| {
                for step in coming.hear(more) {
                    progress.tell(News::Step(&step));
                }
                if coming.steps() > MAX_DRAFTED_STEPS { Going::Stop } else { Going::On }
            };
            let failed = match self.line.ask(&self.settings, &question, spent, &mut hear).await {
                Ok(heard) => return Ok(heard),
                Err(failed) => failed,
            };
            let Some(pause) = pause_after(&failed, &mut pauses) else { return Err(failed.fault) };
            if Instant::now() + pause >= deadline {
                return Err(failed.fault);
            }
            info!(fault = %failed.fault, pause_ms = pause.as_millis(), "a model is asked again in a moment");
            sleep(pause).await;
        }
    }
}

/// How long to wait before the same question, when that may help.
fn pause_after(failed: &Failed, pauses: &mut impl Iterator<Item = Duration>) -> Option<Duration> {
    if !failed.fault.may_pass() {
        return None;
    }
    let own = pauses.next()?;
    Some(failed.retry_after.map_or(own, |asked| asked.max(own)))
}

fn checked(text: &str, request: &PlanningRequest) -> Result<Answer, Vec<AnswerProblem>> {
    let answer = reply::read(text, &request.request).map_err(|cause| vec![AnswerProblem::NotTheForm { cause }])?;
    answer::check(&answer, request)?;
    Ok(answer)
}

/// Says that something was kept from the model.
fn own_up_to_secrets(answer: &mut Answer, secrets: usize) {
    if secrets > 0
        && let Answer::Plan(plan) = answer
    {
        let words = "What looks like a secret was not shown to the model; put it in where a step needs it.";
        plan.assumptions.push(words.into());
    }
}

#[async_trait]
impl Planner for ModelPlanner {
    fn name(&self) -> &'static str {
        self.settings.provider.name()
    }

    async fn plan(&self, request: &PlanningRequest) -> Result<Answer, PlanningError> {
        self.draft(request, &Unheard).await.answer
    }

    async fn draft(&self, request: &PlanningRequest, progress: &dyn Progress) -> Drafted {
        let limit = self.settings.patience.whole;
        // the rest is for the offline planner, so that there is a plan within the limit
        let deadline = Instant::now() + limit - (limit / 10).min(MARGIN);
        let mut spent = Spent::default();
        let answered = async {
            // never closed
            let _seat = self.seats.acquire().await;
            self.converse(request, progress, deadline, &mut spent).await
        };
        let answer = tokio::select! {
            answered = timeout_at(deadline, answered) => {
                answered.unwrap_or_else(|_| Err(self.failed(Fault::TimedOut { limit })))
            }
            () = progress.called_off() => Err(PlanningError::CalledOff),
        };
        let effort = Effort {
            model: self.settings.model.clone(),
            prompt_version: prompt::VERSION.into(),
            tokens: spent.tokens(),
            cost_micros: spent.cost_micros(self.settings.prices),
        };
        info!(
            planner = self.name(),
            model = effort.model,
            tokens = effort.tokens,
            cost_micros = effort.cost_micros,
            is_usable = answer.is_ok(),
            "a model was asked"
        );
        Drafted { answer, effort: Some(effort) }
    }
}
