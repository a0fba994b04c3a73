//! `cairn ops projections …` through the server that holds the folder: long work is started there and followed here.

use std::time::Duration;

use serde_json::{Value, json};

use super::projections::{STATES, differences, names};
use crate::{
    args::{Common, ProjectionsVerb},
    client::Client,
    exit::Failure,
    output::{self, text},
};

/// How often the server is asked how far it is.
const ASKED: Duration = Duration::from_millis(250);

pub(super) async fn run(common: &Common, client: &Client, verb: ProjectionsVerb) -> Result<(), Failure> {
    match verb {
        ProjectionsVerb::List => {
            let states = client.get("/ops/projections").await?;
            let items = states.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            output::list(&items, STATES, common.output);
            Ok(())
        }
        ProjectionsVerb::Rebuild { name } => rebuild(common, client, name.as_deref()).await,
        ProjectionsVerb::Verify { name } => verify(common, client, name.as_deref()).await,
        ProjectionsVerb::SwapBack { name } => change(common, client, &name, "swap-back", json!({})).await,
        ProjectionsVerb::Discard { name } => change(common, client, &name, "discard", json!({})).await,
        ProjectionsVerb::Pause { name, note } => change(common, client, &name, "pause", json!({"note": note})).await,
        ProjectionsVerb::Resume { name } => change(common, client, &name, "resume", json!({})).await,
        ProjectionsVerb::Replay { name, position } => {
            let name = names(Some(&name))?[0].name();
            let path = format!("/ops/projections/{name}/replay");
            let begun = client.post(&path, &json!({"position": position}), None).await?;
            let done = follow(client, text(&begun, "id")).await?;
            let replayed = done.get("replayed").cloned().unwrap_or_default();
            output::one(&replayed, common.output, |replayed| shadow(name, replayed));
            Ok(())
        }
    }
}

async fn change(common: &Common, client: &Client, name: &str, verb: &str, body: Value) -> Result<(), Failure> {
    let name = names(Some(name))?[0].name();
    let state = client.post(&format!("/ops/projections/{name}/{verb}"), &body, None).await?;
    output::list(&[state], STATES, common.output);
    Ok(())
}

async fn rebuild(common: &Common, client: &Client, name: Option<&str>) -> Result<(), Failure> {
    for name in names(name)? {
        let name = name.name();
        client.post(&format!("/ops/projections/{name}/rebuild"), &json!({}), None).await?;
        let list = client.get("/ops/operations").await?;
        let items = list.get("items").and_then(Value::as_array).into_iter().flatten();
        let begun = |item: &&Value| text(item, "kind") == "rebuild" && text(item, "projection") == name;
        let begun = items.into_iter().find(begun).ok_or_else(|| Failure::unexpected("the rebuild is not known"))?;
        let done = follow(client, text(begun, "id")).await?;
        let rebuilt = done.get("rebuilt").cloned().unwrap_or_default();
        output::one(&rebuilt, common.output, |rebuilt| {
            let number = |field: &str| rebuilt.get(field).and_then(Value::as_f64).unwrap_or_default();
            let (events, seconds) = (number("events"), number("seconds").max(1e-6));
            let (rate, generation) = (events / seconds, number("generation"));
            format!("{name}: {events} events, {rate:.0} a second, generation {generation}")
        });
    }
    Ok(())
}

async fn verify(common: &Common, client: &Client, name: Option<&str>) -> Result<(), Failure> {
    let mut different = 0;
    for name in names(name)? {
        let path = format!("/ops/projections/{}/verify", name.name());
        let begun = client.post(&path, &json!({"background": true}), None).await?;
        let done = follow(client, text(&begun, "id")).await?;
        let verified = done.get("verified").cloned().unwrap_or_default();
        let number = |field: &str| verified.get(field).and_then(Value::as_u64).unwrap_or_default();
        different += number("different");
        output::one(&verified, common.output, |verified| {
            let heading = format!("{}: {} rows, {} differ", name.name(), number("rows"), number("different"));
            heading + &differences(verified)
        });
    }
    if different > 0 {
        return Err(Failure::verification(format!("{different} rows are not what the log gives; rebuild")));
    }
    Ok(())
}

/// Shows how far an operation is until it ends; gives it when it is done.
async fn follow(client: &Client, id: &str) -> Result<Value, Failure> {
    let bar = output::progress(Some(0), output::EVENTS);
    loop {
        let operation = client.get(&format!("/ops/operations/{id}")).await?;
        let number =
            |field: &str| operation.get("progress").and_then(|progress| progress.get(field)).and_then(Value::as_u64);
        bar.set_length(number("total").unwrap_or_default());
        bar.set_position(number("events").unwrap_or_default());
        match text(&operation, "state") {
            "running" => tokio::time::sleep(ASKED).await,
            "done" => {
                bar.finish_and_clear();
                return Ok(operation);
            }
            "cancelled" => {
                bar.finish_and_clear();
                return Err(Failure::refused("somebody cancelled it"));
            }
            _ => {
                bar.finish_and_clear();
                return Err(Failure::refused(text(&operation, "error")));
            }
        }
    }
}

/// A shadow in words.
pub(super) fn shadow(name: &str, replayed: &Value) -> String {
    let number = |value: &Value, field: &str| value.get(field).and_then(Value::as_u64).unwrap_or_default();
    let position = number(replayed, "position");
    let mut lines = vec![format!("{name} at position {position}")];
    for table in replayed.get("tables").and_then(Value::as_array).into_iter().flatten() {
        lines.push(format!("  {}: {} rows", text(table, "name"), number(table, "rows")));
    }
    let (compared, different) = (number(replayed, "compared"), number(replayed, "different"));
    lines.push(format!("  {different} of {compared} rows are not as they are now"));
    for difference in replayed.get("differences").and_then(Value::as_array).into_iter().flatten() {
        let field = |name| text(difference, name);
        let kind = if field("kind").is_empty() { field("difference") } else { field("kind") };
        let words = match kind {
            "missing" => "was there, and is not today".to_owned(),
            "surplus" => "is there today, and was not".to_owned(),
            _ => format!("`{}` was `{}`, and is `{}`", field("column"), field("rebuilt"), field("live")),
        };
        lines.push(format!("  {} {}: {words}", field("table"), field("key")));
    }
    lines.join("\n")
}
