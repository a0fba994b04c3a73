//! What only one process may do at a time: it is taken for some seconds, and taken again before they are over.
//!
//! Whether a lease is held is told by two clocks: the server's, by which others may take it, and our own, which runs out
//! first. A process that was stopped for a while finds its own clock run out before it does anything else, so that at no
//! moment two believe that they hold it, as long as both clocks run about as fast.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use projections_store::StorageError;
use tokio::sync::watch;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    error,
    link::{self, Engine},
    settings::Settings,
};

/// Takes what is free, or was let go, or was not renewed in time.
const TAKE: &str = "
    insert into leases as known (what, holder, token, until)
    values ($1, $2, 1, clock_timestamp() + $3::bigint * interval '1 millisecond')
    on conflict (what) do update
    set holder = excluded.holder, token = known.token + 1, until = excluded.until
    where known.until < clock_timestamp()
    returning token";

/// Goes on with what nobody else has taken in the meantime.
const RENEW: &str = "
    update leases set until = clock_timestamp() + $3::bigint * interval '1 millisecond'
    where what = $1 and token = $2
    returning token";

const LET_GO: &str = "update leases set until = '-infinity' where what = $1 and token = $2";

/// Gives leases to this process.
pub struct Leases {
    engine: Arc<Engine>,
    settings: Settings,
    holder: String,
}

impl Leases {
    pub(crate) fn new(engine: Arc<Engine>, settings: Settings, holder: String) -> Self {
        Self { engine, settings, holder }
    }

    /// Tries for `what` until it is ours, and keeps it, until the answer is dropped.
    pub fn try_for(&self, what: &'static str) -> Lease {
        let stop = CancellationToken::new();
        let (held, watched) = watch::channel(None);
        let keeper = Keeper {
            settings: self.settings.clone(),
            what,
            holder: self.holder.clone(),
            token: None,
            client: None,
            held,
        };
        let kept = self.engine.handle().spawn(keeper.keep(stop.clone()));
        Lease { held: watched, stop, kept: Mutex::new(Some(kept)), _engine: Arc::clone(&self.engine) }
    }
}

/// A lease that is tried for, or held.
pub struct Lease {
    /// Until when it is ours, by our own clock.
    held: watch::Receiver<Option<Instant>>,
    stop: CancellationToken,
    kept: Mutex<Option<tokio::task::JoinHandle<()>>>,
    _engine: Arc<Engine>,
}

impl Lease {
    /// Whether it is ours at this moment.
    pub fn is_held(&self) -> bool {
        self.held.borrow().is_some_and(|until| Instant::now() < until)
    }

    /// Waits until it is ours.
    pub async fn taken(&self) {
        let mut held = self.held.clone();
        loop {
            if self.is_held() || held.changed().await.is_err() {
                return;
            }
        }
    }

    /// Waits until it is no longer ours.
    pub async fn lost(&self) {
        loop {
            let until = *self.held.borrow();
            match until {
                Some(until) if Instant::now() < until => tokio::time::sleep_until(until.into()).await,
                _ => return,
            }
        }
    }

    /// Lets it go, so that others need not wait.
    pub async fn let_go(&self) {
        let kept = self.kept.lock().take();
        self.stop.cancel();
        if let Some(kept) = kept {
            // An error says that the task broke down, and then the lease runs out by itself.
            drop(kept.await);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Keeper {
    settings: Settings,
    what: &'static str,
    holder: String,
    token: Option<i64>,
    client: Option<Client>,
    held: watch::Sender<Option<Instant>>,
}

impl Keeper {
    async fn keep(mut self, stop: CancellationToken) {
        let lease = self.settings.lease();
        loop {
            let asked = Instant::now();
            let answer = tokio::time::timeout(lease / 3, self.ask()).await;
            match answer {
                Ok(Ok(token)) => self.note(token, asked),
                Ok(Err(error)) => self.failed(&error.to_string()),
                Err(_) => self.failed("the server does not answer"),
            }
            // Who holds it asks early enough to be refused once; who waits asks so often that little time is lost.
            let pause = if self.token.is_some() { lease / 4 } else { (lease / 10).min(Duration::from_secs(1)) };
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.held.send_replace(None);
        if let (Some(client), Some(token)) = (&self.client, self.token) {
            let letting_go = async { client.execute(LET_GO, &[&self.what, &token]).await };
            if !matches!(tokio::time::timeout(lease / 3, letting_go).await, Ok(Ok(_))) {
                warn!(what = self.what, "a lease could not be let go and runs out by itself");
            }
        }
    }

    /// Takes or renews; tells the token when it is ours.
    async fn ask(&mut self) -> Result<Option<i64>, StorageError> {
        let client = match &mut self.client {
            Some(client) if !client.is_closed() => client,
            gone => gone.insert(link::connect(&self.settings, self.settings.schema()).await?),
        };
        let millis = i64::try_from(self.settings.lease().as_millis()).unwrap_or(i64::MAX);
        let answer = match self.token {
            Some(token) => client.query_opt(RENEW, &[&self.what, &token, &millis]).await,
            None => client.query_opt(TAKE, &[&self.what, &self.holder, &millis]).await,
        };
        answer.map(|row| row.map(|row| row.get(0))).map_err(error::storage)
    }

    fn note(&mut self, token: Option<i64>, asked: Instant) {
        match (self.token, token) {
            (None, Some(token)) => info!(what = self.what, token, "this node does it from now on"),
            (Some(_), None) => warn!(what = self.what, "another node does it now"),
            (Some(_), Some(_)) | (None, None) => {}
        }
        self.token = token;
        // Ours ends before the server's: that began to run after we had asked.
        let lease = self.settings.lease();
        self.held.send_replace(token.map(|_| asked + lease * 9 / 10));
    }

    /// Our own clock goes on running.
    fn failed(&mut self, cause: &str) {
        warn!(what = self.what, cause, "a lease can be neither taken nor renewed at the moment");
        self.client = None;
    }
}
