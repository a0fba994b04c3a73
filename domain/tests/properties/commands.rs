//! Random commands. An [`Intent`] is chosen before the plan is known and aimed at it when its turn comes, so that most
//! commands name steps that are there, and some do not.

use cairn_domain::{
    action::{Catalogue, Effect},
    ids::{RollbackId, RunId, StepId},
    plan::{
        AskingOutcome, AttemptOutcome, Change, ContentHash, CreatePlan, DetailsPatch, DraftPlan, ModelAsked, Plan,
        PlanCommand, PolicyPatch, Question, RemoveDependents, RollBack, Step, StepError, StepInput, StepOutcome,
        StepPatch, StepProgress, UnknownResolution, Warning, warnings,
    },
    rollback::{PreviewHash, Scope, World, preview},
};
use proptest::{collection, option, prelude::*, sample::Index};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{plans, values};

/// A command that is not aimed yet.
#[derive(Clone, Debug)]
pub(crate) enum Intent {
    Create { words: bool, by_hand: Option<DraftPlan> },
    Draft(DraftPlan),
    RecordAsking(Option<Box<Intent>>),
    FailPlanning,
    RequestClarification,
    AnswerClarification { known: bool },
    Revise,
    DeclineRevision,
    Edit(Vec<ChangeIntent>),
    Approve { current: bool },
    Reject { reason: String },
    Start { run: u64 },
    Advance { outcomes: Vec<OutcomeIntent>, claim: bool },
    Pause,
    Resume,
    Cancel { reason: String },
    SkipStep { which: Which, reason: String, result: Option<Value> },
    RetryStep { which: Which, params: Option<bool> },
    ApproveStep { which: Which },
    CompleteStep { which: Which, result: Option<Value> },
    ResolveOutcome { which: Which, happened: bool, result: Option<Value> },
    RollBack { scope: ScopeIntent, current: bool, reason: String },
    GiveUpRollback,
    RetryRollback { which: Which },
    ResolveRollback { which: Which, reason: String },
    StopRollback { reason: String },
    Rate { score: u8 },
    Comment { text: String, on_step: Option<Which> },
    ResolveComment { which: Index },
}

/// How much is to be rolled back.
#[derive(Clone, Debug)]
pub(crate) enum ScopeIntent {
    Plan,
    Step(Which),
    FromStep(Which),
    Last,
}

/// A step to be chosen: one the command is meant for, or when it strays, any, or one that is not there.
#[derive(Clone, Debug)]
pub(crate) struct Which {
    index: Index,
    strays: bool,
}

/// A change that is not aimed yet.
#[derive(Clone, Debug)]
pub(crate) enum ChangeIntent {
    Add { input: Box<StepInput>, own_id: Option<u8>, parents: Vec<Which>, after: Option<Option<Which>> },
    Retitle { which: Which, title: String },
    Describe { which: Which, description: String },
    Become { which: Which, action: String },
    Gate { which: Which, closed: bool },
    DependOn { which: Which, parents: Vec<Which> },
    Remove { which: Which, rewire: bool },
    Move { which: Which, after: Option<Which> },
    Rename { name: String },
    SetPolicy(PolicyPatch),
}

/// How an attempt is to end.
#[derive(Clone, Debug)]
pub(crate) struct OutcomeIntent {
    which: Which,
    /// Whether the outcome belongs to an attempt that is over, or to none.
    stale: bool,
    pub(crate) end: End,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Completes,
    /// Well, with an answer of this many lists inside each other.
    Answers {
        levels: usize,
    },
    Fails {
        retryable: bool,
        jitter: u16,
    },
    Unknown,
}

impl Which {
    fn step(&self, plan: &Plan, meant: impl Fn(&Step) -> bool) -> StepId {
        let all = || plan.steps.values().map(|step| step.spec.id.clone());
        let mut pool: Vec<StepId> = plan.steps.values().filter(|s| meant(s)).map(|s| s.spec.id.clone()).collect();
        if self.strays || pool.is_empty() {
            let nowhere: StepId = "nowhere".parse().expect("a slug");
            pool = all().chain(plan.retired.iter().cloned()).chain([nowhere]).collect();
            pool.sort_unstable();
        }
        pool[self.index.index(pool.len())].clone()
    }

    fn name(&self, plan: &Plan) -> String {
        self.step(plan, |_| true).to_string()
    }
}

impl Intent {
    /// Turns the intent into a command about this plan.
    pub(crate) fn aim(self, plan: &Plan) -> PlanCommand {
        match self {
            Self::Create { words, by_hand } => PlanCommand::Create(CreatePlan {
                request: words.then(|| "plan a launch".to_owned()),
                timezone: Some("Europe/Berlin".into()),
                by_hand,
                ..CreatePlan::default()
            }),
            Self::Draft(draft) => PlanCommand::Draft(draft),
            Self::RecordAsking(answer) => PlanCommand::RecordAsking {
                asked: ModelAsked {
                    planner: "anthropic".into(),
                    model: "m".into(),
                    prompt_version: "plan.v1".into(),
                    tokens: 900,
                    cost_micros: Some(40),
                    duration_ms: 3,
                    outcome: if answer.is_some() { AskingOutcome::Clarify } else { AskingOutcome::CalledOff },
                },
                answer: answer.map(|answer| Box::new(answer.aim(plan))),
            },
            Self::FailPlanning => PlanCommand::FailPlanning { code: "planner.gone".into(), message: "gone".into() },
            Self::RequestClarification => PlanCommand::RequestClarification {
                questions: vec![Question::new("when", "When?", Vec::new())],
                message: "one thing is open".into(),
            },
            Self::AnswerClarification { known } => {
                let question = if known { "when" } else { "why" };
                PlanCommand::AnswerClarification {
                    answers: [(question.to_owned(), json!("soon"))].into_iter().collect(),
                }
            }
            Self::Revise => PlanCommand::Revise { feedback: "drop the party".into() },
            Self::DeclineRevision => PlanCommand::DeclineRevision { message: "not understood".into() },
            Self::Edit(changes) => {
                PlanCommand::Edit { changes: changes.into_iter().map(|change| change.aim(plan)).collect() }
            }
            Self::Approve { current } => {
                let nothing = || ContentHash::of([], &plan.details.policy);
                PlanCommand::Approve {
                    content_hash: if current { plan.content_hash() } else { nothing() },
                    note: None,
                    acknowledged: loud(plan),
                }
            }
            Self::Reject { reason } => PlanCommand::Reject { reason },
            Self::Start { run } => PlanCommand::Start { run_id: RunId::new(Uuid::from_u128(run.into())) },
            Self::Advance { outcomes, claim } => PlanCommand::Advance {
                outcomes: outcomes.into_iter().map(|outcome| outcome.aim(plan)).collect(),
                claim,
            },
            Self::Pause => PlanCommand::Pause { reason: "wait".into() },
            Self::Resume => PlanCommand::Resume,
            Self::Cancel { reason } => PlanCommand::Cancel { reason },
            Self::SkipStep { which, reason, result } => {
                let step = which.step(plan, |step| !matches!(step.progress, StepProgress::Completed { .. }));
                PlanCommand::SkipStep { step, reason, result }
            }
            Self::RetryStep { which, params } => {
                let step = which.step(plan, |step| matches!(step.progress, StepProgress::Failed { .. }));
                let fitting = |step: &StepId| plan.steps.get(step).map(|step| plans::params(&step.spec.action_type));
                let params = params.and_then(|fits| if fits { fitting(&step) } else { Some(json!({"title": 3})) });
                PlanCommand::RetryStep { step, params }
            }
            Self::ApproveStep { which } => {
                PlanCommand::ApproveStep { step: which.step(plan, |step| step.spec.requires_approval), note: None }
            }
            Self::CompleteStep { which, result } => {
                let step = which.step(plan, |step| step.spec.action_type == "manual.step");
                PlanCommand::CompleteStep { step, result, note: None }
            }
            Self::ResolveOutcome { which, happened, result } => {
                let step = which.step(plan, |step| matches!(step.progress, StepProgress::OutcomeUnknown { .. }));
                let outcome = if happened { UnknownResolution::Happened } else { UnknownResolution::DidNotHappen };
                PlanCommand::ResolveOutcome { step, outcome, result, reason: "looked".into() }
            }
            Self::RollBack { scope, current, reason } => {
                let seen = if current { scope.seen(plan) } else { None };
                PlanCommand::RollBack(Box::new(RollBack {
                    rollback_id: RollbackId::new(Uuid::from_u128(plan.rollbacks.len() as u128)),
                    seen: seen.unwrap_or_else(|| format!("plan:{}", "00".repeat(32)).parse().expect("a hash")),
                    choices: Vec::new(),
                    reason,
                    name: Some(plan.details.name.clone()),
                    world: World::default(),
                }))
            }
            Self::GiveUpRollback => PlanCommand::GiveUpRollback { message: "somebody must look".into() },
            Self::RetryRollback { which } => {
                let step = which.step(plan, |step| matches!(step.progress, StepProgress::UndoFailed { .. }));
                PlanCommand::RetryRollback { step }
            }
            Self::ResolveRollback { which, reason } => {
                let step = which.step(plan, |step| {
                    matches!(step.progress, StepProgress::UndoFailed { .. } | StepProgress::Undoing { .. })
                });
                PlanCommand::ResolveRollback { step, reason }
            }
            Self::StopRollback { reason } => PlanCommand::StopRollback { reason },
            Self::Rate { score } => PlanCommand::Rate { score, comment: None },
            Self::Comment { text, on_step } => {
                let step = on_step.map(|which| which.step(plan, |_| true));
                PlanCommand::Comment { comment_id: format!("c{}", plan.comments.len()), text, step }
            }
            Self::ResolveComment { which } => {
                PlanCommand::ResolveComment { comment_id: format!("c{}", which.index(plan.comments.len() + 1)) }
            }
        }
    }
}

/// The ids of the warnings that an approval has to name.
fn loud(plan: &Plan) -> Vec<String> {
    let warnings = warnings(plan, Catalogue::builtin());
    warnings.iter().filter(|warning| warning.loud).map(Warning::id).collect()
}

impl ScopeIntent {
    /// What a person sees who looks at this scope now.
    fn seen(self, plan: &Plan) -> Option<PreviewHash> {
        let completed = |step: &Step| matches!(step.progress, StepProgress::Completed { .. });
        let scope = match self {
            Self::Plan => Scope::Plan,
            Self::Step(which) => Scope::Step { step_id: which.step(plan, completed) },
            Self::FromStep(which) => Scope::FromStep { step_id: which.step(plan, completed) },
            Self::Last => Scope::Rollback { rollback_id: plan.rollbacks.last()?.id },
        };
        preview(plan, &scope, &World::default(), &[], Catalogue::builtin()).ok().map(|seen| seen.hash)
    }
}

impl ChangeIntent {
    fn aim(self, plan: &Plan) -> Change {
        let edit = |which: Which, patch| Change::EditStep { step: which.name(plan), patch };
        match self {
            Self::Add { mut input, own_id, parents, after } => {
                input.id = own_id.map(|number| format!("n{number}"));
                input.depends_on = parents.iter().map(|parent| parent.name(plan)).collect();
                Change::AddStep { step: *input, after: after.map(|after| after.map(|which| which.name(plan))) }
            }
            Self::Retitle { which, title } => edit(which, StepPatch { title: Some(title), ..StepPatch::default() }),
            Self::Describe { which, description } => {
                edit(which, StepPatch { description: Some(description), ..StepPatch::default() })
            }
            Self::Become { which, action } => {
                let params = plans::params(&action).as_object().cloned();
                edit(which, StepPatch { action_type: Some(action), params, ..StepPatch::default() })
            }
            Self::Gate { which, closed } => {
                edit(which, StepPatch { requires_approval: Some(closed), ..StepPatch::default() })
            }
            Self::DependOn { which, parents } => {
                let depends_on = Some(parents.iter().map(|parent| parent.name(plan)).collect());
                edit(which, StepPatch { depends_on, ..StepPatch::default() })
            }
            Self::Remove { which, rewire } => Change::RemoveStep {
                step: which.name(plan),
                dependents: if rewire { RemoveDependents::Rewire } else { RemoveDependents::Refuse },
            },
            Self::Move { which, after } => {
                Change::MoveStep { step: which.name(plan), after: after.map(|which| which.name(plan)) }
            }
            Self::Rename { name } => Change::EditDetails(DetailsPatch { name: Some(name), description: None }),
            Self::SetPolicy(patch) => Change::SetPolicy(patch),
        }
    }
}

impl OutcomeIntent {
    fn aim(self, plan: &Plan) -> StepOutcome {
        let under_way = |step: &Step| {
            matches!(step.progress, StepProgress::Executing { .. } | StepProgress::Undoing { retry_at: None, .. })
        };
        let step = self.which.step(plan, under_way);
        let latest = plan.steps.get(&step).map_or(0, |step| match step.progress {
            StepProgress::Undoing { attempt, .. } => attempt,
            _ => step.attempt(),
        });
        let attempt = if self.stale { latest.saturating_sub(1) } else { latest };
        StepOutcome { step, attempt, outcome: self.end.outcome(plan) }
    }
}

impl End {
    /// The end as the executor reports it.
    pub(crate) fn outcome(self, plan: &Plan) -> AttemptOutcome {
        match self {
            Self::Completes => {
                let effects = vec![Effect::OutsideCall {
                    method: "POST".into(),
                    url: "http://api.test/things".into(),
                    status: 201,
                    compensate: Some(json!({"method": "DELETE", "url": "http://api.test/things/1"})),
                }];
                AttemptOutcome::Completed { result: json!({"id": "prj_1"}), effects }
            }
            Self::Answers { levels } => {
                AttemptOutcome::Completed { result: json!({"id": values::nested(levels)}), effects: Vec::new() }
            }
            Self::Fails { retryable, jitter } => AttemptOutcome::Failed {
                error: StepError {
                    code: "action.failed".into(),
                    message: "it did not work".into(),
                    at: plan.updated_at.unwrap_or_default(),
                },
                retryable,
                jitter_per_mille: jitter,
            },
            Self::Unknown => AttemptOutcome::Unknown { message: "the line went dead".into() },
        }
    }
}

/// Any command at all; weighted so that plans get approved, run and fail.
pub(crate) fn intent() -> impl Strategy<Value = Intent> {
    let result = || {
        option::of(prop_oneof![
            4 => Just(json!({"id": "prj_2"})),
            2 => Just(json!({})),
            1 => Just(Value::Null),
            1 => (60..70_usize).prop_map(values::nested),
        ])
    };
    prop_oneof![
        1 => (any::<bool>(), option::of(plans::draft(0..4))).prop_map(|(words, by_hand)| Intent::Create { words, by_hand }),
        2 => plans::draft(0..8).prop_map(Intent::Draft),
        1 => prop_oneof![Just(None), Just(Some(Box::new(Intent::RequestClarification)))].prop_map(Intent::RecordAsking),
        1 => Just(Intent::FailPlanning),
        1 => Just(Intent::RequestClarification),
        1 => any::<bool>().prop_map(|known| Intent::AnswerClarification { known }),
        2 => Just(Intent::Revise),
        1 => Just(Intent::DeclineRevision),
        6 => collection::vec(change(), 0..4).prop_map(Intent::Edit),
        6 => prop::bool::weighted(0.9).prop_map(|current| Intent::Approve { current }),
        1 => reason().prop_map(|reason| Intent::Reject { reason }),
        4 => any::<u64>().prop_map(|run| Intent::Start { run }),
        16 => (collection::vec(outcome(), 0..4), prop::bool::weighted(0.9))
            .prop_map(|(outcomes, claim)| Intent::Advance { outcomes, claim }),
        1 => Just(Intent::Pause),
        2 => Just(Intent::Resume),
        1 => reason().prop_map(|reason| Intent::Cancel { reason }),
        3 => (which(), reason(), result())
            .prop_map(|(which, reason, result)| Intent::SkipStep { which, reason, result }),
        4 => (which(), option::of(any::<bool>())).prop_map(|(which, params)| Intent::RetryStep { which, params }),
        4 => which().prop_map(|which| Intent::ApproveStep { which }),
        6 => (which(), result()).prop_map(|(which, result)| Intent::CompleteStep { which, result }),
        3 => (which(), any::<bool>(), result())
            .prop_map(|(which, happened, result)| Intent::ResolveOutcome { which, happened, result }),
        6 => (scope(), prop::bool::weighted(0.9), reason())
            .prop_map(|(scope, current, reason)| Intent::RollBack { scope, current, reason }),
        6 => Just(Intent::GiveUpRollback),
        6 => which().prop_map(|which| Intent::RetryRollback { which }),
        6 => (which(), reason()).prop_map(|(which, reason)| Intent::ResolveRollback { which, reason }),
        2 => reason().prop_map(|reason| Intent::StopRollback { reason }),
        1 => (0..8_u8).prop_map(|score| Intent::Rate { score }),
        1 => (values::text(), option::of(which())).prop_map(|(text, on_step)| Intent::Comment { text, on_step }),
        1 => any::<Index>().prop_map(|which| Intent::ResolveComment { which }),
    ]
}

fn which() -> impl Strategy<Value = Which> {
    (any::<Index>(), prop::bool::weighted(0.1)).prop_map(|(index, strays)| Which { index, strays })
}

fn scope() -> impl Strategy<Value = ScopeIntent> {
    prop_oneof![
        3 => Just(ScopeIntent::Plan),
        2 => which().prop_map(ScopeIntent::Step),
        2 => which().prop_map(ScopeIntent::FromStep),
        3 => Just(ScopeIntent::Last),
    ]
}

fn reason() -> impl Strategy<Value = String> {
    prop_oneof![9 => Just("because".to_owned()), 1 => Just(" ".to_owned())]
}

fn change() -> impl Strategy<Value = ChangeIntent> {
    let input = plans::steps(1).prop_map(|mut steps| Box::new(steps.remove(0)));
    let parents = || collection::vec(which(), 0..3);
    prop_oneof![
        (input, option::of(0..6_u8), parents(), option::of(option::of(which())))
            .prop_map(|(input, own_id, parents, after)| ChangeIntent::Add { input, own_id, parents, after }),
        (which(), "[a-z ]{0,6}").prop_map(|(which, title)| ChangeIntent::Retitle { which, title }),
        // few values, so that content comes back to what it was
        (which(), "[ab]?").prop_map(|(which, description)| ChangeIntent::Describe { which, description }),
        (which(), plans::action()).prop_map(|(which, action)| ChangeIntent::Become { which, action }),
        (which(), any::<bool>()).prop_map(|(which, closed)| ChangeIntent::Gate { which, closed }),
        (which(), parents()).prop_map(|(which, parents)| ChangeIntent::DependOn { which, parents }),
        (which(), any::<bool>()).prop_map(|(which, rewire)| ChangeIntent::Remove { which, rewire }),
        (which(), option::of(which())).prop_map(|(which, after)| ChangeIntent::Move { which, after }),
        "[a-z]{0,4}".prop_map(|name| ChangeIntent::Rename { name }),
        (option::of(plans::on_failure()), option::of(0..4_u32), option::of(1..3_u32)).prop_map(
            |(on_failure, max_parallel, approvals_required)| {
                let self_approval = None;
                ChangeIntent::SetPolicy(PolicyPatch { on_failure, max_parallel, approvals_required, self_approval })
            }
        ),
    ]
}

pub(crate) fn outcome() -> impl Strategy<Value = OutcomeIntent> {
    (which(), prop::bool::weighted(0.1), end()).prop_map(|(which, stale, end)| OutcomeIntent { which, stale, end })
}

/// An attempt that fails for good.
pub(crate) fn failure() -> impl Strategy<Value = OutcomeIntent> {
    outcome().prop_map(|outcome| OutcomeIntent { end: End::Fails { retryable: false, jitter: 0 }, ..outcome })
}

/// How attempts end: well, mostly.
pub(crate) fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        8 => Just(End::Completes),
        1 => (58..68_usize).prop_map(|levels| End::Answers { levels }),
        3 => (any::<bool>(), 0..1_001_u16).prop_map(|(retryable, jitter)| End::Fails { retryable, jitter }),
        1 => Just(End::Unknown),
    ]
}
