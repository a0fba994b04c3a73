//! What insights are asked.

use chrono::{DateTime, Utc};
use eventlog::Position;
use projections_store::{Reads, Row, StorageError, values};
use serde::Serialize;

use super::InsightsModel;
use crate::{ModelError, ModelName, Models, Projection, columns::Micros};

/// How many reasons are told.
const REASONS: u32 = 20;

/// What became of the drafts of one planner, or of one kind of plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PlannerFigures {
    /// `offline`, `anthropic`, `person`, …; empty when there was no draft, or when all are summed.
    pub planner: String,
    /// What the plans are mostly about; empty when all kinds are summed.
    pub kind: String,
    /// Plans that were asked for or made.
    pub plans: u32,
    /// Approved as they were drafted.
    pub unchanged: u32,
    /// Approved after people changed them.
    pub edited: u32,
    /// Rejected, or cancelled before they ran.
    pub rejected: u32,
    /// Without a draft to the end.
    pub unplanned: u32,
    /// Not decided yet.
    pub open: u32,
    /// Questions that were asked before.
    pub asked: u32,
    /// Steps per plan that has any, on average.
    pub mean_steps: Option<f64>,
    /// How many were rated.
    pub rated: u32,
    /// 1 (poor) to 5 (excellent), on average.
    pub mean_rating: Option<f64>,
    /// Runs that ended completed, failed, cancelled.
    pub completed: u32,
    /// See `completed`.
    pub failed: u32,
    /// See `completed`.
    pub cancelled: u32,
}

/// How often something went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailureReason {
    /// Such as `action.timed-out` or `planner.invalid-answer`.
    pub code: String,
    /// How many times.
    pub count: u32,
}

/// How good drafts are, and what goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Insights {
    /// All plans together.
    pub total: PlannerFigures,
    /// By planner, the one with the most plans first.
    pub planners: Vec<PlannerFigures>,
    /// By planner and kind of plan, in the same order.
    pub kinds: Vec<PlannerFigures>,
    /// The most frequent reasons first.
    pub failures: Vec<FailureReason>,
}

impl Models {
    /// Sums up the plans that were made since a moment, or all.
    pub async fn insights(&self, since: Option<DateTime<Utc>>) -> Result<(Insights, Option<Position>), ModelError> {
        debug_assert_eq!(ModelName::Insights.name(), InsightsModel::NAME);
        self.read(ModelName::Insights, move |reads| insights(reads, since)).await
    }
}

fn insights(reads: &dyn Reads, since: Option<DateTime<Utc>>) -> Result<Insights, StorageError> {
    let since = since.map(Micros);
    let total = figures(reads, "'' as planner, '' as kind", "1", since)?.pop().unwrap_or_default();
    let planners = figures(reads, "planner, '' as kind", "planner", since)?;
    let kinds = figures(reads, "planner, kind", "planner, kind", since)?;
    let failures = "select failure.value, count(*) from plans, json_each(plans.failures) as failure
         where ?1 is null or created_at >= ?1
         group by failure.value order by count(*) desc, failure.value limit ?2";
    let failures = reads
        .all(failures, values![since, REASONS], |row| Ok(FailureReason { code: row.get(0)?, count: row.get(1)? }))?;
    Ok(Insights { total, planners, kinds, failures })
}

/// One line of figures per group.
fn figures(
    reads: &dyn Reads,
    names: &str,
    group: &str,
    since: Option<Micros>,
) -> Result<Vec<PlannerFigures>, StorageError> {
    let is = |column: &str, word: &str| format!("count(*) filter (where {column} = '{word}')");
    let verdicts = ["unchanged", "edited", "rejected", "unplanned", "open"].map(|word| is("verdict", word)).join(", ");
    let ends = ["completed", "failed", "cancelled"].map(|word| is("ended", word)).join(", ");
    let sql = format!(
        "select {names}, count(*), {verdicts}, cast(sum(asked) as bigint),
             cast(avg(case when steps > 0 then steps end) as double precision), count(rating),
             cast(avg(rating) as double precision), {ends}
         from plans where ?1 is null or created_at >= ?1
         group by {group} order by count(*) desc, 1, 2"
    );
    reads.all(&sql, values![since], line)
}

fn line(row: &Row<'_>) -> Result<PlannerFigures, StorageError> {
    Ok(PlannerFigures {
        planner: row.get(0)?,
        kind: row.get(1)?,
        plans: row.get(2)?,
        unchanged: row.get(3)?,
        edited: row.get(4)?,
        rejected: row.get(5)?,
        unplanned: row.get(6)?,
        open: row.get(7)?,
        asked: row.get(8)?,
        mean_steps: row.get(9)?,
        rated: row.get(10)?,
        mean_rating: row.get(11)?,
        completed: row.get(12)?,
        failed: row.get(13)?,
        cancelled: row.get(14)?,
    })
}
