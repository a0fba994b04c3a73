//! The place where all builds of all models are: a folder, or a database.

use std::{fmt, sync::Arc, time::Duration};

use crate::{Reads, Session, StorageError};

/// How a build is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Beside readers, a transaction for whatever has arrived; survives a crash.
    Live,
    /// Alone and as fast as it goes; after a crash the build is worthless and thrown away.
    Load,
}

/// Names one build of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BuildId {
    /// The model.
    pub model: &'static str,
    /// The projection's version that makes it.
    pub version: u32,
    /// Counts the builds of a model from 1.
    pub number: u32,
}

impl fmt::Display for BuildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}-{}", self.model, self.version, self.number)
    }
}

/// Keeps builds of read models, and the register of them. Calls block.
pub trait ModelStorage: Send + Sync + 'static {
    /// Whether other processes may keep builds here, too: then what is live may change, and who writes it.
    fn is_shared(&self) -> bool;

    /// After how long without a sign another process that keeps builds here counts as gone; zero where there is none.
    fn silence(&self) -> Duration;

    /// Opens the register; the tables `generations`, `cursor_key`, `pauses`, `skips`, `retries` and `operations` are there.
    fn register(&self) -> Result<Box<dyn Session>, StorageError>;

    /// Makes an empty build; what was there under the name goes.
    fn create(&self, build: &BuildId, mode: Mode) -> Result<Box<dyn Session>, StorageError>;

    /// Opens a build in [`Mode::Live`].
    ///
    /// # Errors
    /// [`StorageError::Taken`] while another process writes it.
    fn open(&self, build: &BuildId) -> Result<Box<dyn Session>, StorageError>;

    /// Readers of a build; connections are opened as they are needed.
    fn readers(&self, build: &BuildId) -> Arc<dyn Readers>;

    /// A connection for reading; everything it ever reads is of one moment.
    fn moment(&self, build: &BuildId) -> Result<Box<dyn Reads>, StorageError>;

    /// Whether a build that is being made belongs to a process that is still about it.
    fn is_being_made(&self, build: &BuildId) -> Result<bool, StorageError>;

    /// Removes a build; nothing happens when it is not there.
    fn remove(&self, build: &BuildId) -> Result<(), StorageError>;

    /// Removes every other build of the model, registered or not.
    fn remove_others(&self, kept: &BuildId) -> Result<(), StorageError>;
}

/// Reads a build beside whoever writes it. Calls block.
pub trait Readers: Send + Sync {
    /// How many questions are answered at once.
    fn at_once(&self) -> usize;

    /// Asks; everything that `query` reads is of one moment.
    fn read(&self, query: &mut dyn FnMut(&dyn Reads) -> Result<(), StorageError>) -> Result<(), StorageError>;

    /// Closes the connections. Nobody asks any more.
    fn close(&self);
}
