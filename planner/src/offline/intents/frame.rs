//! What a clause is about when no way of speaking fits it: the sort of thing it names, with whatever it says of it.
//!
//! "Put the reason in a note on the project: the turbine is stuck" names a note, what it is on and what it says; which verb
//! asks for it does not matter.

use domain::workspace::Kind;

use crate::offline::{
    read::{Clause, nouns::Noun, split_list},
    reader::{Reader, Reading},
    text::{Kind as TokenKind, Token, is_determiner, is_function_word, is_verb},
    wording::sentence_of,
};

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    Ok(note(reader, &clause.tokens)? || headed_list(reader, &clause.tokens)?)
}

/// Where a noun of a sort stands, behind an article: what is to be made, rather than what is spoken of.
fn made(tokens: &[Token], sort: Noun) -> Option<usize> {
    tokens.iter().take(9).enumerate().find_map(|(at, token)| {
        let before = &tokens[..at];
        let indefinite = before.iter().rev().take(3).any(|token| token.is_any("a an another as short quick"));
        (token.kind == TokenKind::Word && Noun::of(&token.low) == Some(sort) && indefinite).then_some(at)
    })
}

fn note(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    let Some(noun) = made(tokens, Noun::Note) else { return Ok(false) };
    let begins = tokens.first().is_some_and(|token| is_verb(&token.low) || token.is_any("a an another"));
    if !begins
        || tokens
            .iter()
            .any(|token| token.is_any("remind reminder task project idea message") && token.kind == TokenKind::Word)
            && !tokens[noun..].iter().any(|token| token.is_any("project task idea"))
    {
        return Ok(false);
    }
    let behind = &tokens[noun + 1..];
    let mark =
        behind.iter().position(|token| token.is_mark(":") || token.is_any("that saying stating reading because"));
    let quoted = behind
        .iter()
        .position(|token| token.kind == TokenKind::Quoted && !token.plain)
        .filter(|at| mark.is_none() && *at == 0);
    let about_end = mark.unwrap_or(behind.len());
    let about = behind[..about_end]
        .iter()
        .position(|token| token.is_any("on to for in under about against"))
        .map(|at| &behind[at + 1..about_end]);
    let text = match (mark, quoted) {
        (Some(mark), _) if mark + 1 < behind.len() => behind[mark + 1..].to_vec(),
        (_, Some(at)) => vec![behind[at].clone()],
        _ => match told(reader, &tokens[..noun]) {
            Some(text) => text,
            None => return Ok(false),
        },
    };
    let target = match about.filter(|about| about.iter().any(|token| !is_determiner(&token.low))) {
        Some(about) => super::notes::target(reader, about)?,
        None => super::notes::default_target(reader, &text)?,
    };
    let text = reader.spelled_text(&text);
    reader.make_note(&target, &sentence_of(&text));
    Ok(true)
}

/// "jot it down as a note": what was just said, in a message or before.
fn told(reader: &Reader<'_>, before: &[Token]) -> Option<Vec<Token>> {
    let points = before.iter().any(|token| token.is_any("it that this same reason why so too also"));
    if !points {
        return None;
    }
    let last = reader.draft.steps.last().filter(|step| step.action == "message.send");
    let said = last.and_then(|step| step.params.get("body")).and_then(serde_json::Value::as_str);
    match said {
        Some(body) => Some(vec![Token::new(body, TokenKind::Quoted, false)]),
        None => reader.told.last().filter(|text| text.len() > 2).cloned(),
    }
}

/// "Under it: collect tools, rent a space": a list of things to do behind words that only say where they belong.
fn headed_list(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    let Some(colon) = tokens.iter().take(7).position(|token| token.is_mark(":")).filter(|colon| *colon > 0) else {
        return Ok(false);
    };
    let (head, list) = (&tokens[..colon], &tokens[colon + 1..]);
    let where_it_belongs = head.iter().all(|token| {
        is_function_word(&token.low)
            || token.is_any("project inside steps work do need needed needs remaining open missing jobs points agenda order list following things includes include contains first then what's left involves means parts")
    });
    let entries = split_list(list);
    let work = entries.iter().all(|entry| {
        entry.first().is_some_and(|token| token.kind == TokenKind::Word || token.kind == TokenKind::Quoted)
    });
    let project = reader.talk.it().is_some_and(|thing| thing.kind == Kind::Project) || reader.talk.project.is_some();
    if !where_it_belongs || entries.len() < 2 || !work || !project {
        return Ok(false);
    }
    let mut words = crate::offline::text::tokens("tasks:");
    words.extend_from_slice(list);
    if reader.talk.project.is_none() {
        reader.talk.project = reader.talk.it().filter(|thing| thing.kind == Kind::Project).cloned();
    }
    super::tasks::read(reader, &Clause { tokens: words, ..Clause::default() })
}
