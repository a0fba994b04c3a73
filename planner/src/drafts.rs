//! Drafts in the making: what a model has written so far, for whoever watches.
//!
//! Nothing of it is kept: what counts is the answer as a whole, once it passed the check. After a restart there are no
//! drafts in the making but those of calls that are made again.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
};

use async_trait::async_trait;
use domain::ids::PlanId;
use parking_lot::Mutex;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::contract::{News, Progress};

/// How many pieces of news a watcher may fall behind.
const BACKLOG: usize = 256;
/// The most characters of a title that are shown.
const MAX_TITLE: usize = 300;

/// How far a draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The model is writing.
    Writing,
    /// The answer is checked as a whole.
    Checking,
    /// The model has no answer that can be used; the offline planner reads the request.
    TakingOver,
    /// Nobody is at it any more; the log says what came of it.
    Ended,
}

/// A step as far as it is shown before there is a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftStep {
    /// What it does, in words; may be empty.
    pub title: String,
    /// The action's name, as the model wrote it.
    pub action_type: String,
}

/// What is new about a draft, or, for who comes late, the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Whose draft it is.
    pub plan: PlanId,
    /// The model that writes.
    pub model: String,
    /// How far it is.
    pub stage: Stage,
    /// 1, or more when an earlier answer did not pass the check.
    pub round: u32,
    /// The place of the first of `steps` among all so far; what was known from there on does not count any more.
    pub first: usize,
    /// Steps, in the order in which they came.
    pub steps: Vec<DraftStep>,
}

/// All drafts in the making.
pub struct Drafts {
    open: Mutex<HashMap<PlanId, Draft>>,
    news: broadcast::Sender<Arc<Draft>>,
}

impl Default for Drafts {
    fn default() -> Self {
        Self { open: Mutex::default(), news: broadcast::channel(BACKLOG).0 }
    }
}

impl Drafts {
    /// What happens from now on, and before it all drafts as they are.
    pub fn watch(&self) -> (Vec<Draft>, broadcast::Receiver<Arc<Draft>>) {
        let open = self.open.lock();
        (open.values().cloned().collect(), self.news.subscribe())
    }

    /// All drafts as they are.
    pub fn open(&self) -> Vec<Draft> {
        self.open.lock().values().cloned().collect()
    }

    /// Begins a draft; it ends when what is given back is dropped.
    ///
    /// It is called off by `unwanted`.
    pub fn begin(self: &Arc<Self>, plan: PlanId, unwanted: CancellationToken) -> Sketch {
        Sketch { drafts: Arc::clone(self), plan, unwanted, was_told: AtomicBool::new(false) }
    }

    fn change(&self, plan: PlanId, change: impl FnOnce(&mut Draft)) {
        let mut open = self.open.lock();
        let draft = open.entry(plan).or_insert_with(|| Draft {
            plan,
            model: String::new(),
            stage: Stage::Writing,
            round: 1,
            first: 0,
            steps: Vec::new(),
        });
        let before = draft.steps.len();
        change(draft);
        let first = before.min(draft.steps.len());
        let news = Draft { first, steps: draft.steps[first..].to_vec(), ..draft.clone() };
        // told under the lock, so that a watcher who comes now hears it once; nobody may be there to hear it
        let _ = self.news.send(Arc::new(news));
    }

    fn end(&self, plan: PlanId) {
        let mut open = self.open.lock();
        if let Some(draft) = open.remove(&plan) {
            let news = Draft { stage: Stage::Ended, first: 0, steps: Vec::new(), ..draft };
            let _ = self.news.send(Arc::new(news));
        }
    }
}

/// One draft in the making.
pub struct Sketch {
    drafts: Arc<Drafts>,
    plan: PlanId,
    unwanted: CancellationToken,
    was_told: AtomicBool,
}

#[async_trait]
impl Progress for Sketch {
    fn tell(&self, news: News<'_>) {
        self.was_told.store(true, Ordering::Relaxed);
        self.drafts.change(self.plan, |draft| match news {
            News::Asking { model, round } => {
                model.clone_into(&mut draft.model);
                draft.round = round;
                draft.stage = Stage::Writing;
                draft.steps.clear();
            }
            News::Step(step) => draft.steps.push(DraftStep {
                title: step.title.chars().take(MAX_TITLE).collect(),
                action_type: step.action_type.chars().take(MAX_TITLE).collect(),
            }),
            News::Checking => draft.stage = Stage::Checking,
            News::TakingOver => {
                draft.stage = Stage::TakingOver;
                draft.steps.clear();
            }
        });
    }

    async fn called_off(&self) {
        self.unwanted.cancelled().await;
    }
}

impl Drop for Sketch {
    fn drop(&mut self) {
        if self.was_told.load(Ordering::Relaxed) {
            self.drafts.end(self.plan);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::plan::StepInput;

    use super::*;

    fn step(title: &str) -> StepInput {
        StepInput { title: title.into(), action_type: "idea.create".into(), ..StepInput::default() }
    }

    fn plan() -> PlanId {
        "pln_01940b1e-7c5e-7a7e-8f21-5a1f6b1f7a77".parse().unwrap()
    }

    fn shown(draft: &Draft) -> (Stage, usize, Vec<&str>) {
        (draft.stage, draft.first, draft.steps.iter().map(|step| step.title.as_str()).collect())
    }

    #[test]
    fn who_watches_hears_each_step_once_and_who_comes_late_all_of_them() {
        let drafts = Arc::new(Drafts::default());
        let (before, mut news) = drafts.watch();
        assert!(before.is_empty());
        let sketch = drafts.begin(plan(), CancellationToken::new());
        sketch.tell(News::Asking { model: "m", round: 1 });
        sketch.tell(News::Step(&step("One")));
        sketch.tell(News::Step(&step("Two")));
        assert_eq!(shown(&news.try_recv().unwrap()), (Stage::Writing, 0, vec![]));
        assert_eq!(shown(&news.try_recv().unwrap()), (Stage::Writing, 0, vec!["One"]));
        assert_eq!(shown(&news.try_recv().unwrap()), (Stage::Writing, 1, vec!["Two"]));
        assert_eq!(shown(&drafts.watch().0[0]), (Stage::Writing, 0, vec!["One", "Two"]));
        sketch.tell(News::Asking { model: "m", round: 2 });
        assert_eq!(shown(&news.try_recv().unwrap()), (Stage::Writing, 0, vec![]));
        drop(sketch);
        assert_eq!(shown(&news.try_recv().unwrap()), (Stage::Ended, 0, vec![]));
        assert!(drafts.open().is_empty());
    }

    #[test]
    fn a_draft_of_which_nothing_was_told_is_not_announced() {
        let drafts = Arc::new(Drafts::default());
        let (_, mut news) = drafts.watch();
        drop(drafts.begin(plan(), CancellationToken::new()));
        assert!(news.try_recv().is_err());
    }
}
