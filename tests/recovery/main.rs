//! The process is killed at random moments while plans run; nothing is lost and nothing happens twice.

#[path = "../support/mod.rs"]
mod support;

mod storm;

use std::collections::HashMap;

use serde_json::Value;
use support::{Server, cairn, chain, folder};

const PLANS: usize = 20;
const STEPS: usize = 10;

/// How many times the process is killed; the full proof sets it to 30.
fn rounds() -> u64 {
    std::env::var("CAIRN_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

/// A small generator (splitmix64, Steele et al., 2014), seeded per round so that a failure can be run again.
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plans_that_were_running_when_the_process_was_killed_end_completed_with_one_outcome_per_step() {
    for round in 0..rounds() {
        killed_while_running(round).await;
    }
}

async fn killed_while_running(round: u64) {
    let folder = folder();
    let mut seed = round + 1;
    let server = Server::start(folder.path());
    let mut plans = Vec::new();
    for n in 0..PLANS {
        plans.push(server.draft(chain(&format!("Plan {n}"), STEPS)).await);
    }
    for plan in &plans {
        server.approve_and_start(plan).await;
    }
    // up to three crashes in one run, each after a random number of events, wherever that falls in a step
    let mut server = server;
    for _ in 0..=random(&mut seed) % 3 {
        server.events_go_by(random(&mut seed) % 300).await;
        server.kill();
        server = Server::start(folder.path());
    }
    for plan in &plans {
        let id = plan["id"].as_str().expect("an id");
        let ended = server.plan_until(id, |plan| plan["status"] != "executing").await;
        assert_eq!(ended["status"], "completed", "round {round}: {ended:#}");
        assert_one_outcome_per_step(&server, id, round).await;
    }
    let ideas = server.entities("idea").await;
    let mut titles: HashMap<&str, usize> = HashMap::new();
    for idea in &ideas {
        *titles.entry(idea["fields"]["title"].as_str().expect("a title")).or_default() += 1;
    }
    assert_eq!(titles.len(), PLANS * STEPS, "round {round}");
    assert!(titles.values().all(|count| *count == 1), "round {round}: an entity exists twice");
    assert_eq!(server.terminate(), Some(0));
    verify_offline(folder.path(), round);
}

async fn assert_one_outcome_per_step(server: &Server, plan: &str, round: u64) {
    let answer = server.get(&format!("/plans/{plan}/events?limit=500")).await;
    let events = answer.body["items"].as_array().expect("items").clone();
    let mut ends: HashMap<String, usize> = HashMap::new();
    for event in &events {
        let ended = matches!(event["type"].as_str(), Some("StepCompleted" | "StepFailed" | "StepSkipped"));
        if let Some(step) = event["data"]["step_id"].as_str().filter(|_| ended) {
            *ends.entry(step.to_owned()).or_default() += 1;
        }
    }
    assert_eq!(ends.len(), STEPS, "round {round}, {plan}");
    assert!(ends.values().all(|count| *count == 1), "round {round}, {plan}: {ends:?}");
}

/// The chain verifies, and a rebuild gives the same rows.
fn verify_offline(folder: &std::path::Path, round: u64) {
    let (code, out, err) = cairn(folder, &["audit", "verify"]);
    assert_eq!(code, Some(0), "round {round}: {out}{err}");
    let before = dump(folder);
    let (code, out, err) = cairn(folder, &["ops", "projections", "verify"]);
    assert_eq!(code, Some(0), "round {round}: {out}{err}");
    let (code, out, err) = cairn(folder, &["ops", "projections", "rebuild"]);
    assert_eq!(code, Some(0), "round {round}: {out}{err}");
    assert_eq!(dump(folder), before, "round {round}");
}

fn dump(folder: &std::path::Path) -> Vec<Value> {
    let (code, out, err) = cairn(folder, &["dump", "--canonical"]);
    assert_eq!(code, Some(0), "{err}");
    out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}
