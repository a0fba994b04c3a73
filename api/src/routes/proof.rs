//! Proof: what was signed for, how one plan stands to it, and the file that proves it elsewhere.

use std::sync::Arc;

use audit::{
    evidence::{Evidence, EvidenceError, Found, Signature, StreamProof},
    notary::{Notary, NotaryError},
    statement,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use commands::{Aggregate, Envelope};
use domain::{
    ids::PlanId,
    plan::{PlanDecider, PlanRefusal},
};

use super::fresh::number;
use crate::{
    bodies::{
        proof::{Checkpoint, PlanProof, PlanProofStatus, ProofState},
        workflow::Reason,
    },
    extract::{Nothing, PlanPath, Write},
    problem::{Answer, Problem, codes},
    state::AppState,
};

/// What to type in order to check the whole log.
const VERIFY: &str = "cairn audit verify --checkpoint checkpoints.jsonl --public-key public.pem";

/// Says what was signed for, and with which key.
#[utoipa::path(
    get, path = "/proof", tag = "proof", operation_id = "read_proof",
    responses((status = 200, description = "The proof of the whole log", body = ProofState))
)]
pub(crate) async fn read(State(state): State<AppState>) -> Answer<Json<ProofState>> {
    let notary = notary(&state)?;
    shown(&state, notary).await.map(Json)
}

/// Gives all signed statements: a file to be kept elsewhere, which `cairn audit verify --checkpoint` reads.
#[utoipa::path(
    get, path = "/proof/checkpoints", tag = "proof", operation_id = "download_checkpoints",
    responses((status = 200, description = "One signed statement a line", body = String, content_type = "application/jsonl"))
)]
pub(crate) async fn download(State(state): State<AppState>) -> Answer<Response> {
    let document = notary(&state)?.document().await.map_err(problem)?;
    Ok(file(document, "application/jsonl", "checkpoints.jsonl"))
}

/// Signs for the log as it stands now.
#[utoipa::path(
    post, path = "/proof/checkpoints", tag = "proof", operation_id = "sign_checkpoint",
    responses((status = 200, description = "It is signed for", body = ProofState))
)]
pub(crate) async fn sign(State(state): State<AppState>, write: Write<Nothing>) -> Answer<Json<ProofState>> {
    let Nothing {} = write.body;
    let notary = notary(&state)?;
    notary.sign(state.clock.now()).await.map_err(problem)?;
    shown(&state, notary).await.map(Json)
}

/// Lets a fresh key take over; the one before signs for it, and the history tells of it.
#[utoipa::path(
    post, path = "/proof/key", tag = "proof", operation_id = "rotate_key", request_body = Reason,
    responses((status = 200, description = "Another key signs from now on", body = ProofState))
)]
pub(crate) async fn rotate(State(state): State<AppState>, write: Write<Reason>) -> Answer<Json<ProofState>> {
    let reason = write.body.reason.trim();
    if reason.is_empty() {
        return Err(PlanRefusal::ReasonMissing.into());
    }
    let notary = notary(&state)?;
    let envelope = write.envelope_because(reason);
    // the same request again finds its first answer in the log, and makes no other key
    let (from, to) = if is_answered(&state, &envelope).await? {
        (String::new(), String::new())
    } else {
        let key = notary.rotate(&state.actor.id, reason, state.clock.now()).await.map_err(problem)?;
        let from = notary.with_ledger(|ledger| ledger.rotation_to(key.id()).map(|rotation| rotation.from)).await;
        (from.map_or_else(String::new, |from| from.to_string()), key.id().to_string())
    };
    state.commands.record_rotation(from, to, reason.to_owned(), envelope).await?;
    shown(&state, notary).await.map(Json)
}

/// Whether the request was answered before, under the same key.
async fn is_answered(state: &AppState, envelope: &Envelope) -> Answer<bool> {
    let Some(id) = commands::event_id(envelope, 0) else { return Ok(false) };
    Ok(state.log.find_event(id).await?.is_some())
}

/// Recomputes a plan's hash chain and compares it with what was signed for.
#[utoipa::path(
    get, path = "/plans/{id}/proof", tag = "proof", operation_id = "read_plan_proof",
    params(("id" = String, Path, description = "The plan")),
    responses((status = 200, description = "How the plan's history stands", body = PlanProof))
)]
pub(crate) async fn of_plan(State(state): State<AppState>, PlanPath(id): PlanPath) -> Answer<Json<PlanProof>> {
    let (notary, stream) = (notary(&state)?, PlanDecider::stream(&id));
    let signed = notary.with_ledger(|ledger| Signature::find(ledger, &stream)).await;
    let proof = StreamProof::of(&*state.stored, signed.as_ref(), &stream).await?;
    if proof.events == 0 && proof.found == Found::NotSigned {
        return Err(PlanRefusal::NoSuchPlan.into());
    }
    let checkpoint = notary.state().checkpoint.as_ref().map(shown_checkpoint);
    Ok(Json(told(id, proof, checkpoint)))
}

/// Gives a plan's evidence: a page for people with everything inside that proves it, on any machine, without a network.
#[utoipa::path(
    get, path = "/plans/{id}/evidence", tag = "proof", operation_id = "export_evidence",
    params(("id" = String, Path, description = "The plan")),
    responses((status = 200, description = "The evidence", body = String, content_type = "text/html"))
)]
pub(crate) async fn evidence(State(state): State<AppState>, PlanPath(id): PlanPath) -> Answer<Response> {
    let (notary, stream) = (notary(&state)?, PlanDecider::stream(&id));
    match notary.sign(state.clock.now()).await {
        Ok(_) => {}
        // signed, and the copy elsewhere is behind: that is trouble for those who run the server, and shown to them
        Err(NotaryError::Export(cause)) => tracing::error!(%cause, "the copy of the checkpoints is behind"),
        Err(NotaryError::Empty) => return Err(PlanRefusal::NoSuchPlan.into()),
        Err(other) => return Err(problem(other)),
    }
    let signed = notary.with_ledger(|ledger| Signature::find(ledger, &stream)).await;
    let gathered = Evidence::gather_with(&*state.stored, signed, &stream, state.clock.now()).await;
    let evidence = gathered.map_err(|error| match error {
        EvidenceError::NoEvents { .. } => PlanRefusal::NoSuchPlan.into(),
        EvidenceError::NotSigned { .. } => Problem::new(&codes::HISTORY_CHANGED, sentence(&error)),
        EvidenceError::NotText { .. } => Problem::fault(&error),
        EvidenceError::Log(error) => error.into(),
    })?;
    Ok(file(evidence.page().into_bytes(), "text/html; charset=utf-8", &format!("evidence-{id}.html")))
}

fn notary(state: &AppState) -> Answer<&Arc<Notary>> {
    let detail = "This server does not sign for its history; its log says why. `cairn audit verify` checks the chains.";
    state.notary.as_ref().ok_or_else(|| Problem::new(&codes::NOT_SIGNING, detail))
}

fn problem(error: NotaryError) -> Problem {
    match error {
        NotaryError::Fault(_) | NotaryError::Shorter { .. } => {
            tracing::error!(%error, "the history is not as it was signed for");
            Problem::new(&codes::HISTORY_CHANGED, sentence(&error))
        }
        NotaryError::Empty => Problem::new(&codes::NOTHING_TO_SIGN, sentence(&error)),
        NotaryError::Log(error) => error.into(),
        NotaryError::Export(error) => {
            tracing::error!(%error, "the copy of the checkpoints cannot be brought up to date");
            Problem::new(&codes::COPY_BEHIND, sentence(&error))
        }
        NotaryError::Folder { .. } | NotaryError::Key(_) | NotaryError::KeyMissing { .. } | NotaryError::Ledger(_) => {
            Problem::fault(&error)
        }
    }
}

/// An error's words as a sentence.
fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// A file to be saved, not shown.
fn file(bytes: Vec<u8>, media_type: &'static str, name: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

async fn shown(state: &AppState, notary: &Notary) -> Answer<ProofState> {
    let head = number(state.log.head().await?);
    let proof = notary.state();
    Ok(ProofState {
        checkpoint: proof.checkpoint.as_ref().map(shown_checkpoint),
        checkpoints: proof.checkpoints,
        key: proof.key.id().to_string(),
        public_key: proof.key.pem(),
        rotations: proof.rotations,
        head,
        export: proof.export.map(|path| path.display().to_string()),
        trouble: proof.trouble,
        command: VERIFY.to_owned(),
    })
}

fn shown_checkpoint(checkpoint: &statement::Checkpoint) -> Checkpoint {
    Checkpoint {
        number: checkpoint.number,
        position: checkpoint.position.get(),
        events: checkpoint.events,
        streams: checkpoint.streams,
        root: checkpoint.root.to_string(),
        at: checkpoint.at,
        key: checkpoint.key.to_string(),
    }
}

fn told(id: PlanId, proof: StreamProof, checkpoint: Option<Checkpoint>) -> PlanProof {
    let (revision, position) = proof.last.map_or((0, 0), |(revision, position)| (revision.get(), position.get()));
    let (signed, fault) = match proof.found {
        Found::NotSigned => (None, None),
        Found::Signed { revision, position } => (Some((revision.get(), position.get())), None),
        Found::Fault(fault) => (None, Some(fault.to_string())),
        Found::Rewritten { revision } => {
            let fault = format!("revision {revision} is not the event that was signed for: the history was rewritten");
            (None, Some(fault))
        }
        Found::Missing { revision } => {
            (None, Some(format!("revision {revision} is missing: the history was signed for farther than it goes")))
        }
    };
    let status = match (&fault, signed) {
        (Some(_), _) => PlanProofStatus::Broken,
        (None, Some((signed, _))) if signed == revision => PlanProofStatus::Verified,
        (None, Some(_) | None) => PlanProofStatus::Unsigned,
    };
    PlanProof {
        status,
        events: proof.events,
        revision,
        position,
        signed_revision: signed.map(|(revision, _)| revision),
        signed_position: signed.map(|(_, position)| position),
        checkpoint,
        fault,
        command: format!("cairn audit verify-bundle evidence-{id}.html --public-key public.pem"),
    }
}
