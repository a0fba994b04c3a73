//! The planner that needs no key and no network.
//!
//! It reads English requests in layers, each of which knows nothing of those above it: [`text`] takes characters apart
//! and mends spelling; [`dates`] puts date phrases in place of their words; `read` finds sentences and clauses; `resolve`
//! finds what words mean in the workspace; `intents` know what people can want; `recipes` know how well-known
//! undertakings go; `draft` holds the steps; `understand` is the way through all of them.
//!
//! What is not certain is asked, not guessed. The text of workspace rows is only ever looked up and copied.

mod compose;
pub mod dates;
mod draft;
#[cfg(test)]
mod hostile;
mod intents;
mod launch;
mod make;
mod prepare;
mod read;
mod reader;
pub mod recipes;
mod resolve;
mod revise;
mod rows;
mod scope;
mod slots;
mod talk;
pub mod text;
mod understand;
mod wording;

use async_trait::async_trait;

use crate::contract::{Answer, Planner, PlanningError, PlanningRequest};
use recipes::Recipes;

/// The offline planner.
#[derive(Clone, Debug)]
pub struct OfflinePlanner {
    recipes: Recipes,
}

impl Default for OfflinePlanner {
    fn default() -> Self {
        Self::new(Recipes::builtin().clone())
    }
}

impl OfflinePlanner {
    /// A planner with these recipes.
    pub const fn new(recipes: Recipes) -> Self {
        Self { recipes }
    }

    /// Reads a request and answers it, at once and without waiting for anything.
    pub fn answer(&self, request: &PlanningRequest) -> Answer {
        match &request.revising {
            Some(revising) => revise::revise(request, revising, &self.recipes),
            None => understand::understand(request, &self.recipes),
        }
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
