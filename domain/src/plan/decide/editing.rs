//! Changing a draft: all changes of one edit, or none.
//!
//! Changes are folded one after the other; the whole content is checked at the end, so that an edit may pass through
//! states that could not stand alone. An edit that moves the content away from what was approved voids the approval;
//! one that brings back content which enough people approved reinstates it.

use std::collections::HashMap;

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
pub(super) fn settle_approval(before: &Plan, deciding: &mut Deciding) {
    let content_hash = deciding.plan.content_hash();
    let holds = deciding.plan.has_enough_approvals(content_hash);
    match (before.approved.filter(|_| before.status == PlanStatus::Approved), holds) {
        (Some(approved_hash), _) if approved_hash == content_hash => {}
        (Some(approved_hash), false) => deciding.emit(ApprovalVoided { approved_hash, content_hash }),
        (Some(_) | None, true) => deciding.emit(PlanApproved { content_hash, reinstated: true }),
        (None, false) => {}
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
    let own = StepInput::from(step);
    StepInput {
        id: own.id,
        title: patch.title.unwrap_or(own.title),
        description: patch.description.unwrap_or(own.description),
        action_type: patch.action_type.unwrap_or(own.action_type),
        params: patch.params.unwrap_or(own.params),
        depends_on: patch.depends_on.unwrap_or(own.depends_on),
        requires_approval: patch.requires_approval.unwrap_or(own.requires_approval),
        on_failure: patch.on_failure.unwrap_or(own.on_failure),
        retry: patch.retry.unwrap_or(own.retry),
        timeout_seconds: patch.timeout_seconds.unwrap_or(own.timeout_seconds),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::{
        PlanApprovalGiven, PlanCommand, PlanEvent, Policy,
        decide::examples::{after, approved_with, diamond, drafted, hash_of, id, input, spec, started},
    };

    fn edit(changes: Vec<Change>) -> PlanCommand {
        PlanCommand::Edit { changes }
    }

    fn retitle(step: &str, title: &str) -> Change {
        Change::EditStep { step: step.into(), patch: StepPatch { title: Some(title.into()), ..StepPatch::default() } }
    }

    fn depend(step: &str, on: &[&str]) -> Change {
        let depends_on = Some(on.iter().map(ToString::to_string).collect());
        Change::EditStep { step: step.into(), patch: StepPatch { depends_on, ..StepPatch::default() } }
    }

    fn remove(step: &str, dependents: RemoveDependents) -> Change {
        Change::RemoveStep { step: step.into(), dependents }
    }

    #[test]
    fn removing_a_step_that_others_need_is_refused() {
        after(drafted(), []).when(edit(vec![remove("research", RemoveDependents::Refuse)])).refused(
            &PlanRefusal::StepHasDependents {
                step: id("research"),
                dependents: vec![id("build"), id("invite")],
                change: 0,
            },
        );
    }

    #[test]
    fn rewiring_lets_dependents_depend_on_what_came_before() {
        let outcome = after(drafted(), []).when(edit(vec![remove("build", RemoveDependents::Rewire)]));
        let launch = &outcome.state().steps[&id("launch")].spec;
        assert_eq!(launch.depends_on, [id("invite"), id("research")]);
        assert!(!outcome.state().steps.contains_key(&id("build")));
    }

    #[test]
    fn rewiring_away_a_result_that_is_used_is_refused() {
        let mut note = input("note", &["idea"]);
        note.action_type = "note.add".into();
        note.params = json!({"about": "{{steps.idea.result.id}}", "text": "x"}).as_object().unwrap().clone();
        let events = crate::plan::decide::examples::drafted_with(Policy::default(), vec![input("idea", &[]), note]);
        let outcome = after(events, []).when(edit(vec![remove("idea", RemoveDependents::Rewire)]));
        let PlanRefusal::InvalidContent { problems } = outcome.refusal() else { panic!("{}", outcome.refusal()) };
        assert_eq!(problems[0].code, ProblemCode::ReferenceToUnknownStep);
    }

    #[test]
    fn a_cycle_is_refused_with_its_path_and_the_field() {
        let outcome = after(drafted(), []).when(edit(vec![retitle("build", "x"), depend("research", &["launch"])]));
        let PlanRefusal::InvalidContent { problems } = outcome.refusal() else { panic!("{}", outcome.refusal()) };
        assert_eq!(problems[0].code, ProblemCode::Cycle);
        assert_eq!(problems[0].pointer, "/changes/1/set/depends_on/0");
        assert!(problems[0].message.contains("`research` before `build` before `launch` before `research`"));
    }

    #[test]
    fn an_id_is_never_used_again() {
        let removed = after(drafted(), []).when(edit(vec![remove("launch", RemoveDependents::Refuse)]));
        let events: Vec<PlanEvent> = drafted().into_iter().chain(removed.events().to_vec()).collect();
        let outcome = after(events, []).when(edit(vec![Change::AddStep { step: input("launch", &[]), after: None }]));
        let PlanRefusal::InvalidContent { problems } = outcome.refusal() else { panic!("{}", outcome.refusal()) };
        assert_eq!((problems[0].code, problems[0].pointer.as_str()), (ProblemCode::UsedStepId, "/changes/0/step/id"));
    }

    #[test]
    fn one_bad_change_leaves_all_undone() {
        let outcome = after(drafted(), []).when(edit(vec![retitle("build", "x"), retitle("nope", "y")]));
        assert_eq!(outcome.refusal(), &PlanRefusal::NoSuchStep { step: "nope".into() });
    }

    #[test]
    fn steps_are_added_and_moved_where_people_say() {
        let first = Change::AddStep { step: input("kickoff", &[]), after: Some(None) };
        let moved = Change::MoveStep { step: "launch".into(), after: Some("kickoff".into()) };
        let outcome = after(drafted(), []).when(edit(vec![first, moved]));
        let order: Vec<_> = outcome.state().steps.keys().map(StepId::as_str).collect();
        assert_eq!(order, ["kickoff", "launch", "research", "build", "invite"]);
        assert_eq!(outcome.events()[0], StepAdded { step: spec(input("kickoff", &[])), after: None }.into());
    }

    #[test]
    fn an_edit_voids_the_approval_and_the_old_content_brings_it_back() {
        let events = approved_with(Policy::default(), diamond());
        let approved_hash = hash_of(&events);
        let voided = after(events.clone(), []).when(edit(vec![retitle("build", "Build it well")]));
        let content_hash = voided.state().content_hash();
        assert_eq!(voided.events()[1], ApprovalVoided { approved_hash, content_hash }.into());
        assert_eq!(voided.state().status, PlanStatus::Draft);
        let events: Vec<PlanEvent> = events.into_iter().chain(voided.events().to_vec()).collect();
        let restored = after(events, []).when(edit(vec![retitle("build", "Do build")]));
        assert_eq!(restored.events()[1], PlanApproved { content_hash: approved_hash, reinstated: true }.into());
        assert_eq!(restored.state().status, PlanStatus::Approved);
    }

    #[test]
    fn content_that_was_approved_before_the_last_approval_is_brought_back_as_well() {
        let mut events = approved_with(Policy::default(), diamond());
        let first = hash_of(&events);
        events.extend(after(events.clone(), []).when(edit(vec![retitle("build", "Build it well")])).events().to_vec());
        let content_hash = hash_of(&events);
        events.push(PlanApprovalGiven { content_hash, note: None, acknowledged: Vec::new() }.into());
        events.push(PlanApproved { content_hash, reinstated: false }.into());
        let restored = after(events, []).when(edit(vec![retitle("build", "Do build")]));
        assert_eq!(restored.events()[1..], [PlanApproved { content_hash: first, reinstated: true }.into()]);
        assert_eq!(restored.state().approved, Some(first));
    }

    #[test]
    fn a_new_name_or_white_space_in_a_title_keeps_the_approval() {
        let events = approved_with(Policy::default(), diamond());
        let name = Change::EditDetails(DetailsPatch { name: Some("Big launch".into()), description: None });
        let outcome = after(events, []).when(edit(vec![name, retitle("build", "Do   build")]));
        assert_eq!(outcome.state().status, PlanStatus::Approved);
        assert_eq!(outcome.events().len(), 2);
    }

    #[test]
    fn a_running_plan_is_not_edited() {
        let outcome = after(started(), []).when(edit(vec![retitle("build", "x")]));
        assert!(matches!(outcome.refusal(), PlanRefusal::WrongStatus { status: PlanStatus::Executing, .. }));
    }

    #[test]
    fn the_parallel_limit_has_bounds() {
        let policy = PolicyPatch { max_parallel: Some(0), ..PolicyPatch::default() };
        let outcome = after(drafted(), []).when(edit(vec![Change::SetPolicy(policy)]));
        let PlanRefusal::InvalidContent { problems } = outcome.refusal() else { panic!("{}", outcome.refusal()) };
        assert_eq!(problems[0].pointer, "/changes/0/policy/max_parallel");
    }
}
