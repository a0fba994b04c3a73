//! Plans: asking for one, reading one, listing them.

use axum::{extract::State, response::Response};
use domain::plan::{PlanRefusal, PlanStatus};
use projections::ModelName;
use utoipa::IntoParams;

use super::{
    answer::{self, tagged},
    fresh::{Fresh, number},
};
use crate::{
    bodies::{
        common::Accepted,
        plan::{Plan, PlanPage},
        request::NewPlan,
    },
    extract::{Asked, Freshness, FromParams, Paging, Params, PlanPath, Write, query::bad_query},
    problem::Answer,
    state::AppState,
    view::{self, AsOf, Seen},
};

/// Asks for a plan, in words or by hand.
///
/// In words, the plan is `drafting` at first, and a planner makes the draft; by hand, it is a `draft` at once.
#[utoipa::path(
    post, path = "/plans", tag = "plans", operation_id = "create_plan", request_body = NewPlan,
    responses((status = 202, description = "The plan was asked for", body = Accepted, headers(("Location" = String), ("ETag" = String))))
)]
pub(crate) async fn create(State(state): State<AppState>, write: Write<NewPlan>) -> Answer<Response> {
    let envelope = write.envelope_of_new();
    let (id, committed) = state.commands.create_plan(write.body.into_command(), envelope).await?;
    answer::created(&state, id, committed).await
}

/// Which plans are wanted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlanFilter {
    /// Status words, separated by commas.
    #[param(rename = "status", value_type = Option<String>, example = "draft,approved")]
    statuses: Vec<PlanStatus>,
    /// Words in the name or the request.
    q: Option<String>,
}

impl FromParams for PlanFilter {
    fn from_params(params: &Params) -> Answer<Self> {
        let words = params.text("status").unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
        let read = |word: &str| PlanStatus::ALL.into_iter().find(|status| status.name() == word);
        let refuse = |word: &str| {
            let known: Vec<&str> = PlanStatus::ALL.iter().skip(1).map(|status| status.name()).collect();
            bad_query("status", &format!("`{word}` is no status; there are {}", known.join(", ")))
        };
        let statuses = words.map(|word| read(word).ok_or_else(|| refuse(word))).collect::<Answer<_>>()?;
        Ok(Self { q: params.text("q").map(str::to_owned), statuses })
    }
}

/// Lists plans, the newest first.
#[utoipa::path(
    get, path = "/plans", tag = "plans", operation_id = "list_plans", params(PlanFilter, Paging, Freshness),
    responses((status = 200, description = "Plans", body = PlanPage))
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asked(filter): Asked<PlanFilter>,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let fresh = Fresh::model(&state, ModelName::PlanList, freshness).await;
    let filter = projections::PlanFilter { statuses: filter.statuses, text: filter.q };
    let page = state.models.plans(filter, paging.request()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for summary in page.items {
        items.push(view::summary(&state, summary).await?);
    }
    let page = PlanPage { items, next: page.next, position: number(page.position), stale: fresh.is_stale() };
    Ok(fresh.answer(&page))
}

/// Which moment of a plan is wanted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlanMoment {
    /// Shows the plan as it stood: a revision, or a time such as `2026-11-23T14:00:00Z`.
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

impl FromParams for PlanMoment {
    fn from_params(params: &Params) -> Answer<Self> {
        let as_of = params.text("as_of").map(|text| AsOf::read("as_of", text)).transpose()?;
        Ok(Self { as_of })
    }
}

/// Reads a plan, as it is or as it stood earlier.
#[utoipa::path(
    get, path = "/plans/{id}", tag = "plans", operation_id = "read_plan",
    params(("id" = String, Path, description = "The plan"), PlanMoment, Freshness),
    responses((status = 200, description = "The plan", body = Plan, headers(("ETag" = String))))
)]
pub(crate) async fn read(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    Asked(moment): Asked<PlanMoment>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let fresh = Fresh::log(&state, freshness).await?;
    if let Some(as_of) = moment.as_of {
        let past = view::fold(&*state.log, id, as_of).await?;
        let seen = Seen { id, plan: &past.plan, revision: past.revision, position: past.position, past: true };
        let body = seen.body(&state).await?;
        return Ok(tagged(fresh.answer(&body), past.revision));
    }
    // In this order: what is loaded afterwards has everything up to here.
    let head = state.log.head().await?;
    let loaded = state.commands.plans.load_newest(&id).await?;
    let (Some(revision), Some(position)) = (loaded.revision, loaded.position) else {
        return Err(PlanRefusal::NoSuchPlan.into());
    };
    let position = head.map_or(position, |head| head.max(position));
    let seen = Seen { id, plan: &loaded.state, revision, position, past: false };
    let body = seen.body(&state).await?;
    Ok(tagged(fresh.answer(&body), revision))
}
