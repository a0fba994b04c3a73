//! Walks a whole log, checks every chain, and holds it against the checkpoints that were signed for it.
//!
//! A checkpoint's digest of the order covers the hash of every event up to its position, so comparing it is all that an
//! untouched log costs. Only when it differs are heads compared, to say where.
//!
//! What no verification can show: events that were added behind the last checkpoint by somebody who could write the
//! file. [`Verified::later`] says how many events that is about.

mod finding;
mod locate;
mod walk;

use eventlog::{EventLog, Filter, Position, ReadError};
use futures::future::join;

use crate::{key::PublicKey, ledger::Ledger, statement::Checkpoint, verify::walk::Walk};

pub use finding::Finding;

/// How many events are held in memory at a time, twice: one page is checked while the next is read.
const PAGE: usize = 1_000;

/// What a verification found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// How many events were found whole, up to the finding if there is one.
    pub events: u64,
    /// How many streams they belong to.
    pub streams: u64,
    /// The position of the last event found whole.
    pub position: Option<Position>,
    /// The last checkpoint that the log was found to agree with.
    pub checkpoint: Option<Checkpoint>,
    /// How many events stand behind it: their chains are whole, but nobody has signed for them yet.
    pub later: u64,
    /// The first fault.
    pub finding: Option<Finding>,
}

/// Holds a log against the checkpoints of a ledger; without one, its chains alone are checked.
///
/// `progress` is told the last position after each page of at most 1,000 events. Keeps about 150 bytes for each stream.
///
/// # Errors
/// Only when the log cannot be read at all; a damaged event is a [`Finding`].
pub async fn verify(
    log: &dyn EventLog,
    ledger: Option<&Ledger>,
    mut progress: impl FnMut(Position) + Send,
) -> Result<Verified, ReadError> {
    let mut walk = Walk::new(log.describe().dense_positions, ledger);
    let mut page = log.read_all(None, &Filter::All, PAGE).await;
    loop {
        let read = match page {
            Ok(read) => read,
            Err(error) => {
                let fault = eventlog::integrity::Fault::unreadable(error)?;
                let before = walk.before(log, fault.position).await?;
                let finding = match before {
                    Some(stop) => locate::explain(log, &walk, stop).await?,
                    None => Finding::Event(fault),
                };
                return Ok(walk.verified(Some(finding)));
            }
        };
        // One page is read on the reader's thread while the one before is hashed on this one.
        let next = async { if read.end { None } else { Some(log.read_all(read.next, &Filter::All, PAGE).await) } };
        let (next, stop) = join(next, async { walk.take(&read.events).err() }).await;
        if let Some(stop) = stop {
            let finding = locate::explain(log, &walk, stop).await?;
            return Ok(walk.verified(Some(finding)));
        }
        if let Some(position) = read.next {
            progress(position);
        }
        match next {
            Some(next) => page = next,
            None => break,
        }
    }
    let finding = match walk.end() {
        Err(stop) => Some(locate::explain(log, &walk, stop).await?),
        Ok(()) => None,
    };
    Ok(walk.verified(finding))
}

/// Says whether the folder's own ledger is what a copy of it became: the same statements, and perhaps more.
pub fn continues(own: &Ledger, copy: &Ledger) -> Option<Finding> {
    let differs = own.digests().iter().zip(copy.digests()).position(|(own, copy)| own != copy);
    match differs {
        Some(number) => Some(Finding::LedgerForked { number: number as u64 }),
        None if own.len() < copy.len() => Some(Finding::LedgerShorter { own: own.len(), copy: copy.len() }),
        None => None,
    }
}

/// Says whether a key vouches for a ledger: it is one of those that signed, each of which signed for the next.
pub fn vouched(ledger: &Ledger, key: &PublicKey) -> Option<Finding> {
    if ledger.keys().contains(key) {
        return None;
    }
    Some(Finding::OtherKey { expected: key.id(), found: ledger.key().map(PublicKey::id) })
}
