//! The log as it is stored, event by event, for the people who run the server. What is about people stays sealed.

use axum::{
    Json,
    extract::{Path, State},
};
use eventlog::{
    Direction, Filter, Position, RecordedEvent as Recorded, Revision, StreamFrom, StreamName,
    integrity::{Hash32, expected_hash},
};
use projections::{HistoryFilter, Order};
use utoipa::IntoParams;
use uuid::Uuid;

use super::fresh::number;
use crate::{
    bodies::log::{LogEvent, LogPage},
    cursor,
    extract::{Asked, FromParams, Paging, Params, query::bad_query},
    problem::{Answer, Problem, codes},
    state::AppState,
    view,
};

/// Which events are wanted: those of one stream, or of a type or a request, or those from a place on.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogFilter {
    /// Only events of this stream, such as `plan-pln_…`; the latest first.
    #[param(value_type = Option<String>)]
    stream: Option<StreamName>,
    /// Only events of these types, separated by commas, such as `PlanApproved,PlanRejected`; the latest first. Not
    /// together with `stream`.
    #[param(rename = "type", value_type = Option<String>)]
    types: Vec<String>,
    /// Only what belongs to this request; the latest first. Not together with `stream`.
    correlation_id: Option<Uuid>,
    /// Only events from this place in the log on, in its order. Not together with the others.
    position: Option<u64>,
}

impl FromParams for LogFilter {
    fn from_params(params: &Params) -> Answer<Self> {
        let types = params.text("type").unwrap_or_default().split(',').map(str::trim);
        let filter = Self {
            stream: params.parsed("stream", "a stream such as plan-pln_…")?,
            types: types.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            correlation_id: params.parsed("correlation_id", "a UUID")?,
            position: params.number("position")?,
        };
        let by_request = !filter.types.is_empty() || filter.correlation_id.is_some();
        let asked = [filter.stream.is_some(), by_request, filter.position.is_some()];
        if asked.into_iter().filter(|asked| *asked).count() > 1 {
            return Err(bad_query("stream", "ask for a stream, for a type or request, or for a position"));
        }
        Ok(filter)
    }
}

/// Lists events as they are stored; the latest first, unless `position` says where to begin.
#[utoipa::path(
    get, path = "/ops/log", tag = "ops", operation_id = "browse_log", params(LogFilter, Paging),
    responses((status = 200, description = "Events", body = LogPage))
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asked(filter): Asked<LogFilter>,
    Asked(paging): Asked<Paging>,
) -> Answer<Json<LogPage>> {
    let (events, next) = match (&filter.stream, filter.position) {
        (Some(stream), _) => of_stream(&state, stream, &paging).await?,
        (None, Some(position)) => from_place(&state, position, &paging).await?,
        (None, None) => found(&state, filter, &paging).await?,
    };
    let mut items = Vec::with_capacity(events.len());
    for event in &events {
        items.push(shown(&state, event).await?);
    }
    let position = number(state.log.head().await?);
    Ok(Json(LogPage { items, next, position, stale: false, as_of: None }))
}

/// Reads one event as it is stored.
#[utoipa::path(
    get, path = "/ops/log/{position}", tag = "ops", operation_id = "read_log_event",
    params(("position" = u64, Path, description = "Its place in the log")),
    responses((status = 200, description = "The event", body = LogEvent))
)]
pub(crate) async fn read(State(state): State<AppState>, Path(position): Path<String>) -> Answer<Json<LogEvent>> {
    let no_such = || Problem::new(&codes::NO_SUCH_EVENT, "There is no event at this place in the log.");
    let place: u64 = position.parse().map_err(|_| no_such())?;
    let after = place.checked_sub(1).ok_or_else(no_such)?;
    if state.log.head().await? < Some(Position::new(place)) {
        return Err(no_such());
    }
    let page = state.stored.read_all((after > 0).then(|| Position::new(after)), &Filter::All, 1).await?;
    let event = page.events.first().filter(|event| event.position.get() == place).ok_or_else(no_such)?;
    shown(&state, event).await.map(Json)
}

type Page = (Vec<std::sync::Arc<Recorded>>, Option<String>);

async fn of_stream(state: &AppState, stream: &StreamName, paging: &Paging) -> Answer<Page> {
    let from = match &paging.cursor {
        Some(cursor) => StreamFrom::At(cursor::read(stream, cursor)?),
        None => StreamFrom::End,
    };
    let limit = paging.limit();
    let events = state.stored.read_stream(stream, from, Direction::Backward, limit).await?;
    let first = events.last().filter(|_| events.len() == limit).map(|event| event.revision.get());
    let next = first.and_then(|first| first.checked_sub(1)).map(|next| cursor::of(stream, Revision::new(next)));
    Ok((events, next))
}

async fn from_place(state: &AppState, position: u64, paging: &Paging) -> Answer<Page> {
    let from = match &paging.cursor {
        Some(cursor) => cursor.parse().map_err(|_| cursor::refused())?,
        None => position,
    };
    let after = from.checked_sub(1).filter(|after| *after > 0).map(Position::new);
    if after.is_some() && state.log.head().await? < after {
        return Ok((Vec::new(), None));
    }
    let page = state.stored.read_all(after, &Filter::All, paging.limit()).await?;
    let next = page.next.filter(|_| !page.end).map(|next| (next.get() + 1).to_string());
    Ok((page.events, next))
}

/// Finds events by what the audit trail knows of them.
async fn found(state: &AppState, filter: LogFilter, paging: &Paging) -> Answer<Page> {
    let (types, correlation) = (filter.types, filter.correlation_id);
    let wanted = HistoryFilter { types, correlation, order: Order::NewestFirst, ..HistoryFilter::default() };
    let page = state.models.history(wanted, paging.clone().request()).await?;
    let mut events = Vec::with_capacity(page.items.len());
    for entry in &page.items {
        events.extend(state.stored.find_event(entry.event_id).await?);
    }
    Ok((events, page.next))
}

async fn shown(state: &AppState, event: &Recorded) -> Answer<LogEvent> {
    let previous = match event.revision.get().checked_sub(1) {
        None => Some(Hash32::ZERO),
        Some(before) => {
            let before = StreamFrom::At(Revision::new(before));
            let events = state.stored.read_stream(&event.stream, before, Direction::Forward, 1).await?;
            events.first().map(|event| event.hash)
        }
    };
    Ok(LogEvent {
        event: view::recorded(event)?,
        metadata: view::readable(&event.metadata_json)?,
        bytes: event.data.len() as u64,
        previous_hash: previous.map(|hash| hash.to_string()),
        chained: previous.is_some_and(|previous| expected_hash(previous, event) == event.hash),
    })
}
