//! Evidence: everything that proves one plan's history to somebody who has nothing else, in one file.
//!
//! The file is a page that any browser shows, with the evidence itself as JSON inside: the events byte for byte as they
//! are recorded, the signed checkpoint, the proof that the plan's head is among the heads that were signed for, and the
//! key. [`check`] works on the file alone.
//!
//! Deliberately absent: other streams. The proof shows their number and hashes, and nothing of what is in them.

mod check;
mod file;
mod report;
mod stream;

use chrono::{DateTime, Utc};
use eventlog::{
    Direction, EventId, EventLog, Hash32, Position, ReadError, RecordedEvent, Revision, StreamFrom, StreamName,
};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::{Ledger, Line},
    merkle::Inclusion,
    standing::Head,
};

pub use check::{Checked, MAX_BYTES, Refusal, check};
pub use stream::{Found, StreamProof};

/// What the format is called; a changed form or a changed report is another version.
pub const FORMAT: &str = "cairn.evidence.v1";

const PAGE: usize = 1_000;

/// Everything that proves one stream's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// [`FORMAT`].
    pub format: String,
    /// The stream that it is about.
    pub stream: StreamName,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// All events of the stream, byte for byte.
    pub events: Vec<Exhibit>,
    /// The head of the stream that was signed for.
    pub head: Head,
    /// Proof that the head is among those that were signed for.
    pub inclusion: Inclusion,
    /// The signed checkpoint.
    pub checkpoint: Line,
    /// The statements about keys: the first key, and every change up to the key that signed.
    pub keys: Vec<Line>,
}

/// An event, byte for byte as it is recorded and hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exhibit {
    /// Its place in the whole log.
    pub position: Position,
    /// Its place in the stream.
    pub revision: Revision,
    /// Its name in the log.
    pub id: EventId,
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The version of the shape of `data`.
    pub schema_version: u16,
    /// What it says: JSON, as a text.
    pub data: String,
    /// Who, when, why, on behalf of what: JSON, as a text.
    pub metadata: String,
    /// Its link in the stream's chain.
    pub hash: Hash32,
}

/// Says why there is no evidence.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// Nothing happened to it.
    #[error("the stream {stream} has no events")]
    NoEvents {
        /// The stream.
        stream: StreamName,
    },
    /// Nobody signed for it yet.
    #[error("nobody has signed for the stream {stream} yet: sign first")]
    NotSigned {
        /// The stream.
        stream: StreamName,
    },
    /// An event is not UTF-8, which the log never writes.
    #[error("the event {revision} of the stream {stream} is no text: verify the log")]
    NotText {
        /// The stream.
        stream: StreamName,
        /// The event.
        revision: Revision,
    },
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] ReadError),
}

impl Evidence {
    /// Gathers the evidence for a stream, up to its newest event; the last checkpoint says how far it is signed for.
    ///
    /// # Errors
    /// When the stream has no events or nobody signed for it.
    pub async fn gather(
        log: &dyn EventLog,
        ledger: &Ledger,
        stream: &StreamName,
        made_at: DateTime<Utc>,
    ) -> Result<Self, EvidenceError> {
        let signed = Signature::find(ledger, stream);
        Self::gather_with(log, signed, stream, made_at).await
    }

    /// Gathers the evidence with what was looked up in the ledger before.
    ///
    /// # Errors
    /// When the stream has no events or nobody signed for it.
    pub async fn gather_with(
        log: &dyn EventLog,
        signed: Option<Signature>,
        stream: &StreamName,
        made_at: DateTime<Utc>,
    ) -> Result<Self, EvidenceError> {
        let events = exhibits(log, stream).await?;
        if events.is_empty() {
            return Err(EvidenceError::NoEvents { stream: stream.clone() });
        }
        let not_signed = || EvidenceError::NotSigned { stream: stream.clone() };
        let Signature { head, inclusion, checkpoint, keys } = signed.ok_or_else(not_signed)?;
        let (format, stream) = (FORMAT.to_owned(), stream.clone());
        Ok(Self { format, stream, made_at, events, head, inclusion, checkpoint, keys })
    }

    /// The file: a page that any browser shows, with the evidence inside.
    pub fn page(&self) -> String {
        file::write(self)
    }
}

/// What a ledger's last checkpoint says of one stream.
#[derive(Clone, Debug)]
pub struct Signature {
    head: Head,
    inclusion: Inclusion,
    checkpoint: Line,
    keys: Vec<Line>,
}

impl Signature {
    /// Looks a stream up in a ledger; `None` when nobody signed for it.
    pub fn find(ledger: &Ledger, stream: &StreamName) -> Option<Self> {
        let heads = ledger.heads();
        let index = heads.binary_search_by(|head| head.stream.cmp(stream)).ok()?;
        let leaves: Vec<Hash32> = heads.iter().map(Head::leaf).collect();
        Some(Self {
            head: heads[index].clone(),
            inclusion: Inclusion::prove(&leaves, index)?,
            checkpoint: ledger.last_line()?.clone(),
            keys: ledger.key_lines().to_vec(),
        })
    }

    /// The head that was signed for.
    pub fn head(&self) -> &Head {
        &self.head
    }
}

async fn exhibits(log: &dyn EventLog, stream: &StreamName) -> Result<Vec<Exhibit>, EvidenceError> {
    let (mut exhibits, mut next) = (Vec::new(), Revision::FIRST);
    loop {
        let page = log.read_stream(stream, StreamFrom::At(next), Direction::Forward, PAGE).await?;
        let Some(last) = page.last() else { return Ok(exhibits) };
        next = last.revision.next();
        for event in &page {
            exhibits.push(exhibit(event)?);
        }
    }
}

fn exhibit(event: &RecordedEvent) -> Result<Exhibit, EvidenceError> {
    let text = |bytes: &[u8]| {
        let no_text = || EvidenceError::NotText { stream: event.stream.clone(), revision: event.revision };
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| no_text())
    };
    Ok(Exhibit {
        position: event.position,
        revision: event.revision,
        id: event.id,
        event_type: event.event_type.to_string(),
        schema_version: event.schema_version,
        data: text(&event.data)?,
        metadata: text(&event.metadata_json)?,
        hash: event.hash,
    })
}

#[cfg(test)]
mod tests;
