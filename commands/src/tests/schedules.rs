//! Schedules over a log: one plan for each due time whatever happens between, and whose they are.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    actor::Actor,
    ids::{PlanId, ScheduleId, TemplateId},
    plan::{Change, PlanCommand, PlanStatus, StepPatch},
    schedule::{CatchUp, Outcome, Rhythm, ScheduleCommand, ScheduleRefusal},
    template::{CreateTemplate, Included, TemplateCommand, TemplateContent, TemplateDetails, TemplateSource},
    testing,
};
use eventlog::{EventLog, Filter, MemoryLog};
use serde_json::{Value, json};

use super::{by_alex, by_sam, commands, fields};
use crate::{
    CommandError, Commands, RunTemplateError, ScheduleError, ScheduleTemplate,
    testing::{Fate, UnreliableLog},
};

const WEEKLY: &str = "0 9 * * mon";

fn content(title: &str) -> TemplateContent {
    serde_json::from_value(json!({
        "plan_name": "Week of {{params.day}}",
        "parameters": [
            {"name": "day", "type": "date", "required": true},
            {"name": "what", "required": true},
        ],
        "steps": [{"id": "a", "title": title, "action_type": "task.create",
            "params": {"title": "{{params.what}}", "due_date": "{{params.day + 4 days}}"}}],
    }))
    .unwrap()
}

async fn template(commands: &Commands) -> TemplateId {
    let details = TemplateDetails { name: "Week".into(), ..TemplateDetails::default() };
    let (content, source, included) = (content("Do {{params.what}}"), TemplateSource::Written, Included::new());
    commands.create_template(CreateTemplate { details, content, source, included }, by_alex()).await.unwrap().0
}

fn asked(template: TemplateId, arguments: &Value) -> ScheduleTemplate {
    let rhythm = Rhythm::parse(WEEKLY, "Europe/Berlin").unwrap();
    ScheduleTemplate { template, version: None, rhythm, arguments: fields(arguments), catch_up: CatchUp::Last }
}

async fn weekly(commands: &Commands, template: TemplateId) -> ScheduleId {
    let asked = asked(template, &json!({"day": "today", "what": "water the plants"}));
    commands.schedule_template(asked, by_sam(), testing::moment()).await.unwrap().0
}

/// The first Mondays at nine in Berlin after the moment of the tests.
fn monday(number: i64) -> DateTime<Utc> {
    let first: DateTime<Utc> = "2026-11-30T08:00:00Z".parse().unwrap();
    first + TimeDelta::days(7 * number)
}

async fn outcomes(commands: &Commands, schedule: ScheduleId) -> Vec<Outcome> {
    let loaded = commands.schedules.load_newest(&schedule).await.unwrap();
    loaded.state.outcomes.iter().map(|outcome| outcome.outcome.clone()).collect()
}

async fn plans(log: &impl EventLog) -> Vec<String> {
    let page = log.read_all(None, &Filter::categories(["plan"]), 1_000).await.unwrap();
    page.events
        .iter()
        .filter(|event| &*event.event_type == "PlanCreated")
        .map(|event| event.stream.subject().to_owned())
        .collect()
}

fn plan_of(outcome: &Outcome) -> PlanId {
    let Outcome::Plan { plan, .. } = outcome else { panic!("{outcome:?}") };
    *plan
}

#[tokio::test]
async fn a_plan_is_made_at_its_time_with_the_dates_of_its_day() {
    let commands = commands(MemoryLog::new());
    let schedule = weekly(&commands, template(&commands).await).await;
    let early = monday(0) - TimeDelta::seconds(1);
    assert_eq!(commands.fire_schedule(schedule, early).await.unwrap(), Some(monday(0)));
    assert_eq!(outcomes(&commands, schedule).await, []);
    assert_eq!(commands.fire_schedule(schedule, monday(0)).await.unwrap(), Some(monday(1)));
    let made = outcomes(&commands, schedule).await;
    let plan = commands.plans.load_newest(&plan_of(&made[0])).await.unwrap().state;
    assert_eq!((plan.status, plan.details.name.as_str()), (PlanStatus::Draft, "Week of 2026-11-30"));
    assert_eq!(plan.steps[0].spec.params["due_date"], "2026-12-04");
    assert_eq!(plan.created_by, Some(Actor::person("sam")));
    let from = plan.origin.template.as_ref().unwrap().schedule.unwrap();
    assert_eq!((from.id, from.due), (schedule, monday(0)));
}

#[tokio::test]
async fn a_due_time_that_was_dealt_with_makes_no_other_plan() {
    let log = MemoryLog::new();
    let commands = commands(log.clone());
    let schedule = weekly(&commands, template(&commands).await).await;
    for _ in 0..3 {
        commands.fire_schedule(schedule, monday(0) + TimeDelta::minutes(1)).await.unwrap();
    }
    assert_eq!(plans(&log).await.len(), 1);
}

#[tokio::test]
async fn whoever_comes_after_an_end_in_between_finds_the_plan_and_records_it() {
    for end in [Fate::Refused, Fate::AnswerLost] {
        let log = MemoryLog::new();
        let hand = UnreliableLog::over(log.clone());
        let before = super::with_settings(hand.clone(), crate::Settings::default());
        let template = template(&before).await;
        let schedule = weekly(&before, template).await;
        // the plan is appended; what is recorded of it in the schedule goes wrong
        hand.spoil_next(Fate::Kept);
        hand.spoil_next(end);
        before.fire_schedule(schedule, monday(0)).await.unwrap_err();
        assert_eq!(plans(&log).await.len(), 1);
        // in between the template changes, so that what would be made now is another plan
        let after = commands(log.clone());
        let reason = "no longer".to_owned();
        after.templates.execute(&template, TemplateCommand::Retire { reason }, by_alex()).await.unwrap();
        after.fire_schedule(schedule, monday(0) + TimeDelta::minutes(2)).await.unwrap();
        let made = outcomes(&after, schedule).await;
        assert_eq!(plans(&log).await, [plan_of(&made[0]).to_string()], "{end:?}");
        assert_eq!(made.len(), 1);
    }
}

#[tokio::test]
async fn two_that_come_at_once_make_one_plan() {
    let log = MemoryLog::new();
    let one = commands(log.clone());
    let schedule = weekly(&one, template(&one).await).await;
    let other = commands(log.clone());
    let (first, second) =
        tokio::join!(one.fire_schedule(schedule, monday(0)), other.fire_schedule(schedule, monday(0)));
    for came in [first, second] {
        if came.is_err() {
            one.fire_schedule(schedule, monday(0)).await.unwrap();
        }
    }
    assert_eq!(plans(&log).await.len(), 1);
    assert_eq!(outcomes(&one, schedule).await.len(), 1);
}

#[tokio::test]
async fn of_what_was_missed_the_last_is_made_up_for_or_nothing() {
    let commands = commands(MemoryLog::new());
    let template = template(&commands).await;
    let schedule = weekly(&commands, template).await;
    let late = monday(2) + TimeDelta::days(2);
    assert_eq!(commands.fire_schedule(schedule, late).await.unwrap(), Some(monday(3)));
    let made = outcomes(&commands, schedule).await;
    assert_eq!(made[0], Outcome::Missed { last: monday(1), count: 2 });
    let plan = commands.plans.load_newest(&plan_of(&made[1])).await.unwrap().state;
    assert_eq!(plan.details.name, "Week of 2026-12-14", "the day it was due, not the day it was made");
    let asked = asked(template, &json!({"day": "today", "what": "x"}));
    let asked = ScheduleTemplate { catch_up: CatchUp::None, ..asked };
    let (schedule, _) = commands.schedule_template(asked, by_sam(), testing::moment()).await.unwrap();
    assert_eq!(commands.fire_schedule(schedule, late).await.unwrap(), Some(monday(3)));
    assert_eq!(outcomes(&commands, schedule).await, [Outcome::Missed { last: monday(2), count: 3 }]);
}

#[tokio::test]
async fn what_the_template_has_against_it_is_recorded_and_the_next_time_is_tried() {
    let commands = commands(MemoryLog::new());
    let template = template(&commands).await;
    let schedule = weekly(&commands, template).await;
    let retire = TemplateCommand::Retire { reason: "old".into() };
    commands.templates.execute(&template, retire, by_alex()).await.unwrap();
    assert_eq!(commands.fire_schedule(schedule, monday(0)).await.unwrap(), Some(monday(1)));
    commands.templates.execute(&template, TemplateCommand::BringBack, by_alex()).await.unwrap();
    let mut changed = content("Do {{params.what}}");
    changed.parameters[1].name = "thing".into();
    let changed: TemplateContent =
        serde_json::from_str(&serde_json::to_string(&changed).unwrap().replace("params.what", "params.thing")).unwrap();
    let (own, content, source) = (template, Box::new(changed), TemplateSource::Written);
    let add = TemplateCommand::AddVersion { own, content, source, note: String::new(), included: Included::new() };
    commands.templates.execute(&template, add, by_alex()).await.unwrap();
    commands.fire_schedule(schedule, monday(1)).await.unwrap();
    let nobody = TemplateCommand::Share { shares: Vec::new() };
    commands.templates.execute(&template, nobody, by_alex()).await.unwrap();
    commands.fire_schedule(schedule, monday(2)).await.unwrap();
    let codes: Vec<String> = outcomes(&commands, schedule)
        .await
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Failure { code, message } if !message.is_empty() => code,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(codes, ["template.retired", "template.bad-arguments", "template.no-such-template"]);
}

#[tokio::test]
async fn a_pre_approved_version_is_approved_and_not_what_somebody_made_of_it() {
    let commands = commands(MemoryLog::new());
    let template = template(&commands).await;
    let schedule = weekly(&commands, template).await;
    let yes = TemplateCommand::PreApprove { version: 1, note: String::new() };
    commands.templates.execute(&template, yes, by_alex()).await.unwrap();
    commands.fire_schedule(schedule, monday(0)).await.unwrap();
    let made = outcomes(&commands, schedule).await;
    let plan = plan_of(&made[0]);
    assert_eq!(commands.plans.load_newest(&plan).await.unwrap().state.status, PlanStatus::Approved);
    let patch = StepPatch { title: Some("Something else".into()), ..StepPatch::default() };
    let edit = PlanCommand::Edit { changes: vec![Change::EditStep { step: "a".into(), patch }] };
    commands.plans.execute(&plan, edit, by_sam()).await.unwrap();
    commands.fire_schedule(schedule, monday(0) + TimeDelta::minutes(3)).await.unwrap();
    assert_eq!(commands.plans.load_newest(&plan).await.unwrap().state.status, PlanStatus::Draft);
}

#[tokio::test]
async fn nothing_is_scheduled_that_could_not_be_made() {
    let commands = commands(MemoryLog::new());
    let template = template(&commands).await;
    let wrong = asked(template, &json!({"day": "soon", "what": "x"}));
    let refused = commands.schedule_template(wrong, by_sam(), testing::moment()).await.unwrap_err();
    let ScheduleError::Run(RunTemplateError::Template(CommandError::Refused(refusal))) = refused else {
        panic!("{refused}")
    };
    assert_eq!(refusal.code(), "template.bad-arguments");
}

#[tokio::test]
async fn whoever_made_it_or_may_edit_the_template_changes_it() {
    let commands = commands(MemoryLog::new());
    let template = template(&commands).await;
    let schedule = weekly(&commands, template).await;
    let pause = || ScheduleCommand::Pause { reason: String::new() };
    let by_kim = crate::Envelope::new(Actor::person("kim"));
    let refused = commands.change_schedule(schedule, pause(), by_kim).await.unwrap_err();
    assert_eq!(refused, CommandError::Refused(ScheduleRefusal::MayNotChange));
    commands.change_schedule(schedule, pause(), by_sam()).await.unwrap();
    assert_eq!(commands.fire_schedule(schedule, monday(0)).await.unwrap(), None);
    commands.change_schedule(schedule, ScheduleCommand::Resume, by_alex()).await.unwrap();
    let remove = ScheduleCommand::Remove { reason: String::new() };
    commands.change_schedule(schedule, remove, by_alex()).await.unwrap();
    assert_eq!(commands.fire_schedule(schedule, monday(5)).await.unwrap(), None);
    assert_eq!(outcomes(&commands, schedule).await, []);
}
