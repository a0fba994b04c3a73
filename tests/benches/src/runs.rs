//! How many steps a second the runner carries out: plans of ten chained steps that do nothing, each with its started
//! and its completed event on disk, beside the bare loop that writes the same two events per step.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use commands::{Clock, Commands, Envelope, SystemClock};
use domain::{
    action::{Catalogue, Impact, ImpactLevel, Reversibility},
    actor::Actor,
    ids::{PlanId, RunId},
    plan::{CreatePlan, DraftPlan, PlanCommand, StepInput},
};
use eventlog::{EventLog, Filter, SubscriptionItem};
use eventlog_sqlite::SqliteLog;
use execution::{
    InFlight, InFlightError, PlansInFlight, Runner,
    actions::World,
    registry::{Action, ActionError, Call, Checked, Done, Registry},
    runner,
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::baseline_log::{BareLoop, Row};

const STEPS: usize = 10;
const ALONE: usize = 40;

/// What was measured.
pub(crate) struct Figures {
    plans: usize,
    in_flight: usize,
    bare: f64,
    steps_per_second: f64,
    alone_p50: Duration,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plans, in_flight, bare, steps_per_second, .. } = self;
        let share = steps_per_second / bare * 100.0;
        writeln!(f, "{plans} plans of {STEPS} chained steps, {in_flight} in flight")?;
        writeln!(f, "bare loop, two events a step: {bare:.0} steps/s")?;
        writeln!(f, "runner:                       {steps_per_second:.0} steps/s ({share:.0}%)")?;
        writeln!(f, "one such plan alone:          {:.2} ms at p50", self.alone_p50.as_secs_f64() * 1e3)
    }
}

/// Measures the bare loop, the runner under load, and one plan alone.
pub(crate) async fn run(plans: usize, in_flight: usize) -> anyhow::Result<Figures> {
    let bare = measure_bare(plans, in_flight).await?;
    let house = House::open()?;
    let ready = house.approved(plans).await?;
    let begin = Instant::now();
    house.carry_out(ready, in_flight).await?;
    #[allow(clippy::cast_precision_loss, reason = "shown to people")]
    let steps_per_second = (plans * STEPS) as f64 / begin.elapsed().as_secs_f64();
    let mut alone = Vec::new();
    for plan in house.approved(ALONE).await? {
        let begin = Instant::now();
        house.carry_out(vec![plan], 1).await?;
        alone.push(begin.elapsed());
    }
    alone.sort_unstable();
    house.runner.shutdown(Duration::from_secs(5)).await;
    Ok(Figures { plans, in_flight, bare, steps_per_second, alone_p50: alone[ALONE / 2] })
}

/// `in_flight` chains, each appending two events and then the next two.
async fn measure_bare(plans: usize, in_flight: usize) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let bare = BareLoop::start(&folder.path().join("bare.db"), i64::try_from(in_flight)?)?;
    let steps_each = plans * STEPS / in_flight;
    let data = Bytes::from(format!(r#"{{"text":"{}"}}"#, "x".repeat(250)));
    let metadata = Bytes::from(format!(r#"{{"text":"{}"}}"#, "x".repeat(230)));
    let begin = Instant::now();
    let mut chains = Vec::new();
    for stream in 0..in_flight {
        let (bare, data, metadata) = (bare.clone(), data.clone(), metadata.clone());
        chains.push(tokio::spawn(async move {
            for step in 0..steps_each {
                #[allow(clippy::cast_possible_wrap, reason = "a few thousand at most")]
                let row = |revision: usize| Row {
                    stream: stream as i64,
                    revision: revision as i64,
                    id: Uuid::now_v7(),
                    data: data.clone(),
                    metadata: metadata.clone(),
                };
                let (started, completed) = (bare.append(row(step * 2)), bare.append(row(step * 2 + 1)));
                let (started, completed) = tokio::join!(started, completed);
                started?;
                completed?;
            }
            anyhow::Ok(())
        }));
    }
    for chain in chains {
        chain.await??;
    }
    #[allow(clippy::cast_precision_loss, reason = "shown to people")]
    let per_second = (steps_each * in_flight) as f64 / begin.elapsed().as_secs_f64();
    Ok(per_second)
}

/// An action that does nothing, under the name of one that is in the catalogue.
struct Nothing;

#[async_trait]
impl Action for Nothing {
    async fn execute(&self, _call: Call) -> Result<Done, ActionError> {
        Ok(Done { result: json!({"id": "ide_0"}), effects: Vec::new() })
    }

    async fn check(&self, _call: Call) -> Result<Checked, ActionError> {
        Ok(Checked::DidNotHappen)
    }

    fn simulate(&self, _params: &Value, _world: &World) -> Impact {
        Impact {
            level: ImpactLevel::None,
            reversibility: Reversibility::Reversible,
            outside: false,
            summary: String::new(),
            changes: Vec::new(),
            unknown: Vec::new(),
            problems: Vec::new(),
        }
    }
}

struct NoneInFlight;

#[async_trait]
impl InFlight for NoneInFlight {
    async fn plans_in_flight(&self) -> Result<PlansInFlight, InFlightError> {
        Ok(PlansInFlight::default())
    }
}

struct House {
    _folder: tempfile::TempDir,
    log: Arc<dyn EventLog>,
    commands: Commands,
    runner: Runner,
}

impl House {
    fn open() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(folder.path())?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let commands = Commands::new(Arc::clone(&log), Arc::clone(Catalogue::builtin()), Arc::clone(&clock));
        let registry = Registry::builder(Arc::clone(Catalogue::builtin())).action("idea.create", Arc::new(Nothing));
        let runner = Runner::start(runner::Parts {
            commands: commands.clone(),
            registry: Arc::new(registry.build()?),
            clock,
            in_flight: Arc::new(NoneInFlight),
            claims: None,
            settings: runner::Settings::default(),
        });
        Ok(Self { _folder: folder, log, commands, runner })
    }

    /// Makes plans up to the point where only the start is missing.
    async fn approved(&self, plans: usize) -> anyhow::Result<Vec<PlanId>> {
        let mut made = Vec::new();
        for _ in 0..plans {
            let plan = PlanId::new(Uuid::now_v7());
            let create = CreatePlan { by_hand: Some(chain()), ..CreatePlan::default() };
            let drafted = self.commands.plans.execute(&plan, PlanCommand::Create(create), person()).await?;
            let approve = PlanCommand::Approve {
                content_hash: drafted.state.content_hash(),
                note: None,
                acknowledged: Vec::new(),
            };
            self.commands.plans.execute(&plan, approve, person()).await?;
            made.push(plan);
        }
        Ok(made)
    }

    /// Starts plans, `in_flight` at a time, and waits until all are completed on disk.
    async fn carry_out(&self, plans: Vec<PlanId>, in_flight: usize) -> anyhow::Result<()> {
        let head = self.log.head().await?;
        let mut ends = self.log.subscribe_all(head, Filter::All).await?;
        let slots = Arc::new(Semaphore::new(in_flight));
        let (count, commands, free) = (plans.len(), self.commands.clone(), Arc::clone(&slots));
        let starter = tokio::spawn(async move {
            for plan in plans {
                free.acquire().await?.forget();
                let start = PlanCommand::Start { run_id: RunId::new(Uuid::now_v7()) };
                commands.plans.execute(&plan, start, person()).await?;
            }
            anyhow::Ok(())
        });
        let mut completed = 0;
        while completed < count {
            let Some(item) = ends.next().await else { anyhow::bail!("the log ended") };
            let SubscriptionItem::Events(events) = item? else { continue };
            for event in events.iter() {
                anyhow::ensure!(event.event_type != "PlanFailed", "a plan failed");
                if event.event_type == "PlanCompleted" {
                    completed += 1;
                    slots.add_permits(1);
                }
            }
        }
        starter.await?
    }
}

fn person() -> Envelope {
    Envelope::new(Actor::person("alex"))
}

fn chain() -> DraftPlan {
    let steps = (0..STEPS).map(|n| StepInput {
        id: Some(format!("s{n}")),
        action_type: "idea.create".into(),
        params: json!({"title": format!("Idea {n}")}).as_object().cloned().unwrap_or_default(),
        depends_on: n.checked_sub(1).map(|before| format!("s{before}")).into_iter().collect(),
        ..StepInput::default()
    });
    DraftPlan { name: "Chain".into(), steps: steps.collect(), ..DraftPlan::default() }
}
