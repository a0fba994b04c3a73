//! The shape of every aggregate: `decide` turns a command into events or a refusal, `evolve` folds an event into the
//! state. Both are pure; see Chassaing, "Functional Event Sourcing Decider" (2021).

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{action::Catalogue, actor::Actor};

/// What a decision may know besides state and command: who acts, when, and which actions there are.
#[derive(Clone)]
pub struct Context {
    pub now: DateTime<Utc>,
    pub actor: Actor,
    pub catalogue: Arc<Catalogue>,
}

/// An aggregate: its state is the fold of its events, and its events are what its decisions gave.
///
/// The default state is the state before the first event.
pub trait Decider {
    type State: Clone + Default + Send + Sync + 'static;
    type Command: Send + 'static;
    type Event: Send + 'static;
    type Refusal: std::error::Error + Clone + Send + Sync + 'static;

    /// The text before the first hyphen of the aggregate's stream names.
    const CATEGORY: &'static str;

    /// Says what happens, or why not. An empty list means: nothing to do, and that is fine.
    fn decide(
        state: &Self::State,
        command: Self::Command,
        context: &Context,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// Folds one event that happened `at` into the state. Never fails: what is in the log has happened.
    fn evolve(state: &mut Self::State, event: &Self::Event, stamp: &Stamp);
}

/// When and by whom an event was recorded, as `evolve` sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub at: DateTime<Utc>,
    pub actor: Actor,
}

impl From<&Context> for Stamp {
    fn from(context: &Context) -> Self {
        Self { at: context.now, actor: context.actor.clone() }
    }
}

/// Folds events onto a state.
pub fn fold<'a, D: Decider>(
    mut state: D::State,
    events: impl IntoIterator<Item = (&'a D::Event, &'a Stamp)>,
) -> D::State
where
    D::Event: 'a,
{
    for (event, stamp) in events {
        D::evolve(&mut state, event, stamp);
    }
    state
}
