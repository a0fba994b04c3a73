//! Is this a plan that could run? Known actions, params that fit, ids, the graph, references.
//!
//! One check serves people, planners and templates. It names every problem it finds, each with a pointer to the field
//! and a sentence.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::{Policy, StepInput, StepSpec};
use crate::{
    action::{Catalogue, RetryPolicy},
    canonical::depth,
    graph::StepGraph,
    ids::StepId,
    references,
};

/// The most steps a plan may have.
pub const MAX_STEPS: usize = 5_000;
/// The largest params of one step, in bytes of JSON.
pub const MAX_PARAMS_BYTES: usize = 256 * 1024;
/// How deep lists and objects in params and results may stand inside each other. Readers of JSON stop at 128, and what
/// is stored has a few levels around it.
pub const MAX_DEPTH: usize = 64;
const MAX_TITLE_CHARS: usize = 300;
const MAX_DESCRIPTION_CHARS: usize = 20_000;

/// What kind of problem it is; the code is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    BadStepId,
    DuplicateStepId,
    UsedStepId,
    UnknownAction,
    MissingParam,
    WrongType,
    WrongKind,
    BadValue,
    UnknownStep,
    Cycle,
    MalformedReference,
    ReferenceToUnknownStep,
    ReferenceToNoAncestor,
    ReferenceToNothing,
    ReferenceOfWrongKind,
    BadParameter,
    UnknownParameter,
    UnknownTemplate,
    MalformedPlaceholder,
    TooLarge,
}

/// Something that keeps a plan from being valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub code: ProblemCode,
    /// A JSON pointer (RFC 6901) into what was sent.
    pub pointer: String,
    /// The step, as far as it has an id.
    pub step: Option<String>,
    /// A sentence for people.
    pub message: String,
}

impl Problem {
    /// All messages in one line.
    pub fn summary(problems: &[Self]) -> String {
        problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
    }
}

/// Where a step stands in what was sent, so that problems can point at it: `/steps/3`, `/changes/0/step`.
pub(crate) type Place<'a> = dyn Fn(&StepId) -> String + 'a;

/// Checks drafts of steps as they would stand in a new plan; pointers start with `/steps/{index}`.
///
/// # Errors
/// All problems, never an empty list.
pub fn check_steps(inputs: Vec<StepInput>, catalogue: &Catalogue) -> Result<Vec<StepSpec>, Vec<Problem>> {
    if inputs.len() > MAX_STEPS {
        return Err(vec![Problem {
            code: ProblemCode::TooLarge,
            pointer: "/steps".into(),
            step: None,
            message: format!("a plan has at most {MAX_STEPS} steps, and this has {}", inputs.len()),
        }]);
    }
    let mut names = Names::default();
    let mut problems = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        names.claim_given(input, &format!("/steps/{index}"), &mut problems);
    }
    let mut steps = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.into_iter().enumerate() {
        let place = format!("/steps/{index}");
        match parse_step(input, &mut names, catalogue, &place) {
            Ok(step) => steps.push(step),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        let places: HashMap<StepId, usize> =
            steps.iter().enumerate().map(|(index, step)| (step.id.clone(), index)).collect();
        let place = |id: &StepId| places.get(id).map_or_else(|| "/steps".to_owned(), |index| format!("/steps/{index}"));
        let all: Vec<&StepSpec> = steps.iter().collect();
        check_graph(&all, &place, &mut problems);
        check_references(&all, &all, catalogue, &place, &mut problems);
    }
    if problems.is_empty() { Ok(steps) } else { Err(problems) }
}

/// The step ids that are taken, and fresh ones.
#[derive(Default)]
pub(crate) struct Names {
    taken: std::collections::HashSet<String>,
}

impl Names {
    pub(crate) fn taken<'a>(ids: impl Iterator<Item = &'a StepId>) -> Self {
        Self { taken: ids.map(ToString::to_string).collect() }
    }

    /// Notes an id that the draft itself gives, and says when it stands twice.
    fn claim_given(&mut self, input: &StepInput, place: &str, problems: &mut Vec<Problem>) {
        let Some(id) = &input.id else { return };
        if !self.taken.insert(id.clone()) {
            problems.push(Problem {
                code: ProblemCode::DuplicateStepId,
                pointer: format!("{place}/id"),
                step: Some(id.clone()),
                message: format!("there are two steps with the id `{id}`; every step needs its own"),
            });
        }
    }

    /// Notes one id for an added step; refuses ids that are in use or were once.
    pub(crate) fn claim(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_owned())
    }

    /// Chooses a slug from the action: `project.create` gives `create-project`, then `create-project-2`.
    fn choose(&mut self, action_type: &str) -> String {
        let (thing, verb) = action_type.split_once('.').unwrap_or((action_type, ""));
        let words = match verb {
            "" | "step" | "request" | "until" => format!("{thing} {verb}"),
            "set_milestones" => "set milestones".into(),
            _ => format!("{verb} {thing}"),
        };
        let slug: String = words
            .to_ascii_lowercase()
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("-");
        let base: String = if slug.is_empty() { "step".into() } else { slug.chars().take(48).collect() };
        let base = base.trim_end_matches('-').to_owned();
        let fresh = std::iter::once(base.clone()).chain((2..).map(|n: u64| format!("{base}-{n}")));
        let chosen = fresh.into_iter().find(|id| !self.taken.contains(id)).unwrap_or(base);
        self.taken.insert(chosen.clone());
        chosen
    }
}

/// Reads one step and checks what can be told without the others.
pub(crate) fn parse_step(
    input: StepInput,
    names: &mut Names,
    catalogue: &Catalogue,
    place: &str,
) -> Result<StepSpec, Vec<Problem>> {
    let mut problems = Vec::new();
    let given = input.id.clone();
    let mut note = |code, field: &str, message: String| {
        problems.push(Problem { code, pointer: format!("{place}{field}"), step: given.clone(), message });
    };
    let text = input.id.clone().unwrap_or_else(|| names.choose(&input.action_type));
    let id = text.parse::<StepId>().map_err(|error| note(ProblemCode::BadStepId, "/id", error.to_string())).ok();
    let mut depends_on: Vec<StepId> = Vec::with_capacity(input.depends_on.len());
    for (index, dependency) in input.depends_on.iter().enumerate() {
        match dependency.parse() {
            Ok(id) if depends_on.contains(&id) => {}
            Ok(id) => depends_on.push(id),
            Err(_) => note(
                ProblemCode::UnknownStep,
                &format!("/depends_on/{index}"),
                format!("there is no step `{dependency}` to depend on"),
            ),
        }
    }
    if input.title.chars().count() > MAX_TITLE_CHARS {
        note(ProblemCode::TooLarge, "/title", format!("a title has at most {MAX_TITLE_CHARS} characters"));
    }
    if input.description.chars().count() > MAX_DESCRIPTION_CHARS {
        note(
            ProblemCode::TooLarge,
            "/description",
            format!("a description has at most {MAX_DESCRIPTION_CHARS} characters"),
        );
    }
    if let Some(problem) = input.retry.as_ref().and_then(refuse_retry) {
        note(ProblemCode::BadValue, "/retry", problem);
    }
    if input.timeout_seconds.is_some_and(|seconds| !(1..=86_400).contains(&seconds)) {
        note(ProblemCode::BadValue, "/timeout_seconds", "a time limit is 1 to 86,400 seconds".into());
    }
    let params = Value::Object(input.params);
    let action = catalogue.get(&input.action_type);
    match action {
        None => note(ProblemCode::UnknownAction, "/action_type", unknown_action(&input.action_type, catalogue)),
        Some(action) => {
            for problem in check_params(&action.name, &params, catalogue) {
                note(problem.code, &format!("/params{}", problem.pointer), problem.message);
            }
        }
    }
    match (id, action) {
        (Some(id), Some(action)) if problems.is_empty() => Ok(StepSpec {
            id,
            title: if input.title.trim().is_empty() { action.title.clone() } else { input.title.trim().to_owned() },
            description: input.description,
            action_type: input.action_type,
            params,
            depends_on,
            requires_approval: input.requires_approval,
            on_failure: input.on_failure,
            retry: input.retry,
            timeout_seconds: input.timeout_seconds,
        }),
        _ => Err(problems),
    }
}

/// Says when a value is nested too deeply to be stored; `what` is its name in a sentence.
pub(crate) fn check_depth(value: &Value, pointer: &str, what: &str) -> Option<Problem> {
    (depth(value) > MAX_DEPTH).then(|| Problem {
        code: ProblemCode::TooLarge,
        pointer: pointer.to_owned(),
        step: None,
        message: format!("{what} is nested too deeply: at most {MAX_DEPTH} levels"),
    })
}

/// Checks the params of one step by its action's schema; pointers start in the params.
pub(crate) fn check_params(action: &str, params: &Value, catalogue: &Catalogue) -> Vec<Problem> {
    if let Some(problem) = check_depth(params, "", "what the step is given") {
        return vec![problem];
    }
    if params.to_string().len() > MAX_PARAMS_BYTES {
        return vec![Problem {
            code: ProblemCode::TooLarge,
            pointer: String::new(),
            step: None,
            message: format!("the params of a step have at most {} KiB", MAX_PARAMS_BYTES / 1024),
        }];
    }
    let found = catalogue.check_params(action, params).into_iter().map(|problem| Problem {
        code: match problem.code {
            "missing-param" => ProblemCode::MissingParam,
            "wrong-type" => ProblemCode::WrongType,
            "wrong-kind" => ProblemCode::WrongKind,
            _ => ProblemCode::BadValue,
        },
        pointer: problem.pointer,
        step: None,
        message: problem.message,
    });
    found.collect()
}

fn unknown_action(name: &str, catalogue: &Catalogue) -> String {
    match catalogue.closest(name) {
        Some(close) => format!("there is no action `{name}`; did you mean `{close}`?"),
        None => format!("there is no action `{name}`; the catalogue lists the ones there are"),
    }
}

fn refuse_retry(retry: &RetryPolicy) -> Option<String> {
    let attempts = (1..=RetryPolicy::MAX_ATTEMPTS).contains(&retry.max_attempts);
    let delays = retry.initial_delay_ms <= RetryPolicy::MAX_DELAY_MS && retry.max_delay_ms <= RetryPolicy::MAX_DELAY_MS;
    (!(attempts && delays)).then(|| "a step is tried 1 to 100 times, with at most one day between".into())
}

/// Checks that dependencies exist and that there is no cycle.
pub(crate) fn check_graph(steps: &[&StepSpec], place: &Place<'_>, problems: &mut Vec<Problem>) {
    let known: std::collections::HashSet<&StepId> = steps.iter().map(|step| &step.id).collect();
    for step in steps {
        for (index, dependency) in step.depends_on.iter().enumerate() {
            if !known.contains(dependency) {
                problems.push(Problem {
                    code: ProblemCode::UnknownStep,
                    pointer: format!("{}/depends_on/{index}", place(&step.id)),
                    step: Some(step.id.to_string()),
                    message: format!("step `{}` depends on `{dependency}`, and there is no such step", step.id),
                });
            }
        }
    }
    if let Some(cycle) = StepGraph::of(steps.iter().copied()).cycle() {
        // the edge that people can mend: the first step of the cycle depends on the one before the end
        let (first, last) = (&cycle[0], &cycle[cycle.len() - 2]);
        let index = steps
            .iter()
            .find(|step| step.id == *first)
            .and_then(|step| step.depends_on.iter().position(|dependency| dependency == last))
            .unwrap_or(0);
        let path = cycle.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" before ");
        problems.push(Problem {
            code: ProblemCode::Cycle,
            pointer: format!("{}/depends_on/{index}", place(first)),
            step: Some(first.to_string()),
            message: format!("the steps wait for each other in a circle: {path}"),
        });
    }
}

/// Checks that every reference of `touched` points at an ancestor and at something its result has.
pub(crate) fn check_references(
    steps: &[&StepSpec],
    touched: &[&StepSpec],
    catalogue: &Catalogue,
    place: &Place<'_>,
    problems: &mut Vec<Problem>,
) {
    let graph = StepGraph::of(steps.iter().copied());
    let by_id: HashMap<&StepId, &StepSpec> = steps.iter().map(|step| (&step.id, *step)).collect();
    for step in touched {
        let (found, malformed) = references::find(&step.params);
        let mut note = |pointer: &str, code, message: String| {
            let pointer = format!("{}/params{pointer}", place(&step.id));
            problems.push(Problem { code, pointer, step: Some(step.id.to_string()), message });
        };
        for text in malformed.iter().filter(|placed| placed.value.text.trim_start().starts_with("steps")) {
            note(&text.pointer, ProblemCode::MalformedReference, text.value.to_string());
        }
        for placed in &found {
            let reference = &placed.value;
            let Some(source) = by_id.get(&reference.step) else {
                let message = format!("{reference} refers to step `{}`, and there is no such step", reference.step);
                note(&placed.pointer, ProblemCode::ReferenceToUnknownStep, message);
                continue;
            };
            // what makes up for a request is sent once the request has been answered
            let own = reference.step == step.id && placed.pointer.starts_with("/compensate");
            if !own && !graph.is_ancestor(&reference.step, &step.id) {
                let message = format!(
                    "step `{}` uses the result of `{}` and does not depend on it; add the dependency",
                    step.id, reference.step
                );
                note(&placed.pointer, ProblemCode::ReferenceToNoAncestor, message);
                continue;
            }
            if let Err(problem) = catalogue.check_result_path(&source.action_type, &reference.path) {
                let known = problem.known.join(", ");
                let message = if known.is_empty() {
                    format!("{reference} points at nothing: `{}` gives no result", source.action_type)
                } else {
                    format!("{reference} points at nothing: the result of `{}` has {known}", source.action_type)
                };
                note(&placed.pointer, ProblemCode::ReferenceToNothing, message);
                continue;
            }
            if let Some(message) = wrong_kind(step, source, placed, catalogue) {
                note(&placed.pointer, ProblemCode::ReferenceOfWrongKind, message);
            }
        }
    }
}

fn wrong_kind(
    step: &StepSpec,
    source: &StepSpec,
    placed: &references::Placed<references::Reference>,
    catalogue: &Catalogue,
) -> Option<String> {
    if !placed.whole || placed.value.path != ["id"] {
        return None;
    }
    let wanted = catalogue.param_kinds(&step.action_type, &step.params, &placed.pointer)?;
    let given = catalogue.result_kind(&source.action_type)?;
    let fits = wanted.iter().any(|kind| kind == "any" || kind == given.name());
    (!fits).then(|| format!("{} is a {}, and a {} is needed here", placed.value, given.name(), wanted.join(" or a ")))
}

/// Says why a policy cannot be.
pub(crate) fn check_policy(policy: &Policy, place: &str, problems: &mut Vec<Problem>) {
    let mut note = |field: &str, message: &str| {
        problems.push(Problem {
            code: ProblemCode::BadValue,
            pointer: format!("{place}/{field}"),
            step: None,
            message: message.to_owned(),
        });
    };
    if !(1..=64).contains(&policy.max_parallel) {
        note("max_parallel", "1 to 64 steps may run at once");
    }
    if !(1..=20).contains(&policy.approvals_required) {
        note("approvals_required", "a plan needs 1 to 20 approvals");
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn inputs(value: Value) -> Vec<StepInput> {
        serde_json::from_value(value).unwrap()
    }

    fn problems(value: Value) -> Vec<(ProblemCode, String)> {
        let found = check_steps(inputs(value), Catalogue::builtin()).err().unwrap_or_default();
        found.into_iter().map(|problem| (problem.code, problem.pointer)).collect()
    }

    #[rstest]
    #[case::cycle(
        json!([
            {"id": "a", "action_type": "idea.create", "params": {"title": "x"}, "depends_on": ["b"]},
            {"id": "b", "action_type": "idea.create", "params": {"title": "x"}, "depends_on": ["a"]},
        ]),
        ProblemCode::Cycle, "/steps/0/depends_on/0"
    )]
    #[case::unknown_action(json!([{"action_type": "project.make"}]), ProblemCode::UnknownAction, "/steps/0/action_type")]
    #[case::missing_param(json!([{"action_type": "project.create"}]), ProblemCode::MissingParam, "/steps/0/params/name")]
    #[case::no_ancestor(
        json!([
            {"id": "a", "action_type": "project.create", "params": {"name": "x"}},
            {"id": "b", "action_type": "project.archive", "params": {"project": "{{steps.a.result.id}}"}},
        ]),
        ProblemCode::ReferenceToNoAncestor, "/steps/1/params/project"
    )]
    #[case::nothing_there(
        json!([
            {"id": "a", "action_type": "project.create", "params": {"name": "x"}},
            {"id": "b", "action_type": "note.add", "params": {"about": "{{steps.a.result.key}}", "text": "x"}, "depends_on": ["a"]},
        ]),
        ProblemCode::ReferenceToNothing, "/steps/1/params/about"
    )]
    #[case::wrong_kind(
        json!([
            {"id": "a", "action_type": "task.create", "params": {"title": "x"}},
            {"id": "b", "action_type": "project.archive", "params": {"project": "{{steps.a.result.id}}"}, "depends_on": ["a"]},
        ]),
        ProblemCode::ReferenceOfWrongKind, "/steps/1/params/project"
    )]
    #[case::duplicate(
        json!([
            {"id": "a", "action_type": "idea.create", "params": {"title": "x"}},
            {"id": "a", "action_type": "idea.create", "params": {"title": "y"}},
        ]),
        ProblemCode::DuplicateStepId, "/steps/1/id"
    )]
    #[case::unknown_dependency(
        json!([{"id": "a", "action_type": "idea.create", "params": {"title": "x"}, "depends_on": ["z"]}]),
        ProblemCode::UnknownStep, "/steps/0/depends_on/0"
    )]
    #[case::bad_id(
        json!([{"id": "A b", "action_type": "idea.create", "params": {"title": "x"}}]),
        ProblemCode::BadStepId, "/steps/0/id"
    )]
    fn each_problem_points_at_its_field(#[case] steps: Value, #[case] code: ProblemCode, #[case] pointer: &str) {
        assert_eq!(problems(steps), [(code, pointer.to_owned())]);
    }

    #[test]
    fn params_have_a_bottom() {
        let nested = |levels: usize| (1..levels).fold(json!([]), |inner, _| json!([inner]));
        let step = |levels: usize| json!([{"action_type": "http.request", "params": {"method": "POST", "url": "https://example.org", "body": nested(levels)}}]);
        assert_eq!(problems(step(MAX_DEPTH - 1)), []);
        assert_eq!(problems(step(MAX_DEPTH)), [(ProblemCode::TooLarge, "/steps/0/params".to_owned())]);
    }

    #[test]
    fn ids_are_chosen_from_the_action_and_never_twice() {
        let steps = json!([
            {"action_type": "task.create", "params": {"title": "x"}},
            {"action_type": "task.create", "params": {"title": "y"}},
            {"id": "create-task-3", "action_type": "task.create", "params": {"title": "z"}},
            {"action_type": "task.create", "params": {"title": "w"}},
        ]);
        let steps = check_steps(inputs(steps), Catalogue::builtin()).unwrap();
        let ids: Vec<_> = steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(ids, ["create-task", "create-task-2", "create-task-3", "create-task-4"]);
        assert_eq!(steps[0].title, "Create a task");
    }
}
