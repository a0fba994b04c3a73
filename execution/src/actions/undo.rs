//! Taking a step back: the acts that a rollback recorded, in order, each under a key of its own.
//!
//! It is carried out like an action, so that time limits, retries and recovery are those of every attempt. What is done
//! in the workspace is found again by its key; a request that makes up for another is sent by `http.request` itself.

use std::sync::Arc;

use async_trait::async_trait;
use commands::Commands;
use domain::{action::Impact, rollback::Undo};
use serde_json::{Value, json};

use super::{desk::Desk, http::HttpRequest, world::World};
use crate::registry::{Action, ActionError, Call, Checked, Done, Registry};

/// Takes one step back.
pub(crate) struct TakeBack {
    desk: Desk,
    requests: Option<Arc<dyn Action>>,
    acts: Vec<Undo>,
}

impl TakeBack {
    pub(crate) fn new(commands: &Commands, registry: &Registry, acts: Vec<Undo>) -> Self {
        Self { desk: Desk::new(commands.clone()), requests: registry.get(HttpRequest::NAME), acts }
    }

    fn requests(&self) -> Result<&Arc<dyn Action>, ActionError> {
        let nobody = || ActionError::failed("action.unknown", "nothing here can send the request that makes up for it");
        self.requests.as_ref().ok_or_else(nobody)
    }
}

#[async_trait]
impl Action for TakeBack {
    async fn execute(&self, call: Call) -> Result<Done, ActionError> {
        let mut effects = Vec::new();
        for (index, act) in self.acts.iter().enumerate() {
            match act {
                Undo::Request { request } => {
                    let call = Call { params: request.clone(), ..call.clone() };
                    effects.extend(self.requests()?.execute(call).await?.effects);
                }
                Undo::Person { .. } => {
                    let message = "a person takes this step back and says so; it cannot be done by itself";
                    return Err(ActionError::failed("action.needs-a-person", message));
                }
                Undo::SetFields { .. }
                | Undo::Withdraw { .. }
                | Undo::Restore { .. }
                | Undo::Archive { .. }
                | Undo::Link { .. }
                | Undo::Unlink { .. } => effects.extend(self.desk.take_back(&call, index, act).await?),
            }
        }
        Ok(Done { result: json!({}), effects })
    }

    async fn check(&self, call: Call) -> Result<Checked, ActionError> {
        for act in &self.acts {
            if let Undo::Request { request } = act {
                return self.requests()?.check(Call { params: request.clone(), ..call }).await;
            }
        }
        // what was done already is found by its key
        Ok(Checked::DidNotHappen)
    }

    fn simulate(&self, _params: &Value, _world: &World) -> Impact {
        unreachable!("what an undo does is in its preview")
    }
}
