//! Operations in the register: a row for each.

use projections_store::{Reads, Row, Session, StorageError, values};
use uuid::Uuid;

use super::{AtWork, End, Operation, Task, Wanted};
use crate::{
    ModelError, RebuildProgress,
    columns::{self, Json, Micros},
    generations::{Generations, tell},
    store::Definition,
};

/// How many are kept.
const KEPT: u32 = 50;

const COLUMNS: &str = "id, task, model, actor, node, started, progress, cancel, without_rows, ended, outcome";

/// What the register says to a process that gives a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    GoOn,
    /// Somebody wants it to end.
    Cancel,
    /// It was ended: this process had given no sign for too long.
    GivenUp,
}

impl Generations {
    /// Notes that an operation begins; the oldest that have ended make room.
    pub(crate) fn begin_operation(&self, wanted: &Wanted) -> Result<(), ModelError> {
        let Wanted { id, task, model, actor, node } = wanted;
        self.change(|register| {
            let trim = "delete from operations where ended is not null and id not in (
                            select id from operations
                            order by case when ended is null then 0 else 1 end, started desc, id desc limit ?1)";
            tell(register, trim, values![KEPT - 1])?;
            let insert = "insert into operations (id, task, model, actor, node, started, seen, cancel, without_rows)
                          values (?1, ?2, ?3, ?4, ?5, now_micros(), now_micros(), 0, 0)";
            tell(register, insert, values![id.to_string(), Json(task), model.name(), Json(actor), node])
        })
    }

    /// Notes that the process that carries an operation out is there, and how far it is.
    pub(crate) fn give_sign(&self, id: Uuid, progress: Option<RebuildProgress>) -> Result<Heard, ModelError> {
        self.change(|register| {
            let reads: &dyn Reads = register;
            let sql = "update operations set seen = now_micros(), progress = coalesce(?2, progress)
                       where id = ?1 and ended is null returning cancel";
            let cancel = reads.one(sql, values![id.to_string(), progress.map(Json)], |row| row.get::<i64>(0))?;
            Ok(match cancel {
                None => Heard::GivenUp,
                Some(0) => Heard::GoOn,
                Some(_) => Heard::Cancel,
            })
        })
    }

    /// Notes how an operation ended. If it was given up meanwhile, only what really came of it counts.
    pub(crate) fn end_operation(
        &self,
        id: Uuid,
        progress: Option<RebuildProgress>,
        end: End,
    ) -> Result<(), ModelError> {
        self.change(|register| {
            let Some(known) = find(register, id)? else { return Ok(()) };
            let counts = match &end {
                End::Done(_) | End::Failed(_) => true,
                End::Cancelled | End::Stopped | End::Lost(_) => known.ended.is_none(),
            };
            if !counts {
                return Ok(());
            }
            let end = if known.without_rows { end.without_rows() } else { end };
            let sql = "update operations
                       set ended = now_micros(), outcome = ?2, progress = coalesce(?3, progress) where id = ?1";
            tell(register, sql, values![id.to_string(), Json(end), progress.map(Json)])
        })
    }

    /// Lists operations, the latest first.
    pub(crate) fn operations(&self, ours: &AtWork) -> Result<Vec<Operation>, ModelError> {
        self.change(|register| {
            self.give_up_silent(register, ours)?;
            let reads: &dyn Reads = register;
            let sql = format!("select {COLUMNS} from operations order by started desc, id desc");
            Ok(reads.all(&sql, &[], read)?.into_iter().map(|operation| ours.freshened(operation)).collect())
        })
    }

    /// Finds an operation.
    pub(crate) fn operation(&self, id: Uuid, ours: &AtWork) -> Result<Option<Operation>, ModelError> {
        self.change(|register| {
            self.give_up_silent(register, ours)?;
            Ok(find(register, id)?.map(|operation| ours.freshened(operation)))
        })
    }

    /// Notes that an operation is to end, if it can be ended, and ends it when it is one of ours.
    pub(crate) fn cancel_operation(&self, id: Uuid, ours: &AtWork) -> Result<bool, ModelError> {
        let can_end = self.change(|register| {
            self.give_up_silent(register, ours)?;
            let can_end = find(register, id)?.is_some_and(|operation| ours.freshened(operation).can_cancel());
            if can_end {
                tell(register, "update operations set cancel = 1 where id = ?1", values![id.to_string()])?;
            }
            Ok(can_end)
        })?;
        if can_end {
            ours.cancel(id);
        }
        Ok(can_end)
    }

    /// How far the rebuild of a model is that some process carries out; none when nobody told of one lately.
    pub(crate) fn rebuild_of(&self, model: &Definition) -> Result<Option<RebuildProgress>, ModelError> {
        let silence = self.silence_micros();
        self.change(|register| {
            let reads: &dyn Reads = register;
            let sql = "select progress from operations
                       where model = ?1 and task = ?2 and ended is null and progress is not null
                       and seen > now_micros() - ?3";
            reads.one(sql, values![model.name, Json(Task::Rebuild), silence], |row| columns::json(row, 0))
        })
    }

    fn silence_micros(&self) -> i64 {
        i64::try_from(self.storage().silence().as_micros()).unwrap_or(i64::MAX)
    }

    /// Leaves rows of models out of what came of operations, and of what will come of those that are under way.
    pub(crate) fn leave_rows_out(&self) -> Result<(), ModelError> {
        self.change(|register| {
            tell(register, "update operations set without_rows = 1", &[])?;
            let reads: &dyn Reads = register;
            let sql = "select id, outcome from operations where outcome is not null";
            let ended = reads.all(sql, &[], |row| Ok((row.get::<String>(0)?, row.get::<Json<End>>(1)?.0)))?;
            for (id, end) in ended {
                let sql = "update operations set outcome = ?2 where id = ?1";
                tell(register, sql, values![id, Json(end.without_rows())])?;
            }
            Ok(())
        })
    }

    /// Ends what processes were about that gave no sign for too long.
    fn give_up_silent(&self, register: &dyn Session, ours: &AtWork) -> Result<(), StorageError> {
        let silence = self.storage().silence();
        // Asked for within the transaction: whatever is begun here is ours before it has a row.
        let ours: Vec<String> = ours.ids().iter().map(Uuid::to_string).collect();
        let sql = "update operations set ended = seen, outcome = ?1
                   where ended is null and seen <= now_micros() - ?2
                   and id not in (select value from json_each(?3))";
        tell(register, sql, values![Json(End::Lost(silence)), self.silence_micros(), Json(ours)])
    }
}

fn find(register: &dyn Session, id: Uuid) -> Result<Option<Operation>, StorageError> {
    let reads: &dyn Reads = register;
    reads.one(&format!("select {COLUMNS} from operations where id = ?1"), values![id.to_string()], read)
}

fn read(row: &Row<'_>) -> Result<Operation, StorageError> {
    let ended = row.get::<Option<Micros>>(9)?.zip(row.get::<Option<Json<End>>>(10)?);
    Ok(Operation {
        id: columns::parsed(row, 0)?,
        task: columns::json(row, 1)?,
        model: columns::parsed(row, 2)?,
        actor: columns::json(row, 3)?,
        node: row.get(4)?,
        started_at: columns::moment(row, 5)?,
        progress: row.get::<Option<Json<_>>>(6)?.map(|Json(progress)| progress),
        cancel_wanted: row.get(7)?,
        without_rows: row.get(8)?,
        ended: ended.map(|(Micros(at), Json(end))| (at, end)),
    })
}
