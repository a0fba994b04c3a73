//! New tasks: one, a list of them, one for each of several projects.

use super::task_entries::{Common, Entry, first_due, last_due, more_names, titles};
use super::task_words::{ADMIN, many, take_each, task_noun, title_before, told_on_a_list};
use crate::offline::{
    draft::Thing,
    make::{Day, TaskParts},
    read::{Clause, nouns::Noun, split_list},
    reader::{Reader, Reading, Stop},
    slots::{Sequence, dates, description, given_name, sequence, tags},
    text::{Kind as TokenKind, Pattern, Token},
    wording::title_of,
};
use domain::workspace::Kind;

/// "two tasks for Harbour Fest: …": the project that the words before the colon name, taken out.
fn project_of_heading(reader: &Reader<'_>, tokens: &mut Vec<Token>, noun: usize) -> Option<Thing> {
    let colon = tokens.iter().position(|token| token.is_mark(":")).filter(|colon| *colon > noun + 1)?;
    let from = noun + 1 + tokens[noun + 1..colon].iter().position(|token| token.is_any("for in on under to of"))?;
    let project = reader.certainly(&tokens[from + 1..colon], &[Kind::Project])?;
    tokens.drain(from..colon);
    Some(project)
}

/// Whether several tasks of this plan were spoken of last.
fn plural_group(reader: &Reader<'_>) -> bool {
    reader.talk.group.len() > 1
        && reader.talk.group.iter().all(|thing| thing.kind == Kind::Task && thing.step().is_some())
}

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    // what this plan has made is given by `assign`
    let told =
        reader.draft.steps.is_empty() || clause.tokens.first().is_some_and(|token| token.is_any("put add place note"));
    if let Some(tokens) = told_on_a_list(&clause.tokens).filter(|_| told) {
        return read(reader, &Clause { tokens, ..clause.clone() });
    }
    if let Some(read) = on_a_list(reader, &clause.tokens)? {
        return Ok(read);
    }
    let mut tokens = clause.tokens.clone();
    // "make that a task for Ana"
    let told = tokens.len() > 3
        && tokens[0].is_any("make turn put")
        && tokens[1].is_any("that this it")
        && tokens.iter().skip(2).take(4).any(|token| Noun::of(&token.low) == Some(Noun::Task));
    if told {
        tokens.remove(1);
        tokens.retain(|token| !token.is_any("into"));
        tokens[0] = Token::new("create", TokenKind::Word, false);
    }
    // "create 'Borrow benches' and 'Bake bread'": what is only quoted is a task
    let quoted = tokens.len() > 1
        && tokens[0].is_any("create add make open enter")
        && tokens[1].kind == TokenKind::Quoted
        && !tokens.iter().any(|token| {
            token.kind == TokenKind::Word && Noun::of(&token.low).is_some_and(|noun| noun != Noun::Project)
        })
        && reader.certainly(&tokens[1..2], &[Kind::Task, Kind::Project, Kind::Idea]).is_none();
    if quoted {
        tokens.insert(1, Token::new("tasks", TokenKind::Word, false));
    }
    let given_to = given_to(reader, &mut tokens)?;
    let Some(noun) = task_noun(&tokens) else { return Ok(false) };
    let waits = crate::offline::read::trailing_condition(&tokens);
    if let Some((from, condition)) = &waits {
        tokens.truncate(*from);
        reader.wait_once(condition);
    }
    let order = sequence(&mut tokens);
    let each = take_each(&mut tokens);
    let tags = tags(&mut tokens);
    let body = description(&mut tokens);
    let assignee = match given_to {
        Some(person) => Some(person),
        None => reader.assignee(&mut tokens)?,
    };
    let headed = project_of_heading(reader, &mut tokens, noun);
    let project = match headed {
        Some(project) => Some(project),
        None if each => None,
        None => reader.project_slot(&mut tokens)?,
    };
    let admin = tokens.iter().take(noun + 1).any(|token| token.is_any(ADMIN));
    let given = given_name(&mut tokens);
    let noun = task_noun(&tokens).unwrap_or(0);
    let plural = tokens.get(noun).is_some_and(|token| Noun::is_plural(&token.low) || token.is_any("ones"))
        || many(&tokens[..noun]);
    // "todo: buy stamps, water the plants, ring the bank"
    let several = tokens.get(noun + 1).is_some_and(|token| token.is_mark(":")) && {
        let entries = split_list(&tokens[noun + 2..]);
        entries.len() > 1
            && entries
                .iter()
                .filter(|entry| entry.first().is_some_and(|token| crate::offline::text::is_verb(&token.low)))
                .count()
                + 1
                >= entries.len()
    };
    let plural = plural || several || tokens.get(noun + 1).is_some_and(|token| token.is_any("list"));
    let before = title_before(&tokens[..noun]);
    let behind = tokens.get(noun + 1..).unwrap_or_default().to_vec();
    let mut common = Common { project, assignee, tags, admin, due: None, waits: Vec::new() };
    let titles = match given {
        Some(name) => {
            common.due = first_due(reader, &behind)?;
            let mut titles = vec![Entry::of(name)];
            titles.extend(more_names(&behind));
            titles
        }
        None => titles(reader, &before, &behind, plural, &mut common)?,
    };
    let one_by_one = reader.next.first().is_some_and(|token| token.is_any("one another the first")) && plural;
    if titles.is_empty() && one_by_one {
        reader.talk.group.clear();
        if let Some(project) = common.project {
            reader.talk.project = Some(project);
        }
        return Ok(true);
    }
    if titles.is_empty() {
        return from_what_was_told(reader, common);
    }
    find_its_place(reader, clause, &tokens, &mut common, told);
    let projects = if each { projects_of_each(reader) } else { vec![common.project.clone()] };
    let mut made = Vec::new();
    for project in projects {
        for Entry { title, due, assignee } in &titles {
            let task = reader.make_task(&TaskParts {
                title: title.clone(),
                description: if titles.len() == 1 { body.clone().unwrap_or_default() } else { String::new() },
                due: due.or(common.due),
                assignee: assignee.clone().or_else(|| common.assignee.clone()),
                project: project.clone(),
                tags: common.tags.clone(),
                admin: common.admin,
            });
            made.push(task);
        }
    }
    chain(reader, &made, order);
    wait_within(reader, &made, &common.waits);
    let joins_group = tokens.first().is_some_and(|token| token.is_any("one another"))
        || tokens.len() > 2 && Noun::of(&tokens[0].low) == Some(Noun::Task) && tokens[2].is_mark(":");
    if each {
        // "a task for each of the two, and link the two": they stay what is spoken of
        reader.talk.group = reader.talk.all_of(&[Kind::Project]);
    } else if joins_group {
        reader.talk.group.extend(made);
    } else {
        reader.talk.group = made;
    }
    Ok(true)
}

/// The project of tasks that the clause names none for: that of the tasks they join, or the one spoken of.
fn find_its_place(reader: &mut Reader<'_>, clause: &Clause, tokens: &[Token], common: &mut Common, told: bool) {
    let joins_group = tokens.first().is_some_and(|token| token.is_any("one another"));
    let behind_them = clause.condition.is_some() && plural_group(reader);
    if common.project.is_none() && (joins_group || behind_them) {
        let before = reader.talk.group.last().and_then(Thing::step);
        common.project = before.and_then(|step| reader.draft.steps[step].pointed("project").cloned());
    }
    if common.project.is_none() && !common.admin {
        common.project.clone_from(&reader.talk.project);
    }
    // "tasks in Mill for wiring and plumbing, and a task for plastering": the same sentence, the same place
    if common.project.is_none() && !common.admin && !told {
        common.project.clone_from(&reader.talk.place);
    }
    if let Some(project) = &common.project {
        reader.talk.place = Some(project.clone());
    }
}

/// "assign Milan a task to …", "give a task to photograph the tower to Milan": whom, taken out.
fn given_to(reader: &mut Reader<'_>, tokens: &mut Vec<Token>) -> Result<Option<Thing>, Stop> {
    if !tokens.first().is_some_and(|token| token.is_any("assign give hand"))
        || !tokens.iter().take(9).any(|token| Noun::of(&token.low) == Some(Noun::Task))
    {
        return Ok(None);
    }
    let named = crate::offline::resolve::people_named(&reader.candidates(), tokens);
    let pronoun = tokens.get(1).is_some_and(|token| token.is_any("him her them me"));
    let range = if pronoun {
        1..2
    } else if let Some(found) = named.iter().find(|named| named.from == 1) {
        found.from..found.to
    } else if let Some(found) = named.last().filter(|named| {
        named.from > 1
            && tokens[named.from - 1].is_any("to")
            && tokens[named.to..].iter().all(|token| token.date().is_some())
    }) {
        found.from - 1..found.to
    } else {
        return Ok(None);
    };
    let who: Vec<Token> = tokens[range.clone()].iter().filter(|token| !token.is_any("to")).cloned().collect();
    let person = reader.person(&who)?;
    tokens.drain(range);
    tokens[0] = Token::new("create", TokenKind::Word, false);
    Ok(Some(person))
}

/// "…, which needs both": lets a task wait for others of its list.
fn wait_within(reader: &mut Reader<'_>, made: &[Thing], waits: &[(usize, Vec<Token>)]) {
    for (place, awaited) in waits {
        let Some(step) = made.get(*place).and_then(Thing::step) else { continue };
        // "both" and "all" may have been taken for what is said of every entry
        let all = awaited.is_empty()
            || awaited.iter().any(|token| token.is_any("both all them others two three other everything rest these"));
        let before: Vec<usize> =
            if all { made[..*place].iter().filter_map(Thing::step).collect() } else { reader.steps_meant(awaited) };
        for earlier in before {
            reader.draft.order(step, earlier);
        }
    }
}

/// Lets each wait for the one before it.
pub(crate) fn chain(reader: &mut Reader<'_>, tasks: &[Thing], order: Sequence) {
    if order == Sequence::Chain {
        for pair in tasks.windows(2) {
            if let (Some(before), Some(after)) = (pair[0].step(), pair[1].step()) {
                reader.draft.order(after, before);
            }
        }
    }
}

fn projects_of_each(reader: &Reader<'_>) -> Vec<Option<Thing>> {
    let all: Vec<Option<Thing>> = reader.talk.all_of(&[Kind::Project]).into_iter().map(Some).collect();
    if all.is_empty() { vec![None] } else { all }
}

/// "put a task on his list": what it is about was said before.
fn from_what_was_told(reader: &mut Reader<'_>, common: Common) -> Reading {
    let wish = super::statements::wish_in(&reader.told).or_else(|| super::statements::matter_in(&reader.told));
    let Some(told) = wish else {
        if reader.told.is_empty() || common.assignee.is_none() {
            let Some(answer) = reader.answer("task-title") else {
                return Err(reader.ask("task-title".into(), "What is to be done in this task?", Vec::new()));
            };
            let title = title_of(&crate::offline::text::tokens(&answer));
            make_one(reader, title, common, None);
            return Ok(true);
        }
        return Ok(false);
    };
    let mut words = told;
    let found = dates(&mut words);
    let due = match last_due(&found) {
        Some(phrase) => reader.due(phrase)?,
        None => None,
    };
    let title = title_of(&reader.spelled_out(&words));
    make_one(reader, title, common, due);
    Ok(true)
}

fn make_one(reader: &mut Reader<'_>, title: String, common: Common, due: Option<Day>) {
    let task = reader.make_task(&TaskParts {
        title,
        due: common.due.or(due),
        assignee: common.assignee,
        project: common.project,
        tags: common.tags,
        admin: common.admin,
        ..TaskParts::default()
    });
    reader.talk.group = vec![task];
}

/// "add 'Buy milk' to my to-do list", "add buy milk to the Kestrel project".
fn on_a_list(reader: &mut Reader<'_>, tokens: &[Token]) -> Result<Option<bool>, Stop> {
    let on_list = Pattern::new("add|put|write {title} to|on|onto|in my|the|our|a to-do|to-dos|task|tasks|todo list?");
    let filed = Pattern::new("add|put {title} to|in|into|under {project}");
    let (title, due, project) = if let Some(found) = on_list.start(tokens) {
        let title = found.get("title", tokens).to_vec();
        (title, first_due(reader, &tokens[found.matched.end..])?, None)
    } else if let Some(found) = filed.start(tokens) {
        let title = found.get("title", tokens).to_vec();
        let mut place = tokens[found.matched.end - found.get("project", tokens).len()..].to_vec();
        let due = first_due(reader, &place)?;
        let _ = dates(&mut place);
        let is_project =
            place.iter().any(|token| token.is_any("project")) || reader.certainly(&place, &[Kind::Project]).is_some();
        let other_noun = title.iter().any(|token| Noun::of(&token.low).is_some() && token.kind == TokenKind::Word)
            || !reader.people_in(&title).is_empty()
            || title.iter().any(|token| token.is_any("note link that"));
        if !is_project
            || other_noun
            || place.iter().any(|token| token.is_any("contacts ideas calendar note notes comment message"))
        {
            return Ok(None);
        }
        let project = reader.thing(&place, &[Kind::Project])?;
        (title, due, Some(project))
    } else {
        return Ok(None);
    };
    let plain =
        !title.is_empty() && !title.iter().any(|token| token.kind == TokenKind::Word && Noun::of(&token.low).is_some());
    if !plain {
        return Ok(None);
    }
    let mut made = Vec::new();
    for part in split_list(&title) {
        let task = reader.make_task(&TaskParts {
            title: title_of(&part),
            due,
            project: project.clone(),
            admin: project.is_none(),
            ..TaskParts::default()
        });
        made.push(task);
    }
    reader.talk.group = made;
    Ok(Some(true))
}
