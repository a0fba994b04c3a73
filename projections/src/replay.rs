//! A model as it would be if the log ended at a position: a shadow is built up to there, shown, compared with what people
//! are shown now, and thrown away. The live build is never touched.

use std::sync::Arc;

use eventlog::{EventLog, Position};
use projections_store::{Reads, StorageError, Table};
use serde::{Deserialize, Serialize};

use crate::{
    Difference, ModelError, ModelName, Parked, RebuildProgress,
    comparison::{Comparison, compare, rows_of, shown},
    model::{Model, Turn},
    opening::off_the_runtime,
    shadow::Shadow,
    steering, verify,
};

/// How many rows of each table are shown.
const ROWS: usize = 50;

/// A model as it stood at a position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replayed {
    /// The model.
    pub model: ModelName,
    /// The position it was built up to.
    pub position: Position,
    /// Its tables, by name.
    pub tables: Vec<ReplayedTable>,
    /// The events that are parked up to there, at most 100.
    pub parked: Vec<Parked>,
    /// How many rows were compared with those that people are shown now.
    pub compared: u64,
    /// How many of them differ.
    pub different: u64,
    /// The first 100 of them: `live` is what people are shown now, `rebuilt` what was there at the position.
    pub differences: Vec<Difference>,
}

/// A table as it stood at a position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayedTable {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// How many rows it had.
    pub rows: u64,
    /// The first 50 of them in the order of the key, at most 200 characters of each value.
    pub first: Vec<Vec<String>>,
}

/// Refuses a position that the log does not reach.
pub(crate) async fn is_reached(log: &dyn EventLog, position: Position) -> Result<(), ModelError> {
    let head = log.head().await?;
    if head < Some(position) { Err(ModelError::NotYet { position, head }) } else { Ok(()) }
}

/// Builds a shadow of a model up to `position`, which the log reaches. Dropping the future ends it, and leaves nothing behind.
pub(crate) async fn replay(
    model: &Model,
    _turn: Turn,
    log: &Arc<dyn EventLog>,
    position: Position,
    mut seen: impl FnMut(&RebuildProgress) + Send,
) -> Result<Replayed, ModelError> {
    let shadow = Shadow::begin(model).await?;
    shadow.fill(model, log, Some(position), &mut seen).await?;
    let (live, _) = verify::now(model).await?;
    let Comparison { rows, different, differences, .. } = compare(model, live, shadow.build(), &mut seen).await?;
    let (name, storage) = (model.definition.name, Arc::clone(model.generations.storage()));
    let (tables, parked) = off_the_runtime(move || {
        let reads = storage.moment(&shadow.build()).map_err(ModelError::storage(name))?;
        let found = look(&*reads).map_err(ModelError::storage(name));
        drop((reads, shadow));
        found
    })
    .await?;
    Ok(Replayed { model: name.parse()?, position, tables, parked, compared: rows, different, differences })
}

fn look(reads: &dyn Reads) -> Result<(Vec<ReplayedTable>, Vec<Parked>), StorageError> {
    let own = |table: &Table| table.name != "checkpoint" && table.name != "parked";
    let tables = reads.tables()?.into_iter().filter(own).map(|table| first_rows(reads, table));
    let parked = "select position, stream, revision, error from parked order by position limit 100";
    Ok((tables.collect::<Result<_, _>>()?, reads.all(parked, &[], steering::parked)?))
}

fn first_rows(reads: &dyn Reads, table: Table) -> Result<ReplayedTable, StorageError> {
    let Table { name, columns, key } = table;
    let order: Vec<&str> = key.iter().map(|index| columns[*index].as_str()).collect();
    let sql = format!("select {} from {name} order by {} limit {ROWS}", columns.join(", "), order.join(", "));
    let first = reads.all(&sql, &[], |row| Ok(row.cells()?.iter().map(shown).collect()))?;
    let rows = rows_of(reads, &name)?;
    Ok(ReplayedTable { name, columns, rows, first })
}
