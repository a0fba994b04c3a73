//! The raw figure beside the log's: a bare rusqlite loop that commits whatever waits as one group.
//!
//! Same file settings, same tables and indexes, same bytes for each event; no checks, no hash, no subscribers. What
//! the log costs on top of this is the price of being a log.

use std::{path::Path, thread};

use bytes::Bytes;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

const SCHEMA: &str = include_str!("../../../migrations/sqlite/log/V0001__events.sql");
const GROUP: usize = 1_024;

/// One row for the table of events; its position is given by SQLite.
pub(crate) struct Row {
    /// The stream's number.
    pub(crate) stream: i64,
    /// Its place in the stream.
    pub(crate) revision: i64,
    /// Its id.
    pub(crate) id: Uuid,
    /// JSON.
    pub(crate) data: Bytes,
    /// JSON.
    pub(crate) metadata: Bytes,
}

type Message = (Row, oneshot::Sender<()>);

/// The loop, on its own thread until dropped.
#[derive(Clone)]
pub(crate) struct BareLoop {
    rows: mpsc::Sender<Message>,
}

impl BareLoop {
    /// Makes the tables in a new file with `streams` streams, and starts the loop.
    pub(crate) fn start(file: &Path, streams: i64) -> anyhow::Result<Self> {
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "cache_size", -8 * 1024)?;
        connection.pragma_update(None, "foreign_keys", false)?;
        // 16 MiB, the size at which the log starts its WAL over; SQLite's own 4 MiB make this loop slower.
        connection.pragma_update(None, "wal_autocheckpoint", 4_096)?;
        connection.execute_batch(SCHEMA)?;
        for stream in 0..streams {
            connection.execute("insert into streams (id, name) values (?1, 'plan-' || ?1)", [stream])?;
        }
        let (rows, inbox) = mpsc::channel(4_096);
        thread::spawn(move || {
            if let Err(error) = write_groups(&connection, inbox) {
                eprintln!("the bare loop ended: {error}");
            }
        });
        Ok(Self { rows })
    }

    /// Has one row written, and returns when it is on the disk.
    pub(crate) async fn append(&self, row: Row) -> anyhow::Result<()> {
        let (done, written) = oneshot::channel();
        self.rows.send((row, done)).await?;
        Ok(written.await?)
    }
}

fn write_groups(connection: &Connection, mut inbox: mpsc::Receiver<Message>) -> anyhow::Result<()> {
    let mut group = Vec::with_capacity(GROUP);
    while inbox.blocking_recv_many(&mut group, GROUP) > 0 {
        connection.prepare_cached("begin immediate")?.execute([])?;
        let mut insert = connection.prepare_cached(
            "insert into events (stream, revision, id, hash, at, schema_version, type, data, metadata) \
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for (row, _) in &group {
            insert.execute((
                row.stream,
                row.revision,
                row.id.as_bytes(),
                [0_u8; 32],
                1_790_000_000_000_000_i64,
                1,
                "StepCompleted",
                std::str::from_utf8(&row.data)?,
                std::str::from_utf8(&row.metadata)?,
            ))?;
        }
        drop(insert);
        connection.prepare_cached("commit")?.execute([])?;
        for (_, done) in group.drain(..) {
            // An error says that nobody waits any more.
            let _ = done.send(());
        }
    }
    Ok(())
}
