//! How the file can fail, and what each failure is called at the port.

use std::path::PathBuf;

use eventlog::{AppendError, ReadError};
use rusqlite::ErrorCode;

/// Says why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the folder.
    #[error(
        "the folder {} is in use by {}{}: stop it first, or talk to it instead",
        .path.display(),
        .pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}")),
        .address.as_deref().map(|address| format!(", which listens on {address}")).unwrap_or_default()
    )]
    FolderInUse {
        /// The folder.
        path: PathBuf,
        /// The process that has it, if it left its number.
        pid: Option<u32>,
        /// Where that process listens, if it said so.
        address: Option<String>,
    },
    /// The folder cannot be made, read or written.
    #[error("the folder {} cannot be used: {source}", .path.display())]
    Folder {
        /// The folder or the file in it.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Nothing to read there.
    #[error("there is no log in {}: check the folder's name", .path.display())]
    NoLog {
        /// The file that should be there.
        path: PathBuf,
    },
    /// Something is there that must not be written over.
    #[error("there is a log already, {}: name an empty folder", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is no database, or a broken one.
    #[error("the log {} is damaged: {cause}; restore it from a backup", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        cause: String,
    },
    /// A newer program wrote the file.
    #[error(
        "the log {} has the schema {found}, this program knows schemas up to {supported}: use the program that wrote it, or a newer one",
        .path.display()
    )]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The newest schema this program knows.
        supported: i64,
    },
    /// An older program wrote the file, and it is to be read without being changed.
    #[error(
        "the log {} has the old schema {found}, reading needs {supported}: open it once for writing, which upgrades it",
        .path.display()
    )]
    OlderSchema {
        /// The file.
        path: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The schema this program reads.
        supported: i64,
    },
    /// The schema could not be made or upgraded.
    #[error("the schema of the log {} cannot be upgraded: {cause}", .path.display())]
    Schema {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        cause: String,
    },
    /// No room left on the disk.
    #[error("no space is left for the log {}: free some and start again", .path.display())]
    StorageFull {
        /// The file.
        path: PathBuf,
    },
    /// Anything else SQLite reports.
    #[error("the log {} cannot be opened: {source}", .path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

/// What kind of trouble SQLite reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Full,
    Damaged,
    Other,
}

fn trouble(error: &rusqlite::Error) -> Trouble {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Trouble::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Trouble::Damaged,
        Some(_) | None => Trouble::Other,
    }
}

pub(crate) fn while_opening(path: &std::path::Path, source: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match trouble(&source) {
        Trouble::Full => OpenError::StorageFull { path },
        Trouble::Damaged => OpenError::Damaged { path, cause: source.to_string() },
        Trouble::Other => OpenError::Sqlite { path, source },
    }
}

pub(crate) fn while_appending(place: &str, error: &rusqlite::Error) -> AppendError {
    match trouble(error) {
        Trouble::Full => AppendError::StorageFull { place: place.to_owned() },
        Trouble::Damaged | Trouble::Other => AppendError::Unavailable { cause: error.to_string() },
    }
}

pub(crate) fn while_reading(place: &str, error: &rusqlite::Error) -> ReadError {
    match trouble(error) {
        Trouble::Damaged => ReadError::DamagedLog { place: place.to_owned(), cause: error.to_string() },
        Trouble::Full | Trouble::Other => ReadError::Unavailable { cause: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn failure(code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn a_full_disk_and_a_damaged_file_are_told_apart() {
        let full = failure(ffi::SQLITE_FULL);
        assert_eq!(while_appending("d", &full), AppendError::StorageFull { place: "d".into() });
        assert!(matches!(while_opening("d".as_ref(), full), OpenError::StorageFull { .. }));
        for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_CORRUPT_INDEX, ffi::SQLITE_NOTADB] {
            assert!(matches!(while_reading("d", &failure(code)), ReadError::DamagedLog { .. }), "{code}");
            assert!(matches!(while_opening("d".as_ref(), failure(code)), OpenError::Damaged { .. }), "{code}");
        }
        assert!(matches!(while_reading("d", &failure(ffi::SQLITE_IOERR)), ReadError::Unavailable { .. }));
    }

    #[test]
    fn the_refusal_of_a_used_folder_names_who_has_it() {
        let refusal = OpenError::FolderInUse {
            path: "cairn-data".into(),
            pid: Some(42),
            address: Some("http://127.0.0.1:7400".into()),
        };
        assert_eq!(
            refusal.to_string(),
            "the folder cairn-data is in use by process 42, which listens on http://127.0.0.1:7400: stop it first, or talk to it instead"
        );
    }
}
