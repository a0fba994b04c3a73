//! One event by itself: what led to it, and what followed from it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use axum::{
    Json,
    extract::{Path, State},
};
use eventlog::{EventId, RecordedEvent};
use projections::{HistoryFilter, ModelName, Order, PageRequest};
use uuid::Uuid;

use super::fresh::Fresh;
use crate::{
    bodies::event::{Causation, Consequence},
    extract::{Asked, Freshness},
    problem::{Answer, Problem, codes},
    state::AppState,
    view,
};

/// How far back causes are followed.
const MAX_CAUSES: usize = 100;

/// How many events of one request are looked through for consequences.
const MAX_RELATED: usize = 1_000;

/// Says of an event what led to it and what followed from it.
#[utoipa::path(
    get, path = "/events/{id}/causation", tag = "history", operation_id = "read_causation",
    params(("id" = String, Path, description = "The event's id"), Freshness),
    responses((status = 200, description = "The event among its causes and consequences", body = Causation))
)]
pub(crate) async fn read(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Json<Causation>> {
    let no_such = || Problem::new(&codes::NO_SUCH_EVENT, "There is no event with this id.");
    let id: Uuid = id.parse().map_err(|_| no_such())?;
    Fresh::model(&state, ModelName::PlanHistory, freshness).await;
    let event = state.log.find_event(EventId::new(id)).await?.ok_or_else(no_such)?;
    let causes = causes(&state, &event).await?;
    let (consequences, more) = consequences(&state, &event).await?;
    Ok(Json(Causation {
        event: view::recorded(&event)?,
        causes: causes.iter().map(|cause| view::recorded(cause)).collect::<Answer<_>>()?,
        consequences,
        more,
    }))
}

/// The events that led to it, the first cause first.
async fn causes(state: &AppState, event: &RecordedEvent) -> Answer<Vec<Arc<RecordedEvent>>> {
    let (mut causes, mut seen) = (Vec::new(), HashSet::from([event.id.uuid()]));
    let mut because_of = event.metadata.causation_id;
    while let Some(id) = because_of.filter(|id| causes.len() < MAX_CAUSES && seen.insert(*id)) {
        let Some(cause) = state.log.find_event(EventId::new(id)).await? else { break };
        because_of = cause.metadata.causation_id;
        causes.push(cause);
    }
    causes.reverse();
    Ok(causes)
}

/// The events that followed from it, each behind the one that led to it; all of them belong to the same request.
async fn consequences(state: &AppState, event: &RecordedEvent) -> Answer<(Vec<Consequence>, bool)> {
    let filter = HistoryFilter {
        correlation: Some(event.metadata.correlation_id),
        order: Order::OldestFirst,
        ..HistoryFilter::default()
    };
    let page = state.models.history(filter, PageRequest::first(MAX_RELATED)).await?;
    let mut following: HashMap<Uuid, Vec<usize>> = HashMap::new();
    for (place, entry) in page.items.iter().enumerate() {
        if let Some(cause) = entry.causation_id {
            following.entry(cause).or_default().push(place);
        }
    }
    let mut order = Vec::new();
    let mut open: Vec<(usize, u32)> = Vec::new();
    let mut seen = HashSet::from([event.id.uuid()]);
    let mut open_those_behind = |id: Uuid, depth: u32, open: &mut Vec<(usize, u32)>| {
        let places = following.remove(&id).unwrap_or_default();
        open.extend(places.into_iter().rev().map(|place| (place, depth)));
    };
    open_those_behind(event.id.uuid(), 1, &mut open);
    while let Some((place, depth)) = open.pop() {
        let id = page.items[place].event_id.uuid();
        if seen.insert(id) {
            order.push((place, depth));
            open_those_behind(id, depth + 1, &mut open);
        }
    }
    let entries: Vec<_> = order.iter().map(|(place, _)| page.items[*place].clone()).collect();
    let depths: HashMap<Uuid, u32> =
        order.iter().map(|(place, depth)| (page.items[*place].event_id.uuid(), *depth)).collect();
    let recorded = state.models.recorded(&entries).await?;
    let consequences =
        recorded.iter().map(|event| Ok(Consequence { depth: depths[&event.id.uuid()], event: view::recorded(event)? }));
    Ok((consequences.collect::<Answer<_>>()?, page.next.is_some()))
}
