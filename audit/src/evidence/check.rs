//! Checks evidence on its own: no data folder, no network, nothing but the file and perhaps a key one trusts.

use std::fmt;

use eventlog::{
    Hash32, Position, Revision,
    integrity::{chain, content_digest},
};

use crate::{
    evidence::{Evidence, FORMAT, file},
    key::{KeyId, PublicKey},
    ledger::Line,
    statement::{Checkpoint, Statement},
};

/// The largest file that is looked at, in bytes.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;

/// Evidence that was found to be whole.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What was shown.
    pub evidence: Evidence,
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The key that signed.
    pub key: PublicKey,
    /// How many events came later than what was signed for: their chain is whole, and nobody has signed for them.
    pub later: u64,
}

/// Says why a file proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More than anybody exports.
    #[error("the file has {bytes} bytes, and evidence has at most {MAX_BYTES}")]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// Not made by `cairn audit export`.
    #[error("the file is no evidence: {0}")]
    NotEvidence(String),
    /// Made by another version.
    #[error("the file has the format `{0}`, and this program knows `{FORMAT}`")]
    Format(String),
    /// What people read is not what is proved.
    #[error("the page that people read was changed: it does not say what the evidence inside says")]
    Page,
    /// An event does not fit the chain.
    #[error("{0}")]
    Event(Misfit),
    /// The head that was signed for is not the chain's.
    #[error("the signed head of the stream (revision {revision}) is not the hash of its event")]
    Head {
        /// The revision that was signed for.
        revision: Revision,
    },
    /// The head is not among those that were signed for.
    #[error("the proof does not lead from this stream's head to the signed root")]
    Inclusion,
    /// A statement about keys, or the checkpoint, is not signed.
    #[error("{what} is not signed by the key that is in charge: it was changed, or somebody else signed it")]
    Signature {
        /// Which statement.
        what: &'static str,
    },
    /// Signed by a key that is not the one that is trusted.
    #[error("the evidence is signed with the key {found}, for which the key {expected} does not vouch")]
    OtherKey {
        /// The key that is trusted.
        expected: KeyId,
        /// The key that signed.
        found: KeyId,
    },
}

/// An event that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    revision: Revision,
    position: Position,
    what: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "revision {} (position {}): {}", self.revision, self.position, self.what)
    }
}

/// Checks the bytes of a file; `trusted` is a key that was got in another way.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(bytes: &[u8], trusted: Option<&PublicKey>) -> Result<Checked, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::TooLarge { bytes: bytes.len() });
    }
    let page = std::str::from_utf8(bytes).map_err(|_| Refusal::NotEvidence("it is not UTF-8".into()))?;
    let evidence = file::read(page)?;
    if evidence.format != FORMAT {
        return Err(Refusal::Format(evidence.format.chars().take(40).collect()));
    }
    let keys = keys(&evidence.keys)?;
    let key = *keys.last().ok_or(Refusal::Signature { what: "the key" })?;
    let checkpoint = checkpoint(&evidence.checkpoint, &key)?;
    if let Some(trusted) = trusted.filter(|trusted| !keys.contains(trusted)) {
        return Err(Refusal::OtherKey { expected: trusted.id(), found: key.id() });
    }
    let signed_hash = walk(&evidence)?;
    if evidence.head.stream != evidence.stream || signed_hash != Some(evidence.head.hash) {
        return Err(Refusal::Head { revision: evidence.head.revision });
    }
    let root = evidence.inclusion.root_with(evidence.head.leaf());
    if evidence.inclusion.size != checkpoint.streams || root != Some(checkpoint.root) {
        return Err(Refusal::Inclusion);
    }
    if file::write(&evidence) != page {
        return Err(Refusal::Page);
    }
    let later = evidence.events.len() as u64 - evidence.head.revision.get() - 1;
    Ok(Checked { evidence, checkpoint, key, later })
}

/// The keys, each vouched for by the one before.
fn keys(lines: &[Line]) -> Result<Vec<PublicKey>, Refusal> {
    let mut keys: Vec<PublicKey> = Vec::new();
    for line in lines {
        let refused = Refusal::Signature { what: "a key" };
        let (by, public) = match (read(line)?, keys.last()) {
            (Statement::Key(made), None) => (made.public, made.public),
            (Statement::Rotation(rotation), Some(old)) if rotation.from == old.id() => {
                let countersigned =
                    line.countersignature.is_some_and(|by| rotation.public.signed(&line.statement, &by));
                if !countersigned {
                    return Err(refused);
                }
                (*old, rotation.public)
            }
            (Statement::Key(_) | Statement::Rotation(_) | Statement::Checkpoint(_), _) => return Err(refused),
        };
        if !line.is_signed_by(&by) {
            return Err(refused);
        }
        keys.push(public);
    }
    Ok(keys)
}

fn checkpoint(line: &Line, key: &PublicKey) -> Result<Checkpoint, Refusal> {
    match read(line)? {
        Statement::Checkpoint(checkpoint) if checkpoint.key == key.id() && line.is_signed_by(key) => Ok(checkpoint),
        Statement::Checkpoint(_) | Statement::Key(_) | Statement::Rotation(_) => {
            Err(Refusal::Signature { what: "the checkpoint" })
        }
    }
}

fn read(line: &Line) -> Result<Statement, Refusal> {
    line.statement.parse().map_err(|error| Refusal::NotEvidence(format!("{error}")))
}

/// Computes the chain of all events and gives the hash at the revision that was signed for.
fn walk(evidence: &Evidence) -> Result<Option<Hash32>, Refusal> {
    let (mut before, mut due, mut position, mut signed) = (Hash32::ZERO, Revision::FIRST, None, None);
    for event in &evidence.events {
        let misfit = |what: &str| {
            let (revision, position) = (event.revision, event.position);
            Refusal::Event(Misfit { revision, position, what: what.to_owned() })
        };
        if event.revision != due {
            return Err(misfit(&format!("revision {due} belongs here")));
        }
        if position >= Some(event.position) {
            return Err(misfit("its position is not behind the one before"));
        }
        let (data, metadata) = (event.data.as_bytes(), event.metadata.as_bytes());
        let content = content_digest(event.id, &event.event_type, event.schema_version, data, metadata);
        before = chain(before, &evidence.stream, event.revision, content);
        if before != event.hash {
            return Err(misfit("the event was changed: its bytes do not give its hash"));
        }
        if event.revision == evidence.head.revision {
            signed = Some(before);
        }
        (due, position) = (due.next(), Some(event.position));
    }
    Ok(signed)
}
