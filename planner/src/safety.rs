//! What a request may never lead to, whoever plans it.
//!
//! Text is data: words that try to give the planner other rules, characters that people cannot see, and actions that
//! leave the workspace without being asked for. This is a floor under every planner, not a judge of good taste.

use domain::text::plain_words;
pub use domain::text::{tries_to_change_the_rules, without_hidden};
use serde_json::{Map, Value};

use crate::contract::PlanningRequest;

/// The words of a request and of the answers that people gave about it.
pub struct RequestWords {
    plain: String,
    raw: String,
}

impl RequestWords {
    /// Collects the words.
    pub fn of(request: &PlanningRequest) -> Self {
        let answers = request.answers.values().filter_map(Value::as_str);
        let said = request.revising.iter().flat_map(|draft| draft.earlier.iter().chain([&draft.feedback]));
        let words = std::iter::once(request.request.as_str()).chain(answers).chain(said.map(String::as_str));
        let raw = words.collect::<Vec<_>>().join("\n");
        let (raw, _) = without_hidden(&raw);
        Self { plain: plain_words(&raw), raw: raw.to_lowercase() }
    }

    /// Whether they try to give the planner other rules.
    pub fn tries_to_change_the_rules(&self) -> bool {
        tries_to_change_the_rules(&self.plain)
    }

    /// Whether they ask for an action that leaves the workspace.
    pub fn ask_for(&self, action: &str, params: &Map<String, Value>) -> bool {
        match action {
            "http.request" => params.get("url").and_then(Value::as_str).is_some_and(|url| {
                let url = url.to_lowercase();
                self.raw.contains(url.trim_end_matches('/'))
            }),
            "message.send" => self.speak_of_sending(),
            _ => self.plain.contains(&format!(" {} ", action.replace(['.', '_'], " "))),
        }
    }

    fn speak_of_sending(&self) -> bool {
        const STEMS: [&str; 39] = [
            "word",
            "send",
            "sent",
            "messag",
            "msg",
            "mail",
            "email",
            "write",
            "tell",
            "let",
            "inform",
            "notify",
            "notif",
            "ask",
            "text",
            "ping",
            "invit",
            "repl",
            "respond",
            "thank",
            "congrat",
            "contact",
            "forward",
            "announc",
            "remind",
            "say",
            "report",
            "brief",
            "updat",
            "warn",
            "apolog",
            "confirm",
            "share",
            "introduc",
            "answer",
            "drop",
            "reach",
            "communicat",
            "wish",
        ];
        self.plain.split_whitespace().any(|word| STEMS.iter().any(|stem| word.starts_with(stem)))
    }
}
