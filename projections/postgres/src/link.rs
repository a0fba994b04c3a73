//! The runtime that the connections live on, and one connection.

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use futures::StreamExt;
use projections_store::{Reads, Row, StorageError, Table, Value};
use tokio::runtime::{Handle, Runtime};
use tokio_postgres::{Client, RowStream, Statement, types::Type};
use tracing::debug;

use crate::{
    dialect,
    error::{self, words},
    rows::{self, Received, Sent},
    settings::Settings,
};

/// How long the server may take for what is no work.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Where connections live. Dropping it ends them.
pub(crate) struct Engine {
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Engine {
    pub(crate) fn start(name: &'static str) -> std::io::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build()?;
        let handle = runtime.handle().clone();
        Ok(Self { runtime: Some(runtime), handle })
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // In the background: this may happen on a thread that must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Waits on this thread for what happens on that runtime. It may be a thread of another runtime.
pub(crate) fn wait<F: Future>(engine: &Handle, future: F) -> F::Output {
    let _there = engine.enter();
    futures::executor::block_on(tokio::task::unconstrained(future))
}

/// Waits, and not for ever.
pub(crate) fn wait_for<T, E: Into<StorageError>>(
    engine: &Handle,
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, StorageError> {
    let limited = async { tokio::time::timeout(PATIENCE, future).await };
    match wait(engine, limited) {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(StorageError::unreachable(format!("PostgreSQL did not answer within {} s", PATIENCE.as_secs()))),
    }
}

/// One connection.
pub(crate) struct Link {
    pub(crate) engine: Handle,
    pub(crate) client: Arc<Client>,
    statements: RefCell<HashMap<String, Statement>>,
}

impl Link {
    /// Connects. `search_path` is where tables are looked for.
    pub(crate) fn connect(engine: &Handle, settings: &Settings, search_path: &str) -> Result<Self, StorageError> {
        let client = Arc::new(wait_for(engine, connect(settings, search_path))?);
        Ok(Self { engine: engine.clone(), client, statements: RefCell::default() })
    }

    /// Has the server end this connection, and free its lock, when nothing was heard from us for a whole lease: a process
    /// that stands still cannot keep others from going on, nor go on itself as if nothing had been.
    pub(crate) fn guard(&self, lease: Duration) -> Result<(), StorageError> {
        let millis = lease.as_millis();
        self.run(&format!("set idle_session_timeout = {millis}; set idle_in_transaction_session_timeout = {millis}"))?;
        self.engine.spawn(breathe(Arc::downgrade(&self.client), lease / 4));
        Ok(())
    }

    /// Runs statements without values, for as long as they take.
    pub(crate) fn run(&self, statements: &str) -> Result<(), StorageError> {
        wait(&self.engine, self.client.batch_execute(statements)).map_err(error::storage)
    }

    /// Prepares a statement, once.
    pub(crate) fn prepared(&self, sql: &str, types: &[Type]) -> Result<Statement, StorageError> {
        if let Some(known) = self.statements.borrow().get(sql).filter(|known| known.params() == types) {
            return Ok(known.clone());
        }
        let preparing = async { self.client.prepare_typed(sql, types).await.map_err(error::storage) };
        let statement = wait_for(&self.engine, preparing)?;
        self.statements.borrow_mut().insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(crate) fn visit(
        &self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let statement = self.prepared(&dialect::statement(sql), &rows::types(values))?;
        let asking = async { self.client.query_raw(&statement, values.iter().map(Sent)).await.map_err(error::storage) };
        show(&self.engine, wait_for(&self.engine, asking)?, each)
    }
}

/// Connects; the connection lives on the runtime that this is called on.
pub(crate) async fn connect(settings: &Settings, search_path: &str) -> Result<Client, StorageError> {
    let (client, connection) = settings.config().connect(settings.tls()).await.map_err(error::storage)?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            debug!(cause = words(&error), "a connection to PostgreSQL ended");
        }
    });
    let begin = format!("set search_path = {search_path}; set synchronous_commit = off; set jit = off");
    client.batch_execute(&begin).await.map_err(error::storage)?;
    Ok(client)
}

/// Lets the server hear from a connection until that is closed.
async fn breathe(client: Weak<Client>, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        let Some(client) = client.upgrade() else { return };
        if client.batch_execute("").await.is_err() {
            return;
        }
    }
}

/// Lists the tables of the schema that is looked in first.
pub(crate) fn tables(reads: &dyn Reads) -> Result<Vec<Table>, StorageError> {
    reads.all(TABLES, &[], |row| {
        let listed = |names: String| names.split(',').map(str::to_owned).collect::<Vec<_>>();
        let (columns, key) = (listed(row.get(1)?), row.get::<Option<String>>(2)?.map(listed).unwrap_or_default());
        let key = key.iter().filter_map(|name| columns.iter().position(|column| column == name)).collect();
        Ok(Table { name: row.get(0)?, columns, key })
    })
}

/// Each table with its columns and those of its key.
const TABLES: &str = "
    select t.relname,
        (select string_agg(a.attname::text, ',' order by a.attnum) from pg_catalog.pg_attribute a
            where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped),
        (select string_agg(a.attname::text, ',' order by k.place)
            from pg_catalog.pg_index i, unnest(i.indkey) with ordinality as k (attnum, place),
                pg_catalog.pg_attribute a
            where i.indrelid = t.oid and i.indisprimary and a.attrelid = t.oid and a.attnum = k.attnum)
    from pg_catalog.pg_class t
    where t.relkind = 'r' and t.relnamespace = current_schema()::regnamespace
    order by t.relname collate \"C\"";

/// Shows the rows of an answer as they come.
pub(crate) fn show(
    engine: &Handle,
    answer: RowStream,
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let mut answer = Box::pin(answer);
    while let Some(row) = wait(engine, answer.next()) {
        each(&Row::new(&Received(row.map_err(error::storage)?)))?;
    }
    Ok(())
}
