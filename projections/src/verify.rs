//! Proof that a read model equals the log: a shadow is built from the log and compared with the live rows, one by one.
//!
//! Both stand at the same position: the live rows are read in one transaction, and the shadow is built up to exactly
//! what that transaction sees.

use std::{
    cmp::Ordering,
    sync::Arc,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use eventlog::{EventLog, Position};
use projections_store::{BuildId, Cell, Mode, Reads, StorageError, Table};
use serde::Serialize;

use crate::{ModelError, RebuildProgress, load, model::Model, opening::off_the_runtime, table_store};

/// How many differences are listed; all are counted.
const LISTED: usize = 100;

/// How many rows are handed over at a time, and how often before the reader waits.
const CHUNK: usize = 500;
const CHUNKS: usize = 4;

type Cells = Vec<Cell<'static>>;

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verified {
    /// The model.
    pub model: &'static str,
    /// Where both stood; none when the model is empty.
    pub position: Option<Position>,
    /// How many rows were compared.
    pub rows: u64,
    /// How many of them differ.
    pub different: u64,
    /// The first 100 of them.
    pub differences: Vec<Difference>,
}

/// A row that is not as the log says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// The row's key, column by column.
    pub key: String,
    /// What is different.
    #[serde(flatten)]
    pub kind: DifferenceKind,
}

/// How a row can differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The log gives this row, and the model has not got it.
    Missing,
    /// The model has this row, and the log does not give it.
    Surplus,
    /// One column has another value.
    Column {
        /// Which.
        column: String,
        /// What the model has.
        live: String,
        /// What the log gives.
        rebuilt: String,
    },
}

/// Compares the shown generation with what the log gives.
pub(crate) async fn verify(
    model: &Model,
    log: &dyn EventLog,
    seen: impl FnMut(&RebuildProgress) + Send,
) -> Result<Verified, ModelError> {
    let _turn = model.turn().await?;
    let name = model.definition.name;
    let (generations, definition, shown) = (Arc::clone(&model.generations), model.definition, model.shown());
    let begin = move || {
        let live = generations.storage().moment(&shown).map_err(ModelError::storage(name))?;
        let checkpoint = table_store::checkpoint(&*live).map_err(ModelError::storage(name))?;
        Ok((live, checkpoint.map(|checkpoint| checkpoint.position), generations.begin(&definition)?))
    };
    let (live, position, shadow) = off_the_runtime(begin).await?;
    let compared = match build(model, log, shadow, position, seen).await {
        Ok(()) => compare(model, live, shadow).await,
        Err(error) => Err(error),
    };
    let generations = Arc::clone(&model.generations);
    off_the_runtime(move || generations.discard(&shadow)).await?;
    let Comparison { rows, different, differences } = compared?;
    Ok(Verified { model: name, position, rows, different, differences })
}

async fn build(
    model: &Model,
    log: &dyn EventLog,
    shadow: BuildId,
    until: Option<Position>,
    seen: impl FnMut(&RebuildProgress) + Send,
) -> Result<(), ModelError> {
    let (definition, storage) = (model.definition, Arc::clone(model.generations.storage()));
    if until.is_none() {
        return off_the_runtime(move || (definition.create)(&storage, &shadow, Mode::Load).map(drop)).await;
    }
    let builds = vec![load::Build::new(definition, &storage, shadow)];
    let stores: Result<Vec<_>, _> = load::load(log, builds, until, seen).await?.into_iter().collect();
    let stores = stores?;
    off_the_runtime(move || {
        drop(stores);
        Ok(())
    })
    .await
}

async fn compare(model: &Model, live: Box<dyn Reads>, shadow: BuildId) -> Result<Comparison, ModelError> {
    let (name, storage) = (model.definition.name, Arc::clone(model.generations.storage()));
    let comparing = move || {
        let (mut live, mut shadow) = (live, storage.moment(&shadow)?);
        let mut comparison = Comparison::default();
        // The checkpoint also counts what the model passed over; it is compared by being built up to.
        for table in shadow.tables()?.iter().filter(|table| table.name != "checkpoint") {
            comparison.table(&mut *live, &mut *shadow, table)?;
        }
        Ok(comparison)
    };
    off_the_runtime(move || comparing().map_err(ModelError::storage(name))).await
}

/// Rows of a table in the order of its key, read on a thread of their own.
struct Walk {
    chunks: Receiver<Vec<Cells>>,
    chunk: std::vec::IntoIter<Cells>,
}

impl Walk {
    fn new(chunks: Receiver<Vec<Cells>>) -> Self {
        Self { chunks, chunk: Vec::new().into_iter() }
    }

    fn next(&mut self) -> Option<Cells> {
        loop {
            if let Some(row) = self.chunk.next() {
                return Some(row);
            }
            self.chunk = self.chunks.recv().ok()?.into_iter();
        }
    }
}

/// Hands over all rows that a statement gives; ends early when nobody takes them any more.
fn read_out(reads: &dyn Reads, sql: &str, chunks: &SyncSender<Vec<Cells>>) -> Result<(), StorageError> {
    let mut chunk = Vec::with_capacity(CHUNK);
    reads.visit(sql, &[], &mut |row| {
        chunk.push(row.cells()?);
        if chunk.len() == CHUNK {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            chunks.send(full).map_err(|_| StorageError::Closed)?;
        }
        Ok(())
    })?;
    chunks.send(chunk).map_err(|_| StorageError::Closed)
}

#[derive(Default)]
struct Comparison {
    rows: u64,
    different: u64,
    differences: Vec<Difference>,
}

impl Comparison {
    /// Walks both tables in the order of their keys.
    fn table(&mut self, live: &mut dyn Reads, shadow: &mut dyn Reads, table: &Table) -> Result<(), StorageError> {
        let key: Vec<&str> = table.key.iter().map(|index| table.columns[*index].as_str()).collect();
        let sql = format!("select {} from {} order by {}", table.columns.join(", "), table.name, key.join(", "));
        thread::scope(|threads| {
            let ((ours, live_rows), (theirs, shadow_rows)) = (sync_channel(CHUNKS), sync_channel(CHUNKS));
            let sql = &sql;
            let live = threads.spawn(move || read_out(live, sql, &ours));
            let shadow = threads.spawn(move || read_out(shadow, sql, &theirs));
            self.walk(Walk::new(live_rows), Walk::new(shadow_rows), table);
            let (live, shadow) = (live.join(), shadow.join());
            live.unwrap_or(Err(StorageError::Closed)).and(shadow.unwrap_or(Err(StorageError::Closed)))
        })
    }

    fn walk(&mut self, mut live: Walk, mut shadow: Walk, table: &Table) {
        let (mut ours, mut theirs) = (live.next(), shadow.next());
        loop {
            let order = match (&ours, &theirs) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(ours), Some(theirs)) => by_key(table, ours, theirs),
            };
            self.rows += 1;
            match (order, &ours, &theirs) {
                (Ordering::Less, Some(row), _) => self.note(table, row, DifferenceKind::Surplus),
                (Ordering::Greater, _, Some(row)) => self.note(table, row, DifferenceKind::Missing),
                (_, Some(ours), Some(theirs)) => self.row(table, ours, theirs),
                (_, None, _) | (_, _, None) => {}
            }
            if order != Ordering::Greater {
                ours = live.next();
            }
            if order != Ordering::Less {
                theirs = shadow.next();
            }
        }
    }

    fn row(&mut self, table: &Table, live: &[Cell<'_>], rebuilt: &[Cell<'_>]) {
        let differs = (0..live.len()).find(|index| live[*index] != rebuilt[*index]);
        if let Some(index) = differs {
            let column = table.columns[index].clone();
            let kind = DifferenceKind::Column { column, live: shown(&live[index]), rebuilt: shown(&rebuilt[index]) };
            self.note(table, live, kind);
        }
    }

    fn note(&mut self, table: &Table, row: &[Cell<'_>], kind: DifferenceKind) {
        self.different += 1;
        if self.differences.len() < LISTED {
            let key: Vec<String> = table.key.iter().map(|index| shown(&row[*index])).collect();
            self.differences.push(Difference { table: table.name.clone(), key: key.join(" "), kind });
        }
    }
}

/// Orders rows as the databases do: numbers, then texts by bytes, then blobs.
fn by_key(table: &Table, one: &[Cell<'_>], other: &[Cell<'_>]) -> Ordering {
    let order = |index: &usize| match (&one[*index], &other[*index]) {
        (Cell::Integer(one), Cell::Integer(other)) => one.cmp(other),
        (Cell::Text(one), Cell::Text(other)) => one.as_bytes().cmp(other.as_bytes()),
        (Cell::Blob(one), Cell::Blob(other)) => one.cmp(other),
        (one, other) => rank(one).cmp(&rank(other)),
    };
    table.key.iter().map(order).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn rank(cell: &Cell<'_>) -> u8 {
    match cell {
        Cell::Null => 0,
        Cell::Integer(_) | Cell::Real(_) => 1,
        Cell::Text(_) => 2,
        Cell::Blob(_) => 3,
    }
}

/// A value for people: at most 200 characters.
fn shown(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text.chars().take(200).collect(),
        Cell::Blob(bytes) => hex::encode(&bytes[..bytes.len().min(100)]),
    }
}
