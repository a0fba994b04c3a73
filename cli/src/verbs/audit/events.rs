//! `cairn audit log` and `cairn audit show`: who did what, when and why; what led to it and what followed from it.

use serde_json::{Value, json};

use crate::{
    args::{Common, EventsAsked},
    client::Client,
    connect::Connection,
    exit::Failure,
    output::{self, Column},
};

/// The most events that the server gives at once.
const PAGE: usize = 200;

const EVENTS: &[Column] = &[
    ("position", "position"),
    ("when", "at"),
    ("who", "actor.id"),
    ("what", "type"),
    ("stream", "stream"),
    ("step", "step_id"),
    ("why", "reason"),
    ("event", "id"),
];

pub(super) async fn list(common: &Common, asked: &EventsAsked) -> Result<(), Failure> {
    let connection = Connection::open(common).await?;
    let found = search(&connection.client, asked).await;
    connection.close().await?;
    output::list(&found?, EVENTS, common.output);
    Ok(())
}

async fn search(client: &Client, asked: &EventsAsked) -> Result<Vec<Value>, Failure> {
    let types = asked.types.join(",");
    let mut query: Vec<(&str, &str)> =
        vec![("type", &types), ("order", if asked.oldest_first { "asc" } else { "desc" })];
    for (name, value) in [
        ("actor", &asked.actor),
        ("plan", &asked.plan),
        ("step", &asked.step),
        ("entity", &asked.entity),
        ("correlation_id", &asked.correlation),
        ("since", &asked.since),
        ("until", &asked.until),
        ("q", &asked.reason),
    ] {
        query.extend(value.as_deref().map(|value| (name, value)));
    }
    let mut events = Vec::new();
    let mut cursor: Option<String> = None;
    while events.len() < asked.limit {
        let limit = (asked.limit - events.len()).min(PAGE).to_string();
        let mut query = query.clone();
        query.push(("limit", &limit));
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let mut page = client.ask("/events", &query).await?;
        if let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) {
            events.extend(items);
        }
        cursor = page["next"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    Ok(events)
}

pub(super) async fn show(common: &Common, event: &str) -> Result<(), Failure> {
    let connection = Connection::open(common).await?;
    let found = connection.client.get(&format!("/events/{event}/causation")).await;
    connection.close().await?;
    output::one(&found?, common.output, tree);
    Ok(())
}

/// The event between what led to it and what followed from it, indented by how far away each is.
fn tree(around: &Value) -> String {
    let list = |name: &str| around[name].as_array().cloned().unwrap_or_default();
    let causes = list("causes");
    let mut lines: Vec<String> = causes.iter().enumerate().map(|(depth, cause)| line(cause, depth, " ")).collect();
    lines.push(line(&around["event"], causes.len(), ">"));
    let data = serde_json::to_string_pretty(&around["event"]["data"]).unwrap_or_default();
    let indent = "  ".repeat(causes.len() + 2);
    lines.extend(data.lines().map(|text| format!("{indent}{text}")));
    for consequence in list("consequences") {
        let depth = consequence["depth"].as_u64().and_then(|depth| usize::try_from(depth).ok()).unwrap_or(1);
        lines.push(line(&consequence["event"], causes.len() + depth, " "));
    }
    if around["more"] == json!(true) {
        lines.push("  and more: the request is a long one".to_owned());
    }
    lines.join("\n")
}

fn line(event: &Value, depth: usize, mark: &str) -> String {
    let reason = output::text(event, "reason");
    let why = if reason.is_empty() { String::new() } else { format!(" “{reason}”") };
    let step = output::text(event, "step_id");
    let about = if step.is_empty() { String::new() } else { format!(" {step}") };
    format!(
        "{mark} {}#{} {}{about} by {} at {}{why}",
        "  ".repeat(depth),
        event["position"],
        output::text(event, "type"),
        output::text(event, "actor.id"),
        output::text(event, "at"),
    )
}
