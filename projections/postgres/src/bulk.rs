//! Many rows in one statement: each column goes as one array, written as the server reads it while the rows come.

use bytes::{BufMut, BytesMut};
use projections_store::{Action, StorageError, Value, Write};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::rows::{kept, type_of};

/// Rows that wait to be sent.
#[derive(Debug)]
pub(crate) struct Rows {
    columns: Vec<Column>,
    count: i32,
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self { columns: Vec::new(), count: 0 }
    }

    pub(crate) fn push(&mut self, values: &[Value<'_>]) -> Result<(), StorageError> {
        if self.columns.is_empty() {
            self.columns = values.iter().map(|value| Column::of(type_of(value))).collect();
        }
        if self.columns.len() != values.len() {
            let what = format!("{} values for {} columns", values.len(), self.columns.len());
            return Err(StorageError::Value { what });
        }
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value)?;
        }
        self.count += 1;
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many bytes wait.
    pub(crate) fn size(&self) -> usize {
        self.columns.iter().map(|column| column.elements.len()).sum()
    }

    /// The types of the arrays.
    pub(crate) fn types(&self) -> Vec<Type> {
        self.columns.iter().map(|column| array_of(&column.kind)).collect()
    }

    /// The arrays, for the statement.
    pub(crate) fn arrays(&self) -> Vec<Array<'_>> {
        self.columns.iter().map(|column| Array { column, count: self.count }).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.columns.clear();
        self.count = 0;
    }
}

#[derive(Debug)]
struct Column {
    kind: Type,
    has_null: bool,
    /// Each element with its length before it.
    elements: Vec<u8>,
}

impl Column {
    fn of(kind: Type) -> Self {
        Self { kind, has_null: false, elements: Vec::new() }
    }

    fn push(&mut self, value: &Value<'_>) -> Result<(), StorageError> {
        if type_of(value) != self.kind {
            return Err(StorageError::Value { what: format!("a value of another type in a column of {}", self.kind) });
        }
        match value {
            Value::Integer(Some(number)) => self.element(&number.to_be_bytes()),
            Value::Text(Some(text)) => self.element(kept(text).as_bytes()),
            Value::Blob(Some(bytes)) => self.element(bytes),
            Value::Integer(None) | Value::Text(None) | Value::Blob(None) => {
                self.has_null = true;
                self.elements.put_i32(-1);
                Ok(())
            }
        }
    }

    fn element(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let length = i32::try_from(bytes.len());
        self.elements.put_i32(length.map_err(|_| StorageError::Value { what: "it is too long".to_owned() })?);
        self.elements.extend_from_slice(bytes);
        Ok(())
    }
}

/// A column on its way.
#[derive(Debug)]
pub(crate) struct Array<'a> {
    column: &'a Column,
    count: i32,
}

impl ToSql for Array<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        // one dimension, whether there are nulls, the type of the elements, how many there are, counted from 1
        for number in [1, i32::from(self.column.has_null), self.column.kind.oid().cast_signed(), self.count, 1] {
            out.put_i32(number);
        }
        out.extend_from_slice(&self.column.elements);
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8_ARRAY, Type::TEXT_ARRAY, Type::BYTEA_ARRAY].contains(kind)
    }

    to_sql_checked!();
}

fn array_of(kind: &Type) -> Type {
    match *kind {
        Type::INT8 => Type::INT8_ARRAY,
        Type::TEXT => Type::TEXT_ARRAY,
        _ => Type::BYTEA_ARRAY,
    }
}

/// The statement for all rows.
pub(crate) fn sql(write: &Write) -> String {
    let Write { table, columns, action } = write;
    let listed = columns.join(", ");
    let arrays = (1..=columns.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
    let brought = format!("unnest({arrays}) as brought ({listed})");
    let set = || write.replaced().map(|column| format!("{column} = brought.{column}")).collect::<Vec<_>>().join(", ");
    let same = |columns: &[&str]| {
        columns.iter().map(|column| format!("{table}.{column} = brought.{column}")).collect::<Vec<_>>().join(" and ")
    };
    match action {
        Action::Insert => format!("insert into {table} ({listed}) select {listed} from {brought}"),
        Action::Put { key, .. } => {
            let set: Vec<String> = write.replaced().map(|column| format!("{column} = excluded.{column}")).collect();
            format!(
                "insert into {table} ({listed}) select {listed} from {brought} on conflict ({}) do update set {}",
                key.join(", "),
                set.join(", ")
            )
        }
        Action::Change { key } => format!("update {table} set {} from {brought} where {}", set(), same(key)),
        Action::Remove => format!("delete from {table} using {brought} where {}", same(columns)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_write_has_its_statement() {
        let mut write = Write { table: "steps", columns: &["plan", "step", "place"], action: Action::Insert };
        let brought = "unnest($1, $2, $3) as brought (plan, step, place)";
        let insert = format!("insert into steps (plan, step, place) select plan, step, place from {brought}");
        assert_eq!(sql(&write), insert);
        write.action = Action::Put { key: &["plan", "step"], kept: &[] };
        assert_eq!(sql(&write), format!("{insert} on conflict (plan, step) do update set place = excluded.place"));
        write.action = Action::Change { key: &["plan", "step"] };
        let same = "steps.plan = brought.plan and steps.step = brought.step";
        assert_eq!(sql(&write), format!("update steps set place = brought.place from {brought} where {same}"));
        write.action = Action::Remove;
        let all = format!("{same} and steps.place = brought.place");
        assert_eq!(sql(&write), format!("delete from steps using {brought} where {all}"));
    }

    #[test]
    fn a_column_holds_values_of_one_type() {
        let mut rows = Rows::new();
        rows.push(&[Value::Integer(Some(1)), Value::Text(None)]).unwrap();
        assert!(rows.push(&[Value::Text(None), Value::Text(None)]).is_err());
        assert!(rows.push(&[Value::Integer(None)]).is_err());
    }
}
