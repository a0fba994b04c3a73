//! Every step fails in turn, and every undo: the plan ends in the right status, and can be finished from there.
//!
//! A chain of seven kinds of step, so that each of them once is the one behind which nothing has begun.

use std::{sync::Arc, time::Duration};

use commands::Confirmed;
use domain::{
    ids::{EntityId, PlanId, StepId},
    plan::{Plan, PlanCommand, PlanStatus, Policy, StepInput},
    rollback::Scope,
    workspace::{EntityCommand, Kind},
};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use super::{
    by_alex, id, statuses,
    workshop::{NAME, Workshop, step},
};
use crate::actions::HttpConfig;

/// The steps in their order, each with the kind of thing it changes and the fields that it sets.
const STEPS: [(&str, &str, Kind); 6] = [
    ("project", "project.update", Kind::Project),
    ("milestones", "project.set_milestones", Kind::Project),
    ("task", "task.update", Kind::Task),
    ("done", "task.complete", Kind::Task),
    ("person", "person.update", Kind::Person),
    ("idea", "idea.update", Kind::Idea),
];
/// The last step of the chain sends a request.
const REQUEST: &str = "request";

struct Chain {
    shop: Workshop,
    server: MockServer,
    /// What each step changes, but for the one that sends a request.
    things: Vec<EntityId>,
}

impl Chain {
    /// `refused` is the method whose first request is answered with a refusal.
    async fn new(refused: Option<&str>) -> Self {
        let server = MockServer::start().await;
        if let Some(refused) = refused {
            let once = Mock::given(method(refused)).respond_with(ResponseTemplate::new(404)).up_to_n_times(1);
            once.mount(&server).await;
        }
        for (verb, at, status) in [("POST", "/things", 201), ("DELETE", "/things/7", 204)] {
            let answer = ResponseTemplate::new(status).set_body_json(json!({"id": 7}));
            Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&server).await;
        }
        let host = server.uri().replace("http://", "");
        let http = HttpConfig { connect_timeout: Duration::from_secs(5), ..HttpConfig::allowing(&host) };
        let shop = Workshop::with(http);
        let mut things = Vec::new();
        for (_, _, kind) in STEPS {
            let fields: Value = [(kind.title_field().to_owned(), json!("before"))].into_iter().collect();
            things.push(shop.thing(kind, fields).await);
        }
        Self { shop, server, things }
    }

    fn steps(&self) -> Vec<StepInput> {
        let params = |name: &str, thing: &EntityId| match name {
            "project" => json!({"project": thing, "name": "after"}),
            "milestones" => json!({"project": thing, "milestones": [{"title": "Beta"}]}),
            "task" => json!({"task": thing, "title": "after"}),
            "done" => json!({"task": thing}),
            "person" => json!({"person": thing, "name": "after"}),
            _ => json!({"idea": thing, "title": "after"}),
        };
        let mut steps: Vec<StepInput> = Vec::new();
        let mut before: Vec<&str> = Vec::new();
        for ((name, action, _), thing) in STEPS.iter().zip(&self.things) {
            steps.push(step(name, action, &params(name, thing), &before));
            before = vec![name];
        }
        let url = format!("{}/things", self.server.uri());
        let undo = json!({"method": "DELETE", "url": format!("{url}/{{{{result.id}}}}")});
        let request = json!({"method": "POST", "url": url, "compensate": undo});
        steps.push(step(REQUEST, "http.request", &request, &before));
        steps
    }

    async fn tell(&self, thing: &EntityId, command: EntityCommand) {
        assert!(self.shop.by_hand(thing, command).await);
    }

    /// The thing that a step changes; none for the request.
    fn thing_of(&self, name: &str) -> Option<&EntityId> {
        STEPS.iter().position(|(step, ..)| *step == name).map(|index| &self.things[index])
    }

    async fn rest(&self, plan: PlanId) -> Arc<Plan> {
        self.shop.at_rest(plan).await
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    STEPS.iter().map(|(name, ..)| *name).chain([REQUEST])
}

/// The statuses of the steps, in the order of the chain.
fn in_order(plan: &Plan) -> Vec<&'static str> {
    let statuses = statuses(plan);
    names().map(|name| statuses[name]).collect()
}

#[tokio::test]
async fn whichever_step_fails_the_plan_is_failed_there_and_completed_from_there() {
    for (place, bad) in names().enumerate() {
        let chain = Chain::new((bad == REQUEST).then_some("POST")).await;
        if let Some(thing) = chain.thing_of(bad) {
            chain.tell(thing, EntityCommand::Archive { compensates: None }).await;
        }
        let plan = chain.shop.started(chain.steps(), Policy::default()).await;
        let failed = chain.rest(plan).await;
        let expected: Vec<_> = (0..=STEPS.len())
            .map(|step| match step.cmp(&place) {
                std::cmp::Ordering::Less => "completed",
                std::cmp::Ordering::Equal => "failed",
                std::cmp::Ordering::Greater => "pending",
            })
            .collect();
        assert_eq!((failed.status, in_order(&failed)), (PlanStatus::Failed, expected), "{bad}");

        if let Some(thing) = chain.thing_of(bad) {
            chain.tell(thing, EntityCommand::Restore { compensates: None }).await;
        }
        chain.shop.person(plan, PlanCommand::RetryStep { step: id(bad), params: None }).await;
        let done = chain.rest(plan).await;
        assert_eq!((done.status, in_order(&done)), (PlanStatus::Completed, vec!["completed"; 7]), "{bad}");
    }
}

#[tokio::test]
async fn whichever_undo_fails_the_rollback_is_stuck_there_and_finished_from_there() {
    for bad in names() {
        let chain = Chain::new((bad == REQUEST).then_some("DELETE")).await;
        let before = chain.shop.dump().await;
        let plan = chain.shop.started(chain.steps(), Policy::default()).await;
        assert_eq!(chain.rest(plan).await.status, PlanStatus::Completed, "{bad}");

        let (seen, _) = chain.shop.commands.preview_rollback(plan, &Scope::Plan, &[]).await.unwrap();
        let name = Some(NAME.to_owned());
        let confirmed = Confirmed { seen: seen.hash, choices: Vec::new(), reason: "wrong".into(), name };
        let Chain { shop, server, things } = chain;
        let shop = shop.stopped();
        shop.commands.roll_back(plan, confirmed, by_alex()).await.unwrap();
        shop.clock.advance(chrono::TimeDelta::seconds(1));
        let chain = Chain { shop, server, things };
        let field = |name: &str| match name {
            "milestones" => ("milestones", json!([{"title": "Mine"}]), Value::Null),
            "done" => ("status", json!("mine"), Value::Null),
            "project" | "person" => ("name", json!("mine"), json!("before")),
            _ => ("title", json!("mine"), json!("before")),
        };
        if let Some(thing) = chain.thing_of(bad) {
            // somebody is quicker than the undo
            let (field, mine, _) = field(bad);
            let fields = [(field.to_owned(), mine)].into_iter().collect();
            chain.tell(thing, EntityCommand::Change { fields, compensates: None }).await;
        }
        let Chain { shop, server, things } = chain;
        let chain = Chain { shop: shop.going_on(), server, things };
        let stuck = chain.rest(plan).await;
        assert_eq!((stuck.status, statuses(&stuck)[bad]), (PlanStatus::RollbackStuck, "undo_failed"), "{bad}");

        let retried: StepId = id(bad);
        if let Some(thing) = chain.thing_of(bad) {
            // they see to it themselves
            let (field, _, was) = field(bad);
            let fields = [(field.to_owned(), was)].into_iter().collect();
            chain.tell(thing, EntityCommand::Change { fields, compensates: None }).await;
        }
        chain.shop.person(plan, PlanCommand::RetryRollback { step: retried }).await;
        let back = chain.rest(plan).await;
        assert_eq!((back.status, in_order(&back)), (PlanStatus::RolledBack, vec!["undone"; 7]), "{bad}");
        assert_eq!(chain.shop.dump().await, before, "{bad}");
    }
}
