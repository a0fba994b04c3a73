//! How two contents of a plan differ, by step and by field; and how two plans, or two moments of one, differ.

use domain::{comparison, difference as of};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    plan::PlanStatus,
    step::{Effect, StepStatus},
};

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

/// How a plan differs between two moments, or from another plan.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlanDiff {
    /// The earlier revision.
    pub from: u64,
    /// The later revision; of the other plan, when one was named.
    pub to: u64,
    /// The place in the log that the earlier side stands at.
    pub from_position: u64,
    /// The place in the log that the later side stands at.
    pub to_position: u64,
    /// The other plan, when two are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub with: Option<String>,
    /// The earlier content.
    pub from_hash: String,
    /// The later content.
    pub to_hash: String,
    /// What differs in the content, a sentence each.
    pub changes: Vec<String>,
    /// How the plan stood.
    pub status: StatusChange,
    /// What differs in the content, by step and by field.
    pub difference: Difference,
    /// How each step stood and what it did, in the order of `difference.steps`.
    pub steps: Vec<StepOutcomes>,
}

/// How a plan stood at either moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusChange {
    /// Earlier.
    pub before: PlanStatus,
    /// Later.
    pub after: PlanStatus,
}

/// By what two steps are taken for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    /// They have the same id.
    Id,
    /// They have the same action and title.
    Title,
}

/// How a step stood at either moment, and what it did in between.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StepOutcomes {
    /// The id that it has in `difference.steps`.
    pub id: String,
    /// Its id earlier; null when it is new.
    pub before_id: Option<String>,
    /// By what the two are taken for the same; null when there is only one.
    pub matched: Option<Matched>,
    /// How it stood earlier; null when it is new.
    pub before: Option<StepStatus>,
    /// How it stood later; null when it is gone.
    pub after: Option<StepStatus>,
    /// What it did that is only recorded later.
    pub done: Vec<Effect>,
    /// What was taken back that is only recorded later.
    pub taken_back: Vec<Effect>,
    /// What it did that is only recorded earlier: of another plan, or when the moments are the other way round.
    pub only_before: Vec<Effect>,
}

impl From<comparison::StepOutcomes> for StepOutcomes {
    fn from(step: comparison::StepOutcomes) -> Self {
        let shown = |effects: &[domain::action::Effect]| effects.iter().map(Effect::from).collect();
        Self {
            id: step.id.to_string(),
            before_id: step.before_id.map(|id| id.to_string()),
            matched: step.matched.map(|matched| match matched {
                comparison::Matched::Id => Matched::Id,
                comparison::Matched::Title => Matched::Title,
            }),
            before: step.before.map(Into::into),
            after: step.after.map(Into::into),
            done: shown(&step.done),
            taken_back: shown(&step.taken_back),
            only_before: shown(&step.only_before),
        }
    }
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
