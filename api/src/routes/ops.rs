//! Read models, for the people who run the server.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use projections::{DifferenceKind, ModelError, ModelName, ModelState, ModelStatus, Parked, Verified};
use tokio::sync::oneshot;

use super::fresh::number;
use crate::{
    bodies::ops::{
        ParkedEvent, ParkedPage, ProjectionDifference, ProjectionPage, ProjectionState, ProjectionStatus,
        ProjectionVerified, RebuildProgress,
    },
    extract::{Nothing, Write},
    problem::Answer,
    state::AppState,
};

/// How many parked events of one read model are listed.
const PARKED: u32 = 100;

/// Lists the read models and how they are.
#[utoipa::path(
    get, path = "/ops/projections", tag = "ops", operation_id = "list_projections",
    responses((status = 200, description = "All read models", body = ProjectionPage))
)]
pub(crate) async fn list(State(state): State<AppState>) -> Answer<Json<ProjectionPage>> {
    let models = state.models.states().await?;
    let position = number(state.models.position());
    let items = models.into_iter().map(shown).collect();
    Ok(Json(ProjectionPage { items, next: None, position, stale: false, as_of: None }))
}

/// Builds a read model anew beside the one that answers, and lets the new build take over when it has caught up.
///
/// The answer comes when the rebuild has begun; the list shows how far it is.
#[utoipa::path(
    post, path = "/ops/projections/{name}/rebuild", tag = "ops", operation_id = "rebuild_projection",
    params(("name" = String, Path, description = "The read model")),
    responses((status = 202, description = "The rebuild has begun", body = ProjectionStatus))
)]
pub(crate) async fn rebuild(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<Nothing>,
) -> Answer<(StatusCode, Json<ProjectionStatus>)> {
    let Nothing {} = write.body;
    let name: ModelName = name.parse()?;
    let (begun, has_begun) = oneshot::channel();
    tokio::spawn(build_anew(state.clone(), name, begun));
    // The task always says how it began, unless it panicked.
    has_begun.await.unwrap_or(Err(ModelError::Stopped))?;
    Ok((StatusCode::ACCEPTED, Json(status_of(&state, name).await?)))
}

/// Tells when the rebuild has begun, or why it has not, and stays until its end.
async fn build_anew(state: AppState, name: ModelName, begun: oneshot::Sender<Result<(), ModelError>>) {
    let mut begun = Some(begun);
    let models = [name];
    let building = state.models.rebuild(&models, |_| {
        if let Some(begun) = begun.take() {
            // The caller may have gone away; the rebuild goes on.
            let _ = begun.send(Ok(()));
        }
    });
    let ended = building.await.map(drop);
    match (begun, ended) {
        (Some(begun), ended) => {
            let _ = begun.send(ended);
        }
        (None, Err(error)) => tracing::error!(model = %name, %error, "a rebuild failed; the build before goes on"),
        (None, Ok(())) => {}
    }
}

/// Lets the build before the last rebuild take over again.
#[utoipa::path(
    post, path = "/ops/projections/{name}/swap-back", tag = "ops", operation_id = "swap_projection_back",
    params(("name" = String, Path, description = "The read model")),
    responses((status = 200, description = "The earlier build answers again", body = ProjectionStatus))
)]
pub(crate) async fn swap_back(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<Nothing>,
) -> Answer<Json<ProjectionStatus>> {
    let Nothing {} = write.body;
    let name: ModelName = name.parse()?;
    state.models.swap_back(name).await?;
    status_of(&state, name).await.map(Json)
}

/// Compares a read model with the log, row by row.
#[utoipa::path(
    post, path = "/ops/projections/{name}/verify", tag = "ops", operation_id = "verify_projection",
    params(("name" = String, Path, description = "The read model")),
    responses((status = 200, description = "What was found", body = ProjectionVerified))
)]
pub(crate) async fn verify(
    State(state): State<AppState>,
    Path(name): Path<String>,
    write: Write<Nothing>,
) -> Answer<Json<ProjectionVerified>> {
    let Nothing {} = write.body;
    let verified = state.models.verify(name.parse()?, |_| ()).await?;
    Ok(Json(found(verified)))
}

/// Lists the events that could not be applied to a read model and wait for somebody.
#[utoipa::path(
    get, path = "/ops/parked", tag = "ops", operation_id = "list_parked",
    responses((status = 200, description = "Parked events, at most 100 of each read model", body = ParkedPage))
)]
pub(crate) async fn parked(State(state): State<AppState>) -> Answer<Json<ParkedPage>> {
    let mut items = Vec::new();
    for name in ModelName::ALL {
        let parked = state.models.parked(name, PARKED).await?;
        items.extend(parked.into_iter().map(|event| waiting(name, event)));
    }
    Ok(Json(ParkedPage { items, next: None, position: number(state.models.position()), stale: false, as_of: None }))
}

async fn status_of(state: &AppState, name: ModelName) -> Answer<ProjectionStatus> {
    let states = state.models.states().await?;
    let found = states.into_iter().find(|state| state.name == name.name());
    Ok(shown(found.ok_or(ModelError::Stopped)?))
}

fn shown(state: ModelState) -> ProjectionStatus {
    ProjectionStatus {
        name: state.name.to_owned(),
        version: state.version,
        generation: state.generation,
        state: match state.status {
            ModelStatus::Live => ProjectionState::Live,
            ModelStatus::CatchingUp => ProjectionState::CatchingUp,
            ModelStatus::Rebuilding => ProjectionState::Rebuilding,
            ModelStatus::Faulted => ProjectionState::Faulted,
            ModelStatus::Stopped => ProjectionState::Stopped,
        },
        position: number(state.position),
        head: number(state.head),
        lag_events: state.behind,
        parked: state.parked,
        rate: state.rate,
        last_error: state.last_error,
        can_swap_back: state.can_swap_back,
        rebuild: state.rebuild.map(|progress| RebuildProgress {
            events: progress.events,
            total: progress.total,
            rate: progress.rate,
            eta_seconds: progress.eta_seconds,
        }),
    }
}

fn found(verified: Verified) -> ProjectionVerified {
    let differences = verified.differences.into_iter().map(|difference| ProjectionDifference {
        table: difference.table,
        key: difference.key,
        difference: match difference.kind {
            DifferenceKind::Missing => "the log gives this row, and the read model has not got it".to_owned(),
            DifferenceKind::Surplus => "the read model has this row, and the log does not give it".to_owned(),
            DifferenceKind::Column { column, live, rebuilt } => {
                format!("`{column}` is `{live}`, and the log gives `{rebuilt}`")
            }
        },
    });
    ProjectionVerified {
        name: verified.model.to_owned(),
        equal: verified.different == 0,
        rows: verified.rows,
        different: verified.different,
        differences: differences.collect(),
        position: number(verified.position),
    }
}

fn waiting(model: ModelName, parked: Parked) -> ParkedEvent {
    ParkedEvent {
        projection: model.name().to_owned(),
        position: parked.position.get(),
        stream: parked.stream.to_string(),
        revision: parked.revision.get(),
        error: parked.error,
    }
}
