//! How the command line ends: stable exit codes, one clear line on stderr.

use std::process::ExitCode;

/// Why a verb did not do what it was asked. The kind is the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Refused = 1,
    Usage = 2,
    NotFound = 3,
    Conflict = 4,
    VerificationFailed = 5,
}

impl Failure {
    /// The house said no (exit code 1).
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { kind: Kind::Refused, message: message.into() }
    }

    /// The words of the call are off (exit code 2).
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, message: message.into() }
    }

    /// There is no such thing (exit code 3).
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self { kind: Kind::NotFound, message: message.into() }
    }

    /// Somebody else was faster (exit code 4).
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self { kind: Kind::Conflict, message: message.into() }
    }

    /// What was checked is not what it should be (exit code 5).
    pub(crate) fn verification(message: impl Into<String>) -> Self {
        Self { kind: Kind::VerificationFailed, message: message.into() }
    }

    /// Something that should work did not (exit code 1).
    pub(crate) fn unexpected(message: impl Into<String>) -> Self {
        Self::refused(message)
    }

    /// Prints the line and gives the code.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("cairn: {}", self.message);
        ExitCode::from(self.kind as u8)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::unexpected(format!("{error:#}"))
    }
}
