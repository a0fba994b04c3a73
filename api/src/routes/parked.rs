//! Events that could not be applied to read models: looking at them, trying again, passing over.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
};
use domain::schema::DecodeError;
use eventlog::{Direction, Position, RecordedEvent, StreamFrom, codec};
use projections::{ModelError, ModelName, Parked};

use super::{
    fresh::number,
    ops::{decided, decision, invalid},
};
use crate::{
    bodies::parked::{ParkedEvent, ParkedPage, Retried, RetryOutcome, SkipParked, SkippedEvent, SkippedPage},
    extract::{Nothing, Write},
    problem::{Answer, Problem, codes},
    state::AppState,
};

/// How many parked events of one read model are listed.
const PARKED: u32 = 100;

/// How many characters of the data are listed.
const PAYLOAD: usize = 4_000;

/// Lists the events that could not be applied to a read model and wait for somebody.
#[utoipa::path(
    get, path = "/ops/parked", tag = "ops", operation_id = "list_parked",
    responses((status = 200, description = "Parked events, at most 100 of each read model", body = ParkedPage))
)]
pub(crate) async fn list(State(state): State<AppState>) -> Answer<Json<ParkedPage>> {
    let mut items = Vec::new();
    for name in ModelName::ALL {
        let mut first = HashMap::new();
        for parked in state.models.parked(name, PARKED).await? {
            let ahead = *first.entry(parked.stream.clone()).or_insert(parked.position);
            let behind = (ahead != parked.position).then_some(ahead);
            items.push(waiting(&state, name, parked, behind).await?);
        }
    }
    Ok(Json(ParkedPage { items, next: None, position: number(state.models.position()), stale: false, as_of: None }))
}

/// Lists the events that read models pass over because somebody wanted it.
#[utoipa::path(
    get, path = "/ops/skipped", tag = "ops", operation_id = "list_skipped",
    responses((status = 200, description = "Events that are passed over, of all read models", body = SkippedPage))
)]
pub(crate) async fn skipped(State(state): State<AppState>) -> Answer<Json<SkippedPage>> {
    let mut items = Vec::new();
    for name in ModelName::ALL {
        items.extend(state.models.skipped(name).await?.into_iter().map(|skipped| SkippedEvent {
            projection: name.name().to_owned(),
            position: skipped.position.get(),
            stream: skipped.stream.to_string(),
            revision: skipped.revision.get(),
            error: skipped.error,
            decision: decided(&skipped.decision),
        }));
    }
    Ok(Json(SkippedPage { items, next: None, position: number(state.models.position()), stale: false, as_of: None }))
}

/// Tries a parked event again, and what waits behind it in its stream.
#[utoipa::path(
    post, path = "/ops/parked/{id}/retry", tag = "ops", operation_id = "retry_parked",
    params(("id" = String, Path, description = "`plan_list-41`, or `41` for all read models that parked the event")),
    responses((status = 200, description = "What came of it", body = RetryOutcome))
)]
pub(crate) async fn retry(
    State(state): State<AppState>,
    Path(id): Path<String>,
    write: Write<Nothing>,
) -> Answer<Json<RetryOutcome>> {
    let Nothing {} = write.body;
    let (models, position) = meant(&id)?;
    let mut items = Vec::new();
    for name in &models {
        let done = state.models.retry_parked(*name, Some(position)).await;
        items.extend(tried(&state, *name, done, models.len()).await?);
    }
    outcome(&id, items)
}

/// Passes over a parked event for good, also in later builds, and folds on what waits behind it in its stream.
#[utoipa::path(
    post, path = "/ops/parked/{id}/skip", tag = "ops", operation_id = "skip_parked",
    params(("id" = String, Path, description = "`plan_list-41`, or `41` for all read models that parked the event")),
    request_body = SkipParked,
    responses((status = 200, description = "What came of it", body = RetryOutcome))
)]
pub(crate) async fn skip(
    State(state): State<AppState>,
    Path(id): Path<String>,
    write: Write<SkipParked>,
) -> Answer<Json<RetryOutcome>> {
    let decision = decision(&state, &write.body.note)?;
    if decision.note.is_empty() {
        return Err(invalid("note", "say why the event is passed over"));
    }
    let (models, position) = meant(&id)?;
    let mut items = Vec::new();
    for name in &models {
        let done = state.models.skip_parked(*name, position, decision.clone()).await;
        items.extend(tried(&state, *name, done, models.len()).await?);
    }
    outcome(&id, items)
}

/// Reads an id: of one read model, or of all.
fn meant(id: &str) -> Answer<(Vec<ModelName>, Position)> {
    let (name, position) = id.rsplit_once('-').map_or((None, id), |(name, position)| (Some(name), position));
    let position: u64 = position.parse().ok().filter(|position| *position > 0).ok_or_else(|| not_parked(id))?;
    let models = match name {
        Some(name) => vec![name.parse()?],
        None => ModelName::ALL.to_vec(),
    };
    Ok((models, Position::new(position)))
}

fn not_parked(id: &str) -> Problem {
    let id: String = id.chars().take(80).collect();
    Problem::new(&codes::NOT_PARKED, format!("No event `{id}` is parked: look at the list again."))
}

/// One of `several` models may not have parked it, or be paused: it tries what is parked again when it is resumed.
async fn tried(
    state: &AppState,
    name: ModelName,
    tried: Result<projections::Retried, ModelError>,
    several: usize,
) -> Answer<Option<Retried>> {
    match tried {
        Ok(projections::Retried { before, parked, elsewhere }) => {
            Ok(Some(Retried { projection: name.name().to_owned(), before, parked, elsewhere }))
        }
        Err(ModelError::NotParked { .. }) => Ok(None),
        Err(ModelError::Paused { .. }) if several > 1 => {
            let states = state.models.states().await?;
            let parked = states.iter().find(|state| state.name == name.name()).map_or(0, |state| state.parked);
            Ok(Some(Retried { projection: name.name().to_owned(), before: parked, parked, elsewhere: true }))
        }
        Err(error) => Err(error.into()),
    }
}

fn outcome(id: &str, items: Vec<Retried>) -> Answer<Json<RetryOutcome>> {
    if items.is_empty() {
        return Err(not_parked(id));
    }
    Ok(Json(RetryOutcome { items }))
}

async fn waiting(state: &AppState, model: ModelName, parked: Parked, behind: Option<Position>) -> Answer<ParkedEvent> {
    // As it is stored: whoever runs the server need not see what is about people.
    let events = state.stored.read_stream(&parked.stream, StreamFrom::At(parked.revision), Direction::Forward, 1);
    let events = events.await?;
    let event = events.first().ok_or(ModelError::Stopped)?;
    let data = String::from_utf8_lossy(&event.data);
    let payload: String = data.chars().take(PAYLOAD).collect();
    Ok(ParkedEvent {
        id: format!("{}-{}", model.name(), parked.position),
        projection: model.name().to_owned(),
        position: parked.position.get(),
        stream: parked.stream.to_string(),
        revision: parked.revision.get(),
        kind: kind(event, behind).to_owned(),
        error: parked.error,
        behind: behind.map(Position::get),
        event_type: event.event_type.to_string(),
        schema_version: event.schema_version,
        at: event.metadata.at,
        actor: (&event.metadata.actor).into(),
        correlation_id: event.metadata.correlation_id.to_string(),
        payload_cut: payload.len() < data.len(),
        payload,
    })
}

/// What is wrong with an event in a word.
fn kind(event: &RecordedEvent, behind: Option<Position>) -> &'static str {
    match codec::event(event).as_ref() {
        Err(error) => DecodeError::kind(error, &event.data),
        Ok(_) if behind.is_some() => "behind_parked",
        Ok(_) => "not_applicable",
    }
}
