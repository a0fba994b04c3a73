//! Sentences of the feed: the active voice for people, the passive one for what Cairn does itself.

use domain::{
    actor::{Actor, ActorKind},
    ids::StepId,
    plan::{PlanEvent, PlanStatus, UnknownResolution},
    rollback::Scope,
    schedule::ScheduleEvent,
    template::TemplateEvent,
    workspace::{EntityEvent, FieldChange, Kind},
};

use super::Subject;

/// The most characters of somebody's words in a sentence.
const SHOWN: usize = 120;

/// Tells what happened to a plan; none when nobody wants to know.
pub(super) fn of_plan(plan: &Subject, event: &PlanEvent, actor: &Actor) -> Option<String> {
    if !is_told(event, actor) {
        return None;
    }
    let name = quoted(&plan.name);
    let step = |id: &StepId| format!("the step {} of {name}", quoted(plan.steps.get(id).map_or(id.as_str(), |t| t)));
    Some(match event {
        PlanEvent::PlanCreated(e) => {
            let request = e.request.as_deref()?;
            format!("{} asked for a plan: {}", who(actor), quoted(&shortened(request)))
        }
        PlanEvent::PlanDrafted(e) => {
            let steps = if e.steps.len() == 1 { "1 step".to_owned() } else { format!("{} steps", e.steps.len()) };
            format!("{} drafted {name} with {steps}", who(actor))
        }
        PlanEvent::PlanningFailed(e) => format!("no plan could be made for {name}: {}", plain(&e.message)),
        PlanEvent::ClarificationRequested(e) => format!("{} asks about {name}: {}", who(actor), plain(&e.message)),
        PlanEvent::ClarificationAnswered(_) => format!("{} answered the questions about {name}", who(actor)),
        PlanEvent::RevisionRequested(e) => {
            format!("{} asked for another draft of {name}: {}", who(actor), quoted(&shortened(&e.feedback)))
        }
        PlanEvent::RevisionDeclined(e) => format!("the draft of {name} stays as it was: {}", plain(&e.message)),
        PlanEvent::PlanDetailsEdited(e) if e.before.name != e.after.name => {
            format!("{} renamed {} to {name}", who(actor), quoted(&e.before.name))
        }
        PlanEvent::PlanDetailsEdited(_) => told(actor, "edited", "edited", &name),
        PlanEvent::StepAdded(e) => format!("{} added {}", who(actor), step(&e.step.id).replacen(" of ", " to ", 1)),
        PlanEvent::StepEdited(e) => told(actor, "changed", "changed", &step(&e.after.id)),
        PlanEvent::StepRemoved(e) => {
            format!("{} removed the step {} from {name}", who(actor), quoted(&e.step.title))
        }
        PlanEvent::StepsReordered(_) => told(actor, "reordered", "reordered", &format!("the steps of {name}")),
        PlanEvent::PlanApprovalGiven(_) => told(actor, "approved", "approved", &name),
        PlanEvent::PlanApproved(_) => format!("{name} is approved again: its content is what was approved before"),
        PlanEvent::ApprovalVoided(_) => format!("{name} is no longer approved: its content changed"),
        PlanEvent::PlanRejected(e) => because(told(actor, "rejected", "rejected", &name), &e.reason),
        PlanEvent::ExecutionStarted(_) => told(actor, "started", "started", &name),
        PlanEvent::StepCompleted(e) => format!("{} marked {} as done", who(actor), step(&e.step_id)),
        PlanEvent::StepFailed(e) => format!("{} failed: {}", step(&e.step_id), plain(&e.error.message)),
        PlanEvent::StepOutcomeUnknown(e) => {
            format!("nobody knows whether {} happened: somebody has to look", step(&e.step_id))
        }
        PlanEvent::StepOutcomeResolved(e) => {
            let outcome = match e.outcome {
                UnknownResolution::Happened => "happened",
                UnknownResolution::DidNotHappen => "did not happen",
            };
            because(format!("{} found that {} {outcome}", who(actor), step(&e.step_id)), &e.reason)
        }
        PlanEvent::StepSkipped(e) => because(told(actor, "skipped", "skipped", &step(&e.step_id)), &e.reason),
        PlanEvent::StepRetried(e) => format!("{} tries {} again", who(actor), step(&e.step_id)),
        PlanEvent::StepApproved(e) => format!("{} let {} start", who(actor), step(&e.step_id)),
        PlanEvent::ExecutionPaused(e) => because(told(actor, "paused", "paused", &name), &e.reason),
        PlanEvent::ExecutionResumed(_) => told(actor, "resumed", "resumed", &name),
        PlanEvent::ExecutionCancelled(e) => because(told(actor, "cancelled", "cancelled", &name), &e.reason),
        PlanEvent::PlanCompleted(_) => format!("{name} is completed"),
        PlanEvent::PlanFailed(e) => format!("{name} failed: {}", plain(&e.message)),
        PlanEvent::RollbackStarted(e) => {
            let begun = match &e.scope {
                Scope::Plan => told(actor, "rolled back", "rolled back", &name),
                Scope::Step { step_id } => told(actor, "rolled back", "rolled back", &step(step_id)),
                Scope::FromStep { step_id } => {
                    format!(
                        "{} rolled {name} back from {} on",
                        who(actor),
                        quoted(plan.steps.get(step_id).map_or(step_id.as_str(), |title| title))
                    )
                }
                Scope::Rollback { .. } => format!("{} undid a rollback of {name}", who(actor)),
            };
            because(begun, &e.reason)
        }
        PlanEvent::StepRollbackFailed(e) => {
            format!("{} could not be taken back: {}", step(&e.step_id), plain(&e.error.message))
        }
        PlanEvent::StepRollbackRetried(e) => format!("{} tries to take {} back again", who(actor), step(&e.step_id)),
        PlanEvent::StepRollbackResolved(e) => {
            because(format!("{} settled {} by hand", who(actor), step(&e.step_id)), &e.reason)
        }
        PlanEvent::RollbackPaused(e) => because(format!("{} paused the rollback of {name}", who(actor)), &e.reason),
        PlanEvent::RollbackResumed(_) => format!("the rollback of {name} goes on"),
        PlanEvent::RollbackStopped(e) => {
            because(format!("{} stopped the rollback of {name} half-way", who(actor)), &e.reason)
        }
        PlanEvent::PlanRolledBack(e) if e.status == PlanStatus::RolledBack => format!("{name} is rolled back"),
        PlanEvent::PlanRolledBack(_) => format!("the rollback in {name} is done"),
        PlanEvent::PlanRated(e) => format!("{} gave {name} {} of 5", who(actor), e.score),
        PlanEvent::CommentAdded(e) => {
            let place = e.step_id.as_ref().map_or_else(|| name.clone(), step);
            format!("{} commented on {place}: {}", who(actor), quoted(&shortened(&e.text)))
        }
        PlanEvent::CommentResolved(_) => format!("{} settled a comment on {name}", who(actor)),
        PlanEvent::ModelAsked(_)
        | PlanEvent::StepStarted(_)
        | PlanEvent::StepAttemptFailed(_)
        | PlanEvent::StepRollbackStarted(_)
        | PlanEvent::StepRolledBack(_)
        | PlanEvent::StepRollbackAttemptFailed(_) => return None,
    })
}

/// Tells what happened to a template.
pub(super) fn of_template(template: &Subject, event: &TemplateEvent, actor: &Actor) -> String {
    let name = format!("the template {}", quoted(&template.name));
    match event {
        TemplateEvent::TemplateCreated(_) => format!("{} saved {name}", who(actor)),
        TemplateEvent::TemplateVersionAdded(e) => match e.restored {
            Some(earlier) => format!("{} restored version {earlier} of {name} as version {}", who(actor), e.version),
            None => format!("{} saved version {} of {name}", who(actor), e.version),
        },
        TemplateEvent::TemplateDetailsEdited(e) if e.before.name != e.after.name => {
            format!("{} renamed the template {} to {}", who(actor), quoted(&e.before.name), quoted(&e.after.name))
        }
        TemplateEvent::TemplateDetailsEdited(_) => format!("{} edited {name}", who(actor)),
        TemplateEvent::TemplateRetired(e) => because(format!("{} retired {name}", who(actor)), &e.reason),
        TemplateEvent::TemplateBroughtBack(_) => format!("{} brought {name} back", who(actor)),
        TemplateEvent::TemplateShared(_) => format!("{} changed who may use {name}", who(actor)),
        TemplateEvent::TemplatePreApproved(e) => format!("{} pre-approved version {} of {name}", who(actor), e.version),
        TemplateEvent::TemplatePreApprovalWithdrawn(e) => {
            because(format!("{} withdrew the pre-approval of {name}", who(actor)), &e.reason)
        }
    }
}

/// Tells what happened to a schedule; that it made a plan is told of the plan.
pub(super) fn of_schedule(event: &ScheduleEvent, actor: &Actor) -> Option<String> {
    Some(match event {
        ScheduleEvent::TemplateScheduled(e) => {
            format!("{} scheduled a template: {} ({})", who(actor), e.rhythm.cron, e.rhythm.time_zone.name())
        }
        ScheduleEvent::ScheduleFailed(e) => format!("a schedule made no plan: {}", plain(&e.message)),
        ScheduleEvent::ScheduleMissed(e) if e.count == 1 => "a schedule was due while nobody was there".to_owned(),
        ScheduleEvent::ScheduleMissed(e) => {
            format!("a schedule was due {} times while nobody was there", e.count)
        }
        ScheduleEvent::SchedulePaused(e) if actor.kind == ActorKind::System => {
            format!("a schedule paused by itself: {}", plain(&e.reason))
        }
        ScheduleEvent::SchedulePaused(e) => because(format!("{} paused a schedule", who(actor)), &e.reason),
        ScheduleEvent::ScheduleResumed(_) => format!("{} resumed a schedule", who(actor)),
        ScheduleEvent::ScheduleRemoved(e) => because(format!("{} removed a schedule", who(actor)), &e.reason),
        ScheduleEvent::ScheduleFired(_) => return None,
    })
}

/// Whether the event is for the feed at all; asked first, because most events of a run are not.
fn is_told(event: &PlanEvent, actor: &Actor) -> bool {
    match event {
        PlanEvent::ModelAsked(_)
        | PlanEvent::StepStarted(_)
        | PlanEvent::StepAttemptFailed(_)
        | PlanEvent::StepRollbackStarted(_)
        | PlanEvent::StepRolledBack(_)
        | PlanEvent::StepRollbackAttemptFailed(_) => false,
        PlanEvent::StepCompleted(_) => actor.kind == ActorKind::Person,
        PlanEvent::PlanApproved(e) => e.reinstated,
        PlanEvent::PlanCreated(_)
        | PlanEvent::PlanDrafted(_)
        | PlanEvent::PlanningFailed(_)
        | PlanEvent::ClarificationRequested(_)
        | PlanEvent::ClarificationAnswered(_)
        | PlanEvent::RevisionRequested(_)
        | PlanEvent::RevisionDeclined(_)
        | PlanEvent::PlanDetailsEdited(_)
        | PlanEvent::StepAdded(_)
        | PlanEvent::StepEdited(_)
        | PlanEvent::StepRemoved(_)
        | PlanEvent::StepsReordered(_)
        | PlanEvent::PlanApprovalGiven(_)
        | PlanEvent::ApprovalVoided(_)
        | PlanEvent::PlanRejected(_)
        | PlanEvent::ExecutionStarted(_)
        | PlanEvent::StepFailed(_)
        | PlanEvent::StepOutcomeUnknown(_)
        | PlanEvent::StepOutcomeResolved(_)
        | PlanEvent::StepSkipped(_)
        | PlanEvent::StepRetried(_)
        | PlanEvent::StepApproved(_)
        | PlanEvent::ExecutionPaused(_)
        | PlanEvent::ExecutionResumed(_)
        | PlanEvent::ExecutionCancelled(_)
        | PlanEvent::PlanCompleted(_)
        | PlanEvent::PlanFailed(_)
        | PlanEvent::RollbackStarted(_)
        | PlanEvent::StepRollbackFailed(_)
        | PlanEvent::StepRollbackRetried(_)
        | PlanEvent::StepRollbackResolved(_)
        | PlanEvent::RollbackPaused(_)
        | PlanEvent::RollbackResumed(_)
        | PlanEvent::RollbackStopped(_)
        | PlanEvent::PlanRolledBack(_)
        | PlanEvent::PlanRated(_)
        | PlanEvent::CommentAdded(_)
        | PlanEvent::CommentResolved(_) => true,
    }
}

/// Tells what happened to a thing in the workspace.
pub(super) fn of_entity(thing: &Subject, event: &EntityEvent, actor: &Actor) -> Option<String> {
    let kind = thing.kind?;
    let named = format!("the {} {}", kind_in_words(kind), quoted(&thing.name));
    Some(match event {
        EntityEvent::EntityCreated(_) => told(actor, "created", "created", &named),
        EntityEvent::EntityChanged(e) => told(actor, "changed", "changed", &fields_of(&e.changes, &named)),
        EntityEvent::EntityArchived(_) => told(actor, "archived", "archived", &named),
        EntityEvent::EntityRestored(_) => told(actor, "restored", "restored", &named),
        EntityEvent::EntityLinked(e) => {
            let other = Kind::from_prefix(e.to.prefix()).map_or("another thing", with_article);
            format!("{} to {other}", told(actor, "linked", "linked", &named))
        }
        EntityEvent::EntityUnlinked(_) => told(actor, "took a link from", "unlinked", &named),
        EntityEvent::EntityWithdrawn(_) => told(actor, "withdrew", "withdrawn", &named),
        EntityEvent::PersonForgotten(e) => because(format!("{} forgot a person for good", who(actor)), &e.reason),
    })
}

/// Somebody's words, on one line and not too long.
pub(super) fn shortened(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(SHOWN) {
        line.truncate(end);
        line.push('…');
    }
    line
}

pub(super) fn kind_in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::CalendarEntry => "calendar entry",
        Kind::Project | Kind::Task | Kind::Person | Kind::Idea | Kind::Reminder | Kind::Note | Kind::Message => {
            kind.name()
        }
    }
}

fn with_article(kind: Kind) -> &'static str {
    match kind {
        Kind::Project => "a project",
        Kind::Task => "a task",
        Kind::Person => "a person",
        Kind::Idea => "an idea",
        Kind::Reminder => "a reminder",
        Kind::Note => "a note",
        Kind::Message => "a message",
        Kind::CalendarEntry => "a calendar entry",
    }
}

fn who(actor: &Actor) -> &str {
    match actor.kind {
        ActorKind::Person | ActorKind::MachineToken => &actor.id,
        ActorKind::Planner => "the planner",
        ActorKind::Executor | ActorKind::System => "Cairn",
    }
}

fn told(actor: &Actor, did: &str, was: &str, object: &str) -> String {
    match actor.kind {
        ActorKind::Person | ActorKind::MachineToken | ActorKind::Planner => format!("{} {did} {object}", who(actor)),
        ActorKind::Executor | ActorKind::System => format!("{object} was {was}"),
    }
}

fn because(told: String, reason: &str) -> String {
    if reason.trim().is_empty() { told } else { format!("{told}: {}", plain(reason)) }
}

/// A message inside a sentence: without its full stop.
fn plain(message: &str) -> String {
    shortened(message.trim().trim_end_matches('.'))
}

fn quoted(name: &str) -> String {
    if name.is_empty() { "an unnamed plan".to_owned() } else { format!("“{name}”") }
}

/// `due date and status of the task “x”`.
fn fields_of(changes: &[FieldChange], thing: &str) -> String {
    let mut names: Vec<String> = changes.iter().map(|change| change.field.replace('_', " ")).collect();
    let last = names.pop();
    match (names.is_empty(), last) {
        (_, None) => thing.to_owned(),
        (true, Some(only)) => format!("the {only} of {thing}"),
        (false, Some(last)) => format!("the {} and {last} of {thing}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        plan::{ExecutionPaused, PlanApprovalGiven, PlanDetails, PlanDetailsEdited, StepFailed},
        workspace::{EntityChanged, EntityCreated},
    };
    use serde_json::{Map, json};

    use super::*;

    fn launch() -> Subject {
        let steps = [("s1".parse().unwrap(), "Create project".to_owned())].into();
        Subject { name: "Launch Kestrel".into(), steps, ..Subject::default() }
    }

    #[test]
    fn people_do_things_and_cairn_has_them_done() {
        let plan = launch();
        let hash = domain::plan::ContentHash::of([], &domain::plan::Policy::default());
        let approved = PlanApprovalGiven { content_hash: hash, note: None, acknowledged: Vec::new() }.into();
        let sentence = of_plan(&plan, &approved, &Actor::person("alex"));
        assert_eq!(sentence.as_deref(), Some("alex approved “Launch Kestrel”"));

        let paused = ExecutionPaused { reason: "a step failed.".into() }.into();
        let sentence = of_plan(&plan, &paused, &Actor::executor());
        assert_eq!(sentence.as_deref(), Some("“Launch Kestrel” was paused: a step failed"));
    }

    #[test]
    fn a_failed_step_is_named_with_its_error() {
        let error = domain::plan::StepError {
            code: "x".into(),
            message: "The host did not answer.".into(),
            at: domain::testing::moment(),
        };
        let failed = StepFailed { step_id: "s1".parse().unwrap(), attempt: 1, error }.into();
        let sentence = of_plan(&launch(), &failed, &Actor::executor());
        let expected = "the step “Create project” of “Launch Kestrel” failed: The host did not answer";
        assert_eq!(sentence.as_deref(), Some(expected));
    }

    #[test]
    fn a_new_name_is_told_with_the_old_one() {
        let named = |name: &str| PlanDetails { name: name.into(), ..PlanDetails::default() };
        let edited = PlanDetailsEdited { before: named("Launch"), after: named("Launch Kestrel") }.into();
        let sentence = of_plan(&launch(), &edited, &Actor::person("alex"));
        assert_eq!(sentence.as_deref(), Some("alex renamed “Launch” to “Launch Kestrel”"));
    }

    #[test]
    fn things_are_told_by_kind_and_title() {
        let task = Subject { name: "Call Sarah".into(), kind: Some(Kind::Task), ..Subject::default() };
        let created = EntityCreated { kind: Kind::Task, fields: Map::new() }.into();
        assert_eq!(
            of_entity(&task, &created, &Actor::executor()).as_deref(),
            Some("the task “Call Sarah” was created")
        );
        let change = |field: &str| FieldChange { field: field.into(), before: json!(null), after: json!("x") };
        let changed = EntityChanged { changes: vec![change("due_date"), change("status")], compensates: None }.into();
        assert_eq!(
            of_entity(&task, &changed, &Actor::person("alex")).as_deref(),
            Some("alex changed the due date and status of the task “Call Sarah”")
        );
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(shortened(" a\n b "), "a b");
        assert_eq!(shortened(&"ä".repeat(200)).chars().count(), SHOWN + 1);
    }
}
