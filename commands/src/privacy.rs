//! What of an event is kept: values about people are sealed on their way into the log, and those about somebody who was
//! forgotten are not kept at all.

use domain::{
    decider::{Context, Decider, Stamp},
    personal::{FORGOTTEN_TEXT, Form, Place, is_withheld},
    schema::EventFamily,
};
use eventlog::{AppendError, SealError, Seals};
use serde_json::Value;

use crate::{Aggregate, CommandError, LogError, attempt::Attempt};

/// Events as they will be read again, and the values of each that are sealed.
pub(crate) struct Kept<E> {
    pub(crate) events: Vec<E>,
    pub(crate) places: Vec<Vec<Place>>,
}

impl<D: Aggregate> Attempt<'_, D> {
    /// Looks for what is about somebody. The state in memory must be what a replay gives: what is not kept goes now.
    ///
    /// # Errors
    /// The aggregate's refusal when it would rather not happen than be recorded with gaps.
    pub(crate) fn kept(
        &self,
        events: Vec<D::Event>,
        context: &Context,
    ) -> Result<Kept<D::Event>, CommandError<<D as Decider>::Refusal>> {
        let Some(seals) = &self.handler.house.seals else {
            let places = events.iter().map(|_| Vec::new()).collect();
            return Ok(Kept { events, places });
        };
        // only the events that begin a stream tell each other what they are about
        let mut begun = (self.loaded.revision.is_none() && events.len() > 1).then(D::State::default);
        let mut kept = Kept { events: Vec::with_capacity(events.len()), places: Vec::with_capacity(events.len()) };
        for event in events {
            let places = D::personal(self.id, begun.as_ref().unwrap_or(&self.loaded.state), &event);
            let event = match gone(&**seals, &places, &event)? {
                Some(_) if D::forgotten().is_some() => {
                    let refusal = D::forgotten().map(CommandError::Refused);
                    return Err(refusal.unwrap_or_else(|| CommandError::NothingThere { stream: self.stream.clone() }));
                }
                Some(with_gaps) => self.decoded(&event, &with_gaps)?,
                None => event,
            };
            if let Some(state) = &mut begun {
                D::evolve(state, &event, &Stamp::from(context));
            }
            kept.events.push(event);
            kept.places.push(places);
        }
        Ok(kept)
    }

    fn decoded(&self, event: &D::Event, data: &Value) -> Result<D::Event, CommandError<<D as Decider>::Refusal>> {
        let data = data.to_string();
        let decoded = D::Event::decode(event.type_name(), event.schema_version(), data.as_bytes());
        let revision = self.loaded.current().next();
        decoded.map_err(|cause| CommandError::Decode { stream: self.stream.clone(), revision, cause })
    }
}

/// The event's data without what is about somebody who was forgotten; `None` when there is nothing of the kind.
fn gone<E: EventFamily, R: std::error::Error>(
    seals: &dyn Seals,
    places: &[Place],
    event: &E,
) -> Result<Option<Value>, CommandError<R>> {
    let mut data: Option<Value> = None;
    let mut any = false;
    for place in places {
        let forgotten = seals.has_forgotten(&place.whose).map_err(|error| LogError::from(unsealed(&error)))?;
        if !forgotten {
            continue;
        }
        let data = data.get_or_insert_with(|| serde_json::from_slice(&event.encode()).unwrap_or_default());
        let Some(value) = data.pointer_mut(&place.pointer).filter(|value| !value.is_null()) else { continue };
        let gap = match place.form {
            Form::Json => place.stand_in(),
            Form::Text => Value::from(FORGOTTEN_TEXT),
        };
        if !is_withheld(value) && *value != gap {
            *value = gap;
            any = true;
        }
    }
    Ok(data.filter(|_| any))
}

/// Without the keys nothing is written; sending the same again is safe.
pub(crate) fn unsealed(error: &SealError) -> AppendError {
    AppendError::Unavailable { cause: error.to_string() }
}
