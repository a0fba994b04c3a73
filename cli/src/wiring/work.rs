//! What works on its own: the runner and the planner. Alone in the house they work from start to end; where other nodes
//! could do the same, in turns.

use std::{sync::Arc, time::Duration};

use execution::Runner;
use planner::listener::Listener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::turn::Turn;

/// How long running actions may take to end when the house is closed; what still runs is found out about at the next
/// start.
const RUNNING_ACTIONS: Duration = Duration::from_secs(5);

/// How long requests that are being read may take to end.
const OPEN_DRAFTS: Duration = Duration::from_secs(1);

/// How long to wait before the log is followed again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

/// Somebody at work.
pub(super) enum Worker {
    Runner(Runner),
    Planner(Planning),
}

impl Worker {
    /// Takes up nothing more, and lets what is under way come to its end, within its time.
    async fn stop(self) {
        match self {
            Self::Runner(runner) => runner.shutdown(RUNNING_ACTIONS).await,
            Self::Planner(planning) => planning.stop(OPEN_DRAFTS).await,
        }
    }

    /// Leaves everything as it is: another node has taken it up.
    fn abandon(self) {
        match self {
            Self::Runner(runner) => drop(runner),
            Self::Planner(planning) => {
                planning.stop.cancel();
                planning.task.abort();
            }
        }
    }
}

/// Begins to work in the background.
pub(super) type Begin = Box<dyn Fn() -> Worker + Send + Sync>;

/// All who work.
pub(super) struct Work {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Work {
    /// Lets each begin, those with a turn whenever it is theirs. They end in the order in which they are given.
    pub(super) fn begin(jobs: Vec<(Begin, Option<Arc<dyn Turn>>)>) -> Self {
        let stop = CancellationToken::new();
        let work = |(begin, turn): (Begin, Option<Arc<dyn Turn>>)| match turn {
            None => {
                let worker = begin();
                let stop = stop.clone();
                tokio::spawn(async move {
                    stop.cancelled().await;
                    worker.stop().await;
                })
            }
            Some(turn) => tokio::spawn(in_turns(begin, turn, stop.clone())),
        };
        let tasks = jobs.into_iter().map(work).collect();
        Self { stop, tasks }
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            // An error says that it broke down; what it left is found out about at the next start.
            drop(task.await);
        }
    }
}

async fn in_turns(begin: Begin, turn: Arc<dyn Turn>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            () = turn.taken() => {}
        }
        let worker = begin();
        tokio::select! {
            () = stop.cancelled() => {
                worker.stop().await;
                break;
            }
            () = turn.lost() => worker.abandon(),
        }
    }
    turn.let_go().await;
}

/// The planner at work.
pub(super) struct Planning {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Planning {
    /// Begins to listen for requests.
    pub(super) fn start(listener: impl Fn() -> Listener + Send + 'static) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(listen(listener, stop.clone()));
        Self { stop, task }
    }

    /// Takes up nothing more and lets the requests in work come to their end; those that do not within `patience` are
    /// taken up at the next start.
    async fn stop(self, patience: Duration) {
        self.stop.cancel();
        if tokio::time::timeout(patience, self.task).await.is_err() {
            warn!("requests are still being read; the next start takes them up");
        }
    }
}

/// Listens for requests, and begins again when the log could not be followed.
async fn listen(listener: impl Fn() -> Listener, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let Err(cause) = listener().run(stop.clone()).await else { return };
        error!(%cause, "requests cannot be followed; trying again");
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LISTEN_AGAIN) => {}
        }
    }
}
