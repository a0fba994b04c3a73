//! Several processes over the same builds: one writes each, all show the same, and another goes on when it is gone.

use std::{sync::Arc, time::Duration};

use eventlog::{EventLog, MemoryLog};

use super::{
    place::{Fact, Place},
    steering::{decision, state},
    story::Story,
};
use crate::{ModelName, Models, Waited};

pub(super) const FACTS: &[(&str, Fact)] = &[
    ("all_processes_show_what_one_of_them_writes", |place| Box::pin(all_processes_show_what_one_of_them_writes(place))),
    ("another_process_goes_on_when_the_writer_is_gone", |place| {
        Box::pin(another_process_goes_on_when_the_writer_is_gone(place))
    }),
    ("a_build_that_one_makes_live_is_shown_by_all", |place| {
        Box::pin(a_build_that_one_makes_live_is_shown_by_all(place))
    }),
    ("a_pause_holds_for_all_processes", |place| Box::pin(a_pause_holds_for_all_processes(place))),
];

const LONG: Duration = Duration::from_mins(1);

async fn open(place: &Place, log: &MemoryLog) -> Models {
    Models::open(place.open(), Arc::new(log.clone())).await.unwrap()
}

/// Waits until a process shows everything, and compares what it shows with the story.
async fn shows_all(models: &Models, story: &Story) {
    let head = story.log.head().await.unwrap().unwrap();
    let waited = models.wait_for(head, LONG).await;
    assert_eq!(waited, Waited::Reached, "{head}: {:#?}", models.states().await);
    for index in 0..Story::plans() {
        let board = models.plan(Story::plan_id(index)).await.unwrap();
        assert_eq!(board.as_ref().map(|board| &board.plan), Some(story.plan(index)));
    }
}

async fn all_processes_show_what_one_of_them_writes(place: Place) {
    let mut story = Story::eventful().await;
    let one = open(&place, &story.log).await;
    let other = open(&place, &story.log).await;
    let reading = Models::open_reading(place.open(), Arc::new(story.log.clone())).await.unwrap();
    for round in 0..3 {
        story.attempt((round, 22, round)).await;
        for models in [&one, &other, &reading] {
            shows_all(models, &story).await;
        }
    }
    for models in [one, other, reading] {
        for state in models.states().await.unwrap() {
            assert_eq!((state.generation, state.behind, state.last_error), (1, 0, None), "{}", state.name);
        }
        models.shutdown().await.unwrap();
    }
}

async fn another_process_goes_on_when_the_writer_is_gone(place: Place) {
    let mut story = Story::eventful().await;
    let reading = Models::open_reading(place.open(), Arc::new(story.log.clone())).await.unwrap();
    let (writer, other) = (open(&place, &story.log).await, open(&place, &story.log).await);
    shows_all(&other, &story).await;
    writer.shutdown().await.unwrap();
    story.attempt((1, 22, 5)).await;
    shows_all(&other, &story).await;
    shows_all(&reading, &story).await;
    other.shutdown().await.unwrap();
    // Nobody is left who writes.
    story.attempt((2, 22, 5)).await;
    let head = story.log.head().await.unwrap().unwrap();
    assert!(matches!(reading.wait_for(head, Duration::from_millis(1_500)).await, Waited::Behind { .. }));
    reading.shutdown().await.unwrap();
}

async fn a_pause_holds_for_all_processes(place: Place) {
    let mut story = Story::eventful().await;
    let (writer, other) = (open(&place, &story.log).await, open(&place, &story.log).await);
    shows_all(&other, &story).await;
    let name = ModelName::PlanList;
    // the process that does not write says it, and the one that writes heeds it
    other.pause(name, decision("not now")).await.unwrap();
    let end = tokio::time::Instant::now() + LONG;
    while state(&writer, name).await.written_here {
        assert!(tokio::time::Instant::now() < end, "the writer did not heed the pause");
        tokio::task::yield_now().await;
    }
    story.attempt((1, 22, 5)).await;
    let head = story.log.head().await.unwrap().unwrap();
    assert_eq!(writer.wait_for_model(ModelName::PlanBoard, head, LONG).await, Waited::Reached);
    for models in [&writer, &other] {
        assert_eq!(state(models, name).await.status, crate::ModelStatus::Paused);
        assert!(matches!(models.wait_for_model(name, head, Duration::ZERO).await, Waited::Behind { .. }));
    }
    writer.resume(name).await.unwrap();
    shows_all(&other, &story).await;
    for models in [writer, other] {
        models.shutdown().await.unwrap();
    }
}

async fn a_build_that_one_makes_live_is_shown_by_all(place: Place) {
    let mut story = Story::eventful().await;
    let (writer, other) = (open(&place, &story.log).await, open(&place, &story.log).await);
    let generations = async |models: &Models, expected: u32| {
        let end = tokio::time::Instant::now() + LONG;
        loop {
            let states = models.states().await.unwrap();
            if states[ModelName::PlanBoard as usize].generation == expected {
                return;
            }
            assert!(tokio::time::Instant::now() < end, "{states:?}");
            tokio::task::yield_now().await;
        }
    };
    // The one that does not write the live build makes the next.
    other.rebuild(&[ModelName::PlanBoard], |_| ()).await.unwrap();
    generations(&writer, 2).await;
    story.attempt((0, 22, 1)).await;
    for models in [&writer, &other] {
        shows_all(models, &story).await;
    }
    writer.swap_back(ModelName::PlanBoard).await.unwrap();
    generations(&other, 1).await;
    story.attempt((1, 22, 1)).await;
    for models in [writer, other] {
        shows_all(&models, &story).await;
        assert_eq!(models.verify(ModelName::PlanBoard, |_| ()).await.unwrap().different, 0);
        models.shutdown().await.unwrap();
    }
}
