//! One subscriber: history first, then live, without gap, repetition or change of order.
//!
//! The same joint as in `eventlog::follow`, for positions with holes: what is announced says behind which position it
//! stands, and whoever has not got that far goes back to reading. While the server is away nothing is given; a
//! subscription ends when the log is closed, or with an error that waiting does not cure.

use std::{sync::Arc, time::Duration};

use eventlog::{EventBatch, Filter, Page, Position, ReadError, Subscription, SubscriptionItem};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::{
    feed::{Announcement, Feed},
    reading::Reader,
    retry::Pauses,
};

/// How many events are read at a time while catching up.
const PAGE: usize = 1_000;
/// The longest pause between two tries to read history.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

enum Stage {
    CatchingUp,
    Live,
}

struct Follower {
    reader: Reader,
    feed: Arc<Feed>,
    live: broadcast::Receiver<Announcement>,
    /// Everything up to here has been given or did not pass the filter.
    after: Option<Position>,
    filter: Filter,
    stage: Stage,
    /// Said next, before anything else happens.
    held: Option<SubscriptionItem>,
}

/// Follows the log from behind `after`; `live` was listened to before anything was read.
pub(crate) fn follow(
    reader: Reader,
    feed: Arc<Feed>,
    live: broadcast::Receiver<Announcement>,
    after: Option<Position>,
    filter: Filter,
) -> Subscription {
    let follower = Follower { reader, feed, live, after, filter, stage: Stage::CatchingUp, held: None };
    Subscription::new(futures::stream::unfold(Some(follower), |follower| async move {
        let mut follower = follower?;
        match follower.advance().await {
            Ok(Some(item)) => Some((Ok(item), Some(follower))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    }))
}

impl Follower {
    async fn advance(&mut self) -> Result<Option<SubscriptionItem>, ReadError> {
        loop {
            if let Some(item) = self.held.take() {
                return Ok(Some(item));
            }
            match self.stage {
                Stage::CatchingUp => {
                    let Some(page) = self.page().await? else { return Ok(None) };
                    if page.end {
                        self.stage = Stage::Live;
                    }
                    if let Some(item) = self.take_page(page) {
                        return Ok(Some(item));
                    }
                }
                Stage::Live => match self.live.recv().await {
                    Ok(announced) => {
                        if let Some(item) = self.take_live(&announced) {
                            return Ok(Some(item));
                        }
                    }
                    Err(RecvError::Lagged(_)) => self.fall_back(),
                    Err(RecvError::Closed) => return self.feed.fault().map_or(Ok(None), Err),
                },
            }
        }
    }

    /// Reads on, however long the server is away; `None` once the log is closed.
    async fn page(&self) -> Result<Option<Page>, ReadError> {
        let mut pauses = Pauses::new(Duration::from_millis(50), LONGEST_PAUSE);
        loop {
            match self.reader.page(self.after, &self.filter, PAGE).await {
                Err(ReadError::Unavailable { .. }) if self.feed.listen().is_some() => {
                    tokio::time::sleep(pauses.next()).await;
                }
                Err(ReadError::Unavailable { .. }) => return Ok(None),
                read => return read.map(Some),
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

    /// Takes what was announced: gives what is new of it, and holds how far it reaches beyond that.
    fn take_live(&mut self, announced: &Announcement) -> Option<SubscriptionItem> {
        let Announcement::Events { before, events } = announced else {
            self.fall_back();
            return None;
        };
        let last = events.last()?.position;
        if Some(last) <= self.after {
            return None;
        }
        if *before > self.after {
            self.fall_back();
            return None;
        }
        let is_new = |position: Position| Some(position) > self.after;
        if *before == self.after && !self.is_filtered() {
            self.after = Some(last);
            return Some(SubscriptionItem::Events(EventBatch::clone(events)));
        }
        let wanted = events.iter().filter(|event| is_new(event.position) && self.filter.admits(&event.stream));
        let wanted: Vec<_> = wanted.cloned().collect();
        self.after = Some(last);
        if wanted.last().is_none_or(|event| event.position < last) {
            self.held = Some(SubscriptionItem::Checkpoint(last));
        }
        (!wanted.is_empty()).then(|| SubscriptionItem::Events(wanted.into())).or_else(|| self.held.take())
    }

    fn fall_back(&mut self) {
        self.live = self.live.resubscribe();
        self.stage = Stage::CatchingUp;
    }

    fn is_filtered(&self) -> bool {
        matches!(self.filter, Filter::Categories(_))
    }
}
