//! Use cases around schedules: making one that works, changing one that is yours, and making the plan that is due.
//!
//! A plan that is due is made first and recorded in the schedule then. Its id, and those of its events, follow from the
//! schedule and the due time: whoever comes after somebody that ended in between finds the plan and only records it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    actor::Actor,
    decider::Context,
    ids::{PlanId, ScheduleId, TemplateId},
    personal::{self, Subject},
    plan::{CreatePlan, FromSchedule, Plan, PlanCommand, PlanDecider},
    schedule::{CatchUp, CreateSchedule, Due, Rhythm, Schedule, ScheduleCommand, ScheduleDecider, ScheduleRefusal},
    template::{Right, TemplateRefusal},
};
use eventlog::{Direction, StreamFrom};
use serde_json::{Map, Value};

use crate::{
    Aggregate, CommandError, Commands, Committed, Envelope, Loaded, LogError, RunTemplate, RunTemplateError, digest,
    idempotency,
};

/// What somebody wants to be run, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleTemplate {
    pub template: TemplateId,
    /// The newest at each due time when not given.
    pub version: Option<u32>,
    pub rhythm: Rhythm,
    pub arguments: Map<String, Value>,
    pub catch_up: CatchUp,
}

/// Why nothing was scheduled, or changed about a schedule.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    #[error(transparent)]
    Schedule(#[from] CommandError<ScheduleRefusal>),
    /// The template, what was given for its parameters, or the plan that they make is at fault.
    #[error(transparent)]
    Run(#[from] RunTemplateError),
}

type Failure = CommandError<ScheduleRefusal>;

impl Commands {
    /// Schedules a template, if a plan could be made from it on the first day that it is due.
    pub async fn schedule_template(
        &self,
        asked: ScheduleTemplate,
        envelope: Envelope,
        now: DateTime<Utc>,
    ) -> Result<(ScheduleId, Committed<ScheduleDecider>), ScheduleError> {
        let plan = self.first_plan(&asked, &envelope.actor, now).await?;
        let about = about(&plan, &asked.arguments);
        let ScheduleTemplate { template, version, rhythm, arguments, catch_up } = asked;
        let id = ScheduleId::new(idempotency::fresh_or_derived(&envelope, "schedule"));
        let create = CreateSchedule { template, version, rhythm, arguments, catch_up, about };
        let committed = self.schedules.execute(&id, ScheduleCommand::Create(Box::new(create)), envelope).await?;
        Ok((id, committed))
    }

    /// The plan that a schedule would make when it is due for the first time after `now`; nothing happens.
    pub async fn first_plan(
        &self,
        asked: &ScheduleTemplate,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Plan, RunTemplateError> {
        let first = asked.rhythm.after(now).unwrap_or(now);
        let run = RunTemplate {
            template: asked.template,
            version: asked.version,
            arguments: asked.arguments.clone(),
            today: asked.rhythm.day_of(first),
            schedule: None,
        };
        let filled = self.fill_template(&run, actor).await?;
        let catalogue = self.plans.shared_catalogue();
        let context = Context { now, actor: actor.clone(), catalogue };
        Ok(filled.preview(&context).map_err(CommandError::Refused)?)
    }

    /// Reads a schedule of a template that somebody may at least use.
    ///
    /// # Errors
    /// [`ScheduleRefusal::NoSuchSchedule`], also when it is one of a template that is not shared with them.
    pub async fn schedule(&self, id: ScheduleId, actor: &Actor) -> Result<Loaded<Schedule>, Failure> {
        let loaded = self.schedules.load_newest(&id).await?;
        match self.right_to(&loaded.state, actor).await? {
            Some(_) => Ok(loaded),
            None => Err(CommandError::Refused(ScheduleRefusal::NoSuchSchedule)),
        }
    }

    /// Whether somebody may pause, resume and remove a schedule: whoever made it, and who may edit the template.
    pub async fn may_change(&self, schedule: &Schedule, actor: &Actor) -> Result<bool, Failure> {
        Ok(schedule.by.as_ref() == Some(actor) || self.right_to(schedule, actor).await? == Some(Right::Edit))
    }

    /// Pauses, resumes or removes a schedule.
    ///
    /// # Errors
    /// [`ScheduleRefusal::MayNotChange`] for somebody who may use the template and no more.
    pub async fn change_schedule(
        &self,
        id: ScheduleId,
        command: ScheduleCommand,
        envelope: Envelope,
    ) -> Result<Committed<ScheduleDecider>, Failure> {
        let loaded = self.schedule(id, &envelope.actor).await?;
        if !self.may_change(&loaded.state, &envelope.actor).await? {
            return Err(CommandError::Refused(ScheduleRefusal::MayNotChange));
        }
        self.schedules.execute(&id, command, envelope).await
    }

    async fn right_to(&self, schedule: &Schedule, actor: &Actor) -> Result<Option<Right>, Failure> {
        let Some(template) = schedule.template else { return Ok(None) };
        let loaded = self.templates.load_newest(&template).await.map_err(as_schedule_failure)?;
        Ok(loaded.state.right_of(actor, &[]))
    }

    /// Makes the plan of a schedule that is due at `now`, if one is, and records what came of it. Gives the time at which
    /// the next one will be due.
    ///
    /// Whatever the template or its arguments have to say against it is recorded. May be repeated at any time.
    ///
    /// # Errors
    /// Only when the log cannot be read or written, or when somebody else is just about to do the same.
    pub async fn fire_schedule(
        &self,
        id: ScheduleId,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, ScheduleError> {
        let loaded = self.schedules.load_newest(&id).await?;
        let Some(due) = loaded.state.due(now) else { return Ok(loaded.state.next()) };
        let Some(scheduled) = self.scheduled(id).await? else { return Ok(None) };
        let command = match due {
            Due::Missed => ScheduleCommand::RecordMissed { until: now },
            Due::Plan { due } => match self.plan_for(id, &loaded.state, due, &scheduled).await {
                Ok((plan, version)) => ScheduleCommand::RecordPlan { due, plan, version },
                Err(error) => {
                    let (code, message) = refused(error)?;
                    ScheduleCommand::RecordFailure { due, code, message }
                }
            },
        };
        let envelope = Envelope { actor: Actor::system(), key: None, digest: None, ..scheduled };
        let committed = self.schedules.execute(&id, command, envelope).await?;
        Ok(committed.state.next())
    }

    /// What goes with everything that a schedule does: it follows from its first event.
    async fn scheduled(&self, id: ScheduleId) -> Result<Option<Envelope>, Failure> {
        let stream = ScheduleDecider::stream(&id);
        let first = self.log.read_stream(&stream, StreamFrom::Start, Direction::Forward, 1).await;
        let first = first.map_err(LogError::from)?;
        Ok(first.first().map(|event| Envelope {
            tenant: event.metadata.tenant.clone(),
            actor: event.metadata.actor.clone(),
            correlation_id: event.metadata.correlation_id,
            causation_id: Some(event.id.uuid()),
            span: None,
            reason: None,
            key: None,
            digest: None,
            expected: None,
        }))
    }

    /// Makes the plan for a due time, on behalf of whoever made the schedule; finds it when it was made before.
    async fn plan_for(
        &self,
        id: ScheduleId,
        schedule: &Schedule,
        due: DateTime<Utc>,
        scheduled: &Envelope,
    ) -> Result<(PlanId, u32), RunTemplateError> {
        let (Some(template), Some(rhythm)) = (schedule.template, &schedule.rhythm) else {
            return Err(CommandError::Refused(TemplateRefusal::NoSuchTemplate).into());
        };
        let key = format!("{id}/{}", due.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        let sum = digest([key.as_bytes()]);
        let envelope = scheduled.clone().keyed(key, sum);
        let run = RunTemplate {
            template,
            version: schedule.version,
            arguments: schedule.arguments.clone(),
            today: rhythm.day_of(due),
            schedule: Some(FromSchedule { id, due }),
        };
        let plan = PlanId::new(idempotency::fresh_or_derived(&envelope, "plan"));
        let there = self.plans.load_newest(&plan).await?;
        if let Some(from) = there.state.origin.template.as_ref().filter(|_| there.revision.is_some()) {
            let version = from.version;
            // the same key, so that it gives the first answer: what is asked for plays no part in it
            let again = PlanCommand::Create(CreatePlan::default());
            let made: Committed<PlanDecider> = self.plans.execute(&plan, again, envelope.clone()).await?;
            self.accept(&run, version, plan, &made, envelope).await?;
            return Ok((plan, version));
        }
        let (plan, made) = self.run_template(run, envelope).await?;
        let version = made.state.origin.template.as_ref().map_or(0, |from| from.version);
        Ok((plan, version))
    }
}

/// The arguments that fill what a plan says about somebody. Who is only added by one of its steps has no name yet.
fn about(plan: &Plan, arguments: &Map<String, Value>) -> BTreeMap<String, Subject> {
    let nobody = PlanId::new(uuid::Uuid::nil());
    let drafted = domain::plan::PlanDrafted {
        details: plan.details.clone(),
        steps: plan.specs().cloned().collect(),
        origin: plan.origin.clone(),
        message: String::new(),
    };
    let places = personal::in_plan(nobody, &Plan::default(), &drafted.into());
    let told = places.into_iter().filter_map(|place| {
        let name = place.pointer.strip_prefix("/origin/template/arguments/")?.to_owned();
        (arguments.contains_key(&name) && !place.whose.as_str().contains('/')).then_some((name, place.whose))
    });
    told.collect()
}

/// The code and the words of a refusal; whatever else went wrong may be better in a moment.
fn refused(error: RunTemplateError) -> Result<(String, String), ScheduleError> {
    let told = |code: &str, message: String| Ok((code.to_owned(), message));
    match error {
        RunTemplateError::Template(CommandError::Refused(refusal)) => told(refusal.code(), refusal.to_string()),
        RunTemplateError::Plan(CommandError::Refused(refusal)) => told(refusal.code(), refusal.to_string()),
        RunTemplateError::Template(CommandError::KeyReused { key })
        | RunTemplateError::Plan(CommandError::KeyReused { key }) => {
            told("idempotency.key-reused", format!("the key `{key}` was used before for something else"))
        }
        other => Err(other.into()),
    }
}

/// Whatever keeps a template from being read keeps its schedules from being changed.
fn as_schedule_failure(error: CommandError<TemplateRefusal>) -> Failure {
    match error {
        CommandError::Refused(_) | CommandError::NothingThere { .. } => {
            CommandError::Refused(ScheduleRefusal::NoSuchSchedule)
        }
        CommandError::Conflict { expected, actual, changed } => CommandError::Conflict { expected, actual, changed },
        CommandError::KeyReused { key } => CommandError::KeyReused { key },
        CommandError::StillRunning { key } => CommandError::StillRunning { key },
        CommandError::Log(error) => CommandError::Log(error),
        CommandError::Decode { stream, revision, cause } => CommandError::Decode { stream, revision, cause },
    }
}
