//! From recorded bytes to events of the domain, decoded once and shared.

use std::sync::Arc;

use domain::{
    decider::Stamp,
    schema::{DecodeError, Event},
};

use crate::RecordedEvent;

/// Gives the event that the record holds; it is decoded once for all who share the record.
pub fn event(recorded: &RecordedEvent) -> Arc<Result<Event, DecodeError>> {
    recorded.decoded(decode)
}

/// Shows the event that the record holds, to who looks at it and no longer. Of many threads that look at the same events
/// none waits for the others, as those do that each take hold of it.
pub fn with_event<T>(recorded: &RecordedEvent, look: impl FnOnce(&Result<Event, DecodeError>) -> T) -> T {
    match recorded.decoded_in_place(decode) {
        Some(decoded) => look(decoded),
        None => look(&event(recorded)),
    }
}

fn decode(recorded: &RecordedEvent) -> Result<Event, DecodeError> {
    Event::decode(recorded.stream.category(), &recorded.event_type, recorded.schema_version, &recorded.data)
}

/// Says when and by whom the event was recorded.
pub fn stamp(recorded: &RecordedEvent) -> Stamp {
    Stamp { at: recorded.metadata.at, actor: recorded.metadata.actor.clone() }
}
