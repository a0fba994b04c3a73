//! Models at work: following the log, being built anew, being compared with it.

use std::{sync::Arc, time::Duration};

use domain::testing;
use eventlog::{EventLog, MemoryLog, Position};

use super::{
    dump,
    parking::recorded,
    place::{Place, facts},
    story::{Story, new_event},
};
use crate::{
    DifferenceKind, ModelError, ModelName, ModelStatus, Models, PageRequest, PlanFilter, Waited,
    generations::Generations, model::Model, steering::Steering, store::Standing,
};

facts![
    who_waits_for_a_position_reads_what_was_written,
    a_restart_goes_on_where_it_ended,
    a_rebuild_gives_the_same_rows_and_can_be_taken_back,
    events_that_come_during_a_rebuild_are_in_both_builds,
    only_one_build_of_a_model_is_made_at_a_time,
    a_row_that_somebody_changed_is_found_by_verifying,
    models_of_another_log_and_damaged_ones_are_built_anew,
    a_long_log_is_loaded_before_it_is_followed,
    a_parked_event_is_seen_in_the_state_and_stops_nothing_else,
    states_tell_where_each_model_stands,
    who_takes_a_build_over_shows_all_that_is_in_it,
];

const LONG: Duration = Duration::from_mins(1);

/// Opens the models of a log and waits until they have everything.
pub(super) async fn open(place: &Place, log: &MemoryLog) -> Models {
    let models = Models::open(place.open(), Arc::new(log.clone())).await.unwrap();
    settled(&models, log).await;
    models
}

async fn settled(models: &Models, log: &MemoryLog) {
    if let Some(head) = log.head().await.unwrap() {
        assert_eq!(models.wait_for(head, LONG).await, Waited::Reached);
    }
}

/// The rows of the live build of each model.
fn rows(place: &Place) -> Vec<Vec<String>> {
    let generations = Generations::open(place.open()).unwrap();
    let live = |model| generations.live(model).unwrap().unwrap();
    super::definitions().iter().map(|model| dump(&**generations.storage(), &live(model))).collect()
}

/// Does something to the rows of a live build that no process of ours would do.
fn tamper(place: &Place, model: ModelName, statement: &str) {
    let generations = Generations::open(place.open()).unwrap();
    let build = generations.live(&model.definition()).unwrap().unwrap();
    generations.storage().open(&build).unwrap().run(statement).unwrap();
}

async fn who_waits_for_a_position_reads_what_was_written(place: Place) {
    let mut story = Story::new();
    let models = open(&place, &story.log).await;
    for round in 0..40_u8 {
        story.attempt((round % 4, round / 4, round)).await;
        let Some(head) = story.log.head().await.unwrap() else { continue };
        assert_eq!(models.wait_for_model(ModelName::PlanBoard, head, LONG).await, Waited::Reached);
        let board = models.plan(Story::plan_id(usize::from(round % 4))).await.unwrap();
        let plan = story.plan(usize::from(round % 4));
        assert_eq!(board.map(|board| board.plan).as_ref(), plan.created_at.map(|_| plan));
    }
    let head = story.log.head().await.unwrap().unwrap();
    let behind = models.wait_for(head.next(), Duration::ZERO).await;
    assert!(matches!(behind, Waited::Behind { .. }));
    models.shutdown().await.unwrap();
}

async fn a_restart_goes_on_where_it_ended(place: Place) {
    let mut story = Story::eventful().await;
    open(&place, &story.log).await.shutdown().await.unwrap();
    for subject in 0..4 {
        story.attempt((subject, 22, 7)).await;
    }
    open(&place, &story.log).await.shutdown().await.unwrap();
    let fresh = place.another();
    open(&fresh, &story.log).await.shutdown().await.unwrap();
    assert_eq!(rows(&place), rows(&fresh));
}

async fn a_rebuild_gives_the_same_rows_and_can_be_taken_back(place: Place) {
    let mut story = Story::eventful().await;
    let models = open(&place, &story.log).await;
    let mut told = 0;
    let rebuilt = models.rebuild(&ModelName::ALL, |progress| told = progress.events).await.unwrap();
    assert_eq!(
        rebuilt.iter().map(|one| (one.generation, one.parked)).collect::<Vec<_>>(),
        [(2, 0); ModelName::ALL.len()]
    );
    assert_eq!(told, story.log.head().await.unwrap().unwrap().get());
    for state in models.states().await.unwrap() {
        assert!(state.can_swap_back && state.generation == 2 && state.rebuild.is_none(), "{state:?}");
    }

    // The new build follows the log, and so does the old one once it is back.
    story.attempt((0, 22, 1)).await;
    settled(&models, &story.log).await;
    models.swap_back(ModelName::PlanBoard).await.unwrap();
    story.attempt((1, 22, 1)).await;
    settled(&models, &story.log).await;
    for index in 0..Story::plans() {
        let board = models.plan(Story::plan_id(index)).await.unwrap().unwrap();
        assert_eq!(&board.plan, story.plan(index));
    }
    let states = models.states().await.unwrap();
    assert_eq!(states.iter().map(|state| state.generation).collect::<Vec<_>>(), [2, 1, 2, 2, 2, 2, 2]);
    models.shutdown().await.unwrap();
    let fresh = place.another();
    open(&fresh, &story.log).await.shutdown().await.unwrap();
    assert_eq!(rows(&place), rows(&fresh));
}

async fn events_that_come_during_a_rebuild_are_in_both_builds(place: Place) {
    let mut story = Story::eventful().await;
    let models = open(&place, &story.log).await;
    let rebuilding = tokio::spawn({
        let models = models.clone();
        async move { models.rebuild(&[ModelName::PlanHistory, ModelName::Activity], |_| ()).await }
    });
    for number in 0..200_u8 {
        story.attempt((number % 9, 22, number)).await;
    }
    rebuilding.await.unwrap().unwrap();
    settled(&models, &story.log).await;
    for name in ModelName::ALL {
        let verified = models.verify(name, |_| ()).await.unwrap();
        assert_eq!((verified.different, verified.differences), (0, Vec::new()), "{name}");
    }
    models.shutdown().await.unwrap();
}

async fn only_one_build_of_a_model_is_made_at_a_time(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story.log).await;
    assert!(matches!(
        models.swap_back(ModelName::PlanList).await,
        Err(ModelError::NoEarlierBuild { model: "plan_list" })
    ));
    let one = models.rebuild(&[ModelName::PlanList], |_| ());
    let other = models.rebuild(&[ModelName::PlanList], |_| ());
    let (one, other) = tokio::join!(one, other);
    assert!(one.is_ok());
    assert!(matches!(other, Err(ModelError::Busy { model: "plan_list" })));
    models.shutdown().await.unwrap();
}

async fn a_row_that_somebody_changed_is_found_by_verifying(place: Place) {
    let story = Story::eventful().await;
    open(&place, &story.log).await.shutdown().await.unwrap();
    tamper(&place, ModelName::PlanList, "update plans set name = 'forged' where created_position = 1");
    let models = open(&place, &story.log).await;
    let verified = models.verify(ModelName::PlanList, |_| ()).await.unwrap();
    assert_eq!(verified.different, 1);
    let difference = &verified.differences[0];
    assert_eq!((difference.table.as_str(), difference.key.as_str()), ("plans", "1"));
    assert!(
        matches!(&difference.kind, DifferenceKind::Column { column, live, .. } if column == "name" && live == "forged")
    );
    models.shutdown().await.unwrap();
}

async fn models_of_another_log_and_damaged_ones_are_built_anew(place: Place) {
    open(&place, &Story::eventful().await.log).await.shutdown().await.unwrap();
    tamper(&place, ModelName::PlanBoard, "drop table checkpoint");

    let mut other = Story::new();
    other.attempt((8, 0, 1)).await;
    let models = open(&place, &other.log).await;
    let plans = models.plans(PlanFilter::default(), PageRequest::default()).await.unwrap();
    assert!(plans.items.is_empty());
    assert_eq!(models.position(), Some(Position::FIRST));
    models.shutdown().await.unwrap();
}

async fn a_long_log_is_loaded_before_it_is_followed(place: Place) {
    let log = MemoryLog::new();
    let context = testing::context();
    let created = domain::plan::PlanCreated {
        request: Some("x".into()),
        selection: None,
        planner: domain::plan::PlannerChoice::Auto,
        today: None,
        timezone: None,
    };
    let rated = domain::plan::PlanEvent::from(domain::plan::PlanRated { score: 1, comment: None });
    let created = domain::plan::PlanEvent::from(created);
    let stream = format!("plan-{}", Story::plan_id(0)).parse().unwrap();
    for append in 0..5_u32 {
        let first = append * 5_000;
        let events = (first..first + 5_000).map(|number| {
            let event = if number == 0 { &created } else { &rated };
            new_event(number, event, &context)
        });
        log.append(&stream, eventlog::ExpectedRevision::Any, events.collect()).await.unwrap();
    }
    let models = open(&place, &log).await;
    for state in models.states().await.unwrap() {
        assert_eq!((state.generation, state.behind, state.parked), (2, 0, 0), "{}", state.name);
    }
    models.shutdown().await.unwrap();
}

async fn a_parked_event_is_seen_in_the_state_and_stops_nothing_else(place: Place) {
    let log = MemoryLog::new();
    let plan = format!("plan-{}", Story::plan_id(0));
    let (unknown, later) = (format!("{plan} PlanTeleported"), format!("{plan} ExecutionResumed"));
    recorded(&log, &[&unknown, &later, "entity-prj_1 EntityArchived"]).await;
    let models = open(&place, &log).await;
    let parked: Vec<u64> = models.states().await.unwrap().iter().map(|state| state.parked).collect();
    assert_eq!(parked, [2, 2, 0, 0, 2, 2, 2]);
    let listed = models.parked(ModelName::PlanBoard, 10).await.unwrap();
    assert_eq!(listed[0].position, Position::FIRST);
    assert_eq!(listed[0].error, "`PlanTeleported` is no event type of `PlanEvent` streams");
    assert_eq!(listed[1].error, "the event at position 1 of the same stream is parked");
    let history = models.history(crate::HistoryFilter::default(), PageRequest::default()).await.unwrap();
    assert_eq!(history.items.len(), 3);
    models.shutdown().await.unwrap();
}

async fn states_tell_where_each_model_stands(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story.log).await;
    let head = story.log.head().await.unwrap();
    for state in models.states().await.unwrap() {
        assert_eq!((state.position, state.head, state.behind), (head, head, 0), "{}", state.name);
        assert!(matches!(state.status, ModelStatus::Live | ModelStatus::CatchingUp), "{:?}", state.status);
        assert_eq!((state.parked, state.last_error), (0, None), "{}", state.name);
        assert!(state.rate > 0.0, "{}", state.name);
    }
    models.shutdown().await.unwrap();
    assert!(matches!(models.in_flight().await, Err(ModelError::Stopped)));
}

async fn who_takes_a_build_over_shows_all_that_is_in_it(place: Place) {
    let story = Story::eventful().await;
    open(&place, &story.log).await.shutdown().await.unwrap();
    let generations = Arc::new(Generations::open(place.open()).unwrap());
    let definition = ModelName::PlanBoard.definition();
    let build = generations.live(&definition).unwrap().unwrap();
    let opened = (definition.open)(generations.storage(), &build).unwrap();
    // The process that wrote it is gone, and this one had not looked at what came last.
    let looked_at = Standing { position: None, parked: 0 };
    let parts: (_, _, Arc<dyn EventLog>) = (definition, Arc::clone(&generations), Arc::new(story.log.clone()));
    let model = Model::new(parts, build, looked_at, true, Steering::default());
    model.follow(opened).await.unwrap();
    let head = story.log.head().await.unwrap().unwrap();
    assert_eq!(model.wait_for(head, Duration::ZERO).await, Waited::Reached);
    model.close().await.unwrap();
}
