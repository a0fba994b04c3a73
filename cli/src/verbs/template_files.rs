//! `cairn template export`, `import` and `share`: templates that leave the house, and those that come in.

use std::path::Path;

use serde_json::{Value, json};

use super::template::find;
use crate::{
    args::OutputFormat,
    client::Client,
    exit::Failure,
    output::{self, text},
};

pub(super) async fn export(client: &Client, template: &str, out: Option<&Path>) -> Result<(), Failure> {
    let id = find(client, template).await?;
    let is_json = out.is_some_and(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")));
    let format = if is_json { "json" } else { "yaml" };
    let file = client.download(&format!("/templates/{id}/file?format={format}")).await?;
    match out {
        None => print!("{}", domain::text::marked(&String::from_utf8_lossy(&file))),
        Some(path) => {
            let unwritable =
                |error: std::io::Error| Failure::unexpected(format!("{} cannot be written: {error}", path.display()));
            std::fs::write(path, file).map_err(unwritable)?;
            output::line(format_args!("{template} is in {}", path.display()));
        }
    }
    Ok(())
}

pub(super) async fn import(client: &Client, format: OutputFormat, file: &Path) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| Failure::usage(format!("{} cannot be read: {error}", file.display()));
    let bytes = std::fs::read(file).map_err(unreadable)?;
    let held = as_text(bytes).map_err(|line| {
        Failure::refused(format!("{}, line {line}: this is no text in UTF-8; nothing was imported", file.display()))
    })?;
    let made = client.post("/templates/import", &json!({"file": held}), None).await?;
    output::one(&made, format, |made| format!("{} is made of {}", text(made, "template_id"), file.display()));
    Ok(())
}

pub(super) async fn share(
    client: &Client,
    format: OutputFormat,
    template: &str,
    with: &[String],
) -> Result<(), Failure> {
    let id = find(client, template).await?;
    let shares: Vec<Value> = with.iter().map(|share| read(share)).collect::<Result<_, _>>()?;
    let written = client.post(&format!("/templates/{id}/share"), &json!({"shares": shares}), None).await?;
    output::one(&written, format, |_| format!("{template} is shared with {} others", shares.len()));
    Ok(())
}

/// The bytes as a text, or the line of the first that belongs to none.
fn as_text(bytes: Vec<u8>) -> Result<String, usize> {
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        good.split(|byte| *byte == b'\n').count()
    })
}

/// Reads `tenant=use`, `person:kim=edit`, `role:planners=use`.
fn read(share: &str) -> Result<Value, Failure> {
    let refused = || Failure::usage(format!("`{share}` is not WHO=RIGHT, such as tenant=use or person:kim=edit"));
    let (who, right) = share.rsplit_once('=').ok_or_else(refused)?;
    let (kind, id) = who.split_once(':').unwrap_or((who, ""));
    let is_known =
        matches!(right, "use" | "edit") && (kind == "tenant" || (matches!(kind, "person" | "role") && !id.is_empty()));
    if is_known { Ok(json!({"kind": kind, "id": id, "right": right})) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_told_by_its_line() {
        assert_eq!(as_text(b"cairn: template/1\n".to_vec()).as_deref(), Ok("cairn: template/1\n"));
        assert_eq!(as_text(b"\xff".to_vec()), Err(1));
        assert_eq!(as_text(b"a: 1\nb: \xc3\xa4\nc: \xe9\n".to_vec()), Err(3));
    }

    #[test]
    fn shares_are_read_from_words() {
        assert_eq!(read("tenant=use").ok(), Some(json!({"kind": "tenant", "id": "", "right": "use"})));
        assert_eq!(read("person:kim=edit").ok(), Some(json!({"kind": "person", "id": "kim", "right": "edit"})));
        for bad in ["kim", "person=edit", "tenant=own", "team:a=use"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
