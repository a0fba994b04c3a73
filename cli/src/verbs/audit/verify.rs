//! `cairn audit verify`: walks the whole log, holds it against the signed checkpoints, and names the first fault.

use std::path::Path;

use audit::{
    key::PublicKey,
    ledger::{Ledger, LedgerFile, LedgerFileError},
    notary,
    statement::Checkpoint,
    verify::{self, Finding, Verified},
};
use chrono::SecondsFormat;
use serde_json::{Value, json};

use crate::{args::Common, exit::Failure, output, settings::Settings, wiring};

/// What the log is held against.
#[derive(Default)]
struct Evidence {
    ledger: Option<Ledger>,
    /// Where the ledger came from, for people.
    source: String,
    /// What is wrong with the ledgers themselves; told when the log has no fault that is closer to the deed.
    finding: Option<Finding>,
}

pub(super) async fn run(common: &Common, copy: Option<&Path>, key: Option<&Path>) -> Result<(), Failure> {
    let settings = Settings::load(common)?;
    let log = wiring::read_log(&settings)?;
    let own = settings.data_dir.join(notary::FOLDER).join(notary::LEDGER_FILE);
    let evidence = evidence(&own, copy, key)?;
    let head = log.head().await.map_err(|error| Failure::verification(error.to_string()))?;
    let bar = output::progress(Some(head.map_or(0, eventlog::Position::get)), output::EVENTS);
    let ledger = evidence.ledger.as_ref();
    let found = verify::verify(log.as_ref(), ledger, |position| bar.set_position(position.get())).await;
    bar.finish_and_clear();
    let found = found.map_err(|error| Failure::verification(error.to_string()))?;
    if let Some(finding) = found.finding.as_ref().or(evidence.finding.as_ref()) {
        return Err(Failure::verification(format!("the history is not as it was written: {finding}")));
    }
    output::one(&answer(&found, &evidence), common.output, |_| text(&found, &evidence));
    Ok(())
}

/// Gathers the folder's own ledger and the copy that was kept elsewhere. Where they agree, the longer one counts; where
/// they do not, the copy does.
fn evidence(own: &Path, copy: Option<&Path>, key: Option<&Path>) -> Result<Evidence, Failure> {
    let key = key.map(PublicKey::load).transpose().map_err(|error| Failure::usage(error.to_string()))?;
    let (own_ledger, own_fault) = match LedgerFile::read(own) {
        Ok(ledger) => (ledger, None),
        Err(LedgerFileError::Fault { path, fault }) => {
            (None, Some(Finding::Statements { file: path.display().to_string(), fault }))
        }
        Err(error @ LedgerFileError::File { .. }) => return Err(Failure::refused(error.to_string())),
    };
    let Some(copy) = copy else {
        let unvouched = key.and_then(|key| own_ledger.as_ref().and_then(|ledger| verify::vouched(ledger, &key)));
        if key.is_some() && own_ledger.is_none() && own_fault.is_none() {
            return Err(Failure::not_found("the folder has no signed checkpoints that the key could vouch for"));
        }
        let source = "the folder's own checkpoints".to_owned();
        return Ok(Evidence { ledger: own_ledger, source, finding: own_fault.or(unvouched) });
    };
    let source = copy.display().to_string();
    let copied = match LedgerFile::read(copy) {
        Ok(Some(ledger)) => ledger,
        Ok(None) => return Err(Failure::not_found(format!("there is no checkpoint in {source}"))),
        Err(LedgerFileError::Fault { fault, .. }) => {
            let finding = Some(Finding::Statements { file: source.clone(), fault });
            return Ok(Evidence { ledger: own_ledger, source, finding });
        }
        Err(error @ LedgerFileError::File { .. }) => return Err(Failure::usage(error.to_string())),
    };
    let apart = own_ledger.as_ref().and_then(|own| verify::continues(own, &copied));
    let unvouched = key.and_then(|key| verify::vouched(&copied, &key));
    let finding = own_fault.or(apart).or(unvouched);
    let ledger = own_ledger.filter(|_| finding.is_none()).unwrap_or(copied);
    Ok(Evidence { ledger: Some(ledger), source, finding })
}

fn answer(found: &Verified, evidence: &Evidence) -> Value {
    json!({
        "verified": true, "events": found.events, "streams": found.streams, "position": found.position,
        "checkpoint": found.checkpoint.as_ref().map(|checkpoint| json!({
            "number": checkpoint.number, "position": checkpoint.position, "at": checkpoint.at, "key": checkpoint.key,
        })),
        "signed_by": evidence.source, "later_events": found.later,
    })
}

fn text(found: &Verified, evidence: &Evidence) -> String {
    let mut lines =
        vec![format!("verified: {} events in {} streams, every hash as it was written", found.events, found.streams)];
    match &found.checkpoint {
        Some(checkpoint) => {
            lines.push(format!("signed up to {}; held against {}", signed(checkpoint), evidence.source));
            if found.later > 0 {
                lines.push(format!("{} events came later and are not signed for yet", found.later));
            }
        }
        None => lines.push(
            "not signed: nobody has signed for this log yet, so a cut tail or a history computed anew would not show"
                .to_owned(),
        ),
    }
    lines.join("\n")
}

pub(super) fn signed(checkpoint: &Checkpoint) -> String {
    let at = checkpoint.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("position {} at {at} with the key {}", checkpoint.position, checkpoint.key)
}
