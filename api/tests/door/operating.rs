//! For those who run the server.

use serde_json::{Value, json};

use crate::house::{House, launch};

#[tokio::test]
async fn read_models_are_listed_rebuilt_verified_and_swapped_back() {
    let house = House::new().await;
    house.draft(launch()).await;
    house.settled().await;
    let models = house.get("/api/v1/ops/projections").await.ok();
    let names: Vec<_> = models["items"].as_array().unwrap().iter().map(|model| model["name"].clone()).collect();
    assert_eq!(names, ["plan_list", "plan_board", "plan_history", "workspace", "activity", "insights", "templates"]);
    let before = &models["items"][0];
    assert_eq!((&before["position"], &before["lag_events"], &before["parked"]), (&json!(2), &json!(0), &json!(0)));

    let swap_back = "/api/v1/ops/projections/plan_list/swap-back";
    house.post(swap_back, json!({})).await.problem(409, "ops.no-earlier-build");
    let reply = house.send("POST", "/api/v1/ops/projections/plan_list/rebuild", &[], None).await;
    assert_eq!(reply.status.as_u16(), 202, "{}", reply.text);
    let verified = loop {
        // The rebuild has the model's turn until it is done.
        let reply = house.send("POST", "/api/v1/ops/projections/plan_list/verify", &[], None).await;
        if reply.status.as_u16() == 200 {
            break reply.ok();
        }
        reply.problem(409, "ops.rebuild-running");
        tokio::task::yield_now().await;
    };
    assert_eq!((&verified["equal"], &verified["rows"], &verified["position"]), (&json!(true), &json!(1), &json!(2)));
    let rebuilt = house.get("/api/v1/ops/projections").await.ok()["items"][0].clone();
    assert!(rebuilt["generation"].as_u64() > before["generation"].as_u64());
    assert_eq!(rebuilt["can_swap_back"], true);
    house.post(swap_back, json!({})).await.ok();
    assert_eq!(house.get("/api/v1/ops/parked").await.ok()["items"], json!([]));
}

#[tokio::test]
async fn a_read_model_that_is_not_there_is_not_found() {
    let house = House::new().await;
    for verb in ["rebuild", "verify", "swap-back", "discard", "pause", "resume"] {
        let path = format!("/api/v1/ops/projections/nothing/{verb}");
        house.send("POST", &path, &[], None).await.problem(404, "ops.no-such-projection");
    }
}

#[tokio::test]
async fn health_says_what_is_fine_and_what_is_not() {
    let house = House::new().await;
    for path in ["/livez", "/readyz", "/startupz"] {
        assert_eq!(house.get(path).await.ok()["status"], "ok");
    }
    house.state.shutdown.cancel();
    let reply = house.get("/readyz").await;
    assert_eq!(reply.status.as_u16(), 503);
    assert_eq!(reply.body["checks"][0]["reason"], "shutting-down");
    house.get("/livez").await.ok();
}

/// Waits until an operation has ended.
pub(crate) async fn ended(house: &House, path: &str) -> Value {
    loop {
        let operation = house.get(path).await.ok();
        if operation["state"] != "running" {
            return operation;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn long_work_is_started_followed_and_known_afterwards() {
    let house = House::new().await;
    house.draft(launch()).await;
    house.settled().await;
    let begun = house.post("/api/v1/ops/projections/plan_list/rebuild", json!({})).await;
    let place = begun.header("location").to_owned();
    let rebuilt = ended(&house, &place).await;
    assert_eq!((&rebuilt["state"], &rebuilt["kind"]), (&json!("done"), &json!("rebuild")), "{rebuilt:#}");
    assert_eq!((&rebuilt["rebuilt"]["generation"], &rebuilt["rebuilt"]["events"]), (&json!(2), &json!(2)));
    house.post(&format!("{place}/cancel"), json!({})).await.problem(409, "ops.operation-over");

    let begun = house.post("/api/v1/ops/projections/plan_list/verify", json!({"background": true})).await;
    assert_eq!(begun.status.as_u16(), 202);
    let verified = ended(&house, begun.header("location")).await;
    assert_eq!((&verified["verified"]["equal"], &verified["verified"]["rows"]), (&json!(true), &json!(1)));

    let begun = house.post("/api/v1/ops/projections/plan_list/replay", json!({"position": 1})).await;
    let replayed = ended(&house, begun.header("location")).await["replayed"].clone();
    assert_eq!((&replayed["position"], &replayed["tables"][0]["rows"]), (&json!(1), &json!(1)));
    assert!(replayed["different"].as_u64() > Some(0), "{replayed:#}");
    house
        .post("/api/v1/ops/projections/plan_list/replay", json!({"position": 99}))
        .await
        .problem(404, "history.not-yet");
    house
        .post("/api/v1/ops/projections/plan_list/replay", json!({"position": 0}))
        .await
        .problem(422, "request.invalid-body");

    house.post("/api/v1/ops/projections/plan_list/discard", json!({})).await.ok();
    let known = house.get("/api/v1/ops/operations").await.ok();
    let kinds: Vec<_> = known["items"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["replay", "verify", "rebuild"]);
    house.get("/api/v1/ops/operations/nothing").await.problem(404, "ops.no-such-operation");
}

#[tokio::test]
async fn a_paused_model_says_who_and_why_and_the_server_stays_ready() {
    let house = House::new().await;
    house.draft(launch()).await;
    house.settled().await;
    let pause = "/api/v1/ops/projections/plan_list/pause";
    let paused = house.post(pause, json!({"note": "looking at it"})).await.ok();
    assert_eq!((&paused["state"], &paused["paused"]["note"]), (&json!("paused"), &json!("looking at it")));
    assert_eq!(paused["paused"]["actor"]["id"], "local");
    let id = house.draft(launch()).await;
    let old = house.get("/api/v1/plans?min_position=4&wait_ms=1").await;
    assert_eq!((old.header("cairn-stale"), old.body["items"].as_array().map(Vec::len)), ("true", Some(1)));
    assert_eq!(house.get("/readyz").await.ok()["status"], "ok");
    let listed = house.get("/api/v1/ops/projections").await.ok()["items"][0].clone();
    assert_eq!((&listed["state"], &listed["lag_events"]), (&json!("paused"), &json!(2)));
    let parked = "/api/v1/ops/parked/plan_list-1/retry";
    house.post(parked, json!({})).await.problem(404, "ops.not-parked");
    house.post("/api/v1/ops/projections/plan_list/resume", json!({})).await.ok();
    house.settled().await;
    let names = house.get("/api/v1/plans").await.ok();
    assert_eq!((&names["items"][0]["id"], names["items"].as_array().map(Vec::len)), (&json!(id), Some(2)));
}

#[tokio::test]
async fn the_log_is_browsed_by_stream_type_request_and_place() {
    let house = House::new().await;
    let (one, _) = (house.draft(launch()).await, house.draft(launch()).await);
    house.settled().await;
    let list = async |query: &str| house.get(&format!("/api/v1/ops/log?{query}")).await.ok();
    let positions = |page: &Value| -> Vec<u64> {
        page["items"].as_array().unwrap().iter().map(|event| event["position"].as_u64().unwrap()).collect()
    };
    assert_eq!(positions(&list("").await), [4, 3, 2, 1]);
    let stream = list(&format!("stream=plan-{one}&limit=1")).await;
    assert_eq!(positions(&stream), [2]);
    let next = stream["next"].as_str().unwrap();
    assert_eq!(positions(&list(&format!("stream=plan-{one}&limit=1&cursor={next}")).await), [1]);
    assert_eq!(positions(&list("type=PlanDrafted").await), [4, 2]);
    let from = list("position=2&limit=2").await;
    assert_eq!(positions(&from), [2, 3]);
    assert_eq!(positions(&list(&format!("position=2&cursor={}", from["next"].as_str().unwrap())).await), [4]);
    assert_eq!(positions(&list("position=9").await), [0_u64; 0]);
    let event = house.get("/api/v1/ops/log/2").await.ok();
    assert_eq!((&event["type"], &event["chained"]), (&json!("PlanDrafted"), &json!(true)));
    assert_eq!(event["metadata"]["actor"]["id"], "local");
    let request = event["correlation_id"].as_str().unwrap();
    assert_eq!(positions(&list(&format!("correlation_id={request}")).await), [2, 1]);
    for place in ["0", "5", "x"] {
        house.get(&format!("/api/v1/ops/log/{place}")).await.problem(404, "event.no-such-event");
    }
    house.get("/api/v1/ops/log?stream=plan-1&position=1").await.problem(400, "request.bad-query");
}
