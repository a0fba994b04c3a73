//! Long work on read models: started by one request, followed and ended by others.
//!
//! The last ones are kept in memory, for the people who look; what they changed is in the read models themselves.

use std::{collections::VecDeque, sync::Arc};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use eventlog::Position;
use parking_lot::Mutex;
use projections::{ModelError, ModelName, Phase, RebuildProgress, Rebuilt, Replayed, Verified};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::state::AppState;

/// How many are kept.
const KEPT: usize = 50;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Build it anew.
    Rebuild,
    /// Compare it with the log.
    Verify,
    /// Show it as it stood there.
    Replay(Position),
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Rebuilt(Rebuilt),
    Verified(Verified),
    Replayed(Replayed),
}

/// How it ended.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Done(Box<Outcome>),
    Failed(String),
    Cancelled,
}

/// One piece of work.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: Uuid,
    pub(crate) task: Task,
    pub(crate) model: ModelName,
    pub(crate) actor: Actor,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) progress: Option<RebuildProgress>,
    pub(crate) ended: Option<(DateTime<Utc>, End)>,
    cancel: CancellationToken,
}

impl Operation {
    /// Whether it can be ended before it is done: a take-over comes to its end.
    pub(crate) fn can_cancel(&self) -> bool {
        self.ended.is_none() && self.progress.is_none_or(|progress| progress.phase != Phase::TakingOver)
    }
}

/// The work that is under way, and the last that was.
#[derive(Default)]
pub(crate) struct Operations {
    /// The oldest first.
    all: Mutex<VecDeque<Operation>>,
}

impl Operations {
    /// Lists them, the latest first.
    pub(crate) fn list(&self) -> Vec<Operation> {
        self.all.lock().iter().rev().cloned().collect()
    }

    pub(crate) fn find(&self, id: Uuid) -> Option<Operation> {
        self.all.lock().iter().find(|operation| operation.id == id).cloned()
    }

    /// Ends one that can be ended; says whether it could.
    pub(crate) fn cancel(&self, id: Uuid) -> bool {
        let found = self.find(id).filter(Operation::can_cancel);
        if let Some(operation) = &found {
            operation.cancel.cancel();
        }
        found.is_some()
    }

    fn add(&self, operation: Operation) {
        let mut all = self.all.lock();
        if all.len() >= KEPT
            && let Some(oldest) = all.iter().position(|operation| operation.ended.is_some())
        {
            all.remove(oldest);
        }
        all.push_back(operation);
    }

    fn remove(&self, id: Uuid) {
        self.all.lock().retain(|operation| operation.id != id);
    }

    fn change(&self, id: Uuid, change: impl FnOnce(&mut Operation)) {
        if let Some(operation) = self.all.lock().iter_mut().find(|operation| operation.id == id) {
            change(operation);
        }
    }
}

/// Work that has begun.
pub(crate) struct Begun {
    pub(crate) id: Uuid,
    /// Its outcome; nothing comes when it was cancelled.
    pub(crate) outcome: oneshot::Receiver<Result<Outcome, ModelError>>,
}

impl AppState {
    /// Begins work on a read model; it goes on when whoever asked has gone.
    ///
    /// # Errors
    /// When it cannot begin: somebody else works on the read model.
    pub(crate) async fn begin(&self, task: Task, model: ModelName) -> Result<Begun, ModelError> {
        let (id, cancel) = (Uuid::now_v7(), self.shutdown.child_token());
        let (actor, started_at) = (self.actor.clone(), self.clock.now());
        let operation =
            Operation { id, task, model, actor, started_at, progress: None, ended: None, cancel: cancel.clone() };
        self.operations.add(operation);
        let (begun, has_begun) = oneshot::channel();
        let (answer, outcome) = oneshot::channel();
        let tell = Arc::new(Mutex::new(Some(begun)));
        let state = self.clone();
        tokio::spawn(async move {
            let ended = state.unless_cancelled(id, &cancel, state.carry_out(id, task, model, &tell)).await;
            let begun = tell.lock().take();
            match (begun, ended) {
                (Some(begun), Some(Err(error))) => {
                    state.operations.remove(id);
                    // Whoever asked may have gone away.
                    drop(begun.send(Err(error)));
                }
                (begun, ended) => {
                    drop(begun.map(|begun| begun.send(Ok(()))));
                    state.note_end(id, ended.as_ref());
                    drop(ended.map(|ended| answer.send(ended)));
                }
            }
        });
        // The task always says how it began, unless it panicked.
        has_begun.await.unwrap_or(Err(ModelError::Stopped))?;
        Ok(Begun { id, outcome })
    }

    /// Waits for the end of work; none when it was cancelled before. A take-over comes to its end.
    async fn unless_cancelled<T>(
        &self,
        id: Uuid,
        cancel: &CancellationToken,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        tokio::pin!(work);
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = cancel.cancelled() => {}
        }
        match self.operations.find(id) {
            Some(operation) if !operation.can_cancel() => Some(work.await),
            Some(_) | None => None,
        }
    }

    async fn carry_out(
        &self,
        id: Uuid,
        task: Task,
        model: ModelName,
        tell: &Mutex<Option<oneshot::Sender<Result<(), ModelError>>>>,
    ) -> Result<Outcome, ModelError> {
        let seen = |progress: &RebuildProgress| {
            self.operations.change(id, |operation| operation.progress = Some(*progress));
            if let Some(begun) = tell.lock().take() {
                drop(begun.send(Ok(())));
            }
        };
        match task {
            Task::Rebuild => {
                let rebuilt = self.models.rebuild(&[model], seen).await?;
                rebuilt.into_iter().next().map(Outcome::Rebuilt).ok_or(ModelError::Stopped)
            }
            Task::Verify => self.models.verify(model, seen).await.map(Outcome::Verified),
            Task::Replay(position) => self.models.replay(model, position, seen).await.map(Outcome::Replayed),
        }
    }

    fn note_end(&self, id: Uuid, ended: Option<&Result<Outcome, ModelError>>) {
        let end = match ended {
            None => End::Cancelled,
            Some(Ok(outcome)) => End::Done(Box::new(outcome.clone())),
            Some(Err(error)) => {
                tracing::error!(%error, "work on a read model failed; what people are shown goes on");
                End::Failed(error.to_string())
            }
        };
        let at = self.clock.now();
        self.operations.change(id, |operation| operation.ended = Some((at, end)));
    }
}
