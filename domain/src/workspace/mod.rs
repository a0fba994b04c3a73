//! The workspace: the built-in things that steps act on, as a small event-sourced context of its own.
//!
//! One generic decider serves all kinds; what a kind's fields are is said in [`kind`]. People change these things by
//! hand as well, and that is where rollback conflicts come from.

mod command;
mod decide;
mod event;
mod kind;
mod refusal;
mod state;

pub use command::EntityCommand;
pub use decide::EntityDecider;
pub use event::{
    EntityArchived, EntityChanged, EntityCreated, EntityEvent, EntityLinked, EntityRestored, EntityUnlinked,
    EntityWithdrawn, FieldChange, PersonForgotten,
};
pub use kind::{FieldProblem, FieldType, Kind, Privacy};
pub use refusal::EntityRefusal;
pub use state::{Entity, Link};
