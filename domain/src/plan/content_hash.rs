//! The content hash: what an approval is bound to.
//!
//! SHA-256 over the canonical JSON of the steps in their order and the policy. Key order and white space in titles do
//! not count; names, descriptions of the plan and comments are not content.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Policy, StepSpec};
use crate::canonical;

/// 32 bytes, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// Hashes a plan's content.
    pub fn of<'a>(steps: impl IntoIterator<Item = &'a StepSpec>, policy: &Policy) -> Self {
        let steps: Vec<Value> = steps.into_iter().map(step_content).collect();
        let content = json!({"policy": policy, "steps": steps});
        Self(Sha256::digest(canonical::to_string(&content).as_bytes()).into())
    }

    /// The first eight digits, for people.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..4])
    }
}

fn step_content(step: &StepSpec) -> Value {
    let mut depends_on: Vec<&str> = step.depends_on.iter().map(crate::ids::StepId::as_str).collect();
    depends_on.sort_unstable();
    json!({
        "id": step.id,
        "title": step.title.split_whitespace().collect::<Vec<_>>().join(" "),
        "description": step.description.trim(),
        "action_type": step.action_type,
        "params": step.params,
        "depends_on": depends_on,
        "requires_approval": step.requires_approval,
        "on_failure": step.on_failure,
        "retry": step.retry,
        "timeout_seconds": step.timeout_seconds,
    })
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

/// The text is no content hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a content hash is 64 hexadecimal digits, as the plan shows it in `content_hash`")]
pub struct NotAContentHash;

impl FromStr for ContentHash {
    type Err = NotAContentHash;

    fn from_str(text: &str) -> Result<Self, NotAContentHash> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotAContentHash)?;
        Ok(Self(bytes))
    }
}

impl Serialize for ContentHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
