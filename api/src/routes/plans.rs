//! Plans: asking for one, reading one, listing them.

use axum::{extract::State, response::Response};
use commands::CommandError;
use domain::{
    ids::PlanId,
    plan::{PlanRefusal, PlanStatus},
};
use projections::{BoardPlan, ModelName};
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
    extract::{
        Asked, Freshness, FromParams, MomentOfList, MomentOfOne, Paging, Params, PlanPath, Write, query::bad_query,
    },
    problem::Answer,
    state::AppState,
    view::{self, Seen},
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

/// Lists plans, the newest first, as they are or as they stood earlier.
#[utoipa::path(
    get, path = "/plans", tag = "plans", operation_id = "list_plans",
    params(PlanFilter, MomentOfList, Paging, Freshness),
    responses((status = 200, description = "Plans", body = PlanPage))
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asked(filter): Asked<PlanFilter>,
    Asked(moment): Asked<MomentOfList>,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let at = answer::moment_of_list(&state, moment).await?;
    let fresh = Fresh::model(&state, ModelName::PlanList, freshness.reaching(at)).await;
    let filter = projections::PlanFilter { statuses: filter.statuses, text: filter.q };
    let page = match at {
        Some(at) => state.models.plans_at(at, filter, paging.request()).await.map_err(view::unreadable)?,
        None => state.models.plans(filter, paging.request()).await?,
    };
    let mut items = Vec::with_capacity(page.items.len());
    for summary in page.items {
        items.push(view::summary(&state, summary, at).await?);
    }
    let as_of = answer::as_of(&state, at).await?;
    let page = PlanPage { items, next: page.next, position: number(page.position), stale: fresh.is_stale(), as_of };
    Ok(fresh.answer(&page))
}

/// Reads a plan, as it is or as it stood earlier.
#[utoipa::path(
    get, path = "/plans/{id}", tag = "plans", operation_id = "read_plan",
    params(("id" = String, Path, description = "The plan"), MomentOfOne, Freshness),
    responses((status = 200, description = "The plan", body = Plan, headers(("ETag" = String))))
)]
pub(crate) async fn read(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    Asked(moment): Asked<MomentOfOne>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let fresh = Fresh::log(&state, freshness).await?;
    if let Some(as_of) = moment.as_of {
        let past = view::past(&state, id, as_of.of_one(&state).await?).await?;
        let as_of = answer::as_of(&state, Some(past.position)).await?;
        let seen = Seen { id, plan: &past.plan, revision: past.revision, position: past.position, as_of };
        let body = seen.body(&state).await?;
        return Ok(tagged(fresh.answer(&body), past.revision));
    }
    // In this order: what is loaded afterwards has everything up to here.
    let head = state.log.head().await?;
    let loaded = match state.commands.plans.load_newest(&id).await {
        Err(error @ CommandError::Decode { .. }) => return as_far_as_read(&state, id, freshness, error).await,
        loaded => loaded?,
    };
    let (Some(revision), Some(position)) = (loaded.revision, loaded.position) else {
        return Err(PlanRefusal::NoSuchPlan.into());
    };
    let position = head.map_or(position, |head| head.max(position));
    let seen = Seen { id, plan: &loaded.state, revision, position, as_of: None };
    let body = seen.body(&state).await?;
    Ok(tagged(fresh.answer(&body), revision))
}

/// A plan with an event that nobody can read, as far as the read model has it: before the event, or without it.
async fn as_far_as_read(
    state: &AppState,
    id: PlanId,
    freshness: Freshness,
    error: CommandError<PlanRefusal>,
) -> Answer<Response> {
    Fresh::model(state, ModelName::PlanBoard, freshness).await;
    let BoardPlan { plan, revision, position } = state.models.plan(id).await?.ok_or(error)?;
    let seen = Seen { id, plan: &plan, revision, position, as_of: None };
    let body = seen.body(state).await?;
    Ok(tagged(Fresh::behind().answer(&body), revision))
}
