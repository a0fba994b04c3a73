//! One field of something that is there: "change the description of the fair to 'By the river' and its due date to Friday".

use domain::workspace::Kind;

use crate::offline::{
    dates::written,
    make::Change,
    read::Clause,
    reader::{Reader, Reading},
    slots::patterns,
    text::{Kind as TokenKind, Token},
    wording::sentence_of,
};

const KINDS: [Kind; 3] = [Kind::Project, Kind::Idea, Kind::Task];

patterns!(SHAPES:
    "~change|~update|~set|~edit|~correct|~adjust|~amend|~alter|~replace|~switch|~revise|~rewrite|~make the|a? new? description|body|text|wording|summary|details of|for|on|in {thing} to|into|with|as|say|read|: to|:? {value}",
    "~change|~update|~set|~edit|~correct|~adjust|~amend|~alter|~replace|~switch|~revise|~rewrite {thing} 's description|body|text|wording|summary|details to|into|with|as|say|read|: {value}",
    "~give|~add {thing} the|a new? description|text|summary of|:|saying? {value}",
    "~add|~put|~write the|a? description|text|summary @quoted to|on|in|for {thing}",
    "{thing} 's? description|text|body|wording|summary is|should|becomes|must|: now|be|read|say|:? {value}",
    "the description|text|body|wording|summary of|for {thing} is|should|becomes|must|: now|be|read|say|:? {value}",
    "describe {thing} as|:|with {value}",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    for pattern in SHAPES.iter() {
        let Some(found) = pattern.start(tokens) else { continue };
        let at_end = found.range("thing").is_some_and(|range| range.end == found.matched.end);
        let said = match found.range("thing") {
            Some(range) if at_end => tokens[range.start..].to_vec(),
            Some(range) => tokens[range].to_vec(),
            None => continue,
        };
        let quoted = tokens.iter().position(|token| token.kind == TokenKind::Quoted);
        let from = found.range("value").map(|range| range.start).or(quoted).unwrap_or(tokens.len());
        let pointed = said.len() <= 2 && said.iter().any(|token| token.is_any("it its this that the"));
        let thing = if pointed { reader.talk.it().cloned() } else { reader.certainly(&said, &KINDS) };
        let named = said.iter().any(|token| token.is_any("project idea task") || token.kind == TokenKind::Quoted);
        let thing = match thing.filter(|thing| KINDS.contains(&thing.kind)) {
            Some(thing) => thing,
            None if named => reader.thing(&said, &KINDS)?,
            None => continue,
        };
        let value = &tokens[from..];
        let (text, behind) = match value {
            [first, behind @ ..] if first.kind == TokenKind::Quoted => (first.text.clone(), behind),
            [] => continue,
            value => (sentence_of(value), &[][..]),
        };
        match thing.kind {
            Kind::Idea => reader.change(&thing, Change::Text("body", text)),
            Kind::Project => reader.change(&thing, Change::Text("description", text)),
            // a task that is there has no description that could be changed: what is to be said of it is a note
            _ => drop(reader.make_note(&thing, &text)),
        }
        due_behind(reader, &thing, behind)?;
        return Ok(true);
    }
    Ok(false)
}

/// "… and its due date to 12 March".
fn due_behind(
    reader: &mut Reader<'_>,
    thing: &crate::offline::draft::Thing,
    behind: &[Token],
) -> Result<(), crate::offline::reader::Stop> {
    let due = behind.iter().any(|token| token.is_any("due deadline date"))
        || behind.iter().filter_map(Token::date).any(|date| date.role == crate::offline::dates::Role::Due);
    let phrase = behind.iter().find_map(|token| token.date().cloned()).filter(|_| due && thing.kind != Kind::Idea);
    if let Some((day, _)) = phrase.map(|phrase| reader.due(&phrase)).transpose()?.flatten() {
        reader.change(thing, Change::Text("due_date", written(day, None)));
    }
    Ok(())
}
