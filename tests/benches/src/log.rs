//! How fast the embedded log appends, beside a bare loop that was measured in the same minute.
//!
//! Each appender sends one event of about 540 bytes (data and metadata), waits until it is on the disk, and sends the
//! next, to a stream of its own at the exact revision. Rounds alternate between the two, so that a slow moment of the
//! machine meets both; the median round counts.

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::Utc;
use domain::actor::Actor;
use eventlog::{EventId, EventLog, ExpectedRevision, Metadata, NewEvent, Revision, StreamName};
use eventlog_sqlite::SqliteLog;
use uuid::Uuid;

use crate::baseline_log::{BareLoop, Row};

/// Bytes of data and metadata of each event.
const EVENT_BYTES: usize = 540;

/// How long and how often to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// How many rounds; the median counts.
    pub(crate) rounds: usize,
    /// How long each measurement takes.
    pub(crate) each: Duration,
}

/// What was measured.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// One line for each number of appenders.
    pub(crate) lines: Vec<Line>,
}

/// The medians at one number of appenders.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// How many appends are in flight.
    pub(crate) appenders: u32,
    /// The bare loop.
    pub(crate) bare: Speed,
    /// The log.
    pub(crate) log: Speed,
}

/// How fast appends were answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speed {
    /// Events per second.
    pub(crate) per_second: f64,
    /// Half of the answers came within this time.
    pub(crate) p50: Duration,
    /// 99 of 100 answers came within this time.
    pub(crate) p99: Duration,
}

impl Line {
    /// What part of the bare loop's speed the log keeps; 1.0 is all of it.
    pub(crate) fn ratio(&self) -> f64 {
        self.log.per_second / self.bare.per_second
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "appenders   bare events/s   p50 ms   p99 ms    log events/s   p50 ms   p99 ms   log/bare")?;
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        for line in &self.lines {
            let (bare, log) = (line.bare, line.log);
            writeln!(
                f,
                "{:>9} {:>15.0} {:>8.2} {:>8.2} {:>15.0} {:>8.2} {:>8.2} {:>9.0}%",
                line.appenders,
                bare.per_second,
                millis(bare.p50),
                millis(bare.p99),
                log.per_second,
                millis(log.p50),
                millis(log.p99),
                line.ratio() * 100.0
            )?;
        }
        Ok(())
    }
}

/// Measures both at 1, 64 and 256 appenders.
pub(crate) async fn run(plan: Plan) -> anyhow::Result<Figures> {
    let mut lines = Vec::new();
    for appenders in [1, 64, 256] {
        let (mut bare, mut log) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            bare.push(measure_bare(appenders, plan.each).await?);
            log.push(measure_log(appenders, plan.each).await?);
        }
        lines.push(Line { appenders, bare: median(bare), log: median(log) });
    }
    Ok(Figures { lines })
}

pub(crate) fn median(mut speeds: Vec<Speed>) -> Speed {
    speeds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    speeds[speeds.len() / 2]
}

async fn measure_bare(appenders: u32, each: Duration) -> anyhow::Result<Speed> {
    let folder = tempfile::tempdir()?;
    let bare = BareLoop::start(&folder.path().join("bare.db"), i64::from(appenders))?;
    let metadata = Bytes::from(serde_json::to_vec(&metadata())?);
    let data = data(metadata.len());
    measure(appenders, each, |n| {
        let (bare, data, metadata) = (bare.clone(), data.clone(), metadata.clone());
        move |revision| {
            let row = Row {
                stream: i64::from(n),
                revision: i64::from(revision),
                id: Uuid::now_v7(),
                data: data.clone(),
                metadata: metadata.clone(),
            };
            let bare = bare.clone();
            async move { bare.append(row).await }
        }
    })
    .await
}

async fn measure_log(appenders: u32, each: Duration) -> anyhow::Result<Speed> {
    let folder = tempfile::tempdir()?;
    let log = Arc::new(SqliteLog::open(folder.path())?);
    let data = data(serde_json::to_vec(&metadata())?.len());
    let speed = measure(appenders, each, |n| {
        let stream: Result<StreamName, _> = format!("plan-{n}").parse();
        let (log, data) = (Arc::clone(&log), data.clone());
        move |revision| {
            let event = NewEvent {
                id: EventId::new(Uuid::now_v7()),
                event_type: "StepCompleted".into(),
                schema_version: 1,
                data: data.clone(),
                metadata: metadata(),
            };
            let expected = match revision.checked_sub(1) {
                None => ExpectedRevision::NoStream,
                Some(last) => ExpectedRevision::Exact(Revision::new(last.into())),
            };
            let (log, stream) = (Arc::clone(&log), stream.clone());
            async move {
                log.append(&stream?, expected, vec![event]).await?;
                Ok(())
            }
        }
    })
    .await?;
    log.close().await;
    Ok(speed)
}

/// Lets each appender send one event after the other until the time is over.
pub(crate) async fn measure<A, F>(appenders: u32, each: Duration, appender: impl Fn(u32) -> A) -> anyhow::Result<Speed>
where
    A: Fn(u32) -> F + Send + 'static,
    F: Future<Output = anyhow::Result<()>> + Send,
{
    let over = Arc::new(AtomicBool::new(false));
    let begin = Instant::now();
    let tasks: Vec<_> = (0..appenders)
        .map(|n| {
            let (append, over) = (appender(n), Arc::clone(&over));
            tokio::spawn(async move {
                let mut times = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let sent = Instant::now();
                    append(u32::try_from(times.len())?).await?;
                    times.push(sent.elapsed());
                }
                anyhow::Ok(times)
            })
        })
        .collect();
    tokio::time::sleep(each).await;
    over.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for task in tasks {
        times.append(&mut task.await??);
    }
    let per_second = f64::from(u32::try_from(times.len())?) / begin.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    Ok(Speed { per_second, p50: at(50), p99: at(99) })
}

pub(crate) fn metadata() -> Metadata {
    Metadata {
        at: Utc::now(),
        tenant: "local".into(),
        actor: Actor::executor(),
        correlation_id: Uuid::from_u128(u128::MAX),
        causation_id: Some(Uuid::from_u128(u128::MAX)),
        reason: None,
        command: None,
        claim: None,
        span: None,
    }
}

/// JSON that fills an event up to its size.
pub(crate) fn data(metadata_bytes: usize) -> Bytes {
    let frame = r#"{"text":""}"#.len();
    let text = "x".repeat(EVENT_BYTES.saturating_sub(metadata_bytes + frame));
    Bytes::from(format!(r#"{{"text":"{text}"}}"#))
}
