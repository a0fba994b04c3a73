//! The live stream.

use axum::{
    body::{Body, BodyDataStream},
    http::Request,
};
use domain::actor::Actor;
use eventlog::{EventId, ExpectedRevision, Metadata, NewEvent, StreamName};
use futures::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::house::{House, launch, moment};

/// A browser's side of the stream.
struct Listener {
    chunks: BodyDataStream,
    read: String,
}

#[derive(Debug, PartialEq)]
struct Message {
    event: String,
    id: String,
    data: Value,
}

impl Listener {
    async fn open(house: &House, query: &str, headers: &[(&str, &str)]) -> Self {
        let mut request = Request::get(format!("/api/v1/live{query}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = house.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self { chunks: response.into_body().into_data_stream(), read: String::new() }
    }

    /// The next message; `None` when the stream has ended.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(name));
                    line.unwrap_or_default().to_owned()
                };
                let message = Message {
                    event: field("event: "),
                    id: field("id: "),
                    data: serde_json::from_str(&field("data: ")).unwrap_or_default(),
                };
                self.read = String::from(rest);
                return Some(message);
            }
            let chunk = self.chunks.next().await?.unwrap();
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The positions of the next changes.
    async fn positions(&mut self, count: usize) -> Vec<u64> {
        let mut positions = Vec::new();
        while positions.len() < count {
            let message = self.next().await.unwrap();
            assert_eq!(message.event, "change");
            assert_eq!(message.id, message.data["position"].to_string());
            positions.push(message.data["position"].as_u64().unwrap());
        }
        positions
    }
}

#[tokio::test]
async fn first_a_snapshot_then_a_change_for_every_event() {
    let house = House::new().await;
    house.draft(launch()).await;
    let mut listener = Listener::open(&house, "", &[]).await;
    let snapshot = listener.next().await.unwrap();
    assert_eq!((snapshot.event.as_str(), snapshot.id.as_str()), ("snapshot", "2"));
    assert_eq!(snapshot.data, json!({"position": 2, "head": 2}));
    let id = house.draft(launch()).await;
    let change = listener.next().await.unwrap();
    assert_eq!((change.event.as_str(), change.id.as_str()), ("change", "3"));
    let expected = json!({
        "position": 3, "stream": format!("plan-{id}"), "revision": 0, "type": "PlanCreated", "plan_id": id,
        "at": "2026-11-23T09:00:00Z", "actor": {"kind": "person", "id": "local"},
    });
    assert_eq!(change.data, expected);
    let task = house.thing("task", json!({"title": "x"})).await;
    assert_eq!(listener.next().await.unwrap().data["type"], "PlanDrafted");
    assert_eq!(listener.next().await.unwrap().data["entity_id"], task.as_str());
}

#[tokio::test]
async fn a_step_is_named_by_what_happens_to_it() {
    let house = House::new().await;
    let id = house.started(launch()).await;
    let mut listener = Listener::open(&house, &format!("?plan={id}"), &[]).await;
    listener.next().await.unwrap();
    house.advance(&id, vec![]).await;
    let change = listener.next().await.unwrap();
    assert_eq!((&change.data["type"], &change.data["step_id"]), (&json!("StepStarted"), &json!("create")));
}

#[tokio::test]
async fn who_comes_back_gets_what_was_missed_once_and_in_order() {
    let house = House::new().await;
    for _ in 0..600 {
        house.thing("idea", json!({"title": "x"})).await;
    }
    for (query, header) in [("?from=10", "10"), ("?from=3", "10")] {
        let mut listener = Listener::open(&house, query, &[("last-event-id", header)]).await;
        let snapshot = listener.next().await.unwrap();
        assert_eq!(snapshot.data, json!({"position": 10, "head": house.log.head().await.unwrap()}));
        house.thing("idea", json!({"title": "later"})).await;
        let head = house.log.head().await.unwrap().unwrap().get();
        let expected: Vec<u64> = (11..=head).collect();
        assert_eq!(listener.positions(expected.len()).await, expected);
    }
    let mut listener = Listener::open(&house, "?from=0", &[]).await;
    listener.next().await.unwrap();
    assert_eq!(listener.positions(600).await, (1..=600).collect::<Vec<_>>());
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_while_others_write() {
    let house = House::new().await;
    let writing = async {
        for _ in 0..300 {
            house.thing("idea", json!({"title": "x"})).await;
            tokio::task::yield_now().await;
        }
    };
    let reading = async {
        for from in [0, 50, 100] {
            let mut listener = Listener::open(&house, "?from=0", &[]).await;
            assert_eq!(listener.next().await.unwrap().event, "snapshot");
            assert_eq!(listener.positions(from + 100).await, (1..=(from as u64 + 100)).collect::<Vec<_>>());
        }
    };
    tokio::join!(writing, reading);
}

#[tokio::test]
async fn a_watcher_of_one_plan_sees_that_plan_only() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let mut listener = Listener::open(&house, &format!("?plan={id}&from=0"), &[]).await;
    listener.next().await.unwrap();
    assert_eq!(listener.positions(2).await, [1, 2]);
    house.draft(launch()).await;
    house.post(&format!("/api/v1/plans/{id}/comments"), json!({"text": "x"})).await.ok();
    assert_eq!(listener.positions(1).await, [5]);
    for unknown in ["x", "pln_01900000-0000-7000-8000-000000000000"] {
        house.get(&format!("/api/v1/live?plan={unknown}")).await.problem(404, "plan.no-such-plan");
    }
}

#[tokio::test]
async fn a_place_that_is_not_known_is_stale_and_the_stream_goes_on_from_the_head() {
    let house = House::new().await;
    house.draft(launch()).await;
    let mut listener = Listener::open(&house, "?from=3", &[]).await;
    let stale = listener.next().await.unwrap();
    assert_eq!((stale.event.as_str(), stale.id.as_str()), ("stale", "2"));
    assert_eq!(stale.data, json!({"position": 2, "asked": 3}));
    house.thing("idea", json!({"title": "x"})).await;
    assert_eq!(listener.positions(1).await, [3]);
}

fn change_of_nothing() -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::now_v7()),
        event_type: "EntityChanged".into(),
        schema_version: 1,
        data: r#"{"changes":[]}"#.into(),
        metadata: Metadata {
            at: moment("2026-11-23T09:00:00Z"),
            tenant: "local".into(),
            actor: Actor::person("local"),
            correlation_id: Uuid::nil(),
            causation_id: None,
            reason: None,
            command: None,
            claim: None,
            span: None,
        },
    }
}

#[tokio::test]
async fn a_place_too_long_ago_is_stale() {
    let house = House::new().await;
    let stream: StreamName = "entity-ide_1".parse().unwrap();
    house.thing("idea", json!({"title": "x"})).await;
    for _ in 0..101 {
        house
            .log
            .append(&stream, ExpectedRevision::Any, (0..100).map(|_| change_of_nothing()).collect())
            .await
            .unwrap();
    }
    let head = house.log.head().await.unwrap().unwrap().get();
    assert_eq!(Listener::open(&house, "?from=1", &[]).await.next().await.unwrap().event, "stale");
    let far = format!("?from={}", head - 10_000);
    assert_eq!(Listener::open(&house, &far, &[]).await.next().await.unwrap().event, "snapshot");
}

#[tokio::test]
async fn an_empty_log_can_be_watched() {
    let house = House::new().await;
    let mut listener = Listener::open(&house, "", &[]).await;
    assert_eq!(listener.next().await.unwrap().data, json!({"position": 0, "head": 0}));
    house.draft(launch()).await;
    assert_eq!(listener.positions(2).await, [1, 2]);
}

#[tokio::test]
async fn a_watcher_that_is_too_slow_is_dropped_and_goes_on_from_where_it_was() {
    let house = House::new().await;
    let mut listener = Listener::open(&house, "", &[]).await;
    listener.next().await.unwrap();
    let mut other = Listener::open(&house, "", &[]).await;
    other.next().await.unwrap();
    for _ in 0..1_200 {
        house.thing("idea", json!({"title": "x"})).await;
        other.next().await.unwrap();
    }
    assert_eq!(listener.next().await, None, "more than the backlog was missed");
    let mut back = Listener::open(&house, "?from=0", &[]).await;
    back.next().await.unwrap();
    assert_eq!(back.positions(1_200).await.last(), Some(&1_200));
}

#[tokio::test]
async fn streams_end_with_the_server() {
    let house = House::new().await;
    let mut listener = Listener::open(&house, "", &[]).await;
    listener.next().await.unwrap();
    house.state.shutdown.cancel();
    assert_eq!(listener.next().await, None);
}

#[tokio::test]
async fn there_are_no_more_streams_than_there_is_room_for() {
    let house = House::with(|parts| parts.settings.max_watchers = 1).await;
    let first = Listener::open(&house, "", &[]).await;
    let reply = house.get("/api/v1/live").await;
    assert_eq!(reply.header("retry-after"), "5");
    reply.problem(429, "request.too-many-watchers");
    drop(first);
    Listener::open(&house, "", &[]).await;
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_beats_and_moves_the_place_to_go_on_from() {
    let house = House::new().await;
    let id = house.draft(launch()).await;
    let mut listener = Listener::open(&house, &format!("?plan={id}"), &[]).await;
    listener.next().await.unwrap();
    house.thing("idea", json!({"title": "of no interest here"})).await;
    let beat = listener.next().await.unwrap();
    assert_eq!((beat.event.as_str(), beat.id.as_str(), beat.data), ("", "3", Value::Null));
}
