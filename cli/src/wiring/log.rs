//! Opens the log that the settings name: the embedded one in the folder, or one on a server.

use std::{path::Path, sync::Arc, time::Duration};

use eventlog::EventLog;
#[cfg(feature = "eventstoredb")]
use eventlog_eventstoredb::EventStoreLog;
#[cfg(feature = "eventstoredb")]
use eventlog_sqlite::FolderLock;
use eventlog_sqlite::SqliteLog;

use super::OpenError;
use crate::{exit::Failure, settings::Settings};

/// An open log, and the folder that is ours as long as it is.
pub(crate) enum OpenLog {
    /// In the folder.
    Embedded(Arc<SqliteLog>),
    /// On a server; the folder, if there is one, has the read models alone.
    #[cfg(feature = "eventstoredb")]
    Server { log: Arc<EventStoreLog>, folder: Option<FolderLock> },
}

impl OpenLog {
    /// Opens the log for writing and takes the folder. A server need not be there yet.
    pub(crate) fn open(settings: &Settings) -> Result<Self, OpenError> {
        match &settings.eventstore {
            None => embedded(&settings.data_dir),
            Some(connection) => server(settings, connection),
        }
    }

    /// Opens the embedded log in a folder, or makes it, and takes the folder.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, OpenError> {
        embedded(folder)
    }

    /// Connects to the log on a server, without a folder.
    #[cfg(feature = "eventstoredb")]
    pub(crate) fn elsewhere(settings: &Settings, connection: &str) -> Result<Self, Failure> {
        Ok(Self::Server { log: on_server(settings, connection)?, folder: None })
    }

    /// Connects to the log on a server, without a folder.
    #[cfg(not(feature = "eventstoredb"))]
    pub(crate) fn elsewhere(_settings: &Settings, _connection: &str) -> Result<Self, Failure> {
        Err(without_server())
    }

    /// The log, for everybody who works with it.
    pub(crate) fn shared(&self) -> Arc<dyn EventLog> {
        match self {
            Self::Embedded(log) => Arc::clone(log) as Arc<dyn EventLog>,
            #[cfg(feature = "eventstoredb")]
            Self::Server { log, .. } => Arc::clone(log) as Arc<dyn EventLog>,
        }
    }

    /// Whether something may have to be waited for before the log can be used.
    pub(crate) fn is_elsewhere(&self) -> bool {
        match self {
            Self::Embedded(_) => false,
            #[cfg(feature = "eventstoredb")]
            Self::Server { .. } => true,
        }
    }

    /// Waits until the log can be used, however long its server is away.
    pub(crate) async fn ready(&self) -> Result<(), OpenError> {
        match self {
            Self::Embedded(_) => Ok(()),
            #[cfg(feature = "eventstoredb")]
            Self::Server { log, .. } => {
                if log.settled().await {
                    return Ok(());
                }
                let obstacle = log.obstacle().unwrap_or_else(|| "it was closed".into());
                Err(OpenError::Other(anyhow::anyhow!("the log cannot be used: {obstacle}")))
            }
        }
    }

    /// Waits until the log can be used, and not for long: for a verb that a person waits for.
    pub(crate) async fn ready_within(&self, patience: Duration) -> Result<(), OpenError> {
        if let Ok(ready) = tokio::time::timeout(patience, self.ready()).await {
            return ready;
        }
        let obstacle = self.shared().obstacle().unwrap_or_else(|| "it is still being read".into());
        Err(OpenError::Other(anyhow::anyhow!("the log cannot be used: {obstacle}")))
    }

    /// Leaves the address this process listens on, for whoever finds the folder taken.
    pub(crate) fn set_address(&self, address: &str) -> anyhow::Result<()> {
        match self {
            Self::Embedded(log) => Ok(log.set_address(address)?),
            #[cfg(feature = "eventstoredb")]
            Self::Server { folder, .. } => Ok(folder.as_ref().map_or(Ok(()), |folder| folder.set_address(address))?),
        }
    }

    /// Ends all subscriptions; afterwards nothing is answered.
    pub(crate) async fn close(&self) {
        match self {
            Self::Embedded(log) => log.close().await,
            #[cfg(feature = "eventstoredb")]
            Self::Server { log, .. } => log.close(),
        }
    }
}

fn embedded(folder: &Path) -> Result<OpenLog, OpenError> {
    match SqliteLog::open(folder) {
        Ok(log) => Ok(OpenLog::Embedded(Arc::new(log))),
        Err(error) => Err(taken(error)),
    }
}

fn taken(error: eventlog_sqlite::OpenError) -> OpenError {
    match error {
        eventlog_sqlite::OpenError::FolderInUse { path, address, .. } => OpenError::InUse { folder: path, address },
        other => OpenError::Other(other.into()),
    }
}

#[cfg(feature = "eventstoredb")]
fn server(settings: &Settings, connection: &str) -> Result<OpenLog, OpenError> {
    let folder = FolderLock::take(&settings.data_dir).map_err(taken)?;
    if settings.data_dir.join("log.db").exists() {
        tracing::warn!("the folder has a log of its own, which is left alone: the log is on the server");
    }
    let log = on_server(settings, connection).map_err(OpenError::Settings)?;
    Ok(OpenLog::Server { log, folder: Some(folder) })
}

#[cfg(feature = "eventstoredb")]
fn on_server(settings: &Settings, connection: &str) -> Result<Arc<EventStoreLog>, Failure> {
    use eventlog_eventstoredb::{Login, Settings as Server};
    let password = settings.eventstore_password.as_deref().unwrap_or_default();
    let login = match (&settings.eventstore_user, &settings.eventstore_password_file) {
        (None, _) => None,
        (Some(user), None) => Some(Login::new(user, password)),
        (Some(user), Some(file)) => {
            Some(Login::from_file(user, file).map_err(|error| Failure::usage(error.to_string()))?)
        }
    };
    let server = Server::parse(connection, login).map_err(|error| Failure::usage(error.to_string()))?;
    let log = EventStoreLog::open(server).map_err(|error| Failure::refused(error.to_string()))?;
    Ok(Arc::new(log))
}

#[cfg(not(feature = "eventstoredb"))]
fn without_server() -> Failure {
    Failure::usage("this cairn was built without EventStoreDB: build it with `--features eventstoredb`")
}

#[cfg(not(feature = "eventstoredb"))]
fn server(_settings: &Settings, _connection: &str) -> Result<OpenLog, OpenError> {
    Err(OpenError::Settings(without_server()))
}

#[cfg(not(feature = "eventstoredb"))]
fn on_server(_settings: &Settings, _connection: &str) -> Result<Arc<SqliteLog>, Failure> {
    Err(without_server())
}

/// The log for reading, also while a server writes it.
pub(crate) fn read_only(settings: &Settings) -> Result<Arc<dyn EventLog>, Failure> {
    if let Some(connection) = &settings.eventstore {
        return Ok(on_server(settings, connection)?);
    }
    log_in(&settings.data_dir)
}

/// The embedded log in a folder for reading, also while a server writes it.
pub(crate) fn log_in(folder: &Path) -> Result<Arc<dyn EventLog>, Failure> {
    let log = SqliteLog::open_read_only(folder).map_err(|error| match error {
        eventlog_sqlite::OpenError::NoLog { .. } => Failure::not_found(error.to_string()),
        other => Failure::refused(other.to_string()),
    })?;
    Ok(Arc::new(log))
}

/// Copies the embedded log of one folder into another, also while a server writes it; see
/// [`back_up`](eventlog_sqlite::back_up).
pub(crate) fn back_up(from: &Path, to: &Path, tell: impl FnMut(u64, u64)) -> Result<(), Failure> {
    eventlog_sqlite::back_up(from, to, tell).map_err(|error| match error {
        eventlog_sqlite::OpenError::NoLog { .. } => Failure::not_found(error.to_string()),
        other => Failure::refused(other.to_string()),
    })
}
