//! Work told in the passive: "the report must be drafted by Ravi, reviewed by Elke and then sent to Mr Novak by message",
//! "have the ferns repotted by Oskar".

use crate::offline::{
    dates::DatePhrase,
    draft::Thing,
    make::TaskParts,
    read::{Clause, Link, split_list},
    reader::{Reader, Reading},
    slots::{dates, patterns},
    text::{Kind as TokenKind, Token, is_verb},
    wording::title_of,
};

patterns!(SHAPES:
    "have|get|see {thing} {rest}",
    "{thing} should|must|shall|can|will|may also|then? be {rest}",
    "{thing} needs|need|has|have|ought|is|are to be {rest}",
    "i|we want|need|'d|would|like like? {thing} to? be? {rest}",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let Some((thing, done)) = parts(reader, &clause.tokens) else { return Ok(false) };
    let mut made: Vec<Thing> = Vec::new();
    for part in done {
        let mut part = part;
        let found: Vec<DatePhrase> = dates(&mut part);
        let Some(verb) = part.first().map(|token| token.lemma.clone()) else { continue };
        let sends = matches!(verb.as_str(), "send" | "forward" | "email" | "mail" | "message")
            && part.iter().any(|token| token.is_any("to"));
        if sends {
            let words = crate::offline::text::tokens(&format!("send it {}", crate::offline::text::join(&part[1..])));
            reader.follow(Link::Then, false);
            if super::messages::read(reader, &Clause { tokens: words, ..Clause::default() })? {
                continue;
            }
        }
        let by = part.iter().position(|token| token.is_any("by"));
        let assignee = match by {
            Some(by) if by + 1 < part.len() => Some(reader.person(&part[by + 1..])?),
            _ => None,
        };
        let rest = part[1..by.unwrap_or(part.len())].to_vec();
        let due = match found.last() {
            Some(phrase) => reader.due(phrase)?,
            None => None,
        };
        let mut words = vec![Token::new(verb, TokenKind::Word, false)];
        words.extend(thing.iter().enumerate().map(|(at, token)| {
            let article = at == 0 && crate::offline::text::is_determiner(&token.low);
            if article { Token::new(token.low.clone(), TokenKind::Word, false) } else { token.clone() }
        }));
        words.extend(rest);
        let project = reader.talk.project.clone();
        let task =
            reader.make_task(&TaskParts { title: title_of(&words), due, assignee, project, ..TaskParts::default() });
        if let Some(before) = made.last().and_then(Thing::step) {
            reader.order_after(&task, Some(before));
        }
        made.push(task);
    }
    reader.talk.group = made;
    Ok(true)
}

/// The thing, and what is to be done with it, part by part.
fn parts(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Vec<Token>, Vec<Vec<Token>>)> {
    let causative = tokens.first()?.is_any("have get see");
    for (index, pattern) in SHAPES.iter().enumerate() {
        let found = if index == 0 && !causative { None } else { shortest(pattern, tokens) };
        let Some((thing, rest)) = found else { continue };
        let named = !reader.people_in(&thing).is_empty() && !thing.iter().any(|token| token.low == "'s");
        let statement =
            thing.iter().any(|token| token.kind == TokenKind::Punct || token.is_any("i we you he she they who that"));
        if thing.is_empty() || named || statement || thing.len() > 7 {
            continue;
        }
        let done = split_list(&rest);
        if done.first().is_some_and(|part| part.first().is_some_and(is_participle))
            && done.iter().any(|part| {
                part.iter().any(|token| token.is_any("by to")) || part.iter().any(|token| token.date().is_some())
            })
        {
            let done = done.into_iter().filter(|part| part.first().is_some_and(is_participle)).collect();
            return Some((thing, done));
        }
    }
    None
}

/// The pattern with the slot `rest` beginning at the first participle.
fn shortest(pattern: &crate::offline::text::Pattern, tokens: &[Token]) -> Option<(Vec<Token>, Vec<Token>)> {
    let found = pattern.start(tokens)?;
    let from = found.range("rest")?.start;
    let thing = found.range("thing")?;
    let participle = tokens[from.saturating_sub(1).max(thing.start + 1)..].iter().position(is_participle)?
        + from.saturating_sub(1).max(thing.start + 1);
    let until = thing.end.max(if tokens[0].is_any("have get see") { participle } else { thing.end });
    Some((tokens[thing.start..until].to_vec(), tokens[participle..].to_vec()))
}

fn is_participle(token: &Token) -> bool {
    let irregular = token.is_any("done made sent given written built bought brought chosen drawn found held kept left met paid put run seen set sold taken told cut read hung");
    token.kind == TokenKind::Word
        && (irregular || token.low != token.lemma && token.low.ends_with("ed") && is_verb(&token.lemma))
}
