//! Prints results: a table for people, JSON for programs.

use comfy_table::{ContentArrangement, Table, presets::UTF8_HORIZONTAL_ONLY};
use serde_json::Value;

use crate::args::OutputFormat;

/// One column: its heading and the path to its value, `progress.total`.
pub(crate) type Column = (&'static str, &'static str);

/// Prints a list of objects.
pub(crate) fn list(items: &[Value], columns: &[Column], format: OutputFormat) {
    match format {
        OutputFormat::Json => println!("{:#}", Value::Array(items.to_vec())),
        OutputFormat::Jsonl => items.iter().for_each(|item| println!("{item}")),
        OutputFormat::Table => {
            let mut table = Table::new();
            table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
            table.set_header(columns.iter().map(|(heading, _)| *heading));
            for item in items {
                table.add_row(columns.iter().map(|(_, path)| cell(item, path)));
            }
            println!("{table}");
        }
    }
}

/// Prints one object; `text` writes it for people.
pub(crate) fn one(item: &Value, format: OutputFormat, text: impl FnOnce(&Value) -> String) {
    match format {
        OutputFormat::Json => println!("{item:#}"),
        OutputFormat::Jsonl => println!("{item}"),
        OutputFormat::Table => println!("{}", text(item)),
    }
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
