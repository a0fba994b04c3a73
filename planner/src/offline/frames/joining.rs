//! Frames that were taken apart, put together again before they are carried out, and what single frames and those behind
//! them say that they are.

use domain::workspace::Kind;

use super::{
    completing,
    frame::{Frame, Part},
    neighbours, parting,
};
use crate::offline::{
    dates::When,
    reader::Reader,
    text::{Kind as TokenKind, Token, from_gerund, is_function_word, is_verb, number_word},
};

/// The frames of a request, each for one wish with all its words.
pub(super) fn joined(frames: Vec<Frame>, whole: &[Token], reader: &Reader<'_>) -> Vec<Frame> {
    let mut joined: Vec<Frame> = Vec::with_capacity(frames.len());
    for mut frame in frames.into_iter().filter(|frame| !completing::only_thanks(frame)) {
        settle(&mut frame, reader);
        join_milestones(&mut frame);
        parting::same_time(&mut frame);
        if let Some(before) = joined.last_mut() {
            let between = &whole[before.to.min(frame.from)..frame.from];
            if takes_title(before, &frame, between)
                || takes_organisation(before, &frame, between)
                || takes_days(before, &frame, between)
                || completing::completes(before, &frame, between)
            {
                continue;
            }
            if let Some(both) = completing::with_set_before(before, &frame, between) {
                *before = both;
                continue;
            }
            go_on(before, &mut frame, between, reader);
        }
        fill_idea(&mut frame, &mut joined, whole);
        joined.extend(parting::by_day(frame).into_iter().flat_map(parting::tasks_apart).flat_map(parting::by_time));
    }
    neighbours::settle(&mut joined, whole);
    joined
}

/// Whether only marks and joining words stand between two frames.
pub(super) fn near(between: &[Token]) -> bool {
    between.iter().all(|token| {
        token.kind == TokenKind::Punct && !matches!(token.text.as_str(), "." | "!" | "?" | ";")
            || token.is_any("and plus also")
    })
}

fn titled(frame: &Frame) -> bool {
    ["title", "name", "task", "body", "topic", "milestone", "idea"].iter().any(|role| frame.has(role))
}

/// A part of all words of a frame from one place to another.
fn part(frame: &Frame, role: &str, from: usize, to: usize) -> Part {
    Part { role: role.into(), tokens: frame.tokens[from..to].to_vec(), at: frame.from + from }
}

/// Words that end in dates, without these.
fn without_days(tokens: &[Token]) -> usize {
    let idle = |token: &&Token| {
        token.date().is_some() || token.kind == TokenKind::Punct || token.is_any("and by on due until at")
    };
    tokens.len() - tokens.iter().rev().take_while(idle).count()
}

/// What single frames say that they are, other than they were taken for.
fn settle(frame: &mut Frame, reader: &Reader<'_>) {
    let begins = |frame: &Frame, words: &str| frame.tokens.iter().take(3).any(|token| token.is_any(words));
    // "start two projects, Heron and Otter": nothing is made of an idea
    let no_idea = !frame.says("idea ideas") && !frame.has("idea") && !frame.has("ref");
    let names = |part: &&Part| matches!(part.role.as_str(), "name" | "newname");
    if frame.intent == "idea_to_project"
        && no_idea
        && frame.says("project projects")
        && begins(frame, "start create open add set make new begin")
        && frame.parts.iter().any(|part| names(&part))
        && frame.parts.iter().filter(names).all(|part| reader.certainly(&part.tokens, &[Kind::Idea]).is_none())
    {
        frame.intent = "project.create".into();
        frame.parts.iter_mut().filter(|part| part.role == "newname").for_each(|part| part.role = "name".into());
    }
    // "…, and a new deadline, 12 March": said of what stands before
    let deadline = |part: &Part| {
        part.tokens.iter().any(|token| token.is_any("deadline due"))
            && part.tokens.iter().all(|token| token.is_any("a the new deadline due date another its later earlier"))
    };
    if matches!(frame.intent.as_str(), "calendar.schedule" | "task.create")
        && frame.all("title").count() == 1
        && frame.first("title").is_some_and(deadline)
        && !frame.has("person")
        && !frame.dates().is_empty()
    {
        frame.parts.retain(|part| part.role != "title");
        frame.intent = "also".into();
    }
    // "write in the project Villa Rosa that the seal is broken": a note
    let writes =
        frame.words("title").and_then(<[Token]>::first).is_some_and(|token| token.is_any("write note jot record put"))
            || begins(frame, "write note jot record");
    let that = frame.tokens.iter().position(|token| token.is_any("that"));
    if frame.intent == "task.create"
        && writes
        && let Some(project) = frame.first("project")
        && let Some(that) = that.filter(|that| frame.from + that > project.at && that + 2 < frame.tokens.len())
    {
        let body = part(frame, "body", that + 1, frame.tokens.len());
        frame.parts.retain(|part| part.role == "project");
        frame.parts.push(body);
        frame.intent = "note.add".into();
    }
    // "…, and has to be done by Friday": said of what stands before
    let empty = |part: &Part| {
        part.tokens.iter().all(|token| is_function_word(&token.low) || token.is_any("has have to be done due finished"))
    };
    if frame.intent == "task.create"
        && frame.all("title").count() == 1
        && frame.first("title").is_some_and(empty)
        && frame.tokens.iter().any(|token| token.date().is_some())
        && !frame.says("task tasks to-do job")
    {
        frame.parts.retain(|part| part.role != "title");
        frame.intent = "also".into();
    }
    // "the task of buying microphones is given to Ines": it is there, under its verb
    let gerund = |frame: &Frame, part: &Part| {
        part.role == "title"
            && frame.before(part).is_some_and(|token| token.is_any("of"))
            && part.tokens.first().is_some_and(|token| from_gerund(&token.low).is_some())
    };
    let at = frame.parts.iter().position(|part| frame.intent == "task.create" && gerund(frame, part));
    if let Some(at) = at {
        let mut tokens = frame.parts[at].tokens.clone();
        let base = from_gerund(&tokens[0].low).unwrap_or_default();
        tokens[0] = Token::new(base, TokenKind::Word, false);
        let said = crate::offline::rows::words(&crate::offline::text::join(&tokens));
        let there = reader.rows.iter().any(|row| row.kind == Kind::Task && !row.is_closed() && row.words == said);
        let gives = frame.has("person") && frame.says("given give goes go handed assigned passed");
        if there && gives && !frame.says("new create add another") {
            frame.parts[at] = Part { role: "task".into(), tokens, at: frame.parts[at].at };
            frame.intent = "assign".into();
        }
    }
}

/// "first day | of selling" is one milestone; "the list should read: …" is none.
fn join_milestones(frame: &mut Frame) {
    if !frame.has("milestone") {
        return;
    }
    // "…, launch and rehearsal. Our fire officer, …": what belongs to the next sentence
    let first = frame.first("milestone").map_or(frame.to, |part| part.at);
    let stop = (frame.from..).zip(&frame.tokens).find(|(at, token)| *at > first && token.is_mark("."));
    if let Some((stop, _)) = stop {
        frame.parts.retain(|part| part.role != "milestone" || part.at < stop);
        for part in frame.parts.iter_mut().filter(|part| part.role == "milestone") {
            part.tokens.truncate(stop.saturating_sub(part.at));
        }
    }
    let all: Vec<usize> = (0..frame.parts.len()).filter(|at| frame.parts[*at].role == "milestone").collect();
    let mut gone: Vec<usize> = Vec::new();
    for pair in all.windows(2) {
        let (one, other) = (frame.parts[pair[0]].clone(), frame.parts[pair[1]].clone());
        let goes_on = other.tokens.first().is_some_and(|token| token.is_any("of for with to in at"));
        if one.at + one.tokens.len() == other.at && goes_on {
            frame.parts[pair[1]] = Part { tokens: [one.tokens, other.tokens].concat(), ..one };
            gone.push(pair[0]);
        }
    }
    if let [first, _, ..] = all[..] {
        let part = &frame.parts[first];
        let behind = (part.at + part.tokens.len()).checked_sub(frame.from).and_then(|at| frame.tokens.get(at));
        let introduces =
            part.tokens.iter().any(|token| token.is_any("list read reads order follow follows following run plan"));
        if behind.is_some_and(|token| token.is_mark(":")) && introduces {
            gone.push(first);
        }
    }
    let mut at = 0;
    frame.parts.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

/// "a task for me | to have the quote ready the day before": the title of the task before.
fn takes_title(before: &mut Frame, frame: &Frame, between: &[Token]) -> bool {
    let leads = frame.tokens.first().is_some_and(|token| token.is_any("to"));
    let does = frame.tokens.get(1).is_some_and(|token| is_verb(&token.low));
    let adds = matches!(frame.intent.as_str(), "also" | "given" | "task.create");
    if before.intent != "task.create" || titled(before) || !between.is_empty() || !(leads && does && adds) {
        return false;
    }
    let end = without_days(&frame.tokens);
    if end < 2 {
        return false;
    }
    before.parts.push(part(frame, "title", 1, end));
    before.tokens.extend_from_slice(&frame.tokens);
    before.to = frame.to;
    true
}

/// "add both to my contacts | with Elm Joinery as their organisation": where those before work.
fn takes_organisation(before: &mut Frame, frame: &Frame, between: &[Token]) -> bool {
    let organisation = |token: &Token| {
        token.is_any("organisation organization company firm employer business organisations companies workplace")
    };
    let only_that = |part: &Part| {
        part.tokens.iter().any(organisation)
            && part.tokens.iter().all(|token| organisation(token) || is_function_word(&token.low))
    };
    let told = matches!(frame.intent.as_str(), "task.create" | "also" | "given" | "link.create" | "project.create");
    let says_so = frame.parts.iter().any(|part| part.role != "person" && only_that(part));
    let whose = frame
        .parts
        .iter()
        .find(|part| matches!(part.role.as_str(), "person" | "project" | "org" | "name") && !only_that(part));
    let Some(place) = whose.filter(|_| before.intent == "person.create" && near(between) && told && says_so) else {
        return false;
    };
    before.parts.push(Part { role: "org".into(), ..place.clone() });
    before.tokens.extend_from_slice(between);
    before.tokens.extend_from_slice(&frame.tokens);
    before.to = frame.to;
    true
}

/// "remind me a week before it is due, | and once more on the day itself": one more day of the reminder before.
fn takes_days(before: &mut Frame, frame: &Frame, between: &[Token]) -> bool {
    let again = "and then once more again also another one a second time on too reminder";
    let only_days = frame
        .tokens
        .iter()
        .all(|token| token.date().is_some() || token.kind == TokenKind::Punct || token.is_any(again));
    // "two weeks before it is due, | one week before and on the day"
    let counts = |token: &Token| token.date().is_some_and(|date| matches!(date.when, When::Shifted { .. }));
    let as_before =
        before.tokens.iter().any(counts) && frame.tokens.iter().all(|token| token.date().is_none() || counts(token));
    let says_again = as_before || frame.says("again more another second too also");
    let dated = frame.tokens.iter().any(|token| token.date().is_some());
    let taken =
        matches!(frame.intent.as_str(), "task.create" | "also" | "given" | "reminder.set" | "calendar.schedule");
    if before.intent != "reminder.set" || !(near(between) && only_days && says_again && dated && taken) {
        return false;
    }
    let days = (frame.from..).zip(&frame.tokens).filter(|(_, token)| token.date().is_some());
    before.parts.extend(days.map(|(at, token)| Part { role: "when".into(), tokens: vec![token.clone()], at }));
    before.tokens.extend_from_slice(between);
    before.tokens.extend_from_slice(&frame.tokens);
    before.to = frame.to;
    true
}

/// What goes on with what the frame before it asks for.
fn go_on(before: &mut Frame, frame: &mut Frame, between: &[Token], reader: &Reader<'_>) {
    let links = frame.says("link links linked connect connected tie attach attached");
    let ends: Vec<usize> = (0..frame.parts.len())
        .filter(|at| !matches!(frame.parts[*at].role.as_str(), "when" | "person" | "me"))
        .collect();
    // "strip the hall, insulate, | wire the lights": one more task
    if let [only] = ends[..]
        && matches!(frame.intent.as_str(), "link.create" | "complete" | "status" | "rename")
        && matches!(frame.parts[only].role.as_str(), "task" | "title")
        && frame.tokens.len() == frame.parts[only].tokens.len()
        && before.intent == "task.create"
        && before.has("title")
        && near(between)
        && !links
        && reader.certainly(&frame.parts[only].tokens, &[Kind::Task, Kind::Project, Kind::Idea]).is_none()
    {
        frame.parts[only].role = "title".into();
        frame.intent = "task.create".into();
    }
    // "put in two tasks, | write the copy and call the printer"
    let announced = between.iter().position(|token| token.is_any("tasks to-dos todos jobs"));
    let counted =
        announced.is_some_and(|at| at > 0 && number_word(&between[at - 1].low).is_some() && between.len() <= at + 2);
    let titled_task = frame.intent == "task.create" && titled(frame);
    if counted && !titled_task && !frame.has("person") && is_verb(&frame.tokens[0].low) {
        let end = without_days(&frame.tokens);
        let lists = crate::offline::read::split_list(&frame.tokens[..end]);
        frame.parts.retain(|part| part.role == "when");
        frame.parts.extend(lists.into_iter().map(|tokens| Part { role: "title".into(), tokens, at: frame.from }));
        frame.intent = "task.create".into();
    }
    // "Ines takes over the gate | and the fence from Odd"
    let from = |frame: &Frame| {
        let mut people = frame.all("person").chain(frame.all("old"));
        let only = people.next().filter(|_| people.next().is_none());
        only.is_some_and(|part| frame.before(part).is_some_and(|token| token.is_any("from")))
    };
    if frame.intent == "assign" && before.intent == "assign" && near(between) && from(frame) {
        let takes = before.all("person").filter(|part| !before.before(part).is_some_and(|token| token.is_any("from")));
        let takes: Vec<Part> = takes.cloned().collect();
        frame.parts.iter_mut().filter(|part| part.role == "person").for_each(|part| part.role = "old".into());
        frame.parts.extend(takes);
    }
    // "link Ines to the Deli project, | Rufus too"
    let too = frame.tokens.last().is_some_and(|token| token.is_any("too likewise also"))
        || frame.tokens.ends_with_words("as well");
    if let [only] = frame.parts.as_slice()
        && before.intent == "link.create"
        && too
        && frame.tokens.len() <= only.tokens.len() + 3
        && matches!(only.role.as_str(), "person" | "project" | "task" | "idea")
    {
        let kept = before.parts.iter().rev().find(|part| part.role != only.role && part.role != "relation").cloned();
        if let Some(kept) = kept {
            frame.parts.push(kept);
            frame.intent = "link.create".into();
        }
    }
    // "Ines books the band, | Odd rents the tents": work of the same sort
    let by_somebody = |frame: &Frame| {
        let title = frame.first("title").map(|part| part.at);
        frame.first("person").is_some_and(|person| Some(person.at + person.tokens.len()) == title)
    };
    let comma = near(between) && !between.is_empty();
    if comma
        && before.intent == "task.create"
        && frame.intent == "manual.step"
        && by_somebody(before)
        && by_somebody(frame)
    {
        frame.intent = "task.create".into();
    }
}

trait EndsWith {
    fn ends_with_words(&self, words: &str) -> bool;
}

impl EndsWith for Vec<Token> {
    fn ends_with_words(&self, words: &str) -> bool {
        let words: Vec<&str> = words.split(' ').collect();
        self.len() >= words.len()
            && self[self.len() - words.len()..].iter().zip(words).all(|(token, word)| token.low == word)
    }
}

/// "We should have a chaos day every quarter. Just save that as an idea": the idea told before.
fn fill_idea(frame: &mut Frame, before: &mut [Frame], whole: &[Token]) {
    let points = frame.says("that this it");
    if frame.intent != "idea.create" || titled(frame) || !points {
        return;
    }
    // read as a wish to do it
    if let Some(last) = before.last_mut()
        && last.intent == "task.create"
        && last.says("ought should could might")
        && !last.says("task tasks to-do job")
        && last.all("title").count() == 1
    {
        let title = last.parts.iter().position(|part| part.role == "title").map(|at| last.parts.remove(at));
        frame.parts.extend(title);
        last.intent = "given".into();
        last.parts.clear();
        return;
    }
    let idle = |token: &Token| {
        matches!(token.kind, TokenKind::Punct | TokenKind::Break)
            || token.is_any("and so ok okay just please well anyway erm uh um hm could can would you")
    };
    let end = whole[..frame.from].iter().rposition(|token| !idle(token)).map_or(0, |at| at + 1);
    let ends = |token: &Token| token.kind == TokenKind::Break || matches!(token.text.as_str(), "." | "!" | "?" | ";");
    let start = whole[..end].iter().rposition(ends).map_or(0, |at| at + 1);
    let told = &whole[start..end];
    let wish = told.iter().rposition(|token| token.is_any("should could ought might must") || token.is_any("about"));
    let lead = wish.map_or(0, |wish| {
        let aside = told[wish + 1..]
            .iter()
            .take_while(|token| token.is_any("really maybe perhaps to also just have probably definitely"))
            .count();
        let kept = usize::from(aside > 0 && told[wish + aside].is_any("have"));
        wish + 1 + aside - kept
    });
    let title = told[lead..].to_vec();
    let covered =
        before.iter().any(|frame| frame.to > start + lead && frame.intent != "given" && frame.intent != "none");
    if title.iter().any(|token| !is_function_word(&token.low)) && title.len() <= 20 && !covered {
        frame.parts.push(Part { role: "title".into(), tokens: title, at: start + lead });
    }
}
