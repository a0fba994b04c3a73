//! How long a plan of 1,000 events takes to load when nothing of it is in memory, beside reading its rows alone.

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
    plan::{AttemptOutcome, CreatePlan, DraftPlan, PlanCommand, StepInput, StepOutcome},
};
use eventlog::{Direction, EventLog, StreamFrom};
use eventlog_sqlite::SqliteLog;
use serde_json::json;
use uuid::Uuid;

const EVENTS: usize = 1_000;
const ROUNDS: usize = 50;

/// What was measured.
pub(crate) struct Figures {
    events: usize,
    rows: Duration,
    load: Duration,
    worst: Duration,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        let (rows, load, worst) = (millis(self.rows), millis(self.load), millis(self.worst));
        writeln!(
            f,
            "a plan of {} events: rows alone {rows:.2} ms, loaded cold {load:.2} ms, worst {worst:.2} ms",
            self.events
        )
    }
}

/// Builds the plan and loads it cold, over and over.
pub(crate) async fn run() -> anyhow::Result<Figures> {
    let folder = tempfile::tempdir()?;
    let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(folder.path())?);
    let plan = PlanId::new(Uuid::now_v7());
    build(&commands(&log), &plan).await?;
    let stream = format!("plan-{plan}").parse()?;
    let (mut rows, mut loads, mut events) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        events = log.read_stream(&stream, StreamFrom::Start, Direction::Forward, 10_000).await?.len();
        rows.push(begin.elapsed());
        let fresh = commands(&log);
        let begin = Instant::now();
        fresh.plans.load(&plan).await?;
        loads.push(begin.elapsed());
    }
    rows.sort_unstable();
    loads.sort_unstable();
    Ok(Figures { events, rows: rows[ROUNDS / 2], load: loads[ROUNDS / 2], worst: loads[ROUNDS - 1] })
}

fn commands(log: &Arc<dyn EventLog>) -> Commands {
    Commands::new(Arc::clone(log), Arc::clone(Catalogue::builtin()), Arc::new(SystemClock))
}

/// A chain of steps, run to its end by hand: about two events a step.
async fn build(commands: &Commands, plan: &PlanId) -> anyhow::Result<()> {
    let steps = (0..EVENTS / 2 - 3).map(|n| StepInput {
        id: Some(format!("s{n}")),
        action_type: "idea.create".into(),
        params: json!({"title": format!("Idea {n}")}).as_object().cloned().unwrap_or_default(),
        depends_on: n.checked_sub(1).map(|before| format!("s{before}")).into_iter().collect(),
        ..StepInput::default()
    });
    let by_hand = DraftPlan { name: "Long".into(), steps: steps.collect(), ..DraftPlan::default() };
    let person = || Envelope::new(Actor::person("alex"));
    let create = CreatePlan { by_hand: Some(by_hand), ..CreatePlan::default() };
    let made = commands.plans.execute(plan, PlanCommand::Create(create), person()).await?;
    let approve =
        PlanCommand::Approve { content_hash: made.state.content_hash(), note: None, acknowledged: Vec::new() };
    commands.plans.execute(plan, approve, person()).await?;
    commands.plans.execute(plan, PlanCommand::Start { run_id: RunId::new(Uuid::now_v7()) }, person()).await?;
    let mut outcomes = Vec::new();
    for n in 0..EVENTS / 2 - 2 {
        let advance = PlanCommand::Advance { outcomes, claim: true };
        commands.plans.execute(plan, advance, Envelope::new(Actor::executor())).await?;
        let outcome = AttemptOutcome::Completed { result: json!({"id": format!("ide_{n}")}), effects: Vec::new() };
        outcomes = vec![StepOutcome { step: format!("s{n}").parse()?, attempt: 1, outcome }];
    }
    Ok(())
}
