//! Rollback: what was done is taken back by compensating events, replayed from history.
//!
//! [`preview`] walks what a plan's steps did backwards, reads what has become of each thing since, and says per field
//! what it was before, what the step wrote, what it is now and what it will be. What somebody else changed later is a
//! conflict that a person decides about. Pure: the histories of the things come in as a [`World`]. Deliberately absent:
//! carrying it out (`execution`) and the rules for when it may begin (`plan/decide/rolling_back`).

mod choice;
mod compensate;
mod order;
mod preview;
mod scope;
#[cfg(test)]
mod tests;
mod world;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use choice::{Choice, ChoiceFor};
pub use preview::{Block, BlockKind, Change, Class, Conflict, Coverage, Preview, PreviewStep, preview};
pub use scope::{NotAPreviewHash, PreviewHash, Scope};
pub use world::{History, Past, World};

use crate::{
    action::Effect,
    ids::{EntityId, StepId},
    plan::Plan,
    workspace::FieldChange,
};

/// One act that takes an effect back. What is written in the workspace names the event it compensates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Undo {
    /// Sets fields back; `before` of each is what the field held when the person looked.
    SetFields { entity: EntityId, compensates: Uuid, changes: Vec<FieldChange> },
    /// Takes the creation of a thing back.
    Withdraw { entity: EntityId, compensates: Uuid },
    /// Takes a thing out again that was archived or withdrawn.
    Restore { entity: EntityId, compensates: Uuid },
    /// Puts a thing away again.
    Archive { entity: EntityId, compensates: Uuid },
    /// Links two things again.
    Link { entity: EntityId, compensates: Uuid, link: String, relation: String, to: EntityId },
    /// Takes a link away.
    Unlink { entity: EntityId, compensates: Uuid, link: String, relation: String, to: EntityId },
    /// Sends the request that makes up for one that was sent.
    Request { request: Value },
    /// Asks a person.
    Person { text: String },
}

/// How one step is taken back: after which others, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoStep {
    pub step_id: StepId,
    /// The steps whose undo comes first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<StepId>,
    /// Empty when nothing is left to do: the step counts as undone all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undo: Vec<Undo>,
}

impl UndoStep {
    /// Whether a person takes the step back.
    pub fn asks_a_person(&self) -> bool {
        self.undo.iter().any(|undo| matches!(undo, Undo::Person { .. }))
    }
}

/// The things whose histories a [`World`] must hold to look at a scope.
pub fn things(plan: &Plan, scope: &Scope) -> BTreeSet<EntityId> {
    let steps = order::chosen(plan, scope).into_iter().filter_map(|id| plan.steps.get(&id));
    let effects = steps.flat_map(|step| order::effects(step)).filter_map(Effect::on_entity);
    effects.map(|(entity, _)| entity.clone()).collect()
}
