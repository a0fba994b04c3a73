//! The listener over a log and planners of its own.

use std::time::Duration;

use commands::HandClock;
use domain::plan::{CreatePlan, StepInput};
use eventlog::MemoryLog;
use serde_json::{Map, json};

use super::*;
use crate::{
    contract::{PersonRow, Planner},
    offline::OfflinePlanner,
};

struct Rows(WorkspaceView);

#[async_trait]
impl WorkspaceSource for Rows {
    async fn view(&self, _: &str, _: &str, _: Option<&EntityId>, _: Position) -> Result<WorkspaceView, String> {
        Ok(self.0.clone())
    }
}

/// Looks into the log itself, as a read model that is never behind.
struct Waiting(Commands);

#[async_trait]
impl Drafting for Waiting {
    async fn plans_drafting(&self, _: Option<Position>) -> Result<Vec<PlanId>, String> {
        let page = self.0.log.read_all(None, &Filter::All, 1_000).await.unwrap();
        let mut waiting = Vec::new();
        for trigger in page.events.iter().filter_map(trigger) {
            if self.0.plans.load_newest(&trigger.plan).await.unwrap().state.status == PlanStatus::Drafting {
                waiting.push(trigger.plan);
            }
        }
        Ok(waiting)
    }
}

struct Panicking;

#[async_trait]
impl Planner for Panicking {
    fn name(&self) -> &'static str {
        "offline"
    }

    async fn plan(&self, _: &PlanningRequest) -> Result<Answer, PlanningError> {
        panic!("the planner broke")
    }
}

struct House {
    commands: Commands,
    log: Arc<dyn EventLog>,
    stop: CancellationToken,
}

fn house() -> House {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let clock = HandClock::at("2026-11-23T09:00:00Z".parse().unwrap());
    let commands = Commands::new(Arc::clone(&log), Arc::clone(Catalogue::builtin()), Arc::new(clock));
    House { commands, log, stop: CancellationToken::new() }
}

fn person(id: &str, name: &str) -> PersonRow {
    PersonRow { id: id.parse().unwrap(), name: name.into(), email: None, organisation: None }
}

impl House {
    fn listen(&self, planner: impl Planner + 'static, people: Vec<PersonRow>) {
        let listener = Listener {
            commands: self.commands.clone(),
            log: Arc::clone(&self.log),
            planners: Planners::offline(Arc::new(planner)),
            workspace: Arc::new(Rows(WorkspaceView { people, ..WorkspaceView::default() })),
            drafting: Arc::new(Waiting(self.commands.clone())),
            catalogue: Arc::clone(Catalogue::builtin()),
            drafts: Arc::default(),
            parallel: 2,
        };
        tokio::spawn(listener.run(self.stop.clone()));
    }

    async fn ask(&self, request: &str) -> PlanId {
        let plan = CreatePlan { request: Some(request.into()), ..CreatePlan::default() };
        let (id, _) = self.commands.create_plan(plan, Envelope::new(Actor::person("ana"))).await.unwrap();
        id
    }

    /// Waits until a plan has left this status, by following the log.
    async fn after(&self, status: PlanStatus, plan: PlanId) -> Arc<Plan> {
        let mut events = self.log.subscribe_all(None, Filter::All).await.unwrap();
        let waited = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                let loaded = self.commands.plans.load_newest(&plan).await.unwrap();
                if loaded.state.status != status {
                    return loaded.state;
                }
                let _ = events.next().await;
            }
        });
        waited.await.expect("the plan moves on")
    }
}

#[tokio::test]
async fn a_request_becomes_a_draft_by_the_planner() {
    let house = house();
    house.listen(OfflinePlanner::default(), vec![person("per_1", "Sarah Holm")]);
    let plan = house.ask("Follow up with Sarah").await;
    let drafted = house.after(PlanStatus::Drafting, plan).await;
    assert_eq!(drafted.status, PlanStatus::Draft);
    assert_eq!(drafted.origin.planner, "offline");
    let actions: Vec<&str> = drafted.specs().map(|step| step.action_type.as_str()).collect();
    assert_eq!(actions, ["task.create", "link.create", "reminder.set"]);
}

#[tokio::test]
async fn an_answered_question_leads_to_the_draft() {
    let house = house();
    house.listen(OfflinePlanner::default(), vec![person("per_1", "Tom Hale"), person("per_2", "Tom Ruiz")]);
    let plan = house.ask("Follow up with Tom").await;
    let asked = house.after(PlanStatus::Drafting, plan).await;
    assert_eq!(asked.status, PlanStatus::NeedsAnswer);
    let question = &asked.questions[0];
    assert_eq!(question.choices, ["Tom Hale", "Tom Ruiz"]);
    let answers: Map<_, _> = [(question.id.clone(), json!("Tom Ruiz"))].into_iter().collect();
    let answer = PlanCommand::AnswerClarification { answers };
    house.commands.plans.execute(&plan, answer, Envelope::new(Actor::person("ana"))).await.unwrap();
    let drafted = house.after(PlanStatus::Drafting, plan).await;
    assert_eq!(drafted.status, PlanStatus::Draft);
    assert!(drafted.specs().any(|step| step.params["to"] == "per_2"));
}

#[tokio::test]
async fn plans_that_waited_over_a_restart_are_taken_up() {
    let house = house();
    let plan = house.ask("create a project called Kestrel").await;
    house.listen(OfflinePlanner::default(), Vec::new());
    assert_eq!(house.after(PlanStatus::Drafting, plan).await.status, PlanStatus::Draft);
}

#[tokio::test]
async fn a_planner_that_breaks_is_a_failure_of_planning_and_no_more() {
    let house = house();
    house.listen(Panicking, Vec::new());
    let plan = house.ask("create a project called Kestrel").await;
    let failed = house.after(PlanStatus::Drafting, plan).await;
    assert!(failed.message.contains("failed while reading"), "{}", failed.message);
    let other = house.ask("create a project called Merlin").await;
    assert_ne!(house.after(PlanStatus::Drafting, other).await.status, PlanStatus::Drafting);
}

#[tokio::test]
async fn a_plan_made_by_hand_is_left_alone() {
    let house = house();
    house.listen(Panicking, Vec::new());
    let step = StepInput {
        action_type: "idea.create".into(),
        params: [("title".to_owned(), json!("x"))].into_iter().collect(),
        ..StepInput::default()
    };
    let by_hand = DraftPlan { name: "By hand".into(), steps: vec![step], ..DraftPlan::default() };
    let plan = CreatePlan { by_hand: Some(by_hand), ..CreatePlan::default() };
    let (id, _) = house.commands.create_plan(plan, Envelope::new(Actor::person("ana"))).await.unwrap();
    let other = house.ask("create a project called Merlin").await;
    house.after(PlanStatus::Drafting, other).await;
    assert_eq!(house.commands.plans.load_newest(&id).await.unwrap().state.status, PlanStatus::Draft);
    // not even looked at: a state that is loaded for nothing takes the place of one that is in use
    let page = house.log.read_all(None, &Filter::All, 1_000).await.unwrap();
    let asked: Vec<PlanId> = page.events.iter().filter_map(trigger).map(|trigger| trigger.plan).collect();
    assert_eq!(asked, [other]);
}

#[test]
fn the_day_is_that_of_the_person() {
    let at = "2026-11-23T23:30:00Z".parse().unwrap();
    assert_eq!(local_day(at, Some("Europe/Berlin")).to_string(), "2026-11-24");
    assert_eq!(local_day(at, Some("Nowhere/Land")).to_string(), "2026-11-23");
}
