//! What an action is to whoever runs it: execute, check, simulate; and the registry that finds one by its name.
//!
//! An action is told everything it may use in a [`Call`] and answers with a [`Done`] or an [`ActionError`]. When it is
//! called, how often and how long it may take is the runner's business.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use commands::Commands;
use domain::{
    action::{Catalogue, Effect, Impact},
    actor::Actor,
    ids::{PlanId, RunId, StepId},
};
use serde_json::Value;
use uuid::Uuid;

use crate::actions::{self, HttpConfig, HttpConfigError, World, Write};

/// One attempt at one step, with everything an action may know.
#[derive(Clone, Debug)]
pub struct Call {
    /// The plan the step belongs to.
    pub plan: PlanId,
    /// The step.
    pub step: StepId,
    /// The run of the plan.
    pub run: RunId,
    /// When the run started; ids of what the step makes are derived from it.
    pub run_started_at: DateTime<Utc>,
    /// Which attempt this is, counted from 1.
    pub attempt: u32,
    /// Stable over attempts, `<run>/<step>`: a repeat with the same key must be harmless.
    pub key: String,
    /// The step's params; references are resolved.
    pub params: Value,
    /// Who acts.
    pub actor: Actor,
    /// The event that led to the call.
    pub causation_id: Option<Uuid>,
    /// The request it all belongs to.
    pub correlation_id: Uuid,
    /// The time of the attempt.
    pub now: DateTime<Utc>,
}

/// What came of an attempt that went well.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// What later steps can refer to; fits the action's result schema.
    pub result: Value,
    /// What was done; empty when nothing had to be.
    pub effects: Vec<Effect>,
}

/// Why an attempt did not end well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// It did not happen, or what happened is as good as nothing.
    #[error("{message}")]
    Failed {
        /// Stable, such as `workspace.archived`.
        code: String,
        /// A sentence for people.
        message: String,
        /// Whether the same may work in a moment.
        retryable: bool,
    },
    /// Nobody can tell from here whether it happened.
    #[error("{message}")]
    Unknown {
        /// A sentence for people.
        message: String,
    },
}

impl ActionError {
    /// A failure that the same attempt would meet again.
    pub fn failed(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Failed { code: code.into(), message: message.into(), retryable: false }
    }

    /// A failure that may have passed in a moment.
    pub fn passing(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Failed { code: code.into(), message: message.into(), retryable: true }
    }

    /// An end that cannot be told.
    pub fn unknown(message: impl Into<String>) -> Self {
        Self::Unknown { message: message.into() }
    }
}

/// What became of an attempt that nobody saw the end of.
#[derive(Clone, Debug, PartialEq)]
pub enum Checked {
    /// It was carried out, with this outcome.
    Happened(Done),
    /// It was not, or repeating it does no harm.
    DidNotHappen,
    /// Only a person can find out.
    CannotTell,
}

/// One kind of action, carried out.
#[async_trait]
pub trait Action: Send + Sync {
    /// Carries the action out.
    ///
    /// An action whose type is `idempotent` or `keyed` gives the same answer when it is called again with the same
    /// key, and does nothing the second time. The future may be dropped at any await when the time is up.
    async fn execute(&self, call: Call) -> Result<Done, ActionError>;

    /// Finds out whether an attempt with this key was carried out.
    ///
    /// # Errors
    /// When it could not be looked up now.
    async fn check(&self, call: Call) -> Result<Checked, ActionError>;

    /// Foretells what the action would do to `world`. References that cannot be resolved yet still stand in `params`.
    fn simulate(&self, params: &Value, world: &World) -> Impact;

    /// What the action would write in the workspace, so that later steps of a simulated plan see it; `None` when it
    /// writes nothing or when that cannot be told yet.
    fn foreseen_write(&self, params: &Value) -> Option<Write> {
        let _ = params;
        None
    }
}

/// An action that the catalogue does not list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue has no action `{name}`: list it there first")]
pub struct NotInCatalogue {
    /// The name that was registered.
    pub name: String,
}

/// The actions that can be carried out, by name.
pub struct Registry {
    catalogue: Arc<Catalogue>,
    actions: HashMap<String, Arc<dyn Action>>,
}

/// Puts a [`Registry`] together.
pub struct Builder {
    catalogue: Arc<Catalogue>,
    actions: HashMap<String, Arc<dyn Action>>,
}

impl Registry {
    /// Starts a registry for the actions of a catalogue. Those left without an implementation cannot be carried out.
    pub fn builder(catalogue: Arc<Catalogue>) -> Builder {
        Builder { catalogue, actions: HashMap::new() }
    }

    /// The actions that come with Cairn, all of [`Catalogue::builtin`].
    ///
    /// # Errors
    /// When the configuration of `http.request` makes no sense.
    pub fn builtin(commands: &Commands, http: HttpConfig) -> Result<Self, HttpConfigError> {
        let catalogue = Catalogue::builtin();
        let builder = actions::register(Self::builder(Arc::clone(catalogue)), commands, http)?;
        Ok(builder.build().expect("the built-in actions are named as in the catalogue"))
    }

    /// The action of this name.
    pub fn get(&self, action_type: &str) -> Option<Arc<dyn Action>> {
        self.actions.get(action_type).cloned()
    }

    /// What is known of the actions.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The actions of the catalogue that cannot be carried out, in its order.
    pub fn missing(&self) -> Vec<&str> {
        let known = self.catalogue.iter().map(|action| action.name.as_str());
        known.filter(|name| !self.actions.contains_key(*name)).collect()
    }
}

impl Builder {
    /// Says how an action is carried out; the last word counts.
    #[must_use]
    pub fn action(mut self, name: impl Into<String>, action: Arc<dyn Action>) -> Self {
        self.actions.insert(name.into(), action);
        self
    }

    /// Ends the building.
    ///
    /// # Errors
    /// An action that the catalogue does not list: it could never be part of a plan.
    pub fn build(self) -> Result<Registry, NotInCatalogue> {
        match self.actions.keys().find(|name| self.catalogue.get(name).is_none()) {
            Some(name) => Err(NotInCatalogue { name: name.clone() }),
            None => Ok(Registry { catalogue: self.catalogue, actions: self.actions }),
        }
    }

    pub(crate) fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    #[async_trait]
    impl Action for Nothing {
        async fn execute(&self, _call: Call) -> Result<Done, ActionError> {
            Ok(Done { result: Value::Null, effects: Vec::new() })
        }

        async fn check(&self, _call: Call) -> Result<Checked, ActionError> {
            Ok(Checked::DidNotHappen)
        }

        fn simulate(&self, _params: &Value, _world: &World) -> Impact {
            unreachable!("nobody simulates this")
        }
    }

    #[test]
    fn an_action_that_no_plan_could_name_is_refused() {
        let builder = Registry::builder(Arc::clone(Catalogue::builtin())).action("no.such", Arc::new(Nothing));
        assert_eq!(builder.build().err(), Some(NotInCatalogue { name: "no.such".into() }));
    }

    #[test]
    fn a_registry_may_know_a_part_of_the_catalogue() {
        let builder = Registry::builder(Arc::clone(Catalogue::builtin())).action("note.add", Arc::new(Nothing));
        let registry = builder.build().unwrap();
        assert!(registry.get("note.add").is_some());
        assert!(registry.get("task.create").is_none());
        assert!(registry.missing().contains(&"task.create"));
    }
}
