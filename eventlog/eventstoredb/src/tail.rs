//! The subscription: on a client of its own, on a thread and a runtime of its own, so that whatever the client does
//! wrong there stops nobody else.
//!
//! It begins behind what the feed has taken, at an exact position, and it begins again whatever ends it. It is never
//! taken for complete: the feed looks at the end of the log besides.

use std::{cell::Cell, sync::Arc, thread};

use eventlog::RecordedEvent;
use eventstore::{Client, StreamPosition, SubscribeToAllOptions, SubscriptionEvent, SubscriptionFilter};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::{
    feed::{Feed, Taken},
    place::pair,
    record::{Read, decode},
    retry::Pauses,
    settings::Settings,
    spin,
    supervisor::{Supervisor, somebody_listens},
};

/// How many events may wait between the threads.
const WAITING: usize = 1_024;
/// How many of them are taken at once.
const AT_ONCE: usize = 512;
/// How many records may pass without one of ours before the server says how far it is.
const CHECKPOINT_EVERY: u32 = 1_000;

/// Starts the thread, and the task that takes what comes from it.
///
/// # Errors
/// When the system gives no thread.
pub(crate) fn start(supervisor: Arc<Supervisor>, feed: Arc<Feed>, stop: CancellationToken) -> std::io::Result<()> {
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let thread = Thread {
        settings: supervisor.settings.clone(),
        supervisor,
        feed: Arc::clone(&feed),
        sender,
        stop,
        brought: Cell::new(false),
    };
    thread::Builder::new().name("log-subscription".into()).spawn(move || spin::watched(|| thread.run()))?;
    tokio::spawn(async move {
        let mut events = Vec::with_capacity(AT_ONCE);
        while receiver.recv_many(&mut events, AT_ONCE).await > 0 {
            if feed.offer(&events) == Taken::Gap {
                if let Err(error) = feed.read_on().await {
                    warn!(%error, "the log cannot be read on");
                }
                feed.replace_subscription();
            }
            events.clear();
        }
    });
    Ok(())
}

struct Thread {
    settings: Settings,
    supervisor: Arc<Supervisor>,
    feed: Arc<Feed>,
    sender: mpsc::Sender<Arc<RecordedEvent>>,
    stop: CancellationToken,
    /// Whether the subscription brought an event of ours.
    brought: Cell<bool>,
}

impl Thread {
    fn run(self) {
        let mut pauses = Pauses::of_a_connection();
        while !self.stop.is_cancelled() {
            // a runtime for each client: the client leaves a task and a connection behind, which end with it
            let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => {
                    warn!(%error, "there is no subscription to the log; its end is read every few seconds");
                    return;
                }
            };
            self.brought.set(false);
            runtime.block_on(async {
                tokio::select! {
                    ended = spin::caught(self.follow()) => {
                        let cause = ended.unwrap_or_else(|cause| cause);
                        debug!(%cause, "the subscription to the log ended; beginning it again");
                    }
                    () = self.feed.to_be_replaced() => debug!("the subscription to the log is late; beginning it again"),
                    () = self.stop.cancelled() => {}
                }
            });
            self.feed.unsubscribed();
            runtime.shutdown_background();
            // one that brought something was a good one: the next pause is a short one
            if self.brought.get() {
                pauses.reset();
            }
            thread::park_timeout(pauses.next());
        }
    }

    /// Passes on what comes until it ends; answers why.
    async fn follow(&self) -> String {
        let (Some(identity), Some(after)) = (self.supervisor.identity().await, self.feed.subscribing()) else {
            return "the end of the log is not known yet".into();
        };
        if let Err(cause) = somebody_listens(&self.settings).await {
            return cause;
        }
        let client = match Client::new(self.settings.client.clone()) {
            Ok(client) => client,
            Err(error) => return error.to_string(),
        };
        let position = StreamPosition::Position(pair(after.unwrap_or(identity.begins_at)));
        let filter =
            SubscriptionFilter::on_stream_name().add_prefix(self.settings.names.prefix()).max(CHECKPOINT_EVERY);
        let options = SubscribeToAllOptions::default().position(position).filter(filter);
        let options = match &self.settings.login {
            Some(login) => options.authenticated(login.credentials()),
            None => options,
        };
        let mut subscription = client.subscribe_to_all(&options).await;
        loop {
            let message = match subscription.next_subscription_event().await {
                Ok(message) => message,
                Err(error) => return error.to_string(),
            };
            spin::alive();
            let resolved = match message {
                SubscriptionEvent::EventAppeared(resolved) => resolved,
                SubscriptionEvent::Confirmed(_) => {
                    self.feed.subscribed();
                    continue;
                }
                _ => continue,
            };
            match decode(&self.settings.names, resolved).map(|placed| placed.read) {
                Some(Read::Event(event)) => {
                    self.brought.set(true);
                    if self.sender.send(event).await.is_err() {
                        return "the log is closed".into();
                    }
                }
                Some(Read::Damaged(damaged)) => {
                    warn!(%damaged, "an event that was pushed cannot be read");
                    self.feed.look();
                }
                Some(Read::Identity | Read::Other | Read::Truncating(_)) | None => {}
            }
        }
    }
}
