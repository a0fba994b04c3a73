//! The entries of a list of tasks: what each is called, by when and by whom it is to be done, what it waits for.

use crate::offline::{
    dates::DatePhrase,
    draft::Thing,
    make::Day,
    read::split_list,
    reader::{Reader, Stop},
    slots::{dates, patterns, tidy},
    text::{Kind as TokenKind, Token, is_determiner, number_word},
    wording::title_of,
};

/// What the clause says about all the tasks it makes.
pub(super) struct Common {
    pub(super) project: Option<Thing>,
    pub(super) assignee: Option<Thing>,
    pub(super) tags: Vec<String>,
    pub(super) admin: bool,
    pub(super) due: Option<Day>,
    /// What the task of a place waits for, in the request's words: "which needs both".
    pub(super) waits: Vec<(usize, Vec<Token>)>,
}

/// One task of a list, with what is said of it alone.
pub(super) struct Entry {
    pub(super) title: String,
    pub(super) due: Option<Day>,
    pub(super) assignee: Option<Thing>,
}

impl Entry {
    pub(super) fn of(title: String) -> Self {
        Self { title, due: None, assignee: None }
    }
}

/// "collect tools (Jonah)": whose it is, taken out.
pub(super) fn somebody_in_brackets(reader: &mut Reader<'_>, part: &mut Vec<Token>) -> Result<Option<Thing>, Stop> {
    let open = part.iter().position(|token| token.is_mark("("));
    let close = part.iter().rposition(|token| token.is_mark(")")).unwrap_or(part.len());
    let Some(open) = open.filter(|open| open + 1 < close) else { return Ok(None) };
    let inner: Vec<Token> = part[open + 1..close]
        .iter()
        .filter(|token| token.date().is_none() && token.kind != TokenKind::Punct)
        .cloned()
        .collect();
    let me = inner.iter().all(|token| token.is_any("me myself for by to")) && !inner.is_empty();
    let somebody = !reader.people_in(&inner).is_empty() && inner.len() <= 4;
    if !me && !somebody {
        return Ok(None);
    }
    let person = if me { Thing::me() } else { reader.person(&inner)? };
    let dates: Vec<Token> = part[open + 1..close].iter().filter(|token| token.date().is_some()).cloned().collect();
    part.splice(open..(close + 1).min(part.len()), dates);
    Ok(Some(person))
}

/// The titles, each with the due date it has for itself.
pub(super) fn titles(
    reader: &mut Reader<'_>,
    before: &[Token],
    behind: &[Token],
    plural: bool,
    common: &mut Common,
) -> Result<Vec<Entry>, Stop> {
    let lead = behind
        .iter()
        .take_while(|token| {
            token.is_mark(":")
                || token.is_mark("–")
                || token.is_mark("-")
                || token.is_any("one like are include for to about on that like namely such as says saying of list regarding item items where so which",
                )
        })
        .count();
    let mut words = behind[lead..].to_vec();
    // "Task one: collect data"
    let counted = words.len() > 2
        && words[1].is_mark(":")
        && (number_word(&words[0].low).is_some() || words[0].text.chars().count() == 1);
    if counted {
        words.drain(..2);
    }
    tidy(&mut words);
    // "two tasks in it (book the field, order kites)": all of them in brackets
    let closed = words.iter().position(|token| token.is_mark(")"));
    if words.first().is_some_and(|token| token.is_mark("(")) && closed.is_none_or(|at| at + 1 == words.len()) {
        words.retain(|token| !token.is_mark("(") && !token.is_mark(")"));
    }
    let meant = words
        .iter()
        .any(|token| !matches!(token.kind, TokenKind::Date(_) | TokenKind::Punct) && !is_determiner(&token.low));
    let quoted = behind.iter().any(|token| token.kind == TokenKind::Quoted);
    if !before.is_empty() && !quoted {
        let at_end = first_due(reader, &words)?;
        let own_title = title_of(before);
        if plural && meant {
            // "add follow-up tasks: call Ana, write to Tom"
            return entries(reader, &words, plural, common);
        }
        common.due = at_end;
        let mut title = own_title;
        let mut more = words;
        let _ = dates(&mut more);
        if meant && !title.is_empty() && lead > 0 && !more.is_empty() {
            title = format!("{title}: {}", lower_first(&title_of(&more)));
        }
        return Ok(vec![Entry::of(title)]);
    }
    if !meant {
        common.due = first_due(reader, &words)?;
        return Ok(Vec::new());
    }
    entries(reader, &words, plural, common)
}

fn entries(reader: &mut Reader<'_>, words: &[Token], plural: bool, common: &mut Common) -> Result<Vec<Entry>, Stop> {
    let quoted = words.iter().filter(|token| token.kind == TokenKind::Quoted).count();
    let parts = if plural || quoted > 1 { split_list(words) } else { vec![words.to_vec()] };
    let mut titles: Vec<Entry> = Vec::new();
    let last = parts.len() - 1;
    for (index, part) in parts.into_iter().enumerate() {
        let mut part = part;
        let for_all = part.iter().any(|token| token.is_any("all both each"))
            && index == last
            && part.iter().any(|token| token.date().is_some());
        if let (Some(awaited), Some(place)) = (awaited(&part), titles.len().checked_sub(1)) {
            common.waits.push((place, awaited));
            continue;
        }
        let in_brackets = somebody_in_brackets(reader, &mut part)?;
        part.retain(|token| !token.is_mark("(") && !token.is_mark(")"));
        let assignee = reader.assignee(&mut part)?;
        let found = dates(&mut part);
        if let Some(position) = part.iter().position(|token| token.kind == TokenKind::Quoted).filter(|_| quoted > 0) {
            part = vec![part[position].clone()];
        }
        part.retain(|token| !(for_all && token.is_any("all both each")));
        let due = match last_due(&found) {
            Some(phrase) => reader.due(phrase)?,
            None => None,
        };
        let title = title_of(&reader.spelled_out(&part));
        if title.is_empty()
            || part.iter().all(|token| {
                token.kind == TokenKind::Punct || token.is_any("all both each of them should be is are due they")
            })
        {
            common.due = common.due.or(due);
            continue;
        }
        if for_all || (quoted > 1 && index == last) {
            common.due = common.due.or(due);
        }
        if assignee.is_some() && common.assignee.is_none() && index == last && titles.is_empty() {
            common.assignee = assignee;
        }
        titles.push(Entry { title, due, assignee: in_brackets });
    }
    Ok(titles)
}

/// "which needs both", "which comes after the first two": what the task before it waits for.
fn awaited(part: &[Token]) -> Option<Vec<Token>> {
    patterns!(AWAITS: "which|that|it can|must|should|has|will|may? only? to? need|needs|requires|require|depends|depend|waits|wait|follows|follow|comes|come|starts|start|builds|be only? on|for|after|once|when|from? {others*}");
    let found = AWAITS.iter().find_map(|pattern| pattern.start(part))?;
    Some(part[found.range("others")?.start..].to_vec())
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !chars.clone().next().is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

pub(super) fn last_due(found: &[DatePhrase]) -> Option<&DatePhrase> {
    use crate::offline::dates::Role;
    let certain = found.iter().rev().find(|date| matches!(date.role, Role::Due | Role::By | Role::Before));
    certain.or_else(|| found.last())
}

pub(super) fn first_due(reader: &mut Reader<'_>, tokens: &[Token]) -> Result<Option<Day>, Stop> {
    let found: Vec<DatePhrase> = tokens.iter().filter_map(|token| token.date().cloned()).collect();
    match last_due(&found) {
        Some(phrase) => reader.due(phrase),
        None => Ok(None),
    }
}

/// "'Order badges' and 'Print programme'" behind a first name.
pub(super) fn more_names(behind: &[Token]) -> Vec<Entry> {
    behind.iter().filter(|token| token.kind == TokenKind::Quoted).map(|token| Entry::of(token.text.clone())).collect()
}
