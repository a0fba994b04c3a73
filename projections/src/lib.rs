//! What people see: read models folded from the log.
//!
//! A projection says purely how rows follow from events; its tables say where they are kept. Everything else is
//! the same for all models: [`Models`] opens them, lets each follow the log on a thread of its own, answers queries
//! beside it, builds them anew without anybody noticing, and proves that they equal the log.
//!
//! ```text
//! projection   how a row follows from events          tables       where rows are kept
//! fold         a batch in memory                      store        a build that takes events; table_store: in tables
//! runner       following the log                      load         one pass over the log into many builds
//! generations  which builds there are                 model        one model at work, and the take-over
//! rebuild      building anew, swapping back           verify       comparing with the log, row by row
//! shadow       a build that nobody is shown           replay       a shadow of an earlier moment
//! steering     what people decided: pauses, skips     retry        parked events, once more
//! operations   long work on a model, for all processes to see
//! keeper       who writes a build, where several processes might
//! wait         reading what one wrote                 cursor       pages
//! past         what people would have seen earlier
//! ```
//!
//! Deliberately absent: anything that cannot be thrown away. All rows can be deleted and are built again.
//! And databases: [`projections_store`] is the port to them.

mod activity;
mod columns;
mod comparison;
mod cursor;
mod error;
mod fold;
mod generations;
mod insights;
mod keeper;
mod load;
mod model;
mod models;
mod opening;
mod operations;
mod pages;
mod past;
mod plan_board;
mod plan_history;
mod plan_list;
mod projection;
mod readers;
mod rebuild;
mod replay;
mod retry;
mod runner;
mod shadow;
mod state;
mod steered;
mod steering;
mod stepping_back;
mod store;
mod table_store;
mod tables;
mod templates;
mod verify;
mod wait;
mod workspace;

#[cfg(test)]
mod tests;

pub use activity::{ActivityFilter, ActivityItem};
pub use comparison::{Difference, DifferenceKind};
pub use cursor::{CursorError, Page, PageRequest};
pub use error::ModelError;
pub use insights::{FailureReason, Insights, PlannerFigures};
pub use models::{ModelName, Models};
pub use operations::{Begun, End, Operation, Outcome, Task, Wanted};
pub use past::{Backlinks, Cut, PastError};
pub use plan_board::BoardPlan;
pub use plan_history::{HistoryEntry, HistoryFilter, Order};
pub use plan_list::{ImpactCounts, InFlight, PlanFilter, PlanSummary, StepCounts};
pub use projections_store::{ModelStorage, StorageError};
pub use rebuild::Rebuilt;
pub use replay::{Replayed, ReplayedTable};
pub use retry::Retried;
pub use state::{ModelState, ModelStatus, Phase, RebuildProgress};
pub use steering::{Decision, Skipped};
pub use store::Parked;
pub use templates::{LastRun, ScheduleView, TemplateFigures, TemplateFilter, TemplateSummary};
pub use verify::Verified;
pub use wait::Waited;
pub use workspace::{Backlink, EntityFilter, EntityView, NameFilter, Named};

use projection::{NotApplicable, Projection};
use tables::{Rows, Tables};
