//! Who does what: "assign the quotes one to Milan", "hand over all of Gustav's open tasks to Noor".

use domain::workspace::Kind;

use crate::offline::{
    draft::Thing,
    make::Change,
    read::Clause,
    reader::{Reader, Reading, Stop},
    slots::patterns,
    text::{Kind as TokenKind, Token},
};

patterns!(TO:
    "assign|give|hand|pass|transfer|delegate|reassign|allocate|move|re-assign|shift|entrust over? {task} from {old} over? to {who}",
    "assign|give|hand|pass|transfer|delegate|reassign|allocate|move|re-assign|shift|entrust over? {task} over? to {who}",
    "assign|give|hand|pass|delegate {who} over? the|all|his|her|this|that|both|every|@quoted|gustav {task*}",
    "put|set {who} on|in|as charge|responsible|assignee|owner? of|for|on? {task}",
    "make {who} responsible|accountable|the|in|owner owner|assignee|charge? for|of {task}",
    "let|have {who} take|handle|do over|on|care? of? {task}",
    "{who} takes|gets|handles|has|does|owns|tackles over|on? {task}",
    "{who} will|should|can|shall|must|is|'s to|going? to? take|get|have|handle|do|taking|getting|handling over|on|care? of? {task}",
    "change|set|update|switch the? assignee|owner of|for|on {task} to|: {who}",
    "change|set|update {task} 's assignee|owner to|: {who}",
    "{task} goes|go|is|are|should|must|will|can|shall|belongs now|all|then? to|for|now|assigned|go|be|move|belong? assigned|given|handed|over? over? to? {who}",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = exceptions_first(reader, &clause.tokens);
    if tokens.iter().take(6).any(|token| token.is_any("a an another new"))
        && tokens.iter().take(8).any(|token| token.is_any("task to-do job"))
    {
        return Ok(false);
    }
    if let Some(read) = taken_over(reader, &tokens)? {
        return Ok(read);
    }
    if let Some(read) = taken_off(reader, &tokens) {
        return Ok(read);
    }
    if let Some(read) = one_each(reader, &tokens)? {
        return Ok(read);
    }
    for (index, pattern) in TO.iter().enumerate() {
        let Some(found) = pattern.start(&tokens) else { continue };
        let Some((who, task)) = parts(reader, index, pattern_end(&tokens, &found, index), &found) else { continue };
        // "Joost has to measure it": what somebody does, not what is given to somebody
        let works = index == 6 && task.first().is_some_and(|token| token.is_any("to been had not"));
        if works || !names_people(reader, &who) {
            continue;
        }
        let rest = part_of_group(reader, &task, &given_already(reader)).filter(|_| index >= 5);
        let tasks = match rest {
            Some(rest) => Some(rest),
            None => tasks(reader, &task, index)?,
        };
        let Some(tasks) = tasks else { continue };
        let person = reader.person(&who)?;
        for task in &tasks {
            give(reader, task, &person);
        }
        let phrase = tokens.iter().find_map(|token| token.date().cloned());
        if let Some((day, time)) = phrase.map(|phrase| reader.due(&phrase)).transpose()?.flatten() {
            for task in tasks.iter().filter(|task| task.kind == Kind::Task) {
                reader.change(task, Change::Text("due_date", crate::offline::dates::written(day, time)));
            }
        }
        reader.talk.names(&person);
        return Ok(true);
    }
    Ok(false)
}

/// "all of Tom's tasks go to Milan except the banners": the exception beside what it is one of.
fn exceptions_first(reader: &Reader<'_>, tokens: &[Token]) -> Vec<Token> {
    patterns!(EXCEPT: "except|excluding|but|save for|not? {rest}", "apart|aside|other from|than {rest}");
    let found = EXCEPT.iter().find_map(|pattern| pattern.find(tokens).filter(|found| found.matched.start > 3));
    let Some(found) = found else { return tokens.to_vec() };
    let (all, behind) = tokens.split_at(found.matched.start);
    let named =
        found.range("rest").is_some_and(|rest| reader.certainly(&tokens[rest.start..], &[Kind::Task]).is_some());
    let verb = all.iter().position(|token| token.is_any("to goes go should must will is are"));
    match verb.filter(|verb| named && *verb > 1 && super::select::is_selection(&all[..*verb])) {
        Some(verb) => [&all[..verb], behind, &all[verb..]].concat(),
        None => tokens.to_vec(),
    }
}

/// "take over 'Order bulbs' from Rosa": for the person who asks.
fn taken_over(reader: &mut Reader<'_>, tokens: &[Token]) -> Result<Option<bool>, Stop> {
    patterns!(FOR: "{who} takes|will|should|can|is take|taking|to? take? over from {old}", "{who} replaces|instead {old}");
    if let Some(found) = FOR.iter().find_map(|pattern| pattern.start(tokens)) {
        let who = found.get("who", tokens).to_vec();
        let task = reader.talk.last_of(&[Kind::Task]).cloned();
        if let (Some(task), true) = (task, names_people(reader, &who)) {
            let person = reader.person(&who)?;
            give(reader, &task, &person);
            return Ok(Some(true));
        }
    }
    patterns!(OVER: "take over {task}", "take {task} over from");
    let Some(found) = OVER.iter().find_map(|pattern| pattern.start(tokens)) else { return Ok(None) };
    let from = found.range("task").map_or(tokens.len(), |range| range.start);
    let end = (from + 1..tokens.len()).find(|at| tokens[*at].is_any("from over")).unwrap_or(tokens.len());
    if reader.certainly(&tokens[from..end], &[Kind::Task]).is_none() {
        return Ok(None);
    }
    let task = reader.thing(&tokens[from..end], &[Kind::Task])?;
    give(reader, &task, &Thing::me());
    Ok(Some(true))
}

/// "take Gustav off the chairs task": somebody else is named in the next clause.
fn taken_off(reader: &mut Reader<'_>, tokens: &[Token]) -> Option<bool> {
    patterns!(OFF: "take|remove|pull {old} off|from {task}");
    let found = OFF.iter().find_map(|pattern| pattern.start(tokens))?;
    let task = &tokens[found.range("task")?.start..];
    let task =
        reader.certainly(task, &[Kind::Task]).filter(|_| !reader.people_in(found.get("old", tokens)).is_empty())?;
    reader.talk.about(&task);
    Some(true)
}

/// A slot at the end of a pattern goes on to the end of the clause.
fn pattern_end<'t>(
    tokens: &'t [Token],
    found: &crate::offline::text::Captures,
    index: usize,
) -> (Vec<Token>, Vec<Token>, &'t [Token]) {
    let who_last = matches!(index, 0 | 1 | 8 | 9 | 10);
    let tail = |slot: &str, last: bool| match found.range(slot) {
        Some(range) if last => tokens[range.start..].to_vec(),
        Some(range) => tokens[range].to_vec(),
        None => Vec::new(),
    };
    (tail("who", who_last), tail("task", !who_last), tokens)
}

fn parts(
    reader: &Reader<'_>,
    index: usize,
    (who, task, tokens): (Vec<Token>, Vec<Token>, &[Token]),
    found: &crate::offline::text::Captures,
) -> Option<(Vec<Token>, Vec<Token>)> {
    let mut who: Vec<Token> = who.into_iter().filter(|token| token.date().is_none()).collect();
    let mut task = task;
    if index == 1 {
        // "the report on the fair to Ana": the last "to" parts the two
        let last = tokens.iter().rposition(|token| token.is_any("to"))?;
        let begin = found.range("task")?.start;
        if last + 1 >= tokens.len() || last <= begin {
            return None;
        }
        who = tokens[last + 1..].iter().filter(|token| token.date().is_none()).cloned().collect();
        task = tokens[begin..last].to_vec();
        // "assign Tom to the report": the other way round
        if !names_people(reader, &who) && names_people(reader, &task) {
            return Some((task, who));
        }
        if names_people(reader, &task)
            && reader.certainly(&who, &[Kind::Task, Kind::Project]).is_some()
            && reader.people_in(&who).is_empty()
        {
            return Some((task, who));
        }
    }
    if index == 2 {
        let end = crate::offline::belongings::name_of_person_length(&tokens[1..]) + 1;
        who = tokens[1..end.min(tokens.len())].to_vec();
        task = tokens[end.min(tokens.len())..].to_vec();
    }
    task.retain(|token| !token.is_any("over") || token.kind == TokenKind::Quoted);
    (!who.is_empty()).then_some((who, task))
}

fn names_people(reader: &Reader<'_>, who: &[Token]) -> bool {
    if who.iter().any(|token| {
        token.kind == TokenKind::Word && !token.is_capitalised() && crate::offline::text::is_verb(&token.low)
    }) || who.first().is_some_and(|token| {
        crate::offline::text::is_verb(&token.low) && reader.people_in(std::slice::from_ref(token)).is_empty()
    }) {
        return false;
    }
    let pronoun = who.len() <= 2 && who.iter().any(|token| token.is_any("me myself him her them he she"));
    pronoun
        || !reader.people_in(who).is_empty()
        || who.len() <= 3
            && who
                .iter()
                .any(|token| token.is_capitalised() && reader.certainly(who, &[Kind::Project, Kind::Task]).is_none())
            && who.iter().all(|token| token.kind == TokenKind::Word)
}

/// The tasks that are given; nothing when the words name none.
fn tasks(reader: &mut Reader<'_>, said: &[Token], index: usize) -> Result<Option<Vec<Thing>>, Stop> {
    let said: Vec<Token> = said.iter().filter(|token| token.date().is_none()).cloned().collect();
    let group = said.len() <= 4
        && said
            .iter()
            .any(|token| token.is_any("them all both these those each everything three two tasks lot bunch batch"))
        && reader.talk.group.len() > 1;
    if group && !said.iter().any(|token| token.low == "'s" || token.is_any("open")) {
        return Ok(Some(reader.talk.group.clone()));
    }
    let pronoun = said.len() <= 2 && said.iter().any(|token| token.is_any("it this that them one lot"));
    let names = said.iter().any(|token| {
        token.is_any("task tasks to-do one first second third last project") || token.kind == TokenKind::Quoted
    });
    let known = reader.certainly(&said, &[Kind::Task]).is_some()
        || super::select::is_selection(&said)
        || crate::offline::read::split_list(&said).iter().all(|part| reader.certainly(part, &[Kind::Task]).is_some());
    let spoken =
        pronoun && (reader.talk.last_of(&[Kind::Task, Kind::Project]).is_some() || reader.selected().is_some());
    if !(known || names || spoken) {
        // "assign the banner to Tom" asks for a task there is; "give the flowers to Ana" is something to do
        return if index <= 1
            && !said.is_empty()
            && matches!(reader.find(&said, &[Kind::Task]), crate::offline::resolve::Found::Many(_))
        {
            reader.things(&said, &[Kind::Task], true).map(Some)
        } else {
            Ok(None)
        };
    }
    if said.iter().any(|token| token.is_any("project"))
        && !said.iter().any(|token| token.is_any("task tasks everything all"))
    {
        return Ok(Some(vec![reader.thing(&said, &[Kind::Project])?]));
    }
    if pronoun
        && reader.talk.last_of(&[Kind::Task]).is_none()
        && let Some(project) = reader.talk.last_of(&[Kind::Project]).cloned()
    {
        return Ok(Some(vec![project]));
    }
    reader.things(&said, &[Kind::Task], true).map(Some)
}

/// A project has nobody it is assigned to: a link says who leads it.
fn give(reader: &mut Reader<'_>, thing: &Thing, person: &Thing) {
    if thing.kind == Kind::Project {
        reader.make_link(thing, person, Some("led_by"));
        reader.assume("Projects have no assignee: a link says who leads it.");
        return;
    }
    reader.change(thing, Change::Points("assignee", person.clone()));
}

/// The tasks of this plan that somebody is to do already.
pub(super) fn given_already(reader: &Reader<'_>) -> Vec<Thing> {
    let given =
        |thing: &&Thing| thing.step().is_some_and(|step| reader.draft.steps[step].pointed("assignee").is_some());
    reader.talk.group.iter().filter(given).cloned().collect()
}

/// "the first two", "the last three", "the rest": of the tasks that were spoken of last.
pub(super) fn part_of_group(reader: &Reader<'_>, said: &[Token], given: &[Thing]) -> Option<Vec<Thing>> {
    let group: Vec<Thing> = reader.talk.group.iter().filter(|thing| thing.kind == Kind::Task).cloned().collect();
    let count = said.iter().find_map(|token| crate::offline::text::number_word(&token.low).filter(|n| *n > 1));
    let count = count.and_then(|count| usize::try_from(count).ok());
    let says = |words: &str| said.len() <= 6 && said.iter().any(|token| token.is_any(words));
    let part = match count {
        Some(count) if says("first") => group.into_iter().take(count).collect(),
        Some(count) if says("last") => group.iter().skip(group.len().saturating_sub(count)).cloned().collect(),
        _ if says("rest others other remaining") => group.into_iter().filter(|task| !given.contains(task)).collect(),
        _ => Vec::new(),
    };
    (!part.is_empty()).then_some(part)
}

/// "give Tom the banners and Ruth the band": whom, and what there is.
fn person_and_task(reader: &Reader<'_>, tokens: &[Token]) -> Option<Vec<(Thing, Thing)>> {
    tokens.first().filter(|token| token.is_any("assign give hand pass"))?;
    let parts = crate::offline::read::split_list(&tokens[1..]);
    let pairs = parts.iter().map(|part| {
        let named = crate::offline::resolve::people_named(&reader.candidates(), part);
        let first = named.first().filter(|named| named.from == 0 && named.to < part.len())?;
        let crate::offline::resolve::Found::One(person) = &first.found else { return None };
        let task = reader.certainly(&part[first.to..], &[Kind::Task])?;
        Some((person.clone(), task))
    });
    let pairs: Vec<(Thing, Thing)> = pairs.collect::<Option<_>>()?;
    (pairs.len() > 1).then_some(pairs)
}

/// "the first to Ana and the second to Tom", "design to Ana, print to Tom".
fn one_each(reader: &mut Reader<'_>, tokens: &[Token]) -> Result<Option<bool>, Stop> {
    if let Some(pairs) = person_and_task(reader, tokens) {
        for (person, task) in &pairs {
            give(reader, task, person);
        }
        reader.talk.group = pairs.into_iter().map(|(_, task)| task).collect();
        return Ok(Some(true));
    }
    if !tokens.first().is_some_and(|token| token.is_any("assign give hand"))
        || tokens.iter().filter(|token| token.is_any("to")).count() < 2
    {
        return Ok(None);
    }
    let mut pairs = Vec::new();
    for part in crate::offline::read::split_list(&tokens[1..]) {
        let Some(to) = part.iter().rposition(|token| token.is_any("to")) else { return Ok(None) };
        let (task, who) = (part[..to].to_vec(), part[to + 1..].to_vec());
        if task.is_empty() || !names_people(reader, &who) {
            return Ok(None);
        }
        pairs.push((task, who));
    }
    let mut given: Vec<Thing> = Vec::new();
    for (task, who) in pairs {
        let tasks = match part_of_group(reader, &task, &given) {
            Some(tasks) => tasks,
            None => reader.things(&task, &[Kind::Task], true)?,
        };
        let person = reader.person(&who)?;
        for task in &tasks {
            give(reader, task, &person);
        }
        given.extend(tasks);
    }
    Ok(Some(true))
}
