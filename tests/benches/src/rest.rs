//! What the server takes on a log of a million events with 1,000 plans in flight: the time until it is ready, and its
//! memory once it rests.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use commands::{Commands, Envelope, SystemClock};
use domain::{
    action::Catalogue,
    actor::Actor,
    ids::{PlanId, RunId},
    plan::{CreatePlan, DraftPlan, PlanCommand, StepInput},
};
use eventlog::EventLog;
use eventlog_sqlite::SqliteLog;
use serde_json::json;
use uuid::Uuid;

use crate::{server::Server, wire::Wire};

const EVENTS: u64 = 1_000_000;
const IN_FLIGHT: usize = 1_000;
/// The server rests when its read models stand at the end of the log and this much time has gone by.
const QUIET: Duration = Duration::from_secs(10);

/// What was measured.
pub(crate) struct Figures {
    events: u64,
    built: Duration,
    listening: Duration,
    ready: Duration,
    resident: u64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        #[allow(clippy::cast_precision_loss, reason = "shown to people")]
        let mib = |bytes: u64| bytes as f64 / (1024.0 * 1024.0);
        writeln!(f, "{} events, {IN_FLIGHT} plans in flight", self.events)?;
        writeln!(f, "first start builds the read models in {:.1} s", self.built.as_secs_f64())?;
        writeln!(
            f,
            "next start: listening after {:.0} ms, ready after {:.0} ms",
            millis(self.listening),
            millis(self.ready)
        )?;
        writeln!(f, "resident at rest: {:.1} MiB", mib(self.resident))
    }
}

/// Fills a folder, starts the server on it twice, and looks at the second start.
pub(crate) async fn run() -> anyhow::Result<Figures> {
    let folder = tempfile::tempdir()?;
    let events = fill(folder.path()).await?;
    let begin = Instant::now();
    let first = Server::start(folder.path())?;
    wait_until_ready(&first).await?;
    let built = begin.elapsed();
    drop(first);
    let begin = Instant::now();
    let second = Server::start(folder.path())?;
    let listening = second.listening_after;
    wait_until_ready(&second).await?;
    let ready = begin.elapsed();
    tokio::time::sleep(QUIET).await;
    Ok(Figures { events, built, listening, ready, resident: second.resident()? })
}

async fn wait_until_ready(server: &Server) -> anyhow::Result<()> {
    let mut wire = Wire::connect(&server.address).await?;
    loop {
        if wire.get("/readyz").await?.status == 200 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Plans in flight that wait for a moment far away, and a million comments on others.
async fn fill(folder: &std::path::Path) -> anyhow::Result<u64> {
    let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(folder)?);
    let commands = Commands::new(Arc::clone(&log), Arc::clone(Catalogue::builtin()), Arc::new(SystemClock));
    let mut waiting = Vec::new();
    for _ in 0..IN_FLIGHT {
        waiting.push(tokio::spawn(in_flight(commands.clone())));
    }
    for plan in waiting {
        plan.await??;
    }
    let writers: Vec<_> = (0..256).map(|_| tokio::spawn(comments(commands.clone(), EVENTS / 256))).collect();
    for writer in writers {
        writer.await??;
    }
    Ok(log.head().await?.map_or(0, eventlog::Position::get))
}

async fn in_flight(commands: Commands) -> anyhow::Result<()> {
    let plan = PlanId::new(Uuid::now_v7());
    let wait = StepInput {
        id: Some("wait".into()),
        action_type: "wait.until".into(),
        params: json!({"at": "2999-01-01"}).as_object().cloned().unwrap_or_default(),
        ..StepInput::default()
    };
    let steps = std::iter::once(wait).chain((0..9).map(|n| StepInput {
        id: Some(format!("s{n}")),
        action_type: "idea.create".into(),
        params: json!({"title": format!("Idea {n}")}).as_object().cloned().unwrap_or_default(),
        depends_on: vec!["wait".into()],
        ..StepInput::default()
    }));
    let by_hand = DraftPlan { name: "Waits".into(), steps: steps.collect(), ..DraftPlan::default() };
    let create = CreatePlan { by_hand: Some(by_hand), ..CreatePlan::default() };
    let made = commands.plans.execute(&plan, PlanCommand::Create(create), person()).await?;
    let approve =
        PlanCommand::Approve { content_hash: made.state.content_hash(), note: None, acknowledged: Vec::new() };
    commands.plans.execute(&plan, approve, person()).await?;
    commands.plans.execute(&plan, PlanCommand::Start { run_id: RunId::new(Uuid::now_v7()) }, person()).await?;
    let claim = PlanCommand::Advance { outcomes: Vec::new(), claim: true };
    commands.plans.execute(&plan, claim, Envelope::new(Actor::executor())).await?;
    Ok(())
}

/// One plan after the other, each with some remarks.
async fn comments(commands: Commands, events: u64) -> anyhow::Result<()> {
    const EACH: u64 = 30;
    for _ in 0..events / EACH {
        let plan = PlanId::new(Uuid::now_v7());
        let by_hand = DraftPlan { name: "Remarks".into(), ..DraftPlan::default() };
        let create = CreatePlan { by_hand: Some(by_hand), ..CreatePlan::default() };
        commands.plans.execute(&plan, PlanCommand::Create(create), person()).await?;
        for n in 2..EACH {
            let text = format!("Remark {n}, with as many words as people use for one.");
            let comment = PlanCommand::Comment { comment_id: format!("c{n}"), text, step: None };
            commands.plans.execute(&plan, comment, person()).await?;
        }
    }
    Ok(())
}

fn person() -> Envelope {
    Envelope::new(Actor::person("alex"))
}
