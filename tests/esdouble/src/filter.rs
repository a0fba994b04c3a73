//! Which records of the whole log a subscription wants.
//!
//! The server takes regular expressions of .NET. Of those, the double understands what clients of Rust send: `^`, one
//! class of characters to leave out, and literal text; anything else is refused.

use tonic::Status;

use crate::{
    protocol::event_store::client::streams::read_req::options::{
        FilterOptions,
        filter_options::{Expression, Filter as Wanted, Window},
    },
    store::Record,
};

/// How many records are looked at between two checkpoints when the subscriber does not say.
const WINDOW: u32 = 32;

pub(crate) struct Filter {
    is_on_stream: bool,
    test: Test,
    /// How many records are looked at between two checkpoints.
    pub(crate) window: u32,
}

enum Test {
    Prefixes(Vec<String>),
    /// The first character is none of these.
    Without(Vec<char>),
    /// Begins with this.
    Literal(String),
}

impl Filter {
    pub(crate) fn read(options: &FilterOptions) -> Result<Self, Status> {
        let (is_on_stream, expression) = match &options.filter {
            Some(Wanted::StreamIdentifier(expression)) => (true, expression),
            Some(Wanted::EventType(expression)) => (false, expression),
            None => return Err(Status::invalid_argument("a filter filters streams or types")),
        };
        let window = match options.window {
            Some(Window::Max(0)) => return Err(Status::invalid_argument("maxSearchWindow must be positive")),
            Some(Window::Max(max)) => max,
            Some(Window::Count(_)) | None => WINDOW,
        };
        let window = window.saturating_mul(options.checkpoint_interval_multiplier.max(1));
        Ok(Self { is_on_stream, test: test(expression)?, window })
    }

    pub(crate) fn admits(&self, record: &Record) -> bool {
        let name = record.stream_name();
        // what the server writes about itself is never told to those who filter
        if name == "$epoch-information" || name.starts_with("$persistentsubscription") {
            return false;
        }
        let text = if self.is_on_stream { &name } else { &record.event_type };
        match &self.test {
            Test::Prefixes(prefixes) => prefixes.iter().any(|prefix| text.starts_with(prefix.as_str())),
            Test::Without(left_out) => text.chars().next().is_some_and(|first| !left_out.contains(&first)),
            Test::Literal(begin) => text.starts_with(begin.as_str()),
        }
    }
}

/// A regular expression goes before the prefixes, which then count for nothing.
fn test(expression: &Expression) -> Result<Test, Status> {
    if expression.regex.is_empty() {
        return Ok(Test::Prefixes(expression.prefix.clone()));
    }
    let unknown = || Status::invalid_argument(format!("the double does not know the expression {}", expression.regex));
    let text = expression.regex.strip_prefix('^').ok_or_else(unknown)?;
    let text = text.strip_suffix(".*").unwrap_or(text);
    if let Some(class) = text.strip_prefix("[^").and_then(|class| class.strip_suffix(']')) {
        return Ok(Test::Without(class.chars().filter(|letter| *letter != '\\').collect()));
    }
    let literal = text.replace("\\$", "$").replace("\\.", ".");
    let is_literal = !literal.contains(['(', '[', '*', '+', '?', '|', '\\']);
    is_literal.then_some(Test::Literal(literal)).ok_or_else(unknown)
}
