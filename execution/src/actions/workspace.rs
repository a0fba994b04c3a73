//! The shape of every action on the workspace: params in, one [`Write`] and one sentence out.
//!
//! The families (projects, tasks, …) say per action what it writes and how that reads; executing, checking and
//! simulating follow from the write and are here, once.

use std::{marker::PhantomData, sync::Arc};

use async_trait::async_trait;
use domain::action::{ActionType, Impact, ImpactLevel};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{desk::Desk, foresight, world::World, write::Write};
use crate::registry::{Action, ActionError, Call, Checked, Done};

/// One action on the workspace, as its params.
pub(crate) trait WorkspaceAction: DeserializeOwned + Send + Sync + 'static {
    /// The action's name in the catalogue.
    const NAME: &'static str;

    /// What it writes.
    fn write(&self) -> Write;

    /// What it does, in one sentence for people.
    fn summary(&self, world: &World) -> String;

    /// How much it changes.
    fn level(&self, world: &World) -> ImpactLevel {
        let _ = world;
        ImpactLevel::Low
    }
}

/// Carries out, checks and simulates a [`WorkspaceAction`].
pub(crate) struct OnWorkspace<A> {
    action: Arc<ActionType>,
    desk: Desk,
    params: PhantomData<fn() -> A>,
}

impl<A: WorkspaceAction> OnWorkspace<A> {
    pub(crate) fn new(action: Arc<ActionType>, desk: Desk) -> Self {
        Self { action, desk, params: PhantomData }
    }
}

#[async_trait]
impl<A: WorkspaceAction> Action for OnWorkspace<A> {
    async fn execute(&self, call: Call) -> Result<Done, ActionError> {
        let params: A = read(&call.params)?;
        self.desk.carry_out(&call, &params.write()).await
    }

    async fn check(&self, call: Call) -> Result<Checked, ActionError> {
        let params: A = read(&call.params)?;
        let done = self.desk.done_before(&call, &params.write()).await?;
        // An attempt that found everything as it should be left no trace; doing it again does no harm.
        Ok(done.map_or(Checked::DidNotHappen, Checked::Happened))
    }

    fn simulate(&self, params: &Value, world: &World) -> Impact {
        let unknown = foresight::unknown(params, world);
        let action = &self.action;
        let Ok(known) = read::<A>(params) else {
            return foresight::unreadable(action, params, unknown);
        };
        let write = known.write();
        Impact {
            level: known.level(world),
            reversibility: action.reversibility,
            outside: action.outside,
            summary: known.summary(world),
            changes: write.changes(world),
            unknown,
            problems: write.obstacles(world).into_iter().map(|obstacle| obstacle.message).collect(),
        }
    }

    fn foreseen_write(&self, params: &Value) -> Option<Write> {
        read::<A>(params).ok().map(|known| known.write())
    }
}

/// Reads params as the action's type.
///
/// # Errors
/// Params that do not fit. The plan was checked against the schema; what a reference brought may still be of another
/// type.
pub(crate) fn read<P: DeserializeOwned>(params: &Value) -> Result<P, ActionError> {
    P::deserialize(params).map_err(|error| {
        ActionError::failed("action.bad-params", format!("the params do not fit this action: {error}"))
    })
}

/// Collects fields; those without a value are left out.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn new() -> Self {
        Self(Map::new())
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn maybe(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(crate) fn done(self) -> Map<String, Value> {
        self.0
    }
}
