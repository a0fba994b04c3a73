//! Opening a model: its live build if that can be used, else a new one.

use std::sync::Arc;

use eventlog::{EventLog, ReadError};
use projections_store::{BuildId, Mode};
use tracing::warn;

use crate::{
    ModelError,
    generations::Generations,
    model::Model,
    rebuild,
    store::{Definition, Store},
};

/// Opens the live generation of a model, or a new one when there is none that can be used.
pub(crate) async fn open(
    definition: Definition,
    generations: &Arc<Generations>,
    log: &Arc<dyn EventLog>,
) -> Result<(Model, Box<dyn Store>), ModelError> {
    let register = Arc::clone(generations);
    let found = off_the_runtime(move || {
        register.sweep(&definition)?;
        let Some(live) = register.live(&definition)? else { return Ok(None) };
        match (definition.open)(register.storage(), &live) {
            Ok(store) => Ok(Some((live, store))),
            Err(error) => {
                warn!(model = definition.name, %error, "the read model cannot be used and is built anew");
                register.discard(&live)?;
                Ok(None)
            }
        }
    });
    let found = match found.await? {
        Some((live, store)) if belongs_to(&*store, &**log).await? => Some((live, store)),
        Some((live, store)) => {
            warn!(model = definition.name, "the read model belongs to another log and is built anew");
            drop(store);
            generations.discard(&live)?;
            None
        }
        None => None,
    };
    let (generation, store) = match found {
        Some(found) => found,
        None => create(definition, generations).await?,
    };
    let model = Model::new(definition, Arc::clone(generations), Arc::clone(log), generation, &*store);
    Ok((model, store))
}

/// Makes the first generation of a model, or the first one that can be used.
async fn create(
    definition: Definition,
    generations: &Arc<Generations>,
) -> Result<(BuildId, Box<dyn Store>), ModelError> {
    let register = Arc::clone(generations);
    let creating = move || {
        let generation = register.begin(&definition)?;
        let store = (definition.create)(register.storage(), &generation, Mode::Live)?;
        register.promote(&definition, &generation, None)?;
        Ok((generation, store))
    };
    off_the_runtime(creating).await
}

/// Whether the event at the store's checkpoint is the one that this log has there.
async fn belongs_to(store: &dyn Store, log: &dyn EventLog) -> Result<bool, ReadError> {
    let Some(checkpoint) = store.checkpoint() else { return Ok(true) };
    let event = log.find_event(checkpoint.event).await?;
    Ok(event.is_some_and(|event| event.position == checkpoint.position))
}

/// Loads models that were never built; when that fails they follow the log from its start.
pub(crate) async fn load_first(unbuilt: Vec<(Arc<Model>, Box<dyn Store>)>, log: Arc<dyn EventLog>) {
    let models = unbuilt.iter().map(|(model, _)| Arc::clone(model)).collect();
    if let Err(error) = rebuild::rebuild(models, &*log, |_| ()).await {
        warn!(%error, "a first build of read models failed; they follow the log from its start instead");
    }
    for (model, store) in unbuilt {
        if model.position().is_none()
            && let Err(error) = model.follow(store).await
        {
            model.report_error(&error);
        }
    }
}

/// Runs what blocks on a thread of its own.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ModelError> + Send + 'static,
) -> Result<T, ModelError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ModelError::Stopped)?
}
