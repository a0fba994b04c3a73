//! Between the port's values and those of SQLite.

use std::borrow::Cow;

use projections_store::{Cell, Row, RowCells, StorageError, Table, Value};
use rusqlite::{
    Connection, Statement, ToSql,
    types::{ToSqlOutput, ValueRef},
};

/// A value, as SQLite binds it.
struct Bound<'a>(&'a Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Integer(Some(number)) => ValueRef::Integer(*number),
            Value::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Value::Blob(Some(bytes)) => ValueRef::Blob(bytes),
            Value::Integer(None) | Value::Text(None) | Value::Blob(None) => ValueRef::Null,
        }))
    }
}

/// Binds all values of a statement, whose count they must have.
pub(crate) fn bind(statement: &mut Statement<'_>, values: &[Value<'_>]) -> rusqlite::Result<()> {
    let expected = statement.parameter_count();
    if expected != values.len() {
        return Err(rusqlite::Error::InvalidParameterCount(values.len(), expected));
    }
    for (index, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, Bound(value))?;
    }
    Ok(())
}

struct Cells<'a, 'b> {
    row: &'a rusqlite::Row<'b>,
    width: usize,
}

impl RowCells for Cells<'_, '_> {
    fn width(&self) -> usize {
        self.width
    }

    fn cell(&self, index: usize) -> Result<Cell<'_>, StorageError> {
        let is_no_text = |_| StorageError::Column { index, what: "a text that is no UTF-8".to_owned() };
        Ok(match self.row.get_ref(index).map_err(StorageError::database)? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Integer(number),
            ValueRef::Real(number) => Cell::Real(number),
            ValueRef::Text(text) => Cell::Text(Cow::Borrowed(str::from_utf8(text).map_err(is_no_text)?)),
            ValueRef::Blob(bytes) => Cell::Blob(Cow::Borrowed(bytes)),
        })
    }
}

/// Runs a statement and shows each row.
pub(crate) fn visit(
    connection: &Connection,
    sql: &str,
    values: &[Value<'_>],
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let mut statement = connection.prepare_cached(sql).map_err(StorageError::database)?;
    bind(&mut statement, values).map_err(StorageError::database)?;
    let width = statement.column_count();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(StorageError::database)? {
        each(&Row::new(&Cells { row, width }))?;
    }
    Ok(())
}

/// Lists the tables of a file.
pub(crate) fn tables(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut query = connection
        .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name")?;
    let names: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    names.into_iter().map(|name| table(connection, name)).collect()
}

fn table(connection: &Connection, name: String) -> rusqlite::Result<Table> {
    let mut query = connection.prepare("select name, pk from pragma_table_info(?1) order by cid")?;
    let columns: Vec<(String, u32)> =
        query.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut key: Vec<usize> = (0..columns.len()).filter(|index| columns[*index].1 > 0).collect();
    key.sort_by_key(|index| columns[*index].1);
    Ok(Table { name, columns: columns.into_iter().map(|(name, _)| name).collect(), key })
}
