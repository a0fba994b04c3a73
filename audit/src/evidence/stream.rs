//! The proof of one stream, looked at where the log is: is its chain whole, and is it what was signed for?

use eventlog::{
    Direction, EventLog, Position, ReadError, Revision, StreamFrom, StreamName,
    integrity::{Chains, Fault},
};

use crate::evidence::{PAGE, Signature};

/// How a stream stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamProof {
    /// How many events were found whole.
    pub events: u64,
    /// Where the last of them stands.
    pub last: Option<(Revision, Position)>,
    /// What was found.
    pub found: Found,
}

/// What was found of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Its chain is whole, and nobody has signed for it yet.
    NotSigned,
    /// Its chain is whole and what was signed for, up to this revision.
    Signed {
        /// The last revision that was signed for.
        revision: Revision,
        /// Where its event stands.
        position: Position,
    },
    /// An event does not fit.
    Fault(Fault),
    /// The chain fits in itself, and is not what was signed for.
    Rewritten {
        /// The revision that was signed for.
        revision: Revision,
    },
    /// The stream ends before what was signed for.
    Missing {
        /// The first revision that is missing.
        revision: Revision,
    },
}

impl StreamProof {
    /// Looks at every event of a stream.
    ///
    /// # Errors
    /// Only when the log cannot be read; a damaged event is a fault.
    pub async fn of(log: &dyn EventLog, signed: Option<&Signature>, stream: &StreamName) -> Result<Self, ReadError> {
        let (mut chains, mut last, mut signed_at) = (Chains::new(false), None, None);
        let head = signed.map(Signature::head);
        loop {
            let next = last.map_or(Revision::FIRST, |(revision, _): (Revision, Position)| revision.next());
            let page = match log.read_stream(stream, StreamFrom::At(next), Direction::Forward, PAGE).await {
                Ok(page) => page,
                Err(error) => {
                    let found = Found::Fault(Fault::unreadable(error)?);
                    return Ok(Self { events: chains.events(), last, found });
                }
            };
            for event in &page {
                if let Err(fault) = chains.check(event) {
                    return Ok(Self { events: chains.events(), last, found: Found::Fault(fault) });
                }
                last = Some((event.revision, event.position));
                if head.is_some_and(|head| head.revision == event.revision) {
                    signed_at = Some((event.position, event.hash));
                }
            }
            if page.is_empty() {
                break;
            }
        }
        let found = match (head, signed_at) {
            (None, _) => Found::NotSigned,
            (Some(head), Some((position, hash))) if hash == head.hash => {
                Found::Signed { revision: head.revision, position }
            }
            (Some(head), Some(_)) => Found::Rewritten { revision: head.revision },
            (Some(_), None) => {
                Found::Missing { revision: last.map_or(Revision::FIRST, |(revision, _)| revision.next()) }
            }
        };
        Ok(Self { events: chains.events(), last, found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{key::Key, testing::Archive};

    async fn proof(archive: &Archive, other: Option<&Archive>) -> Found {
        let stream = "plan-a".parse().unwrap();
        let signed = Signature::find(&other.unwrap_or(archive).ledger, &stream);
        StreamProof::of(&archive.log, signed.as_ref(), &stream).await.unwrap().found
    }

    #[tokio::test]
    async fn a_stream_is_signed_for_up_to_the_last_checkpoint() {
        let key = Key::from_seed([1; 32]);
        let mut archive = Archive::new(&key);
        archive.happen(&["plan-a", "plan-b", "plan-a"]).await;
        assert_eq!(proof(&archive, None).await, Found::NotSigned);
        archive.sign(&key).await;
        archive.happen(&["plan-a"]).await;
        let signed = Found::Signed { revision: Revision::new(1), position: Position::new(3) };
        assert_eq!(proof(&archive, None).await, signed);
    }

    #[tokio::test]
    async fn a_stream_that_is_not_what_was_signed_for_says_so() {
        let key = Key::from_seed([1; 32]);
        let (mut signed, mut shorter, mut rewritten) = (Archive::new(&key), Archive::new(&key), Archive::new(&key));
        signed.happen(&["plan-a", "plan-a"]).await;
        signed.sign(&key).await;
        shorter.happen(&["plan-a"]).await;
        rewritten.happen(&["plan-b", "plan-a", "plan-a"]).await;
        assert_eq!(proof(&shorter, Some(&signed)).await, Found::Missing { revision: Revision::new(1) });
        assert_eq!(proof(&rewritten, Some(&signed)).await, Found::Rewritten { revision: Revision::new(1) });
    }
}
