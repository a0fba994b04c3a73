//! What the routes stand on. The command line wires it together; nothing here names an adapter.

use std::{ops::Deref, sync::Arc};

use audit::{notary::Notary, reads::ReadLog};
use commands::{Clock, Commands, Envelope};
use domain::{action::Catalogue, actor::Actor};
use eventlog::{EventLog, Position, ReadError, Seals};
use execution::registry::Registry;
use parking_lot::Mutex;
use planner::drafts::Drafts;
use projections::Models;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{bodies::me::PlannerOption, live::Live, metrics::Metrics};

/// Which `Host` headers are answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Hosts {
    /// Only names of this machine's loopback: what a server that listens there must insist on, or any web page could
    /// reach it through a name of its own (DNS rebinding).
    #[default]
    Loopback,
    /// These names, without ports, and those of the loopback.
    Listed(Vec<String>),
    /// Any: something in front of the server looks at it.
    Any,
}

/// What the door lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The largest body of a write, in bytes.
    pub body_limit: usize,
    /// How many requests may be under way at once; live streams do not count.
    pub max_requests: usize,
    /// How many live streams may be open at once.
    pub max_watchers: usize,
    /// Which `Host` headers are answered.
    pub hosts: Hosts,
    /// Origins besides the server's own whose pages may write, such as `https://cairn.example`.
    pub origins: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_limit: 1024 * 1024,
            max_requests: 4_096,
            max_watchers: 10_000,
            hosts: Hosts::default(),
            origins: Vec::new(),
        }
    }
}

/// Everything that the routes need.
pub struct Parts {
    /// How intent becomes history.
    pub commands: Commands,
    /// What lists are read from.
    pub models: Models,
    /// What actions there are, and what they would do.
    pub registry: Arc<Registry>,
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// The same as it is stored, with what is about people still sealed: what proofs are made of.
    pub stored: Arc<dyn EventLog>,
    /// Who seals what is about people, when somebody does.
    pub seals: Option<Arc<dyn Seals>>,
    /// Who signs for the log, when somebody does.
    pub notary: Option<Arc<Notary>>,
    /// Where it is remembered who looked at the history, when it is.
    pub reads: Option<Arc<ReadLog>>,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Whoever asks, as long as nobody has to sign in.
    pub actor: Actor,
    /// Whose data it is.
    pub tenant: String,
    /// What people call this process where several share the work.
    pub node: String,
    /// The planners, and which of them can be asked.
    pub planners: Vec<PlannerOption>,
    /// Drafts in the making.
    pub drafts: Arc<Drafts>,
    /// Where the figures of the server are gathered.
    pub metrics: Metrics,
    /// What the door lets through.
    pub settings: Settings,
    /// Cancelled when the server is to end; live streams end with it.
    pub shutdown: CancellationToken,
}

impl Parts {
    /// Puts together what cannot be left out; the rest is as on a laptop: one local person, no planner but the
    /// embedded one, no limits beyond the usual.
    pub fn new(commands: Commands, models: Models, registry: Arc<Registry>, clock: Arc<dyn Clock>) -> Self {
        let log = Arc::clone(&commands.log);
        let stored = Arc::clone(&log);
        Self {
            commands,
            models,
            registry,
            log,
            stored,
            seals: None,
            notary: None,
            reads: None,
            clock,
            actor: Actor::person("local"),
            tenant: Envelope::LOCAL_TENANT.to_owned(),
            node: format!("process {}", std::process::id()),
            planners: Vec::new(),
            drafts: Arc::default(),
            metrics: Metrics::default(),
            settings: Settings::default(),
            shutdown: CancellationToken::new(),
        }
    }
}

/// What every route shares. Clones are handles to the same.
#[derive(Clone)]
pub struct AppState(Arc<House>);

/// The parts, and what the door keeps itself.
pub struct House {
    parts: Parts,
    pub(crate) live: Live,
    pub(crate) requests: Semaphore,
    /// Why the server was last found not to be ready.
    pub(crate) unready: Mutex<Vec<String>>,
    /// The end of the log when the server started: read models that have come this far have caught up once.
    pub(crate) started_at: Option<Position>,
}

impl AppState {
    /// Puts the state together, and starts the tasks that announce what happens and look after the figures. They end
    /// with [`Parts::shutdown`].
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn start(parts: Parts) -> Result<Self, ReadError> {
        let started_at = parts.log.head().await?;
        let live = Live::new(parts.settings.max_watchers, started_at);
        let requests = Semaphore::new(parts.settings.max_requests);
        let state = Self(Arc::new(House { parts, live, requests, unready: Mutex::default(), started_at }));
        tokio::spawn({
            let state = state.clone();
            async move { state.announce().await }
        });
        tokio::spawn({
            let state = state.clone();
            async move {
                state.shutdown.cancelled().await;
                state.models.end_operations();
            }
        });
        tokio::spawn({
            let state = state.clone();
            async move { state.metrics.look_after(&state.shutdown).await }
        });
        Ok(state)
    }

    /// What actions there are.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        self.registry.catalogue()
    }
}

impl Deref for AppState {
    type Target = House;

    fn deref(&self) -> &House {
        &self.0
    }
}

impl Deref for House {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}
