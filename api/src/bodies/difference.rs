//! How two contents of a plan differ, by step and by field.

use domain::difference as of;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One value before and after; null where there is none.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldDifference {
    /// A JSON pointer into the step, or into the plan.
    pub pointer: String,
    /// Before.
    pub before: Value,
    /// After.
    pub after: Value,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepChange {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Values of it differ.
    Changed,
    /// It stands elsewhere among the steps that stayed.
    Moved,
    /// It is the same.
    Kept,
}

/// A step of either content.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StepDifference {
    /// The step's id, the same in both contents.
    pub id: String,
    /// What it does; the later words, where there are some.
    pub title: String,
    /// The name of its action.
    pub action_type: String,
    /// What became of it.
    pub change: StepChange,
    /// Whether it stands elsewhere; may come with a change of its values.
    pub moved: bool,
    /// Its place before, from 1.
    pub before: Option<usize>,
    /// Its place after, from 1.
    pub after: Option<usize>,
    /// The values that differ.
    pub fields: Vec<FieldDifference>,
}

/// How two contents of a plan differ. Steps are matched by their ids.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    /// How many steps are new.
    pub added: usize,
    /// How many are gone.
    pub removed: usize,
    /// Of how many values differ.
    pub changed: usize,
    /// How many only stand elsewhere.
    pub moved: usize,
    /// Name, description and policy.
    pub details: Vec<FieldDifference>,
    /// Every step of both contents, in the later order; a removed one behind what it stood behind.
    pub steps: Vec<StepDifference>,
}

impl From<of::Difference> for Difference {
    fn from(difference: of::Difference) -> Self {
        Self {
            added: difference.count(of::StepChange::Added),
            removed: difference.count(of::StepChange::Removed),
            changed: difference.count(of::StepChange::Changed),
            moved: difference.count(of::StepChange::Moved),
            details: difference.details.into_iter().map(Into::into).collect(),
            steps: difference.steps.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<of::FieldDifference> for FieldDifference {
    fn from(field: of::FieldDifference) -> Self {
        Self { pointer: field.pointer, before: field.before, after: field.after }
    }
}

impl From<of::StepDifference> for StepDifference {
    fn from(step: of::StepDifference) -> Self {
        Self {
            id: step.id.to_string(),
            title: step.title,
            action_type: step.action_type,
            change: step.change.into(),
            moved: step.moved,
            before: step.before,
            after: step.after,
            fields: step.fields.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<of::StepChange> for StepChange {
    fn from(change: of::StepChange) -> Self {
        match change {
            of::StepChange::Added => Self::Added,
            of::StepChange::Removed => Self::Removed,
            of::StepChange::Changed => Self::Changed,
            of::StepChange::Moved => Self::Moved,
            of::StepChange::Kept => Self::Kept,
        }
    }
}
