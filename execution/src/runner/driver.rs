//! Carries one plan forward: asks what is due, claims it, carries it out, records how it ended.
//!
//! A driver lives as long as actions of its plan run. Outcomes and claims go into one append: in a chain of steps, the
//! end of one and the start of the next are one commit.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Instant};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use commands::{CommandError, Committed, LogError};
use domain::{
    action::Pace,
    actor::Actor,
    ids::{PlanId, StepId},
    plan::{
        AttemptOutcome, Plan, PlanCommand, PlanDecider, PlanEvent, PlanRefusal, PlanStatus, StepError, StepOutcome,
        StepProgress, StepStarted, due,
    },
};
use eventlog::{AppendError, EventId};
use futures::FutureExt;
use metrics::{counter, histogram};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span, error, field::Empty, info_span, warn};

use super::{
    Crew,
    attempt::{Attempt, Begin},
    claims,
    drivers::{Bell, Ring},
    origin::{self, Origin},
    watch::delays,
};
use crate::registry::Call;

/// How long a plan stands still after its driver broke down, before a new one takes it up.
const AFTER_A_FAULT: TimeDelta = TimeDelta::seconds(30);

pub(super) type Failure = CommandError<PlanRefusal>;

/// Carries a plan forward until nothing is to be done about it, or it is `abandoned`; the plan's bell must be in place.
pub(super) async fn drive(crew: Arc<Crew>, plan: PlanId, bell: Arc<Bell>, abandoned: CancellationToken) {
    let driver = Driver::new(Arc::clone(&crew), plan, bell, abandoned);
    let ended = AssertUnwindSafe(driver.run()).catch_unwind().await;
    if ended.is_err() {
        error!(%plan, seconds = AFTER_A_FAULT.num_seconds(), "the plan's driver broke down; taking it up anew");
        let seen = crew.heard();
        crew.drivers.remove(plan);
        crew.leave_until(plan, Some(crew.clock.now() + AFTER_A_FAULT), seen);
    }
}

/// How far the driver can tell which attempts were begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Picture {
    /// It has not looked yet: what the plan says is executing was begun before this driver, nobody knows how far.
    New,
    /// It knows every attempt that is under way.
    Sure,
    /// The log did not say whether it took the last claims. What was claimed then was never begun: actions are called
    /// only after the answer.
    Unsure,
}

pub(super) struct Driver {
    pub(super) crew: Arc<Crew>,
    pub(super) id: PlanId,
    bell: Arc<Bell>,
    /// Everything is to be left as it is.
    abandoned: CancellationToken,
    picture: Picture,
    pub(super) origin: Option<Origin>,
    /// What is done about the plan, as long as it comes from this origin.
    span: Span,
    /// What somebody else did last.
    pub(super) heard: Option<EventId>,
    /// Whether to look again at once, without a call.
    pub(super) again: bool,
    running: JoinSet<StepOutcome>,
    /// The attempts in `running`, and the events that began them.
    begun: HashMap<StepId, EventId>,
    /// What is not recorded yet.
    ended: Vec<StepOutcome>,
    /// The event that began the first attempt in `ended`.
    cause: Option<EventId>,
    wake_at: Option<DateTime<Utc>>,
}

impl Driver {
    fn new(crew: Arc<Crew>, id: PlanId, bell: Arc<Bell>, abandoned: CancellationToken) -> Self {
        Self {
            crew,
            id,
            bell,
            abandoned,
            picture: Picture::New,
            origin: None,
            span: Span::none(),
            heard: None,
            again: false,
            running: JoinSet::new(),
            begun: HashMap::new(),
            ended: Vec::new(),
            cause: None,
            wake_at: None,
        }
    }

    async fn run(mut self) {
        let mut delays = None;
        loop {
            match self.do_what_is_due().await {
                Ok(()) => delays = None,
                Err(failure) if is_passing(&failure) => {
                    warn!(parent: &self.span, plan = %self.id, %failure, "the plan stands still; trying again");
                    let delay = delays.get_or_insert_with(|| Box::new(self::delays())).next().unwrap_or_default();
                    tokio::select! {
                        () = self.crew.clock.sleep(delay) => continue,
                        () = self.abandoned.cancelled() => return self.give_up(),
                    }
                }
                Err(failure) if is_too_large(&failure) && self.give_up_results() => continue,
                Err(failure) => {
                    let plan = self.id;
                    error!(parent: &self.span, %plan, %failure, "the plan stands still until somebody does something to it");
                    return self.stand_still().await;
                }
            }
            if std::mem::take(&mut self.again) {
                continue;
            }
            if self.running.is_empty() && self.leave() {
                return;
            }
            tokio::select! {
                biased;
                () = self.abandoned.cancelled() => return self.give_up(),
                Some(outcome) = self.running.join_next() => self.take(outcome),
                () = self.bell.rung() => {}
            }
            while let Some(outcome) = self.running.try_join_next() {
                self.take(outcome);
            }
        }
    }

    /// Records what has ended and begins what is due.
    async fn do_what_is_due(&mut self) -> Result<(), Failure> {
        if let Some(ring) = self.bell.take() {
            self.hear(ring);
        }
        let asked_at = self.now();
        if self.ended.is_empty() || self.picture == Picture::New {
            let plan = self.look().await?;
            let due = due(&plan, self.crew.registry.catalogue(), asked_at);
            if !due.roll_back.is_empty() && !self.crew.stopping.is_cancelled() {
                self.know_origin(&plan).await?;
                let span = self.span.clone();
                return self.roll_back(&due.roll_back).instrument(span).await;
            }
            let is_due = !(due.start.is_empty()
                && due.elapsed.is_empty()
                && due.undo.is_empty()
                && due.nothing_to_undo.is_empty()
                && due.finish.is_none());
            if self.ended.is_empty() && (!is_due || self.crew.stopping.is_cancelled()) {
                self.settle(&plan, asked_at);
                return Ok(());
            }
            self.know_origin(&plan).await?;
        }
        let span = self.span.clone();
        self.advance(asked_at).instrument(span).await
    }

    fn hear(&mut self, ring: Ring) {
        // The call may have come from the timer, which then is no longer set.
        self.wake_at = None;
        let Some(event) = ring.event else { return };
        if matches!(&*event.event_type, "ExecutionStarted" | "RollbackStarted") {
            self.come_from(Origin::of(&event));
        }
        self.heard = Some(event.id);
    }

    /// Loads the plan and takes up what it says is executing and nobody carries out.
    async fn look(&mut self) -> Result<Arc<Plan>, Failure> {
        let plan = if self.picture == Picture::New {
            // After a start every plan in flight comes at once. The semaphore is never closed.
            let _slot = self.crew.loading_slots.acquire().await;
            self.crew.commands.plans.load(&self.id).await?.state
        } else {
            self.crew.commands.plans.load(&self.id).await?.state
        };
        self.take_up(&plan).await?;
        Ok(plan)
    }

    /// Appends outcomes and claims, and begins what was claimed once it is in the log.
    async fn advance(&mut self, asked_at: DateTime<Utc>) -> Result<(), Failure> {
        let Some(origin) = &self.origin else { return Ok(()) };
        let envelope = origin.envelope(self.cause.or(self.heard).unwrap_or(origin.started_by));
        let claim = !self.crew.stopping.is_cancelled();
        let command = PlanCommand::Advance { outcomes: self.ended.clone(), claim };
        let committed = self.crew.commands.plans.execute(&self.id, command, envelope).await;
        if matches!(committed, Err(CommandError::Log(_))) {
            self.picture = Picture::Unsure;
        }
        let Committed::<PlanDecider> { state: plan, events, .. } = committed?;
        self.ended.clear();
        self.cause = None;
        self.heard = None;
        for (id, event) in events {
            count(&event);
            match event {
                PlanEvent::StepStarted(started) => self.begin(&plan, started, id, Begin::Fresh),
                PlanEvent::StepRollbackStarted(started) => {
                    self.begin_undo(&plan, &started.step_id, started.attempt, id, Begin::Fresh);
                }
                _ => {}
            }
        }
        self.take_up(&plan).await?;
        self.settle(&plan, asked_at);
        Ok(())
    }

    /// Begins the attempts that the plan says are under way and that are not.
    async fn take_up(&mut self, plan: &Plan) -> Result<(), Failure> {
        let begin = match self.picture {
            // Another node began it, and lost the plan before the log took what it had sent.
            Picture::New | Picture::Sure => Begin::Interrupted,
            Picture::Unsure => Begin::Fresh,
        };
        let catalogue = self.crew.registry.catalogue();
        let waits = |action: &str| catalogue.get(action).is_some_and(|action| action.pace != Pace::Action);
        let lost = plan.steps.values().filter(|step| !waits(&step.spec.action_type));
        let lost = lost.filter_map(|step| match &step.progress {
            StepProgress::Executing { attempt, key, params } if !self.is_known(&step.spec.id) => Some(StepStarted {
                step_id: step.spec.id.clone(),
                attempt: *attempt,
                key: key.clone(),
                params: params.clone(),
            }),
            _ => None,
        });
        let lost: Vec<StepStarted> = lost.collect();
        let lost_undos = self.lost_undos(plan);
        if let (Some(run), false) = (&plan.run, lost.is_empty() && lost_undos.is_empty()) {
            let log = &*self.crew.commands.log;
            let past = origin::look_up(log, self.id, plan, run.id).await.map_err(LogError::from)?;
            if let Some(origin) = past.origin {
                self.come_from(origin);
            }
            for started in lost {
                let key = (started.step_id.clone(), started.attempt);
                if let Some(started_by) = past.attempts.get(&key) {
                    self.begin(plan, started, *started_by, begin);
                }
            }
            for undo in lost_undos {
                if let Some(started_by) = past.undos.get(&undo) {
                    self.begin_undo(plan, &undo.0, undo.1, *started_by, begin);
                }
            }
        }
        self.picture = Picture::Sure;
        Ok(())
    }

    pub(super) fn is_known(&self, step: &StepId) -> bool {
        self.begun.contains_key(step) || self.ended.iter().any(|ended| ended.step == *step)
    }

    async fn know_origin(&mut self, plan: &Plan) -> Result<(), Failure> {
        if let (None, Some(run)) = (&self.origin, &plan.run) {
            let log = &*self.crew.commands.log;
            let past = origin::look_up(log, self.id, plan, run.id).await.map_err(LogError::from)?;
            if let Some(origin) = past.origin {
                self.come_from(origin);
            }
        }
        Ok(())
    }

    /// Notes where what is done now comes from. A run and its rollback are spans of their own.
    fn come_from(&mut self, origin: Origin) {
        if self.origin.as_ref().is_none_or(|known| known.started_by != origin.started_by) {
            self.span = origin.open(self.id);
        }
        self.origin = Some(origin);
    }

    /// Carries an attempt out in the background; what waits for a person or a moment needs nobody to carry it out.
    fn begin(&mut self, plan: &Plan, started: StepStarted, started_by: EventId, begin: Begin) {
        let (Some(step), Some(run), Some(origin)) = (plan.steps.get(&started.step_id), &plan.run, &self.origin) else {
            return;
        };
        let name = &step.spec.action_type;
        let action_type = self.crew.registry.catalogue().get(name).cloned();
        if action_type.as_ref().is_some_and(|action| action.pace != Pace::Action) {
            return;
        }
        let StepStarted { step_id, attempt, key, params } = started;
        let call = Call {
            plan: self.id,
            step: step_id,
            run: run.id,
            run_started_at: run.started_at,
            attempt,
            key,
            params,
            actor: Actor::executor(),
            causation_id: Some(started_by.uuid()),
            correlation_id: origin.correlation_id,
            now: self.crew.clock.now(),
        };
        let work = Attempt {
            call,
            begin,
            action_type,
            action: self.crew.registry.get(name),
            timeout_seconds: step.spec.timeout_seconds,
            clock: Arc::clone(&self.crew.clock),
            slots: Arc::clone(&self.crew.action_slots),
        };
        self.spawn(work, started_by);
    }

    /// Carries an attempt out in the background, and remembers what began it.
    pub(super) fn spawn(&mut self, work: Attempt, started_by: EventId) {
        if !self.crew.is_ours(self.id) {
            // Whoever looks after the plan now finds out about it.
            return;
        }
        let (step_id, attempt, begin) = (work.call.step.clone(), work.call.attempt, work.begin);
        let action = work.action_type.as_ref().map_or("", |action| action.name.as_str());
        let step_span = info_span!(parent: &self.span, "step", step = %step_id, %action);
        let attempt_span = info_span!(parent: &step_span, "attempt", attempt, ?begin, error = Empty);
        self.begun.insert(step_id.clone(), started_by);
        let work = async move {
            let since = Instant::now();
            let outcome = work.carry_out().await;
            histogram!("cairn_step_duration_seconds").record(since.elapsed());
            note_failure(&outcome);
            StepOutcome { step: step_id, attempt, outcome }
        };
        self.running.spawn(claims::at_work(self.id, work.instrument(attempt_span)));
    }

    /// Takes the end of an attempt.
    fn take(&mut self, outcome: Result<StepOutcome, JoinError>) {
        let outcome = outcome.expect("attempts catch their panics and are not aborted");
        let started_by = self.begun.remove(&outcome.step);
        self.cause = self.cause.or(started_by);
        self.ended.push(outcome);
    }

    /// Sets the timer for the next moment at which something is due by itself.
    fn settle(&mut self, plan: &Plan, asked_at: DateTime<Utc>) {
        // As of before the plan was asked: what has become due since then is a moment of the past, which rings at once.
        let due = due(plan, self.crew.registry.catalogue(), asked_at);
        // the last step has failed, and the plan wants to be rolled back
        self.again = !due.roll_back.is_empty() && !self.crew.stopping.is_cancelled();
        let wake_at = due.wake_at;
        if wake_at != self.wake_at {
            self.crew.timers.set(self.id, wake_at);
            self.wake_at = wake_at;
        }
        let in_flight = matches!(plan.status, PlanStatus::Executing | PlanStatus::Paused | PlanStatus::RollingBack);
        self.crew.drivers.note_in_flight(self.id, in_flight);
    }

    /// Goes, unless somebody has rung.
    fn leave(&self) -> bool {
        if self.crew.stopping.is_cancelled() {
            self.give_up();
            return true;
        }
        let seen = self.crew.heard();
        let leaves = self.crew.drivers.leave(self.id);
        if leaves {
            self.crew.leave_until(self.id, self.wake_at, seen);
        }
        leaves
    }

    /// Goes; somebody else is to look after the plan at once, where there is somebody.
    fn give_up(&self) {
        let seen = self.crew.heard();
        self.crew.drivers.remove(self.id);
        if self.crew.claims.is_some() {
            self.crew.leave_until(self.id, Some(self.now()), seen);
        }
    }

    /// Lets what runs come to its end without recording it; the next driver finds out about it.
    async fn stand_still(mut self) {
        tokio::select! {
            () = self.abandoned.cancelled() => {}
            () = async { while self.running.join_next().await.is_some() {} } => {}
        }
        let seen = self.crew.heard();
        self.crew.drivers.remove(self.id);
        self.crew.leave_until(self.id, None, seen);
    }

    /// Replaces results that no log can hold by failures that say so; `false` when there are none.
    fn give_up_results(&mut self) -> bool {
        let at = self.now();
        let mut any = false;
        for ended in &mut self.ended {
            if let AttemptOutcome::Completed { .. } = ended.outcome {
                any = true;
                let error = StepError {
                    code: "action.result-too-large".into(),
                    message: "It was done, but what it answered is too large to be recorded.".into(),
                    at,
                };
                ended.outcome = AttemptOutcome::Failed { error, retryable: false, jitter_per_mille: 0 };
            }
        }
        any
    }

    /// The time as the log keeps it.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.crew.clock.now().trunc_subsecs(6)
    }
}

/// Whether the same may work in a moment.
fn is_passing(failure: &Failure) -> bool {
    match failure {
        CommandError::Log(error) => error.is_passing(),
        CommandError::Conflict { .. } => true,
        CommandError::Refused(_)
        | CommandError::KeyReused { .. }
        | CommandError::StillRunning { .. }
        | CommandError::NothingThere { .. }
        | CommandError::Decode { .. } => false,
    }
}

fn is_too_large(failure: &Failure) -> bool {
    matches!(
        failure,
        CommandError::Log(LogError::Append(AppendError::EventTooLarge { .. } | AppendError::AppendTooLarge { .. }))
    )
}

/// Says in the attempt's span that it did not end well; what exactly was wrong may hold what is nobody's business.
fn note_failure(outcome: &AttemptOutcome) {
    let code = match outcome {
        AttemptOutcome::Completed { .. } => return,
        AttemptOutcome::Failed { error, .. } => &error.code,
        AttemptOutcome::Unknown { .. } => "unknown",
    };
    Span::current().record("error", code);
}

/// Counts what an event says about a step.
fn count(event: &PlanEvent) {
    let outcome = match event {
        PlanEvent::StepCompleted(_) => "completed",
        PlanEvent::StepAttemptFailed(_) => "retrying",
        PlanEvent::StepFailed(_) => "failed",
        PlanEvent::StepOutcomeUnknown(_) => "unknown",
        _ => return,
    };
    counter!("cairn_steps_total", "outcome" => outcome).increment(1);
}
