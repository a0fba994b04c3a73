//! What one request may take, and what it has taken so far.

use std::sync::LazyLock;

use serde::Deserialize;

use super::fault::Fault;

/// How many characters make a token, about: English text has four, JSON has less.
const CHARS_PER_TOKEN: u64 = 3;

/// A call with less room for its answer than this is not worth making.
const SMALLEST_ANSWER: u64 = 256;

/// What one request may take, over all calls that it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Tokens in and out.
    pub tokens: u64,
    /// Money, in millionths of a US dollar.
    pub cost_micros: Option<u64>,
    /// The most tokens that one answer may have.
    pub answer_tokens: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { tokens: 100_000, cost_micros: None, answer_tokens: 16_000 }
    }
}

/// What a model costs, in millionths of a US dollar for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// For what it reads.
    pub input: u64,
    /// For what it writes.
    pub output: u64,
}

#[derive(Deserialize)]
struct PriceList {
    models: Vec<ListedPrice>,
}

#[derive(Deserialize)]
struct ListedPrice {
    /// A model's name or the beginning of it: dated names follow.
    model: String,
    input: f64,
    output: f64,
}

static LISTED: LazyLock<PriceList> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../prompts/prices.json")).expect("the price list is valid: a test reads it")
});

impl Prices {
    /// Prices in US dollars for a million tokens, as providers list them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no price is below nothing or that high"
    )]
    pub fn per_million(input: f64, output: f64) -> Self {
        let micros = |dollars: f64| (dollars.max(0.0) * 1_000_000.0).round() as u64;
        Self { input: micros(input), output: micros(output) }
    }

    /// What `planner/prompts/prices.json` says of a model.
    pub fn listed(model: &str) -> Option<Self> {
        let fits = |listed: &&ListedPrice| {
            let rest = model.strip_prefix(listed.model.as_str());
            // `gpt-4.1-2025-04-14` is `gpt-4.1`, and `gpt-4.1-mini` is not
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("-2") || rest == "-latest")
        };
        LISTED.models.iter().find(fits).map(|listed| Self::per_million(listed.input, listed.output))
    }

    /// What so many tokens cost, rounded up.
    const fn of(self, input: u64, output: u64) -> u64 {
        (input.saturating_mul(self.input).saturating_add(output.saturating_mul(self.output))).div_ceil(1_000_000)
    }
}

/// What a request has taken so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Spent {
    input: u64,
    output: u64,
    open: Option<OpenCall>,
}

/// A call whose end has not been seen. When it never comes, what the provider charges is estimated.
#[derive(Clone, Debug, Default)]
struct OpenCall {
    asked_chars: u64,
    heard_chars: u64,
    input: Option<u64>,
    output: Option<u64>,
}

impl OpenCall {
    fn taken(&self) -> (u64, u64) {
        let estimate = |chars: u64| chars.div_ceil(CHARS_PER_TOKEN);
        let output = self.output.unwrap_or(0).max(estimate(self.heard_chars));
        (self.input.unwrap_or_else(|| estimate(self.asked_chars)), output)
    }
}

impl Spent {
    /// A call begins; from here on the provider may charge for it.
    pub(super) fn begin(&mut self, asked_chars: usize) {
        self.settle();
        self.open = Some(OpenCall { asked_chars: count(asked_chars), ..OpenCall::default() });
    }

    /// A part of the answer came.
    pub(super) fn hear(&mut self, chars: usize) {
        if let Some(open) = &mut self.open {
            open.heard_chars += count(chars);
        }
    }

    /// The provider says what the call takes so far.
    pub(super) fn told(&mut self, input: Option<u64>, output: Option<u64>) {
        if let Some(open) = &mut self.open {
            open.input = input.or(open.input);
            open.output = output.or(open.output);
        }
    }

    /// The call was answered in full, and what was told is what it takes.
    pub(super) fn end(&mut self) {
        if let Some(open) = &mut self.open
            && open.output.is_some()
        {
            open.heard_chars = 0;
        }
        self.settle();
    }

    /// The call was refused, which costs nothing.
    pub(super) fn refused(&mut self) {
        self.open = None;
    }

    fn settle(&mut self) {
        (self.input, self.output) = self.taken();
        self.open = None;
    }

    fn taken(&self) -> (u64, u64) {
        let (input, output) = self.open.as_ref().map(OpenCall::taken).unwrap_or_default();
        (self.input.saturating_add(input), self.output.saturating_add(output))
    }

    pub(super) fn tokens(&self) -> u64 {
        let (input, output) = self.taken();
        input.saturating_add(output)
    }

    pub(super) fn cost_micros(&self, prices: Option<Prices>) -> Option<u64> {
        let (input, output) = self.taken();
        prices.map(|prices| prices.of(input, output))
    }

    /// How long the next answer may be, in tokens, when there may be one.
    ///
    /// # Errors
    /// [`Fault::OverBudget`]: what was spent leaves no room for another call.
    pub(super) fn room(&self, budget: &Budget, prices: Option<Prices>) -> Result<u64, Fault> {
        let left = budget.tokens.saturating_sub(self.tokens());
        if left < SMALLEST_ANSWER.min(budget.tokens.max(1)) {
            return Err(Fault::OverBudget { budget: format!("{} tokens", budget.tokens) });
        }
        let mut room = left.min(budget.answer_tokens);
        if let (Some(limit), Some(spent), Some(prices)) = (budget.cost_micros, self.cost_micros(prices), prices) {
            let left = limit.saturating_sub(spent);
            if left == 0 {
                return Err(Fault::OverBudget { budget: dollars(limit) });
            }
            let affordable = left.saturating_mul(1_000_000).checked_div(prices.output).unwrap_or(u64::MAX);
            room = room.min(affordable.max(SMALLEST_ANSWER));
        }
        Ok(room)
    }
}

fn count(chars: usize) -> u64 {
    u64::try_from(chars).unwrap_or(u64::MAX)
}

/// An amount as people write it.
fn dollars(micros: u64) -> String {
    let text = format!("${}.{:06}", micros / 1_000_000, micros % 1_000_000);
    let short = text.trim_end_matches('0');
    let cents = text.find('.').map_or(text.len(), |point| point + 3);
    text[..short.len().max(cents)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICES: Prices = Prices { input: 3_000_000, output: 15_000_000 };

    #[test]
    fn what_is_told_counts_and_the_rest_is_estimated() {
        let mut spent = Spent::default();
        spent.begin(3_000);
        assert_eq!(spent.tokens(), 1_000);
        spent.told(Some(800), Some(1));
        spent.hear(300);
        assert_eq!(spent.tokens(), 900, "a stream that is cut here is charged for what came");
        spent.told(None, Some(60));
        spent.end();
        assert_eq!(spent.tokens(), 860);
        assert_eq!(spent.cost_micros(Some(PRICES)), Some(800 * 3 + 60 * 15));
        spent.begin(3_000);
        spent.refused();
        assert_eq!(spent.tokens(), 860);
    }

    #[test]
    fn there_is_no_call_beyond_the_budget() {
        let budget = Budget { tokens: 1_000, cost_micros: None, answer_tokens: 400 };
        let mut spent = Spent::default();
        assert_eq!(spent.room(&budget, None), Ok(400));
        spent.begin(0);
        spent.told(Some(600), Some(100));
        spent.end();
        assert_eq!(spent.room(&budget, None), Ok(300));
        spent.begin(0);
        spent.told(Some(600), Some(300));
        spent.end();
        assert_eq!(spent.room(&budget, None), Err(Fault::OverBudget { budget: "1000 tokens".into() }));
    }

    #[test]
    fn money_limits_the_length_of_an_answer_and_then_the_calls() {
        let budget = Budget { cost_micros: Some(10_000), ..Budget::default() };
        let mut spent = Spent::default();
        assert_eq!(spent.room(&budget, Some(PRICES)), Ok(666));
        spent.begin(0);
        spent.told(Some(2_000), Some(400));
        spent.end();
        assert_eq!(spent.room(&budget, Some(PRICES)), Err(Fault::OverBudget { budget: "$0.01".into() }));
    }

    #[test]
    fn dated_names_have_the_price_of_their_model() {
        assert_eq!(Prices::listed("gpt-4.1-2025-04-14"), Prices::listed("gpt-4.1"));
        assert_ne!(Prices::listed("gpt-4.1-mini"), Prices::listed("gpt-4.1"));
        assert_eq!(Prices::listed("llama3"), None);
    }
}
