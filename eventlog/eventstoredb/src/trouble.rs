//! What can go wrong between the client and the server, sorted by what it means for the caller.

use eventlog::{CurrentRevision, ReadError, Revision};
use eventstore::Error;

/// Why a call was not answered as hoped.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// The stream is elsewhere than expected; nothing was written.
    Conflict(CurrentRevision),
    /// There is no such stream.
    Missing,
    /// The server said no, and will say it again.
    Refused(Refusal),
    /// Nothing was done; asking again may help.
    NotDone(String),
    /// It may have been done or not; asking again may help.
    Unknown(String),
    /// What was read cannot be used.
    Unreadable(ReadError),
}

/// What the server says no to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The stream was deleted for ever.
    Deleted,
    /// User or password are wrong, or lack a right.
    Denied,
    /// The append has more bytes than the server takes.
    TooLarge {
        /// How many it takes.
        limit: usize,
    },
    /// Anything else that does not change by asking again.
    Other(String),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Deleted => f.write_str("the stream was deleted on the server"),
            Self::Denied => f.write_str(
                "the server denies access: check user and password, and that the user is in $admins or may read $all",
            ),
            Self::TooLarge { limit } => write!(f, "the server takes appends of at most {limit} bytes"),
            Self::Other(what) => write!(f, "the server refuses: {what}"),
        }
    }
}

/// Whether the client itself can no longer be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// The server answered, whatever it said.
    Answered,
    /// The call was lost; a few of these in a row mean that the client holds on to a dead node.
    Shaky,
    /// This client never answers again.
    Dead,
}

/// Says what an error tells about the client.
pub(crate) fn health(error: &Error) -> Health {
    match error {
        Error::ConnectionClosed | Error::GrpcConnectionError(_) | Error::InternalClientError => Health::Dead,
        Error::ServerError(_) | Error::DeadlineExceeded | Error::NotLeaderException(_) => Health::Shaky,
        Error::Grpc { .. }
        | Error::InternalParsingError(_)
        | Error::AccessDenied
        | Error::ResourceAlreadyExists
        | Error::ResourceNotFound
        | Error::ResourceDeleted
        | Error::UnsupportedFeature
        | Error::InitializationError(_)
        | Error::IllegalStateError(_)
        | Error::WrongExpectedVersion { .. } => Health::Answered,
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::WrongExpectedVersion { current, .. } => Self::Conflict(match current {
                eventstore::CurrentRevision::Current(revision) => CurrentRevision::At(Revision::new(revision)),
                eventstore::CurrentRevision::NoStream => CurrentRevision::NoStream,
            }),
            Error::ResourceNotFound => Self::Missing,
            Error::ResourceDeleted => Self::Refused(Refusal::Deleted),
            Error::AccessDenied => Self::Refused(Refusal::Denied),
            Error::NotLeaderException(leader) => {
                Self::NotDone(format!("the leader is {}:{}", leader.host, leader.port))
            }
            Error::Grpc { code, ref message } if i32::from(code) == INVALID_ARGUMENT => Self::Refused(invalid(message)),
            Error::UnsupportedFeature | Error::InitializationError(_) | Error::ResourceAlreadyExists => {
                Self::Refused(Refusal::Other(error.to_string()))
            }
            Error::ConnectionClosed
            | Error::GrpcConnectionError(_)
            | Error::ServerError(_)
            | Error::DeadlineExceeded
            | Error::Grpc { .. }
            | Error::InternalParsingError(_)
            | Error::InternalClientError
            | Error::IllegalStateError(_) => Self::Unknown(error.to_string()),
        }
    }
}

/// The code of gRPC for arguments that will never be taken; its type belongs to a crate of the client.
const INVALID_ARGUMENT: i32 = 3;

fn invalid(message: &str) -> Refusal {
    let is_size = message.to_lowercase().contains("maximum append");
    let numbers = message.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
    match numbers.max().filter(|_| is_size) {
        Some(limit) => Refusal::TooLarge { limit },
        None => Refusal::Other(message.to_owned()),
    }
}

impl Trouble {
    /// What to tell people.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Conflict(current) => format!("the stream is at {current}"),
            Self::Missing => "the stream does not exist".into(),
            Self::Refused(refusal) => refusal.to_string(),
            Self::NotDone(cause) | Self::Unknown(cause) => cause.clone(),
            Self::Unreadable(error) => error.to_string(),
        }
    }

    /// Whether it makes sense to ask again.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::NotDone(_) | Self::Unknown(_))
    }
}

impl From<Trouble> for ReadError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unreadable(error) => error,
            other => Self::Unavailable { cause: other.cause() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_that_the_server_takes_is_read_from_its_words() {
        assert_eq!(invalid("Maximum Append Size of 1048576 Exceeded."), Refusal::TooLarge { limit: 1_048_576 });
        assert_eq!(invalid("Trying to read from an invalid position."), {
            Refusal::Other("Trying to read from an invalid position.".into())
        });
    }
}
