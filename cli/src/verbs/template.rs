//! `cairn template …`: saves plans as templates, finds them, and makes plans from them.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{plan::describe, template_files, template_schedules};
use crate::{
    args::{Common, OutputFormat, RunTemplate, SaveTemplate, TemplateVerb},
    client::Client,
    connect::Connection,
    exit::Failure,
    output::{self, text},
};

pub(super) async fn run(common: &Common, verb: TemplateVerb) -> Result<(), Failure> {
    let connection = Connection::open(common).await?;
    let done = act(&connection.client, common.output, verb).await;
    connection.close().await?;
    done
}

async fn act(client: &Client, format: OutputFormat, verb: TemplateVerb) -> Result<(), Failure> {
    match verb {
        TemplateVerb::List { query, tag, retired } => list(client, format, query, tag, retired).await,
        TemplateVerb::Show { template, number } => show(client, format, &template, number).await,
        TemplateVerb::Save(asked) => save(client, format, asked).await,
        TemplateVerb::Run(asked) => make(client, format, asked).await,
        TemplateVerb::Versions { template } => {
            let id = find(client, &template).await?;
            let versions = client.get(&format!("/templates/{id}/versions")).await?;
            let columns =
                [("version", "version"), ("note", "note"), ("restored", "restored"), ("by", "by.id"), ("at", "at")];
            output::list(&items(&versions), &columns, format);
            Ok(())
        }
        TemplateVerb::Diff { template, from, to } => {
            let id = find(client, &template).await?;
            let (from, to) = (from.to_string(), to.map(|to| to.to_string()));
            let mut query = vec![("from", from.as_str())];
            query.extend(to.as_deref().map(|to| ("to", to)));
            let diff = client.ask(&format!("/templates/{id}/diff"), &query).await?;
            output::one(&diff, format, differences);
            Ok(())
        }
        TemplateVerb::Restore { template, number } => {
            let id = find(client, &template).await?;
            let path = format!("/templates/{id}/versions/{number}/restore");
            let written = client.post(&path, &json!({}), None).await?;
            output::one(&written, format, |written| format!("{template} is at version {}", written["version"]));
            Ok(())
        }
        TemplateVerb::Export { template, out } => template_files::export(client, &template, out.as_deref()).await,
        TemplateVerb::Import { file } => template_files::import(client, format, &file).await,
        TemplateVerb::Starter => {
            let done = client.post("/templates/starter", &json!({}), None).await?;
            let count = done["added"].as_array().map_or(0, Vec::len);
            output::one(&done, format, |_| format!("{count} templates were added to the library"));
            Ok(())
        }
        TemplateVerb::Share { template, with } => template_files::share(client, format, &template, &with).await,
        TemplateVerb::Schedule { verb } => template_schedules::act(client, format, verb).await,
        TemplateVerb::PreApprove { template, number, note } => {
            let id = find(client, &template).await?;
            let path = format!("/templates/{id}/versions/{number}/pre-approve");
            let written = client.post(&path, &json!({"note": note}), None).await?;
            output::one(&written, format, |_| format!("version {number} of {template} is pre-approved"));
            Ok(())
        }
        TemplateVerb::WithdrawPreApproval { template, reason } => {
            let id = find(client, &template).await?;
            let path = format!("/templates/{id}/withdraw-pre-approval");
            let written = client.post(&path, &json!({"reason": reason}), None).await?;
            output::one(&written, format, |_| format!("no version of {template} is pre-approved"));
            Ok(())
        }
        TemplateVerb::Retire { template, reason } => {
            let id = find(client, &template).await?;
            let written = client.post(&format!("/templates/{id}/retire"), &json!({"reason": reason}), None).await?;
            output::one(&written, format, |_| format!("{template} is retired"));
            Ok(())
        }
        TemplateVerb::BringBack { template } => {
            let id = find(client, &template).await?;
            let written = client.post(&format!("/templates/{id}/bring-back"), &json!({}), None).await?;
            output::one(&written, format, |_| format!("{template} is in use again"));
            Ok(())
        }
    }
}

fn items(page: &Value) -> Vec<Value> {
    page.get("items").and_then(Value::as_array).cloned().unwrap_or_default()
}

async fn list(
    client: &Client,
    format: OutputFormat,
    words: Option<String>,
    tag: Option<String>,
    retired: bool,
) -> Result<(), Failure> {
    let mut query = vec![("limit", "200")];
    query.extend(words.as_deref().map(|words| ("q", words)));
    query.extend(tag.as_deref().map(|tag| ("tag", tag)));
    if retired {
        query.push(("retired", "true"));
    }
    let columns = [
        ("template", "id"),
        ("name", "name"),
        ("version", "version"),
        ("steps", "steps"),
        ("tags", "tags"),
        ("used", "figures.plans"),
        ("last used", "figures.last_used"),
    ];
    output::list(&items(&client.ask("/templates", &query).await?), &columns, format);
    Ok(())
}

/// The id of a template that is named by its id or by its name, whatever the case.
pub(super) async fn find(client: &Client, named: &str) -> Result<String, Failure> {
    if named.starts_with("tpl_") {
        return Ok(named.to_owned());
    }
    let found = client.ask("/templates", &[("q", named), ("retired", "true"), ("limit", "200")]).await?;
    let same = |template: &&Value| text(template, "name").eq_ignore_ascii_case(named.trim());
    let found = items(&found);
    let matching: Vec<&Value> = found.iter().filter(same).collect();
    match matching[..] {
        [one] => Ok(text(one, "id").to_owned()),
        [] => {
            Err(Failure::not_found(format!("there is no template called `{named}`: `cairn template list` shows them")))
        }
        _ => {
            let ids: Vec<&str> = matching.iter().map(|template| text(template, "id")).collect();
            Err(Failure::usage(format!(
                "several templates are called `{named}`: name one by its id: {}",
                ids.join(", ")
            )))
        }
    }
}

async fn show(client: &Client, format: OutputFormat, template: &str, version: Option<u32>) -> Result<(), Failure> {
    let id = find(client, template).await?;
    let mut shown = client.get(&format!("/templates/{id}")).await?;
    if let Some(version) = version {
        let earlier = client.get(&format!("/templates/{id}/versions/{version}")).await?;
        shown["content"] = earlier["content"].clone();
        shown["version"] = earlier["version"].clone();
    }
    output::one(&shown, format, tell);
    Ok(())
}

/// A template as a well-set list.
fn tell(template: &Value) -> String {
    let mut out = format!("{}  {}\n", text(template, "name"), text(template, "id"));
    // writing to a text cannot fail
    let _ = writeln!(out, "version {}, used {} times", template["version"], template["figures"]["plans"]);
    for line in [text(template, "description"), text(template, "retired")].iter().filter(|line| !line.is_empty()) {
        let _ = writeln!(out, "{line}");
    }
    if let Some(version) = template.pointer("/pre_approved/version").and_then(Value::as_u64) {
        let _ = writeln!(out, "version {version} is pre-approved by {}", text(template, "pre_approved.by.id"));
    }
    let _ = writeln!(out, "plans are called {}", text(template, "content.plan_name"));
    for parameter in template.pointer("/content/parameters").and_then(Value::as_array).into_iter().flatten() {
        let required = if parameter["required"] == true { ", required" } else { "" };
        let default = match &parameter["default"] {
            Value::Null => String::new(),
            Value::String(default) => format!(", {default} when not given"),
            default => format!(", {default} when not given"),
        };
        let _ = writeln!(out, "  {}: {}{required}{default}", text(parameter, "name"), text(parameter, "type"));
    }
    for (index, step) in template.pointer("/content/steps").and_then(Value::as_array).into_iter().flatten().enumerate()
    {
        let _ = writeln!(out, "{:>3}. {} · {}", index + 1, text(step, "title"), text(step, "action_type"));
    }
    out.trim_end().to_owned()
}

async fn save(client: &Client, format: OutputFormat, asked: SaveTemplate) -> Result<(), Failure> {
    let SaveTemplate { plan, name, description, tags, with, without, renamed, preview, version_of } = asked;
    let proposal = client.get(&format!("/plans/{plan}/template")).await?;
    let found = proposal.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    if preview {
        let columns =
            [("parameter", "name"), ("type", "type"), ("value", "value"), ("places", "count"), ("ticked", "ticked")];
        output::list(&found, &columns, format);
        return Ok(());
    }
    let mut names: Vec<(&str, &str)> = Vec::with_capacity(renamed.len());
    for pair in &renamed {
        names.push(pair.split_once('=').ok_or_else(|| Failure::usage(format!("`{pair}` is not OLD=NEW")))?);
    }
    let asked_for = with.iter().chain(&without).map(String::as_str).chain(names.iter().map(|(old, _)| *old));
    for name in asked_for {
        if !found.iter().any(|parameter| text(parameter, "name") == name) {
            return Err(Failure::usage(format!("nothing called `{name}` is proposed: `--preview` shows what is")));
        }
    }
    let is_kept = |parameter: &Value| {
        let name = text(parameter, "name");
        let is_among = |list: &[String]| list.iter().any(|known| known == name);
        (parameter["ticked"] == true || is_among(&with)) && !is_among(&without)
    };
    let kept = found.iter().filter(|parameter| is_kept(parameter)).map(|parameter| {
        let mut parameter = parameter.clone();
        if let Some((_, new)) = names.iter().find(|(old, _)| *old == text(&parameter, "name")) {
            parameter["name"] = json!(new);
        }
        parameter
    });
    let parameters: Vec<Value> = kept.collect();
    let written = if let Some(template) = version_of {
        let id = find(client, &template).await?;
        let body = json!({"plan_id": plan, "parameters": parameters});
        client.post(&format!("/templates/{id}/versions"), &body, None).await?
    } else {
        let name = name.unwrap_or_else(|| text(&proposal, "name").to_owned());
        let body = json!({
            "plan_id": plan, "name": name, "description": description, "tags": tags, "parameters": parameters,
        });
        client.post("/templates", &body, None).await?
    };
    output::one(&written, format, |written| {
        let count = parameters.len();
        format!("{} is saved, version {}, with {count} parameters", text(written, "template_id"), written["version"])
    });
    Ok(())
}

async fn make(client: &Client, format: OutputFormat, asked: RunTemplate) -> Result<(), Failure> {
    let RunTemplate { template, set, number: version, preview } = asked;
    let id = find(client, &template).await?;
    let arguments = arguments(client, &id, version, &set).await?;
    let body = json!({"arguments": arguments, "version": version, "today": today()});
    if preview {
        let shown = client.post(&format!("/templates/{id}/preview"), &body, None).await?;
        output::one(&shown, format, foretell);
        return Ok(());
    }
    let made = client.post(&format!("/templates/{id}/plans"), &body, None).await?;
    let plan = client.get(&format!("/plans/{}", text(&made, "plan_id"))).await?;
    output::one(&plan, format, describe);
    Ok(())
}

/// What is given as NAME=VALUE, with the things that it names looked up.
pub(super) async fn arguments(
    client: &Client,
    template: &str,
    version: Option<u32>,
    set: &[String],
) -> Result<Map<String, Value>, Failure> {
    let content = match version {
        None => client.get(&format!("/templates/{template}")).await?["content"].clone(),
        Some(version) => client.get(&format!("/templates/{template}/versions/{version}")).await?["content"].clone(),
    };
    let parameters = content.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut arguments = Map::new();
    for pair in set {
        let (name, value) =
            pair.split_once('=').ok_or_else(|| Failure::usage(format!("`{pair}` is not NAME=VALUE")))?;
        let parameter = parameters.iter().find(|parameter| text(parameter, "name") == name);
        let value = match parameter.map(|parameter| text(parameter, "type")) {
            Some(kind @ ("person" | "project" | "idea" | "task")) => thing(client, kind, value).await?,
            _ => value.to_owned(),
        };
        arguments.insert(name.to_owned(), Value::String(value));
    }
    Ok(arguments)
}

/// The day it is here.
fn today() -> String {
    chrono::Local::now().date_naive().to_string()
}

/// The id of a thing that is named by its id or by what people call it.
async fn thing(client: &Client, kind: &str, named: &str) -> Result<String, Failure> {
    let is_id = named.split_once('_').is_some_and(|(prefix, _)| prefix.len() == 3);
    if is_id || (kind == "person" && named == "me") {
        return Ok(named.to_owned());
    }
    let found = items(&client.ask("/workspace/entities", &[("kind", kind), ("q", named), ("limit", "50")]).await?);
    let title = |thing: &Value| {
        let name = if matches!(kind, "person" | "project") { "fields.name" } else { "fields.title" };
        text(thing, name).to_owned()
    };
    let exact: Vec<&Value> = found.iter().filter(|thing| title(thing).eq_ignore_ascii_case(named)).collect();
    let candidates = if exact.is_empty() { found.iter().collect() } else { exact };
    match candidates[..] {
        [one] => Ok(text(one, "id").to_owned()),
        [] => Err(Failure::not_found(format!("there is no {kind} called `{named}`"))),
        _ => {
            let options: Vec<String> =
                candidates.iter().map(|thing| format!("{} ({})", title(thing), text(thing, "id"))).collect();
            Err(Failure::usage(format!("`{named}` may be {}: name one by its id", options.join(" or "))))
        }
    }
}

/// A preview as a well-set list, with what each step would change.
fn foretell(preview: &Value) -> String {
    let mut out = format!("{}\n{}, nothing is made yet\n", text(preview, "name"), text(preview, "impact.summary"));
    for (index, step) in preview.get("steps").and_then(Value::as_array).into_iter().flatten().enumerate() {
        // writing to a text cannot fail
        let _ = writeln!(out, "{:>3}. {} · {}", index + 1, text(step, "title"), text(step, "impact.summary"));
        for change in step.pointer("/impact/changes").and_then(Value::as_array).into_iter().flatten() {
            let _ = writeln!(out, "       {}: {}", text(change, "field"), plain(&change["after"]));
        }
    }
    out.trim_end().to_owned()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What differs between two versions, a line each.
fn differences(diff: &Value) -> String {
    let mut lines = vec![format!("version {} to {}", diff["from"], diff["to"])];
    let mut tell = |what: String, fields: &Value| {
        for field in fields.as_array().into_iter().flatten() {
            lines.push(format!(
                "  {what} {}: {} -> {}",
                text(field, "pointer"),
                plain(&field["before"]),
                plain(&field["after"])
            ));
        }
    };
    tell("plan".to_owned(), &diff["difference"]["details"]);
    for parameter in diff["parameters"].as_array().into_iter().flatten() {
        tell(format!("parameter {}", text(parameter, "name")), &parameter["fields"]);
    }
    for step in diff.pointer("/difference/steps").and_then(Value::as_array).into_iter().flatten() {
        tell(format!("step {}", text(step, "id")), &step["fields"]);
    }
    let whole = |list: &Value, what: &str, name: &str| {
        let is_whole = |item: &&Value| matches!(text(item, "change"), "added" | "removed" | "moved");
        let told = |item: &Value| format!("  {what} {} is {}", text(item, name), text(item, "change"));
        list.as_array().into_iter().flatten().filter(is_whole).map(told).collect::<Vec<_>>()
    };
    lines.extend(whole(&diff["parameters"], "parameter", "name"));
    lines.extend(whole(&diff["difference"]["steps"], "step", "id"));
    if lines.len() == 1 {
        lines.push("  nothing differs".to_owned());
    }
    lines.join("\n")
}
