//! What a person decides about things that somebody changed after the step.

use serde::{Deserialize, Serialize};

use crate::ids::EntityId;

/// What becomes of a thing that somebody changed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// It stays as it is now.
    Keep,
    /// Everything goes back; the later change is lost.
    Restore,
    /// What was changed later stays, everything else goes back.
    Merge,
    /// Nothing at all is rolled back.
    Stop,
}

impl Choice {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Restore => "restore",
            Self::Merge => "merge",
            Self::Stop => "stop",
        }
    }
}

/// A choice about a thing, or about one of its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceFor {
    pub entity: EntityId,
    /// The whole thing when it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub choice: Choice,
}

/// All choices, as the preview asks for them; the last word about the same thing counts.
pub(super) struct Choices<'a>(pub(super) &'a [ChoiceFor]);

impl Choices<'_> {
    /// What was chosen for the whole thing.
    pub(super) fn of(&self, entity: &EntityId) -> Option<Choice> {
        self.find(entity, None)
    }

    /// What was chosen for a field: its own choice, or that for the whole thing.
    pub(super) fn of_field(&self, entity: &EntityId, field: &str) -> Option<Choice> {
        self.find(entity, Some(field)).or_else(|| self.of(entity))
    }

    /// Whether the whole thing is to stay as it is.
    pub(super) fn keeps(&self, entity: &EntityId) -> bool {
        self.of(entity) == Some(Choice::Keep)
    }

    /// Whether anything of the thing is to stay, which for one that would go means all of it.
    pub(super) fn keeps_any(&self, entity: &EntityId) -> bool {
        let kept = |choice: &ChoiceFor| matches!(choice.choice, Choice::Keep | Choice::Merge);
        self.keeps(entity)
            || self.0.iter().any(|choice| choice.entity == *entity && choice.field.is_some() && kept(choice))
    }

    fn find(&self, entity: &EntityId, field: Option<&str>) -> Option<Choice> {
        let fits = |choice: &&ChoiceFor| choice.entity == *entity && choice.field.as_deref() == field;
        self.0.iter().rev().find(fits).map(|choice| choice.choice)
    }
}
