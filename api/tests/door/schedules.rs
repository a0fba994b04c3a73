//! Schedules through the door: made with a look at their next times, listed with what came of them, paused and removed.

use domain::ids::ScheduleId;
use serde_json::{Value, json};

use crate::house::{House, first_error, moment};

async fn template(house: &House) -> String {
    let content = json!({
        "plan_name": "Review of {{params.day}}",
        "parameters": [
            {"name": "day", "type": "date", "required": true}, {"name": "what", "required": true},
        ],
        "steps": [{"id": "a", "title": "Look at {{params.what}}", "action_type": "task.create",
            "params": {"title": "{{params.what}}"}}],
    });
    let reply = house.post("/api/v1/templates", json!({"name": "Review", "content": content})).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.body["template_id"].as_str().unwrap().to_owned()
}

fn weekly() -> Value {
    json!({"cron": "0 9 * * mon", "time_zone": "Europe/Berlin", "arguments": {"day": "today", "what": "the board"}})
}

async fn scheduled(house: &House, template: &str) -> (String, ScheduleId) {
    let reply = house.post(&format!("/api/v1/templates/{template}/schedules"), weekly()).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let id = reply.body["schedule_id"].as_str().unwrap().to_owned();
    let parsed = id.parse().unwrap();
    (id, parsed)
}

async fn listed(house: &House, template: &str) -> Value {
    house.settled().await;
    house.get(&format!("/api/v1/templates/{template}/schedules")).await.ok()["items"].clone()
}

#[tokio::test]
async fn the_next_five_times_are_shown_before_anything_is_made() {
    let house = House::new().await;
    let template = template(&house).await;
    let path = format!("/api/v1/templates/{template}/schedules/preview");
    let shown = house.post(&path, weekly()).await.ok();
    let next = [
        "2026-11-30T08:00:00Z",
        "2026-12-07T08:00:00Z",
        "2026-12-14T08:00:00Z",
        "2026-12-21T08:00:00Z",
        "2026-12-28T08:00:00Z",
    ];
    assert_eq!(shown["next"], json!(next));
    assert_eq!(shown["plan_name"], "Review of 2026-11-30");
    assert_eq!(listed(&house, &template).await, json!([]));
}

#[tokio::test]
async fn what_came_of_it_is_listed_with_the_plan_or_the_reason_why_there_is_none() {
    let house = House::new().await;
    let template = template(&house).await;
    let (id, schedule) = scheduled(&house, &template).await;
    house.clock.set(moment("2026-11-30T08:00:00Z"));
    house.commands.fire_schedule(schedule, moment("2026-11-30T08:00:00Z")).await.unwrap();
    house.post(&format!("/api/v1/templates/{template}/retire"), json!({"reason": "old"})).await.ok();
    house.clock.set(moment("2026-12-07T08:00:00Z"));
    house.commands.fire_schedule(schedule, moment("2026-12-07T08:00:00Z")).await.unwrap();
    let told = listed(&house, &template).await[0].clone();
    assert_eq!(told["id"], id);
    assert_eq!(
        (&told["outcomes"][0]["outcome"], &told["outcomes"][0]["code"]),
        (&json!("failure"), &json!("template.retired"))
    );
    assert_eq!(told["outcomes"][1]["outcome"], "plan");
    assert_eq!(told["next"][0], "2026-12-14T08:00:00Z");
    let plan = house.plan(told["outcomes"][1]["plan_id"].as_str().unwrap()).await;
    assert_eq!(plan["origin"]["template"]["schedule_id"], id);
    assert_eq!(plan["origin"]["template"]["due"], "2026-11-30T08:00:00Z");
    let all = house.get("/api/v1/schedules").await.ok();
    assert_eq!((&all["items"][0]["id"], &all["items"][0]["template_name"]), (&json!(id), &json!("Review")));
}

#[tokio::test]
async fn a_schedule_is_paused_resumed_and_removed() {
    let house = House::new().await;
    let template = template(&house).await;
    let (id, _) = scheduled(&house, &template).await;
    house.post(&format!("/api/v1/schedules/{id}/pause"), json!({"reason": "holidays"})).await.ok();
    let told = house.get(&format!("/api/v1/schedules/{id}")).await.ok();
    assert_eq!((&told["paused"], &told["next"]), (&json!("holidays"), &json!([])));
    house.post(&format!("/api/v1/schedules/{id}/pause"), json!({})).await.problem(409, "schedule.paused");
    house.post(&format!("/api/v1/schedules/{id}/resume"), json!({})).await.ok();
    house.post(&format!("/api/v1/schedules/{id}/resume"), json!({})).await.problem(409, "schedule.not-paused");
    house.post(&format!("/api/v1/schedules/{id}/remove"), json!({})).await.ok();
    house.post(&format!("/api/v1/schedules/{id}/resume"), json!({})).await.problem(409, "schedule.removed");
    assert_eq!(listed(&house, &template).await, json!([]));
}

#[tokio::test]
async fn what_could_not_work_is_refused_with_a_pointer() {
    let house = House::new().await;
    let template = template(&house).await;
    let path = format!("/api/v1/templates/{template}/schedules");
    for (field, value, code, pointer) in [
        ("cron", json!("every monday"), "schedule.bad-rhythm", "/cron"),
        ("cron", json!("0 9 30 2 *"), "schedule.bad-rhythm", "/cron"),
        ("time_zone", json!("Middle/Earth"), "schedule.bad-rhythm", "/time_zone"),
        ("arguments", json!({"day": "soon", "what": "x"}), "template.bad-arguments", "/arguments/day"),
        ("arguments", json!({"day": "today"}), "template.bad-arguments", "/arguments/what"),
    ] {
        let mut body = weekly();
        body[field] = value;
        let refused = house.post(&path, body).await.problem(422, code);
        assert_eq!(first_error(&refused).0, pointer, "{refused}");
    }
    house.get("/api/v1/schedules/nothing").await.problem(404, "schedule.no-such-schedule");
    assert_eq!(listed(&house, &template).await, json!([]));
}
