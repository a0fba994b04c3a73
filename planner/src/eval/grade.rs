//! The grade of one answer: nothing, or everything that is wrong with it.

use serde_json::Value;

use super::{
    case::{Case, Expect, Rule, Topics},
    fit::{Assigned, find_all, is_action},
    plan::Plan,
    words::{distinct, has_words, leaves},
};
use crate::{
    answer,
    contract::{Answer, DraftedPlan},
};

/// What is wrong with an answer; nothing when it passes. A case without expectations is passed by any valid answer.
pub fn grade(case: &Case, answer: &Answer) -> Vec<String> {
    if let Err(problems) = answer::check(answer, &case.told()) {
        return problems.iter().map(ToString::to_string).collect();
    }
    let Some(expect) = &case.expect else { return Vec::new() };
    let outcome = match answer {
        Answer::Plan(_) => "plan",
        Answer::Clarify { .. } => "clarify",
        Answer::Reject { .. } => "reject",
    };
    let allowed: Vec<&str> = expect.outcome.iter().flat_map(|outcome| outcome.iter()).map(String::as_str).collect();
    if !allowed.contains(&outcome) {
        return vec![format!("outcome {outcome}, expected {}", allowed.join(" or "))];
    }
    match answer {
        Answer::Plan(drafted) => of_plan(case, drafted, expect),
        Answer::Clarify { .. } | Answer::Reject { .. } => Vec::new(),
    }
}

fn of_plan(case: &Case, drafted: &DraftedPlan, expect: &Expect) -> Vec<String> {
    let plan = Plan::new(&drafted.steps, &case.context.workspace);
    if expect.any_of.is_empty() {
        return misses(&plan, expect);
    }
    let tried = expect.any_of.iter().map(|more| misses(&plan, &expect.with(more)));
    tried.min_by_key(Vec::len).unwrap_or_default()
}

fn misses(plan: &Plan<'_>, expect: &Expect) -> Vec<String> {
    let mut why = Vec::new();
    let count = plan.steps.len();
    if let Some(least) = expect.min_steps.filter(|least| count < *least) {
        why.push(format!("{count} steps, at least {least} expected"));
    }
    if let Some(most) = expect.max_steps.filter(|most| count > *most) {
        why.push(format!("{count} steps, at most {most} expected"));
    }
    for (pattern, bounds) in &expect.counts {
        let count = plan.steps.iter().filter(|step| is_action(pattern.split('|'), &step.action_type)).count();
        if bounds.min.is_some_and(|min| count < min) || bounds.max.is_some_and(|max| count > max) {
            why.push(format!("{count} × {pattern}, expected {bounds:?}"));
        }
    }
    why.extend(forbidden(plan, expect));
    let nothing = Assigned::default();
    for matcher in &expect.mentions {
        let values = || plan.steps.iter().flat_map(|step| step.params.values().flat_map(leaves));
        if !values().any(|value| matcher.holds(plan, value, &nothing)) {
            why.push(format!("nothing in the plan fits {matcher:?}"));
        }
    }
    why.extend(expect.topics.as_ref().and_then(|topics| uncovered(plan, topics)));
    if !expect.must_have.is_empty()
        && let Err(missing) = find_all(plan, expect)
    {
        why.push(missing);
    }
    why
}

fn forbidden(plan: &Plan<'_>, expect: &Expect) -> Vec<String> {
    let nothing = Assigned::default();
    let mut why = Vec::new();
    for (at, step) in plan.steps.iter().enumerate() {
        let hit = expect.must_not.iter().any(|rule| match rule {
            Rule::Action(pattern) => is_action(std::iter::once(pattern.as_str()), &step.action_type),
            Rule::With { action, params } => {
                is_action(action.iter().map(String::as_str), &step.action_type)
                    && params.iter().all(|(name, matcher)| {
                        matcher.holds(plan, step.params.get(name).unwrap_or(&Value::Null), &nothing)
                    })
            }
        });
        if hit {
            why.push(format!("{}: {} must not be in the plan", plan.name(at), step.action_type));
        }
    }
    why
}

/// Which of the usual parts of an undertaking are not there, when too many are missing.
fn uncovered(plan: &Plan<'_>, topics: &Topics) -> Option<String> {
    let mut units = Vec::new();
    for step in plan.steps {
        let mut rest = step.params.clone();
        let milestones = rest.remove("milestones");
        units.push(plan.words_of(&rest));
        units.extend(milestones.iter().filter_map(Value::as_array).flatten().map(|milestone| plan.text(milestone)));
    }
    let rows: Vec<Vec<usize>> = topics
        .of
        .iter()
        .map(|words| {
            (0..units.len()).filter(|at| words.iter().any(|word| has_words(&units[*at], word))).collect::<Vec<_>>()
        })
        .collect();
    let covered = distinct(&rows);
    (covered < topics.min).then(|| {
        let missing: Vec<&str> =
            topics.of.iter().zip(&rows).filter(|(_, row)| row.is_empty()).map(|(words, _)| words[0].as_str()).collect();
        format!(
            "covers {covered} of the usual parts, at least {} expected (nothing on: {})",
            topics.min,
            missing.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn case(expect: Value) -> Case {
        let workspace =
            json!({"people": [{"id": "per_tom", "name": "Tom Hale"}, {"id": "per_ana", "name": "Ana Ruiz"}]});
        serde_json::from_value(json!({
            "id": "c", "category": "x", "request": "tell Tom and do it",
            "context": {"today": "2026-11-23", "workspace": workspace}, "expect": expect
        }))
        .unwrap()
    }

    fn plan(steps: Value) -> Answer {
        Answer::Plan(DraftedPlan {
            name: "p".into(),
            steps: serde_json::from_value(steps).unwrap(),
            ..DraftedPlan::default()
        })
    }

    fn two_steps() -> Answer {
        plan(json!([
            {"id": "a", "action_type": "task.create", "params": {"title": "Measure the hall", "due_date": "2026-12-04"}},
            {"id": "b", "action_type": "task.update", "depends_on": ["a"],
             "params": {"task": "{{steps.a.result.id}}", "assignee": "per_tom"}}
        ]))
    }

    #[rstest]
    #[case::a_later_update_counts_for_what_was_made(json!({"outcome": "plan", "must_have": [
        {"key": "t", "action": "task.create", "params": {"title": {"contains": "hall"}, "assignee": {"refers_to": "per_tom"}}}
    ]}), true)]
    #[case::another_person_is_another_person(json!({"outcome": "plan", "must_have": [
        {"key": "t", "action": "task.create", "params": {"assignee": {"refers_to": "per_ana"}}}
    ]}), false)]
    #[case::order_holds(json!({"outcome": "plan", "must_have": [
        {"key": "t", "action": "task.create"}, {"key": "u", "action": "task.update", "params": {"task": {"refers_to": "t"}}}
    ], "order": [["t", "u"]]}), true)]
    #[case::order_does_not_hold(json!({"outcome": "plan", "must_have": [
        {"key": "t", "action": "task.create"}, {"key": "u", "action": "task.update"}
    ], "order": [["u", "t"]]}), false)]
    #[case::two_need_two_steps(json!({"outcome": "plan", "must_have": [
        {"key": "t", "action": "task.create"}, {"key": "u", "action": "task.create"}
    ]}), false)]
    #[case::what_must_not_be_is_found(json!({"outcome": "plan", "must_not": ["*.update"]}), false)]
    #[case::days_are_compared(json!({"outcome": "plan", "mentions": [{"date_between": ["2026-12-01", "2026-12-04"]}]}), true)]
    #[case::another_outcome(json!({"outcome": ["clarify", "reject"]}), false)]
    #[case::one_alternative_is_enough(json!({"outcome": "plan", "any_of": [{"max_steps": 1}, {"min_steps": 2}]}), true)]
    #[case::usual_parts(json!({"outcome": "plan", "topics": {"min": 1, "of": [["measur"], ["paint"]]}}), true)]
    #[case::too_few_usual_parts(json!({"outcome": "plan", "topics": {"min": 2, "of": [["measur"], ["paint"]]}}), false)]
    fn a_case_passes_only_when_all_of_it_holds(#[case] expect: Value, #[case] passes: bool) {
        let why = grade(&case(expect), &two_steps());
        assert_eq!(why.is_empty(), passes, "{why:?}");
    }

    #[test]
    fn an_answer_that_is_no_valid_plan_fails_whatever_is_expected() {
        let unknown =
            plan(json!([{"id": "a", "action_type": "task.complete", "params": {"task": "tsk_nobody_knows"}}]));
        assert!(!grade(&case(json!({"outcome": "plan"})), &unknown).is_empty());
    }
}
