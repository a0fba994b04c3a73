//! Queries on one generation: a few read-only connections, each used by one query at a time, off the runtime's threads.
//!
//! In WAL mode a reader never waits for the writer and never makes it wait.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, functions::FunctionFlags};
use tokio::sync::Semaphore;

use crate::ModelError;

/// How many queries of one model run at once; more wait. Each open connection holds its page cache.
const CONNECTIONS: usize = 3;

/// A handle to the connections; cheap to clone.
#[derive(Clone)]
pub(crate) struct Readers {
    pool: Arc<Pool>,
    turns: Arc<Semaphore>,
}

struct Pool {
    model: &'static str,
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(model: &'static str, path: &Path) -> Self {
        let pool = Pool { model, path: path.to_owned(), idle: Mutex::default() };
        Self { pool: Arc::new(pool), turns: Arc::new(Semaphore::new(CONNECTIONS)) }
    }

    /// Runs one query; everything it reads is of one moment.
    pub(crate) async fn run<T, F>(&self, query: F) -> Result<T, ModelError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| ModelError::Stopped)?;
        let pool = Arc::clone(&self.pool);
        let reading = tokio::task::spawn_blocking(move || {
            let answer = pool.run(query);
            drop(turn);
            answer
        });
        reading.await.map_err(|_| ModelError::Stopped)?
    }

    /// Refuses further queries, waits for those that run, and closes the connections.
    pub(crate) async fn close(&self) {
        let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
        // An error says that they were closed already.
        let turns = self.turns.acquire_many(all).await;
        self.turns.close();
        drop(turns);
        self.pool.idle.lock().clear();
    }
}

impl Pool {
    fn run<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ModelError> {
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open(&self.path).map_err(ModelError::storage(self.model))?,
        };
        let answer = connection.unchecked_transaction().and_then(|moment| {
            let answer = query(&connection)?;
            moment.commit()?;
            Ok(answer)
        });
        // A connection that failed is not used again.
        if answer.is_ok() {
            self.idle.lock().push(connection);
        }
        answer.map_err(ModelError::storage(self.model))
    }
}

/// Opens a generation for reading.
///
/// Queries may call `holds(text, part)`: whether a text contains `part`, which must be in lower case, whatever the
/// text's case; SQLite itself knows the case of ASCII letters only.
pub(crate) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.execute_batch("pragma cache_size = -512;")?;
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("holds", 2, pure, |call| {
        let text = call.get_raw(0).as_str_or_null()?;
        let part = call.get_raw(1).as_str()?;
        Ok(text.is_some_and(|text| text.to_lowercase().contains(part)))
    })?;
    Ok(connection)
}
