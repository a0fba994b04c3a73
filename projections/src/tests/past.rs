//! The past: what is shown of it is what was there, however it is found.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use domain::{
    decider::Stamp,
    plan::{Plan, PlanStatus},
    schema::Event,
    testing,
    workspace::Kind,
};
use eventlog::{EventLog, MemoryLog, Position, Revision, codec};
use proptest::prelude::*;
use tokio::runtime::{Builder, Runtime};

use super::{
    following::open,
    place::{Place, facts},
    story::{Attempt, Story, attempts},
};
use crate::{
    Backlink, Cut, EntityFilter, EntityView, ModelError, Models, Page, PageRequest, PastError, PlanFilter, PlanSummary,
    Waited,
    past::{Bounds, Strips, plan_stream},
    plan_board::PlanBoard,
};

facts![
    lists_of_every_moment_are_what_was_shown_then,
    a_time_means_what_the_log_had_before_anything_was_recorded_later,
    a_cursor_of_one_moment_is_not_good_for_another,
];

const LONG: Duration = Duration::from_mins(1);

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// What people could ask at one moment.
#[derive(Debug, PartialEq)]
struct Seen {
    plans: Vec<Vec<PlanSummary>>,
    things: Vec<Vec<EntityView>>,
    backlinks: Vec<Vec<Backlink>>,
}

fn plan_filters() -> Vec<PlanFilter> {
    let status = |statuses: &[PlanStatus]| PlanFilter { statuses: statuses.to_vec(), text: None };
    vec![
        PlanFilter::default(),
        status(&[PlanStatus::Draft]),
        status(&[PlanStatus::Executing, PlanStatus::Failed, PlanStatus::Completed]),
        PlanFilter { statuses: Vec::new(), text: Some("LAUNCH 1".into()) },
    ]
}

fn entity_filters() -> Vec<EntityFilter> {
    let archived = EntityFilter { archived: true, ..EntityFilter::default() };
    vec![
        EntityFilter::default(),
        archived.clone(),
        EntityFilter { kind: Some(Kind::Task), ..archived },
        EntityFilter { text: Some("thing 1".into()), ..EntityFilter::default() },
        EntityFilter {
            ids: (0..Story::things()).step_by(3).map(Story::entity_id).collect(),
            ..EntityFilter::default()
        },
    ]
}

/// Walks all pages of two; a page may be short without being the last.
async fn all<T, E: std::fmt::Debug, F: Future<Output = Result<Page<T>, E>>>(ask: impl Fn(PageRequest) -> F) -> Vec<T> {
    let (mut items, mut cursor) = (Vec::new(), None);
    loop {
        let page = ask(PageRequest::first(2).after(cursor)).await.unwrap();
        assert!(page.items.len() <= 2);
        items.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return items;
        }
    }
}

/// What the read models show now.
async fn now(models: &Models) -> Seen {
    let mut seen = Seen { plans: Vec::new(), things: Vec::new(), backlinks: Vec::new() };
    for filter in plan_filters() {
        seen.plans.push(all(|page| models.plans(filter.clone(), page)).await);
    }
    for filter in entity_filters() {
        seen.things.push(all(|page| models.entities(filter.clone(), page)).await);
    }
    for index in 0..Story::things() {
        seen.backlinks.push(models.backlinks(&Story::entity_id(index)).await.unwrap());
    }
    seen
}

/// What is shown of a moment that is over.
async fn then(models: &Models, at: Position) -> Seen {
    let mut seen = Seen { plans: Vec::new(), things: Vec::new(), backlinks: Vec::new() };
    for filter in plan_filters() {
        seen.plans.push(all(|page| models.plans_at(at, filter.clone(), page)).await);
    }
    for filter in entity_filters() {
        seen.things.push(all(|page| models.entities_at(at, filter.clone(), page)).await);
    }
    for index in 0..Story::things() {
        let backlinks = models.backlinks_at(&Story::entity_id(index), at).await.unwrap();
        assert!(!backlinks.partial);
        seen.backlinks.push(backlinks.items);
    }
    seen
}

/// A plan folded from its first event, one event after the other.
fn straight(events: &[Arc<eventlog::RecordedEvent>]) -> Plan {
    let mut plan = Plan::default();
    for event in events {
        if let Ok(Event::Plan(known)) = &*codec::event(event) {
            let Stamp { at, actor } = codec::stamp(event);
            plan.evolve(known, &Stamp { at, actor });
        }
    }
    plan
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 100, ..ProptestConfig::default() })]

    /// After each attempt the read models are asked everything; later the same is asked as of then.
    #[test]
    fn lists_of_the_past_are_what_the_read_models_showed_then(attempts in attempts(90)) {
        runtime().block_on(every_moment(Place::folder(), &attempts));
    }

    /// Marks of all sizes, looks in any order, and a plan that goes on growing between them.
    #[test]
    fn a_plan_at_any_revision_is_the_straight_fold(
        attempts in attempts(220),
        looks in proptest::collection::vec((0..4_usize, 0..400_u64, any::<bool>()), 1..60),
        (spacing, most_marks) in (1..9_u64, 1..5_usize),
        grown in 1..10_usize,
    ) {
        runtime().block_on(async {
            let strips = Strips::<PlanBoard>::with(Bounds { spacing, most_marks, capacity: 10_000 });
            let mut story = Story::new();
            for (round, looks) in looks.chunks(grown).enumerate() {
                let share = attempts.len().div_ceil(4);
                for attempt in attempts.chunks(share).nth(round).unwrap_or_default() {
                    story.attempt(*attempt).await;
                }
                for (plan, number, by_position) in looks {
                    look(&strips, &story.log, *plan, *number, *by_position).await;
                }
            }
        });
    }

    #[test]
    fn the_plan_shown_as_of_a_revision_or_a_place_is_the_straight_fold(attempts in attempts(120)) {
        runtime().block_on(every_revision(Place::folder(), &attempts));
    }
}

/// Asks everything after each attempt, and later the same as of then.
async fn every_moment(place: Place, attempts: &[Attempt]) {
    let mut story = Story::new();
    let models = open(&place, &story.log).await;
    let mut moments: Vec<(Position, Seen)> = vec![(Position::new(0), now(&models).await)];
    for attempt in attempts {
        story.attempt(*attempt).await;
        let head = story.log.head().await.unwrap().unwrap_or(Position::new(0));
        if moments.last().is_some_and(|(last, _)| *last == head) {
            continue;
        }
        assert_eq!(models.wait_for(head, LONG).await, Waited::Reached);
        moments.push((head, now(&models).await));
    }
    for (at, seen) in &moments {
        assert_eq!(&then(&models, *at).await, seen, "as of {at}");
    }
    models.shutdown().await.unwrap();
}

async fn lists_of_every_moment_are_what_was_shown_then(place: Place) {
    let attempts = (0..60_u8).map(|number| (number.wrapping_mul(5) % 9, number / 3 % 24, number.wrapping_mul(11)));
    every_moment(place, &attempts.collect::<Vec<_>>()).await;
}

/// Compares one look with the events themselves.
async fn look(strips: &Strips<PlanBoard>, log: &MemoryLog, plan: usize, number: u64, by_position: bool) {
    let stream = plan_stream(Story::plan_id(plan));
    let from = eventlog::StreamFrom::Start;
    let events = log.read_stream(&stream, from, eventlog::Direction::Forward, 10_000).await.unwrap();
    let head = log.head().await.unwrap().map_or(0, Position::get);
    let cut = if by_position {
        Cut::Position(Position::new(number % (head + 1)))
    } else {
        Cut::Revision(Revision::new(number % (events.len() as u64 + 2)))
    };
    let wanted = events.iter().take_while(|event| cut.has(event.revision, event.position)).count();
    let stood = strips.at(log, &stream, cut).await.unwrap();
    assert!(stood.broken.is_none());
    let board = stood.row.map(crate::plan_board::Open::into_board);
    assert_eq!(board.as_ref().map(|board| board.revision), wanted.checked_sub(1).map(|last| events[last].revision));
    if let Some(board) = board {
        assert_eq!(board.plan, straight(&events[..wanted]), "{cut:?}");
    }
}

async fn every_revision(place: Place, attempts: &[Attempt]) {
    let story = Story::of(attempts).await;
    let models = open(&place, &story.log).await;
    for index in 0..Story::plans() {
        let id = Story::plan_id(index);
        let all = story.events().await;
        let events: Vec<_> = all.into_iter().filter(|event| event.stream == plan_stream(id)).collect();
        for (last, event) in events.iter().enumerate() {
            let expected = straight(&events[..=last]);
            for cut in [Cut::Revision(event.revision), Cut::Position(event.position)] {
                assert_eq!(models.plan_at(id, cut).await.unwrap().plan, expected);
            }
        }
        let Some((first, newest)) = events.first().zip(events.last()) else {
            let never = models.plan_at(id, Cut::Revision(Revision::FIRST)).await;
            assert!(matches!(never, Err(PastError::NoSuchStream)));
            continue;
        };
        let before = Position::new(first.position.get() - 1);
        let too_early = models.plan_at(id, Cut::Position(before)).await;
        assert!(matches!(too_early, Err(PastError::NotMadeYet { first: made, .. }) if made == first.position));
        let asked = newest.revision.next();
        let too_late = models.plan_at(id, Cut::Revision(asked)).await;
        assert!(matches!(too_late, Err(PastError::NotThatFar { newest: at, .. }) if at == newest.revision));
    }
    models.shutdown().await.unwrap();
}

async fn a_time_means_what_the_log_had_before_anything_was_recorded_later(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story.log).await;
    let events = story.events().await;
    let first = testing::moment();
    for minutes in 0..600 {
        for seconds in [0, 30] {
            let at = first + TimeDelta::minutes(minutes) + TimeDelta::seconds(seconds);
            let expected = events.iter().take_while(|event| event.metadata.at <= at).last();
            let found = models.position_at(at).await.unwrap();
            assert_eq!(found, expected.map_or(Position::new(0), |event| event.position), "{at}");
        }
    }
    let last = events.last().unwrap();
    assert_eq!(models.recorded_at(last.position).await.unwrap(), Some(last.metadata.at));
    assert_eq!(models.recorded_at(last.position.next()).await.ok().flatten(), None);
    assert_eq!(models.recorded_at(Position::new(0)).await.unwrap(), None);
    models.shutdown().await.unwrap();
}

async fn a_cursor_of_one_moment_is_not_good_for_another(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story.log).await;
    let head = story.log.head().await.unwrap().unwrap();
    let first = models.plans_at(head, PlanFilter::default(), PageRequest::first(2)).await.unwrap();
    let before = Position::new(head.get() - 1);
    let moved = models.plans_at(before, PlanFilter::default(), PageRequest::first(2).after(first.next.clone())).await;
    assert!(matches!(moved, Err(PastError::Model(ModelError::Cursor(_)))));
    let present = models.plans(PlanFilter::default(), PageRequest::first(2).after(first.next)).await;
    assert!(matches!(present, Err(ModelError::Cursor(_))));
    models.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_remembered_stays_within_its_bounds() {
    let story = Story::eventful().await;
    let bounds = Bounds { spacing: 2, most_marks: 4, capacity: 120 };
    let strips = Strips::<PlanBoard>::with(bounds);
    for round in 0..40_u64 {
        for plan in 0..Story::plans() {
            look(&strips, &story.log, plan, round.wrapping_mul(7), false).await;
            assert!(strips.weight() <= bounds.capacity, "{} KB", strips.weight());
        }
    }
    assert!(strips.streams() > 0);
    // nothing is kept of a stream that is shorter than one interval
    let short = Strips::<PlanBoard>::new(1_000);
    for plan in 0..Story::plans() {
        look(&short, &story.log, plan, 20, false).await;
    }
    assert_eq!((short.weight(), short.streams()), (0, 0));
}
