//! The embedded log: one SQLite file, one writer that commits groups of appends, many readers.
//!
//! The file `log.db` in the data folder can be opened with any SQLite tool; its tables are described in
//! `migrations/sqlite/log`. An append is answered only after its commit is on the disk (WAL, `synchronous=FULL`); all
//! appends that arrive while one group is being written share the next commit. Subscribers are told by the writer;
//! nothing polls.
//!
//! Deliberately absent: a second writer. A folder belongs to one process, which a lock file enforces.

mod backup;
mod error;
mod folder;
mod log;
mod readers;
mod reading;
mod rows;
mod schema;
mod writer;

pub use backup::back_up;
pub use error::OpenError;
pub use folder::FolderLock;
pub use log::SqliteLog;
