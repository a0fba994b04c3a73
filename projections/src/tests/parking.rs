//! An event that cannot be applied stands aside with the later ones of its stream; everything else goes on.

use std::{cell::Cell, collections::BTreeMap, sync::Arc};

use domain::{decider::Context, testing};
use eventlog::{
    EventId, EventLog, ExpectedRevision, Filter, MemoryLog, Metadata, NewEvent, RecordedEvent, Revision, StreamName,
};
use projections_store::{Action, Mode, Reads, Session, StorageError, Write, values};
use uuid::Uuid;

use super::{
    build, dump,
    place::{Place, facts},
};
use crate::{
    NotApplicable, Projection, Rows, Tables,
    columns::Number,
    load,
    steering::Skips,
    store::{Definition, Store},
};

facts![
    what_cannot_be_applied_is_parked_with_what_follows_in_its_stream,
    parked_streams_stay_parked_over_restarts_and_batches,
    a_load_parks_the_same_events,
    what_is_passed_over_lets_its_stream_go_on,
    a_load_passes_over_the_same_events,
    what_can_be_applied_by_now_is_folded_on,
    what_still_cannot_be_applied_is_parked_as_before,
];

thread_local! {
    /// Whether the fold was mended on this thread.
    static MENDED: Cell<bool> = const { Cell::new(false) };
}

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
        if event.event_type == "Strange" && !MENDED.get() {
            return Err(NotApplicable::StrangeStream { stream: event.stream.clone() });
        }
        *row.entry("count".into()).or_default() += 1;
        assert!(event.event_type != "Boom" || MENDED.get(), "it hurts at {}", event.position);
        Ok(None)
    }

    fn pass_over(_: &mut Self::Row, _: &RecordedEvent) {}

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

    fn write(session: &dyn Session, rows: &mut Rows<Self::Row>) -> Result<(), StorageError> {
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
                span: None,
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
    let memory = MemoryLog::new();
    let events = recorded(&memory, &EVENTS).await;
    let log: Arc<dyn EventLog> = Arc::new(memory);
    let model = Definition::of::<Moody>();
    let (followed, loaded) = (build(&model, 1), build(&model, 2));
    (model.create)(&storage, &followed, Mode::Live).unwrap().take(&events).unwrap();
    let builds = vec![load::Build::new(model, &storage, loaded, Skips::default())];
    let stores = load::load(&log, builds, None, |_| ()).await.unwrap();
    assert_eq!(stores[0].as_ref().map(|store| store.parked()).ok(), Some(4));
    drop(stores);
    assert_eq!(dump(&*storage, &loaded), dump(&*storage, &followed));
}

/// A followed build of the events, and the events.
async fn followed(place: &Place, number: u32) -> (Box<dyn Store>, Vec<Arc<RecordedEvent>>) {
    let events = recorded(&MemoryLog::new(), &EVENTS).await;
    let model = Definition::of::<Moody>();
    let mut store = (model.create)(&place.open(), &build(&model, number), Mode::Live).unwrap();
    store.take(&events).unwrap();
    (store, events)
}

/// The events of a stream from a revision on.
fn tail(events: &[Arc<RecordedEvent>], stream: &str, from: u64) -> Vec<Arc<RecordedEvent>> {
    let wanted = |event: &&Arc<RecordedEvent>| event.stream.as_str() == stream && event.revision.get() >= from;
    events.iter().filter(wanted).cloned().collect()
}

/// Passes over the events at these places.
fn skips(events: &[Arc<RecordedEvent>], positions: &[u64]) -> Skips {
    let wanted = events.iter().filter(|event| positions.contains(&event.position.get()));
    Arc::new(wanted.map(|event| (event.position, event.id)).collect())
}

async fn what_is_passed_over_lets_its_stream_go_on(place: Place) {
    let (mut store, events) = followed(&place, 1).await;
    let (a, b): (StreamName, StreamName) = ("a-1".parse().unwrap(), "b-1".parse().unwrap());
    assert_eq!(store.parked_from(&a).unwrap().map(Revision::get), Some(1));
    // another event at the same place is not meant
    store.skip(Arc::new([(events[2].position, events[0].id)].into()));
    store.retry(&a, &tail(&events, "a-1", 1)).unwrap();
    assert_eq!(store.parked(), 4);
    store.skip(skips(&events, &[3]));
    store.retry(&a, &tail(&events, "a-1", 1)).unwrap();
    assert_eq!(store.parked(), 2);
    let standing: Vec<_> = store.standing_still().into_iter().map(|(stream, at)| (stream, at.get())).collect();
    assert_eq!(standing, [(b, 6)]);
    drop(store);
    let model = Definition::of::<Moody>();
    let rows = dump(&*place.open(), &build(&model, 1));
    assert_eq!(rows[0], r#"counts: [Text("a-1"), Integer(2)]"#);
    assert!(rows[3].starts_with("parked: [Integer(6)"), "{rows:?}");
}

async fn a_load_passes_over_the_same_events(place: Place) {
    let storage = place.open();
    let memory = MemoryLog::new();
    let events = recorded(&memory, &EVENTS).await;
    let log: Arc<dyn EventLog> = Arc::new(memory);
    let model = Definition::of::<Moody>();
    let (followed, loaded) = (build(&model, 1), build(&model, 2));
    let skipped = skips(&events, &[3, 6]);
    let mut store = (model.create)(&storage, &followed, Mode::Live).unwrap();
    store.skip(Arc::clone(&skipped));
    store.take(&events).unwrap();
    assert_eq!(store.parked(), 0);
    drop(store);
    let stores = load::load(&log, vec![load::Build::new(model, &storage, loaded, skipped)], None, |_| ()).await;
    drop(stores.unwrap());
    assert_eq!(dump(&*storage, &loaded), dump(&*storage, &followed));
}

async fn what_can_be_applied_by_now_is_folded_on(place: Place) {
    let (mut store, events) = followed(&place, 1).await;
    MENDED.set(true);
    for stream in ["a-1", "b-1"] {
        store.retry(&stream.parse().unwrap(), &tail(&events, stream, 1)).unwrap();
    }
    assert_eq!((store.parked(), store.standing_still()), (0, Vec::new()));
    drop(store);
    let model = Definition::of::<Moody>();
    let (tried, fresh) = (build(&model, 1), build(&model, 2));
    (model.create)(&place.open(), &fresh, Mode::Live).unwrap().take(&events).unwrap();
    MENDED.set(false);
    assert_eq!(dump(&*place.open(), &tried), dump(&*place.open(), &fresh));
}

async fn what_still_cannot_be_applied_is_parked_as_before(place: Place) {
    let (mut store, events) = followed(&place, 1).await;
    let model = Definition::of::<Moody>();
    let before = dump(&*place.open(), &build(&model, 1));
    for stream in ["a-1", "b-1", "c-1"] {
        store.retry(&stream.parse().unwrap(), &tail(&events, stream, 1)).unwrap();
    }
    assert_eq!(store.parked(), 4);
    drop(store);
    assert_eq!(dump(&*place.open(), &build(&model, 1)), before);
}
