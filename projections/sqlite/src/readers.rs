//! Questions to a file: a few read-only connections, each used by one question at a time.
//!
//! In WAL mode a reader never waits for the writer and never makes it wait.

use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use projections_store::{Readers, Reads, Row, StorageError, Table, Value};
use rusqlite::{Connection, OpenFlags, functions::FunctionFlags};

use crate::rows;

/// How many questions to one build are answered at once; more wait. Each open connection holds its page cache.
const CONNECTIONS: usize = 3;

pub(crate) struct FileReaders {
    path: PathBuf,
    idle: Mutex<Vec<Reader>>,
}

impl FileReaders {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::default() }
    }
}

impl Readers for FileReaders {
    fn at_once(&self) -> usize {
        CONNECTIONS
    }

    fn read(&self, query: &mut dyn FnMut(&dyn Reads) -> Result<(), StorageError>) -> Result<(), StorageError> {
        let idle = self.idle.lock().pop();
        let reader = match idle {
            Some(reader) => reader,
            None => Reader::open(&self.path).map_err(StorageError::database)?,
        };
        let moment = reader.connection.unchecked_transaction().map_err(StorageError::database)?;
        query(&reader)?;
        moment.commit().map_err(StorageError::database)?;
        // A connection that failed is not used again.
        self.idle.lock().push(reader);
        Ok(())
    }

    fn close(&self) {
        self.idle.lock().clear();
    }
}

/// A connection within one transaction, until it is dropped.
pub(crate) struct Moment(Reader);

impl Moment {
    pub(crate) fn begin(path: &Path) -> Result<Self, StorageError> {
        let reader = Reader::open(path).map_err(StorageError::database)?;
        // A transaction sees the state that its first read finds.
        let begin = "begin; select count(*) from sqlite_schema;";
        reader.connection.execute_batch(begin).map_err(StorageError::database)?;
        Ok(Self(reader))
    }
}

impl Reads for Moment {
    fn visit(
        &self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        self.0.visit(sql, values, each)
    }

    fn tables(&self) -> Result<Vec<Table>, StorageError> {
        self.0.tables()
    }
}

struct Reader {
    connection: Connection,
}

impl Reader {
    /// Opens a build for reading. SQLite itself knows the case of ASCII letters only, so `holds` is ours.
    fn open(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.execute_batch("pragma cache_size = -512;")?;
        let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        connection.create_scalar_function("holds", 2, pure, |call| {
            let text = call.get_raw(0).as_str_or_null()?;
            let part = call.get_raw(1).as_str()?;
            Ok(text.is_some_and(|text| text.to_lowercase().contains(part)))
        })?;
        Ok(Self { connection })
    }
}

impl Reads for Reader {
    fn visit(
        &self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        rows::visit(&self.connection, sql, values, each)
    }

    fn tables(&self) -> Result<Vec<Table>, StorageError> {
        rows::tables(&self.connection).map_err(StorageError::database)
    }
}
