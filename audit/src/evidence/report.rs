//! The page that people read: what happened, by whom, when and why, and what it was signed with.
//!
//! Made from the evidence and nothing else, so that making it twice gives the same bytes. Everything that comes from an
//! event is escaped; the page loads nothing and runs nothing.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use crate::{
    evidence::{Evidence, Exhibit},
    statement::Statement,
};

const STYLE: &str = include_str!("report.css");

/// The page; `inside` is put at its end as it is.
pub(super) fn page(evidence: &Evidence, inside: &str) -> String {
    let name = name(evidence).unwrap_or_else(|| evidence.stream.to_string());
    let mut page = String::with_capacity(evidence.events.len() * 4_096 + inside.len());
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    put(
        &mut page,
        format_args!(
            "<title>Evidence: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
            escaped(&name)
        ),
    );
    head(&mut page, evidence, &name);
    page.push_str("<h2>What happened</h2>\n<ol start=\"0\">\n");
    for event in &evidence.events {
        entry(&mut page, event, event.revision > evidence.head.revision);
    }
    page.push_str("</ol>\n</main>\n");
    page.push_str(inside);
    page.push_str("</body>\n</html>\n");
    page
}

fn put(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("a text grows");
}

fn head(page: &mut String, evidence: &Evidence, name: &str) {
    put(
        page,
        format_args!("<header>\n<p class=\"kind\">Evidence</p>\n<h1>{}</h1>\n<dl class=\"facts\">\n", escaped(name)),
    );
    let (first, last) = (evidence.events.first(), evidence.events.last());
    fact(page, "Stream", evidence.stream.as_str(), true);
    fact(page, "Events", &evidence.events.len().to_string(), false);
    if let Some((first, last)) = first.and_then(at).zip(last.and_then(at)) {
        fact(page, "From – to", &format!("{} – {}", moment(first), moment(last)), false);
    }
    fact(page, "Signed up to", &format!("revision {}", evidence.head.revision), false);
    if let Ok(Statement::Checkpoint(checkpoint)) = evidence.checkpoint.statement.parse() {
        let signed =
            format!("{}, for {} events in {} streams", moment(checkpoint.at), checkpoint.events, checkpoint.streams);
        fact(page, "Signed at", &signed, false);
        fact(page, "Key", &checkpoint.key.to_string(), true);
        fact(page, "Root", &checkpoint.root.to_string(), true);
    }
    fact(page, "Made at", &moment(evidence.made_at), false);
    page.push_str(
        "</dl>\n<p>This page alone proves nothing: text can be changed. The evidence lies inside it. To check both, ",
    );
    page.push_str("on any machine and without a network:</p>\n<pre>cairn audit verify-bundle FILE --public-key public.pem</pre>\n");
    page.push_str("<p>Get <code>public.pem</code> in another way than this file.</p>\n</header>\n");
}

fn fact(page: &mut String, name: &str, value: &str, is_code: bool) {
    let (open, close) = if is_code { ("<code>", "</code>") } else { ("", "") };
    put(page, format_args!("<dt>{name}</dt><dd>{open}{}{close}</dd>\n", escaped(value)));
}

fn entry(page: &mut String, event: &Exhibit, is_later: bool) {
    let metadata: Value = serde_json::from_str(&event.metadata).unwrap_or_default();
    let text = |path: &str| metadata.pointer(path).and_then(Value::as_str).unwrap_or_default();
    put(page, format_args!("<li>\n<h3>{}</h3>\n<p class=\"who\">", escaped(&words(&event.event_type))));
    put(page, format_args!("{} ({})", escaped(text("/actor/id")), escaped(&text("/actor/kind").replace('_', " "))));
    if let Some(at) = at(event) {
        put(
            page,
            format_args!(
                " · <time datetime=\"{0}\">{1}</time>",
                at.to_rfc3339_opts(SecondsFormat::Micros, true),
                moment(at)
            ),
        );
    }
    page.push_str("</p>\n");
    if !text("/reason").is_empty() {
        put(page, format_args!("<p class=\"why\">“{}”</p>\n", escaped(text("/reason"))));
    }
    if is_later {
        page.push_str("<p class=\"later\">Nobody has signed for this event yet; its chain is whole.</p>\n");
    }
    page.push_str("<details><summary>What it says</summary>\n");
    match serde_json::from_str::<Value>(&event.data) {
        Ok(data) => value(page, &data),
        Err(_) => put(page, format_args!("<pre>{}</pre>\n", escaped(&event.data))),
    }
    page.push_str("</details>\n");
    let Exhibit { revision, position, id, schema_version, hash, event_type, .. } = event;
    put(
        page,
        format_args!(
            "<p class=\"place\">revision {revision} · position {position} · {} v{schema_version} · event {id} · hash {hash}</p>\n</li>\n",
            escaped(event_type)
        ),
    );
}

/// Shows a value: objects as names with values, lists as lists. The nesting is at most what the reader of JSON allows.
fn value(page: &mut String, shown: &Value) {
    match shown {
        Value::Object(fields) if !fields.is_empty() => {
            page.push_str("<dl>\n");
            for (name, field) in fields {
                put(page, format_args!("<dt>{}</dt><dd>", escaped(&name.replace('_', " "))));
                value(page, field);
                page.push_str("</dd>\n");
            }
            page.push_str("</dl>\n");
        }
        Value::Array(items) if !items.is_empty() => {
            page.push_str("<ul>\n");
            for item in items {
                page.push_str("<li>");
                value(page, item);
                page.push_str("</li>\n");
            }
            page.push_str("</ul>\n");
        }
        Value::Object(_) | Value::Array(_) | Value::Null => page.push('–'),
        Value::Bool(true) => page.push_str("yes"),
        Value::Bool(false) => page.push_str("no"),
        Value::String(text) => page.push_str(&escaped(text)),
        Value::Number(number) => put(page, format_args!("{number}")),
    }
}

/// The plan's name, as the newest event that gives one has it.
fn name(evidence: &Evidence) -> Option<String> {
    evidence.events.iter().rev().find_map(|event| {
        let data: Value = serde_json::from_str(&event.data).ok()?;
        let name = ["/name", "/draft/name", "/details/name", "/after/name", "/title"];
        let name = name.iter().find_map(|path| data.pointer(path).and_then(Value::as_str));
        name.filter(|name| !name.is_empty() && event.event_type.starts_with("Plan")).map(str::to_owned)
    })
}

fn at(event: &Exhibit) -> Option<DateTime<Utc>> {
    let metadata: Value = serde_json::from_str(&event.metadata).ok()?;
    metadata.get("at")?.as_str()?.parse().ok()
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `PlanApproved` as people say it.
fn words(event_type: &str) -> String {
    let mut words = String::new();
    for (place, letter) in event_type.chars().enumerate() {
        if place > 0 && letter.is_uppercase() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // would turn the reading direction of what follows
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                put(&mut escaped, format_args!("\\u{:04x}", u32::from(letter)));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_an_event_becomes_markup() {
        assert_eq!(escaped("<b title=\"'x'\">&\u{202e}"), "&lt;b title=&quot;&#39;x&#39;&quot;&gt;&amp;\\u202e");
    }

    #[test]
    fn event_types_read_as_words() {
        assert_eq!(
            (words("PlanApproved"), words("StepOutcomeUnknown")),
            ("Plan approved".into(), "Step outcome unknown".into())
        );
    }
}
