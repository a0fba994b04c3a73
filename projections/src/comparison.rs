//! Two builds of a model, compared row by row.

use std::{
    cmp::Ordering,
    sync::Arc,
    sync::atomic::{AtomicU64, Ordering as Memory},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use projections_store::{BuildId, Cell, Reads, StorageError, Table};
use serde::{Deserialize, Serialize};

use crate::{ModelError, Phase, RebuildProgress, columns::Number, model::Model, opening::off_the_runtime};

/// How many differences are listed; all are counted.
const LISTED: usize = 100;

/// How many rows are handed over at a time, and how often before the reader waits.
const CHUNK: usize = 500;
const CHUNKS: usize = 4;

/// How often whoever waits is told how far the comparison is.
const TOLD: Duration = Duration::from_millis(200);

type Cells = Vec<Cell<'static>>;

/// A row that is not as the log says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// Compares the rows of a moment with those of a shadow; `seen` is told a few times a second how far it is.
pub(crate) async fn compare(
    model: &Model,
    live: Box<dyn Reads>,
    shadow: BuildId,
    seen: &mut (impl FnMut(&RebuildProgress) + Send),
) -> Result<Comparison, ModelError> {
    let (name, storage) = (model.definition.name, Arc::clone(model.generations.storage()));
    let (counted, total) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
    let (count, all) = (Arc::clone(&counted), Arc::clone(&total));
    let comparing = move || {
        let (mut live, mut shadow) = (live, storage.moment(&shadow)?);
        let mut comparison = Comparison { counted: count, ..Comparison::default() };
        // The checkpoint also counts what the model passed over; it is compared by being built up to.
        let tables: Vec<_> = shadow.tables()?.into_iter().filter(|table| table.name != "checkpoint").collect();
        let rows = tables.iter().map(|table| rows_of(&*live, &table.name)).sum::<Result<u64, _>>()?;
        all.store(rows, Memory::Relaxed);
        for table in &tables {
            comparison.table(&mut *live, &mut *shadow, table)?;
        }
        Ok(comparison)
    };
    let begin = Instant::now();
    let comparing = off_the_runtime(move || comparing().map_err(ModelError::storage(name)));
    tokio::pin!(comparing);
    loop {
        tokio::select! {
            compared = &mut comparing => return compared,
            () = tokio::time::sleep(TOLD) => {}
        }
        seen(&progress(counted.load(Memory::Relaxed), total.load(Memory::Relaxed), begin));
    }
}

/// Counts the rows of a table.
pub(crate) fn rows_of(reads: &dyn Reads, table: &str) -> Result<u64, StorageError> {
    let count = reads.one(&format!("select count(*) from {table}"), &[], |row| row.get::<Number>(0))?;
    Ok(count.map_or(0, |Number(count)| count))
}

#[allow(clippy::cast_precision_loss, reason = "shown to people")]
fn progress(rows: u64, total: u64, begin: Instant) -> RebuildProgress {
    let rate = rows as f64 / begin.elapsed().as_secs_f64().max(1e-6);
    let eta_seconds = (total > 0 && rate > 0.0).then(|| total.saturating_sub(rows) as f64 / rate);
    RebuildProgress { phase: Phase::Comparing, events: rows, total, rate, eta_seconds }
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

/// What a comparison found.
#[derive(Default)]
pub(crate) struct Comparison {
    /// How many rows were compared.
    pub(crate) rows: u64,
    /// How many of them differ.
    pub(crate) different: u64,
    /// The first 100 of them.
    pub(crate) differences: Vec<Difference>,
    /// The same count as `rows`, for those who wait.
    counted: Arc<AtomicU64>,
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
            self.counted.store(self.rows, Memory::Relaxed);
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
pub(crate) fn shown(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text.chars().take(200).collect(),
        Cell::Blob(bytes) => hex::encode(&bytes[..bytes.len().min(100)]),
    }
}
