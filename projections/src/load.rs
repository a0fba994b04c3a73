//! Loading whole builds: one pass over the log feeds any number of stores, each on its own thread.
//!
//! One thread decodes ahead, so that an event is read once and decoded once, however many models want it. The pages are
//! small and the queues between the threads short: what is worked on stays in the processor's cache, the slowest build
//! sets the pace, and memory stays bounded.

use std::{
    collections::VecDeque,
    sync::{Arc, mpsc::SyncSender},
    thread,
    time::Instant,
};

use eventlog::{EventBatch, EventLog, Position, codec};
use parking_lot::Mutex;
use projections_store::{BuildId, Mode, ModelStorage};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    ModelError, NotApplicable, RebuildProgress,
    error::words_of,
    pages::Pages,
    state::Phase,
    steering::Skips,
    stepping_back::{give_way, step_back},
    store::{Definition, Store, StoreResult},
};

/// How many pages wait at most between two threads.
const QUEUE: usize = 4;

/// A build to be loaded.
#[derive(Clone)]
pub(crate) struct Build {
    pub(crate) definition: Definition,
    pub(crate) storage: Arc<dyn ModelStorage>,
    pub(crate) id: BuildId,
    /// Events whose fold panicked in an earlier pass.
    avoid: Vec<(Position, NotApplicable)>,
    /// Events that are passed over.
    skips: Skips,
}

impl Build {
    pub(crate) fn new(definition: Definition, storage: &Arc<dyn ModelStorage>, id: BuildId, skips: Skips) -> Self {
        Self { definition, storage: Arc::clone(storage), id, avoid: Vec::new(), skips }
    }
}

/// Reads the log from the start to its end, or up to and including `until`, into all builds.
///
/// A build that fails is given up, and the others go on; the answers are in the order of `builds`. A build with an
/// event whose fold panics is loaded once more, with that event parked. `seen` is told about each page.
pub(crate) async fn load(
    log: &Arc<dyn EventLog>,
    mut builds: Vec<Build>,
    until: Option<Position>,
    mut seen: impl FnMut(&RebuildProgress) + Send,
) -> Result<Vec<StoreResult>, ModelError> {
    let mut loaded = pass(log, &builds, until, &mut seen).await?;
    for (build, loaded) in builds.iter_mut().zip(&mut loaded) {
        while let Err(ModelError::FoldPanicked { at, what, .. }) = loaded {
            build.avoid.push((*at, NotApplicable::Panicked { what: what.clone() }));
            let again = pass(log, std::slice::from_ref(build), until, &mut seen).await?;
            *loaded = again.into_iter().next().unwrap_or(Err(ModelError::Stopped));
        }
    }
    Ok(loaded)
}

async fn pass(
    log: &Arc<dyn EventLog>,
    builds: &[Build],
    until: Option<Position>,
    seen: &mut (impl FnMut(&RebuildProgress) + Send),
) -> Result<Vec<StoreResult>, ModelError> {
    let start = Instant::now();
    let total = if log.describe().dense_positions { until.or(log.head().await?).map_or(0, Position::get) } else { 0 };
    let (mut threads, mut queues) = (Vec::new(), Vec::new());
    // Whoever drops this future wants nothing of it any more: the threads end without finishing their builds.
    let given_up = CancellationToken::new();
    let turn = Arc::default();
    for build in builds {
        let (thread, queue) = start_loading(build, Turns::of(build, &turn), given_up.clone())?;
        threads.push(thread);
        queues.push(queue);
    }
    let unless_finished = given_up.clone().drop_guard();
    let (pages, inbox) = mpsc::channel(QUEUE);
    let decoding = start_decoding(inbox, queues)?;

    let mut read = Pages::read(Arc::clone(log), until)?;
    let mut events = 0;
    while let Some(page) = read.next().await? {
        events += page.len() as u64;
        // Nobody takes pages any more when every build has failed; their errors say why.
        if pages.send(page.into()).await.is_err() {
            break;
        }
        seen(&progress(events, total, start));
    }
    unless_finished.disarm();
    drop(pages);
    let finished = tokio::task::spawn_blocking(move || {
        let decoded = decoding.join();
        let stores: Vec<_> = threads.into_iter().map(Thread::join).collect();
        decoded.map(|()| stores)
    });
    let stores = finished.await.map_err(|_| ModelError::Stopped)?;
    let stores = stores.map_err(|panic| ModelError::Panicked { model: "decoder", what: words_of(&*panic) })?;
    seen(&progress(events, total, start));
    Ok(stores)
}

struct Thread {
    name: &'static str,
    thread: thread::JoinHandle<StoreResult>,
}

impl Thread {
    fn join(self) -> StoreResult {
        self.thread.join().unwrap_or_else(|panic| Err(ModelError::panicked(self.name, &*panic)))
    }
}

/// Whether the builds of a load work side by side. In a folder they do: their threads step back for whoever asks. A
/// database server knows nothing of that, and as many of its processes as there are builds would keep whoever asks
/// waiting; there, one of them works at a time.
struct Turns(Option<Arc<Mutex<()>>>);

impl Turns {
    fn of(build: &Build, turn: &Arc<Mutex<()>>) -> Self {
        Self(build.storage.is_shared().then(|| Arc::clone(turn)))
    }

    fn work<T>(&self, work: impl FnOnce() -> T) -> T {
        let _mine = self.0.as_ref().map(|turn| turn.lock());
        work()
    }
}

/// Starts the thread that fills one build; it ends when its queue is closed.
fn start_loading(
    build: &Build,
    turns: Turns,
    given_up: CancellationToken,
) -> Result<(Thread, SyncSender<EventBatch>), ModelError> {
    let Build { definition, storage, id, avoid, skips } = build.clone();
    let name = definition.name;
    let (queue, inbox) = std::sync::mpsc::sync_channel::<EventBatch>(QUEUE);
    let load = move || {
        step_back();
        let mut store: Box<dyn Store> = (definition.create)(&storage, &id, Mode::Load)?;
        store.skip(skips);
        for (position, why) in avoid {
            store.avoid(position, why);
        }
        for page in inbox {
            if given_up.is_cancelled() {
                break;
            }
            turns.work(|| store.load(&page))?;
        }
        if given_up.is_cancelled() {
            return Err(ModelError::Stopped);
        }
        turns.work(|| store.finish_load())
    };
    let thread = thread::Builder::new()
        .name(format!("load {name}"))
        .spawn(load)
        .map_err(|cause| ModelError::NoThread { model: name, cause })?;
    Ok((Thread { name, thread }, queue))
}

/// Starts the thread that decodes ahead and hands every page to every build that still takes any.
fn start_decoding(
    mut inbox: mpsc::Receiver<EventBatch>,
    mut queues: Vec<SyncSender<EventBatch>>,
) -> Result<thread::JoinHandle<()>, ModelError> {
    let decode = move || {
        step_back();
        // Whoever made the decoded events should free them: memory that goes back to another thread's heap is slow.
        let mut handed_out: VecDeque<EventBatch> = VecDeque::new();
        while let Some(page) = inbox.blocking_recv() {
            while handed_out.front().is_some_and(|page| Arc::strong_count(page) == 1) {
                handed_out.pop_front();
            }
            for event in page.iter() {
                // The result stays in the event, for the models; an error is theirs to report.
                codec::with_event(event, |_| ());
                give_way();
            }
            queues.retain(|queue| queue.send(Arc::clone(&page)).is_ok());
            if queues.is_empty() {
                return;
            }
            handed_out.push_back(page);
        }
    };
    thread::Builder::new()
        .name("load decoder".into())
        .spawn(decode)
        .map_err(|cause| ModelError::NoThread { model: "decoder", cause })
}

#[allow(clippy::cast_precision_loss, reason = "shown to people")]
fn progress(events: u64, total: u64, start: Instant) -> RebuildProgress {
    let rate = events as f64 / start.elapsed().as_secs_f64().max(1e-6);
    let eta_seconds = (total > 0 && rate > 0.0).then(|| total.saturating_sub(events) as f64 / rate);
    RebuildProgress { phase: Phase::Reading, events, total, rate, eta_seconds }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn where_builds_take_turns_one_works_at_a_time() {
        let turn = Arc::default();
        let (at_work, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|threads| {
            for _ in 0..4 {
                let turns = Turns(Some(Arc::clone(&turn)));
                let (at_work, done) = (&at_work, &done);
                threads.spawn(move || {
                    for _ in 0..1_000 {
                        turns.work(|| {
                            assert_eq!(at_work.fetch_add(1, Ordering::SeqCst), 0);
                            thread::yield_now();
                            at_work.fetch_sub(1, Ordering::SeqCst);
                            done.fetch_add(1, Ordering::SeqCst);
                        });
                    }
                });
            }
        });
        assert_eq!(done.load(Ordering::SeqCst), 4_000);
    }
}
