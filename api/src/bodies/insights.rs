//! How good drafts are, and what goes wrong in runs.

use serde::Serialize;
use utoipa::ToSchema;

/// What became of drafts: of one planner, of one kind of plan, or of all.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DraftFigures {
    /// `offline`, `anthropic`, `openai` or `person`; empty while there is no draft, and where all are summed.
    pub planner: String,
    /// What the plans are mostly about, such as `project` or `message`; empty where all kinds are summed.
    pub kind: String,
    /// Plans that were asked for or made.
    pub plans: u32,
    /// Approved as they were drafted.
    pub unchanged: u32,
    /// Approved after people changed them, by hand or in words.
    pub edited: u32,
    /// Rejected, or cancelled before they ran.
    pub rejected: u32,
    /// Ended without a draft.
    pub unplanned: u32,
    /// Not decided yet.
    pub open: u32,
    /// The share of decided drafts that were approved, 0 to 1; not there while none is decided.
    pub acceptance: Option<f64>,
    /// Questions that were asked before the drafts.
    pub asked: u32,
    /// Steps of a plan, on average.
    pub mean_steps: Option<f64>,
    /// Plans that people rated.
    pub rated: u32,
    /// 1 (poor) to 5 (excellent), on average.
    pub mean_rating: Option<f64>,
    /// Runs that completed.
    pub completed: u32,
    /// Runs that failed and were left so.
    pub failed: u32,
    /// Runs that were cancelled.
    pub cancelled: u32,
}

impl From<projections::PlannerFigures> for DraftFigures {
    fn from(figures: projections::PlannerFigures) -> Self {
        let approved = figures.unchanged + figures.edited;
        let decided = approved + figures.rejected;
        Self {
            acceptance: (decided > 0).then(|| f64::from(approved) / f64::from(decided)),
            planner: figures.planner,
            kind: figures.kind,
            plans: figures.plans,
            unchanged: figures.unchanged,
            edited: figures.edited,
            rejected: figures.rejected,
            unplanned: figures.unplanned,
            open: figures.open,
            asked: figures.asked,
            mean_steps: figures.mean_steps,
            rated: figures.rated,
            mean_rating: figures.mean_rating,
            completed: figures.completed,
            failed: figures.failed,
            cancelled: figures.cancelled,
        }
    }
}

/// How often something went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FailureReason {
    /// Stable, such as `action.timed-out` or `planner.invalid-answer`.
    pub code: String,
    /// How many times.
    pub count: u32,
}

/// How good drafts are, and what goes wrong in runs.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Insights {
    /// All plans together.
    pub total: DraftFigures,
    /// By planner, the one with the most plans first.
    pub planners: Vec<DraftFigures>,
    /// By planner and kind of plan, the most frequent first.
    pub kinds: Vec<DraftFigures>,
    /// The most frequent reasons first, at most twenty.
    pub failures: Vec<FailureReason>,
    /// The place in the log that the figures stand at.
    pub position: u64,
    /// Whether they are older than was asked for.
    pub stale: bool,
}
