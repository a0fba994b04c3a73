//! Long work on read models: looking at it, ending it.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
};
use projections::{Difference, DifferenceKind, End, Operation, Outcome, Replayed, Task, Verified};

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
    problem::{Answer, Problem, codes},
    state::AppState,
};

/// Why work failed whose server was told to end.
const STOPPED: &str = "the server that carried it out was shut down before it was done: start it again";

/// Lists the work on read models that is under way on any server, and the last that was.
#[utoipa::path(
    get, path = "/ops/operations", tag = "ops", operation_id = "list_operations",
    responses((status = 200, description = "At most 50, the latest first", body = OperationPage))
)]
pub(crate) async fn list(State(state): State<AppState>) -> Answer<Json<OperationPage>> {
    let items = state.models.operations().await?.iter().map(|operation| shown(&state, operation)).collect();
    Ok(Json(OperationPage { items, next: None, position: number(state.models.position()), stale: false, as_of: None }))
}

/// Says how far one is, or how it ended.
#[utoipa::path(
    get, path = "/ops/operations/{id}", tag = "ops", operation_id = "read_operation",
    params(("id" = String, Path, description = "The operation")),
    responses((status = 200, description = "The operation", body = Shown))
)]
pub(crate) async fn read(State(state): State<AppState>, Path(id): Path<String>) -> Answer<Json<Shown>> {
    find(&state, &id).await.map(|operation| Json(shown(&state, &operation)))
}

/// Ends one before it is done. A rebuild then leaves the build before in place, and nothing of its own.
///
/// Another server that carries it out hears of it within a second or so.
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
    let operation = find(&state, &id).await?;
    if !state.models.cancel_operation(operation.id).await? {
        let detail = "It has ended already, or the new build is just taking over: look at it again.";
        return Err(Problem::new(&codes::OPERATION_OVER, detail));
    }
    find(&state, &id).await.map(|operation| Json(shown(&state, &operation)))
}

async fn find(state: &AppState, id: &str) -> Answer<Operation> {
    let found = match id.parse() {
        Ok(id) => state.models.operation(id).await?,
        Err(_) => None,
    };
    let detail = "No operation with this id is known: the last 50 are.";
    found.ok_or_else(|| Problem::new(&codes::NO_SUCH_OPERATION, detail))
}

pub(super) fn shown(state: &AppState, operation: &Operation) -> Shown {
    let mut shown = Shown {
        id: operation.id.to_string(),
        kind: match operation.task {
            Task::Rebuild => OperationKind::Rebuild,
            Task::Verify => OperationKind::Verify,
            Task::Replay(_) => OperationKind::Replay,
        },
        projection: operation.model.name().to_owned(),
        node: state.models.are_shared().then(|| operation.node.clone()),
        state: OperationState::Running,
        progress: operation.progress.map(progress),
        can_cancel: operation.can_cancel() && !operation.cancel_wanted,
        cancelling: operation.ended.is_none() && operation.cancel_wanted,
        rows_left_out: operation.without_rows && operation.task != Task::Rebuild,
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
        Some(End::Failed(error)) => fail(&mut shown, error.clone()),
        Some(End::Stopped) => fail(&mut shown, STOPPED.to_owned()),
        Some(End::Lost(silence)) => fail(&mut shown, lost(*silence)),
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

fn fail(shown: &mut Shown, error: String) {
    (shown.state, shown.error) = (OperationState::Failed, Some(error));
}

/// Why work was given up of which nobody told how it ended.
fn lost(silence: Duration) -> String {
    if silence.is_zero() {
        return "the server that carried it out ended before it was done: start it again".to_owned();
    }
    let seconds = silence.as_secs();
    format!(
        "the node that carried it out gave no sign for {seconds} seconds: it ended, or stands still; start it again"
    )
}

pub(super) fn found(verified: &Verified) -> ProjectionVerified {
    ProjectionVerified {
        name: verified.model.name().to_owned(),
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
