//! Changes to a plan's content, in their canonical form: the one in the API document.
//!
//! What is really taken is wider; see [`edits_reader`](super::edits_reader). Turning a change into the domain's needs the order
//! of the steps it is made on, because a place can be said as "before that one" or as a number.

use domain::plan::{Change, DetailsPatch, Plan, RemoveDependents};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{
    common::{AnyFields, Fields},
    plan::OnFailure,
    request::{PolicyPatch, StepInput},
    step::RetryPolicy,
};

/// Changes that are made together: all or none.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Edits {
    /// At least one; made in this order.
    pub changes: Vec<EditChange>,
}

/// One change to a plan's content; `op` says which.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum EditChange {
    /// Adds a step.
    AddStep(AddStep),
    /// Changes a step.
    EditStep(EditStep),
    /// Takes a step out.
    RemoveStep(RemoveStep),
    /// Moves a step to another place in the order.
    MoveStep(MoveStep),
    /// Changes the plan's name or description.
    EditDetails(EditDetails),
    /// Changes how the plan is approved and run.
    SetPolicy(SetPolicy),
}

/// Adds a step: at the end, or where `after`, `before` or `index` says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct AddStep {
    /// The step.
    pub step: StepInput,
    /// The step it comes after; null puts it at the front.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub after: Option<Option<String>>,
    /// The step it comes before.
    pub before: Option<String>,
    /// Its place in the order, counted from 0.
    pub index: Option<usize>,
}

/// Changes a step.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct EditStep {
    /// The step.
    pub step_id: String,
    /// What is set; what is not given stays.
    pub set: StepPatch,
}

/// The fields of a step that are set; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct StepPatch {
    /// What the step does, as people say it.
    #[schema(nullable = false)]
    pub title: Option<String>,
    /// Longer words.
    pub description: Option<String>,
    /// The name of the action.
    #[schema(nullable = false)]
    pub action_type: Option<String>,
    /// All params; they replace the ones before.
    #[schema(value_type = Option<AnyFields>, nullable = false)]
    pub params: Option<Fields>,
    /// All steps that must be done first; they replace the ones before.
    #[schema(nullable = false)]
    pub depends_on: Option<Vec<String>>,
    /// Whether a person must let this very step start.
    #[schema(nullable = false)]
    pub requires_approval: Option<bool>,
    /// Overrides the plan's failure policy; null takes the override away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<OnFailure>)]
    pub on_failure: Option<Option<OnFailure>>,
    /// Overrides the action's retry policy; null takes the override away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<RetryPolicy>)]
    pub retry: Option<Option<RetryPolicy>>,
    /// Overrides the action's time limit, in seconds: 1 to 86,400; null takes the override away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u32>)]
    pub timeout_seconds: Option<Option<u32>>,
}

/// What becomes of the steps that depend on a step which is taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dependents {
    /// The removal is refused while there are any.
    #[default]
    Refuse,
    /// They depend on what the removed step depended on.
    Rewire,
}

/// Takes a step out; its id is not used again.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct RemoveStep {
    /// The step.
    pub step_id: String,
    /// What becomes of the steps that depend on it; `refuse` when not given.
    pub dependents: Option<Dependents>,
}

/// Moves a step to another place in the order: where `after`, `before` or `index` says, and to the front when none does.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct MoveStep {
    /// The step.
    pub step_id: String,
    /// The step it comes after; null puts it at the front.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    pub after: Option<Option<String>>,
    /// The step it comes before.
    pub before: Option<String>,
    /// Its place in the order without it, counted from 0.
    pub index: Option<usize>,
}

/// Changes the plan's name or description; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct EditDetails {
    /// What people call the plan: 1 to 300 characters.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// Longer words.
    pub description: Option<String>,
}

/// Changes how the plan is approved and run.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct SetPolicy {
    /// What is set; what is not given stays.
    pub policy: PolicyPatch,
}

/// Reads a field that was said, even if it was said to be null.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Turns changes into the domain's, on the order of the steps they are made on.
pub fn into_changes(changes: Vec<EditChange>, plan: &Plan) -> Vec<Change> {
    let mut order = Order(plan.steps.keys().map(|id| Some(id.to_string())).collect());
    changes.into_iter().map(|change| into_change(change, &mut order)).collect()
}

fn into_change(change: EditChange, order: &mut Order) -> Change {
    match change {
        EditChange::AddStep(AddStep { step, after, before, index }) => {
            let after = order.place(after, before.as_deref(), index);
            order.insert(step.id.clone(), after.as_ref());
            Change::AddStep { step: step.into(), after }
        }
        EditChange::EditStep(EditStep { step_id, set }) => Change::EditStep { step: step_id, patch: set.into() },
        EditChange::RemoveStep(RemoveStep { step_id, dependents }) => {
            order.remove(&step_id);
            let dependents = match dependents.unwrap_or_default() {
                Dependents::Refuse => RemoveDependents::Refuse,
                Dependents::Rewire => RemoveDependents::Rewire,
            };
            Change::RemoveStep { step: step_id, dependents }
        }
        EditChange::MoveStep(MoveStep { step_id, after, before, index }) => {
            order.remove(&step_id);
            let after = order.place(after, before.as_deref(), index).flatten();
            order.insert(Some(step_id.clone()), Some(&after));
            Change::MoveStep { step: step_id, after }
        }
        EditChange::EditDetails(EditDetails { name, description }) => {
            Change::EditDetails(DetailsPatch { name, description })
        }
        EditChange::SetPolicy(SetPolicy { policy }) => Change::SetPolicy(policy.into()),
    }
}

impl From<StepPatch> for domain::plan::StepPatch {
    fn from(patch: StepPatch) -> Self {
        Self {
            title: patch.title,
            description: patch.description,
            action_type: patch.action_type,
            params: patch.params,
            depends_on: patch.depends_on,
            requires_approval: patch.requires_approval,
            on_failure: patch.on_failure.map(|policy| policy.map(Into::into)),
            retry: patch.retry.map(|policy| policy.map(Into::into)),
            timeout_seconds: patch.timeout_seconds,
        }
    }
}

/// The ids of the steps in order, as the changes so far left it; `None` for a step whose id the domain will choose.
struct Order(Vec<Option<String>>);

impl Order {
    /// The step that a place comes after: `None` for the end, `Some(None)` for the front.
    fn place(
        &self,
        after: Option<Option<String>>,
        before: Option<&str>,
        index: Option<usize>,
    ) -> Option<Option<String>> {
        let index = match (after, before, index) {
            (Some(after), _, _) => return Some(after),
            // A step that is not there is passed on, so that the domain refuses it by name.
            (None, Some(before), _) => match self.position(before) {
                Some(index) => index,
                None => return Some(Some(before.to_owned())),
            },
            (None, None, Some(index)) => index,
            (None, None, None) => return None,
        };
        if index >= self.0.len() {
            return Some(self.0.last().cloned().flatten());
        }
        Some(self.0[..index].iter().rev().flatten().next().cloned())
    }

    fn insert(&mut self, id: Option<String>, after: Option<&Option<String>>) {
        let index = match after {
            None => self.0.len(),
            Some(None) => 0,
            Some(Some(after)) => self.position(after).map_or(self.0.len(), |index| index + 1),
        };
        self.0.insert(index, id);
    }

    fn remove(&mut self, id: &str) {
        self.0.retain(|known| known.as_deref() != Some(id));
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.0.iter().position(|known| known.as_deref() == Some(id))
    }
}
