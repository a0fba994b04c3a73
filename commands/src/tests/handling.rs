//! Load, decide, append: conflicts, old pictures, lost answers, callers that go away.

use domain::{
    actor::Actor,
    workspace::{EntityCommand, EntityRefusal, Kind},
};
use eventlog::{AppendError, CurrentRevision, EventLog, ExpectedRevision, MemoryLog, Position, Revision};
use proptest::prelude::*;
use serde_json::json;
use tokio::task::JoinSet;

use super::{Fate, UnreliableLog, by_alex, by_sam, commands, create, rename, task, with_settings};
use crate::{CommandError, LogError, Settings};

#[tokio::test]
async fn a_command_answers_the_state_the_revision_and_the_position() {
    let commands = commands(MemoryLog::new());
    let created = commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    assert_eq!((created.revision, created.position), (Revision::FIRST, Position::FIRST));
    let renamed = commands.entities.execute(&task(1), rename("b"), by_alex()).await.unwrap();
    assert_eq!(renamed.revision, Revision::new(1));
    assert_eq!(renamed.state.as_ref().as_ref().unwrap().title(), "b");
    assert_eq!(renamed.events.len(), 1);
}

#[tokio::test]
async fn what_another_process_made_is_not_made_again() {
    let log = MemoryLog::new();
    commands(log.clone()).entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    let elsewhere = commands(log.clone());
    let again = elsewhere.entities.execute(&task(1), create("b"), by_sam()).await;
    assert_eq!(again.err(), Some(CommandError::Refused(EntityRefusal::AlreadyExists { kind: Kind::Task })));
    assert_eq!(log.head().await.unwrap(), Some(Position::FIRST));
    let renamed = elsewhere.entities.execute(&task(1), rename("c"), by_sam()).await.unwrap();
    assert_eq!(renamed.revision, Revision::new(1));
}

#[tokio::test]
async fn a_refused_command_appends_nothing() {
    let log = MemoryLog::new();
    let refused = commands(log.clone()).entities.execute(&task(1), rename("b"), by_alex()).await;
    assert_eq!(refused.err(), Some(CommandError::Refused(EntityRefusal::NoSuchEntity)));
    assert_eq!(log.head().await.unwrap(), None);
}

#[tokio::test]
async fn a_command_that_changes_nothing_answers_where_the_stream_stands() {
    let log = MemoryLog::new();
    let commands = commands(log.clone());
    let created = commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    let same = commands.entities.execute(&task(1), rename("a"), by_alex()).await.unwrap();
    assert_eq!((same.revision, same.position, same.repeated), (created.revision, created.position, false));
    assert_eq!(log.head().await.unwrap(), Some(created.position));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_commands_at_once_on_one_stream_none_is_lost() {
    let log = MemoryLog::new();
    let (here, elsewhere) = (commands(log.clone()), commands(log));
    here.entities.execute(&task(1), create("0"), by_alex()).await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 1..=32 {
        // Two handlers over one log are two processes: they get in each other's way.
        let commands = if number % 8 == 0 { elsewhere.clone() } else { here.clone() };
        tasks.spawn(async move {
            commands.entities.execute(&task(1), rename(number.to_string()), by_alex()).await.unwrap().revision
        });
    }
    let mut revisions = tasks.join_all().await;
    revisions.sort();
    assert_eq!(revisions, (1..=32).map(Revision::new).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_expected_revision_that_has_passed_is_a_conflict_that_tells_what_came_between() {
    let commands = commands(MemoryLog::new());
    let seen = commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap().revision;
    commands.entities.execute(&task(1), rename("b"), by_sam()).await.unwrap();
    let conflict = commands.entities.execute(&task(1), rename("c"), by_alex().expecting(seen)).await.err().unwrap();
    let CommandError::Conflict { expected, actual, changed } = conflict else { panic!("{conflict}") };
    assert_eq!(expected, ExpectedRevision::Exact(seen));
    assert_eq!(actual, CurrentRevision::At(Revision::new(1)));
    let [changed] = changed.as_slice() else { panic!("{changed:?}") };
    assert_eq!((changed.event_type.as_str(), &changed.actor), ("EntityChanged", &Actor::person("sam")));
}

#[tokio::test]
async fn an_expected_revision_that_is_the_current_one_goes_through() {
    let commands = commands(MemoryLog::new());
    let seen = commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap().revision;
    assert!(commands.entities.execute(&task(1), rename("c"), by_alex().expecting(seen)).await.is_ok());
}

#[tokio::test]
async fn a_revision_that_is_not_reached_yet_is_a_conflict_as_well() {
    let commands = commands(MemoryLog::new());
    commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    let ahead = by_alex().expecting(Revision::new(7));
    let conflict = commands.entities.execute(&task(1), rename("c"), ahead).await.err();
    assert!(matches!(conflict, Some(CommandError::Conflict { changed, .. }) if changed.is_empty()));
}

#[tokio::test]
async fn what_another_process_appended_is_taken_in_before_anything_is_refused() {
    let log = MemoryLog::new();
    let (here, elsewhere) = (commands(log.clone()), commands(log));
    here.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    here.entities.execute(&task(1), EntityCommand::Archive { compensates: None }, by_alex()).await.unwrap();
    elsewhere.entities.execute(&task(1), EntityCommand::Restore { compensates: None }, by_sam()).await.unwrap();
    let renamed = here.entities.execute(&task(1), rename("b"), by_alex()).await.unwrap();
    assert_eq!(renamed.revision, Revision::new(3));
}

#[tokio::test]
async fn the_newest_state_holds_what_another_process_appended() {
    let log = MemoryLog::new();
    let (here, elsewhere) = (commands(log.clone()), commands(log));
    here.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    elsewhere.entities.execute(&task(1), rename("b"), by_sam()).await.unwrap();
    assert_eq!(here.entities.load(&task(1)).await.unwrap().revision, Some(Revision::FIRST));
    assert_eq!(here.entities.load_newest(&task(1)).await.unwrap().revision, Some(Revision::new(1)));
}

#[tokio::test]
async fn an_append_that_failed_leaves_no_trace_in_memory() {
    let log = UnreliableLog::new();
    let commands = commands(log.clone());
    commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    log.spoil_next(Fate::Refused);
    let failed = commands.entities.execute(&task(1), rename("b"), by_alex()).await.err();
    assert!(matches!(failed, Some(CommandError::Log(LogError::Append(AppendError::Unavailable { .. })))));
    let state = commands.entities.load(&task(1)).await.unwrap().state;
    assert_eq!(state.as_ref().as_ref().unwrap().title(), "a");
}

#[tokio::test]
async fn an_append_whose_answer_was_lost_is_found_in_the_log() {
    let log = UnreliableLog::new();
    let commands = commands(log.clone());
    commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    log.spoil_next(Fate::AnswerLost);
    assert!(commands.entities.execute(&task(1), rename("b"), by_alex()).await.is_err());
    let loaded = commands.entities.load(&task(1)).await.unwrap();
    assert_eq!(loaded.revision, Some(Revision::new(1)));
    assert_eq!(loaded.state.as_ref().as_ref().unwrap().title(), "b");
}

#[tokio::test]
async fn a_command_that_is_overtaken_is_decided_again_up_to_thirty_two_times() {
    let log = UnreliableLog::new();
    let commands = commands(log.clone());
    commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    commands.entities.execute(&task(1), rename("b"), by_sam()).await.unwrap();
    for _ in 0..31 {
        log.spoil_next(Fate::Overtaken);
    }
    let patient = commands.entities.execute(&task(1), rename("c"), by_alex()).await.unwrap();
    assert_eq!(patient.revision, Revision::new(33));
    for _ in 0..32 {
        log.spoil_next(Fate::Overtaken);
    }
    let beaten = commands.entities.execute(&task(1), rename("d"), by_alex()).await.err();
    assert!(matches!(beaten, Some(CommandError::Conflict { changed, .. }) if changed.len() == 1));
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_the_command_to_come_to_its_end() {
    let log = UnreliableLog::new();
    let commands = commands(log.clone());
    commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    log.close();
    let caller = tokio::spawn({
        let commands = commands.clone();
        async move { commands.entities.execute(&task(1), rename("b"), by_alex()).await.map(drop) }
    });
    log.wait_for_appends(2).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    log.open();
    let next = commands.entities.execute(&task(1), rename("c"), by_alex()).await.unwrap();
    assert_eq!(next.revision, Revision::new(2));
}

#[tokio::test]
async fn a_stream_that_fell_out_of_the_cache_is_loaded_again() {
    let commands = with_settings(MemoryLog::new(), Settings { cached_entities: 1, cached_plans: 1 });
    for number in 0..200 {
        commands.entities.execute(&task(number), create("a"), by_alex()).await.unwrap();
    }
    for number in 0..200 {
        let renamed = commands.entities.execute(&task(number), rename("b"), by_alex()).await.unwrap();
        assert_eq!(renamed.revision, Revision::new(1));
    }
}

#[tokio::test]
async fn a_stream_longer_than_a_page_is_loaded_whole() {
    let log = MemoryLog::new();
    let writer = commands(log.clone());
    writer.entities.execute(&task(1), create("0"), by_alex()).await.unwrap();
    for number in 1..=1_100 {
        writer.entities.execute(&task(1), rename(number.to_string()), by_alex()).await.unwrap();
    }
    let loaded = commands(log).entities.load(&task(1)).await.unwrap();
    assert_eq!(loaded.revision, Some(Revision::new(1_100)));
    assert_eq!(loaded.state.as_ref().as_ref().unwrap().title(), "1100");
}

fn any_command() -> impl Strategy<Value = EntityCommand> {
    let fields = prop_oneof![Just(json!({"title": "a"})), Just(json!({"title": "b", "status": "done"}))];
    prop_oneof![
        fields.clone().prop_map(|f| EntityCommand::Create { kind: Kind::Task, fields: super::fields(&f) }),
        fields.prop_map(|f| EntityCommand::Change { fields: super::fields(&f), compensates: None }),
        Just(EntityCommand::Archive { compensates: None }),
        Just(EntityCommand::Restore { compensates: None }),
        Just(EntityCommand::Withdraw { compensates: None }),
    ]
}

proptest! {
    #[test]
    fn the_state_in_memory_is_the_state_that_a_replay_gives(
        steps in prop::collection::vec((0..3_u32, any::<bool>(), any_command()), 0..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let log = MemoryLog::new();
            let (here, elsewhere) = (commands(log.clone()), commands(log.clone()));
            for (number, is_here, command) in steps {
                let commands = if is_here { &here } else { &elsewhere };
                // Refusals are part of the game.
                let _ = commands.entities.execute(&task(number), command, by_alex()).await;
            }
            let replayed = commands(log);
            for number in 0..3 {
                let kept = here.entities.load_newest(&task(number)).await.unwrap();
                let replay = replayed.entities.load(&task(number)).await.unwrap();
                assert_eq!((kept.state, kept.revision, kept.position), (replay.state, replay.revision, replay.position));
            }
        });
    }
}
