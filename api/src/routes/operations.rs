//! Long work on read models: looking at it, ending it.

use axum::{
    Json,
    extract::{Path, State},
};
use projections::{Difference, DifferenceKind, Replayed, Verified};
use uuid::Uuid;

use super::{fresh::number, ops::progress};
use crate::{
    bodies::{
        operation::{
            Operation as Shown, OperationKind, OperationPage, OperationState, ProjectionRebuilt, ProjectionReplayed,
            ReplayedTable,
        },
        ops::{ProjectionDifference, ProjectionVerified},
    },
    extract::{Nothing, Write},
    operations::{End, Operation, Outcome, Task},
    problem::{Answer, Problem, codes},
    state::AppState,
};

/// Lists the work on read models that is under way on this server, and the last that was.
#[utoipa::path(
    get, path = "/ops/operations", tag = "ops", operation_id = "list_operations",
    responses((status = 200, description = "At most 50, the latest first", body = OperationPage))
)]
pub(crate) async fn list(State(state): State<AppState>) -> Answer<Json<OperationPage>> {
    let items = state.operations.list().iter().map(shown).collect();
    Ok(Json(OperationPage { items, next: None, position: number(state.models.position()), stale: false, as_of: None }))
}

/// Says how far one is, or how it ended.
#[utoipa::path(
    get, path = "/ops/operations/{id}", tag = "ops", operation_id = "read_operation",
    params(("id" = String, Path, description = "The operation")),
    responses((status = 200, description = "The operation", body = Shown))
)]
pub(crate) async fn read(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Shown>> {
    find(&state, &id).map(|operation| Json(shown(&operation)))
}

/// Ends one before it is done. A rebuild then leaves the build before in place, and nothing of its own.
#[utoipa::path(
    post, path = "/ops/operations/{id}/cancel", tag = "ops", operation_id = "cancel_operation",
    params(("id" = String, Path, description = "The operation")),
    responses((status = 200, description = "It ends", body = Shown))
)]
pub(crate) async fn cancel(
    State(state): State<AppState>,
    Path(id): Path<String>,
    write: Write<Nothing>,
) -> Answer<Json<Shown>> {
    let Nothing {} = write.body;
    let operation = find(&state, &id)?;
    if !state.operations.cancel(operation.id) {
        let detail = "It has ended already, or the new build is just taking over: look at it again.";
        return Err(Problem::new(&codes::OPERATION_OVER, detail));
    }
    find(&state, &id).map(|operation| Json(shown(&operation)))
}

fn find(state: &AppState, id: &str) -> Answer<Operation> {
    let found = id.parse::<Uuid>().ok().and_then(|id| state.operations.find(id));
    let detail = "This server knows no operation with this id: it keeps the last 50, and none over a restart.";
    found.ok_or_else(|| Problem::new(&codes::NO_SUCH_OPERATION, detail))
}

pub(super) fn shown(operation: &Operation) -> Shown {
    let mut shown = Shown {
        id: operation.id.to_string(),
        kind: match operation.task {
            Task::Rebuild => OperationKind::Rebuild,
            Task::Verify => OperationKind::Verify,
            Task::Replay(_) => OperationKind::Replay,
        },
        projection: operation.model.name().to_owned(),
        state: OperationState::Running,
        progress: operation.progress.map(progress),
        can_cancel: operation.can_cancel(),
        actor: (&operation.actor).into(),
        started_at: operation.started_at,
        ended_at: operation.ended.as_ref().map(|(at, _)| *at),
        rebuilt: None,
        verified: None,
        replayed: None,
        error: None,
    };
    match operation.ended.as_ref().map(|(_, end)| end) {
        None => {}
        Some(End::Cancelled) => shown.state = OperationState::Cancelled,
        Some(End::Failed(error)) => {
            shown.state = OperationState::Failed;
            shown.error = Some(error.clone());
        }
        Some(End::Done(outcome)) => {
            shown.state = OperationState::Done;
            match &**outcome {
                Outcome::Rebuilt(rebuilt) => {
                    let (generation, events, parked) = (rebuilt.generation, rebuilt.events, rebuilt.parked);
                    let seconds = rebuilt.took.as_secs_f64();
                    shown.rebuilt = Some(ProjectionRebuilt { generation, events, parked, seconds });
                }
                Outcome::Verified(verified) => shown.verified = Some(found(verified)),
                Outcome::Replayed(replayed) => shown.replayed = Some(replay(replayed)),
            }
        }
    }
    shown
}

pub(super) fn found(verified: &Verified) -> ProjectionVerified {
    ProjectionVerified {
        name: verified.model.to_owned(),
        equal: verified.different == 0,
        rows: verified.rows,
        different: verified.different,
        differences: verified.differences.iter().map(difference).collect(),
        position: number(verified.position),
    }
}

fn replay(replayed: &Replayed) -> ProjectionReplayed {
    let tables = replayed.tables.iter().map(|table| ReplayedTable {
        name: table.name.clone(),
        columns: table.columns.clone(),
        rows: table.rows,
        first: table.first.clone(),
    });
    ProjectionReplayed {
        position: replayed.position.get(),
        tables: tables.collect(),
        parked: replayed.parked.len() as u64,
        compared: replayed.compared,
        different: replayed.different,
        differences: replayed.differences.iter().map(difference).collect(),
    }
}

fn difference(difference: &Difference) -> ProjectionDifference {
    let (words, kind) = match &difference.kind {
        DifferenceKind::Missing => ("the log gives this row, and the read model has not got it".to_owned(), "missing"),
        DifferenceKind::Surplus => ("the read model has this row, and the log does not give it".to_owned(), "surplus"),
        DifferenceKind::Column { column, live, rebuilt } => {
            (format!("`{column}` is `{live}`, and the log gives `{rebuilt}`"), "column")
        }
    };
    let (column, live, rebuilt) = match &difference.kind {
        DifferenceKind::Missing | DifferenceKind::Surplus => (None, None, None),
        DifferenceKind::Column { column, live, rebuilt } => (Some(column), Some(live), Some(rebuilt)),
    };
    ProjectionDifference {
        table: difference.table.clone(),
        key: difference.key.clone(),
        difference: words,
        kind: kind.to_owned(),
        column: column.cloned(),
        live: live.cloned(),
        rebuilt: rebuilt.cloned(),
    }
}
