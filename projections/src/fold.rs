//! Folding a batch in memory: each row is loaded at most once and written at most once, however many events touch it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use eventlog::{RecordedEvent, Revision, StreamName};
use lru::LruCache;
use projections_store::{Reads, StorageError};

use crate::{NotApplicable, Projection, Rows, Tables, error::words_of};

/// Why a batch cannot be folded further.
pub(crate) enum FoldError {
    /// The event is to be parked; the rows are as they were before it.
    NotApplicable(NotApplicable),
    /// The fold panicked and its row may be half changed.
    Panicked {
        /// What the panic said.
        what: String,
    },
    /// A row could not be loaded.
    Storage(StorageError),
}

/// The rows in memory: what the current batch touched, and what was committed lately.
pub(crate) struct Folder<P: Projection> {
    /// Rows that the current batch touched, in the order in which they first were.
    rows: Rows<P::Row>,
    /// What the batch adds, in log order.
    entries: Vec<P::Entry>,
    /// Committed rows, so that streams which are busy now need not be loaded for each batch.
    recent: LruCache<StreamName, P::Row>,
    /// The weight of `recent`, in kilobytes, roughly.
    weight: usize,
    capacity: usize,
}

impl<P: Tables> Folder<P> {
    /// Keeps at most `capacity` kilobytes of rows between batches.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { rows: Rows::default(), entries: Vec::new(), recent: LruCache::unbounded(), weight: 0, capacity }
    }

    /// Folds one event into the row of its stream.
    pub(crate) fn fold(&mut self, reads: &dyn Reads, event: &Arc<RecordedEvent>) -> Result<(), FoldError> {
        let row = self.row(reads, event).map_err(FoldError::Storage)?;
        match catch_unwind(AssertUnwindSafe(|| P::apply(row, event))) {
            Ok(Ok(entry)) => {
                self.entries.extend(entry);
                Ok(())
            }
            Ok(Err(error)) => Err(FoldError::NotApplicable(error)),
            Err(panic) => Err(FoldError::Panicked { what: words_of(&*panic) }),
        }
    }

    /// Passes over one event of a stream.
    pub(crate) fn pass_over(&mut self, reads: &dyn Reads, event: &RecordedEvent) -> Result<(), StorageError> {
        P::pass_over(self.row(reads, event)?, event);
        Ok(())
    }

    fn row(&mut self, reads: &dyn Reads, event: &RecordedEvent) -> Result<&mut P::Row, StorageError> {
        // Most rows are there already, and every copy of a name is counted by all builds of a load in one place.
        if let Some(touched) = self.rows.get_index_of(&event.stream) {
            return Ok(&mut self.rows[touched]);
        }
        let row = match self.recent.pop(&event.stream) {
            Some(recent) => {
                self.weight -= P::weight(&recent);
                recent
            }
            None => load::<P>(reads, event)?,
        };
        let index = self.rows.insert_full(event.stream.clone(), row).0;
        Ok(&mut self.rows[index])
    }

    /// The rows that the batch touched so far.
    pub(crate) fn rows(&mut self) -> &mut Rows<P::Row> {
        &mut self.rows
    }

    /// What the batch adds.
    pub(crate) fn entries(&self) -> &[P::Entry] {
        &self.entries
    }

    pub(crate) fn is_unchanged(&self) -> bool {
        self.rows.is_empty() && self.entries.is_empty()
    }

    /// The entries are on disk, or will be with the rest of the transaction.
    pub(crate) fn entries_are_written(&mut self) {
        self.entries.clear();
    }

    /// The batch is committed: its rows are recent ones now.
    pub(crate) fn settle(&mut self) {
        self.entries.clear();
        for (stream, row) in self.rows.drain(..) {
            self.weight += P::weight(&row);
            self.recent.put(stream, row);
        }
        while self.weight > self.capacity {
            let Some((_, oldest)) = self.recent.pop_lru() else { break };
            self.weight -= P::weight(&oldest);
        }
    }

    /// The batch is given up: its rows are loaded again when they are needed.
    pub(crate) fn give_up(&mut self) {
        self.rows.clear();
        self.entries.clear();
    }
}

/// A stream's first event finds no row, so there is nothing to look for.
fn load<P: Tables>(reads: &dyn Reads, event: &RecordedEvent) -> Result<P::Row, StorageError> {
    if event.revision == Revision::FIRST {
        return Ok(P::Row::default());
    }
    Ok(P::load(reads, &event.stream)?.unwrap_or_default())
}
