//! The warnings that a person looked at before saying yes.
//!
//! An approval names them by ids that cover what they say: a warning that reads differently by now was not looked at.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Plan, PlanRefusal, Warning, warnings};
use crate::{action::Catalogue, ids::StepId};

/// A loud warning as a person saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Stable, such as `hostile-text`.
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What it said.
    pub text: String,
}

impl Warning {
    /// Names the warning among those of its plan: 16 hex digits over all that it says.
    pub fn id(&self) -> String {
        let step = self.step.as_ref().map_or("", StepId::as_str);
        let said = serde_json::json!([self.code.name(), step, self.pointer, self.text]);
        hex::encode(&Sha256::digest(said.to_string())[..8])
    }
}

/// Gives the loud warnings of a plan as they are recorded with an approval.
///
/// # Errors
/// [`PlanRefusal::WarningsNotAcknowledged`] with those that are not among `ids`.
pub(super) fn acknowledge(
    plan: &Plan,
    ids: &[String],
    catalogue: &Catalogue,
) -> Result<Vec<Acknowledged>, PlanRefusal> {
    let loud = warnings(plan, catalogue).into_iter().filter(|warning| warning.loud);
    let (seen, missing): (Vec<_>, Vec<_>) = loud.partition(|warning| ids.contains(&warning.id()));
    if !missing.is_empty() {
        return Err(PlanRefusal::WarningsNotAcknowledged { missing });
    }
    let record = |warning: Warning| Acknowledged {
        code: warning.code.name().to_owned(),
        step: warning.step,
        pointer: warning.pointer,
        text: warning.text,
    };
    Ok(seen.into_iter().map(record).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::WarningCode;

    #[test]
    fn a_warning_that_says_anything_else_has_another_id() {
        let warning = |step: &str, text: &str| Warning {
            code: WarningCode::HostileText,
            loud: true,
            step: Some(step.parse().unwrap()),
            pointer: None,
            text: text.into(),
        };
        let id = warning("send", "look").id();
        assert_eq!((id.len(), id.as_str()), (16, warning("send", "look").id().as_str()));
        assert_ne!(id, warning("sent", "look").id());
        assert_ne!(id, warning("send", "look twice").id());
    }
}
