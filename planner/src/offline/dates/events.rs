//! "before the concert": the day of something whose date stands elsewhere in the request.

use chrono::NaiveDate;

use super::{DatePhrase, Moment, Role, When};
use crate::offline::text::{Kind, Token, is_determiner, is_function_word, join};

/// The most words of a noun phrase behind its article.
const LONGEST: usize = 4;

/// Something with the day it is on.
struct Event {
    words: Vec<String>,
    day: NaiveDate,
}

/// Puts a date in place of "before the concert" and the like, where the request says when the concert is.
pub fn mark_events(tokens: &[Token]) -> Vec<Token> {
    let events = events(tokens);
    if events.is_empty() {
        return tokens.to_vec();
    }
    let mut marked = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if let Some((phrase, end)) = phrase(tokens, at, &events) {
            marked.push(Token::new(join(&tokens[at..end]), Kind::Date(phrase), tokens[at].glued));
            at = end;
        } else {
            marked.push(tokens[at].clone());
            at += 1;
        }
    }
    marked
}

/// What the request gives a day for: "the concert is on 12 December", "the visit on Friday".
fn events(tokens: &[Token]) -> Vec<Event> {
    let mut events = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(day) = token.date().and_then(DatePhrase::moment).and_then(|moment| moment.day) else { continue };
        let from =
            tokens[..at].iter().rposition(|token| !matches!(token.kind, Kind::Word)).map_or(0, |found| found + 1);
        let words: Vec<String> = tokens[from..at]
            .iter()
            .filter(|token| !is_function_word(&token.low))
            .map(|token| token.low.clone())
            .collect();
        if !words.is_empty() {
            events.push(Event { words, day });
        }
    }
    events
}

fn phrase(tokens: &[Token], at: usize, events: &[Event]) -> Option<(DatePhrase, usize)> {
    let is = |at: usize, words: &str| tokens.get(at).is_some_and(|token| token.is_any(words));
    let (role, article) = match tokens[at].low.as_str() {
        "before" => (Role::Before, at + 1),
        "by" => (Role::By, at + 1),
        "until" | "till" => (Role::Until, at + 1),
        "ahead" if is(at + 1, "of") => (Role::Before, at + 2),
        "prior" if is(at + 1, "to") => (Role::Before, at + 2),
        "in" if is(at + 1, "time") && is(at + 2, "for") => (Role::By, at + 3),
        _ => return None,
    };
    let determined = tokens.get(article).is_some_and(|token| token.kind == Kind::Word && is_determiner(&token.low));
    if !determined || tokens[at].kind != Kind::Word {
        return None;
    }
    let length = tokens[article + 1..]
        .iter()
        .take(LONGEST)
        .take_while(|token| token.kind == Kind::Word && !is_function_word(&token.low))
        .count();
    // the last word is what it is: "before the choir concert"
    let head = tokens.get(article + length).filter(|_| length > 0)?;
    let event = events.iter().find(|event| event.words.contains(&head.low))?;
    let when = When::At(Moment { day: Some(event.day), ..Moment::default() });
    let name = join(&tokens[article..=article + length]).to_lowercase();
    // "before the inspector is here"
    let end = article + length + 1;
    let happens = tokens[end..]
        .iter()
        .take_while(|token| token.is_any("is are comes arrives starts begins opens takes place here there on"))
        .count();
    let whole = tokens.get(end + happens).is_none_or(|token| !matches!(token.kind, Kind::Word));
    Some((DatePhrase { when, role, event: Some(name) }, if whole { end + happens } else { end }))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::{
        dates::{Calendar, mark, written},
        text::tokens,
    };

    #[rstest]
    #[case("The concert is on 12 December. It has to be done before the concert, please", Some("2026-12-12"))]
    #[case("The visit on Friday is near, paint it in time for the visit", Some("2026-11-27"))]
    #[case("The concert is on 12 December. Tell Ana before the party", None)]
    #[case("Paint it before the concert", None)]
    fn the_day_of_an_event_is_found_elsewhere(#[case] text: &str, #[case] wanted: Option<&str>) {
        let marked = mark(&tokens(text), Calendar { today: "2026-11-23".parse().unwrap() });
        let events: Vec<String> = mark_events(&marked)
            .iter()
            .filter_map(Token::date)
            .filter(|phrase| phrase.event.is_some())
            .filter_map(|phrase| Some(written(phrase.moment()?.day?, None)))
            .collect();
        assert_eq!(events.first().map(String::as_str), wanted);
    }
}
