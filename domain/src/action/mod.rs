//! Actions: what a step can do, said as data.
//!
//! An [`ActionType`] tells the shape of an action's params and result, and what kind of act it is: whether it can be
//! taken back, whether it leaves the workspace, whether it may be repeated. How it is carried out is not here
//! (execution/actions); this is what plans are checked against and what people are shown.

mod builtin;
mod catalogue;
mod effect;
mod impact;
pub mod params;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use catalogue::is_date_or_time;
pub use catalogue::{Catalogue, ParamProblem, ReferenceProblem};
pub use effect::Effect;
pub use impact::{Impact, ImpactLevel, PredictedChange};

/// Whether what was done can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reversibility {
    /// The state before can be restored exactly.
    Reversible,
    /// A declared counter-action makes up for it.
    Compensatable,
    /// It cannot be taken back.
    Irreversible,
}

/// Whether an action may be carried out again after an attempt whose end is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    /// Doing it twice is the same as doing it once.
    Idempotent,
    /// Doing it twice with the same key is the same as doing it once.
    Keyed,
    /// A repeat may do it twice: an attempt without a known end asks a person.
    AtMostOnce,
}

/// What the end of a step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// The action itself: it ends as soon as it can.
    Action,
    /// A moment in time.
    Clock,
    /// A person, who marks it done.
    Person,
}

/// How often and how long apart failed attempts are repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RetryPolicy {
    /// All attempts, the first included: 1 to 100.
    pub max_attempts: u32,
    /// The wait before the second attempt, in milliseconds; it doubles with every further attempt. Up to 86,400,000 (one day).
    #[serde(default = "RetryPolicy::default_initial_delay_ms")]
    pub initial_delay_ms: u64,
    /// The longest wait between two attempts, in milliseconds, before jitter. Up to 86,400,000 (one day).
    #[serde(default = "RetryPolicy::default_max_delay_ms")]
    pub max_delay_ms: u64,
}

impl RetryPolicy {
    /// The most attempts a step may have.
    pub const MAX_ATTEMPTS: u32 = 100;
    /// The longest delay, in milliseconds.
    pub const MAX_DELAY_MS: u64 = 86_400_000;

    /// A step that is tried once.
    pub const fn once() -> Self {
        Self { max_attempts: 1, initial_delay_ms: 500, max_delay_ms: 30_000 }
    }

    /// The wait after the failed `attempt` (the first is 1), in milliseconds: exponential, capped, then between half and
    /// the whole of it as `jitter` (0 to 1,000 per mille) says ("equal jitter", AWS Architecture Blog, 2015).
    pub fn delay_ms(&self, attempt: u32, jitter_per_mille: u16) -> u64 {
        let doublings = attempt.saturating_sub(1).min(32);
        let full = self.initial_delay_ms.saturating_mul(1 << doublings).min(self.max_delay_ms);
        let half = full / 2;
        half + (full - half) * u64::from(jitter_per_mille.min(1_000)) / 1_000
    }

    const fn default_initial_delay_ms() -> u64 {
        500
    }

    const fn default_max_delay_ms() -> u64 {
        30_000
    }
}

/// One kind of action a step can be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActionType {
    /// `thing.verb`, unique in the catalogue.
    pub name: String,
    /// A verb phrase for people: "Create a project".
    pub title: String,
    pub description: String,
    /// JSON Schema of the params; `x-ref` lists the kinds of entity a value may refer to, `x-me` allows `"me"`.
    pub params_schema: Value,
    /// JSON Schema of the result that later steps can refer to.
    pub result_schema: Value,
    pub reversibility: Reversibility,
    /// Whether it reaches outside the workspace.
    pub outside: bool,
    pub idempotency: Idempotency,
    pub pace: Pace,
    /// How long one attempt may take, in seconds; not applied to what waits for a clock or a person.
    pub timeout_seconds: u32,
    pub retry: RetryPolicy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_the_cap_and_jitter_keeps_at_least_half() {
        let policy = RetryPolicy { max_attempts: 9, initial_delay_ms: 100, max_delay_ms: 1_000 };
        assert_eq!(policy.delay_ms(1, 1_000), 100);
        assert_eq!(policy.delay_ms(2, 1_000), 200);
        assert_eq!(policy.delay_ms(9, 1_000), 1_000);
        assert_eq!(policy.delay_ms(9, 0), 500);
        assert_eq!(policy.delay_ms(u32::MAX, 1_000), 1_000);
    }
}
