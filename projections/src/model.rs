//! One model at work: what people are shown, the thread that keeps it up to date, and how one build takes over from
//! another.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use eventlog::{EventLog, Filter, Position};
use parking_lot::Mutex;
use projections_store::{BuildId, Reads, StorageError, values};
use tokio::runtime::Handle;
use tracing::{info, warn};

use crate::{
    ModelError, ModelState, ModelStatus, Parked, RebuildProgress, Waited,
    generations::Generations,
    opening::off_the_runtime,
    readers::Readers,
    runner::{Audience, Runner},
    state::Rate,
    steering::{self, Steering},
    store::{Definition, Standing, Store},
    wait::Progress,
};

/// How often a build that another process writes is looked at, and how often while somebody waits for it.
const LOOK: Duration = Duration::from_millis(200);
const HURRIED_LOOK: Duration = Duration::from_millis(25);

/// One model of a house.
pub(crate) struct Model {
    pub(crate) definition: Definition,
    pub(crate) generations: Arc<Generations>,
    log: Arc<dyn EventLog>,
    face: Arc<Face>,
    runner: tokio::sync::Mutex<Option<Runner>>,
    /// Whether this process may write builds; otherwise it only reads what others write.
    pub(crate) writes: bool,
    /// Held while a build is made or takes over.
    change: Arc<tokio::sync::Mutex<()>>,
    /// Held by the keeper while it looks after the model, which is never for long.
    round: tokio::sync::Mutex<()>,
    /// What people decided about it, as it was last read.
    steering: Mutex<Steering>,
}

/// What people see of a model.
struct Face {
    shown: ArcSwap<Build>,
    progress: Arc<Progress>,
    rebuild: Mutex<Option<RebuildProgress>>,
}

/// One generation that can be read.
struct Build {
    generation: BuildId,
    readers: Readers,
    health: Mutex<Health>,
}

struct Health {
    status: ModelStatus,
    parked: u64,
    rate: Rate,
    last_error: Option<String>,
}

/// The right to make a build or let one take over; there is one of it per model.
pub(crate) type Turn = tokio::sync::OwnedMutexGuard<()>;

impl Model {
    /// Shows a generation; nothing keeps it up to date yet.
    pub(crate) fn new(
        (definition, generations, log): (Definition, Arc<Generations>, Arc<dyn EventLog>),
        generation: BuildId,
        standing: Standing,
        writes: bool,
        steering: Steering,
    ) -> Self {
        let face = Face {
            shown: ArcSwap::from(Build::new(&generations, generation, standing)),
            progress: Arc::new(Progress::new(standing.position)),
            rebuild: Mutex::default(),
        };
        let (runner, change, round) = (tokio::sync::Mutex::default(), Arc::default(), tokio::sync::Mutex::default());
        let (face, steering) = (Arc::new(face), Mutex::new(steering));
        Self { definition, generations, log, face, runner, writes, change, round, steering }
    }

    /// Takes the turn to change what is shown. The keeper's round is waited for: it is nobody's work.
    ///
    /// # Errors
    /// [`ModelError::Busy`] while somebody else has it.
    pub(crate) async fn turn(&self) -> Result<Turn, ModelError> {
        let _no_round = self.round.lock().await;
        Arc::clone(&self.change).try_lock_owned().map_err(|_| ModelError::Busy { model: self.definition.name })
    }

    /// Takes the turn for a round of the keeper; none while somebody makes a build.
    pub(crate) async fn round(&self) -> Option<(tokio::sync::MutexGuard<'_, ()>, Turn)> {
        let round = self.round.lock().await;
        let turn = Arc::clone(&self.change).try_lock_owned().ok()?;
        Some((round, turn))
    }

    /// Takes the turn as soon as nobody has it.
    pub(crate) async fn wait_for_turn(&self) -> Turn {
        Arc::clone(&self.change).lock_owned().await
    }

    /// Keeps the shown generation up to date from now on.
    pub(crate) async fn follow(&self, store: Box<dyn Store>) -> Result<(), ModelError> {
        let shown = self.face.shown.load_full();
        {
            let mut health = shown.health.lock();
            (health.status, health.parked) = (ModelStatus::CatchingUp, store.parked());
        }
        let runner = self.run(shown, store)?;
        // Another process may have written more than this one had looked at, and perhaps nothing comes after it.
        self.face.progress.reach(runner.at());
        *self.runner.lock().await = Some(runner);
        Ok(())
    }

    /// Ends the thread that keeps the shown generation up to date, if it is one of this process, and gives its store.
    pub(crate) async fn stand_still(&self) -> Result<Option<Box<dyn Store>>, ModelError> {
        let runner = self.runner.lock().await.take();
        match runner {
            Some(runner) => runner.stop().await.map(Some),
            None => Ok(None),
        }
    }

    /// Ends the thread that keeps the shown generation up to date, and closes what it wrote to.
    pub(crate) async fn put_down(&self) -> Result<(), ModelError> {
        let store = self.stand_still().await?;
        // The last connection that closes brings the write-ahead log into the file, which may take a moment.
        off_the_runtime(move || {
            drop(store);
            Ok(())
        })
        .await
    }

    /// Lets a generation take over as soon as it has caught up; the one before is kept to swap back to. A paused model
    /// stands still again afterwards.
    ///
    /// Queries go on all the time, and none sees less than an earlier one saw. Once begun, it comes to its end also when
    /// nobody waits for it any more.
    pub(crate) async fn take_over(
        self: &Arc<Self>,
        turn: Turn,
        generation: BuildId,
        store: Box<dyn Store>,
    ) -> Result<(), ModelError> {
        let model = Arc::clone(self);
        let taking = async move {
            let taken = model.take_over_now(generation, store).await;
            if taken.is_ok() && model.is_paused() {
                model.put_down().await?;
            }
            drop(turn);
            taken
        };
        tokio::spawn(taking).await.map_err(|_| ModelError::Stopped)?
    }

    async fn take_over_now(&self, generation: BuildId, store: Box<dyn Store>) -> Result<(), ModelError> {
        let build = Build::new(&self.generations, generation, Standing::of(&*store));
        let shown = self.face.shown.load_full();
        let runner = self.run(Arc::clone(&build), store)?;
        runner.reached(self.face.progress.at()).await?;
        let (generations, definition, replaced) = (Arc::clone(&self.generations), self.definition, shown.generation);
        off_the_runtime(move || generations.promote(&definition, &generation, Some(&replaced))).await?;
        let mut running = self.runner.lock().await;
        if let Some(before) = running.take()
            && let Err(error) = before.stop().await
        {
            warn!(model = self.definition.name, %error, "the build that goes did not end in order");
        }
        // What the one before wrote last was shown to somebody: the new one must have it.
        let at = self.face.progress.at();
        runner.reached(at).await?;
        self.face.shown.store(build);
        self.face.progress.reach(at.max(runner.at()));
        *running = Some(runner);
        info!(model = self.definition.name, generation = generation.number, "another build of the read model is live");
        Ok(())
    }

    fn run(&self, build: Arc<Build>, store: Box<dyn Store>) -> Result<Runner, ModelError> {
        let progress = Arc::clone(&self.face.progress);
        let reporter = Arc::new(Reporter { build, face: Arc::clone(&self.face) });
        Runner::start(self.definition.name, store, Arc::clone(&self.log), progress, reporter, Handle::current())
    }

    /// Asks the shown generation; answers with the position that the answer has in it at least.
    pub(crate) async fn read<T, F>(&self, query: F) -> Result<(T, Option<Position>), ModelError>
    where
        T: Send + 'static,
        F: FnOnce(&dyn Reads) -> Result<T, StorageError> + Send + 'static,
    {
        // In this order: the build that is shown afterwards has everything up to here.
        let at = self.face.progress.at();
        let shown = self.face.shown.load_full();
        Ok((shown.readers.run(query).await?, at))
    }

    /// Looks at the shown build, which another process writes, and tells those who wait how far it is.
    pub(crate) async fn look(&self) -> Result<(), ModelError> {
        let shown = self.face.shown.load_full();
        let standing = shown.readers.run(|reads| Standing::seen(reads)).await?;
        let further = standing.position > self.face.progress.at();
        let reporter = Reporter { build: shown, face: Arc::clone(&self.face) };
        if further {
            reporter.wrote(standing.position, 0, standing.parked);
        } else {
            reporter.caught_up();
        }
        Ok(())
    }

    /// Shows a build that another process made live, once it has everything that was shown.
    pub(crate) async fn switch_to(&self, _turn: &Turn, generation: BuildId) -> Result<(), ModelError> {
        let build = Build::new(&self.generations, generation, Standing { position: None, parked: 0 });
        let standing = build.readers.run(|reads| Standing::seen(reads)).await?;
        if standing.position < self.face.progress.at() {
            return Ok(());
        }
        if let Some(before) = self.runner.lock().await.take() {
            // The build that it writes is no longer shown to anybody; why it ended is of no interest.
            drop(before.stop().await);
        }
        build.health.lock().parked = standing.parked;
        self.face.shown.store(build);
        self.face.progress.reach(standing.position);
        info!(model = self.definition.name, generation = generation.number, "another process made a build live");
        Ok(())
    }

    /// Whether a thread of this process keeps the shown build up to date.
    pub(crate) async fn is_written_here(&self) -> bool {
        let mut runner = self.runner.lock().await;
        if runner.as_ref().is_some_and(Runner::has_ended) {
            // It ended by itself: another process writes the build.
            drop(runner.take());
        }
        runner.is_some()
    }

    /// How long until the shown build is to be looked at again.
    pub(crate) fn next_look(&self) -> Duration {
        if self.face.progress.is_waited_for() { HURRIED_LOOK } else { LOOK }
    }

    pub(crate) async fn wait_for(&self, position: Position, limit: Duration) -> Waited {
        self.face.progress.wait_for(position, limit).await
    }

    pub(crate) fn position(&self) -> Option<Position> {
        self.face.progress.at()
    }

    pub(crate) fn log(&self) -> &Arc<dyn EventLog> {
        &self.log
    }

    /// Whether it stands still because somebody said so, as far as this process knows.
    pub(crate) fn is_paused(&self) -> bool {
        self.steering.lock().pause.is_some()
    }

    /// Takes note of what people decided; gives what was known before.
    pub(crate) fn note_steering(&self, steering: Steering) -> Steering {
        std::mem::replace(&mut *self.steering.lock(), steering)
    }

    pub(crate) fn shown(&self) -> BuildId {
        self.face.shown.load().generation
    }

    /// Says how far a rebuild is; none when there is none.
    pub(crate) fn report_rebuild(&self, progress: Option<RebuildProgress>) {
        *self.face.rebuild.lock() = progress;
    }

    pub(crate) fn report_error(&self, error: &ModelError) {
        self.face.shown.load().health.lock().last_error = Some(error.to_string());
    }

    pub(crate) async fn state(&self, head: Option<Position>) -> Result<ModelState, ModelError> {
        let (generations, definition) = (Arc::clone(&self.generations), self.definition);
        let register = move || {
            let steering = generations.steering(&definition)?;
            let skipped = generations.skipped(&definition)?.len();
            let elsewhere = if generations.storage().is_shared() { generations.rebuild_of(&definition)? } else { None };
            Ok((generations.previous(&definition)?.is_some(), steering.pause, skipped, elsewhere))
        };
        let (can_swap_back, paused, skipped, elsewhere) = off_the_runtime(register).await?;
        let written_here = self.is_written_here().await;
        let position = self.position();
        let behind = head.map_or(0, Position::get).saturating_sub(position.map_or(0, Position::get));
        let behind_since = if behind == 0 { None } else { self.first_missing(position).await? };
        let rebuild = self.face.rebuild.lock().or(elsewhere);
        let shown = self.face.shown.load();
        let health = shown.health.lock();
        let status = match health.status {
            _ if rebuild.is_some() => ModelStatus::Rebuilding,
            _ if paused.is_some() => ModelStatus::Paused,
            status => status,
        };
        let rate = health.rate.per_second(Instant::now());
        #[allow(clippy::cast_precision_loss, reason = "shown to people")]
        let eta_seconds = (behind > 0 && rate >= 1.0).then(|| behind as f64 / rate);
        Ok(ModelState {
            name: self.definition.name,
            version: self.definition.version,
            generation: shown.generation.number,
            status,
            position,
            head,
            behind,
            behind_since,
            eta_seconds,
            parked: health.parked,
            skipped: skipped as u64,
            paused,
            written_here,
            rate,
            last_error: health.last_error.clone(),
            rebuild,
            can_swap_back,
        })
    }

    /// Lists the first `limit` parked events, in log order.
    pub(crate) async fn parked(&self, limit: u32) -> Result<Vec<Parked>, ModelError> {
        let query = move |reads: &dyn Reads| {
            let sql = "select position, stream, revision, error from parked order by position limit ?1";
            reads.all(sql, values![limit], steering::parked)
        };
        Ok(self.read(query).await?.0)
    }

    /// When the first event was recorded behind a position.
    async fn first_missing(&self, position: Option<Position>) -> Result<Option<DateTime<Utc>>, ModelError> {
        let page = self.log.read_all(position, &Filter::All, 1).await?;
        Ok(page.events.first().map(|event| event.metadata.at))
    }

    /// Ends the thread and closes the file. Queries are refused from now on.
    pub(crate) async fn close(&self) -> Result<(), ModelError> {
        let store = self.stand_still().await?;
        // The last connection that closes brings the write-ahead log into the file.
        self.face.shown.load_full().readers.close().await;
        tokio::task::spawn_blocking(move || drop(store)).await.map_err(|_| ModelError::Stopped)
    }
}

impl Build {
    fn new(generations: &Generations, generation: BuildId, standing: Standing) -> Arc<Self> {
        let readers = Readers::new(&**generations.storage(), &generation);
        let health = Health {
            status: ModelStatus::CatchingUp,
            parked: standing.parked,
            rate: Rate::new(Instant::now()),
            last_error: None,
        };
        Arc::new(Self { generation, readers, health: Mutex::new(health) })
    }
}

/// Carries what the runner of one build tells to those who look at the model.
struct Reporter {
    build: Arc<Build>,
    face: Arc<Face>,
}

impl Audience for Reporter {
    fn wrote(&self, position: Option<Position>, events: usize, parked: u64) {
        {
            let mut health = self.build.health.lock();
            health.parked = parked;
            health.rate.count(events, Instant::now());
            if matches!(health.status, ModelStatus::Faulted | ModelStatus::Stopped) {
                health.status = ModelStatus::CatchingUp;
            }
        }
        if Arc::ptr_eq(&self.face.shown.load(), &self.build) {
            self.face.progress.reach(position);
        }
    }

    fn caught_up(&self) {
        self.build.health.lock().status = ModelStatus::Live;
    }

    fn failed(&self, error: &ModelError) {
        let mut health = self.build.health.lock();
        health.status = ModelStatus::Faulted;
        health.last_error = Some(error.to_string());
    }

    fn stopped(&self) {
        self.build.health.lock().status = ModelStatus::Stopped;
    }
}
