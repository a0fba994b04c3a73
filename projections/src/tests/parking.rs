//! An event that cannot be applied stands aside with the later ones of its stream; everything else goes on.

use std::{collections::BTreeMap, sync::Arc};

use domain::{decider::Context, testing};
use eventlog::{EventId, EventLog, ExpectedRevision, Filter, MemoryLog, Metadata, NewEvent, RecordedEvent, StreamName};
use indexmap::IndexMap;
use projections_store::{Action, Mode, Reads, Session, StorageError, Write, values};
use uuid::Uuid;

use super::{
    build, dump,
    place::{Place, facts},
};
use crate::{NotApplicable, Projection, Tables, columns::Number, load, store::Definition};

facts![
    what_cannot_be_applied_is_parked_with_what_follows_in_its_stream,
    parked_streams_stay_parked_over_restarts_and_batches,
    a_load_parks_the_same_events,
];

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

    fn load(reads: &dyn Reads, stream: &StreamName) -> Result<Option<Self::Row>, StorageError> {
        let sql = "select count from counts where stream = ?1";
        let count = reads.one(sql, values![stream.as_str()], |row| row.get::<u32>(0))?;
        Ok(count.map(|count| [("count".to_owned(), u64::from(count))].into()))
    }

    fn write(session: &dyn Session, rows: &mut IndexMap<StreamName, Self::Row>) -> Result<(), StorageError> {
        let mut counts = session.writer(&COUNT)?;
        for (stream, row) in rows {
            counts.row(values![stream.as_str(), Number(row.get("count").copied().unwrap_or(0))])?;
        }
        counts.finish()
    }

    fn add(_: &dyn Session, _: &[()]) -> Result<(), StorageError> {
        Ok(())
    }
}

const COUNT: Write =
    Write { table: "counts", columns: &["stream", "count"], action: Action::Put { key: &["stream"], kept: &[] } };

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
                claim: None,
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

async fn what_cannot_be_applied_is_parked_with_what_follows_in_its_stream(place: Place) {
    let storage = place.open();
    let events = recorded(&MemoryLog::new(), &EVENTS).await;
    let model = Definition::of::<Moody>();
    let made = build(&model, 1);
    let mut store = (model.create)(&storage, &made, Mode::Live).unwrap();
    store.take(&events).unwrap();
    assert_eq!(store.parked(), 4);
    let rows = dump(&*storage, &made);
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

async fn parked_streams_stay_parked_over_restarts_and_batches(place: Place) {
    let storage = place.open();
    let events = recorded(&MemoryLog::new(), &EVENTS).await;
    let model = Definition::of::<Moody>();
    let (whole, piecewise) = (build(&model, 1), build(&model, 2));
    (model.create)(&storage, &whole, Mode::Live).unwrap().take(&events).unwrap();
    let mut store = (model.create)(&storage, &piecewise, Mode::Live).unwrap();
    for end in 1..=events.len() {
        let handled = store.checkpoint().map_or(0, |at| usize::try_from(at.position.get()).unwrap());
        store.take(&events[handled..end]).unwrap();
        drop(store);
        store = (model.open)(&storage, &piecewise).unwrap();
    }
    assert_eq!(store.parked(), 4);
    assert_eq!(dump(&*storage, &piecewise), dump(&*storage, &whole));
}

async fn a_load_parks_the_same_events(place: Place) {
    let storage = place.open();
    let log = MemoryLog::new();
    let events = recorded(&log, &EVENTS).await;
    let model = Definition::of::<Moody>();
    let (followed, loaded) = (build(&model, 1), build(&model, 2));
    (model.create)(&storage, &followed, Mode::Live).unwrap().take(&events).unwrap();
    let builds = vec![load::Build::new(model, &storage, loaded)];
    let stores = load::load(&log, builds, None, |_| ()).await.unwrap();
    assert_eq!(stores[0].as_ref().map(|store| store.parked()).ok(), Some(4));
    drop(stores);
    assert_eq!(dump(&*storage, &loaded), dump(&*storage, &followed));
}
