//! What plans and their events are made of.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ModelAsked, Sources};
use crate::{
    action::RetryPolicy,
    ids::{EntityId, ScheduleId, StepId, TemplateId},
};

/// Who is asked for the draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannerChoice {
    /// The best planner that is configured.
    #[default]
    Auto,
    Offline,
    Anthropic,
    Openai,
}

/// What happens to the rest of the plan when a step has failed for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// No further step starts; what runs comes to its end.
    #[default]
    Stop,
    /// Steps that do not depend on the failed one go on.
    Continue,
    /// The plan pauses until a person decides.
    Ask,
    /// What runs comes to its end, then everything is rolled back; should that need a person, the plan fails.
    Rollback,
}

/// How a plan is approved and run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    pub on_failure: OnFailure,
    /// How many steps may run at once: 1 to 64. Steps that wait for a clock or a person do not count.
    pub max_parallel: u32,
    /// How many people must approve: 1 to 20.
    pub approvals_required: u32,
    /// Whether the person who made the plan may approve it.
    pub self_approval: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { on_failure: OnFailure::Stop, max_parallel: 8, approvals_required: 1, self_approval: true }
    }
}

/// One step as it was planned: what people edit and approve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepSpec {
    pub id: StepId,
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub action_type: String,
    /// A JSON object; texts in it may hold references.
    pub params: Value,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<StepId>,
    /// Whether a person must let this very step start.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requires_approval: bool,
    /// Overrides the plan's failure policy for this step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OnFailure>,
    /// Overrides the action's retry policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryPolicy>,
    /// Overrides the action's time limit, in seconds: 1 to 86,400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
}

/// The part of a plan's content that is not its steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDetails {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default)]
    pub policy: Policy,
}

/// Where a draft came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// `person`, `template`, `offline`, `anthropic` or `openai`.
    pub planner: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_version: Option<String>,
    /// All tokens that were paid for, in and out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// In millionths of a US dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_micros: Option<u64>,
    /// From the request to the draft, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// What the planner took for granted, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
    /// Texts of the workspace that went into the draft and that somebody should look at twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspects: Vec<Suspect>,
    /// The planner that was asked first and had no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_over: Option<TakenOver>,
    /// Where the values of the drafted steps came from, in the order of the steps. Kept with the steps afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Sources>,
    /// The template that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<FromTemplate>,
    /// A template that fits the request as well, filled in with what the request says: a person may choose it instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fits: Option<FromTemplate>,
}

/// The version of a template that a plan was made from, and what its gaps were filled with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FromTemplate {
    pub id: TemplateId,
    /// What the template was called then.
    pub name: String,
    pub version: u32,
    /// What was given for its parameters, as it was given.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub arguments: Map<String, Value>,
    /// The schedule that made the plan, when nobody asked for it at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<FromSchedule>,
}

/// The due time of a schedule that a plan was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromSchedule {
    pub id: ScheduleId,
    pub due: DateTime<Utc>,
}

/// What came of asking a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskingOutcome {
    /// A draft.
    Plan,
    /// Questions.
    Clarify,
    /// A refusal.
    Reject,
    /// Nothing that could be used.
    Failed,
    /// Somebody called it off.
    CalledOff,
}

/// What all asking of models took for one plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// How often a model was asked for a draft.
    pub askings: u32,
    pub tokens: u64,
    /// In millionths of a US dollar; none while no price is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_micros: Option<u64>,
}

impl Effort {
    /// Counts one more asking.
    pub fn add(&mut self, asked: &ModelAsked) {
        self.askings += 1;
        self.tokens = self.tokens.saturating_add(asked.tokens);
        if let Some(cost) = asked.cost_micros {
            self.cost_micros = Some(self.cost_micros.unwrap_or(0).saturating_add(cost));
        }
    }
}

/// A text of the workspace that a draft was made from and that is not what it seems.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    pub entity: EntityId,
    /// What people call the thing.
    pub label: String,
    /// The field the text stands in.
    pub field: String,
    pub why: Suspicion,
    /// The beginning of the text, as it is written.
    pub excerpt: String,
}

/// What makes a text suspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspicion {
    /// It gives orders to a machine.
    GivesOrders,
    /// It holds characters that cannot be seen.
    HiddenCharacters,
}

impl Suspicion {
    /// What is wrong with a text, when something is.
    pub fn of(text: &str) -> Option<Self> {
        if crate::text::gives_orders(text) {
            return Some(Self::GivesOrders);
        }
        crate::text::has_hidden(text).then_some(Self::HiddenCharacters)
    }
}

/// Why another planner than the one that was asked made the draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOver {
    /// Who was asked: `anthropic` or `openai`.
    pub planner: String,
    /// Its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Stable, such as `planner.timed-out`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// Something the planner must know before it can draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Unique among the plan's questions.
    pub id: String,
    pub text: String,
    /// What an answer looks like.
    #[serde(default, skip_serializing_if = "AnswerKind::is_text")]
    pub kind: AnswerKind,
    /// Answers to choose from; another one in words will do as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// What the answer to a question looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// Any words.
    #[default]
    Text,
    /// One of the choices.
    Choice,
    /// A day.
    Date,
    /// Somebody.
    Person,
    Number,
    YesNo,
}

impl AnswerKind {
    /// Whether any words will do.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub fn is_text(&self) -> bool {
        *self == Self::Text
    }
}

impl Question {
    /// Asks for words, or for one of the choices when there are any.
    pub fn new(id: impl Into<String>, text: impl Into<String>, choices: Vec<String>) -> Self {
        let kind = if choices.is_empty() { AnswerKind::Text } else { AnswerKind::Choice };
        Self { id: id.into(), text: text.into(), kind, choices }
    }

    /// What the answer looks like; a question of old that has choices asks for one of them.
    pub fn answer_kind(&self) -> AnswerKind {
        match self.kind {
            AnswerKind::Text if !self.choices.is_empty() => AnswerKind::Choice,
            kind => kind,
        }
    }
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepError {
    /// Stable, such as `action.timed-out`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    pub at: DateTime<Utc>,
}

/// What a person found out about an attempt whose end was not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownResolution {
    Happened,
    DidNotHappen,
}
