//! Whose values share a key.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    ids::{EntityId, PlanId, StepId},
    workspace::Kind,
};

/// A person, or the step of a plan that adds one: as long as it has not done so, nobody else is there to name.
///
/// `per_…`, or `pln_…/step`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject(Arc<str>);

/// The text names neither a person nor a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names neither a person nor a step of a plan")]
pub struct NotASubject {
    text: String,
}

impl Subject {
    /// The person with this id; `None` for anything else in the workspace.
    pub fn person(id: &EntityId) -> Option<Self> {
        (id.prefix() == Kind::Person.prefix()).then(|| Self(id.as_str().into()))
    }

    /// Whoever this step adds.
    pub fn added_by(plan: PlanId, step: &StepId) -> Self {
        Self(format!("{plan}/{step}").into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subject {
    type Err = NotASubject;

    fn from_str(text: &str) -> Result<Self, NotASubject> {
        let refused = || NotASubject { text: text.chars().take(80).collect() };
        match text.split_once('/') {
            Some((plan, step)) => {
                let (plan, step) = (plan.parse().map_err(|_| refused())?, step.parse().map_err(|_| refused())?);
                Ok(Self::added_by(plan, &step))
            }
            None => text.parse().ok().as_ref().and_then(Self::person).ok_or_else(refused),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_a_person_or_a_step_of_a_plan() {
        for good in ["per_1", "pln_00000000-0000-0000-0000-000000000007/add-ana"] {
            assert_eq!(good.parse::<Subject>().unwrap().to_string(), good);
        }
        for bad in ["", "tsk_1", "me", "pln_00000000-0000-0000-0000-000000000007", "per_1/x", "../per_1"] {
            assert!(bad.parse::<Subject>().is_err(), "{bad}");
        }
    }
}
