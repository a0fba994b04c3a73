//! The language of Anthropic: Messages, `anthropic-version: 2023-06-01`.
//!
//! The answer is bound to its form as the input of the one tool that the model must use; a text is read as well.

use serde::Deserialize;
use serde_json::{Value, json};
use sse_stream::Sse;

use super::{
    fault::Fault,
    turns::{Piece, Question, Turn, data},
};

pub(super) const VERSION: &str = "2023-06-01";
const TOOL: &str = "answer";

pub(super) fn body(question: &Question<'_>) -> Value {
    let messages: Vec<Value> = question
        .turns
        .iter()
        .map(|turn| match turn {
            Turn::Ours(text) => json!({"role": "user", "content": text}),
            Turn::Models(text) => json!({"role": "assistant", "content": text}),
        })
        .collect();
    json!({
        "model": question.model,
        "max_tokens": question.answer_tokens,
        "stream": true,
        "system": question.instructions,
        "messages": messages,
        "tools": [{
            "name": TOOL,
            "description": "Gives the answer to the request: a plan, questions, or a refusal.",
            "input_schema": question.schema,
        }],
        "tool_choice": {"type": "tool", "name": TOOL},
    })
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    MessageStart {
        message: Message,
    },
    ContentBlockDelta {
        delta: Delta,
    },
    MessageDelta {
        delta: Stop,
        #[serde(default)]
        usage: Usage,
    },
    MessageStop,
    Error {
        error: Trouble,
    },
    /// `ping`, the frames of blocks, and whatever comes to be added: "your code should handle unknown event types".
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    usage: Usage,
}

#[derive(Default, Deserialize)]
struct Usage {
    #[serde(rename = "input_tokens")]
    input: Option<u64>,
    #[serde(rename = "cache_creation_input_tokens")]
    put_in_cache: Option<u64>,
    #[serde(rename = "cache_read_input_tokens")]
    from_cache: Option<u64>,
    #[serde(rename = "output_tokens")]
    output: Option<u64>,
}

impl Usage {
    fn piece(&self) -> Piece {
        let cached = self.put_in_cache.unwrap_or(0).saturating_add(self.from_cache.unwrap_or(0));
        Piece::Usage { input: self.input.map(|input| input.saturating_add(cached)), output: self.output }
    }
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Delta {
    #[serde(rename = "input_json_delta")]
    Json { partial_json: String },
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Stop {
    stop_reason: Option<String>,
}

#[derive(Deserialize)]
struct Trouble {
    #[serde(rename = "type")]
    kind: String,
}

pub(super) fn pieces(event: &Sse) -> Result<Vec<Piece>, Fault> {
    let Some(text) = event.data.as_deref().filter(|text| !text.trim().is_empty()) else { return Ok(Vec::new()) };
    let pieces = match data::<Event>(text)? {
        Event::MessageStart { message } => vec![message.usage.piece()],
        Event::ContentBlockDelta { delta: Delta::Json { partial_json: text } | Delta::Text { text } } => {
            vec![Piece::Text(text)]
        }
        Event::ContentBlockDelta { delta: Delta::Other } | Event::Other => Vec::new(),
        Event::MessageDelta { delta, usage } => {
            let mut pieces = vec![usage.piece()];
            pieces.extend(delta.stop_reason.map(stopped));
            pieces
        }
        Event::MessageStop => vec![Piece::End],
        Event::Error { error } => {
            return Err(match error.kind.as_str() {
                "rate_limit_error" => Fault::RateLimited,
                kind => Fault::Troubled { status: kind.to_owned() },
            });
        }
    };
    Ok(pieces)
}

fn stopped(reason: String) -> Piece {
    match reason.as_str() {
        "end_turn" | "tool_use" | "stop_sequence" => Piece::Complete,
        "refusal" => Piece::Refusal("The model will not make a plan of this.".into()),
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
    fn a_stream_of_tool_input_is_text_usage_and_an_end() {
        let start = r#"{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],
            "usage":{"input_tokens":25,"cache_read_input_tokens":5,"output_tokens":1}}}"#;
        assert_eq!(heard(start).unwrap(), [Piece::Usage { input: Some(30), output: Some(1) }]);
        let delta =
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a"}}"#;
        assert_eq!(heard(delta).unwrap(), [Piece::Text("{\"a".into())]);
        let end = r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89}}"#;
        assert_eq!(heard(end).unwrap(), [Piece::Usage { input: None, output: Some(89) }, Piece::Complete]);
        assert_eq!(heard(r#"{"type":"message_stop"}"#).unwrap(), [Piece::End]);
    }

    #[test]
    fn what_is_not_known_is_passed_over_and_trouble_is_told() {
        assert_eq!(heard(r#"{"type":"ping"}"#).unwrap(), []);
        assert_eq!(heard(r#"{"type":"something_new","x":1}"#).unwrap(), []);
        let overloaded = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
        assert_eq!(heard(overloaded).unwrap_err(), Fault::Troubled { status: "overloaded_error".into() });
        assert!(matches!(heard("<html>").unwrap_err(), Fault::Unreadable { .. }));
    }

    #[test]
    fn an_answer_that_ran_out_of_tokens_is_not_complete() {
        let end = r#"{"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":9}}"#;
        assert_eq!(heard(end).unwrap()[1], Piece::Incomplete("max_tokens".into()));
    }
}
