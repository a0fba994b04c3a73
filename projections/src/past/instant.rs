//! From a time to a place in the log.
//!
//! What stood at a time is what the log had before the first event that was recorded later: so a time always means a
//! beginning of the log, one that really was, also where clocks jumped, and a link with a time shows the same for ever.

use chrono::{DateTime, Utc};
use eventlog::{Filter, Position};
use rusqlite::{Connection, OptionalExtension, params};

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
        let find = move |connection: &Connection| first_later(connection, at);
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

/// Looks into the hour itself, and takes the beginning of those that follow.
fn first_later(connection: &Connection, at: DateTime<Utc>) -> rusqlite::Result<Option<u64>> {
    let hour = hour_of(at);
    let following = connection
        .prepare_cached("select min(first_position) from hours where hour > ?1")?
        .query_row([hour], |row| row.get::<_, Option<Number>>(0))?;
    let within = connection
        .prepare_cached("select first_position, last_position from hours where hour = ?1")?
        .query_row([hour], |row| Ok((row.get::<_, Number>(0)?, row.get::<_, Number>(1)?)))
        .optional()?;
    let within = match within {
        Some((first, last)) => connection
            .prepare_cached(
                "select position from events where position between ?1 and ?2 and at > ?3 order by position limit 1",
            )?
            .query_row(params![first, last, Micros(at)], |row| row.get::<_, Number>(0))
            .optional()?,
        None => None,
    };
    Ok(following.into_iter().chain(within).map(|Number(position)| position).min())
}
