//! What people decide: pauses that outlive processes, looks at an earlier moment, work that is given up half-way.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use eventlog::{EventLog, Position};
use tokio_util::sync::CancellationToken;

use super::{
    place::{Place, facts},
    story::Story,
};
use crate::{Decision, ModelError, ModelName, ModelState, ModelStatus, Models, Phase, Waited};

facts![
    a_paused_model_stands_still_over_restarts,
    a_paused_model_can_be_built_anew_and_stands_still_again,
    a_replay_shows_an_earlier_moment_and_changes_nothing,
    work_that_is_given_up_leaves_nothing_behind,
    the_earlier_build_can_be_thrown_away,
];

const LONG: Duration = Duration::from_mins(1);
const NAME: ModelName = ModelName::PlanList;

pub(super) fn decision(note: &str) -> Decision {
    Decision { at: DateTime::<Utc>::UNIX_EPOCH, actor: Actor::person("ada"), note: note.to_owned() }
}

async fn open(place: &Place, story: &Story) -> Models {
    Models::open(place.open(), Arc::new(story.log.clone())).await.unwrap()
}

async fn head(story: &Story) -> Position {
    story.log.head().await.unwrap().unwrap()
}

pub(super) async fn state(models: &Models, name: ModelName) -> ModelState {
    models.states().await.unwrap().into_iter().find(|state| state.name == name.name()).unwrap()
}

async fn a_paused_model_stands_still_over_restarts(place: Place) {
    let mut story = Story::eventful().await;
    let models = open(&place, &story).await;
    let before = head(&story).await;
    assert_eq!(models.wait_for(before, LONG).await, Waited::Reached);
    models.pause(NAME, decision("looking at it")).await.unwrap();
    // who pauses again changes nothing
    models.pause(NAME, decision("me too")).await.unwrap();
    story.attempt((1, 22, 5)).await;
    let later = head(&story).await;
    assert!(later > before);
    assert_eq!(models.wait_for_model(ModelName::PlanBoard, later, LONG).await, Waited::Reached);
    models.shutdown().await.unwrap();

    let models = open(&place, &story).await;
    assert_eq!(models.wait_for_model(ModelName::PlanBoard, later, LONG).await, Waited::Reached);
    let paused = state(&models, NAME).await;
    assert_eq!((paused.status, paused.position), (ModelStatus::Paused, Some(before)));
    assert_eq!(paused.paused, Some(decision("looking at it")));
    assert!(paused.behind > 0 && paused.behind_since.is_some());
    models.resume(NAME).await.unwrap();
    assert_eq!(models.wait_for(later, LONG).await, Waited::Reached);
    assert!(models.have_seen(Some(later)));
    assert_eq!(state(&models, NAME).await.paused, None);
    models.shutdown().await.unwrap();
}

async fn a_paused_model_can_be_built_anew_and_stands_still_again(place: Place) {
    let mut story = Story::eventful().await;
    let models = open(&place, &story).await;
    assert_eq!(models.wait_for(head(&story).await, LONG).await, Waited::Reached);
    models.pause(NAME, decision("")).await.unwrap();
    models.rebuild(&[NAME], |_| ()).await.unwrap();
    let rebuilt = state(&models, NAME).await;
    assert_eq!((rebuilt.status, rebuilt.generation), (ModelStatus::Paused, 2));
    story.attempt((1, 22, 5)).await;
    assert!(models.have_seen(rebuilt.position));
    models.resume(NAME).await.unwrap();
    assert_eq!(models.wait_for(head(&story).await, LONG).await, Waited::Reached);
    models.shutdown().await.unwrap();
}

async fn a_replay_shows_an_earlier_moment_and_changes_nothing(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story).await;
    let end = head(&story).await;
    assert_eq!(models.wait_for(end, LONG).await, Waited::Reached);
    let first = models.replay(NAME, Position::FIRST, |_| ()).await.unwrap();
    let rows = |tables: &[crate::ReplayedTable]| tables.iter().map(|table| table.rows).sum::<u64>();
    assert_eq!((first.position, rows(&first.tables)), (Position::FIRST, 1));
    assert_eq!(first.tables.iter().map(|table| table.first.len()).sum::<usize>(), 1);
    assert!(first.different > 0, "{first:?}");
    let whole = models.replay(NAME, end, |_| ()).await.unwrap();
    assert_eq!((whole.different, whole.compared), (0, rows(&whole.tables)));
    let beyond = Position::new(end.get() + 1);
    assert!(matches!(models.replay(NAME, beyond, |_| ()).await, Err(ModelError::NotYet { .. })));
    let shown = state(&models, NAME).await;
    assert_eq!((shown.generation, shown.can_swap_back), (1, false));
    models.shutdown().await.unwrap();
}

async fn work_that_is_given_up_leaves_nothing_behind(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story).await;
    assert_eq!(models.wait_for(head(&story).await, LONG).await, Waited::Reached);
    let stop = CancellationToken::new();
    let verified = stop.run_until_cancelled(models.verify(NAME, |_| stop.cancel())).await;
    assert!(verified.is_none());
    let stop = CancellationToken::new();
    let give_up = |progress: &crate::RebuildProgress| {
        if progress.phase == Phase::Reading {
            stop.cancel();
        }
    };
    let replayed = stop.run_until_cancelled(models.replay(NAME, head(&story).await, give_up)).await;
    assert!(replayed.is_none());
    // both can be begun again, and what people are shown is the build from before
    assert_eq!(state(&models, NAME).await.generation, 1);
    assert_eq!(models.verify(NAME, |_| ()).await.unwrap().different, 0);
    models.rebuild(&[NAME], |_| ()).await.unwrap();
    models.swap_back(NAME).await.unwrap();
    assert_eq!(state(&models, NAME).await.generation, 1);
    models.shutdown().await.unwrap();
}

async fn the_earlier_build_can_be_thrown_away(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story).await;
    assert!(matches!(models.discard_earlier(NAME).await, Err(ModelError::NoEarlierBuild { .. })));
    models.rebuild(&[NAME], |_| ()).await.unwrap();
    assert!(state(&models, NAME).await.can_swap_back);
    models.discard_earlier(NAME).await.unwrap();
    assert!(!state(&models, NAME).await.can_swap_back);
    assert!(matches!(models.swap_back(NAME).await, Err(ModelError::NoEarlierBuild { .. })));
    models.shutdown().await.unwrap();
}
