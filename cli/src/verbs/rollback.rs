//! `cairn plan rollback`: shows what would be taken back, field by field, and carries out exactly what was seen.

use std::{
    fmt::Write as _,
    io::{IsTerminal, Write as _},
};

use serde_json::{Value, json};

use super::plan::{comes_to_rest, describe, wait_until};
use crate::{
    args::{OutputFormat, Rollback},
    client::Client,
    exit::Failure,
    output::{self, text},
};

pub(super) async fn run(client: &Client, format: OutputFormat, asked: Rollback) -> Result<(), Failure> {
    let choices = asked.choices.iter().map(|choice| read_choice(choice)).collect::<Result<Vec<_>, _>>()?;
    match &asked.confirm {
        Some(hash) => confirm(client, format, &asked, hash, choices).await,
        None => preview(client, format, &asked, choices).await,
    }
}

fn read_choice(text: &str) -> Result<Value, Failure> {
    let wrong = || Failure::usage(format!("`{text}` is no choice: write ENTITY=keep, ENTITY=merge or ENTITY=restore"));
    let (entity, choice) = text.split_once('=').ok_or_else(wrong)?;
    Ok(json!({"entity": entity, "choice": choice}))
}

async fn preview(client: &Client, format: OutputFormat, asked: &Rollback, choices: Vec<Value>) -> Result<(), Failure> {
    let scope = match (&asked.step, &asked.from, &asked.undo) {
        (Some(step), _, _) => json!({"scope": "step", "step_id": step, "choices": choices}),
        (_, Some(step), _) => json!({"scope": "from_step", "step_id": step, "choices": choices}),
        (_, _, Some(rollback)) => json!({"scope": "rollback", "rollback_id": rollback, "choices": choices}),
        (None, None, None) => json!({"scope": "plan", "choices": choices}),
    };
    let seen = client.post(&format!("/plans/{}/rollback/preview", asked.plan), &scope, None).await?;
    output::one(&seen, format, |seen| in_words(&asked.plan, seen));
    Ok(())
}

async fn confirm(
    client: &Client,
    format: OutputFormat,
    asked: &Rollback,
    hash: &str,
    choices: Vec<Value>,
) -> Result<(), Failure> {
    let plan = client.get(&format!("/plans/{}", asked.plan)).await?;
    let name = match (&asked.name, asked.yes) {
        (Some(name), _) => Some(name.clone()),
        (None, true) => Some(text(&plan, "name").to_owned()),
        (None, false) => Some(ask_for_name(text(&plan, "name"))?),
    };
    let body = json!({"preview_hash": hash, "reason": asked.reason, "choices": choices, "name": name});
    let revision = plan.get("revision").and_then(Value::as_u64);
    client.post(&format!("/plans/{}/rollback", asked.plan), &body, revision).await?;
    let ended = wait_until(client, &asked.plan, comes_to_rest, |_| {}).await?;
    output::one(&ended, format, describe);
    match text(&ended, "status") {
        "rollback_stuck" => Err(Failure::refused("the rollback is stuck: try the step again, or settle it by hand")),
        "rolling_back" => Err(Failure::refused("the rollback waits for a person")),
        _ => Ok(()),
    }
}

/// A person confirms by the plan's name; without a terminal there is nobody to ask.
fn ask_for_name(name: &str) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody is there to confirm: add --name or --yes to roll back from a script"));
    }
    eprint!("Type the plan's name to roll back exactly what the preview showed ({name}): ");
    std::io::stderr().flush().map_err(|error| Failure::unexpected(error.to_string()))?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| Failure::unexpected(error.to_string()))?;
    Ok(answer.trim().to_owned())
}

/// A preview as a person reads it.
fn in_words(plan: &str, seen: &Value) -> String {
    let mut out = String::new();
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    // writing to a String cannot fail
    for (index, step) in list(seen, "steps").iter().enumerate() {
        let class = text(step, "class").replace('_', " ");
        let stays = if step.get("takes_part") == Some(&Value::Bool(false)) { " · stays" } else { "" };
        let _ = writeln!(out, "{:>3}. {} · {class}{stays}", index + 1, text(step, "step_id"));
        let _ = writeln!(out, "     {}", text(step, "compensation"));
        for change in list(step, "changes") {
            let value = |name: &str| change.get(name).map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(
                out,
                "       {} {}: before {}, written {}, now {}, after {}",
                text(&change, "entity"),
                text(&change, "field"),
                value("before"),
                value("written"),
                value("now"),
                value("after"),
            );
            if change.get("conflict").is_some() {
                let (who, when) = (text(&change, "conflict.actor.id"), text(&change, "conflict.at"));
                let _ = writeln!(out, "       ! {who} changed this later, at {when}");
            }
        }
    }
    let coverage = |name: &str| seen.pointer(&format!("/coverage/{name}")).and_then(Value::as_u64).unwrap_or(0);
    let _ = writeln!(out, "{} of {} effects restored", coverage("restored"), coverage("total"));
    for block in list(seen, "blocked_by") {
        let _ = writeln!(out, "blocked: {}", text(&block, "text"));
    }
    for lost in list(seen, "lost").iter().filter_map(Value::as_str) {
        let _ = writeln!(out, "lost: {lost}");
    }
    for entity in list(seen, "undecided").iter().filter_map(Value::as_str) {
        let _ = writeln!(out, "choose what becomes of {entity}: --choose {entity}=keep, merge or restore");
    }
    let _ = write!(
        out,
        "to do exactly this: cairn plan rollback {plan} --confirm {} --reason …",
        text(seen, "preview_hash")
    );
    out
}
