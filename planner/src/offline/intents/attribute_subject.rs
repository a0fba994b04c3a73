//! What a clause says something of: "all", "the second one", "the windows", or what was spoken of last.

use domain::workspace::Kind;

use crate::offline::{
    draft::{Target, Thing},
    read::nouns::Noun,
    reader::Reader,
    resolve::people_named,
    text::{Kind as TokenKind, Token, is_function_word, number_word},
};

/// Whom or what it is said of.
pub(super) enum Subject {
    /// Nothing is named: of what was spoken of last.
    Unnamed,
    /// "it": the last thing.
    It,
    /// "all", "both", "they".
    All { everything: bool },
    /// "the second one", "the last two", "the rest".
    These(Vec<Thing>),
}

/// Words between a subject and what is said of it.
pub(super) const LINKS: &str = "\
    is are was be should must shall will can could may need needs has have ought go goes going belong belongs get gets come \
    comes fall falls also all both each then now only please that's it's they're which";

/// The subject, and where what is said of it begins.
pub(super) fn subject(reader: &Reader<'_>, tokens: &[Token]) -> (Subject, usize) {
    let is = |at: usize, words: &str| tokens.get(at).is_some_and(|token| token.is_any(words));
    // "the deadline for everything is Friday"
    let headed = usize::from(is(0, "the"));
    if is(headed, "deadline due date owner assignee cut-off") {
        let head = headed
            + tokens[headed..]
                .iter()
                .take_while(|token| token.is_any("due date deadline owner assignee cut-off"))
                .count();
        if is(head, "for of on") {
            let (found, length) = subject(reader, &tokens[head + 1..]);
            if !matches!(found, Subject::Unnamed) {
                return (found, head + 1 + length);
            }
        }
    }
    let sort = |at: usize| {
        tokens.get(at).is_some_and(|token| {
            token.kind == TokenKind::Word
                && (matches!(Noun::of(&token.low), Some(Noun::Task))
                    || token.is_any("ones items steps things lot bunch"))
        })
    };
    let counted = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| token.kind == TokenKind::Word && number_word(&token.low).is_some_and(|n| n > 1))
    };
    // "Deadline Friday for all three", read with its date behind
    if is(0, "for") && is(1, "all both each everything them these those every") {
        let (found, length) = subject(reader, &tokens[1..]);
        return (found, length + 1);
    }
    if let Some((things, end)) = nth(reader, tokens) {
        return (Subject::These(things), end);
    }
    if is(0, "all both each everything they these those them every either") {
        let everything = is(0, "all everything each every");
        let mut at = 1;
        while is(at, "of the them these those it this one single") || counted(at) || sort(at) {
            at += 1;
        }
        return (Subject::All { everything }, at);
    }
    let determined = usize::from(is(0, "the these those"));
    let many = determined + usize::from(counted(determined));
    if determined == 1 && sort(many) && tokens[many].low.ends_with('s') {
        return (Subject::All { everything: false }, many + 1);
    }
    if is(0, "it this that which") && !is(1, "one") {
        return (Subject::It, 1);
    }
    match named(reader, tokens) {
        Some((things, end)) => (Subject::These(things), end),
        None => (Subject::Unnamed, 0),
    }
}

/// "the windows", "'Paint the hall'": what this plan makes, by its name.
fn named(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Vec<Thing>, usize)> {
    let end = tokens.iter().take(7).position(|token| {
        token.is_any(LINKS) || token.is_any("for to by due in") || token.is_temporal() || token.is_mark(":")
    })?;
    let said = &tokens[..end];
    let content = said.iter().any(|token| !is_function_word(&token.low) || token.kind == TokenKind::Quoted);
    let person = !people_named(&reader.candidates(), said).is_empty();
    let marks = said.iter().any(|token| token.kind == TokenKind::Punct);
    if end == 0 || !content || person || marks {
        return None;
    }
    let thing = reader.certainly(said, &[Kind::Task, Kind::Project]).filter(|thing| thing.step().is_some())?;
    let colon = usize::from(tokens[end].is_mark(":"));
    Some((vec![thing], end + colon))
}

/// "the second one", "the first two", "the rest".
fn nth(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Vec<Thing>, usize)> {
    let start = usize::from(tokens.first()?.is_any("the"));
    if !tokens.get(start)?.is_any("first second third fourth last other others rest remaining former latter") {
        return None;
    }
    let end = start
        + 1
        + tokens[start + 1..]
            .iter()
            .take_while(|token| {
                token.is_any("one ones task tasks of them these item items")
                    || number_word(&token.low).is_some_and(|n| n > 1)
            })
            .count();
    let said = &tokens[start..end];
    let part = super::assign::part_of_group(reader, said, &super::assign::given_already(reader));
    let one = || {
        let only: Vec<Token> = said.iter().take(1).cloned().collect();
        reader.pointed_at(&only, &[Kind::Task, Kind::Project]).map(|thing| vec![thing])
    };
    Some((part.or_else(one)?, end))
}

/// The things of these kinds that a subject means.
pub(super) fn meant(reader: &Reader<'_>, subject: &Subject, kinds: &[Kind]) -> Vec<Thing> {
    let fits = |thing: &&Thing| kinds.contains(&thing.kind) && thing.target != Target::Me;
    let group = || -> Vec<Thing> { reader.talk.group.iter().filter(fits).cloned().collect() };
    let last = || -> Vec<Thing> { reader.talk.last_of(kinds).cloned().into_iter().collect() };
    match subject {
        Subject::These(things) => things.iter().filter(fits).cloned().collect(),
        Subject::It => {
            let it = reader.talk.it().filter(fits).cloned();
            it.map_or_else(last, |thing| vec![thing])
        }
        Subject::Unnamed => {
            let it: Vec<Thing> = reader.talk.it().filter(fits).cloned().into_iter().collect();
            let many = group();
            if many.len() > 1 && it.iter().all(|thing| many.contains(thing)) {
                return many;
            }
            if it.is_empty() { last() } else { it }
        }
        Subject::All { everything } => {
            let made = || -> Vec<Thing> {
                reader.talk.all_of(&[Kind::Task]).into_iter().filter(|thing| thing.step().is_some()).collect()
            };
            let all = if *everything { made() } else { Vec::new() };
            if all.is_empty() { group() } else { all }
        }
    }
}
