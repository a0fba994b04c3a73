//! States of long streams, remembered at intervals, so that any moment is a short fold away.
//!
//! A look at a stream leaves marks behind: the row after every so many events. The next look begins at the mark before
//! the moment it wants. Marks are of what has happened, so nothing that happens later makes one wrong; a stream that goes
//! on growing gets further marks. Rows share what did not change between them (a plan's steps), so that a mark costs
//! little.
//!
//! What is remembered is bounded: a strip keeps at most so many marks and kilobytes, and doubles the interval when it has
//! more; the strips that were not looked at for longest are dropped. A stream shorter than one interval has no marks and
//! takes no room at all.

use std::sync::Arc;

use eventlog::{Direction, EventLog, Position, ReadError, RecordedEvent, Revision, StreamFrom, StreamName};
use lru::LruCache;
use parking_lot::Mutex;

use super::Cut;
use crate::{NotApplicable, Projection};

/// How many events lie between two marks at first.
const SPACING: u64 = 256;
/// How many marks one stream has at most.
const MOST_MARKS: usize = 64;
/// How many events are read at a time where the next mark is not known.
const PAGE: u64 = 256;

/// The marks of the streams that were looked at lately.
pub(crate) struct Strips<P: Projection> {
    recent: Mutex<Recent<P::Row>>,
    bounds: Bounds,
}

/// How much is remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// How many events lie between two marks at first.
    pub(crate) spacing: u64,
    /// How many marks one stream has at most.
    pub(crate) most_marks: usize,
    /// Of all streams together, in kilobytes.
    pub(crate) capacity: usize,
}

struct Recent<R> {
    strips: LruCache<StreamName, Known<R>>,
    /// Of all strips, in kilobytes.
    weight: usize,
    /// How often everything was dropped: a look that began before must not bring it back.
    drops: u64,
}

struct Known<R> {
    strip: Arc<tokio::sync::Mutex<Strip<R>>>,
    /// What the strip weighed when it was counted last.
    weight: usize,
}

/// The marks of one stream, in its order.
struct Strip<R> {
    marks: Vec<Mark<R>>,
    spacing: u64,
}

struct Mark<R> {
    revision: Revision,
    position: Position,
    row: R,
    weight: usize,
}

/// A row as it stood.
pub(crate) struct Stood<R> {
    pub(crate) row: R,
    /// The event before the moment at which the fold had to stop; a read model that meets it parks it.
    pub(crate) broken: Option<(Position, NotApplicable)>,
}

impl<P: Projection<Row: Clone>> Strips<P> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self::with(Bounds { spacing: SPACING, most_marks: MOST_MARKS, capacity })
    }

    pub(crate) fn with(bounds: Bounds) -> Self {
        Self { recent: Mutex::new(Recent { strips: LruCache::unbounded(), weight: 0, drops: 0 }), bounds }
    }

    /// Gives the row of a stream at a moment; a row before the first event is the default.
    pub(crate) async fn at(
        &self,
        log: &dyn EventLog,
        stream: &StreamName,
        cut: Cut,
    ) -> Result<Stood<P::Row>, ReadError> {
        let (known, drops) = {
            let mut recent = self.recent.lock();
            (recent.strips.get(stream).map(|known| Arc::clone(&known.strip)), recent.drops)
        };
        let shared = known.unwrap_or_else(|| Arc::new(tokio::sync::Mutex::new(Strip::new(self.bounds.spacing))));
        let mut strip = shared.lock().await;
        let begin = strip.before(cut);
        // Between two marks there is nothing to be added: others need not wait.
        if begin.until_mark.is_some() {
            drop(strip);
            return begin.run::<P>(log, stream, cut, |_, _| ()).await;
        }
        let (before, bounds) = (strip.marks.len(), self.bounds);
        let stood = begin.run::<P>(log, stream, cut, |event, row| strip.note::<P>(event, row, bounds)).await?;
        let (grew, weight) = (strip.marks.len() != before, strip.weight());
        drop(strip);
        if grew {
            self.remember(stream, &shared, weight, drops);
        }
        Ok(stood)
    }

    /// Counts what a strip weighs now, and drops those that were not looked at for longest.
    fn remember(&self, stream: &StreamName, strip: &Arc<tokio::sync::Mutex<Strip<P::Row>>>, weight: usize, drops: u64) {
        let mut recent = self.recent.lock();
        if recent.drops != drops {
            return;
        }
        let known = recent.strips.put(stream.clone(), Known { strip: Arc::clone(strip), weight });
        recent.weight = recent.weight + weight - known.map_or(0, |known| known.weight);
        while recent.weight > self.bounds.capacity {
            let Some((_, dropped)) = recent.strips.pop_lru() else { break };
            recent.weight -= dropped.weight;
        }
    }

    /// Drops everything that is remembered.
    pub(crate) fn drop_all(&self) {
        let mut recent = self.recent.lock();
        recent.strips.clear();
        recent.weight = 0;
        recent.drops += 1;
    }

    #[cfg(test)]
    pub(crate) fn weight(&self) -> usize {
        self.recent.lock().weight
    }

    #[cfg(test)]
    pub(crate) fn streams(&self) -> usize {
        self.recent.lock().strips.len()
    }
}

/// A fold about to begin.
struct Fold<R> {
    row: R,
    next: Revision,
    /// How many events lie before the next mark; none behind the last one.
    until_mark: Option<u64>,
}

impl<R: Clone> Fold<R> {
    async fn run<P: Projection<Row = R>>(
        self,
        log: &dyn EventLog,
        stream: &StreamName,
        cut: Cut,
        mut note: impl FnMut(&RecordedEvent, &R),
    ) -> Result<Stood<R>, ReadError> {
        let Self { mut row, mut next, mut until_mark } = self;
        loop {
            let wanted = match cut {
                Cut::Revision(last) => (last.get() + 1).saturating_sub(next.get()),
                Cut::Position(_) => PAGE,
            };
            let limit = wanted.min(until_mark.unwrap_or(PAGE)).min(PAGE);
            if limit == 0 {
                return Ok(Stood { row, broken: None });
            }
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let page = log.read_stream(stream, StreamFrom::At(next), Direction::Forward, limit).await?;
            for event in &page {
                if !cut.has_event(event) {
                    return Ok(Stood { row, broken: None });
                }
                if let Err(cause) = P::apply(&mut row, event) {
                    return Ok(Stood { row, broken: Some((event.position, cause)) });
                }
                note(event, &row);
            }
            match page.last() {
                Some(last) if page.len() == limit => next = last.revision.next(),
                Some(_) | None => return Ok(Stood { row, broken: None }),
            }
            until_mark = until_mark.map(|until| until.saturating_sub(page.len() as u64));
        }
    }
}

impl<R: Clone + Default> Strip<R> {
    fn new(spacing: u64) -> Self {
        Self { marks: Vec::new(), spacing }
    }

    /// The nearest beginning of a fold.
    fn before(&self, cut: Cut) -> Fold<R> {
        let behind = self.marks.partition_point(|mark| cut.has(mark.revision, mark.position));
        let begin = behind.checked_sub(1).map(|index| &self.marks[index]);
        let next = begin.map_or(Revision::FIRST, |mark| mark.revision.next());
        Fold {
            row: begin.map_or_else(R::default, |mark| mark.row.clone()),
            next,
            until_mark: self.marks.get(behind).map(|mark| (mark.revision.get() + 1).saturating_sub(next.get())),
        }
    }

    /// Leaves a mark, if one is due behind this event.
    fn note<P: Projection<Row = R>>(&mut self, event: &RecordedEvent, row: &R, bounds: Bounds) {
        let is_due = is_at_mark(event.revision, self.spacing);
        if !is_due || self.marks.last().is_some_and(|last| last.revision >= event.revision) {
            return;
        }
        let weight = weight_of_mark(P::weight(row), self.spacing);
        self.marks.push(Mark { revision: event.revision, position: event.position, row: row.clone(), weight });
        // A strip never takes more than its share, so that one long stream does not push out all others.
        while self.marks.len() > bounds.most_marks || (self.marks.len() > 1 && self.weight() > bounds.capacity / 4) {
            self.spacing *= 2;
            let spacing = self.spacing;
            self.marks.retain(|mark| is_at_mark(mark.revision, spacing));
        }
    }

    fn weight(&self) -> usize {
        self.marks.iter().map(|mark| mark.weight).sum()
    }
}

fn is_at_mark(revision: Revision, spacing: u64) -> bool {
    (revision.get() + 1).is_multiple_of(spacing)
}

/// A row beside the marks before it, which share what did not change: a list of pointers to its parts, and the parts that
/// so many events can have changed.
fn weight_of_mark(row: usize, spacing: u64) -> usize {
    let changed = usize::try_from(spacing.saturating_mul(2)).unwrap_or(usize::MAX);
    1 + row / 16 + row.min(changed)
}
