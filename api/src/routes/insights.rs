//! How good drafts are, and what goes wrong in runs.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use projections::ModelName;
use utoipa::IntoParams;

use super::fresh::{Fresh, number};
use crate::{
    bodies::insights::{FailureReason, Insights},
    extract::{Asked, Freshness, FromParams, Params},
    problem::Answer,
    state::AppState,
};

/// Which plans count.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct InsightsFilter {
    /// Only plans that were made then or later.
    since: Option<DateTime<Utc>>,
}

impl FromParams for InsightsFilter {
    fn from_params(params: &Params) -> Answer<Self> {
        Ok(Self { since: params.parsed("since", "a time such as 2026-11-23T14:00:00Z")? })
    }
}

/// Sums up what became of drafts: approved unchanged, after edits, rejected; their ratings, their steps, what failed.
#[utoipa::path(
    get, path = "/insights", tag = "history", operation_id = "read_insights", params(InsightsFilter, Freshness),
    responses((status = 200, description = "The figures", body = Insights))
)]
pub(crate) async fn read(
    State(state): State<AppState>,
    Asked(filter): Asked<InsightsFilter>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let fresh = Fresh::model(&state, ModelName::Insights, freshness).await;
    let (insights, position) = state.models.insights(filter.since).await?;
    let reason = |reason: projections::FailureReason| FailureReason { code: reason.code, count: reason.count };
    Ok(fresh.answer(&Insights {
        total: insights.total.into(),
        planners: insights.planners.into_iter().map(Into::into).collect(),
        kinds: insights.kinds.into_iter().map(Into::into).collect(),
        failures: insights.failures.into_iter().map(reason).collect(),
        position: number(position),
        stale: fresh.is_stale(),
    }))
}
