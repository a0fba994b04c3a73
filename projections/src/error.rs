//! Why a read model gave no answer.

use std::{any::Any, io};

use eventlog::{Position, ReadError};
use projections_store::StorageError;

use crate::CursorError;

/// Why a read model could not be read, written, rebuilt or swapped.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Its rows could not be read or written.
    #[error("the read model {model} cannot be read or written: {cause}; it can be deleted and is then rebuilt")]
    Storage {
        /// Which model.
        model: &'static str,
        /// What the database said.
        #[source]
        cause: StorageError,
    },
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The cursor of a page is not one of ours, or not for this question.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// No model has this name.
    #[error("there is no read model `{name}`; there are {known}")]
    NoSuchModel {
        /// What was asked for.
        name: String,
        /// The names there are, with commas.
        known: String,
    },
    /// A rebuild or a swap of the model is under way.
    #[error("the read model {model} is being rebuilt or swapped already: wait for its end")]
    Busy {
        /// Which model.
        model: &'static str,
    },
    /// No earlier build is there to go back to.
    #[error("the read model {model} has no earlier build to swap back to: it was not rebuilt yet")]
    NoEarlierBuild {
        /// Which model.
        model: &'static str,
    },
    /// It stands still because somebody said so.
    #[error("the read model {model} is paused: resume it first")]
    Paused {
        /// Which model.
        model: &'static str,
    },
    /// Nothing is parked there.
    #[error("the read model {model} has no parked event at position {position}: look at the list again")]
    NotParked {
        /// Which model.
        model: &'static str,
        /// Where.
        position: Position,
    },
    /// The log does not reach as far.
    #[error(
        "the log does not reach position {position}: it ends at {}",
        .head.map_or_else(|| "its beginning".to_owned(), |head| head.to_string())
    )]
    NotYet {
        /// What was asked for.
        position: Position,
        /// The end of the log.
        head: Option<Position>,
    },
    /// Another process made another build live in the meantime.
    #[error("another build of the read model {model} became live in the meantime: start again")]
    Fenced {
        /// Which model.
        model: &'static str,
    },
    /// Its thread could not be started.
    #[error("no thread could be started for the read model {model}: {cause}")]
    NoThread {
        /// Which model.
        model: &'static str,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// A defect of this build.
    #[error("the read model {model} failed: {what}; this is a defect, please report it")]
    Panicked {
        /// Which model.
        model: &'static str,
        /// What the panic said.
        what: String,
    },
    /// Folding one event panicked: a defect of this build.
    #[error(
        "the read model {model} failed to fold the event at position {at}: {what}; this is a defect, please report it"
    )]
    FoldPanicked {
        /// Which model.
        model: &'static str,
        /// Which event.
        at: Position,
        /// What the panic said.
        what: String,
    },
    /// The models were shut down, or the log was closed.
    #[error("the read models were shut down")]
    Stopped,
}

impl ModelError {
    pub(crate) fn panicked(model: &'static str, panic: &(dyn Any + Send)) -> Self {
        Self::Panicked { model, what: words_of(panic) }
    }

    /// Says which model the database failed for.
    pub(crate) fn storage(model: &'static str) -> impl Fn(StorageError) -> Self {
        move |cause| Self::Storage { model, cause }
    }
}

/// What a panic said.
pub(crate) fn words_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(ToString::to_string);
    words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "the panic said nothing".to_owned())
}
