//! `cairn insights`: what became of drafts, by planner and kind of plan.

use serde_json::{Value, json};

use crate::{
    args::{Common, OutputFormat},
    connect::Connection,
    exit::Failure,
    output,
};

pub(super) async fn show(common: &Common, since: Option<&str>) -> Result<(), Failure> {
    let connection = Connection::open(common).await?;
    let filter = since.map(|since| format!("?since={}", since.replace('+', "%2B"))).unwrap_or_default();
    let read = connection.client.get(&format!("/insights{filter}")).await;
    connection.close().await?;
    let insights = read?;
    match common.output {
        OutputFormat::Json | OutputFormat::Jsonl => output::one(&insights, common.output, |_| String::new()),
        OutputFormat::Table => {
            output::list(&lines(&insights), &COLUMNS, OutputFormat::Table);
            let failures = insights["failures"].as_array().cloned().unwrap_or_default();
            if !failures.is_empty() {
                output::list(&failures, &[("failed with", "code"), ("times", "count")], OutputFormat::Table);
            }
        }
    }
    Ok(())
}

const COLUMNS: [output::Column; 10] = [
    ("planner", "planner"),
    ("kind", "kind"),
    ("plans", "plans"),
    ("accepted", "acceptance"),
    ("unchanged", "unchanged"),
    ("edited", "edited"),
    ("rejected", "rejected"),
    ("steps", "mean_steps"),
    ("rating", "mean_rating"),
    ("failed", "failed"),
];

/// All plans together first, then each planner and kind, with figures as people read them.
fn lines(insights: &Value) -> Vec<Value> {
    let total = std::iter::once(&insights["total"]);
    let kinds = insights["kinds"].as_array().into_iter().flatten();
    let readable = |(place, line): (usize, &Value)| {
        let mut line = line.clone();
        let rounded = |value: &Value, digits: i32| {
            let factor = 10_f64.powi(digits);
            value.as_f64().map(|value| (value * factor).round() / factor)
        };
        line["acceptance"] = json!(rounded(&line["acceptance"], 2));
        line["mean_steps"] = json!(rounded(&line["mean_steps"], 1));
        line["mean_rating"] = json!(rounded(&line["mean_rating"], 1));
        if place == 0 {
            line["planner"] = json!("all");
        }
        line
    };
    total.chain(kinds).enumerate().map(readable).collect()
}
