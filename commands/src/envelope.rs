//! What goes with a command: who, why, as part of what, and under which key.

use domain::actor::Actor;
use eventlog::{CommandReceipt, Metadata, Revision, SpanId};
use uuid::Uuid;

/// Everything about a command but the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Whose data it is.
    pub tenant: String,
    /// Who asks.
    pub actor: Actor,
    /// The request it all belongs to.
    pub correlation_id: Uuid,
    /// The message that made this one.
    pub causation_id: Option<Uuid>,
    /// The span of the request, where traces are gathered.
    pub span: Option<SpanId>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// The idempotency key: unique for this actor in this tenant, for ever. The same key again appends nothing and
    /// gets the first answer.
    pub key: Option<String>,
    /// What the command is, as a hash that the caller makes of everything it was asked (see
    /// [`digest`](crate::digest)): the same key with another digest is a mistake. Means nothing without a key.
    pub digest: Option<String>,
    /// The revision that the caller looked at. A stream that stands elsewhere is a conflict; `None` takes the stream as
    /// it is.
    pub expected: Option<Revision>,
}

impl Envelope {
    /// The tenant of a house that has only one.
    pub const LOCAL_TENANT: &'static str = "local";

    /// Makes an envelope of the local tenant that belongs to nothing before it.
    pub fn new(actor: Actor) -> Self {
        Self {
            tenant: Self::LOCAL_TENANT.to_owned(),
            actor,
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            span: None,
            reason: None,
            key: None,
            digest: None,
            expected: None,
        }
    }

    /// Puts the command into the context of an event that led to it.
    #[must_use]
    pub fn caused_by(mut self, correlation_id: Uuid, causation_id: Uuid) -> Self {
        self.correlation_id = correlation_id;
        self.causation_id = Some(causation_id);
        self
    }

    /// Names the revision that the caller looked at.
    #[must_use]
    pub fn expecting(mut self, revision: Revision) -> Self {
        self.expected = Some(revision);
        self
    }

    /// Makes the command repeatable under a key.
    #[must_use]
    pub fn keyed(mut self, key: impl Into<String>, digest: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self.digest = Some(digest.into());
        self
    }

    /// What is recorded with each event of the command.
    pub(crate) fn metadata(&self, at: chrono::DateTime<chrono::Utc>) -> Metadata {
        let receipt =
            |key: &String| CommandReceipt { key: key.clone(), digest: self.digest.clone().unwrap_or_default() };
        Metadata {
            at,
            tenant: self.tenant.clone(),
            actor: self.actor.clone(),
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            reason: self.reason.clone(),
            command: self.key.as_ref().map(receipt),
            claim: None,
            span: self.span,
        }
    }
}
