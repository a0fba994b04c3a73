//! An event as the log holds it.

use domain::schema::Event;
use eventlog::{RecordedEvent as Recorded, codec};
use serde_json::{json, value::RawValue};

use crate::{
    bodies::event::RecordedEvent,
    problem::{Answer, Problem},
};

/// Shows an event; its data goes out as it was recorded, with what is about people opened.
pub(crate) fn recorded(event: &Recorded) -> Answer<RecordedEvent> {
    let data = readable(&event.data)?;
    let decoded = codec::event(event);
    // An event that a newer build wrote is shown as it is; only what has to be read from it stays away.
    let (step_id, said) = match decoded.as_ref() {
        Ok(Event::Plan(event)) => (event.step_id(), event.reason()),
        Ok(Event::Entity(event)) => (None, event.reason()),
        Ok(Event::Signing(event)) => (None, event.reason()),
        Ok(Event::Template(event)) => (None, event.reason()),
        Ok(Event::Schedule(event)) => (None, event.reason()),
        Err(_) => (None, None),
    };
    let metadata = &event.metadata;
    let said = said.filter(|reason| !reason.is_empty());
    Ok(RecordedEvent {
        position: event.position.get(),
        revision: event.revision.get(),
        id: event.id.to_string(),
        stream: event.stream.to_string(),
        event_type: event.event_type.to_string(),
        schema_version: event.schema_version,
        at: metadata.at,
        actor: (&metadata.actor).into(),
        reason: metadata.reason.as_deref().or(said).map(str::to_owned),
        correlation_id: metadata.correlation_id.to_string(),
        causation_id: metadata.causation_id.map(|id| id.to_string()),
        step_id: step_id.map(ToString::to_string),
        data,
        unreadable: decoded.as_ref().as_ref().err().map(ToString::to_string),
        hash: event.hash.to_string(),
    })
}

/// The data as JSON. Bytes that are none are shown as a text, in the only member of an object.
pub(crate) fn readable(data: &[u8]) -> Answer<Box<RawValue>> {
    let text = String::from_utf8_lossy(data);
    RawValue::from_string(text.clone().into_owned())
        .or_else(|_| RawValue::from_string(json!({ "$unreadable": text }).to_string()))
        .map_err(|error| Problem::fault(&error))
}
