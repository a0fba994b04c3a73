//! Long work in the register: what is known of it over a restart and in other processes, and when it is given up.

use std::{sync::Arc, time::Duration};

use domain::actor::Actor;
use eventlog::{EventLog, Position};
use projections_store::values;
use uuid::Uuid;

use super::{
    place::{Place, facts},
    steering::state,
    story::Story,
};
use crate::{
    Difference, DifferenceKind, End, ModelError, ModelName, ModelStatus, Models, Operation, Outcome, Phase,
    RebuildProgress, Replayed, ReplayedTable, Task, Verified, Waited, Wanted,
    generations::{Generations, tell},
    operations::{AtWork, Heard},
};

facts![
    what_came_of_work_is_known_over_a_restart,
    work_that_cannot_begin_leaves_no_trace,
    a_sign_says_whether_the_work_is_still_wanted,
    a_take_over_is_not_cancelled,
    work_whose_process_gives_no_sign_is_given_up,
    of_work_that_was_given_up_only_what_really_came_counts,
    the_last_fifty_are_kept_and_whatever_is_under_way,
    rows_are_left_out_once_somebody_was_forgotten,
    a_process_that_ends_ends_its_work,
    a_rebuild_is_told_of_by_every_process_that_shares_the_model,
];

const LONG: Duration = Duration::from_mins(1);
const NAME: ModelName = ModelName::PlanList;

fn wanted(task: Task) -> Wanted {
    Wanted { id: Uuid::now_v7(), task, model: NAME, actor: Actor::person("ada"), node: "the one".to_owned() }
}

fn register(place: &Place) -> Generations {
    Generations::open(place.open()).unwrap()
}

/// Notes work in the register that nobody here carries out.
fn begun(generations: &Generations) -> Uuid {
    let wanted = wanted(Task::Verify);
    generations.begin_operation(&wanted).unwrap();
    wanted.id
}

fn progress(phase: Phase) -> RebuildProgress {
    RebuildProgress { phase, events: 7, total: 9, rate: 2.5, eta_seconds: Some(0.5) }
}

fn verified() -> Verified {
    let kind = DifferenceKind::Column { column: "name".into(), live: "Zephyrine".into(), rebuilt: "Quill".into() };
    let differences = vec![Difference { table: "plan_list".into(), key: "Zephyrine".into(), kind }];
    Verified { model: NAME, position: Some(Position::FIRST), rows: 3, different: 1, differences }
}

fn done(outcome: Outcome) -> End {
    End::Done(Box::new(outcome))
}

/// An operation as a process sees it that is about nothing itself.
fn seen(generations: &Generations, id: Uuid) -> Operation {
    generations.operation(id, &AtWork::default()).unwrap().unwrap()
}

/// Lets the last sign of all work be a while longer ago than is waited for.
fn fall_silent(generations: &Generations) {
    let micros = i64::try_from(generations.storage().silence().as_micros()).unwrap() + 1_000_000;
    generations.change(|register| tell(register, "update operations set seen = seen - ?1", values![micros])).unwrap();
}

async fn open(place: &Place, story: &Story) -> Models {
    let models = Models::open(place.open(), Arc::new(story.log.clone())).await.unwrap();
    let head = story.log.head().await.unwrap().unwrap();
    assert_eq!(models.wait_for(head, LONG).await, Waited::Reached);
    models
}

async fn what_came_of_work_is_known_over_a_restart(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story).await;
    let mut came = Vec::new();
    for task in [Task::Rebuild, Task::Verify, Task::Replay(Position::FIRST)] {
        let begun = models.begin(wanted(task)).await.unwrap();
        let outcome = begun.outcome.await.unwrap().unwrap();
        came.insert(0, (begun.id, task, done(outcome)));
    }
    let listed = models.operations().await.unwrap();
    let ended = |operation: &Operation| {
        let (at, end) = operation.ended.clone().unwrap();
        assert!(operation.started_at <= at && operation.progress.is_some() && !operation.can_cancel());
        (operation.id, operation.task, end)
    };
    assert_eq!(listed.iter().map(ended).collect::<Vec<_>>(), came);
    models.shutdown().await.unwrap();
    let models = open(&place, &story).await;
    assert_eq!(models.operations().await.unwrap(), listed);
    assert_eq!(models.operation(came[1].0).await.unwrap().as_ref(), listed.get(1));
    assert_eq!(models.operation(Uuid::now_v7()).await.unwrap(), None);
    models.shutdown().await.unwrap();
}

async fn work_that_cannot_begin_leaves_no_trace(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story).await;
    let beyond = Task::Replay(Position::new(1_000_000));
    assert!(matches!(models.begin(wanted(beyond)).await, Err(ModelError::NotYet { .. })));
    let turn = models.model(NAME).turn().await.unwrap();
    assert!(matches!(models.begin(wanted(Task::Verify)).await, Err(ModelError::Busy { .. })));
    drop(turn);
    assert_eq!(models.operations().await.unwrap(), []);
    models.shutdown().await.unwrap();
}

async fn a_sign_says_whether_the_work_is_still_wanted(place: Place) {
    let (one, other) = (register(&place), register(&place));
    let id = begun(&one);
    assert_eq!(one.give_sign(id, None).unwrap(), Heard::GoOn);
    // a sign without progress does not take away what was told before
    assert_eq!(one.give_sign(id, Some(progress(Phase::Reading))).unwrap(), Heard::GoOn);
    assert_eq!(one.give_sign(id, None).unwrap(), Heard::GoOn);
    one.change(|register| tell(register, "update operations set cancel = 1", &[])).unwrap();
    assert_eq!(one.give_sign(id, None).unwrap(), Heard::Cancel);
    one.end_operation(id, None, End::Cancelled).unwrap();
    assert_eq!(one.give_sign(id, None).unwrap(), Heard::GivenUp);
    let ended = seen(&other, id);
    assert_eq!(ended.ended.as_ref().map(|(_, end)| end), Some(&End::Cancelled));
    assert_eq!((ended.progress, ended.node.as_str()), (Some(progress(Phase::Reading)), "the one"));
    assert!(!other.cancel_operation(id, &AtWork::default()).unwrap());
}

async fn a_take_over_is_not_cancelled(place: Place) {
    let (one, other) = (register(&place), register(&place));
    let id = begun(&one);
    if !one.storage().is_shared() {
        // whatever is not of this process has ended
        assert!(!other.cancel_operation(id, &AtWork::default()).unwrap());
        return;
    }
    one.give_sign(id, Some(progress(Phase::TakingOver))).unwrap();
    assert!(!other.cancel_operation(id, &AtWork::default()).unwrap());
    assert_eq!(one.give_sign(id, Some(progress(Phase::Comparing))).unwrap(), Heard::GoOn);
    assert!(other.cancel_operation(id, &AtWork::default()).unwrap());
    assert!(seen(&other, id).cancel_wanted);
    assert_eq!(one.give_sign(id, None).unwrap(), Heard::Cancel);
}

async fn work_whose_process_gives_no_sign_is_given_up(place: Place) {
    let (one, other) = (register(&place), register(&place));
    let silence = one.storage().silence();
    let id = begun(&one);
    if one.storage().is_shared() {
        assert_eq!((seen(&other, id).ended, silence.is_zero()), (None, false));
    }
    fall_silent(&one);
    let lost = seen(&other, id);
    let (at, end) = lost.ended.clone().unwrap();
    assert_eq!(end, End::Lost(silence));
    // it ended with its last sign, which was changed here
    assert!(at < lost.started_at && !lost.can_cancel());
    assert_eq!(other.operations(&AtWork::default()).unwrap(), [lost]);
    assert_eq!(one.give_sign(id, None).unwrap(), Heard::GivenUp);
}

async fn of_work_that_was_given_up_only_what_really_came_counts(place: Place) {
    let (one, other) = (register(&place), register(&place));
    let id = begun(&one);
    fall_silent(&one);
    let lost = seen(&other, id);
    one.end_operation(id, None, End::Cancelled).unwrap();
    one.end_operation(id, None, End::Stopped).unwrap();
    assert_eq!(seen(&other, id), lost);
    one.end_operation(id, None, done(Outcome::Verified(verified()))).unwrap();
    let (at, end) = seen(&other, id).ended.unwrap();
    assert_eq!(end, done(Outcome::Verified(verified())));
    assert!(at > lost.ended.unwrap().0);
}

async fn the_last_fifty_are_kept_and_whatever_is_under_way(place: Place) {
    let register = register(&place);
    let under_way = begun(&register);
    let mut ended = Vec::new();
    for _ in 0..55 {
        let id = begun(&register);
        register.end_operation(id, None, End::Cancelled).unwrap();
        ended.insert(0, id);
    }
    let listed: Vec<Uuid> = register.operations(&AtWork::default()).unwrap().iter().map(|one| one.id).collect();
    assert_eq!((listed.len(), listed.last()), (50, Some(&under_way)));
    assert_eq!(listed[..49], ended[..49]);
}

async fn rows_are_left_out_once_somebody_was_forgotten(place: Place) {
    let register = register(&place);
    let (compared, failed, replayed) = (begun(&register), begun(&register), begun(&register));
    register.end_operation(compared, None, done(Outcome::Verified(verified()))).unwrap();
    register.end_operation(failed, None, End::Failed("no such name: Zephyrine".into())).unwrap();
    register.leave_rows_out().unwrap();
    // whoever was under way then may have seen it
    let first = vec![vec!["Zephyrine".to_owned()]];
    let table = ReplayedTable { name: "plan_list".into(), columns: vec!["name".into()], rows: 1, first };
    let (position, differences) = (Position::FIRST, verified().differences);
    let shown =
        Replayed { model: NAME, position, tables: vec![table], parked: vec![], compared: 3, different: 1, differences };
    register.end_operation(replayed, None, done(Outcome::Replayed(shown))).unwrap();
    let all = register.operations(&AtWork::default()).unwrap();
    assert!(all.iter().all(|operation| operation.without_rows && operation.ended.is_some()));
    let kept = format!("{all:?}");
    assert!(kept.contains("different: 1") && kept.contains("left out since somebody was forgotten"), "{kept}");
    assert!(!kept.contains("Zephyrine") && !kept.contains("Quill"), "{kept}");
}

async fn a_process_that_ends_ends_its_work(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story).await;
    models.end_operations();
    assert!(matches!(models.begin(wanted(Task::Verify)).await, Err(ModelError::Stopped)));
    models.shutdown().await.unwrap();
}

async fn a_rebuild_is_told_of_by_every_process_that_shares_the_model(place: Place) {
    let story = Story::eventful().await;
    let models = open(&place, &story).await;
    let other = register(&place);
    let wanted = wanted(Task::Rebuild);
    other.begin_operation(&wanted).unwrap();
    other.give_sign(wanted.id, Some(progress(Phase::Reading))).unwrap();
    let told = state(&models, NAME).await;
    let is_shared = models.are_shared();
    assert_eq!(told.rebuild, is_shared.then(|| progress(Phase::Reading)));
    assert_eq!(told.status == ModelStatus::Rebuilding, is_shared);
    fall_silent(&other);
    assert_eq!(state(&models, NAME).await.rebuild, None);
    models.shutdown().await.unwrap();
}
