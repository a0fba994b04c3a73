//! `cairn template schedule …`: templates that are run by themselves.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::template::{arguments, find};
use crate::{
    args::{AddSchedule, CatchUp, OutputFormat, ScheduleVerb},
    client::Client,
    exit::Failure,
    output::{self, text},
};

pub(super) async fn act(client: &Client, format: OutputFormat, verb: ScheduleVerb) -> Result<(), Failure> {
    match verb {
        ScheduleVerb::Add(asked) => add(client, format, asked).await,
        ScheduleVerb::List { template } => list(client, format, template.as_deref()).await,
        ScheduleVerb::Pause { schedule, reason } => {
            let body = json!({"reason": reason});
            let written = client.post(&format!("/schedules/{schedule}/pause"), &body, None).await?;
            output::one(&written, format, |_| format!("{schedule} is paused"));
            Ok(())
        }
        ScheduleVerb::Resume { schedule } => {
            client.post(&format!("/schedules/{schedule}/resume"), &json!({}), None).await?;
            let shown = client.get(&format!("/schedules/{schedule}")).await?;
            output::one(&shown, format, tell);
            Ok(())
        }
        ScheduleVerb::Remove { schedule, reason } => {
            let body = json!({"reason": reason});
            let written = client.post(&format!("/schedules/{schedule}/remove"), &body, None).await?;
            output::one(&written, format, |_| format!("{schedule} is removed"));
            Ok(())
        }
    }
}

async fn add(client: &Client, format: OutputFormat, asked: AddSchedule) -> Result<(), Failure> {
    let AddSchedule { template, cron, time_zone, set, number, catch_up, preview } = asked;
    let id = find(client, &template).await?;
    let arguments = arguments(client, &id, number, &set).await?;
    let catch_up = match catch_up {
        CatchUp::Last => "last",
        CatchUp::None => "none",
    };
    let body = json!({
        "cron": cron, "time_zone": time_zone, "arguments": arguments, "version": number, "catch_up": catch_up,
    });
    if preview {
        let shown = client.post(&format!("/templates/{id}/schedules/preview"), &body, None).await?;
        output::one(&shown, format, |shown| {
            format!("the first plan would be called {}\n{}", text(shown, "plan_name"), times(shown))
        });
        return Ok(());
    }
    let made = client.post(&format!("/templates/{id}/schedules"), &body, None).await?;
    let shown = client.get(&format!("/schedules/{}", text(&made, "schedule_id"))).await?;
    output::one(&shown, format, tell);
    Ok(())
}

async fn list(client: &Client, format: OutputFormat, template: Option<&str>) -> Result<(), Failure> {
    let path = match template {
        Some(template) => format!("/templates/{}/schedules", find(client, template).await?),
        None => "/schedules".to_owned(),
    };
    let page = client.get(&path).await?;
    let schedules = page.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let lines: Vec<Value> = schedules.into_iter().map(line).collect();
    let columns = [
        ("schedule", "id"),
        ("template", "template_name"),
        ("cron", "cron"),
        ("time zone", "time_zone"),
        ("next", "due_next"),
        ("last", "last"),
    ];
    output::list(&lines, &columns, format);
    Ok(())
}

/// A schedule with its next time and its last outcome beside it.
fn line(mut schedule: Value) -> Value {
    let paused = schedule.get("paused").is_some_and(|paused| !paused.is_null());
    let next = schedule.pointer("/next/0").and_then(Value::as_str).map(str::to_owned);
    schedule["due_next"] = if paused { "paused".into() } else { next.into() };
    let last = schedule.pointer("/outcomes/0").map(outcome);
    schedule["last"] = last.into();
    schedule
}

fn outcome(told: &Value) -> String {
    match text(told, "outcome") {
        "plan" => text(told, "plan_id").to_owned(),
        "failure" => format!("no plan: {}", text(told, "message")),
        "missed" => format!("{} missed", told["count"]),
        other => other.to_owned(),
    }
}

/// A schedule as a well-set list.
fn tell(schedule: &Value) -> String {
    let mut out = format!(
        "{}  {}\n{} ({})\n",
        text(schedule, "template_name"),
        text(schedule, "id"),
        text(schedule, "cron"),
        text(schedule, "time_zone")
    );
    if schedule.get("paused").is_some_and(|paused| !paused.is_null()) {
        // writing to a text cannot fail
        let _ = writeln!(out, "paused {}", text(schedule, "paused"));
    }
    out.push_str(&times(schedule));
    out.trim_end().to_owned()
}

fn times(shown: &Value) -> String {
    let next = shown.get("next").and_then(Value::as_array).into_iter().flatten();
    next.filter_map(Value::as_str).flat_map(|at| ["  ", at, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_it_is_due_and_what_came_of_it_last() {
        let next = json!(["2026-11-30T08:00:00Z"]);
        let failed = json!({"outcome": "failure", "message": "the template was retired"});
        let told = line(json!({"paused": null, "next": next, "outcomes": [failed]}));
        assert_eq!(told["due_next"], "2026-11-30T08:00:00Z");
        assert_eq!(told["last"], "no plan: the template was retired");
        let paused = line(json!({"paused": "", "next": [], "outcomes": []}));
        assert_eq!((&paused["due_next"], &paused["last"]), (&json!("paused"), &Value::Null));
    }
}
