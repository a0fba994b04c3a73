//! The language of Anthropic, as its documents describe it (Messages, streaming, tool use).

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::behaviour::{self, End, event};

/// What a provider would refuse.
pub(super) fn check(headers: &HeaderMap, body: &Value) -> Result<(), String> {
    if headers.get("anthropic-version").is_none_or(|version| version != "2023-06-01") {
        return Err("anthropic-version: header is required".into());
    }
    if body["max_tokens"].as_u64().is_none_or(|tokens| tokens == 0) {
        return Err("max_tokens: Field required".into());
    }
    let known = ["model", "max_tokens", "stream", "system", "messages", "tools", "tool_choice"];
    if let Some(extra) = body.as_object().and_then(|body| body.keys().find(|key| !known.contains(&key.as_str()))) {
        return Err(format!("{extra}: Extra inputs are not permitted"));
    }
    let roles: Vec<&str> =
        body["messages"].as_array().into_iter().flatten().filter_map(|m| m["role"].as_str()).collect();
    let alternate = roles.iter().enumerate().all(|(n, role)| *role == if n % 2 == 0 { "user" } else { "assistant" });
    if roles.is_empty() || !alternate || roles.len().is_multiple_of(2) {
        return Err("messages: roles must alternate between \"user\" and \"assistant\"".into());
    }
    if body["tools"][0]["input_schema"]["type"] != "object" || body["tool_choice"]["name"] != body["tools"][0]["name"] {
        return Err("tools.0.input_schema.type: Field required".into());
    }
    Ok(())
}

/// The first message of the person.
pub(super) fn prompt(body: &Value) -> &str {
    body["messages"][0]["content"].as_str().unwrap_or_default()
}

pub(super) fn error(status: StatusCode, kind: &str, message: &str) -> Response {
    let body = json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_test"});
    (status, Json(body)).into_response()
}

/// Answers as the tool that must be used.
pub(super) struct Language {
    model: Value,
    tool: Value,
    input_tokens: usize,
}

impl Language {
    pub(super) fn of(body: &Value) -> Self {
        Self {
            model: body["model"].clone(),
            tool: body["tools"][0]["name"].clone(),
            input_tokens: body.to_string().len() / 4,
        }
    }
}

impl behaviour::Language for Language {
    fn opening(&self) -> String {
        let message = json!({
            "id": "msg_test", "type": "message", "role": "assistant", "model": self.model, "content": [],
            "stop_reason": null, "stop_sequence": null,
            "usage": {"input_tokens": self.input_tokens, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 1},
        });
        let block = json!({"type": "tool_use", "id": "toolu_test", "name": self.tool, "input": {}});
        [
            event(Some("message_start"), &json!({"type": "message_start", "message": message})),
            event(
                Some("content_block_start"),
                &json!({"type": "content_block_start", "index": 0, "content_block": block}),
            ),
            event(Some("ping"), &json!({"type": "ping"})),
            self.text(""),
        ]
        .concat()
    }

    fn text(&self, part: &str) -> String {
        let delta = json!({"type": "input_json_delta", "partial_json": part});
        event(Some("content_block_delta"), &json!({"type": "content_block_delta", "index": 0, "delta": delta}))
    }

    fn closing(&self, text: &str, why: End) -> String {
        let reason = if why == End::Done { "tool_use" } else { "max_tokens" };
        let delta = json!({
            "type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null},
            "usage": {"output_tokens": text.len() / 4},
        });
        [
            event(Some("content_block_stop"), &json!({"type": "content_block_stop", "index": 0})),
            event(Some("message_delta"), &delta),
            event(Some("message_stop"), &json!({"type": "message_stop"})),
        ]
        .concat()
    }

    fn refusal(&self) -> String {
        let delta = json!({
            "type": "message_delta", "delta": {"stop_reason": "refusal", "stop_sequence": null}, "usage": {"output_tokens": 1},
        });
        [event(Some("message_delta"), &delta), event(Some("message_stop"), &json!({"type": "message_stop"}))].concat()
    }

    fn trouble(&self) -> String {
        event(Some("error"), &json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}))
    }

    fn error(&self, status: StatusCode) -> Response {
        let kind = match status {
            StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
            StatusCode::SERVICE_UNAVAILABLE => "overloaded_error",
            _ => "api_error",
        };
        error(status, kind, "Something is wrong here.")
    }
}
