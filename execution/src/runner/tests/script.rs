//! Actions that do what a test says, and remember what they did.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, LazyLock},
};

use async_trait::async_trait;
use domain::{
    action::{ActionType, Catalogue, Idempotency, Impact, ImpactLevel, Pace, RetryPolicy, Reversibility},
    ids::StepId,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    actions::World,
    registry::{Action, ActionError, Call, Checked, Done, Registry},
};

/// What a call does.
#[derive(Clone, Debug)]
pub(super) enum Turn {
    Done(Value),
    Fail {
        retryable: bool,
    },
    Unknown,
    Panic,
    /// Waits until the step is released, then is done.
    Held,
}

/// What calls do, and what they did.
pub(super) struct Script {
    acts: Mutex<Acts>,
    /// How many calls were made.
    calls: watch::Sender<usize>,
    released: watch::Sender<HashSet<String>>,
}

#[derive(Default)]
struct Acts {
    /// What the next calls of a step do; a call without a turn is done.
    turns: HashMap<String, VecDeque<Turn>>,
    /// The calls that were made: step and attempt.
    made: Vec<(String, u32)>,
    /// What was done, by key, and how often.
    happened: HashMap<String, u32>,
    running: usize,
    most_running: usize,
    cannot_tell: bool,
}

impl Script {
    pub(super) fn new() -> Arc<Self> {
        let (calls, released) = (watch::Sender::new(0), watch::Sender::default());
        Arc::new(Self { acts: Mutex::default(), calls, released })
    }

    /// Says what the next calls of a step do.
    pub(super) fn turns(&self, step: &str, turns: impl IntoIterator<Item = Turn>) {
        self.acts.lock().turns.entry(step.into()).or_default().extend(turns);
    }

    pub(super) fn release(&self, step: &str) {
        self.released.send_modify(|released| {
            released.insert(step.into());
        });
    }

    /// Waits until so many calls were made in all.
    pub(super) async fn called(&self, count: usize) {
        let mut calls = self.calls.subscribe();
        let called = calls.wait_for(|calls| *calls >= count);
        tokio::time::timeout(super::PATIENCE, called).await.expect("a call is made").unwrap();
    }

    pub(super) fn made(&self) -> Vec<(String, u32)> {
        self.acts.lock().made.clone()
    }

    pub(super) fn most_running(&self) -> usize {
        self.acts.lock().most_running
    }

    /// Lets something have happened before.
    pub(super) fn let_happen(&self, key: &str) {
        self.acts.lock().happened.insert(key.into(), 1);
    }

    /// Lets checks of attempts that were interrupted find nothing out.
    pub(super) fn cannot_tell(&self) {
        self.acts.lock().cannot_tell = true;
    }

    /// The keys under which something was done, and how often.
    pub(super) fn happened(&self) -> HashMap<String, u32> {
        self.acts.lock().happened.clone()
    }

    pub(super) fn registry(self: &Arc<Self>) -> Registry {
        let builder = Registry::builder(catalogue());
        let keyed = Probe { script: Arc::clone(self), keyed: true };
        let once = Probe { script: Arc::clone(self), keyed: false };
        builder.action("probe.keyed", Arc::new(keyed)).action("probe.once", Arc::new(once)).build().unwrap()
    }

    fn begin(&self, call: &Call) -> Turn {
        let mut acts = self.acts.lock();
        acts.made.push((call.step.to_string(), call.attempt));
        acts.running += 1;
        acts.most_running = acts.most_running.max(acts.running);
        let turn = acts.turns.get_mut(call.step.as_str()).and_then(VecDeque::pop_front);
        drop(acts);
        self.calls.send_modify(|calls| *calls += 1);
        turn.unwrap_or_else(|| Turn::Done(usual(&call.step)))
    }
}

/// What a step answers unless the script says otherwise.
fn usual(step: &StepId) -> Value {
    json!({"step": step})
}

struct Probe {
    script: Arc<Script>,
    keyed: bool,
}

/// Notes the end of a call, however it ends.
struct Running<'a>(&'a Script);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.acts.lock().running -= 1;
    }
}

#[async_trait]
impl Action for Probe {
    async fn execute(&self, call: Call) -> Result<Done, ActionError> {
        let turn = self.script.begin(&call);
        let _running = Running(&self.script);
        let result = match turn {
            Turn::Done(result) => result,
            Turn::Held => {
                let mut released = self.script.released.subscribe();
                released.wait_for(|released| released.contains(call.step.as_str())).await.unwrap();
                usual(&call.step)
            }
            Turn::Fail { retryable } => {
                return Err(ActionError::Failed { code: "probe.failed".into(), message: "no".into(), retryable });
            }
            Turn::Unknown => return Err(ActionError::unknown("the line went dead")),
            Turn::Panic => panic!("as the script says"),
        };
        let mut acts = self.script.acts.lock();
        let times = acts.happened.entry(call.key).or_default();
        if *times == 0 || !self.keyed {
            *times += 1;
        }
        Ok(Done { result, effects: Vec::new() })
    }

    async fn check(&self, call: Call) -> Result<Checked, ActionError> {
        let acts = self.script.acts.lock();
        if acts.cannot_tell {
            return Ok(Checked::CannotTell);
        }
        if !acts.happened.contains_key(&call.key) {
            return Ok(Checked::DidNotHappen);
        }
        Ok(Checked::Happened(Done { result: usual(&call.step), effects: Vec::new() }))
    }

    fn simulate(&self, _params: &Value, _world: &World) -> Impact {
        Impact {
            level: ImpactLevel::None,
            reversibility: Reversibility::Reversible,
            outside: false,
            summary: "Does what the test says.".into(),
            changes: Vec::new(),
            unknown: Vec::new(),
            problems: Vec::new(),
        }
    }
}

/// The scripted actions, and the built-in ones that wait.
pub(super) fn catalogue() -> Arc<Catalogue> {
    static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
        let keyed = ActionType {
            name: "probe.keyed".into(),
            title: "Probe".into(),
            description: "Does what the test says.".into(),
            params_schema: json!({"type": "object"}),
            result_schema: json!({"type": "object"}),
            reversibility: Reversibility::Reversible,
            outside: false,
            idempotency: Idempotency::Keyed,
            pace: Pace::Action,
            timeout_seconds: 60,
            retry: RetryPolicy { max_attempts: 3, initial_delay_ms: 1_000, max_delay_ms: 60_000 },
        };
        let once = ActionType {
            name: "probe.once".into(),
            idempotency: Idempotency::AtMostOnce,
            retry: RetryPolicy::once(),
            ..keyed.clone()
        };
        let builtin = |name| Catalogue::builtin().get(name).unwrap().as_ref().clone();
        Arc::new(Catalogue::new([keyed, once, builtin("wait.until"), builtin("manual.step")]).unwrap())
    });
    Arc::clone(&CATALOGUE)
}
