//! How long a plan of 10,000 events takes to be shown as it stood, at any revision, beside folding it from its beginning
//! each time.

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
    plan::{AttemptOutcome, CreatePlan, DraftPlan, Plan, PlanCommand, StepError, StepInput, StepOutcome},
    schema::Event,
};
use eventlog::{Direction, EventLog, Revision, StreamFrom, StreamName, codec};
use eventlog_sqlite::SqliteLog;
use projections::{Cut, Models};
use serde_json::json;
use uuid::Uuid;

use crate::rebuild;

const EVENTS: u64 = 10_000;
const LOOKS: u64 = 2_000;
/// Folding from the beginning is slow, so fewer looks are taken.
const STRAIGHT: u64 = 60;

/// What was measured.
pub(crate) struct Figures {
    shapes: Vec<Shape>,
}

struct Shape {
    name: &'static str,
    steps: usize,
    events: u64,
    first: Duration,
    any: Vec<Duration>,
    straight: Vec<Duration>,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        let at = |times: &[Duration], share: usize| millis(times[(times.len() * share / 100).min(times.len() - 1)]);
        for Shape { name, steps, events, first, any, straight } in &self.shapes {
            writeln!(f, "{name}: {steps} steps, {events} events; the first look {:.2} ms", millis(*first))?;
            for (what, times) in [("any revision", any), ("from the beginning", straight)] {
                let (half, most, worst) = (at(times, 50), at(times, 99), at(times, 100));
                writeln!(f, "  {what:<20} p50 {half:>6.2} ms   p99 {most:>6.2} ms   worst {worst:>6.2} ms")?;
            }
        }
        Ok(())
    }
}

/// Looks at two plans of 10,000 events: one of few steps that were tried over and over, one of very many steps.
pub(crate) async fn run() -> anyhow::Result<Figures> {
    let folder = tempfile::tempdir()?;
    let log: Arc<dyn EventLog> = Arc::new(SqliteLog::open(&folder.path().join("log"))?);
    let commands = Commands::new(Arc::clone(&log), Arc::clone(Catalogue::builtin()), Arc::new(SystemClock));
    let (retried, many) = (PlanId::new(Uuid::now_v7()), PlanId::new(Uuid::now_v7()));
    build(&commands, &retried, 40, true).await?;
    build(&commands, &many, 4_990, false).await?;
    let models = rebuild::open(&folder.path().join("models"), &log).await?;
    let mut shapes = Vec::new();
    for (name, plan) in [("tried over and over", retried), ("very many steps", many)] {
        shapes.push(look(&models, &*log, name, plan).await?);
    }
    models.shutdown().await?;
    Ok(Figures { shapes })
}

async fn look(models: &Models, log: &dyn EventLog, name: &'static str, plan: PlanId) -> anyhow::Result<Shape> {
    let stream: StreamName = format!("plan-{plan}").parse()?;
    let newest = log.read_stream(&stream, StreamFrom::End, Direction::Backward, 1).await?;
    let Some(newest) = newest.first().map(|event| event.revision.get()) else { anyhow::bail!("the plan is empty") };
    let begin = Instant::now();
    let steps = models.plan_at(plan, Cut::Revision(Revision::new(newest))).await?.plan.steps.len();
    let first = begin.elapsed();
    let (mut any, mut straight) = (Vec::new(), Vec::new());
    for number in 0..LOOKS {
        // a step of the golden ratio over and over falls everywhere alike
        let revision = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % (newest + 1);
        let begin = Instant::now();
        models.plan_at(plan, Cut::Revision(Revision::new(revision))).await?;
        any.push(begin.elapsed());
        if number < STRAIGHT {
            let begin = Instant::now();
            fold(log, &stream, revision).await?;
            straight.push(begin.elapsed());
        }
    }
    any.sort_unstable();
    straight.sort_unstable();
    Ok(Shape { name, steps, events: newest + 1, first, any, straight })
}

/// The baseline: every event up to the revision, from the first.
async fn fold(log: &dyn EventLog, stream: &StreamName, revision: u64) -> anyhow::Result<Plan> {
    let mut plan = Plan::default();
    let limit = usize::try_from(revision)? + 1;
    for event in log.read_stream(stream, StreamFrom::Start, Direction::Forward, limit).await? {
        match &*codec::event(&event) {
            Ok(Event::Plan(known)) => plan.evolve(known, &codec::stamp(&event)),
            Ok(Event::Entity(_) | Event::Signing(_) | Event::Template(_) | Event::Schedule(_)) | Err(_) => {
                anyhow::bail!("the plan has an event that is none of a plan")
            }
        }
    }
    Ok(plan)
}

/// A chain of steps, run by hand to about 10,000 events; when `failing`, each attempt fails and is retried by a person.
async fn build(commands: &Commands, plan: &PlanId, steps: usize, failing: bool) -> anyhow::Result<()> {
    let inputs = (0..steps).map(|n| StepInput {
        id: Some(format!("s{n}")),
        action_type: "idea.create".into(),
        params: json!({"title": format!("Idea {n}")}).as_object().cloned().unwrap_or_default(),
        depends_on: n.checked_sub(1).map(|before| format!("s{before}")).into_iter().collect(),
        ..StepInput::default()
    });
    let by_hand = DraftPlan { name: "Long".into(), steps: inputs.collect(), ..DraftPlan::default() };
    let person = || Envelope::new(Actor::person("alex"));
    let create = CreatePlan { by_hand: Some(by_hand), ..CreatePlan::default() };
    let made = commands.plans.execute(plan, PlanCommand::Create(create), person()).await?;
    let approve =
        PlanCommand::Approve { content_hash: made.state.content_hash(), note: None, acknowledged: Vec::new() };
    commands.plans.execute(plan, approve, person()).await?;
    let start = PlanCommand::Start { run_id: RunId::new(Uuid::now_v7()) };
    let mut at = commands.plans.execute(plan, start, person()).await?.revision.get();
    let (mut outcomes, mut step, mut attempt) = (Vec::new(), 0, 1);
    while at + 4 < EVENTS && step < steps {
        let advance = PlanCommand::Advance { outcomes, claim: true };
        at = commands.plans.execute(plan, advance, Envelope::new(Actor::executor())).await?.revision.get();
        let id = format!("s{step}");
        let succeeds = !failing || attempt % 70 == 0;
        let outcome = if succeeds {
            AttemptOutcome::Completed { result: json!({"id": format!("ide_{step}")}), effects: Vec::new() }
        } else {
            let error = StepError { code: "x".into(), message: "no answer".into(), at: chrono::Utc::now() };
            AttemptOutcome::Failed { error, retryable: false, jitter_per_mille: 0 }
        };
        outcomes = vec![StepOutcome { step: id.parse()?, attempt, outcome }];
        if succeeds {
            (step, attempt) = (step + 1, 1);
            continue;
        }
        let advance = PlanCommand::Advance { outcomes, claim: true };
        commands.plans.execute(plan, advance, Envelope::new(Actor::executor())).await?;
        let retry = PlanCommand::RetryStep { step: id.parse()?, params: None };
        at = commands.plans.execute(plan, retry, person()).await?.revision.get();
        (outcomes, attempt) = (Vec::new(), attempt + 1);
    }
    Ok(())
}
