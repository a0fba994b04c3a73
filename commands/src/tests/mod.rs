//! The handlers over the in-memory log, and over one whose appends can be held back or lost.

mod forgetting;
mod handling;
mod keys;
mod schedules;
mod templates;
mod use_cases;

use std::sync::Arc;

use domain::{
    action::Catalogue,
    actor::Actor,
    ids::EntityId,
    testing,
    workspace::{EntityCommand, Kind},
};
use eventlog::EventLog;
use serde_json::{Map, Value, json};

use crate::{
    Commands, Envelope, HandClock, Settings,
    testing::{Fate, UnreliableLog},
};

fn commands(log: impl EventLog) -> Commands {
    with_settings(log, Settings::default())
}

fn with_settings(log: impl EventLog, settings: Settings) -> Commands {
    let clock = HandClock::at(testing::moment());
    Commands::with(Arc::new(log), Catalogue::builtin().clone(), Arc::new(clock), settings)
}

fn by_alex() -> Envelope {
    Envelope::new(Actor::person("alex"))
}

fn by_sam() -> Envelope {
    Envelope::new(Actor::person("sam"))
}

fn task(number: u32) -> EntityId {
    format!("tsk_{number}").parse().unwrap()
}

fn fields(fields: &Value) -> Map<String, Value> {
    fields.as_object().unwrap().clone()
}

fn create(title: &str) -> EntityCommand {
    EntityCommand::Create { kind: Kind::Task, fields: fields(&json!({"title": title})) }
}

fn rename(title: impl Into<Value>) -> EntityCommand {
    EntityCommand::Change { fields: fields(&json!({"title": title.into()})), compensates: None }
}
