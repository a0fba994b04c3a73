//! Building models anew beside the live ones, and going back to the build before.

use std::{
    mem,
    sync::Arc,
    time::{Duration, Instant},
};

use eventlog::EventLog;
use projections_store::BuildId;
use serde::Serialize;
use tracing::{info, warn};

use crate::{
    ModelError, RebuildProgress, load,
    model::{Model, Turn},
    opening::off_the_runtime,
    store::StoreResult,
};

/// A model that was built anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// The model.
    pub model: &'static str,
    /// The build that people are shown now.
    pub generation: u32,
    /// How many events it was made of.
    pub events: u64,
    /// How many events of it are parked.
    pub parked: u64,
    /// How long it took, until it was shown.
    pub took: Duration,
}

/// Builds models anew in one pass, and shows each new build once it has caught up.
pub(crate) async fn rebuild(
    models: Vec<Arc<Model>>,
    log: &dyn EventLog,
    seen: impl FnMut(&RebuildProgress) + Send,
) -> Result<Vec<Rebuilt>, ModelError> {
    let mut turns = Vec::with_capacity(models.len());
    for model in &models {
        turns.push(model.turn().await?);
    }
    rebuild_with(models, turns, log, seen).await
}

/// Builds models anew, also when somebody else is about it: after them. Then removes the builds before, so that nothing
/// is left of what the log no longer tells.
pub(crate) async fn renew(models: Vec<Arc<Model>>, log: &dyn EventLog) -> Result<(), ModelError> {
    let mut turns = Vec::with_capacity(models.len());
    for model in &models {
        turns.push(model.wait_for_turn().await);
    }
    rebuild_with(models.clone(), turns, log, |_| ()).await?;
    for model in models {
        let _turn = model.wait_for_turn().await;
        let (generations, definition, kept) = (Arc::clone(&model.generations), model.definition, model.shown());
        off_the_runtime(move || generations.keep_only(&definition, &kept)).await?;
    }
    Ok(())
}

async fn rebuild_with(
    models: Vec<Arc<Model>>,
    turns: Vec<Turn>,
    log: &dyn EventLog,
    mut seen: impl FnMut(&RebuildProgress) + Send,
) -> Result<Vec<Rebuilt>, ModelError> {
    let start = Instant::now();
    let taken = models.into_iter().zip(turns);
    let begin = move || taken.map(|(model, turn)| UnderConstruction::begin(model, turn)).collect::<Result<Vec<_>, _>>();
    let builds = off_the_runtime(begin).await?;
    let to_load = builds.iter().filter_map(UnderConstruction::to_load).collect();
    let report = |progress: &RebuildProgress| {
        for build in &builds {
            build.model.report_rebuild(Some(*progress));
        }
        seen(progress);
    };
    let stores = load::load(log, to_load, None, report).await?;
    let mut finished = Vec::new();
    for (build, store) in builds.into_iter().zip(stores) {
        let name = build.model.definition.name;
        match build.finish(store, start).await {
            Ok(rebuilt) => {
                info!(model = name, events = rebuilt.events, took = ?rebuilt.took, "the read model was built anew");
                finished.push(Ok(rebuilt));
            }
            Err(error) => {
                warn!(model = name, %error, "the read model could not be built anew; the one before stays");
                finished.push(Err(error));
            }
        }
    }
    finished.into_iter().collect()
}

/// Lets the build before the last rebuild take over again.
pub(crate) async fn swap_back(model: &Arc<Model>) -> Result<(), ModelError> {
    let turn = model.turn().await?;
    let definition = model.definition;
    let generations = Arc::clone(&model.generations);
    let previous = off_the_runtime(move || generations.previous(&definition)).await?;
    let previous = previous.ok_or(ModelError::NoEarlierBuild { model: definition.name })?;
    let storage = Arc::clone(model.generations.storage());
    let store = off_the_runtime(move || (definition.open)(&storage, &previous)).await?;
    model.take_over(&turn, previous, store).await
}

/// A build that nobody is shown yet; dropping it takes it away.
struct UnderConstruction {
    model: Arc<Model>,
    turn: Turn,
    /// None once it has taken over.
    generation: Option<BuildId>,
}

impl UnderConstruction {
    fn begin(model: Arc<Model>, turn: Turn) -> Result<Self, ModelError> {
        let generation = Some(model.generations.begin(&model.definition)?);
        Ok(Self { model, turn, generation })
    }

    /// What is to be loaded.
    fn to_load(&self) -> Option<load::Build> {
        let storage = self.model.generations.storage();
        self.generation.map(|generation| load::Build::new(self.model.definition, storage, generation))
    }

    async fn finish(mut self, store: StoreResult, start: Instant) -> Result<Rebuilt, ModelError> {
        let store = store?;
        let events = store.checkpoint().map_or(0, |checkpoint| checkpoint.events);
        let parked = store.parked();
        let Some(generation) = self.generation else { return Err(ModelError::Stopped) };
        let number = generation.number;
        self.model.take_over(&self.turn, generation, store).await?;
        mem::take(&mut self.generation);
        let took = start.elapsed();
        Ok(Rebuilt { model: self.model.definition.name, generation: number, events, parked, took })
    }
}

impl Drop for UnderConstruction {
    fn drop(&mut self) {
        self.model.report_rebuild(None);
        if let Some(generation) = self.generation.take()
            && let Err(error) = self.model.generations.discard(&generation)
        {
            warn!(model = self.model.definition.name, %error, "an unfinished build could not be removed");
        }
    }
}
