//! What is sent to save, change, share and run templates.

use chrono::NaiveDate;
use domain::{
    ids::{PlanId, StepId, TemplateId},
    plan::{self as domain_plan, Problem as ContentProblem},
    template as of,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    common::{AnyFields, Fields},
    request::{PolicyPatch, StepInput},
};

/// What a parameter holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    /// Any words.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day; dates in the plan may be so many days from it.
    Date,
    /// Somebody in the workspace, or `me`.
    Person,
    /// A project.
    Project,
    /// An idea.
    Idea,
    /// A task.
    Task,
    /// One of the choices.
    Choice,
    /// Yes or no.
    YesNo,
}

macro_rules! same_words {
    ($ours:ty, $theirs:ty, [$($word:ident),*]) => {
        impl From<$theirs> for $ours {
            fn from(of: $theirs) -> Self {
                match of { $(<$theirs>::$word => Self::$word,)* }
            }
        }

        impl From<$ours> for $theirs {
            fn from(of: $ours) -> Self {
                match of { $(<$ours>::$word => Self::$word,)* }
            }
        }
    };
}

same_words!(ParameterType, of::ParameterType, [Text, Number, Date, Person, Project, Idea, Task, Choice, YesNo]);

/// One gap of a template, and how it is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TemplateParameter {
    /// 1 to 64 lower-case letters, digits and underscores, beginning with a letter; unique in the template.
    pub name: String,
    /// What it holds.
    #[serde(default, rename = "type")]
    #[schema(required = false)]
    pub of: ParameterType,
    /// What people read beside the field.
    #[serde(default)]
    #[schema(required = false)]
    pub label: String,
    /// What people read below it.
    #[serde(default)]
    #[schema(required = false)]
    pub help: String,
    /// Whether a run needs a value.
    #[serde(default)]
    #[schema(required = false)]
    pub required: bool,
    /// What holds when nothing is given; of a date also `today`, `today + 7 days`.
    #[serde(default)]
    pub default: Option<Value>,
    /// What can be chosen, for a choice.
    #[serde(default)]
    #[schema(required = false)]
    pub choices: Vec<String>,
}

impl From<&of::Parameter> for TemplateParameter {
    fn from(parameter: &of::Parameter) -> Self {
        Self {
            name: parameter.name.clone(),
            of: parameter.of.into(),
            label: parameter.label.clone(),
            help: parameter.help.clone(),
            required: parameter.required,
            default: parameter.default.clone(),
            choices: parameter.choices.clone(),
        }
    }
}

impl From<TemplateParameter> for of::Parameter {
    fn from(parameter: TemplateParameter) -> Self {
        let TemplateParameter { name, of, label, help, required, default, choices } = parameter;
        Self { name, of: of.into(), label, help, required, default, choices }
    }
}

/// A parameter and the value that it stands for in a plan.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct MarkedParameter {
    /// The parameter.
    #[serde(flatten)]
    pub parameter: TemplateParameter,
    /// The value in the plan: words, a number, yes or no, an id; of a date, the day that all others are counted from.
    pub value: Value,
    /// The only places where the value is taken for the parameter, as JSON pointers; everywhere when not given.
    pub places: Option<Vec<String>>,
}

impl From<MarkedParameter> for of::Mark {
    fn from(marked: MarkedParameter) -> Self {
        Self { parameter: marked.parameter.into(), value: marked.value, places: marked.places }
    }
}

/// A plan with gaps, as it is written: texts hold placeholders such as `{{params.who}}`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct NewTemplateContent {
    /// The name of the plans that are made, 1 to 300 characters.
    #[serde(default)]
    #[schema(required = true)]
    pub plan_name: String,
    /// Longer words about the plans.
    #[serde(default)]
    #[schema(required = false)]
    pub plan_description: String,
    /// How the plans are approved and run.
    #[serde(default)]
    #[schema(required = false)]
    pub policy: PolicyPatch,
    /// The gaps.
    #[serde(default)]
    #[schema(required = false)]
    pub parameters: Vec<TemplateParameter>,
    /// The steps.
    #[serde(default)]
    #[schema(required = true)]
    pub steps: Vec<StepInput>,
    /// Templates whose plans are part of the plans that are made.
    #[serde(default)]
    #[schema(required = false)]
    pub includes: Vec<TemplateInclude>,
}

/// A template inside a template: its steps get the id before theirs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TemplateInclude {
    /// Unique among steps and sub-plans.
    #[schema(value_type = String)]
    pub id: StepId,
    /// The template.
    #[schema(value_type = String)]
    pub template_id: TemplateId,
    /// Its version; a newer one changes nothing here.
    pub version: u32,
    /// What its parameters are; texts may hold placeholders.
    #[serde(default)]
    #[schema(required = false, value_type = AnyFields)]
    pub arguments: Fields,
    /// The steps that must be done before its first ones.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<String>)]
    pub depends_on: Vec<StepId>,
}

impl From<TemplateInclude> for of::Include {
    fn from(include: TemplateInclude) -> Self {
        let TemplateInclude { id, template_id, version, arguments, depends_on } = include;
        Self { id, template: template_id, version, arguments, depends_on }
    }
}

impl From<&of::Include> for TemplateInclude {
    fn from(include: &of::Include) -> Self {
        let of::Include { id, template, version, arguments, depends_on } = include.clone();
        Self { id, template_id: template, version, arguments, depends_on }
    }
}

impl NewTemplateContent {
    /// Reads ids and dependencies.
    pub fn into_content(self) -> Result<of::TemplateContent, Vec<ContentProblem>> {
        let steps = of::read_steps(self.steps.into_iter().map(Into::into).collect())?;
        Ok(of::TemplateContent {
            plan_name: self.plan_name,
            plan_description: self.plan_description,
            policy: self.policy.into_policy(),
            parameters: self.parameters.into_iter().map(Into::into).collect(),
            steps,
            includes: self.includes.into_iter().map(Into::into).collect(),
        })
    }
}

/// Saves a plan as a template, or writes one.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[schema(example = json!({"plan_id": "pln_0190d3a6-7b2c-7000-8000-000000000000", "name": "Project launch"}))]
pub struct NewTemplate {
    /// The plan: a draft, or one that was run.
    #[schema(value_type = Option<String>)]
    pub plan_id: Option<PlanId>,
    /// The content, when there is no plan.
    pub content: Option<NewTemplateContent>,
    /// What people call it: 1 to 200 characters.
    #[serde(default)]
    #[schema(required = true)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    #[schema(required = false)]
    pub description: String,
    /// Words to find it by.
    #[serde(default)]
    #[schema(required = false)]
    pub tags: Vec<String>,
    /// What becomes a parameter; when not given, what is found and ticked by itself.
    pub parameters: Option<Vec<MarkedParameter>>,
}

/// Makes the next version of a template.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct NewTemplateVersion {
    /// The plan that it is saved from.
    #[schema(value_type = Option<String>)]
    pub plan_id: Option<PlanId>,
    /// What becomes a parameter of the plan.
    pub parameters: Option<Vec<MarkedParameter>>,
    /// The content, when there is no plan.
    pub content: Option<NewTemplateContent>,
    /// What was changed, at most 2,000 characters.
    #[serde(default)]
    #[schema(required = false)]
    pub note: String,
}

/// The details that are set; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct TemplatePatch {
    /// 1 to 200 characters.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Words to find it by.
    pub tags: Option<Vec<String>>,
}

impl From<TemplatePatch> for of::DetailsPatch {
    fn from(patch: TemplatePatch) -> Self {
        Self { name: patch.name, description: patch.description, tags: patch.tags }
    }
}

/// What somebody may do with a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TemplateRight {
    /// See it and make plans from it.
    Use,
    /// Also make new versions, and retire it.
    Edit,
}

same_words!(TemplateRight, of::Right, [Use, Edit]);

/// What a right is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SharedWithKind {
    /// One person.
    Person,
    /// Everybody who has a role.
    Role,
    /// Everybody in the tenant.
    Tenant,
}

/// One right that is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateShare {
    /// Who it is given to.
    pub kind: SharedWithKind,
    /// The person or the role.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub id: String,
    /// What they may do.
    pub right: TemplateRight,
}

impl From<TemplateShare> for of::Share {
    fn from(share: TemplateShare) -> Self {
        let with = match share.kind {
            SharedWithKind::Person => of::SharedWith::Person(share.id),
            SharedWithKind::Role => of::SharedWith::Role(share.id),
            SharedWithKind::Tenant => of::SharedWith::Tenant,
        };
        Self { with, right: share.right.into() }
    }
}

impl From<&of::Share> for TemplateShare {
    fn from(share: &of::Share) -> Self {
        let (kind, id) = match &share.with {
            of::SharedWith::Person(id) => (SharedWithKind::Person, id.clone()),
            of::SharedWith::Role(id) => (SharedWithKind::Role, id.clone()),
            of::SharedWith::Tenant => (SharedWithKind::Tenant, String::new()),
        };
        Self { kind, id, right: share.right.into() }
    }
}

/// Says who else may use or edit a template.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct ShareTemplate {
    /// All of them; whoever is left out may no longer.
    pub shares: Vec<TemplateShare>,
}

/// Makes a plan from a template.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[schema(example = json!({"arguments": {"project_name": "Osprey", "start_date": "2027-01-11"}}))]
pub struct RunTemplate {
    /// What is given for each parameter, by name.
    #[serde(default)]
    #[schema(required = false, value_type = AnyFields)]
    pub arguments: Fields,
    /// The newest, when not given.
    pub version: Option<u32>,
    /// The day it is for you; today in the server's eyes when not given.
    #[serde(default, deserialize_with = "super::request::date")]
    pub today: Option<NaiveDate>,
}

/// Makes a template of a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct TemplateImport {
    /// What the file holds: YAML or JSON, as `GET /templates/{id}/file` gives it.
    pub file: String,
}

/// The step of a template, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TemplateStep {
    /// Unique in the template; the steps of the plans have the same.
    pub id: String,
    /// What it does; may hold placeholders.
    pub title: String,
    /// Longer words; may hold placeholders.
    pub description: String,
    /// The name of its action.
    pub action_type: String,
    /// What the action needs; texts may hold placeholders and references.
    #[schema(value_type = AnyFields)]
    pub params: Value,
    /// The steps that must be done first.
    pub depends_on: Vec<String>,
    /// Whether a person must let this very step start.
    pub requires_approval: bool,
    /// Overrides the plan's failure policy.
    pub on_failure: Option<super::plan::OnFailure>,
    /// Overrides the action's retry policy.
    pub retry: Option<super::step::RetryPolicy>,
    /// Overrides the action's time limit, in seconds.
    pub timeout_seconds: Option<u32>,
}

impl From<&domain_plan::StepSpec> for TemplateStep {
    fn from(step: &domain_plan::StepSpec) -> Self {
        Self {
            id: step.id.to_string(),
            title: step.title.clone(),
            description: step.description.clone(),
            action_type: step.action_type.clone(),
            params: step.params.clone(),
            depends_on: step.depends_on.iter().map(ToString::to_string).collect(),
            requires_approval: step.requires_approval,
            on_failure: step.on_failure.map(Into::into),
            retry: step.retry.map(Into::into),
            timeout_seconds: step.timeout_seconds,
        }
    }
}
