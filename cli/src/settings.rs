//! What the process runs with: flag, then environment, then `cairn.toml`, then defaults.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use serde::Deserialize;

use crate::{
    args::{Common, LogFormat, Role},
    exit::Failure,
    planners::PlannerArgs,
};

const DEFAULT_LISTEN: &str = "127.0.0.1:7400";
const DEFAULT_DATA_DIR: &str = "./cairn-data";

/// How often the log is signed for.
const DEFAULT_CHECKPOINT_INTERVAL: &str = "5m";

/// The shortest time between two checkpoints.
const SHORTEST_CHECKPOINT_INTERVAL: Duration = Duration::from_secs(1);

/// How long a node that is not heard from keeps what it has taken.
const DEFAULT_LEASE: Duration = Duration::from_secs(15);

/// How many plans one of several nodes carries out at once.
const DEFAULT_PLANS_AT_ONCE: usize = 256;

/// The settings of a house.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) data_dir: PathBuf,
    pub(crate) http_allow: Vec<String>,
    pub(crate) log_format: LogFormat,
    /// How long between two signed checkpoints.
    pub(crate) checkpoint_interval: Duration,
    /// Where a copy of the checkpoints is kept.
    pub(crate) checkpoint_export: Option<PathBuf>,
    /// Whether it is remembered who looked at the history.
    pub(crate) audit_reads: bool,
    pub(crate) planner: PlannerArgs,
    /// Where the keys of people are, when they are not in the folder.
    keys: Option<PathBuf>,
    /// Where the log is, when it is not in the folder.
    pub(crate) eventstore: Option<String>,
    /// Who we are there.
    pub(crate) eventstore_user: Option<String>,
    pub(crate) eventstore_password: Option<String>,
    pub(crate) eventstore_password_file: Option<PathBuf>,
    /// Where the read models are, when they are not in the folder.
    pub(crate) read_models: Option<String>,
    /// Who we are there.
    pub(crate) postgres_user: Option<String>,
    pub(crate) postgres_password: Option<String>,
    pub(crate) postgres_password_file: Option<PathBuf>,
    /// How long a node that is not heard from keeps what it has taken.
    pub(crate) lease: Duration,
    /// How many plans this node carries out at once, where others could do it as well.
    pub(crate) plans_at_once: usize,
    /// What this node does.
    pub(crate) roles: Vec<Role>,
    listen: Option<String>,
}

/// What `cairn.toml` in the working folder may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    data_dir: Option<PathBuf>,
    listen: Option<String>,
    http_allow: Option<Vec<String>>,
    log_format: Option<String>,
    checkpoint_interval: Option<String>,
    checkpoint_export: Option<PathBuf>,
    audit_reads: bool,
    planner: PlannerArgs,
    keys: Option<PathBuf>,
    eventstore: Option<String>,
    eventstore_user: Option<String>,
    #[serde(rename = "eventstore_password_file")]
    eventstore_password_in: Option<PathBuf>,
    read_models: Option<String>,
    postgres_user: Option<String>,
    #[serde(rename = "postgres_password_file")]
    postgres_password_in: Option<PathBuf>,
}

impl Settings {
    /// Reads the settings. Flags and environment have met in `common` already.
    pub(crate) fn load(common: &Common) -> Result<Self, Failure> {
        let file: File = config::Config::builder()
            .add_source(config::File::with_name("cairn.toml").format(config::FileFormat::Toml).required(false))
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|error| Failure::usage(format!("cairn.toml cannot be used: {error}")))?;
        let log_format = match (common.log_format, file.log_format.as_deref()) {
            (Some(given), _) => given,
            (None, None | Some("text")) => LogFormat::Text,
            (None, Some("json")) => LogFormat::Json,
            (None, Some(other)) => {
                return Err(Failure::usage(format!("cairn.toml: log_format is `text` or `json`, not `{other}`")));
            }
        };
        let interval = common.checkpoint_interval.as_deref().or(file.checkpoint_interval.as_deref());
        Ok(Self {
            checkpoint_interval: read_interval(interval.unwrap_or(DEFAULT_CHECKPOINT_INTERVAL))?,
            audit_reads: common.audit_reads || file.audit_reads,
            checkpoint_export: common.checkpoint_export.clone().or(file.checkpoint_export),
            data_dir: common.data_dir.clone().or(file.data_dir).unwrap_or_else(|| DEFAULT_DATA_DIR.into()),
            http_allow: file.http_allow.unwrap_or_default(),
            log_format,
            planner: PlannerArgs::from_environment()?.or(file.planner),
            keys: from_environment("CAIRN_KEYS").map(PathBuf::from).or(file.keys),
            eventstore: common.eventstore.clone().or(file.eventstore),
            eventstore_user: from_environment("CAIRN_EVENTSTORE_USER").or(file.eventstore_user),
            eventstore_password: from_environment("CAIRN_EVENTSTORE_PASSWORD"),
            eventstore_password_file: from_environment("CAIRN_EVENTSTORE_PASSWORD_FILE")
                .map(PathBuf::from)
                .or(file.eventstore_password_in),
            read_models: common.read_models.clone().or(file.read_models),
            postgres_user: from_environment("CAIRN_POSTGRES_USER").or(file.postgres_user),
            postgres_password: from_environment("CAIRN_POSTGRES_PASSWORD"),
            postgres_password_file: from_environment("CAIRN_POSTGRES_PASSWORD_FILE")
                .map(PathBuf::from)
                .or(file.postgres_password_in),
            lease: read_lease(from_environment("CAIRN_LEASE_SECONDS"))?,
            plans_at_once: read_plans_at_once(from_environment("CAIRN_PLANS_AT_ONCE"))?,
            roles: Role::ALL.to_vec(),
            listen: file.listen,
        })
    }

    /// The folder that holds the keys of people, and nothing else. Nodes over one log share it.
    pub(crate) fn keys(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data_dir.join("keys"))
    }

    /// Whether other nodes may work over the same log and the same read models. A log in the folder is ours alone.
    pub(crate) fn may_have_other_nodes(&self) -> bool {
        self.eventstore.is_some() && self.read_models.is_some()
    }

    /// The folder for recipes of one's own; it need not be there.
    pub(crate) fn recipes(&self) -> PathBuf {
        self.data_dir.join("recipes")
    }

    /// Puts what flags say about planners before everything else.
    pub(crate) fn ask(&mut self, planner: &PlannerArgs) {
        self.planner = planner.clone().or(std::mem::take(&mut self.planner));
    }

    /// Takes on these roles alone; all of them when none is named.
    pub(crate) fn take_on(&mut self, roles: &[Role]) -> Result<(), Failure> {
        if roles.is_empty() {
            return Ok(());
        }
        if self.read_models.is_none() {
            return Err(Failure::usage(
                "roles are for nodes that share their read models: name them with --read-models",
            ));
        }
        self.roles = roles.to_vec();
        Ok(())
    }

    /// Puts a comma-separated allow-list from flag or environment in place of the file's.
    pub(crate) fn allow_hosts(&mut self, hosts: Option<&str>) {
        if let Some(hosts) = hosts {
            self.http_allow = hosts.split(',').map(str::trim).filter(|host| !host.is_empty()).map(Into::into).collect();
        }
    }

    /// Where to listen. Anything but this machine is refused as long as nobody has to say who they are.
    pub(crate) fn listen(&self, given: Option<&str>) -> Result<SocketAddr, Failure> {
        let text = given.or(self.listen.as_deref()).unwrap_or(DEFAULT_LISTEN);
        let address: SocketAddr = text.replace("localhost", "127.0.0.1").parse().map_err(|_| {
            Failure::usage(format!("`{text}` is no address to listen on: write ADDR:PORT, such as {DEFAULT_LISTEN}"))
        })?;
        if address.ip().is_loopback() {
            return Ok(address);
        }
        Err(Failure::usage(format!(
            "refusing to listen on {address}: everybody who reaches that address could approve and run plans, because \
             authentication is not configured. Listen on 127.0.0.1 and put a proxy that authenticates in front of it"
        )))
    }
}

fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn read_lease(seconds: Option<String>) -> Result<Duration, Failure> {
    let Some(text) = seconds else { return Ok(DEFAULT_LEASE) };
    let read = text.parse().ok().filter(|seconds| (2..=600).contains(seconds)).map(Duration::from_secs);
    read.ok_or_else(|| Failure::usage(format!("CAIRN_LEASE_SECONDS is a number from 2 to 600, not `{text}`")))
}

fn read_plans_at_once(number: Option<String>) -> Result<usize, Failure> {
    let Some(text) = number else { return Ok(DEFAULT_PLANS_AT_ONCE) };
    let read = text.parse().ok().filter(|number| (1..=10_000).contains(number));
    read.ok_or_else(|| Failure::usage(format!("CAIRN_PLANS_AT_ONCE is a number from 1 to 10000, not `{text}`")))
}

fn read_interval(text: &str) -> Result<Duration, Failure> {
    let read = humantime::parse_duration(text).ok().filter(|interval| *interval >= SHORTEST_CHECKPOINT_INTERVAL);
    read.ok_or_else(|| Failure::usage(format!("checkpoint_interval is a time such as 5m or 1h, not `{text}`")))
}
