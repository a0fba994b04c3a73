//! Plans by schedule, with the real actions, a clock set by hand, and processes that are killed.

use chrono::{DateTime, TimeDelta, Utc};
use commands::ScheduleTemplate;
use domain::{
    ids::{ScheduleId, TemplateId},
    schedule::{CatchUp, Outcome, Rhythm, Schedule, ScheduleCommand},
    template::{CreateTemplate, Included, TemplateDetails, TemplateSource},
};
use eventlog::{EventLog, Filter};
use serde_json::json;

use super::{PATIENCE, by_alex, workshop::Workshop};

async fn template(workshop: &Workshop) -> TemplateId {
    let content = serde_json::from_value(json!({
        "plan_name": "Review of {{params.day}}",
        "parameters": [{"name": "day", "type": "date", "required": true}],
        "steps": [{"id": "a", "title": "Look back", "action_type": "task.create", "params": {"title": "Look back"}}],
    }))
    .unwrap();
    let details = TemplateDetails { name: "Review".into(), ..TemplateDetails::default() };
    let create = CreateTemplate { details, content, source: TemplateSource::Written, included: Included::new() };
    workshop.commands.create_template(create, by_alex()).await.unwrap().0
}

/// Every day at nine in London.
async fn scheduled(workshop: &Workshop) -> ScheduleId {
    let template = template(workshop).await;
    let asked = ScheduleTemplate {
        template,
        version: None,
        rhythm: Rhythm::parse("0 9 * * *", "Europe/London").unwrap(),
        arguments: json!({"day": "today"}).as_object().unwrap().clone(),
        catch_up: CatchUp::Last,
    };
    let now = commands::Clock::now(&workshop.clock);
    workshop.commands.schedule_template(asked, by_alex(), now).await.unwrap().0
}

/// Nine o'clock, so many days after the first.
fn nine(day: i64) -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(day)
}

async fn until(workshop: &Workshop, id: ScheduleId, wanted: impl Fn(&Schedule) -> bool) -> Schedule {
    let mut told = workshop.log.subscribe_all(None, Filter::All).await.unwrap();
    let waiting = async {
        loop {
            let schedule = workshop.commands.schedules.load_newest(&id).await.unwrap().state;
            if wanted(&schedule) {
                return schedule.as_ref().clone();
            }
            told.next().await.unwrap().unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("never so")
}

async fn plans(workshop: &Workshop) -> usize {
    let page = workshop.log.read_all(None, &Filter::categories(["plan"]), 1_000).await.unwrap();
    page.events.iter().filter(|event| &*event.event_type == "PlanCreated").count()
}

fn made(schedule: &Schedule) -> Vec<DateTime<Utc>> {
    let is_plan = |outcome: &&domain::schedule::ScheduleOutcome| matches!(outcome.outcome, Outcome::Plan { .. });
    schedule.outcomes.iter().filter(is_plan).map(|outcome| outcome.due).collect()
}

#[tokio::test]
async fn plans_are_made_whenever_the_clock_says_so() {
    let workshop = Workshop::new();
    let schedule = scheduled(&workshop).await;
    for day in 0..3 {
        workshop.clock.set(nine(day));
        let state = until(&workshop, schedule, |schedule| schedule.settled == Some(nine(day))).await;
        assert_eq!(made(&state).len(), usize::try_from(day).unwrap() + 1);
    }
    assert_eq!(plans(&workshop).await, 3);
}

#[tokio::test]
async fn what_was_missed_while_nobody_was_there_is_made_up_for_once() {
    let workshop = Workshop::new();
    let schedule = scheduled(&workshop).await;
    let workshop = workshop.stopped();
    workshop.clock.set(nine(4) + TimeDelta::hours(2));
    let workshop = workshop.going_on();
    let state = until(&workshop, schedule, |schedule| schedule.settled == Some(nine(4))).await;
    assert_eq!(made(&state), [nine(4)]);
    assert_eq!(state.outcomes[0].outcome, Outcome::Missed { last: nine(3), count: 4 });
    assert_eq!(plans(&workshop).await, 1);
}

#[tokio::test]
async fn a_process_that_is_killed_again_and_again_makes_one_plan_for_each_day() {
    let mut workshop = Workshop::new();
    let schedule = scheduled(&workshop).await;
    for day in 0..8 {
        workshop.clock.set(nine(day));
        workshop.kill().await;
        until(&workshop, schedule, |schedule| schedule.settled == Some(nine(day))).await;
    }
    let state = until(&workshop, schedule, |_| true).await;
    assert_eq!(made(&state), (0..8).map(nine).collect::<Vec<_>>());
    assert_eq!(plans(&workshop).await, 8);
}

#[tokio::test]
async fn a_schedule_that_rests_makes_nothing_until_it_goes_on() {
    let workshop = Workshop::new();
    let schedule = scheduled(&workshop).await;
    let told = |command| workshop.commands.change_schedule(schedule, command, by_alex());
    told(ScheduleCommand::Pause { reason: "holidays".into() }).await.unwrap();
    workshop.clock.set(nine(2) + TimeDelta::hours(1));
    told(ScheduleCommand::Resume).await.unwrap();
    workshop.clock.set(nine(3));
    let state = until(&workshop, schedule, |schedule| schedule.settled == Some(nine(3))).await;
    assert_eq!(made(&state), [nine(3)]);
    assert_eq!(plans(&workshop).await, 1);
}
