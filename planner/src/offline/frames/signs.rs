//! What the words of a frame say of what is really asked for.

use domain::workspace::Kind;

use super::{
    changing::status_of,
    frame::{Frame, Part},
};
use crate::offline::{
    reader::Reader,
    text::{Kind as TokenKind, Token},
};

/// "in review", "confirmed": words that say how something stands.
pub(super) fn is_status(words: &[Token]) -> bool {
    let quoted = words.iter().any(|token| token.kind == TokenKind::Quoted);
    let small = words.iter().all(|token| !token.is_capitalised());
    words.len() <= 3 && !quoted && small && status_of(words).is_some()
}

/// "gets a new text: …": the words before a part name what it is.
pub(super) fn names_text(frame: &Frame, role: &str) -> bool {
    let Some(part) = frame.first(role) else { return false };
    let start = part.at.saturating_sub(frame.from).min(frame.tokens.len());
    let before = &frame.tokens[start.saturating_sub(4)..start];
    let says = |words: &str| before.iter().any(|token| token.is_any(words));
    says("text description body wording summary") && !says("name title")
}

/// "wasn't finished after all": what is said to be done is not.
pub(super) fn undoes(frame: &Frame) -> bool {
    let not = frame.says("wasn't isn't hasn't aren't weren't haven't not never");
    !frame.has("set")
        && (not && frame.says("finished done completed complete") || frame.says("reopen unfinished undone"))
}

/// Whom a message names is part of what it says: "let me know that Ann's contract runs out".
pub(super) fn addresses_nobody(frame: &Frame) -> bool {
    let told = |part: &Part| frame.before(part).is_some_and(|token| token.is_any("that whether if when about"));
    frame.all("person").all(told)
}

/// "let me know", "message me": nobody else hears of it.
pub(super) fn tells_me(frame: &Frame) -> bool {
    let lead = &frame.tokens[..frame.tokens.len().min(5)];
    lead.windows(2).any(|pair| {
        (pair[0].is_any("let tell ping alert notify warn message nudge") || pair[0].lemma == "tell")
            && pair[1].is_any("me")
            && (!pair[0].is_any("let") || frame.says("know hear"))
    })
}

/// "the wine one": one of several by a word of its name.
pub(super) fn points_by_one(tokens: &[Token]) -> bool {
    matches!(tokens, [first, .., last] if tokens.len() > 2 && first.is_any("the that this") && last.is_any("one ones task"))
}

/// "put the task 'Service the lifts' on Dmitri's list": a task that is there under just this name, and none that is new.
pub(super) fn gives_what_is_there(frame: &Frame, reader: &Reader<'_>) -> bool {
    let [part] = frame.all("title").collect::<Vec<_>>()[..] else { return false };
    let said = crate::offline::rows::words(&crate::offline::text::join(&part.tokens));
    let there = reader.rows.iter().any(|row| row.kind == Kind::Task && !row.is_closed() && row.words == said);
    let start = part.at.saturating_sub(frame.from).min(frame.tokens.len());
    let named = frame.tokens[..start].windows(2).any(|pair| pair[0].low == "the" && pair[1].is_any("task to-do job"));
    there && named && frame.has("person") && !frame.says("new create add make another")
}

/// For each frame: whether an "and" stands just before it, or leads it.
pub(super) fn led_by_and(frames: &[Frame], whole: &[Token]) -> Vec<bool> {
    let and = |token: Option<&Token>| token.is_some_and(|token| token.is_any("and"));
    let before = |frame: &Frame| frame.from.checked_sub(1).and_then(|at| whole.get(at));
    frames.iter().map(|frame| and(frame.tokens.first()) || and(before(frame))).collect()
}

/// For each frame: whether a sentence or line ends between the wish before it and it.
pub(super) fn ends_of_sentences(frames: &[Frame], whole: &[Token]) -> Vec<bool> {
    let ends = |token: &Token| {
        token.kind == TokenKind::Break || token.is_mark(".") || token.is_mark("!") || token.is_mark("?")
    };
    let mut before = 0;
    let mut told = Vec::with_capacity(frames.len());
    for frame in frames {
        told.push(
            before == 0
                || whole[before.min(frame.from)..frame.from].iter().any(ends)
                || whole.get(before.wrapping_sub(1)).is_some_and(ends),
        );
        before = frame.to;
    }
    told
}
