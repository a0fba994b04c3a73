//! A write as it comes in: its body, read and checked, and what becomes the command's envelope.

use std::time::Duration;

use axum::{
    body::Body as Incoming,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use commands::Envelope;
use futures::StreamExt;
use serde::Deserialize;

use super::{
    headers::{IfMatch, idempotency_key},
    json::read_json,
};
use crate::{
    bodies::{
        entity::{EntityPatch, Forget, NewEntity, NewLink},
        operation::{ReplayProjection, VerifyProjection},
        parked::SkipParked,
        request::NewPlan,
        rollback::{Look, RollBack},
        template_request::{
            NewTemplate, NewTemplateVersion, RunTemplate, ShareTemplate, TemplateImport, TemplatePatch,
        },
        template_schedule::NewSchedule,
        workflow::{
            Answers, Approve, CompleteStep, NewComment, OptionalNote, OptionalReason, Rate, Reason, ResolveStep,
            RetryStep, Revise, Skip,
        },
    },
    door::TraceId,
    problem::{Answer, Problem, codes},
    state::AppState,
};

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How much of a body that is too large is read and thrown away, as a multiple of the limit, so that the sender gets to
/// read the refusal instead of a broken connection.
const DRAINED: usize = 8;

/// What can be the body of a write.
pub(crate) trait Body: Sized + Send {
    /// Whether it may be left out; it is then read as `{}`.
    const OPTIONAL: bool = false;

    /// How many times the usual limit it may have: whole templates are larger than anything else.
    const TIMES: usize = 1;

    /// Reads it.
    ///
    /// # Errors
    /// `request.malformed-json` or `request.invalid-body`, naming the field.
    fn read(bytes: &[u8]) -> Answer<Self>;
}

/// Says of shapes that they are bodies of writes.
macro_rules! bodies {
    ($($shape:ty),* $(,)?) => {
        $(impl Body for $shape {
            fn read(bytes: &[u8]) -> Answer<Self> {
                read_json(bytes)
            }
        })*
    };
    (large: $($shape:ty),* $(,)?) => {
        $(impl Body for $shape {
            const TIMES: usize = 8;

            fn read(bytes: &[u8]) -> Answer<Self> {
                read_json(bytes)
            }
        })*
    };
    (optional: $($shape:ty),* $(,)?) => {
        $(impl Body for $shape {
            const OPTIONAL: bool = true;

            fn read(bytes: &[u8]) -> Answer<Self> {
                read_json(bytes)
            }
        })*
    };
}

bodies!(
    NewPlan,
    Approve,
    Answers,
    Revise,
    Rate,
    NewComment,
    Skip,
    ResolveStep,
    NewEntity,
    EntityPatch,
    NewLink,
    RollBack,
    TemplatePatch,
    ShareTemplate,
    ReplayProjection,
    SkipParked
);
bodies!(large: NewTemplate, NewTemplateVersion, TemplateImport);
// a reason that is missing is refused in the words of the verb, also when there is no body at all
bodies!(optional: Nothing, VerifyProjection, Forget, Reason, OptionalNote, OptionalReason, NewSchedule, RetryStep, CompleteStep, Look, RunTemplate);

/// The body of writes that need none.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Nothing {}

/// A write: its body, the revision it was made on, and what goes with it.
#[derive(Debug)]
pub(crate) struct Write<T> {
    /// What was sent.
    pub body: T,
    /// The revision that the caller looked at.
    pub if_match: IfMatch,
    envelope: Envelope,
}

impl<T> Write<T> {
    /// What goes with the command: who, as part of what, under which key and on which revision.
    pub(crate) fn envelope(&self) -> Envelope {
        self.envelope.clone()
    }

    /// The same for something new, which has no revision yet.
    pub(crate) fn envelope_of_new(&self) -> Envelope {
        Envelope { expected: None, ..self.envelope.clone() }
    }

    /// The same, with the reason that the verb asks for.
    pub(crate) fn envelope_because(&self, reason: &str) -> Envelope {
        Envelope { reason: Some(reason.to_owned()), ..self.envelope.clone() }
    }

    /// Refuses a write that does not say on which revision it was made.
    pub(crate) fn need_revision(&self) -> Answer<()> {
        match self.if_match {
            IfMatch::Missing => Err(Problem::new(
                &codes::IF_MATCH_MISSING,
                "Name the revision that you looked at: send the plan's `ETag` as `If-Match`.",
            )),
            IfMatch::Any | IfMatch::Revision(_) => Ok(()),
        }
    }
}

impl<T: Body> FromRequest<AppState> for Write<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Answer<Self> {
        let (parts, body) = request.into_parts();
        let if_match = IfMatch::read(&parts.headers)?;
        let key = idempotency_key(&parts.headers)?;
        let bytes = read_all(body, state.settings.body_limit.saturating_mul(T::TIMES)).await?;
        let is_left_out = T::OPTIONAL && bytes.is_empty();
        if !is_left_out {
            need_json(&parts.headers)?;
        }
        let body = T::read(if is_left_out { b"{}" } else { &bytes })?;
        let mut envelope = Envelope::new(state.actor.clone());
        envelope.tenant.clone_from(&state.tenant);
        envelope.expected = if_match.expected();
        if let Some(trace) = parts.extensions.get::<TraceId>() {
            envelope.correlation_id = trace.uuid();
            envelope.span = trace.span();
        }
        if let Some(key) = key {
            let method = parts.method.as_str().as_bytes();
            envelope = envelope.keyed(key, commands::digest([method, parts.uri.path().as_bytes(), &bytes]));
        }
        Ok(Self { body, if_match, envelope })
    }
}

fn need_json(headers: &HeaderMap) -> Answer<()> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    if is_json {
        return Ok(());
    }
    let detail = if essence.is_empty() {
        "Send the body with `Content-Type: application/json`.".to_owned()
    } else {
        format!("Send the body with `Content-Type: application/json`; `{content_type}` cannot be read here.")
    };
    Err(Problem::new(&codes::UNSUPPORTED_MEDIA_TYPE, detail))
}

/// Reads a body of at most `limit` bytes.
async fn read_all(body: Incoming, limit: usize) -> Answer<Bytes> {
    let in_time = tokio::time::timeout(BODY_TIMEOUT, collect(body, limit)).await;
    let collected = in_time
        .unwrap_or_else(|_| Err(Problem::new(&codes::TIMED_OUT, "The body did not arrive in time: send it again.")))?;
    collected.ok_or_else(|| {
        let detail = format!("The body has more than the {limit} bytes that are allowed: send less.");
        Problem::new(&codes::TOO_LARGE, detail).with("limit", limit)
    })
}

/// Reads a body to its end; `None` when it has more than `limit` bytes.
async fn collect(body: Incoming, limit: usize) -> Answer<Option<Bytes>> {
    let mut chunks = body.into_data_stream();
    let mut kept = Bytes::new();
    let mut length = 0_usize;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::new(&codes::MALFORMED_JSON, "The body broke off before its end."))?;
        length = length.saturating_add(chunk.len());
        if length > limit.saturating_mul(DRAINED) {
            break;
        }
        if length > limit {
            kept.clear();
        } else if kept.is_empty() {
            // Nearly every body is one chunk, which needs no copy.
            kept = chunk;
        } else {
            let mut joined = BytesMut::from(kept);
            joined.extend_from_slice(&chunk);
            kept = joined.freeze();
        }
    }
    Ok((length <= limit).then_some(kept))
}
