//! The catalogue of actions.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    common::page,
    step::{RetryPolicy, Reversibility},
};

/// What happens when the same step is carried out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    /// The same as once.
    Idempotent,
    /// The same as once, because the step's key is handed on.
    Keyed,
    /// It happens twice: after a crash a person is asked.
    AtMostOnce,
}

/// What an action's duration depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// On the action itself.
    Action,
    /// On the clock.
    Clock,
    /// On a person.
    Person,
}

/// Something that a step can do.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ActionType {
    /// Such as `project.create`.
    pub name: String,
    /// As people say it.
    pub title: String,
    /// In a sentence.
    pub description: String,
    /// A JSON Schema (2020-12) of the params. `x-ref` lists the kinds of things that an id may name.
    pub params_schema: Value,
    /// A JSON Schema (2020-12) of what it gives.
    pub result_schema: Value,
    /// Whether it can be taken back.
    pub reversibility: Reversibility,
    /// Whether it reaches outside of Cairn.
    pub outside: bool,
    /// What happens when it is carried out twice.
    pub idempotency: Idempotency,
    /// What its duration depends on.
    pub pace: Pace,
    /// How long an attempt may take, in seconds, when the step does not say.
    pub timeout_seconds: u32,
    /// How an attempt is repeated, when the step does not say.
    pub retry: RetryPolicy,
}

impl From<&domain::action::ActionType> for ActionType {
    fn from(action: &domain::action::ActionType) -> Self {
        use domain::action::{Idempotency as Repeat, Pace as Speed};
        Self {
            name: action.name.clone(),
            title: action.title.clone(),
            description: action.description.clone(),
            params_schema: action.params_schema.clone(),
            result_schema: action.result_schema.clone(),
            reversibility: action.reversibility.into(),
            outside: action.outside,
            idempotency: match action.idempotency {
                Repeat::Idempotent => Idempotency::Idempotent,
                Repeat::Keyed => Idempotency::Keyed,
                Repeat::AtMostOnce => Idempotency::AtMostOnce,
            },
            pace: match action.pace {
                Speed::Action => Pace::Action,
                Speed::Clock => Pace::Clock,
                Speed::Person => Pace::Person,
            },
            timeout_seconds: action.timeout_seconds,
            retry: action.retry.into(),
        }
    }
}

page! {
    /// All actions, in the order people are shown them.
    ActionPage of ActionType
}
