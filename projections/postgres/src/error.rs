//! What the server said, without what was asked of it: no password and no row ends up in an error.

use projections_store::StorageError;

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
#[error("PostgreSQL: {0}")]
struct Said(String);

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
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    let refusal = causes.find_map(|cause| cause.downcast_ref::<tokio_postgres::Error>());
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

/// Tells a refusal from a server that cannot answer.
pub(crate) fn storage(error: tokio_postgres::Error) -> StorageError {
    // Class 08 is the connection, 53 what the server has no more of, 57 an operator or a timeout, 58 its system.
    let passing = |code: &str| ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class));
    let said = Said(words(&error));
    match error.code() {
        Some(code) if !passing(code.code()) => StorageError::database(said),
        _ => StorageError::unreachable(said),
    }
}
