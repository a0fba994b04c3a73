//! Between the port's values and those of PostgreSQL.

use std::borrow::Cow;

use bytes::BytesMut;
use projections_store::{Cell, RowCells, StorageError, Value};
use tokio_postgres::{
    Row,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

/// A value, as the client sends it.
#[derive(Debug)]
pub(crate) struct Sent<'a>(pub(crate) &'a Value<'a>);

impl ToSql for Sent<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Value::Integer(number) => number.to_sql(kind, out),
            Value::Text(text) => text.as_deref().map(askable).to_sql(kind, out),
            Value::Blob(bytes) => bytes.as_deref().to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(kind)
    }

    to_sql_checked!();
}

/// The types of values.
pub(crate) fn types(values: &[Value<'_>]) -> Vec<Type> {
    values.iter().map(type_of).collect()
}

pub(crate) fn type_of(value: &Value<'_>) -> Type {
    match value {
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

/// A text without the character that PostgreSQL cannot keep, also where it is written as in JSON.
fn askable(text: &str) -> Cow<'_, str> {
    if text.contains("\\u0000") {
        return Cow::Owned(kept(text).replace("\\u0000", "\\ufffd"));
    }
    kept(text)
}

/// A text without the character that PostgreSQL cannot keep.
pub(crate) fn kept(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// A row, as the client received it.
pub(crate) struct Received(pub(crate) Row);

impl RowCells for Received {
    fn width(&self) -> usize {
        self.0.len()
    }

    fn cell(&self, index: usize) -> Result<Cell<'_>, StorageError> {
        let row = &self.0;
        let kind = row.columns().get(index).map(|column| column.type_().clone());
        let wrong = |error: tokio_postgres::Error| StorageError::Column { index, what: error.to_string() };
        Ok(match kind {
            Some(Type::INT8) => row.try_get::<_, Option<i64>>(index).map_err(wrong)?.map_or(Cell::Null, Cell::Integer),
            Some(Type::INT4) => row
                .try_get::<_, Option<i32>>(index)
                .map_err(wrong)?
                .map_or(Cell::Null, |number| Cell::Integer(number.into())),
            Some(Type::BOOL) => row
                .try_get::<_, Option<bool>>(index)
                .map_err(wrong)?
                .map_or(Cell::Null, |truth| Cell::Integer(truth.into())),
            Some(Type::FLOAT8) => row.try_get::<_, Option<f64>>(index).map_err(wrong)?.map_or(Cell::Null, Cell::Real),
            Some(Type::BYTEA) => row
                .try_get::<_, Option<&[u8]>>(index)
                .map_err(wrong)?
                .map_or(Cell::Null, |bytes| Cell::Blob(Cow::Borrowed(bytes))),
            Some(Type::TEXT | Type::VARCHAR | Type::NAME) => row
                .try_get::<_, Option<&str>>(index)
                .map_err(wrong)?
                .map_or(Cell::Null, |text| Cell::Text(Cow::Borrowed(text))),
            Some(other) => {
                return Err(StorageError::Column { index, what: format!("no value of type {other} is read") });
            }
            None => return Err(StorageError::Column { index, what: "there is no such column".to_owned() }),
        })
    }
}
