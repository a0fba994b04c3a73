//! Building models anew beside the live ones, and going back to the build before.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use eventlog::EventLog;
use parking_lot::Mutex;
use projections_store::BuildId;
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

use crate::{
    ModelError, ModelName, RebuildProgress, keeper, load,
    model::{Model, Turn},
    opening::off_the_runtime,
    retry,
    state::Phase,
    store::StoreResult,
};

/// A model that was built anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rebuilt {
    /// The model.
    pub model: ModelName,
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
    log: &Arc<dyn EventLog>,
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
pub(crate) async fn renew(models: Vec<Arc<Model>>, log: &Arc<dyn EventLog>) -> Result<(), ModelError> {
    let mut turns = Vec::with_capacity(models.len());
    for model in &models {
        turns.push(model.wait_for_turn().await);
    }
    rebuild_with(models.clone(), turns, log, |_| ()).await?;
    if models.iter().any(|model| model.generations.storage().is_shared()) {
        // Other processes still show the builds before: they are given the time to hear of the new ones.
        tokio::time::sleep(2 * keeper::ROUND).await;
    }
    for model in models {
        let _turn = model.wait_for_turn().await;
        let (generations, definition, kept) = (Arc::clone(&model.generations), model.definition, model.shown());
        off_the_runtime(move || {
            generations.leave_out_errors(&definition)?;
            generations.keep_only(&definition, &kept)
        })
        .await?;
    }
    Ok(())
}

pub(crate) async fn rebuild_with(
    models: Vec<Arc<Model>>,
    turns: Vec<Turn>,
    log: &Arc<dyn EventLog>,
    mut seen: impl FnMut(&RebuildProgress) + Send,
) -> Result<Vec<Rebuilt>, ModelError> {
    let start = Instant::now();
    let taken = models.into_iter().zip(turns);
    let begin = move || taken.map(|(model, turn)| UnderConstruction::begin(model, turn)).collect::<Result<Vec<_>, _>>();
    let builds = off_the_runtime(begin).await?;
    let to_load = builds.iter().map(UnderConstruction::to_load).collect::<Result<Vec<_>, _>>()?;
    let last = Mutex::new(None);
    let mut report = |progress: &RebuildProgress| {
        for build in &builds {
            build.model.report_rebuild(Some(*progress));
        }
        seen(progress);
        *last.lock() = Some(*progress);
    };
    let stores = load::load(log, to_load.into_iter().flatten().collect(), None, &mut report).await?;
    let read = *last.lock();
    if let Some(last) = read {
        report(&RebuildProgress { phase: Phase::TakingOver, eta_seconds: None, ..last });
    }
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
    let generations = Arc::clone(&model.generations);
    let (store, skips) =
        off_the_runtime(move || Ok((generations.opened(&definition, &previous)?, generations.skips(&definition)?)))
            .await?;
    // What was skipped since is parked in it.
    let (store, tried) = retry::retry(&**model.log(), store, &retry::Which::Skipped(skips)).await?;
    tried?;
    model.take_over(turn, previous, store).await
}

/// Removes the build that is kept to swap back to.
pub(crate) async fn discard_earlier(model: &Arc<Model>) -> Result<(), ModelError> {
    let _turn = model.turn().await?;
    let (generations, definition) = (Arc::clone(&model.generations), model.definition);
    off_the_runtime(move || match generations.previous(&definition)? {
        Some(previous) => generations.discard(&previous),
        None => Err(ModelError::NoEarlierBuild { model: definition.name }),
    })
    .await
}

/// A build that nobody is shown yet; dropping it takes it away.
struct UnderConstruction {
    model: Arc<Model>,
    /// None once it takes over.
    turn: Option<Turn>,
    /// None once it takes over.
    generation: Option<BuildId>,
}

impl UnderConstruction {
    fn begin(model: Arc<Model>, turn: Turn) -> Result<Self, ModelError> {
        let generation = Some(model.generations.begin(&model.definition)?);
        Ok(Self { model, turn: Some(turn), generation })
    }

    /// What is to be loaded.
    fn to_load(&self) -> Result<Option<load::Build>, ModelError> {
        let (generations, definition) = (&self.model.generations, self.model.definition);
        let Some(generation) = self.generation else { return Ok(None) };
        let skips = generations.skips(&definition)?;
        Ok(Some(load::Build::new(definition, generations.storage(), generation, skips)))
    }

    async fn finish(mut self, store: StoreResult, start: Instant) -> Result<Rebuilt, ModelError> {
        let store = store?;
        let events = store.checkpoint().map_or(0, |checkpoint| checkpoint.events);
        let parked = store.parked();
        let (Some(generation), Some(turn)) = (self.generation.take(), self.turn.take()) else {
            return Err(ModelError::Stopped);
        };
        let number = generation.number;
        // From here on it comes to its end, whoever drops this future.
        if let Err(error) = self.model.take_over(turn, generation, store).await {
            self.generation = Some(generation);
            return Err(error);
        }
        let took = start.elapsed();
        let model = self.model.definition.name.parse()?;
        Ok(Rebuilt { model, generation: number, events, parked, took })
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
