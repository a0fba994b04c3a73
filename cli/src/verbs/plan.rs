//! `cairn plan …`: makes, shows, approves, runs and watches plans.

use std::{
    fmt::Write as _,
    io::{IsTerminal, Write as _},
};

use domain::text::marked;
use serde_json::{Value, json};

use super::rollback;
use crate::{
    args::{Common, OutputFormat, PlanVerb},
    client::Client,
    connect::Connection,
    exit::Failure,
    output::{self, text},
    verbs::talk,
};

pub(super) async fn run(common: &Common, verb: PlanVerb) -> Result<(), Failure> {
    let connection = Connection::open(common).await?;
    let done = act(&connection.client, common.output, verb).await;
    connection.close().await?;
    done
}

async fn act(client: &Client, format: OutputFormat, verb: PlanVerb) -> Result<(), Failure> {
    match verb {
        PlanVerb::New { request, selection, planner } => {
            let asked = json!({"request": request, "selection": selection, "planner": planner});
            new(client, format, &asked).await
        }
        PlanVerb::Cancel { plan, reason } => tell(client, format, &plan, "cancel", &json!({"reason": reason})).await,
        PlanVerb::Reject { plan, reason } => tell(client, format, &plan, "reject", &json!({"reason": reason})).await,
        PlanVerb::Pause { plan, reason } => tell(client, format, &plan, "pause", &json!({"reason": reason})).await,
        PlanVerb::Resume { plan } => tell(client, format, &plan, "resume", &json!({})).await,
        PlanVerb::StopRollback { plan, reason } => {
            tell(client, format, &plan, "rollback/stop", &json!({"reason": reason})).await
        }
        PlanVerb::List { status, limit, as_of } => list(client, format, &status, limit, as_of.as_deref()).await,
        PlanVerb::Show { plan, as_of } => {
            let query: Vec<_> = as_of.as_deref().map(|as_of| ("as_of", as_of)).into_iter().collect();
            output::one(&client.ask(&format!("/plans/{plan}"), &query).await?, format, describe);
            Ok(())
        }
        PlanVerb::Approve { plan, content_hash, note, acknowledged, yes } => {
            approve(client, format, &plan, Approval { content_hash, note, acknowledged, yes }).await
        }
        PlanVerb::Rate { plan, score, comment } => {
            let body = json!({"score": score, "comment": comment});
            let rated = client.post(&format!("/plans/{plan}/rate"), &body, None).await?;
            output::one(&rated, format, |_| format!("{plan} is rated {score} of 5"));
            Ok(())
        }
        PlanVerb::Answer { plan, answers } => talk::answer(client, format, &plan, &answers).await,
        PlanVerb::Revise { plan, feedback } => talk::revise(client, format, &plan, &feedback).await,
        PlanVerb::Diff { plan, from, to, with } => {
            let given = [("from", from.as_deref()), ("to", to.as_deref()), ("with", with.as_deref())];
            talk::diff(client, format, &plan, given).await
        }
        PlanVerb::Run { plan } => {
            client.post(&format!("/plans/{plan}/start"), &json!({}), None).await?;
            watch(client, format, &plan).await
        }
        PlanVerb::Watch { plan } => watch(client, format, &plan).await,
        PlanVerb::Rollback(asked) => rollback::run(client, format, asked).await,
    }
}

async fn new(client: &Client, format: OutputFormat, asked: &Value) -> Result<(), Failure> {
    let made = client.post("/plans", asked, None).await?;
    let plan = text(&made, "plan_id").to_owned();
    let drafted = wait_until(client, &plan, |plan| text(plan, "status") != "drafting", |_| {}).await?;
    output::one(&drafted, format, describe);
    match text(&drafted, "status") {
        "rejected" | "failed" | "cancelled" => Err(Failure::refused(text(&drafted, "message"))),
        "needs_answer" => {
            eprintln!("answer with: cairn plan answer {plan}");
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn list(
    client: &Client,
    format: OutputFormat,
    status: &[String],
    limit: u32,
    as_of: Option<&str>,
) -> Result<(), Failure> {
    let (status, limit) = (status.join(","), limit.to_string());
    let mut query = vec![("status", status.as_str()), ("limit", limit.as_str())];
    query.extend(as_of.map(|as_of| ("as_of", as_of)));
    let plans = client.ask("/plans", &query).await?;
    let items = plans.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let columns = [
        ("plan", "id"),
        ("name", "name"),
        ("status", "status"),
        ("done", "progress.completed"),
        ("steps", "progress.total"),
        ("created", "created_at"),
    ];
    output::list(&items, &columns, format);
    Ok(())
}

/// Gives the plan an order, and says where it stands then.
async fn tell(client: &Client, format: OutputFormat, plan: &str, verb: &str, body: &Value) -> Result<(), Failure> {
    let answer = client.post(&format!("/plans/{plan}/{verb}"), body, None).await?;
    output::one(&answer, format, |answer| format!("{plan} is {}", text(answer, "status").replace('_', " ")));
    Ok(())
}

/// What was said on the command line about an approval.
struct Approval {
    content_hash: Option<String>,
    note: Option<String>,
    acknowledged: Vec<String>,
    yes: bool,
}

async fn approve(client: &Client, format: OutputFormat, plan: &str, approval: Approval) -> Result<(), Failure> {
    let Approval { content_hash, note, mut acknowledged, yes } = approval;
    let seen = client.get(&format!("/plans/{plan}")).await?;
    let content_hash = content_hash.unwrap_or_else(|| text(&seen, "content_hash").to_owned());
    if !yes {
        acknowledged.extend(confirm(&seen)?);
    }
    let revision = seen.get("revision").and_then(Value::as_u64);
    let body = json!({"content_hash": content_hash, "note": note, "acknowledged": acknowledged});
    let answer = client.post(&format!("/plans/{plan}/approve"), &body, revision).await?;
    output::one(&answer, format, |answer| format!("{plan} is {}", text(answer, "status").replace('_', " ")));
    Ok(())
}

/// Shows what would be approved and asks; without a terminal there is nobody to ask. Gives the ids of the loud warnings
/// that were looked at.
fn confirm(plan: &Value) -> Result<Vec<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody is there to confirm: add --yes to approve from a script"));
    }
    eprintln!("{}", marked(&describe(plan)));
    let warnings = plan.get("warnings").and_then(Value::as_array).into_iter().flatten();
    let mut acknowledged = Vec::new();
    for warning in warnings.filter(|warning| warning.get("loud").and_then(Value::as_bool).unwrap_or_default()) {
        if !says_yes(&format!("{}. Have you checked that? [y/N] ", text(warning, "text")))? {
            return Err(Failure::refused("not approved"));
        }
        acknowledged.push(text(warning, "id").to_owned());
    }
    if says_yes("Approve exactly this? [y/N] ")? { Ok(acknowledged) } else { Err(Failure::refused("not approved")) }
}

fn says_yes(question: &str) -> Result<bool, Failure> {
    eprint!("{question}");
    std::io::stderr().flush().map_err(|error| Failure::unexpected(error.to_string()))?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| Failure::unexpected(error.to_string()))?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}

async fn watch(client: &Client, format: OutputFormat, plan: &str) -> Result<(), Failure> {
    let bar = output::progress(Some(0), "{bar:30} {pos} of {len}  {msg}");
    let show = |plan: &Value| {
        let count = |name: &str| plan.pointer(&format!("/progress/{name}")).and_then(Value::as_u64).unwrap_or(0);
        bar.set_length(count("total"));
        bar.set_position(count("completed") + count("skipped"));
        bar.set_message(current_step(plan));
    };
    let ended = wait_until(client, plan, comes_to_rest, show).await?;
    bar.finish_and_clear();
    output::one(&ended, format, describe);
    match text(&ended, "status") {
        "completed" => Ok(()),
        status => Err(Failure::refused(format!("the plan is {}", status.replace('_', " ")))),
    }
}

/// Whether a plan does not go on by itself: it has ended, or everything that is open waits for a person.
pub(super) fn comes_to_rest(plan: &Value) -> bool {
    let steps = plan.get("steps").and_then(Value::as_array).cloned().unwrap_or_default();
    let waits_for_person = |step: &Value| {
        step.get("waiting_for").and_then(Value::as_array).is_some_and(|reasons| {
            reasons.iter().any(|reason| matches!(text(reason, "kind"), "person" | "approval" | "outcome"))
        })
    };
    let moves =
        |step: &Value| matches!(text(step, "status"), "executing" | "retrying" | "undoing") && !waits_for_person(step);
    match text(plan, "status") {
        "drafting" => false,
        "executing" | "rolling_back" => steps.iter().any(waits_for_person) && !steps.iter().any(moves),
        _ => true,
    }
}

fn current_step(plan: &Value) -> String {
    let steps = plan.get("steps").and_then(Value::as_array).into_iter().flatten();
    let current = steps.filter(|step| matches!(text(step, "status"), "executing" | "retrying"));
    current.map(|step| text(step, "title").to_owned()).collect::<Vec<_>>().join(", ")
}

/// Follows the live stream and reads the plan again after each change, until it is as wanted.
pub(super) async fn wait_until(
    client: &Client,
    plan: &str,
    wanted: impl Fn(&Value) -> bool,
    show: impl Fn(&Value),
) -> Result<Value, Failure> {
    let mut live = client.live(&format!("/live?plan={plan}")).await?;
    let mut position = 0;
    loop {
        let now = client.get(&format!("/plans/{plan}?min_position={position}")).await?;
        show(&now);
        if wanted(&now) {
            return Ok(now);
        }
        position = live.next_position_after(position).await?;
    }
}

/// Who drafted a plan with what, when a model was asked.
fn drafted_by(plan: &Value) -> Option<String> {
    let origin = plan.get("origin")?;
    let tokens = origin.get("tokens")?.as_u64()?;
    let model = match text(origin, "model") {
        "" => text(origin, "taken_over.model"),
        model => model,
    };
    let cost = origin.get("cost").and_then(Value::as_f64).map(|cost| format!(", ${cost:.4}")).unwrap_or_default();
    let took = origin.get("duration_ms").and_then(Value::as_u64).unwrap_or_default();
    let took = humantime::format_duration(std::time::Duration::from_millis(took));
    Some(format!("drafted by {}; {model} took {tokens} tokens{cost}, {took} in all", text(origin, "planner")))
}

/// The template that fits the request as well, as it would be run.
fn fitting(plan: &Value) -> Option<String> {
    let fits = plan.pointer("/origin/fits").filter(|_| text(plan, "status") == "draft")?;
    let quoted = |value: &Value| format!("'{}'", value.as_str().unwrap_or_default().replace('\'', "'\\''"));
    let set =
        fits.get("arguments")?.as_object()?.iter().map(|(name, value)| format!(" --set {name}={}", quoted(value)));
    let (name, id) = (text(fits, "name"), text(fits, "id"));
    Some(format!("the template “{name}” fits as well: cairn template run {id}{}", set.collect::<String>()))
}

/// A plan as a well-set list.
pub(super) fn describe(plan: &Value) -> String {
    let mut out = format!("{}  {}\n", text(plan, "name"), text(plan, "id"));
    let status = text(plan, "status").replace('_', " ");
    // writing to a String cannot fail
    let _ = writeln!(out, "{status}, revision {}, content {:.8}", plan["revision"], text(plan, "content_hash"));
    if let Some(position) = plan.pointer("/as_of/position").and_then(Value::as_u64) {
        let _ = writeln!(out, "as of position {position}, {}", text(plan, "as_of.at"));
    }
    if !text(plan, "message").is_empty() {
        let _ = writeln!(out, "{}", text(plan, "message"));
    }
    for warning in plan.get("warnings").and_then(Value::as_array).into_iter().flatten() {
        if warning.get("loud").and_then(Value::as_bool).unwrap_or_default() {
            let _ = writeln!(out, "!! {} [{}]", text(warning, "text"), text(warning, "id"));
        } else {
            let _ = writeln!(out, " ! {}", text(warning, "text"));
        }
    }
    if let Some(fits) = fitting(plan) {
        let _ = writeln!(out, "{fits}");
    }
    if let Some(drafted_by) = drafted_by(plan) {
        let _ = writeln!(out, "{drafted_by}");
    }
    for question in plan.get("questions").and_then(Value::as_array).into_iter().flatten() {
        let _ = writeln!(out, "  ? {} ({})", text(question, "text"), text(question, "id"));
        for choice in question.get("choices").and_then(Value::as_array).into_iter().flatten() {
            let _ = writeln!(out, "      {}", choice.as_str().unwrap_or_default());
        }
    }
    if !text(plan, "declined").is_empty() {
        let _ = writeln!(out, "  the draft stays: {}", text(plan, "declined"));
    }
    for assumption in plan.pointer("/origin/assumptions").and_then(Value::as_array).into_iter().flatten() {
        let _ = writeln!(out, "  assumed: {}", assumption.as_str().unwrap_or_default());
    }
    for (index, step) in plan.get("steps").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let _ = write!(out, "{:>3}. {:<10} {}", index + 1, text(step, "status"), text(step, "title"));
        let summary = text(step, "impact.summary");
        if !summary.is_empty() {
            let _ = write!(out, " · {summary}");
        }
        let parents: Vec<&str> =
            step.get("depends_on").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        if !parents.is_empty() {
            let _ = write!(out, " · after {}", parents.join(", "));
        }
        if !text(step, "error.message").is_empty() {
            let _ = write!(out, " · {}", text(step, "error.message"));
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}
