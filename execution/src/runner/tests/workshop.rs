//! A house with the actions that come with Cairn, for tests of what they leave in the workspace.

use std::{collections::BTreeMap, sync::Arc};

use commands::{Clock, Commands, Confirmed, Envelope, HandClock, testing::UnreliableLog};
use domain::{
    action::Catalogue,
    actor::Actor,
    ids::{EntityId, PlanId, RollbackId},
    plan::{CreatePlan, DraftPlan, Plan, PlanCommand, PlanRefusal, PlanStatus, Policy, StepInput, StepProgress},
    rollback::{ChoiceFor, Scope},
    schema::Event,
    testing,
    workspace::{Entity, EntityCommand, Kind},
};
use eventlog::{EventLog, Filter, MemoryLog, RecordedEvent, codec};
use serde_json::{Map, Value};

use super::{AllPlans, PATIENCE, by_alex};
use crate::{
    actions::HttpConfig,
    registry::Registry,
    runner::{Parts, Runner, Settings},
};

/// What the plans of these tests are called.
pub(super) const NAME: &str = "Try it";

/// A log, and whoever works on it at the moment.
pub(super) struct Workshop {
    pub(super) log: MemoryLog,
    pub(super) clock: HandClock,
    pub(super) commands: Commands,
    /// What the process of the moment writes through.
    hand: UnreliableLog,
    http: HttpConfig,
    runner: Option<Runner>,
}

impl Workshop {
    pub(super) fn new() -> Self {
        Self::with(HttpConfig::default())
    }

    pub(super) fn with(http: HttpConfig) -> Self {
        let (log, clock) = (MemoryLog::new(), HandClock::at(testing::moment()));
        let hand = UnreliableLog::over(log.clone());
        let commands = Self::commands(&hand, &clock);
        let mut workshop = Self { log, clock, commands, hand, http, runner: None };
        workshop.start();
        workshop
    }

    fn commands(log: &UnreliableLog, clock: &HandClock) -> Commands {
        Commands::new(Arc::new(log.clone()), Arc::clone(Catalogue::builtin()), Arc::new(clock.clone()))
    }

    fn start(&mut self) {
        let registry = Registry::builtin(&self.commands, self.http.clone()).unwrap();
        self.runner = Some(Runner::start(Parts {
            commands: self.commands.clone(),
            registry: Arc::new(registry),
            clock: Arc::new(self.clock.clone()),
            in_flight: Arc::new(AllPlans(Arc::clone(&self.commands.log))),
            claims: None,
            settings: Settings::default(),
        }));
    }

    /// Ends the process in the middle of whatever it does, and starts another one on the same log.
    pub(super) async fn kill(&mut self) {
        self.hand.cut().await;
        drop(self.runner.take());
        self.hand = UnreliableLog::over(self.log.clone());
        self.commands = Self::commands(&self.hand, &self.clock);
        self.start();
    }

    /// Stops whoever carries plans forward.
    pub(super) fn stopped(mut self) -> Self {
        drop(self.runner.take());
        self
    }

    /// Carries plans forward again.
    pub(super) fn going_on(mut self) -> Self {
        self.start();
        self
    }

    pub(super) async fn thing(&self, kind: Kind, fields: Value) -> EntityId {
        let fields: Map<String, Value> = fields.as_object().unwrap().clone();
        self.commands.create_entity(kind, fields, by_alex()).await.unwrap().0
    }

    /// Somebody changes a thing by hand; says whether it could be changed.
    pub(super) async fn by_hand(&self, entity: &EntityId, command: EntityCommand) -> bool {
        let envelope = Envelope::new(Actor::person("sam"));
        self.commands.entities.execute(entity, command, envelope).await.is_ok()
    }

    pub(super) async fn started(&self, steps: Vec<StepInput>, policy: Policy) -> PlanId {
        let draft = DraftPlan { name: NAME.into(), steps, policy: Some(policy), ..DraftPlan::default() };
        let plan = CreatePlan { by_hand: Some(draft), ..CreatePlan::default() };
        let (id, made) = self.commands.create_plan(plan, by_alex()).await.unwrap();
        self.commands.approve_plan(id, made.state.content_hash(), None, Vec::new(), by_alex()).await.unwrap();
        self.commands.start_plan(id, by_alex()).await.unwrap();
        id
    }

    pub(super) async fn plan(&self, id: PlanId) -> Arc<Plan> {
        self.commands.plans.load_newest(&id).await.unwrap().state
    }

    pub(super) async fn person(&self, plan: PlanId, command: PlanCommand) {
        self.commands.plans.execute(&plan, command, by_alex()).await.unwrap();
    }

    /// Waits until the plan is as wanted.
    pub(super) async fn until(&self, id: PlanId, wanted: impl Fn(&Plan) -> bool) -> Arc<Plan> {
        let mut told = self.log.subscribe_all(None, Filter::All).await.unwrap();
        let waiting = async {
            loop {
                let plan = self.plan(id).await;
                if wanted(&plan) {
                    return plan;
                }
                self.let_retries_come(&plan);
                told.next().await.unwrap().unwrap();
            }
        };
        let Ok(plan) = tokio::time::timeout(PATIENCE, waiting).await else {
            panic!("never so: {:#?}", self.plan(id).await)
        };
        plan
    }

    /// Moves the clock on to the next attempt that is waited for.
    fn let_retries_come(&self, plan: &Plan) {
        let retry_at = |step: &StepProgress| match step {
            StepProgress::Retrying { retry_at, .. } => Some(*retry_at),
            StepProgress::Undoing { retry_at, .. } => *retry_at,
            _ => None,
        };
        let next = plan.steps.values().filter_map(|step| retry_at(&step.progress)).max();
        if let Some(at) = next.filter(|at| *at > self.clock.now()) {
            self.clock.set(at);
        }
    }

    /// Waits until the plan no longer goes on by itself.
    pub(super) async fn at_rest(&self, id: PlanId) -> Arc<Plan> {
        self.until(id, |plan| !matches!(plan.status, PlanStatus::Executing | PlanStatus::RollingBack)).await
    }

    /// Looks, and confirms what was seen.
    pub(super) async fn roll_back(
        &self,
        id: PlanId,
        scope: &Scope,
        choices: Vec<ChoiceFor>,
    ) -> Result<RollbackId, commands::CommandError<PlanRefusal>> {
        let (seen, _) = self.commands.preview_rollback(id, scope, &choices).await?;
        let confirmed = Confirmed { seen: seen.hash, choices, reason: "it was wrong".into(), name: Some(NAME.into()) };
        Ok(self.commands.roll_back(id, confirmed, by_alex()).await?.0)
    }

    /// Everything in the workspace that counts, field by field; what was withdrawn is not there.
    pub(super) async fn dump(&self) -> BTreeMap<EntityId, Value> {
        self.dump_without(|_| false).await
    }

    /// The workspace as it would be if some events had never happened.
    pub(super) async fn dump_without(&self, left_out: impl Fn(&RecordedEvent) -> bool) -> BTreeMap<EntityId, Value> {
        let page = self.log.read_all(None, &Filter::categories(["entity"]), 1_000_000).await.unwrap();
        let mut things: BTreeMap<EntityId, Option<Entity>> = BTreeMap::new();
        for recorded in page.events.iter().filter(|event| !left_out(event)) {
            let id: EntityId = recorded.stream.subject().parse().unwrap();
            let decoded = codec::event(recorded);
            let Ok(Event::Entity(event)) = decoded.as_ref() else { panic!("{recorded:?}") };
            Entity::evolve(things.entry(id).or_default(), event, &codec::stamp(recorded));
        }
        let there = things.into_iter().filter_map(|(id, thing)| Some((id, thing.filter(|thing| !thing.withdrawn)?)));
        there.map(|(id, thing)| (id, shown(&thing))).collect()
    }

    /// How many events the log has.
    pub(super) async fn events(&self) -> usize {
        self.log.read_all(None, &Filter::All, 1_000_000).await.unwrap().events.len()
    }

    /// Waits until the log has so many events, or the plan is at rest.
    pub(super) async fn until_events(&self, id: PlanId, count: usize) {
        let mut told = self.log.subscribe_all(None, Filter::All).await.unwrap();
        loop {
            let resting = !matches!(self.plan(id).await.status, PlanStatus::Executing | PlanStatus::RollingBack);
            if resting || self.events().await >= count {
                return;
            }
            told.next().await.unwrap().unwrap();
        }
    }
}

fn shown(thing: &Entity) -> Value {
    let mut links = thing.links.clone();
    links.sort_by(|a, b| a.id.cmp(&b.id));
    serde_json::json!({"kind": thing.kind, "fields": thing.fields, "archived": thing.archived, "links": links})
}

/// A step of the catalogue.
pub(super) fn step(id: &str, action: &str, params: &Value, depends_on: &[&str]) -> StepInput {
    StepInput {
        id: Some(id.into()),
        title: id.into(),
        action_type: action.into(),
        params: params.as_object().unwrap().clone(),
        depends_on: depends_on.iter().map(ToString::to_string).collect(),
        ..StepInput::default()
    }
}
