//! Waits for requests in the log and puts what a planner makes of them into history.
//!
//! A process manager: it sees that a plan was asked for or a question answered, reads the workspace, asks a planner,
//! and gives the plan a draft, a question, a refusal or a failure, as the planner's act. Everything it does is keyed by
//! the event that led to it, so that an event seen twice, or by two processes, has one effect. After a restart it takes
//! up the plans that still wait for their draft.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use commands::{CommandError, Commands, Envelope};
use domain::{
    action::Catalogue,
    actor::Actor,
    ids::{EntityId, PlanId},
    plan::{DraftPlan, ModelAsked, Origin, Plan, PlanCommand, PlanEvent, PlanRefusal, PlanStatus},
    schema::Event,
};
use eventlog::{
    Direction, EventLog, Filter, Position, ReadError, RecordedEvent, StreamFrom, StreamName, SubscriptionItem, codec,
};
use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

pub use crate::asking::Planners;
use crate::{
    asking::Asked,
    contract::{Answer, PlanningError, PlanningRequest, Progress, Revising, WorkspaceView},
    drafts::Drafts,
    library::{self, TemplateLine},
    under_way::UnderWay,
};

/// Gives the part of the workspace that a request may speak of.
#[async_trait]
pub trait WorkspaceSource: Send + Sync {
    /// Reads rows as they stand at `at` or later. `request` and `selection` may be used to leave out what cannot matter.
    ///
    /// # Errors
    /// What the read model says, in words.
    async fn view(
        &self,
        tenant: &str,
        request: &str,
        selection: Option<&EntityId>,
        at: Position,
    ) -> Result<WorkspaceView, String>;

    /// Lists the templates that may be used, the newest first; none where there is no library.
    async fn templates(&self) -> Result<Vec<TemplateLine>, String> {
        Ok(Vec::new())
    }
}

/// Knows which plans wait for their draft.
#[async_trait]
pub trait Drafting: Send + Sync {
    /// Lists them as of `at` or later; `None`: the log is empty.
    ///
    /// # Errors
    /// What the read model says, in words.
    async fn plans_drafting(&self, at: Option<Position>) -> Result<Vec<PlanId>, String>;
}

/// Listens for requests.
pub struct Listener {
    /// Where answers are put into history.
    pub commands: Commands,
    /// Where requests are seen.
    pub log: Arc<dyn EventLog>,
    /// Who answers them.
    pub planners: Planners,
    /// Where the workspace is read.
    pub workspace: Arc<dyn WorkspaceSource>,
    /// Where plans that wait are found after a restart.
    pub drafting: Arc<dyn Drafting>,
    /// The actions that plans may use.
    pub catalogue: Arc<Catalogue>,
    /// Where drafts in the making are watched.
    pub drafts: Arc<Drafts>,
    /// How many requests are worked on at once: at least 1. Those that wait for a model do not count.
    pub parallel: usize,
}

/// The event that asks for a draft.
#[derive(Clone)]
struct Trigger {
    plan: PlanId,
    event: Arc<RecordedEvent>,
}

/// What happened to a request, for the log.
enum Outcome {
    Answered(&'static str),
    /// The plan does not wait for a draft any more.
    NotWaiting,
}

impl Listener {
    /// Runs until it is told to stop; requests in work are finished first.
    ///
    /// # Errors
    /// The log could not be followed any longer.
    pub async fn run(self, stop: CancellationToken) -> Result<(), ReadError> {
        let listener = Arc::new(self);
        let under_way = Arc::new(UnderWay::new(listener.parallel));
        let mut work = JoinSet::new();
        let head = listener.log.head().await?;
        let mut events = listener.log.subscribe_all(head, Filter::categories(["plan"])).await?;
        for trigger in listener.left_over(head).await? {
            work.spawn(Arc::clone(&listener).attend(trigger, Arc::clone(&under_way)));
        }
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(_) = work.join_next() => {}
                item = events.next() => match item {
                    Some(Ok(SubscriptionItem::Events(batch))) => {
                        batch.iter().filter_map(|event| called_off(event)).for_each(|plan| under_way.call_off(plan));
                        for trigger in batch.iter().filter_map(trigger) {
                            work.spawn(Arc::clone(&listener).attend(trigger, Arc::clone(&under_way)));
                        }
                    }
                    Some(Ok(SubscriptionItem::Checkpoint(_) | SubscriptionItem::CaughtUp(_))) => {}
                    Some(Err(error)) => return Err(error),
                    None => break,
                },
            }
        }
        while work.join_next().await.is_some() {}
        Ok(())
    }

    /// The requests that were made before and have no answer yet.
    async fn left_over(&self, head: Option<Position>) -> Result<Vec<Trigger>, ReadError> {
        let plans = match self.drafting.plans_drafting(head).await {
            Ok(plans) => plans,
            Err(cause) => {
                warn!(%cause, "plans that wait for a draft cannot be listed; new requests are planned all the same");
                return Ok(Vec::new());
            }
        };
        let mut triggers = Vec::with_capacity(plans.len());
        for plan in plans {
            let Ok(stream) = StreamName::new(format!("plan-{plan}")) else { continue };
            let events = self.log.read_stream(&stream, StreamFrom::End, Direction::Backward, 50).await?;
            triggers.extend(events.iter().find_map(trigger));
        }
        Ok(triggers)
    }

    async fn attend(self: Arc<Self>, trigger: Trigger, under_way: Arc<UnderWay>) {
        let plan = trigger.plan;
        let attended = under_way.begin(plan);
        match self.work(&trigger, under_way.seats(), attended.unwanted()).await {
            Ok(Outcome::Answered(kind)) => info!(%plan, kind, "request answered"),
            Ok(Outcome::NotWaiting) => debug!(%plan, "the plan does not wait for a draft any more"),
            Err(error) => warn!(%plan, %error, "the answer to a request could not be recorded"),
        }
    }

    async fn work(
        &self,
        trigger: &Trigger,
        seats: &Semaphore,
        unwanted: CancellationToken,
    ) -> Result<Outcome, CommandError<PlanRefusal>> {
        let loaded = self.commands.plans.load_newest(&trigger.plan).await?;
        if loaded.state.status != PlanStatus::Drafting || loaded.state.request.is_none() {
            return Ok(Outcome::NotWaiting);
        }
        // told of until the answer is recorded
        let progress: Arc<dyn Progress> = Arc::new(self.drafts.begin(trigger.plan, unwanted));
        let asked = self.ask(&loaded.state, trigger, seats, &progress).await;
        let (planner, spent) = (asked.planner, asked.spent());
        if let Err(PlanningError::CalledOff) = &asked.answer {
            return self.record_late(trigger, planner, spent).await;
        }
        let (kind, mut command) = command(asked);
        if let (PlanCommand::Draft(draft), None) = (&mut command, &loaded.state.revising) {
            let request = self.request(&loaded.state, trigger).await.ok();
            let asked_by = loaded.state.created_by.as_ref();
            draft.origin.fits = library::fitting(&self.commands, &*self.workspace, request, asked_by).await;
        }
        let command = if loaded.state.revising.is_some() { of_revision(command) } else { command };
        let command = with_asking(spent.clone(), command);
        let envelope = envelope("planning", planner, &trigger.event);
        match self.commands.plans.execute(&trigger.plan, command, envelope).await {
            Ok(_) => Ok(Outcome::Answered(kind)),
            // somebody cancelled or answered in the meantime
            Err(CommandError::Refused(PlanRefusal::WrongStatus { .. }) | CommandError::StillRunning { .. }) => {
                self.record_late(trigger, planner, spent).await
            }
            Err(error) => Err(error),
        }
    }

    /// Records what was spent on an answer that nobody waits for any more.
    async fn record_late(
        &self,
        trigger: &Trigger,
        planner: &str,
        asked: Option<ModelAsked>,
    ) -> Result<Outcome, CommandError<PlanRefusal>> {
        if let Some(asked) = asked {
            let command = PlanCommand::RecordAsking { asked, answer: None };
            let envelope = envelope("planning-effort", planner, &trigger.event);
            self.commands.plans.execute(&trigger.plan, command, envelope).await?;
        }
        Ok(Outcome::NotWaiting)
    }

    /// Asks the chosen planner.
    async fn ask(&self, plan: &Plan, trigger: &Trigger, seats: &Semaphore, progress: &Arc<dyn Progress>) -> Asked {
        let begun = Instant::now();
        let seat = seats.acquire().await;
        let request = match self.request(plan, trigger).await {
            Ok(request) => request,
            Err(error) => return Asked::without_effort("offline", Err(error), begun.elapsed()),
        };
        drop(seat);
        self.planners.ask(plan.planner, request, seats, Arc::clone(progress)).await
    }

    async fn request(&self, plan: &Plan, trigger: &Trigger) -> Result<PlanningRequest, PlanningError> {
        let request = plan.request.clone().unwrap_or_default();
        let tenant = &trigger.event.metadata.tenant;
        let workspace = self.workspace.view(tenant, &request, plan.selection.as_ref(), trigger.event.position).await;
        let workspace = workspace.map_err(|cause| PlanningError::Workspace { cause })?;
        let asked_at = plan.created_at.unwrap_or(trigger.event.metadata.at);
        Ok(PlanningRequest {
            request,
            selection: plan.selection.clone(),
            today: plan.today.unwrap_or_else(|| local_day(asked_at, plan.timezone.as_deref())),
            timezone: plan.timezone.clone(),
            catalogue: Arc::clone(&self.catalogue),
            workspace,
            answers: plan.answers.clone(),
            revising: Revising::of(plan),
        })
    }
}

/// The plan that an event asks a draft for.
fn trigger(event: &Arc<RecordedEvent>) -> Option<Trigger> {
    let asks = match event.event_type.as_ref() {
        "PlanCreated" => !is_by_hand(event),
        other => matches!(other, "ClarificationAnswered" | "RevisionRequested"),
    };
    let plan = event.stream.subject().parse().ok().filter(|_| asks)?;
    Some(Trigger { plan, event: Arc::clone(event) })
}

/// Whether a plan was made without a request. Those have their draft already, and are not even looked at.
fn is_by_hand(event: &RecordedEvent) -> bool {
    matches!(&*codec::event(event), Ok(Event::Plan(PlanEvent::PlanCreated(created))) if created.request.is_none())
}

/// The plan that an event says is not wanted any more.
fn called_off(event: &RecordedEvent) -> Option<PlanId> {
    let ends = matches!(event.event_type.as_ref(), "ExecutionCancelled" | "PlanRejected" | "RevisionDeclined");
    event.stream.subject().parse().ok().filter(|_| ends)
}

/// The day it was at a moment, for somebody in a time zone; in UTC when the zone is not known.
fn local_day(at: DateTime<Utc>, timezone: Option<&str>) -> NaiveDate {
    match timezone.and_then(|name| name.parse::<chrono_tz::Tz>().ok()) {
        Some(zone) => at.with_timezone(&zone).date_naive(),
        None => at.date_naive(),
    }
}

/// An answer with what asking for it took, when a model was asked.
fn with_asking(asked: Option<ModelAsked>, answer: PlanCommand) -> PlanCommand {
    match asked {
        Some(asked) => PlanCommand::RecordAsking { asked, answer: Some(Box::new(answer)) },
        None => answer,
    }
}

fn envelope(purpose: &str, planner: &str, event: &RecordedEvent) -> Envelope {
    let key = format!("{purpose}/{}", event.id);
    let digest = commands::digest([key.as_bytes()]);
    let envelope = Envelope { tenant: event.metadata.tenant.clone(), ..Envelope::new(Actor::planner(planner)) };
    envelope.caused_by(event.metadata.correlation_id, event.id.uuid()).keyed(key, digest)
}

fn command(asked: Asked) -> (&'static str, PlanCommand) {
    let origin = asked.origin();
    match asked.answer {
        Ok(Answer::Plan(plan)) => {
            let draft = DraftPlan {
                name: plan.name,
                description: plan.description,
                policy: None,
                steps: plan.steps,
                origin: Origin {
                    assumptions: plan.assumptions,
                    suspects: plan.suspects,
                    sources: plan.sources,
                    ..origin
                },
                message: plan.message,
            };
            ("plan", PlanCommand::Draft(draft))
        }
        Ok(Answer::Clarify { message, questions }) => {
            ("question", PlanCommand::RequestClarification { questions, message })
        }
        Ok(Answer::Reject { message }) => ("refusal", PlanCommand::Reject { reason: message }),
        Err(error) => {
            ("failure", PlanCommand::FailPlanning { code: error.code().to_owned(), message: error.to_string() })
        }
    }
}

/// A wish for another draft that leads to none leaves the draft as it is.
fn of_revision(command: PlanCommand) -> PlanCommand {
    match command {
        PlanCommand::Reject { reason } => PlanCommand::DeclineRevision { message: reason },
        other => other,
    }
}

#[cfg(test)]
mod tests;
