//! Steps as people write them into a template: with gaps in their texts, and their ids and dependencies as texts.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    ids::StepId,
    plan::{MAX_STEPS, Problem, ProblemCode, StepInput, StepSpec},
};

/// Reads the steps of a template; a step without an id is called after its action. Whether they can run is checked with
/// the whole template.
///
/// # Errors
/// Every id that cannot be one; pointers start with `/steps/{index}`.
pub fn read_steps(inputs: Vec<StepInput>) -> Result<Vec<StepSpec>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut note =
        |pointer: String, code, message: String| problems.push(Problem { code, pointer, step: None, message });
    if inputs.len() > MAX_STEPS {
        note("/steps".into(), ProblemCode::TooLarge, format!("a template has at most {MAX_STEPS} steps"));
        return Err(problems);
    }
    let mut taken: HashSet<String> = inputs.iter().filter_map(|input| input.id.clone()).collect();
    let mut steps = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.into_iter().enumerate() {
        let text = input.id.clone().unwrap_or_else(|| free_id(&input.action_type, &mut taken));
        let id = text.parse::<StepId>();
        if let Err(error) = &id {
            note(format!("/steps/{index}/id"), ProblemCode::BadStepId, error.to_string());
        }
        let mut depends_on = Vec::with_capacity(input.depends_on.len());
        for (place, dependency) in input.depends_on.iter().enumerate() {
            match dependency.parse() {
                Ok(id) => depends_on.push(id),
                Err(_) => note(
                    format!("/steps/{index}/depends_on/{place}"),
                    ProblemCode::UnknownStep,
                    format!("there is no step `{dependency}` to depend on"),
                ),
            }
        }
        let Ok(id) = id else { continue };
        steps.push(StepSpec {
            id,
            title: input.title,
            description: input.description,
            action_type: input.action_type,
            params: Value::Object(input.params),
            depends_on,
            requires_approval: input.requires_approval,
            on_failure: input.on_failure,
            retry: input.retry,
            timeout_seconds: input.timeout_seconds,
        });
    }
    if problems.is_empty() { Ok(steps) } else { Err(problems) }
}

fn free_id(action: &str, taken: &mut HashSet<String>) -> String {
    let words: String = action.chars().map(|c| if c.is_ascii_lowercase() { c } else { '-' }).collect();
    let base = words.trim_matches('-').to_owned();
    let mut names = std::iter::once(base.clone()).chain((2..).map(|n: u32| format!("{base}-{n}")));
    let chosen = names.find(|name| !taken.contains(name)).unwrap_or(base);
    taken.insert(chosen.clone());
    chosen
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps_without_ids_are_called_after_their_actions() {
        let inputs: Vec<StepInput> = serde_json::from_value(json!([
            {"action_type": "task.create"}, {"action_type": "task.create"}, {"id": "x", "action_type": "note.add"},
        ]))
        .unwrap();
        let ids: Vec<String> = read_steps(inputs).unwrap().iter().map(|step| step.id.to_string()).collect();
        assert_eq!(ids, ["task-create", "task-create-2", "x"]);
    }

    #[test]
    fn what_cannot_be_an_id_is_pointed_at() {
        let inputs: Vec<StepInput> =
            serde_json::from_value(json!([{"id": "A b", "action_type": "x", "depends_on": ["C d"]}])).unwrap();
        let pointers: Vec<String> = read_steps(inputs).unwrap_err().into_iter().map(|p| p.pointer).collect();
        assert_eq!(pointers, ["/steps/0/id", "/steps/0/depends_on/0"]);
    }
}
