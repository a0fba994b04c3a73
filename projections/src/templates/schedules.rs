//! Schedules as they are listed, and those that the runner has to know of.

use std::sync::Arc;

use domain::{
    ids::{ScheduleId, TemplateId},
    schedule::{Schedule, ScheduleEvent},
};
use eventlog::{Position, RecordedEvent, Revision};
use projections_store::{Action, Reads, Session, StorageError, Write, values};
use serde::Serialize;

use super::Row;
use crate::{
    ModelError, ModelName, Models, NotApplicable,
    columns::{self, Bytes, Json, Number},
    projection,
};

/// The most schedules that are listed at once.
const LISTED: u32 = 1_000;

/// A schedule and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScheduleView {
    /// The schedule.
    pub id: ScheduleId,
    /// What its events left.
    pub schedule: Schedule,
    /// The template that it runs.
    pub template: TemplateId,
    /// The revision of its last event.
    pub revision: Revision,
    /// The position of its last event.
    pub position: Position,
    /// The position of its first event.
    #[serde(skip)]
    pub created: Position,
}

/// A schedule, as [`view`] reads it.
const SCHEDULE: Write = Write {
    table: "schedules",
    columns: &["created_position", "id", "template", "in_force", "removed", "schedule", "revision", "position"],
    action: Action::Put { key: &["created_position"], kept: &["id", "template"] },
};

/// Folds an event into the row of its schedule.
pub(super) fn apply(row: &mut Row, event: &Arc<RecordedEvent>) -> Result<(), NotApplicable> {
    let id = projection::subject(&event.stream)?;
    let last = if let Row::Schedule(view) = &*row { Some(view.revision) } else { None };
    projection::check_order(last, event)?;
    projection::schedule_event(event, |schedule_event, stamp| {
        if let ScheduleEvent::TemplateScheduled(e) = schedule_event {
            *row = Row::Schedule(Box::new(ScheduleView {
                id,
                schedule: Schedule::default(),
                template: e.template,
                revision: event.revision,
                position: event.position,
                created: event.position,
            }));
        }
        let Row::Schedule(view) = row else { return };
        view.schedule.evolve(schedule_event, stamp);
        view.revision = event.revision;
        view.position = event.position;
    })
}

pub(super) fn write<'a>(
    session: &dyn Session,
    views: impl Iterator<Item = &'a ScheduleView>,
) -> Result<(), StorageError> {
    let mut schedules = session.writer(&SCHEDULE)?;
    for view in views {
        schedules.row(values![
            Number::from(view.created),
            Bytes(view.id.uuid()),
            Bytes(view.template.uuid()),
            view.schedule.is_in_force(),
            view.schedule.removed,
            Json(&view.schedule),
            Number::from(view.revision),
            Number::from(view.position),
        ])?;
    }
    schedules.finish()
}

pub(super) fn load(reads: &dyn Reads, id: ScheduleId) -> Result<Option<ScheduleView>, StorageError> {
    let sql = format!("select {} from schedules where id = ?1", SCHEDULE.columns.join(", "));
    reads.one(&sql, values![Bytes(id.uuid())], view)
}

fn view(row: &projections_store::Row<'_>) -> Result<ScheduleView, StorageError> {
    Ok(ScheduleView {
        created: columns::position(row, 0)?,
        id: ScheduleId::new(row.get::<Bytes>(1)?.0),
        template: TemplateId::new(row.get::<Bytes>(2)?.0),
        schedule: columns::json(row, 5)?,
        revision: columns::revision(row, 6)?,
        position: columns::position(row, 7)?,
    })
}

impl Models {
    /// The schedules of a template, or of all, that were not removed; the newest first.
    pub async fn schedules(
        &self,
        template: Option<TemplateId>,
    ) -> Result<(Vec<ScheduleView>, Option<Position>), ModelError> {
        let query = move |reads: &dyn Reads| {
            let columns = SCHEDULE.columns.join(", ");
            let rest = "order by created_position desc limit ?1";
            if let Some(id) = template {
                let sql = format!("select {columns} from schedules where removed = 0 and template = ?2 {rest}");
                return reads.all(&sql, values![LISTED, Bytes(id.uuid())], view);
            }
            let sql = format!("select {columns} from schedules where removed = 0 {rest}");
            reads.all(&sql, values![LISTED], view)
        };
        self.read(ModelName::Templates, query).await
    }

    /// The schedules by which something will be due.
    pub async fn schedules_in_force(&self) -> Result<Vec<ScheduleId>, ModelError> {
        let query = |reads: &dyn Reads| {
            let sql = "select id from schedules where in_force = 1 order by created_position";
            reads.all(sql, values![], |row| Ok(ScheduleId::new(row.get::<Bytes>(0)?.0)))
        };
        Ok(self.read(ModelName::Templates, query).await?.0)
    }
}
