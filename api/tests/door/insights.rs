//! How good drafts are, as the figures tell.

use serde_json::json;

use crate::house::{House, failed, launch};

#[tokio::test]
async fn what_becomes_of_drafts_is_counted_by_planner_and_kind() {
    let house = House::new().await;
    let unchanged = house.draft(launch()).await;
    house.approve(&unchanged).await;
    house.post(&format!("/api/v1/plans/{unchanged}/rate"), json!({"score": 5})).await.ok();

    let edited = house.draft(launch()).await;
    let change = json!({"changes": [{"op": "edit_step", "step_id": "plan", "set": {"title": "Plan it well"}}]});
    house.post_on(1, &format!("/api/v1/plans/{edited}/edits"), change).await.ok();
    house.approve(&edited).await;

    let rejected = house.draft(launch()).await;
    house.post(&format!("/api/v1/plans/{rejected}/reject"), json!({"reason": "not now"})).await.ok();
    house.post(&format!("/api/v1/plans/{rejected}/rate"), json!({"score": 2})).await.ok();

    let broken = house.started(launch()).await;
    house.advance(&broken, Vec::new()).await;
    house.advance(&broken, vec![failed("create", 1)]).await;
    house.draft(json!([{"action_type": "idea.create", "params": {"title": "x"}}])).await;
    house.settled().await;

    let insights = house.get("/api/v1/insights").await.ok();
    let total = &insights["total"];
    let counted = ["plans", "unchanged", "edited", "rejected", "open"].map(|name| total[name].as_u64().unwrap());
    assert_eq!(counted, [5, 2, 1, 1, 1], "{insights:#}");
    assert_eq!((&total["acceptance"], &total["mean_rating"]), (&json!(0.75), &json!(3.5)), "{insights:#}");
    assert_eq!(insights["planners"][0]["planner"], "person");
    let kinds: Vec<_> = insights["kinds"].as_array().unwrap().iter().map(|line| line["kind"].clone()).collect();
    assert_eq!(kinds, ["project", "idea"]);
    assert_eq!(insights["failures"], json!([{"code": "action.failed", "count": 1}]), "{insights:#}");
    let later = house.get("/api/v1/insights?since=2030-01-01T00:00:00Z").await.ok();
    assert_eq!(later["total"]["plans"], 0);
}
