//! When something is due: a cron expression, read on the clocks of a time zone.
//!
//! Where the clocks go forward, a time that does not exist that day is due at the first one that does; a repeated one
//! (`*/15 * * * *`) leaves out what does not exist. Where they go back, a time is due once, at its first occurrence; a
//! repeated one goes on through both hours.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use serde::{Deserialize, Serialize};

/// The longest expression, in characters.
const MAX_CRON_CHARS: usize = 200;

/// Five fields (minute, hour, day of the month, month, day of the week), and whose clocks they are read on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// Such as `0 9 * * mon`.
    pub cron: String,
    /// By its name in the IANA database, such as `Europe/Berlin`.
    pub time_zone: Tz,
}

/// Why a text is no rhythm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RhythmProblem {
    #[error(
        "`{cron}` is no cron expression of five fields (minute, hour, day of the month, month, day of the week, as in `0 9 * * mon`): {cause}"
    )]
    BadCron { cron: String, cause: String },
    #[error("`{cron}` never comes: there is no such day")]
    Never { cron: String },
    #[error("`{name}` is no time zone: give a name such as `Europe/Berlin` or `UTC`")]
    BadTimeZone { name: String },
}

impl Rhythm {
    /// Reads an expression and the name of a time zone.
    ///
    /// # Errors
    /// Also when the expression is well-formed and never comes, such as on 30 February.
    pub fn parse(cron: &str, time_zone: &str) -> Result<Self, RhythmProblem> {
        let time_zone = time_zone.trim();
        let zone: Tz =
            time_zone.parse().map_err(|_| RhythmProblem::BadTimeZone { name: time_zone.chars().take(80).collect() })?;
        let cron = cron.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = || cron.chars().take(80).collect::<String>();
        if cron.chars().count() > MAX_CRON_CHARS {
            let cause = format!("it has more than {MAX_CRON_CHARS} characters");
            return Err(RhythmProblem::BadCron { cron: shown(), cause });
        }
        let bad = |cause: croner::errors::CronError| RhythmProblem::BadCron { cron: shown(), cause: in_words(&cause) };
        let pattern = parser().parse(&cron).map_err(bad)?;
        // four leap years and every change of the clocks lie behind this moment in any calendar
        let comes = pattern.find_next_occurrence(&DateTime::UNIX_EPOCH.with_timezone(&zone), true).is_ok();
        if comes { Ok(Self { cron, time_zone: zone }) } else { Err(RhythmProblem::Never { cron: shown() }) }
    }

    /// The first due time after a moment; `None` when there is none in any year that can be reckoned with.
    pub fn after(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = self.pattern()?.find_next_occurrence(&moment.with_timezone(&self.time_zone), false).ok()?;
        Some(next.with_timezone(&Utc)).filter(|next| *next > moment)
    }

    /// The last due time up to a moment.
    pub fn last_until(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let last = self.pattern()?.find_previous_occurrence(&moment.with_timezone(&self.time_zone), true).ok()?;
        Some(last.with_timezone(&Utc)).filter(|last| *last <= moment)
    }

    /// The first `count` due times after a moment.
    pub fn upcoming(&self, moment: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        std::iter::successors(self.after(moment), |last| self.after(*last)).take(count).collect()
    }

    /// The day of a moment on the clocks of the time zone.
    pub fn day_of(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.time_zone).date_naive()
    }

    /// It was read once already, so that it can be read again.
    fn pattern(&self) -> Option<Cron> {
        parser().parse(&self.cron).ok()
    }
}

fn parser() -> CronParser {
    CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build()
}

fn in_words(cause: &croner::errors::CronError) -> String {
    use croner::errors::CronError;
    match cause {
        CronError::EmptyPattern => "it is empty".to_owned(),
        CronError::InvalidDate | CronError::InvalidTime | CronError::TimeSearchLimitExceeded => {
            "it names no time".to_owned()
        }
        CronError::InvalidPattern(what) | CronError::IllegalCharacters(what) | CronError::ComponentError(what) => {
            what.trim_end_matches('.').to_lowercase()
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    fn upcoming(cron: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let rhythm = Rhythm::parse(cron, zone).unwrap();
        let local = |moment: DateTime<Utc>| moment.with_timezone(&rhythm.time_zone).format("%F %R %z").to_string();
        rhythm.upcoming(at(after), count).into_iter().map(local).collect()
    }

    #[test]
    fn a_rhythm_is_read_on_the_clocks_of_its_time_zone() {
        assert_eq!(
            upcoming("0 9 * * mon", "Europe/Berlin", "2026-11-30T07:00:00Z", 2),
            ["2026-11-30 09:00 +0100", "2026-12-07 09:00 +0100"]
        );
        assert_eq!(
            upcoming("30 17 L * *", "America/New_York", "2027-01-31T22:30:00Z", 2),
            ["2027-02-28 17:30 -0500", "2027-03-31 17:30 -0400"]
        );
    }

    #[test]
    fn a_time_that_the_clocks_leave_out_is_due_at_the_first_that_exists() {
        // on 28 March 2027 the clocks go from 02:00 to 03:00
        assert_eq!(
            upcoming("30 2 * * *", "Europe/Berlin", "2027-03-26T12:00:00Z", 3),
            ["2027-03-27 02:30 +0100", "2027-03-28 03:00 +0200", "2027-03-29 02:30 +0200"]
        );
        assert_eq!(
            upcoming("*/30 * * * *", "Europe/Berlin", "2027-03-28T00:15:00Z", 3),
            ["2027-03-28 01:30 +0100", "2027-03-28 03:00 +0200", "2027-03-28 03:30 +0200"]
        );
    }

    #[test]
    fn a_time_that_comes_twice_is_due_once_and_a_repeated_one_both_times() {
        // on 31 October 2027 the clocks go from 03:00 back to 02:00
        assert_eq!(
            upcoming("30 2 * * *", "Europe/Berlin", "2027-10-30T12:00:00Z", 2),
            ["2027-10-31 02:30 +0200", "2027-11-01 02:30 +0100"]
        );
        assert_eq!(
            upcoming("*/30 * * * *", "Europe/Berlin", "2027-10-31T00:15:00Z", 4),
            ["2027-10-31 02:30 +0200", "2027-10-31 02:00 +0100", "2027-10-31 02:30 +0100", "2027-10-31 03:00 +0100"]
        );
    }

    #[rstest]
    #[case("0 9 * * mon", "Europe/Berlin")]
    #[case("30 2 * * *", "Europe/Berlin")]
    #[case("*/30 * * * *", "Europe/Berlin")]
    #[case("30 1 * * *", "America/New_York")]
    #[case("0 0 1 * *", "Asia/Kolkata")]
    #[case("15 2 * * sun", "Australia/Lord_Howe")]
    fn the_last_due_time_is_the_one_that_came(#[case] cron: &str, #[case] zone: &str) {
        let rhythm = Rhythm::parse(cron, zone).unwrap();
        for start in ["2027-03-27T12:00:00Z", "2027-10-30T12:00:00Z", "2027-04-02T12:00:00Z", "2027-11-05T12:00:00Z"] {
            let times = rhythm.upcoming(at(start), 60);
            assert_eq!(times.len(), 60);
            assert!(times.is_sorted_by(|a, b| a < b), "{times:?}");
            for pair in times.windows(2) {
                assert_eq!(rhythm.last_until(pair[0]), Some(pair[0]));
                let before = pair[1] - chrono::TimeDelta::seconds(1);
                assert_eq!(rhythm.last_until(before), Some(pair[0]), "{before}");
            }
        }
    }

    #[rstest]
    #[case("")]
    #[case("0 9 * *")]
    #[case("0 0 9 * * *")]
    #[case("61 9 * * *")]
    #[case("every monday")]
    #[case("0 9 * * mon; drop")]
    fn what_is_no_expression_of_five_fields_is_refused(#[case] cron: &str) {
        let refused = Rhythm::parse(cron, "UTC").unwrap_err();
        assert!(matches!(refused, RhythmProblem::BadCron { .. }), "{refused}");
    }

    #[test]
    fn what_never_comes_and_where_nobody_lives_is_refused() {
        let never = RhythmProblem::Never { cron: "0 9 30 2 *".into() };
        assert_eq!(Rhythm::parse("0 9 30 2 *", "UTC"), Err(never));
        let nowhere = RhythmProblem::BadTimeZone { name: "Middle/Earth".into() };
        assert_eq!(Rhythm::parse("0 9 * * *", "Middle/Earth"), Err(nowhere));
    }

    #[test]
    fn a_rhythm_is_written_with_the_name_of_its_time_zone() {
        let rhythm = Rhythm::parse("0  9 * * *", "Europe/Berlin").unwrap();
        let written = serde_json::json!({"cron": "0 9 * * *", "time_zone": "Europe/Berlin"});
        assert_eq!(serde_json::to_value(&rhythm).unwrap(), written);
        assert_eq!(rhythm.day_of(at("2026-11-30T23:30:00Z")), "2026-12-01".parse().unwrap());
    }
}
