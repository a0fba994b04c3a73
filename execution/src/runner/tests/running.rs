//! Order, limits, retries, failures, time limits.

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::plan::{OnFailure, Plan, PlanStatus, Policy, StepInput, StepProgress, StepStatus};
use eventlog::{Direction, MemoryLog, StreamFrom, StreamName};
use proptest::prelude::*;
use serde_json::json;

use super::{House, at_most_once, error_code, id, script::Turn, statuses, step};

#[tokio::test]
async fn a_diamond_runs_in_the_order_of_its_dependencies_and_its_sides_at_once() {
    let house = House::new(MemoryLog::new());
    house.script.turns("left", [Turn::Held]);
    house.script.turns("right", [Turn::Held]);
    let steps =
        vec![step("top", &[]), step("left", &["top"]), step("right", &["top"]), step("end", &["left", "right"])];
    let plan = house.started(steps).await;
    house.script.called(3).await;
    house.script.release("left");
    house.until_step(plan, "left", StepStatus::Completed).await;
    house.script.release("right");
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
    assert_eq!(house.script.most_running(), 2);
    assert_eq!(
        house.history(plan).await,
        [
            "StepStarted top",
            "StepCompleted top",
            "StepStarted left",
            "StepStarted right",
            "StepCompleted left",
            "StepCompleted right",
            "StepStarted end",
            "StepCompleted end",
            "PlanCompleted",
        ]
    );
}

#[tokio::test]
async fn the_end_of_a_step_and_the_start_of_the_next_are_one_append() {
    let house = House::new(MemoryLog::new());
    let plan = house.started(vec![step("one", &[]), step("two", &["one"])]).await;
    house.until_ended(plan).await;
    let stream: StreamName = format!("plan-{plan}").parse().unwrap();
    let events = house.commands.log.read_stream(&stream, StreamFrom::Start, Direction::Forward, 100).await.unwrap();
    let of = |event_type: &str, nth: usize| events.iter().filter(|e| e.event_type == event_type).nth(nth).unwrap();
    let (first_start, end, next_start) = (of("StepStarted", 0), of("StepCompleted", 0), of("StepStarted", 1));
    assert_eq!(end.metadata.causation_id, Some(first_start.id.uuid()));
    assert_eq!(next_start.metadata.causation_id, Some(first_start.id.uuid()));
    assert_eq!(end.metadata.correlation_id, of("ExecutionStarted", 0).metadata.correlation_id);
}

#[tokio::test]
async fn no_more_steps_run_at_once_than_the_plan_allows() {
    let house = House::new(MemoryLog::new());
    let steps: Vec<StepInput> = (0..9).map(|number| step(&format!("s{number}"), &[])).collect();
    let policy = Policy { max_parallel: 3, ..Policy::default() };
    let plan = house.started_with(steps, policy).await;
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
    assert!(house.script.most_running() <= 3);
}

#[tokio::test]
async fn references_are_resolved_before_a_step_starts() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Done(json!({"id": "prj_1"}))]);
    let params = json!({"project": "{{steps.one.result.id}}"}).as_object().unwrap().clone();
    let plan = house.started(vec![step("one", &[]), StepInput { params, ..step("two", &["one"]) }]).await;
    house.until_step(plan, "one", StepStatus::Completed).await;
    house.until_ended(plan).await;
    let history = house.history(plan).await;
    assert!(history.contains(&"StepCompleted two".to_owned()), "{history:?}");
}

#[tokio::test]
async fn a_failed_attempt_is_repeated_after_a_while_under_the_same_key() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Fail { retryable: true }, Turn::Fail { retryable: true }]);
    let plan = house.started(vec![step("one", &[])]).await;
    for (attempt, least, most) in [(1, 500, 1_000), (2, 1_000, 2_000)] {
        let waiting = house.until(plan, |plan| retry_of(plan) == Some(attempt)).await;
        let StepProgress::Retrying { retry_at, .. } = waiting.steps[&id("one")].progress else { panic!() };
        let delay = (retry_at - commands::Clock::now(&house.clock)).num_milliseconds();
        assert!((least..=most).contains(&delay), "{delay}");
        house.clock.set(retry_at);
    }
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
    assert_eq!(house.script.made(), [("one".into(), 1), ("one".into(), 2), ("one".into(), 3)]);
    assert_eq!(house.script.happened().len(), 1);
}

fn retry_of(plan: &Plan) -> Option<u32> {
    match plan.steps[&id("one")].progress {
        StepProgress::Retrying { attempt, .. } => Some(attempt),
        _ => None,
    }
}

#[tokio::test]
async fn a_failure_that_would_come_again_is_not_repeated() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Fail { retryable: false }]);
    let plan = house.started(vec![step("one", &[]), step("two", &["one"]), step("other", &[])]).await;
    let failed = house.until_ended(plan).await;
    assert_eq!(failed.status, PlanStatus::Failed);
    assert_eq!(error_code(&failed, "one"), "probe.failed");
    assert_eq!(statuses(&failed)["two"], "pending");
}

#[tokio::test]
async fn with_continue_the_branches_that_do_not_depend_on_the_failure_go_on() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Fail { retryable: false }]);
    let policy = Policy { on_failure: OnFailure::Continue, ..Policy::default() };
    let steps = vec![step("one", &[]), step("two", &["one"]), step("a", &[]), step("b", &["a"])];
    let plan = house.started_with(steps, policy).await;
    let failed = house.until_ended(plan).await;
    assert_eq!(failed.status, PlanStatus::Failed);
    let expected = [("a", "completed"), ("b", "completed"), ("one", "failed"), ("two", "pending")];
    assert_eq!(statuses(&failed), expected.map(|(id, status)| (id.to_owned(), status)).into());
}

#[tokio::test]
async fn with_ask_the_plan_pauses_at_a_failure_and_goes_on_after_a_retry() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Fail { retryable: false }]);
    let policy = Policy { on_failure: OnFailure::Ask, ..Policy::default() };
    let plan = house.started_with(vec![step("one", &[]), step("two", &["one"])], policy).await;
    house.until(plan, |plan| plan.status == PlanStatus::Paused).await;
    house.person(plan, domain::plan::PlanCommand::RetryStep { step: id("one"), params: None }).await;
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[tokio::test]
async fn a_failed_plan_goes_on_when_its_failed_step_is_tried_again() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Fail { retryable: false }]);
    let plan = house.started(vec![step("one", &[])]).await;
    house.until(plan, |plan| plan.status == PlanStatus::Failed).await;
    house.person(plan, domain::plan::PlanCommand::RetryStep { step: id("one"), params: None }).await;
    house.until(plan, |plan| plan.status == PlanStatus::Completed).await;
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_repeated() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![StepInput { timeout_seconds: Some(5), ..step("one", &[]) }]).await;
    house.script.called(1).await;
    house.clock.advance(TimeDelta::seconds(5));
    let waiting = house.until_step(plan, "one", StepStatus::Retrying).await;
    assert_eq!(error_code(&waiting, "one"), "action.timed-out");
    house.clock.advance(TimeDelta::seconds(5));
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_and_must_not_be_repeated_asks_a_person() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![at_most_once("one", &[])]).await;
    house.script.called(1).await;
    house.clock.advance(TimeDelta::seconds(60));
    house.until_step(plan, "one", StepStatus::OutcomeUnknown).await;
}

#[tokio::test]
async fn an_action_that_breaks_down_fails_its_attempt_alone() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Panic]);
    let plan = house.started(vec![step("one", &[]), step("other", &[])]).await;
    let waiting = house.until_step(plan, "one", StepStatus::Retrying).await;
    assert_eq!(error_code(&waiting, "one"), "action.panicked");
    house.clock.advance(TimeDelta::seconds(5));
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[tokio::test]
async fn a_result_that_is_too_large_to_be_recorded_fails_the_step_in_words() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Done(json!({"text": "x".repeat(5 * 1024 * 1024)}))]);
    let plan = house.started(vec![step("one", &[])]).await;
    let failed = house.until_ended(plan).await;
    assert_eq!(error_code(&failed, "one"), "action.result-too-large");
}

/// Steps of which each depends on some of those before it.
fn any_steps() -> impl Strategy<Value = Vec<Vec<prop::sample::Index>>> {
    prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..3), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_plan_runs_in_order_within_its_limit_to_its_end(dependencies in any_steps(), max_parallel in 1..4_u32) {
        let steps: Vec<StepInput> = dependencies.iter().enumerate().map(|(number, chosen)| {
            let mut before: Vec<String> = chosen.iter().filter(|_| number > 0).map(|i| format!("s{}", i.index(number))).collect();
            before.sort();
            before.dedup();
            StepInput { depends_on: before, ..step(&format!("s{number}"), &[]) }
        }).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
        runtime.block_on(async {
            let house = House::new(MemoryLog::new());
            let plan = house.started_with(steps.clone(), Policy { max_parallel, ..Policy::default() }).await;
            assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
            let history = house.history(plan).await;
            let place: HashMap<&str, usize> = history.iter().enumerate().map(|(place, told)| (told.as_str(), place)).collect();
            assert_eq!(place.len(), 2 * steps.len() + 1);
            for step in &steps {
                let started = place[format!("StepStarted {}", step.id.as_ref().unwrap()).as_str()];
                for dependency in &step.depends_on {
                    assert!(place[format!("StepCompleted {dependency}").as_str()] < started);
                }
            }
            let mut running = 0_i64;
            for told in &history {
                running += i64::from(told.starts_with("StepStarted")) - i64::from(told.starts_with("StepCompleted"));
                assert!(running <= i64::from(max_parallel));
            }
        });
    }
}
