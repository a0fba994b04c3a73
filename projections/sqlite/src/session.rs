//! The writing connection of a file.

use std::{
    fs::File,
    path::{Path, PathBuf},
    thread,
};

use projections_store::{Action, Mode, Reads, Row, Session, StorageError, Table, Value, Write, Writer};
use rusqlite::{CachedStatement, Connection, OpenFlags};

use crate::{folder::in_folder, indexes, rows};

/// How many steps SQLite's machine takes in a load before it gives way to whoever wants to run: some 0.1 ms.
const STRETCH: i32 = 500;

pub(crate) struct FileSession {
    connection: Connection,
    path: PathBuf,
}

impl FileSession {
    pub(crate) fn new(connection: Connection, path: PathBuf) -> Self {
        Self { connection, path }
    }

    /// Opens the writing connection of a build.
    ///
    /// Live: a crash of the machine may lose the newest transactions, never rows without their checkpoint; what is lost
    /// is done again. The caches are small, for there are several models and the whole server is to rest in little memory.
    pub(crate) fn connect(path: &Path, mode: Mode, flags: OpenFlags) -> Result<Self, StorageError> {
        let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(StorageError::database)?;
        // Of a file that is new; half as many pages are looked for and written.
        connection.pragma_update(None, "page_size", 8_192).map_err(StorageError::database)?;
        connection.set_prepared_statement_cache_capacity(32);
        let settings = match mode {
            Mode::Live => {
                "pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -1024;
                 pragma journal_size_limit = 4194304;"
            }
            Mode::Load => {
                "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -8192;
                 pragma locking_mode = exclusive;"
            }
        };
        connection.execute_batch(settings).map_err(StorageError::database)?;
        if mode == Mode::Load {
            let give_way = || {
                thread::yield_now();
                false
            };
            connection.progress_handler(STRETCH, Some(give_way)).map_err(StorageError::database)?;
        }
        Ok(Self::new(connection, path.to_owned()))
    }

    fn end(&self, how: &str) -> Result<(), StorageError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.connection
            .prepare_cached(how)
            .and_then(|mut end| end.execute([]))
            .map(drop)
            .map_err(StorageError::database)
    }
}

impl Reads for FileSession {
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

impl Session for FileSession {
    fn begin(&self) -> Result<(), StorageError> {
        if !self.connection.is_autocommit() {
            return Ok(());
        }
        self.connection
            .prepare_cached("begin immediate")
            .and_then(|mut begin| begin.execute([]))
            .map(drop)
            .map_err(StorageError::database)
    }

    fn commit(&self) -> Result<(), StorageError> {
        self.end("commit")
    }

    fn roll_back(&self) -> Result<(), StorageError> {
        self.end("rollback")
    }

    fn run(&self, statements: &str) -> Result<(), StorageError> {
        self.connection.execute_batch(statements).map_err(StorageError::database)
    }

    fn index(&self, indexes: &str) -> Result<(), StorageError> {
        let statements = indexes::without_row_keys(&self.connection, indexes);
        statements.and_then(|all| self.connection.execute_batch(&all)).map_err(StorageError::database)
    }

    fn writer<'a>(&'a self, write: &'static Write) -> Result<Box<dyn Writer + 'a>, StorageError> {
        let statement = self.connection.prepare_cached(&sql(write)).map_err(StorageError::database)?;
        Ok(Box::new(RowByRow { statement }))
    }

    fn finish_load(self: Box<Self>, indexes: &str) -> Result<Box<dyn Session>, StorageError> {
        self.index(indexes)?;
        let Self { connection, path } = *self;
        connection.close().map_err(|(_, error)| StorageError::database(error))?;
        File::open(&path).and_then(|file| file.sync_all()).map_err(in_folder(&path))?;
        Ok(Box::new(Self::connect(&path, Mode::Live, OpenFlags::empty())?))
    }
}

/// SQLite takes a row at a time as fast as many.
struct RowByRow<'a> {
    statement: CachedStatement<'a>,
}

impl Writer for RowByRow<'_> {
    fn row(&mut self, values: &[Value<'_>]) -> Result<(), StorageError> {
        rows::bind(&mut self.statement, values)
            .and_then(|()| self.statement.raw_execute())
            .map(drop)
            .map_err(StorageError::database)
    }

    fn finish(self: Box<Self>) -> Result<(), StorageError> {
        Ok(())
    }
}

/// The statement for one row.
fn sql(write: &Write) -> String {
    let Write { table, columns, action } = write;
    let place = |column: &str| columns.iter().position(|known| *known == column).map_or(0, |index| index + 1);
    let equal = |column: &str| format!("{column} = ?{}", place(column));
    let all = |columns: &[&str]| columns.iter().map(|column| equal(column)).collect::<Vec<_>>().join(" and ");
    let values = || (1..=columns.len()).map(|number| format!("?{number}")).collect::<Vec<_>>().join(", ");
    let insert = || format!("insert into {table} ({}) values ({})", columns.join(", "), values());
    match action {
        Action::Insert => insert(),
        Action::Put { key, .. } => {
            let set: Vec<String> = write.replaced().map(|column| format!("{column} = excluded.{column}")).collect();
            format!("{} on conflict ({}) do update set {}", insert(), key.join(", "), set.join(", "))
        }
        Action::Change { key } => {
            let set: Vec<String> = write.replaced().map(equal).collect();
            format!("update {table} set {} where {}", set.join(", "), all(key))
        }
        Action::Remove => format!("delete from {table} where {}", all(columns)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_write_has_its_statement() {
        let mut write = Write { table: "steps", columns: &["plan", "step", "place", "body"], action: Action::Insert };
        assert_eq!(sql(&write), "insert into steps (plan, step, place, body) values (?1, ?2, ?3, ?4)");
        write.action = Action::Put { key: &["plan", "step"], kept: &["place"] };
        let put = "insert into steps (plan, step, place, body) values (?1, ?2, ?3, ?4) \
                   on conflict (plan, step) do update set body = excluded.body";
        assert_eq!(sql(&write), put);
        write.action = Action::Change { key: &["plan", "step"] };
        assert_eq!(sql(&write), "update steps set place = ?3, body = ?4 where plan = ?1 and step = ?2");
        let remove = Write { table: "steps", columns: &["plan", "step"], action: Action::Remove };
        assert_eq!(sql(&remove), "delete from steps where plan = ?1 and step = ?2");
    }
}
