//! How fast all read models are built anew, beside a bare loop that reads and decodes the same log and does nothing
//! with it.
//!
//! The log is what 64 plans in flight leave behind, over and over: plans of 10 steps, drafted, approved and run to their
//! end, each step with the thing it made in the workspace.

use std::{
    fmt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use chrono::Utc;
use domain::{
    action::{Catalogue, Effect},
    actor::Actor,
    decider::{Context, Decider, Stamp},
    ids::{EntityId, PlanId, RunId},
    plan::{
        AttemptOutcome, CreatePlan, DraftPlan, Origin, Plan, PlanCommand, PlanDecider, StepInput, StepOutcome,
        StepProgress,
    },
    schema::EventFamily,
    workspace::{EntityCreated, EntityEvent, Kind},
};
use eventlog::{EventId, EventLog, ExpectedRevision, Filter, Metadata, NewEvent, Position, codec};
use eventlog_sqlite::SqliteLog;
use futures::future::try_join_all;
use pgserver::Server;
use projections::{ModelError, ModelName, ModelStorage, Models, PageRequest, PlanFilter, Waited};
use projections_postgres::{Login, PostgresModels, Settings};
use projections_sqlite::SqliteModels;
use serde_json::{Value, json};
use uuid::Uuid;

const IN_FLIGHT: u32 = 64;
const STEPS: u32 = 10;
/// How many events are read at a time.
const PAGE: usize = 2_000;

/// What was measured.
pub(crate) struct Figures {
    events: u64,
    bare: Duration,
    all: Duration,
    each: Vec<(ModelName, Duration)>,
    /// While all models were built anew, a page of plans was asked for every few milliseconds.
    slowest_answer: Duration,
    peak_mebibytes: Option<u64>,
}

impl Figures {
    fn per_second(&self, took: Duration) -> f64 {
        f64::from(u32::try_from(self.events).unwrap_or(u32::MAX)) / took.as_secs_f64()
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bare, all) = (self.per_second(self.bare), self.per_second(self.all));
        writeln!(f, "a rebuild from a log of {} events", self.events)?;
        writeln!(f, "  read and decode alone    {bare:>9.0} events/s")?;
        writeln!(f, "  all models in one pass   {all:>9.0} events/s   {:.0}% of that", all / bare * 100.0)?;
        for (name, took) in &self.each {
            writeln!(f, "  {:<24} {:>9.0} events/s", format!("{name} alone"), self.per_second(*took))?;
        }
        let slowest = self.slowest_answer.as_secs_f64() * 1e3;
        writeln!(f, "  the slowest page of plans meanwhile: {slowest:.1} ms")?;
        match self.peak_mebibytes {
            Some(peak) => writeln!(f, "  most memory of the whole process: {peak} MiB"),
            None => Ok(()),
        }
    }
}

/// Where the models of a measurement are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    Folder,
    /// In a PostgreSQL that is started for it.
    Postgres,
}

/// Writes a log of about `events` events and rebuilds all models from it.
pub(crate) async fn run(events: u64, place: Where) -> anyhow::Result<Figures> {
    let folder = tempfile::tempdir()?;
    let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(&folder.path().join("log"))?);
    write_history(&log, events).await?;
    let events = log.head().await?.map_or(0, Position::get);
    let bare = read_and_decode(&*log).await?;

    let models = match place {
        Where::Folder => open(&folder.path().join("models"), &log).await?,
        Where::Postgres => {
            let server = Server::shared().context("PostgreSQL is not installed")?;
            let connection = format!("{}&schema={}", server.url(), server.fresh_name());
            settled(Arc::new(PostgresModels::open(Settings::parse(&connection, Login::default())?)?), &log).await?
        }
    };
    let over = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn(ask_until(models.clone(), Arc::clone(&over)));
    let begin = Instant::now();
    rebuild(&models, &ModelName::ALL).await?;
    let all = begin.elapsed();
    over.store(true, Ordering::Relaxed);
    let slowest_answer = asking.await??;
    let mut each = Vec::new();
    for name in ModelName::ALL {
        let begin = Instant::now();
        rebuild(&models, &[name]).await?;
        each.push((name, begin.elapsed()));
    }
    models.shutdown().await?;
    Ok(Figures { events, bare, all, each, slowest_answer, peak_mebibytes: peak_mebibytes() })
}

/// Builds models anew; who shows a build still holds its turn for a moment after everybody sees it.
pub(crate) async fn rebuild(models: &Models, names: &[ModelName]) -> anyhow::Result<()> {
    loop {
        match models.rebuild(names, |_| ()).await {
            Err(ModelError::Busy { .. }) => tokio::time::sleep(Duration::from_millis(1)).await,
            done => return Ok(done.map(drop)?),
        }
    }
}

/// The raw figure: every event read and decoded, and nothing else.
pub(crate) async fn read_and_decode(log: &dyn EventLog) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let mut after = None;
    loop {
        let page = log.read_all(after, &Filter::All, PAGE).await?;
        for event in &page.events {
            if let Err(error) = &*codec::event(event) {
                anyhow::bail!("the log has an event that cannot be decoded: {error}");
            }
        }
        after = page.next;
        if page.end {
            return Ok(begin.elapsed());
        }
    }
}

pub(crate) async fn open(folder: &Path, log: &Arc<dyn EventLog>) -> anyhow::Result<Models> {
    settled(Arc::new(SqliteModels::open(folder)?), log).await
}

pub(crate) async fn settled(storage: Arc<dyn ModelStorage>, log: &Arc<dyn EventLog>) -> anyhow::Result<Models> {
    let models = Models::open(storage, Arc::clone(log)).await?;
    let head = log.head().await?.unwrap_or(Position::FIRST);
    match models.wait_for(head, Duration::from_mins(10)).await {
        Waited::Reached => Ok(models),
        Waited::Behind { at } => anyhow::bail!("the models came no further than {at:?} in ten minutes"),
    }
}

/// Asks for the first page of plans, over and over, and remembers the slowest answer.
async fn ask_until(models: Models, over: Arc<AtomicBool>) -> anyhow::Result<Duration> {
    let mut slowest = Duration::ZERO;
    while !over.load(Ordering::Relaxed) {
        let begin = Instant::now();
        models.plans(PlanFilter::default(), PageRequest::default()).await?;
        slowest = slowest.max(begin.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(slowest)
}

/// Lets plans live their lives, 64 at a time, until there are enough events.
pub(crate) async fn write_history(log: &Arc<dyn EventLog>, events: u64) -> anyhow::Result<()> {
    while log.head().await?.map_or(0, Position::get) < events {
        let lives = (0..IN_FLIGHT).map(|_| tokio::spawn(live(Arc::clone(log))));
        for life in try_join_all(lives).await? {
            life?;
        }
    }
    Ok(())
}

/// One plan from its request to its end.
async fn live(log: Arc<dyn EventLog>) -> anyhow::Result<()> {
    let id = PlanId::new(Uuid::now_v7());
    let mut plan = Plan::default();
    let create = CreatePlan { request: Some(format!("Plan the launch of {}", id.uuid())), ..CreatePlan::default() };
    command(&*log, id, &mut plan, PlanCommand::Create(create), Actor::person("alex")).await?;
    command(&*log, id, &mut plan, PlanCommand::Draft(draft()), Actor::planner("offline")).await?;
    let approve = PlanCommand::Approve { content_hash: plan.content_hash(), note: None, acknowledged: Vec::new() };
    command(&*log, id, &mut plan, approve, Actor::person("sam")).await?;
    command(&*log, id, &mut plan, PlanCommand::Start { run_id: RunId::new(Uuid::now_v7()) }, Actor::person("sam"))
        .await?;
    let mut outcomes = Vec::new();
    loop {
        command(&*log, id, &mut plan, PlanCommand::Advance { outcomes, claim: true }, Actor::executor()).await?;
        let running = plan.steps.iter().find_map(|(step, at)| match &at.progress {
            StepProgress::Executing { attempt, params, .. } => Some((step.clone(), *attempt, params.clone())),
            StepProgress::Pending
            | StepProgress::Retrying { .. }
            | StepProgress::OutcomeUnknown { .. }
            | StepProgress::Completed { .. }
            | StepProgress::Failed { .. }
            | StepProgress::Skipped { .. }
            | StepProgress::Undoing { .. }
            | StepProgress::UndoFailed { .. }
            | StepProgress::Undone { .. } => None,
        });
        let Some((step, attempt, params)) = running else { return Ok(()) };
        let (entity, event) = create_task(&*log, params).await?;
        let effects = vec![Effect::EntityCreated { entity: entity.clone(), event }];
        let outcome = AttemptOutcome::Completed { result: json!({"id": entity}), effects };
        outcomes = vec![StepOutcome { step, attempt, outcome }];
    }
}

/// Ten tasks in a chain, each named for the one before.
fn draft() -> DraftPlan {
    let steps = (0..STEPS).map(|n| StepInput {
        id: Some(format!("step-{n}")),
        title: format!("Prepare part {n} of the launch"),
        action_type: "task.create".into(),
        params: json!({
            "title": format!("Part {n} of the launch"),
            "description": "What has to be ready before the doors open, and who is asked when it is not.",
            "due_date": "2026-12-01",
        })
        .as_object()
        .cloned()
        .unwrap_or_default(),
        depends_on: n.checked_sub(1).map(|before| format!("step-{before}")).into_iter().collect(),
        ..StepInput::default()
    });
    let origin = Origin { planner: "offline".into(), ..Origin::default() };
    DraftPlan { name: "Launch Kestrel".into(), steps: steps.collect(), origin, ..DraftPlan::default() }
}

/// Decides and appends, as the commands do, without their caches and keys.
async fn command(
    log: &dyn EventLog,
    id: PlanId,
    plan: &mut Plan,
    command: PlanCommand,
    actor: Actor,
) -> anyhow::Result<()> {
    let context = Context { now: Utc::now(), actor, catalogue: Arc::clone(Catalogue::builtin()) };
    let events = PlanDecider::decide(plan, command, &context)?;
    for event in &events {
        plan.evolve(event, &Stamp::from(&context));
    }
    let recorded = events.iter().map(|event| recorded(event, &context, id.uuid())).collect();
    log.append(&format!("plan-{id}").parse()?, ExpectedRevision::Any, recorded).await?;
    Ok(())
}

async fn create_task(log: &dyn EventLog, params: Value) -> anyhow::Result<(EntityId, Uuid)> {
    let entity = EntityId::new(Kind::Task.prefix(), Uuid::now_v7());
    let fields = params.as_object().cloned().unwrap_or_default();
    let context = Context { now: Utc::now(), actor: Actor::executor(), catalogue: Arc::clone(Catalogue::builtin()) };
    let event = recorded(&EntityEvent::from(EntityCreated { kind: Kind::Task, fields }), &context, Uuid::now_v7());
    let id = event.id.uuid();
    log.append(&format!("entity-{entity}").parse()?, ExpectedRevision::NoStream, vec![event]).await?;
    Ok((entity, id))
}

fn recorded(event: &impl EventFamily, context: &Context, correlation_id: Uuid) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::now_v7()),
        event_type: event.type_name().into(),
        schema_version: event.schema_version(),
        data: event.encode().into(),
        metadata: Metadata {
            at: context.now,
            tenant: "local".into(),
            actor: context.actor.clone(),
            correlation_id,
            causation_id: Some(Uuid::now_v7()),
            reason: None,
            command: None,
            claim: None,
            span: None,
        },
    }
}

/// The most memory this process ever held, where the system tells.
pub(crate) fn peak_mebibytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = peak.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1_024)
}
