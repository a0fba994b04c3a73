//! History: the events of one plan or thing, and the search over everybody's events.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use commands::Aggregate;
use domain::{
    ids::{EntityId, PlanId, StepId},
    plan::{PlanDecider, PlanRefusal},
};
use eventlog::{CurrentRevision, Direction, StreamFrom, StreamName};
use projections::{Cut, HistoryFilter, ModelName, Order};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{
    answer,
    fresh::{Fresh, number},
};
use crate::{
    bodies::event::EventPage,
    cursor,
    extract::{Asked, Freshness, FromParams, MomentOfOne, Paging, Params, PlanPath, query::bad_query},
    problem::Answer,
    state::AppState,
    view,
};

/// Lists what happened to a plan, oldest first, up to now or up to an earlier moment.
#[utoipa::path(
    get, path = "/plans/{id}/events", tag = "history", operation_id = "list_plan_events",
    params(("id" = String, Path, description = "The plan"), MomentOfOne, Paging, Freshness),
    responses((status = 200, description = "Events", body = EventPage))
)]
pub(crate) async fn of_plan(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    Asked(moment): Asked<MomentOfOne>,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let page = of_stream(&state, &PlanDecider::stream(&id), moment, &paging, freshness).await?;
    page.ok_or_else(|| PlanRefusal::NoSuchPlan.into())
}

/// Reads a page of a stream, oldest first; `None` when there is no such stream.
pub(super) async fn of_stream(
    state: &AppState,
    stream: &StreamName,
    moment: MomentOfOne,
    paging: &Paging,
    freshness: Freshness,
) -> Answer<Option<Response>> {
    let (fresh, log) = (Fresh::log(state, freshness).await?, &state.log);
    let cut = match moment.as_of {
        Some(as_of) => Some(as_of.of_one(state).await?),
        None => None,
    };
    let from = match &paging.cursor {
        Some(cursor) => StreamFrom::At(cursor::read(stream, cursor)?),
        None => StreamFrom::Start,
    };
    // In this order: what is read afterwards has everything up to here.
    let head = log.head().await?;
    let limit = paging.limit();
    let mut events = log.read_stream(stream, from, Direction::Forward, limit).await?;
    if events.is_empty() && log.stream_head(stream).await? == CurrentRevision::NoStream {
        return Ok(None);
    }
    let position = head.max(events.last().map(|event| event.position));
    let next = events.last().filter(|_| events.len() == limit).map(|last| last.revision.next());
    let read = events.len();
    events.retain(|event| cut.is_none_or(|cut| cut.has(event.revision, event.position)));
    let next = next.filter(|_| events.len() == read).map(|next| cursor::of(stream, next));
    let stands_at = match cut {
        Some(Cut::Position(at)) => Some(at),
        Some(Cut::Revision(_)) => events.last().map(|event| event.position),
        None => None,
    };
    let as_of = answer::as_of(state, stands_at).await?;
    let items = events.iter().map(|event| view::recorded(event)).collect::<Answer<_>>()?;
    let page = EventPage { items, next, position: number(stands_at.or(position)), stale: fresh.is_stale(), as_of };
    Ok(Some(fresh.answer(&page)))
}

/// Which events are wanted: those that fit everything that is given.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventFilter {
    /// Only events of these types, separated by commas, such as `PlanApproved,PlanRejected`.
    #[param(rename = "type", value_type = Option<String>)]
    types: Vec<String>,
    /// Only what this actor did, by its id.
    actor: Option<String>,
    /// Only what happened to this plan.
    #[param(value_type = Option<String>)]
    plan: Option<PlanId>,
    /// Only what is about this step of the plan.
    #[param(value_type = Option<String>)]
    step: Option<StepId>,
    /// Only what happened to this thing in the workspace.
    #[param(value_type = Option<String>)]
    entity: Option<EntityId>,
    /// Only what belongs to this request.
    correlation_id: Option<Uuid>,
    /// Only what happened then or later.
    since: Option<DateTime<Utc>>,
    /// Only what happened before then.
    until: Option<DateTime<Utc>>,
    /// Words in the reason.
    q: Option<String>,
    /// `desc`, the latest first, or `asc`; `desc` when not given.
    #[param(value_type = Option<String>)]
    order: Order,
}

impl FromParams for EventFilter {
    fn from_params(params: &Params) -> Answer<Self> {
        let text = |name: &str| params.text(name).map(str::to_owned);
        let types = params.text("type").unwrap_or_default().split(',').map(str::trim);
        let time = "a time such as 2026-11-23T14:00:00Z";
        let order = match params.text("order") {
            None | Some("desc") => Order::NewestFirst,
            Some("asc") => Order::OldestFirst,
            Some(_) => return Err(bad_query("order", "`order` must be asc or desc")),
        };
        Ok(Self {
            types: types.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            actor: text("actor"),
            plan: params.parsed("plan", "the id of a plan")?,
            step: params.parsed("step", "the id of a step")?,
            entity: params.parsed("entity", "the id of a thing in the workspace")?,
            correlation_id: params.parsed("correlation_id", "a UUID")?,
            since: params.parsed("since", time)?,
            until: params.parsed("until", time)?,
            q: text("q"),
            order,
        })
    }
}

impl From<EventFilter> for HistoryFilter {
    fn from(filter: EventFilter) -> Self {
        let EventFilter { types, actor, plan, step, entity, correlation_id, since, until, q, order } = filter;
        Self { plan, step, entity, actor, types, correlation: correlation_id, from: since, until, reason: q, order }
    }
}

/// Searches what happened to all plans and to all things in the workspace, the latest first.
#[utoipa::path(
    get, path = "/events", tag = "history", operation_id = "search_events",
    params(EventFilter, Paging, Freshness),
    responses((status = 200, description = "Events", body = EventPage))
)]
pub(crate) async fn search(
    State(state): State<AppState>,
    Asked(filter): Asked<EventFilter>,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let fresh = Fresh::model(&state, ModelName::PlanHistory, freshness).await;
    let page = state.models.history(filter.into(), paging.request()).await?;
    let events = state.models.recorded(&page.items).await?;
    let items = events.iter().map(|event| view::recorded(event)).collect::<Answer<_>>()?;
    let position = number(page.position);
    let page = EventPage { items, next: page.next, position, stale: fresh.is_stale(), as_of: None };
    Ok(fresh.answer(&page))
}
