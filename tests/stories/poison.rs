//! Events that this build cannot read get into the log: one of each kind. They are named and parked, everything else
//! goes on, and people decide what becomes of them.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{
    poisoning::{POISON, poison},
    support::{Server, cairn, chain, folder},
};

fn id(plan: &Value) -> String {
    plan["id"].as_str().unwrap().to_owned()
}

/// Four plans with a poisonous event each, and one without.
async fn poisoned(folder: &Path) -> (Vec<String>, String) {
    let server = Server::start(folder);
    let mut plans = Vec::new();
    for (kind, ..) in POISON {
        plans.push(id(&server.draft(chain(kind, 2)).await));
    }
    let healthy = id(&server.draft(chain("healthy", 2)).await);
    assert_eq!(server.terminate(), Some(0));
    poison(folder, &plans).await;
    (plans, healthy)
}

/// Waits until every read model has seen everything; gives the end of the log.
async fn caught_up(server: &Server) -> u64 {
    let head = server.get("/ops/log?limit=1").await.body["position"].as_u64().unwrap();
    for list in ["plans", "activity", "insights", "templates", "events", "workspace/entities"] {
        let answer = server.get(&format!("/{list}?min_position={head}&wait_ms=10000")).await;
        assert!(answer.status.is_success() && answer.body["stale"] != true, "{list}: {:?}", answer.body);
    }
    head
}

async fn parked(server: &Server) -> Vec<Value> {
    server.get("/ops/parked").await.body["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_everything_else_goes_on() {
    let home = folder();
    let (plans, healthy) = poisoned(home.path()).await;
    let server = Server::start(home.path());
    let head = caught_up(&server).await;
    server.plan(&healthy, head).await;

    let parked = parked(&server).await;
    for (plan, (kind, event_type, version, data)) in plans.iter().zip(POISON) {
        let here = |item: &&Value| item["stream"] == format!("plan-{plan}") && item["projection"] == "plan_board";
        let here: Vec<_> = parked.iter().filter(here).collect();
        assert_eq!(here.len(), 2, "{parked:#?}");
        let (first, second) = (here[0], here[1]);
        assert_eq!((&first["kind"], &first["revision"]), (&json!(kind), &json!(2)));
        assert_eq!((&first["type"], &first["schema_version"]), (&json!(event_type), &json!(version)));
        assert_eq!(first["payload"], data);
        assert_eq!((&second["kind"], &second["behind"]), (&json!("behind_parked"), &first["position"]));

        let rated = server.post(&format!("/plans/{plan}/rate"), json!({"score": 3})).await;
        assert_eq!((rated.status.as_u16(), &rated.body["code"]), (409, &json!("stream.unreadable-event")));
        assert_eq!((&rated.body["revision"], &rated.body["stream"]), (&json!(2), &json!(format!("plan-{plan}"))));
        assert!(rated.content_type.starts_with("application/problem+json"), "{}", rated.content_type);
        let shown = server.get(&format!("/plans/{plan}")).await;
        let (status, read) = (shown.status.as_u16(), &shown.body);
        assert_eq!((status, &read["status"], &read["revision"]), (200, &json!("draft"), &json!(1)), "{read:#}");
        let history = server.get(&format!("/plans/{plan}/events")).await;
        assert_eq!(history.status.as_u16(), 200, "{:?}", history.body);
        assert!(history.body["items"][2]["unreadable"].is_string(), "{:#}", history.body);
        assert!(history.body["items"][3]["unreadable"].is_null(), "{:#}", history.body);
    }
    let found = server.get("/ops/log?type=PlanBlessed").await.body;
    assert_eq!((&found["items"][0]["chained"], &found["items"][0]["data"]["by"]), (&json!(true), &json!("the moon")));

    let plan = server.plan(&healthy, 0).await;
    server.approve_and_start(&plan).await;
    server.plan_until(&healthy, |plan| plan["status"] == "completed").await;
    assert_eq!(server.terminate(), Some(0));
    let (code, out, err) = cairn(home.path(), &["audit", "verify"]);
    assert_eq!(code, Some(0), "{out}{err}");
}

#[tokio::test]
async fn what_is_skipped_stays_so_and_the_stream_behind_it_is_shown() {
    let home = folder();
    let (plans, _) = poisoned(home.path()).await;
    let server = Server::start(home.path());
    let head = caught_up(&server).await;
    server.plan(&plans[0], head).await;
    let list = parked(&server).await;
    let first = |plan: &str| {
        let here = |item: &&Value| item["stream"] == format!("plan-{plan}") && item["behind"].is_null();
        list.iter().find(here).map(|item| item["position"].as_u64().unwrap()).unwrap()
    };

    // nothing has changed: a retry finds the same, and says so
    let again = server.post(&format!("/ops/parked/plan_board-{}/retry", first(&plans[0])), json!({})).await;
    let item = &again.body["items"][0];
    assert_eq!((&item["projection"], &item["before"], &item["parked"]), (&json!("plan_board"), &json!(8), &json!(8)));
    let unheard = server.post(&format!("/ops/parked/{}/skip", first(&plans[0])), json!({"note": " "})).await;
    assert_eq!(unheard.body["code"], "request.invalid-body");
    let missing = server.post("/ops/parked/plan_board-999/skip", json!({"note": "gone"})).await;
    assert_eq!((missing.status.as_u16(), &missing.body["code"]), (404, &json!("ops.not-parked")));

    for plan in &plans[..3] {
        let skipped = server.post(&format!("/ops/parked/{}/skip", first(plan)), json!({"note": "not ours"})).await;
        assert!(skipped.status.is_success(), "{:?}", skipped.body);
        let shown = server.get(&format!("/plans/{plan}")).await.body;
        assert_eq!(shown["revision"], 3, "{shown:#}");
    }
    let of_fourth = first(&plans[3]);
    let (code, out, err) =
        cairn(home.path(), &["ops", "parked", "skip", &of_fourth.to_string(), "--note", "a newer one wrote it"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(parked(&server).await.is_empty());

    // what was decided holds for builds that come later, and they equal what the log gives
    for model in ["plan_list", "plan_board"] {
        let (code, out, err) = cairn(home.path(), &["ops", "projections", "rebuild", model]);
        assert_eq!(code, Some(0), "{out}{err}");
    }
    assert!(parked(&server).await.is_empty());
    let skipped = server.get("/ops/skipped").await.body;
    let items = skipped["items"].as_array().unwrap();
    let mine = items.iter().find(|item| item["position"] == of_fourth && item["projection"] == "plan_list");
    let decision = &mine.unwrap()["decision"];
    assert_eq!((&decision["note"], &decision["actor"]["id"]), (&json!("a newer one wrote it"), &json!("local")));
    assert!(decision["at"].is_string());
    let (code, out, err) = cairn(home.path(), &["ops", "projections", "verify"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!(server.terminate(), Some(0));
    let (code, out, _) = cairn(home.path(), &["ops", "parked", "list", "--output", "jsonl"]);
    assert_eq!((code, out.trim()), (Some(0), ""));
    let (code, out, err) = cairn(home.path(), &["ops", "projections", "verify"]);
    assert_eq!(code, Some(0), "{out}{err}");
}

#[tokio::test]
async fn what_can_be_read_again_is_folded_on() {
    let home = folder();
    let (plans, _) = poisoned(home.path()).await;
    let server = Server::start(home.path());
    let head = caught_up(&server).await;
    let before = server.plan(&plans[1], head).await;
    assert_eq!(before["revision"], 1);
    assert_eq!(server.terminate(), Some(0));

    // the damaged bytes are put right, as from a copy of the log
    let file = Connection::open(home.path().join("log.db")).unwrap();
    file.execute_batch("drop trigger events_are_never_changed").unwrap();
    let mended = file.execute(r#"update events set data = '{"score": 2}' where data = '{"score": 4, "comm'"#, []);
    assert_eq!(mended.unwrap(), 1);
    drop(file);

    let server = Server::start(home.path());
    let plan = server.plan(&plans[1], head).await;
    assert_eq!(plan["revision"], 3, "{plan:#}");
    let streams: Vec<_> = parked(&server).await.into_iter().map(|item| item["stream"].clone()).collect();
    assert!(!streams.contains(&json!(format!("plan-{}", plans[1]))), "{streams:?}");
    assert!(streams.contains(&json!(format!("plan-{}", plans[2]))), "{streams:?}");
}
