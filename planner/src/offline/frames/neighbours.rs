//! What frames say of each other: whose all of a list are, where they belong, what goes first.

use super::{
    frame::{Frame, Part},
    tasks::subject_of,
};
use crate::offline::text::{Kind as TokenKind, Token, is_determiner, is_verb};

/// Gives frames what those around them say of them.
pub(super) fn settle(frames: &mut Vec<Frame>, whole: &[Token]) {
    places_of_strands(frames, whole);
    same_verb(frames);
    share_people(frames, whole);
    add_to_people(frames);
    work_first(frames);
    say_what_they_are(frames, whole);
}

/// "Two strands in parallel for the Bistro project, as tasks: …": where the tasks that come belong.
fn places_of_strands(frames: &mut [Frame], whole: &[Token]) {
    for at in 0..frames.len() {
        let Some(place) = frames[at].first("project").cloned().filter(|_| frames[at].intent == "parallel") else {
            continue;
        };
        let from = frames[at].to;
        for frame in &mut frames[at + 1..] {
            let same =
                !whole[from..frame.from].iter().any(|token| token.kind == TokenKind::Break || token.is_mark("."));
            if frame.intent != "task.create" || !same || frame.has("project") {
                break;
            }
            frame.parts.push(place.clone());
        }
    }
}

/// "Jun prepares the buffer and Marit | the cultures": what she does is what he does.
fn same_verb(frames: &mut [Frame]) {
    for at in 1..frames.len() {
        let does = |frame: &Frame| -> Option<usize> {
            let title = frame.parts.iter().position(|part| part.role == "title")?;
            let whose = frame.all("person").any(|person| person.at + person.tokens.len() == frame.parts[title].at);
            (matches!(frame.intent.as_str(), "task.create" | "manual.step") && whose).then_some(title)
        };
        let (before, behind) = frames.split_at_mut(at);
        let Some((told, frame)) = before.last().zip(behind.first_mut()) else { continue };
        let (Some(own), Some(title)) = (does(told), does(frame)) else { continue };
        let Some(verb) = told.parts[own].tokens.first() else { continue };
        let acts =
            verb.kind == TokenKind::Word && verb.low.ends_with('s') && verb.lemma != verb.low && is_verb(&verb.lemma);
        let object = frame.parts[title].tokens.first().is_some_and(|token| is_determiner(&token.low));
        let says_what = !verb.is_any("does takes gets has handles sees");
        if acts && says_what && object && frame.from <= told.to + 2 {
            frame.parts[title].tokens.insert(0, verb.clone());
        }
    }
}

/// "Three tasks for Ines: buy flour; bake; count the takings": whose all of them are.
fn share_people(frames: &mut [Frame], whole: &[Token]) {
    for at in 0..frames.len() {
        let head = &frames[at];
        let title = head.all("title").map(|part| part.at).min().unwrap_or(head.to);
        let Some(person) = head.first("person").filter(|part| part.at < title && part.at >= head.from).cloned() else {
            continue;
        };
        let announces = head.intent == "task.create"
            && head.says("tasks to-dos todos jobs")
            && (head.from..)
                .zip(&head.tokens)
                .any(|(place, token)| token.is_mark(":") && (person.at..=title).contains(&place));
        if !announces {
            continue;
        }
        let from = head.to;
        for frame in &mut frames[at + 1..] {
            let same = !whole[from.min(frame.from)..frame.from].iter().any(|token| token.is_mark("."));
            let of_list = matches!(frame.intent.as_str(), "task.create" | "also" | "then");
            if !same || !of_list || frame.has("person") || frame.has("me") {
                break;
            }
            if frame.intent == "task.create" {
                frame.parts.push(person.clone());
            }
        }
    }
}

/// "… two apprentices, Kit and Jory. Add both to my contacts, with Elm Joinery as their organisation": what is added to those
/// named before.
fn add_to_people(frames: &mut Vec<Frame>) {
    let named = |frame: &Frame| ["name", "person", "title"].iter().any(|role| frame.has(role));
    for at in (1..frames.len()).rev() {
        let frame = &frames[at];
        if frame.intent != "person.create" || named(frame) || !frame.has("ref") {
            continue;
        }
        let told = frames[..at].iter().rposition(|frame| frame.intent == "person.create" && named(frame));
        let Some(told) = told.filter(|told| frames[told + 1..at].iter().all(|frame| frame.intent == "given")) else {
            continue;
        };
        let adds = |part: &&Part| matches!(part.role.as_str(), "org" | "email");
        let more: Vec<Part> = frame.parts.iter().filter(adds).cloned().collect();
        frames[told].parts.extend(more);
        frames.remove(at);
    }
}

/// "don't archive it until the fees have been paid: make a task for Ines to pay them": the work, and what waits for it.
fn work_first(frames: &mut [Frame]) {
    for at in 1..frames.len() {
        let (waits, work) = (&frames[at - 1], &frames[at]);
        let title = work.words("title").unwrap_or_default();
        let (Some(verb), Some(told)) = (title.first(), waits.words("cond")) else { continue };
        let same = told.last().is_some_and(|done| done.lemma == verb.lemma);
        let points = title.len() == 2 && title[1].is_any("it them this that");
        let Some(subject) = subject_of(told).filter(|_| same && points) else { continue };
        if waits.intent != "after" || work.intent != "task.create" {
            continue;
        }
        if let Some(title) = frames[at].parts.iter_mut().find(|part| part.role == "title") {
            title.tokens.truncate(1);
            title.tokens.extend(subject);
        }
        frames.swap(at - 1, at);
    }
}

/// "When both have finished, Odd writes the rota, that's the third task": what a step is called.
fn say_what_they_are(frames: &mut [Frame], whole: &[Token]) {
    for at in 0..frames.len() {
        let until = frames.get(at + 1).map_or(whole.len(), |next| next.from);
        let frame = &mut frames[at];
        let behind = &whole[frame.to.min(until)..until];
        let says =
            behind.iter().take(6).take_while(|token| !token.is_mark(".")).any(|token| token.is_any("task to-do"));
        let names = behind.iter().take(3).any(|token| token.is_any("that's that is as which"));
        if frame.intent == "manual.step" && says && names {
            frame.intent = "task.create".into();
        }
    }
}
