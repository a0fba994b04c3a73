//! What people would have seen earlier: a plan, a thing, a list as of a place in the log.
//!
//! Nothing is kept on disk for it. A stream is folded up to the moment that is asked for, beginning at the nearest state
//! that is remembered ([`strips`]); a list takes from the read model what has not changed since, and folds the rest
//! ([`lists`]); a time is turned into a place first ([`instant`]). Read-only by construction: nobody who gives commands
//! knows these states.

mod instant;
mod lists;
mod strips;

use chrono::{DateTime, Utc};
use domain::ids::{EntityId, PlanId};
use eventlog::{Direction, Position, ReadError, RecordedEvent, Revision, StreamFrom, StreamName};

pub use lists::Backlinks;
#[cfg(test)]
pub(crate) use strips::Bounds;
pub(crate) use strips::Strips;

use crate::{
    BoardPlan, EntityView, ModelError, Models, NotApplicable, plan_board::PlanBoard, plan_list::PlanList,
    workspace::Workspace,
};

/// How much is remembered of plans, in kilobytes, roughly.
const PLANS_KB: usize = 64 * 1_024;
/// How much is remembered of things, and of lines of the list.
const ROWS_KB: usize = 4 * 1_024;

/// Which moment of a stream is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// After the event with this revision.
    Revision(Revision),
    /// After the last event at this place in the log or before it; 0 is before everything.
    Position(Position),
}

impl Cut {
    /// Whether an event at this place is part of what is shown.
    pub fn has(self, revision: Revision, position: Position) -> bool {
        match self {
            Self::Revision(last) => revision <= last,
            Self::Position(last) => position <= last,
        }
    }

    fn has_event(self, event: &RecordedEvent) -> bool {
        self.has(event.revision, event.position)
    }
}

/// Why a moment cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// There never was such a plan or thing.
    #[error("there is no such stream")]
    NoSuchStream,
    /// It was made later.
    #[error("it was made at position {first}, after the moment that was asked for")]
    NotMadeYet {
        /// The place of its first event.
        first: Position,
        /// When that was recorded.
        at: DateTime<Utc>,
    },
    /// It has not come to this revision.
    #[error("revision {asked} has not come yet: the newest is {newest}")]
    NotThatFar {
        /// What was asked for.
        asked: Revision,
        /// Where it is.
        newest: Revision,
    },
    /// An event before the moment cannot be applied by this build.
    #[error("the event at position {at} cannot be applied: {what}")]
    Unreadable {
        /// Which event.
        at: Position,
        /// What is wrong with it.
        what: String,
    },
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// A read model could not be read.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// What is remembered of the past, for each kind of row.
pub(crate) struct Past {
    plans: Strips<PlanBoard>,
    lines: Strips<PlanList>,
    things: Strips<Workspace>,
}

impl Past {
    pub(crate) fn new() -> Self {
        Self { plans: Strips::new(PLANS_KB), lines: Strips::new(ROWS_KB), things: Strips::new(ROWS_KB) }
    }

    /// Drops everything that is remembered, because what the log tells has become less.
    pub(crate) fn drop_all(&self) {
        self.plans.drop_all();
        self.lines.drop_all();
        self.things.drop_all();
    }
}

impl Models {
    /// Gives a plan as it stood.
    ///
    /// # Errors
    /// See [`PastError`].
    pub async fn plan_at(&self, id: PlanId, cut: Cut) -> Result<BoardPlan, PastError> {
        let stream = plan_stream(id);
        let stood = self.past().plans.at(&**self.log(), &stream, cut).await?;
        unbroken(stood.broken)?;
        let board = stood.row.map(crate::plan_board::Open::into_board);
        self.reached(&stream, cut, board, |board| board.revision).await
    }

    /// Gives a thing as it stood, whatever had become of it.
    ///
    /// # Errors
    /// See [`PastError`].
    pub async fn entity_at(&self, id: &EntityId, cut: Cut) -> Result<EntityView, PastError> {
        let stream = entity_stream(id);
        let stood = self.past().things.at(&**self.log(), &stream, cut).await?;
        unbroken(stood.broken)?;
        let view = stood.row.and_then(crate::workspace::Thing::into_view);
        self.reached(&stream, cut, view, |view| view.revision).await
    }

    /// Says why there is nothing, or not what was asked for.
    async fn reached<T>(
        &self,
        stream: &StreamName,
        cut: Cut,
        found: Option<T>,
        revision: fn(&T) -> Revision,
    ) -> Result<T, PastError> {
        match (found, cut) {
            (Some(found), Cut::Revision(asked)) if revision(&found) < asked => {
                Err(PastError::NotThatFar { asked, newest: revision(&found) })
            }
            (Some(found), Cut::Revision(_) | Cut::Position(_)) => Ok(found),
            (None, Cut::Revision(_) | Cut::Position(_)) => {
                let first = self.log().read_stream(stream, StreamFrom::Start, Direction::Forward, 1).await?;
                Err(first.first().map_or(PastError::NoSuchStream, |first| PastError::NotMadeYet {
                    first: first.position,
                    at: first.metadata.at,
                }))
            }
        }
    }
}

fn unbroken(broken: Option<(Position, NotApplicable)>) -> Result<(), PastError> {
    match broken {
        Some((at, cause)) => Err(PastError::Unreadable { at, what: cause.to_string() }),
        None => Ok(()),
    }
}

pub(crate) fn plan_stream(id: PlanId) -> StreamName {
    StreamName::new(format!("plan-{id}")).expect("ids are short printable texts without spaces")
}

pub(crate) fn entity_stream(id: &EntityId) -> StreamName {
    StreamName::new(format!("entity-{id}")).expect("ids are short printable texts without spaces")
}
