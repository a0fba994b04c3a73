//! Where a projection's rows are kept: the SQLite side of a model.

use std::collections::HashSet;

use eventlog::StreamName;
use indexmap::IndexMap;
use rusqlite::Connection;

use crate::Projection;

/// The tables of one model.
pub(crate) trait Tables: Projection + Sized {
    /// The SQL that makes the tables and indexes; see `migrations/sqlite/models`.
    const SCHEMA: &'static str;

    /// Reads the row of a stream as it was last written.
    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Self::Row>>;

    /// Writes the rows of the streams that a batch touched. Called in a transaction.
    fn write(connection: &Connection, rows: &mut IndexMap<StreamName, Self::Row>) -> rusqlite::Result<()>;

    /// Adds entries. Called in the same transaction as [`write`](Self::write), perhaps several times before it.
    fn add(connection: &Connection, entries: &[Self::Entry]) -> rusqlite::Result<()>;
}

/// A model's SQL in two parts: what must be there to load rows, and the indexes that are made faster afterwards.
pub(crate) struct Schema {
    pub(crate) tables: String,
    pub(crate) indexes: String,
}

impl Schema {
    /// Splits a schema text.
    pub(crate) fn of(sql: &str) -> Self {
        let without_comments: String =
            sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code)).collect::<Vec<_>>().join("\n");
        let mut schema = Self { tables: String::new(), indexes: String::new() };
        for statement in without_comments.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            let part = if statement.starts_with("create index") { &mut schema.indexes } else { &mut schema.tables };
            part.push_str(statement);
            part.push_str(";\n");
        }
        schema
    }
}

/// Lists a model's own tables: all but the checkpoint.
pub(crate) fn names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = connection.prepare(
        "select name from sqlite_schema
         where type = 'table' and name not like 'sqlite_%' and name <> 'checkpoint'
         order by name",
    )?;
    query.query_map([], |row| row.get(0))?.collect()
}

/// The columns of a table, and which of them make up its key.
pub(crate) struct Shape {
    pub(crate) columns: Vec<String>,
    /// Indexes into `columns`.
    pub(crate) key: Vec<usize>,
}

pub(crate) fn shape(connection: &Connection, table: &str) -> rusqlite::Result<Shape> {
    let mut query = connection.prepare("select name, pk from pragma_table_info(?1) order by cid")?;
    let columns: Vec<(String, u32)> =
        query.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut key: Vec<usize> = (0..columns.len()).filter(|index| columns[*index].1 > 0).collect();
    key.sort_by_key(|index| columns[*index].1);
    debug_assert!(!key.is_empty() && key.iter().collect::<HashSet<_>>().len() == key.len());
    Ok(Shape { columns: columns.into_iter().map(|(name, _)| name).collect(), key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_split_off_and_comments_do_not_matter() {
        let schema = Schema::of("-- for; all\ncreate table a (x integer); -- of; course\ncreate index i on a (x);\n");
        assert_eq!(schema.tables, "create table a (x integer);\n");
        assert_eq!(schema.indexes, "create index i on a (x);\n");
    }
}
