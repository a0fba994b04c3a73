//! History: the events of one plan, what differs between two of its moments, and the search over everybody's events.

use axum::{Json, extract::State, response::Response};
use chrono::{DateTime, Utc};
use commands::Aggregate;
use domain::{
    difference::{Content, difference},
    history,
    ids::{EntityId, PlanId, StepId},
    plan::{PlanDecider, PlanRefusal},
};
use eventlog::{CurrentRevision, Direction, StreamFrom, StreamName};
use projections::{HistoryFilter, ModelName, Order};
use utoipa::IntoParams;
use uuid::Uuid;

use super::fresh::{Fresh, number};
use crate::{
    bodies::event::{EventPage, PlanDiff},
    cursor,
    extract::{Asked, Freshness, FromParams, Paging, Params, PlanPath, query::bad_query},
    problem::Answer,
    state::AppState,
    view::{self, AsOf},
};

/// Lists what happened to a plan, oldest first.
#[utoipa::path(
    get, path = "/plans/{id}/events", tag = "history", operation_id = "list_plan_events",
    params(("id" = String, Path, description = "The plan"), Paging, Freshness),
    responses((status = 200, description = "Events", body = EventPage))
)]
pub(crate) async fn of_plan(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let page = of_stream(&state, &PlanDecider::stream(&id), &paging, freshness).await?;
    page.ok_or_else(|| PlanRefusal::NoSuchPlan.into())
}

/// Reads a page of a stream, oldest first; `None` when there is no such stream.
pub(super) async fn of_stream(
    state: &AppState,
    stream: &StreamName,
    paging: &Paging,
    freshness: Freshness,
) -> Answer<Option<Response>> {
    let (fresh, log) = (Fresh::log(state, freshness).await?, &state.log);
    let from = match &paging.cursor {
        Some(cursor) => StreamFrom::At(cursor::read(stream, cursor)?),
        None => StreamFrom::Start,
    };
    // In this order: what is read afterwards has everything up to here.
    let head = log.head().await?;
    let limit = paging.limit();
    let events = log.read_stream(stream, from, Direction::Forward, limit).await?;
    if events.is_empty() && log.stream_head(stream).await? == CurrentRevision::NoStream {
        return Ok(None);
    }
    let position = head.max(events.last().map(|event| event.position));
    let next = events.last().filter(|_| events.len() == limit).map(|last| cursor::of(stream, last.revision.next()));
    let items = events.iter().map(|event| view::recorded(event)).collect::<Answer<_>>()?;
    let page = EventPage { items, next, position: number(position), stale: fresh.is_stale() };
    Ok(Some(fresh.answer(&page)))
}

/// Which two moments of a plan are compared.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiffMoments {
    /// A revision, or a time such as `2026-11-23T14:00:00Z`.
    #[param(value_type = String)]
    from: AsOf,
    /// A revision or a time; now, when not given.
    #[param(value_type = Option<String>)]
    to: Option<AsOf>,
}

impl FromParams for DiffMoments {
    fn from_params(params: &Params) -> Answer<Self> {
        let read = |name: &str| params.text(name).map(|text| AsOf::read(name, text)).transpose();
        let from = read("from")?.ok_or_else(|| bad_query("from", "`from` is missing: give a revision or a time"))?;
        Ok(Self { from, to: read("to")? })
    }
}

/// Says in sentences how a plan's content differs between two moments.
#[utoipa::path(
    get, path = "/plans/{id}/diff", tag = "history", operation_id = "diff_plan",
    params(("id" = String, Path, description = "The plan"), DiffMoments),
    responses((status = 200, description = "What differs", body = PlanDiff))
)]
pub(crate) async fn diff(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    Asked(moments): Asked<DiffMoments>,
) -> Answer<Json<PlanDiff>> {
    let before = view::fold(&*state.log, id, moments.from).await?;
    let to = moments.to.unwrap_or_else(|| AsOf::Time(state.clock.now()));
    let after = view::fold(&*state.log, id, to).await?;
    Ok(Json(PlanDiff {
        from: before.revision.get(),
        to: after.revision.get(),
        from_hash: before.plan.content_hash().to_string(),
        to_hash: after.plan.content_hash().to_string(),
        changes: history::difference(&before.plan, &after.plan),
        difference: difference(&Content::of(&before.plan), &Content::of(&after.plan)).into(),
    }))
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
    let page = EventPage { items, next: page.next, position: number(page.position), stale: fresh.is_stale() };
    Ok(fresh.answer(&page))
}
