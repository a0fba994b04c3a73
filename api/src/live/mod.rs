//! Live updates: every event of the log, announced to whoever watches.
//!
//! One task follows the log and writes each event down once, as the bytes of a server-sent event; every watcher gets the
//! same bytes. A watcher that is too slow is dropped and goes on from where it was: what it missed is read from the
//! log, so that nothing is left out and nothing comes twice. Deliberately absent: the data of events. A watcher learns
//! what to read again.

mod frame;
mod watch;

use std::{sync::Arc, time::Duration};

use eventlog::{Filter, Position, ReadError, RecordedEvent, SubscriptionItem};
use parking_lot::Mutex;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, broadcast},
    time::{Instant, timeout_at},
};

pub(crate) use frame::Batch;
pub(crate) use watch::Start;

use crate::state::AppState;

/// How many announcements a watcher may fall behind before it is dropped.
const BACKLOG: usize = 256;

/// How far apart announcements are under load, for each watcher: what waking one costs, twice over.
const PEACE_PER_WATCHER: Duration = Duration::from_micros(20);
const MAX_PEACE: Duration = Duration::from_millis(50);

/// How soon the log is followed again after it failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The announcements, and how far they are.
pub(crate) struct Live {
    batches: broadcast::Sender<Arc<Batch>>,
    /// Everything up to here was announced, or nobody watched. Changed only together with sending.
    announced: Mutex<Option<Position>>,
    seats: Arc<Semaphore>,
}

/// A place among the watchers.
struct Seat {
    batches: broadcast::Receiver<Arc<Batch>>,
    /// What comes through `batches` is exactly what is behind this.
    announced: Option<Position>,
    _permit: OwnedSemaphorePermit,
}

impl Live {
    /// Begins with what happens behind `head`.
    pub(crate) fn new(max_watchers: usize, head: Option<Position>) -> Self {
        let (batches, _) = broadcast::channel(BACKLOG);
        Self { batches, announced: Mutex::new(head), seats: Arc::new(Semaphore::new(max_watchers)) }
    }

    /// How many watch.
    pub(crate) fn watchers(&self) -> usize {
        self.batches.receiver_count()
    }

    /// Takes a place among the watchers; `None` when all are taken.
    fn sit_down(&self) -> Option<Seat> {
        let permit = Arc::clone(&self.seats).try_acquire_owned().ok()?;
        let announced = self.announced.lock();
        Some(Seat { batches: self.batches.subscribe(), announced: *announced, _permit: permit })
    }

    /// Announces events, and says how long the watchers should be left in peace after it.
    fn tell(&self, events: &[Arc<RecordedEvent>]) -> Duration {
        if let Some(last) = events.last()
            && self.is_watched(last.position)
        {
            self.announce(Batch::of(events));
        }
        let watchers = u32::try_from(self.watchers()).unwrap_or(u32::MAX);
        metrics::gauge!("cairn_sse_clients").set(f64::from(watchers));
        PEACE_PER_WATCHER.saturating_mul(watchers).min(MAX_PEACE)
    }

    /// Whether anybody watches; when nobody does, notes that everything up to `last` needs no announcement.
    fn is_watched(&self, last: Position) -> bool {
        let mut announced = self.announced.lock();
        if self.batches.receiver_count() > 0 {
            return true;
        }
        *announced = Some(last);
        false
    }

    fn announce(&self, batch: Batch) {
        let mut announced = self.announced.lock();
        *announced = Some(batch.last);
        // Nobody may be left to hear it, which is fine.
        let _ = self.batches.send(Arc::new(batch));
    }
}

impl AppState {
    /// Announces what happens to all watchers, until the server ends.
    pub(crate) async fn announce(&self) {
        let following = async {
            loop {
                if let Err(error) = self.follow().await {
                    tracing::error!(%error, "live updates stopped following the log; they go on in a moment");
                }
                tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
            }
        };
        tokio::select! {
            () = following => {}
            () = self.shutdown.cancelled() => {}
        }
    }

    /// Follows the log from where the announcements are; ends when the log is closed.
    ///
    /// Every announcement wakes every watcher. Under load, events gather while the last announcement is still young,
    /// so that watchers cost the same however much happens.
    async fn follow(&self) -> Result<(), ReadError> {
        let announced = *self.live.announced.lock();
        let mut subscription = self.log.subscribe_all(announced, Filter::All).await?;
        let mut gathered: Vec<Arc<RecordedEvent>> = Vec::new();
        let mut quiet_until = Instant::now();
        loop {
            let item = if gathered.is_empty() {
                Ok(subscription.next().await)
            } else {
                timeout_at(quiet_until, subscription.next()).await
            };
            let is_closed = matches!(item, Ok(None));
            if let Ok(Some(item)) = item
                && let SubscriptionItem::Events(events) = item?
            {
                gathered.extend(events.iter().cloned());
            }
            if is_closed || Instant::now() >= quiet_until {
                quiet_until = Instant::now() + self.live.tell(&gathered);
                gathered.clear();
            }
            if is_closed {
                return Ok(());
            }
        }
    }
}
