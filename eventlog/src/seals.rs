//! The port to whoever seals personal values: with a key per person, which can be destroyed.
//!
//! Values are sealed before they are appended, so that the log stores and hashes them sealed; whoever reads gets them
//! opened, as long as there is a key. Deliberately absent: keys and ciphers, which adapters have.

use async_trait::async_trait;
use domain::personal::{Place, Subject};

use crate::{NewEvent, StreamName};

/// Says why something was not sealed, or a key not destroyed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keys of people cannot be used: {cause}")]
pub struct SealError {
    /// What stands in the way.
    pub cause: String,
}

/// Seals values of events, and forgets.
#[async_trait]
pub trait Seals: Send + Sync + 'static {
    /// Gives the event with the values at `places` sealed, as it is to be appended to `stream`. A person's first value
    /// makes their key, which is on the disk before this answers.
    ///
    /// A value about somebody who was forgotten is dropped: nobody could open it.
    async fn seal(&self, stream: &StreamName, event: NewEvent, places: &[Place]) -> Result<NewEvent, SealError>;

    /// Whether this subject was forgotten, so that nothing about it is kept any more.
    fn has_forgotten(&self, whose: &Subject) -> Result<bool, SealError>;

    /// Destroys keys for good; answers when they are gone from the disk. Destroying again changes nothing.
    async fn destroy(&self, whose: &[Subject]) -> Result<(), SealError>;

    /// Whether views may still show what a destroyed key had sealed: so since a key was destroyed, over restarts, until
    /// [`traces_gone`](Self::traces_gone).
    fn leaves_traces(&self) -> bool;

    /// Notes that every view was built anew since the last key was destroyed.
    fn traces_gone(&self) -> Result<(), SealError>;
}
