//! Signs for the log while the house is open: at the start, at intervals, and once more at the end.

use std::{sync::Arc, time::Duration};

use audit::notary::{Notary, NotaryError};
use commands::{Clock, CommandError, Commands, Envelope};
use domain::{actor::Actor, signing::SigningRefusal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

/// Writes the ledger's changes of keys into the history, those that are not there yet: a process that ended between the
/// ledger and the log leaves one behind, and a log from before there were such events lacks them all.
pub(crate) async fn tell_of_rotations(
    notary: &Notary,
    commands: &Commands,
) -> Result<(), CommandError<SigningRefusal>> {
    for rotation in notary.with_ledger(|ledger| ledger.rotations().to_vec()).await {
        let (from, to) = (rotation.from.to_string(), rotation.public.id().to_string());
        let mut envelope = Envelope::new(Actor::person(rotation.actor));
        envelope.reason = Some(rotation.reason.clone());
        commands.record_rotation(from, to, rotation.reason, envelope).await?;
    }
    Ok(())
}

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
