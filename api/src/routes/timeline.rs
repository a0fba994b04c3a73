//! What happened to a plan in short: enough to draw its time line, and nothing of what the events say.

use axum::{extract::State, response::Response};
use commands::Aggregate;
use domain::plan::{PlanDecider, PlanRefusal};
use eventlog::CurrentRevision;
use projections::{HistoryFilter, ModelName, Order, PageRequest};

use super::fresh::{Fresh, number};
use crate::{
    bodies::event::{TimelineEvent, TimelinePage},
    extract::{Asked, Freshness, Paging, PlanPath},
    problem::Answer,
    state::AppState,
};

/// Lists what happened to a plan in short, oldest first; up to 1,000 events a page, as many when not said.
#[utoipa::path(
    get, path = "/plans/{id}/timeline", tag = "history", operation_id = "read_plan_timeline",
    params(("id" = String, Path, description = "The plan"), Paging, Freshness),
    responses((status = 200, description = "Events in short", body = TimelinePage))
)]
pub(crate) async fn read(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    if state.log.stream_head(&PlanDecider::stream(&id)).await? == CurrentRevision::NoStream {
        return Err(PlanRefusal::NoSuchPlan.into());
    }
    let fresh = Fresh::model(&state, ModelName::PlanHistory, freshness).await;
    let filter = HistoryFilter { plan: Some(id), order: Order::OldestFirst, ..HistoryFilter::default() };
    let most = PageRequest::MAX_LIMIT as u64;
    let limit = usize::try_from(paging.limit.unwrap_or(most).min(most)).unwrap_or(PageRequest::MAX_LIMIT);
    let page = state.models.history(filter, PageRequest::first(limit).after(paging.cursor)).await?;
    let items = page.items.into_iter().map(TimelineEvent::from).collect();
    let position = number(page.position);
    Ok(fresh.answer(&TimelinePage { items, next: page.next, position, stale: fresh.is_stale(), as_of: None }))
}
