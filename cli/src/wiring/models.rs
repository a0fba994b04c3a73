//! Opens the read models that the settings name: those in the folder, or those on a server that several nodes share.

use std::sync::Arc;

use eventlog::EventLog;
use projections::{ModelStorage, Models};
use projections_sqlite::SqliteModels;

use super::{OpenError, claims::Register, turn::Turn};
use crate::{args::Role, settings::Settings};

/// The database of a house.
pub(super) struct Database {
    storage: Arc<dyn ModelStorage>,
    /// How this node shares the work with others; none where it is the only one.
    pub(super) sharing: Option<Sharing>,
}

/// How nodes share the work: each plan is carried out by one of them, and one drafts.
pub(super) struct Sharing {
    pub(super) claims: Arc<dyn Register>,
    pub(super) planner: Arc<dyn Turn>,
}

impl Database {
    /// Opens it. Who `works` besides reading shares the work with the other nodes, where there may be some.
    pub(super) async fn open(settings: &Settings, works: bool) -> Result<Self, OpenError> {
        if let Some(connection) = &settings.read_models {
            return on_server::open(settings, connection, works && settings.may_have_other_nodes()).await;
        }
        let folder = SqliteModels::open(&settings.data_dir.join("models")).map_err(anyhow::Error::from)?;
        Ok(Self { storage: Arc::new(folder), sharing: None })
    }

    /// Opens the read models and lets them follow the log.
    pub(super) async fn models(&self, settings: &Settings, log: &Arc<dyn EventLog>) -> Result<Models, OpenError> {
        let (storage, log) = (Arc::clone(&self.storage), Arc::clone(log));
        let opened = if settings.roles.contains(&Role::Projector) {
            Models::open(storage, log).await
        } else {
            Models::open_reading(storage, log).await
        };
        Ok(opened.map_err(anyhow::Error::from)?)
    }
}

/// Opens the read models for a verb.
pub(super) async fn open_models(settings: &Settings, log: &Arc<dyn EventLog>) -> Result<Models, OpenError> {
    Database::open(settings, false).await?.models(settings, log).await
}

#[cfg(feature = "postgres")]
mod on_server {
    use std::time::{Duration, Instant};

    use async_trait::async_trait;
    use projections_postgres::{ClaimNews, Claims, ConnectError, Lease, Login, PostgresModels, Settings as Server};
    use tracing::warn;
    use uuid::Uuid;

    use super::{Arc, Database, ModelStorage, OpenError, Register, Role, Settings, Sharing, Turn};
    use crate::{exit::Failure, wiring::claims::Told};

    /// How long a server that starts beside us is waited for, and how often it is asked.
    const PATIENCE: Duration = Duration::from_secs(30);
    const AGAIN: Duration = Duration::from_millis(500);

    pub(super) async fn open(settings: &Settings, connection: &str, is_shared: bool) -> Result<Database, OpenError> {
        let models = connect(settings, connection).await?;
        // A process that has the number of one that died must not be taken for it.
        let holder = format!("process {} {}", std::process::id(), Uuid::now_v7());
        let sharing = (is_shared && settings.roles.contains(&Role::Runner)).then(|| Sharing {
            claims: Arc::new(models.claims(holder.clone(), settings.plans_at_once)),
            planner: Arc::new(models.leases(holder).try_for("draft plans")),
        });
        Ok(Database { storage: Arc::new(models) as Arc<dyn ModelStorage>, sharing })
    }

    #[async_trait]
    impl Register for Claims {
        fn ask_for(&self, plan: &str, told_at: u64) {
            Self::ask_for(self, plan, told_at);
        }

        async fn news(&self) -> Option<Told> {
            Some(match Self::news(self).await? {
                ClaimNews::Taken { plan, over } => Told::Taken { plan, over },
                ClaimNews::Lost { plan } => Told::Lost { plan },
            })
        }

        fn token(&self, plan: &str) -> Option<u64> {
            Self::token(self, plan)
        }

        fn overtaken(&self, plan: &str, token: u64) {
            Self::overtaken(self, plan, token);
        }

        fn give_back(&self, plan: &str, wake_in: Option<Duration>, seen: u64) {
            Self::give_back(self, plan, wake_in, seen);
        }

        async fn close(&self) {
            Self::close(self).await;
        }
    }

    #[async_trait]
    impl Turn for Lease {
        fn is_ours(&self) -> bool {
            self.is_held()
        }

        async fn taken(&self) {
            Self::taken(self).await;
        }

        async fn lost(&self) {
            Self::lost(self).await;
        }

        async fn let_go(&self) {
            Self::let_go(self).await;
        }
    }

    async fn connect(settings: &Settings, connection: &str) -> Result<PostgresModels, OpenError> {
        let server = server(settings, connection).map_err(OpenError::Settings)?;
        let begin = Instant::now();
        loop {
            let server = server.clone();
            let opening = tokio::task::spawn_blocking(move || PostgresModels::open(server));
            match opening.await.map_err(anyhow::Error::from)? {
                Ok(models) => return Ok(models),
                Err(error @ ConnectError::Unusable { .. }) if begin.elapsed() < PATIENCE => {
                    warn!(%error, "waiting for the read models");
                    tokio::time::sleep(AGAIN).await;
                }
                Err(error) => return Err(OpenError::Other(error.into())),
            }
        }
    }

    fn server(settings: &Settings, connection: &str) -> Result<Server, Failure> {
        let wrong = |error: ConnectError| Failure::usage(error.to_string());
        let user = settings.postgres_user.clone();
        let login = match &settings.postgres_password_file {
            Some(file) => Login::with_file(user, file).map_err(wrong)?,
            None => Login { user, password: settings.postgres_password.clone() },
        };
        Ok(Server::parse(connection, login).map_err(wrong)?.with_lease(settings.lease))
    }
}

#[cfg(not(feature = "postgres"))]
mod on_server {
    use super::{Database, OpenError, Settings};
    use crate::exit::Failure;

    pub(super) async fn open(_: &Settings, _: &str, _: bool) -> Result<Database, OpenError> {
        let how = "this cairn was built without PostgreSQL: build it with `--features postgres`";
        Err(OpenError::Settings(Failure::usage(how)))
    }
}
