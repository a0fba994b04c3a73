//! A small house for tests: an empty workspace over a log in memory, and calls to its actions.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use commands::{Commands, Envelope, HandClock};
use domain::{
    action::Catalogue,
    actor::Actor,
    ids::{EntityId, PlanId, RunId, derive_uuid},
    testing::moment,
    workspace::{Entity, EntityCommand, Kind},
};
use eventlog::{EventLog, Filter, MemoryLog};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{HttpConfig, World};
use crate::registry::{Action, ActionError, Call, Checked, Done, Registry};

/// An entity as its creation left it.
pub(crate) fn entity(kind: Kind, given: &Value) -> Entity {
    Entity {
        kind,
        fields: fields(given),
        archived: false,
        withdrawn: false,
        links: Vec::new(),
        created_at: moment(),
        updated_at: moment(),
    }
}

pub(crate) fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// A world with these things.
pub(crate) fn world<const N: usize>(things: [(&str, Entity); N]) -> World {
    let mut world = World::default();
    for (id, entity) in things {
        world.insert(&id.parse().unwrap(), entity);
    }
    world
}

/// A house with all actions.
pub(crate) struct House {
    pub(crate) commands: Commands,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) registry: Registry,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with_http(HttpConfig::default())
    }

    pub(crate) fn with_http(http: HttpConfig) -> Self {
        Self::over(Arc::new(MemoryLog::new()), http)
    }

    fn over(log: Arc<dyn EventLog>, http: HttpConfig) -> Self {
        let clock = Arc::new(HandClock::at(moment()));
        let commands = Commands::new(Arc::clone(&log), Arc::clone(Catalogue::builtin()), clock);
        let registry = Registry::builtin(&commands, http).unwrap();
        Self { commands, log, registry }
    }

    /// The same house after a restart: only the log is left.
    pub(crate) fn restarted(&self) -> Self {
        Self::over(Arc::clone(&self.log), HttpConfig::default())
    }

    /// Puts a thing into the workspace, by hand.
    pub(crate) async fn given(&self, id: &str, kind: Kind, given: &Value) {
        let command = EntityCommand::Create { kind, fields: fields(given) };
        self.by_hand(id, command).await;
    }

    /// Lets a person do something to a thing.
    pub(crate) async fn by_hand(&self, id: &str, command: EntityCommand) {
        let id: EntityId = id.parse().unwrap();
        self.commands.entities.execute(&id, command, Envelope::new(Actor::person("alex"))).await.unwrap();
    }

    pub(crate) async fn entity(&self, id: &str) -> Entity {
        let loaded = self.commands.entities.load(&id.parse().unwrap()).await.unwrap();
        loaded.state.as_ref().clone().unwrap_or_else(|| panic!("there is no {id}"))
    }

    /// What a simulation sees of these things.
    pub(crate) async fn world<const N: usize>(&self, ids: [&str; N]) -> World {
        let mut world = World::default();
        for id in ids {
            world.insert(&id.parse().unwrap(), self.entity(id).await);
        }
        world
    }

    pub(crate) async fn events(&self) -> usize {
        self.log.read_all(None, &Filter::All, 10_000).await.unwrap().events.len()
    }

    pub(crate) fn action(&self, name: &str) -> Arc<dyn Action> {
        self.registry.get(name).unwrap()
    }

    pub(crate) async fn execute(&self, name: &str, params: &Value) -> Result<Done, ActionError> {
        self.action(name).execute(call(params)).await
    }

    pub(crate) async fn check(&self, name: &str, params: &Value) -> Checked {
        self.action(name).check(call(params)).await.unwrap()
    }
}

/// The first attempt at the step `step` of a run that started at [`moment`].
pub(crate) fn call(params: &Value) -> Call {
    let run = RunId::new(derive_uuid(started(), "run"));
    Call {
        plan: PlanId::new(Uuid::from_u128(1)),
        step: "step".parse().unwrap(),
        run,
        run_started_at: started(),
        attempt: 1,
        key: format!("{run}/step"),
        params: params.clone(),
        actor: Actor::executor(),
        causation_id: Some(Uuid::from_u128(2)),
        correlation_id: Uuid::from_u128(3),
        now: started(),
    }
}

fn started() -> DateTime<Utc> {
    moment()
}
