//! What is new in the log, once for the whole process: in order, without gap or repetition, whoever appended it.
//!
//! Two sources feed it, and the position decides what is new: a subscription, which is fast and may end, stall or repeat
//! itself, and reads of the log's end, which are slower and reliable. The log is read on when the subscription leaves a
//! gap, when something appended here does not come by, and every few seconds whatever happens.
//!
//! Besides, it reads the log once from its beginning, to know all ids, and to see that nothing was cut out of it.

use std::{collections::HashMap, sync::Arc, time::Duration};

use eventlog::{EventBatch, EventId, Page, Position, ReadError, RecordedEvent, Revision, StreamName};
use parking_lot::Mutex;
use tokio::{
    sync::{Notify, broadcast, watch},
    time::{Instant, timeout_at},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::{ids::Ids, reading::Reader, retry::Pauses, standing::Standing};

/// How many announcements a slow subscriber may be behind before it goes back to reading.
const LIVE: usize = 1_024;
/// How many events are read at a time.
const PAGE: usize = 1_000;
/// How often it is looked whether everything appended here has come by.
const GLANCE: Duration = Duration::from_millis(250);

/// What subscribers are told.
#[derive(Clone)]
pub(crate) enum Announcement {
    /// Some events that are new.
    Events {
        /// Everything up to here was announced before.
        before: Option<Position>,
        /// The events, in order, whatever their category; never empty.
        events: EventBatch,
    },
    /// There is something that only a look at the log itself can show.
    Look,
}

/// What is new in the log.
pub(crate) struct Feed {
    reader: Reader,
    state: Mutex<State>,
    live: Mutex<Option<broadcast::Sender<Announcement>>>,
    /// Whether all ids from before the start are known.
    all_known: watch::Sender<bool>,
    /// One at a time reads on.
    reading_on: tokio::sync::Mutex<()>,
    /// The subscription is to be replaced.
    replace: Notify,
    stop: CancellationToken,
}

#[derive(Default)]
struct State {
    /// Set once it is known where the log ends.
    begun: bool,
    after: Option<Position>,
    /// A position that was appended here and has not come by, and when it was.
    awaited: Option<(Position, Instant)>,
    /// How far the subscription has come.
    pushed: Option<Position>,
    standing: Standing,
    /// The last revision of each stream that came by.
    revisions: HashMap<StreamName, Revision>,
    ids: Ids,
    /// An event that cannot be read was passed over: what is missing behind it may be just that.
    is_damaged: bool,
    fault: Option<ReadError>,
}

/// What came of events that were offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// They were new, or known already.
    Well,
    /// Something is missing before them.
    Gap,
}

impl Feed {
    pub(crate) fn new(reader: Reader, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self {
            reader,
            state: Mutex::default(),
            live: Mutex::new(Some(broadcast::Sender::new(LIVE))),
            all_known: watch::Sender::new(false),
            reading_on: tokio::sync::Mutex::default(),
            replace: Notify::new(),
            stop,
        })
    }

    /// Where a subscription that begins now has to begin: behind this. `None` while it is not known where the log ends.
    pub(crate) fn subscribing(&self) -> Option<Option<Position>> {
        let mut state = self.state.lock();
        state.pushed = state.after;
        state.standing.begins(Instant::now());
        state.begun.then_some(state.after)
    }

    /// The server has confirmed the subscription.
    pub(crate) fn subscribed(&self) {
        let mut state = self.state.lock();
        let now = Instant::now();
        state.standing.is_confirmed(now, self.reader.supervisor.settings.patience.lag);
        // what was appended before is brought as well, and is not late yet
        state.awaited = state.awaited.map(|(position, _)| (position, now));
    }

    /// There is no subscription at the moment.
    pub(crate) fn unsubscribed(&self) {
        self.state.lock().standing.ends();
    }

    /// Waits until the subscription is to be replaced.
    pub(crate) async fn to_be_replaced(&self) {
        self.replace.notified().await;
    }

    /// Has the subscription replaced, if it can be blamed for what is missing.
    pub(crate) fn replace_subscription(&self) {
        if self.state.lock().standing.is_blamed(Instant::now()) {
            self.replace.notify_waiters();
        }
    }

    /// Up to where everything was announced. `None` while it is not known where the log ends.
    pub(crate) fn announced(&self) -> Option<Option<Position>> {
        let state = self.state.lock();
        state.begun.then_some(state.after)
    }

    /// Gives what comes from now on; `None` once the log is closed.
    pub(crate) fn listen(&self) -> Option<broadcast::Receiver<Announcement>> {
        self.live.lock().as_ref().map(broadcast::Sender::subscribe)
    }

    /// What is wrong with the log, when something is.
    pub(crate) fn fault(&self) -> Option<ReadError> {
        self.state.lock().fault.clone()
    }

    /// Takes the next events of the log, of which some may be known.
    pub(crate) fn offer(&self, events: &[Arc<RecordedEvent>]) -> Taken {
        let mut state = self.state.lock();
        let new: Vec<_> = events.iter().filter(|event| Some(event.position) > state.after).cloned().collect();
        if let Some(stray) = state.gap(&new) {
            warn!(stream = %stray.stream, revision = %stray.revision, "something is missing in what the server pushed");
            return Taken::Gap;
        }
        state.pushed = state.pushed.max(events.last().map(|event| event.position));
        state.take(new, &self.live);
        Taken::Well
    }

    /// Reads the log to its end, and announces what was not known.
    ///
    /// # Errors
    /// What the log says, or what is wrong with it.
    pub(crate) async fn read_on(&self) -> Result<(), ReadError> {
        let _turn = self.reading_on.lock().await;
        loop {
            let Some(after) = self.announced() else {
                return Err(ReadError::Unavailable { cause: "the log was not reached yet".into() });
            };
            let (page, damaged) = self.page(after).await?;
            let mut state = self.state.lock();
            state.is_damaged |= damaged;
            let new: Vec<_> = page.events.into_iter().filter(|event| Some(event.position) > state.after).collect();
            if let Some(missing) = state.gap(&new) {
                let fault = truncated(missing);
                state.fault = Some(fault.clone());
                return Err(fault);
            }
            state.take(new, &self.live);
            drop(state);
            if damaged {
                self.look();
            }
            if page.end {
                return Ok(());
            }
        }
    }

    /// Reads a stretch of the log. A stream that the server was told to cut is a fault, found before events are lost.
    async fn page(&self, after: Option<Position>) -> Result<(Page, bool), ReadError> {
        let (page, damaged) = self.reader.page_with_damage(after, PAGE).await?;
        if let Some(stream) = self.reader.cut_stream().await? {
            let cause = format!(
                "the metadata of its stream {stream} tells the server to drop events ($maxCount, $maxAge or $tb): take \
                 that out of it"
            );
            let fault = ReadError::DamagedLog { place: self.reader.supervisor.settings.place().to_owned(), cause };
            self.state.lock().fault = Some(fault.clone());
            return Err(fault);
        }
        Ok((page, damaged))
    }

    /// Lets all subscribers look at the log themselves, where they find what is damaged.
    pub(crate) fn look(&self) {
        if let Some(live) = &*self.live.lock() {
            // an error says that nobody listens
            let _ = live.send(Announcement::Look);
        }
    }

    /// Notes events that were appended here and will come by.
    pub(crate) fn appended(&self, stream: &StreamName, ids: &[EventId], last: Revision, position: Position) {
        let mut state = self.state.lock();
        let count = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        for (id, index) in ids.iter().zip(1..) {
            state.ids.note(*id, stream, Revision::new((last.get() + index).saturating_sub(count)));
        }
        if state.awaited.is_none() && Some(position) > state.after {
            state.awaited = Some((position, Instant::now()));
        }
    }

    /// Says where an event stands, as far as this process has seen.
    pub(crate) fn seen(&self, id: EventId) -> Option<(StreamName, Revision)> {
        self.state.lock().ids.find(id)
    }

    /// Which of the ids is taken, as far as this process has seen.
    pub(crate) fn taken(&self, ids: impl IntoIterator<Item = EventId>) -> Option<EventId> {
        let state = self.state.lock();
        ids.into_iter().find(|id| state.ids.contains(*id))
    }

    /// Says where an event stands, in the log as it is now.
    pub(crate) async fn find(&self, id: EventId) -> Result<Option<(StreamName, Revision)>, ReadError> {
        if let Some(place) = self.seen(id) {
            return Ok(Some(place));
        }
        let deadline = self.reader.deadline();
        let mut all_known = self.all_known.subscribe();
        let all_known =
            timeout_at(deadline.instant(), all_known.wait_for(|known| *known)).await.is_ok_and(|known| known.is_ok());
        if !all_known {
            let cause = self.reader.supervisor.obstacle().unwrap_or_else(|| "the log is still being read".into());
            return Err(ReadError::Unavailable { cause });
        }
        self.read_on().await?;
        Ok(self.seen(id))
    }

    /// Waits until all ids are known; `false` when that will not be.
    pub(crate) async fn settled(&self) -> bool {
        let mut all_known = self.all_known.subscribe();
        let known = async { all_known.wait_for(|known| *known).await.is_ok() };
        let damaged = async {
            while self.fault().is_none() {
                tokio::time::sleep(GLANCE).await;
            }
        };
        tokio::select! {
            known = known => known,
            () = damaged => false,
            () = self.stop.cancelled() => false,
        }
    }

    /// Follows the log until it is closed.
    pub(crate) async fn keep(self: Arc<Self>) {
        let Some(start) = self.begin().await else { return };
        let ids = Arc::clone(&self);
        let stop = self.stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = ids.read_all_ids(start) => {}
                () = stop.cancelled() => {}
            }
        });
        let patience = self.reader.supervisor.settings.patience;
        let mut next_look = Instant::now() + patience.look;
        let mut looked_up_to = None;
        loop {
            tokio::select! {
                () = tokio::time::sleep(GLANCE) => {}
                () = self.stop.cancelled() => break,
            }
            let is_late = self.is_late(patience.lag);
            if !is_late && Instant::now() < next_look {
                continue;
            }
            next_look = Instant::now() + patience.look;
            // what the last look found, the subscription has brought by now, or it brings nothing
            let stalls = self.state.lock().pushed < looked_up_to;
            let read = tokio::select! {
                read = self.read_on() => read,
                () = self.stop.cancelled() => break,
            };
            match read {
                Ok(()) => {
                    looked_up_to = self.state.lock().after;
                    if is_late || stalls {
                        self.replace_subscription();
                    }
                }
                Err(ReadError::Unavailable { .. }) => {}
                Err(fault) => error!(%fault, "the log is damaged"),
            }
        }
        // whoever follows the log learns that it is closed
        self.live.lock().take();
    }

    fn is_late(&self, lag: Duration) -> bool {
        self.state.lock().awaited.is_some_and(|(_, since)| since.elapsed() >= lag)
    }

    /// Finds out where the log ends.
    async fn begin(&self) -> Option<Option<Position>> {
        let mut pauses = Pauses::of_a_connection();
        loop {
            self.reader.supervisor.identity().await?;
            match self.reader.last().await {
                Ok(last) => {
                    let mut state = self.state.lock();
                    (state.begun, state.after) = (true, last);
                    return Some(last);
                }
                Err(error) => warn!(%error, "the end of the log cannot be read; trying on"),
            }
            tokio::select! {
                () = tokio::time::sleep(pauses.next()) => {}
                () = self.stop.cancelled() => return None,
            }
        }
    }

    /// Reads the log up to where the feed began.
    async fn read_all_ids(&self, until: Option<Position>) {
        let mut after = None;
        let mut due: HashMap<StreamName, Revision> = HashMap::new();
        let mut pauses = Pauses::of_a_connection();
        while after < until {
            match self.page(after).await {
                Ok((page, damaged)) => {
                    pauses.reset();
                    after = page.next;
                    let mut state = self.state.lock();
                    state.is_damaged |= damaged;
                    for event in page.events.iter().filter(|event| Some(event.position) <= until) {
                        let next = due.entry(event.stream.clone()).or_insert(Revision::FIRST);
                        if event.revision != *next && !state.is_damaged {
                            state.fault = Some(truncated(event));
                        }
                        *next = event.revision.next();
                        state.ids.note_event(event);
                    }
                }
                Err(ReadError::Unavailable { .. }) => tokio::time::sleep(pauses.next()).await,
                Err(fault) => {
                    error!(%fault, "the log cannot be read to its end");
                    self.state.lock().fault = Some(fault);
                    return;
                }
            }
        }
        self.all_known.send_replace(true);
    }
}

impl State {
    /// The first event before which one of its stream is missing.
    fn gap<'a>(&self, new: &'a [Arc<RecordedEvent>]) -> Option<&'a Arc<RecordedEvent>> {
        let mut last: HashMap<&StreamName, Revision> = HashMap::new();
        new.iter().find(|event| {
            let known =
                last.insert(&event.stream, event.revision).or_else(|| self.revisions.get(&event.stream).copied());
            !self.is_damaged && known.is_some_and(|known| event.revision != known.next())
        })
    }

    fn take(&mut self, new: Vec<Arc<RecordedEvent>>, live: &Mutex<Option<broadcast::Sender<Announcement>>>) {
        let Some(last) = new.last() else { return };
        let before = self.after.replace(last.position);
        self.awaited = self.awaited.filter(|(position, _)| Some(*position) > self.after);
        for event in &new {
            self.revisions.insert(event.stream.clone(), event.revision);
            self.ids.note_event(event);
        }
        if let Some(live) = &*live.lock() {
            // under the lock of the state, so that announcements come in order; an error says that nobody listens
            let _ = live.send(Announcement::Events { before, events: new.into() });
        }
    }
}

fn truncated(event: &RecordedEvent) -> ReadError {
    ReadError::DamagedEvent {
        position: event.position,
        stream: event.stream.to_string(),
        revision: event.revision,
        what: "events before it are missing in its stream: it was truncated".into(),
    }
}
