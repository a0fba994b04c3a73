//! Where several nodes could carry a plan out: what is ours, what was lost, what another one began.

use std::{collections::HashSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    actor::Actor,
    ids::PlanId,
    plan::{AttemptOutcome, PlanCommand, PlanStatus, StepOutcome, StepStatus},
};
use eventlog::{MemoryLog, Position};
use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::{Mutex as Turns, mpsc, watch};

use super::{
    AllPlans, House, PATIENCE, by_a_person, by_alex, id,
    script::{Script, Turn},
    step,
};
use crate::runner::{Claims, GivenBack, News, Parts, Runner, Settings};

/// One node's claims, as a test hands them out and takes them away.
struct Handed {
    ours: Mutex<HashSet<PlanId>>,
    tell: mpsc::UnboundedSender<News>,
    news: Turns<mpsc::UnboundedReceiver<News>>,
    asked: watch::Sender<Vec<PlanId>>,
    back: watch::Sender<Vec<(PlanId, GivenBack)>>,
}

impl Handed {
    fn new() -> Arc<Self> {
        let (tell, news) = mpsc::unbounded_channel();
        Arc::new(Self {
            ours: Mutex::default(),
            tell,
            news: Turns::new(news),
            asked: watch::Sender::default(),
            back: watch::Sender::default(),
        })
    }

    fn hand(&self, plan: PlanId) {
        self.ours.lock().insert(plan);
        self.tell.send(News::Taken { plan, over: false }).unwrap();
    }

    fn take_away(&self, plan: PlanId) {
        self.ours.lock().remove(&plan);
        self.tell.send(News::Lost { plan }).unwrap();
    }

    /// Waits until a plan was asked for.
    async fn asked_for(&self, plan: PlanId) {
        let mut asked = self.asked.subscribe();
        let asked = asked.wait_for(|asked| asked.contains(&plan));
        tokio::time::timeout(PATIENCE, asked).await.expect("it is asked for").unwrap();
    }

    /// Waits until plans were given back so often, and gives how the last one was.
    async fn given_back(&self, times: usize) -> (PlanId, GivenBack) {
        let mut back = self.back.subscribe();
        let back = back.wait_for(|back| back.len() >= times);
        let back = tokio::time::timeout(PATIENCE, back).await.expect("it is given back").unwrap();
        back[times - 1]
    }
}

#[async_trait]
impl Claims for Handed {
    fn ask_for(&self, plan: PlanId, _: Option<Position>) {
        self.asked.send_modify(|asked| asked.push(plan));
    }

    async fn news(&self) -> Option<News> {
        self.news.lock().await.recv().await
    }

    fn is_ours(&self, plan: PlanId) -> bool {
        self.ours.lock().contains(&plan)
    }

    fn give_back(&self, plan: PlanId, how: GivenBack) {
        self.ours.lock().remove(&plan);
        self.back.send_modify(|back| back.push((plan, how)));
    }

    async fn close(&self) {}
}

/// A house whose runner carries out what it is handed.
fn house(claims: &Arc<Handed>) -> House {
    let mut house = House::at_rest(MemoryLog::new(), Script::new());
    house.runner = Some(Runner::start(Parts {
        commands: house.commands.clone(),
        registry: Arc::new(house.script.registry()),
        clock: Arc::new(house.clock.clone()),
        in_flight: Arc::new(AllPlans(Arc::clone(&house.commands.log))),
        claims: Some(Arc::clone(claims) as Arc<dyn Claims>),
        settings: Settings::default(),
    }));
    house
}

#[tokio::test]
async fn a_plan_is_asked_for_carried_out_when_it_is_ours_and_given_back_for_good_at_its_end() {
    let claims = Handed::new();
    let house = house(&claims);
    let plan = house.started(vec![step("one", &[]), step("two", &["one"])]).await;
    claims.asked_for(plan).await;
    assert_eq!(house.script.made(), [], "it is not ours yet");
    claims.hand(plan);
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
    let (back, how) = claims.given_back(1).await;
    assert_eq!((back, how.wake_in), (plan, None));
}

#[tokio::test]
async fn a_plan_that_waits_for_a_person_is_at_no_node_until_they_have_done_something() {
    let claims = Handed::new();
    let house = house(&claims);
    let plan = house.started(vec![by_a_person("call", &[]), step("after", &["call"])]).await;
    claims.asked_for(plan).await;
    claims.hand(plan);
    assert_eq!(claims.given_back(1).await.1.wake_in, None);
    house.person(plan, PlanCommand::CompleteStep { step: id("call"), result: Some(json!({})), note: None }).await;
    let mut asked = claims.asked.subscribe();
    let again = asked.wait_for(|asked| asked.iter().filter(|asked| **asked == plan).count() >= 2);
    tokio::time::timeout(PATIENCE, again).await.expect("it is asked for again").unwrap();
    claims.hand(plan);
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
}

#[tokio::test]
async fn a_plan_that_was_lost_is_left_as_it_is_and_then_given_back() {
    let claims = Handed::new();
    let house = house(&claims);
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![step("one", &[])]).await;
    claims.asked_for(plan).await;
    claims.hand(plan);
    house.script.called(1).await;
    claims.take_away(plan);
    let (back, how) = claims.given_back(1).await;
    assert_eq!((back, how.wake_in), (plan, Some(Duration::ZERO)), "somebody is to look after it at once");
    assert_eq!(house.script.most_running(), 1);
    let left = house.plan(plan).await;
    assert_eq!(left.step_status(&left.steps[&id("one")]), StepStatus::Executing, "nothing was recorded");
    // Ours again, it goes on where it was left: the action was given up, and is repeated under its key.
    claims.hand(plan);
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
    assert_eq!(house.script.made(), [("one".into(), 1), ("one".into(), 1)]);
    assert_eq!(house.script.happened().values().copied().collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_step_that_another_node_began_as_its_last_is_carried_out_by_the_next() {
    let claims = Handed::new();
    let house = house(&claims);
    house.script.turns("one", [Turn::Held]);
    let plan = house.started(vec![step("one", &[]), step("two", &["one"])]).await;
    claims.asked_for(plan).await;
    claims.hand(plan);
    house.script.called(1).await;
    // What the node before had sent arrives only now: it was done with the first step, and began the second.
    let outcome = AttemptOutcome::Completed { result: json!({"step": "one"}), effects: Vec::new() };
    let outcomes = vec![StepOutcome { step: id("one"), attempt: 1, outcome }];
    let late = PlanCommand::Advance { outcomes, claim: true };
    let envelope = commands::Envelope { actor: Actor::executor(), ..by_alex() };
    house.commands.plans.execute(&plan, late, envelope).await.unwrap();
    house.script.release("one");
    assert_eq!(house.until_ended(plan).await.status, PlanStatus::Completed);
    assert_eq!(house.script.made(), [("one".into(), 1), ("two".into(), 1)]);
    let ends = house.history(plan).await.iter().filter(|told| *told == "StepCompleted one").count();
    assert_eq!(ends, 1, "an attempt has one outcome");
}
