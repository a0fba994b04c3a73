//! What one connection to one build can be asked and told.

use crate::{Row, StorageError, Table, Value, Write};

/// Answers questions. Calls block; nothing here may be called on a thread that serves others.
pub trait Reads: Send {
    /// Runs one statement and shows each row of its answer; ends at the first error.
    fn visit(
        &self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError>;

    /// Lists the tables of the build, by name.
    fn tables(&self) -> Result<Vec<Table>, StorageError>;
}

impl dyn Reads + '_ {
    /// Reads all rows of an answer.
    pub fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let mut found = Vec::new();
        self.visit(sql, values, &mut |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Reads the only row of an answer, or the last one.
    pub fn one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        let mut found = None;
        self.visit(sql, values, &mut |row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }
}

/// Writes one build: the only one that does.
pub trait Session: Reads {
    /// Begins a transaction, unless one is open. The register's excludes everybody else's.
    fn begin(&self) -> Result<(), StorageError>;

    /// Makes what was written since [`begin`](Self::begin) count.
    fn commit(&self) -> Result<(), StorageError>;

    /// Takes back what was written since [`begin`](Self::begin), if a transaction is open.
    fn roll_back(&self) -> Result<(), StorageError>;

    /// Runs statements that have no values.
    fn run(&self, statements: &str) -> Result<(), StorageError>;

    /// Makes the indexes of a [`Schema`](crate::Schema).
    fn index(&self, indexes: &str) -> Result<(), StorageError> {
        self.run(indexes)
    }

    /// Begins to write rows. Several may be open at once; what they write is there when they are finished.
    fn writer<'a>(&'a self, write: &'static Write) -> Result<Box<dyn Writer + 'a>, StorageError>;

    /// Ends a load: makes the indexes, brings everything to disk, and goes on as [`Mode::Live`](crate::Mode::Live).
    fn finish_load(self: Box<Self>, indexes: &str) -> Result<Box<dyn Session>, StorageError>;
}

/// Takes the rows of one [`Write`].
pub trait Writer {
    /// Takes a row: a value for each column.
    fn row(&mut self, values: &[Value<'_>]) -> Result<(), StorageError>;

    /// Writes what is not written yet.
    fn finish(self: Box<Self>) -> Result<(), StorageError>;
}

impl dyn Session + '_ {
    /// Writes one row.
    pub fn write_one(&self, write: &'static Write, values: &[Value<'_>]) -> Result<(), StorageError> {
        let mut writer = self.writer(write)?;
        writer.row(values)?;
        writer.finish()
    }
}
