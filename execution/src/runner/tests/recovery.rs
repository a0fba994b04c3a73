//! Stops at every moment, and a log that does not answer.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use commands::{
    Clock,
    testing::{Fate, UnreliableLog},
};
use domain::{
    ids::PlanId,
    plan::{OnFailure, Plan, PlanCommand, PlanStatus, Policy, StepInput, StepProgress, StepStatus, UnknownResolution},
};
use eventlog::{EventLog, ExpectedRevision, Filter, MemoryLog, NewEvent, RecordedEvent};
use rstest::rstest;
use serde_json::json;

use super::{
    House, PATIENCE, at_most_once, by_a_person, gated, id,
    script::{Script, Turn},
    statuses, step, wait_until,
};

/// What became of the attempts that were under way at the stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AtTheStop {
    /// None had happened.
    Nothing,
    /// All had happened; only their answers were lost.
    Everything,
    /// Nobody can tell.
    Untold,
}

/// A plan with every kind of step, one that fails once and one that fails for good.
fn of_every_kind() -> Vec<StepInput> {
    vec![
        step("top", &[]),
        step("flaky", &["top"]),
        at_most_once("once", &["top"]),
        wait_until("wait", &["top"], "2026-11-24"),
        gated("gate", &["once"]),
        by_a_person("hand", &["gate"]),
        step("bad", &["wait"]),
        step("after-bad", &["bad"]),
        step("end", &["flaky", "hand", "wait"]),
    ]
}

fn script() -> Arc<Script> {
    let script = Script::new();
    script.turns("flaky", [Turn::Fail { retryable: true }]);
    script.turns("bad", std::iter::repeat_n(Turn::Fail { retryable: false }, 9));
    script
}

/// Does what people and the clock do until the run has ended.
async fn carry_to_the_end(house: &House, id: PlanId) -> Arc<Plan> {
    let mut told = house.commands.log.subscribe_all(None, Filter::All).await.unwrap();
    let carrying = async {
        loop {
            let plan = house.plan(id).await;
            if plan.run.as_ref().is_some_and(|run| run.ended_at.is_some()) {
                return plan;
            }
            help_along(house, id, &plan).await;
            told.next().await.unwrap().unwrap();
        }
    };
    let Ok(plan) = tokio::time::timeout(PATIENCE, carrying).await else {
        panic!("never ended: {:?}", house.history(id).await)
    };
    plan
}

async fn help_along(house: &House, id: PlanId, plan: &Plan) {
    for (step_id, step) in &plan.steps {
        let step_id = step_id.clone();
        match (&step.progress, plan.step_status(step)) {
            (StepProgress::Retrying { retry_at, .. }, _) if *retry_at > house.clock.now() => house.clock.set(*retry_at),
            (StepProgress::Executing { .. }, _) if step.spec.action_type == "wait.until" => {
                house.clock.set("2026-11-24T00:00:00Z".parse().unwrap());
            }
            (StepProgress::Executing { .. }, _) if step.spec.action_type == "manual.step" => {
                let done = PlanCommand::CompleteStep { step: step_id, result: Some(json!({})), note: None };
                house.person(id, done).await;
            }
            (StepProgress::OutcomeUnknown { .. }, _) => {
                let (outcome, reason) = (UnknownResolution::Happened, "looked it up".to_owned());
                let told = PlanCommand::ResolveOutcome { step: step_id, outcome, result: Some(json!({})), reason };
                house.person(id, told).await;
            }
            (_, StepStatus::WaitingApproval) => {
                house.person(id, PlanCommand::ApproveStep { step: step_id, note: None }).await;
            }
            _ => {}
        }
    }
}

/// A log that holds these events and no more.
async fn log_of(events: &[Arc<RecordedEvent>]) -> MemoryLog {
    let log = MemoryLog::new();
    for event in events {
        let again = NewEvent {
            id: event.id,
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            data: event.data.clone(),
            metadata: event.metadata.clone(),
        };
        log.append(&event.stream, ExpectedRevision::Any, vec![again]).await.unwrap();
    }
    log
}

async fn all_events(log: &dyn EventLog) -> Vec<Arc<RecordedEvent>> {
    log.read_all(None, &Filter::All, 10_000).await.unwrap().events
}

/// How many final outcomes each attempt has.
fn outcomes(history: &[String]) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    for told in history {
        if let Some(("StepCompleted" | "StepFailed" | "StepOutcomeResolved", step)) = told.split_once(' ') {
            *counted.entry(step).or_default() += 1;
        }
    }
    counted
}

#[rstest]
#[tokio::test]
async fn after_a_stop_behind_any_event_the_plan_comes_to_the_same_end(
    #[values(AtTheStop::Nothing, AtTheStop::Everything, AtTheStop::Untold)] at_the_stop: AtTheStop,
) {
    let whole = MemoryLog::new();
    let house = House::with_script(whole.clone(), script());
    let policy = Policy { on_failure: OnFailure::Continue, ..Policy::default() };
    let plan = house.started_with(of_every_kind(), policy).await;
    let expected = carry_to_the_end(&house, plan).await;
    assert_eq!(expected.status, PlanStatus::Failed);
    let events = all_events(&whole).await;
    let started = events.iter().position(|event| event.event_type == "ExecutionStarted").unwrap();
    assert!(events.len() > started + 20);
    drop(house);

    for end in started + 1..=events.len() {
        let script = script();
        let mut house = House::at_rest(log_of(&events[..end]).await, Arc::clone(&script));
        let left = house.plan(plan).await;
        for (step_id, step) in &left.steps {
            if let StepProgress::Executing { key, attempt, .. } = &step.progress {
                let fails = step_id.as_str() == "bad" || (step_id.as_str() == "flaky" && *attempt == 1);
                match at_the_stop {
                    AtTheStop::Nothing => {}
                    AtTheStop::Everything if fails => {}
                    AtTheStop::Everything => script.let_happen(key),
                    AtTheStop::Untold => script.cannot_tell(),
                }
            }
        }
        house.clock.set(events[end - 1].metadata.at);
        house.start_runner();
        let ended = carry_to_the_end(&house, plan).await;
        let history = house.history(plan).await;
        assert_eq!(ended.status, expected.status, "stopped behind {}: {history:?}", events[end - 1].event_type);
        assert_eq!(statuses(&ended), statuses(&expected), "stopped behind event {end}: {history:?}");
        for (step, count) in outcomes(&history) {
            assert_eq!(count, 1, "`{step}` has {count} outcomes after a stop behind event {end}: {history:?}");
        }
        for (key, times) in script.happened() {
            assert_eq!(times, 1, "{key} was done {times} times after a stop behind event {end}");
        }
    }
}

#[tokio::test]
async fn an_attempt_that_nobody_can_tell_about_is_not_repeated_when_it_must_not_be() {
    let log = MemoryLog::new();
    let mut house = House::new(log.clone());
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![at_most_once("one", &[])]).await;
    house.script.called(1).await;
    house.runner.take().unwrap().shutdown(Duration::ZERO).await;

    let script = Script::new();
    script.cannot_tell();
    let house = House::with_script(log, script);
    house.until_step(plan, "one", StepStatus::OutcomeUnknown).await;
    assert_eq!(house.script.made(), []);
}

#[tokio::test]
async fn a_repeated_attempt_keeps_its_number_and_its_key() {
    let log = MemoryLog::new();
    let mut house = House::new(log.clone());
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![step("one", &[])]).await;
    house.script.called(1).await;
    house.runner.take().unwrap().shutdown(Duration::ZERO).await;

    let house = House::new(log);
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
    assert_eq!(house.script.made(), [("one".into(), 1)]);
    assert_eq!(house.history(plan).await, ["StepStarted one", "StepCompleted one", "PlanCompleted"]);
}

#[tokio::test]
async fn a_step_that_ran_when_its_plan_was_cancelled_comes_to_its_end_after_a_stop() {
    let log = MemoryLog::new();
    let mut house = House::new(log.clone());
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![step("one", &[]), step("two", &["one"])]).await;
    house.script.called(1).await;
    house.person(plan, PlanCommand::Cancel { reason: "changed my mind".into() }).await;
    house.runner.take().unwrap().shutdown(Duration::ZERO).await;

    let house = House::new(log);
    let cancelled = house.until_step(plan, "one", StepStatus::Completed).await;
    assert_eq!((cancelled.status, statuses(&cancelled)["two"]), (PlanStatus::Cancelled, "pending"));
}

#[tokio::test]
async fn a_shutdown_waits_for_running_actions_and_records_them_but_claims_nothing_more() {
    let mut house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![step("one", &[]), step("two", &["one"])]).await;
    house.script.called(1).await;
    let stopping = tokio::spawn(house.runner.take().unwrap().shutdown(PATIENCE));
    // The runner has been told when the task has run as far as it can without the step.
    tokio::task::yield_now().await;
    house.script.release("one");
    stopping.await.unwrap();
    assert_eq!(house.history(plan).await, ["StepStarted one", "StepCompleted one"]);
}

#[tokio::test]
async fn plans_that_wait_have_no_driver() {
    let house = House::new(MemoryLog::new());
    let plan = house.started(vec![by_a_person("hand", &[]), wait_until("wait", &[], "2030-01-01")]).await;
    house.until_step(plan, "wait", StepStatus::Executing).await;
    let crew = Arc::clone(&house.runner.as_ref().unwrap().crew);
    let gone = async {
        while crew.drivers.active() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("the driver goes");
    house.person(plan, PlanCommand::CompleteStep { step: id("hand"), result: None, note: None }).await;
    house.until_step(plan, "hand", StepStatus::Completed).await;
    house.clock.set("2030-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[rstest]
#[tokio::test]
async fn a_log_that_does_not_answer_delays_a_plan_and_nothing_is_lost_or_done_twice(
    #[values(Fate::Refused, Fate::AnswerLost)] fate: Fate,
    #[values(at_most_once("one", &[]), step("one", &[]))] one: StepInput,
) {
    let log = UnreliableLog::new();
    let house = House::new(log.clone());
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![one, at_most_once("two", &["one"]), step("three", &["two"])]).await;
    house.script.called(1).await;
    for _ in 0..3 {
        log.spoil_next(fate);
    }
    house.script.release("one");
    let told = house.until_ended(plan);
    tokio::pin!(told);
    let ended = loop {
        tokio::select! {
            ended = &mut told => break ended,
            () = tokio::task::yield_now() => house.clock.advance(chrono::TimeDelta::milliseconds(20)),
        }
    };
    assert_eq!(ended.status, PlanStatus::Completed);
    assert_eq!(house.script.made(), [("one".into(), 1), ("two".into(), 1), ("three".into(), 1)]);
    assert_eq!(house.history(plan).await.len(), 7);
}
