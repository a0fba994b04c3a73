//! Keeping one generation up to date: a thread that follows the log and writes what has arrived.
//!
//! When little happens, each event is written at once. Under load, events gather while the last transaction is still
//! young, so that there are fewer and larger ones; somebody who waits for a position ends the gathering.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use eventlog::{EventLog, Filter, Position, RecordedEvent, SubscriptionItem};
use futures::FutureExt;
use tokio::{runtime::Handle, sync::watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{error, info};

use crate::{ModelError, store::Store, wait::Progress};

/// How many events one transaction takes at most, give or take one delivery of the log.
const BATCH: usize = 4_096;
/// How far apart transactions are under load, while nobody waits.
const GATHER: Duration = Duration::from_millis(10);
/// How long to wait before the first new try after an error; doubles up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LAST_PAUSE: Duration = Duration::from_secs(30);

/// What a runner tells about itself.
pub(crate) trait Audience: Send + Sync + 'static {
    /// Everything up to `position` is committed, `events` of them just now.
    fn wrote(&self, position: Option<Position>, events: usize, parked: u64);
    /// There is nothing more in the log at the moment.
    fn caught_up(&self);
    /// It cannot go on at the moment.
    fn failed(&self, error: &ModelError);
    /// It ended.
    fn stopped(&self);
}

/// A generation that follows the log.
/// Dropping it lets the thread come to its end by itself.
pub(crate) struct Runner {
    name: &'static str,
    stop: DropGuard,
    reached: watch::Receiver<Option<Position>>,
    thread: thread::JoinHandle<Box<dyn Store>>,
}

impl Runner {
    /// Starts following behind the store's checkpoint. `progress` is that of the model: who waits there makes it hurry.
    pub(crate) fn start(
        name: &'static str,
        store: Box<dyn Store>,
        log: Arc<dyn EventLog>,
        progress: Arc<Progress>,
        audience: Arc<dyn Audience>,
        runtime: Handle,
    ) -> Result<Self, ModelError> {
        let stop = CancellationToken::new();
        let at = store.checkpoint().map(|checkpoint| checkpoint.position);
        let (reach, reached) = watch::channel(at);
        let following = Following {
            name,
            store,
            log,
            stop: stop.clone(),
            reach,
            progress,
            audience,
            is_live: false,
            last_write: Instant::now(),
        };
        let thread = thread::Builder::new()
            .name(format!("model {name}"))
            .spawn(move || following.run(&runtime))
            .map_err(|cause| ModelError::NoThread { model: name, cause })?;
        Ok(Self { name, stop: stop.drop_guard(), reached, thread })
    }

    /// Waits until everything up to `position` is committed.
    ///
    /// # Errors
    /// [`ModelError::Stopped`] when the runner ends before.
    pub(crate) async fn reached(&self, position: Option<Position>) -> Result<(), ModelError> {
        let mut reached = self.reached.clone();
        reached.wait_for(|reached| *reached >= position).await.map_err(|_| ModelError::Stopped)?;
        Ok(())
    }

    /// Says up to where everything is committed.
    pub(crate) fn at(&self) -> Option<Position> {
        *self.reached.borrow()
    }

    /// Ends it after the transaction it is in, and gives the store back.
    pub(crate) async fn stop(self) -> Result<Box<dyn Store>, ModelError> {
        drop(self.stop);
        let joined = tokio::task::spawn_blocking(move || self.thread.join()).await.map_err(|_| ModelError::Stopped)?;
        joined.map_err(|panic| ModelError::panicked(self.name, &*panic))
    }
}

struct Following {
    name: &'static str,
    store: Box<dyn Store>,
    log: Arc<dyn EventLog>,
    stop: CancellationToken,
    reach: watch::Sender<Option<Position>>,
    progress: Arc<Progress>,
    audience: Arc<dyn Audience>,
    /// Everything that was in the log at the start has been handled.
    is_live: bool,
    last_write: Instant,
}

impl Following {
    fn run(mut self, runtime: &Handle) -> Box<dyn Store> {
        let mut pause = FIRST_PAUSE;
        loop {
            let before = self.at();
            let ended = runtime.block_on(self.follow());
            let Err(error) = ended else { break };
            error!(%error, "a read model cannot go on and will try again");
            self.audience.failed(&error);
            pause = if self.at() > before { FIRST_PAUSE } else { (pause * 2).min(LAST_PAUSE) };
            let stopped = runtime.block_on(async { tokio::time::timeout(pause, self.stop.cancelled()).await.is_ok() });
            if stopped {
                break;
            }
            if let Err(error) = self.store.resume() {
                self.audience.failed(&error);
            }
        }
        if let Err(error) = self.store.rest() {
            self.audience.failed(&error);
        }
        self.audience.stopped();
        self.store
    }

    /// Follows the log until it is told to stop or the log is closed.
    async fn follow(&mut self) -> Result<(), ModelError> {
        let stop = self.stop.clone();
        let mut subscription = self.log.subscribe_all(self.at(), Filter::All).await?;
        let mut batch = Vec::new();
        loop {
            let item = tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                item = subscription.next() => item,
            };
            let Some(item) = item else {
                info!("the log was closed");
                return Ok(());
            };
            let mut caught_up = gather(&mut batch, item?);
            let young_until = self.last_write + GATHER;
            if self.is_live && Instant::now() < young_until {
                self.progress.gather_until(young_until);
            }
            while batch.len() < BATCH
                && let Some(Some(item)) = subscription.next().now_or_never()
            {
                caught_up = gather(&mut batch, item?);
            }
            self.write(&batch)?;
            batch.clear();
            if caught_up {
                self.is_live = true;
                self.audience.caught_up();
            }
        }
    }

    fn write(&mut self, batch: &[Arc<RecordedEvent>]) -> Result<(), ModelError> {
        if batch.is_empty() {
            return Ok(());
        }
        let store = &mut self.store;
        catch_unwind(AssertUnwindSafe(|| store.take(batch)))
            .unwrap_or_else(|panic| Err(ModelError::panicked(self.name, &*panic)))?;
        self.last_write = Instant::now();
        let at = self.at();
        self.reach.send_replace(at);
        self.audience.wrote(at, batch.len(), self.store.parked());
        Ok(())
    }

    fn at(&self) -> Option<Position> {
        self.store.checkpoint().map(|checkpoint| checkpoint.position)
    }
}

/// Takes in what the log says; tells whether the reader has everything there is.
fn gather(batch: &mut Vec<Arc<RecordedEvent>>, item: SubscriptionItem) -> bool {
    match item {
        SubscriptionItem::Events(events) => {
            batch.extend(events.iter().cloned());
            false
        }
        SubscriptionItem::CaughtUp(_) => true,
        SubscriptionItem::Checkpoint(_) => false,
    }
}
