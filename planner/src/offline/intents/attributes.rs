//! What is said of things that are there already, in any order and without a verb of its own: "all for Tom and due
//! Friday", "the second one goes to Ana", "Owner: Rosa", "Due: 12 June", "they can run in parallel".
//!
//! The clause is a subject and its attributes, and nothing else: when a word is left that is neither, it is no such clause.

use super::attribute_subject::{LINKS, Subject, meant, subject};
use crate::offline::{
    belongings::name_of_person_length,
    dates::{DatePhrase, written},
    draft::Thing,
    make::Change,
    read::Clause,
    reader::{Reader, Reading},
    resolve::people_named,
    slots::{Sequence, sequence},
    text::{Kind as TokenKind, Token, is_determiner, is_function_word, join},
};
use domain::workspace::Kind;

/// What is said of the subject.
enum Attribute {
    When(DatePhrase),
    Who(Vec<Token>),
    Where(Thing),
    Tags(Vec<String>),
    Order(Sequence),
}

/// What is done with a task, said without saying what it is.
const DONE: &str = "\
    done finished completed complete ready delivered handled sorted run happen start begin proceed taken carried out \
    happening worked tackled through over closed wrapped up in";

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    if reader.draft.steps.is_empty() {
        return Ok(false);
    }
    let tokens: Vec<Token> =
        clause.tokens.iter().skip_while(|token| token.is_any("and also with but so")).cloned().collect();
    let Some(parts) = parts(reader, &tokens) else { return Ok(false) };
    let mut told = false;
    for (subject, said) in parts {
        for attribute in said {
            told |= apply(reader, &subject, attribute)?;
        }
    }
    Ok(told)
}

/// A subject with what is said of it.
type Part = (Subject, Vec<Attribute>);

/// The clause as one subject with its attributes, or as several: "windows are for Amina and carpets for Lachlan".
fn parts(reader: &Reader<'_>, tokens: &[Token]) -> Option<Vec<Part>> {
    let one = |tokens: &[Token]| -> Option<Part> {
        let (subject, from) = subject(reader, tokens);
        let said = attributes(reader, &tokens[from..], matches!(subject, Subject::Unnamed))?;
        Some((subject, said))
    };
    if let Some(part) = one(tokens) {
        return Some(vec![part]);
    }
    let segments: Vec<&[Token]> = tokens
        .split(|token| token.is_any("and but while") || token.is_mark(",") || token.is_mark(";"))
        .filter(|segment| !segment.is_empty())
        .collect();
    if segments.len() < 2 {
        return None;
    }
    let mut parts: Vec<Part> = Vec::new();
    for segment in segments {
        let (subject, said) = one(segment)?;
        // "…, due Friday" goes on with the subject before
        match (&subject, parts.last_mut()) {
            (Subject::Unnamed, Some((_, before))) => before.extend(said),
            _ => parts.push((subject, said)),
        }
    }
    Some(parts)
}

/// What is said, when the words say nothing else. An unnamed subject needs an attribute that can begin a sentence.
fn attributes(reader: &Reader<'_>, tokens: &[Token], unnamed: bool) -> Option<Vec<Attribute>> {
    let mut rest = tokens.to_vec();
    let mut said: Vec<Attribute> = Vec::new();
    let order = sequence(&mut rest);
    if order != Sequence::Unsaid {
        said.push(Attribute::Order(order));
    }
    let is = |at: usize, words: &str| rest.get(at).is_some_and(|token| token.is_any(words));
    let mut at = 0;
    while at < rest.len() {
        if let Some(phrase) = rest[at].date() {
            said.push(Attribute::When(phrase.clone()));
            at += 1;
        } else if let Some((who, end)) = somebody(reader, &rest, at) {
            said.push(Attribute::Who(who));
            at = end;
        } else if let Some((project, end)) = place(reader, &rest, at) {
            said.push(Attribute::Where(project));
            at = end;
        } else if is(at, "tagged labelled labeled tag tags label labels") {
            let (tags, end) = tags(&rest, at + 1);
            said.push(Attribute::Tags(tags));
            at = end;
        } else if rest[at].kind == TokenKind::Punct && !rest[at].is_mark("?")
            || is(at, "and due deadline to be by the latest at strictly exactly only with")
            || !unnamed && (is(at, LINKS) || is(at, DONE))
            || unnamed && at > 0 && is(at, "is")
        {
            at += 1;
        } else {
            return None;
        }
    }
    // "Friday" alone answers nothing unless it says that something is due
    let begins = || {
        tokens.first().is_some_and(|token| {
            token.is_any("due deadline for by assigned assignee owner responsible tagged tag tags in under to with")
                || token.date().is_some_and(|date| date.role == crate::offline::dates::Role::Due)
        }) || matches!(said.first(), Some(Attribute::Order(_)))
    };
    (!said.is_empty() && (!unnamed || begins())).then_some(said)
}

/// "for Tom", "assigned to Ana and Ruth", "Owner: Rosa", "by him", "Tom's job".
fn somebody(reader: &Reader<'_>, tokens: &[Token], at: usize) -> Option<(Vec<Token>, usize)> {
    let is = |at: usize, words: &str| tokens.get(at).is_some_and(|token| token.is_any(words));
    let mut from = at;
    while is(from, "assigned assign given allocated handed delegated job task work something") {
        from += 1;
    }
    if is(from, "to for by on with onto from") {
        from += 1;
    } else if is(from, "owner assignee responsible lead who") {
        from += 1;
        while is(from, "is person") || tokens.get(from).is_some_and(|token| token.is_mark(":")) {
            from += 1;
        }
    }
    let possessive = from == at;
    let behind = &tokens[from..];
    let named = people_named(&reader.candidates(), behind);
    let mut end = named.first().filter(|named| named.from == 0).map(|named| named.to);
    if end.is_none() && !possessive {
        let pronoun = behind.first().is_some_and(|token| token.is_any("me him her them myself"));
        let strange =
            behind.first().is_some_and(|token| token.is_capitalised() && reader.is_strange(token) && behind.len() <= 3);
        end = (pronoun || strange).then(|| name_of_person_length(behind));
    }
    let end = end?;
    let mut next = from + end;
    if possessive {
        let owns =
            tokens.get(next).is_some_and(|token| token.low == "'s") && is(next + 1, "job task work turn list plate");
        return owns.then(|| (tokens[from..next].to_vec(), next + 2));
    }
    if tokens.get(next).is_some_and(|token| token.low == "'s") && is(next + 1, "list plate desk to-do to-dos") {
        next += 2;
    }
    Some((tokens[from..from + end].to_vec(), next))
}

/// "in the Kestrel project", "under Kestrel".
fn place(reader: &Reader<'_>, tokens: &[Token], at: usize) -> Option<(Thing, usize)> {
    let mut from = at;
    while tokens.get(from)?.is_any("in into to under inside within of on part filed go goes belong belongs put") {
        from += 1;
    }
    if from == at {
        return None;
    }
    (from + 1..=tokens.len().min(from + 7)).rev().find_map(|end| {
        let said = &tokens[from..end];
        let whole = said.iter().any(|token| token.is_any("project") || token.kind == TokenKind::Quoted)
            || said.iter().all(|token| token.is_capitalised() || is_determiner(&token.low));
        let project = reader.certainly(said, &[Kind::Project]).filter(|_| whole)?;
        Some((project, end))
    })
}

fn tags(tokens: &[Token], from: usize) -> (Vec<String>, usize) {
    let mut tags = Vec::new();
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        let tag = matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
            && !is_function_word(&token.low)
            && !token.is_any("due");
        let joins = token.is_any("and as with") || token.is_mark(",") || token.is_mark(":");
        if tag {
            tags.push(join(std::slice::from_ref(token)).trim_start_matches('#').to_owned());
        } else if !joins {
            break;
        }
        at += 1;
    }
    (tags, at)
}

fn apply(reader: &mut Reader<'_>, subject: &Subject, attribute: Attribute) -> Reading {
    match attribute {
        Attribute::When(phrase) => {
            let things = meant(reader, subject, &[Kind::Task, Kind::Project, Kind::CalendarEntry]);
            due(reader, &things, &phrase)
        }
        Attribute::Who(who) => {
            let tasks = meant(reader, subject, &[Kind::Task]);
            if tasks.is_empty() {
                return Ok(false);
            }
            let person = reader.person(&who)?;
            for task in &tasks {
                reader.change(task, Change::Points("assignee", person.clone()));
            }
            reader.talk.names(&person);
            Ok(true)
        }
        Attribute::Where(project) => {
            let tasks = meant(reader, subject, &[Kind::Task]);
            let made: Vec<&Thing> = tasks.iter().filter(|task| task.step().is_some()).collect();
            for task in &made {
                reader.change(task, Change::Points("project", project.clone()));
            }
            Ok(!made.is_empty())
        }
        Attribute::Tags(tags) => {
            let steps: Vec<usize> = meant(reader, subject, &[Kind::Task]).iter().filter_map(Thing::step).collect();
            for step in &steps {
                reader.draft.steps[*step].params.insert("tags".into(), tags.clone().into());
            }
            Ok(!steps.is_empty())
        }
        Attribute::Order(order) => {
            let group = reader.talk.group.clone();
            if group.len() > 1 && order == Sequence::Chain {
                super::tasks::chain(reader, &group, order);
            }
            Ok(group.len() > 1)
        }
    }
}

fn due(reader: &mut Reader<'_>, things: &[Thing], phrase: &DatePhrase) -> Reading {
    let Some((day, time)) = reader.due(phrase)? else { return Ok(false) };
    for thing in things {
        match (thing.kind, thing.step()) {
            (Kind::CalendarEntry, Some(step)) => {
                reader.draft.steps[step].params.insert("at".into(), written(day, time).into());
            }
            (Kind::Task | Kind::Project, _) => reader.change(thing, Change::Text("due_date", written(day, time))),
            _ => {}
        }
    }
    Ok(!things.is_empty())
}
