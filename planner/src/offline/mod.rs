//! The planner that needs no key and no network.
//!
//! It reads English requests in layers, each of which knows nothing of those above it: [`text`] takes characters apart
//! and mends spelling; [`dates`] puts date phrases in place of their words; `read` finds sentences and clauses; `resolve`
//! finds what words mean in the workspace; `intents` know what people can want, from special ways of speaking down to
//! `frame`, which makes of a clause what its words name; `recipes` know how well-known
//! undertakings go; `draft` holds the steps, which `stated_order` puts in the order that the request states; `understand` is
//! the way through all of them.
//!
//! What is not certain is asked, not guessed. The text of workspace rows is only ever looked up and copied.

#[cfg(test)]
mod any_words;
mod belongings;
mod candidate;
pub mod choose;
mod compose;
pub mod dates;
mod draft;
mod frames;
#[cfg(test)]
mod hostile;
mod in_general;
mod intents;
mod launch;
pub mod learned;
mod make;
mod patterns;
mod prepare;
mod read;
mod reader;
pub mod recipes;
mod resolve;
mod revise;
mod rows;
mod scope;
mod slots;
mod stated_order;
mod talk;
pub mod text;
mod understand;
mod wording;

use std::sync::Once;

use async_trait::async_trait;
use chrono::NaiveDate;
use domain::action::Catalogue;
use serde_json::Map;

pub use candidate::Considered;

use crate::contract::{Answer, Planner, PlanningError, PlanningRequest, WorkspaceView};
use recipes::Recipes;

/// Which of its two readers the planner asks; all but both is for measuring them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// The ways of speaking that are written down in `intents`.
    Patterns,
    /// What was learned from annotated requests.
    Learned,
    /// Both, and the better of what they make of a request.
    #[default]
    Both,
}

/// The offline planner.
#[derive(Clone, Debug)]
pub struct OfflinePlanner {
    recipes: Recipes,
    way: Way,
}

impl Default for OfflinePlanner {
    fn default() -> Self {
        Self::new(Recipes::builtin().clone())
    }
}

impl OfflinePlanner {
    /// A planner with these recipes.
    ///
    /// The first one puts together all ways of speaking that it knows, so that no request has to wait for that.
    pub fn new(recipes: Recipes) -> Self {
        static PUT_TOGETHER: Once = Once::new();
        PUT_TOGETHER.call_once(|| drop(understand::understand(&trial(), &recipes, Way::Both)));
        Self { recipes, way: Way::Both }
    }

    /// The same planner with one of its readers only.
    #[must_use]
    pub fn reading(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// All the ways to read a request, for whoever learns which to choose; none when it is answered without a reader.
    pub fn considered(&self, request: &PlanningRequest) -> Vec<Considered> {
        understand::considered(request, &self.recipes)
    }

    /// The request as the learned reader reads it, with the marks of `planner/training`.
    pub fn annotated(&self, request: &PlanningRequest) -> String {
        understand::annotated(request)
    }

    /// Reads a request and answers it, at once and without waiting for anything.
    pub fn answer(&self, request: &PlanningRequest) -> Answer {
        match &request.revising {
            Some(revising) => revise::revise(request, revising, &self.recipes),
            None => understand::understand(request, &self.recipes, self.way),
        }
    }
}

/// A request that no way of speaking fits, so that all of them are tried.
fn trial() -> PlanningRequest {
    PlanningRequest {
        request: "Qorl the brune fendle with Ana Vale by Friday at 9, it zims the others. Is it so?".into(),
        selection: None,
        today: NaiveDate::default(),
        timezone: None,
        catalogue: Catalogue::builtin().clone(),
        workspace: WorkspaceView::default(),
        answers: Map::new(),
        revising: None,
    }
}

#[async_trait]
impl Planner for OfflinePlanner {
    fn name(&self) -> &'static str {
        "offline"
    }

    async fn plan(&self, request: &PlanningRequest) -> Result<Answer, PlanningError> {
        Ok(self.answer(request))
    }
}
