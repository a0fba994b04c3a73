//! The connection that writes a build, or the register.

use std::{cell::Cell, sync::Arc};

use projections_store::{Reads, Row, Session, StorageError, Table, Value, Write, Writer};
use tokio_postgres::types::ToSql;

use crate::{
    bulk::{self, Rows},
    dialect, error,
    link::{self, Engine, Link, wait},
};

/// How many bytes of rows wait at most before they are sent. The server works at them for a few milliseconds: whoever
/// asks meanwhile may wait for the same processor as long as that takes, and more at a time is no faster.
const MOST_WAITING: usize = 64 << 10;

pub(crate) struct BuildSession {
    link: Link,
    /// How a transaction begins.
    begin: &'static str,
    is_open: Cell<bool>,
    /// Connections end with it.
    _engine: Arc<Engine>,
}

impl BuildSession {
    /// A session on a build, whose lock the connection holds.
    pub(crate) fn new(link: Link, engine: Arc<Engine>) -> Self {
        Self { link, begin: "begin", is_open: Cell::new(false), _engine: engine }
    }

    /// A session on the register: while its transaction is open nobody else's is.
    pub(crate) fn on_register(link: Link, engine: Arc<Engine>) -> Self {
        let begin = "begin; select pg_advisory_xact_lock(hashtextextended('register ' || current_schema(), 0))";
        Self { link, begin, is_open: Cell::new(false), _engine: engine }
    }

    fn end(&self, how: &str) -> Result<(), StorageError> {
        if !self.is_open.get() {
            return Ok(());
        }
        self.link.run(how)?;
        self.is_open.set(false);
        Ok(())
    }
}

impl Drop for BuildSession {
    /// Gives the lock back before the connection is gone, so that whoever opens the build next finds it free.
    fn drop(&mut self) {
        if !self.link.client.is_closed() {
            let end = if self.is_open.get() {
                "rollback; select pg_advisory_unlock_all()"
            } else {
                "select pg_advisory_unlock_all()"
            };
            // An error says that the connection is gone, and the lock with it.
            drop(self.link.run(end));
        }
    }
}

impl Reads for BuildSession {
    fn visit(
        &self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        self.link.visit(sql, values, each)
    }

    fn tables(&self) -> Result<Vec<Table>, StorageError> {
        link::tables(self)
    }
}

impl Session for BuildSession {
    fn begin(&self) -> Result<(), StorageError> {
        if self.is_open.get() {
            return Ok(());
        }
        self.is_open.set(true);
        self.link.run(self.begin)
    }

    fn commit(&self) -> Result<(), StorageError> {
        self.end("commit")
    }

    fn roll_back(&self) -> Result<(), StorageError> {
        if self.link.client.is_closed() {
            return Err(StorageError::Closed);
        }
        self.end("rollback")
    }

    fn run(&self, statements: &str) -> Result<(), StorageError> {
        self.link.run(&dialect::definition(statements))
    }

    fn writer<'a>(&'a self, write: &'static Write) -> Result<Box<dyn Writer + 'a>, StorageError> {
        Ok(Box::new(InBulk { link: &self.link, write, rows: Rows::new() }))
    }

    fn finish_load(self: Box<Self>, indexes: &str) -> Result<Box<dyn Session>, StorageError> {
        self.run(indexes)?;
        // Without figures about the new tables the first questions would be answered the slow way.
        for table in self.tables()? {
            self.link.run(&format!("analyze {}", table.name))?;
        }
        Ok(self)
    }
}

/// A round trip for each row would take longer than all the rest, so many go in one statement.
struct InBulk<'a> {
    link: &'a Link,
    write: &'static Write,
    rows: Rows,
}

impl InBulk<'_> {
    fn send(&mut self) -> Result<(), StorageError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let statement = self.link.prepared(&bulk::sql(self.write), &self.rows.types())?;
        let arrays = self.rows.arrays();
        let values: Vec<&(dyn ToSql + Sync)> = arrays.iter().map(|array| array as &(dyn ToSql + Sync)).collect();
        wait(&self.link.engine, self.link.client.execute(&statement, &values)).map_err(error::storage)?;
        self.rows.clear();
        Ok(())
    }
}

impl Writer for InBulk<'_> {
    fn row(&mut self, values: &[Value<'_>]) -> Result<(), StorageError> {
        self.rows.push(values)?;
        if self.rows.size() < MOST_WAITING {
            return Ok(());
        }
        self.send()
    }

    fn finish(mut self: Box<Self>) -> Result<(), StorageError> {
        self.send()
    }
}
