//! Waiting for a moment.
//!
//! The runner holds the step until the moment has come (`plan/due.rs` says when that is) and only then carries it out,
//! so there is nothing left to do.

use std::sync::Arc;

use async_trait::async_trait;
use domain::action::{ActionType, Impact, ImpactLevel, params};
use serde_json::{Value, json};

use super::{
    foresight,
    wording::{brief, date},
    workspace::read,
    world::World,
};
use crate::registry::{Action, ActionError, Call, Checked, Done};

/// Waits until a moment.
pub(crate) struct WaitUntil {
    action: Arc<ActionType>,
}

impl WaitUntil {
    pub(crate) const NAME: &'static str = "wait.until";

    pub(crate) fn new(action: Arc<ActionType>) -> Self {
        Self { action }
    }
}

#[async_trait]
impl Action for WaitUntil {
    async fn execute(&self, _call: Call) -> Result<Done, ActionError> {
        Ok(Done { result: json!({}), effects: Vec::new() })
    }

    async fn check(&self, _call: Call) -> Result<Checked, ActionError> {
        Ok(Checked::DidNotHappen)
    }

    fn simulate(&self, params: &Value, world: &World) -> Impact {
        let unknown = foresight::unknown(params, world);
        let Ok(known) = read::<params::WaitUntil>(params) else {
            return foresight::unreadable(&self.action, params, unknown);
        };
        let reason = known.reason.as_deref().filter(|reason| !reason.trim().is_empty());
        let reason = reason.map(|reason| format!(": {}", brief(reason, 80))).unwrap_or_default();
        Impact {
            level: ImpactLevel::None,
            reversibility: self.action.reversibility,
            outside: self.action.outside,
            summary: format!("Waits until {}{reason}", date(&known.at)),
            changes: Vec::new(),
            unknown,
            problems: Vec::new(),
        }
    }
}
