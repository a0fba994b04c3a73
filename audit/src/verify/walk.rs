//! The walk: every event is taken in, and at each checkpoint the digests are compared.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use eventlog::{EventLog, Filter, Position, ReadError, RecordedEvent, Revision, StreamName, integrity::Fault};

use crate::{
    ledger::{Ledger, Signed},
    standing::Standing,
    verify::{Finding, Verified},
};

/// Why the walk does not go on.
#[derive(Debug)]
pub(super) enum Stop {
    /// An event does not fit.
    Fault(Fault),
    /// The log is not as this checkpoint, by its place among them, has it.
    Checkpoint(usize),
}

/// Where in the log the walk is.
pub(super) struct Walk<'a> {
    pub(super) standing: Standing,
    pub(super) ledger: Option<&'a Ledger>,
    /// How many checkpoints were compared and found to fit.
    pub(super) passed: usize,
    dense: bool,
    /// The latest time so far.
    latest: DateTime<Utc>,
    pub(super) outlier: Option<Outlier>,
}

/// The event since the last checkpoint whose time goes back the farthest behind one before it.
#[derive(Clone, Debug)]
pub(super) struct Outlier {
    pub(super) stream: StreamName,
    pub(super) revision: Revision,
    pub(super) position: Position,
    back: chrono::TimeDelta,
}

impl<'a> Walk<'a> {
    pub(super) fn new(dense: bool, ledger: Option<&'a Ledger>) -> Self {
        let standing = Standing::new(dense);
        Self { standing, ledger, passed: 0, dense, latest: DateTime::<Utc>::MIN_UTC, outlier: None }
    }

    pub(super) fn checkpoints(&self) -> &'a [Signed] {
        self.ledger.map_or(&[], Ledger::checkpoints)
    }

    /// Takes a stretch of events in.
    pub(super) fn take(&mut self, events: &[Arc<RecordedEvent>]) -> Result<(), Stop> {
        for event in events {
            self.pass_checkpoints(|due| due < event.position)?;
            self.standing.take(event).map_err(Stop::Fault)?;
            self.watch_time(event);
        }
        Ok(())
    }

    /// Compares the checkpoints that are left. Those beyond the end of the log do not fit.
    pub(super) fn end(&mut self) -> Result<(), Stop> {
        self.pass_checkpoints(|_| true)
    }

    fn pass_checkpoints(&mut self, is_due: impl Fn(Position) -> bool) -> Result<(), Stop> {
        while let Some(Signed { checkpoint, .. }) = self.checkpoints().get(self.passed)
            && is_due(checkpoint.position)
        {
            let fits = self.standing.position() == Some(checkpoint.position)
                && self.standing.events() == checkpoint.events
                && self.standing.order() == checkpoint.order;
            if !fits {
                return Err(Stop::Checkpoint(self.passed));
            }
            self.passed += 1;
            self.outlier = None;
        }
        Ok(())
    }

    fn watch_time(&mut self, event: &RecordedEvent) {
        let at = event.metadata.at;
        if at >= self.latest {
            self.latest = at;
            return;
        }
        let back = self.latest - at;
        if self.outlier.as_ref().is_none_or(|outlier| outlier.back < back) {
            let (stream, revision, position) = (event.stream.clone(), event.revision, event.position);
            self.outlier = Some(Outlier { stream, revision, position, back });
        }
    }

    /// Takes in what stands before a position whose event cannot be read, so that an earlier fault is told first.
    pub(super) async fn before(&mut self, log: &dyn EventLog, position: Position) -> Result<Option<Stop>, ReadError> {
        let after = self.standing.position();
        let limit = position.get().saturating_sub(after.map_or(0, Position::get) + 1);
        if !self.dense || limit == 0 {
            return Ok(None);
        }
        match log.read_all(after, &Filter::All, usize::try_from(limit).unwrap_or(usize::MAX)).await {
            Ok(page) => Ok(self.take(&page.events).err()),
            // a hole before it: the damaged event is within the stretch
            Err(error) => Fault::unreadable(error).map(|_| None),
        }
    }

    pub(super) fn verified(&self, finding: Option<Finding>) -> Verified {
        let checkpoint = self.passed.checked_sub(1).map(|last| self.checkpoints()[last].checkpoint.clone());
        Verified {
            events: self.standing.events(),
            streams: self.standing.streams(),
            position: self.standing.position(),
            later: self.standing.events() - checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.events),
            checkpoint,
            finding,
        }
    }
}
