//! For those who run the server.

use serde_json::json;

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
    for verb in ["rebuild", "verify", "swap-back"] {
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
