//! Milestones: named ones, dated ones, and so many at equal distances.

use chrono::NaiveDate;
use domain::workspace::Kind;
use serde_json::{Value, json};

use crate::offline::{
    dates::{DatePhrase, Role, Span, Unit, shift, written},
    draft::{Step, Target, Thing},
    read::{Clause, nouns::Noun, split_list},
    reader::{Reader, Reading, Stop},
    slots::{dates, patterns, take, tidy},
    text::{Kind as TokenKind, Token, is_determiner, number_word},
    wording::stage_of,
};

patterns!(APART:
    ", each|all? one? @span apart",
    "each|all? one? @span apart",
    "spaced|set? @span apart",
    ", one each? every @span",
    "one each? every @span",
    ", one per? @span",
    "one per @span",
    "every|after @span",
    "@span between each|them",
);

/// One milestone to be.
pub(crate) struct Entry {
    pub(crate) title: String,
    pub(crate) due: Option<String>,
}

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    if moved_by_an_end(reader, &clause.tokens)? {
        return Ok(true);
    }
    let Some(noun) = milestone_noun(&clause.tokens) else { return Ok(false) };
    let generic_continuation = reader.undertaking.is_some() && crate::offline::in_general::continues(&clause.tokens);
    if generic_continuation {
        return Ok(true);
    }
    let mut tokens = clause.tokens.clone();
    let last = take_last_day(&mut tokens);
    let first = take_first_day(&mut tokens);
    let apart = take_apart(&mut tokens);
    let project = project(reader, &mut tokens)?;
    let noun = milestone_noun(&tokens).unwrap_or(noun.min(tokens.len().saturating_sub(1)));
    let count = tokens[..noun].iter().find_map(|token| {
        number_word(&token.low).filter(|_| token.kind == TokenKind::Number || !is_determiner(&token.low))
    });
    let before: Vec<Token> = tokens[..noun].iter().filter(|token| token.kind == TokenKind::Quoted).cloned().collect();
    let named = if before.is_empty() { tokens[(noun + 1).min(tokens.len())..].to_vec() } else { before };
    reader.talk.project = Some(project.clone());
    let mut entries = entries(reader, &named)?;
    let start = tokens
        .iter()
        .filter_map(Token::date)
        .find(|date| matches!(date.role, Role::From | Role::On | Role::After))
        .cloned()
        .or(first);
    let start = match start {
        Some(phrase) if entries.iter().all(|entry| entry.due.is_none()) => reader.moment(&phrase)?.map(|(day, _)| day),
        _ => None,
    };
    if entries.is_empty() {
        let count = count.unwrap_or(3).clamp(1, 50);
        entries = (1..=count).map(|n| Entry { title: format!("Milestone {n}"), due: None }).collect();
        if apart.is_none() {
            reader.assume("The request names no milestones: their titles are placeholders.");
        }
    }
    let last = match last {
        Some(phrase) => reader.moment(&phrase)?.map(|(day, _)| day),
        None => None,
    };
    if let (Some(last), Some(span)) = (last, apart) {
        let back =
            Span { count: span.count * u32::try_from(entries.len().saturating_sub(1)).unwrap_or(0), unit: span.unit };
        space_out(&mut entries, shift(last, back, true), span, true);
    } else if let Some(span) = apart {
        space_out(&mut entries, start.unwrap_or(reader.calendar.today), span, start.is_some());
    } else if let Some(day) = start.filter(|_| entries.len() == 1) {
        entries[0].due = Some(written(day, None));
    }
    set(reader, &project, &entries);
    Ok(true)
}

/// Where the noun stands, when the clause makes milestones.
fn milestone_noun(tokens: &[Token]) -> Option<usize> {
    let noun = tokens
        .iter()
        .take(9)
        .position(|token| Noun::of(&token.low) == Some(Noun::Milestone) && token.kind == TokenKind::Word)?;
    let first = tokens.first()?;
    let makes = first.is_any("add create make set give define put with plan need include have insert draw build establish use list its their and get attach write lay the a an three two four five another these those some following") || noun == 0
        || number_word(&first.low).is_some();
    // "create a project called Kestrel with milestones …" makes the project first
    let project_first = tokens[..noun]
        .iter()
        .position(|token| Noun::of(&token.low) == Some(Noun::Project) && token.kind == TokenKind::Word)
        .is_some_and(|project| {
            !tokens[..project].iter().any(|token| token.is_any("to for in on the"))
                || tokens[project..noun]
                    .iter()
                    .any(|token| token.is_any("with including plus having") || token.is_mark(","))
        });
    if project_first && first.low != "give" {
        return None;
    }
    let other = tokens[..noun].iter().any(|token| {
        matches!(
            Noun::of(&token.low),
            Some(Noun::Task | Noun::Reminder | Noun::Note | Noun::Message | Noun::Event | Noun::Idea)
        )
    });
    (makes && !other).then_some(noun)
}

/// ", the first on 7 December": when they begin.
fn take_first_day(tokens: &mut Vec<Token>) -> Option<DatePhrase> {
    patterns!(FIRST: ", the? first one|of? them? is|due|being? @date", "with? the first one|of? them? is|due|being? @date");
    let found = FIRST.iter().find_map(|pattern| pattern.find(tokens))?;
    let phrase = tokens[found.matched.clone()].iter().find_map(Token::date).cloned();
    tokens.drain(found.matched);
    tidy(tokens);
    phrase
}

/// "the last one on 15 January", behind milestones at equal distances: all of them move along.
fn moved_by_an_end(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    patterns!(ENDS: "the? first|last|final one|milestone|of? them? is|due|being|falls|should? be|fall|on? @date");
    let Some(found) = ENDS.iter().find_map(|pattern| pattern.whole(tokens)) else { return Ok(false) };
    let Some(phrase) = tokens[found.matched].iter().find_map(|token| token.date().cloned()) else { return Ok(false) };
    let Some(step) = reader.draft.steps.iter().rposition(|step| step.action == "project.set_milestones") else {
        return Ok(false);
    };
    let Some((day, _)) = reader.moment(&phrase)? else { return Ok(false) };
    let Some(Value::Array(list)) = reader.draft.steps[step].params.get_mut("milestones") else { return Ok(false) };
    let due =
        |entry: &Value| entry.get("due_date").and_then(Value::as_str).and_then(|due| due.parse::<NaiveDate>().ok());
    let end = if tokens.iter().any(|token| token.is_any("first")) { list.first() } else { list.last() };
    let Some(by) = end.and_then(due).map(|end| day - end) else { return Ok(false) };
    for entry in list.iter_mut() {
        if let Some(moved) = due(entry).and_then(|due| due.checked_add_signed(by)) {
            entry["due_date"] = json!(written(moved, None));
        }
    }
    Ok(true)
}

/// ", the last on 15 January": when they end.
fn take_last_day(tokens: &mut Vec<Token>) -> Option<DatePhrase> {
    patterns!(LAST: ", the? last|final one|milestone|of? them? is|due|being|falling? @date", "with? the last|final one|milestone|of? them? is|due|being|falling? @date", "ending @date", "up? until @date");
    let found = LAST.iter().find_map(|pattern| pattern.find(tokens))?;
    let phrase = tokens[found.matched.clone()].iter().find_map(Token::date).cloned();
    tokens.drain(found.matched);
    tidy(tokens);
    phrase
}

patterns!(REGULAR:
    ", one each? each|every|per|a @any",
    "one each? each|every|per @any",
    ", each|every|per @any",
    "each|every|per @any",
    "a @any apart",
    ", at|in weekly|monthly|daily|quarterly|fortnightly|yearly|regular intervals|steps|distances",
    "at|in weekly|monthly|daily|quarterly|fortnightly|yearly intervals|steps|distances",
    "at|in intervals|steps of @span",
    ", weekly|monthly|daily|quarterly|fortnightly|yearly",
    "weekly|monthly|daily|quarterly|fortnightly|yearly",
);

/// "one each month", "monthly": at equal distances.
fn take_regular(tokens: &mut Vec<Token>) -> Option<Span> {
    let (found, span) = REGULAR.iter().find_map(|pattern| {
        let found = pattern.find(tokens)?;
        let span = tokens[found.matched.clone()].iter().rev().find_map(|token| match token.low.as_str() {
            "day" | "daily" => Some((1, Unit::Day)),
            "week" | "weekly" => Some((1, Unit::Week)),
            "fortnight" | "fortnightly" => Some((2, Unit::Week)),
            "month" | "monthly" => Some((1, Unit::Month)),
            "quarter" | "quarterly" => Some((3, Unit::Month)),
            "year" | "yearly" => Some((1, Unit::Year)),
            _ => None,
        })?;
        Some((found, Span { count: span.0, unit: span.1 }))
    })?;
    tokens.drain(found.matched);
    tidy(tokens);
    Some(span)
}

/// "each two weeks apart", "monthly": taken out.
pub(crate) fn take_apart(tokens: &mut Vec<Token>) -> Option<Span> {
    let Some(found) = APART.iter().find_map(|pattern| pattern.find(tokens)) else { return take_regular(tokens) };
    let span = tokens[found.matched.clone()]
        .iter()
        .find_map(|token| if let TokenKind::Span(span) = token.kind { Some(span) } else { None });
    tokens.drain(found.matched);
    tidy(tokens);
    span
}

fn project(reader: &mut Reader<'_>, tokens: &mut Vec<Token>) -> Result<Thing, Stop> {
    patterns!(TO_IT: "to|for|in|on it|that|this|them project?");
    let it = take(tokens, &TO_IT, "none", |_| 0).is_some();
    if let Some(project) = given_to(reader, tokens)? {
        return Ok(project);
    }
    if !it && let Some(project) = reader.project_slot(tokens)? {
        return Ok(project);
    }
    if let Some(project) = reader.talk.project.clone().or_else(|| reader.talk.last_of(&[Kind::Project]).cloned()) {
        return Ok(project);
    }
    if let Some(project) = reader.selected().filter(|thing| thing.kind == Kind::Project) {
        return Ok(project);
    }
    reader.thing(&[], &[Kind::Project])
}

/// "give the Garden project five milestones": whose they are, taken out.
fn given_to(reader: &mut Reader<'_>, tokens: &mut Vec<Token>) -> Result<Option<Thing>, Stop> {
    if !tokens[0].is_any("give") {
        return Ok(None);
    }
    let Some(noun) = tokens.iter().position(|token| Noun::of(&token.low) == Some(Noun::Milestone)) else {
        return Ok(None);
    };
    let counts = |token: &Token| number_word(&token.low).is_some() || token.is_any("the some these following");
    let end = (2..noun).find(|at| counts(&tokens[*at])).unwrap_or(noun);
    let said = tokens[1..end].to_vec();
    if said.is_empty() || said.iter().all(|token| is_determiner(&token.low) || token.is_any("it me us them")) {
        return Ok(None);
    }
    let project = reader.thing(&said, &[Kind::Project])?;
    tokens.drain(1..end);
    Ok(Some(project))
}

fn entries(reader: &mut Reader<'_>, tokens: &[Token]) -> Result<Vec<Entry>, Stop> {
    let lead = tokens
        .iter()
        .take_while(|token| {
            token
                .is_any("include list for called named of as follows like namely to titled with such being are at plan")
                || token.is_mark(":")
                || token.is_mark("(")
                || token.is_mark("–")
        })
        .count();
    let in_brackets = lead > 0 && tokens[..lead].iter().any(|token| token.is_mark("("));
    let end = if in_brackets { tokens.iter().position(|token| token.is_mark(")")) } else { None };
    let end = end.unwrap_or(tokens.len()).max(lead);
    let mut entries = Vec::new();
    for entry in split_list(&tokens[lead..end]) {
        let mut words = entry;
        words.retain(|token| !token.is_mark("(") && !token.is_mark(")"));
        let dates = dates(&mut words);
        let title = stage_of(&words);
        if title.is_empty()
            || words
                .iter()
                .all(|token| is_determiner(&token.low) || token.is_any("starting from on by each it them for"))
        {
            continue;
        }
        let due = match dates.first() {
            Some(phrase) => reader.due(phrase)?.map(|(day, _)| written(day, None)),
            None => None,
        };
        entries.push(Entry { title, due });
    }
    Ok(entries)
}

pub(crate) fn space_out(entries: &mut [Entry], start: NaiveDate, span: Span, told: bool) {
    let mut day = if told { start } else { shift(start, span, false) };
    for entry in entries {
        entry.due = Some(written(day, None));
        day = shift(
            day,
            Span { count: span.count.max(1), unit: if span.unit == Unit::Minute { Unit::Day } else { span.unit } },
            false,
        );
    }
}

/// Sets the milestones of a project; those it has stay, and a second set in the same plan joins the first.
pub(crate) fn set(reader: &mut Reader<'_>, project: &Thing, entries: &[Entry]) {
    let fresh = entries.iter().map(|entry| match &entry.due {
        Some(due) => json!({"title": entry.title, "due_date": due}),
        None => json!({"title": entry.title}),
    });
    let there = reader
        .draft
        .steps
        .iter()
        .position(|step| step.action == "project.set_milestones" && step.points_at("project", project));
    if let Some(index) = there.filter(|index| reader.generated.contains(index)) {
        let step = &mut reader.draft.steps[index];
        step.params.insert("milestones".into(), Value::Array(fresh.collect()));
        step.recipe = None;
        reader.generated.retain(|generated| *generated != index);
        return;
    }
    if let Some(index) = there
        && let Some(Value::Array(list)) = reader.draft.steps[index].params.get_mut("milestones")
    {
        list.extend(fresh);
        return;
    }
    let mut list: Vec<Value> = kept(reader, project);
    list.extend(fresh);
    let step = Step::new("project.set_milestones", format!("Set the milestones of “{}”", project.label))
        .thing("project", project)
        .value("milestones", list);
    reader.push(step, Kind::Project, &project.label);
    reader.talk.names(project);
    reader.talk.project = Some(project.clone());
}

/// The milestones that the project has already.
fn kept(reader: &Reader<'_>, project: &Thing) -> Vec<Value> {
    let Target::Entity(id) = &project.target else { return Vec::new() };
    let row = reader.request.workspace.projects.iter().find(|row| row.id.as_str() == id);
    row.map(|row| row.milestones.iter().map(|milestone| json!(milestone)).collect()).unwrap_or_default()
}
