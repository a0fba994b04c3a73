//! How much of a plan is rolled back, and the hash by which a person confirms what they saw of it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::ids::{RollbackId, StepId};

/// How much of a plan is rolled back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scope {
    /// Every completed step.
    Plan,
    /// One step; those that used its result stand in the way.
    Step { step_id: StepId },
    /// One step and all that come after it.
    FromStep { step_id: StepId },
    /// What an earlier rollback took back comes again.
    Rollback { rollback_id: RollbackId },
}

impl Scope {
    /// Whether an earlier rollback is undone.
    pub const fn is_redo(&self) -> bool {
        matches!(self, Self::Rollback { .. })
    }
}

/// Names what a person saw before they confirmed: the scope and 32 bytes over everything in the preview but choices.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PreviewHash {
    pub scope: Scope,
    digest: [u8; 32],
}

impl PreviewHash {
    pub(super) fn new(scope: Scope, digest: [u8; 32]) -> Self {
        Self { scope, digest }
    }

    /// The first eight digits, for people.
    pub fn short(&self) -> String {
        hex::encode(&self.digest[..4])
    }
}

impl fmt::Display for PreviewHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.scope {
            Scope::Plan => f.write_str("plan")?,
            Scope::Step { step_id } => write!(f, "step:{step_id}")?,
            Scope::FromStep { step_id } => write!(f, "from_step:{step_id}")?,
            Scope::Rollback { rollback_id } => write!(f, "rollback:{rollback_id}")?,
        }
        write!(f, ":{}", hex::encode(self.digest))
    }
}

impl fmt::Debug for PreviewHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that no preview gave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the hash of a preview: take `preview_hash` from the preview's answer as it is")]
pub struct NotAPreviewHash;

impl FromStr for PreviewHash {
    type Err = NotAPreviewHash;

    fn from_str(text: &str) -> Result<Self, NotAPreviewHash> {
        let (scope, digest) = text.rsplit_once(':').ok_or(NotAPreviewHash)?;
        let digest = hex::decode(digest).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(NotAPreviewHash)?;
        let step = |text: &str| text.parse::<StepId>().map_err(|_| NotAPreviewHash);
        let scope = match scope.split_once(':') {
            None if scope == "plan" => Scope::Plan,
            Some(("step", id)) => Scope::Step { step_id: step(id)? },
            Some(("from_step", id)) => Scope::FromStep { step_id: step(id)? },
            Some(("rollback", id)) => Scope::Rollback { rollback_id: id.parse().map_err(|_| NotAPreviewHash)? },
            None | Some(_) => return Err(NotAPreviewHash),
        };
        Ok(Self { scope, digest })
    }
}

impl Serialize for PreviewHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PreviewHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_prints_and_parses_with_its_scope() {
        let rollback_id = RollbackId::new(uuid::Uuid::from_u128(3));
        let step_id: StepId = "set-milestones".parse().unwrap();
        let scopes = [
            Scope::Plan,
            Scope::Step { step_id: step_id.clone() },
            Scope::FromStep { step_id },
            Scope::Rollback { rollback_id },
        ];
        for scope in scopes {
            let hash = PreviewHash::new(scope, [7; 32]);
            assert_eq!(hash.to_string().parse(), Ok(hash));
        }
        for bad in ["", "plan", "plan:12", "step:A B:00", &format!("plan:x:{}", "00".repeat(32))] {
            assert_eq!(bad.parse::<PreviewHash>(), Err(NotAPreviewHash), "{bad}");
        }
    }
}
