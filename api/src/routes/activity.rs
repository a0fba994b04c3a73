//! What is going on.

use axum::{extract::State, response::Response};
use domain::ids::{EntityId, PlanId};
use projections::{ActivityItem, ModelName};
use utoipa::IntoParams;

use super::fresh::{Fresh, number};
use crate::{
    bodies::ops::{Activity, ActivityPage},
    extract::{Asked, Freshness, FromParams, Paging, Params},
    problem::Answer,
    state::AppState,
};

/// Which lines are wanted.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActivityFilter {
    /// Only what happened to this plan.
    #[param(value_type = Option<String>)]
    plan: Option<PlanId>,
    /// Only what happened to this thing in the workspace.
    #[param(value_type = Option<String>)]
    entity: Option<EntityId>,
}

impl FromParams for ActivityFilter {
    fn from_params(params: &Params) -> Answer<Self> {
        Ok(Self {
            plan: params.parsed("plan", "the id of a plan")?,
            entity: params.parsed("entity", "the id of a thing in the workspace")?,
        })
    }
}

/// Lists what is going on, in sentences, the latest first.
#[utoipa::path(
    get, path = "/activity", tag = "history", operation_id = "list_activity",
    params(ActivityFilter, Paging, Freshness),
    responses((status = 200, description = "What is going on", body = ActivityPage))
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asked(filter): Asked<ActivityFilter>,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let fresh = Fresh::model(&state, ModelName::Activity, freshness).await;
    let filter = projections::ActivityFilter { plan: filter.plan, entity: filter.entity };
    let page = state.models.activity(filter, paging.request()).await?;
    let (items, position) = (page.items.into_iter().map(shown).collect(), number(page.position));
    Ok(fresh.answer(&ActivityPage { items, next: page.next, position, stale: fresh.is_stale(), as_of: None }))
}

fn shown(item: ActivityItem) -> Activity {
    Activity {
        position: item.position.get(),
        at: item.at,
        actor: (&item.actor).into(),
        event_type: item.event_type,
        text: item.sentence,
        plan_id: item.plan_id.map(|id| id.to_string()),
        step_id: item.step_id.map(|id| id.to_string()),
        entity_id: item.entity_id.map(|id| id.to_string()),
    }
}
