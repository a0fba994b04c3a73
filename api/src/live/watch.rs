//! One watcher's stream: what it missed, read from the log; then what comes, as it is announced.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use domain::ids::PlanId;
use eventlog::{EventLog, Filter, Position, ReadError};
use futures::Stream;
use planner::drafts::{Draft, Drafts};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};
use tokio_util::sync::CancellationToken;

use super::{Batch, Seat, frame};
use crate::{
    problem::{Answer, Problem, codes},
    state::AppState,
};

/// A watcher may come back this many positions late; who is later reads everything again, which is cheaper.
const MAX_REPLAY: u64 = 10_000;
/// Where positions count bytes instead of events, an event takes about so many.
const BYTES_PER_EVENT: u64 = 1_000;
const REPLAY_PAGE: usize = 500;
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Where a watcher wants to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// With what happens from now on.
    Now,
    /// Behind this position.
    Behind(Position),
}

/// A watcher's stream.
pub(crate) struct Watch {
    seat: Seat,
    log: Arc<dyn EventLog>,
    plan: Option<PlanId>,
    /// Everything up to here was given, or is not for this watcher.
    after: Option<Position>,
    /// What is to be read from the log before announcements count: everything up to here.
    replay_to: Option<Position>,
    /// Said first.
    greeting: Option<Bytes>,
    drafts: Arc<Drafts>,
    drafts_news: broadcast::Receiver<Arc<Draft>>,
    heartbeat: Interval,
    shutdown: CancellationToken,
}

impl AppState {
    /// Begins a watcher's stream, of one plan or of everything.
    ///
    /// # Errors
    /// `request.too-many-watchers`, and when the log cannot be read.
    pub(crate) async fn watch(&self, plan: Option<PlanId>, start: Start) -> Answer<Watch> {
        let seat = self.live.sit_down().ok_or_else(|| {
            let detail = "Too many live streams are open: close one, or try again in a moment.";
            Problem::new(&codes::TOO_MANY_WATCHERS, detail).retry_after(5)
        })?;
        // The announcer may be a little behind; what it says again is known by its position.
        let head = self.log.head().await?.max(seat.announced);
        let (after, greeting) = match start {
            Start::Now => (head, frame::snapshot(head, head)),
            Start::Behind(asked) if is_stale(asked, head, self.log.describe().dense_positions) => {
                (head, frame::stale(asked, head))
            }
            Start::Behind(asked) => (Some(asked), frame::snapshot(Some(asked), head)),
        };
        let (drafts, drafts_news) = self.drafts.watch();
        let greeting = [greeting, told(&drafts, plan)].concat().into();
        let replay_to = seat.announced.filter(|announced| after < Some(*announced));
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Watch {
            seat,
            log: Arc::clone(&self.log),
            plan,
            after,
            replay_to,
            greeting: Some(greeting),
            drafts: Arc::clone(&self.drafts),
            drafts_news,
            heartbeat,
            shutdown: self.shutdown.clone(),
        })
    }
}

/// What is told of drafts to a watcher of `plan`, or of everything.
fn told(drafts: &[Draft], plan: Option<PlanId>) -> Bytes {
    let wanted = drafts.iter().filter(|draft| plan.is_none_or(|plan| draft.plan == plan));
    wanted.map(frame::draft).collect::<Vec<_>>().concat().into()
}

fn is_stale(asked: Position, head: Option<Position>, counts_events: bool) -> bool {
    let head = head.map_or(0, Position::get);
    let reach = if counts_events { MAX_REPLAY } else { MAX_REPLAY * BYTES_PER_EVENT };
    asked.get() > head || head - asked.get() > reach
}

impl Watch {
    /// The bytes of the stream, until the server ends or the watcher is too slow.
    pub(crate) fn into_stream(self) -> impl Stream<Item = Result<Bytes, ReadError>> + Send + 'static {
        futures::stream::unfold(Some(self), |watch| async move {
            let mut watch = watch?;
            match watch.next().await {
                Ok(Some(bytes)) => Some((Ok(bytes), Some(watch))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, ReadError> {
        if let Some(greeting) = self.greeting.take() {
            return Ok(Some(greeting));
        }
        loop {
            if let Some(end) = self.replay_to {
                let bytes = self.replay(end).await?;
                if !bytes.is_empty() {
                    return Ok(Some(bytes));
                }
                continue;
            }
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return Ok(None),
                announced = self.seat.batches.recv() => match announced {
                    Ok(batch) => {
                        let bytes = batch.behind(self.after, self.plan);
                        self.after = self.after.max(Some(batch.last));
                        if !bytes.is_empty() {
                            return Ok(Some(bytes));
                        }
                    }
                    Err(RecvError::Lagged(batches)) => {
                        tracing::debug!(batches, "a watcher was too slow and is dropped; it can go on from where it was");
                        return Ok(None);
                    }
                    Err(RecvError::Closed) => return Ok(None),
                },
                news = self.drafts_news.recv() => {
                    let bytes = match news {
                        Ok(draft) => told(std::slice::from_ref(draft.as_ref()), self.plan),
                        // what was missed is part of the whole
                        Err(RecvError::Lagged(_)) => told(&self.drafts.open(), self.plan),
                        Err(RecvError::Closed) => return Ok(None),
                    };
                    if !bytes.is_empty() {
                        return Ok(Some(bytes));
                    }
                }
                _ = self.heartbeat.tick() => return Ok(Some(frame::heartbeat(self.after))),
            }
        }
    }

    /// Reads the next part of what was missed; ends the replay when `end` is reached.
    async fn replay(&mut self, end: Position) -> Result<Bytes, ReadError> {
        let page = self.log.read_all(self.after, &Filter::All, REPLAY_PAGE).await?;
        let bytes =
            if page.events.is_empty() { Bytes::new() } else { Batch::of(&page.events).behind(self.after, self.plan) };
        self.after = self.after.max(page.next);
        if page.end || self.after >= Some(end) {
            self.replay_to = None;
        }
        Ok(bytes)
    }
}
