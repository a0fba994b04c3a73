//! The figures, in a test of their own: they count whatever the process does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "door/house.rs"]
#[allow(dead_code, reason = "made for the tests of the whole door")]
mod house;

use crate::house::{House, launch};

#[tokio::test]
async fn the_figures_are_those_of_this_process() {
    let metrics = cairn_api::Metrics::install().unwrap();
    let house = House::with(|parts| parts.metrics = metrics).await;
    let id = house.started(launch()).await;
    house.advance(&id, vec![]).await;
    house.settled().await;
    let figures = house.get("/metrics").await;
    assert!(figures.header("content-type").starts_with("text/plain"));
    for figure in [
        "cairn_http_requests_total{method=\"POST\",route=\"/api/v1/plans\",status=\"202\"} 1",
        "cairn_http_request_duration_seconds_bucket",
        "cairn_projection_lag_events{model=\"plan_list\"} 0",
        "cairn_projection_lag_seconds{model=\"plan_list\"} 0",
        "cairn_projection_parked_events{model=\"plan_list\"} 0",
    ] {
        assert!(figures.text.contains(figure), "{figure} is not in:\n{}", figures.text);
    }
    assert!(!figures.text.contains(&id), "ids are no labels");
}
