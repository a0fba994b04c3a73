//! What can be said of a step whose params still hold references that nobody can resolve yet.

use std::collections::HashMap;

use domain::{
    action::{ActionType, Impact, ImpactLevel},
    ids::StepId,
    references::{self, BRACE, Reference},
};
use serde_json::Value;

use super::world::World;

/// What the params take from steps that have not run, in words. A reference to a thing that a step will make is known
/// well enough to be left out.
pub(crate) fn unknown(params: &Value, world: &World) -> Vec<String> {
    let (found, _) = references::find(params);
    let open = found.into_iter().filter(|placed| world.thing(&placed.value.to_string()).is_none());
    let mut said: Vec<String> = Vec::new();
    for placed in open {
        let name = placed.pointer.trim_start_matches('/').replace('/', ".");
        let Reference { step, path } = placed.value;
        let what = if path.is_empty() { "the result".to_owned() } else { format!("`{}`", path.join(".")) };
        let sentence = format!("`{name}` takes {what} from step {step}, which is known once that step has run");
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    said
}

/// The impact of a step whose params cannot be read: because a reference stands where a list or number will be, or
/// because they do not fit.
pub(crate) fn unreadable(action: &ActionType, params: &Value, unknown: Vec<String>) -> Impact {
    let fits_nothing = references::find(params).0.is_empty();
    let problem = fits_nothing.then(|| "the params do not fit this action".to_owned());
    Impact {
        level: if action.outside { ImpactLevel::High } else { ImpactLevel::Low },
        reversibility: action.reversibility,
        outside: action.outside,
        summary: action.description.clone(),
        changes: Vec::new(),
        unknown,
        problems: problem.into_iter().collect(),
    }
}

/// Stands for [`BRACE`] while the references beside it are resolved; Unicode assigns it to nothing.
const HELD: &str = "\u{FDD0}";

/// Puts what is known of results in place of references, text by text; what is not known stays as it stands.
///
/// A brace that is to be read as one stays written as one: whoever reads the params later must not take what follows
/// it for a reference. [`plain`] is for people.
pub(crate) fn resolve(params: &Value, results: &HashMap<StepId, Value>) -> Value {
    match params {
        Value::String(text) => {
            let held = Value::String(text.replace(BRACE, HELD));
            match references::resolve(&held, &|step| results.get(step)) {
                Ok(Value::String(resolved)) => Value::String(resolved.replace(HELD, BRACE)),
                Ok(resolved) => resolved,
                Err(_) => params.clone(),
            }
        }
        Value::Array(items) => items.iter().map(|item| resolve(item, results)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), resolve(field, results))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => params.clone(),
    }
}

/// Puts the braces themselves in the texts of what a step is expected to change.
pub(crate) fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(BRACE, "{")),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), plain(field))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_known_is_put_in_and_the_rest_stays() {
        let results = HashMap::from([("a".parse().unwrap(), json!({"name": "Kestrel", "n": 3}))]);
        let params = json!({"x": "{{steps.a.result.name}}!", "y": ["{{steps.a.result.n}}", "{{steps.b.result.id}}"]});
        assert_eq!(resolve(&params, &results), json!({"x": "Kestrel!", "y": [3, "{{steps.b.result.id}}"]}));
    }

    #[test]
    fn what_only_looks_like_a_reference_is_none_later_either() {
        let results = HashMap::from([("a".parse().unwrap(), json!({"name": "Kestrel"}))]);
        let params = json!({"x": "{{'{'}}{{'{'}}steps.a.result.name}} of {{steps.a.result.name}}"});
        let resolved = resolve(&params, &results);
        assert!(unknown(&resolved, &World::default()).is_empty());
        assert_eq!(plain(&resolved), json!({"x": "{{steps.a.result.name}} of Kestrel"}));
    }

    #[test]
    fn what_is_not_known_is_said_once_per_place() {
        let params =
            json!({"body": "{{steps.a.result.body.x}} {{steps.a.result.body.x}}", "about": "{{steps.b.result}}"});
        assert_eq!(
            unknown(&params, &World::default()),
            [
                "`body` takes `body.x` from step a, which is known once that step has run",
                "`about` takes the result from step b, which is known once that step has run",
            ]
        );
    }
}
