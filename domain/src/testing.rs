//! Given / when / then for deciders.
//!
//! ```
//! use cairn_domain::{testing::given, workspace::{EntityCommand, EntityDecider, EntityRefusal}};
//!
//! given::<EntityDecider>([])
//!     .when(EntityCommand::Archive { compensates: None })
//!     .refused(&EntityRefusal::NoSuchEntity);
//! ```

use std::fmt::Debug;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    action::Catalogue,
    actor::Actor,
    decider::{Context, Decider, Stamp},
};

/// The moment at which given events happened and commands are decided, unless said otherwise: 2026-11-23T09:00:00Z.
pub fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_424_400, 0).expect("a valid moment")
}

/// The context of a command given by the person `alex` at [`moment`].
pub fn context() -> Context {
    Context { now: moment(), actor: Actor::person("alex"), catalogue: Catalogue::builtin().clone() }
}

/// What has happened before a command.
pub struct Given<D: Decider> {
    state: D::State,
    context: Context,
}

/// What came of a command.
pub struct Outcome<D: Decider> {
    result: Result<Vec<D::Event>, D::Refusal>,
    state: D::State,
}

/// Starts from the events that have happened.
pub fn given<D: Decider>(events: impl IntoIterator<Item = D::Event>) -> Given<D> {
    let context = context();
    let mut state = D::State::default();
    for event in events {
        D::evolve(&mut state, &event, &Stamp::from(&context));
    }
    Given { state, context }
}

impl<D: Decider> Given<D> {
    /// Lets somebody else give the command.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.context.actor = actor;
        self
    }

    /// Gives the command this much later.
    #[must_use]
    pub fn later(mut self, delta: TimeDelta) -> Self {
        self.context.now += delta;
        self
    }

    /// The state that the given events left.
    pub fn state(&self) -> &D::State {
        &self.state
    }

    /// Decides the command.
    pub fn when(self, command: impl Into<D::Command>) -> Outcome<D> {
        let result = D::decide(&self.state, command.into(), &self.context);
        let mut state = self.state;
        for event in result.iter().flatten() {
            D::evolve(&mut state, event, &Stamp::from(&self.context));
        }
        Outcome { result, state }
    }
}

impl<D: Decider> Outcome<D>
where
    D::Event: PartialEq + Debug,
    D::Refusal: PartialEq,
{
    /// Exactly these events happen.
    #[track_caller]
    pub fn then(&self, expected: impl IntoIterator<Item = D::Event>) {
        let expected: Vec<_> = expected.into_iter().collect();
        match &self.result {
            Ok(events) => assert_eq!(events, &expected),
            Err(refusal) => panic!("expected {expected:?}, but it was refused: {refusal}"),
        }
    }

    /// The command is accepted and changes nothing.
    #[track_caller]
    pub fn nothing_happens(&self) {
        self.then([]);
    }

    /// The command is refused, with exactly this refusal.
    #[track_caller]
    pub fn refused(&self, expected: &D::Refusal) {
        match &self.result {
            Ok(events) => panic!("expected a refusal ({expected}), but it happened: {events:?}"),
            Err(refusal) => assert_eq!(refusal, expected),
        }
    }

    /// The events that happened.
    #[track_caller]
    pub fn events(&self) -> &[D::Event] {
        match &self.result {
            Ok(events) => events,
            Err(refusal) => panic!("expected events, but it was refused: {refusal}"),
        }
    }

    /// The refusal.
    #[track_caller]
    pub fn refusal(&self) -> &D::Refusal {
        match &self.result {
            Ok(events) => panic!("expected a refusal, but it happened: {events:?}"),
            Err(refusal) => refusal,
        }
    }

    /// The state after the events.
    pub fn state(&self) -> &D::State {
        &self.state
    }
}
