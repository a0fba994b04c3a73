//! Frames that hold only a part of the wish before them, and take it in: how long a meeting lasts, the text of an idea, one
//! more name.

use super::{
    frame::{Frame, Part},
    joining::near,
};
use crate::offline::text::{Kind as TokenKind, Token, number_word};

/// "I'd be most grateful": nothing is asked for by that.
pub(super) fn only_thanks(frame: &Frame) -> bool {
    let lead = &frame.tokens[..frame.tokens.len().min(7)];
    let says = |words: &str| lead.iter().any(|token| token.is_any(words));
    says("i'd i would we'd we'll i'll")
        && says("grateful obliged thankful appreciate indebted")
        && frame.tokens.len() <= 9
}

/// Whether a frame only completes the wish before it, which then has its words and parts.
pub(super) fn completes(before: &mut Frame, frame: &Frame, between: &[Token]) -> bool {
    let taken = how_long(before, frame, between)
        .or_else(|| text_of_idea(before, frame, between))
        .or_else(|| more_names(before, frame, between));
    let Some(parts) = taken else { return false };
    before.parts.extend(parts);
    before.tokens.extend_from_slice(between);
    before.tokens.extend_from_slice(&frame.tokens);
    before.to = frame.to;
    true
}

/// "coffee with Ines on Friday, | half an hour will do"
fn how_long(before: &Frame, frame: &Frame, between: &[Token]) -> Option<Vec<Part>> {
    let only = frame.has("duration") && frame.parts.iter().all(|part| matches!(part.role.as_str(), "duration" | "ref"));
    let event = before.intent == "calendar.schedule" && !before.has("duration");
    let told = matches!(frame.intent.as_str(), "calendar.schedule" | "also" | "given");
    let of_all = frame.says("each apiece");
    (only && event && told && !of_all && near(between)).then(|| frame.all("duration").cloned().collect())
}

/// "save an idea, | 'Silent disco', with the text 'borrow headphones'", "… described | as 'an inflatable dome'"
fn text_of_idea(before: &Frame, frame: &Frame, between: &[Token]) -> Option<Vec<Part>> {
    if before.intent != "idea.create" || before.has("body") {
        return None;
    }
    let named = before.has("title") || before.has("name");
    if frame.intent == "describe" && !named && near(between) {
        let name = frame.first("idea").or_else(|| frame.first("title"))?;
        let title = Part { role: "title".into(), ..name.clone() };
        return Some(std::iter::once(title).chain(frame.all("body").cloned()).collect());
    }
    let described = between.iter().any(|token| token.is_any("described description text body saying"));
    let quoted = (frame.from..).zip(&frame.tokens).filter(|(_, token)| token.kind == TokenKind::Quoted);
    let [(at, only)] = quoted.collect::<Vec<_>>()[..] else { return None };
    let alone = frame.tokens.len() <= 3 && named && described && between.len() <= 4;
    alone.then(|| vec![Part { role: "body".into(), tokens: vec![only.clone()], at }])
}

/// "two new projects: Heron, due 29 January, | and Otter, due 12 February": as many names as were announced.
fn more_names(before: &Frame, frame: &Frame, between: &[Token]) -> Option<Vec<Part>> {
    let noun = before.tokens.iter().position(|token| token.is_any("projects"))?;
    let count = before.tokens[..noun].iter().find_map(|token| number_word(&token.low).filter(|count| *count > 1))?;
    let names = before.all("name").count();
    let missing = usize::try_from(count).is_ok_and(|count| names < count);
    let name = |part: &&Part| matches!(part.role.as_str(), "title" | "name" | "milestone" | "person" | "project");
    let own: Vec<&Part> = frame.parts.iter().filter(name).collect();
    let capital = own
        .iter()
        .all(|part| part.tokens.first().is_some_and(|token| token.is_capitalised() || token.kind == TokenKind::Quoted));
    let only_names = frame.parts.iter().all(|part| name(&part) || part.role == "when");
    let told =
        matches!(frame.intent.as_str(), "task.create" | "also" | "given" | "project.create" | "project.milestones");
    let says = frame.says("task tasks to-do milestone milestones link");
    let joined =
        between.iter().all(|token| token.kind == TokenKind::Punct && !token.is_mark(".") || token.is_any("and"));
    if before.intent != "project.create"
        || own.is_empty()
        || says
        || !(missing && capital && only_names && told && joined)
    {
        return None;
    }
    let renamed = |part: &Part| {
        let role = if name(&part) { "name" } else { part.role.as_str() };
        Part { role: role.into(), ..part.clone() }
    };
    Some(frame.parts.iter().map(renamed).collect())
}

/// "any task that Odd still has open, | reassign it to Ines": a set that was told before what is to be done with it.
pub(super) fn with_set_before(before: &Frame, frame: &Frame, between: &[Token]) -> Option<Frame> {
    let says_so = before.says("done finish finished complete completed close closed tick ticked mark check cross");
    let points = frame.parts.iter().any(|part| part.role == "ref")
        && !frame.parts.iter().any(|part| matches!(part.role.as_str(), "set" | "task" | "project" | "idea"));
    let told = matches!(before.intent.as_str(), "complete" | "status" | "given");
    let done = matches!(frame.intent.as_str(), "assign" | "reschedule" | "archive" | "complete");
    let commas = between.iter().all(|token| token.is_mark(",") || token.is_mark(":") || token.is_mark("–"));
    if !(told && done && points && commas && before.has("set")) || says_so {
        return None;
    }
    let mut parts = before.parts.clone();
    parts.extend(frame.parts.iter().filter(|part| part.role != "ref").cloned());
    let tokens = [before.tokens.as_slice(), between, frame.tokens.as_slice()].concat();
    Some(Frame { tokens, parts, from: before.from, ..frame.clone() })
}
