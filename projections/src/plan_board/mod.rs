//! Whole plans: the folded plan as the domain knows it, step by step.
//!
//! There is one folding of a plan, [`Plan::evolve`]; this model only keeps what it gives. A step's row is written when
//! the fold made a new step of it: the rows on disk hold on to the steps they were written from, and the fold never
//! changes a step that somebody else holds.

mod header;
mod query;
mod table;

use std::sync::Arc;

use domain::{
    ids::{PlanId, StepId},
    plan::{Plan, Step},
};
use eventlog::{Position, RecordedEvent, Revision};
use indexmap::IndexMap;

use crate::{NotApplicable, Projection, projection};

/// The projection behind a plan's page.
pub(crate) struct PlanBoard;

/// A plan, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardPlan {
    /// The plan as its events left it.
    pub plan: Plan,
    /// The revision of its last event.
    pub revision: Revision,
    /// The position of its last event.
    pub position: Position,
}

/// What is kept of one plan.
#[derive(Clone)]
pub(crate) struct Open {
    id: PlanId,
    board: BoardPlan,
    /// The steps as they are on disk, in their order.
    written: IndexMap<StepId, Arc<Step>>,
}

impl Open {
    pub(crate) fn into_board(self) -> BoardPlan {
        self.board
    }
}

impl Projection for PlanBoard {
    const NAME: &'static str = "plan_board";
    const VERSION: u32 = 2;
    type Row = Option<Open>;
    type Entry = ();

    fn concerns(category: &str) -> bool {
        category == "plan"
    }

    fn apply(row: &mut Self::Row, event: &Arc<RecordedEvent>) -> Result<Option<()>, NotApplicable> {
        let id = projection::subject(&event.stream)?;
        projection::check_order(row.as_ref().map(|open| open.board.revision), event)?;
        projection::plan_event(event, |plan_event, stamp| {
            let open = row.get_or_insert_with(|| Open {
                id,
                board: BoardPlan { plan: Plan::default(), revision: event.revision, position: event.position },
                written: IndexMap::new(),
            });
            open.board.plan.evolve(plan_event, stamp);
            open.board.revision = event.revision;
            open.board.position = event.position;
        })?;
        Ok(None)
    }

    fn pass_over(row: &mut Self::Row, event: &RecordedEvent) {
        if let Some(open) = row {
            open.board.revision = event.revision;
            open.board.position = event.position;
        }
    }

    /// A step with its params and result takes about two kilobytes.
    fn weight(row: &Self::Row) -> usize {
        2 + row.as_ref().map_or(0, |open| 2 * open.board.plan.steps.len())
    }
}
