//! Opening connections: settings, migrations, and the check that the file is ours and not newer than we are.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::{OpenError, error::while_opening};

/// The newest schema this program knows: the number of the last file in `migrations/sqlite/log`.
const SUPPORTED: i64 = 1;

/// Page cache of the writer, in KiB: holds the upper pages of the indexes and the ends of a few thousand streams.
const WRITER_CACHE_KIB: i64 = 8 * 1024;
/// Page cache of each reader, in KiB: what it lacks is in the operating system's.
const READER_CACHE_KIB: i64 = 1024;
/// How large the WAL file may stay after a checkpoint, in bytes; writing into an existing file is cheaper than growing
/// one, so it is not cut to nothing.
const WAL_KEPT_BYTES: i64 = 32 * 1024 * 1024;

mod embedded {
    refinery::embed_migrations!("../../migrations/sqlite/log");
}

/// Opens the file for the writer: makes it, sets it up, brings its schema up to date.
pub(crate) fn open_for_writing(path: &Path) -> Result<Connection, OpenError> {
    let failed = |source| while_opening(path, source);
    let mut connection = Connection::open(path).map_err(failed)?;
    set_up_writer(&connection).map_err(failed)?;
    match found_schema(&connection).map_err(failed)? {
        SUPPORTED => {}
        found if found > SUPPORTED => {
            return Err(OpenError::NewerSchema { path: path.to_owned(), found, supported: SUPPORTED });
        }
        _ => {
            let migrated = embedded::migrations::runner().set_grouped(true).run(&mut connection);
            migrated.map_err(|error| OpenError::Schema { path: path.to_owned(), cause: error.to_string() })?;
        }
    }
    Ok(connection)
}

/// Opens the file for the thread that moves the WAL into it.
pub(crate) fn open_for_checkpoints(path: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open(path).map_err(|source| while_opening(path, source))?;
    set_up_writer(&connection).map_err(|source| while_opening(path, source))?;
    Ok(connection)
}

/// Opens the file for a reader. It never changes anything.
pub(crate) fn open_for_reading(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    // Only another process's checkpoint or recovery can be in a reader's way, and never for long.
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// Checks that there is a log with the schema this program reads.
pub(crate) fn check_for_reading(path: &Path) -> Result<(), OpenError> {
    let failed = |source| while_opening(path, source);
    if !path.is_file() {
        return Err(OpenError::NoLog { path: path.to_owned() });
    }
    let connection = open_for_reading(path).map_err(failed)?;
    match found_schema(&connection).map_err(failed)? {
        SUPPORTED => Ok(()),
        0 => Err(OpenError::NoLog { path: path.to_owned() }),
        found if found > SUPPORTED => {
            Err(OpenError::NewerSchema { path: path.to_owned(), found, supported: SUPPORTED })
        }
        found => Err(OpenError::OlderSchema { path: path.to_owned(), found, supported: SUPPORTED }),
    }
}

fn set_up_writer(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "journal_size_limit", WAL_KEPT_BYTES)?;
    // Checkpoints are decided in `writer::wal`.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    // Streams and events are written by one hand only, which sees to it itself.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))
}

/// Gives the number of the last migration the file has seen; 0 for a new file.
fn found_schema(connection: &Connection) -> Result<i64, rusqlite::Error> {
    let migrated: Option<i64> = connection
        .query_row("select 1 from sqlite_schema where name = 'refinery_schema_history'", [], |row| row.get(0))
        .optional()?;
    match migrated {
        None => Ok(0),
        Some(_) => {
            connection.query_row("select coalesce(max(version), 0) from refinery_schema_history", [], |row| row.get(0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_supported_schema_is_the_last_migration() {
        let last = embedded::migrations::runner().get_migrations().iter().map(|m| i64::from(m.version())).max();
        assert_eq!(last, Some(SUPPORTED));
    }
}
