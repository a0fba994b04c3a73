//! Use cases around templates that are more than one plain command: saving a plan as one, and making a plan from one.

use std::borrow::Cow;

use chrono::NaiveDate;
use domain::{
    action::Reversibility,
    actor::Actor,
    difference::Content,
    ids::{EntityId, PlanId, TemplateId},
    plan::{
        CreatePlan, DraftPlan, FromSchedule, FromTemplate, Origin, Plan, PlanCommand, PlanDecider, PlanRefusal,
        PlanStatus, Problem, Source, Sources,
    },
    template::{
        self, CreateTemplate, Found, Included, Labels, Mark, Template, TemplateCommand, TemplateContent,
        TemplateDecider, TemplateRefusal, TemplateSource, Version,
    },
};
use serde_json::{Map, Value};

use crate::{CommandError, Commands, Committed, Envelope, Loaded, idempotency};

type Failure = CommandError<TemplateRefusal>;

/// How many versions may be part of one template.
const MAX_INCLUDED: usize = 200;

/// What a run of a template is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct RunTemplate {
    pub template: TemplateId,
    /// The newest when not given.
    pub version: Option<u32>,
    pub arguments: Map<String, Value>,
    /// The day it is for whoever asks.
    pub today: NaiveDate,
    /// The schedule by which it is run, when nobody asks.
    pub schedule: Option<FromSchedule>,
}

/// The draft that a template and arguments make.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    pub draft: DraftPlan,
    /// The version it was made from.
    pub version: u32,
    /// Of each step, the parameters that filled its values.
    by_parameter: Vec<std::collections::BTreeMap<String, String>>,
}

/// Why no plan was made from a template.
#[derive(Debug, thiserror::Error)]
pub enum RunTemplateError {
    /// The template, or what was given for its parameters, is at fault.
    #[error(transparent)]
    Template(#[from] CommandError<TemplateRefusal>),
    /// The plan is.
    #[error(transparent)]
    Plan(#[from] CommandError<PlanRefusal>),
}

impl Commands {
    /// Makes a template.
    pub async fn create_template(
        &self,
        create: CreateTemplate,
        envelope: Envelope,
    ) -> Result<(TemplateId, Committed<TemplateDecider>), Failure> {
        let id = TemplateId::new(idempotency::fresh_or_derived(&envelope, "template"));
        let committed = self.templates.execute(&id, TemplateCommand::Create(Box::new(create)), envelope).await?;
        Ok((id, committed))
    }

    /// Finds what in a plan may be a parameter.
    pub async fn find_parameters(&self, plan: &Plan) -> Result<Vec<Found>, Failure> {
        let content = worked(plan);
        let labels = self.labels(named(&content)).await?;
        Ok(template::find(&content, &labels, self.plans.catalogue(), made_on(plan)))
    }

    /// Makes the content of a template from a plan; without marks, with what is found and ticked.
    ///
    /// # Errors
    /// [`TemplateRefusal::InvalidContent`] that points at `/parameters/{index}` when a marked value is nowhere in the plan.
    pub async fn template_of_plan(
        &self,
        id: PlanId,
        plan: &Plan,
        marks: Option<Vec<Mark>>,
    ) -> Result<(TemplateContent, TemplateSource), Failure> {
        let content = worked(plan);
        let labels = self.labels(named(&content)).await?;
        let marks = marks.unwrap_or_else(|| {
            let found = template::find(&content, &labels, self.plans.catalogue(), made_on(plan));
            found.into_iter().filter(|found| found.ticked).map(|found| found.mark).collect()
        });
        let made = template::mark(&content, &marks, &labels);
        let nowhere = template::unplaced(&made);
        if !nowhere.is_empty() {
            let problem = |index: usize| Problem {
                code: domain::plan::ProblemCode::BadParameter,
                pointer: format!("/parameters/{index}/value"),
                step: None,
                message: format!(
                    "{} stands nowhere in the plan: give the value as the plan has it",
                    marks[index].value
                ),
            };
            let problems = nowhere.into_iter().map(problem).collect();
            return Err(CommandError::Refused(TemplateRefusal::InvalidContent { problems }));
        }
        Ok((made, TemplateSource::Plan { plan: id, content_hash: plan.content_hash() }))
    }

    /// Reads a template that somebody may at least use.
    ///
    /// # Errors
    /// [`TemplateRefusal::NoSuchTemplate`], also when it is not shared with them.
    pub async fn template(&self, id: TemplateId, actor: &Actor) -> Result<Loaded<Template>, Failure> {
        let loaded = self.templates.load_newest(&id).await?;
        if !loaded.state.exists() || loaded.state.right_of(actor, &[]).is_none() {
            return Err(CommandError::Refused(TemplateRefusal::NoSuchTemplate));
        }
        Ok(loaded)
    }

    /// Fills a template; nothing happens.
    ///
    /// # Errors
    /// [`TemplateRefusal::BadArguments`] with every argument that is missing or wrong.
    pub async fn fill_template(&self, run: &RunTemplate, actor: &Actor) -> Result<Filled, Failure> {
        let loaded = self.template(run.template, actor).await?;
        let template = &loaded.state;
        if template.retired.is_some() {
            return Err(CommandError::Refused(TemplateRefusal::Retired));
        }
        let version = wanted(template, run.version).map_err(CommandError::Refused)?;
        let content = self.unfolded(&version.content, Some(run.template), actor).await?;
        let labels = self.labels(template::named_things(&content, &run.arguments)).await?;
        let bad = |problems| CommandError::Refused(TemplateRefusal::BadArguments { problems });
        let arguments = template::check_arguments(&content, &run.arguments, run.today, &labels).map_err(bad)?;
        let instance = template::instantiate(&content, &arguments).map_err(bad)?;
        let name = template.details.name.clone();
        let sources = instance.filled.iter().zip(&instance.steps).map(|(filled, step)| {
            let values = domain::plan::values_of(step);
            let there = filled.iter().filter(|(pointer, _)| values.contains_key(*pointer));
            let source =
                |parameter: &String| Source::Template { name: name.clone(), parameter: Some(parameter.clone()) };
            there.map(|(pointer, parameter)| (pointer.clone(), source(parameter))).collect::<Sources>()
        });
        let from = FromTemplate {
            id: run.template,
            name: name.clone(),
            version: version.number,
            arguments: run.arguments.clone(),
            schedule: run.schedule,
        };
        let origin = Origin {
            planner: "template".to_owned(),
            sources: sources.collect(),
            template: Some(from),
            ..Origin::default()
        };
        let draft = DraftPlan {
            name: instance.details.name,
            description: instance.details.description,
            policy: Some(instance.details.policy),
            steps: instance.steps.iter().map(Into::into).collect(),
            origin,
            message: String::new(),
        };
        Ok(Filled { draft, version: version.number, by_parameter: instance.filled })
    }

    /// Makes a plan from a template. It is a draft like any other.
    pub async fn run_template(
        &self,
        run: RunTemplate,
        envelope: Envelope,
    ) -> Result<(PlanId, Committed<PlanDecider>), RunTemplateError> {
        let filled = self.fill_template(&run, &envelope.actor).await?;
        let (version, follow_up) = (filled.version, envelope.clone());
        let id = PlanId::new(idempotency::fresh_or_derived(&envelope, "plan"));
        let Filled { draft, by_parameter, .. } = filled;
        let plan = CreatePlan { by_hand: Some(draft), today: Some(run.today), ..CreatePlan::default() };
        let committed = self.plans.execute(&id, PlanCommand::Create(plan), envelope).await;
        let committed = committed.map_err(|error| at_arguments(error, &by_parameter))?;
        let accepted = self.accept(&run, version, id, &committed, follow_up).await?;
        Ok((id, accepted.unwrap_or(committed)))
    }

    /// Counts a pre-approval of the version as one approval of the plan: only for what stays in the workspace and can be
    /// taken back, and never as somebody's yes to their own plan where the plan forbids that.
    pub(crate) async fn accept(
        &self,
        run: &RunTemplate,
        version: u32,
        id: PlanId,
        made: &Committed<PlanDecider>,
        envelope: Envelope,
    ) -> Result<Option<Committed<PlanDecider>>, RunTemplateError> {
        let plan: &Plan = &made.state;
        let loaded = self.templates.load(&run.template).await?;
        let given = loaded.state.pre_approved.as_ref().filter(|given| given.version == version);
        let Some(given) = given.filter(|_| plan.status == PlanStatus::Draft) else { return Ok(None) };
        let catalogue = self.plans.catalogue();
        let is_harmless = |step: &domain::plan::StepSpec| {
            let action = catalogue.get(&step.action_type);
            action.is_some_and(|action| !action.outside && action.reversibility != Reversibility::Irreversible)
        };
        let is_own = !plan.details.policy.self_approval && plan.created_by.as_ref() == Some(&given.by);
        if is_own || !plan.specs().all(is_harmless) {
            return Ok(None);
        }
        let name = &loaded.state.details.name;
        let note = format!("pre-approved by {}: version {version} of the template “{name}”, unchanged", given.by.id);
        let approve =
            PlanCommand::Approve { content_hash: plan.content_hash(), note: Some(note), acknowledged: Vec::new() };
        let key = envelope.key.as_ref().map(|key| format!("{key}/pre-approval"));
        // the yes is to what the template made, and to nothing that somebody made of it since
        let envelope = Envelope { actor: Actor::system(), key, expected: Some(made.revision), ..envelope };
        match self.plans.execute(&id, approve, envelope).await {
            Ok(committed) => Ok(Some(committed)),
            // warnings, or somebody who was faster: a person has to look
            Err(CommandError::Refused(_) | CommandError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The content with its sub-plans in their place.
    pub async fn unfolded<'a>(
        &self,
        content: &'a TemplateContent,
        own: Option<TemplateId>,
        actor: &Actor,
    ) -> Result<Cow<'a, TemplateContent>, Failure> {
        if content.includes.is_empty() {
            return Ok(Cow::Borrowed(content));
        }
        let included = self.included(content, actor).await?;
        let invalid = |problems| CommandError::Refused(TemplateRefusal::InvalidContent { problems });
        template::unfold(content, &included, own).map(Cow::Owned).map_err(invalid)
    }

    /// The versions that a content includes, in any depth, as far as somebody may use them.
    pub async fn included(&self, content: &TemplateContent, actor: &Actor) -> Result<Included, Failure> {
        let mut included = Included::new();
        let mut wanted: Vec<_> = content.includes.iter().map(|one| (one.template, one.version)).collect();
        while let Some((id, number)) = wanted.pop() {
            if included.contains_key(&(id, number)) || included.len() >= MAX_INCLUDED {
                continue;
            }
            let loaded = match self.template(id, actor).await {
                Ok(loaded) => loaded,
                Err(CommandError::Refused(TemplateRefusal::NoSuchTemplate)) => continue,
                Err(error) => return Err(error),
            };
            if let Some(version) = loaded.state.version(number) {
                wanted.extend(version.content.includes.iter().map(|one| (one.template, one.version)));
                included.insert((id, number), version.content.as_ref().clone());
            }
        }
        Ok(included)
    }

    /// What the things are called, as far as they exist.
    async fn labels(&self, ids: Vec<EntityId>) -> Result<Labels, Failure> {
        let mut labels = Labels::new();
        for id in ids {
            if labels.contains_key(&id) {
                continue;
            }
            let loaded = self.entities.load(&id).await.map_err(as_template_failure)?;
            if let Some(entity) = loaded.state.as_ref().as_ref().filter(|entity| !entity.withdrawn) {
                labels.insert(id, entity.title().to_owned());
            }
        }
        Ok(labels)
    }
}

impl Filled {
    /// The plan as it would be made, or why it would not be; pointers lead to arguments where those are at fault.
    pub fn preview(&self, context: &domain::decider::Context) -> Result<Plan, PlanRefusal> {
        use domain::decider::{Decider, Stamp};
        let create = CreatePlan { by_hand: Some(self.draft.clone()), ..CreatePlan::default() };
        let mut plan = Plan::default();
        let events = PlanDecider::decide(&plan, PlanCommand::Create(create), context);
        for event in events.map_err(|refusal| refusal_at_arguments(refusal, &self.by_parameter))? {
            PlanDecider::evolve(&mut plan, &event, &Stamp::from(context));
        }
        Ok(plan)
    }
}

fn wanted(template: &Template, version: Option<u32>) -> Result<&Version, TemplateRefusal> {
    let newest = template.newest().ok_or(TemplateRefusal::NoSuchTemplate)?;
    match version {
        None => Ok(newest),
        Some(version) => {
            template.version(version).ok_or(TemplateRefusal::NoSuchVersion { version, newest: newest.number })
        }
    }
}

/// The day on which a plan was made, for days in it that say no year.
fn made_on(plan: &Plan) -> NaiveDate {
    plan.created_at.unwrap_or_default().date_naive()
}

/// A plan's content as it worked: with the params that a person gave when a step was tried again.
fn worked(plan: &Plan) -> Content {
    let mut content = Content::of(plan);
    for (spec, step) in content.steps.iter_mut().zip(plan.steps.values()) {
        spec.params = step.params().clone();
    }
    content
}

/// The things that a content names.
fn named(content: &Content) -> Vec<EntityId> {
    let mut ids = Vec::new();
    content.steps.iter().for_each(|step| gather(&step.params, &mut ids));
    ids
}

fn gather(value: &Value, ids: &mut Vec<EntityId>) {
    match value {
        Value::String(text) => ids.extend(
            text.parse::<EntityId>().ok().filter(|id| domain::workspace::Kind::from_prefix(id.prefix()).is_some()),
        ),
        Value::Array(items) => items.iter().for_each(|item| gather(item, ids)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn at_arguments(
    error: CommandError<PlanRefusal>,
    filled: &[std::collections::BTreeMap<String, String>],
) -> CommandError<PlanRefusal> {
    match error {
        CommandError::Refused(refusal) => CommandError::Refused(refusal_at_arguments(refusal, filled)),
        other => other,
    }
}

/// Lets problems with values that an argument filled point at the argument.
fn refusal_at_arguments(refusal: PlanRefusal, filled: &[std::collections::BTreeMap<String, String>]) -> PlanRefusal {
    let PlanRefusal::InvalidContent { mut problems } = refusal else { return refusal };
    for problem in &mut problems {
        let Some(within) = problem.pointer.strip_prefix("/steps/") else { continue };
        let Some((index, pointer)) = within.split_once('/') else { continue };
        let step = index.parse::<usize>().ok().and_then(|index| filled.get(index));
        if let Some(parameter) = step.and_then(|step| step.get(&format!("/{pointer}"))) {
            problem.pointer = format!("/arguments/{parameter}");
        }
    }
    PlanRefusal::InvalidContent { problems }
}

/// Whatever keeps an entity from being read keeps its name from being known.
fn as_template_failure(error: CommandError<domain::workspace::EntityRefusal>) -> Failure {
    match error {
        CommandError::Refused(_) | CommandError::NothingThere { .. } => {
            CommandError::Refused(TemplateRefusal::NoSuchTemplate)
        }
        CommandError::Conflict { expected, actual, changed } => CommandError::Conflict { expected, actual, changed },
        CommandError::KeyReused { key } => CommandError::KeyReused { key },
        CommandError::StillRunning { key } => CommandError::StillRunning { key },
        CommandError::Log(error) => CommandError::Log(error),
        CommandError::Decode { stream, revision, cause } => CommandError::Decode { stream, revision, cause },
    }
}
