//! How many commands a second the door takes from 64 clients, beside a bare handler that appends one event to the bare
//! loop.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, extract::State, http::StatusCode, routing::post};
use bytes::Bytes;
use uuid::Uuid;

use crate::{
    baseline_log::{BareLoop, Row},
    server::Server,
    wire::Wire,
};

const CLIENTS: usize = 64;
const ROUNDS: usize = 3;

/// What was measured.
pub(crate) struct Figures {
    lines: Vec<(&'static str, Speed)>,
}

/// How fast commands were answered.
#[derive(Clone, Copy)]
struct Speed {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{CLIENTS} clients              commands/s   p50 ms   p99 ms   of bare")?;
        let bare = self.lines.first().map_or(1.0, |(_, speed)| speed.per_second);
        for (name, speed) in &self.lines {
            let millis = |time: Duration| time.as_secs_f64() * 1e3;
            let share = speed.per_second / bare * 100.0;
            let (p50, p99) = (millis(speed.p50), millis(speed.p99));
            writeln!(f, "{name:<24} {:>10.0} {p50:>8.2} {p99:>8.2} {share:>8.0}%", speed.per_second)?;
        }
        Ok(())
    }
}

/// Measures the bare handler and three commands.
pub(crate) async fn run(each: Duration) -> anyhow::Result<Figures> {
    let mut bare = Vec::new();
    let mut create = Vec::new();
    let mut comment = Vec::new();
    let mut plan = Vec::new();
    for _ in 0..ROUNDS {
        bare.push(measure_bare(each).await?);
        let folder = tempfile::tempdir()?;
        let server = Server::start(folder.path())?;
        create.push(measure(&server.address, each, |_| create_idea()).await?);
        let plans = make_plans(&server.address).await?;
        comment.push(measure(&server.address, each, |client| write_comment(&plans[client])).await?);
        plan.push(measure(&server.address, each, |_| create_plan()).await?);
    }
    let lines = vec![
        ("bare handler", median(bare)),
        ("create an entity", median(create)),
        ("comment on a plan", median(comment)),
        ("create a plan by hand", median(plan)),
    ];
    Ok(Figures { lines })
}

fn create_idea() -> (String, String) {
    let body =
        r#"{"kind":"idea","fields":{"title":"A good idea","body":"Some words about it, as people write them."}}"#;
    ("/api/v1/workspace/entities".into(), body.into())
}

fn write_comment(plan: &str) -> (String, String) {
    (
        format!("/api/v1/plans/{plan}/comments"),
        r#"{"text":"Looks good to me, but mind the date of the launch."}"#.into(),
    )
}

fn create_plan() -> (String, String) {
    let body = r#"{"name":"By hand","steps":[{"id":"a","action_type":"idea.create","params":{"title":"x"}},{"id":"b","action_type":"idea.create","params":{"title":"y"},"depends_on":["a"]}]}"#;
    ("/api/v1/plans".into(), body.into())
}

async fn make_plans(address: &str) -> anyhow::Result<Vec<String>> {
    let mut wire = Wire::connect(address).await?;
    let mut plans = Vec::new();
    for _ in 0..CLIENTS {
        let (path, body) = create_plan();
        let answer = wire.post(&path, "", &body).await?;
        let made: serde_json::Value = serde_json::from_slice(&answer.body)?;
        plans.push(made["plan_id"].as_str().unwrap_or_default().to_owned());
    }
    Ok(plans)
}

fn median(mut speeds: Vec<Speed>) -> Speed {
    speeds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    speeds[speeds.len() / 2]
}

/// Lets each client send one command after the other until the time is over; an answer that is no success is a failure
/// of the measurement.
async fn measure(address: &str, each: Duration, command: impl Fn(usize) -> (String, String)) -> anyhow::Result<Speed> {
    let over = Arc::new(AtomicBool::new(false));
    let begin = Instant::now();
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let (path, body) = command(client);
        let mut wire = Wire::connect(address).await?;
        let over = Arc::clone(&over);
        clients.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let sent = Instant::now();
                let answer = wire.post(&path, "", &body).await?;
                times.push(sent.elapsed());
                if answer.status >= 300 {
                    anyhow::bail!("{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
                }
            }
            anyhow::Ok(times)
        }));
    }
    tokio::time::sleep(each).await;
    over.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for client in clients {
        times.append(&mut client.await??);
    }
    #[allow(clippy::cast_precision_loss, reason = "shown to people")]
    let per_second = times.len() as f64 / begin.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    Ok(Speed { per_second, p50: at(50), p99: at(99) })
}

#[derive(Clone)]
struct Bare {
    log: BareLoop,
    next: Arc<AtomicI64>,
}

/// A handler that does nothing but append the body as one event.
async fn measure_bare(each: Duration) -> anyhow::Result<Speed> {
    let folder = tempfile::tempdir()?;
    let log = BareLoop::start(&folder.path().join("bare.db"), 1)?;
    let state = Bare { log, next: Arc::default() };
    let router = Router::new().route("/api/v1/workspace/entities", post(append)).with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let speed = measure(&address, each, |_| create_idea()).await;
    server.abort();
    speed
}

async fn append(State(bare): State<Bare>, body: Bytes) -> StatusCode {
    let revision = bare.next.fetch_add(1, Ordering::Relaxed);
    let metadata = Bytes::from_static(b"{}");
    let row = Row { stream: 1, revision, id: Uuid::now_v7(), data: body, metadata };
    match bare.log.append(row).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
