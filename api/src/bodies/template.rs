//! Templates as clients read them: the library, versions and what differs between them, proposals, previews.

use chrono::{DateTime, Utc};
use domain::template as of;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    common::{Actor, AnyFields, Fields, page},
    difference::{Difference, FieldDifference},
    plan::{Plan, PlanImpact, Policy, Warning},
    step::Step,
    template_request::{TemplateInclude, TemplateParameter, TemplateShare, TemplateStep},
};

/// The template that a plan was made from.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FromTemplate {
    /// The template.
    pub id: String,
    /// What it was called then.
    pub name: String,
    /// Its version; the plan stays on it.
    pub version: u32,
    /// What was given for the parameters.
    #[schema(value_type = AnyFields)]
    pub arguments: Fields,
    /// The schedule that made the plan, when nobody asked for it at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub schedule_id: Option<String>,
    /// The time of the schedule that it was made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub due: Option<DateTime<Utc>>,
}

impl From<&domain::plan::FromTemplate> for FromTemplate {
    fn from(from: &domain::plan::FromTemplate) -> Self {
        Self {
            id: from.id.to_string(),
            name: from.name.clone(),
            version: from.version,
            arguments: from.arguments.clone(),
            schedule_id: from.schedule.map(|schedule| schedule.id.to_string()),
            due: from.schedule.map(|schedule| schedule.due),
        }
    }
}

/// What every write to a template answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateWritten {
    /// The template.
    pub template_id: String,
    /// Its newest version.
    pub version: u32,
    /// The template's revision after the write; the `ETag` names the same.
    pub revision: u64,
    /// The place of the write in the whole log; give it as `min_position` to read what was written.
    pub position: u64,
}

/// What came of putting the templates that come with Cairn into the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StarterAdded {
    /// Those that were not there yet.
    pub added: Vec<String>,
    /// The place of the last of them in the log; 0 when all were there.
    pub position: u64,
}

/// How a template has worked.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TemplateFigures {
    /// Plans that were made from it.
    pub plans: u32,
    /// When the last was made.
    pub last_used: Option<DateTime<Utc>>,
    /// Runs that completed.
    pub completed: u32,
    /// Runs that failed and were left so.
    pub failed: u32,
    /// Runs that were cancelled.
    pub cancelled: u32,
    /// The share of ended runs that completed, 0 to 1; not there while none has ended.
    pub success_rate: Option<f64>,
    /// From the start of a run to its completion, on average, in seconds.
    pub mean_seconds: Option<f64>,
}

impl From<projections::TemplateFigures> for TemplateFigures {
    fn from(figures: projections::TemplateFigures) -> Self {
        let ended = figures.completed + figures.failed + figures.cancelled;
        Self {
            plans: figures.plans,
            last_used: figures.last_used,
            completed: figures.completed,
            failed: figures.failed,
            cancelled: figures.cancelled,
            success_rate: (ended > 0).then(|| f64::from(figures.completed) / f64::from(ended)),
            mean_seconds: figures.mean_seconds,
        }
    }
}

/// One template of the library.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TemplateSummary {
    /// The template.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// The newest version, which runs use.
    pub version: u32,
    /// How many steps that has.
    pub steps: u32,
    /// How many parameters that has.
    pub parameters: u32,
    /// Whether it is used no more.
    pub retired: bool,
    /// Who made it.
    pub owner: Actor,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// How it has worked.
    pub figures: TemplateFigures,
}

impl From<projections::TemplateSummary> for TemplateSummary {
    fn from(template: projections::TemplateSummary) -> Self {
        Self {
            id: template.id.to_string(),
            name: template.name,
            description: template.description,
            tags: template.tags,
            version: template.version,
            steps: template.steps,
            parameters: template.parameters,
            retired: template.retired,
            owner: (&template.owner).into(),
            created_at: template.created_at,
            updated_at: template.updated_at,
            figures: template.figures.into(),
        }
    }
}

page!(
    /// Templates.
    TemplatePage of TemplateSummary
);

/// What a version holds: a plan with gaps.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TemplateContent {
    /// The name of the plans that are made; may hold placeholders.
    pub plan_name: String,
    /// Longer words about the plans; may hold placeholders.
    pub plan_description: String,
    /// How the plans are approved and run.
    pub policy: Policy,
    /// The gaps.
    pub parameters: Vec<TemplateParameter>,
    /// The steps.
    pub steps: Vec<TemplateStep>,
    /// Templates whose plans are part of the plans that are made.
    pub includes: Vec<TemplateInclude>,
}

impl From<&of::TemplateContent> for TemplateContent {
    fn from(content: &of::TemplateContent) -> Self {
        Self {
            plan_name: content.plan_name.clone(),
            plan_description: content.plan_description.clone(),
            policy: (&content.policy).into(),
            parameters: content.parameters.iter().map(Into::into).collect(),
            steps: content.steps.iter().map(Into::into).collect(),
            includes: content.includes.iter().map(Into::into).collect(),
        }
    }
}

/// Where a version came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateOrigin {
    /// `plan`, `file`, `starter` or `written`. More may come.
    pub from: String,
    /// The plan that it was saved from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub plan_id: Option<String>,
    /// The name in the library that comes with Cairn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
}

impl From<&of::TemplateSource> for TemplateOrigin {
    fn from(source: &of::TemplateSource) -> Self {
        let from = |from: &str| Self { from: from.to_owned(), ..Self::default() };
        match source {
            of::TemplateSource::Plan { plan, .. } => Self { plan_id: Some(plan.to_string()), ..from("plan") },
            of::TemplateSource::File => from("file"),
            of::TemplateSource::Starter { name } => Self { name: Some(name.clone()), ..from("starter") },
            of::TemplateSource::Written => from("written"),
        }
    }
}

/// One version of a template; it never changes.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TemplateVersion {
    /// Counted from 1.
    pub version: u32,
    /// What was changed, in words.
    pub note: String,
    /// The version whose content this one has again.
    pub restored: Option<u32>,
    /// Where it came from.
    pub origin: TemplateOrigin,
    /// Who made it.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// How many steps it has.
    pub steps: usize,
    /// How many parameters it has.
    pub parameters: usize,
    /// What it holds; not there in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub content: Option<TemplateContent>,
}

impl From<&of::Version> for TemplateVersion {
    fn from(version: &of::Version) -> Self {
        Self {
            version: version.number,
            note: version.note.clone(),
            restored: version.restored,
            origin: (&version.source).into(),
            by: (&version.by).into(),
            at: version.at,
            steps: version.content.steps.len(),
            parameters: version.content.parameters.len(),
            content: None,
        }
    }
}

page!(
    /// Versions, the newest first.
    TemplateVersionPage of TemplateVersion
);

/// A plan that was made from a template.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TemplateRun {
    /// The plan.
    pub plan_id: String,
    /// The version it was made from.
    pub version: u32,
    /// When.
    pub at: DateTime<Utc>,
}

/// A yes that was given beforehand, to the plans that a version makes.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PreApproval {
    /// The version.
    pub version: u32,
    /// Who gave it.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// Words that go with it.
    pub note: String,
}

impl From<&of::PreApproval> for PreApproval {
    fn from(given: &of::PreApproval) -> Self {
        Self { version: given.version, by: (&given.by).into(), at: given.at, note: given.note.clone() }
    }
}

/// A template.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Template {
    /// The template.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// The newest version, which runs use.
    pub version: u32,
    /// What that holds.
    pub content: TemplateContent,
    /// Why it is used no more, while it is not.
    pub retired: Option<String>,
    /// The version whose plans count as approved once, when there is one.
    pub pre_approved: Option<PreApproval>,
    /// Who else may use or edit it.
    pub shares: Vec<TemplateShare>,
    /// Whether you may change it.
    pub may_edit: bool,
    /// Whether you may say who else may use or edit it: whoever made it may.
    pub may_share: bool,
    /// Who made it.
    pub owner: Option<Actor>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything about it changed last.
    pub updated_at: DateTime<Utc>,
    /// How it has worked.
    pub figures: TemplateFigures,
    /// What you gave for the parameters the last time, as far as they are still asked for.
    #[schema(value_type = AnyFields)]
    pub last_arguments: Fields,
    /// The last plans that were made from it, newest first.
    pub runs: Vec<TemplateRun>,
    /// The revision of its last event.
    pub revision: u64,
    /// The place in the log that the answer stands at.
    pub position: u64,
}

/// What became of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterChange {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is asked for in another way.
    Changed,
    /// It is the same.
    Kept,
}

/// A parameter of either version; matched by name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ParameterDifference {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub change: ParameterChange,
    /// What of it differs.
    pub fields: Vec<FieldDifference>,
}

/// How two versions of a template differ.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TemplateDiff {
    /// The earlier version.
    pub from: u32,
    /// The later version.
    pub to: u32,
    /// The parameters of both.
    pub parameters: Vec<ParameterDifference>,
    /// The plans that are made: name, description, policy, steps.
    pub difference: Difference,
}

impl TemplateDiff {
    pub(crate) fn new(from: u32, to: u32, compared: of::VersionDifference) -> Self {
        let parameter = |parameter: of::ParameterDifference| ParameterDifference {
            name: parameter.name,
            change: match parameter.change {
                of::ParameterChange::Added => ParameterChange::Added,
                of::ParameterChange::Removed => ParameterChange::Removed,
                of::ParameterChange::Changed => ParameterChange::Changed,
                of::ParameterChange::Kept => ParameterChange::Kept,
            },
            fields: parameter
                .fields
                .into_iter()
                .map(|field| FieldDifference { pointer: field.pointer, before: field.before, after: field.after })
                .collect(),
        };
        let parameters = compared.parameters.into_iter().map(parameter).collect();
        Self { from, to, parameters, difference: compared.plan.into() }
    }
}

/// One place of a value in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ParameterPlace {
    /// A JSON pointer into the plan, such as `/steps/3/title`.
    pub pointer: String,
    /// The words before it.
    pub before: String,
    /// The value, as it stands there.
    pub found: String,
    /// The words after it.
    pub after: String,
}

/// Something in a plan that may be a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FoundParameter {
    /// The parameter that is proposed.
    #[serde(flatten)]
    pub parameter: TemplateParameter,
    /// The value in the plan.
    pub value: Value,
    /// What people call the thing that the value names.
    pub value_label: Option<String>,
    /// The only places that are meant, when only some are.
    pub places: Option<Vec<String>>,
    /// Why: `date`, `person`, `thing`, `name`, `repeated`, `number` or `yes_no`. More may come.
    pub why: String,
    /// Whether it becomes a parameter unless somebody says otherwise.
    pub ticked: bool,
    /// In how many places it stands.
    pub count: usize,
    /// The first of them.
    pub shown: Vec<ParameterPlace>,
}

impl From<of::Found> for FoundParameter {
    fn from(found: of::Found) -> Self {
        let place = |place: of::Placed| ParameterPlace {
            pointer: place.pointer,
            before: place.before,
            found: place.found,
            after: place.after,
        };
        Self {
            parameter: (&found.mark.parameter).into(),
            value: found.mark.value,
            value_label: None,
            places: found.mark.places,
            why: found.why.name().to_owned(),
            ticked: found.ticked,
            count: found.count,
            shown: found.places.into_iter().map(place).collect(),
        }
    }
}

/// How a plan would be saved as a template.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TemplateProposal {
    /// The plan's name.
    pub name: String,
    /// What may be a parameter, what is ticked first.
    pub parameters: Vec<FoundParameter>,
}

/// The plan that a template and arguments would make, with what its steps would do; nothing was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TemplatePreview {
    /// The template.
    pub template_id: String,
    /// The version it is made from.
    pub version: u32,
    /// What people would call the plan.
    pub name: String,
    /// Longer words about it.
    pub description: String,
    /// The content that would be approved.
    pub content_hash: String,
    /// How it would be approved and run.
    pub policy: Policy,
    /// The steps, with what each would change.
    pub steps: Vec<Step>,
    /// What they touch, all together.
    pub impact: PlanImpact,
    /// What to look at twice.
    pub warnings: Vec<Warning>,
}

impl TemplatePreview {
    pub(crate) fn new(template_id: String, version: u32, plan: Plan) -> Self {
        let Plan { name, description, content_hash, policy, steps, impact, warnings, .. } = plan;
        Self { template_id, version, name, description, content_hash, policy, steps, impact, warnings }
    }
}
