//! Where an event stands: its revision in a stream, its position in the whole log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in one stream; the first event has revision 0. Not comparable across streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(u64);

impl Revision {
    /// The revision of a stream's first event.
    pub const FIRST: Self = Self(0);

    /// Names the revision `number`, counted from 0.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Gives the number, counted from 0.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Gives the revision of the event that follows.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A place in the whole log; grows with every event, whatever its stream.
///
/// In the adapters of this house the first event has position 1 and there are no holes; other logs only promise that
/// positions grow (see [`LogDescription::dense_positions`](crate::LogDescription)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(u64);

impl Position {
    /// The position of the first event in a log with dense positions.
    pub const FIRST: Self = Self(1);

    /// Names the position `number`.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Gives the number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Gives the next possible position.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a writer expects of the stream it appends to; anything else is a conflict and writes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedRevision {
    /// Whatever is there.
    Any,
    /// The stream has no event yet.
    NoStream,
    /// The stream has at least one event.
    StreamExists,
    /// The last event of the stream has this revision.
    Exact(Revision),
}

impl ExpectedRevision {
    /// Says whether a stream that stands at `current` is as expected.
    pub fn accepts(self, current: CurrentRevision) -> bool {
        match (self, current) {
            (Self::Any, _)
            | (Self::NoStream, CurrentRevision::NoStream)
            | (Self::StreamExists, CurrentRevision::At(_)) => true,
            (Self::Exact(expected), CurrentRevision::At(actual)) => expected == actual,
            (Self::NoStream, CurrentRevision::At(_))
            | (Self::StreamExists | Self::Exact(_), CurrentRevision::NoStream) => false,
        }
    }

    /// Gives the revision the first appended event will have, when this expectation settles it.
    ///
    /// Only such an append can be repeated safely: its events have one place they can be.
    pub fn first_revision(self) -> Option<Revision> {
        match self {
            Self::NoStream => Some(Revision::FIRST),
            Self::Exact(revision) => Some(revision.next()),
            Self::Any | Self::StreamExists => None,
        }
    }
}

impl fmt::Display for ExpectedRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any revision"),
            Self::NoStream => f.write_str("no stream"),
            Self::StreamExists => f.write_str("an existing stream"),
            Self::Exact(revision) => write!(f, "revision {revision}"),
        }
    }
}

/// Where a stream stands: the revision of its last event, if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrentRevision {
    /// The stream has no event.
    NoStream,
    /// The last event has this revision.
    At(Revision),
}

impl CurrentRevision {
    /// Gives the revision the next event will have.
    pub fn next(self) -> Revision {
        match self {
            Self::NoStream => Revision::FIRST,
            Self::At(revision) => revision.next(),
        }
    }

    /// Gives what a writer has to expect in order to append after this.
    pub fn expected(self) -> ExpectedRevision {
        match self {
            Self::NoStream => ExpectedRevision::NoStream,
            Self::At(revision) => ExpectedRevision::Exact(revision),
        }
    }
}

impl fmt::Display for CurrentRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStream => f.write_str("no stream"),
            Self::At(revision) => write!(f, "revision {revision}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_accepts_exactly_the_streams_it_names() {
        let missing = CurrentRevision::NoStream;
        let at_two = CurrentRevision::At(Revision::new(2));
        for (expected, accepts_missing, accepts_two) in [
            (ExpectedRevision::Any, true, true),
            (ExpectedRevision::NoStream, true, false),
            (ExpectedRevision::StreamExists, false, true),
            (ExpectedRevision::Exact(Revision::new(2)), false, true),
            (ExpectedRevision::Exact(Revision::new(1)), false, false),
            (ExpectedRevision::Exact(Revision::new(3)), false, false),
        ] {
            assert_eq!(expected.accepts(missing), accepts_missing, "{expected} on a missing stream");
            assert_eq!(expected.accepts(at_two), accepts_two, "{expected} on a stream at 2");
        }
    }

    #[test]
    fn what_a_stream_expects_is_accepted_by_it() {
        for current in [CurrentRevision::NoStream, CurrentRevision::At(Revision::new(7))] {
            assert!(current.expected().accepts(current));
            assert_eq!(current.expected().first_revision(), Some(current.next()));
        }
    }
}
