//! The parts of a clause that tell about the thing it makes: name, due date, assignee, project, tags.
//!
//! Each is taken out of the tokens as it is found; what is left is what the thing itself is.

use std::ops::Range;

use domain::workspace::Kind;

use super::{
    dates::{DatePhrase, Span},
    draft::Thing,
    read::split_list,
    reader::{Reader, Stop},
    text::{Kind as TokenKind, Pattern, Token, is_determiner, join},
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
    "each|every one|task|step|item? only? after|once|behind|following the|its? previous|preceding|last|former|predecessor|one one|task|step? before? it? is? done|finished|complete?",
    "each|every one|task|step|of|item? them? ~wait|~waiting for|on the one|task|step|previous? before it|that?",
    "each ~wait|~depend|~start for|on|after the previous|preceding|last one|task|step?",
    "each ~depend|~depending on the one|previous|task|step before? it|one?",
    "each one? after|following the one|previous|other|last before?",
    "each blocked by the one|previous before? it|one?",
    "one after another|the|each other?",
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

patterns!(ASSIGNED:
    ", and? assigned|assign|given|allocated to|: {who}",
    "and? which|that? is|are|be? assigned|given|allocated to|: {who}",
    "assigned|assign it|them? to {who}",
    ", all|both|each of? them? assigned to {who}",
    "all|both|each of? them? assigned to {who}",
    ", all|both|each of? them? for {who}",
    "assignee|owner|responsible : {who}",
    ", owned|led|handled|done|run by {who}",
    "and? owned|led|handled|run by {who}",
    "on {who} 's list|plate|desk|to-do|to-dos|task|tasks list?",
    "to|onto {who} 's list|plate|to-do|to-dos|task|tasks list?",
    "with {who} as the? assignee|owner|responsible|lead",
    "and? make {who} responsible|owner for? it?",
    "with {who} responsible|in for|charge it?",
);

patterns!(ON_LIST: "on|to|onto my|his|her|their list|plate|to-do|to-dos|tasks|desk list?");

patterns!(FOR_THEM: "for him|her|them to", "for him|her|them");
patterns!(FOR_ME: "for me to", "for me");
patterns!(FOR_IT: "for|on it|this|that to");
patterns!(IN_IT: "in|inside|under|into it|there|that");
patterns!(OWNER_TAIL: "'s list|plate|desk|to-do|to-dos|tasks list?");

impl Reader<'_> {
    /// Who is to do it, when the clause says so.
    pub(crate) fn assignee(&mut self, tokens: &mut Vec<Token>) -> Result<Option<Thing>, Stop> {
        if let Some(found) = ON_LIST.iter().find_map(|pattern| pattern.find(tokens)) {
            let whose = tokens[found.matched.start + 1].clone();
            let person = if whose.is_any("my") { Thing::me() } else { self.person(&[whose])? };
            tokens.drain(found.matched);
            return Ok(Some(person));
        }
        let person_length = |rest: &[Token]| name_of_person_length(rest);
        if let Some(who) = take(tokens, &ASSIGNED, "who", person_length) {
            drop_owner_tail(tokens);
            return self.person(&who).map(Some);
        }
        // "a task for Philippa to prepare the slides"
        let people = super::resolve::people_named(&self.candidates(), tokens);
        for named in people {
            let introduced = named.from > 0 && tokens[named.from - 1].is_any("for");
            let about_work = tokens.get(named.to).is_none_or(|token| {
                token.is_any("to and due called named on") || token.kind == TokenKind::Punct || token.is_temporal()
            });
            let not_inside = !tokens[..named.from].iter().any(|token| token.is_any("to"));
            if introduced && about_work && not_inside {
                let who = tokens[named.from..named.to].to_vec();
                tokens.drain(named.from - 1..named.to);
                return self.person(&who).map(Some);
            }
        }
        let ends = |found: &super::text::Captures| {
            tokens.get(found.matched.end).is_none_or(|next| next.kind == TokenKind::Punct || next.date().is_some())
        };
        let for_pronoun = FOR_THEM[0].find(tokens).or_else(|| FOR_THEM[1].find(tokens).filter(ends));
        if let Some(found) = for_pronoun {
            let pronoun = tokens[found.matched.start + 1].clone();
            tokens.drain(found.matched.start..found.matched.start + 2);
            return self.person(&[pronoun]).map(Some);
        }
        let at_end = |found: &super::text::Captures| found.matched.end == tokens.len();
        let for_me = FOR_ME[0].find(tokens).or_else(|| FOR_ME[1].find(tokens).filter(at_end));
        if let Some(found) = for_me {
            tokens.drain(found.matched.start..found.matched.start + 2);
            return Ok(Some(Thing::me()));
        }
        Ok(None)
    }

    /// The project it belongs to, when the clause says so; taken out.
    pub(crate) fn project_slot(&mut self, tokens: &mut Vec<Token>) -> Result<Option<Thing>, Stop> {
        let spoken = self.talk.it().filter(|thing| thing.kind == Kind::Project).cloned();
        let for_it = FOR_IT[0].find(tokens).filter(|_| spoken.is_some());
        if let (Some(found), Some(project)) = (for_it, spoken) {
            tokens.drain(found.matched.start..found.matched.end - 1);
            return Ok(Some(project));
        }
        if let Some(project) = self.talk.project.clone() {
            let it = IN_IT[0]
                .find(tokens)
                .filter(|found| tokens.get(found.matched.end).is_none_or(|next| !next.is_any("project task idea")));
            if let Some(found) = it {
                tokens.drain(found.matched);
                tidy(tokens);
                return Ok(Some(project));
            }
        }
        let Some((range, name)) = project_phrase(tokens) else {
            return Ok(self.bare_project(tokens));
        };
        let said = tokens[name].to_vec();
        let project = self.thing(&said, &[Kind::Project])?;
        tokens.drain(range);
        tidy(tokens);
        Ok(Some(project))
    }

    /// "in Riverside", "to Atlas": a project's whole name without the word.
    fn bare_project(&mut self, tokens: &mut Vec<Token>) -> Option<Thing> {
        let candidates = self.candidates();
        for at in 0..tokens.len() {
            if !tokens[at].is_any("in to under for on within into") {
                continue;
            }
            let start = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|token| is_determiner(&token.low)));
            for end in (start + 1..=tokens.len().min(start + 6)).rev() {
                let words: Vec<String> = super::rows::words(&join(&tokens[start..end]));
                let whole = candidates
                    .iter()
                    .find(|candidate| candidate.thing.kind == Kind::Project && candidate.words == words);
                if let Some(candidate) = whole {
                    let thing = candidate.thing.clone();
                    tokens.drain(at..end);
                    tidy(tokens);
                    return Some(thing);
                }
            }
        }
        None
    }
}

/// "in the Riverside project", "under project Riverside", "to it": the phrase and the name in it.
fn project_phrase(tokens: &[Token]) -> Option<(Range<usize>, Range<usize>)> {
    for (at, token) in tokens.iter().enumerate() {
        if !token.is_any("in to under for on within into inside of") {
            continue;
        }
        let rest = &tokens[at + 1..];
        let noun = rest.iter().take(8).position(|token| token.is_any("project"));
        let clean = |range: Range<usize>| {
            !rest[range].iter().any(|token| {
                matches!(token.kind, TokenKind::Punct | TokenKind::Date(_))
                    || token.is_any("in to and with due on called")
                    || (token.kind == TokenKind::Word
                        && super::read::nouns::Noun::of(&token.low).is_some()
                        && token.low != "project")
            })
        };
        match noun {
            Some(0 | 1)
                if rest.first().is_some_and(|token| token.is_any("project the"))
                    && rest
                        .get(noun? + 1)
                        .is_some_and(|token| token.is_capitalised() || token.kind == TokenKind::Quoted) =>
            {
                let start = noun? + 1;
                let length = name_length(&rest[start..]);
                return Some((at..at + 1 + start + length, at + 1 + start..at + 1 + start + length));
            }
            Some(noun) if clean(0..noun) => return Some((at..at + 2 + noun, at + 1..at + 2 + noun)),
            _ => {}
        }
    }
    None
}

/// How many tokens from the start name one person.
pub(crate) fn name_of_person_length(rest: &[Token]) -> usize {
    let lead = rest.iter().take_while(|token| is_determiner(&token.low)).count();
    let pronoun = rest.first().is_some_and(|token| token.is_any("me him her them myself"));
    if pronoun {
        return 1;
    }
    let named = rest[lead..]
        .iter()
        .take(4)
        .take_while(|token| (token.is_capitalised() || super::text::is_title(&token.low)) && !token.is_any("due"))
        .count();
    if named > 0 {
        return lead + named;
    }
    // written small: one word, or two when the second is no usual word
    lead + usize::from(rest.len() > lead)
}

fn drop_owner_tail(tokens: &mut Vec<Token>) {
    if let Some(found) = OWNER_TAIL[0].find(tokens) {
        tokens.drain(found.matched);
    }
    tidy(tokens);
}
