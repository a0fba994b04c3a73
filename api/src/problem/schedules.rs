//! Refusals of schedules, as problems.

use commands::ScheduleError;
use domain::schedule::{RhythmProblem, ScheduleRefusal};

use super::{
    FieldProblem, Problem, codes,
    refusals::{Refusal, sentence},
};

impl From<ScheduleRefusal> for Problem {
    fn from(refusal: ScheduleRefusal) -> Self {
        let code = match &refusal {
            ScheduleRefusal::NoSuchSchedule => &codes::NO_SUCH_SCHEDULE,
            ScheduleRefusal::AlreadyExists => &codes::SCHEDULE_ALREADY_EXISTS,
            ScheduleRefusal::BadRhythm(_) => &codes::BAD_RHYTHM,
            ScheduleRefusal::Removed => &codes::SCHEDULE_REMOVED,
            ScheduleRefusal::Paused => &codes::SCHEDULE_PAUSED,
            ScheduleRefusal::NotPaused => &codes::SCHEDULE_NOT_PAUSED,
            ScheduleRefusal::ReasonTooLong { .. } => &codes::SCHEDULE_REASON_TOO_LONG,
            ScheduleRefusal::MayNotChange => &codes::MAY_NOT_CHANGE_SCHEDULE,
        };
        let problem = Self::new(code, sentence(&refusal));
        match refusal {
            ScheduleRefusal::BadRhythm(rhythm) => {
                let pointer = match rhythm {
                    RhythmProblem::BadCron { .. } | RhythmProblem::Never { .. } => "/cron",
                    RhythmProblem::BadTimeZone { .. } => "/time_zone",
                };
                problem.with_errors(vec![FieldProblem::new(pointer, "bad-value", rhythm.to_string())])
            }
            ScheduleRefusal::ReasonTooLong { limit } => {
                let message = format!("say it in at most {limit} characters");
                problem.with_errors(vec![FieldProblem::new("/reason", "too-large", message)])
            }
            ScheduleRefusal::NoSuchSchedule
            | ScheduleRefusal::AlreadyExists
            | ScheduleRefusal::Removed
            | ScheduleRefusal::Paused
            | ScheduleRefusal::NotPaused
            | ScheduleRefusal::MayNotChange => problem,
        }
    }
}

impl Refusal for ScheduleRefusal {
    fn nothing_there() -> Self {
        Self::NoSuchSchedule
    }
}

impl From<ScheduleError> for Problem {
    fn from(error: ScheduleError) -> Self {
        match error {
            ScheduleError::Schedule(error) => error.into(),
            ScheduleError::Run(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_code_on_the_way_out() {
        for refusal in [
            ScheduleRefusal::NoSuchSchedule,
            ScheduleRefusal::AlreadyExists,
            ScheduleRefusal::BadRhythm(RhythmProblem::Never { cron: "0 0 30 2 *".into() }),
            ScheduleRefusal::Removed,
            ScheduleRefusal::Paused,
            ScheduleRefusal::NotPaused,
            ScheduleRefusal::ReasonTooLong { limit: 1 },
            ScheduleRefusal::MayNotChange,
        ] {
            let code = refusal.code();
            assert_eq!(Problem::from(refusal).code().name, code);
        }
    }
}
