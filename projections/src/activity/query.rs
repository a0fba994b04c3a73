//! What the feed is asked.

use domain::ids::{EntityId, PlanId};
use eventlog::StreamName;
use projections_store::{Reads, Row, StorageError, values};
use serde::Serialize;

use super::{ActivityItem, table};
use crate::{
    ModelError, ModelName, Models, Page, PageRequest,
    columns::{self, Number},
};

/// Which lines of the feed are wanted; with neither, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ActivityFilter {
    /// What happened to this plan.
    pub plan: Option<PlanId>,
    /// What happened to this thing; not looked at when a plan is given.
    pub entity: Option<EntityId>,
}

impl ActivityFilter {
    fn stream(&self) -> Option<String> {
        let plan = self.plan.map(|plan| format!("plan-{plan}"));
        plan.or_else(|| self.entity.as_ref().map(|entity| format!("entity-{entity}")))
    }
}

impl Models {
    /// Lists what happened, the newest first.
    pub async fn activity(&self, filter: ActivityFilter, page: PageRequest) -> Result<Page<ActivityItem>, ModelError> {
        self.page(ModelName::Activity, filter, page, |item: &ActivityItem| item.position, list).await
    }
}

fn list(
    reads: &dyn Reads,
    filter: &ActivityFilter,
    behind: Option<u64>,
    limit: usize,
) -> Result<Vec<ActivityItem>, StorageError> {
    let subject = match filter.stream() {
        None => None,
        Some(stream) => match table::number_of(reads, &stream)? {
            None => return Ok(Vec::new()),
            number => number,
        },
    };
    let subject_is = if subject.is_some() { "e.subject = ?1" } else { "?1 is null" };
    let sql = format!(
        "select e.position, e.at, e.actor_kind, e.actor, e.event_type, s.stream, e.step, e.sentence
         from entries e cross join subjects s on s.number = e.subject
         where {subject_is} and e.position < ?2 order by e.position desc limit ?3"
    );
    let behind = Number(behind.unwrap_or(i64::MAX.cast_unsigned()));
    reads.all(&sql, values![subject.map(Number::from), behind, Number(limit as u64)], item)
}

fn item(row: &Row<'_>) -> Result<ActivityItem, StorageError> {
    let stream: StreamName = columns::parsed(row, 5)?;
    let step: Option<String> = row.get(6)?;
    Ok(ActivityItem {
        position: columns::position(row, 0)?,
        at: columns::moment(row, 1)?,
        actor: columns::actor(row, 2)?,
        event_type: row.get(4)?,
        plan_id: stream.subject().parse().ok(),
        step_id: step.and_then(|step| step.parse().ok()),
        entity_id: (stream.category() == "entity").then(|| stream.subject().parse().ok()).flatten(),
        sentence: row.get(7)?,
    })
}
