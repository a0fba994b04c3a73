//! What is said to a model, and what is heard of its answer, in no provider's words.

use domain::action::Catalogue;
use serde_json::Value;
use sse_stream::Sse;

use super::{anthropic, fault::Fault, openai, schema, settings::Provider};

/// One turn of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// What we say.
    Ours(String),
    /// What the model said.
    Models(String),
}

/// A question to a model.
pub(super) struct Question<'a> {
    pub(super) model: &'a str,
    /// The rules.
    pub(super) instructions: &'a str,
    pub(super) turns: &'a [Turn],
    /// The form of the answer.
    pub(super) schema: &'a Value,
    /// The most tokens that the answer may have.
    pub(super) answer_tokens: u64,
}

/// A piece of what a provider streams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// More of the answer's text.
    Text(String),
    /// Why the model will not answer, in its own words.
    Refusal(String),
    /// The tokens so far; what is not said is as it was.
    Usage { input: Option<u64>, output: Option<u64> },
    /// The model stopped here, for a reason that is not the end of its answer.
    Incomplete(String),
    /// The model came to the end of its answer.
    Complete,
    /// The provider says that nothing more will come.
    End,
}

impl Provider {
    /// The form of answers, as far as the provider can bind a model to it.
    pub(super) fn schema(self, catalogue: &Catalogue) -> Value {
        match self {
            Self::Anthropic => schema::of_answers(catalogue, schema::Absent::LeftOut),
            Self::Openai => schema::of_answers(catalogue, schema::Absent::Null),
        }
    }

    /// The body of the question.
    pub(super) fn body(self, question: &Question<'_>, is_providers_own: bool) -> Value {
        match self {
            Self::Anthropic => anthropic::body(question),
            Self::Openai => openai::body(question, is_providers_own),
        }
    }

    /// Reads one event of the stream.
    pub(super) fn pieces(self, event: &Sse) -> Result<Vec<Piece>, Fault> {
        match self {
            Self::Anthropic => anthropic::pieces(event),
            Self::Openai => openai::pieces(event),
        }
    }
}

/// Reads the data of an event.
pub(super) fn data<T: serde::de::DeserializeOwned>(data: &str) -> Result<T, Fault> {
    serde_json::from_str(data).map_err(|error| Fault::Unreadable { cause: error.to_string() })
}
