//! A plan as it stood earlier, folded from the log. Read-only by construction: no handler knows this state.

use chrono::{DateTime, Utc};
use commands::Aggregate;
use domain::{
    decider::Decider,
    ids::PlanId,
    plan::{Plan, PlanDecider, PlanRefusal},
};
use eventlog::{Direction, EventLog, Position, Revision, StreamFrom, codec};

use crate::{
    extract::query::bad_query,
    problem::{Answer, Problem, codes},
};

const PAGE: usize = 500;

/// Which moment of a plan is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AsOf {
    /// After the event with this revision.
    Revision(Revision),
    /// At this time.
    Time(DateTime<Utc>),
}

impl AsOf {
    /// Reads a parameter: a revision, or a time such as `2026-11-23T14:00:00Z`.
    pub(crate) fn read(name: &str, text: &str) -> Answer<Self> {
        if let Ok(number) = text.parse() {
            return Ok(Self::Revision(Revision::new(number)));
        }
        // A plus sign that was not escaped arrives as a space.
        let time = DateTime::parse_from_rfc3339(&text.replace(' ', "+"));
        let wanted = format!("`{name}` must be a revision, or a time such as 2026-11-23T14:00:00Z");
        time.map(|time| Self::Time(time.with_timezone(&Utc))).map_err(|_| bad_query(name, &wanted))
    }
}

/// A plan at an earlier moment.
pub(crate) struct Past {
    pub(crate) plan: Plan,
    pub(crate) revision: Revision,
    pub(crate) position: Position,
}

/// Folds a plan up to a moment.
///
/// # Errors
/// `plan.no-such-plan`, and `plan.no-such-moment` when the plan did not exist then.
pub(crate) async fn fold(log: &dyn EventLog, id: PlanId, as_of: AsOf) -> Answer<Past> {
    let stream = PlanDecider::stream(&id);
    let mut plan = Plan::default();
    let mut stands_at = None;
    let mut from = StreamFrom::Start;
    let mut seen = None;
    'pages: loop {
        let page = log.read_stream(&stream, from, Direction::Forward, PAGE).await?;
        for event in &page {
            seen = Some(event.revision);
            let is_later = match as_of {
                AsOf::Revision(revision) => event.revision > revision,
                AsOf::Time(time) => event.metadata.at > time,
            };
            if is_later {
                break 'pages;
            }
            let decoded = codec::event(event);
            let known = decoded.as_ref().as_ref().map_err(Problem::fault)?;
            if let Some(own) = PlanDecider::own(known) {
                PlanDecider::evolve(&mut plan, own, &codec::stamp(event));
            }
            stands_at = Some((event.revision, event.position));
        }
        match page.last() {
            Some(last) if page.len() == PAGE => from = StreamFrom::At(last.revision.next()),
            Some(_) | None => break,
        }
    }
    let Some(newest) = seen else { return Err(PlanRefusal::NoSuchPlan.into()) };
    match (stands_at, as_of) {
        (Some((revision, _)), AsOf::Revision(asked)) if revision < asked => {
            Err(no_such_moment(&format!("The plan has not come to revision {asked} yet: it is at {newest}.")))
        }
        (Some((revision, position)), _) => Ok(Past { plan, revision, position }),
        (None, _) => Err(no_such_moment("The plan was made after that.")),
    }
}

fn no_such_moment(detail: &str) -> Problem {
    Problem::new(&codes::NO_SUCH_MOMENT, detail)
}
