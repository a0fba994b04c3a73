//! The live stream.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{ids::PlanId, plan::PlanRefusal};
use eventlog::Position;
use utoipa::IntoParams;

use crate::{
    bodies::event::LiveChange,
    extract::{
        Asked, FromParams, Params,
        headers::{MAX_NUMBER, bad_header},
    },
    live::Start,
    problem::Answer,
    state::AppState,
};

/// Tells proxies not to hold answers back until they are large.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
const LAST_EVENT_ID: &str = "last-event-id";

/// Which part of the stream is wanted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LiveFilter {
    /// Only what happens to this plan.
    plan: Option<String>,
    /// Begins behind this place in the log. `Last-Event-ID` counts more.
    from: Option<u64>,
}

impl FromParams for LiveFilter {
    fn from_params(params: &Params) -> Answer<Self> {
        Ok(Self { plan: params.text("plan").map(str::to_owned), from: params.number("from")? })
    }
}

/// Follows what happens, as server-sent events.
///
/// First `snapshot` (`LiveSnapshot`): the changes that follow are those behind its position. Then a `change` (`LiveChange`) for
/// every event, with its position as `id`, so that a browser goes on from where it was. `stale` (`LiveStale`) says that the
/// place to go on from is not known any more, or too long ago: read everything again; the stream goes on from the head.
/// `draft` (`LiveDraft`) tells of a draft that a model is writing: it has no `id`, since it is not in the log.
/// A comment comes every 15 seconds at the latest.
#[utoipa::path(
    get, path = "/live", tag = "live", operation_id = "watch",
    params(LiveFilter, ("Last-Event-ID" = Option<u64>, Header, description = "The position of the last change seen")),
    responses((status = 200, description = "The stream", body = LiveChange, content_type = "text/event-stream"))
)]
pub(crate) async fn watch(
    State(state): State<AppState>,
    Asked(filter): Asked<LiveFilter>,
    headers: HeaderMap,
) -> Answer<Response> {
    let plan = match &filter.plan {
        Some(text) => Some(existing_plan(&state, text).await?),
        None => None,
    };
    let from = last_event_id(&headers)?.or(filter.from);
    let start = from.map_or(Start::Now, |from| Start::Behind(Position::new(from)));
    let watch = state.watch(plan, start).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (ACCEL_BUFFERING, HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(watch.into_stream())).into_response())
}

async fn existing_plan(state: &AppState, text: &str) -> Answer<PlanId> {
    let id = text.parse().map_err(|_| PlanRefusal::NoSuchPlan)?;
    let loaded = state.commands.plans.load(&id).await?;
    if loaded.revision.is_none() { Err(PlanRefusal::NoSuchPlan.into()) } else { Ok(id) }
}

fn last_event_id(headers: &HeaderMap) -> Answer<Option<u64>> {
    let Some(value) = headers.get(LAST_EVENT_ID).filter(|value| !value.is_empty()) else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse().ok()).filter(|number| *number <= MAX_NUMBER);
    number
        .map(Some)
        .ok_or_else(|| bad_header("Last-Event-ID", "`Last-Event-ID` is the position of the last change seen"))
}
