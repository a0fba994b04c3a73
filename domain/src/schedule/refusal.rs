//! Why a schedule stays as it is.

use super::RhythmProblem;

/// The fact that stands in the way of a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleRefusal {
    #[error("there is no such schedule")]
    NoSuchSchedule,
    #[error("this schedule exists already")]
    AlreadyExists,
    #[error(transparent)]
    BadRhythm(#[from] RhythmProblem),
    #[error("the schedule was removed: make a new one")]
    Removed,
    #[error("the schedule is paused already")]
    Paused,
    #[error("the schedule is not paused")]
    NotPaused,
    #[error("a reason has at most {limit} characters")]
    ReasonTooLong { limit: usize },
    #[error("only whoever made the schedule, or may edit its template, can change it")]
    MayNotChange,
}

impl ScheduleRefusal {
    /// The stable code that clients see.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchSchedule => "schedule.no-such-schedule",
            Self::AlreadyExists => "schedule.already-exists",
            Self::BadRhythm(_) => "schedule.bad-rhythm",
            Self::Removed => "schedule.removed",
            Self::Paused => "schedule.paused",
            Self::NotPaused => "schedule.not-paused",
            Self::ReasonTooLong { .. } => "schedule.reason-too-long",
            Self::MayNotChange => "schedule.may-not-change",
        }
    }
}
