//! Trying parked events again: after the fold was mended, the event became readable, or somebody wanted it passed over.

use eventlog::{Direction, EventLog, Position, StreamFrom, StreamName};
use serde::Serialize;

use crate::{ModelError, opening::off_the_runtime, steering::Skips, store::Store};

/// How many events of a stream are read at a time.
const PAGE: usize = 1_000;

/// What came of trying parked events again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Retried {
    /// How many events were parked before.
    pub before: u64,
    /// How many are parked now.
    pub parked: u64,
    /// Another process writes the model: it was asked, and does it within a second or so.
    pub elsewhere: bool,
}

/// Which streams are tried again.
pub(crate) enum Which {
    /// All that stand still.
    All,
    /// This one.
    Stream(StreamName),
    /// Those whose first parked event is passed over by now.
    Skipped(Skips),
}

impl Which {
    fn has(&self, stream: &StreamName, first: Position) -> bool {
        match self {
            Self::All => true,
            Self::Stream(wanted) => wanted == stream,
            Self::Skipped(skips) => skips.contains_key(&first),
        }
    }
}

/// Folds the streams again that stand still in a build that nobody else writes meanwhile. Gives the store back, and the
/// first error if there was one; what was folded before it stays.
///
/// # Errors
/// When the log cannot be read, or the store is lost: it has to be opened anew.
pub(crate) async fn retry(
    log: &dyn EventLog,
    mut store: Box<dyn Store>,
    which: &Which,
) -> Result<(Box<dyn Store>, Result<Retried, ModelError>), ModelError> {
    let before = store.parked();
    let streams: Vec<_> = store.standing_still().into_iter().filter(|(stream, at)| which.has(stream, *at)).collect();
    for (stream, _) in streams {
        let (Ok(Some(from)), Some(checkpoint)) = (store.parked_from(&stream), store.checkpoint()) else { continue };
        let mut events = Vec::new();
        let mut next = from;
        loop {
            let page = log.read_stream(&stream, StreamFrom::At(next), Direction::Forward, PAGE).await?;
            let ended = page.len() < PAGE;
            events.extend(page.into_iter().filter(|event| event.position <= checkpoint.position));
            let Some(last) = events.last().filter(|_| !ended) else { break };
            next = last.revision.next();
        }
        let trying = move || {
            let tried = store.retry(&stream, &events);
            Ok((store, tried))
        };
        let (given_back, tried) = off_the_runtime(trying).await?;
        store = given_back;
        if let Err(error) = tried {
            return Ok((store, Err(error)));
        }
    }
    let parked = store.parked();
    Ok((store, Ok(Retried { before, parked, elsewhere: false })))
}
