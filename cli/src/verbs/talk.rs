//! Talking with the planner: answers to its questions, feedback on its drafts, and what came of it.

use std::{
    fmt::Write as _,
    io::{IsTerminal, Write as _},
};

use domain::text::marked;
use serde_json::{Map, Value, json};

use super::plan::{describe, wait_until};
use crate::{
    args::OutputFormat,
    client::Client,
    exit::Failure,
    output::{self, text},
};

/// Answers questions and waits for what the planner makes of it.
pub(super) async fn answer(client: &Client, format: OutputFormat, plan: &str, given: &[String]) -> Result<(), Failure> {
    let answers = if given.is_empty() {
        let seen = client.get(&format!("/plans/{plan}")).await?;
        asked(&seen)?
    } else {
        given.iter().map(|pair| parsed(pair)).collect::<Result<_, _>>()?
    };
    client.post(&format!("/plans/{plan}/answer"), &json!({"answers": answers}), None).await?;
    let answered = settled(client, plan).await?;
    output::one(&answered, format, describe);
    match text(&answered, "status") {
        "rejected" | "failed" => Err(Failure::refused(text(&answered, "message"))),
        _ => Ok(()),
    }
}

/// Asks for another draft and shows what differs.
pub(super) async fn revise(client: &Client, format: OutputFormat, plan: &str, feedback: &str) -> Result<(), Failure> {
    client.post(&format!("/plans/{plan}/revise"), &json!({"feedback": feedback}), None).await?;
    let revised = settled(client, plan).await?;
    output::one(&revised, format, |revised| match revised.pointer("/revised/difference") {
        Some(difference) if text(revised, "declined").is_empty() => {
            format!("{}\n\n{}", describe(revised), differing(difference))
        }
        _ => describe(revised),
    });
    if text(&revised, "declined").is_empty() { Ok(()) } else { Err(Failure::refused(text(&revised, "declined"))) }
}

/// Shows how a plan differs between two moments, or from another plan; `given` are the moments and the other plan.
pub(super) async fn diff(
    client: &Client,
    format: OutputFormat,
    plan: &str,
    given: [(&str, Option<&str>); 3],
) -> Result<(), Failure> {
    let query: Vec<_> = given.iter().filter_map(|(name, value)| Some((*name, (*value)?))).collect();
    let diff = client.ask(&format!("/plans/{plan}/diff"), &query).await?;
    output::one(&diff, format, |diff| match standing(diff) {
        stood if stood.is_empty() => differing(&diff["difference"]),
        stood => format!("{}\n\n{stood}", differing(&diff["difference"])),
    });
    Ok(())
}

/// How the plan and its steps stood at either moment, where that differs.
fn standing(diff: &Value) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| "–".to_owned(), |word| word.replace('_', " "));
    let mut lines = Vec::new();
    let plan = &diff["status"];
    if plan["before"] != plan["after"] {
        lines.push(format!("the plan was {} and is {}", word(&plan["before"]), word(&plan["after"])));
    }
    for step in diff["steps"].as_array().into_iter().flatten() {
        if step["before"] != step["after"] && step["before"].is_string() && step["after"].is_string() {
            lines.push(format!("{:<24} {} → {}", text(step, "id"), word(&step["before"]), word(&step["after"])));
        }
    }
    lines.join("\n")
}

async fn settled(client: &Client, plan: &str) -> Result<Value, Failure> {
    wait_until(client, plan, |plan| text(plan, "status") != "drafting", |_| {}).await
}

fn parsed(pair: &str) -> Result<(String, Value), Failure> {
    let Some((id, answer)) = pair.split_once('=') else {
        return Err(Failure::usage(format!("`{pair}` is no answer: write QUESTION=TEXT, with the id of the question")));
    };
    Ok((id.trim().to_owned(), Value::String(answer.to_owned())))
}

/// Asks a person at the terminal, one question after the other; an empty line leaves a question out.
fn asked(plan: &Value) -> Result<Map<String, Value>, Failure> {
    let questions = plan.get("questions").and_then(Value::as_array).cloned().unwrap_or_default();
    if questions.is_empty() {
        return Err(Failure::refused("the planner asks nothing"));
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody is there to answer: give --answer QUESTION=TEXT"));
    }
    let mut answers = Map::new();
    for question in &questions {
        eprintln!("{}", marked(text(question, "text")));
        let choices: Vec<&str> =
            question["choices"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (index, choice) in choices.iter().enumerate() {
            eprintln!("  {}. {}", index + 1, marked(choice));
        }
        eprint!("> ");
        let mut line = String::new();
        let read = std::io::stderr().flush().and_then(|()| std::io::stdin().read_line(&mut line));
        read.map_err(|error| Failure::unexpected(error.to_string()))?;
        let line = line.trim();
        let chosen = line.parse::<usize>().ok().and_then(|number| choices.get(number.checked_sub(1)?));
        if !line.is_empty() {
            let answer = chosen.map_or_else(|| line.to_owned(), |choice| (*choice).to_owned());
            answers.insert(text(question, "id").to_owned(), Value::String(answer));
        }
    }
    Ok(answers)
}

/// A difference as a list: what is new, gone, changed by field, or elsewhere.
fn differing(difference: &Value) -> String {
    let mut out = String::new();
    for field in difference["details"].as_array().into_iter().flatten() {
        write_field(&mut out, "plan", field);
    }
    for step in difference["steps"].as_array().into_iter().flatten() {
        let sign = match text(step, "change") {
            "added" => "+",
            "removed" => "-",
            "changed" => "~",
            "moved" => "↕",
            _ => continue,
        };
        let place = step["after"].as_u64().or_else(|| step["before"].as_u64()).unwrap_or_default();
        // writing to a String cannot fail
        let _ = writeln!(out, "{sign} {place:>3}. {} ({})", text(step, "title"), text(step, "id"));
        for field in step["fields"].as_array().into_iter().flatten() {
            write_field(&mut out, "      ", field);
        }
    }
    if out.is_empty() { "no difference".to_owned() } else { out.trim_end().to_owned() }
}

fn write_field(out: &mut String, place: &str, field: &Value) {
    let shown = |value: &Value| match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (before, after) = (shown(&field["before"]), shown(&field["after"]));
    let name = text(field, "pointer").trim_start_matches('/').trim_start_matches("params/");
    let _ = writeln!(out, "{place} {name}: {before} → {after}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_step_by_step_and_field_by_field() {
        let difference = json!({
            "details": [{"pointer": "/name", "before": "Launch", "after": "Kestrel"}],
            "steps": [
                {"id": "a", "title": "Kept", "change": "kept", "before": 1, "after": 1, "fields": []},
                {"id": "b", "title": "Call", "change": "changed", "before": 2, "after": 2,
                    "fields": [{"pointer": "/params/due_date", "before": null, "after": "2026-11-27"}]},
                {"id": "c", "title": "Party", "change": "removed", "before": 3, "after": null, "fields": []},
            ],
        });
        let told = "plan name: Launch → Kestrel\n~   2. Call (b)\n       due_date: – → 2026-11-27\n-   3. Party (c)";
        assert_eq!(differing(&difference), told);
        assert_eq!(differing(&json!({"details": [], "steps": []})), "no difference");
    }

    #[test]
    fn how_steps_stood_is_told_where_it_differs() {
        let diff = json!({
            "status": {"before": "approved", "after": "completed"},
            "steps": [
                {"id": "a", "before": "pending", "after": "outcome_unknown"},
                {"id": "b", "before": "pending", "after": "pending"},
                {"id": "c", "before": null, "after": "pending"},
            ],
        });
        let told = format!("the plan was approved and is completed\n{:<24} pending → outcome unknown", "a");
        assert_eq!(standing(&diff), told);
    }

    #[test]
    fn an_answer_names_its_question() {
        assert_eq!(parsed("who=Tom = T").unwrap(), ("who".to_owned(), json!("Tom = T")));
        assert!(parsed("Tom").is_err());
    }
}
