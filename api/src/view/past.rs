//! A plan or a thing as it stood earlier. Read-only by construction: no handler of commands knows these states.

use domain::{
    ids::{EntityId, PlanId},
    plan::{Plan, PlanRefusal},
    workspace::EntityRefusal,
};
use eventlog::{Position, Revision};
use projections::{Cut, EntityView, PastError};

use crate::{
    bodies::common::Moment,
    problem::{Answer, Code, Problem, codes},
    state::AppState,
};

/// A plan at an earlier moment.
pub(crate) struct Past {
    pub(crate) plan: Plan,
    pub(crate) revision: Revision,
    /// The place in the log that everything around it stands at.
    pub(crate) position: Position,
}

/// Finds a plan as it stood.
///
/// # Errors
/// `plan.no-such-plan`, and `plan.no-such-moment` when the plan did not exist then.
pub(crate) async fn past(state: &AppState, id: PlanId, cut: Cut) -> Answer<Past> {
    let found = state.models.plan_at(id, cut).await;
    let board = found.map_err(|error| explained(error, PlanRefusal::NoSuchPlan.into(), &codes::NO_SUCH_MOMENT))?;
    Ok(Past { plan: board.plan, revision: board.revision, position: stands_at(cut, board.position) })
}

/// Finds a thing as it stood, and the place in the log that everything around it stands at.
///
/// # Errors
/// `workspace.no-such-entity`, and `workspace.no-such-moment` when the thing did not exist then.
pub(crate) async fn past_entity(state: &AppState, id: &EntityId, cut: Cut) -> Answer<(EntityView, Position)> {
    let found = state.models.entity_at(id, cut).await;
    let missing = EntityRefusal::NoSuchEntity;
    let view = found.map_err(|error| explained(error, missing.into(), &codes::NO_SUCH_MOMENT_OF_THING))?;
    let position = stands_at(cut, view.position);
    Ok((view, position))
}

fn stands_at(cut: Cut, last: Position) -> Position {
    match cut {
        Cut::Revision(_) => last,
        Cut::Position(position) => position,
    }
}

/// The moment that an answer stands at.
pub(crate) async fn moment(state: &AppState, position: Position) -> Answer<Moment> {
    Ok(Moment { position: position.get(), at: state.models.recorded_at(position).await? })
}

/// The problem that stands in the way of showing a list as it stood.
pub(crate) fn unreadable(error: PastError) -> Problem {
    match error {
        PastError::Log(error) => error.into(),
        PastError::Model(error) => error.into(),
        PastError::NoSuchStream
        | PastError::NotMadeYet { .. }
        | PastError::NotThatFar { .. }
        | PastError::Unreadable { .. } => Problem::fault(&error),
    }
}

/// The problem that stands in the way of showing a moment of one plan or thing.
fn explained(error: PastError, missing: Problem, no_such_moment: &'static Code) -> Problem {
    match error {
        PastError::NoSuchStream => missing,
        PastError::NotMadeYet { first, .. } => {
            let detail = format!("It was made after that, at position {first}: ask for that moment or a later one.");
            Problem::new(no_such_moment, detail).with("first_position", first.get())
        }
        PastError::NotThatFar { asked, newest } => {
            let detail =
                format!("It has not come to revision {asked} yet: it is at {newest}. Ask for at most {newest}.");
            Problem::new(no_such_moment, detail).with("newest_revision", newest.get())
        }
        PastError::Unreadable { .. } | PastError::Log(_) | PastError::Model(_) => unreadable(error),
    }
}
