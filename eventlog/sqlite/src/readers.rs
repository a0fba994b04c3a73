//! A few read-only connections, opened when first needed, each used by one query at a time off the runtime's threads.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use eventlog::ReadError;
use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::{error::while_reading, rows::RowError, schema};

/// How many queries run at once; more wait. Each open connection holds its page cache.
const CONNECTIONS: usize = 3;

/// A handle to the connections; cheap to clone.
#[derive(Clone)]
pub(crate) struct Readers {
    pool: Arc<Pool>,
    /// One permit for each connection there may be.
    turns: Arc<Semaphore>,
}

struct Pool {
    path: PathBuf,
    /// The folder, as people are told.
    place: String,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: &Path, place: &str) -> Self {
        let pool = Pool { path: path.to_owned(), place: place.to_owned(), idle: Mutex::default() };
        Self { pool: Arc::new(pool), turns: Arc::new(Semaphore::new(CONNECTIONS)) }
    }

    /// Runs one query on a connection of its own.
    pub(crate) async fn run<T, F>(&self, query: F) -> Result<T, ReadError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, RowError> + Send + 'static,
    {
        let unavailable = |cause: &str| ReadError::Unavailable { cause: cause.to_owned() };
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| unavailable("the log was closed"))?;
        let pool = Arc::clone(&self.pool);
        let reading = tokio::task::spawn_blocking(move || {
            let answer = pool.run(query);
            drop(turn);
            answer
        });
        reading.await.map_err(|_| unavailable("the read was interrupted"))?
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
    fn run<T>(&self, query: impl FnOnce(&Connection) -> Result<T, RowError>) -> Result<T, ReadError> {
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => schema::open_for_reading(&self.path).map_err(|error| while_reading(&self.place, &error))?,
        };
        let answer = query(&connection).map_err(|error| match error {
            RowError::Read(error) => (true, error),
            RowError::Sqlite(error) => (false, while_reading(&self.place, &error)),
        });
        // A connection that failed is not used again.
        if !matches!(answer, Err((false, _))) {
            self.idle.lock().push(connection);
        }
        answer.map_err(|(_, error)| error)
    }
}
