//! Why a command did not become history.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::{actor::Actor, schema::DecodeError};
use eventlog::{AppendError, CurrentRevision, ExpectedRevision, ReadError, Revision, StreamName};

/// Why nothing was appended; `R` is the refusal of the aggregate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError<R: std::error::Error + 'static> {
    /// The rules say no.
    #[error(transparent)]
    Refused(R),
    /// Somebody else changed the stream since the caller looked.
    #[error("the caller looked at {expected}, and it is now at {actual}: {}; look again, then decide", Listed(changed))]
    Conflict {
        /// What the caller looked at.
        expected: ExpectedRevision,
        /// Where the stream stands.
        actual: CurrentRevision,
        /// What happened between, oldest first; at most [`Changed::SHOWN`].
        changed: Vec<Changed>,
    },
    /// The key was used before, for something else.
    #[error("the key `{key}` was used before for another command: choose a new key for each command")]
    KeyReused {
        /// The idempotency key.
        key: String,
    },
    /// The first command with this key has not come to its end.
    #[error("the command with the key `{key}` is still being carried out: ask again in a moment")]
    StillRunning {
        /// The idempotency key.
        key: String,
    },
    /// The command changed nothing, and there is nothing it could have changed.
    #[error("there is nothing in {stream}, and the command made nothing")]
    NothingThere {
        /// The stream.
        stream: StreamName,
    },
    /// The log did not take or give events.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The stream holds an event that this build cannot read.
    #[error("event {revision} of {stream} cannot be read: {cause}")]
    Decode {
        /// The stream.
        stream: StreamName,
        /// The event's place in it.
        revision: Revision,
        /// What is wrong with it.
        cause: DecodeError,
    },
}

/// What the log said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Appending failed.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Reading failed.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl LogError {
    /// Whether the same may work in a moment.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Append(AppendError::Unavailable { .. } | AppendError::StorageFull { .. })
            | Self::Read(ReadError::Unavailable { .. }) => true,
            Self::Append(
                AppendError::WrongExpectedRevision { .. }
                | AppendError::EmptyAppend { .. }
                | AppendError::TooManyEvents { .. }
                | AppendError::EventTooLarge { .. }
                | AppendError::AppendTooLarge { .. }
                | AppendError::MalformedEvent { .. }
                | AppendError::DuplicateEventId { .. }
                | AppendError::ReadOnly { .. },
            )
            | Self::Read(
                ReadError::PositionAhead { .. } | ReadError::DamagedEvent { .. } | ReadError::DamagedLog { .. },
            ) => false,
        }
    }
}

impl<R: std::error::Error + 'static> From<AppendError> for CommandError<R> {
    fn from(error: AppendError) -> Self {
        Self::Log(error.into())
    }
}

impl<R: std::error::Error + 'static> From<ReadError> for CommandError<R> {
    fn from(error: ReadError) -> Self {
        Self::Log(error.into())
    }
}

/// One event that came between what a caller looked at and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its place in the stream.
    pub revision: Revision,
    /// What happened, such as `StepEdited`.
    pub event_type: String,
    /// Who did it.
    pub actor: Actor,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}

impl Changed {
    /// The most events a conflict lists.
    pub const SHOWN: usize = 50;
}

struct Listed<'a>(&'a [Changed]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nothing came between");
        }
        for (index, changed) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{} by {}", changed.event_type, changed.actor.id)?;
        }
        Ok(())
    }
}
