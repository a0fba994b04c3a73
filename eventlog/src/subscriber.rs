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

use crate::{EventBatch, Filter, Page, Position, ReadError, RecordedEvent};

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
        Self { items: items.fuse().boxed() }
    }

    /// Waits for the next item. Dropping the future before it is ready loses nothing; behind the end there is nothing.
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
                    Ok(batch) => {
                        if let Some(item) = self.take_live(&batch) {
                            return Ok(Some(item));
                        }
                    }
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

    /// Takes an announced commit: gives what is new of it, and holds how far it reaches beyond that. Gives nothing when
    /// it is old, or when history is needed first.
    fn take_live(&mut self, batch: &EventBatch) -> Option<SubscriptionItem> {
        let (first, last) = (batch.first()?.position, batch.last()?.position);
        let due = self.after.map_or(Position::FIRST, Position::next);
        if last < due {
            return None;
        }
        if first > due {
            self.fall_back();
            return None;
        }
        self.after = Some(last);
        if first == due && !self.is_filtered() {
            return Some(SubscriptionItem::Events(Arc::clone(batch)));
        }
        let is_wanted = |event: &&Arc<RecordedEvent>| event.position >= due && self.filter.admits(&event.stream);
        let wanted: EventBatch = batch.iter().filter(is_wanted).cloned().collect();
        let given = wanted.last().map(|event| event.position);
        self.held = (given < Some(last)).then_some(SubscriptionItem::Checkpoint(last));
        given.map(|_| SubscriptionItem::Events(wanted))
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use chrono::DateTime;
    use domain::actor::Actor;
    use futures::FutureExt;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{EventId, Hash32, Metadata, PreparedEvent, Revision};

    /// A log whose commits become readable and are announced when the test says so.
    struct ByHand {
        events: Vec<Arc<RecordedEvent>>,
        readable: AtomicUsize,
    }

    #[async_trait]
    impl History for ByHand {
        async fn page(&self, after: Option<Position>, filter: &Filter, limit: usize) -> Result<Page, ReadError> {
            // Small pages, so that catching up takes several.
            let limit = limit.min(3);
            let begin = after.map_or(0, |position| usize::try_from(position.get()).unwrap());
            let readable = &self.events[..self.readable.load(Ordering::Relaxed)];
            let stretch = &readable[begin..readable.len().min(begin + limit)];
            let next = stretch.last().map(|event| event.position).or(after);
            let events = stretch.iter().filter(|event| filter.admits(&event.stream)).cloned().collect();
            Ok(Page { events, next, end: begin + stretch.len() == readable.len() })
        }
    }

    fn event(index: usize) -> Arc<RecordedEvent> {
        let category = if index.is_multiple_of(3) { "entity" } else { "plan" };
        let content = PreparedEvent {
            id: EventId::new(Uuid::nil()),
            event_type: "Counted".into(),
            schema_version: 1,
            data: Bytes::new(),
            metadata: Metadata {
                at: DateTime::UNIX_EPOCH,
                tenant: String::new(),
                actor: Actor::system(),
                correlation_id: Uuid::nil(),
                causation_id: None,
                reason: None,
                command: None,
                claim: None,
                span: None,
            },
            metadata_json: Bytes::new(),
        };
        let position = Position::new(index as u64 + 1);
        let stream = format!("{category}-1").parse().unwrap();
        Arc::new(RecordedEvent::new(position, stream, Revision::FIRST, content, Hash32::ZERO))
    }

    #[derive(Clone, Debug)]
    enum Step {
        /// This many events become readable together.
        Commit(usize),
        /// The oldest commit that was not announced yet is.
        Announce,
        /// The subscriber looks whether there is something for it.
        Look,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![(1..5_usize).prop_map(Step::Commit), Just(Step::Announce), Just(Step::Look)]
    }

    /// What the subscriber was given, with every promise checked on the way.
    #[derive(Default)]
    struct Given {
        positions: Vec<u64>,
        reached: u64,
    }

    impl Given {
        /// Takes one item; `false` when there is none at the moment.
        fn look(&mut self, subscription: &mut Subscription, filter: &Filter) -> bool {
            let Some(item) = subscription.next().now_or_never() else { return false };
            let reached = match item.unwrap().unwrap() {
                SubscriptionItem::Events(batch) => {
                    assert!(batch.iter().all(|event| filter.admits(&event.stream)));
                    self.positions.extend(batch.iter().map(|event| event.position.get()));
                    batch.last().unwrap().position.get()
                }
                SubscriptionItem::Checkpoint(position) => position.get(),
                SubscriptionItem::CaughtUp(position) => position.map_or(0, Position::get),
            };
            assert!(reached >= self.reached, "went back from {} to {reached}", self.reached);
            self.reached = reached;
            true
        }
    }

    #[test]
    fn behind_the_end_of_a_log_there_is_nothing() {
        let log = Arc::new(ByHand { events: Vec::new(), readable: AtomicUsize::new(0) });
        let live = broadcast::Sender::new(1);
        let mut subscription = follow(log, live.subscribe(), None, Filter::All);
        drop(live);
        let first = subscription.next().now_or_never().unwrap();
        assert!(matches!(first, Some(Ok(SubscriptionItem::CaughtUp(None)))));
        for _ in 0..2 {
            assert!(subscription.next().now_or_never().unwrap().is_none());
        }
    }

    proptest! {
        #[test]
        fn however_commits_announcements_and_looks_interleave_every_event_is_given_once_in_order(
            steps in prop::collection::vec(step(), 1..120),
            channel in 1..5_usize,
            filtered in any::<bool>(),
        ) {
            let log = Arc::new(ByHand { events: (0..600).map(event).collect(), readable: AtomicUsize::new(0) });
            let live = broadcast::Sender::new(channel);
            let filter = if filtered { Filter::categories(["entity"]) } else { Filter::All };
            let mut subscription = follow(log.clone(), live.subscribe(), None, filter.clone());
            let mut given = Given::default();
            let mut commits = std::collections::VecDeque::new();
            let announce = |commits: &mut std::collections::VecDeque<EventBatch>| {
                commits.pop_front().is_some_and(|batch| live.send(batch).is_ok())
            };
            for step in steps {
                match step {
                    Step::Commit(size) => {
                        let begin = log.readable.fetch_add(size, Ordering::Relaxed);
                        commits.push_back(EventBatch::from(&log.events[begin..begin + size]));
                    }
                    Step::Announce => drop(announce(&mut commits)),
                    Step::Look => drop(given.look(&mut subscription, &filter)),
                }
            }
            while announce(&mut commits) {}
            while given.look(&mut subscription, &filter) {}

            let readable = &log.events[..log.readable.load(Ordering::Relaxed)];
            let wanted = readable.iter().filter(|event| filter.admits(&event.stream));
            prop_assert_eq!(given.positions, wanted.map(|event| event.position.get()).collect::<Vec<_>>());
            prop_assert_eq!(given.reached, readable.len() as u64);
        }
    }
}
