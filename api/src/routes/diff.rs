//! What differs: between two moments of a plan, or between two plans.

use axum::{Json, extract::State};
use domain::{comparison::compare, history, ids::PlanId};
use projections::Cut;
use utoipa::IntoParams;

use crate::{
    bodies::difference::{PlanDiff, StatusChange, StepOutcomes},
    extract::{AsOf, Asked, FromParams, Params, PlanPath, query::bad_query},
    problem::Answer,
    state::AppState,
    view::{self, Past},
};

/// Which two moments are compared.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiffMoments {
    /// A revision such as `7`, a place in the log such as `position:41`, or a time such as `2026-11-23T14:00:00Z`; now,
    /// when another plan is named.
    #[param(value_type = Option<String>)]
    from: Option<AsOf>,
    /// A moment, as above; now, when not given.
    #[param(value_type = Option<String>)]
    to: Option<AsOf>,
    /// The plan that is compared with this one, as it is at `to`; this one itself, when not given.
    #[param(value_type = Option<String>)]
    with: Option<PlanId>,
}

impl FromParams for DiffMoments {
    fn from_params(params: &Params) -> Answer<Self> {
        let read = |name: &str| params.text(name).map(|text| AsOf::read(name, text)).transpose();
        let with = params.parsed("with", "the id of a plan")?;
        let from = read("from")?;
        if from.is_none() && with.is_none() {
            return Err(bad_query("from", "`from` is missing: give a revision, a place in the log or a time"));
        }
        Ok(Self { from, to: read("to")?, with })
    }
}

/// Says how a plan differs between two moments, or from another plan: its content, how its steps stood, what they did.
///
/// Steps are matched by their ids, and those of two plans that are left then by action and title.
#[utoipa::path(
    get, path = "/plans/{id}/diff", tag = "history", operation_id = "diff_plan",
    params(("id" = String, Path, description = "The plan"), DiffMoments),
    responses((status = 200, description = "What differs", body = PlanDiff))
)]
pub(crate) async fn read(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    Asked(moments): Asked<DiffMoments>,
) -> Answer<Json<PlanDiff>> {
    let before = at(&state, id, moments.from).await?;
    let after = at(&state, moments.with.unwrap_or(id), moments.to).await?;
    let comparison = compare(&before.plan, &after.plan);
    Ok(Json(PlanDiff {
        from: before.revision.get(),
        to: after.revision.get(),
        from_position: before.position.get(),
        to_position: after.position.get(),
        with: moments.with.filter(|other| *other != id).map(|other| other.to_string()),
        from_hash: before.plan.content_hash().to_string(),
        to_hash: after.plan.content_hash().to_string(),
        changes: history::difference(&before.plan, &after.plan),
        status: StatusChange { before: before.plan.status.into(), after: after.plan.status.into() },
        difference: comparison.difference.into(),
        steps: comparison.steps.into_iter().map(StepOutcomes::from).collect(),
    }))
}

/// A plan at a moment; the newest there is, when none is given.
async fn at(state: &AppState, id: PlanId, moment: Option<AsOf>) -> Answer<Past> {
    let cut = match moment {
        Some(moment) => moment.of_one(state).await?,
        None => Cut::Position(state.log.head().await?.unwrap_or(eventlog::Position::FIRST)),
    };
    view::past(state, id, cut).await
}
