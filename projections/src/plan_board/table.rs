//! Whole plans in SQLite.

use std::sync::Arc;

use domain::{
    ids::{PlanId, StepId},
    plan::Step,
};
use eventlog::StreamName;
use indexmap::IndexMap;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::{BoardPlan, Open, PlanBoard, header::Header};
use crate::{
    Tables,
    columns::{self, Bytes, Json, Number},
    projection,
};

impl Tables for PlanBoard {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/plan_board.v2.sql");

    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Self::Row>> {
        let Ok(id) = projection::subject(stream) else { return Ok(None) };
        let board = plan(connection, id)?;
        Ok(board.map(|board| Some(Open { id, written: board.plan.steps.clone(), board })))
    }

    fn write(connection: &Connection, rows: &mut IndexMap<StreamName, Self::Row>) -> rusqlite::Result<()> {
        let mut header = connection.prepare_cached(
            "insert into plans (id, revision, position, header) values (?1, ?2, ?3, ?4)
             on conflict (id) do update
             set revision = excluded.revision, position = excluded.position, header = excluded.header",
        )?;
        let mut steps = StepRows::new(connection)?;
        for Open { id, board, written } in rows.values_mut().flatten() {
            let BoardPlan { plan, revision, position } = board;
            header.execute(params![
                Bytes(id.uuid()),
                Number::from(*revision),
                Number::from(*position),
                Json(Header::of(plan))
            ])?;
            steps.write(*id, &plan.steps, written)?;
        }
        Ok(())
    }

    fn add(_: &Connection, _: &[()]) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// Reads a plan and its steps.
pub(super) fn plan(connection: &Connection, id: PlanId) -> rusqlite::Result<Option<BoardPlan>> {
    let mut query = connection.prepare_cached("select header, revision, position from plans where id = ?1")?;
    let found = query.query_row([Bytes(id.uuid())], |row| {
        Ok((columns::json::<Header<'static>>(row, 0)?, columns::revision(row, 1)?, columns::position(row, 2)?))
    });
    let Some((header, revision, position)) = found.optional()? else { return Ok(None) };
    let mut query = connection.prepare_cached("select body from steps where plan = ?1 order by place")?;
    let steps = query.query_map([Bytes(id.uuid())], |row| {
        let step: Step = columns::json(row, 0)?;
        Ok((step.spec.id.clone(), Arc::new(step)))
    })?;
    let steps: IndexMap<StepId, Arc<Step>> = steps.collect::<rusqlite::Result<_>>()?;
    Ok(Some(BoardPlan { plan: header.with_steps(steps), revision, position }))
}

/// Writes the steps that changed, and no others.
struct StepRows<'a> {
    put: CachedStatement<'a>,
    relocate: CachedStatement<'a>,
    remove: CachedStatement<'a>,
}

impl<'a> StepRows<'a> {
    fn new(connection: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            put: connection.prepare_cached(
                "insert into steps (plan, step, place, body) values (?1, ?2, ?3, ?4)
                 on conflict (plan, step) do update set place = excluded.place, body = excluded.body",
            )?,
            relocate: connection.prepare_cached("update steps set place = ?3 where plan = ?1 and step = ?2")?,
            remove: connection.prepare_cached("delete from steps where plan = ?1 and step = ?2")?,
        })
    }

    fn write(
        &mut self,
        plan: PlanId,
        steps: &IndexMap<StepId, Arc<Step>>,
        written: &mut IndexMap<StepId, Arc<Step>>,
    ) -> rusqlite::Result<()> {
        let plan = Bytes(plan.uuid());
        let mut same_order = written.len() == steps.len();
        for (place, (id, step)) in steps.iter().enumerate() {
            let in_place = written.get_index_mut(place).filter(|(known, _)| *known == id);
            if let Some((_, known)) = in_place {
                if !Arc::ptr_eq(known, step) {
                    self.put.execute(params![plan, id.as_str(), Number(place as u64), Json(&**step)])?;
                    *known = Arc::clone(step);
                }
                continue;
            }
            same_order = false;
            if written.get(id).is_some_and(|known| Arc::ptr_eq(known, step)) {
                self.relocate.execute(params![plan, id.as_str(), Number(place as u64)])?;
            } else {
                self.put.execute(params![plan, id.as_str(), Number(place as u64), Json(&**step)])?;
            }
        }
        if !same_order {
            for id in written.keys().filter(|id| !steps.contains_key(*id)) {
                self.remove.execute(params![plan, id.as_str()])?;
            }
            written.clone_from(steps);
        }
        Ok(())
    }
}
