//! What the server said, without what was asked of it: no password and no row ends up in an error.

use projections_store::StorageError;
use tokio_postgres::error::SqlState;

/// Why the database could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The settings are wrong.
    #[error("the connection string of PostgreSQL cannot be used: {what}")]
    Settings {
        /// What is wrong, without the string.
        what: String,
    },
    /// It cannot be reached, or does not let us in.
    #[error("PostgreSQL cannot be used: {what}")]
    Unusable {
        /// What the server or the system said.
        what: String,
    },
}

/// What the server or the client said.
#[derive(Debug, thiserror::Error)]
#[error("PostgreSQL: {what}")]
pub(crate) struct Said {
    what: String,
    /// Whether a table was asked for that is not there.
    pub(crate) nothing_there: bool,
}

/// Says in words what went wrong, with its causes.
pub(crate) fn words(error: &tokio_postgres::Error) -> String {
    if let Some(refusal) = error.as_db_error() {
        let detail = refusal.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
        return format!("{}{detail} [{}]", refusal.message(), refusal.code().code());
    }
    with_causes(error)
}

/// The same for an error that may have come of another.
pub(crate) fn words_of(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let refusal = causes.filter_map(|cause| cause.downcast_ref::<tokio_postgres::Error>()).next();
    refusal.map_or_else(|| with_causes(error), words)
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(known) = cause {
        words = format!("{words}: {known}");
        cause = known.source();
    }
    words
}

pub(crate) fn storage(error: tokio_postgres::Error) -> StorageError {
    let nothing_there =
        error.code().is_some_and(|code| [SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME].contains(code));
    StorageError::database(Said { what: words(&error), nothing_there })
}
