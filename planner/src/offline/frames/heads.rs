//! What the words before a list say of all its tasks, and what a sentence behind them does: "Callum gets one a day: …",
//! "…, all of that as tasks in the Boathouse project"; and what the words around a title say of the work.

use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part},
    making::Made,
    passive::{done_to, done_to_part},
};
use crate::offline::{
    dates::written,
    draft::Thing,
    make::Change,
    read::split_list,
    slots::{Sequence, sequence},
    text::{Kind as TokenKind, Token, is_determiner, is_function_word, is_verb, number_word},
};

/// "Callum gets three tasks in Fire Drill: check the exits on Monday, | test the sirens on Tuesday": what stands before the
/// colon is told of each of them.
pub(super) fn share_heads(frames: &mut [Frame], whole: &[Token]) {
    for at in 0..frames.len() {
        let Some(head) = head_of(&frames[at]) else { continue };
        let mut last = at;
        for next in at + 1..frames.len() {
            let between = &whole[frames[last].to.min(frames[next].from)..frames[next].from];
            let goes_on = !between.iter().any(|token| token.is_mark(".") || token.is_mark("!") || token.is_mark("?"));
            let frame = &mut frames[next];
            if !goes_on || !matches!(frame.intent.as_str(), "task.create" | "manual.step" | "then" | "parallel") {
                break;
            }
            last = next;
            if matches!(frame.intent.as_str(), "then" | "parallel") {
                continue;
            }
            // "tasks: sort the boxes, then the charity shop run"
            if frame.intent == "manual.step" && !frame.has("person") && !frame.has("me") {
                frame.intent = "task.create".into();
            }
            let own = frame.clone();
            let told = |part: &Part| {
                own.has(&part.role)
                    || matches!(part.role.as_str(), "person" | "me") && (own.has("person") || own.has("me"))
                    || part.role == "project" && own.has("ref")
                    || part.role == "when" && !own.dates().is_empty()
            };
            frame.parts.extend(head.iter().filter(|part| !told(part)).cloned());
        }
    }
}

/// "all due tomorrow: bake the rolls, | iron the napkins": the first of a list that was read as something said of it.
pub(super) fn begin_lists(frames: &mut [Frame], whole: &[Token]) {
    for at in 0..frames.len().saturating_sub(1) {
        let (before, behind) = frames.split_at_mut(at + 1);
        let (Some(frame), next) = (before.last_mut(), &behind[0]) else { continue };
        let between = &whole[frame.to.min(next.from)..next.from];
        let Some(first) = frame.parts.iter().position(|part| matches!(part.role.as_str(), "body" | "title")) else {
            continue;
        };
        let introduced = frame.before(&frame.parts[first]).is_some_and(|token| token.is_mark(":"));
        let lists = between.len() == 1 && between[0].is_mark(",") && next.intent == "task.create" && next.has("title");
        if matches!(frame.intent.as_str(), "also" | "given") && introduced && lists {
            frame.intent = "task.create".into();
            frame.parts[first].role = "title".into();
            frame.parts.retain(|part| part.role != "ref");
        }
    }
}

/// "two tasks for Nonno's ninetieth: …", "and a fourth that needs them all: lay the table": what stands before the colon is
/// no task of its own; neither is "which has to happen before that".
pub(super) fn without_head_titles(frame: &mut Frame) {
    if frame.intent != "task.create" || frame.all("title").count() < 2 {
        return;
    }
    let last = frame.all("title").map(|part| part.at).max().unwrap_or(frame.to);
    let colon = (frame.from..last.min(frame.to)).rev().find(|at| frame.tokens[at - frame.from].is_mark(":"));
    let counts = |part: &Part| {
        part.tokens.iter().all(|token| {
            is_function_word(&token.low)
                || number_word(&token.low).is_some()
                || token.is_any("second third fourth fifth sixth more another last final")
        })
    };
    let announces = |colon: usize| {
        frame.tokens[..colon - frame.from].iter().any(|token| token.is_any("tasks to-dos todos jobs things chores"))
    };
    let of_list = colon.is_some_and(announces);
    let happens = |part: &Part| {
        part.tokens.iter().all(|token| token.is_any("has have must needs need should to be happen done come go first"))
    };
    let before_colon = |part: &Part| colon.is_some_and(|colon| part.at < colon);
    name_what_is_read(frame, colon);
    frame
        .parts
        .retain(|part| part.role != "title" || !(before_colon(part) && (of_list || counts(part)) || happens(part)));
}

/// "the lease: Ines reads it": the words before the colon are what the task behind it is about.
fn name_what_is_read(frame: &mut Frame, colon: Option<usize>) {
    let Some(colon) = colon else { return };
    let at = |part: &Part, end: bool| if end { part.at + part.tokens.len() } else { part.at };
    let head = frame.parts.iter().position(|part| part.role == "title" && at(part, true) == colon);
    let is_thing = |head: &usize| frame.parts[*head].tokens.first().is_some_and(|first| !is_verb(&first.low));
    let Some(head) = head.filter(is_thing) else { return };
    let thing = frame.parts[head].tokens.clone();
    let pronoun = |token: &Token| token.is_any("it them");
    let behind = frame.parts.iter_mut().filter(|part| part.role == "title" && part.at > colon);
    let mut named = false;
    for part in behind {
        if let Some(place) = part.tokens.iter().position(pronoun).filter(|place| *place > 0) {
            let lowered = |token: &Token| {
                let small = is_function_word(&token.low) && token.is_capitalised();
                if small { Token::new(token.low.clone(), token.kind.clone(), token.glued) } else { token.clone() }
            };
            part.tokens.splice(place..=place, thing.iter().map(lowered));
            named = true;
        }
    }
    if named {
        frame.parts.remove(head);
    }
}

/// The parts before the colon of a frame that announces several tasks.
fn head_of(frame: &Frame) -> Option<Vec<Part>> {
    let title = frame.all("title").map(|part| part.at).min()?;
    let colon = (frame.from..title).rev().find(|at| frame.tokens[at - frame.from].is_mark(":"))?;
    let head = &frame.tokens[..colon - frame.from];
    let several = head.iter().any(|token| {
        token.is_any("tasks to-dos todos todo jobs things each following chores two three four five six both all")
    }) || head
        .windows(2)
        .any(|pair| pair[0].is_any("one a") && pair[1].is_any("a day task") || pair[1].date().is_some());
    let shared =
        |part: &&Part| part.at < colon && matches!(part.role.as_str(), "person" | "me" | "project" | "tag" | "when");
    let mut parts: Vec<Part> = frame.parts.iter().filter(shared).cloned().collect();
    // "one task a day from Monday to Wednesday": a day of their own is said of each
    if frame.dated().len() > 1 {
        parts.retain(|part| part.role != "when");
    }
    (frame.intent == "task.create" && several).then_some(parts)
}

/// "Tasks in the Weather Station project, please", "put both in as tasks": words that make no task, but tell what those so
/// far are.
pub(super) fn only_gathers(frame: &Frame) -> bool {
    let idle = |token: &Token| {
        matches!(token.kind, TokenKind::Punct | TokenKind::Break)
            || is_function_word(&token.low)
            || number_word(&token.low).is_some()
            || token.date().is_some()
            || token.is_any(
                "task tasks to-do to-dos job jobs please make put add file enter create save set turn record order \
                 sequence project all both these those each everything thanks down in note write respecting keeping",
            )
    };
    let named = |at: usize| {
        let covers = |part: &&Part| (part.at..part.at + part.tokens.len()).contains(&at);
        frame.parts.iter().any(|part| !matches!(part.role.as_str(), "title" | "ref") && covers(&part))
    };
    frame.says("task tasks to-dos jobs")
        && (frame.from..frame.to).zip(&frame.tokens).all(|(at, token)| named(at) || idle(token))
        && (frame.says("tasks to-dos jobs") || frame.says("both all these those them everything each"))
}

/// "two tasks: replace the lock and throw out the bicycles": as many as the words say there are.
pub(super) fn as_many_as_said(frame: &Frame, titles: Vec<Part>) -> Vec<Part> {
    let said = frame.tokens.windows(3).find_map(|run| {
        (run[1..].iter().any(|token| token.is_any("tasks to-dos jobs"))).then(|| number_word(&run[0].low))?
    });
    let [only] = titles.as_slice() else { return titles };
    let entries = split_list(&only.tokens);
    if said.is_none_or(|said| usize::try_from(said).ok() != Some(entries.len())) || entries.len() < 2 {
        return titles;
    }
    let mut at = only.at;
    let parts = entries.into_iter().map(|tokens| {
        let part = Part { role: only.role.clone(), tokens, at };
        at += part.tokens.len() + 1;
        part
    });
    parts.collect()
}

/// What is to be done: "the rot has to be treated" is to treat the rot, "has corrected them" is to correct them.
pub(super) fn work_of(frame: &Frame, part: &Part) -> Vec<Token> {
    let verb = |token: &Token| {
        (token.kind == TokenKind::Word && token.lemma != token.low && is_verb(&token.lemma))
            .then(|| Token::new(token.lemma.clone(), TokenKind::Word, false))
    };
    if let [has, done, rest @ ..] = part.tokens.as_slice()
        && has.is_any("has have had")
        && !rest.is_empty()
        && let Some(done) = verb(done)
    {
        return std::iter::once(done).chain(rest.iter().cloned()).collect();
    }
    let done = done_to(&part.tokens).or_else(|| done_to_part(frame, part));
    done.map_or_else(|| part.tokens.clone(), super::passive::Done::work)
}

/// "Ines hires the waiters": whether a title says what the person before it does.
pub(super) fn does_part(frame: &Frame, part: &Part) -> bool {
    let named = |person: &Part| person.role == "person" && person.at + person.tokens.len() == part.at;
    // "Ann is the one who finds a supplier"
    let who = frame.has("person") && frame.before(part).is_some_and(|token| token.is_any("who"));
    who || frame.parts.iter().any(|person| named(person) && person.at >= frame.from)
}

/// "checks the sound desk" is "check the sound desk".
pub(super) fn third_person(tokens: &[Token]) -> Vec<Token> {
    let mut words = tokens.to_vec();
    // "does the shelving"
    if let Some(first) = words.first_mut().filter(|first| first.is_any("does has")) {
        *first = Token::new(if first.is_any("does") { "do" } else { "have" }, TokenKind::Word, false);
        return words;
    }
    // "waxes the floor", of a verb that is not known as one
    let object = words.get(1).is_some_and(|next| is_determiner(&next.low) || next.is_any("them it him her this that"));
    if let Some(first) = words.first_mut()
        && object
        && first.kind == TokenKind::Word
        && first.lemma == first.low
        && first.low.len() > 3
        && !is_function_word(&first.low)
        && let Some(stem) = first.low.strip_suffix('s').filter(|stem| !stem.ends_with('s'))
    {
        let hissing = ["xe", "she", "che", "sse", "ze"].iter().any(|end| stem.ends_with(end));
        let base = if hissing { &stem[..stem.len() - 1] } else { stem };
        *first = Token::new(base, TokenKind::Word, false);
        return words;
    }
    if let Some(first) = words.first_mut()
        && first.kind == TokenKind::Word
        && first.low.ends_with('s')
        && first.lemma != first.low
        && !is_function_word(&first.low)
    {
        *first = Token::new(first.lemma.clone(), TokenKind::Word, first.glued);
    }
    words
}

impl Carrying<'_, '_> {
    /// Makes tasks of all the work so far, and gives them the project, the day and the order that a sentence tells of them.
    pub(super) fn gather(&mut self, frame: &Frame) -> Made {
        let tasks = self.reader.work_as_tasks();
        if tasks.is_empty() {
            return Ok(None);
        }
        let mut own = frame.clone();
        own.parts.retain(|part| part.role != "title");
        let project = match own.first("project").cloned() {
            Some(part) => Some(self.reader.thing(&part.tokens, &[Kind::Project])?),
            None => None,
        };
        let due = self.due(&own)?;
        let people = self.people(&own)?;
        for task in &tasks {
            let step = task.step().map(|step| self.reader.draft.steps[step].clone());
            let Some(step) = step else { continue };
            if let (Some(project), None) = (&project, step.pointed("project")) {
                self.reader.change(task, Change::Points("project", project.clone()));
            }
            if let (Some(person), None) = (people.first(), step.pointed("assignee")) {
                self.reader.change(task, Change::Points("assignee", person.clone()));
            }
            if let (Some((day, time)), false) = (due, step.params.contains_key("due_date")) {
                self.reader.change(task, Change::Text("due_date", written(day, time)));
            }
        }
        let ordered = tasks.iter().filter_map(Thing::step).any(|step| !self.reader.draft.steps[step].after.is_empty());
        if !ordered && sequence(&mut frame.tokens.clone()) == Sequence::Chain {
            crate::offline::intents::chain(self.reader, &tasks);
        }
        self.reader.talk.group.clone_from(&tasks);
        Ok(Some(tasks))
    }
}
