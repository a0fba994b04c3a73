//! Live updates: every event of the log, announced to whoever watches.
//!
//! One task follows the log and writes each event down once, as the bytes of a server-sent event; every watcher gets the
//! same bytes. A watcher that is too slow is dropped and goes on from where it was: what it missed is read from the
//! log, so that nothing is left out and nothing comes twice. Deliberately absent: the data of events. A watcher learns
//! what to read again.

mod frame;
mod watch;

use std::{sync::Arc, time::Duration};

use eventlog::{Filter, Position, ReadError, SubscriptionItem};
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

pub(crate) use frame::Batch;
pub(crate) use watch::Start;

use crate::{metrics as figures, state::AppState};

/// How many batches a watcher may fall behind before it is dropped.
const BACKLOG: usize = 1_024;

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
    async fn follow(&self) -> Result<(), ReadError> {
        let announced = *self.live.announced.lock();
        let mut events = self.log.subscribe_all(announced, Filter::All).await?;
        while let Some(item) = events.next().await {
            if let SubscriptionItem::Events(events) = item?
                && let Some(last) = events.last()
            {
                figures::count(&events);
                if self.live.is_watched(last.position) {
                    self.live.announce(Batch::of(&events));
                }
            }
            metrics::gauge!("cairn_sse_clients")
                .set(f64::from(u32::try_from(self.live.watchers()).unwrap_or(u32::MAX)));
        }
        Ok(())
    }
}
