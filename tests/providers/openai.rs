//! The language of OpenAI, as its documents describe it (chat completions, streaming, structured outputs).

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::behaviour::{self, End, event};

/// What a provider would refuse.
pub(super) fn check(body: &Value) -> Result<(), String> {
    if body["messages"][0]["role"] != "system" || body["messages"].as_array().is_none_or(|messages| messages.len() < 2)
    {
        return Err("messages: a system message and one of the user are expected".into());
    }
    let format = &body["response_format"]["json_schema"];
    if body["response_format"]["type"] != "json_schema" || format["strict"] != true {
        return Err("response_format: a strict json_schema is expected".into());
    }
    check_strict(&format["schema"], "schema")
}

/// The rules of strict schemas: every property required, no other allowed, a type or `anyOf` everywhere.
fn check_strict(schema: &Value, place: &str) -> Result<(), String> {
    let invalid = |what: &str| Err(format!("Invalid schema for response_format 'answer': In context={place}, {what}"));
    if let Some(options) = schema["anyOf"].as_array() {
        return options
            .iter()
            .enumerate()
            .try_for_each(|(n, option)| check_strict(option, &format!("{place}/anyOf/{n}")));
    }
    match schema["type"].as_str() {
        Some("object") => {
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            let required: Vec<&str> =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if schema["additionalProperties"] != false {
                return invalid("'additionalProperties' is required to be supplied and to be false");
            }
            if properties.keys().any(|name| !required.contains(&name.as_str())) {
                return invalid("'required' is required to be an array including every key in properties");
            }
            properties.iter().try_for_each(|(name, schema)| check_strict(schema, &format!("{place}/{name}")))
        }
        Some("array") => check_strict(&schema["items"], &format!("{place}/items")),
        Some(_) => Ok(()),
        None => invalid("schema must have a 'type' key"),
    }
}

/// The first message of the person.
pub(super) fn prompt(body: &Value) -> &str {
    body["messages"][1]["content"].as_str().unwrap_or_default()
}

pub(super) fn error(status: StatusCode, kind: &str, message: &str) -> Response {
    (status, Json(json!({"error": {"message": message, "type": kind, "param": null, "code": null}}))).into_response()
}

/// Answers as content in chunks.
pub(super) struct Language {
    model: Value,
    prompt_tokens: usize,
}

impl Language {
    pub(super) fn of(body: &Value) -> Self {
        Self { model: body["model"].clone(), prompt_tokens: body.to_string().len() / 4 }
    }

    fn chunk(&self, choices: &Value, usage: &Value) -> String {
        event(
            None,
            &json!({
                "id": "chatcmpl-test", "object": "chat.completion.chunk", "created": 1_795_000_000, "model": self.model,
                "system_fingerprint": null, "choices": choices, "usage": usage,
            }),
        )
    }

    fn delta(&self, delta: &Value, finish_reason: Option<&str>) -> String {
        let choice = json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason}]);
        self.chunk(&choice, &Value::Null)
    }

    fn end(&self, text: &str) -> String {
        let completion = text.len() / 4;
        let usage = json!({
            "prompt_tokens": self.prompt_tokens, "completion_tokens": completion, "total_tokens": self.prompt_tokens + completion,
        });
        format!("{}data: [DONE]\n\n", self.chunk(&json!([]), &usage))
    }
}

impl behaviour::Language for Language {
    fn opening(&self) -> String {
        self.delta(&json!({"role": "assistant", "content": "", "refusal": null}), None)
    }

    fn text(&self, part: &str) -> String {
        self.delta(&json!({"content": part}), None)
    }

    fn closing(&self, text: &str, why: End) -> String {
        let reason = if why == End::Done { "stop" } else { "length" };
        format!("{}{}", self.delta(&json!({}), Some(reason)), self.end(text))
    }

    fn refusal(&self) -> String {
        let said = self.delta(&json!({"refusal": "I can't help with that."}), None);
        format!("{said}{}{}", self.delta(&json!({}), Some("stop")), self.end(""))
    }

    fn trouble(&self) -> String {
        event(None, &json!({"error": {"message": "The server had an error", "type": "server_error", "code": null}}))
    }

    fn error(&self, status: StatusCode) -> Response {
        let kind = if status == StatusCode::TOO_MANY_REQUESTS { "requests" } else { "server_error" };
        error(status, kind, "Something is wrong here.")
    }
}
