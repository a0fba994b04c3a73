//! Events as the bytes of server-sent events (WHATWG HTML, section 9.2), written once for all watchers.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use domain::{ids::PlanId, schema::Event};
use eventlog::{Position, RecordedEvent, codec};
use planner::drafts::Draft;

use crate::bodies::{
    common::Actor,
    event::{LiveChange, LiveDraft, LiveSnapshot, LiveStale},
};

/// How soon a browser connects again after its stream broke off, in milliseconds.
const RETRY_MS: u32 = 1_000;

/// One event, written down.
pub(crate) struct Frame {
    pub(crate) position: Position,
    pub(crate) plan: Option<PlanId>,
    pub(crate) bytes: Bytes,
}

/// Events that were committed together, written down.
pub(crate) struct Batch {
    pub(crate) first: Position,
    pub(crate) last: Position,
    pub(crate) frames: Vec<Frame>,
    /// All frames, one behind the other.
    pub(crate) all: Bytes,
}

impl Batch {
    /// Writes events down.
    ///
    /// # Panics
    /// When there are none: a subscription never gives an empty list.
    pub(crate) fn of(events: &[Arc<RecordedEvent>]) -> Self {
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            unreachable!("a subscription never gives an empty list of events");
        };
        let mut bytes = BytesMut::with_capacity(events.len() * 384);
        let ends: Vec<usize> = events
            .iter()
            .map(|event| {
                write(event, &mut bytes);
                bytes.len()
            })
            .collect();
        let all = bytes.freeze();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let frames = events.iter().zip(starts.zip(&ends)).map(|(event, (start, end))| Frame {
            position: event.position,
            plan: plan_of(event),
            bytes: all.slice(start..*end),
        });
        Self { first: first.position, last: last.position, frames: frames.collect(), all }
    }

    /// What of the batch is for a watcher of `plan` (of everything, without one) that has seen all up to `after`.
    pub(crate) fn behind(&self, after: Option<Position>, plan: Option<PlanId>) -> Bytes {
        if plan.is_none() && after.is_none_or(|after| after < self.first) {
            return self.all.clone();
        }
        let wanted = |frame: &&Frame| {
            after.is_none_or(|after| after < frame.position) && plan.is_none_or(|plan| frame.plan == Some(plan))
        };
        let mut wanted_frames = self.frames.iter().filter(wanted);
        let Some(only) = wanted_frames.next() else { return Bytes::new() };
        let Some(second) = wanted_frames.next() else { return only.bytes.clone() };
        let mut joined = BytesMut::new();
        for frame in [only, second].into_iter().chain(wanted_frames) {
            joined.extend_from_slice(&frame.bytes);
        }
        joined.freeze()
    }
}

/// The plan that an event happened to.
pub(crate) fn plan_of(event: &RecordedEvent) -> Option<PlanId> {
    if event.stream.category() == "plan" { event.stream.subject().parse().ok() } else { None }
}

/// What is announced of an event.
pub(crate) fn change(event: &RecordedEvent) -> LiveChange {
    let plan = plan_of(event);
    let step_id = || match codec::event(event).as_ref() {
        Ok(Event::Plan(event)) => event.step_id().map(ToString::to_string),
        Ok(Event::Entity(_) | Event::Signing(_) | Event::Template(_) | Event::Schedule(_)) | Err(_) => None,
    };
    LiveChange {
        position: event.position.get(),
        stream: event.stream.to_string(),
        revision: event.revision.get(),
        event_type: event.event_type.to_string(),
        step_id: plan.and_then(|_| step_id()),
        plan_id: plan.map(|plan| plan.to_string()),
        entity_id: (event.stream.category() == "entity").then(|| event.stream.subject().to_owned()),
        at: event.metadata.at,
        actor: Actor::from(&event.metadata.actor),
    }
}

fn write(event: &RecordedEvent, bytes: &mut BytesMut) {
    message(bytes, "change", Some(event.position.get()), &change(event));
}

/// The first message of a stream that begins behind `position`.
pub(crate) fn snapshot(position: Option<Position>, head: Option<Position>) -> Bytes {
    let (position, head) = (number(position), number(head));
    let mut bytes = BytesMut::new();
    bytes.extend_from_slice(format!("retry: {RETRY_MS}\n").as_bytes());
    message(&mut bytes, "snapshot", Some(position), &LiveSnapshot { position, head });
    bytes.freeze()
}

/// Says that `asked` is not known any more, and that the stream goes on behind `head`.
pub(crate) fn stale(asked: Position, head: Option<Position>) -> Bytes {
    let position = number(head);
    let mut bytes = BytesMut::new();
    bytes.extend_from_slice(format!("retry: {RETRY_MS}\n").as_bytes());
    message(&mut bytes, "stale", Some(position), &LiveStale { position, asked: asked.get() });
    bytes.freeze()
}

/// Tells what is new about a draft in the making. It has no place in the log, so the place to go on from stays.
pub(crate) fn draft(draft: &Draft) -> Bytes {
    let mut bytes = BytesMut::new();
    message(&mut bytes, "draft", None, &LiveDraft::from(draft));
    bytes.freeze()
}

/// Keeps the connection open, and moves the place to go on from: an id without data is noted and not shown.
pub(crate) fn heartbeat(after: Option<Position>) -> Bytes {
    Bytes::from(format!(": beat\nid: {}\n\n", number(after)))
}

fn number(position: Option<Position>) -> u64 {
    position.map_or(0, Position::get)
}

fn message(bytes: &mut BytesMut, event: &str, id: Option<u64>, data: &impl serde::Serialize) {
    bytes.extend_from_slice(b"event: ");
    bytes.extend_from_slice(event.as_bytes());
    if let Some(id) = id {
        bytes.extend_from_slice(format!("\nid: {id}").as_bytes());
    }
    bytes.extend_from_slice(b"\ndata: ");
    // JSON has no bare line breaks, so the data is one line. Writing to memory cannot fail.
    let _ = serde_json::to_writer((&mut *bytes).writer(), data);
    bytes.extend_from_slice(b"\n\n");
}
