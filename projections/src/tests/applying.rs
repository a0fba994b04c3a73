//! Each event counts exactly once, however the events come.

use std::sync::Arc;

use domain::plan::StepProgress;
use eventlog::RecordedEvent;
use projections_store::{Mode, ModelStorage};
use proptest::prelude::*;
use tokio::runtime::Builder;

use super::{
    build, definitions, dump,
    place::{Place, facts},
    story::{Attempt, Story, attempts},
};
use crate::{plan_list::ImpactCounts, store::Definition};

facts![
    a_restart_after_every_event_gives_the_same_rows,
    a_load_gives_the_same_rows_as_following,
    batches_of_some_sizes_give_the_same_rows,
];

fn events_of(attempts: &[Attempt]) -> (Story, Vec<Arc<RecordedEvent>>) {
    Builder::new_current_thread().build().unwrap().block_on(async {
        let story = Story::of(attempts).await;
        let events = story.events().await;
        (story, events)
    })
}

/// The rows of a build that took all events at once.
fn in_one_go(
    storage: &Arc<dyn ModelStorage>,
    model: &Definition,
    mode: Mode,
    events: &[Arc<RecordedEvent>],
) -> Vec<String> {
    let whole = build(model, 100);
    let mut store = (model.create)(storage, &whole, mode).unwrap();
    match mode {
        Mode::Live => {
            store.take(events).unwrap();
            store.rest().unwrap();
            drop(store);
        }
        Mode::Load => {
            events.chunks(7).for_each(|page| store.load(page).unwrap());
            drop(store.finish_load().unwrap());
        }
    }
    dump(&**storage, &whole)
}

async fn a_restart_after_every_event_gives_the_same_rows(place: Place) {
    let storage = place.open();
    let mut events = Story::eventful().await.events().await;
    // Each round connects anew, which takes longest where connections have to be made.
    events.truncate(if matches!(place, Place::Folder(_)) { 100 } else { 20 });
    for model in definitions() {
        let made = build(&model, 1);
        drop((model.create)(&storage, &made, Mode::Live).unwrap());
        let mut store = (model.open)(&storage, &made).unwrap();
        for end in 1..=events.len() {
            // As after a crash: the last events may come again, and the store is opened from what was on disk.
            store.take(&events[end.saturating_sub(3)..end]).unwrap();
            if end % 2 == 0 {
                store.rest().unwrap();
            }
            drop(store);
            store = (model.open)(&storage, &made).unwrap();
            let missed = store.checkpoint().map_or(0, |at| usize::try_from(at.position.get()).unwrap());
            store.take(&events[missed..end]).unwrap();
        }
        store.rest().unwrap();
        assert_eq!(dump(&*storage, &made), in_one_go(&storage, &model, Mode::Live, &events), "{}", model.name);
    }
}

async fn a_load_gives_the_same_rows_as_following(place: Place) {
    let storage = place.open();
    let events = Story::eventful().await.events().await;
    for model in definitions() {
        let followed = in_one_go(&storage, &model, Mode::Live, &events);
        assert!(followed.len() > 4, "{} has rows", model.name);
        assert_eq!(in_one_go(&storage, &model, Mode::Load, &events), followed, "{}", model.name);
    }
}

async fn batches_of_some_sizes_give_the_same_rows(place: Place) {
    in_batches(&place, &Story::eventful().await.events().await, &[1, 7, 2, 31]);
}

fn in_batches(place: &Place, events: &[Arc<RecordedEvent>], sizes: &[usize]) {
    let storage = place.open();
    for model in definitions() {
        let made = build(&model, 1);
        let mut store = (model.create)(&storage, &made, Mode::Live).unwrap();
        let (mut rest, mut sizes) = (events, sizes.iter().cycle());
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
            store.take(batch).unwrap();
            rest = later;
        }
        store.rest().unwrap();
        assert_eq!(store.parked(), 0);
        assert_eq!(dump(&*storage, &made), in_one_go(&storage, &model, Mode::Live, events), "{}", model.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn batches_of_any_size_give_the_same_rows(
        attempts in attempts(120),
        sizes in proptest::collection::vec(1..20_usize, 1..10),
    ) {
        let (_, events) = events_of(&attempts);
        in_batches(&Place::folder(), &events, &sizes);
    }

    #[test]
    fn the_list_counts_what_the_folded_plan_has(attempts in attempts(200)) {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let story = Story::of(&attempts).await;
            let place = Place::folder();
            let models = super::following::open(&place, &story.log).await;
            let summaries = models.plans(crate::PlanFilter::default(), crate::PageRequest::default()).await.unwrap();
            for index in 0..Story::plans() {
                let (id, plan) = (Story::plan_id(index), story.plan(index));
                let board = models.plan(id).await.unwrap();
                assert_eq!(board.as_ref().map(|board| &board.plan), plan.created_at.map(|_| plan));
                let Some(line) = summaries.items.iter().find(|line| line.id == id) else { continue };
                let count = |wanted: fn(&StepProgress) -> bool| {
                    u32::try_from(plan.steps.values().filter(|step| wanted(&step.progress)).count()).unwrap()
                };
                assert_eq!((line.status, &line.name), (plan.status, &plan.details.name));
                assert_eq!(line.progress.total, count(|_| true));
                assert_eq!(line.progress.completed, count(|at| matches!(at, StepProgress::Completed { .. })));
                assert_eq!(line.progress.failed, count(|at| matches!(at, StepProgress::Failed { .. })));
                assert_eq!(line.progress.skipped, count(|at| matches!(at, StepProgress::Skipped { .. })));
                assert_eq!(line.impact, ImpactCounts::of(plan.specs()));
            }
            for index in 0..Story::things() {
                let view = models.entity(&Story::entity_id(index)).await.unwrap();
                assert_eq!(view.map(|view| view.entity).as_ref(), story.entity(index));
            }
            models.shutdown().await.unwrap();
        });
    }
}
