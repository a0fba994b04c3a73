//! Puts the house together. The only folder that names adapters.

mod claims;
mod forgetting;
mod keys;
mod log;
mod measured;
mod models;
mod node;
mod turn;
mod work;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use api::PlannerOption;
use audit::{notary::Notary, reads::ReadLog};
use commands::{Clock, Commands, SystemClock};
use domain::action::Catalogue;
use eventlog::{EventLog, Seals};
use eventlog_sealed::SealedLog;
use execution::{Runner, actions::HttpConfig, registry::Registry, runner};
use planner::{
    drafts::Drafts,
    listener::{Drafting, Listener, WorkspaceSource},
    offline::recipes::Recipes,
};
use projections::Models;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use claims::NodeClaims;
use forgetting::{Listening, Minds};
use keys::open_keys;
pub(crate) use keys::read_opened_log;
use measured::MeasuredLog;
use models::{Database, Sharing, open_models};
use turn::{FencedLog, InTurn, Turn};
use work::{Planning, Work, Worker};

pub(crate) use log::{OpenLog, back_up, log_in, read_only as read_log};

use crate::{
    args::Role,
    exit::Failure,
    planners::{self, Offer},
    proof::{self, Signing},
    settings::Settings,
    sources,
};

/// How many requests are read at once.
const REQUESTS_AT_ONCE: usize = 4;

/// How long a verb waits for a log on a server.
const SERVER: Duration = Duration::from_secs(15);

/// Why a house does not open.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error(
        "the folder {} is in use{}: stop that process first, or talk to it",
        .folder.display(),
        .address.as_deref().map(|address| format!(" by the server at {address}")).unwrap_or_default()
    )]
    InUse { folder: PathBuf, address: Option<String> },
    #[error(
        "the folder {} is missing, and without the keys in it everybody in the log would read as forgotten: put it back, or make an empty one if that is what you want",
        .folder.display()
    )]
    KeysMissing { folder: PathBuf },
    #[error("{0}")]
    Other(#[from] anyhow::Error),
    #[error("the settings cannot be used")]
    Settings(Failure),
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Settings(failure) => failure,
            OpenError::InUse { .. } | OpenError::KeysMissing { .. } | OpenError::Other(_) => {
                Self::refused(error.to_string())
            }
        }
    }
}

/// An open folder: the log, the read models, and everybody who works on them.
pub(crate) struct House {
    log: OpenLog,
    models: Models,
    work: Work,
    listening: Option<Listening>,
    signing: Option<Signing>,
    door: api::Parts,
}

impl House {
    /// Opens the folder and takes up what was left when it was closed. A log on a server has to be there.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, OpenError> {
        let log = OpenLog::open(settings)?;
        log.ready_within(SERVER).await?;
        Self::open_on(settings, log).await
    }

    /// Opens the rest of the house on a log that is ready.
    pub(crate) async fn open_on(settings: &Settings, log: OpenLog) -> Result<Self, OpenError> {
        let recipes = Recipes::with_folder(&settings.recipes()).map_err(anyhow::Error::from)?;
        let hired = planners::hire(&settings.planner, recipes).map_err(OpenError::Settings)?;
        let stored = MeasuredLog::over(log.shared());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let notary = notary(settings, &stored, &*clock);
        // whoever is forgotten behind this is heard of
        let honoured = stored.head().await.map_err(anyhow::Error::from)?;
        let keys = open_keys(settings, &*stored).await?;
        let shared: Arc<dyn EventLog> = Arc::new(SealedLog::over(Arc::clone(&stored), keys.clone()));
        let database = Database::open(settings, true).await?;
        let models = database.models(settings, &shared).await?;
        let seals: Arc<dyn Seals> = Arc::new(keys.clone());
        if seals.leaves_traces() {
            info!("somebody was forgotten, and the read models are built anew");
            models.renew().await.map_err(anyhow::Error::from)?;
            seals.traces_gone().map_err(anyhow::Error::from)?;
        }
        let catalogue = Arc::clone(Catalogue::builtin());
        let is_shared = settings.may_have_other_nodes();
        let commands_on = |log: Arc<dyn EventLog>| {
            let make = if is_shared { Commands::among_others } else { Commands::sealing };
            make(log, Arc::clone(&catalogue), Arc::clone(&clock), Arc::clone(&seals))
        };
        let commands = commands_on(Arc::clone(&shared));
        if let Some(notary) = &notary {
            proof::tell_of_rotations(notary, &commands).await.map_err(anyhow::Error::from)?;
        }
        let http = HttpConfig::allowing(&settings.http_allow.join(","));
        let registry = Arc::new(Registry::builtin(&commands, http.clone()).map_err(anyhow::Error::from)?);
        let sources = Arc::new(sources::ReadModels::new(models.clone()));
        info!(planner = hired.usual, "ready to plan");
        let drafts: Arc<Drafts> = Arc::default();
        let drafts_seen = Arc::clone(&drafts);
        let mut minds = vec![commands.clone()];
        // Whoever shares the work with others writes to a log that takes nothing for what others do.
        let runner = {
            let (clock, sources) = (Arc::clone(&clock), Arc::clone(&sources));
            let claims = database.sharing.as_ref().map(|sharing| Arc::new(NodeClaims(Arc::clone(&sharing.claims))));
            let (commands, registry) = match &claims {
                None => (commands.clone(), Arc::clone(&registry)),
                Some(claims) => {
                    let fenced = commands_on(Arc::new(FencedLog::new(Arc::clone(&shared), Arc::clone(claims) as _)));
                    let registry = Registry::builtin(&fenced, http).map_err(anyhow::Error::from)?;
                    (fenced, Arc::new(registry))
                }
            };
            minds.push(commands.clone());
            move || {
                Worker::Runner(Runner::start(runner::Parts {
                    commands: commands.clone(),
                    registry: Arc::clone(&registry),
                    clock: Arc::clone(&clock),
                    in_flight: Arc::clone(&sources) as Arc<dyn runner::InFlight>,
                    claims: claims.clone().map(|claims| claims as Arc<dyn runner::Claims>),
                    settings: runner::Settings::default(),
                }))
            }
        };
        let planner = {
            let commands = match &database.sharing {
                None => commands.clone(),
                Some(Sharing { planner, .. }) => {
                    let in_turn = Arc::new(InTurn(Arc::clone(planner)));
                    commands_on(Arc::new(FencedLog::new(Arc::clone(&shared), in_turn)))
                }
            };
            minds.push(commands.clone());
            let listener = move || Listener {
                commands: commands.clone(),
                log: Arc::clone(&commands.log),
                planners: hired.planners.clone(),
                workspace: Arc::clone(&sources) as Arc<dyn WorkspaceSource>,
                drafting: Arc::clone(&sources) as Arc<dyn Drafting>,
                catalogue: Arc::clone(Catalogue::builtin()),
                drafts: Arc::clone(&drafts),
                parallel: REQUESTS_AT_ONCE,
            };
            move || Worker::Planner(Planning::start(listener.clone()))
        };
        let planner_turn = database.sharing.map(|sharing| sharing.planner);
        let jobs: Vec<(work::Begin, Option<Arc<dyn Turn>>)> =
            vec![(Box::new(planner), planner_turn), (Box::new(runner), None)];
        let work = Work::begin(if settings.roles.contains(&Role::Runner) { jobs } else { Vec::new() });
        let listening = is_shared.then(|| {
            Minds { stored: Arc::clone(&stored), keys: keys.clone(), commands: minds, models: models.clone() }
                .listen(honoured)
        });
        let start = |notary| Signing::start(notary, Arc::clone(&clock), settings.checkpoint_interval);
        let signing = notary.clone().map(start);
        let mut door = api::Parts::new(commands, models.clone(), registry, clock);
        door.stored = stored;
        door.node = node::name();
        door.seals = Some(seals);
        door.notary = notary;
        if settings.audit_reads {
            let reads = ReadLog::open(&settings.data_dir).map_err(anyhow::Error::from)?;
            door.reads = Some(Arc::new(reads));
        }
        door.metrics = api::Metrics::install().map_err(anyhow::Error::from)?;
        door.drafts = drafts_seen;
        door.planners = hired.offers.into_iter().map(option).collect();
        Ok(Self { log, models, work, listening, signing, door })
    }

    /// Opens the door.
    pub(crate) async fn serve(self, bound: TcpListener) -> Result<Served, Failure> {
        let address = bound.local_addr().map_err(anyhow::Error::from)?;
        self.answer(address, |state| tokio::spawn(api::serve(bound, state))).await
    }

    /// Lets those in who come to a door that has been waiting at this address.
    pub(crate) async fn let_in(mut self, door: api::Door, address: SocketAddr) -> Result<Served, Failure> {
        self.door.shutdown = door.shutdown();
        self.answer(address, |state| door.open(state)).await
    }

    async fn answer(
        self,
        address: SocketAddr,
        open: impl FnOnce(api::AppState) -> JoinHandle<std::io::Result<()>>,
    ) -> Result<Served, Failure> {
        let Self { log, models, work, listening, signing, door } = self;
        log.set_address(&format!("http://{address}"))?;
        let shutdown = door.shutdown.clone();
        let server = open(api::AppState::start(door).await.map_err(anyhow::Error::from)?);
        Ok(Served { log, models, work, listening, signing, address, shutdown, server })
    }
}

/// Listens at an address; nobody is answered yet.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| Failure::refused(format!("cannot listen on {address}: {error}")))
}

/// A planner, as the door tells of it.
fn option(offer: Offer) -> PlannerOption {
    PlannerOption {
        name: offer.choice.into(),
        available: offer.reason.is_none(),
        model: offer.model,
        reason: offer.reason,
    }
}

/// A house with an open door.
pub(crate) struct Served {
    log: OpenLog,
    models: Models,
    work: Work,
    listening: Option<Listening>,
    signing: Option<Signing>,
    address: SocketAddr,
    shutdown: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
}

impl Served {
    /// Where the door is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends in order: no new requests, no new steps, then the read models, then the log.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.shutdown.cancel();
        let served = self.server.await.map_err(anyhow::Error::from)?;
        served.map_err(anyhow::Error::from)?;
        self.work.stop().await;
        drop(self.listening);
        self.models.shutdown().await.map_err(anyhow::Error::from)?;
        if let Some(signing) = self.signing {
            signing.stop().await;
        }
        self.log.close().await;
        Ok(())
    }
}

/// Opens the ledger of checkpoints. A house whose ledger cannot be used is open all the same, and says so: whoever
/// needs the history can read it, and `cairn audit verify` tells what is wrong.
fn notary(settings: &Settings, log: &Arc<dyn EventLog>, clock: &dyn Clock) -> Option<Arc<Notary>> {
    let export = settings.checkpoint_export.clone();
    match Notary::open(Arc::clone(log), &settings.data_dir, export, clock.now()) {
        Ok(notary) => Some(Arc::new(notary)),
        Err(cause) => {
            error!(%cause, "nothing is signed: the checkpoints cannot be used");
            None
        }
    }
}

/// The notary of a folder that no server has, for as long as a verb needs it.
pub(crate) struct AtDesk {
    log: OpenLog,
    pub(crate) commands: Commands,
    pub(crate) notary: Notary,
}

impl AtDesk {
    pub(crate) fn open(settings: &Settings) -> Result<Self, OpenError> {
        let log = OpenLog::open(settings)?;
        let shared = log.shared();
        let export = settings.checkpoint_export.clone();
        let notary = Notary::open(Arc::clone(&shared), &settings.data_dir, export, SystemClock.now());
        let notary = notary.map_err(anyhow::Error::from)?;
        let commands = Commands::new(shared, Arc::clone(Catalogue::builtin()), Arc::new(SystemClock));
        Ok(Self { log, commands, notary })
    }

    pub(crate) async fn close(self) {
        self.log.close().await;
    }
}

/// The read models of a folder that no server has, for as long as a verb needs them.
pub(crate) struct Offline {
    log: OpenLog,
    pub(crate) models: Models,
}

impl Offline {
    pub(crate) async fn open(settings: &Settings) -> Result<Self, OpenError> {
        let log = OpenLog::open(settings)?;
        log.ready_within(SERVER).await?;
        let stored = log.shared();
        let keys = open_keys(settings, &*stored).await?;
        let shared: Arc<dyn EventLog> = Arc::new(SealedLog::over(stored, keys));
        let models = open_models(settings, &shared).await?;
        Ok(Self { log, models })
    }

    pub(crate) async fn close(self) -> Result<(), Failure> {
        self.models.shutdown().await.map_err(anyhow::Error::from)?;
        self.log.close().await;
        Ok(())
    }
}
