//! Long work on read models: begun by one request, followed and ended by others, on whichever process they reach.
//!
//! ```text
//! register   a row for each, beside the builds: what all processes that share them know, and what is known over a restart
//! work       what this process carries out: it gives a sign about once a second, and looks whether it is still wanted
//! ```
//!
//! A row whose process gives no sign any more is ended by whoever looks next. The clock is that of the database.
//!
//! Deliberately absent: handing work over. What a process that died was about is begun again by a person.

mod register;
mod work;

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use eventlog::Position;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ModelError, ModelName, Models, Phase, RebuildProgress, Rebuilt, Replayed, Verified, opening};

pub(crate) use register::Heard;
pub(crate) use work::AtWork;
pub use work::Begun;

/// What stands in the place of words that could quote what is about somebody who was forgotten.
const LEFT_OUT: &str = "left out since somebody was forgotten";

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Build it anew.
    Rebuild,
    /// Compare it with the log.
    Verify,
    /// Show it as it stood there.
    Replay(Position),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Outcome {
    Rebuilt(Rebuilt),
    Verified(Verified),
    Replayed(Replayed),
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It is done.
    Done(Box<Outcome>),
    /// It failed; why.
    Failed(String),
    /// Somebody wanted it to end.
    Cancelled,
    /// The process that carried it out was shut down.
    Stopped,
    /// The process that carried it out gave no sign for so long; zero where no other process could have been waited for.
    Lost(Duration),
}

/// Work that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// A fresh name for it.
    pub id: Uuid,
    /// What is to be done.
    pub task: Task,
    /// To which model.
    pub model: ModelName,
    /// Who wants it.
    pub actor: Actor,
    /// What people call this process.
    pub node: String,
}

/// Work on a model, under way or ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its name.
    pub id: Uuid,
    /// What is done.
    pub task: Task,
    /// To which model.
    pub model: ModelName,
    /// Who wanted it.
    pub actor: Actor,
    /// What people call the process that carries it out.
    pub node: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How far it is, or was when it ended; of another process what it told last.
    pub progress: Option<RebuildProgress>,
    /// Somebody wanted it to end.
    pub cancel_wanted: bool,
    /// Somebody was forgotten: what came of it is kept without rows of the model.
    pub without_rows: bool,
    /// When and how it ended; of a process that gave no sign any more, when it gave the last one.
    pub ended: Option<(DateTime<Utc>, End)>,
}

impl Operation {
    /// Whether it can be ended before it is done: a take-over comes to its end.
    pub fn can_cancel(&self) -> bool {
        self.ended.is_none() && self.progress.is_none_or(|progress| progress.phase != Phase::TakingOver)
    }
}

impl End {
    /// The same without rows of a model, nor words that could quote them.
    fn without_rows(self) -> Self {
        match self {
            Self::Done(outcome) => Self::Done(Box::new(outcome.without_rows())),
            Self::Failed(_) => Self::Failed(LEFT_OUT.to_owned()),
            Self::Cancelled | Self::Stopped | Self::Lost(_) => self,
        }
    }
}

impl Outcome {
    fn without_rows(self) -> Self {
        match self {
            Self::Rebuilt(_) => self,
            Self::Verified(verified) => Self::Verified(Verified { differences: Vec::new(), ..verified }),
            Self::Replayed(mut replayed) => {
                replayed.differences.clear();
                for table in &mut replayed.tables {
                    table.first.clear();
                }
                for parked in &mut replayed.parked {
                    LEFT_OUT.clone_into(&mut parked.error);
                }
                Self::Replayed(replayed)
            }
        }
    }
}

impl Models {
    /// Lists the work that is under way in any process, and the last that was; at most 50, the latest first.
    pub async fn operations(&self) -> Result<Vec<Operation>, ModelError> {
        let models = self.clone();
        opening::off_the_runtime(move || models.generations().operations(models.at_work())).await
    }

    /// Finds one.
    pub async fn operation(&self, id: Uuid) -> Result<Option<Operation>, ModelError> {
        let models = self.clone();
        opening::off_the_runtime(move || models.generations().operation(id, models.at_work())).await
    }

    /// Ends one that can be ended, whichever process carries it out; says whether it could. Another process ends it at its
    /// next sign, about a second later, unless a take-over has begun by then.
    pub async fn cancel_operation(&self, id: Uuid) -> Result<bool, ModelError> {
        let models = self.clone();
        opening::off_the_runtime(move || models.generations().cancel_operation(id, models.at_work())).await
    }

    /// Leaves rows of read models out of what came of operations, also of those that are under way: somebody was
    /// forgotten.
    pub async fn leave_rows_out(&self) -> Result<(), ModelError> {
        let models = self.clone();
        opening::off_the_runtime(move || models.generations().leave_rows_out()).await
    }
}
