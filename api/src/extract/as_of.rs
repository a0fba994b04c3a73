//! `as_of`: a moment that is over, as a revision, a place in the log, or a time.

use chrono::{DateTime, SecondsFormat, Utc};
use eventlog::{Position, Revision};
use projections::Cut;

use super::{headers::MAX_NUMBER, query::bad_query};
use crate::{
    problem::{Answer, FieldProblem, Problem, codes},
    state::AppState,
};

/// Which moment is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AsOf {
    /// A number alone: a revision where one plan or thing is asked for, a place in the log where a list is.
    Number(u64),
    /// After the event with this revision.
    Revision(Revision),
    /// After the event at this place in the log.
    Position(Position),
    /// At this time.
    Time(DateTime<Utc>),
}

impl AsOf {
    /// Reads a parameter.
    pub(crate) fn read(name: &str, text: &str) -> Answer<Self> {
        let number = |digits: &str| match digits.parse::<u64>() {
            Ok(number) if number <= MAX_NUMBER => Ok(number),
            Ok(_) | Err(_) => Err(bad_query(name, &format!("`{digits}` in `{name}` is no number of an event"))),
        };
        if let Some(digits) = text.strip_prefix("revision:") {
            return number(digits).map(|number| Self::Revision(Revision::new(number)));
        }
        if let Some(digits) = text.strip_prefix("position:") {
            return number(digits).map(|number| Self::Position(Position::new(number)));
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return number(text).map(Self::Number);
        }
        // A plus sign that was not escaped arrives as a space.
        let time = DateTime::parse_from_rfc3339(&text.replace(' ', "+"));
        let wanted = "a revision such as `revision:7`, a place in the log such as `position:41`, or a time such as \
            2026-11-23T14:00:00Z";
        time.map(|time| Self::Time(time.with_timezone(&Utc)))
            .map_err(|_| bad_query(name, &format!("`{name}` must be {wanted}")))
    }

    /// The moment as that of one plan or one thing.
    ///
    /// # Errors
    /// `history.not-yet` for what is behind the end of the log or in the future.
    pub(crate) async fn of_one(self, state: &AppState) -> Answer<Cut> {
        match self {
            Self::Number(number) => Ok(Cut::Revision(Revision::new(number))),
            Self::Revision(revision) => Ok(Cut::Revision(revision)),
            Self::Position(position) => Ok(Cut::Position(reached(state, position).await?)),
            Self::Time(time) => Ok(Cut::Position(at(state, time).await?)),
        }
    }

    /// The moment as that of a list.
    ///
    /// # Errors
    /// `request.bad-query` for a revision, and `history.not-yet` as above.
    pub(crate) async fn of_list(self, state: &AppState) -> Answer<Position> {
        match self {
            Self::Number(number) => reached(state, Position::new(number)).await,
            Self::Position(position) => reached(state, position).await,
            Self::Time(time) => at(state, time).await,
            Self::Revision(_) => Err(bad_query(
                "as_of",
                "a list has no revision: give a place in the log such as `position:41`, or a time such as \
                    2026-11-23T14:00:00Z",
            )),
        }
    }
}

async fn reached(state: &AppState, position: Position) -> Answer<Position> {
    let head = state.log.head().await?.map_or(0, Position::get);
    if position.get() <= head {
        return Ok(position);
    }
    let detail = format!("The log is at position {head} and has not come to {position} yet: ask for at most {head}.");
    Err(not_yet(&detail, &format!("at most {head}")).with("head", head))
}

async fn at(state: &AppState, time: DateTime<Utc>) -> Answer<Position> {
    let now = state.clock.now();
    if time <= now {
        return Ok(state.models.position_at(time).await?);
    }
    let shown = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    let detail = format!("This time is in the future: it is {shown} here. Ask for a time that is over.");
    Err(not_yet(&detail, &format!("at most {shown}")).with("now", shown))
}

fn not_yet(detail: &str, wanted: &str) -> Problem {
    let errors = vec![FieldProblem::parameter("as_of", "not-yet", wanted)];
    Problem::new(&codes::NOT_YET, detail).with_errors(errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_number_a_revision_a_place_or_a_time() {
        let read = |text| AsOf::read("as_of", text).unwrap();
        assert_eq!(read("7"), AsOf::Number(7));
        assert_eq!(read("revision:7"), AsOf::Revision(Revision::new(7)));
        assert_eq!(read("position:41"), AsOf::Position(Position::new(41)));
        let time = DateTime::parse_from_rfc3339("2026-11-23T10:30:00Z").unwrap().with_timezone(&Utc);
        for text in ["2026-11-23T10:30:00Z", "2026-11-23T11:30:00+01:00", "2026-11-23T11:30:00 01:00"] {
            assert_eq!(read(text), AsOf::Time(time), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused_with_what_is_one() {
        for text in ["yesterday", "-1", "position:", "position:x", "revision:1.5", "2026-11-23", "99999999999999999999"]
        {
            let problem = AsOf::read("as_of", text).unwrap_err();
            assert_eq!(problem.code().name, "request.bad-query", "{text}");
        }
    }
}
