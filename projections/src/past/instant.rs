//! From a time to a place in the log.
//!
//! What stood at a time is what the log had before the first event that was recorded later: so a time always means a
//! beginning of the log, one that really was, also where clocks jumped, and a link with a time shows the same for ever.

use chrono::{DateTime, Utc};
use eventlog::{Filter, Position};
use projections_store::{Reads, StorageError, values};

use crate::{
    ModelError, ModelName, Models,
    columns::{Micros, Number},
    plan_history::hour_of,
};

/// How many events are read at a time behind what the audit trail has.
const PAGE: usize = 500;

impl Models {
    /// Gives the last place in the log before the first event that was recorded after `at`; 0 when that is the first.
    pub async fn position_at(&self, at: DateTime<Utc>) -> Result<Position, ModelError> {
        let find = move |reads: &dyn Reads| first_later(reads, at);
        let (found, mut seen) = self.read(ModelName::PlanHistory, find).await?;
        if let Some(later) = found {
            return Ok(Position::new(later.saturating_sub(1)));
        }
        // The audit trail may be behind the log.
        loop {
            let page = self.log().read_all(seen, &Filter::All, PAGE).await?;
            if let Some(later) = page.events.iter().find(|event| event.metadata.at > at) {
                return Ok(Position::new(later.position.get().saturating_sub(1)));
            }
            seen = page.next;
            if page.end {
                return Ok(seen.unwrap_or(Position::new(0)));
            }
        }
    }
}

impl Models {
    /// Says when the event at a place in the log was recorded; none when there is none.
    ///
    /// It is looked up by its place: that before it is known only where places have no holes.
    pub async fn recorded_at(&self, position: Position) -> Result<Option<DateTime<Utc>>, ModelError> {
        let find = move |reads: &dyn Reads| {
            let sql = "select at from events where position = ?1";
            reads.one(sql, values![Number::from(position)], |row| row.get::<Micros>(0))
        };
        let (found, mut seen) = self.read(ModelName::PlanHistory, find).await?;
        if let Some(Micros(at)) = found {
            return Ok(Some(at));
        }
        // The audit trail may be behind the log.
        while seen < Some(position) {
            let page = self.log().read_all(seen, &Filter::All, PAGE).await?;
            if let Some(there) = page.events.iter().find(|event| event.position >= position) {
                return Ok((there.position == position).then_some(there.metadata.at));
            }
            seen = page.next;
            if page.end {
                break;
            }
        }
        Ok(None)
    }
}

/// Looks into the hour itself, and takes the beginning of those that follow.
fn first_later(reads: &dyn Reads, at: DateTime<Utc>) -> Result<Option<u64>, StorageError> {
    let hour = hour_of(at);
    let following = reads
        .one("select min(first_position) from hours where hour > ?1", values![hour], |row| {
            row.get::<Option<Number>>(0)
        })?
        .flatten();
    let hours = "select first_position, last_position from hours where hour = ?1";
    let within = reads
        .one(hours, values![hour], |row| Ok((row.get::<Number>(0)?, row.get::<Number>(1)?)))?
        .map(|(first, last)| {
            let sql = "select position from events where position between ?1 and ?2 and at > ?3
                       order by position limit 1";
            reads.one(sql, values![first, last, Micros(at)], |row| row.get::<Number>(0))
        })
        .transpose()?
        .flatten();
    Ok(following.into_iter().chain(within).map(|Number(position)| position).min())
}
