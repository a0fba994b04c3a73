//! An event as the log holds it.

use domain::schema::Event;
use eventlog::{RecordedEvent as Recorded, codec};
use serde_json::value::RawValue;

use crate::{
    bodies::event::RecordedEvent,
    problem::{Answer, Problem},
};

/// Shows an event; its data goes out as it was recorded, with what is about people opened.
pub(crate) fn recorded(event: &Recorded) -> Answer<RecordedEvent> {
    let data = String::from_utf8(event.data.to_vec()).map_err(|error| Problem::fault(&error))?;
    let data = RawValue::from_string(data).map_err(|error| Problem::fault(&error))?;
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
        hash: event.hash.to_string(),
    })
}
