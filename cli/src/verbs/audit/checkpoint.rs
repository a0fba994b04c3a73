//! `cairn audit checkpoint` and `cairn audit rotate-key`: signing, on a folder that no server has or through
//! the server that has it.

use std::path::Path;

use audit::{key::PublicKey, ledger, notary};
use commands::{Clock, SystemClock};
use serde_json::json;

use super::verify::signed;
use crate::{
    args::Common,
    client::Client,
    exit::Failure,
    output,
    proof::tell_of_rotations,
    settings::Settings,
    wiring::{AtDesk, OpenError},
};

pub(super) async fn sign(common: &Common, out: Option<&Path>) -> Result<(), Failure> {
    let settings = Settings::load(common)?;
    let desk = match AtDesk::open(&settings) {
        Ok(desk) => desk,
        Err(OpenError::InUse { address: Some(address), .. }) => {
            return sign_beside(common, &Client::new(&address)?, out).await;
        }
        Err(other) => return Err(other.into()),
    };
    let made = sign_at(&desk, out).await;
    desk.close().await;
    let checkpoint = made?;
    let answer = json!({
        "number": checkpoint.number, "position": checkpoint.position, "events": checkpoint.events,
        "streams": checkpoint.streams, "root": checkpoint.root, "at": checkpoint.at, "key": checkpoint.key,
        "file": out,
    });
    output::one(&answer, common.output, |_| {
        let copied = out.map(|out| format!("\ncopied to {}", out.display())).unwrap_or_default();
        format!(
            "signed for {} events in {} streams, {}{copied}",
            checkpoint.events,
            checkpoint.streams,
            signed(&checkpoint)
        )
    });
    Ok(())
}

async fn sign_at(desk: &AtDesk, out: Option<&Path>) -> Result<audit::statement::Checkpoint, Failure> {
    let checkpoint = desk.notary.sign(SystemClock.now()).await.map_err(failed)?;
    if let Some(out) = out {
        let bytes = desk.notary.document().await.map_err(failed)?;
        ledger::export(&bytes, out).map_err(|error| Failure::refused(error.to_string()))?;
    }
    Ok(checkpoint)
}

/// Through the server that has the folder.
async fn sign_beside(common: &Common, server: &Client, out: Option<&Path>) -> Result<(), Failure> {
    let signed = server.post("/proof/checkpoints", &json!({}), None).await?;
    if let Some(out) = out {
        let bytes = server.download("/proof/checkpoints").await?;
        ledger::export(&bytes, out).map_err(|error| Failure::refused(error.to_string()))?;
    }
    let mut answer = signed["checkpoint"].clone();
    answer["file"] = json!(out);
    output::one(&answer, common.output, |made| {
        let copied = out.map(|out| format!("\ncopied to {}", out.display())).unwrap_or_default();
        format!(
            "signed for {} events in {} streams, position {} at {} with the key {}{copied}",
            made["events"],
            made["streams"],
            made["position"],
            output::text(made, "at"),
            output::text(made, "key"),
        )
    });
    Ok(())
}

pub(super) async fn rotate(common: &Common, reason: &str) -> Result<(), Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::usage("say with --reason why another key takes over"));
    }
    let settings = Settings::load(common)?;
    let (key, pem) = match AtDesk::open(&settings) {
        Ok(desk) => {
            let rotated = rotate_at(&desk, reason.trim()).await;
            desk.close().await;
            let public = rotated?;
            (public.id().to_string(), public.pem())
        }
        Err(OpenError::InUse { address: Some(address), .. }) => {
            let body = json!({"reason": reason.trim()});
            let state = Client::new(&address)?.post("/proof/key", &body, None).await?;
            (output::text(&state, "key").to_owned(), output::text(&state, "public_key").to_owned())
        }
        Err(other) => return Err(other.into()),
    };
    let answer = json!({"key": key, "public_key": pem});
    output::one(&answer, common.output, |_| format!("the key {key} signs from now on\n{}", pem.trim()));
    Ok(())
}

/// Lets another key take over, and writes that into the history as well.
async fn rotate_at(desk: &AtDesk, reason: &str) -> Result<PublicKey, Failure> {
    let public = desk.notary.rotate("local", reason, SystemClock.now()).await.map_err(failed)?;
    tell_of_rotations(&desk.notary, &desk.commands).await.map_err(|error| Failure::refused(error.to_string()))?;
    Ok(public)
}

/// A history that is not as it was signed is a failed verification; anything else is a refusal.
fn failed(error: notary::NotaryError) -> Failure {
    match error {
        notary::NotaryError::Fault(_) | notary::NotaryError::Shorter { .. } => Failure::verification(error.to_string()),
        other => Failure::refused(other.to_string()),
    }
}
