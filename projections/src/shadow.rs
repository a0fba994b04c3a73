//! A build that nobody is shown: made from the log up to a position, looked at, and thrown away.

use std::sync::Arc;

use eventlog::{EventLog, Position};
use projections_store::{BuildId, Mode};
use tracing::warn;

use crate::{ModelError, RebuildProgress, generations::Generations, load, model::Model, opening::off_the_runtime};

/// A shadow of a model; dropping it takes it away.
pub(crate) struct Shadow {
    generations: Arc<Generations>,
    build: BuildId,
}

impl Shadow {
    /// Registers an empty shadow.
    pub(crate) async fn begin(model: &Model) -> Result<Self, ModelError> {
        let (generations, definition) = (Arc::clone(&model.generations), model.definition);
        let build = off_the_runtime({
            let generations = Arc::clone(&generations);
            move || generations.begin(&definition)
        });
        Ok(Self { build: build.await?, generations })
    }

    /// Its name.
    pub(crate) fn build(&self) -> BuildId {
        self.build
    }

    /// Fills it with everything up to and including `until`; nothing when there is no position.
    pub(crate) async fn fill(
        &self,
        model: &Model,
        log: &Arc<dyn EventLog>,
        until: Option<Position>,
        seen: &mut (impl FnMut(&RebuildProgress) + Send),
    ) -> Result<(), ModelError> {
        let (generations, definition, build) = (Arc::clone(&self.generations), model.definition, self.build);
        if until.is_none() {
            return off_the_runtime(move || generations.created(&definition, &build, Mode::Load).map(drop)).await;
        }
        let skips = off_the_runtime({
            let generations = Arc::clone(&generations);
            move || generations.skips(&definition)
        });
        let builds = vec![load::Build::new(definition, generations.storage(), build, skips.await?)];
        let stores = load::load(log, builds, until, seen).await?.into_iter().collect::<Result<Vec<_>, _>>()?;
        off_the_runtime(move || {
            drop(stores);
            Ok(())
        })
        .await
    }
}

impl Drop for Shadow {
    fn drop(&mut self) {
        if let Err(error) = self.generations.discard(&self.build) {
            warn!(model = self.build.model, %error, "a shadow could not be removed; the next start does it");
        }
    }
}
