//! How soon 1,000 watchers of the live stream see an event.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{Barrier, mpsc};

use crate::{server::Server, wire::Wire};

const WATCHERS: usize = 1_000;
const EVENTS: usize = 20;

/// What was measured.
pub(crate) struct Figures {
    p50: Duration,
    p99: Duration,
    worst: Duration,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        let (p50, p99, worst) = (millis(self.p50), millis(self.p99), millis(self.worst));
        writeln!(
            f,
            "{WATCHERS} watchers, {EVENTS} events: from command to sight p50 {p50:.1} ms, p99 {p99:.1} ms, worst {worst:.1} ms"
        )
    }
}

/// Opens the streams, gives one command after the other, and notes when each watcher sees its event.
pub(crate) async fn run() -> anyhow::Result<Figures> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path())?;
    let ready = Arc::new(Barrier::new(WATCHERS + 1));
    let (seen, mut sights) = mpsc::unbounded_channel();
    for _ in 0..WATCHERS {
        let mut wire = Wire::connect(&server.address).await?;
        wire.open("/api/v1/live").await?;
        let (ready, seen) = (Arc::clone(&ready), seen.clone());
        tokio::spawn(async move {
            ready.wait().await;
            while let Ok(line) = wire.line().await {
                if line.starts_with("event: change") && seen.send(Instant::now()).is_err() {
                    break;
                }
            }
        });
    }
    ready.wait().await;
    let mut giver = Wire::connect(&server.address).await?;
    let mut times = Vec::new();
    for n in 0..EVENTS {
        let body = format!(r#"{{"kind":"idea","fields":{{"title":"Idea {n}"}}}}"#);
        let sent = Instant::now();
        giver.post("/api/v1/workspace/entities", "", &body).await?;
        for _ in 0..WATCHERS {
            let sight = tokio::time::timeout(Duration::from_secs(10), sights.recv()).await?;
            times.extend(sight.map(|sight| sight.duration_since(sent)));
        }
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    Ok(Figures { p50: at(50), p99: at(99), worst: times.last().copied().unwrap_or_default() })
}
