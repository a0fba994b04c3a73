//! What the log says about what happened.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::actor::ActorKind;
use eventlog::{EventLog, Filter, RecordedEvent};
use serde_json::Value;

use super::{load::Ended, nodes::Disturbance};

const PAGE: usize = 1_000;

/// What begins an attempt, and what ends one.
const BEGINNINGS: [&str; 2] = ["StepStarted", "StepRollbackStarted"];
const OUTCOMES: [&str; 7] = [
    "StepCompleted",
    "StepAttemptFailed",
    "StepFailed",
    "StepOutcomeUnknown",
    "StepRolledBack",
    "StepRollbackAttemptFailed",
    "StepRollbackFailed",
];

pub(super) async fn all_events(log: &dyn EventLog) -> Vec<Arc<RecordedEvent>> {
    let (mut events, mut after) = (Vec::new(), None);
    loop {
        let page = log.read_all(after, &Filter::All, PAGE).await.expect("the log can be read");
        events.extend(page.events);
        after = page.next;
        if page.end {
            return events;
        }
    }
}

/// Checks that whatever nodes wrote for plans was written under claims, in the order of their tokens, that each attempt
/// has one outcome, and that each thing was made once. Says how many events were written under claims.
pub(super) fn check_writes(events: &[Arc<RecordedEvent>], plans: &[Ended]) -> usize {
    let mut plan_of_token: HashMap<u64, &str> = HashMap::new();
    let mut newest: HashMap<&str, u64> = HashMap::new();
    let mut begun: HashMap<(&str, String), u64> = HashMap::new();
    let mut ended: HashSet<(&str, String)> = HashSet::new();
    let mut under_claims = 0;
    for event in events.iter().filter(|event| event.metadata.actor.kind == ActorKind::Executor) {
        let token = event.metadata.claim.unwrap_or_else(|| panic!("written without a claim: {event:?}"));
        under_claims += 1;
        if event.stream.category() != "plan" {
            continue;
        }
        let plan = event.stream.subject();
        let of = *plan_of_token.entry(token).or_insert(plan);
        assert_eq!(of, plan, "a token belongs to one claim on one plan");
        let last = newest.insert(plan, token).unwrap_or_default();
        assert!(last <= token, "written by a node whose claim was over: {event:?} after token {last}");
        let Some(attempt) = attempt(event) else { continue };
        if BEGINNINGS.contains(&&*event.event_type) {
            let again = begun.insert((plan, attempt), token);
            assert_eq!(again, None, "an attempt begins once: {event:?}");
        } else {
            let first = begun.get(&(plan, attempt.clone())).copied();
            assert!(first.is_some_and(|first| first <= token), "it was begun before: {event:?}");
            assert!(ended.insert((plan, attempt)), "an attempt has one outcome: {event:?}");
        }
    }
    assert_eq!(begun.len(), ended.len(), "every attempt has an outcome");
    let mut made: HashMap<String, usize> = HashMap::new();
    for event in events.iter().filter(|event| event.event_type == "EntityCreated") {
        let data: Value = serde_json::from_slice(&event.data).expect("JSON");
        *made.entry(data["fields"]["title"].as_str().expect("a title").to_owned()).or_default() += 1;
    }
    for plan in plans {
        assert!(newest.contains_key(plan.id.as_str()), "{} was carried out under a claim", plan.id);
        for title in plan.titles() {
            assert_eq!(made.get(&title), Some(&1), "`{title}` is made once");
        }
    }
    under_claims
}

/// The attempt that an event begins or ends, in words.
fn attempt(event: &RecordedEvent) -> Option<String> {
    let is_undo = event.event_type.starts_with("StepRoll");
    if !BEGINNINGS.contains(&&*event.event_type) && !OUTCOMES.contains(&&*event.event_type) {
        return None;
    }
    let data: Value = serde_json::from_slice(&event.data).expect("JSON");
    // where there was nothing to take back, nothing was tried
    let number = data["attempt"].as_u64().filter(|number| *number > 0)?;
    Some(format!("{} {} {number}", if is_undo { "undo" } else { "do" }, data["step_id"]))
}

/// How long plans of a node that was gone had nobody.
pub(super) struct TakeOvers {
    pub(super) count: usize,
    median: Duration,
    longest: Duration,
}

impl fmt::Display for TakeOvers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "median {:.1} s, longest {:.1} s", self.median.as_secs_f64(), self.longest.as_secs_f64())
    }
}

/// Checks that a plan whose node was killed or stopped was written to by another one within `limit` of that, or of what
/// happened to another node in the meantime.
pub(super) fn check_take_overs(
    events: &[Arc<RecordedEvent>],
    disturbances: &[Disturbance],
    limit: Duration,
) -> TakeOvers {
    let mut took = Vec::new();
    for disturbance in disturbances {
        for (plan, token) in &disturbance.held {
            let of_plan: Vec<_> = events.iter().filter(|event| event.stream.subject() == plan).collect();
            let is_later = |event: &&Arc<RecordedEvent>| event.metadata.claim.is_some_and(|claim| claim > *token);
            // without one it went on by itself, or it was done
            let Some(next) = of_plan.iter().position(is_later) else { continue };
            let at = of_plan[next].metadata.at;
            // it may have rested until somebody did something
            let by_hand = next.checked_sub(1).map(|before| &of_plan[before].metadata);
            let by_hand = by_hand.filter(|before| before.actor.kind != ActorKind::Executor).map(|before| before.at);
            let from = by_hand.unwrap_or(disturbance.at).max(disturbance.at);
            let since = |from: DateTime<Utc>| (at - from).to_std().unwrap_or_default();
            took.push(since(from));
            let between = disturbances.iter().map(|other| other.at).filter(|other| *other > from && *other < at);
            let from = between.max().unwrap_or(from);
            assert!(since(from) <= limit, "{plan} had nobody for {:?}", since(from));
        }
    }
    took.sort();
    TakeOvers {
        count: took.len(),
        median: took.get(took.len() / 2).copied().unwrap_or_default(),
        longest: took.last().copied().unwrap_or_default(),
    }
}
