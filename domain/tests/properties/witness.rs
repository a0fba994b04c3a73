//! Watches a plan while commands are given, and says at once when something happens that must not.

use std::collections::HashSet;

use cairn_domain::{
    action::{Catalogue, Pace},
    decider::{Context, Decider, Stamp},
    graph::StepGraph,
    ids::StepId,
    plan::{
        Plan, PlanCommand, PlanDecider, PlanEvent, PlanRefusal, PlanStatus, Step, StepProgress, StepStarted, due,
        waiting_for,
    },
    schema::EventFamily,
};

/// A plan, what happened to it, and what must not happen again.
#[derive(Default)]
pub(crate) struct Witness {
    pub(crate) plan: Plan,
    pub(crate) past: Vec<(PlanEvent, Stamp)>,
    /// Every step id there ever was.
    known: HashSet<StepId>,
    started: HashSet<(StepId, u32)>,
    ended: HashSet<(StepId, u32)>,
}

impl Witness {
    /// Gives a command and checks everything that happens.
    pub(crate) fn ask(&mut self, command: PlanCommand, context: &Context) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let decided = PlanDecider::decide(&self.plan, command.clone(), context);
        let again = PlanDecider::decide(&self.plan, command.clone(), context);
        assert_eq!(decided, again, "the same command on the same plan is decided the same way");
        let events = decided?;
        for event in &events {
            self.happens(event, &Stamp::from(context));
        }
        self.check_content();
        self.check_approval();
        self.check_attempts();
        if let PlanCommand::Advance { claim: true, .. } = command {
            self.check_nothing_was_left_out(context);
        }
        Ok(events)
    }

    /// Folds the past again, from the bytes that a log would hold.
    pub(crate) fn check_replay(&self) {
        let mut replayed = Plan::default();
        for (event, stamp) in &self.past {
            let read = PlanEvent::decode(event.type_name(), event.schema_version(), &event.encode());
            let read = read.unwrap_or_else(|error| panic!("{event:?} was written and cannot be read: {error}"));
            PlanDecider::evolve(&mut replayed, &read, stamp);
        }
        assert_eq!(replayed, self.plan, "the plan is the fold of its events");
    }

    fn happens(&mut self, event: &PlanEvent, stamp: &Stamp) {
        let before = self.plan.status;
        match event {
            PlanEvent::PlanDrafted(drafted) => {
                for step in &drafted.steps {
                    // another draft keeps the ids of the steps that stay
                    if !self.plan.steps.contains_key(&step.id) {
                        self.is_new(&step.id);
                    }
                }
            }
            PlanEvent::StepAdded(added) => self.is_new(&added.step.id),
            PlanEvent::StepStarted(started) => self.may_start(started),
            PlanEvent::StepCompleted(ended) => self.ends(&ended.step_id, ended.attempt, true),
            PlanEvent::StepAttemptFailed(ended) => self.ends(&ended.step_id, ended.attempt, true),
            PlanEvent::StepOutcomeUnknown(ended) => self.ends(&ended.step_id, ended.attempt, true),
            PlanEvent::StepFailed(ended) => {
                let was_started = !["reference.unresolved", "wait.no-moment", "params.too-deep", "person.forgotten"]
                    .contains(&ended.error.code.as_str());
                self.ends(&ended.step_id, ended.attempt, was_started);
            }
            PlanEvent::StepSkipped(skipped) => {
                if let Some(StepProgress::Executing { attempt, .. }) = self.progress(&skipped.step_id) {
                    self.ends(&skipped.step_id, attempt, true);
                }
            }
            PlanEvent::RollbackStarted(started) => {
                for step in &started.set_back {
                    if let Some(StepProgress::Executing { attempt, .. }) = self.progress(step) {
                        self.ends(step, attempt, true);
                    }
                }
            }
            PlanEvent::StepRollbackStarted(undo) => self.may_be_undone(&undo.step_id),
            PlanEvent::StepRolledBack(undo) => self.may_be_undone(&undo.step_id),
            _ => {}
        }
        PlanDecider::evolve(&mut self.plan, event, stamp);
        self.past.push((event.clone(), stamp.clone()));
        let goes_back = matches!(event, PlanEvent::RollbackStarted(_));
        if let (PlanStatus::Completed | PlanStatus::Cancelled | PlanStatus::Rejected, false) = (before, goes_back) {
            assert_eq!(self.plan.status, before, "{event:?} took the plan out of a status that is final");
        }
    }

    fn progress(&self, step: &StepId) -> Option<StepProgress> {
        self.plan.steps.get(step).map(|step| step.progress.clone())
    }

    fn is_new(&mut self, step: &StepId) {
        assert!(self.known.insert(step.clone()), "step id `{step}` was used before");
    }

    fn ends(&mut self, step: &StepId, attempt: u32, was_started: bool) {
        let attempt = (step.clone(), attempt);
        assert_eq!(self.started.contains(&attempt), was_started, "{attempt:?}");
        assert!(self.ended.insert(attempt.clone()), "{attempt:?} ended twice");
    }

    /// A step starts when everything allows it, and only then.
    fn may_start(&mut self, started: &StepStarted) {
        let plan = &self.plan;
        let step = &plan.steps[&started.step_id];
        assert_eq!(plan.status, PlanStatus::Executing);
        let run = plan.run.as_ref().expect("an executing plan has a run");
        assert_eq!(plan.approved, Some(plan.content_hash()), "only approved content runs");
        assert_eq!(run.content_hash, plan.content_hash(), "the content that runs is the one the run began with");
        for dependency in &step.spec.depends_on {
            let progress = &plan.steps[dependency].progress;
            let lets_start =
                matches!(progress, StepProgress::Completed { .. } | StepProgress::Skipped { result: Some(_), .. });
            assert!(lets_start, "`{}` started while `{dependency}` was {progress:?}", started.step_id);
        }
        assert!(!step.spec.requires_approval || step.approved, "the gate of `{}` is closed", started.step_id);
        if pace(step) == Pace::Action {
            let limit = plan.details.policy.max_parallel as usize;
            assert!(running_actions(plan) < limit, "more than {limit} steps at once");
        }
        assert_eq!(started.key, Plan::step_key(run.id, &started.step_id));
        let attempt = (started.step_id.clone(), started.attempt);
        assert!(!self.ended.contains(&attempt), "{attempt:?} started after its end");
        assert!(self.started.insert(attempt.clone()), "{attempt:?} started twice");
    }

    /// A step is taken back after everything that came of it, and only in a rollback that names it.
    fn may_be_undone(&self, step: &StepId) {
        let rollback = self.plan.open_rollback().expect("nothing is taken back outside a rollback");
        let undo = rollback.step(step).expect("only what the rollback names is taken back");
        for first in &undo.after {
            let progress = &self.plan.steps[first].progress;
            let done = match progress {
                StepProgress::Completed { .. } => rollback.scope.is_redo(),
                StepProgress::Undone { .. } => !rollback.scope.is_redo(),
                _ => false,
            };
            assert!(done, "`{step}` is taken back while `{first}` is {progress:?}");
        }
    }

    fn check_content(&self) {
        for spec in self.plan.specs() {
            for dependency in &spec.depends_on {
                assert!(self.plan.steps.contains_key(dependency), "`{}` depends on `{dependency}`", spec.id);
            }
            assert!(!self.plan.retired.contains(&spec.id), "`{}` came back", spec.id);
        }
        let graph = StepGraph::of(self.plan.specs());
        assert_eq!(graph.cycle(), None);
        assert_eq!(graph.order().len(), self.plan.steps.len());
        for (id, step) in &self.plan.steps {
            assert_eq!(*id, step.spec.id);
        }
    }

    /// A plan is approved exactly while its content is one that enough people said yes to.
    fn check_approval(&self) {
        let plan = &self.plan;
        let content = plan.content_hash();
        let said_yes: HashSet<_> =
            plan.approvals.iter().filter(|yes| yes.content_hash == content).map(|yes| &yes.by.id).collect();
        let enough = said_yes.len() >= plan.details.policy.approvals_required as usize;
        match plan.status {
            PlanStatus::Draft => assert!(!enough, "enough people approved this content, and it is a draft"),
            PlanStatus::Approved | PlanStatus::Executing | PlanStatus::Paused | PlanStatus::Completed => {
                assert!(enough, "not enough people approved this content");
                assert_eq!(plan.approved, Some(content));
            }
            PlanStatus::Absent
            | PlanStatus::Drafting
            | PlanStatus::NeedsAnswer
            | PlanStatus::Failed
            | PlanStatus::Cancelled
            | PlanStatus::Rejected
            | PlanStatus::RollingBack
            | PlanStatus::RolledBack
            | PlanStatus::RollbackStuck => {}
        }
    }

    /// The list of attempts tells what the progress tells.
    fn check_attempts(&self) {
        for (id, step) in &self.plan.steps {
            let open = step.attempts.iter().filter(|attempt| attempt.ended_at.is_none()).count();
            let executing = matches!(step.progress, StepProgress::Executing { .. });
            assert_eq!(open, usize::from(executing), "`{id}`: {:?}", step.attempts);
            let numbers: Vec<u32> = step.attempts.iter().map(|attempt| attempt.number).collect();
            assert!(numbers.is_sorted_by(|a, b| a < b), "`{id}`: attempts {numbers:?}");
        }
    }

    /// After the executor has carried a plan forward, nothing is due, and whatever waits can say why.
    fn check_nothing_was_left_out(&self, context: &Context) {
        let due = due(&self.plan, &context.catalogue, context.now);
        assert!(due.start.is_empty() && due.elapsed.is_empty() && due.finish.is_none(), "{due:?}");
        assert!(due.undo.is_empty() && due.nothing_to_undo.is_empty(), "{due:?}");
        if self.plan.status != PlanStatus::Executing {
            return;
        }
        for (id, step) in &self.plan.steps {
            let reasons = waiting_for(&self.plan, step, &context.catalogue);
            let acts = matches!(step.progress, StepProgress::Executing { .. }) && pace(step) == Pace::Action;
            assert_eq!(reasons.is_empty(), step.is_settled() || acts, "`{id}` waits for {reasons:?}");
            if reasons.iter().any(|reason| reason.kind == "slot") {
                let limit = self.plan.details.policy.max_parallel as usize;
                assert_eq!(running_actions(&self.plan), limit, "`{id}` waits for a slot, and there is one");
            }
        }
    }
}

/// What the end of a step waits for.
pub(crate) fn pace(step: &Step) -> Pace {
    Catalogue::builtin().get(&step.spec.action_type).expect("plans use the catalogue's actions").pace
}

fn running_actions(plan: &Plan) -> usize {
    let executing = |step: &&std::sync::Arc<Step>| matches!(step.progress, StepProgress::Executing { .. });
    plan.steps.values().filter(executing).filter(|step| pace(step) == Pace::Action).count()
}
