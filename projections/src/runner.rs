//! Keeping one generation up to date: a thread that follows the log and writes what has arrived.
//!
//! When little happens, each event is written at once. Under load, events gather for some time after each transaction, so
//! that there are fewer and larger ones; somebody who waits for a position ends the gathering.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use eventlog::{EventLog, Filter, Position, RecordedEvent, SubscriptionItem};
use futures::FutureExt;
use projections_store::StorageError;
use tokio::{runtime::Handle, sync::watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{error, info};

use crate::{ModelError, store::Store, wait::Progress};

/// How many events one transaction takes at most, give or take one delivery of the log.
const BATCH: usize = 4_096;
/// How long a writer gathers events, as a multiple of the time its last transaction took: what it does leaves room for
/// the others, and the more there is to do, the larger and the cheaper for each event are the transactions.
const REST: u32 = 8;
/// The longest time to gather.
const LONGEST_REST: Duration = Duration::from_millis(200);
/// How often the log's deliveries are taken in meanwhile, so that it need not be read for what was delivered.
const DELIVERY: Duration = Duration::from_millis(20);
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
            rest_until: Instant::now(),
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

    /// Whether it came to its end by itself: the log was closed, or another process writes the build.
    pub(crate) fn has_ended(&self) -> bool {
        self.thread.is_finished()
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
    /// While nobody waits, the next transaction begins no earlier.
    rest_until: Instant,
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
            match self.store.resume() {
                Ok(()) => {}
                Err(ModelError::Storage { cause: StorageError::Taken, .. }) => {
                    info!(model = self.name, "another process writes the read model now");
                    return self.store;
                }
                Err(error) => self.audience.failed(&error),
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
            loop {
                while batch.len() < BATCH
                    && let Some(Some(item)) = subscription.next().now_or_never()
                {
                    caught_up = gather(&mut batch, item?);
                }
                let now = Instant::now();
                let may_rest = self.is_live && batch.len() < BATCH && now < self.rest_until;
                if !may_rest || self.progress.idle_until(self.rest_until.min(now + DELIVERY)) {
                    break;
                }
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
        let begin = Instant::now();
        let store = &mut self.store;
        catch_unwind(AssertUnwindSafe(|| store.take(batch)))
            .unwrap_or_else(|panic| Err(ModelError::panicked(self.name, &*panic)))?;
        self.rest_until = Instant::now() + (begin.elapsed() * REST).min(LONGEST_REST);
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
