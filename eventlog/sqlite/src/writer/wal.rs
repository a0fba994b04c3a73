//! Moving the write-ahead log into the file without making writers wait for it.
//!
//! A checkpoint copies committed pages from the WAL into the file and syncs it, which takes some ten milliseconds for
//! a few MiB. A thread beside the writer does that while the writer goes on. The WAL can only start over when all of
//! it is copied, though, and a busy writer is always a little ahead; so when the WAL has grown large, the writer
//! itself copies the little that is left.

use std::{
    cell::Cell,
    io,
    sync::mpsc::{SyncSender, TrySendError, sync_channel},
    thread::{self, JoinHandle},
};

use rusqlite::{Connection, hooks::Wal};

/// How many pages (4 KiB) the WAL grows by before the thread is asked to copy: 4 MiB.
const COPY_EVERY_PAGES: i32 = 1_024;
/// How many pages the WAL has before the writer makes it start over: 16 MiB.
const START_OVER_PAGES: i32 = 4_096;

thread_local! {
    /// How many pages the WAL had after the last commit on this thread; SQLite tells it to a plain function only.
    static WAL_PAGES: Cell<i32> = const { Cell::new(0) };
}

/// Asks for checkpoints; belongs to the writer's thread.
pub(super) struct Checkpoints {
    ask: SyncSender<()>,
    thread: JoinHandle<()>,
    asked_at: i32,
}

impl Checkpoints {
    /// Starts the thread; `connection` is its own. The writer's connection is told apart by [`watch`].
    pub(super) fn start(connection: Connection) -> io::Result<Self> {
        let (ask, asked) = sync_channel(1);
        let copying = move || {
            while let Ok(()) = asked.recv() {
                copy(&connection, "passive");
            }
        };
        let thread = thread::Builder::new().name("log-checkpoints".into()).spawn(copying)?;
        Ok(Self { ask, thread, asked_at: 0 })
    }

    /// Looks at the size of the WAL after a commit and does what is due.
    pub(super) fn after_commit(&mut self, writer: &Connection) {
        let pages = WAL_PAGES.get();
        if pages < self.asked_at {
            self.asked_at = 0;
        }
        if pages - self.asked_at < COPY_EVERY_PAGES {
            return;
        }
        self.asked_at = pages;
        if pages >= START_OVER_PAGES {
            copy(writer, "passive");
            return;
        }
        match self.ask.try_send(()) {
            // Full: the thread is still copying and will be asked again after the next few pages.
            Ok(()) | Err(TrySendError::Full(())) => {}
            Err(TrySendError::Disconnected(())) => copy(writer, "passive"),
        }
    }

    /// Ends the thread and moves everything into the file.
    pub(super) fn finish(self, writer: &Connection) {
        drop(self.ask);
        if self.thread.join().is_err() {
            tracing::warn!("the checkpoint thread ended early");
        }
        copy(writer, "truncate");
    }
}

/// Lets [`Checkpoints`] know how large the WAL is after each commit of this connection.
pub(super) fn watch(writer: &Connection) {
    writer.wal_hook(Some(remember));
}

#[expect(clippy::unnecessary_wraps, reason = "SQLite's hook may fail; ours does not")]
fn remember(_: &Wal, pages: i32) -> rusqlite::Result<()> {
    WAL_PAGES.set(pages);
    Ok(())
}

/// A checkpoint that fails is made up for by the next one; the events are safe in the WAL.
fn copy(connection: &Connection, mode: &str) {
    if let Err(error) = connection.pragma(None, "wal_checkpoint", mode, |_| Ok(())) {
        tracing::warn!(%error, mode, "a checkpoint of the log failed and will be tried again");
    }
}
