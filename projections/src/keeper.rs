//! Where several processes share the builds: sees to it that exactly one writes each, and that all show the live one.
//!
//! Whoever has a build's lock writes it. The others look how far it is, try for the lock now and then, and take over
//! when the process that had it is gone. When another process makes another build live, this one follows.

use std::{sync::Arc, time::Duration};

use projections_store::StorageError;
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::info;

use crate::{ModelError, model::Model, opening::off_the_runtime};

/// How often the register is asked which build is live, and a build that another process writes is tried for.
pub(crate) const ROUND: Duration = Duration::from_millis(500);

/// Looks after one model until it is dropped.
pub(crate) struct Keeper {
    stop: DropGuard,
    task: JoinHandle<()>,
}

impl Keeper {
    pub(crate) fn start(model: Arc<Model>) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(keep(model, stop.clone()));
        Self { stop: stop.drop_guard(), task }
    }

    /// Ends it; afterwards it changes nothing any more.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        // An error says that it broke down, which ends it as well.
        drop(self.task.await);
    }
}

async fn keep(model: Arc<Model>, stop: CancellationToken) {
    let mut next_round = Instant::now();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(model.next_look()) => {}
        }
        let is_due = Instant::now() >= next_round;
        if is_due {
            next_round = Instant::now() + ROUND;
        }
        let kept = async {
            if is_due {
                round(&model).await?;
            }
            if model.is_written_here().await { Ok(()) } else { model.look().await }
        };
        if let Err(error) = kept.await {
            model.report_error(&error);
        }
    }
}

/// Follows what is live, and takes over what nobody writes.
async fn round(model: &Model) -> Result<(), ModelError> {
    // Whoever has the turn makes a build or lets one take over, and sees to everything itself.
    let Some((_round, turn)) = model.round().await else { return Ok(()) };
    let (generations, definition) = (Arc::clone(&model.generations), model.definition);
    let live = off_the_runtime(move || generations.live(&definition)).await?;
    let Some(live) = live else { return Ok(()) };
    if live != model.shown() {
        return model.switch_to(&turn, live).await;
    }
    let generations = Arc::clone(&model.generations);
    model.heed(&turn, off_the_runtime(move || generations.steering(&definition)).await?).await?;
    if !model.writes || model.is_paused() || model.is_written_here().await {
        return Ok(());
    }
    let generations = Arc::clone(&model.generations);
    match off_the_runtime(move || generations.opened(&definition, &live)).await {
        Ok(store) => {
            info!(model = definition.name, generation = live.number, "this process writes the read model from now on");
            model.follow_up(store).await
        }
        Err(ModelError::Storage { cause: StorageError::Taken, .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
