//! Questions: a pool of connections for all builds, and connections of their own for long looks.

use std::{cell::Cell, sync::Arc};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts};
use futures::future;
use projections_store::{Readers, Reads, Row, StorageError, Table, Value};
use tokio::runtime::Handle;

use crate::{
    dialect, error,
    link::{self, Engine, Link, PATIENCE, wait, wait_for},
    rows::{self, Sent},
    settings::Settings,
};

/// How many questions are answered at once, of all models.
const CONNECTIONS: usize = 12;
/// How many of one model.
const OF_ONE_MODEL: usize = 6;

/// Makes the pool; nothing is connected yet.
pub(crate) fn pool(settings: &Settings) -> Result<Pool, StorageError> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let mut config = settings.config().clone();
    // A process that stops in the middle of a question must not hold on to a build that is to go.
    config.options("-c idle_in_transaction_session_timeout=60s -c jit=off");
    let manager = Manager::from_config(config, settings.tls(), recycling);
    let patience = Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: Some(PATIENCE) };
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .timeouts(patience)
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(StorageError::database)
}

/// Readers of one build.
pub(crate) struct BuildReaders {
    pub(crate) engine: Arc<Engine>,
    pub(crate) pool: Pool,
    /// Where its tables are.
    pub(crate) search_path: String,
}

impl Readers for BuildReaders {
    fn at_once(&self) -> usize {
        OF_ONE_MODEL
    }

    fn read(&self, query: &mut dyn FnMut(&dyn Reads) -> Result<(), StorageError>) -> Result<(), StorageError> {
        let engine = self.engine.handle();
        let client = wait(engine, self.pool.get()).map_err(no_connection)?;
        let begin =
            format!("begin isolation level repeatable read read only; set local search_path = {}", self.search_path);
        let begin = Cell::new(Some(begin));
        let reader = Reader { engine: engine.clone(), client, search_path: &self.search_path, begin };
        let answered = query(&reader);
        // Nobody waits for the end of a transaction that changed nothing.
        if reader.begin.take().is_none() {
            engine.spawn(end(reader.client));
        }
        answered
    }

    fn close(&self) {}
}

fn no_connection(error: PoolError) -> StorageError {
    match error {
        PoolError::Backend(cause) => error::storage(cause),
        other => StorageError::unreachable(other),
    }
}

struct Reader<'a> {
    engine: Handle,
    client: Object,
    search_path: &'a str,
    /// What begins the transaction, until the first question is sent: it goes along with that.
    begin: Cell<Option<String>>,
}

impl Reads for Reader<'_> {
    fn visit(
        &self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        // The connection serves many builds, and what it has prepared belongs to one of them.
        let sql = format!("/* {} */ {}", self.search_path, dialect::statement(sql));
        let types = rows::types(values);
        let begin = self.begin.take();
        let beginning = async {
            match &begin {
                Some(begin) => self.client.batch_execute(begin).await.map_err(error::storage),
                None => Ok(()),
            }
        };
        let asked = async {
            let statement = self.client.prepare_typed_cached(&sql, &types).await.map_err(error::storage)?;
            self.client.query_raw(&statement, values.iter().map(Sent)).await.map_err(error::storage)
        };
        let answer = wait_for(&self.engine, async {
            // The first is polled first, so it is sent first.
            let (transaction, answer) = future::join(beginning, asked).await;
            transaction.and(answer)
        })?;
        link::show(&self.engine, answer, each)
    }

    fn tables(&self) -> Result<Vec<Table>, StorageError> {
        link::tables(self)
    }
}

/// Ends a transaction that only read. A connection where that fails is not used again.
async fn end(client: Object) {
    let ended = tokio::time::timeout(PATIENCE, client.batch_execute("rollback")).await;
    if !matches!(ended, Ok(Ok(()))) {
        drop(Object::take(client));
    }
}

/// A connection within one transaction, until it is dropped.
pub(crate) struct Moment {
    link: Link,
    _engine: Arc<Engine>,
}

impl Moment {
    pub(crate) fn begin(link: Link, engine: Arc<Engine>) -> Result<Self, StorageError> {
        // A transaction sees the state that its first statement finds.
        link.run("begin isolation level repeatable read read only; select 1")?;
        Ok(Self { link, _engine: engine })
    }
}

impl Reads for Moment {
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
