//! Where a projection's rows are kept: the side of a model that knows tables.

use eventlog::StreamName;
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use projections_store::{Reads, Session, StorageError};

use crate::Projection;

/// Rows by their streams, in the order in which they were touched.
pub(crate) type Rows<R> = IndexMap<StreamName, R, RandomState>;

/// The tables of one model.
pub(crate) trait Tables: Projection + Sized {
    /// The SQL that makes the tables and indexes; see `migrations/sqlite/models`.
    const SCHEMA: &'static str;

    /// Reads the row of a stream as it was last written.
    fn load(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Self::Row>, StorageError>;

    /// Writes the rows of the streams that a batch touched. Called in a transaction.
    fn write(session: &dyn Session, rows: &mut Rows<Self::Row>) -> Result<(), StorageError>;

    /// Adds entries. Called in the same transaction as [`write`](Self::write), perhaps several times before it.
    fn add(session: &dyn Session, entries: &[Self::Entry]) -> Result<(), StorageError>;
}
