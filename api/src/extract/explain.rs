//! What the JSON reader says, in words for people.

use serde_json::Value;

use crate::problem::{FieldProblem, refusals::escape};

/// Turns an error of reading `pointer` into a problem with that field.
///
/// The reader's messages are a small language ("invalid type: integer `5`, expected a string"); it is translated here,
/// and whatever is not part of it was written by us.
pub(crate) fn explain(pointer: &str, message: &str) -> FieldProblem {
    let name = pointer.rsplit('/').next().filter(|name| !name.is_empty());
    let name = name.map_or_else(|| "the body".to_owned(), |name| format!("`{name}`"));
    if let Some(missing) = message.strip_prefix("missing field ").and_then(quoted) {
        let pointer = format!("{pointer}/{}", escape(missing));
        return FieldProblem::new(pointer, "missing-field", format!("`{missing}` is missing"));
    }
    if let Some((given, wanted)) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    {
        let detail = match wanted_in_words(wanted) {
            Some(wanted) => format!("{name} must be {wanted}, and is {}", given_in_words(given)),
            None => format!("{name} has the wrong type: it is {}", given_in_words(given)),
        };
        return FieldProblem::new(pointer, "wrong-type", detail);
    }
    if message.starts_with("invalid value: ") || message.starts_with("invalid length ") {
        let wanted = message.split_once(", expected ").and_then(|(_, wanted)| wanted_in_words(wanted));
        let detail = match wanted {
            Some(wanted) => format!("{name} must be {wanted}, and not too large"),
            None => format!("{name} has a value that it cannot have"),
        };
        return FieldProblem::new(pointer, "bad-value", detail);
    }
    if let Some((given, wanted)) =
        message.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected "))
    {
        let words: Vec<&str> = wanted.split('`').skip(1).step_by(2).collect();
        let detail = format!("{name} must be {}, and is {given}", words.join(", "));
        return FieldProblem::new(pointer, "bad-value", detail);
    }
    FieldProblem::new(pointer, "bad-value", message)
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('`')?.strip_suffix('`')
}

fn wanted_in_words(wanted: &str) -> Option<&'static str> {
    Some(match wanted {
        "a string" | "a borrowed string" | "str" | "string" => "a text",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f64" | "f32" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if wanted.starts_with("struct ") => "an object",
        _ if wanted.starts_with("string or map") || wanted.starts_with("variant") || wanted.starts_with("enum ") => {
            "a word"
        }
        _ => return None,
    })
}

fn given_in_words(given: &str) -> &'static str {
    match given.split([' ', '`']).next().unwrap_or_default() {
        "string" => "a text",
        "integer" | "floating" => "a number",
        "boolean" => "true or false",
        "null" | "unit" => "nothing",
        "sequence" => "a list",
        "map" => "an object",
        _ => "something else",
    }
}

/// What a JSON value is, in words.
pub(crate) fn type_in_words(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::bodies::request::NewPlan;

    fn detail(body: Value) -> (String, String) {
        let error = serde_path_to_error::deserialize::<_, NewPlan>(body).unwrap_err();
        let problem = explain(&super::super::json::pointer_of(error.path()), &error.inner().to_string());
        (problem.pointer, problem.detail)
    }

    #[test]
    fn each_kind_of_mistake_is_named_in_words() {
        use serde_json::json;
        for (body, pointer, words) in [
            (json!({"request": 5}), "/request", "`request` must be a text, and is a number"),
            (json!({"steps": {}}), "/steps", "`steps` must be a list, and is an object"),
            (
                json!({"steps": [{"depends_on": "a"}]}),
                "/steps/0/depends_on",
                "`depends_on` must be a list, and is a text",
            ),
            (json!({"steps": [{"params": []}]}), "/steps/0/params", "`params` must be an object, and is a list"),
            (
                json!({"planner": "oracle"}),
                "/planner",
                "`planner` must be auto, offline, anthropic, openai, and is `oracle`",
            ),
            (
                json!({"steps": [{"timeout_seconds": -1}]}),
                "/steps/0/timeout_seconds",
                "`timeout_seconds` must be a whole number, not negative, and not too large",
            ),
            (json!({"steps": [{"retry": {}}]}), "/steps/0/retry/max_attempts", "`max_attempts` is missing"),
            (json!({"today": "tomorrow"}), "/today", "`today` must be a date such as 2026-11-23"),
        ] {
            assert_eq!(detail(body), (pointer.to_owned(), words.to_owned()));
        }
    }

    #[test]
    fn an_id_that_is_none_is_explained_by_the_id_itself() {
        let (pointer, detail) = detail(serde_json::json!({"selection": "nothing"}));
        assert_eq!(pointer, "/selection");
        assert!(detail.starts_with("`nothing` is not an entity id"), "{detail}");
    }

    #[test]
    fn no_type_of_ours_is_named() {
        #[derive(Debug, Deserialize)]
        struct Inner {
            #[allow(dead_code, reason = "only read")]
            field: u8,
        }
        let error = serde_path_to_error::deserialize::<_, Inner>(Value::Bool(true)).unwrap_err();
        let problem = explain("", &error.inner().to_string());
        assert_eq!(problem.detail, "the body must be an object, and is true or false");
    }
}
