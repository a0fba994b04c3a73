//! What is sent to make a plan.

use chrono::NaiveDate;
use domain::{
    ids::EntityId,
    plan::{self as domain_plan, CreatePlan, DraftPlan, Origin},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use super::{
    common::{AnyFields, Fields},
    plan::OnFailure,
    step::RetryPolicy,
};

/// Who is asked for the draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlannerChoice {
    /// The best planner that is configured.
    #[default]
    Auto,
    /// The planner that comes with Cairn and asks nobody.
    Offline,
    /// A model of Anthropic.
    Anthropic,
    /// A model of OpenAI, or of a server that speaks its language.
    Openai,
}

impl From<PlannerChoice> for domain_plan::PlannerChoice {
    fn from(choice: PlannerChoice) -> Self {
        match choice {
            PlannerChoice::Auto => Self::Auto,
            PlannerChoice::Offline => Self::Offline,
            PlannerChoice::Anthropic => Self::Anthropic,
            PlannerChoice::Openai => Self::Openai,
        }
    }
}

impl From<domain_plan::PlannerChoice> for PlannerChoice {
    fn from(choice: domain_plan::PlannerChoice) -> Self {
        match choice {
            domain_plan::PlannerChoice::Auto => Self::Auto,
            domain_plan::PlannerChoice::Offline => Self::Offline,
            domain_plan::PlannerChoice::Anthropic => Self::Anthropic,
            domain_plan::PlannerChoice::Openai => Self::Openai,
        }
    }
}

/// Asks for a plan: either in words (`request`), or by hand (`name` and `steps`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[schema(example = json!({"request": "Plan a project launch"}))]
pub struct NewPlan {
    /// What should be planned, in your words: 1 to 20,000 characters.
    pub request: Option<String>,
    /// The thing in the workspace that you have open; "this idea" means it.
    #[schema(value_type = Option<String>)]
    pub selection: Option<EntityId>,
    /// Who is asked for the draft.
    pub planner: Option<PlannerChoice>,
    /// The day it is for you; today in the server's eyes when not given.
    #[serde(default, deserialize_with = "date")]
    pub today: Option<NaiveDate>,
    /// An IANA name, such as `Europe/Berlin`.
    pub timezone: Option<String>,
    /// By hand: what people call the plan, 1 to 300 characters.
    pub name: Option<String>,
    /// By hand: longer words.
    pub description: Option<String>,
    /// By hand: the steps, in the order people see. None is fine; they can be added later.
    pub steps: Option<Vec<StepInput>>,
    /// By hand: how the plan is approved and run.
    pub policy: Option<PolicyPatch>,
}

/// Reads a day, and says in words what one looks like.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    let parse = |text: String| text.parse().map_err(|_| D::Error::custom("`today` must be a date such as 2026-11-23"));
    text.map(parse).transpose()
}

impl NewPlan {
    /// The command that asks for this plan. `name` or `steps` without a request mean: made by hand.
    pub fn into_command(self) -> CreatePlan {
        let by_hand = (self.name.is_some() || self.steps.is_some()).then(|| DraftPlan {
            name: self.name.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            policy: self.policy.map(PolicyPatch::into_policy),
            steps: self.steps.unwrap_or_default().into_iter().map(Into::into).collect(),
            origin: Origin { planner: "person".to_owned(), ..Origin::default() },
            message: String::new(),
        });
        CreatePlan {
            request: self.request,
            selection: self.selection,
            planner: self.planner.unwrap_or_default().into(),
            today: self.today,
            timezone: self.timezone,
            by_hand,
        }
    }
}

/// The part of a step that people write.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct StepInput {
    /// 1 to 64 lower-case letters, digits and single hyphens; chosen from the action's name when not given.
    pub id: Option<String>,
    /// What the step does, as people say it; chosen from the action when not given.
    pub title: Option<String>,
    /// Longer words.
    pub description: Option<String>,
    /// The name of the action, as `GET /actions` lists it.
    #[schema(required = true, nullable = false)]
    pub action_type: Option<String>,
    /// What the action needs; texts may hold references `{{steps.ID.result.FIELD}}`.
    #[schema(value_type = Option<AnyFields>)]
    pub params: Option<Fields>,
    /// The steps that must be done first.
    pub depends_on: Option<Vec<String>>,
    /// Whether a person must let this very step start.
    pub requires_approval: Option<bool>,
    /// Overrides the plan's failure policy.
    pub on_failure: Option<OnFailure>,
    /// Overrides the action's retry policy.
    pub retry: Option<RetryPolicy>,
    /// Overrides the action's time limit, in seconds: 1 to 86,400.
    pub timeout_seconds: Option<u32>,
}

impl From<StepInput> for domain_plan::StepInput {
    fn from(input: StepInput) -> Self {
        Self {
            id: input.id,
            title: input.title.unwrap_or_default(),
            description: input.description.unwrap_or_default(),
            action_type: input.action_type.unwrap_or_default(),
            params: input.params.unwrap_or_default(),
            depends_on: input.depends_on.unwrap_or_default(),
            requires_approval: input.requires_approval.unwrap_or_default(),
            on_failure: input.on_failure.map(Into::into),
            retry: input.retry.map(Into::into),
            timeout_seconds: input.timeout_seconds,
        }
    }
}

/// The rules of a plan that are set; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct PolicyPatch {
    /// What happens when a step has failed for good.
    pub on_failure: Option<OnFailure>,
    /// How many steps may run at once: 1 to 64.
    pub max_parallel: Option<u32>,
    /// How many people must approve: 1 to 20.
    pub approvals_required: Option<u32>,
    /// Whether the person who made the plan may approve it.
    pub self_approval: Option<bool>,
}

impl PolicyPatch {
    /// The policy that these rules and the defaults make.
    pub(super) fn into_policy(self) -> domain_plan::Policy {
        let defaults = domain_plan::Policy::default();
        domain_plan::Policy {
            on_failure: self.on_failure.map_or(defaults.on_failure, Into::into),
            max_parallel: self.max_parallel.unwrap_or(defaults.max_parallel),
            approvals_required: self.approvals_required.unwrap_or(defaults.approvals_required),
            self_approval: self.self_approval.unwrap_or(defaults.self_approval),
        }
    }
}

impl From<PolicyPatch> for domain_plan::PolicyPatch {
    fn from(patch: PolicyPatch) -> Self {
        Self {
            on_failure: patch.on_failure.map(Into::into),
            max_parallel: patch.max_parallel,
            approvals_required: patch.approvals_required,
            self_approval: patch.self_approval,
        }
    }
}
