//! People step in: pause, resume, cancel, gates, steps by hand, outcomes that nobody knows.

use chrono::TimeDelta;
use domain::plan::{PlanCommand, PlanStatus, StepProgress, StepStatus, UnknownResolution};
use eventlog::MemoryLog;
use serde_json::json;

use super::{House, at_most_once, by_a_person, gated, id, script::Turn, statuses, step, wait_until};

#[tokio::test]
async fn a_paused_plan_lets_the_running_step_end_and_starts_nothing() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![step("one", &[]), step("two", &["one"])]).await;
    house.script.called(1).await;
    house.person(plan, PlanCommand::Pause { reason: "lunch".into() }).await;
    house.script.release("one");
    let paused = house.until_step(plan, "one", StepStatus::Completed).await;
    assert_eq!((paused.status, statuses(&paused)["two"]), (PlanStatus::Paused, "pending"));
    house.person(plan, PlanCommand::Resume).await;
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[tokio::test]
async fn a_cancelled_plan_lets_the_running_step_end_and_starts_nothing_ever() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![step("one", &[]), step("two", &["one"])]).await;
    house.script.called(1).await;
    house.person(plan, PlanCommand::Cancel { reason: "changed my mind".into() }).await;
    house.script.release("one");
    let cancelled = house.until_step(plan, "one", StepStatus::Completed).await;
    assert_eq!(cancelled.status, PlanStatus::Cancelled);
    assert_eq!(house.script.made(), [("one".into(), 1)]);
}

#[tokio::test]
async fn a_step_by_hand_waits_for_a_person_and_takes_no_slot() {
    let house = House::new(MemoryLog::new());
    let plan = house.started(vec![by_a_person("call", &[]), step("other", &[]), step("after", &["call"])]).await;
    let waiting = house.until_step(plan, "other", StepStatus::Completed).await;
    assert_eq!(statuses(&waiting)["call"], "executing");
    let done = PlanCommand::CompleteStep { step: id("call"), result: None, note: Some("she said yes".into()) };
    house.person(plan, done).await;
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[tokio::test]
async fn a_gated_step_waits_until_somebody_lets_it_start() {
    let house = House::new(MemoryLog::new());
    let plan = house.started(vec![step("one", &[]), gated("two", &["one"])]).await;
    house.until_step(plan, "two", StepStatus::WaitingApproval).await;
    house.person(plan, PlanCommand::ApproveStep { step: id("two"), note: None }).await;
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[tokio::test]
async fn a_step_that_waits_for_a_moment_ends_at_that_moment() {
    let house = House::new(MemoryLog::new());
    let plan = house.started(vec![wait_until("wait", &[], "2026-11-23T12:00:00Z"), step("then", &["wait"])]).await;
    house.until_step(plan, "wait", StepStatus::Executing).await;
    house.clock.advance(TimeDelta::minutes(179));
    assert_eq!(statuses(&*house.plan(plan).await)["then"], "pending");
    house.clock.advance(TimeDelta::minutes(1));
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[tokio::test]
async fn a_moment_that_has_passed_is_not_waited_for() {
    let house = House::new(MemoryLog::new());
    let plan = house.started(vec![wait_until("wait", &[], "2020-01-01"), step("then", &["wait"])]).await;
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[tokio::test]
async fn an_unknown_outcome_asks_a_person_and_goes_on_with_the_answer() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Unknown]);
    let plan = house.started(vec![at_most_once("one", &[]), step("two", &["one"])]).await;
    house.until_step(plan, "one", StepStatus::OutcomeUnknown).await;
    let happened = PlanCommand::ResolveOutcome {
        step: id("one"),
        outcome: UnknownResolution::Happened,
        result: Some(json!({"found": true})),
        reason: "the mail is in the sent folder".into(),
    };
    house.person(plan, happened).await;
    let ended = house.until_ended(plan).await;
    assert_eq!(ended.status, PlanStatus::Completed);
    assert_eq!(house.script.made(), [("one".into(), 1), ("two".into(), 1)]);
}

#[tokio::test]
async fn an_outcome_that_did_not_happen_is_tried_again() {
    let house = House::new(MemoryLog::new());
    house.script.turns("one", [Turn::Unknown]);
    let plan = house.started(vec![at_most_once("one", &[])]).await;
    house.until_step(plan, "one", StepStatus::OutcomeUnknown).await;
    let outcome = UnknownResolution::DidNotHappen;
    let reason = "nothing arrived".to_owned();
    house.person(plan, PlanCommand::ResolveOutcome { step: id("one"), outcome, result: None, reason }).await;
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
    assert_eq!(house.script.made(), [("one".into(), 1), ("one".into(), 2)]);
}

#[tokio::test]
async fn a_skipped_step_lets_its_dependents_start_with_what_stands_in() {
    let house = House::new(MemoryLog::new());
    let plan = house.started(vec![gated("one", &[]), step("two", &["one"])]).await;
    house.until_step(plan, "one", StepStatus::WaitingApproval).await;
    let skip = PlanCommand::SkipStep { step: id("one"), reason: "done already".into(), result: Some(json!({})) };
    house.person(plan, skip).await;
    let ended = house.until_ended(plan).await;
    assert!(matches!(ended.steps[&id("one")].progress, StepProgress::Skipped { .. }));
    assert_eq!(statuses(&ended)["two"], "completed");
}
