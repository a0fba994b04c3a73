//! The operations that this process carries out.

use std::{collections::HashMap, convert::Infallible, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use parking_lot::Mutex;
use tokio::{
    sync::oneshot,
    time::{Instant, MissedTickBehavior, interval_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, error, warn};
use uuid::Uuid;

use super::{End, Heard, Operation, Outcome, Task, Wanted};
use crate::{
    ModelError, Models, Phase, RebuildProgress,
    model::{Model, Turn},
    opening::off_the_runtime,
    rebuild, replay, verify,
};

/// How often a sign is given at most.
const SIGN: Duration = Duration::from_secs(1);

/// What this process is about.
#[derive(Default)]
pub(crate) struct AtWork {
    here: Mutex<HashMap<Uuid, Here>>,
    tasks: TaskTracker,
    /// Cancelled when the process is to end.
    stop: CancellationToken,
}

/// One operation of this process.
#[derive(Clone, Default)]
struct Here {
    progress: Arc<Mutex<Option<RebuildProgress>>>,
    cancel: CancellationToken,
}

impl Here {
    fn is_taking_over(&self) -> bool {
        self.progress.lock().is_some_and(|progress| progress.phase == Phase::TakingOver)
    }
}

impl AtWork {
    pub(super) fn ids(&self) -> Vec<Uuid> {
        self.here.lock().keys().copied().collect()
    }

    /// An operation with how far it is now instead of what it told last, if it is one of ours.
    pub(super) fn freshened(&self, operation: Operation) -> Operation {
        let progress = self.here.lock().get(&operation.id).and_then(|here| *here.progress.lock());
        Operation { progress: progress.or(operation.progress), ..operation }
    }

    pub(super) fn cancel(&self, id: Uuid) {
        if let Some(here) = self.here.lock().get(&id) {
            here.cancel.cancel();
        }
    }

    /// Ends all work, and begins none any more.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
    }

    /// Waits until all work has ended.
    pub(crate) async fn ended(&self) {
        self.tasks.wait().await;
    }
}

/// Work that has begun.
pub struct Begun {
    /// Its name.
    pub id: Uuid,
    /// What came of it; nothing comes when it was ended before.
    pub outcome: oneshot::Receiver<Result<Outcome, ModelError>>,
}

/// Whoever waits for work to begin.
type Waiting = oneshot::Sender<Result<(), ModelError>>;

impl Models {
    /// Begins work on a model, for all processes to see; it goes on when whoever wanted it has gone.
    ///
    /// # Errors
    /// When it cannot begin: somebody else works on the model, or the log does not reach as far.
    pub async fn begin(&self, wanted: Wanted) -> Result<Begun, ModelError> {
        if self.at_work().stop.is_cancelled() {
            return Err(ModelError::Stopped);
        }
        let id = wanted.id;
        let (begun, has_begun) = oneshot::channel();
        let (answer, outcome) = oneshot::channel();
        let models = self.clone();
        let work = async move { models.see_to(wanted, begun, answer).await };
        self.at_work().tasks.spawn(work.in_current_span());
        // The task always says how it began, unless it panicked.
        has_begun.await.unwrap_or(Err(ModelError::Stopped))?;
        Ok(Begun { id, outcome })
    }

    /// Ends all operations of this process: it is about to end.
    pub fn end_operations(&self) {
        self.at_work().stop();
    }

    async fn see_to(&self, wanted: Wanted, begun: Waiting, answer: oneshot::Sender<Result<Outcome, ModelError>>) {
        let (id, here) = (wanted.id, Here::default());
        self.at_work().here.lock().insert(id, here.clone());
        match self.take_up(&wanted).await {
            // Whoever wanted it may have gone away, here and below.
            Err(error) => drop(begun.send(Err(error))),
            Ok(turn) => {
                let begun = Mutex::new(Some(begun));
                let seen = |progress: &RebuildProgress| {
                    *here.progress.lock() = Some(*progress);
                    drop(begun.lock().take().map(|begun| begun.send(Ok(()))));
                };
                let ended = self.until_end(&wanted, &here, self.carry_out(&wanted, turn, seen)).await;
                drop(begun.into_inner().map(|begun| begun.send(Ok(()))));
                self.note_end(id, &here, ended, answer).await;
            }
        }
        self.at_work().here.lock().remove(&id);
    }

    /// Takes the model's turn, and notes for all to see that the work begins.
    async fn take_up(&self, wanted: &Wanted) -> Result<Turn, ModelError> {
        let turn = self.model(wanted.model).turn().await?;
        if let Task::Replay(position) = wanted.task {
            replay::is_reached(&**self.log(), position).await?;
        }
        let (models, wanted) = (self.clone(), wanted.clone());
        off_the_runtime(move || models.generations().begin_operation(&wanted)).await?;
        Ok(turn)
    }

    async fn carry_out(
        &self,
        wanted: &Wanted,
        turn: Turn,
        seen: impl FnMut(&RebuildProgress) + Send,
    ) -> Result<Outcome, ModelError> {
        let model: &Arc<Model> = self.model(wanted.model);
        match wanted.task {
            Task::Rebuild => {
                let rebuilt = rebuild::rebuild_with(vec![Arc::clone(model)], vec![turn], self.log(), seen).await?;
                rebuilt.into_iter().next().map(Outcome::Rebuilt).ok_or(ModelError::Stopped)
            }
            Task::Verify => verify::verify(model, turn, self.log(), seen).await.map(Outcome::Verified),
            Task::Replay(position) => {
                replay::replay(model, turn, self.log(), position, seen).await.map(Outcome::Replayed)
            }
        }
    }

    /// Waits for the end of work, and gives signs meanwhile; the error is an end before it was done. A take-over comes to
    /// its end.
    async fn until_end(
        &self,
        wanted: &Wanted,
        here: &Here,
        work: impl Future<Output = Result<Outcome, ModelError>>,
    ) -> Result<Result<Outcome, ModelError>, End> {
        let name = wanted.model.name();
        let work = AssertUnwindSafe(work).catch_unwind();
        let work = work.map(|done| done.unwrap_or_else(|panic| Err(ModelError::panicked(name, &*panic))));
        let signs = self.give_signs(wanted.id, here);
        tokio::pin!(work, signs);
        let early = tokio::select! {
            biased;
            done = &mut work => return Ok(done),
            () = here.cancel.cancelled() => End::Cancelled,
            () = self.at_work().stop.cancelled() => End::Stopped,
            never = &mut signs => match never {},
        };
        if !here.is_taking_over() {
            return Err(early);
        }
        tokio::select! {
            biased;
            done = &mut work => Ok(done),
            never = &mut signs => match never {},
        }
    }

    /// Tells the register about once a second that this process is there and how far the work is, and heeds what it says.
    async fn give_signs(&self, id: Uuid, here: &Here) -> Infallible {
        let every = self.sign_every();
        let mut due = interval_at(Instant::now() + every, every);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            due.tick().await;
            let (models, progress) = (self.clone(), *here.progress.lock());
            match off_the_runtime(move || models.generations().give_sign(id, progress)).await {
                Ok(Heard::GoOn) => {}
                Ok(Heard::Cancel) => here.cancel.cancel(),
                Ok(Heard::GivenUp) => {
                    warn!(operation = %id, "others gave up work of this process, which had given no sign");
                    here.cancel.cancel();
                }
                Err(error) => warn!(operation = %id, %error, "no sign of work can be given at the moment"),
            }
        }
    }

    /// Notes how work ended, for all to see; tries again while the register cannot be reached.
    async fn note_end(
        &self,
        id: Uuid,
        here: &Here,
        ended: Result<Result<Outcome, ModelError>, End>,
        answer: oneshot::Sender<Result<Outcome, ModelError>>,
    ) {
        let end = match &ended {
            Ok(Ok(outcome)) => End::Done(Box::new(outcome.clone())),
            Ok(Err(error)) => {
                error!(%error, "work on a read model failed; what people are shown goes on");
                End::Failed(error.to_string())
            }
            Err(early) => early.clone(),
        };
        let progress = *here.progress.lock();
        let note = || {
            let (models, end) = (self.clone(), end.clone());
            off_the_runtime(move || models.generations().end_operation(id, progress, end))
        };
        let mut noted = note().await;
        if let Ok(done) = ended {
            drop(answer.send(done));
        }
        while let Err(error) = noted {
            warn!(operation = %id, %error, "how work ended cannot be noted at the moment; trying again");
            if self.at_work().stop.run_until_cancelled(tokio::time::sleep(self.sign_every())).await.is_none() {
                return;
            }
            noted = note().await;
        }
    }

    /// So often that several signs may be lost before others give up the work.
    fn sign_every(&self) -> Duration {
        let silence = self.generations().storage().silence();
        if silence.is_zero() { SIGN } else { SIGN.min(silence / 4) }
    }
}
