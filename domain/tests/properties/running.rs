//! Once started, a plan comes to an end: there is always something due, somebody to wait for, or nothing left to do.

use cairn_domain::{
    action::Pace,
    actor::Actor,
    decider::Context,
    ids::{RollbackId, RunId, StepId},
    plan::{
        CreatePlan, DraftPlan, OnFailure, Plan, PlanCommand, PlanStatus, RollBack, StepOutcome, StepProgress,
        StepStatus, UnknownResolution, Warning, due, warnings,
    },
    rollback::{Scope, World, preview},
    testing,
};
use chrono::{DateTime, Utc};
use proptest::{collection, prelude::*};
use serde_json::json;
use uuid::Uuid;

use crate::{
    commands::{End, end},
    plans,
    witness::{Witness, pace},
};

/// More rounds than any plan of these tests needs.
const ROUNDS: usize = 1_000;
/// How often people try a failed step again before they skip it.
const PATIENCE: usize = 6;

/// A choice made by chance: which of the possible moves comes next, and how it goes.
#[derive(Clone, Debug)]
struct Chance {
    /// Counted round the moves there are.
    which: usize,
    end: End,
    yes: bool,
}

/// Something that can happen next to a plan that runs.
enum Move {
    End(StepId, u32),
    MarkDone(StepId),
    OpenGate(StepId),
    Settle(StepId),
    TellOutcome(StepId),
    Wait(DateTime<Utc>),
}

struct Run {
    witness: Witness,
    context: Context,
    chances: std::vec::IntoIter<Chance>,
}

impl Run {
    fn start(mut draft: DraftPlan, chances: Vec<Chance>) -> Self {
        if let Some(policy) = &mut draft.policy {
            policy.approvals_required = 1;
            policy.self_approval = true;
        }
        let chances = chances.into_iter();
        let mut run = Self { witness: Witness::default(), context: testing::context(), chances };
        run.person(PlanCommand::Create(CreatePlan { by_hand: Some(draft), ..CreatePlan::default() }));
        let content_hash = run.witness.plan.content_hash();
        let acknowledged = warnings(&run.witness.plan, &run.context.catalogue).iter().map(Warning::id).collect();
        run.person(PlanCommand::Approve { content_hash, note: None, acknowledged });
        run.person(PlanCommand::Start { run_id: RunId::new(Uuid::from_u128(7)) });
        run
    }

    /// What chance brings next. When it has brought all it had, everything goes well: a plan may not need more luck.
    fn chance(&mut self) -> Chance {
        self.chances.next().unwrap_or(Chance { which: 0, end: End::Completes, yes: true })
    }

    fn person(&mut self, command: PlanCommand) {
        self.context.actor = Actor::person("alex");
        let text = format!("{command:?}");
        self.witness.ask(command, &self.context).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
    }

    fn executor(&mut self, outcomes: Vec<StepOutcome>) {
        self.context.actor = Actor::executor();
        let command = PlanCommand::Advance { outcomes, claim: true };
        self.witness.ask(command, &self.context).expect("the executor may always advance");
    }

    fn moves(&self) -> Vec<Move> {
        let plan = &self.witness.plan;
        let mut moves = Vec::new();
        for (id, step) in &plan.steps {
            match (&step.progress, pace(step)) {
                (StepProgress::Executing { attempt, .. }, Pace::Action) => moves.push(Move::End(id.clone(), *attempt)),
                (StepProgress::Executing { .. }, Pace::Person) => moves.push(Move::MarkDone(id.clone())),
                (StepProgress::Undoing { attempt, retry_at: None, .. }, _) if asks_nobody(plan, id) => {
                    moves.push(Move::End(id.clone(), *attempt));
                }
                (StepProgress::Undoing { retry_at: None, .. } | StepProgress::UndoFailed { .. }, _) => {
                    moves.push(Move::Settle(id.clone()));
                }
                (StepProgress::OutcomeUnknown { .. }, _) => moves.push(Move::TellOutcome(id.clone())),
                (StepProgress::Pending, _) if plan.step_status(step) == StepStatus::WaitingApproval => {
                    moves.push(Move::OpenGate(id.clone()));
                }
                _ => {}
            }
        }
        moves.extend(due(plan, &self.context.catalogue, self.context.now).wake_at.map(Move::Wait));
        moves
    }

    /// Makes one of the possible moves.
    fn go_on(&mut self) {
        let chance = self.chance();
        let mut moves = self.moves();
        assert!(!moves.is_empty(), "nothing can happen any more, and the plan is {:?}", self.witness.plan);
        match moves.swap_remove(chance.which % moves.len()) {
            Move::End(step, attempt) => {
                let outcome = chance.end.outcome(&self.witness.plan);
                self.executor(vec![StepOutcome { step, attempt, outcome }]);
            }
            Move::MarkDone(step) => {
                let result = chance.yes.then(|| json!({"id": "prj_3"}));
                self.person(PlanCommand::CompleteStep { step, result, note: None });
            }
            // what only a person can take back has not failed, and is not tried again
            Move::Settle(step) if chance.yes || !self.could_not_be_undone(&step) => {
                self.person(PlanCommand::ResolveRollback { step, reason: "by hand".into() });
            }
            Move::Settle(step) => self.person(PlanCommand::RetryRollback { step }),
            Move::OpenGate(step) => self.person(PlanCommand::ApproveStep { step, note: None }),
            Move::TellOutcome(step) => {
                let outcome = if chance.yes { UnknownResolution::Happened } else { UnknownResolution::DidNotHappen };
                self.person(PlanCommand::ResolveOutcome { step, outcome, result: None, reason: "asked".into() });
            }
            Move::Wait(at) => self.context.now = self.context.now.max(at),
        }
    }

    /// A person decides about one failed step, or resumes when there is none.
    fn decide_about_failure(&mut self, patient: bool) {
        let chance = self.chance();
        let failed: Vec<StepId> = self.witness.plan.failed_steps().map(|step| step.spec.id.clone()).collect();
        if failed.is_empty() {
            return self.person(PlanCommand::Resume);
        }
        let step = failed[chance.which % failed.len()].clone();
        if patient && chance.yes {
            return self.person(PlanCommand::RetryStep { step, params: None });
        }
        let result = chance.yes.then(|| json!({"id": "prj_4"}));
        self.person(PlanCommand::SkipStep { step, reason: "we go on without it".into(), result });
    }

    /// The executor rolls the plan back because a step failed, or gives that up when there is nothing to roll back.
    fn roll_back_by_itself(&mut self) {
        self.context.actor = Actor::executor();
        let seen = preview(&self.witness.plan, &Scope::Plan, &World::default(), &[], &self.context.catalogue);
        let command = match seen {
            Ok(seen) if seen.steps.iter().any(|step| step.takes_part) => PlanCommand::RollBack(Box::new(RollBack {
                rollback_id: RollbackId::new(Uuid::from_u128(self.witness.plan.rollbacks.len() as u128)),
                seen: seen.hash,
                choices: Vec::new(),
                reason: "a step failed".into(),
                name: None,
                world: World::default(),
            })),
            Ok(_) | Err(_) => PlanCommand::GiveUpRollback { message: "nothing can be rolled back".into() },
        };
        self.witness.ask(command, &self.context).expect("a failed plan rolls back");
    }

    fn could_not_be_undone(&self, step: &StepId) -> bool {
        matches!(self.witness.plan.steps[step].progress, StepProgress::UndoFailed { .. })
    }

    fn status(&self) -> PlanStatus {
        self.witness.plan.status
    }

    /// Carries the plan forward until it rests and `intervene` does nothing about it.
    fn until_it_rests(&mut self, mut intervene: impl FnMut(&mut Self) -> bool) {
        for _ in 0..ROUNDS {
            self.executor(Vec::new());
            let due = due(&self.witness.plan, &self.context.catalogue, self.context.now);
            if !due.roll_back.is_empty() {
                self.roll_back_by_itself();
            } else if let PlanStatus::Executing | PlanStatus::RollingBack | PlanStatus::RollbackStuck = self.status() {
                self.go_on();
            } else if !intervene(self) {
                return;
            }
        }
        panic!("the plan goes on for ever: {:?}", self.witness.plan);
    }
}

fn asks_nobody(plan: &Plan, step: &StepId) -> bool {
    let undo = plan.open_rollback().and_then(|open| open.step(step));
    undo.is_some_and(|undo| !undo.asks_a_person())
}

fn chances() -> impl Strategy<Value = Vec<Chance>> {
    let chance = (0..12_usize, end(), any::<bool>()).prop_map(|(which, end, yes)| Chance { which, end, yes });
    collection::vec(chance, 0..40)
}

proptest! {
    #![proptest_config(crate::cases(200))]

    #[test]
    fn a_started_plan_ends_or_waits_for_somebody(draft in plans::draft(1..10), chances in chances()) {
        let mut run = Run::start(draft, chances);
        run.until_it_rests(|_| false);
        let failed = run.witness.plan.failed_steps().count();
        match run.status() {
            PlanStatus::Paused | PlanStatus::Failed | PlanStatus::RolledBack => prop_assert!(failed > 0, "it stopped, and nothing failed"),
            PlanStatus::Completed => {
                prop_assert_eq!(failed, 0);
                prop_assert!(run.witness.plan.steps.values().all(|step| step.is_settled()));
            }
            other => prop_assert!(false, "a run does not lead to {other:?}"),
        }
    }

    #[test]
    fn people_who_retry_and_skip_always_bring_a_plan_to_completion(draft in plans::draft(1..10), chances in chances()) {
        let mut run = Run::start(draft, chances);
        let mut decisions = 0;
        run.until_it_rests(|run| {
            let stopped = matches!(run.status(), PlanStatus::Paused | PlanStatus::Failed);
            if stopped {
                run.decide_about_failure(decisions < PATIENCE);
                decisions += 1;
            }
            stopped
        });
        let rolls_back = |step: &cairn_domain::plan::Step| run.witness.plan.on_failure(step) == OnFailure::Rollback;
        let may_roll_back = run.witness.plan.steps.values().any(|step| rolls_back(step));
        let rolled_back = may_roll_back && run.status() == PlanStatus::RolledBack;
        prop_assert!(rolled_back || run.status() == PlanStatus::Completed, "{:?}", run.status());
        run.witness.check_replay();
    }

    #[test]
    fn a_cancelled_run_starts_nothing_more_and_takes_what_was_running_to_its_end(
        draft in plans::draft(1..10), chances in chances(), rounds in 0..6_usize,
    ) {
        let mut run = Run::start(draft, chances);
        for _ in 0..rounds {
            run.executor(Vec::new());
            let due = due(&run.witness.plan, &run.context.catalogue, run.context.now);
            if run.status() != PlanStatus::Executing || !due.roll_back.is_empty() {
                return Ok(());
            }
            run.go_on();
        }
        if !matches!(run.status(), PlanStatus::Executing | PlanStatus::Paused | PlanStatus::Failed) {
            return Ok(());
        }
        run.person(PlanCommand::Cancel { reason: "no longer needed".into() });
        let attempts = |run: &Run| -> usize { run.witness.plan.steps.values().map(|step| step.attempts.len()).sum() };
        let before = attempts(&run);
        while let Some(next) = run.moves().into_iter().next() {
            match next {
                Move::End(step, attempt) => {
                    let outcome = run.chance().end.outcome(&run.witness.plan);
                    run.executor(vec![StepOutcome { step, attempt, outcome }]);
                }
                Move::TellOutcome(step) => run.person(PlanCommand::ResolveOutcome {
                    step,
                    outcome: UnknownResolution::Happened,
                    result: None,
                    reason: "asked".into(),
                }),
                Move::MarkDone(step) | Move::OpenGate(step) | Move::Settle(step) => panic!("`{step}` still waits for a person"),
                Move::Wait(at) => panic!("the plan still waits for {at}"),
            }
        }
        run.executor(Vec::new());
        prop_assert_eq!(run.status(), PlanStatus::Cancelled);
        prop_assert_eq!(attempts(&run), before);
    }
}

proptest! {
    #![proptest_config(crate::cases(100))]

    #[test]
    fn what_ran_can_be_rolled_back_and_the_rollback_undone(draft in plans::draft(1..10), chances in chances()) {
        let mut run = Run::start(draft, chances);
        run.until_it_rests(|_| false);
        let before = run.witness.plan.clone();
        let roll_back = |run: &mut Run, scope: Scope| {
            let seen = preview(&run.witness.plan, &scope, &World::default(), &[], &run.context.catalogue);
            let Ok(seen) = seen.map(|seen| seen.hash) else { return false };
            run.context.actor = Actor::person("alex");
            let command = PlanCommand::RollBack(Box::new(RollBack {
                rollback_id: RollbackId::new(Uuid::from_u128(100 + run.witness.plan.rollbacks.len() as u128)),
                seen,
                choices: Vec::new(),
                reason: "it was wrong".into(),
                name: Some(run.witness.plan.details.name.clone()),
                world: World::default(),
            }));
            run.witness.ask(command, &run.context).is_ok()
        };
        if !roll_back(&mut run, Scope::Plan) {
            return Ok(());
        }
        run.until_it_rests(|_| false);
        prop_assert_eq!(run.status(), PlanStatus::RolledBack);
        let rollback_id = run.witness.plan.rollbacks.last().map(|rollback| rollback.id).expect("it was rolled back");
        if roll_back(&mut run, Scope::Rollback { rollback_id }) {
            run.until_it_rests(|_| false);
            prop_assert_eq!(run.status(), before.status);
            prop_assert_eq!(run.witness.plan.rollbacks[0].undone_by.is_some(), before.rollbacks.is_empty());
        }
        run.witness.check_replay();
    }
}
