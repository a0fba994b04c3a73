//! Several nodes over one log on a server and one PostgreSQL, and what happens when one of them dies or stands still.
//!
//! The nodes are real processes; the log's server is the double, the PostgreSQL is real.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use esdouble::{Double, Options};
use pgserver::Server as Postgres;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{PATIENCE, Server, cairn, chain, folder};

/// Short, so that nobody waits long; what must hold is the lease and five seconds.
const LEASE: Duration = Duration::from_secs(3);
const TAKE_OVER: Duration = Duration::from_secs(8);

struct Cluster {
    eventstore: String,
    read_models: String,
}

impl Cluster {
    /// Names the double and a schema of the server; `None` where PostgreSQL is not installed.
    fn over(double: &Double) -> Option<Self> {
        let server = Postgres::shared()?;
        let read_models = format!("{}&schema={}", server.url(), server.fresh_name());
        Some(Self { eventstore: double.connection_string(), read_models })
    }

    /// Starts a node; `keys` is a folder that the nodes share.
    async fn node(&self, folder: &Path, keys: &Path, roles: &str) -> Server {
        let keys = keys.join("keys");
        let flags = ["--eventstore", &self.eventstore, "--read-models", &self.read_models, "--role", roles];
        let lease = LEASE.as_secs().to_string();
        let keys = keys.to_str().unwrap();
        let variables = [("CAIRN_LOG", "warn"), ("CAIRN_LEASE_SECONDS", lease.as_str()), ("CAIRN_KEYS", keys)];
        let node = Server::start_in(folder, &flags, &variables, Stdio::inherit());
        let ready = async {
            while node.try_send(reqwest::Method::GET, "/me", None, &[]).await.is_ok_and(|a| a.status != StatusCode::OK)
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ready).await.expect("the node is ready in time");
        node
    }
}

async fn double(folder: &Path) -> Double {
    let options = Options { file: Some(folder.join("server.log")), max_append: 16 << 20, ..Options::default() };
    Double::start(options).await.expect("the double starts")
}

const ALL: &str = "api,runner,projector";

/// Follows a plan until it is as wanted; how long it took.
async fn until(node: &Server, plan: &str, wanted: impl Fn(&Value) -> bool) -> Duration {
    let begin = Instant::now();
    node.plan_until(plan, wanted).await;
    begin.elapsed()
}

/// Makes a plan of many steps on a node, approves and starts it, and waits until some are done.
async fn under_way(node: &Server, name: &str) -> String {
    let plan = node.draft(chain(name, STEPS)).await;
    node.approve_and_start(&plan).await;
    let id = plan["id"].as_str().unwrap().to_owned();
    until(node, &id, |plan| completed(plan) > 3).await;
    id
}

const STEPS: usize = 60;

fn completed(plan: &Value) -> usize {
    plan["steps"].as_array().unwrap().iter().filter(|step| step["status"] == "completed").count()
}

/// The ideas that the steps of a plan wrote down, each once.
async fn ideas(node: &Server, name: &str) -> Vec<String> {
    let ideas = node.entities("idea").await;
    let titles = ideas.iter().filter_map(|idea| idea["title"].as_str()).filter(|title| title.starts_with(name));
    let mut titles: Vec<String> = titles.map(str::to_owned).collect();
    titles.sort();
    titles
}

fn each_step_once(name: &str) -> Vec<String> {
    let mut titles: Vec<String> = (1..=STEPS).map(|n| format!("{name} {n}")).collect();
    titles.sort();
    titles
}

/// How many events there are, and how many of them the nodes say they appended since they gather figures.
async fn counted(nodes: [&Server; 2]) -> (usize, u64) {
    let mut appended = 0;
    for node in nodes {
        let figures = reqwest::get(format!("{}/metrics", node.url)).await.unwrap().text().await.unwrap();
        let count = figures.lines().find_map(|line| line.strip_prefix("cairn_events_appended_total "));
        appended += count.map_or(0, |count| count.parse::<u64>().unwrap());
    }
    let log = nodes[0].get("/ops/log?limit=200").await.body;
    (log["items"].as_array().unwrap().len(), appended)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_is_told_every_node_knows() {
    let (log, keys, one, other) = (folder(), folder(), folder(), folder());
    let server = double(log.path()).await;
    let Some(cluster) = Cluster::over(&server) else { return };
    let one = cluster.node(one.path(), keys.path(), ALL).await;
    let other = cluster.node(other.path(), keys.path(), ALL).await;
    let (before, counted_before) = counted([&one, &other]).await;
    let plan = one.draft(chain("Shared", 3)).await;
    let id = plan["id"].as_str().unwrap();
    let seen = other.plan(id, plan["position"].as_u64().unwrap_or(0)).await;
    assert_eq!(seen["content_hash"], plan["content_hash"]);
    // Approved and started on the other node, carried out by whichever has the turn, shown by both.
    other.approve_and_start(&seen).await;
    for node in [&one, &other] {
        let ended = node.plan_until(id, |plan| plan["status"] != "executing").await;
        assert_eq!(ended["status"], "completed", "{ended:#}");
    }
    assert_eq!(one.entities("idea").await.len(), 3);
    // Each event was heard by both, and is counted once; the last one a moment after others may see it.
    let counting = async {
        loop {
            let (events, counts) = counted([&one, &other]).await;
            assert!(
                events >= before + 10 && counts - counted_before <= (events - before) as u64,
                "{counts} of {events}"
            );
            if counts - counted_before == (events - before) as u64 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, counting).await.expect("every event is counted");
    assert_eq!(one.terminate(), Some(0));
    assert_eq!(other.terminate(), Some(0));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_goes_on_with_a_plan_when_the_one_that_carried_it_out_is_killed() {
    let (log, keys, one, other) = (folder(), folder(), folder(), folder());
    let server = double(log.path()).await;
    let Some(cluster) = Cluster::over(&server) else { return };
    let doomed = cluster.node(one.path(), keys.path(), ALL).await;
    let other = cluster.node(other.path(), keys.path(), ALL).await;
    let plan = under_way(&doomed, "Killed").await;
    let seen = doomed.changes_after(0, 10).await;
    doomed.kill();
    assert!(completed(&other.plan(&plan, 0).await) < STEPS, "it was killed in the middle");
    let took = until(&other, &plan, |plan| plan["status"] == "completed").await;
    assert!(took < TAKE_OVER, "it took {took:?}");
    assert_eq!(ideas(&other, "Killed").await, each_step_once("Killed"));
    // Whoever watched the node that died goes on behind what was seen last, and misses nothing.
    let all = other.changes_after(0, 30).await;
    let rest = other.changes_after(seen[9], 20).await;
    assert_eq!([seen, rest].concat(), all);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stood_still_does_nothing_that_another_has_taken_over() {
    let (log, keys, one, other) = (folder(), folder(), folder(), folder());
    let server = double(log.path()).await;
    let Some(cluster) = Cluster::over(&server) else { return };
    let still = cluster.node(one.path(), keys.path(), ALL).await;
    let other = cluster.node(other.path(), keys.path(), ALL).await;
    let plan = under_way(&still, "Stopped").await;
    still.signal("-STOP");
    assert!(completed(&other.plan(&plan, 0).await) < STEPS, "it was stopped in the middle");
    let took = until(&other, &plan, |plan| plan["status"] == "completed").await;
    assert!(took < TAKE_OVER, "it took {took:?}");
    still.signal("-CONT");
    // It wakes up in the middle of what it did, and answers as if nothing had been; what it had in mind is late.
    let ended = still.plan_until(&plan, |plan| plan["status"] == "completed").await;
    assert_eq!(completed(&ended), STEPS);
    assert_eq!(ideas(&other, "Stopped").await, each_step_once("Stopped"));
    // Both go on: what the one is told, the other carries out.
    let next = still.draft(chain("After", 3)).await;
    still.approve_and_start(&next).await;
    until(&still, next["id"].as_str().unwrap(), |plan| plan["status"] == "completed").await;
    assert_eq!(still.terminate(), Some(0));
    assert_eq!(other.terminate(), Some(0));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_only_answers_leaves_the_work_to_others() {
    let (log, keys, one, other) = (folder(), folder(), folder(), folder());
    let server = double(log.path()).await;
    let Some(cluster) = Cluster::over(&server) else { return };
    let answering = cluster.node(one.path(), keys.path(), "api").await;
    let made = answering.post("/plans", chain("Left to others", 2)).await;
    assert_eq!(made.status, StatusCode::ACCEPTED);
    let working = cluster.node(other.path(), keys.path(), "runner,projector").await;
    let id = made.body["plan_id"].as_str().unwrap();
    let plan = answering.plan_until(id, |plan| plan["status"] != "drafting").await;
    answering.approve_and_start(&plan).await;
    until(&answering, id, |plan| plan["status"] == "completed").await;
    assert_eq!(working.terminate(), Some(0));
    assert_eq!(answering.terminate(), Some(0));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_server_with_its_log_in_the_folder_waits_for_nobody_after_a_crash() {
    let Some(postgres) = Postgres::shared() else { return };
    let read_models = format!("{}&schema={}", postgres.url(), postgres.fresh_name());
    let data = folder();
    let server = Server::start_with(data.path(), &["--read-models", &read_models]);
    let plan = under_way(&server, "Alone").await;
    server.kill();
    let begin = Instant::now();
    let server = Server::start_with(data.path(), &["--read-models", &read_models]);
    server.plan_until(&plan, |plan| plan["status"] == "completed").await;
    assert!(begin.elapsed() < Duration::from_secs(15), "no lease had to run out: {:?}", begin.elapsed());
    assert_eq!(ideas(&server, "Alone").await, each_step_once("Alone"));
    assert_eq!(server.terminate(), Some(0));
    // A verb reads the same models while no server is there.
    let (code, out, err) =
        cairn(data.path(), &["--read-models", &read_models, "ops", "projections", "verify", "plan_list"]);
    assert_eq!(code, Some(0), "{out}{err}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_forgotten_on_one_node_is_forgotten_on_the_others_without_a_restart() {
    const NAME: &str = "Zephyrine Quill";
    let (log, keys, one, other) = (folder(), folder(), folder(), folder());
    let server = double(log.path()).await;
    let Some(cluster) = Cluster::over(&server) else { return };
    let one = cluster.node(one.path(), keys.path(), ALL).await;
    let other = cluster.node(other.path(), keys.path(), ALL).await;
    let step =
        json!({"id": "add", "title": format!("Add {NAME}"), "action_type": "person.create", "params": {"name": NAME}});
    let plan = one.draft(json!({"name": "Welcome", "steps": [step]})).await;
    one.approve_and_start(&plan).await;
    let id = plan["id"].as_str().unwrap();
    let done = other.plan_until(id, |plan| plan["status"] == "completed").await;
    let person = done["steps"][0]["result"]["id"].as_str().unwrap();

    // The other node has opened what is about her, and has the key in memory.
    let (then, edits) = (format!("/plans/{id}?as_of=1"), format!("/plans/{id}/events?limit=200"));
    assert_eq!(other.get(&then).await.body["steps"][0]["params"]["name"], NAME);
    assert!(other.get(&edits).await.body.to_string().contains(NAME));
    let body = json!({"reason": "they asked us to", "name": NAME});
    let forgotten = one.post(&format!("/workspace/entities/{person}/forget"), body).await;
    assert_eq!(forgotten.status, StatusCode::OK, "{:?}", forgotten.body);

    let asked = [then, edits, format!("/workspace/entities/{person}")];
    let heard = async {
        for path in &asked {
            loop {
                let told = other.get(path).await;
                if told.status == StatusCode::OK && !told.body.to_string().contains(NAME) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    tokio::time::timeout(PATIENCE, heard).await.expect("the other node hears of it");
    let seen = other.get(&format!("/workspace/entities/{person}")).await.body;
    assert_eq!(seen["forgotten"], true, "{seen:#}");
    // It goes on with the plan's things, and writes nothing about her that could be opened.
    let note = json!({"kind": "note", "fields": {"text": "who was that?", "about": person}});
    let refused = other.post("/workspace/entities", note).await;
    assert_eq!((refused.status.as_u16(), &refused.body["code"]), (409, &json!("workspace.forgotten")));
    assert_eq!(one.terminate(), Some(0));
    assert_eq!(other.terminate(), Some(0));
    server.stop().await;
}

/// Begins to compare the list of plans with the log; where that is found.
async fn compare(node: &Server) -> String {
    let begun = node.post("/ops/projections/plan_list/verify", json!({"background": true})).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{:?}", begun.body);
    format!("/ops/operations/{}", begun.body["id"].as_str().unwrap())
}

/// Looks at an operation until it is as wanted.
async fn operation_until(node: &Server, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let looking = async {
        loop {
            let operation = node.get(path).await.body;
            if wanted(&operation) {
                return operation;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.expect("the operation becomes as wanted")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_is_about_is_seen_and_ended_at_another_and_given_up_when_it_dies() {
    let (log, keys, one, second) = (folder(), folder(), folder(), folder());
    let server = double(log.path()).await;
    let Some(cluster) = Cluster::over(&server) else { return };
    let doomed = cluster.node(one.path(), keys.path(), ALL).await;
    let other = cluster.node(second.path(), keys.path(), ALL).await;
    let plan = doomed.draft(chain("Compared", 3)).await;
    other.plan(plan["id"].as_str().unwrap(), plan["position"].as_u64().unwrap()).await;

    // As long as nobody may read the rows that people are shown, comparing them takes.
    let postgres = Postgres::shared().unwrap().url();
    let (client, connection) = tokio_postgres::connect(postgres, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let (_, schema) = cluster.read_models.rsplit_once("schema=").unwrap();
    let hold = format!("begin; lock table {schema}_plan_list_1_1.plans in access exclusive mode");
    client.batch_execute(&hold).await.unwrap();

    let first = compare(&doomed).await;
    let seen = operation_until(&other, &first, |operation| !operation["progress"].is_null()).await;
    let node = seen["node"].as_str().unwrap();
    assert!(node.ends_with(&format!("process {}", doomed.id())), "{node}");
    assert_eq!((&seen["state"], &seen["can_cancel"]), (&json!("running"), &json!(true)));
    let cancelled = other.post(&format!("{first}/cancel"), json!({})).await;
    assert_eq!(cancelled.status, StatusCode::OK, "{:?}", cancelled.body);
    for node in [&doomed, &other] {
        operation_until(node, &first, |operation| operation["state"] == "cancelled").await;
    }

    let cut_off = compare(&doomed).await;
    operation_until(&other, &cut_off, |operation| operation["progress"]["phase"] == "comparing").await;
    doomed.kill();
    let lost = operation_until(&other, &cut_off, |operation| operation["state"] != "running").await;
    let seconds = LEASE.as_secs();
    let words = format!(
        "the node that carried it out gave no sign for {seconds} seconds: it ended, or stands still; start it again"
    );
    assert_eq!((&lost["state"], &lost["error"]), (&json!("failed"), &json!(words)), "{lost:#}");

    client.batch_execute("rollback").await.unwrap();
    let again = compare(&other).await;
    let done = operation_until(&other, &again, |operation| operation["state"] != "running").await;
    assert_eq!(done["verified"]["equal"], true, "{done:#}");
    let known = other.get("/ops/operations").await.body["items"].clone();
    assert_eq!(other.terminate(), Some(0));
    let other = cluster.node(second.path(), keys.path(), ALL).await;
    let listed = other.get("/ops/operations").await.body["items"].clone();
    assert_eq!(listed, known);
    let states: Vec<_> = listed.as_array().unwrap().iter().map(|operation| operation["state"].clone()).collect();
    assert_eq!(states, ["done", "failed", "cancelled"]);
    assert_eq!(other.terminate(), Some(0));
    server.stop().await;
}
