//! Questions to one generation: a few at once, off the runtime's threads.

use std::sync::Arc;

use projections_store::{BuildId, ModelStorage, Reads, StorageError};
use tokio::sync::Semaphore;

use crate::ModelError;

/// A handle to the readers of a build; cheap to clone.
#[derive(Clone)]
pub(crate) struct Readers {
    model: &'static str,
    connections: Arc<dyn projections_store::Readers>,
    turns: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(storage: &dyn ModelStorage, build: &BuildId) -> Self {
        let readers = storage.readers(build);
        let turns = Arc::new(Semaphore::new(readers.at_once()));
        Self { model: build.model, connections: readers, turns }
    }

    /// Runs one query; everything it reads is of one moment.
    pub(crate) async fn run<T, F>(&self, query: F) -> Result<T, ModelError>
    where
        T: Send + 'static,
        F: FnOnce(&dyn Reads) -> Result<T, StorageError> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| ModelError::Stopped)?;
        let (readers, model) = (Arc::clone(&self.connections), self.model);
        let reading = tokio::task::spawn_blocking(move || {
            let (mut query, mut answer) = (Some(query), None);
            let read = readers.read(&mut |reads| {
                if let Some(query) = query.take() {
                    answer = Some(query(reads)?);
                }
                Ok(())
            });
            drop(turn);
            read.and_then(|()| answer.ok_or(StorageError::Closed)).map_err(ModelError::storage(model))
        });
        reading.await.map_err(|_| ModelError::Stopped)?
    }

    /// Refuses further queries, waits for those that run, and closes the connections.
    pub(crate) async fn close(&self) {
        let all = u32::try_from(self.connections.at_once()).unwrap_or(u32::MAX);
        // An error says that they were closed already.
        let turns = self.turns.acquire_many(all).await;
        self.turns.close();
        drop(turns);
        let readers = Arc::clone(&self.connections);
        let closing = tokio::task::spawn_blocking(move || readers.close());
        // An error says that the runtime ends, and with it everything.
        drop(closing.await);
    }
}
