//! How fast a whole log is verified against its signed checkpoints, beside a bare loop that reads the same rows in the
//! same minute and does nothing with them.
//!
//! Rounds alternate between the two, so that a slow moment of the machine meets both; the median round counts.

use std::{
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use audit::{
    ledger::LedgerFile,
    notary::{FOLDER, LEDGER_FILE, Notary},
    verify,
};
use chrono::Utc;
use eventlog::{EventLog, Position};
use eventlog_sqlite::SqliteLog;
use rusqlite::{Connection, OpenFlags};

use crate::rebuild::write_history;

const ROUNDS: usize = 5;

/// What was measured.
pub(crate) struct Figures {
    events: u64,
    streams: u64,
    bare: Duration,
    verified: Duration,
    signed: Duration,
}

impl Figures {
    fn per_second(&self, took: Duration) -> f64 {
        f64::from(u32::try_from(self.events).unwrap_or(u32::MAX)) / took.as_secs_f64()
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bare, verified) = (self.per_second(self.bare), self.per_second(self.verified));
        writeln!(f, "a log of {} events in {} streams, the median of {ROUNDS} rounds", self.events, self.streams)?;
        writeln!(f, "  rows read alone        {bare:>9.0} events/s")?;
        writeln!(f, "  verified and compared  {verified:>9.0} events/s   {:.0}% of that", verified / bare * 100.0)?;
        writeln!(f, "  signed for, all anew   {:>9.0} events/s", self.per_second(self.signed))
    }
}

/// Writes a log of about `events` events, signs for it, and verifies it.
pub(crate) async fn run(events: u64) -> anyhow::Result<Figures> {
    let folder = tempfile::tempdir()?;
    let log = Arc::new(SqliteLog::open(folder.path())?);
    let shared: Arc<dyn EventLog> = Arc::clone(&log) as Arc<dyn EventLog>;
    write_history(&shared, events).await?;
    let events = log.head().await?.map_or(0, Position::get);
    let begin = Instant::now();
    Notary::open(shared, folder.path(), None, Utc::now())?.sign(Utc::now()).await?;
    let signed = begin.elapsed();
    log.close().await;
    drop(log);

    let reader = SqliteLog::open_read_only(folder.path())?;
    let ledger = LedgerFile::read(&folder.path().join(FOLDER).join(LEDGER_FILE))?;
    let (mut bare, mut verified, mut streams) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        bare.push(read_rows(&folder.path().join("log.db"), events)?);
        let begin = Instant::now();
        let found = verify::verify(&reader, ledger.as_ref(), |_| ()).await?;
        verified.push(begin.elapsed());
        anyhow::ensure!(found.finding.is_none() && found.later == 0, "the log is not what was signed: {found:?}");
        streams = found.streams;
    }
    Ok(Figures { events, streams, bare: median(bare), verified: median(verified), signed })
}

/// The raw figure: every column of every row, in the order of the log, and nothing else.
fn read_rows(file: &Path, events: u64) -> anyhow::Result<Duration> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let begin = Instant::now();
    let mut query = connection.prepare(
        "select e.position, e.revision, e.id, e.hash, e.at, e.schema_version, e.type, e.data, e.metadata, s.name
         from events e cross join streams s on s.id = e.stream order by e.position",
    )?;
    let mut rows = query.query([])?;
    let (mut seen, mut bytes) = (0_u64, 0_usize);
    while let Some(row) = rows.next()? {
        for column in [2, 3, 6, 7, 8, 9] {
            bytes += row.get_ref(column)?.as_bytes()?.len();
        }
        seen += 1;
    }
    let took = begin.elapsed();
    anyhow::ensure!(seen == events && bytes > 0, "{seen} of {events} rows were read");
    Ok(took)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
