//! How fast appends go through the adapter for EventStoreDB, beside the bare client in the same run, over the double on
//! this machine; and what the adapter costs while the server is away.
//!
//! The bare client appends without an id index, hash chain, deadline or supervisor, and with the 40 ms that it waits in
//! every call. Rounds alternate; the median counts. The double keeps its log in memory, so that the protocol is measured
//! and not a disk.

use std::{
    fmt, fs,
    sync::Arc,
    time::{Duration, Instant},
};

use esdouble::{Double, Options};
use eventlog::{EventId, EventLog, ExpectedRevision, NewEvent, Revision, StreamName};
use eventlog_eventstoredb::{EventStoreLog, Settings};
use eventstore::{AppendToStreamOptions, Client, EventData};
use uuid::Uuid;

use crate::log::{Speed, data, measure, median, metadata};

/// How long the server is away.
const AWAY: Duration = Duration::from_secs(10);

/// What was measured.
pub(crate) struct Figures {
    lines: Vec<Line>,
    /// The share of one core while the server was away.
    away: f64,
    /// How long after its return the first append was answered.
    back: Duration,
}

/// The medians at one number of appenders and events.
struct Line {
    appenders: u32,
    /// How many events each append has.
    events: u32,
    bare: Speed,
    log: Speed,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        writeln!(
            f,
            "appenders x events   bare events/s   p50 ms   p99 ms    log events/s   p50 ms   p99 ms   log/bare"
        )?;
        for Line { appenders, events, bare, log } in &self.lines {
            writeln!(
                f,
                "{appenders:>9} x {events:>6} {:>15.0} {:>8.2} {:>8.2} {:>15.0} {:>8.2} {:>8.2} {:>9.0}%",
                bare.per_second * f64::from(*events),
                millis(bare.p50),
                millis(bare.p99),
                log.per_second * f64::from(*events),
                millis(log.p50),
                millis(log.p99),
                log.per_second / bare.per_second * 100.0
            )?;
        }
        writeln!(f, "while the server is away: {:.1} % of a core", self.away * 100.0)?;
        writeln!(f, "after its return, the first append is answered within {:.1} s", self.back.as_secs_f64())
    }
}

/// Measures at 1 and 64 appenders, and at 64 with several events each, then with the server away.
pub(crate) async fn run(rounds: usize, each: Duration) -> anyhow::Result<Figures> {
    let mut lines = Vec::new();
    for (appenders, events) in [(1, 1), (64, 1), (64, 5)] {
        let (mut bare, mut log) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            bare.push(measure_bare(appenders, events, each).await?);
            log.push(measure_log(appenders, events, each).await?);
        }
        lines.push(Line { appenders, events, bare: median(bare), log: median(log) });
    }
    let (away, back) = measure_away().await?;
    Ok(Figures { lines, away, back })
}

async fn double(options: Options) -> anyhow::Result<Double> {
    Double::start(Options { max_append: 16 * 1024 * 1024, ..options }).await
}

async fn measure_bare(appenders: u32, events: u32, each: Duration) -> anyhow::Result<Speed> {
    let double = double(Options::default()).await?;
    let client = Client::new(double.connection_string().parse()?)?;
    let data: serde_json::Value = serde_json::from_slice(&data(0))?;
    let speed = measure(appenders, each, |n| {
        let (client, data) = (client.clone(), data.clone());
        move |revision| {
            let (client, data) = (client.clone(), data.clone());
            async move {
                let expected = match (u64::from(revision) * u64::from(events)).checked_sub(1) {
                    None => eventstore::ExpectedRevision::NoStream,
                    Some(last) => eventstore::ExpectedRevision::Exact(last),
                };
                let event = || EventData::json("StepCompleted", &data).map(|event| event.id(Uuid::now_v7()));
                let batch = (0..events).map(|_| event()).collect::<Result<Vec<_>, _>>()?;
                let options = AppendToStreamOptions::default().expected_revision(expected);
                client.append_to_stream(format!("bare-{n}"), &options, batch).await?;
                Ok(())
            }
        }
    })
    .await?;
    double.stop().await;
    Ok(speed)
}

async fn measure_log(appenders: u32, events: u32, each: Duration) -> anyhow::Result<Speed> {
    let double = double(Options::default()).await?;
    let log = open(&double).await?;
    let data = data(serde_json::to_vec(&metadata())?.len());
    let speed = measure(appenders, each, |n| {
        let stream: Result<StreamName, _> = format!("plan-{n}").parse();
        let (log, data) = (Arc::clone(&log), data.clone());
        move |revision| {
            let batch = (0..events).map(|_| event(data.clone())).collect();
            let expected = match (u64::from(revision) * u64::from(events)).checked_sub(1) {
                None => ExpectedRevision::NoStream,
                Some(last) => ExpectedRevision::Exact(Revision::new(last)),
            };
            let (log, stream) = (Arc::clone(&log), stream.clone());
            async move {
                log.append(&stream?, expected, batch).await?;
                Ok(())
            }
        }
    })
    .await?;
    log.close();
    double.stop().await;
    Ok(speed)
}

fn event(data: bytes::Bytes) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::now_v7()),
        event_type: "StepCompleted".into(),
        schema_version: 1,
        data,
        metadata: metadata(),
    }
}

async fn open(double: &Double) -> anyhow::Result<Arc<EventStoreLog>> {
    let log = EventStoreLog::open(Settings::parse(&double.connection_string(), None)?)?;
    log.reached(Duration::from_secs(10)).await?;
    Ok(Arc::new(log))
}

/// Takes the server away while a reader follows the log and a writer tries to append.
async fn measure_away() -> anyhow::Result<(f64, Duration)> {
    let folder = tempfile::tempdir()?;
    let options = || Options { file: Some(folder.path().join("log")), ..Options::default() };
    let first = double(options()).await?;
    let log = open(&first).await?;
    let stream: StreamName = "plan-1".parse()?;
    log.append(&stream, ExpectedRevision::NoStream, vec![event(data(0))]).await?;
    let address = first.address();
    first.stop().await;
    let begin = (Instant::now(), processor_time()?);
    tokio::time::sleep(AWAY).await;
    let away = processor_time()?.saturating_sub(begin.1).as_secs_f64() / begin.0.elapsed().as_secs_f64();
    let again = double(Options { address, ..options() }).await?;
    let returned = Instant::now();
    while log.append(&stream, ExpectedRevision::Any, vec![event(data(0))]).await.is_err() {}
    let back = returned.elapsed();
    again.stop().await;
    Ok((away, back))
}

/// What this process has used of the processor.
fn processor_time() -> anyhow::Result<Duration> {
    let ticks_per_second = 100;
    let line = fs::read_to_string("/proc/self/stat")?;
    let fields = line.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect::<Vec<_>>();
    let ticks = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum::<u64>();
    Ok(Duration::from_millis(ticks * 1_000 / ticks_per_second))
}
