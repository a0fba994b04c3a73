//! Steps that a person does.
//!
//! The runner never executes these: their pace is a person's, so it only records that the step has begun, and the person
//! marks it done. [`execute`](Action::execute) is unreachable by design and says so if it is reached all the same.

use std::sync::Arc;

use async_trait::async_trait;
use domain::action::{ActionType, Impact, ImpactLevel, params};
use serde_json::Value;

use super::{
    foresight,
    wording::{capitalised, quoted},
    workspace::read,
    world::{Found, World, kind_in_words},
};
use crate::registry::{Action, ActionError, Call, Checked, Done};

/// Asks a person to do something.
pub(crate) struct ManualStep {
    action: Arc<ActionType>,
}

impl ManualStep {
    pub(crate) const NAME: &'static str = "manual.step";

    pub(crate) fn new(action: Arc<ActionType>) -> Self {
        Self { action }
    }
}

#[async_trait]
impl Action for ManualStep {
    async fn execute(&self, _call: Call) -> Result<Done, ActionError> {
        Err(ActionError::failed(
            "action.needs-a-person",
            "a person does this step and marks it done; it cannot be carried out by itself",
        ))
    }

    async fn check(&self, _call: Call) -> Result<Checked, ActionError> {
        Ok(Checked::DidNotHappen)
    }

    fn simulate(&self, params: &Value, world: &World) -> Impact {
        let mut unknown = foresight::unknown(params, world);
        let Ok(known) = read::<params::ManualStep>(params) else {
            return foresight::unreadable(&self.action, params, unknown);
        };
        unknown.push("what comes of it: a person does it and says when it is done".to_owned());
        let who = known.assignee.as_deref().map_or("a person".to_owned(), |who| world.in_words(who, "person"));
        let verb = if known.assignee.as_deref() == Some("me") { "do" } else { "does" };
        Impact {
            level: ImpactLevel::Low,
            reversibility: self.action.reversibility,
            outside: self.action.outside,
            summary: format!("{} {verb} this by hand: {}", capitalised(&who), quoted(&known.instructions)),
            changes: Vec::new(),
            unknown,
            problems: known.assignee.as_deref().and_then(|who| missing(who, world)).into_iter().collect(),
        }
    }
}

fn missing(who: &str, world: &World) -> Option<String> {
    match world.find(who) {
        Found::Me | Found::Thing(_) | Found::Later(_) => None,
        Found::Missing(id) => {
            let sort = domain::workspace::Kind::from_prefix(id.prefix()).map_or("person".to_owned(), kind_in_words);
            Some(format!("there is no {sort} {id} in the workspace"))
        }
        Found::NotAnId => Some(format!("`{who}` is not the id of a person")),
    }
}
