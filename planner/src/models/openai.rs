//! The language of OpenAI: chat completions, as OpenAI, Ollama, vLLM and many others speak it.
//!
//! The answer is bound to its form as a strict JSON schema in `response_format`.

use serde::Deserialize;
use serde_json::{Value, json};
use sse_stream::Sse;

use super::{
    fault::Fault,
    turns::{Piece, Question, Turn, data},
};

/// `is_openai`: it is OpenAI itself, which has another name for the limit than those that speak its language.
pub(super) fn body(question: &Question<'_>, is_openai: bool) -> Value {
    let mut messages = vec![json!({"role": "system", "content": question.instructions})];
    messages.extend(question.turns.iter().map(|turn| match turn {
        Turn::Ours(text) => json!({"role": "user", "content": text}),
        Turn::Models(text) => json!({"role": "assistant", "content": text}),
    }));
    let mut body = json!({
        "model": question.model,
        "stream": true,
        "stream_options": {"include_usage": true},
        "messages": messages,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": true, "schema": question.schema},
        },
    });
    let limit = if is_openai { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = json!(question.answer_tokens);
    body
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Usage>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Delta {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

pub(super) fn pieces(event: &Sse) -> Result<Vec<Piece>, Fault> {
    let Some(text) = event.data.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(Vec::new());
    };
    if text == "[DONE]" {
        return Ok(vec![Piece::End]);
    }
    let chunk: Chunk = data(text)?;
    if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
        let kind = ["type", "code"].iter().find_map(|name| error.get(name)?.as_str()).unwrap_or("an error");
        return Err(Fault::Troubled { status: kind.chars().take(60).collect() });
    }
    let mut pieces = Vec::new();
    for choice in chunk.choices {
        pieces.extend(choice.delta.content.filter(|text| !text.is_empty()).map(Piece::Text));
        pieces.extend(choice.delta.refusal.filter(|text| !text.is_empty()).map(Piece::Refusal));
        pieces.extend(choice.finish_reason.map(finished));
    }
    if let Some(usage) = chunk.usage {
        pieces.push(Piece::Usage { input: usage.prompt_tokens, output: usage.completion_tokens });
    }
    Ok(pieces)
}

fn finished(reason: String) -> Piece {
    match reason.as_str() {
        "stop" | "tool_calls" => Piece::Complete,
        _ => Piece::Incomplete(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Result<Vec<Piece>, Fault> {
        pieces(&Sse { data: Some(text.into()), ..Sse::default() })
    }

    #[test]
    fn chunks_are_text_an_end_and_usage() {
        let first = r#"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","usage":null,
            "choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#;
        assert_eq!(heard(first).unwrap(), []);
        let text = r#"{"choices":[{"index":0,"delta":{"content":"{\"a"},"finish_reason":null}]}"#;
        assert_eq!(heard(text).unwrap(), [Piece::Text("{\"a".into())]);
        let stop = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
        assert_eq!(heard(stop).unwrap(), [Piece::Complete]);
        let usage = r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}"#;
        assert_eq!(heard(usage).unwrap(), [Piece::Usage { input: Some(7), output: Some(5) }]);
        assert_eq!(heard("[DONE]").unwrap(), [Piece::End]);
    }

    #[test]
    fn refusals_limits_and_errors_are_told_apart() {
        let refusal = r#"{"choices":[{"delta":{"refusal":"I can't"},"finish_reason":null}]}"#;
        assert_eq!(heard(refusal).unwrap(), [Piece::Refusal("I can't".into())]);
        let length = r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#;
        assert_eq!(heard(length).unwrap(), [Piece::Incomplete("length".into())]);
        let error = r#"{"error":{"message":"The server had an error","type":"server_error"}}"#;
        assert_eq!(heard(error).unwrap_err(), Fault::Troubled { status: "server_error".into() });
    }

    #[test]
    fn the_limit_has_the_name_that_the_server_knows() {
        let question = Question { model: "m", instructions: "", turns: &[], schema: &json!({}), answer_tokens: 9 };
        assert_eq!(body(&question, true)["max_completion_tokens"], 9);
        assert_eq!(body(&question, false)["max_tokens"], 9);
    }
}
