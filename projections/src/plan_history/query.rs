//! What the audit trail is asked.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::ids::{EntityId, PlanId, StepId};
use eventlog::{EventId, RecordedEvent, StreamName};
use projections_store::{AsValue, Reads, Row, StorageError, Value, values};
use serde::Serialize;
use uuid::Uuid;

use super::{HistoryEntry, table};
use crate::{
    ModelError, ModelName, Models, Page, PageRequest,
    columns::{self, Bytes, Micros, Number},
};

/// Which way a list of events runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// From new to old.
    #[default]
    NewestFirst,
    /// From old to new.
    OldestFirst,
}

/// Which events are wanted: those that fit everything that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HistoryFilter {
    /// What happened to this plan.
    pub plan: Option<PlanId>,
    /// What happened to this step; give the plan as well.
    pub step: Option<StepId>,
    /// What happened to this thing in the workspace.
    pub entity: Option<EntityId>,
    /// What the actor with this id did.
    pub actor: Option<String>,
    /// Events of one of these types; all when empty.
    pub types: Vec<String>,
    /// What belongs to this request.
    pub correlation: Option<Uuid>,
    /// What happened then or later.
    pub from: Option<DateTime<Utc>>,
    /// What happened before then.
    pub until: Option<DateTime<Utc>>,
    /// Events with this in their reason, whatever the case.
    pub reason: Option<String>,
    /// Which way the list runs.
    pub order: Order,
}

impl Models {
    /// Lists events of the whole log, without their data.
    pub async fn history(
        &self,
        mut filter: HistoryFilter,
        page: PageRequest,
    ) -> Result<Page<HistoryEntry>, ModelError> {
        filter.reason = crate::models::search_text(filter.reason);
        filter.types.sort_unstable();
        filter.types.dedup();
        self.page(ModelName::PlanHistory, filter, page, |entry: &HistoryEntry| entry.position, list).await
    }

    /// Fetches the events themselves from the log, data and all; what the log no longer knows is left out.
    pub async fn recorded(&self, entries: &[HistoryEntry]) -> Result<Vec<Arc<RecordedEvent>>, ModelError> {
        let mut events = Vec::with_capacity(entries.len());
        for entry in entries {
            events.extend(self.log().find_event(entry.event_id).await?);
        }
        Ok(events)
    }
}

/// The conditions of a query, and the values in them.
#[derive(Default)]
struct Conditions {
    sql: String,
    values: Vec<Value<'static>>,
    /// Whether a condition has its index already; the others must not tempt the database to walk theirs.
    has_index: bool,
}

impl Conditions {
    /// Adds a condition on an indexed column; they are given with the most selective first.
    fn indexed(&mut self, column: &str, value: impl AsValue) -> Result<(), StorageError> {
        let plus = if self.has_index { "+" } else { "" };
        self.has_index = true;
        self.and(&format!("{plus}{column} = ?"), value)
    }

    fn and(&mut self, condition: &str, value: impl AsValue) -> Result<(), StorageError> {
        self.sql.push_str(" and ");
        self.sql.push_str(condition);
        self.values.push(value.as_value()?.into_owned());
        Ok(())
    }
}

fn list(
    reads: &dyn Reads,
    filter: &HistoryFilter,
    behind: Option<u64>,
    limit: usize,
) -> Result<Vec<HistoryEntry>, StorageError> {
    let Some(mut conditions) = conditions(reads, filter, behind)? else { return Ok(Vec::new()) };
    let direction = match filter.order {
        Order::NewestFirst => "desc",
        Order::OldestFirst => "asc",
    };
    conditions.values.push(Number(limit as u64).as_value()?.into_owned());
    let sql = format!(
        "select e.position, s.name, e.revision, e.event_id, t.word, e.at, k.word, a.word, e.step,
             e.reason, e.correlation_id, e.causation_id
         from events e cross join streams s on s.number = e.stream cross join words t on t.number = e.event_type
             cross join words k on k.number = e.actor_kind cross join words a on a.number = e.actor
         where true{} order by e.position {direction} limit ?",
        conditions.sql
    );
    reads.all(&sql, &conditions.values, entry)
}

/// Gives `None` when nothing can fit.
fn conditions(
    reads: &dyn Reads,
    filter: &HistoryFilter,
    behind: Option<u64>,
) -> Result<Option<Conditions>, StorageError> {
    let mut conditions = Conditions::default();
    let streams = [
        filter.plan.map(|plan| format!("plan-{plan}")),
        filter.entity.as_ref().map(|entity| format!("entity-{entity}")),
    ];
    for name in streams.into_iter().flatten() {
        let Ok(stream) = name.parse::<StreamName>() else { return Ok(None) };
        let Some(number) = table::number_of(reads, &stream)? else { return Ok(None) };
        conditions.indexed("e.stream", Number::from(number))?;
    }
    if let Some(correlation) = filter.correlation {
        conditions.indexed("e.correlation_id", Bytes(correlation))?;
    }
    if let Some(actor) = &filter.actor {
        let Some(number) = table::number_of_word(reads, actor)? else { return Ok(None) };
        conditions.indexed("e.actor", number)?;
    }
    match filter.types.as_slice() {
        [] => {}
        [only] => {
            let Some(number) = table::number_of_word(reads, only)? else { return Ok(None) };
            conditions.indexed("e.event_type", number)?;
        }
        // Walked by position: a merge of several index ranges would have to be sorted.
        several => {
            let several: Vec<_> = several.iter().map(|word| table::kept(word)).collect();
            let list = serde_json::Value::from(several).to_string();
            let numbers = "+e.event_type in (select number from words where word in (select value from json_each(?)))";
            conditions.and(numbers, list)?;
        }
    }
    if let Some(step) = &filter.step {
        conditions.and("e.step = ?", step.to_string())?;
    }
    if let Some(reason) = &filter.reason {
        conditions.and("e.reason is not null and holds(e.reason, ?)", reason.clone())?;
    }
    within(reads, filter, &mut conditions)?;
    if let Some(behind) = behind {
        let further = match filter.order {
            Order::NewestFirst => "e.position < ?",
            Order::OldestFirst => "e.position > ?",
        };
        conditions.and(further, Number(behind))?;
    }
    Ok(Some(conditions))
}

/// Turns a range of times into a range of positions, and then looks at the times themselves: clocks may have jumped.
fn within(reads: &dyn Reads, filter: &HistoryFilter, conditions: &mut Conditions) -> Result<(), StorageError> {
    if filter.from.is_none() && filter.until.is_none() {
        return Ok(());
    }
    let hour = |at: Option<DateTime<Utc>>, otherwise| at.map_or(otherwise, table::hour_of);
    let sql = "select min(first_position), max(last_position) from hours where hour between ?1 and ?2";
    let (first, last) = (hour(filter.from, i64::MIN), hour(filter.until, i64::MAX));
    let bounds = reads
        .one(sql, values![first, last], |row| Ok(row.get::<Option<Number>>(0)?.zip(row.get::<Option<Number>>(1)?)));
    let (first, last) = bounds?.flatten().unwrap_or((Number(1), Number(0)));
    conditions.and("e.position >= ?", first)?;
    conditions.and("e.position <= ?", last)?;
    if let Some(from) = filter.from {
        conditions.and("e.at >= ?", Micros(from))?;
    }
    if let Some(until) = filter.until {
        conditions.and("e.at < ?", Micros(until))?;
    }
    Ok(())
}

fn entry(row: &Row<'_>) -> Result<HistoryEntry, StorageError> {
    let stream: StreamName = columns::parsed(row, 1)?;
    let step: Option<String> = row.get(8)?;
    Ok(HistoryEntry {
        position: columns::position(row, 0)?,
        plan_id: stream.subject().parse().ok(),
        entity_id: (stream.category() == "entity").then(|| stream.subject().parse().ok()).flatten(),
        stream,
        revision: columns::revision(row, 2)?,
        event_id: EventId::new(row.get::<Bytes>(3)?.0),
        event_type: row.get(4)?,
        at: columns::moment(row, 5)?,
        actor: columns::actor(row, 6)?,
        step_id: step.and_then(|step| step.parse().ok()),
        reason: row.get(9)?,
        correlation_id: row.get::<Bytes>(10)?.0,
        causation_id: row.get::<Option<Bytes>>(11)?.map(|Bytes(id)| id),
    })
}
