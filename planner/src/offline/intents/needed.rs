//! Work that is only named, in a project that the sentence names: "for the Viaduct project I need a crack survey and a load
//! test, both at the same time, then an expert opinion when the two are through".

use crate::offline::{
    dates::DatePhrase,
    draft::Thing,
    make::TaskParts,
    read::{Clause, split_list, trailing_condition},
    reader::{Reader, Reading},
    slots::{Sequence, dates, sequence},
    text::{Kind as TokenKind, Token, is_determiner, number_word},
    wording::title_of,
};

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let Some(project) = reader.talk.place.clone() else { return Ok(false) };
    let mut tokens = clause.tokens.clone();
    if !names_only(&tokens) {
        return Ok(false);
    }
    let order = sequence(&mut tokens);
    // what is left of "(these two don't depend on each other)"
    tokens.retain(|token| !token.is_mark("(") && !token.is_mark(")"));
    let mut made: Vec<Thing> = Vec::new();
    // commas and "then" part stages, "and" the things of one stage
    let stages = tokens.split(|token| token.kind == TokenKind::Punct || token.is_any("then"));
    for mut entry in stages.flat_map(split_list).collect::<Vec<_>>() {
        if let Some((from, condition)) = trailing_condition(&entry) {
            reader.talk.group.clone_from(&made);
            entry.truncate(from);
            reader.wait_once(&condition);
        }
        let found: Vec<DatePhrase> = dates(&mut entry);
        let due = match found.last() {
            Some(phrase) => reader.due(phrase)?,
            None => None,
        };
        let assignee = reader.assignee(&mut entry)?;
        if entry.iter().all(|token| token.is_any("both all each two three of them") || token.kind == TokenKind::Punct) {
            continue;
        }
        let project = Some(project.clone());
        made.push(reader.make_task(&TaskParts {
            title: title_of(&entry),
            due,
            assignee,
            project,
            ..TaskParts::default()
        }));
    }
    if order == Sequence::Chain {
        super::tasks::chain(reader, &made, order);
    }
    reader.talk.group.clone_from(&made);
    Ok(!made.is_empty())
}

/// Whether the words name things, and tell nothing of them before the first comma.
fn names_only(tokens: &[Token]) -> bool {
    let article = tokens.first().is_some_and(|first| {
        first.kind == TokenKind::Quoted && !first.plain
            || is_determiner(&first.low) && !first.is_any("that this his her my")
            || number_word(&first.low).is_some()
    });
    let end = tokens.iter().position(|token| token.kind == TokenKind::Punct).unwrap_or(tokens.len());
    let tells = tokens[..end].iter().any(|token| {
        token.is_any(
            "is are was were has have had will would can could should must may might needs i we you he she they it",
        )
    });
    article && !tells && tokens.len() > 1
}
