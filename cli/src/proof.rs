//! Signs for the log while the house is open: at the start, at intervals, and once more at the end.

use std::{sync::Arc, time::Duration};

use audit::notary::{Notary, NotaryError};
use commands::Clock;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

/// A notary at work.
pub(crate) struct Signing {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Signing {
    /// Begins to sign for the log, every so often.
    pub(crate) fn start(notary: Arc<Notary>, clock: Arc<dyn Clock>, every: Duration) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(sign_at_intervals(notary, clock, every, stop.clone()));
        Self { stop, task }
    }

    /// Signs for what came since, and ends.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Err(cause) = self.task.await {
            error!(%cause, "signing ended before its time");
        }
    }
}

async fn sign_at_intervals(notary: Arc<Notary>, clock: Arc<dyn Clock>, every: Duration, stop: CancellationToken) {
    while !stop.is_cancelled() {
        sign(&notary, &*clock).await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = clock.sleep(every) => {}
        }
    }
    sign(&notary, &*clock).await;
}

async fn sign(notary: &Notary, clock: &dyn Clock) {
    match notary.sign(clock.now()).await {
        Ok(checkpoint) => debug!(position = %checkpoint.position, "the log is signed for"),
        Err(NotaryError::Empty) => {}
        Err(cause) => error!(%cause, "the log could not be signed for"),
    }
}
