//! What a rollback would do, said before it is done.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Choice, ChoiceFor, PreviewHash, Scope, Undo, UndoStep, World,
    choice::Choices,
    compensate::{Bench, Fate, Part, harmless, lasting, made_up_for},
    order,
};
use crate::{
    action::{Catalogue, Effect, Pace, Reversibility},
    actor::Actor,
    canonical,
    ids::{EntityId, StepId},
    plan::{Plan, PlanRefusal, PlanStatus, Step, StepProgress},
    references,
};

/// How well a step can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Everything is as it was before.
    Exact,
    /// Something makes up for it: a request, or a person.
    BestEffort,
    /// Nothing can.
    Impossible,
}

/// Who changed a field after the step did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    pub actor: Actor,
    pub at: DateTime<Utc>,
    pub event: Uuid,
    /// The step of the same run that did it, if it was one.
    pub step_id: Option<StepId>,
}

/// One field: before the step, as the step wrote it, now, and after the rollback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub entity: EntityId,
    pub field: String,
    pub before: Value,
    pub written: Value,
    pub now: Value,
    pub after: Value,
    pub conflict: Option<Conflict>,
    /// What can be chosen; empty without a conflict.
    pub choices: Vec<Choice>,
}

/// One step as it would be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewStep {
    pub step_id: StepId,
    pub class: Class,
    /// What is done, for people.
    pub compensation: String,
    pub changes: Vec<Change>,
    /// Whether the step takes part; one that is kept or cannot be taken back does not.
    pub takes_part: bool,
    pub how: UndoStep,
}

/// How many effects are taken back, of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    pub restored: usize,
    pub total: usize,
}

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A step is being carried out.
    Running,
    /// Nobody knows how a step ended.
    OutcomeUnknown,
    /// A step that stays used the result.
    Dependent,
}

/// One step that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    pub kind: BlockKind,
    pub step_id: StepId,
    pub text: String,
}

/// What a rollback would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub hash: PreviewHash,
    /// In the order in which they are taken back.
    pub steps: Vec<PreviewStep>,
    pub coverage: Coverage,
    pub blocked_by: Vec<Block>,
    /// What is gone for good, in sentences; a person confirms it by the plan's name.
    pub lost: Vec<String>,
    /// The things about which a person has to choose first.
    pub undecided: Vec<EntityId>,
    /// Steps that wait for a person, a moment or a retry, and wait no longer.
    pub set_back: Vec<StepId>,
}

/// Says what a rollback would do, under the choices made so far. The hash does not depend on the choices.
///
/// # Errors
/// When there is nothing of this scope to roll back, or not now.
pub fn preview(
    plan: &Plan,
    scope: &Scope,
    world: &World,
    choices: &[ChoiceFor],
    catalogue: &Catalogue,
) -> Result<Preview, PlanRefusal> {
    check_scope(plan, scope)?;
    let facts = look(plan, scope, world, &[], catalogue);
    let mut seen = if choices.is_empty() { facts.clone() } else { look(plan, scope, world, choices, catalogue) };
    seen.hash = hash(plan, scope, &facts);
    Ok(seen)
}

/// The statuses in which a plan that has run can be rolled back.
const AT_REST: [PlanStatus; 6] = [
    PlanStatus::Executing,
    PlanStatus::Paused,
    PlanStatus::Completed,
    PlanStatus::Failed,
    PlanStatus::Cancelled,
    PlanStatus::RolledBack,
];

fn check_scope(plan: &Plan, scope: &Scope) -> Result<(), PlanRefusal> {
    if !AT_REST.contains(&plan.status) || plan.run.is_none() {
        return Err(PlanRefusal::WrongStatus { status: plan.status, verb: "rolling back", needed: "started" });
    }
    match scope {
        Scope::Plan => {}
        Scope::Step { step_id } | Scope::FromStep { step_id } => {
            let step = plan.steps.get(step_id);
            let step = step.ok_or_else(|| PlanRefusal::NoSuchStep { step: step_id.to_string() })?;
            if matches!(scope, Scope::Step { .. }) && !matches!(step.progress, StepProgress::Completed { .. }) {
                let (status, verb) = (plan.step_status(step).name(), "rolling it back");
                return Err(PlanRefusal::WrongStepStatus { step: step_id.clone(), status, verb, needed: "completed" });
            }
        }
        Scope::Rollback { rollback_id } => {
            if !plan.rollbacks.iter().any(|known| known.id == *rollback_id && known.ended_at.is_some()) {
                return Err(PlanRefusal::NoSuchRollback { rollback: *rollback_id });
            }
        }
    }
    if order::chosen(plan, scope).is_empty() { Err(PlanRefusal::NothingToRollBack) } else { Ok(()) }
}

fn look(plan: &Plan, scope: &Scope, world: &World, choices: &[ChoiceFor], catalogue: &Catalogue) -> Preview {
    let chosen = order::chosen(plan, scope);
    let concerned = order::concerned(plan, scope);
    let choices = Choices(choices);
    let redo = scope.is_redo();
    let all = || chosen.iter().filter_map(|id| plan.steps.get(id)).flat_map(|step| order::effects(step));
    let mut bench = Bench::new(world, all(), &choices, plan.run.as_ref().map(|run| run.id));
    let mut preview = Preview {
        hash: PreviewHash::new(scope.clone(), [0; 32]),
        steps: Vec::new(),
        coverage: Coverage::default(),
        blocked_by: blocks(plan, scope, &concerned, catalogue),
        lost: Vec::new(),
        undecided: Vec::new(),
        set_back: set_back(plan, &concerned, catalogue),
    };
    for (step_id, after) in order::undo_order(plan, &chosen, redo, world) {
        let Some(step) = plan.steps.get(&step_id) else { continue };
        let parts = parts(step, &mut bench, redo, catalogue);
        preview.take(step, after, parts);
    }
    // what does not take part is not waited for
    let taking_part: Vec<StepId> =
        preview.steps.iter().filter(|step| step.takes_part).map(|step| step.step_id.clone()).collect();
    for step in &mut preview.steps {
        step.how.after.retain(|before| taking_part.contains(before));
    }
    preview
}

impl Preview {
    fn take(&mut self, step: &Step, after: Vec<StepId>, parts: Vec<Part>) {
        let mut taken = PreviewStep {
            step_id: step.spec.id.clone(),
            class: Class::Exact,
            compensation: String::new(),
            changes: Vec::new(),
            takes_part: parts.is_empty(),
            how: UndoStep { step_id: step.spec.id.clone(), after, undo: Vec::new() },
        };
        if parts.is_empty() {
            "It changed nothing; there is nothing to take back".clone_into(&mut taken.compensation);
        }
        for part in parts {
            self.coverage.total += 1;
            match part.fate {
                Fate::Undone => {
                    self.coverage.restored += 1;
                    taken.takes_part = true;
                }
                Fate::Open => {
                    let open = part.changes.iter().filter(|change| change.conflict.is_some());
                    for entity in open.map(|change| &change.entity) {
                        if !self.undecided.contains(entity) {
                            self.undecided.push(entity.clone());
                        }
                    }
                }
                Fate::Kept | Fate::Lasting => {}
            }
            taken.class = taken.class.max(part.class);
            let joint = if taken.compensation.is_empty() { "" } else { "; " };
            taken.compensation.push_str(joint);
            taken.compensation.push_str(&part.sentence);
            taken.changes.extend(part.changes);
            taken.how.undo.extend(part.undo);
            self.lost.extend(part.lost.into_iter().filter(|lost| !lost.is_empty()));
        }
        self.steps.push(taken);
    }

    /// The steps that take part, as they are carried out.
    pub fn undo_steps(&self) -> Vec<UndoStep> {
        self.steps.iter().filter(|step| step.takes_part).map(|step| step.how.clone()).collect()
    }
}

/// What takes the effects of one step back.
fn parts(step: &Step, bench: &mut Bench, redo: bool, catalogue: &Catalogue) -> Vec<Part> {
    let title = &step.spec.title;
    let action = catalogue.get(&step.spec.action_type);
    let effects: Vec<Effect> = order::effects(step).iter().rev().cloned().collect();
    if effects.is_empty() && !redo && action.is_some_and(|action| action.outside) {
        return vec![lasting(format!("“{title}” reached outside, and nothing was recorded to take it back by"))];
    }
    let lasts = action.is_some_and(|action| action.reversibility == Reversibility::Irreversible && action.outside);
    let one = |effect: &Effect| match effect {
        Effect::OutsideCall { .. } if redo => lasting(format!("The request of “{title}” is not sent again")),
        Effect::OutsideCall { method, .. } if matches!(method.as_str(), "GET" | "HEAD") => {
            harmless("It only read; there is nothing to take back")
        }
        Effect::OutsideCall { compensate: Some(request), .. } => request_back(step, request),
        Effect::OutsideCall { compensate: None, method, url, .. } => {
            lasting(format!("The {method} request to {url} cannot be taken back"))
        }
        Effect::PersonDid { .. } => {
            let verb = if redo { "do it again" } else { "take it back" };
            made_up_for(format!("Asks a person to {verb}"), Undo::Person { text: format!("{title}: {verb}") })
        }
        Effect::EntityCreated { .. } if lasts => {
            lasting(format!("“{title}” cannot be taken back: what is sent is sent"))
        }
        Effect::EntityCreated { .. }
        | Effect::EntityChanged { .. }
        | Effect::EntityArchived { .. }
        | Effect::EntityLinked { .. }
        | Effect::EntityRestored { .. }
        | Effect::EntityUnlinked { .. }
        | Effect::EntityWithdrawn { .. } => {
            bench.take_back(effect).unwrap_or_else(|| harmless("There is nothing to take back"))
        }
    };
    effects.iter().map(one).collect()
}

/// The declared request, with what the step's own call answered put in.
fn request_back(step: &Step, request: &Value) -> Part {
    let own = |id: &StepId| if *id == step.spec.id { step.recorded_result() } else { None };
    match references::resolve(&references::of_step(request, &step.spec.id), &own) {
        Ok(request) => {
            let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
            let sentence = format!("Sends {} to {}", text("method"), text("url"));
            made_up_for(sentence, Undo::Request { request })
        }
        Err(error) => lasting(format!("The request that makes up for “{}” cannot be sent: {error}", step.spec.title)),
    }
}

fn blocks(
    plan: &Plan,
    scope: &Scope,
    concerned: &std::collections::HashSet<StepId>,
    catalogue: &Catalogue,
) -> Vec<Block> {
    let mut blocks = Vec::new();
    for step in plan.steps.values() {
        let (step_id, title) = (&step.spec.id, &step.spec.title);
        let mut block = |kind, text| blocks.push(Block { kind, step_id: step_id.clone(), text });
        let used = matches!(scope, Scope::Step { step_id: undone } if uses(step, undone));
        match step.progress {
            StepProgress::Completed { .. } if used => {
                block(BlockKind::Dependent, format!("“{title}” used its result: roll back from this step on"));
            }
            StepProgress::Executing { .. } if concerned.contains(step_id) && !waits(step, catalogue) => {
                block(BlockKind::Running, format!("“{title}” is being carried out: pause the plan and let it end"));
            }
            StepProgress::OutcomeUnknown { .. } if concerned.contains(step_id) => {
                block(BlockKind::OutcomeUnknown, format!("Nobody knows how “{title}” ended: find out and say so"));
            }
            StepProgress::Completed { .. }
            | StepProgress::Executing { .. }
            | StepProgress::OutcomeUnknown { .. }
            | StepProgress::Pending
            | StepProgress::Retrying { .. }
            | StepProgress::Failed { .. }
            | StepProgress::Skipped { .. }
            | StepProgress::Undoing { .. }
            | StepProgress::UndoFailed { .. }
            | StepProgress::Undone { .. } => {}
        }
    }
    blocks
}

/// Whether a step's params took something from another's result.
fn uses(step: &Step, other: &StepId) -> bool {
    references::find(step.params()).0.iter().any(|placed| placed.value.step == *other)
}

fn waits(step: &Step, catalogue: &Catalogue) -> bool {
    catalogue.get(&step.spec.action_type).is_some_and(|action| action.pace != Pace::Action)
}

fn set_back(plan: &Plan, concerned: &std::collections::HashSet<StepId>, catalogue: &Catalogue) -> Vec<StepId> {
    let stops = |step: &Step| match step.progress {
        StepProgress::Executing { .. } => waits(step, catalogue),
        StepProgress::Retrying { .. } => true,
        StepProgress::Pending
        | StepProgress::OutcomeUnknown { .. }
        | StepProgress::Completed { .. }
        | StepProgress::Failed { .. }
        | StepProgress::Skipped { .. }
        | StepProgress::Undoing { .. }
        | StepProgress::UndoFailed { .. }
        | StepProgress::Undone { .. } => false,
    };
    let stopping = plan.steps.values().filter(|step| concerned.contains(&step.spec.id) && stops(step));
    stopping.map(|step| step.spec.id.clone()).collect()
}

fn hash(plan: &Plan, scope: &Scope, facts: &Preview) -> PreviewHash {
    let content = json!({
        "scope": scope,
        "run": plan.run.as_ref().map(|run| run.id),
        "steps": facts.steps,
        "blocked_by": facts.blocked_by,
        "set_back": facts.set_back,
    });
    PreviewHash::new(scope.clone(), Sha256::digest(canonical::to_string(&content).as_bytes()).into())
}
