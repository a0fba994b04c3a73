//! Finds the place of a fault: which stream, which revision.
//!
//! Runs only after something was found, and may read the log once more.

use std::{collections::BTreeMap, sync::Arc};

use eventlog::{
    Direction, EventLog, Filter, Position, ReadError, RecordedEvent, Revision, StreamFrom, StreamName,
    integrity::{ChainEnd, Fault, FaultKind},
};

use crate::{
    statement::Checkpoint,
    verify::{
        Finding, PAGE,
        walk::{Stop, Walk},
    },
};

pub(super) async fn explain(log: &dyn EventLog, walk: &Walk<'_>, stop: Stop) -> Result<Finding, ReadError> {
    match stop {
        Stop::Fault(fault) => match fault.kind {
            FaultKind::PositionGap { expected } => {
                let gone = gone(log, walk, expected).await?;
                Ok(gone.unwrap_or(Finding::Event(fault)))
            }
            FaultKind::Gap { .. } | FaultKind::Hash { .. } | FaultKind::Unreadable { .. } => Ok(Finding::Event(fault)),
        },
        Stop::Checkpoint(number) => differs(log, walk, number).await,
    }
}

/// Which event is missing at a position: the first revision that a stream misses from there on, or the end of a stream
/// that a checkpoint has.
async fn gone(log: &dyn EventLog, walk: &Walk<'_>, missing: Position) -> Result<Option<Finding>, ReadError> {
    let mut ends: BTreeMap<StreamName, Revision> = BTreeMap::new();
    let mut after = walk.standing.position();
    loop {
        let page = match log.read_all(after, &Filter::All, PAGE).await {
            Ok(page) => page,
            Err(error) => return Fault::unreadable(error).map(|_| None),
        };
        for event in &page.events {
            let known = ends.get(&event.stream).copied();
            let known = known.or_else(|| walk.standing.end_of(&event.stream).map(|end| end.revision));
            let due = known.map_or(Revision::FIRST, Revision::next);
            if event.revision > due {
                // an event that only moved is not gone
                let is_gone = event_at(log, &event.stream, due).await?.is_none();
                let stream = event.stream.clone();
                return Ok(is_gone.then_some(Finding::Gone { stream, revision: due, position: missing }));
            }
            ends.insert(event.stream.clone(), event.revision);
        }
        after = page.next;
        if page.end {
            break;
        }
    }
    let Some(last) = walk.checkpoints().last() else { return Ok(None) };
    let heads = heads_at(walk, walk.checkpoints().len() - 1);
    let differences = differences(log, &heads, walk).await?;
    differences.missing(log, &last.checkpoint).await
}

/// Where the log differs from a checkpoint.
async fn differs(log: &dyn EventLog, walk: &Walk<'_>, number: usize) -> Result<Finding, ReadError> {
    let end = log.head().await?;
    // a log that ends too early is held against the last checkpoint: it knows best what is missing
    let is_short = end < Some(walk.checkpoints()[number].checkpoint.position);
    let number = if is_short { walk.checkpoints().len() - 1 } else { number };
    let checkpoint = &walk.checkpoints()[number].checkpoint;
    let heads = heads_at(walk, number);
    let found = differences(log, &heads, walk).await?;
    if let Some(missing) = found.missing(log, checkpoint).await? {
        return Ok(missing);
    }
    if let Some((stream, end, event)) = found.rewritten.into_iter().next() {
        return Ok(Finding::Rewritten {
            from: signed_before(walk, &stream).map_or(Revision::FIRST, Revision::next),
            to: end.revision,
            signed: end.hash,
            found: event.hash,
            stream,
            checkpoint: Box::new(checkpoint.clone()),
        });
    }
    if let Some((stream, revision)) = found.added.into_iter().next() {
        return Ok(Finding::Added { stream, revision, checkpoint: Box::new(checkpoint.clone()) });
    }
    let fits = walk.passed.checked_sub(1).map(|last| walk.checkpoints()[last].checkpoint.position);
    let first = log.read_all(fits, &Filter::All, 1).await?.events;
    let outlier = walk.outlier.as_ref().map(|event| (event.stream.clone(), event.revision, event.position));
    let first = first.first().map(|event| (event.stream.clone(), event.revision, event.position));
    let (stream, revision, position) = outlier.or(first).expect("a log whose order differs has events");
    Ok(Finding::Order { stream, revision, position, checkpoint: Box::new(checkpoint.clone()), fits })
}

/// The ends of all streams at a checkpoint.
fn heads_at(walk: &Walk<'_>, number: usize) -> BTreeMap<StreamName, ChainEnd> {
    let moved = walk.checkpoints()[..=number].iter().flat_map(|signed| &signed.moved);
    moved.map(|head| (head.stream.clone(), head.end())).collect()
}

/// The last revision of a stream that a checkpoint which still fits has signed for.
fn signed_before(walk: &Walk<'_>, stream: &StreamName) -> Option<Revision> {
    let fitting = walk.checkpoints()[..walk.passed].iter().rev();
    let mut moved = fitting.flat_map(|signed| &signed.moved);
    moved.find(|head| head.stream == *stream).map(|head| head.revision)
}

/// How the streams differ from the heads that were signed for.
#[derive(Default)]
struct Differences {
    /// Streams that end before what was signed for, with the revision that was.
    short: Vec<(StreamName, Revision)>,
    /// Streams that have another event where one was signed for.
    rewritten: Vec<(StreamName, ChainEnd, Arc<RecordedEvent>)>,
    /// Streams that have more than was signed for, with the first revision that was not.
    added: Vec<(StreamName, Revision)>,
}

async fn differences(
    log: &dyn EventLog,
    heads: &BTreeMap<StreamName, ChainEnd>,
    walk: &Walk<'_>,
) -> Result<Differences, ReadError> {
    let mut found = Differences::default();
    for (stream, end) in heads {
        let here = walk.standing.end_of(stream);
        if here == Some(*end) {
            continue;
        }
        // The event may stand farther back than before: then it is not missing, but something was put before it.
        match event_at(log, stream, end.revision).await? {
            None => found.short.push((stream.clone(), end.revision)),
            Some(event) if event.hash != end.hash => found.rewritten.push((stream.clone(), *end, event)),
            Some(_) if here.is_some_and(|here| here.revision > end.revision) => {
                found.added.push((stream.clone(), end.revision.next()));
            }
            Some(_) => {}
        }
    }
    let unknown = walk.standing.heads().into_iter().filter(|head| !heads.contains_key(&head.stream));
    found.added.extend(unknown.map(|head| (head.stream, Revision::FIRST)));
    Ok(found)
}

impl Differences {
    async fn missing(&self, log: &dyn EventLog, checkpoint: &Checkpoint) -> Result<Option<Finding>, ReadError> {
        let Some((stream, last)) = self.short.first() else { return Ok(None) };
        Ok(Some(Finding::Missing {
            stream: stream.clone(),
            revision: log.stream_head(stream).await?.next(),
            last: *last,
            others: self.short.len() - 1,
            end: log.head().await?,
            checkpoint: Box::new(checkpoint.clone()),
        }))
    }
}

async fn event_at(
    log: &dyn EventLog,
    stream: &StreamName,
    revision: Revision,
) -> Result<Option<Arc<RecordedEvent>>, ReadError> {
    let events = log.read_stream(stream, StreamFrom::At(revision), Direction::Forward, 1).await?;
    Ok(events.into_iter().next().filter(|event| event.revision == revision))
}
