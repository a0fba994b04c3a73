//! An event that cannot be applied stands aside with the later ones of its stream; everything else goes on.

use std::{collections::BTreeMap, sync::Arc};

use domain::{decider::Context, testing};
use eventlog::{EventId, EventLog, ExpectedRevision, Filter, MemoryLog, Metadata, NewEvent, RecordedEvent, StreamName};
use indexmap::IndexMap;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::dump;
use crate::{
    NotApplicable, Projection, Tables, load,
    store::{Definition, Mode},
};

/// Counts the events of each stream, and cannot stand some of them.
struct Moody;

impl Projection for Moody {
    const NAME: &'static str = "moody";
    const VERSION: u32 = 1;
    type Row = BTreeMap<String, u64>;
    type Entry = ();

    fn concerns(category: &str) -> bool {
        category != "ignored"
    }

    fn apply(row: &mut Self::Row, event: &Arc<RecordedEvent>) -> Result<Option<()>, NotApplicable> {
        if event.event_type == "Strange" {
            return Err(NotApplicable::StrangeStream { stream: event.stream.clone() });
        }
        *row.entry("count".into()).or_default() += 1;
        assert!(event.event_type != "Boom", "it hurts at {}", event.position);
        Ok(None)
    }

    fn weight(_: &Self::Row) -> usize {
        1
    }
}

impl Tables for Moody {
    const SCHEMA: &'static str = "create table counts (stream text primary key, count integer not null) strict;";

    fn load(connection: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Self::Row>> {
        let sql = "select count from counts where stream = ?1";
        let count = connection.query_row(sql, [stream.as_str()], |row| row.get::<_, u32>(0)).optional()?;
        Ok(count.map(|count| [("count".to_owned(), u64::from(count))].into()))
    }

    fn write(connection: &Connection, rows: &mut IndexMap<StreamName, Self::Row>) -> rusqlite::Result<()> {
        let sql = "insert or replace into counts (stream, count) values (?1, ?2)";
        for (stream, row) in rows {
            let count = row.get("count").copied().unwrap_or(0).to_string();
            connection.execute(sql, [stream.as_str(), &count])?;
        }
        Ok(())
    }

    fn add(_: &Connection, _: &[()]) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// Appends events given as `stream type`, and reads them back.
pub(super) async fn recorded(log: &MemoryLog, events: &[&str]) -> Vec<Arc<RecordedEvent>> {
    let Context { now, actor, .. } = testing::context();
    for (number, event) in events.iter().enumerate() {
        let (stream, event_type) = event.split_once(' ').unwrap();
        let event = NewEvent {
            id: EventId::new(Uuid::from_u128(number as u128 + 1)),
            event_type: event_type.to_owned().into(),
            schema_version: 1,
            data: "{}".into(),
            metadata: Metadata {
                at: now,
                tenant: "local".into(),
                actor: actor.clone(),
                correlation_id: Uuid::nil(),
                causation_id: None,
                reason: None,
                command: None,
            },
        };
        log.append(&stream.parse().unwrap(), ExpectedRevision::Any, vec![event]).await.unwrap();
    }
    log.read_all(None, &Filter::All, usize::MAX).await.unwrap().events
}

const EVENTS: [&str; 9] = [
    "a-1 Fine",
    "b-1 Fine",
    "a-1 Strange",
    "a-1 Fine",
    "ignored-1 Strange",
    "b-1 Boom",
    "b-1 Fine",
    "c-1 Fine",
    "c-1 Fine",
];

#[tokio::test]
async fn what_cannot_be_applied_is_parked_with_what_follows_in_its_stream() {
    let events = recorded(&MemoryLog::new(), &EVENTS).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("build.db");
    let mut store = (Definition::of::<Moody>().create)(&path, Mode::Live).unwrap();
    store.take(&events).unwrap();
    assert_eq!(store.parked(), 4);
    let rows = dump(&path);
    assert_eq!(
        rows[..3],
        [
            r#"counts: [Text("a-1"), Integer(1)]"#,
            r#"counts: [Text("b-1"), Integer(1)]"#,
            r#"counts: [Text("c-1"), Integer(2)]"#,
        ]
    );
    for (row, expected) in rows[3..7].iter().zip([
        "Integer(3), Text(\"a-1\"), Integer(1), Text(\"the stream a-1 is named for no plan",
        "Integer(4), Text(\"a-1\"), Integer(2), Text(\"the event at position 3 of the same stream is parked\")",
        "Integer(6), Text(\"b-1\"), Integer(1), Text(\"folding it failed: it hurts at 6; this is a defect",
        "Integer(7), Text(\"b-1\"), Integer(2), Text(\"the event at position 6 of the same stream is parked\")",
    ]) {
        assert!(row.starts_with(&format!("parked: [{expected}")), "{row}");
    }
}

#[tokio::test]
async fn parked_streams_stay_parked_over_restarts_and_batches() {
    let events = recorded(&MemoryLog::new(), &EVENTS).await;
    let folder = tempfile::tempdir().unwrap();
    let (whole, piecewise) = (folder.path().join("whole.db"), folder.path().join("piecewise.db"));
    let model = Definition::of::<Moody>();
    (model.create)(&whole, Mode::Live).unwrap().take(&events).unwrap();
    let mut store = (model.create)(&piecewise, Mode::Live).unwrap();
    for end in 1..=events.len() {
        let handled = store.checkpoint().map_or(0, |at| usize::try_from(at.position.get()).unwrap());
        store.take(&events[handled..end]).unwrap();
        drop(store);
        store = (model.open)(&piecewise).unwrap();
    }
    assert_eq!(store.parked(), 4);
    assert_eq!(dump(&piecewise), dump(&whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_parks_the_same_events() {
    let log = MemoryLog::new();
    let events = recorded(&log, &EVENTS).await;
    let folder = tempfile::tempdir().unwrap();
    let (followed, loaded) = (folder.path().join("followed.db"), folder.path().join("loaded.db"));
    let model = Definition::of::<Moody>();
    (model.create)(&followed, Mode::Live).unwrap().take(&events).unwrap();
    let builds = vec![load::Build::new(model, loaded.clone())];
    let stores = load::load(&log, builds, None, |_| ()).await.unwrap();
    assert_eq!(stores[0].as_ref().map(|store| store.parked()).ok(), Some(4));
    assert_eq!(dump(&loaded), dump(&followed));
}
