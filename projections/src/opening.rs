//! Opening a model: its live build if that can be used, else a new one.

use std::sync::Arc;

use eventlog::{EventLog, ReadError};
use projections_store::{BuildId, Mode, StorageError};
use tracing::warn;

use crate::{
    ModelError,
    generations::Generations,
    model::Model,
    rebuild,
    store::{Definition, Standing, Store},
};

/// Opens the live generation of a model, or a new one when there is none that can be used.
///
/// The store is there when this process writes the build; another may be at it, or we are told only to read.
pub(crate) async fn open(
    definition: Definition,
    generations: &Arc<Generations>,
    log: &Arc<dyn EventLog>,
    writes: bool,
) -> Result<(Model, Option<Box<dyn Store>>), ModelError> {
    loop {
        let register = Arc::clone(generations);
        let found = off_the_runtime(move || find(&definition, &register)).await?;
        let (generation, opened) = match found {
            Some((live, Opened::Taken(standing))) => (live, Opened::Taken(standing)),
            Some((live, Opened::Ours(store))) if belongs_to(&*store, &**log).await? => (live, Opened::Ours(store)),
            Some((live, Opened::Ours(store))) => {
                warn!(model = definition.name, "the read model belongs to another log and is built anew");
                let register = Arc::clone(generations);
                off_the_runtime(move || {
                    drop(store);
                    register.discard(&live)
                })
                .await?;
                continue;
            }
            None => match create(definition, generations).await {
                Ok((generation, store)) => (generation, Opened::Ours(store)),
                // Another process was quicker.
                Err(ModelError::Fenced { .. }) => continue,
                Err(error) => return Err(error),
            },
        };
        let standing = match &opened {
            Opened::Ours(store) => Standing::of(&**store),
            Opened::Taken(standing) => *standing,
        };
        let register = Arc::clone(generations);
        let mut steering = off_the_runtime(move || register.steering(&definition)).await?;
        if steering.pause.is_some() && standing.position.is_none() && writes {
            warn!(
                model = definition.name,
                "the read model was paused, and has nothing to show: it follows the log again"
            );
            let register = Arc::clone(generations);
            off_the_runtime(move || register.unpause(&definition)).await?;
            steering.pause = None;
        }
        let stands_still = steering.pause.is_some();
        let parts = (definition, Arc::clone(generations), Arc::clone(log));
        let model = Model::new(parts, generation, standing, writes, steering);
        let store = match opened {
            Opened::Ours(store) if writes && !stands_still => Some(store),
            // Closing it may take a moment, and gives whoever may write it the chance.
            Opened::Ours(store) => {
                let closing = move || {
                    drop(store);
                    Ok(())
                };
                off_the_runtime(closing).await?;
                None
            }
            Opened::Taken(_) => None,
        };
        return Ok((model, store));
    }
}

/// A build that is there.
enum Opened {
    Ours(Box<dyn Store>),
    /// Another process writes it; it stood here.
    Taken(Standing),
}

fn find(definition: &Definition, register: &Generations) -> Result<Option<(BuildId, Opened)>, ModelError> {
    register.sweep(definition)?;
    let Some(live) = register.live(definition)? else { return Ok(None) };
    match register.opened(definition, &live) {
        Ok(store) => Ok(Some((live, Opened::Ours(store)))),
        Err(ModelError::Storage { cause: StorageError::Taken, .. }) => {
            let standing =
                Standing::read(&**register.storage(), &live).map_err(ModelError::storage(definition.name))?;
            Ok(Some((live, Opened::Taken(standing))))
        }
        Err(error @ ModelError::Storage { cause: StorageError::Unreachable(_), .. }) => Err(error),
        Err(error) => {
            warn!(model = definition.name, %error, "the read model cannot be used and is built anew");
            register.discard(&live)?;
            Ok(None)
        }
    }
}

/// Makes the first generation of a model, or the first one that can be used.
///
/// # Errors
/// [`ModelError::Fenced`] when another process made one in the meantime.
async fn create(
    definition: Definition,
    generations: &Arc<Generations>,
) -> Result<(BuildId, Box<dyn Store>), ModelError> {
    let register = Arc::clone(generations);
    let creating = move || {
        let generation = register.begin(&definition)?;
        let store = register.created(&definition, &generation, Mode::Live)?;
        if let Err(error) = register.promote(&definition, &generation, None) {
            drop(store);
            register.discard(&generation)?;
            return Err(error);
        }
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
    if let Err(error) = rebuild::rebuild(models, &log, |_| ()).await {
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
