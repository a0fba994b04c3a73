//! Keeps a client that works, and says how things stand while there is none.
//!
//! The client of the server does not heal: after one failed attempt to connect it answers nothing any more, and it
//! stays with a node that died. So it is watched, and replaced by a new one, with growing pauses while the server is
//! away. Whoever wants something waits here for a client, as long as there is time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use eventstore::Client;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::{
    net::TcpStream,
    runtime::{Handle, Runtime},
    sync::{Notify, watch},
    time::{Instant, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    deadline::Deadline,
    identity::{self, Identity},
    nodelay::NoDelay,
    retry::Pauses,
    settings::Settings,
    trouble::{Health, Trouble, health},
};

/// How many lost calls in a row mean that the client holds on to a dead node.
const LOST_IN_A_ROW: u32 = 3;

/// A client that was found to work, and what it leads to.
pub(crate) struct Connected {
    pub(crate) client: Client,
    pub(crate) identity: Identity,
    lost: AtomicU32,
    is_dead: AtomicBool,
    _engine: Engine,
}

/// Where the client's own task and its connection live. The client leaves both behind when it is dropped; here they
/// end with it, once the last call is done.
struct Engine(Option<Runtime>);

impl Engine {
    fn start() -> std::io::Result<(Self, Handle)> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("log-client")
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        Ok((Self(Some(runtime)), handle))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// How things stand.
#[derive(Clone)]
enum Standing {
    /// There is a client.
    Up(Arc<Connected>),
    /// There is none, and why.
    Down(Arc<str>),
}

/// Keeps a client that works.
pub(crate) struct Supervisor {
    pub(crate) settings: Settings,
    nodelay: NoDelay,
    standing: watch::Sender<Standing>,
    /// The client is broken, or it has to be seen what it leads to.
    doubted: Notify,
    stop: CancellationToken,
}

impl Supervisor {
    /// Begins to connect; answers at once.
    pub(crate) fn start(settings: Settings, stop: CancellationToken) -> Arc<Self> {
        let ports = settings.hosts.iter().map(|(_, port)| *port).collect();
        let standing = watch::Sender::new(Standing::Down("no connection was made yet".into()));
        let nodelay = NoDelay::new(ports);
        let supervisor = Arc::new(Self { settings, nodelay, standing, doubted: Notify::new(), stop });
        tokio::spawn(Arc::clone(&supervisor).keep());
        supervisor
    }

    /// Says what is in the way, when something is.
    pub(crate) fn obstacle(&self) -> Option<String> {
        match &*self.standing.borrow() {
            Standing::Up(_) => None,
            Standing::Down(cause) => Some(cause.to_string()),
        }
    }

    /// Waits for a client.
    ///
    /// # Errors
    /// [`Trouble::NotDone`] when there is none in time.
    pub(crate) async fn client(&self, deadline: Deadline) -> Result<Arc<Connected>, Trouble> {
        let mut standing = self.standing.subscribe();
        loop {
            if let Standing::Up(connected) = &*standing.borrow_and_update() {
                return Ok(Arc::clone(connected));
            }
            let away =
                || Trouble::NotDone(self.obstacle().unwrap_or_else(|| "the connection changed too often".into()));
            match timeout_at(deadline.instant(), standing.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Err(away()),
            }
        }
    }

    /// Waits for the identity of the log, however long it takes; `None` once the log is closed.
    pub(crate) async fn identity(&self) -> Option<Identity> {
        let mut standing = self.standing.subscribe();
        loop {
            if let Standing::Up(connected) = &*standing.borrow_and_update() {
                return Some(connected.identity);
            }
            tokio::select! {
                changed = standing.changed() => changed.ok()?,
                () = self.stop.cancelled() => return None,
            }
        }
    }

    /// Makes one call, and takes from its outcome how the client is.
    pub(crate) async fn call<T>(
        &self,
        connected: &Arc<Connected>,
        patience: Duration,
        call: impl Future<Output = eventstore::Result<T>>,
    ) -> Result<T, Trouble> {
        let begin = Instant::now();
        let answer = timeout(patience, call).await;
        self.nodelay.took(begin.elapsed());
        match answer {
            Ok(Ok(answer)) => {
                connected.lost.store(0, Ordering::Relaxed);
                Ok(answer)
            }
            Ok(Err(error)) => {
                self.note(connected, health(&error));
                Err(error.into())
            }
            Err(_) => {
                self.note(connected, Health::Shaky);
                Err(Trouble::Unknown(format!("no answer within {} ms", patience.as_millis())))
            }
        }
    }

    fn note(&self, connected: &Arc<Connected>, health: Health) {
        match health {
            Health::Answered => connected.lost.store(0, Ordering::Relaxed),
            Health::Shaky => {
                let lost = connected.lost.fetch_add(1, Ordering::Relaxed) + 1;
                connected.is_dead.fetch_or(lost >= LOST_IN_A_ROW, Ordering::Relaxed);
                self.doubt(connected);
            }
            Health::Dead => {
                connected.is_dead.store(true, Ordering::Relaxed);
                self.doubt(connected);
            }
        }
    }

    /// Lets nobody use a client until it was seen that it still leads to the same log: after a lost call it may have
    /// connected anew without a word, and to something else.
    pub(crate) fn doubt(&self, connected: &Arc<Connected>) {
        let taken = self.standing.send_if_modified(|standing| {
            let is_in_use = matches!(standing, Standing::Up(current) if Arc::ptr_eq(current, connected));
            if is_in_use {
                *standing = Standing::Down("the connection was lost".into());
            }
            is_in_use
        });
        if taken {
            self.doubted.notify_one();
        }
    }

    /// Finds out whether this is still the same log.
    ///
    /// # Errors
    /// [`Trouble::NotDone`] when it is not, or when there was no answer in time.
    pub(crate) async fn see_again(&self, deadline: Deadline) -> Result<(), Trouble> {
        let connected = self.client(deadline).await?;
        self.doubt(&connected);
        self.client(deadline).await.map(drop)
    }

    /// Whether a client that was doubted can be used on.
    async fn still_leads_there(&self, connected: &Connected) -> bool {
        if connected.is_dead.load(Ordering::Relaxed) {
            return false;
        }
        let found = timeout(self.settings.patience.call, identity::find(&connected.client, &self.settings)).await;
        let is_same = matches!(found, Ok(Ok(Some(identity))) if identity == connected.identity);
        if is_same {
            connected.lost.store(0, Ordering::Relaxed);
            self.nodelay.connected();
        }
        is_same
    }

    /// Makes one client after the other until the log is closed.
    async fn keep(self: Arc<Self>) {
        let mut pauses = Pauses::of_a_connection();
        let mut known: Option<Identity> = None;
        let mut told = String::new();
        while !self.stop.is_cancelled() {
            let made = tokio::select! {
                made = self.connect(known) => made,
                () = self.stop.cancelled() => return,
            };
            match made {
                Ok(connected) => {
                    let (identity, connected) = (connected.identity, Arc::new(connected));
                    info!(place = self.settings.place(), log = %identity.id, "connected to the log");
                    (known, told) = (Some(identity), String::new());
                    pauses.reset();
                    loop {
                        self.standing.send_replace(Standing::Up(Arc::clone(&connected)));
                        tokio::select! {
                            () = self.doubted.notified() => {}
                            () = self.stop.cancelled() => return,
                        }
                        if !self.still_leads_there(&connected).await {
                            warn!(place = self.settings.place(), "the connection to the log was lost");
                            break;
                        }
                    }
                }
                Err(cause) => {
                    if told != cause {
                        warn!(place = self.settings.place(), %cause, "the log cannot be reached; trying on");
                        told.clone_from(&cause);
                    }
                    self.standing.send_replace(Standing::Down(cause.into()));
                    tokio::select! {
                        () = tokio::time::sleep(pauses.next()) => {}
                        () = self.stop.cancelled() => return,
                    }
                }
            }
        }
    }

    async fn connect(&self, known: Option<Identity>) -> Result<Connected, String> {
        // a client is dear to make, because it reads the system's certificates: first, whether anybody is there
        somebody_listens(&self.settings).await?;
        let (engine, handle) = Engine::start().map_err(|error| error.to_string())?;
        let client =
            Client::with_runtime_handle(handle, self.settings.client.clone()).map_err(|error| error.to_string())?;
        let patience = self.settings.patience.connect;
        let identity = timeout(patience, identity::find_or_begin(&client, &self.settings))
            .await
            .map_err(|_| format!("a server listens and does not answer within {} ms", patience.as_millis()))?
            .map_err(|trouble| trouble.cause())?;
        self.nodelay.connected();
        match known.filter(|known| *known != identity) {
            Some(known) => Err(format!(
                "another database answers: this process works on the log {} that begins at {}, and finds {} that begins \
                 at {}; bring back the database, or start again with read models of this one",
                known.id, known.begins_at, identity.id, identity.begins_at
            )),
            None => Ok(Connected {
                client,
                identity,
                lost: AtomicU32::new(0),
                is_dead: AtomicBool::new(false),
                _engine: engine,
            }),
        }
    }
}

/// Whether any of the hosts takes connections.
pub(crate) async fn somebody_listens(settings: &Settings) -> Result<(), String> {
    let connect = |(host, port): (String, u16)| async move {
        let tried = timeout(settings.patience.connect, TcpStream::connect((host.as_str(), port))).await;
        let failed = match tried {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer".into(),
        };
        Err(format!("{host}:{port}: {failed}"))
    };
    let mut tries: FuturesUnordered<_> = settings.hosts.iter().cloned().map(connect).collect();
    let mut failures = Vec::new();
    while let Some(tried) = tries.next().await {
        match tried {
            Ok(()) => return Ok(()),
            Err(failure) => failures.push(failure),
        }
    }
    Err(format!("nobody answers at {}", failures.join("; ")))
}
