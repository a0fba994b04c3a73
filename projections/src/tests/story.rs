//! Histories to fold: what people, the planner and the executor might do to a handful of plans and things.
//!
//! Every event comes from a decision of the domain, so the histories are ones that can happen; what a decider refuses
//! is left out.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    action::Catalogue,
    actor::Actor,
    decider::{Context, Decider, Stamp},
    ids::{EntityId, PlanId, RunId},
    plan::{
        AttemptOutcome, Change, CreatePlan, DetailsPatch, DraftPlan, OnFailure, Origin, Plan, PlanCommand, PlanDecider,
        Policy, Question, RemoveDependents, StepError, StepInput, StepOutcome, StepPatch, StepProgress,
        UnknownResolution,
    },
    schedule::{Schedule, ScheduleDecider},
    schema::EventFamily,
    template::{Template, TemplateDecider},
    testing,
    workspace::{Entity, EntityCommand, EntityDecider, Kind},
};
use eventlog::{EventId, EventLog, ExpectedRevision, MemoryLog, Metadata, NewEvent, RecordedEvent, StreamName};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{story_schedules, story_templates};

const PLANS: u8 = 4;
const ENTITIES: u8 = 5;
const TEMPLATES: u8 = 2;
const SCHEDULES: u8 = 2;

/// One thing that somebody tries: to which plan or entity, which verb, and a number that fills in the rest.
pub(super) type Attempt = (u8, u8, u8);

/// Random attempts; about half of them come to something.
pub(super) fn attempts(most: usize) -> impl Strategy<Value = Vec<Attempt>> {
    proptest::collection::vec((0..PLANS + ENTITIES + TEMPLATES + SCHEDULES, 0..24_u8, any::<u8>()), 1..most)
}

/// A history in the making.
pub(super) struct Story {
    pub(super) log: MemoryLog,
    plans: Vec<Plan>,
    entities: Vec<Option<Entity>>,
    templates: Vec<Template>,
    schedules: Vec<Schedule>,
    /// Counts everything that needs a fresh number.
    count: u32,
}

impl Story {
    pub(super) fn new() -> Self {
        Self {
            log: MemoryLog::new(),
            plans: vec![Plan::default(); PLANS.into()],
            entities: vec![None; ENTITIES.into()],
            templates: vec![Template::default(); TEMPLATES.into()],
            schedules: vec![Schedule::default(); SCHEDULES.into()],
            count: 0,
        }
    }

    /// A history of these attempts.
    pub(super) async fn of(attempts: &[Attempt]) -> Self {
        let mut story = Self::new();
        for attempt in attempts {
            story.attempt(*attempt).await;
        }
        story
    }

    /// A history in which every plan gets its draft, is approved and runs to some end.
    pub(super) async fn eventful() -> Self {
        let mut story = Self::new();
        for round in 0..60_u8 {
            for subject in 0..PLANS + ENTITIES + TEMPLATES + SCHEDULES {
                let verb = if round < 6 { round } else { round.wrapping_mul(7).wrapping_add(subject) % 24 };
                story.attempt((subject, verb, round.wrapping_mul(31).wrapping_add(subject))).await;
            }
        }
        story
    }

    pub(super) fn plan_id(index: usize) -> PlanId {
        PlanId::new(Uuid::from_u128(0x1000 + index as u128))
    }

    pub(super) fn entity_id(index: usize) -> EntityId {
        EntityId::new(kind_of(index).prefix(), Uuid::from_u128(0x2000 + index as u128))
    }

    pub(super) fn plan(&self, index: usize) -> &Plan {
        &self.plans[index]
    }

    pub(super) fn entity(&self, index: usize) -> Option<&Entity> {
        self.entities[index].as_ref()
    }

    pub(super) const fn plans() -> usize {
        PLANS as usize
    }

    pub(super) const fn things() -> usize {
        ENTITIES as usize
    }

    /// All events so far.
    pub(super) async fn events(&self) -> Vec<Arc<RecordedEvent>> {
        let page = self.log.read_all(None, &eventlog::Filter::All, usize::MAX).await.unwrap();
        page.events
    }

    /// Tries something; nothing happens when it is refused.
    pub(super) async fn attempt(&mut self, (subject, verb, number): Attempt) {
        self.count += 1;
        if subject < PLANS {
            let index = usize::from(subject);
            let (command, actor) = self.plan_command(index, verb, number);
            let context = self.context(actor);
            let Ok(events) = PlanDecider::decide(&self.plans[index], command, &context) else { return };
            for event in &events {
                self.plans[index].evolve(event, &Stamp::from(&context));
            }
            self.append(&format!("plan-{}", Self::plan_id(index)), &events, &context).await;
        } else if subject >= PLANS + ENTITIES + TEMPLATES {
            let index = usize::from(subject - PLANS - ENTITIES - TEMPLATES);
            let at = self.context(Actor::system()).now;
            let (command, actor) = story_schedules::schedule_command(&self.schedules[index], verb, number, at);
            let context = self.context(actor);
            let Ok(events) = ScheduleDecider::decide(&self.schedules[index], command, &context) else { return };
            for event in &events {
                self.schedules[index].evolve(event, &Stamp::from(&context));
            }
            self.append(&format!("schedule-{}", story_schedules::schedule_id(index)), &events, &context).await;
        } else if subject >= PLANS + ENTITIES {
            let index = usize::from(subject - PLANS - ENTITIES);
            let (command, actor) = story_templates::template_command(verb, number);
            let context = self.context(actor);
            let Ok(events) = TemplateDecider::decide(&self.templates[index], command, &context) else { return };
            for event in &events {
                self.templates[index].evolve(event, &Stamp::from(&context));
            }
            self.append(&format!("template-{}", story_templates::template_id(index)), &events, &context).await;
        } else {
            let index = usize::from(subject - PLANS);
            let (command, actor) = Self::entity_command(index, verb, number);
            let context = self.context(actor);
            let Ok(events) = EntityDecider::decide(&self.entities[index], command, &context) else { return };
            for event in &events {
                Entity::evolve(&mut self.entities[index], event, &Stamp::from(&context));
            }
            self.append(&format!("entity-{}", Self::entity_id(index)), &events, &context).await;
        }
    }

    fn context(&self, actor: Actor) -> Context {
        let now = testing::moment() + TimeDelta::minutes(i64::from(self.count));
        Context { now, actor, catalogue: Arc::clone(Catalogue::builtin()) }
    }

    async fn append(&mut self, stream: &str, events: &[impl EventFamily], context: &Context) {
        if events.is_empty() {
            return;
        }
        let events = events.iter().map(|event| {
            self.count += 1;
            new_event(self.count, event, context)
        });
        let stream: StreamName = stream.parse().unwrap();
        self.log.append(&stream, ExpectedRevision::Any, events.collect()).await.unwrap();
    }

    fn plan_command(&self, index: usize, verb: u8, number: u8) -> (PlanCommand, Actor) {
        let plan = &self.plans[index];
        let chosen = plan.steps.get_index(usize::from(number) % plan.steps.len().max(1)).map(|(id, _)| id.clone());
        let step = chosen.unwrap_or_else(|| "none".parse().unwrap());
        let person = Actor::person(if number.is_multiple_of(3) { "alex" } else { "sam" });
        let text = || format!("because of {number}");
        let command = match verb {
            0 => PlanCommand::Create(CreatePlan {
                request: Some(format!("Plan launch {number}")),
                ..CreatePlan::default()
            }),
            1 if number.is_multiple_of(5) => {
                let question = Question::new("when", "When?", Vec::new());
                PlanCommand::RequestClarification { questions: vec![question], message: "One thing first.".into() }
            }
            1 if number.is_multiple_of(17) => {
                PlanCommand::FailPlanning { code: "x".into(), message: "It went wrong.".into() }
            }
            1 => return (PlanCommand::Draft(draft(number)), Actor::planner("offline")),
            2 => {
                PlanCommand::AnswerClarification { answers: [("when".to_owned(), json!("soon"))].into_iter().collect() }
            }
            3 => PlanCommand::Approve { content_hash: plan.content_hash(), note: None, acknowledged: Vec::new() },
            4 => PlanCommand::Start { run_id: RunId::new(Uuid::from_u128(u128::from(self.count))) },
            5..=11 => return (self.advance(plan, number), Actor::executor()),
            12 if number.is_multiple_of(4) => PlanCommand::Revise { feedback: text() },
            12 => PlanCommand::Edit { changes: vec![change(&step.to_string(), number, self.count)] },
            13 => PlanCommand::SkipStep {
                step,
                reason: text(),
                result: (number.is_multiple_of(2)).then(|| json!({"id": "tsk_1"})),
            },
            14 | 15 => PlanCommand::RetryStep { step, params: None },
            16 if number.is_multiple_of(4) => PlanCommand::Cancel { reason: text() },
            16 => PlanCommand::Pause { reason: text() },
            17 => PlanCommand::Resume,
            18 => {
                let outcome = if number.is_multiple_of(2) {
                    UnknownResolution::Happened
                } else {
                    UnknownResolution::DidNotHappen
                };
                PlanCommand::ResolveOutcome { step, outcome, result: None, reason: text() }
            }
            19 => PlanCommand::ApproveStep { step, note: None },
            20 => PlanCommand::CompleteStep { step, result: None, note: Some(text()) },
            21 => PlanCommand::Rate { score: number % 5 + 1, comment: None },
            22 => PlanCommand::Comment { comment_id: format!("c{number}"), text: text(), step: Some(step) },
            _ if number.is_multiple_of(30) => PlanCommand::Reject { reason: text() },
            _ => PlanCommand::ResolveComment { comment_id: format!("c{number}") },
        };
        (command, person)
    }

    /// Ends what runs, in one of the ways an attempt can end, and starts what is due.
    fn advance(&self, plan: &Plan, number: u8) -> PlanCommand {
        let running = plan.steps.iter().filter_map(|(id, step)| match step.progress {
            StepProgress::Executing { attempt, .. } => Some((id.clone(), attempt)),
            _ => None,
        });
        let error = || StepError { code: "x".into(), message: "no answer".into(), at: testing::moment() };
        let outcomes = running.enumerate().map(|(place, (step, attempt))| {
            let outcome = match usize::from(number).wrapping_add(place) % 9 {
                0 => AttemptOutcome::Failed { error: error(), retryable: false, jitter_per_mille: 0 },
                1 => AttemptOutcome::Failed { error: error(), retryable: true, jitter_per_mille: 0 },
                2 => AttemptOutcome::Unknown { message: "the line broke".into() },
                _ => AttemptOutcome::Completed {
                    result: json!({"id": format!("tsk_{}", self.count)}),
                    effects: Vec::new(),
                },
            };
            StepOutcome { step, attempt, outcome }
        });
        PlanCommand::Advance { outcomes: outcomes.collect(), claim: true }
    }

    fn entity_command(index: usize, verb: u8, number: u8) -> (EntityCommand, Actor) {
        let compensates = None;
        let other = Self::entity_id((index + 1) % Self::things());
        let link = format!("l{}", number % 3);
        let mut fields: Map<String, Value> = Map::new();
        fields.insert(kind_of(index).title_field().into(), json!(format!("Thing {number} Ärger")));
        if kind_of(index) == Kind::Task {
            fields.insert("assignee".into(), json!(Self::entity_id(2)));
        }
        let command = match verb {
            0..=2 => EntityCommand::Create { kind: kind_of(index), fields },
            3..=9 => EntityCommand::Change { fields, compensates },
            10..=12 => EntityCommand::Archive { compensates },
            13..=15 => EntityCommand::Restore { compensates },
            16..=19 => EntityCommand::Link { link, relation: "came_from".into(), to: other, compensates },
            20 | 21 => EntityCommand::Unlink { link, compensates },
            22 if number.is_multiple_of(8) => EntityCommand::Withdraw { compensates },
            _ => EntityCommand::Change { fields: Map::new(), compensates },
        };
        (command, if number.is_multiple_of(2) { Actor::executor() } else { Actor::person("alex") })
    }
}

fn kind_of(index: usize) -> Kind {
    [Kind::Project, Kind::Task, Kind::Person, Kind::Idea, Kind::Task][index % 5]
}

/// Makes an event to append; `number` makes its id.
pub(super) fn new_event(number: u32, event: &impl EventFamily, context: &Context) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::from_u128(0x3000_0000 + u128::from(number))),
        event_type: event.type_name().into(),
        schema_version: event.schema_version(),
        data: event.encode().into(),
        metadata: Metadata {
            at: context.now,
            tenant: "local".into(),
            actor: context.actor.clone(),
            correlation_id: Uuid::from_u128(u128::from(number / 3)),
            causation_id: None,
            reason: None,
            command: None,
            claim: None,
            span: None,
        },
    }
}

/// A draft of one to six steps in various shapes.
fn draft(number: u8) -> DraftPlan {
    let task = |id: &str, depends_on: &[&str]| StepInput {
        id: Some(id.into()),
        title: format!("Do {id}"),
        action_type: "task.create".into(),
        params: [("title".to_owned(), json!(format!("Task {id}")))].into_iter().collect(),
        depends_on: depends_on.iter().map(ToString::to_string).collect(),
        requires_approval: number.is_multiple_of(7) && id == "b",
        ..StepInput::default()
    };
    let by_hand = StepInput {
        id: Some("call".into()),
        action_type: "manual.step".into(),
        params: [("instructions".to_owned(), json!("Call Sarah"))].into_iter().collect(),
        ..StepInput::default()
    };
    let outside = StepInput {
        id: Some("ping".into()),
        action_type: "http.request".into(),
        params: json!({"method": "GET", "url": "http://example.org/"}).as_object().cloned().unwrap_or_default(),
        ..StepInput::default()
    };
    let all = [task("a", &[]), task("b", &["a"]), task("c", &["a"]), by_hand, outside, task("d", &["b", "c"])];
    let on_failure = [OnFailure::Stop, OnFailure::Continue, OnFailure::Ask][usize::from(number % 3)];
    DraftPlan {
        name: format!("Launch {number}"),
        policy: Some(Policy { on_failure, max_parallel: u32::from(number % 3) + 1, ..Policy::default() }),
        steps: all.into_iter().take(usize::from(number % 6) + 1).collect(),
        origin: Origin {
            planner: "offline".into(),
            template: story_templates::from_template(number),
            ..Origin::default()
        },
        ..DraftPlan::default()
    }
}

fn change(step: &str, number: u8, count: u32) -> Change {
    let step = step.to_owned();
    let added = StepInput {
        id: Some(format!("added-{count}")),
        action_type: "note.add".into(),
        params: json!({"about": "prj_1", "text": "x"}).as_object().cloned().unwrap_or_default(),
        ..StepInput::default()
    };
    match number % 6 {
        0 => Change::AddStep { step: added, after: Some(Some(step)) },
        1 => Change::AddStep { step: added, after: Some(None) },
        2 => Change::RemoveStep { step, dependents: RemoveDependents::Rewire },
        3 => Change::MoveStep { step, after: None },
        4 => {
            Change::EditStep { step, patch: StepPatch { title: Some(format!("New {number}")), ..StepPatch::default() } }
        }
        _ => Change::EditDetails(DetailsPatch { name: Some(format!("Renamed {number}")), description: None }),
    }
}
