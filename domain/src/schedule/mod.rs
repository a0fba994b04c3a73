//! Schedules: a template that is run by itself, whenever a rhythm says so.
//!
//! A schedule is an aggregate of its own and has a stream of its own, so that what it does does not change the template
//! under the hands of somebody who edits it. It says what is due ([`Schedule::due`]); whoever makes the plan tells it, and
//! it remembers up to which moment everything was dealt with. Each due time leads to one plan, to one recorded failure, or
//! is counted among those that were missed.
//!
//! All of it is pure. What time it is comes from whoever asks.

mod command;
mod decide;
mod event;
mod refusal;
mod rhythm;
mod state;

pub use command::{CreateSchedule, ScheduleCommand};
pub use decide::{MAX_FAILURES, ScheduleDecider};
pub use event::{
    CatchUp, ScheduleEvent, ScheduleFailed, ScheduleFired, ScheduleMissed, SchedulePaused, ScheduleRemoved,
    ScheduleResumed, TemplateScheduled,
};
pub use refusal::ScheduleRefusal;
pub use rhythm::{Rhythm, RhythmProblem};
pub use state::{Due, LATE, MAX_OUTCOMES, Missed, Outcome, Schedule, ScheduleOutcome};
