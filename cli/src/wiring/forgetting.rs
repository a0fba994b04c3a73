//! What this node knows of people whom another node forgot: it hears of it from the log, and gives up their keys and
//! whatever it holds in memory that these had opened. Read models are built anew by the node that was asked to forget.

use std::{sync::Arc, time::Duration};

use commands::Commands;
use eventlog::{EventLog, Filter, Position, ReadError, RecordedEvent, SubscriptionItem};
use eventlog_sealed::{KeyRing, KeyRingError, honour_event, says_forgotten};
use projections::{ModelError, Models};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{info, warn};

/// How soon the log is followed again after it could not be, or a key could not be given up.
const AGAIN: Duration = Duration::from_millis(500);

/// Why the log is not followed at the moment.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Log(#[from] ReadError),
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    #[error(transparent)]
    Models(#[from] ModelError),
}

/// Listens until it is dropped.
pub(super) struct Listening {
    _stop: DropGuard,
    _task: JoinHandle<()>,
}

/// Who has to forget.
pub(super) struct Minds {
    /// The log as it is stored.
    pub(super) stored: Arc<dyn EventLog>,
    pub(super) keys: KeyRing,
    /// All that keep states in memory.
    pub(super) commands: Vec<Commands>,
    pub(super) models: Models,
}

impl Minds {
    /// Listens for who is forgotten behind `after`; what was before that was honoured.
    pub(super) fn listen(self, after: Option<Position>) -> Listening {
        let stop = CancellationToken::new();
        let task = tokio::spawn({
            let stop = stop.clone();
            async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = self.follow_for_ever(after) => {}
                }
            }
        });
        Listening { _stop: stop.drop_guard(), _task: task }
    }

    async fn follow_for_ever(self, mut after: Option<Position>) {
        loop {
            match self.follow(&mut after).await {
                Ok(()) => {}
                Err(error) => warn!(%error, "who is forgotten cannot be followed at the moment; trying again"),
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Follows the log; `after` moves along behind what was honoured.
    async fn follow(&self, after: &mut Option<Position>) -> Result<(), Broken> {
        let mut subscription = self.stored.subscribe_all(*after, Filter::categories(["entity"])).await?;
        while let Some(item) = subscription.next().await {
            match item? {
                SubscriptionItem::Events(events) => {
                    for event in events.iter() {
                        if says_forgotten(event) {
                            self.forget(event).await?;
                        }
                        *after = Some(event.position);
                    }
                }
                SubscriptionItem::Checkpoint(reached) => *after = Some(reached),
                SubscriptionItem::CaughtUp(reached) => *after = reached.or(*after),
            }
        }
        Ok(())
    }

    async fn forget(&self, event: &Arc<RecordedEvent>) -> Result<(), Broken> {
        let (event, keys) = (Arc::clone(event), self.keys.clone());
        // it reads files, and may have to overwrite them
        let honoured = tokio::task::spawn_blocking(move || honour_event(&event, &keys));
        match honoured.await {
            Ok(honoured) => honoured?,
            // the process ends
            Err(_) => return Ok(()),
        };
        for commands in &self.commands {
            commands.drop_states().await;
        }
        self.models.drop_past();
        // what was begun here before the key was given up may show what it opened
        self.models.leave_rows_out().await?;
        info!("somebody was forgotten, and so they are here");
        Ok(())
    }
}
