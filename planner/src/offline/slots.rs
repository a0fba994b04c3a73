//! The parts of a clause that tell about the thing it makes: name, due date, assignee, project, tags.
//!
//! Each is taken out of the tokens as it is found; what is left is what the thing itself is.

use super::{
    dates::{DatePhrase, Span},
    read::split_list,
    text::{Kind as TokenKind, Pattern, Token, join},
    wording::{name_length, name_of},
};

macro_rules! patterns {
    ($name:ident: $($text:literal),* $(,)?) => {
        static $name: std::sync::LazyLock<Vec<$crate::offline::text::Pattern>> =
            std::sync::LazyLock::new(|| vec![$($crate::offline::text::Pattern::new($text)),*]);
    };
}
pub(crate) use patterns;

/// How the things of a list follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sequence {
    /// Nothing was said.
    #[default]
    Unsaid,
    /// One after the other.
    Chain,
    /// Side by side.
    Parallel,
}

patterns!(CHAINED:
    "where|with|and|so|but that? the? second|latter|other|last one|task|step? ~wait|~waiting|~depend|~follow|~start|~come|~happen|~begin only? for|on|after|until|once|when? the? first|former|other|one|previous one|task|step? is? done|finished?",
    "the? second|latter one|task|step? ~wait|~depend|~follow for|on|after? the? first|former one|task|step?",
    "where|with|and each one|of|task|step|item? ~wait|~depend|~follow|~start for|on|until|after? the? one|previous|task|step|last? before? it|one|that?",
    "each|every one|task|step|item? only? after|once|when the one|task|step before it|that? is? done|finished|complete|through?",
    "each|every one|task|step|item? only? after|once|when|behind|following the|its? previous|preceding|last|former|predecessor|one one|task|step? before? it? is? done|finished|complete?",
    "each|every one|task|step|of|item? them? ~wait|~waiting for|on the one|task|step|previous? before it|that?",
    "each|every one|of|task|step? them? only? ~start|~begin|~follow|~happen|~wait for|only? after|once|when|until|as|for soon? as? the? one|previous|preceding|last|former|task|step one|task|step? before? it? is|has? been? done|finished|complete|through|ready?",
    "nobody|noone|none|nothing|neither of? them|these? can|may|must|should|is|gets? to? ~start|~begin|~go|~move ahead? until|till|before|unless the one|person|task|job|step|previous|last|former|other one|task|job|step|person? before|ahead? it|him|her|them|that? is|has|have|was? been? done|finished|complete|completed|through|ready?",
    "no one|task|job|step ~start|~begin|~go until|till|before|unless the one|task|job|step|previous|last|former one|task|job|step? before|ahead? it|that? is|has|was? been? done|finished|complete|completed|through|ready?",
    "each ~wait|~depend|~start for|on|after the previous|preceding|last one|task|step?",
    "each one|of|task|step|item? them? needs|requires the previous|preceding|last|former one|task|step? to? be? done|finished|complete|completed|through?",
    "each ~depend|~depending on the one|previous|task|step before? it|one?",
    "each one? after|following the one|previous|other|last before?",
    "each blocked by the one|previous before? it|one?",
    "one after another|the|each other?",
    "~follow on? from? one|each another|other",
    "one by one",
    "one at a time",
    "in that|this|the given|exactly? order|sequence",
    "in that exact order",
    "in|as a? sequence",
    "in order",
    "in the order given|listed|above",
    "sequentially",
    "step by step",
    "in a row",
    "strictly in order",
);

patterns!(SIDE_BY_SIDE:
    "that|which can|may|should|will? all|both? run|happen|be|go|start|proceed|take done|worked|place? on|ahead? at the same time",
    "that|which can|may|should|will? all|both? run|happen|be|go|start|proceed done|worked? on? in parallel|at|simultaneously the? same? time?",
    "that|which can run|happen|start side|alongside by? side?",
    "that|which can|may run|happen|go|start independently of? each? other?",
    "which|that|these|they|both|the two|of? them? don't|do|won't not? depend|wait|rely on|for each|one other|another",
    "which|that|these|they|both|the are|is independent of|from? each? other?",
    "in parallel",
    "side by side",
    "at the same time",
    "simultaneously",
    "independently of? each? other?",
);

patterns!(TAGGED:
    ", tagged|labelled|labeled as|with|: {tags}",
    "tagged|labelled|labeled as|with|: {tags}",
    "tagged|labelled|labeled {tags}",
    "and? with the? tag|tags|label|labels : {tags}",
    "and? with the? tag|tags|label|labels {tags}",
    "tag|tags|label|labels : {tags}",
    ", tag|tags|label|labels {tags}",
    "and tag|label it|them|both|all as|with {tags}",
    "and? tag|label|mark it|them|all|both as|with {tags}",
    "and? tag|label it|them|both {tags}",
);

patterns!(NAMED:
    "called|named|titled|entitled : {name}",
    "called|named|titled|entitled {name}",
    "with|by|under the working? name|title of? {name}",
    "that|which is|should|will be? called|named {name}",
    "name|title : {name}",
    "and? call|name it|them|that {name}",
);

patterns!(DESCRIBED:
    ", with|and|, the|a|this? description|body|text|summary|details|note|explanation of|:|that? {text}",
    "with|and|, the|a|this? description|body|text|summary|details|note|explanation of|:|that? {text}",
    "description|body|details : {text}",
    ", saying|stating|reading that|:? {text}",
    "saying|stating|reading that|:? {text}",
    "described as|: {text}",
    ", described as|: {text}",
);

/// Takes the first match out of the tokens; the slot's tokens, with where the match began.
pub(crate) fn take(
    tokens: &mut Vec<Token>,
    patterns: &[Pattern],
    slot: &str,
    length: impl Fn(&[Token]) -> usize,
) -> Option<Vec<Token>> {
    let (found, begin) = patterns.iter().find_map(|pattern| {
        let found = pattern.find(tokens)?;
        let from = found.range(slot)?.start;
        Some((from, found.matched.start))
    })?;
    let end = found + length(&tokens[found..]);
    let taken = tokens[found..end].to_vec();
    if taken.is_empty() {
        return None;
    }
    tokens.drain(begin..end);
    Some(taken)
}

fn remove_first(tokens: &mut Vec<Token>, patterns: &[Pattern]) -> bool {
    let longest = patterns.iter().filter_map(|pattern| pattern.find(tokens)).max_by_key(|found| found.matched.len());
    match longest {
        Some(found) if !found.matched.is_empty() => {
            tokens.drain(found.matched);
            true
        }
        _ => false,
    }
}

/// "one after another", "in parallel": taken out and told.
pub(crate) fn sequence(tokens: &mut Vec<Token>) -> Sequence {
    if remove_first(tokens, &CHAINED) {
        // "in this order, one after the other"
        while remove_first(tokens, &CHAINED) {}
        Sequence::Chain
    } else if remove_first(tokens, &SIDE_BY_SIDE) {
        Sequence::Parallel
    } else {
        Sequence::Unsaid
    }
}

/// The tags of what is made.
pub(crate) fn tags(tokens: &mut Vec<Token>) -> Vec<String> {
    let until_mark = |rest: &[Token]| {
        let mut end = 0;
        while let Some(token) = rest.get(end) {
            let next_is_tag = rest.get(end + 1).is_some_and(|next| {
                matches!(next.kind, TokenKind::Word | TokenKind::Quoted)
                    && !next.is_any("due assigned for in with by on plus then")
            });
            let goes_on = match token.kind {
                TokenKind::Quoted | TokenKind::Number => true,
                TokenKind::Word => {
                    !token.is_any("due for in on by assigned with to plus then") && (token.low != "and" || next_is_tag)
                }
                TokenKind::Punct => {
                    token.is_mark(",")
                        && next_is_tag
                        && rest.get(end + 2).is_none_or(|after| after.kind == TokenKind::Punct || after.is_any("and"))
                }
                _ => false,
            };
            if !goes_on {
                break;
            }
            end += 1;
        }
        end
    };
    let Some(taken) = take(tokens, &TAGGED, "tags", until_mark) else { return Vec::new() };
    split_list(&taken)
        .iter()
        .map(|tag| join(tag).trim_start_matches('#').to_owned())
        .filter(|tag| !tag.is_empty())
        .collect()
}

/// The name a clause gives: "called Kestrel".
pub(crate) fn given_name(tokens: &mut Vec<Token>) -> Option<String> {
    take(tokens, &NAMED, "name", name_length).map(|name| name_of(&name)).filter(|name| !name.is_empty())
}

/// The description a clause gives.
pub(crate) fn description(tokens: &mut Vec<Token>) -> Option<String> {
    let length =
        |rest: &[Token]| if rest.first().is_some_and(|token| token.kind == TokenKind::Quoted) { 1 } else { rest.len() };
    let taken = take(tokens, &DESCRIBED, "text", length)?;
    Some(if taken.len() == 1 { taken[0].text.clone() } else { join(&taken) })
}

/// The dates of a clause, taken out.
pub(crate) fn dates(tokens: &mut Vec<Token>) -> Vec<DatePhrase> {
    let found = tokens.iter().filter_map(|token| token.date().cloned()).collect();
    tokens.retain(|token| token.date().is_none());
    tidy(tokens);
    found
}

/// The first length of time of a clause, taken out with the words that introduce it.
pub(crate) fn span(tokens: &mut Vec<Token>) -> Option<Span> {
    let at = tokens.iter().position(|token| matches!(token.kind, TokenKind::Span(_)))?;
    let TokenKind::Span(span) = tokens[at].kind else { return None };
    let from = if at > 0 && tokens[at - 1].is_any("for of lasting taking") { at - 1 } else { at };
    let to = if tokens.get(at + 1).is_some_and(|token| token.is_any("long")) { at + 2 } else { at + 1 };
    tokens.drain(from..to);
    Some(span)
}

/// Marks and joining words that stand at the ends, or twice, when something was taken out.
pub(crate) fn tidy(tokens: &mut Vec<Token>) {
    let joins = |token: &Token| {
        token.kind == TokenKind::Punct && matches!(token.text.as_str(), "," | ";" | "–" | "-")
            || token.is_any("and both which is")
    };
    while tokens.last().is_some_and(|token| joins(token) || token.is_any("due be")) {
        tokens.pop();
    }
    let lead = tokens
        .iter()
        .take_while(|token| token.kind == TokenKind::Punct && matches!(token.text.as_str(), "," | ";" | "–" | ":"))
        .count();
    tokens.drain(..lead);
    let mut at = 1;
    while at < tokens.len() {
        if tokens[at].is_mark(",") && tokens[at - 1].is_mark(",") {
            tokens.remove(at);
        } else {
            at += 1;
        }
    }
}
