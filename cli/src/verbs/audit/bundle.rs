//! `cairn audit export` and `cairn audit verify-bundle`: one plan's history for somebody who has nothing else.

use std::path::Path;

use audit::{
    evidence::{self, Checked},
    key::PublicKey,
};
use chrono::SecondsFormat;
use serde_json::json;

use crate::{args::Common, connect::Connection, exit::Failure, output};

pub(super) async fn export(common: &Common, plan: &str, out: &Path) -> Result<(), Failure> {
    let connection = Connection::open(common).await?;
    let downloaded = connection.client.download(&format!("/plans/{plan}/evidence")).await;
    connection.close().await?;
    let page = downloaded?;
    std::fs::write(out, &page)
        .map_err(|error| Failure::refused(format!("{} cannot be written: {error}", out.display())))?;
    let answer = json!({"plan": plan, "file": out, "bytes": page.len()});
    output::one(&answer, common.output, |_| {
        format!(
            "the evidence is in {0}: open it in a browser, check it with `cairn audit verify-bundle {0}`",
            out.display()
        )
    });
    Ok(())
}

pub(super) fn verify(common: &Common, file: &Path, key: Option<&Path>) -> Result<(), Failure> {
    let key = key.map(PublicKey::load).transpose().map_err(|error| Failure::usage(error.to_string()))?;
    let bytes = read(file)?;
    let checked = evidence::check(&bytes, key.as_ref())
        .map_err(|refusal| Failure::verification(format!("{} proves nothing: {refusal}", file.display())))?;
    let Checked { evidence, checkpoint, key: signer, later } = &checked;
    let answer = json!({
        "verified": true, "stream": evidence.stream, "events": evidence.events.len(),
        "signed_revision": evidence.head.revision, "later_events": later, "key": signer.id(),
        "checkpoint": {"number": checkpoint.number, "position": checkpoint.position, "at": checkpoint.at},
        "key_was_given": key.is_some(),
    });
    output::one(&answer, common.output, |_| text(&checked, key.is_some()));
    Ok(())
}

/// Looks at the size before it reads, so that a huge file is refused and not read.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| Failure::not_found(format!("{} cannot be read: {error}", file.display()));
    let bytes = std::fs::metadata(file).map_err(unreadable)?.len();
    if bytes > evidence::MAX_BYTES as u64 {
        let refusal = evidence::Refusal::TooLarge { bytes: usize::try_from(bytes).unwrap_or(usize::MAX) };
        return Err(Failure::verification(format!("{} proves nothing: {refusal}", file.display())));
    }
    std::fs::read(file).map_err(unreadable)
}

fn text(checked: &Checked, key_was_given: bool) -> String {
    let Checked { evidence, checkpoint, key, later } = checked;
    let at = checkpoint.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (events, stream, revision) = (evidence.events.len(), &evidence.stream, evidence.head.revision);
    let (streams, key) = (checkpoint.streams, key.id());
    let mut lines = vec![
        format!("verified: {events} events of {stream}, every hash as it was written, and the page says what they say"),
        format!("signed up to revision {revision} at {at}, among {streams} streams, with the key {key}"),
    ];
    if *later > 0 {
        lines.push(format!("{later} events came later and are not signed for yet"));
    }
    if !key_was_given {
        lines.push(
            "the key came with the file: compare it with one that you got in another way, or give that with --public-key"
                .to_owned(),
        );
    }
    lines.join("\n")
}
