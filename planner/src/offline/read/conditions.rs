//! What a clause waits for: "once both are finished, …", "… only after her approval".

use super::{polite::lead_in, starts::strong};
use crate::offline::text::{Pattern, Token, from_gerund, is_determiner};

/// What a clause waits for, in the request's words: "once both are finished".
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub(crate) tokens: Vec<Token>,
    /// "if": it may not come true.
    pub(crate) uncertain: bool,
}

/// "once both are finished, …", "only after her approval …", "when he's done, …": the condition, and where what it
/// holds for begins.
pub(super) fn leading_condition(tokens: &[Token]) -> (Option<Condition>, usize) {
    let start =
        lead_in(tokens).min(tokens.iter().take_while(|token| token.is_any("and but then so only please just")).count());
    let start = start.max(tokens.iter().take_while(|token| token.is_any("and but then so only just please")).count());
    let Some(word) = tokens.get(start) else { return (None, 0) };
    let (length, uncertain) = match word.low.as_str() {
        "once" | "when" | "whenever" => (1, false),
        "after" if tokens.get(start + 1).is_some_and(|token| !token.is_any("that this")) => (1, false),
        "as" if tokens.get(start + 1).is_some_and(|token| token.is_any("soon")) => (3, false),
        "if" | "unless" | "provided" | "assuming" => (1, true),
        "in" if tokens.get(start + 1).is_some_and(|token| token.is_any("case")) => (2, true),
        _ => return (None, 0),
    };
    let from = start + length;
    let comma = outside_brackets(&tokens[from.min(tokens.len())..])
        .find(|(_, token)| token.is_mark(",") || token.is_mark("–") || token.is_any("then"))
        .map(|(found, _)| from + found);
    let wish = wish_inside(tokens, from).filter(|wish| comma.is_none_or(|comma| *wish < comma));
    if let Some(wish) = wish {
        return (Some(Condition { tokens: tokens[from..wish].to_vec(), uncertain }), wish);
    }
    if let Some(comma) = comma
        && comma > from
        && comma + 1 < tokens.len()
    {
        return (Some(Condition { tokens: tokens[from..comma].to_vec(), uncertain }), comma + 1);
    }
    // no comma: up to the first word that asks for something this workspace does
    let main = (from + 1..tokens.len()).find(|at| {
        strong(&tokens[*at..]) && !tokens[*at - 1].is_any("to the a an") && !is_determiner(&tokens[*at - 1].low)
    });
    match main {
        Some(main) => (Some(Condition { tokens: tokens[from..main].to_vec(), uncertain }), main),
        None => (None, 0),
    }
}

/// "after the workshop I want to follow up with Ana, Tom and Ruth": where what is wished begins, without a comma.
fn wish_inside(tokens: &[Token], from: usize) -> Option<usize> {
    (from + 2..tokens.len()).find(|at| {
        let wishes = tokens[*at].is_any("i we i'd we'd please could can would let's");
        wishes && lead_in(&tokens[*at..]) > 0 && strong(&tokens[*at..])
    })
}

/// The tokens that do not stand in brackets, with their places.
fn outside_brackets(tokens: &[Token]) -> impl Iterator<Item = (usize, &Token)> {
    let mut depth = 0_i32;
    tokens.iter().enumerate().filter(move |(_, token)| {
        depth += i32::from(token.is_mark("(")) - i32::from(token.is_mark(")"));
        depth <= 0
    })
}

/// Takes the condition off the end of a clause: "one for the assessment once both are finished".
pub(crate) fn trailing_condition(tokens: &[Token]) -> Option<(usize, Condition)> {
    let found = tokens.iter().enumerate().skip(1).find_map(|(at, token)| {
        let next = tokens.get(at + 1)?;
        // "ask her if it suits her": what is asked
        if token.is_any("if when once")
            && tokens[..at].iter().rev().take(4).any(|before| {
                before.is_any("ask asks asking know see check wonder tell say find sure whether know question")
            })
        {
            return None;
        }
        let (length, uncertain) = match token.low.as_str() {
            "once" | "when" => (1, false),
            "if" | "unless" => (1, true),
            "not" if next.is_any("before until") && at > 0 => (2, false),
            "that" | "which" if waits_for(&tokens[at + 1..]) > 0 => (1 + waits_for(&tokens[at + 1..]), false),
            "after" if next.is_any("it that this them") && tokens.len() <= at + 3 => (1, false),
            "after" if next.is_any("task step") => (1, false),
            "as" if next.is_any("soon") && tokens.get(at + 2).is_some_and(|token| token.is_any("as")) => (3, false),
            "after"
                if next.is_any("both they all he she it's he's she's they're those these")
                    || from_gerund(&next.low).is_some()
                    || tokens[at + 1..]
                        .iter()
                        .any(|token| token.is_any("is are has have approval done finished completed")) =>
            {
                (1, false)
            }
            _ => return None,
        };
        Some((at, length, uncertain))
    })?;
    let (at, length, uncertain) = found;
    let tokens_of = tokens.get(at + length..).filter(|rest| !rest.is_empty())?;
    let from = if at > 0 && tokens[at - 1].is_any("only but") { at - 1 } else { at };
    let from = if from > 0 && tokens[from - 1].is_mark(",") { from - 1 } else { from };
    (from > 0).then(|| (from, Condition { tokens: tokens_of.to_vec(), uncertain }))
}

/// "has to wait for", "depends on": how many words say that something waits.
fn waits_for(tokens: &[Token]) -> usize {
    static WAITS: std::sync::LazyLock<Vec<Pattern>> = std::sync::LazyLock::new(|| {
        [
            "has|must|should|needs|can to|only? ~wait for|until",
            "~wait for|until|on",
            "~depend on",
            "can|should|may only start|begin|happen|run after|once|when",
            "~come|~follow after",
            "~start after|once",
        ]
        .into_iter()
        .map(Pattern::new)
        .collect()
    });
    WAITS.iter().filter_map(|pattern| pattern.start(tokens)).map(|found| found.matched.end).max().unwrap_or(0)
}

/// "don't message Ana until Tom has checked it": what is to be done, and what it waits for.
pub(super) fn not_until(tokens: &[Token]) -> Option<(Condition, Vec<Token>)> {
    let negated = match tokens {
        [first, ..] if first.is_any("don't dont never") => 1,
        [first, second, ..] if first.is_any("do") && second.is_any("not") => 2,
        _ => return None,
    };
    let until = tokens.iter().position(|token| token.is_any("until till before unless"))?;
    let (done, awaited) = (&tokens[negated..until.max(negated)], &tokens[until + 1..]);
    // "until Friday" is a date, not a condition
    let tells = awaited.len() >= 2 && awaited[0].date().is_none();
    let done: Vec<Token> = done.iter().filter(|token| !token.is_any("yet")).cloned().collect();
    let condition = Condition { tokens: without_relative_clause(awaited), uncertain: tokens[until].is_any("unless") };
    (tells && strong(&done)).then_some((condition, done))
}

/// "… the text, which she should do by 2 December": of the clause behind "which", only the date is kept.
fn without_relative_clause(tokens: &[Token]) -> Vec<Token> {
    let from = tokens.windows(2).position(|pair| pair[0].is_mark(",") && pair[1].is_any("which"));
    let Some(from) = from else { return tokens.to_vec() };
    let dates = tokens[from..].iter().filter(|token| token.date().is_some());
    tokens[..from].iter().chain(dates).cloned().collect()
}
