//! Asks the planner that a plan names, has the answer checked, and turns to the offline planner where a model fails.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::plan::{AskingOutcome, ModelAsked, Origin, PlannerChoice, Source, TakenOver};
use tokio::sync::Semaphore;
use tokio_util::task::AbortOnDropHandle;

use crate::{
    answer,
    contract::{Answer, Drafted, Effort, News, Planner, PlanningError, PlanningRequest, Progress},
    provenance, suspects,
};

/// The planners there are.
#[derive(Clone)]
pub struct Planners {
    offline: Arc<dyn Planner>,
    models: Vec<Arc<dyn Planner>>,
    preferred: PlannerChoice,
}

impl Planners {
    /// The offline planner alone.
    pub fn offline(offline: Arc<dyn Planner>) -> Self {
        Self { offline, models: Vec::new(), preferred: PlannerChoice::Auto }
    }

    /// Adds a planner that asks a model. The first one is what "auto" means, unless another is preferred.
    #[must_use]
    pub fn with(mut self, model: Arc<dyn Planner>) -> Self {
        self.models.push(model);
        self
    }

    /// Says what "auto" means.
    #[must_use]
    pub const fn preferring(mut self, choice: PlannerChoice) -> Self {
        self.preferred = choice;
        self
    }

    fn chosen(&self, choice: PlannerChoice) -> Result<&Arc<dyn Planner>, PlanningError> {
        let named = |name: &'static str| {
            self.models.iter().find(|model| model.name() == name).ok_or(PlanningError::NotConfigured { planner: name })
        };
        match if choice == PlannerChoice::Auto { self.preferred } else { choice } {
            PlannerChoice::Auto => Ok(self.models.first().unwrap_or(&self.offline)),
            PlannerChoice::Offline => Ok(&self.offline),
            PlannerChoice::Anthropic => named("anthropic"),
            PlannerChoice::Openai => named("openai"),
        }
    }

    /// Asks. What waits for the network takes no seat; what thinks here does.
    pub(crate) async fn ask(
        &self,
        choice: PlannerChoice,
        request: PlanningRequest,
        seats: &Semaphore,
        progress: Arc<dyn Progress>,
    ) -> Asked {
        let begun = Instant::now();
        let planner = match self.chosen(choice) {
            Ok(planner) => planner,
            Err(error) => return Asked::without_effort("offline", Err(error), begun.elapsed()),
        };
        let is_offline = Arc::ptr_eq(planner, &self.offline);
        let seat = if is_offline { seats.acquire().await.ok() } else { None };
        let Drafted { answer, effort } = guarded(planner, &request, &progress).await;
        drop(seat);
        let took = begun.elapsed();
        let spent = effort.as_ref().map(|effort| model_asked(planner.name(), effort, took, &answer));
        let error = match answer {
            Err(error) if !is_offline && error != PlanningError::CalledOff => error,
            answer => return Asked { planner: planner.name(), answer, effort, took, taken_over: None, spent },
        };
        progress.tell(News::TakingOver);
        let _seat = seats.acquire().await;
        let Drafted { answer, .. } = guarded(&self.offline, &request, &progress).await;
        let taken_over = TakenOver {
            planner: planner.name().to_owned(),
            model: effort.as_ref().map(|effort| effort.model.clone()),
            code: error.code().to_owned(),
            message: error.to_string(),
        };
        let (took, taken_over) = (begun.elapsed(), Some(taken_over));
        Asked { planner: "offline", answer, effort, took, taken_over, spent }.told(&error)
    }
}

/// Who answered what, and what it took.
pub(crate) struct Asked {
    /// Whose answer it is.
    pub(crate) planner: &'static str,
    pub(crate) answer: Result<Answer, PlanningError>,
    effort: Option<Effort>,
    took: Duration,
    taken_over: Option<TakenOver>,
    spent: Option<ModelAsked>,
}

impl Asked {
    pub(crate) const fn without_effort(
        planner: &'static str,
        answer: Result<Answer, PlanningError>,
        took: Duration,
    ) -> Self {
        Self { planner, answer, effort: None, took, taken_over: None, spent: None }
    }

    /// What asking a model took, when one was asked.
    pub(crate) fn spent(&self) -> Option<ModelAsked> {
        self.spent.clone()
    }

    /// Where the answer comes from, for the event.
    pub(crate) fn origin(&self) -> Origin {
        let effort = self.effort.as_ref();
        // what a model did not make does not bear its name
        let made = effort.filter(|_| self.taken_over.is_none());
        Origin {
            planner: self.planner.to_owned(),
            model: made.map(|effort| effort.model.clone()),
            prompt_version: made.map(|effort| effort.prompt_version.clone()),
            tokens: effort.map(|effort| effort.tokens),
            cost_micros: effort.and_then(|effort| effort.cost_micros),
            duration_ms: Some(millis(self.took)),
            taken_over: self.taken_over.clone(),
            ..Origin::default()
        }
    }

    /// Says in the answer itself whose it is: questions and refusals have no origin, and messages are read first.
    fn told(mut self, error: &PlanningError) -> Self {
        let why = sentence(&error.to_string());
        let said = |message: &mut String| {
            let before = std::mem::take(message);
            *message = format!("{why} The offline planner read the request instead.");
            if !before.is_empty() {
                message.push(' ');
                message.push_str(&before);
            }
        };
        match &mut self.answer {
            Ok(Answer::Plan(plan)) => said(&mut plan.message),
            Ok(Answer::Clarify { message, .. } | Answer::Reject { message }) => said(message),
            Err(_) => {}
        }
        self
    }
}

/// For the event that keeps what asking a model took.
fn model_asked(planner: &str, effort: &Effort, took: Duration, answer: &Result<Answer, PlanningError>) -> ModelAsked {
    ModelAsked {
        planner: planner.to_owned(),
        model: effort.model.clone(),
        prompt_version: effort.prompt_version.clone(),
        tokens: effort.tokens,
        cost_micros: effort.cost_micros,
        duration_ms: millis(took),
        outcome: match answer {
            Ok(Answer::Plan(_)) => AskingOutcome::Plan,
            Ok(Answer::Clarify { .. }) => AskingOutcome::Clarify,
            Ok(Answer::Reject { .. }) => AskingOutcome::Reject,
            Err(PlanningError::CalledOff) => AskingOutcome::CalledOff,
            Err(_) => AskingOutcome::Failed,
        },
    }
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// An error as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The source of what a planner was told by nobody.
fn own_words(planner: &str, effort: Option<&Effort>) -> Source {
    match effort {
        Some(effort) => Source::Model { model: effort.model.clone() },
        None => Source::Planner { planner: planner.to_owned() },
    }
}

/// Asks in a task of its own, since a planner that panics must not take the listener with it, and checks the answer.
async fn guarded(planner: &Arc<dyn Planner>, request: &PlanningRequest, progress: &Arc<dyn Progress>) -> Drafted {
    let name = planner.name();
    let (planner, asked, progress) = (Arc::clone(planner), request.clone(), Arc::clone(progress));
    let task = tokio::spawn(async move { planner.draft(&asked, progress.as_ref()).await });
    // whoever stops waiting stops the work as well
    match AbortOnDropHandle::new(task).await {
        Ok(Drafted { answer, effort }) => {
            let answer = answer.and_then(|mut answer| {
                answer::check(&answer, request).map_err(|problems| PlanningError::InvalidAnswer { problems })?;
                if let Answer::Plan(plan) = &mut answer {
                    plan.suspects = suspects::in_sight(request, plan, name);
                    plan.sources = provenance::sources(request, plan, &own_words(name, effort.as_ref()));
                }
                Ok(answer)
            });
            Drafted { answer, effort }
        }
        Err(cause) => Drafted { answer: Err(PlanningError::Crashed { cause: cause.to_string() }), effort: None },
    }
}
