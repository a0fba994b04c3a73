//! Idempotency keys: once for ever, over restarts.

use domain::workspace::{EntityCommand, EntityRefusal, Kind};
use eventlog::{EventLog, MemoryLog, Position, Revision};
use serde_json::json;
use uuid::Uuid;

use super::{Fate, UnreliableLog, by_alex, by_sam, commands, create, fields, rename, task};
use crate::CommandError;

#[tokio::test]
async fn a_repeated_command_appends_nothing_and_gets_the_first_answer() {
    let log = MemoryLog::new();
    let commands = commands(log.clone());
    commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
    let first = commands.entities.execute(&task(1), rename("b"), by_alex().keyed("k", "d")).await.unwrap();
    commands.entities.execute(&task(1), rename("c"), by_sam()).await.unwrap();
    let again = commands.entities.execute(&task(1), rename("b"), by_alex().keyed("k", "d")).await.unwrap();
    assert_eq!((again.revision, again.position, again.repeated), (first.revision, first.position, true));
    assert_eq!(again.state.as_ref().as_ref().unwrap().title(), "c");
    assert_eq!(log.head().await.unwrap(), Some(Position::new(3)));
}

#[tokio::test]
async fn a_key_is_honoured_after_a_restart() {
    let log = MemoryLog::new();
    let first = commands(log.clone()).entities.execute(&task(1), create("a"), by_alex().keyed("k", "d")).await.unwrap();
    let again = commands(log.clone()).entities.execute(&task(1), create("a"), by_alex().keyed("k", "d")).await.unwrap();
    assert_eq!((again.revision, again.repeated), (first.revision, true));
    assert_eq!(log.head().await.unwrap(), Some(Position::FIRST));
}

#[tokio::test]
async fn a_key_for_another_command_is_refused() {
    let commands = commands(MemoryLog::new());
    commands.entities.execute(&task(1), create("a"), by_alex().keyed("k", "d")).await.unwrap();
    let reused = CommandError::KeyReused { key: "k".into() };
    let other_body = commands.entities.execute(&task(1), create("b"), by_alex().keyed("k", "e")).await;
    assert_eq!(other_body.err(), Some(reused.clone()));
    let other_stream = commands.entities.execute(&task(2), create("a"), by_alex().keyed("k", "d")).await;
    assert_eq!(other_stream.err(), Some(reused));
}

#[tokio::test]
async fn two_people_may_use_the_same_key() {
    let commands = commands(MemoryLog::new());
    commands.entities.execute(&task(1), create("a"), by_alex().keyed("k", "d")).await.unwrap();
    let other = commands.entities.execute(&task(2), create("b"), by_sam().keyed("k", "e")).await.unwrap();
    assert!(!other.repeated);
}

#[tokio::test]
async fn a_command_whose_key_is_still_running_is_told_so() {
    let log = UnreliableLog::new();
    let commands = commands(log.clone());
    log.close();
    let first = tokio::spawn({
        let commands = commands.clone();
        async move { commands.entities.execute(&task(1), create("a"), by_alex().keyed("k", "d")).await.map(drop) }
    });
    log.wait_for_appends(1).await;
    let second = commands.entities.execute(&task(1), create("a"), by_alex().keyed("k", "d")).await;
    assert_eq!(second.err(), Some(CommandError::StillRunning { key: "k".into() }));
    log.open();
    first.await.unwrap().unwrap();
    let third = commands.entities.execute(&task(1), create("a"), by_alex().keyed("k", "d")).await.unwrap();
    assert!(third.repeated);
}

#[tokio::test]
async fn a_refusal_leaves_the_key_free() {
    let commands = commands(MemoryLog::new());
    let refused = commands.entities.execute(&task(1), rename("b"), by_alex().keyed("k", "d")).await;
    assert_eq!(refused.err(), Some(CommandError::Refused(EntityRefusal::NoSuchEntity)));
    commands.entities.execute(&task(1), create("a"), by_sam()).await.unwrap();
    let renamed = commands.entities.execute(&task(1), rename("b"), by_alex().keyed("k", "d")).await.unwrap();
    assert_eq!((renamed.revision, renamed.repeated), (Revision::new(1), false));
}

#[tokio::test]
async fn a_keyed_command_whose_answer_was_lost_is_answered_when_it_is_sent_again() {
    let log = UnreliableLog::new();
    let commands = commands(log.clone());
    log.spoil_next(Fate::AnswerLost);
    assert!(commands.entities.execute(&task(1), create("a"), by_alex().keyed("k", "d")).await.is_err());
    let again = commands.entities.execute(&task(1), create("a"), by_alex().keyed("k", "d")).await.unwrap();
    assert_eq!((again.revision, again.repeated), (Revision::FIRST, true));
}

#[tokio::test]
async fn a_command_of_several_events_is_answered_with_its_last_one() {
    let log = MemoryLog::new();
    let commands = commands(log.clone());
    let by_hand = super::use_cases::two_steps_by_hand();
    let (id, first) = commands.create_plan(by_hand.clone(), by_alex().keyed("k", "d")).await.unwrap();
    assert!(first.events.len() > 1);
    let (same, again) = commands.create_plan(by_hand, by_alex().keyed("k", "d")).await.unwrap();
    assert_eq!((same, again.revision, again.repeated), (id, first.revision, true));
    assert_eq!(log.head().await.unwrap(), Some(first.position));
}

#[tokio::test]
async fn a_repeated_creation_names_the_same_thing() {
    let commands = commands(MemoryLog::new());
    let key = Uuid::now_v7().to_string();
    let task = fields(&json!({"title": "a"}));
    let (first, _) = commands.create_entity(Kind::Task, task.clone(), by_alex().keyed(&key, "d")).await.unwrap();
    let (again, committed) = commands.create_entity(Kind::Task, task, by_alex().keyed(&key, "d")).await.unwrap();
    assert_eq!((first, true), (again, committed.repeated));
}

#[tokio::test]
async fn a_key_goes_before_the_expected_revision() {
    let commands = commands(MemoryLog::new());
    let seen = commands.entities.execute(&task(1), create("a"), by_alex()).await.unwrap().revision;
    let archive = EntityCommand::Archive { compensates: None };
    let envelope = by_alex().keyed("k", "d").expecting(seen);
    commands.entities.execute(&task(1), archive.clone(), envelope.clone()).await.unwrap();
    assert!(commands.entities.execute(&task(1), archive, envelope).await.unwrap().repeated);
}

#[tokio::test]
async fn a_command_that_another_process_carries_out_in_the_meantime_is_answered_like_there() {
    let archived = |expecting| {
        let envelope = by_alex().keyed("k", "d");
        if expecting { envelope.expecting(Revision::new(1)) } else { envelope }
    };
    for expecting in [true, false] {
        let log = MemoryLog::new();
        let other = commands(log.clone());
        let (same, envelope) = (other.clone(), archived(expecting));
        let restore = EntityCommand::Restore { compensates: None };
        let (again, archive) = (restore.clone(), EntityCommand::Archive { compensates: None });
        let overtaken = UnreliableLog::over(log);
        overtaken.after_next_look(async move {
            let first = same.entities.execute(&task(1), again, envelope).await.unwrap();
            assert_eq!((first.revision, first.repeated), (Revision::new(2), false));
        });
        let here = commands(overtaken);
        other.entities.execute(&task(1), create("a"), by_alex()).await.unwrap();
        here.entities.load(&task(1)).await.unwrap();
        // what is known here is older than what the caller has seen
        other.entities.execute(&task(1), archive, by_sam()).await.unwrap();
        let answer = here.entities.execute(&task(1), restore, archived(expecting)).await.unwrap();
        assert_eq!((answer.revision, answer.repeated), (Revision::new(2), true), "expecting a revision: {expecting}");
    }
}
