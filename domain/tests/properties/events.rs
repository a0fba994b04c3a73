//! Random events of every type, with any values their fields can hold.

use cairn_domain::{
    action::Effect,
    actor::Actor,
    ids::{PlanId, RollbackId, ScheduleId, TemplateId},
    personal::Subject,
    plan::{
        Acknowledged, AnswerKind, ApprovalVoided, AskingOutcome, ClarificationAnswered, ClarificationRequested,
        CommentAdded, CommentResolved, ContentHash, ExecutionCancelled, ExecutionPaused, ExecutionResumed,
        ExecutionStarted, FromSchedule, FromTemplate, ModelAsked, Origin, PlanApprovalGiven, PlanApproved,
        PlanCompleted, PlanCreated, PlanDetails, PlanDetailsEdited, PlanDrafted, PlanEvent, PlanFailed, PlanRated,
        PlanRejected, PlanRolledBack, PlanStatus, PlannerChoice, PlanningFailed, Policy, Question, RevisionDeclined,
        RevisionRequested, RollbackPaused, RollbackResumed, RollbackStarted, RollbackStopped, Source, Sources,
        StepAdded, StepApproved, StepAttemptFailed, StepCompleted, StepEdited, StepError, StepFailed,
        StepOutcomeResolved, StepOutcomeUnknown, StepRemoved, StepRetried, StepRollbackAttemptFailed,
        StepRollbackFailed, StepRollbackResolved, StepRollbackRetried, StepRollbackStarted, StepRolledBack,
        StepSkipped, StepSpec, StepStarted, StepsReordered, Suspect, Suspicion, TakenOver, UnknownResolution,
    },
    rollback::{Choice, ChoiceFor, PreviewHash, Scope, Undo, UndoStep},
    workspace::{
        EntityArchived, EntityChanged, EntityCreated, EntityEvent, EntityLinked, EntityRestored, EntityUnlinked,
        EntityWithdrawn, FieldChange, PersonForgotten,
    },
};
use proptest::{collection::vec, option::of, prelude::*, sample};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    plans::{on_failure, retry},
    values::{date, entity_id, json, kind, moment, object, step_id, text, uuid},
};

pub(crate) fn spec() -> impl Strategy<Value = StepSpec> {
    let what = (step_id(), text(), text(), text(), object(), vec(step_id(), 0..3));
    let how = (any::<bool>(), of(on_failure()), of(retry()), of(any::<u32>()));
    (what, how).prop_map(|((id, title, description, action_type, params, depends_on), how)| {
        let (requires_approval, on_failure, retry, timeout_seconds) = how;
        let params = Value::Object(params);
        StepSpec {
            id,
            title,
            description,
            action_type,
            params,
            depends_on,
            requires_approval,
            on_failure,
            retry,
            timeout_seconds,
        }
    })
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    (on_failure(), any::<u32>(), any::<u32>(), any::<bool>()).prop_map(
        |(on_failure, max_parallel, approvals_required, self_approval)| Policy {
            on_failure,
            max_parallel,
            approvals_required,
            self_approval,
        },
    )
}

fn details() -> impl Strategy<Value = PlanDetails> {
    (text(), text(), policy()).prop_map(|(name, description, policy)| PlanDetails { name, description, policy })
}

fn origin() -> impl Strategy<Value = Origin> {
    let who = (text(), of(text()), of(text()));
    let price = (of(any::<u64>()), of(any::<u64>()), of(any::<u64>()));
    let from = (of(from_template()), of(from_template()));
    let told = (vec(text(), 0..3), vec(suspect(), 0..2), vec(sources(), 0..2), of(taken_over()), from);
    (who, price, told).prop_map(|(who, price, (assumptions, suspects, sources, taken_over, (template, fits)))| {
        let (planner, model, prompt_version) = who;
        let (tokens, cost_micros, duration_ms) = price;
        Origin {
            planner,
            model,
            prompt_version,
            tokens,
            cost_micros,
            duration_ms,
            assumptions,
            suspects,
            taken_over,
            sources,
            template,
            fits,
        }
    })
}

fn from_template() -> impl Strategy<Value = FromTemplate> {
    let schedule = (uuid(), moment()).prop_map(|(id, due)| FromSchedule { id: ScheduleId::new(id), due });
    (uuid(), text(), any::<u32>(), object(), of(schedule)).prop_map(|(id, name, version, arguments, schedule)| {
        FromTemplate { id: TemplateId::new(id), name, version, arguments, schedule }
    })
}

fn sources() -> impl Strategy<Value = Sources> {
    let actor = || text().prop_map(Actor::person);
    let source = prop_oneof![
        text().prop_map(|words| Source::Request { words }),
        text().prop_map(|question| Source::Answer { question }),
        text().prop_map(|words| Source::Feedback { words }),
        (entity_id(), of(text())).prop_map(|(entity, field)| Source::Workspace { entity, field }),
        step_id().prop_map(|step| Source::StepResult { step }),
        (text(), of(text())).prop_map(|(name, parameter)| Source::Template { name, parameter }),
        text().prop_map(|model| Source::Model { model }),
        text().prop_map(|planner| Source::Planner { planner }),
        actor().prop_map(|actor| Source::Person { actor }),
        Just(Source::Default),
    ];
    prop::collection::btree_map(text(), source, 0..3)
}

fn suspect() -> impl Strategy<Value = Suspect> {
    let why = sample::select(&[Suspicion::GivesOrders, Suspicion::HiddenCharacters][..]);
    (entity_id(), text(), text(), why, text()).prop_map(|(entity, label, field, why, excerpt)| Suspect {
        entity,
        label,
        field,
        why,
        excerpt,
    })
}

fn taken_over() -> impl Strategy<Value = TakenOver> {
    (text(), of(text()), text(), text()).prop_map(|(planner, model, code, message)| TakenOver {
        planner,
        model,
        code,
        message,
    })
}

fn question() -> impl Strategy<Value = Question> {
    use AnswerKind::{Choice, Date, Number, Person, Text, YesNo};
    let kind = sample::select(&[Text, Choice, Date, Person, Number, YesNo][..]);
    (text(), text(), kind, vec(text(), 0..3)).prop_map(|(id, text, kind, choices)| Question { id, text, kind, choices })
}

fn hash() -> impl Strategy<Value = ContentHash> {
    (vec(spec(), 0..2), policy()).prop_map(|(steps, policy)| ContentHash::of(&steps, &policy))
}

fn error() -> impl Strategy<Value = StepError> {
    (text(), text(), moment()).prop_map(|(code, message, at)| StepError { code, message, at })
}

fn field_change() -> impl Strategy<Value = FieldChange> {
    (text(), json(), json()).prop_map(|(field, before, after)| FieldChange { field, before, after })
}

fn effect() -> impl Strategy<Value = Effect> {
    prop_oneof![
        (entity_id(), uuid()).prop_map(|(entity, event)| Effect::EntityCreated { entity, event }),
        (entity_id(), uuid(), vec(field_change(), 0..3)).prop_map(|(entity, event, changes)| Effect::EntityChanged {
            entity,
            event,
            changes
        }),
        (entity_id(), uuid()).prop_map(|(entity, event)| Effect::EntityArchived { entity, event }),
        (entity_id(), uuid(), text(), entity_id()).prop_map(|(entity, event, link, to)| Effect::EntityLinked {
            entity,
            event,
            link,
            to
        }),
        (text(), text(), any::<u16>(), of(json())).prop_map(|(method, url, status, compensate)| Effect::OutsideCall {
            method,
            url,
            status,
            compensate
        }),
        of(text()).prop_map(|note| Effect::PersonDid { note }),
        (entity_id(), uuid()).prop_map(|(entity, event)| Effect::EntityRestored { entity, event }),
        (entity_id(), uuid(), text(), text(), entity_id()).prop_map(|(entity, event, link, relation, to)| {
            Effect::EntityUnlinked { entity, event, link, relation, to }
        }),
        (entity_id(), uuid(), any::<bool>()).prop_map(|(entity, event, archived)| Effect::EntityWithdrawn {
            entity,
            event,
            archived
        }),
    ]
}

fn rollback_id() -> impl Strategy<Value = RollbackId> {
    uuid().prop_map(RollbackId::new)
}

fn preview_hash() -> impl Strategy<Value = PreviewHash> {
    (scope(), "[0-9a-f]{64}").prop_map(|(scope, digest)| {
        let scope = match scope {
            Scope::Plan => "plan".to_owned(),
            Scope::Step { step_id } => format!("step:{step_id}"),
            Scope::FromStep { step_id } => format!("from_step:{step_id}"),
            Scope::Rollback { rollback_id } => format!("rollback:{rollback_id}"),
        };
        format!("{scope}:{digest}").parse().expect("a scope and 64 digits")
    })
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        Just(Scope::Plan),
        step_id().prop_map(|step_id| Scope::Step { step_id }),
        step_id().prop_map(|step_id| Scope::FromStep { step_id }),
        rollback_id().prop_map(|rollback_id| Scope::Rollback { rollback_id }),
    ]
}

fn undo() -> impl Strategy<Value = Undo> {
    let at = || (entity_id(), uuid());
    prop_oneof![
        (at(), vec(field_change(), 0..3)).prop_map(|((entity, compensates), changes)| Undo::SetFields {
            entity,
            compensates,
            changes
        }),
        at().prop_map(|(entity, compensates)| Undo::Withdraw { entity, compensates }),
        at().prop_map(|(entity, compensates)| Undo::Restore { entity, compensates }),
        at().prop_map(|(entity, compensates)| Undo::Archive { entity, compensates }),
        (at(), text(), text(), entity_id()).prop_map(|((entity, compensates), link, relation, to)| Undo::Link {
            entity,
            compensates,
            link,
            relation,
            to
        }),
        (at(), text(), text(), entity_id()).prop_map(|((entity, compensates), link, relation, to)| Undo::Unlink {
            entity,
            compensates,
            link,
            relation,
            to
        }),
        json().prop_map(|request| Undo::Request { request }),
        text().prop_map(|text| Undo::Person { text }),
    ]
}

fn undo_step() -> impl Strategy<Value = UndoStep> {
    (step_id(), vec(step_id(), 0..3), vec(undo(), 0..3)).prop_map(|(step_id, after, undo)| UndoStep {
        step_id,
        after,
        undo,
    })
}

fn choice() -> impl Strategy<Value = ChoiceFor> {
    let choices = [Choice::Keep, Choice::Restore, Choice::Merge, Choice::Stop];
    (entity_id(), of(text()), sample::select(choices.to_vec())).prop_map(|(entity, field, choice)| ChoiceFor {
        entity,
        field,
        choice,
    })
}

fn status() -> impl Strategy<Value = PlanStatus> {
    sample::select(&PlanStatus::ALL[..])
}

fn planner_choice() -> impl Strategy<Value = PlannerChoice> {
    use PlannerChoice::{Anthropic, Auto, Offline, Openai};
    sample::select(&[Auto, Offline, Anthropic, Openai][..])
}

/// One event of a type from its fields.
macro_rules! event {
    ($name:ident { $($field:ident : $strategy:expr),* $(,)? }) => {
        ($($strategy,)*).prop_map(|($($field,)*)| $name { $($field),* }.into()).boxed()
    };
}

/// A strategy for every type of plan event, in the order of [`PlanEvent::TYPES`].
pub(crate) fn plan_events() -> Vec<BoxedStrategy<PlanEvent>> {
    let resolution = || sample::select(&[UnknownResolution::Happened, UnknownResolution::DidNotHappen][..]);
    let run_id = || uuid().prop_map(cairn_domain::ids::RunId::new);
    vec![
        event!(PlanCreated {
            request: of(text()),
            selection: of(entity_id()),
            planner: planner_choice(),
            today: of(date()),
            timezone: of(text()),
        }),
        event!(PlanDrafted { details: details(), steps: vec(spec(), 0..4), origin: origin(), message: text() }),
        event!(ModelAsked {
            planner: text(),
            model: text(),
            prompt_version: text(),
            tokens: any::<u64>(),
            cost_micros: of(any::<u64>()),
            duration_ms: any::<u64>(),
            outcome: prop_oneof![
                Just(AskingOutcome::Plan),
                Just(AskingOutcome::Clarify),
                Just(AskingOutcome::Reject),
                Just(AskingOutcome::Failed),
                Just(AskingOutcome::CalledOff),
            ],
        }),
        event!(PlanningFailed { code: text(), message: text() }),
        event!(ClarificationRequested { questions: vec(question(), 0..3), message: text() }),
        event!(ClarificationAnswered { answers: object() }),
        event!(RevisionRequested { feedback: text() }),
        event!(RevisionDeclined { message: text(), still_approved: any::<bool>() }),
        event!(PlanDetailsEdited { before: details(), after: details() }),
        event!(StepAdded { step: spec(), after: of(step_id()) }),
        event!(StepEdited { before: spec(), after: spec() }),
        event!(StepRemoved { step: spec() }),
        event!(StepsReordered { order: vec(step_id(), 0..5) }),
        event!(PlanApprovalGiven { content_hash: hash(), note: of(text()), acknowledged: vec(acknowledged(), 0..3) }),
        event!(PlanApproved { content_hash: hash(), reinstated: any::<bool>() }),
        event!(ApprovalVoided { approved_hash: hash(), content_hash: hash() }),
        event!(PlanRejected { reason: text() }),
        event!(ExecutionStarted { run_id: run_id(), content_hash: hash() }),
        event!(StepStarted { step_id: step_id(), attempt: any::<u32>(), key: text(), params: json() }),
        event!(StepCompleted {
            step_id: step_id(),
            attempt: any::<u32>(),
            result: json(),
            effects: vec(effect(), 0..3),
        }),
        event!(StepAttemptFailed { step_id: step_id(), attempt: any::<u32>(), error: error(), retry_at: moment() }),
        event!(StepFailed { step_id: step_id(), attempt: any::<u32>(), error: error() }),
        event!(StepOutcomeUnknown { step_id: step_id(), attempt: any::<u32>(), message: text() }),
        event!(StepOutcomeResolved { step_id: step_id(), outcome: resolution(), result: of(json()), reason: text() }),
        event!(StepSkipped { step_id: step_id(), reason: text(), result: of(json()) }),
        event!(StepRetried { step_id: step_id(), params: of(json()) }),
        event!(StepApproved { step_id: step_id(), note: of(text()) }),
        event!(ExecutionPaused { reason: text() }),
        Just(ExecutionResumed {}.into()).boxed(),
        event!(ExecutionCancelled { reason: text() }),
        Just(PlanCompleted {}.into()).boxed(),
        event!(PlanFailed { failed: vec(step_id(), 0..3), message: text() }),
        event!(RollbackStarted {
            rollback_id: rollback_id(),
            scope: scope(),
            preview_hash: preview_hash(),
            steps: vec(undo_step(), 0..3),
            choices: vec(choice(), 0..3),
            set_back: vec(step_id(), 0..3),
            reason: text(),
        }),
        event!(StepRollbackStarted { step_id: step_id(), attempt: any::<u32>(), key: text(), redone: any::<bool>() }),
        event!(StepRolledBack {
            step_id: step_id(),
            attempt: any::<u32>(),
            effects: vec(effect(), 0..3),
            redone: any::<bool>(),
        }),
        event!(StepRollbackAttemptFailed {
            step_id: step_id(),
            attempt: any::<u32>(),
            error: error(),
            retry_at: moment(),
        }),
        event!(StepRollbackFailed { step_id: step_id(), attempt: any::<u32>(), error: error() }),
        event!(StepRollbackRetried { step_id: step_id() }),
        event!(StepRollbackResolved { step_id: step_id(), redone: any::<bool>(), reason: text() }),
        event!(RollbackPaused { reason: text() }),
        Just(RollbackResumed {}.into()).boxed(),
        event!(RollbackStopped {
            rollback_id: rollback_id(),
            status: status(),
            kept: vec(step_id(), 0..3),
            reason: text(),
        }),
        event!(PlanRolledBack { rollback_id: rollback_id(), status: status() }),
        event!(PlanRated { score: any::<u8>(), comment: of(text()) }),
        event!(CommentAdded { comment_id: text(), text: text(), step_id: of(step_id()) }),
        event!(CommentResolved { comment_id: text() }),
    ]
}

fn subject() -> impl Strategy<Value = Subject> {
    let step = (any::<u128>(), step_id())
        .prop_map(|(plan, step)| Subject::added_by(PlanId::new(Uuid::from_u128(plan)), &step));
    let person = "per_[a-zA-Z0-9]{1,8}".prop_map(|id| id.parse().expect("a person's id"));
    prop_oneof![step, person]
}

fn acknowledged() -> impl Strategy<Value = Acknowledged> {
    (text(), of(step_id()), of(text()), text()).prop_map(|(code, step, pointer, text)| Acknowledged {
        code,
        step,
        pointer,
        text,
    })
}

/// A strategy for every type of workspace event, in the order of [`EntityEvent::TYPES`].
pub(crate) fn entity_events() -> Vec<BoxedStrategy<EntityEvent>> {
    vec![
        event!(EntityCreated { kind: kind(), fields: object() }),
        event!(EntityChanged { changes: vec(field_change(), 0..4), compensates: of(uuid()) }),
        event!(EntityArchived { compensates: of(uuid()) }),
        event!(EntityRestored { compensates: of(uuid()) }),
        event!(EntityLinked { link: text(), relation: text(), to: entity_id(), compensates: of(uuid()) }),
        event!(EntityUnlinked { link: text(), compensates: of(uuid()) }),
        event!(EntityWithdrawn { compensates: of(uuid()) }),
        event!(PersonForgotten { person: subject(), reason: text(), also: vec(subject(), 0..2) }),
    ]
}
