//! Following the log.

use super::{Log, append, stream};
use crate::{ExpectedRevision, Filter, Position, ReadError, RecordedEvent, Subscription, SubscriptionItem};

/// What a reader knows after following for a while.
#[derive(Default)]
struct Followed {
    /// Stream and revision of each event, in the order given.
    events: Vec<(String, u64)>,
    positions: Vec<u64>,
    caught_up: usize,
    /// The furthest position that was named in any way.
    reached: Option<Position>,
}

impl Followed {
    /// Takes items until everything up to `goal` was given or passed over.
    async fn until(mut self, subscription: &mut Subscription, goal: Position) -> Self {
        while self.reached < Some(goal) {
            self.one(subscription).await;
        }
        self
    }

    /// Takes items until the subscription says that it has caught up.
    async fn until_caught_up(mut self, subscription: &mut Subscription) -> Self {
        while self.caught_up == 0 {
            self.one(subscription).await;
        }
        self
    }

    async fn one(&mut self, subscription: &mut Subscription) {
        let item = subscription.next().await.expect("the subscription goes on").expect("the log is read");
        let reached = match item {
            SubscriptionItem::Events(batch) => {
                assert!(!batch.is_empty(), "an empty batch was given");
                batch.iter().for_each(|event| self.note(event));
                batch.last().map(|event| event.position)
            }
            SubscriptionItem::Checkpoint(position) => Some(position),
            SubscriptionItem::CaughtUp(position) => {
                self.caught_up += 1;
                position
            }
        };
        assert!(reached >= self.reached, "the subscription went back from {:?} to {reached:?}", self.reached);
        self.reached = reached;
    }

    fn note(&mut self, event: &RecordedEvent) {
        self.events.push((event.stream.to_string(), event.revision.get()));
        self.positions.push(event.position.get());
    }
}

async fn subscribe(log: &Log, after: Option<Position>, filter: Filter) -> Subscription {
    log.subscribe_all(after, filter).await.expect("the subscription begins")
}

fn count_up(name: &str, revisions: std::ops::Range<u64>) -> Vec<(String, u64)> {
    revisions.map(|revision| (name.to_owned(), revision)).collect()
}

/// In this order.
pub async fn a_subscription_gives_what_is_there_and_says_when_it_has_caught_up(log: Log) {
    let head = append(&log, "plan-1", 5).await.position;
    let mut subscription = subscribe(&log, None, Filter::All).await;
    let followed = Followed::default().until_caught_up(&mut subscription).await;
    assert_eq!(followed.events, count_up("plan-1", 0..5));
    assert_eq!(followed.reached, Some(head));
}

/// With no position to name.
pub async fn a_subscription_to_an_empty_log_is_caught_up_at_once(log: Log) {
    let mut subscription = subscribe(&log, None, Filter::All).await;
    let first = subscription.next().await.expect("the subscription goes on").expect("the log is read");
    assert!(matches!(first, SubscriptionItem::CaughtUp(None)), "{first:?}");
    let head = append(&log, "plan-1", 1).await.position;
    let followed = Followed::default().until(&mut subscription, head).await;
    assert_eq!(followed.events, count_up("plan-1", 0..1));
}

/// Each once, without asking again.
pub async fn a_subscription_gives_what_is_appended_afterwards(log: Log) {
    append(&log, "plan-1", 2).await;
    let mut subscription = subscribe(&log, None, Filter::All).await;
    let mut followed = Followed::default().until_caught_up(&mut subscription).await;
    for _ in 0..5 {
        let head = append(&log, "plan-1", 2).await.position;
        followed = followed.until(&mut subscription, head).await;
    }
    assert_eq!(followed.events, count_up("plan-1", 0..12));
}

/// A reader that remembers its position goes on where it was.
pub async fn a_subscription_begins_behind_the_given_position(log: Log) {
    append(&log, "plan-1", 3).await;
    let middle = append(&log, "plan-1", 1).await.position;
    append(&log, "plan-1", 3).await;
    let mut subscription = subscribe(&log, Some(middle), Filter::All).await;
    let followed = Followed::default().until_caught_up(&mut subscription).await;
    assert_eq!(followed.events, count_up("plan-1", 4..7));

    let head = log.head().await.expect("the log is read");
    let mut subscription = subscribe(&log, head, Filter::All).await;
    let followed = Followed::default().until_caught_up(&mut subscription).await;
    assert_eq!((followed.events.len(), followed.reached), (0, head));
}

/// Such a reader followed another log.
pub async fn a_subscription_behind_the_end_is_refused(log: Log) {
    let head = append(&log, "plan-1", 1).await.position;
    let asked = Position::new(1_000_000_000_000);
    let refusal = log.subscribe_all(Some(asked), Filter::All).await.expect_err("it is refused");
    assert_eq!(refusal, ReadError::PositionAhead { asked, head: Some(head) });
}

/// History and live alike; what does not pass moves the reader on.
pub async fn a_filtered_subscription_gives_only_its_categories_and_says_how_far_it_is(log: Log) {
    append(&log, "plan-1", 2).await;
    let quiet = append(&log, "entity-1", 2).await.position;
    let mut subscription = subscribe(&log, None, Filter::categories(["plan"])).await;
    let followed = Followed::default().until_caught_up(&mut subscription).await;
    assert_eq!((&followed.events, followed.reached), (&count_up("plan-1", 0..2), Some(quiet)));

    let quiet = append(&log, "entity-1", 3).await.position;
    let followed = followed.until(&mut subscription, quiet).await;
    let wanted = append(&log, "plan-1", 1).await.position;
    let followed = followed.until(&mut subscription, wanted).await;
    assert_eq!(followed.events, count_up("plan-1", 0..3));
}

/// From a subscription made before, and from those made in the middle of it.
pub async fn while_others_append_nothing_is_missing_repeated_or_out_of_order(log: Log) {
    const WRITERS: usize = 8;
    const APPENDS: usize = 60;
    let writers: Vec<_> = (0..WRITERS)
        .map(|n| {
            let log = log.clone();
            tokio::spawn(async move {
                for size in 0..APPENDS {
                    append(&log, &format!("plan-{n}"), 1 + size % 3).await;
                }
            })
        })
        .collect();
    let readers: Vec<_> = (0..4)
        .map(|n| {
            let log = log.clone();
            tokio::spawn(async move {
                for _ in 0..n * 10 {
                    append(&log, &format!("entity-{n}"), 1).await;
                }
                let mut subscription = subscribe(&log, None, Filter::All).await;
                let goal = append(&log, &format!("entity-{n}"), 1).await.position;
                let followed = Followed::default().until(&mut subscription, goal).await;
                (subscription, followed)
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("the writer does not panic");
    }
    let mut followed = Vec::new();
    for reader in readers {
        followed.push(reader.await.expect("the reader does not panic"));
    }
    let last = append(&log, "plan-last", 1).await.position;
    let all = log.read_all(None, &Filter::All, usize::MAX).await.expect("the log is read").events;
    let stored: Vec<_> = all.iter().map(|event| event.position.get()).collect();
    for (mut subscription, part) in followed {
        let part = part.until(&mut subscription, last).await;
        assert_eq!(part.positions, stored);
    }
}

/// It reads what the live channel could not hold, and is live again afterwards.
pub async fn a_slow_subscriber_misses_nothing(log: Log) {
    let mut subscription = subscribe(&log, None, Filter::All).await;
    let followed = Followed::default().until_caught_up(&mut subscription).await;
    for _ in 0..600 {
        append(&log, "plan-1", 1).await;
    }
    let head = append(&log, "plan-1", 1).await.position;
    let mut followed = followed.until(&mut subscription, head).await;
    for _ in 0..5 {
        let head = append(&log, "plan-1", 1).await.position;
        followed = followed.until(&mut subscription, head).await;
    }
    assert_eq!(followed.events, count_up("plan-1", 0..606));
}

/// One that never reads keeps nobody back: not the writer, not the others.
pub async fn subscribers_do_not_wait_for_each_other(log: Log) {
    let idle = subscribe(&log, None, Filter::All).await;
    let mut busy = subscribe(&log, None, Filter::All).await;
    let mut expected = ExpectedRevision::NoStream;
    let mut followed = Followed::default();
    for n in 0..400 {
        let appended = log.append(&stream("plan-1"), expected, vec![super::event(n)]).await.expect("it is taken");
        expected = ExpectedRevision::Exact(appended.revision);
        followed = followed.until(&mut busy, appended.position).await;
    }
    assert_eq!(followed.events, count_up("plan-1", 0..400));
    drop(idle);
}
