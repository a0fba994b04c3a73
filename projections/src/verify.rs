//! Proof that a read model equals the log: a shadow is built from the log and compared with the live rows, one by one.
//!
//! Both stand at the same position: the live rows are read in one transaction, and the shadow is built up to exactly
//! what that transaction sees.

use std::{cmp::Ordering, path::Path};

use eventlog::{EventLog, Position};
use rusqlite::{Connection, OptionalExtension, Row, types::Value};
use serde::Serialize;

use crate::{
    ModelError, RebuildProgress, columns,
    generations::Generation,
    load,
    model::Model,
    readers,
    store::Mode,
    tables::{self, Shape},
};

/// How many differences are listed; all are counted.
const LISTED: usize = 100;

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
    let _turn = model.turn()?;
    let name = model.definition.name;
    let live = readers::open(&model.shown().path).map_err(ModelError::storage(name))?;
    let position = begin(&live).map_err(ModelError::storage(name))?;
    let shadow = model.generations.begin(&model.definition)?;
    let compared = match build(model, log, &shadow, position, seen).await {
        Ok(()) => compare_apart(name, live, &shadow).await,
        Err(error) => Err(error),
    };
    model.generations.discard(&shadow)?;
    let Comparison { rows, different, differences } = compared?;
    Ok(Verified { model: name, position, rows, different, differences })
}

/// Begins a transaction that sees one state, and says where that stands.
fn begin(live: &Connection) -> rusqlite::Result<Option<Position>> {
    live.execute_batch("begin")?;
    live.query_row("select position from checkpoint", [], |row| columns::position(row, 0)).optional()
}

async fn build(
    model: &Model,
    log: &dyn EventLog,
    shadow: &Generation,
    until: Option<Position>,
    seen: impl FnMut(&RebuildProgress) + Send,
) -> Result<(), ModelError> {
    let definition = model.definition;
    if until.is_none() {
        return (definition.create)(&shadow.path, Mode::Load).map(drop);
    }
    let builds = vec![load::Build::new(definition, shadow.path.clone())];
    let stores: Result<Vec<_>, _> = load::load(log, builds, until, seen).await?.into_iter().collect();
    stores.map(drop)
}

async fn compare_apart(name: &'static str, live: Connection, shadow: &Generation) -> Result<Comparison, ModelError> {
    let path = shadow.path.clone();
    let comparing = tokio::task::spawn_blocking(move || compare(&live, &path).map_err(ModelError::storage(name)));
    comparing.await.map_err(|_| ModelError::Stopped)?
}

#[derive(Default)]
struct Comparison {
    rows: u64,
    different: u64,
    differences: Vec<Difference>,
}

fn compare(live: &Connection, shadow: &Path) -> rusqlite::Result<Comparison> {
    let shadow = readers::open(shadow)?;
    let mut comparison = Comparison::default();
    for table in tables::names(&shadow)? {
        comparison.table(live, &shadow, &table)?;
    }
    Ok(comparison)
}

impl Comparison {
    /// Walks both tables in the order of their keys.
    fn table(&mut self, live: &Connection, shadow: &Connection, table: &str) -> rusqlite::Result<()> {
        let shape = tables::shape(shadow, table)?;
        let columns = shape.columns.join(", ");
        let key: Vec<&str> = shape.key.iter().map(|index| shape.columns[*index].as_str()).collect();
        let sql = format!("select {columns} from {table} order by {}", key.join(", "));
        let (mut live, mut shadow) = (live.prepare(&sql)?, shadow.prepare(&sql)?);
        let (mut live, mut shadow) = (live.query([])?, shadow.query([])?);
        let (mut ours, mut theirs) = (values(live.next()?)?, values(shadow.next()?)?);
        loop {
            let order = match (&ours, &theirs) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(ours), Some(theirs)) => by_key(&shape, ours, theirs),
            };
            self.rows += 1;
            match (order, &ours, &theirs) {
                (Ordering::Less, Some(row), _) => self.note(table, &shape, row, DifferenceKind::Surplus),
                (Ordering::Greater, _, Some(row)) => self.note(table, &shape, row, DifferenceKind::Missing),
                (_, Some(ours), Some(theirs)) => self.row(table, &shape, ours, theirs),
                (_, None, _) | (_, _, None) => {}
            }
            if order != Ordering::Greater {
                ours = values(live.next()?)?;
            }
            if order != Ordering::Less {
                theirs = values(shadow.next()?)?;
            }
        }
    }

    fn row(&mut self, table: &str, shape: &Shape, live: &[Value], rebuilt: &[Value]) {
        let differs = (0..live.len()).find(|index| live[*index] != rebuilt[*index]);
        if let Some(index) = differs {
            let column = shape.columns[index].clone();
            let kind = DifferenceKind::Column { column, live: shown(&live[index]), rebuilt: shown(&rebuilt[index]) };
            self.note(table, shape, live, kind);
        }
    }

    fn note(&mut self, table: &str, shape: &Shape, row: &[Value], kind: DifferenceKind) {
        self.different += 1;
        if self.differences.len() < LISTED {
            let key: Vec<String> = shape.key.iter().map(|index| shown(&row[*index])).collect();
            self.differences.push(Difference { table: table.to_owned(), key: key.join(" "), kind });
        }
    }
}

fn values(row: Option<&Row<'_>>) -> rusqlite::Result<Option<Vec<Value>>> {
    let Some(row) = row else { return Ok(None) };
    (0..row.as_ref().column_count()).map(|index| row.get(index)).collect::<rusqlite::Result<_>>().map(Some)
}

/// Orders rows as SQLite does: numbers, then texts by bytes, then blobs.
fn by_key(shape: &Shape, one: &[Value], other: &[Value]) -> Ordering {
    let order = |index: &usize| match (&one[*index], &other[*index]) {
        (Value::Integer(one), Value::Integer(other)) => one.cmp(other),
        (Value::Text(one), Value::Text(other)) => one.as_bytes().cmp(other.as_bytes()),
        (Value::Blob(one), Value::Blob(other)) => one.cmp(other),
        (one, other) => rank(one).cmp(&rank(other)),
    };
    shape.key.iter().map(order).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
        Value::Blob(_) => 3,
    }
}

/// A value for people: at most 200 characters.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text.chars().take(200).collect(),
        Value::Blob(bytes) => hex::encode(&bytes[..bytes.len().min(100)]),
    }
}
