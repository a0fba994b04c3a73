//! What is sent with the verbs of a plan and of its steps: approve, reject, cancel, skip, retry and the rest.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::common::{AnyFields, Fields};

/// Approves the content that was seen.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct Approve {
    /// What was seen: the plan's `content_hash`.
    pub content_hash: String,
    /// Words that go with it, at most 2,000 characters.
    pub note: Option<String>,
    /// The ids of the plan's loud warnings that were looked at; each of them must be there.
    #[serde(default)]
    #[schema(required = false)]
    pub acknowledged: Vec<String>,
}

/// Says why.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct Reason {
    /// 1 to 2,000 characters; they stay in the plan's history.
    // Defaulted, so that a missing reason is refused in the plan's own words.
    #[serde(default)]
    #[schema(required = true)]
    pub reason: String,
}

/// Perhaps adds words.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct OptionalNote {
    /// At most 2,000 characters; they stay in the plan's history.
    pub note: Option<String>,
}

/// Perhaps says why.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct OptionalReason {
    /// At most 2,000 characters; they stay in the history.
    pub reason: Option<String>,
}

/// Answers what the planner asked.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct Answers {
    /// The answers, by the ids of the questions; one that is left out means: assume something.
    #[schema(value_type = AnyFields)]
    pub answers: Fields,
}

/// Asks for another draft of the same plan.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[schema(example = json!({"feedback": "Drop the party, and make it due Friday instead"}))]
pub struct Revise {
    /// What should be different, in your words: 1 to 20,000 characters.
    // Defaulted, so that missing words are refused in the plan's own.
    #[serde(default)]
    #[schema(required = true)]
    pub feedback: String,
}

/// Judges a plan.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct Rate {
    /// 1 (poor) to 5 (excellent).
    #[schema(minimum = 1, maximum = 5)]
    pub score: i64,
    /// Words that go with it.
    pub comment: Option<String>,
}

/// Remarks on a plan or one of its steps.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct NewComment {
    /// 1 to 10,000 characters.
    pub text: String,
    /// The step it is about; left out when it is about the plan.
    pub step_id: Option<String>,
}

/// Leaves a step out.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct Skip {
    /// 1 to 2,000 characters; they stay in the plan's history.
    #[serde(default)]
    #[schema(required = true)]
    pub reason: String,
    /// Stands in for what the step would have given; without it, the steps that depend on it do not start.
    pub result: Option<Value>,
}

/// Tries a failed step again.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct RetryStep {
    /// Params that stand in for the planned ones.
    #[schema(value_type = Option<AnyFields>)]
    pub params: Option<Fields>,
}

/// Marks a step done that a person had to do.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct CompleteStep {
    /// What later steps can refer to.
    pub result: Option<Value>,
    /// What was done, in words.
    pub note: Option<String>,
}

/// What a person found out about an attempt whose end was not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnknownResolution {
    /// It was carried out.
    Happened,
    /// It was not, and is tried again.
    DidNotHappen,
}

impl From<UnknownResolution> for domain::plan::UnknownResolution {
    fn from(resolution: UnknownResolution) -> Self {
        match resolution {
            UnknownResolution::Happened => Self::Happened,
            UnknownResolution::DidNotHappen => Self::DidNotHappen,
        }
    }
}

/// Tells whether an attempt happened whose end was not known.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct ResolveStep {
    /// What was found out.
    pub outcome: UnknownResolution,
    /// What it gave, when it happened.
    pub result: Option<Value>,
    /// How that is known: 1 to 2,000 characters.
    #[serde(default)]
    #[schema(required = true)]
    pub reason: String,
}
