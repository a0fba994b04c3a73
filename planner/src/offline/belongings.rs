//! Whose a thing is and where it belongs: the person and the project that a clause names for what it makes.

use std::ops::Range;

use domain::workspace::Kind;

use super::{
    draft::Thing,
    reader::{Reader, Stop},
    slots::{patterns, take, tidy},
    text::{Kind as TokenKind, Token, is_determiner, join},
    wording::name_length,
};

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
