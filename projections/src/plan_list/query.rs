//! What the list is asked.

use std::cmp::Reverse;

use domain::{ids::PlanId, plan::PlanStatus};
use eventlog::Position;
use projections_store::{Reads, Row, StorageError, values};
use serde::Serialize;

use super::{Line, PlanSummary, table};
use crate::{
    ModelError, ModelName, Models, Page, PageRequest,
    columns::{self, Number, Word},
};

/// Which plans are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlanFilter {
    /// Plans in any of these; all when empty.
    pub statuses: Vec<PlanStatus>,
    /// Plans with this in their name or request, whatever the case.
    pub text: Option<String>,
}

/// The plans that somebody has to go on with after a start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InFlight {
    /// Executing, paused or on their way back, oldest first.
    pub running: Vec<PlanId>,
    /// Waiting for their first draft, oldest first.
    pub drafting: Vec<PlanId>,
}

/// A plan that is stuck may have an undo under way beside the one that failed.
const IN_FLIGHT: [PlanStatus; 4] =
    [PlanStatus::Executing, PlanStatus::Paused, PlanStatus::RollingBack, PlanStatus::RollbackStuck];

impl Models {
    /// Lists plans, the newest first. Plans that come later do not move those on further pages.
    pub async fn plans(&self, mut filter: PlanFilter, page: PageRequest) -> Result<Page<PlanSummary>, ModelError> {
        filter.text = crate::models::search_text(filter.text);
        filter.statuses.sort_unstable_by_key(|status| status.name());
        filter.statuses.dedup();
        self.page(ModelName::PlanList, filter, page, |plan: &PlanSummary| plan.created, list).await
    }

    /// Lists the plans that are under way.
    pub async fn in_flight(&self) -> Result<InFlight, ModelError> {
        let (mut in_flight, _) = self
            .read(ModelName::PlanList, |reads| {
                let mut in_flight = InFlight::default();
                for status in IN_FLIGHT {
                    in_flight.running.extend(ids(reads, status)?);
                }
                in_flight.drafting = ids(reads, PlanStatus::Drafting)?;
                Ok(in_flight)
            })
            .await?;
        in_flight.running.sort_unstable();
        Ok(in_flight)
    }
}

fn ids(reads: &dyn Reads, status: PlanStatus) -> Result<Vec<PlanId>, StorageError> {
    let sql = "select id from plans where status = ?1 order by created_position";
    reads.all(sql, values![Word(status)], |row| columns::plan_id(row, 0))
}

/// Walks each wanted status along its index and merges what was found, so that a common status costs no more than a
/// rare one.
fn list(
    reads: &dyn Reads,
    filter: &PlanFilter,
    behind: Option<u64>,
    limit: usize,
) -> Result<Vec<PlanSummary>, StorageError> {
    let text = filter.text.as_deref();
    if filter.statuses.is_empty() {
        return walk(reads, None, text, behind, limit);
    }
    let mut plans = Vec::new();
    for status in &filter.statuses {
        plans.extend(walk(reads, Some(*status), text, behind, limit)?);
    }
    plans.sort_unstable_by_key(|plan| Reverse(plan.created));
    plans.truncate(limit);
    Ok(plans)
}

/// The plans that were there `at` a place in the log, newest first: those that have not changed since and fit the filter,
/// and all that have, as they are now.
pub(crate) fn candidates(
    reads: &dyn Reads,
    filter: &PlanFilter,
    at: Position,
    behind: u64,
    limit: usize,
) -> Result<Vec<PlanSummary>, StorageError> {
    let sql = format!(
        "select {} from plans
         where created_position < ?1 and created_position <= ?2
             and (position > ?2
                 or ((?3 = '[]' or status in (select value from json_each(?3)))
                     and (?4 is null or holds(name, ?4) or holds(request, ?4))))
         order by created_position desc limit ?5",
        table::columns()
    );
    let statuses: Vec<&str> = filter.statuses.iter().map(|status| status.name()).collect();
    let (text, statuses) = (filter.text.as_deref(), columns::Json(statuses));
    reads.all(&sql, values![Number(behind), Number::from(at), statuses, text, Number(limit as u64)], summary)
}

fn walk(
    reads: &dyn Reads,
    status: Option<PlanStatus>,
    text: Option<&str>,
    behind: Option<u64>,
    limit: usize,
) -> Result<Vec<PlanSummary>, StorageError> {
    let status_is = if status.is_some() { "status = ?1" } else { "?1 is null" };
    let text_is = if text.is_some() { "(holds(name, ?2) or holds(request, ?2))" } else { "?2 is null" };
    let sql = format!(
        "select {} from plans where {status_is} and {text_is} and created_position < ?3
         order by created_position desc limit ?4",
        table::columns()
    );
    let behind = Number(behind.unwrap_or(i64::MAX.cast_unsigned()));
    reads.all(&sql, values![status.map(Word), text, behind, Number(limit as u64)], summary)
}

fn summary(row: &Row<'_>) -> Result<PlanSummary, StorageError> {
    table::line(row).map(|Line { summary, .. }| summary)
}
