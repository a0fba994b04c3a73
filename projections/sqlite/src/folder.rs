//! The folder, and the files in it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use projections_store::{BuildId, Mode, ModelStorage, Readers, Reads, Session, StorageError};
use rusqlite::{Connection, OpenFlags, TransactionBehavior, functions::FunctionFlags};

use crate::{
    readers::{FileReaders, Moment},
    session::FileSession,
};

const REGISTER: &str = include_str!("../../../migrations/sqlite/models/generations.v1.sql");
const STEERING: &str = include_str!("../../../migrations/sqlite/models/steering.v1.sql");
const OPERATIONS: &str = include_str!("../../../migrations/sqlite/models/operations.v1.sql");

/// A folder of read models. The process that uses it holds the lock of the data folder it is in.
pub struct SqliteModels {
    folder: PathBuf,
}

impl SqliteModels {
    /// Uses `folder`, and makes it when it is missing.
    pub fn open(folder: &Path) -> Result<Self, StorageError> {
        fs::create_dir_all(folder).map_err(in_folder(folder))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Where the file of a build is.
    pub fn path(&self, build: &BuildId) -> PathBuf {
        self.folder.join(build.model).join(format!("{}-{}.db", build.version, build.number))
    }
}

impl ModelStorage for SqliteModels {
    fn is_shared(&self) -> bool {
        false
    }

    /// Nobody else is here, so whoever is not this process is gone.
    fn silence(&self) -> Duration {
        Duration::ZERO
    }

    fn register(&self) -> Result<Box<dyn Session>, StorageError> {
        let path = self.folder.join("generations.db");
        let register = open_register(&path).map_err(StorageError::database)?;
        Ok(Box::new(FileSession::new(register, path)))
    }

    fn create(&self, build: &BuildId, mode: Mode) -> Result<Box<dyn Session>, StorageError> {
        let folder = self.folder.join(build.model);
        fs::create_dir_all(&folder).map_err(in_folder(&folder))?;
        let path = self.path(build);
        remove(&path)?;
        let session = FileSession::connect(&path, mode, OpenFlags::SQLITE_OPEN_CREATE)?;
        Ok(Box::new(session))
    }

    fn open(&self, build: &BuildId) -> Result<Box<dyn Session>, StorageError> {
        Ok(Box::new(FileSession::connect(&self.path(build), Mode::Live, OpenFlags::empty())?))
    }

    fn readers(&self, build: &BuildId) -> Arc<dyn Readers> {
        Arc::new(FileReaders::new(self.path(build)))
    }

    fn moment(&self, build: &BuildId) -> Result<Box<dyn Reads>, StorageError> {
        Ok(Box::new(Moment::begin(&self.path(build))?))
    }

    /// The folder is ours alone, so whoever began a build is gone.
    fn is_being_made(&self, _: &BuildId) -> Result<bool, StorageError> {
        Ok(false)
    }

    fn remove(&self, build: &BuildId) -> Result<(), StorageError> {
        remove(&self.path(build))
    }

    fn remove_others(&self, kept: &BuildId) -> Result<(), StorageError> {
        let folder = self.folder.join(kept.model);
        let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let ours = name(&self.path(kept));
        for entry in fs::read_dir(&folder).map_err(in_folder(&folder))? {
            let path = entry.map_err(in_folder(&folder))?.path();
            if !name(&path).starts_with(&ours) {
                fs::remove_file(&path).map_err(in_folder(&path))?;
            }
        }
        Ok(())
    }
}

fn open_register(path: &Path) -> rusqlite::Result<Connection> {
    let mut register = Connection::open(path)?;
    // What is taken out of a row may be about somebody who was forgotten.
    register.execute_batch("pragma synchronous = full; pragma cache_size = -64; pragma secure_delete = on;")?;
    register.create_scalar_function("now_micros", 0, FunctionFlags::SQLITE_UTF8, |_| Ok(now_micros()))?;
    let transaction = register.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !transaction.table_exists(None, "generations")? {
        transaction.execute_batch(REGISTER)?;
    }
    transaction.execute_batch(STEERING)?;
    transaction.execute_batch(OPERATIONS)?;
    transaction.commit()?;
    Ok(register)
}

/// The clock of this database is that of the process.
fn now_micros() -> i64 {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX)
}

/// Removes a build's file and what SQLite keeps beside it.
fn remove(path: &Path) -> Result<(), StorageError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(&name) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(StorageError::Folder { path: name.into(), cause }),
        }
    }
    Ok(())
}

/// Says which file or folder the system refused.
pub(crate) fn in_folder(path: &Path) -> impl Fn(io::Error) -> StorageError {
    move |cause| StorageError::Folder { path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "plan_list";

    fn build(number: u32) -> BuildId {
        BuildId { model: MODEL, version: 1, number }
    }

    #[test]
    fn nothing_is_left_but_the_one_that_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let models = SqliteModels::open(folder.path()).unwrap();
        for number in 1..=2 {
            let session = models.create(&build(number), Mode::Live).unwrap();
            session.run("create table rows (id integer primary key)").unwrap();
        }
        fs::write(folder.path().join("plan_list/0-1.db"), "of an older version").unwrap();
        models.remove_others(&build(2)).unwrap();
        assert!(models.open(&build(2)).is_ok() && models.open(&build(1)).is_err());
        assert!(!folder.path().join("plan_list/0-1.db").exists());
    }

    #[test]
    fn a_build_is_removed_with_what_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let models = SqliteModels::open(folder.path()).unwrap();
        let session = models.create(&build(1), Mode::Live).unwrap();
        session.run("create table rows (id integer primary key)").unwrap();
        models.remove(&build(1)).unwrap();
        models.remove(&build(1)).unwrap();
        assert_eq!(fs::read_dir(folder.path().join(MODEL)).unwrap().count(), 0);
    }
}
