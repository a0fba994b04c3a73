//! A rebuild of all read models from a million events, in a process of its own that does nothing else but answer 100
//! questions a second: how fast, in how much memory, how much slower the answers are meanwhile. And what is left when it
//! is killed in the middle.
//!
//! The log is written by this process; each measurement is another one, which this one starts: `cairn-benches alone TASK`.

use std::{
    fmt,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use eventlog::{EventLog, Position};
use eventlog_sqlite::SqliteLog;
use pgserver::Server;
use projections::{EntityFilter, ModelName, ModelStorage, Models, PageRequest, PlanFilter};
use projections_postgres::{Login, PostgresModels, Settings};
use projections_sqlite::SqliteModels;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_postgres::NoTls;

use crate::rebuild::{peak_mebibytes, rebuild, settled, write_history};

/// The first word of a process that measures.
pub(crate) const ALONE: &str = "alone";
/// How far apart questions are: 100 a second.
const PACE: Duration = Duration::from_millis(10);
/// How long questions are asked before the rebuild, to have something to compare with.
const BEFORE: Duration = Duration::from_secs(15);

/// What was measured, in each place.
pub(crate) struct Figures {
    lines: Vec<(&'static str, Value, Value)>,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, built, killed) in &self.lines {
            let number = |name: &str| built[name].as_f64().unwrap_or_default();
            writeln!(f, "{place}: {} events", built["events"])?;
            writeln!(f, "  all models in one pass    {:>9.0} events/s", number("rate"))?;
            writeln!(f, "  most memory               {:>9.0} MiB, {:.0} before", number("peak"), number("before"))?;
            writeln!(
                f,
                "  answers before: p50 {:.2} ms, p99 {:.2} ms; meanwhile: p50 {:.2} ms, p99 {:.2} ms ({} asked)",
                number("p50_before"),
                number("p99_before"),
                number("p50"),
                number("p99"),
                built["asked"]
            )?;
            writeln!(f, "  killed in the middle: {killed}")?;
        }
        Ok(())
    }
}

/// Writes a log of about `events` events, and has it built anew in either place.
pub(crate) async fn run(events: u64) -> anyhow::Result<Figures> {
    let folder = tempfile::tempdir()?;
    {
        let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(&folder.path().join("log"))?);
        write_history(&log, events).await?;
    }
    let mut places = vec![("SQLite", "folder".to_owned())];
    match Server::shared() {
        Some(server) => places.push(("PostgreSQL", format!("{}&schema={}", server.url(), server.fresh_name()))),
        None => println!("NOT MEASURED with PostgreSQL"),
    }
    let mut lines = Vec::new();
    for (name, place) in places {
        let process = |task: &str| Process::start(folder.path(), &place, task);
        process("settle")?.last()?;
        let built = process("build")?.last()?;
        let half = process("half")?;
        half.until_half()?;
        let left = builds(folder.path(), &place).await?;
        let after = process("after")?.last()?;
        let swept = builds(folder.path(), &place).await?;
        let killed = json!({"builds_left": left, "builds_after_the_next_start": swept, "next": after});
        lines.push((name, built, killed));
    }
    Ok(Figures { lines })
}

/// A process that measures; it is killed when it is dropped.
struct Process {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Process {
    fn start(folder: &Path, place: &str, task: &str) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg(ALONE).arg(folder).args([place, task]).stdout(Stdio::piped()).spawn()?;
        let said = BufReader::new(child.stdout.take().context("stdout is piped")?);
        Ok(Self { child, said })
    }

    /// Waits until it ends, and reads its last line.
    fn last(mut self) -> anyhow::Result<Value> {
        let lines: Vec<String> = (&mut self.said).lines().collect::<Result<_, _>>()?;
        if !self.child.wait()?.success() {
            bail!("a measurement failed");
        }
        Ok(serde_json::from_str(lines.last().context("it says nothing")?)?)
    }

    /// Kills it when it says that it has come half way.
    fn until_half(mut self) -> anyhow::Result<()> {
        let mut line = String::new();
        while self.said.read_line(&mut line)? > 0 {
            if line.trim() == "half" {
                self.child.kill()?;
                self.child.wait()?;
                return Ok(());
            }
            line.clear();
        }
        bail!("it ended before it was half way")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many builds there are, finished or not.
async fn builds(folder: &Path, place: &str) -> anyhow::Result<usize> {
    if place == "folder" {
        let mut count = 0;
        for name in ModelName::ALL {
            let files = std::fs::read_dir(folder.join("models").join(name.name()))?;
            count += files.filter(|file| file.as_ref().is_ok_and(|file| is_build(&file.path()))).count();
        }
        return Ok(count);
    }
    let (address, schema) = place.rsplit_once("&schema=").context("a schema")?;
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    tokio::spawn(connection);
    let sql = "select count(*) from pg_catalog.pg_namespace where starts_with(nspname::text, $1)";
    let count: i64 = client.query_one(sql, &[&format!("{schema}_")]).await?.get(0);
    Ok(usize::try_from(count)?)
}

fn is_build(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "db")
}

/// The other process: carries out one task, and prints what it found as its last line.
pub(crate) async fn alone(task: &[&str]) -> anyhow::Result<()> {
    let [folder, place, task] = task else { bail!("alone FOLDER PLACE TASK") };
    let folder = PathBuf::from(folder);
    let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(&folder.join("log"))?);
    let storage: Arc<dyn ModelStorage> = match *place {
        "folder" => Arc::new(SqliteModels::open(&folder.join("models"))?),
        connection => Arc::new(PostgresModels::open(Settings::parse(connection, Login::default())?)?),
    };
    let models = settled(storage, &log).await?;
    let found = match *task {
        "settle" => json!({}),
        "build" => build(&models, &log).await?,
        "half" => half(&models).await?,
        "after" => {
            let generations: Vec<u32> = models.states().await?.iter().map(|state| state.generation).collect();
            let plans = models.plans(PlanFilter::default(), PageRequest::default()).await?.items.len();
            rebuild(&models, &ModelName::ALL).await?;
            json!({"live_generations": generations, "plans_on_a_page": plans, "rebuilt": true})
        }
        other => bail!("`{other}` is no task"),
    };
    models.shutdown().await?;
    println!("{found}");
    Ok(())
}

async fn build(models: &Models, log: &Arc<dyn EventLog>) -> anyhow::Result<Value> {
    let events = log.head().await?.map_or(0, Position::get);
    let over = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn(ask(models.clone(), Arc::clone(&over)));
    tokio::time::sleep(BEFORE).await;
    over.store(true, Ordering::Relaxed);
    let before = asking.await??;
    let resident = peak_mebibytes();

    let over = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn(ask(models.clone(), Arc::clone(&over)));
    let begin = Instant::now();
    rebuild(models, &ModelName::ALL).await?;
    let took = begin.elapsed();
    over.store(true, Ordering::Relaxed);
    let meanwhile = asking.await??;
    let millis = |times: &[Duration], per_mille: usize| {
        let place = (times.len() * per_mille / 1_000).min(times.len().saturating_sub(1));
        times.get(place).map(|time| time.as_secs_f64() * 1e3)
    };
    Ok(json!({
        "events": events,
        "rate": f64::from(u32::try_from(events)?) / took.as_secs_f64(),
        "before": resident,
        "peak": peak_mebibytes(),
        "p50_before": millis(&before, 500),
        "p99_before": millis(&before, 990),
        "p50": millis(&meanwhile, 500),
        "p99": millis(&meanwhile, 990),
        "asked": meanwhile.len(),
    }))
}

/// Says when a rebuild has come half way, and goes on; whoever listens kills this process then.
async fn half(models: &Models) -> anyhow::Result<Value> {
    let mut said = false;
    let seen = |progress: &projections::RebuildProgress| {
        if progress.events * 2 >= progress.total && !said {
            said = true;
            println!("half");
        }
    };
    models.rebuild(&ModelName::ALL, seen).await?;
    Ok(json!({}))
}

/// Asks 100 times a second for pages and single things, each time without waiting for the answer before; gives how long
/// each answer took from when it was due, in order of length.
async fn ask(models: Models, over: Arc<AtomicBool>) -> anyhow::Result<Vec<Duration>> {
    let plans: Vec<_> = models.plans(PlanFilter::default(), PageRequest::default()).await?.items;
    let things: Vec<_> = models.entities(EntityFilter::default(), PageRequest::default()).await?.items;
    let (mut asked, mut answers, mut times) = (0_usize, JoinSet::new(), Vec::new());
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while !over.load(Ordering::Relaxed) {
        let due = pace.tick().await;
        let models = models.clone();
        let (plan, thing) = (plans[asked % plans.len()].id, things[asked % things.len()].id.clone());
        let kind = asked % 4;
        answers.spawn(async move {
            match kind {
                0 => drop(models.plans(PlanFilter::default(), PageRequest::default()).await?),
                1 => drop(models.plan(plan).await?),
                2 => drop(models.entities(EntityFilter::default(), PageRequest::default()).await?),
                _ => drop(models.entity(&thing).await?),
            }
            anyhow::Ok(due.elapsed())
        });
        asked += 1;
        while let Some(answered) = answers.try_join_next() {
            times.push(answered??);
        }
    }
    while let Some(answered) = answers.join_next().await {
        times.push(answered??);
    }
    times.sort_unstable();
    Ok(times)
}
