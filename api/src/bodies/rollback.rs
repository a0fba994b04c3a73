//! Rolling back: what would happen, what is confirmed, and what was rolled back.

use chrono::{DateTime, Utc};
use domain::{
    ids::{IdError, RollbackId, StepId},
    rollback as house,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::common::Actor;

/// How much of a plan is rolled back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every completed step.
    #[default]
    Plan,
    /// The step that `step_id` names.
    Step,
    /// That step and all that come after it.
    FromStep,
    /// What the rollback that `rollback_id` names took back comes again.
    Rollback,
}

impl From<&house::Scope> for Scope {
    fn from(scope: &house::Scope) -> Self {
        match scope {
            house::Scope::Plan => Self::Plan,
            house::Scope::Step { .. } => Self::Step,
            house::Scope::FromStep { .. } => Self::FromStep,
            house::Scope::Rollback { .. } => Self::Rollback,
        }
    }
}

/// The step that a scope names.
pub(crate) fn scope_step(scope: &house::Scope) -> Option<String> {
    match scope {
        house::Scope::Step { step_id } | house::Scope::FromStep { step_id } => Some(step_id.to_string()),
        house::Scope::Plan | house::Scope::Rollback { .. } => None,
    }
}

/// The rollback that a scope undoes.
pub(crate) fn scope_rollback(scope: &house::Scope) -> Option<String> {
    match scope {
        house::Scope::Rollback { rollback_id } => Some(rollback_id.to_string()),
        house::Scope::Plan | house::Scope::Step { .. } | house::Scope::FromStep { .. } => None,
    }
}

/// Asks what a rollback would do.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(default)]
pub struct Look {
    /// How much; the whole plan when it is left out.
    #[schema(required = false)]
    pub scope: Scope,
    /// For `step` and `from_step`.
    pub step_id: Option<String>,
    /// For `rollback`.
    pub rollback_id: Option<String>,
    /// What was chosen so far.
    #[schema(required = false)]
    pub choices: Vec<ChoiceFor>,
}

/// A scope that does not say what it must.
pub(crate) struct Incomplete {
    pub(crate) member: &'static str,
    pub(crate) detail: String,
}

impl Look {
    /// Reads the scope.
    pub(crate) fn scope(&self) -> Result<house::Scope, Incomplete> {
        let step = || named::<StepId>("step_id", self.step_id.as_deref());
        Ok(match self.scope {
            Scope::Plan => house::Scope::Plan,
            Scope::Step => house::Scope::Step { step_id: step()? },
            Scope::FromStep => house::Scope::FromStep { step_id: step()? },
            Scope::Rollback => {
                let rollback_id: RollbackId = named("rollback_id", self.rollback_id.as_deref())?;
                house::Scope::Rollback { rollback_id }
            }
        })
    }
}

fn named<T: std::str::FromStr<Err = IdError>>(member: &'static str, given: Option<&str>) -> Result<T, Incomplete> {
    let given = given.ok_or_else(|| Incomplete { member, detail: "this scope needs it".to_owned() })?;
    given.parse().map_err(|error: IdError| Incomplete { member, detail: error.to_string() })
}

/// What becomes of a thing that somebody changed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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

impl From<house::Choice> for Choice {
    fn from(choice: house::Choice) -> Self {
        match choice {
            house::Choice::Keep => Self::Keep,
            house::Choice::Restore => Self::Restore,
            house::Choice::Merge => Self::Merge,
            house::Choice::Stop => Self::Stop,
        }
    }
}

/// A choice about a thing, or about one of its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChoiceFor {
    /// The thing's id.
    pub entity: String,
    /// The whole thing when it is left out.
    pub field: Option<String>,
    /// What is chosen.
    pub choice: Choice,
}

/// Reads choices; an entity that is none is named by its place.
pub(crate) fn choices(given: Vec<ChoiceFor>) -> Result<Vec<house::ChoiceFor>, (usize, IdError)> {
    let read = |(index, given): (usize, ChoiceFor)| {
        let choice = match given.choice {
            Choice::Keep => house::Choice::Keep,
            Choice::Restore => house::Choice::Restore,
            Choice::Merge => house::Choice::Merge,
            Choice::Stop => house::Choice::Stop,
        };
        let entity = given.entity.parse().map_err(|error| (index, error))?;
        Ok(house::ChoiceFor { entity, field: given.field, choice })
    };
    given.into_iter().enumerate().map(read).collect()
}

/// Confirms a preview.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct RollBack {
    /// What was seen: the preview's `preview_hash`.
    pub preview_hash: String,
    /// Why: 1 to 2,000 characters.
    #[serde(default)]
    #[schema(required = true)]
    pub reason: String,
    /// One for each thing that the preview lists as undecided.
    #[serde(default)]
    #[schema(required = false)]
    pub choices: Vec<ChoiceFor>,
    /// The plan's name, typed by a person who confirms that something is lost; needed when the preview's `lost` names
    /// anything.
    pub name: Option<String>,
}

/// Who changed a field after the step did.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Conflict {
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// The event in the log.
    pub event: String,
    /// The step of the same run that did it, if it was one.
    pub step_id: Option<String>,
}

/// One field, before the step and after the rollback.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Change {
    /// The thing's id.
    pub entity: String,
    /// The field's name; `archived` and `links` are told like fields.
    pub field: String,
    /// Before the step.
    pub before: Value,
    /// As the step wrote it.
    pub written: Value,
    /// As it is now.
    pub now: Value,
    /// As the rollback leaves it, under the choices made so far.
    pub after: Value,
    /// Who changed it later, when somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conflict: Option<Conflict>,
    /// What can be chosen; empty without a conflict.
    pub choices: Vec<Choice>,
}

/// How well a step can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Everything is as it was before.
    Exact,
    /// Something makes up for it: a request, or a person.
    BestEffort,
    /// Nothing can.
    Impossible,
}

/// One step as it would be taken back.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PreviewStep {
    /// The step.
    pub step_id: String,
    /// How well it can be taken back.
    pub class: Class,
    /// What is done, in a sentence.
    pub compensation: String,
    /// What becomes of each field.
    pub changes: Vec<Change>,
    /// Whether it takes part; what is kept or cannot be taken back does not.
    pub takes_part: bool,
    /// The steps that are taken back before it.
    pub after: Vec<String>,
}

/// How many effects are taken back, of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Coverage {
    /// Those that are.
    pub restored: usize,
    /// All.
    pub total: usize,
}

/// One step that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Block {
    /// `running`, `outcome_unknown` or `dependent`; more may come.
    pub kind: String,
    /// The step.
    pub step_id: String,
    /// What it does there, and what to do about it.
    pub text: String,
}

impl From<&house::Block> for Block {
    fn from(block: &house::Block) -> Self {
        let kind = match block.kind {
            house::BlockKind::Running => "running",
            house::BlockKind::OutcomeUnknown => "outcome_unknown",
            house::BlockKind::Dependent => "dependent",
        };
        Self { kind: kind.to_owned(), step_id: block.step_id.to_string(), text: block.text.clone() }
    }
}

/// What a rollback would do.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Preview {
    /// Confirms exactly this; opaque, and the same whatever is chosen.
    pub preview_hash: String,
    /// How much is rolled back.
    pub scope: Scope,
    /// The step that the scope names.
    pub step_id: Option<String>,
    /// The rollback that is undone.
    pub rollback_id: Option<String>,
    /// In the order in which they are taken back.
    pub steps: Vec<PreviewStep>,
    /// How much of it is taken back.
    pub coverage: Coverage,
    /// What stands in the way; while there is anything, the preview cannot be confirmed.
    pub blocked_by: Vec<Block>,
    /// What is gone for good, in words.
    pub lost: Vec<String>,
    /// The things about which somebody has to choose first.
    pub undecided: Vec<String>,
    /// Steps that wait for a person, a moment or a retry, and will not have begun any more.
    pub set_back: Vec<String>,
}

impl From<&house::Preview> for Preview {
    fn from(preview: &house::Preview) -> Self {
        let scope = &preview.hash.scope;
        let ids = |ids: &[StepId]| ids.iter().map(ToString::to_string).collect();
        Self {
            preview_hash: preview.hash.to_string(),
            scope: scope.into(),
            step_id: scope_step(scope),
            rollback_id: scope_rollback(scope),
            steps: preview.steps.iter().map(step).collect(),
            coverage: Coverage { restored: preview.coverage.restored, total: preview.coverage.total },
            blocked_by: preview.blocked_by.iter().map(Into::into).collect(),
            lost: preview.lost.clone(),
            undecided: preview.undecided.iter().map(ToString::to_string).collect(),
            set_back: ids(&preview.set_back),
        }
    }
}

/// A preview as a member of a problem.
pub(crate) fn as_json(preview: &house::Preview) -> Value {
    serde_json::json!(Preview::from(preview))
}

fn step(step: &house::PreviewStep) -> PreviewStep {
    let class = match step.class {
        house::Class::Exact => Class::Exact,
        house::Class::BestEffort => Class::BestEffort,
        house::Class::Impossible => Class::Impossible,
    };
    let change = |change: &house::Change| Change {
        entity: change.entity.to_string(),
        field: change.field.clone(),
        before: change.before.clone(),
        written: change.written.clone(),
        now: change.now.clone(),
        after: change.after.clone(),
        conflict: change.conflict.as_ref().map(|conflict| Conflict {
            actor: (&conflict.actor).into(),
            at: conflict.at,
            event: conflict.event.to_string(),
            step_id: conflict.step_id.as_ref().map(ToString::to_string),
        }),
        choices: change.choices.iter().copied().map(Into::into).collect(),
    };
    PreviewStep {
        step_id: step.step_id.to_string(),
        class,
        compensation: step.compensation.clone(),
        changes: step.changes.iter().map(change).collect(),
        takes_part: step.takes_part,
        after: step.how.after.iter().map(ToString::to_string).collect(),
    }
}

/// A rollback that was begun.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Rollback {
    /// `rbk_<uuid>`.
    pub id: String,
    /// How much was rolled back.
    pub scope: Scope,
    /// The step that the scope names.
    pub step_id: Option<String>,
    /// The rollback that this one undoes.
    pub undoes: Option<String>,
    /// The steps, in the order in which they are taken back.
    pub steps: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: Actor,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was done.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it stands still, while it is paused.
    pub paused: Option<String>,
    /// Why it was left half-way, when it was.
    pub stopped: Option<String>,
    /// The rollback that undid this one.
    pub undone_by: Option<String>,
}
