//! Whole plans in their tables.

use std::sync::Arc;

use domain::{
    ids::{PlanId, StepId},
    plan::Step,
};
use eventlog::StreamName;
use indexmap::IndexMap;
use projections_store::{Action, Reads, Session, StorageError, Write, Writer, values};

use super::{BoardPlan, Open, PlanBoard, header::Header};
use crate::{
    Rows, Tables,
    columns::{self, Bytes, Json, Number},
    projection,
};

const HEADER: Write = Write {
    table: "plans",
    columns: &["id", "revision", "position", "header"],
    action: Action::Put { key: &["id"], kept: &[] },
};

const STEP: Write = Write {
    table: "steps",
    columns: &["plan", "step", "place", "body"],
    action: Action::Put { key: &["plan", "step"], kept: &[] },
};

const PLACE: Write =
    Write { table: "steps", columns: &["plan", "step", "place"], action: Action::Change { key: &["plan", "step"] } };

const REMOVED: Write = Write { table: "steps", columns: &["plan", "step"], action: Action::Remove };

impl Tables for PlanBoard {
    const SCHEMA: &'static str = include_str!("../../../migrations/sqlite/models/plan_board.v2.sql");

    fn load(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Self::Row>, StorageError> {
        let Ok(id) = projection::subject(stream) else { return Ok(None) };
        let board = plan(reads, id)?;
        Ok(board.map(|board| Some(Open { id, written: board.plan.steps.clone(), board })))
    }

    fn write(session: &dyn Session, rows: &mut Rows<Self::Row>) -> Result<(), StorageError> {
        let mut headers = session.writer(&HEADER)?;
        let mut steps = StepRows::new(session)?;
        for Open { id, board, written } in rows.values_mut().flatten() {
            let BoardPlan { plan, revision, position } = board;
            let (revision, position) = (Number::from(*revision), Number::from(*position));
            headers.row(values![Bytes(id.uuid()), revision, position, Json(Header::of(plan))])?;
            steps.write(*id, &plan.steps, written)?;
        }
        headers.finish()?;
        steps.finish()
    }

    fn add(_: &dyn Session, _: &[()]) -> Result<(), StorageError> {
        Ok(())
    }
}

/// Reads a plan and its steps.
pub(super) fn plan(reads: &dyn Reads, id: PlanId) -> Result<Option<BoardPlan>, StorageError> {
    let sql = "select header, revision, position from plans where id = ?1";
    let found = reads.one(sql, values![Bytes(id.uuid())], |row| {
        Ok((columns::json::<Header<'static>>(row, 0)?, columns::revision(row, 1)?, columns::position(row, 2)?))
    })?;
    let Some((header, revision, position)) = found else { return Ok(None) };
    let mut steps = IndexMap::new();
    reads.visit("select body from steps where plan = ?1 order by place", values![Bytes(id.uuid())], &mut |row| {
        let step: Step = columns::json(row, 0)?;
        steps.insert(step.spec.id.clone(), Arc::new(step));
        Ok(())
    })?;
    Ok(Some(BoardPlan { plan: header.with_steps(steps), revision, position }))
}

/// Writes the steps that changed, and no others.
struct StepRows<'a> {
    put: Box<dyn Writer + 'a>,
    relocate: Box<dyn Writer + 'a>,
    remove: Box<dyn Writer + 'a>,
}

impl<'a> StepRows<'a> {
    fn new(session: &'a dyn Session) -> Result<Self, StorageError> {
        Ok(Self { put: session.writer(&STEP)?, relocate: session.writer(&PLACE)?, remove: session.writer(&REMOVED)? })
    }

    fn write(
        &mut self,
        plan: PlanId,
        steps: &IndexMap<StepId, Arc<Step>>,
        written: &mut IndexMap<StepId, Arc<Step>>,
    ) -> Result<(), StorageError> {
        let plan = Bytes(plan.uuid());
        let mut same_order = written.len() == steps.len();
        for (place, (id, step)) in steps.iter().enumerate() {
            let in_place = written.get_index_mut(place).filter(|(known, _)| *known == id);
            let at = Number(place as u64);
            if let Some((_, known)) = in_place {
                if !Arc::ptr_eq(known, step) {
                    self.put.row(values![plan, id.as_str(), at, Json(&**step)])?;
                    *known = Arc::clone(step);
                }
                continue;
            }
            same_order = false;
            if written.get(id).is_some_and(|known| Arc::ptr_eq(known, step)) {
                self.relocate.row(values![plan, id.as_str(), at])?;
            } else {
                self.put.row(values![plan, id.as_str(), at, Json(&**step)])?;
            }
        }
        if !same_order {
            for id in written.keys().filter(|id| !steps.contains_key(*id)) {
                self.remove.row(values![plan, id.as_str()])?;
            }
            written.clone_from(steps);
        }
        Ok(())
    }

    fn finish(self) -> Result<(), StorageError> {
        self.put.finish()?;
        self.relocate.finish()?;
        self.remove.finish()
    }
}
