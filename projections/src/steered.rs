//! One model as people steer it: letting it stand still, passing over parked events, trying them again.
//!
//! Where several processes share the models, whatever was decided stands in the register, and the process that writes
//! the model heeds it at its next round.

use std::sync::Arc;

use eventlog::Position;
use tracing::{info, warn};

use crate::{
    Decision, ModelError, Parked, Retried, Skipped,
    model::{Model, Turn},
    opening::off_the_runtime,
    retry::{self, Which},
    steering::{self, Steering},
    store::Store,
};

impl Model {
    /// Lets the model stand still until [`resume`](Self::resume), in all processes and over restarts.
    pub(crate) async fn pause(&self, decision: Decision) -> Result<(), ModelError> {
        let _turn = self.turn().await?;
        let (generations, definition) = (Arc::clone(&self.generations), self.definition);
        off_the_runtime(move || generations.pause(&definition, &decision)).await?;
        self.read_steering().await?;
        self.put_down().await?;
        info!(model = self.definition.name, "the read model stands still, as somebody wanted");
        Ok(())
    }

    /// Lets the model follow the log again.
    pub(crate) async fn resume(&self) -> Result<(), ModelError> {
        let _turn = self.turn().await?;
        let (generations, definition) = (Arc::clone(&self.generations), self.definition);
        off_the_runtime(move || generations.unpause(&definition)).await?;
        self.read_steering().await?;
        info!(model = self.definition.name, "the read model follows the log again");
        // Where processes share it, whoever comes first writes it at its next round.
        if !self.writes || self.generations.storage().is_shared() || self.is_written_here().await {
            return Ok(());
        }
        let store = self.open_shown().await?;
        self.follow_up(store).await
    }

    /// Passes over a parked event for good, and folds the stream behind it on.
    pub(crate) async fn skip(&self, position: Position, decision: Decision) -> Result<Retried, ModelError> {
        let turn = self.turn().await?;
        let Some(Parked { stream, revision, error, .. }) = self.find_parked(position).await? else {
            return Err(ModelError::NotParked { model: self.definition.name, position });
        };
        let page = self.log().read_stream(&stream, eventlog::StreamFrom::At(revision), eventlog::Direction::Forward, 1);
        let event_id = page.await?.first().map(|event| event.id).ok_or(ModelError::Stopped)?;
        let skipped = Skipped { position, event_id, stream: stream.clone(), revision, error, decision };
        let (generations, definition) = (Arc::clone(&self.generations), self.definition);
        off_the_runtime(move || generations.skip(&definition, &skipped)).await?;
        info!(model = self.definition.name, %position, %stream, "an event is passed over, as somebody wanted");
        self.try_again(&turn, Which::Stream(stream)).await
    }

    /// Folds the stream of a parked event once more, or all that stand still.
    pub(crate) async fn retry(&self, position: Option<Position>) -> Result<Retried, ModelError> {
        let turn = self.turn().await?;
        let which = match position {
            None => Which::All,
            Some(position) => match self.find_parked(position).await? {
                Some(parked) => Which::Stream(parked.stream),
                None => return Err(ModelError::NotParked { model: self.definition.name, position }),
            },
        };
        self.try_again(&turn, which).await
    }

    /// Follows what the register says since it was last read.
    pub(crate) async fn heed(&self, turn: &Turn, steering: Steering) -> Result<(), ModelError> {
        let (wanted, is_paused) = (steering.retries, steering.pause.is_some());
        let before = self.note_steering(steering);
        if is_paused {
            return self.put_down().await;
        }
        if wanted > before.retries && self.is_written_here().await {
            self.fold_again(turn, Which::All).await?;
        }
        Ok(())
    }

    /// Keeps the shown build up to date from now on, after a try with what is parked in it: this build of the code may
    /// read what the one before could not, and somebody may have wanted events passed over meanwhile.
    pub(crate) async fn follow_up(&self, store: Box<dyn Store>) -> Result<(), ModelError> {
        if store.parked() == 0 {
            return self.follow(store).await;
        }
        let (store, tried) = retry::retry(&**self.log(), store, &Which::All).await?;
        match tried {
            Ok(Retried { before, parked, .. }) if parked < before => {
                info!(model = self.definition.name, before, parked, "parked events could be read now");
            }
            Ok(_) => {}
            Err(error) => warn!(model = self.definition.name, %error, "parked events could not be tried again"),
        }
        self.follow(store).await
    }

    async fn find_parked(&self, position: Position) -> Result<Option<Parked>, ModelError> {
        Ok(self.read(move |reads| steering::parked_at(reads, position)).await?.0)
    }

    async fn read_steering(&self) -> Result<(), ModelError> {
        let (generations, definition) = (Arc::clone(&self.generations), self.definition);
        self.note_steering(off_the_runtime(move || generations.steering(&definition)).await?);
        Ok(())
    }

    async fn open_shown(&self) -> Result<Box<dyn Store>, ModelError> {
        let (generations, definition, shown) = (Arc::clone(&self.generations), self.definition, self.shown());
        off_the_runtime(move || generations.opened(&definition, &shown)).await
    }

    /// Tries parked events again here, or asks the process that writes the model.
    async fn try_again(&self, turn: &Turn, which: Which) -> Result<Retried, ModelError> {
        if self.is_paused() {
            return Err(ModelError::Paused { model: self.definition.name });
        }
        if self.is_written_here().await {
            return self.fold_again(turn, which).await;
        }
        let (generations, definition) = (Arc::clone(&self.generations), self.definition);
        off_the_runtime(move || generations.want_retry(&definition)).await?;
        let parked = self.read(|reads| crate::store::Standing::seen(reads)).await?.0.parked;
        Ok(Retried { before: parked, parked, elsewhere: true })
    }

    /// Stops the thread that follows the log, folds again, and goes on.
    async fn fold_again(&self, _turn: &Turn, which: Which) -> Result<Retried, ModelError> {
        let Some(mut store) = self.stand_still().await? else { return Err(ModelError::Stopped) };
        let (generations, definition) = (Arc::clone(&self.generations), self.definition);
        store.skip(off_the_runtime(move || generations.skips(&definition)).await?);
        let (store, tried) = match retry::retry(&**self.log(), store, &which).await {
            Ok(done) => done,
            Err(error) => (self.open_shown().await?, Err(error)),
        };
        self.follow(store).await?;
        tried
    }
}
