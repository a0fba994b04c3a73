//! Prints results: a table for people, JSON for programs.

use std::{
    borrow::Cow,
    fmt::{Display, Write as _},
    io::{self, ErrorKind, IsTerminal as _, Write as _},
    process,
};

use comfy_table::{ContentArrangement, Table, presets::UTF8_HORIZONTAL_ONLY};
use domain::text::{is_hidden, marked};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::args::OutputFormat;

/// One column: its heading and the path to its value, `progress.total`.
pub(crate) type Column = (&'static str, &'static str);

/// Prints a line. When whoever reads has seen enough and is gone (`cairn … | head`), there is nothing left to do; what
/// cannot be written for another reason ends the process with an error.
pub(crate) fn line(text: impl Display) {
    match writeln!(io::stdout(), "{text}") {
        Ok(()) => {}
        Err(gone) if gone.kind() == ErrorKind::BrokenPipe => process::exit(0),
        Err(error) => {
            eprintln!("the output cannot be written: {error}");
            process::exit(1);
        }
    }
}

/// How a bar over events looks.
pub(crate) const EVENTS: &str = "{bar:30} {pos} of {len} events, {per_sec}, {eta} left";

/// Shows how far long work is, where a person sees it; `form` is a template of indicatif. Without a `length` the bar only
/// counts until it is told one.
pub(crate) fn progress(length: Option<u64>, form: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = length.map_or_else(ProgressBar::no_length, ProgressBar::new);
    match ProgressStyle::with_template(form) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Prints a list of objects.
pub(crate) fn list(items: &[Value], columns: &[Column], format: OutputFormat) {
    match format {
        OutputFormat::Json => line(escaped(&format!("{:#}", Value::Array(items.to_vec())))),
        OutputFormat::Jsonl => items.iter().for_each(|item| line(escaped(&item.to_string()))),
        OutputFormat::Table => {
            let mut table = Table::new();
            table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
            table.set_header(columns.iter().map(|(heading, _)| *heading));
            for item in items {
                table.add_row(columns.iter().map(|(_, path)| marked(&cell(item, path)).into_owned()));
            }
            line(table);
        }
    }
}

/// Prints one object; `text` writes it for people.
pub(crate) fn one(item: &Value, format: OutputFormat, text: impl FnOnce(&Value) -> String) {
    match format {
        OutputFormat::Json => line(escaped(&format!("{item:#}"))),
        OutputFormat::Jsonl => line(escaped(&item.to_string())),
        OutputFormat::Table => line(marked(&text(item))),
    }
}

/// The same JSON with the characters that nobody sees written as escapes: it reads as the same value, and a terminal
/// shows what is there.
fn escaped(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut written = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // writing to a String cannot fail
                let _ = write!(written, "\\u{unit:04x}");
            }
        } else {
            written.push(c);
        }
    }
    Cow::Owned(written)
}

fn cell(item: &Value, path: &str) -> String {
    let value = path.split('.').try_fold(item, |value, name| value.get(name));
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(", "),
        Some(other) => other.to_string(),
    }
}

/// A text of the object at a path, or nothing.
pub(crate) fn text<'a>(item: &'a Value, path: &str) -> &'a str {
    path.split('.').try_fold(item, |value, name| value.get(name)).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_value_and_hides_nothing() {
        let value = serde_json::json!({"title": "a\u{200b}b\u{e0041}"});
        let written = escaped(&value.to_string()).into_owned();
        assert_eq!(written, r#"{"title":"a\u200bb\udb40\udc41"}"#);
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
    }
}
