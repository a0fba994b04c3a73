//! What people decided about read models: that one stands still, that an event is passed over, that parked ones are
//! tried again.
//!
//! It stands in the register beside the builds, outlives them, and reaches every process that shares the register. It
//! does not follow from the log: when the register is lost, models follow again and what was skipped is parked again.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use eventlog::{EventId, Position, Revision, StreamName};
use projections_store::{BuildId, Mode, Reads, Session, StorageError, values};
use serde::Serialize;

use crate::{
    ModelError,
    columns::{self, Bytes, Json, Micros, Number},
    generations::{Generations, tell},
    store::{Definition, Parked, StoreResult},
};

/// Who decided something about a read model, when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// In words; may be empty.
    pub note: String,
}

/// An event that a model passes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its place in the log.
    pub position: Position,
    /// Its name in the log.
    pub event_id: EventId,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub revision: Revision,
    /// Why it had been parked.
    pub error: String,
    /// Who wanted it passed over.
    pub decision: Decision,
}

/// The events that a model passes over, by their places.
pub(crate) type Skips = Arc<HashMap<Position, EventId>>;

/// What the register says of one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Steering {
    /// It stands still, since somebody said so.
    pub(crate) pause: Option<Decision>,
    /// How often somebody wanted parked events tried again.
    pub(crate) retries: u64,
}

impl Generations {
    /// Reads what people decided about a model.
    pub(crate) fn steering(&self, model: &Definition) -> Result<Steering, ModelError> {
        self.change(|register| {
            let reads: &dyn Reads = register;
            let sql = "select at, actor, note from pauses where model = ?1";
            let pause = reads.one(sql, values![model.name], |row| {
                let (Micros(at), Json(actor)) = (row.get(0)?, row.get(1)?);
                Ok(Decision { at, actor, note: row.get(2)? })
            })?;
            let sql = "select wanted from retries where model = ?1";
            let retries = reads.one(sql, values![model.name], |row| row.get::<Number>(0))?;
            Ok(Steering { pause, retries: retries.map_or(0, |Number(wanted)| wanted) })
        })
    }

    /// Lets a model stand still in all processes; the first decision stays.
    pub(crate) fn pause(&self, model: &Definition, decision: &Decision) -> Result<(), ModelError> {
        let Decision { at, actor, note } = decision;
        self.change(|register| {
            let sql =
                "insert into pauses (model, at, actor, note) values (?1, ?2, ?3, ?4) on conflict (model) do nothing";
            tell(register, sql, values![model.name, Micros(*at), Json(actor), note])
        })
    }

    /// Lets a model follow the log again.
    pub(crate) fn unpause(&self, model: &Definition) -> Result<(), ModelError> {
        self.change(|register| tell(register, "delete from pauses where model = ?1", values![model.name]))
    }

    /// Notes that every build of a model passes over a parked event; a later note takes the place of an earlier one.
    pub(crate) fn skip(&self, model: &Definition, skipped: &Skipped) -> Result<(), ModelError> {
        let Skipped { position, event_id, stream, revision, error, decision } = skipped;
        let Decision { at, actor, note } = decision;
        self.change(|register| {
            let forget = "delete from skips where model = ?1 and position = ?2";
            tell(register, forget, values![model.name, Number::from(*position)])?;
            let insert = "insert into skips (model, position, event_id, stream, revision, error, at, actor, note)
                          values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
            let (place, revision) = (Number::from(*position), Number::from(*revision));
            let (id, at, actor) = (Bytes(event_id.uuid()), Micros(*at), Json(actor));
            tell(register, insert, values![model.name, place, id, stream.as_str(), revision, error, at, actor, note])
        })
    }

    /// Leaves out why events had been parked: that may quote what is about somebody who was forgotten.
    pub(crate) fn leave_out_errors(&self, model: &Definition) -> Result<(), ModelError> {
        let sql = "update skips set error = 'left out since somebody was forgotten' where model = ?1";
        self.change(|register| tell(register, sql, values![model.name]))
    }

    /// Lists the events that a model passes over, in log order.
    pub(crate) fn skipped(&self, model: &Definition) -> Result<Vec<Skipped>, ModelError> {
        self.change(|register| {
            let sql = "select position, event_id, stream, revision, error, at, actor, note
                       from skips where model = ?1 order by position";
            let reads: &dyn Reads = register;
            reads.all(sql, values![model.name], |row| {
                let (Bytes(id), Micros(at), Json(actor)) = (row.get(1)?, row.get(5)?, row.get(6)?);
                Ok(Skipped {
                    position: columns::position(row, 0)?,
                    event_id: EventId::new(id),
                    stream: columns::parsed(row, 2)?,
                    revision: columns::revision(row, 3)?,
                    error: row.get(4)?,
                    decision: Decision { at, actor, note: row.get(7)? },
                })
            })
        })
    }

    /// The events that a model passes over, for its builds.
    pub(crate) fn skips(&self, model: &Definition) -> Result<Skips, ModelError> {
        let skipped = self.skipped(model)?;
        Ok(Arc::new(skipped.into_iter().map(|event| (event.position, event.event_id)).collect()))
    }

    /// Opens a build of a model to write it, and tells it what to pass over.
    pub(crate) fn opened(&self, model: &Definition, build: &BuildId) -> StoreResult {
        let mut store = (model.open)(self.storage(), build)?;
        store.skip(self.skips(model)?);
        Ok(store)
    }

    /// Makes an empty build of a model, and tells it what to pass over.
    pub(crate) fn created(&self, model: &Definition, build: &BuildId, mode: Mode) -> StoreResult {
        let mut store = (model.create)(self.storage(), build, mode)?;
        store.skip(self.skips(model)?);
        Ok(store)
    }

    /// Asks whichever process writes a model to try its parked events again.
    pub(crate) fn want_retry(&self, model: &Definition) -> Result<(), ModelError> {
        self.change(|register: &dyn Session| {
            let sql = "insert into retries (model, wanted) values (?1, 1)
                       on conflict (model) do update set wanted = retries.wanted + 1";
            tell(register, sql, values![model.name])
        })
    }
}

/// Finds the parked event of which a decision is made, among those of a model.
pub(crate) fn parked_at(reads: &dyn Reads, position: Position) -> Result<Option<Parked>, StorageError> {
    let sql = "select position, stream, revision, error from parked where position = ?1";
    reads.one(sql, values![Number::from(position)], parked)
}

/// Reads a row of parked events.
pub(crate) fn parked(row: &projections_store::Row<'_>) -> Result<Parked, StorageError> {
    Ok(Parked {
        position: columns::position(row, 0)?,
        stream: columns::parsed(row, 1)?,
        revision: columns::revision(row, 2)?,
        error: row.get(3)?,
    })
}
