//! Speed, as ratios against a baseline in the same run: `cairn-benches`, or `cairn-benches log` for one of them.

mod baseline_log;
mod cold;
mod eventstoredb;
mod http;
mod log;
mod million;
mod rebuild;
mod rest;
mod runs;
mod server;
mod templates;
mod travel;
mod verify;
mod watchers;
mod wire;

use std::{fmt::Display, time::Duration};

use rebuild::Where;

/// What can be measured, in the order of a whole run.
const ALL: [&str; 13] = [
    "log",
    "eventstoredb",
    "cold",
    "travel",
    "templates",
    "runs",
    "rebuild",
    "postgres",
    "million",
    "http",
    "watchers",
    "rest",
    "verify",
];

/// The one that the binary has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let [million::ALONE, task @ ..] = &*wanted.iter().map(String::as_str).collect::<Vec<_>>() {
        return million::alone(task).await;
    }
    let wanted = if wanted.is_empty() { ALL.map(str::to_owned).to_vec() } else { wanted };
    for name in &wanted {
        println!("== {name}\n{}", measure(name).await?);
    }
    Ok(())
}

async fn measure(name: &str) -> anyhow::Result<Box<dyn Display>> {
    Ok(match name {
        "log" => Box::new(log::run(log::Plan { rounds: 5, each: Duration::from_secs(2) }).await?),
        "eventstoredb" => Box::new(eventstoredb::run(3, Duration::from_secs(3)).await?),
        "cold" => Box::new(cold::run().await?),
        "travel" => Box::new(travel::run().await?),
        "templates" => Box::new(templates::run()?),
        "runs" => Box::new(runs::run(1_000, 64).await?),
        "rebuild" => Box::new(rebuild::run(300_000, Where::Folder).await?),
        "postgres" => Box::new(rebuild::run(300_000, Where::Postgres).await?),
        "million" => Box::new(million::run(1_000_000).await?),
        "verify" => Box::new(verify::run(300_000).await?),
        "http" => Box::new(http::run(Duration::from_secs(3)).await?),
        "watchers" => Box::new(watchers::run().await?),
        "rest" => Box::new(rest::run().await?),
        other => anyhow::bail!("`{other}` is not measured; there are {}", ALL.join(", ")),
    })
}
