//! One model at work: what people are shown, the thread that keeps it up to date, and how one build takes over from
//! another.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use eventlog::{EventLog, Position};
use parking_lot::Mutex;
use projections_store::{BuildId, Reads, StorageError, values};
use tokio::runtime::Handle;
use tracing::{info, warn};

use crate::{
    ModelError, ModelState, ModelStatus, Parked, RebuildProgress, Waited, columns,
    generations::Generations,
    opening::off_the_runtime,
    readers::Readers,
    runner::{Audience, Runner},
    state::Rate,
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
        definition: Definition,
        generations: Arc<Generations>,
        log: Arc<dyn EventLog>,
        generation: BuildId,
        standing: Standing,
        writes: bool,
    ) -> Self {
        let face = Face {
            shown: ArcSwap::from(Build::new(&generations, generation, standing)),
            progress: Arc::new(Progress::new(standing.position)),
            rebuild: Mutex::default(),
        };
        let (runner, change, round) = (tokio::sync::Mutex::default(), Arc::default(), tokio::sync::Mutex::default());
        Self { definition, generations, log, face: Arc::new(face), runner, writes, change, round }
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
        let runner = self.run(self.face.shown.load_full(), store)?;
        // Another process may have written more than this one had looked at, and perhaps nothing comes after it.
        self.face.progress.reach(runner.at());
        *self.runner.lock().await = Some(runner);
        Ok(())
    }

    /// Lets a generation take over as soon as it has caught up; the one before is kept to swap back to.
    ///
    /// Queries go on all the time, and none sees less than an earlier one saw.
    pub(crate) async fn take_over(
        &self,
        _turn: &Turn,
        generation: BuildId,
        store: Box<dyn Store>,
    ) -> Result<(), ModelError> {
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
        let can_swap_back = off_the_runtime(move || Ok(generations.previous(&definition)?.is_some())).await?;
        let rebuild = *self.face.rebuild.lock();
        let position = self.position();
        let shown = self.face.shown.load();
        let health = shown.health.lock();
        Ok(ModelState {
            name: self.definition.name,
            version: self.definition.version,
            generation: shown.generation.number,
            status: if rebuild.is_some() { ModelStatus::Rebuilding } else { health.status },
            position,
            head,
            behind: head.map_or(0, Position::get).saturating_sub(position.map_or(0, Position::get)),
            parked: health.parked,
            rate: health.rate.per_second(Instant::now()),
            last_error: health.last_error.clone(),
            rebuild,
            can_swap_back,
        })
    }

    /// Lists the first `limit` parked events, in log order.
    pub(crate) async fn parked(&self, limit: u32) -> Result<Vec<Parked>, ModelError> {
        let query = move |reads: &dyn Reads| {
            let sql = "select position, stream, revision, error from parked order by position limit ?1";
            reads.all(sql, values![limit], |row| {
                Ok(Parked {
                    position: columns::position(row, 0)?,
                    stream: columns::parsed(row, 1)?,
                    revision: columns::revision(row, 2)?,
                    error: row.get(3)?,
                })
            })
        };
        Ok(self.read(query).await?.0)
    }

    /// Ends the thread and closes the file. Queries are refused from now on.
    pub(crate) async fn close(&self) -> Result<(), ModelError> {
        let runner = self.runner.lock().await.take();
        let store = match runner {
            Some(runner) => Some(runner.stop().await?),
            None => None,
        };
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
            if health.status == ModelStatus::Faulted {
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
