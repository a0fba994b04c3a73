//! The database, and the schemas in it.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::Pool;
use projections_store::{BuildId, Mode, ModelStorage, Readers, Reads, Session, StorageError, Value};
use tokio_postgres::Client;

use crate::{
    Claims, ConnectError, Leases, Settings,
    error::words_of,
    link::{Engine, Link, wait},
    migrations,
    readers::{self, BuildReaders, Moment},
    session::BuildSession,
};

/// The oldest server that can end sessions of a process that stands still: version 14.
const OLDEST: i64 = 140_000;

/// A database of read models.
pub struct PostgresModels {
    engine: Arc<Engine>,
    /// Where whole builds are loaded: what they send is much, and no answer is to wait behind it.
    loading: Arc<Engine>,
    settings: Settings,
    pool: Pool,
}

impl PostgresModels {
    /// Connects, and brings what all builds share to the newest version. Calls block, here and everywhere.
    pub fn open(settings: Settings) -> Result<Self, ConnectError> {
        let unusable = |error: StorageError| ConnectError::Unusable { what: error.to_string() };
        let engine = |name| {
            let engine = Engine::start(name).map(Arc::new);
            engine.map_err(|cause| ConnectError::Unusable { what: format!("no thread for it: {cause}") })
        };
        let (engine, loading) = (engine("postgres")?, engine("postgres load")?);
        let pool = readers::pool(&settings).map_err(unusable)?;
        let models = Self { engine, loading, settings, pool };
        models.migrate().map_err(unusable)?;
        Ok(models)
    }

    /// Gives what only one process may do at a time; `holder` is how people are told which one it is.
    pub fn leases(&self, holder: String) -> Leases {
        Leases::new(Arc::clone(&self.engine), self.settings.clone(), holder)
    }

    /// Begins to look for plans to look after, at most `most` at a time; `holder` is a name that no other process has.
    pub fn claims(&self, holder: String, most: usize) -> Claims {
        Claims::begin(Arc::clone(&self.engine), self.settings.clone(), holder, most)
    }

    fn migrate(&self) -> Result<(), StorageError> {
        let schema = self.settings.schema();
        let mut link = self.link(&self.engine, schema)?;
        let version = |name: &str| number(&link, &format!("select current_setting('{name}')::bigint"));
        if version("server_version_num")? < OLDEST {
            return Err(StorageError::database("PostgreSQL 14 or newer is needed"));
        }
        if number(&link, "select (current_setting('server_encoding') = 'UTF8')::int::bigint")? == 0 {
            return Err(StorageError::database("the database keeps no UTF-8: make one with `encoding UTF8`"));
        }
        // One process at a time, whoever starts beside us: the tool that applies the migrations takes no lock.
        link.run(&format!("select pg_advisory_lock(hashtextextended('migrate {schema}', 0))"))?;
        link.run(&format!("create schema if not exists {schema}"))?;
        let engine = link.engine.clone();
        let migrated = match Arc::get_mut(&mut link.client) {
            Some(client) => wait(&engine, migrate(client)),
            None => Err(StorageError::Closed),
        };
        link.run("select pg_advisory_unlock_all()")?;
        migrated
    }

    fn link(&self, engine: &Engine, search_path: &str) -> Result<Link, StorageError> {
        Link::connect(engine.handle(), &self.settings, search_path)
    }

    /// The schema of a build.
    fn schema(&self, build: &BuildId) -> String {
        format!("{}_{}_{}_{}", self.settings.schema(), build.model, build.version, build.number)
    }

    /// The tables of a build, and what all builds share.
    fn search_path(&self, build: &BuildId) -> String {
        format!("{}, {}", self.schema(build), self.settings.schema())
    }

    /// Connects to write a build; its lock is ours as long as the connection is there.
    fn writing(&self, engine: &Engine, build: &BuildId) -> Result<Link, StorageError> {
        let link = self.link(engine, &self.search_path(build))?;
        if !self.lock(&link, build)? {
            return Err(StorageError::Taken);
        }
        link.guard(self.settings.lease())?;
        Ok(link)
    }

    fn lock(&self, link: &Link, build: &BuildId) -> Result<bool, StorageError> {
        let sql = "select pg_try_advisory_lock(hashtextextended(?1, 0))::int::bigint";
        let mut locked = 0;
        link.visit(sql, &[Value::Text(Some(self.schema(build).into()))], &mut |row| {
            locked = row.get(0)?;
            Ok(())
        })?;
        Ok(locked == 1_i64)
    }
}

impl ModelStorage for PostgresModels {
    fn is_shared(&self) -> bool {
        true
    }

    fn silence(&self) -> Duration {
        self.settings.lease()
    }

    fn register(&self) -> Result<Box<dyn Session>, StorageError> {
        let link = self.link(&self.engine, self.settings.schema())?;
        Ok(Box::new(BuildSession::on_register(link, Arc::clone(&self.engine))))
    }

    fn create(&self, build: &BuildId, mode: Mode) -> Result<Box<dyn Session>, StorageError> {
        let engine = match mode {
            Mode::Live => &self.engine,
            Mode::Load => &self.loading,
        };
        let link = self.writing(engine, build)?;
        let schema = self.schema(build);
        link.run(&format!("drop schema if exists {schema} cascade; create schema {schema}"))?;
        Ok(Box::new(BuildSession::new(link, Arc::clone(engine))))
    }

    fn open(&self, build: &BuildId) -> Result<Box<dyn Session>, StorageError> {
        Ok(Box::new(BuildSession::new(self.writing(&self.engine, build)?, Arc::clone(&self.engine))))
    }

    fn readers(&self, build: &BuildId) -> Arc<dyn Readers> {
        let (engine, pool) = (Arc::clone(&self.engine), self.pool.clone());
        Arc::new(BuildReaders { engine, pool, search_path: self.search_path(build) })
    }

    fn moment(&self, build: &BuildId) -> Result<Box<dyn Reads>, StorageError> {
        Ok(Box::new(Moment::begin(self.link(&self.engine, &self.search_path(build))?, Arc::clone(&self.engine))?))
    }

    fn is_being_made(&self, build: &BuildId) -> Result<bool, StorageError> {
        // The lock goes with the connection, and that with this question.
        Ok(!self.lock(&self.link(&self.engine, self.settings.schema())?, build)?)
    }

    fn remove(&self, build: &BuildId) -> Result<(), StorageError> {
        let link = self.link(&self.engine, self.settings.schema())?;
        link.run(&format!("drop schema if exists {} cascade", self.schema(build)))
    }

    fn remove_others(&self, kept: &BuildId) -> Result<(), StorageError> {
        let link = self.link(&self.engine, self.settings.schema())?;
        let (ours, all) = (self.schema(kept), format!("{}_{}_", self.settings.schema(), kept.model));
        let mut others: Vec<String> = Vec::new();
        let sql = "select nspname::text from pg_catalog.pg_namespace where starts_with(nspname::text, ?1)";
        link.visit(sql, &[Value::Text(Some(all.as_str().into()))], &mut |row| {
            others.push(row.get(0)?);
            Ok(())
        })?;
        // What follows the model's name is two numbers; another model's name may begin as this one's.
        let is_ours = |name: &str| name[all.len()..].chars().all(|c| c.is_ascii_digit() || c == '_');
        for other in others.iter().filter(|name| **name != ours && is_ours(name)) {
            link.run(&format!("drop schema if exists {other} cascade"))?;
        }
        Ok(())
    }
}

async fn migrate(client: &mut Client) -> Result<(), StorageError> {
    let migrated = migrations::migrations::runner().run_async(client).await;
    migrated.map(drop).map_err(|error| StorageError::database(words_of(&error)))
}

fn number(link: &Link, sql: &str) -> Result<i64, StorageError> {
    let mut number = 0;
    link.visit(sql, &[], &mut |row| {
        number = row.get(0)?;
        Ok(())
    })?;
    Ok(number)
}
