//! Following a log: history first, then live, without gap, repetition or change of order.
//!
//! The joint between the two is the difficult part, so it is here once, for every adapter that announces its commits
//! on a broadcast channel: the receiver exists before history is read, whatever arrives twice is known by its position,
//! and whoever falls behind the channel goes back to reading history. Nothing is polled.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use async_trait::async_trait;
use futures::{Stream, StreamExt, stream::BoxStream};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::{EventBatch, Filter, Page, Position, ReadError};

/// How many events are read at a time while catching up.
const CATCH_UP_PAGE: usize = 1_000;

/// What a subscription says.
#[derive(Clone, Debug)]
pub enum SubscriptionItem {
    /// The next events that pass the filter; never empty.
    Events(EventBatch),
    /// The log was looked through up to here without finding more for this filter: a reader may note this position as
    /// handled. Only filtered subscriptions say it.
    Checkpoint(Position),
    /// Everything that was in the log has been given, up to this position (`None`: the log is empty); from here on
    /// events come as they are appended. Said again after a slow reader has fallen behind and caught up.
    CaughtUp(Option<Position>),
}

/// A running subscription; ends (`None`) when the log is closed. After an error it ends as well: subscribe again from
/// the last position.
pub struct Subscription {
    items: BoxStream<'static, Result<SubscriptionItem, ReadError>>,
}

impl Subscription {
    /// Makes a subscription of any stream of items.
    pub fn new(items: impl Stream<Item = Result<SubscriptionItem, ReadError>> + Send + 'static) -> Self {
        Self { items: items.boxed() }
    }

    /// Waits for the next item. Dropping the future before it is ready loses nothing.
    pub async fn next(&mut self) -> Option<Result<SubscriptionItem, ReadError>> {
        self.items.next().await
    }
}

impl Stream for Subscription {
    type Item = Result<SubscriptionItem, ReadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.items.as_mut().poll_next(context)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

/// Where a subscription reads what it did not get live.
#[async_trait]
pub trait History: Send + Sync + 'static {
    /// Reads like [`EventLog::read_all`](crate::EventLog::read_all).
    async fn page(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError>;
}

/// Follows a log with dense positions from behind `after`.
///
/// `live` must announce every commit made after it was subscribed, whole and in order, once readers of `history` can
/// see it. A commit announced to nobody may be left out.
pub fn follow(
    history: Arc<dyn History>,
    live: broadcast::Receiver<EventBatch>,
    after: Option<Position>,
    filter: Filter,
) -> Subscription {
    let follower = Follower { history, live, after, filter, stage: Stage::CatchingUp, held: None };
    Subscription::new(futures::stream::unfold(Some(follower), |follower| async move {
        let mut follower = follower?;
        match follower.advance().await {
            Ok(Some(item)) => Some((Ok(item), Some(follower))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    }))
}

enum Stage {
    /// Reading history.
    CatchingUp,
    /// Waiting for commits.
    Live,
}

struct Follower {
    history: Arc<dyn History>,
    live: broadcast::Receiver<EventBatch>,
    /// Everything up to here has been given or did not pass the filter.
    after: Option<Position>,
    filter: Filter,
    stage: Stage,
    /// Said next, before anything else happens.
    held: Option<SubscriptionItem>,
}

impl Follower {
    async fn advance(&mut self) -> Result<Option<SubscriptionItem>, ReadError> {
        loop {
            if let Some(item) = self.held.take() {
                return Ok(Some(item));
            }
            match self.stage {
                Stage::CatchingUp => {
                    let page = self.history.page(self.after, &self.filter, CATCH_UP_PAGE).await?;
                    if page.end {
                        self.stage = Stage::Live;
                    }
                    if let Some(item) = self.take_page(page) {
                        return Ok(Some(item));
                    }
                }
                Stage::Live => match self.live.recv().await {
                    Ok(batch) => self.take_live(&batch),
                    Err(RecvError::Lagged(_)) => self.fall_back(),
                    Err(RecvError::Closed) => return Ok(None),
                },
            }
        }
    }

    /// Gives the page's events, and holds what is to be said after them.
    fn take_page(&mut self, page: Page) -> Option<SubscriptionItem> {
        let moved = page.next > self.after;
        self.after = page.next;
        self.held = match (page.end, page.next) {
            (true, position) => Some(SubscriptionItem::CaughtUp(position)),
            (false, Some(position)) if moved && self.is_filtered() => Some(SubscriptionItem::Checkpoint(position)),
            (false, _) => None,
        };
        (!page.events.is_empty()).then(|| SubscriptionItem::Events(page.events.into()))
    }

    /// Takes an announced commit: all of it, the part that is new, or nothing when history is needed first.
    fn take_live(&mut self, batch: &EventBatch) {
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return };
        let due = self.after.map_or(Position::FIRST, Position::next);
        if last.position < due {
            return;
        }
        if first.position > due {
            return self.fall_back();
        }
        self.after = Some(last.position);
        let all_new = first.position == due && !self.is_filtered();
        let wanted = if all_new {
            Arc::clone(batch)
        } else {
            batch.iter().filter(|e| e.position >= due && self.filter.admits(&e.stream)).cloned().collect()
        };
        self.held = match wanted.last() {
            Some(_) => Some(SubscriptionItem::Events(wanted)),
            None => Some(SubscriptionItem::Checkpoint(last.position)),
        };
    }

    /// Goes back to reading history; what the channel still holds will be read there as well.
    fn fall_back(&mut self) {
        self.live = self.live.resubscribe();
        self.stage = Stage::CatchingUp;
    }

    fn is_filtered(&self) -> bool {
        matches!(self.filter, Filter::Categories(_))
    }
}
