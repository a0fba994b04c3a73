//! Changing a draft: all changes of one edit, or none.
//!
//! Changes are folded one after the other; the whole content is checked at the end, so that an edit may pass through
//! states that could not stand alone. An edit that moves the content away from what was approved voids the approval;
//! one that brings it back reinstates it.

use std::collections::HashMap;

use serde_json::Value;

use super::{Deciding, Decision, drafting, need};
use crate::{
    decider::Context,
    graph::StepGraph,
    ids::StepId,
    plan::{
        ApprovalVoided, Change, DetailsPatch, Plan, PlanApproved, PlanDetails, PlanDetailsEdited, PlanRefusal,
        PlanStatus, PolicyPatch, Problem, ProblemCode, RemoveDependents, StepAdded, StepEdited, StepInput, StepPatch,
        StepRemoved, StepSpec, StepsReordered,
        check::{MAX_STEPS, Names, check_graph, check_policy, check_references, parse_step},
    },
};

pub(super) fn edit(plan: &Plan, changes: Vec<Change>, context: &Context) -> Decision {
    need(plan, &[PlanStatus::Draft, PlanStatus::Approved], "editing", "a draft or approved")?;
    if changes.is_empty() {
        return Err(PlanRefusal::NoChanges);
    }
    let mut editing = Editing {
        deciding: Deciding::new(plan, context),
        context,
        touched: HashMap::new(),
        last: changes.len() - 1,
        problems: Vec::new(),
    };
    for (index, change) in changes.into_iter().enumerate() {
        editing.apply(index, change)?;
    }
    editing.check()?;
    let mut deciding = editing.deciding;
    settle_approval(plan, &mut deciding);
    Ok(deciding.events)
}

/// Voids or reinstates the approval, as the content says.
fn settle_approval(before: &Plan, deciding: &mut Deciding) {
    let Some(approved_hash) = before.approved.filter(|_| !deciding.events.is_empty()) else { return };
    let content_hash = deciding.plan.content_hash();
    match (before.status == PlanStatus::Approved, content_hash == approved_hash) {
        (true, false) => deciding.emit(ApprovalVoided { approved_hash, content_hash }),
        (false, true) => deciding.emit(PlanApproved { content_hash, reinstated: true }),
        (true, true) | (false, false) => {}
    }
}

struct Editing<'a> {
    deciding: Deciding,
    context: &'a Context,
    /// Which change touched a step last, and the pointer to the step's fields in it.
    touched: HashMap<StepId, String>,
    last: usize,
    problems: Vec<Problem>,
}

impl Editing<'_> {
    fn apply(&mut self, index: usize, change: Change) -> Result<(), PlanRefusal> {
        match change {
            Change::AddStep { step, after } => self.add(index, step, after),
            Change::EditStep { step, patch } => self.edit_step(index, &step, patch),
            Change::RemoveStep { step, dependents } => self.remove(index, &step, dependents),
            Change::MoveStep { step, after } => self.move_step(index, &step, after.as_deref()),
            Change::EditDetails(patch) => {
                self.edit_details(index, patch);
                Ok(())
            }
            Change::SetPolicy(patch) => {
                self.set_policy(index, &patch);
                Ok(())
            }
        }
    }

    fn add(&mut self, index: usize, input: StepInput, after: Option<Option<String>>) -> Result<(), PlanRefusal> {
        let place = format!("/changes/{index}/step");
        let plan = &self.deciding.plan;
        let after = match after {
            None => plan.steps.keys().next_back().cloned(),
            Some(None) => None,
            Some(Some(after)) => Some(self.find(&after)?.id.clone()),
        };
        let mut names = Names::taken(plan.steps.keys().chain(&plan.retired));
        if let Some(id) = input.id.as_deref().filter(|id| !names.claim(id)) {
            let (code, message) = if plan.steps.keys().any(|known| known.as_str() == id) {
                (ProblemCode::DuplicateStepId, format!("there is a step with the id `{id}` already"))
            } else {
                (ProblemCode::UsedStepId, format!("the id `{id}` was used by a step that was removed; choose another"))
            };
            self.problems.push(Problem { code, pointer: format!("{place}/id"), step: Some(id.to_owned()), message });
            return Ok(());
        }
        match parse_step(input, &mut names, &self.context.catalogue, &place) {
            Ok(step) => {
                self.touched.insert(step.id.clone(), place);
                self.deciding.emit(StepAdded { step, after });
            }
            Err(problems) => self.problems.extend(problems),
        }
        Ok(())
    }

    fn edit_step(&mut self, index: usize, step: &str, patch: StepPatch) -> Result<(), PlanRefusal> {
        let before = self.find(step)?.clone();
        let place = format!("/changes/{index}/set");
        match parse_step(patched(&before, patch), &mut Names::default(), &self.context.catalogue, &place) {
            Ok(after) => {
                self.touched.insert(after.id.clone(), place);
                if after != before {
                    self.deciding.emit(StepEdited { before, after });
                }
            }
            Err(problems) => self.problems.extend(problems),
        }
        Ok(())
    }

    fn remove(&mut self, index: usize, step: &str, policy: RemoveDependents) -> Result<(), PlanRefusal> {
        let step = self.find(step)?.clone();
        let dependents = StepGraph::of(self.deciding.plan.specs()).dependents(&step.id);
        if !dependents.is_empty() && policy == RemoveDependents::Refuse {
            return Err(PlanRefusal::StepHasDependents { step: step.id, dependents, change: index });
        }
        for dependent in dependents {
            let before = self.find(dependent.as_str())?.clone();
            let mut after = before.clone();
            after.depends_on.retain(|id| *id != step.id);
            let inherited = step.depends_on.iter().filter(|id| !before.depends_on.contains(id));
            after.depends_on.extend(inherited.cloned());
            self.touched.insert(dependent, format!("/changes/{index}"));
            self.deciding.emit(StepEdited { before, after });
        }
        self.touched.remove(&step.id);
        self.deciding.emit(StepRemoved { step });
        Ok(())
    }

    fn move_step(&mut self, index: usize, step: &str, after: Option<&str>) -> Result<(), PlanRefusal> {
        let moved = self.find(step)?.id.clone();
        let after = after.map(|after| self.find(after).map(|step| step.id.clone())).transpose()?;
        if after.as_ref() == Some(&moved) {
            return Ok(());
        }
        let current: Vec<StepId> = self.deciding.plan.steps.keys().cloned().collect();
        let mut order: Vec<StepId> = current.iter().filter(|id| **id != moved).cloned().collect();
        let place = after.and_then(|after| order.iter().position(|id| *id == after)).map_or(0, |place| place + 1);
        order.insert(place, moved.clone());
        if order != current {
            self.touched.entry(moved).or_insert_with(|| format!("/changes/{index}"));
            self.deciding.emit(StepsReordered { order });
        }
        Ok(())
    }

    fn edit_details(&mut self, index: usize, patch: DetailsPatch) {
        let before = self.deciding.plan.details.clone();
        let after = PlanDetails {
            name: patch.name.map_or_else(|| before.name.clone(), |name| name.trim().to_owned()),
            description: patch.description.unwrap_or_else(|| before.description.clone()),
            policy: before.policy.clone(),
        };
        if !drafting::is_good_name(&after.name) {
            self.problems.push(drafting::bad_name(&format!("/changes/{index}/name")));
        } else if after != before {
            self.deciding.emit(PlanDetailsEdited { before, after });
        }
    }

    fn set_policy(&mut self, index: usize, patch: &PolicyPatch) {
        let before = self.deciding.plan.details.clone();
        let mut after = before.clone();
        let policy = &mut after.policy;
        policy.on_failure = patch.on_failure.unwrap_or(policy.on_failure);
        policy.max_parallel = patch.max_parallel.unwrap_or(policy.max_parallel);
        policy.approvals_required = patch.approvals_required.unwrap_or(policy.approvals_required);
        policy.self_approval = patch.self_approval.unwrap_or(policy.self_approval);
        let problems_before = self.problems.len();
        check_policy(&after.policy, &format!("/changes/{index}/policy"), &mut self.problems);
        if self.problems.len() == problems_before && after != before {
            self.deciding.emit(PlanDetailsEdited { before, after });
        }
    }

    /// Checks the content as the changes left it.
    fn check(&mut self) -> Result<(), PlanRefusal> {
        if self.problems.is_empty() && !self.deciding.events.is_empty() {
            let steps: Vec<&StepSpec> = self.deciding.plan.specs().collect();
            let last = format!("/changes/{}", self.last);
            let place = |id: &StepId| self.touched.get(id).cloned().unwrap_or_else(|| last.clone());
            if steps.len() > MAX_STEPS {
                self.problems.push(Problem {
                    code: ProblemCode::TooLarge,
                    pointer: last.clone(),
                    step: None,
                    message: format!("a plan has at most {MAX_STEPS} steps"),
                });
            }
            check_graph(&steps, &place, &mut self.problems);
            if self.problems.is_empty() {
                check_references(&steps, &steps, &self.context.catalogue, &place, &mut self.problems);
            }
        }
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(PlanRefusal::InvalidContent { problems: std::mem::take(&mut self.problems) })
        }
    }

    fn find(&self, step: &str) -> Result<&StepSpec, PlanRefusal> {
        let found = step.parse::<StepId>().ok().and_then(|id| self.deciding.plan.steps.get(&id));
        found.map(|step| &step.spec).ok_or_else(|| PlanRefusal::NoSuchStep { step: step.to_owned() })
    }
}

fn patched(step: &StepSpec, patch: StepPatch) -> StepInput {
    let params = match &step.params {
        Value::Object(params) => params.clone(),
        _ => serde_json::Map::new(),
    };
    StepInput {
        id: Some(step.id.to_string()),
        title: patch.title.unwrap_or_else(|| step.title.clone()),
        description: patch.description.unwrap_or_else(|| step.description.clone()),
        action_type: patch.action_type.unwrap_or_else(|| step.action_type.clone()),
        params: patch.params.unwrap_or(params),
        depends_on: patch.depends_on.unwrap_or_else(|| step.depends_on.iter().map(ToString::to_string).collect()),
        requires_approval: patch.requires_approval.unwrap_or(step.requires_approval),
        on_failure: patch.on_failure.unwrap_or(step.on_failure),
        retry: patch.retry.unwrap_or(step.retry),
        timeout_seconds: patch.timeout_seconds.unwrap_or(step.timeout_seconds),
    }
}
