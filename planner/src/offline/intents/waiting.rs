//! Waiting for a moment: "wait until 3 December, then …".

use domain::workspace::Kind;

use crate::offline::{
    dates::{in_words, shift, written},
    draft::Step,
    read::{Clause, Condition},
    reader::{Reader, Reading},
    text::Kind as TokenKind,
};

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    if !tokens.first().is_some_and(|token| token.is_any("wait pause"))
        || tokens.iter().any(|token| token.is_any("project task"))
    {
        return Ok(false);
    }
    let span = tokens.iter().find_map(|token| if let TokenKind::Span(span) = token.kind { Some(span) } else { None });
    let phrase = tokens.iter().find_map(|token| token.date().cloned());
    let day = match (phrase, span) {
        (Some(phrase), _) => reader.moment(&phrase)?,
        (None, Some(span)) => Some((shift(reader.calendar.today, span, false), None)),
        (None, None) => None,
    };
    let Some((day, time)) = day else {
        let from = tokens.iter().position(|token| token.is_any("until till for")).map_or(tokens.len(), |at| at + 1);
        if from < tokens.len() && tokens[0].low == "wait" {
            reader.wait_for(&Condition { tokens: tokens[from..].to_vec(), uncertain: false });
            return Ok(true);
        }
        return Ok(false);
    };
    let waiting = reader.push(
        Step::new("wait.until", format!("Wait until {}", in_words(day))).value("at", written(day, time)),
        Kind::Note,
        "wait",
    );
    reader.hold_for(&waiting);
    Ok(true)
}
