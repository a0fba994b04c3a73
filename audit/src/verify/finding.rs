//! What a verification can find, in words that name the place.

use std::fmt;

use chrono::SecondsFormat;
use eventlog::{Hash32, Position, Revision, StreamName, integrity::Fault};

use crate::{key::KeyId, ledger::LedgerFault, statement::Checkpoint};

/// The first thing that is not as it was written and signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// An event does not fit its stream's chain.
    Event(Fault),
    /// An event was taken out between others.
    Gone {
        /// The stream it belonged to.
        stream: StreamName,
        /// Its revision.
        revision: Revision,
        /// The first position that is missing.
        position: Position,
    },
    /// A stream ends before what was signed for.
    Missing {
        /// The stream.
        stream: StreamName,
        /// The first revision that is missing.
        revision: Revision,
        /// The last revision that was signed for.
        last: Revision,
        /// How many more streams end too early.
        others: usize,
        /// Where the log ends.
        end: Option<Position>,
        /// What was signed.
        checkpoint: Box<Checkpoint>,
    },
    /// A stream's hashes fit each other, and are not those that were signed for.
    Rewritten {
        /// The stream.
        stream: StreamName,
        /// The first revision that may have been changed: the one before was signed for and still stands.
        from: Revision,
        /// The revision whose hash was signed for.
        to: Revision,
        /// The hash that was signed for.
        signed: Hash32,
        /// The hash in the log.
        found: Hash32,
        /// What was signed.
        checkpoint: Box<Checkpoint>,
    },
    /// An event stands where nobody signed for one.
    Added {
        /// The stream.
        stream: StreamName,
        /// The first revision that nobody signed for.
        revision: Revision,
        /// What was signed.
        checkpoint: Box<Checkpoint>,
    },
    /// The events are those that were signed for, in another order.
    Order {
        /// The stream of the event that stands out most by its time.
        stream: StreamName,
        /// Its revision.
        revision: Revision,
        /// Its position.
        position: Position,
        /// What was signed; the order fits up to the checkpoint before.
        checkpoint: Box<Checkpoint>,
        /// The last position whose order still fits.
        fits: Option<Position>,
    },
    /// The signed statements themselves were tampered with.
    Statements {
        /// The file.
        file: String,
        /// What is wrong.
        fault: LedgerFault,
    },
    /// The folder's own ledger was set back.
    LedgerShorter {
        /// How many statements the folder has.
        own: u64,
        /// How many the copy has.
        copy: u64,
    },
    /// The folder's own ledger is another one.
    LedgerForked {
        /// The first statement that differs, counted from 0.
        number: u64,
    },
    /// The statements were signed by somebody else.
    OtherKey {
        /// The key that was asked for.
        expected: KeyId,
        /// The key that signed.
        found: Option<KeyId>,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(fault) => fault.fmt(f),
            Self::Gone { stream, revision, position } => write!(
                f,
                "stream {stream}, revision {revision} (position {position}): the event is gone: it was deleted, and \
                 later events of the stream are still there"
            ),
            Self::Missing { stream, revision, last, others, end, checkpoint } => {
                write!(
                    f,
                    "stream {stream}, revision {revision}: the event is missing: {} has the stream up to revision {last}",
                    named(checkpoint)
                )?;
                match others {
                    0 => {}
                    1 => f.write_str("; 1 more stream ends too early")?,
                    more => write!(f, "; {more} more streams end too early")?,
                }
                match end {
                    Some(end) if *end < checkpoint.position => {
                        write!(
                            f,
                            "; the log ends at position {end}: its tail was cut off, or an older file was put in its place"
                        )
                    }
                    Some(_) => Ok(()),
                    None => f.write_str("; the log is empty"),
                }
            }
            Self::Rewritten { stream, from, to, signed, found, checkpoint } => {
                write!(
                    f,
                    "stream {stream}, revision {to}: the history was rewritten: {} has the hash {signed}, the log has {found}",
                    named(checkpoint)
                )?;
                if from == to { Ok(()) } else { write!(f, "; the change is in one of the revisions {from} to {to}") }
            }
            Self::Added { stream, revision, checkpoint } => {
                write!(
                    f,
                    "stream {stream}, revision {revision}: the event was inserted: {} does not have it",
                    named(checkpoint)
                )
            }
            Self::Order { stream, revision, position, checkpoint, fits } => {
                let from = fits.map_or(Position::FIRST, Position::next);
                write!(
                    f,
                    "stream {stream}, revision {revision} (position {position}): the event stands in another place of \
                     the log than before: no event was changed, but the order between position {from} and {} is not \
                     the one of {}",
                    checkpoint.position,
                    named(checkpoint)
                )
            }
            Self::Statements { file, fault } => {
                write!(f, "the signed checkpoints in {file} are not as they were signed: {fault}")
            }
            Self::LedgerShorter { own, copy } => write!(
                f,
                "the folder has {own} signed statements, the checkpoint file has {copy}: the folder was replaced with an \
                 older one"
            ),
            Self::LedgerForked { number } => write!(
                f,
                "signed statement {number} of the folder is not the one in the checkpoint file: they belong to \
                 different folders, or the folder's were made anew"
            ),
            Self::OtherKey { expected, found } => {
                write!(f, "the checkpoints are not signed with the key {expected}")?;
                found.map_or(Ok(()), |found| write!(f, ", but with {found}"))
            }
        }
    }
}

fn named(checkpoint: &Checkpoint) -> String {
    let at = checkpoint.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("the checkpoint of {at} (position {})", checkpoint.position)
}

impl Finding {
    /// The stream and revision that it names, where it is about one.
    pub fn place(&self) -> Option<(String, Revision)> {
        match self {
            Self::Event(fault) => Some((fault.stream.clone(), fault.revision)),
            Self::Gone { stream, revision, .. }
            | Self::Missing { stream, revision, .. }
            | Self::Rewritten { stream, to: revision, .. }
            | Self::Added { stream, revision, .. }
            | Self::Order { stream, revision, .. } => Some((stream.to_string(), *revision)),
            Self::Statements { .. }
            | Self::LedgerShorter { .. }
            | Self::LedgerForked { .. }
            | Self::OtherKey { .. } => None,
        }
    }
}
