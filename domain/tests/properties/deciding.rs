//! Any sequence of commands, by anybody, leaves a plan that holds together.

use std::collections::BTreeSet;

use cairn_domain::{
    action::Catalogue,
    actor::Actor,
    plan::{DraftPlan, OnFailure, PlanCommand, PlanEvent, Policy, check_steps},
    schema::EventFamily,
    testing,
};
use chrono::TimeDelta;
use proptest::{collection, prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    commands::{Intent, OutcomeIntent, ScopeIntent, failure, intent, outcome},
    plans, values,
    witness::Witness,
};

/// One command: who gives it, how many seconds after the one before, and what it is.
type Turn = (Actor, i64, Intent);

/// How far a plan has come before the random commands begin.
#[derive(Clone, Debug)]
enum Opening {
    Nothing,
    Requested,
    Asked,
    Drafted(DraftPlan),
    Approved(DraftPlan),
    Started(DraftPlan),
    /// Started, carried some way, and on its way back.
    Returning(DraftPlan, Vec<OutcomeIntent>),
    /// Started and failed, and to be rolled back for that.
    Failing(DraftPlan, Vec<OutcomeIntent>),
}

impl Opening {
    fn commands(self) -> Vec<(Actor, Intent)> {
        let alex = || Actor::person("alex");
        let by_hand = |draft| (alex(), Intent::Create { words: true, by_hand: Some(draft) });
        let approved = |draft| vec![by_hand(draft), (Actor::person("kim"), Intent::Approve { current: true })];
        match self {
            Self::Nothing => Vec::new(),
            Self::Requested => vec![(alex(), Intent::Create { words: true, by_hand: None })],
            Self::Asked => {
                let mut commands = Self::Requested.commands();
                commands.push((Actor::planner("offline"), Intent::RequestClarification));
                commands
            }
            Self::Drafted(draft) => vec![by_hand(draft)],
            Self::Approved(draft) => approved(draft),
            Self::Started(draft) => {
                let mut commands = approved(draft);
                commands.push((alex(), Intent::Approve { current: true }));
                commands.push((alex(), Intent::Start { run: 1 }));
                commands
            }
            Self::Failing(mut draft, failures) => {
                let policy = Policy { on_failure: OnFailure::Rollback, ..Policy::default() };
                draft.policy = Some(policy);
                for step in &mut draft.steps {
                    (step.on_failure, step.requires_approval) = (None, false);
                }
                let mut commands = Self::Started(draft).commands();
                let advance = |outcomes| (Actor::executor(), Intent::Advance { outcomes, claim: true });
                commands.push(advance(Vec::new()));
                commands.push(advance(failures));
                commands.push((Actor::executor(), Intent::GiveUpRollback));
                commands
            }
            Self::Returning(draft, outcomes) => {
                let advance = |outcomes, claim| (Actor::executor(), Intent::Advance { outcomes, claim });
                let mut commands = Self::Started(draft).commands();
                commands.push(advance(Vec::new(), true));
                commands.push(advance(outcomes.clone(), true));
                commands.push((alex(), Intent::Pause));
                commands.push(advance(outcomes, false));
                let scope = ScopeIntent::Plan;
                commands.push((alex(), Intent::RollBack { scope, current: true, reason: "wrong".into() }));
                commands.push(advance(Vec::new(), true));
                commands
            }
        }
    }
}

fn opening() -> impl Strategy<Value = Opening> {
    prop_oneof![
        1 => Just(Opening::Nothing),
        1 => Just(Opening::Requested),
        1 => Just(Opening::Asked),
        2 => plans::draft(0..8).prop_map(Opening::Drafted),
        2 => plans::draft(1..8).prop_map(Opening::Approved),
        4 => plans::draft(1..10).prop_map(Opening::Started),
        3 => (plans::draft(1..6), collection::vec(outcome(), 4..8))
            .prop_map(|(draft, outcomes)| Opening::Returning(draft, outcomes)),
        1 => (plans::draft(1..3), collection::vec(failure(), 4..6))
            .prop_map(|(draft, failures)| Opening::Failing(draft, failures)),
    ]
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = (values::actor(), prop_oneof![3 => Just(0_i64), 2 => 0..7_200_i64], intent());
    // whoever else may try, it is the executor that carries runs forward
    let turn = turn.prop_map(|(actor, delay, intent)| match &intent {
        Intent::Advance { claim: true, .. } | Intent::GiveUpRollback => (Actor::executor(), delay, intent),
        _ => (actor, delay, intent),
    });
    collection::vec(turn, 0..40)
}

/// Gives all the commands under the eyes of a witness, and tells `heard` what came of each that was accepted.
fn play(opening: Opening, turns: Vec<Turn>, mut heard: impl FnMut(&'static str, &[PlanEvent])) -> Witness {
    let mut witness = Witness::default();
    let mut context = testing::context();
    let opening = opening.commands().into_iter().map(|(actor, intent)| (actor, 0, intent));
    for (actor, delay, intent) in opening.chain(turns) {
        context.actor = actor;
        context.now += TimeDelta::seconds(delay);
        let command = intent.aim(&witness.plan);
        let verb = verb(&command);
        let before = (witness.past.len(), witness.plan.clone());
        match witness.ask(command, &context) {
            Ok(events) => heard(verb, &events),
            Err(_) => {
                assert_eq!((witness.past.len(), &witness.plan), (before.0, &before.1), "a refusal changes nothing");
            }
        }
    }
    witness
}

proptest! {
    #![proptest_config(crate::cases(300))]

    #[test]
    fn no_order_of_commands_breaks_a_plan(opening in opening(), turns in turns()) {
        play(opening, turns, |_, _| ()).check_replay();
    }

    #[test]
    fn every_random_draft_is_a_valid_plan(steps in plans::steps(0..12)) {
        let checked = check_steps(steps.clone(), Catalogue::builtin());
        prop_assert_eq!(checked.map(|specs| specs.len()), Ok(steps.len()));
    }
}

/// Guards the guard: properties over commands that are always refused would prove nothing.
#[test]
fn random_commands_reach_every_event_and_every_verb_is_accepted_at_times() {
    let mut runner = TestRunner::deterministic();
    let (mut seen, mut accepted) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..1_000 {
        let (opening, turns) = (opening(), turns()).new_tree(&mut runner).expect("nothing is rejected").current();
        play(opening, turns, |verb, events| {
            seen.extend(events.iter().map(PlanEvent::type_name));
            accepted.extend((!events.is_empty()).then_some(verb));
        });
        if seen.len() == PlanEvent::TYPES.len() && accepted.len() == VERBS {
            return;
        }
    }
    let missing: Vec<_> = PlanEvent::TYPES.iter().filter(|name| !seen.contains(*name)).collect();
    panic!("never happened: {missing:?}; accepted: {accepted:?}");
}

const VERBS: usize = 29;

/// Names the verb of a command. Whoever adds a verb comes by here, and adds it to the random ones and to [`VERBS`].
fn verb(command: &PlanCommand) -> &'static str {
    match command {
        PlanCommand::Create(_) => "create",
        PlanCommand::Draft(_) => "draft",
        PlanCommand::RecordAsking { .. } => "record asking",
        PlanCommand::FailPlanning { .. } => "fail planning",
        PlanCommand::RequestClarification { .. } => "request clarification",
        PlanCommand::AnswerClarification { .. } => "answer clarification",
        PlanCommand::Revise { .. } => "revise",
        PlanCommand::DeclineRevision { .. } => "decline revision",
        PlanCommand::Edit { .. } => "edit",
        PlanCommand::Approve { .. } => "approve",
        PlanCommand::Reject { .. } => "reject",
        PlanCommand::Start { .. } => "start",
        PlanCommand::Advance { .. } => "advance",
        PlanCommand::Pause { .. } => "pause",
        PlanCommand::Resume => "resume",
        PlanCommand::Cancel { .. } => "cancel",
        PlanCommand::SkipStep { .. } => "skip step",
        PlanCommand::RetryStep { .. } => "retry step",
        PlanCommand::ApproveStep { .. } => "approve step",
        PlanCommand::CompleteStep { .. } => "complete step",
        PlanCommand::ResolveOutcome { .. } => "resolve outcome",
        PlanCommand::RollBack(_) => "roll back",
        PlanCommand::GiveUpRollback { .. } => "give up rollback",
        PlanCommand::RetryRollback { .. } => "retry rollback",
        PlanCommand::ResolveRollback { .. } => "resolve rollback",
        PlanCommand::StopRollback { .. } => "stop rollback",
        PlanCommand::Rate { .. } => "rate",
        PlanCommand::Comment { .. } => "comment",
        PlanCommand::ResolveComment { .. } => "resolve comment",
    }
}
