//! The runner over the in-memory log, a clock set by hand and scripted actions.

mod claimed;
mod in_turn;
mod random_rollbacks;
mod recovery;
mod rolling_back;
mod running;
mod scheduled;
mod script;
mod steering;
mod workshop;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use commands::{Commands, Envelope, HandClock};
use domain::{
    actor::Actor,
    ids::{PlanId, StepId},
    plan::{CreatePlan, DraftPlan, Plan, PlanCommand, Policy, StepInput, StepProgress, StepStatus},
    schema, testing,
};
use eventlog::{Direction, EventLog, Filter, StreamFrom, StreamName, codec};
use serde_json::json;

use self::script::Script;
use super::{InFlight, InFlightError, Parts, PlansInFlight, Runner, Settings};

/// Longer than any test takes; a test that waits for what never comes fails instead of hanging.
const PATIENCE: Duration = Duration::from_mins(1);

/// A house with a log, a clock, scripted actions, and a runner unless it was stopped.
struct House {
    commands: Commands,
    clock: HandClock,
    script: Arc<Script>,
    runner: Option<Runner>,
}

impl House {
    fn new(log: impl EventLog) -> Self {
        Self::with_script(log, Script::new())
    }

    fn with_script(log: impl EventLog, script: Arc<Script>) -> Self {
        let mut house = Self::at_rest(log, script);
        house.start_runner();
        house
    }

    /// A house whose runner has not been started.
    fn at_rest(log: impl EventLog, script: Arc<Script>) -> Self {
        let clock = HandClock::at(testing::moment());
        let commands = Commands::new(Arc::new(log), script::catalogue(), Arc::new(clock.clone()));
        Self { commands, clock, script, runner: None }
    }

    fn start_runner(&mut self) {
        self.runner = Some(Runner::start(Parts {
            commands: self.commands.clone(),
            registry: Arc::new(self.script.registry()),
            clock: Arc::new(self.clock.clone()),
            in_flight: Arc::new(AllPlans(Arc::clone(&self.commands.log))),
            claims: None,
            settings: Settings::default(),
        }));
    }

    async fn drafted(&self, steps: Vec<StepInput>, policy: Policy) -> PlanId {
        let draft = DraftPlan { name: "Try it".into(), steps, policy: Some(policy), ..DraftPlan::default() };
        let plan = CreatePlan { by_hand: Some(draft), ..CreatePlan::default() };
        self.commands.create_plan(plan, by_alex()).await.unwrap().0
    }

    /// Makes, approves and starts a plan.
    async fn started_with(&self, steps: Vec<StepInput>, policy: Policy) -> PlanId {
        let plan = self.drafted(steps, policy).await;
        let content = self.plan(plan).await.content_hash();
        self.commands.approve_plan(plan, content, None, Vec::new(), by_alex()).await.unwrap();
        self.commands.start_plan(plan, by_alex()).await.unwrap();
        plan
    }

    async fn started(&self, steps: Vec<StepInput>) -> PlanId {
        self.started_with(steps, Policy::default()).await
    }

    async fn plan(&self, plan: PlanId) -> Arc<Plan> {
        self.commands.plans.load_newest(&plan).await.unwrap().state
    }

    async fn person(&self, plan: PlanId, command: PlanCommand) {
        self.commands.plans.execute(&plan, command, by_alex()).await.unwrap();
    }

    /// Waits until the plan is as `wanted`.
    async fn until(&self, id: PlanId, wanted: impl Fn(&Plan) -> bool) -> Arc<Plan> {
        let mut told = self.commands.log.subscribe_all(None, Filter::All).await.unwrap();
        let waiting = async {
            loop {
                let plan = self.plan(id).await;
                if wanted(&plan) {
                    return plan;
                }
                told.next().await.unwrap().unwrap();
            }
        };
        let Ok(plan) = tokio::time::timeout(PATIENCE, waiting).await else {
            panic!("never so: {:?}", self.history(id).await)
        };
        plan
    }

    async fn until_ended(&self, plan: PlanId) -> Arc<Plan> {
        self.until(plan, |plan| plan.run.as_ref().is_some_and(|run| run.ended_at.is_some())).await
    }

    async fn until_step(&self, plan: PlanId, step: &str, status: StepStatus) -> Arc<Plan> {
        let step = id(step);
        self.until(plan, |plan| plan.step_status(&plan.steps[&step]) == status).await
    }

    /// What happened from the start of the run on: the event's type and, where it has one, its step.
    async fn history(&self, plan: PlanId) -> Vec<String> {
        let stream: StreamName = format!("plan-{plan}").parse().unwrap();
        let events =
            self.commands.log.read_stream(&stream, StreamFrom::Start, Direction::Forward, 10_000).await.unwrap();
        let told = events.iter().map(|event| match codec::event(event).as_ref() {
            Ok(schema::Event::Plan(own)) => {
                own.step_id().map_or(event.event_type.to_string(), |step| format!("{} {step}", event.event_type))
            }
            other => panic!("{other:?}"),
        });
        told.skip_while(|told| told != "ExecutionStarted").skip(1).collect()
    }
}

fn by_alex() -> Envelope {
    Envelope::new(Actor::person("alex"))
}

fn id(step: &str) -> StepId {
    step.parse().unwrap()
}

/// A step whose action does what the script says; keyed, tried up to three times.
fn step(id: &str, depends_on: &[&str]) -> StepInput {
    StepInput {
        id: Some(id.into()),
        title: id.into(),
        action_type: "probe.keyed".into(),
        depends_on: depends_on.iter().map(ToString::to_string).collect(),
        ..StepInput::default()
    }
}

/// A step whose action must not be repeated without asking.
fn at_most_once(id: &str, depends_on: &[&str]) -> StepInput {
    StepInput { action_type: "probe.once".into(), ..step(id, depends_on) }
}

fn by_a_person(id: &str, depends_on: &[&str]) -> StepInput {
    let params = json!({"instructions": "do it"}).as_object().unwrap().clone();
    StepInput { action_type: "manual.step".into(), params, ..step(id, depends_on) }
}

fn gated(id: &str, depends_on: &[&str]) -> StepInput {
    StepInput { requires_approval: true, ..step(id, depends_on) }
}

fn wait_until(id: &str, depends_on: &[&str], at: &str) -> StepInput {
    let params = json!({"at": at}).as_object().unwrap().clone();
    StepInput { action_type: "wait.until".into(), params, ..step(id, depends_on) }
}

fn statuses(plan: &Plan) -> BTreeMap<String, &'static str> {
    plan.steps.iter().map(|(id, step)| (id.to_string(), plan.step_status(step).name())).collect()
}

fn error_code(plan: &Plan, step: &str) -> String {
    match &plan.steps[&id(step)].progress {
        StepProgress::Failed { error } | StepProgress::Retrying { error, .. } => error.code.clone(),
        other => panic!("no error: {other:?}"),
    }
}

/// Takes every plan of a log for one in flight.
struct AllPlans(Arc<dyn EventLog>);

#[async_trait]
impl InFlight for AllPlans {
    async fn plans_in_flight(&self) -> Result<PlansInFlight, InFlightError> {
        let wrong = |error: eventlog::ReadError| InFlightError(error.into());
        let page = self.0.read_all(None, &Filter::categories(["plan"]), 100_000).await.map_err(wrong)?;
        let mut plans: Vec<PlanId> =
            page.events.iter().filter_map(|event| event.stream.subject().parse().ok()).collect();
        plans.sort();
        plans.dedup();
        let told = self.0.read_all(None, &Filter::categories(["schedule"]), 100_000).await.map_err(wrong)?;
        let schedules = told.events.iter().filter_map(|event| event.stream.subject().parse().ok()).collect();
        Ok(PlansInFlight { plans, schedules, position: page.next })
    }
}
