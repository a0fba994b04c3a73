//! All read models of a house: opened together, kept up to date, asked, rebuilt, compared with the log.

use std::{fmt, str::FromStr, sync::Arc, time::Duration};

use eventlog::{EventLog, Position};
use futures::future::{join_all, try_join_all};
use projections_store::{ModelStorage, Reads, StorageError};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::{
    Decision, ModelError, ModelState, Page, PageRequest, Parked, Projection, RebuildProgress, Replayed, Retried,
    Skipped, Verified, Waited,
    activity::Activity,
    cursor::Cursors,
    generations::Generations,
    insights::InsightsModel,
    keeper::Keeper,
    model::Model,
    opening,
    operations::AtWork,
    past::Past,
    plan_board::PlanBoard,
    plan_history::PlanHistory,
    plan_list::PlanList,
    rebuild::{self, Rebuilt},
    replay,
    store::Definition,
    templates::Templates,
    verify,
    workspace::Workspace,
};

/// A model without any event follows a log of up to this many events; a longer one is loaded beside it, much faster.
const FOLLOW_FROM_START: u64 = 20_000;

/// Names a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelName {
    /// One line per plan.
    PlanList,
    /// Whole plans.
    PlanBoard,
    /// The audit trail.
    PlanHistory,
    /// The things in the workspace.
    Workspace,
    /// The feed.
    Activity,
    /// What became of drafts.
    Insights,
    /// The library of templates.
    Templates,
}

impl ModelName {
    /// All models.
    pub const ALL: [Self; 7] = [
        Self::PlanList,
        Self::PlanBoard,
        Self::PlanHistory,
        Self::Workspace,
        Self::Activity,
        Self::Insights,
        Self::Templates,
    ];

    /// The name, as people and files have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PlanList => PlanList::NAME,
            Self::PlanBoard => PlanBoard::NAME,
            Self::PlanHistory => PlanHistory::NAME,
            Self::Workspace => Workspace::NAME,
            Self::Activity => Activity::NAME,
            Self::Insights => InsightsModel::NAME,
            Self::Templates => Templates::NAME,
        }
    }

    pub(crate) fn definition(self) -> Definition {
        match self {
            Self::PlanList => Definition::of::<PlanList>(),
            Self::PlanBoard => Definition::of::<PlanBoard>(),
            Self::PlanHistory => Definition::of::<PlanHistory>(),
            Self::Workspace => Definition::of::<Workspace>(),
            Self::Activity => Definition::of::<Activity>(),
            Self::Insights => Definition::of::<InsightsModel>(),
            Self::Templates => Definition::of::<Templates>(),
        }
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ModelName {
    type Err = ModelError;

    fn from_str(name: &str) -> Result<Self, ModelError> {
        Self::ALL.into_iter().find(|model| model.name() == name).ok_or_else(|| ModelError::NoSuchModel {
            name: name.to_owned(),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
}

/// The read models of one house. Cheap to clone.
#[derive(Clone)]
pub struct Models {
    inner: Arc<Inner>,
}

struct Inner {
    log: Arc<dyn EventLog>,
    cursors: Cursors,
    /// In the order of [`ModelName::ALL`].
    models: Vec<Arc<Model>>,
    past: Past,
    generations: Arc<Generations>,
    /// The operations that this process carries out.
    at_work: AtWork,
    /// Builds that began with the start; they end by themselves or with the shutdown.
    first_builds: tokio::sync::Mutex<JoinSet<()>>,
    /// One for each model where other processes may write them.
    keepers: tokio::sync::Mutex<Vec<Keeper>>,
}

impl Models {
    /// Opens the models that are kept in `storage` and lets them follow the log.
    ///
    /// Returns as soon as they can be asked; [`wait_for`](Self::wait_for) tells when they have caught up. A model that
    /// was never built on a long log answers as if nothing had happened until its first build is done; its state says so.
    ///
    /// # Errors
    /// When the storage cannot be used or the log cannot be read. A model whose rows are damaged, or which belongs to
    /// another log, is no error: it is built anew.
    pub async fn open(storage: Arc<dyn ModelStorage>, log: Arc<dyn EventLog>) -> Result<Self, ModelError> {
        Self::open_as(storage, log, true).await
    }

    /// Opens models that other processes keep up to date; this one only reads them.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_reading(storage: Arc<dyn ModelStorage>, log: Arc<dyn EventLog>) -> Result<Self, ModelError> {
        Self::open_as(storage, log, false).await
    }

    async fn open_as(storage: Arc<dyn ModelStorage>, log: Arc<dyn EventLog>, writes: bool) -> Result<Self, ModelError> {
        let is_shared = storage.is_shared();
        let opening = move || {
            let generations = Generations::open(storage)?;
            let key = generations.cursor_key()?;
            Ok((Arc::new(generations), Cursors::new(key)))
        };
        let (generations, cursors) = opening::off_the_runtime(opening).await?;
        let (mut models, mut unbuilt) = (Vec::new(), Vec::new());
        let is_long = log.head().await?.is_some_and(|head| head.get() > FOLLOW_FROM_START);
        for name in ModelName::ALL {
            let (model, store) = opening::open(name.definition(), &generations, &log, writes).await?;
            let model = Arc::new(model);
            match store {
                Some(store) if model.position().is_none() && is_long => unbuilt.push((Arc::clone(&model), store)),
                Some(store) => model.follow_up(store).await?,
                None => {}
            }
            models.push(model);
        }
        let keepers =
            if is_shared { models.iter().map(|model| Keeper::start(Arc::clone(model))).collect() } else { Vec::new() };
        let keepers = tokio::sync::Mutex::new(keepers);
        let inner = Inner {
            log,
            cursors,
            models,
            past: Past::new(),
            generations,
            at_work: AtWork::default(),
            first_builds: tokio::sync::Mutex::default(),
            keepers,
        };
        if !unbuilt.is_empty() {
            let first_build = opening::load_first(unbuilt, Arc::clone(&inner.log));
            inner.first_builds.lock().await.spawn(first_build);
        }
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Waits until every model has seen `position`, at most `limit`.
    pub async fn wait_for(&self, position: Position, limit: Duration) -> Waited {
        let waits = self.inner.models.iter().map(|model| model.wait_for(position, limit));
        join_all(waits).await.into_iter().min_by_key(furthest).unwrap_or(Waited::Reached)
    }

    /// Waits until one model has seen `position`, at most `limit`.
    pub async fn wait_for_model(&self, name: ModelName, position: Position, limit: Duration) -> Waited {
        self.model(name).wait_for(position, limit).await
    }

    /// Gives the position that every model has seen; none when one has seen nothing yet.
    pub fn position(&self) -> Option<Position> {
        self.inner.models.iter().map(|model| model.position()).min().flatten()
    }

    /// Says how each model is doing.
    pub async fn states(&self) -> Result<Vec<ModelState>, ModelError> {
        let head = self.inner.log.head().await?;
        try_join_all(self.inner.models.iter().map(|model| model.state(head))).await
    }

    /// Lists the first `limit` parked events of a model, in log order.
    pub async fn parked(&self, name: ModelName, limit: u32) -> Result<Vec<Parked>, ModelError> {
        self.model(name).parked(limit).await
    }

    /// Builds models anew beside the live ones, in one pass over the log, and shows the new builds once they have
    /// caught up. Queries go on all the time. `seen` is told how far the pass is.
    ///
    /// Dropping the future before its end leaves the live builds as they are.
    ///
    /// # Errors
    /// The first error; the builds of other models take over nevertheless.
    pub async fn rebuild(
        &self,
        names: &[ModelName],
        seen: impl FnMut(&RebuildProgress) + Send,
    ) -> Result<Vec<Rebuilt>, ModelError> {
        let models: Vec<_> =
            self.inner.models.iter().zip(ModelName::ALL).filter(|(_, name)| names.contains(name)).collect();
        let models = models.into_iter().map(|(model, _)| Arc::clone(model)).collect();
        rebuild::rebuild(models, &self.inner.log, seen).await
    }

    /// Builds all models anew and removes every build before: after somebody was forgotten, nothing of them is left in
    /// any build, nor in what is remembered of the past.
    pub async fn renew(&self) -> Result<(), ModelError> {
        self.inner.past.drop_all();
        rebuild::renew(self.inner.models.clone(), &self.inner.log).await?;
        self.leave_rows_out().await
    }

    /// Drops what is remembered of the past in memory: another process may have forgotten somebody.
    pub fn drop_past(&self) {
        self.inner.past.drop_all();
    }

    /// Shows the build before the last rebuild again, once it has caught up.
    pub async fn swap_back(&self, name: ModelName) -> Result<(), ModelError> {
        rebuild::swap_back(self.model(name)).await
    }

    /// Removes the build that is kept to swap back to.
    pub async fn discard_earlier(&self, name: ModelName) -> Result<(), ModelError> {
        rebuild::discard_earlier(self.model(name)).await
    }

    /// Lets a model stand still until [`resume`](Self::resume), in all processes that share it and over restarts; what
    /// it has goes on being shown.
    pub async fn pause(&self, name: ModelName, decision: Decision) -> Result<(), ModelError> {
        self.see_through(name, |model| async move { model.pause(decision).await }).await
    }

    /// Lets a model follow the log again.
    pub async fn resume(&self, name: ModelName) -> Result<(), ModelError> {
        self.see_through(name, |model| async move { model.resume().await }).await
    }

    /// Folds the stream of a parked event once more, or without a position all streams that stand still.
    pub async fn retry_parked(&self, name: ModelName, position: Option<Position>) -> Result<Retried, ModelError> {
        self.see_through(name, |model| async move { model.retry(position).await }).await
    }

    /// Passes over a parked event in this build and all later ones, and folds its stream on.
    pub async fn skip_parked(
        &self,
        name: ModelName,
        position: Position,
        decision: Decision,
    ) -> Result<Retried, ModelError> {
        self.see_through(name, |model| async move { model.skip(position, decision).await }).await
    }

    /// Lists the events that a model passes over, in log order.
    pub async fn skipped(&self, name: ModelName) -> Result<Vec<Skipped>, ModelError> {
        let (generations, definition) = (Arc::clone(&self.model(name).generations), name.definition());
        opening::off_the_runtime(move || generations.skipped(&definition)).await
    }

    /// Builds a shadow of a model up to a position and shows its rows; people notice nothing of it.
    pub async fn replay(
        &self,
        name: ModelName,
        position: Position,
        seen: impl FnMut(&RebuildProgress) + Send,
    ) -> Result<Replayed, ModelError> {
        let turn = self.model(name).turn().await?;
        replay::is_reached(&**self.log(), position).await?;
        replay::replay(self.model(name), turn, self.log(), position, seen).await
    }

    /// Whether every model that is not paused has seen `position`.
    pub fn have_seen(&self, position: Option<Position>) -> bool {
        self.inner.models.iter().all(|model| model.is_paused() || model.position() >= position)
    }

    /// Carries a change through, also when whoever asked for it has gone: half-way a model would stand still.
    async fn see_through<T, C>(&self, name: ModelName, change: impl FnOnce(Arc<Model>) -> C) -> Result<T, ModelError>
    where
        T: Send + 'static,
        C: Future<Output = Result<T, ModelError>> + Send + 'static,
    {
        let change = change(Arc::clone(self.model(name))).in_current_span();
        tokio::spawn(change).await.map_err(|_| ModelError::Stopped)?
    }

    /// Compares a model with what the log gives, row by row, at the same position.
    pub async fn verify(
        &self,
        name: ModelName,
        seen: impl FnMut(&RebuildProgress) + Send,
    ) -> Result<Verified, ModelError> {
        let turn = self.model(name).turn().await?;
        verify::verify(self.model(name), turn, self.log(), seen).await
    }

    /// Whether other processes may share the models.
    pub fn are_shared(&self) -> bool {
        self.generations().storage().is_shared()
    }

    /// Ends all threads in order and closes the connections; queries are refused from now on.
    pub async fn shutdown(&self) -> Result<(), ModelError> {
        self.end_operations();
        self.inner.at_work.ended().await;
        join_all(self.inner.keepers.lock().await.drain(..).map(Keeper::stop)).await;
        self.inner.first_builds.lock().await.shutdown().await;
        try_join_all(self.inner.models.iter().map(|model| model.close())).await.map(drop)
    }

    pub(crate) fn log(&self) -> &Arc<dyn EventLog> {
        &self.inner.log
    }

    pub(crate) fn past(&self) -> &Past {
        &self.inner.past
    }

    pub(crate) fn cursors(&self) -> &Cursors {
        &self.inner.cursors
    }

    pub(crate) fn generations(&self) -> &Arc<Generations> {
        &self.inner.generations
    }

    pub(crate) fn at_work(&self) -> &AtWork {
        &self.inner.at_work
    }

    pub(crate) fn model(&self, name: ModelName) -> &Arc<Model> {
        &self.inner.models[name as usize]
    }

    /// Asks a model; answers with the position that the answer has in it at least.
    pub(crate) async fn read<T, F>(&self, name: ModelName, query: F) -> Result<(T, Option<Position>), ModelError>
    where
        T: Send + 'static,
        F: FnOnce(&dyn Reads) -> Result<T, StorageError> + Send + 'static,
    {
        self.model(name).read(query).await
    }

    /// Answers one page of a list.
    ///
    /// `list` gets the filter, the place behind which the page begins, and how many items to give; `place` is where an
    /// item stands in the list.
    pub(crate) async fn page<T, Q, L>(
        &self,
        name: ModelName,
        filter: Q,
        request: PageRequest,
        place: fn(&T) -> Position,
        list: L,
    ) -> Result<Page<T>, ModelError>
    where
        T: Send + 'static,
        Q: Serialize + Send + Sync + 'static,
        L: FnOnce(&dyn Reads, &Q, Option<u64>, usize) -> Result<Vec<T>, StorageError> + Send + 'static,
    {
        let cursors = &self.inner.cursors;
        let behind = request.cursor.as_deref().map(|cursor| cursors.open(&(name, &filter), cursor)).transpose()?;
        let limit = request.limit();
        let query = move |reads: &dyn Reads| Ok((list(reads, &filter, behind, limit + 1)?, filter));
        let ((mut items, filter), position) = self.read(name, query).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let end = items.last().filter(|_| more).map(place);
        let next = end.map(|end| cursors.seal(&(name, &filter), end.get()));
        Ok(Page { items, next, position })
    }
}

/// A text to be searched for, as the queries take it: in lower case; none when there is nothing to search for.
pub(crate) fn search_text(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty())
}

/// Orders waits by where they ended.
fn furthest(waited: &Waited) -> (bool, Option<Position>) {
    match waited {
        Waited::Reached => (true, None),
        Waited::Behind { at } => (false, *at),
    }
}
