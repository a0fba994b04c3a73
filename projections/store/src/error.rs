//! Why a database gave no answer.

use std::{io, path::PathBuf};

/// Why a build could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database refused.
    #[error("{0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database cannot be reached at the moment; this says nothing about what is in it.
    #[error("{0}")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A column does not hold what it is read as.
    #[error("column {index} holds something else than was written there: {what}")]
    Column {
        /// Counted from 0.
        index: usize,
        /// What is wrong with it.
        what: String,
    },
    /// A value could not be brought into a column.
    #[error("a value cannot be written: {what}")]
    Value {
        /// What is wrong with it.
        what: String,
    },
    /// A file or folder could not be used.
    #[error("{} cannot be used for read models: {cause}", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// Another process writes this build; it is the only one that may.
    #[error("another process writes this build")]
    Taken,
    /// The store was closed.
    #[error("the store of read models was closed")]
    Closed,
}

impl StorageError {
    /// What a database's client said.
    pub fn database(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Database(cause.into())
    }

    /// Why a database cannot be reached.
    pub fn unreachable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unreachable(cause.into())
    }
}
