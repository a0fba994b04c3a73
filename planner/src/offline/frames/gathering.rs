//! Work that is told first and asked for behind: "Before the gate is hung it has to be primed. Two tasks, both for Ines";
//! and words ahead of several wishes that are told of each of them: "In the Cottage project: …".

use super::{
    AROUND,
    frame::{Frame, Part},
    heads::only_gathers,
    passive::done_to,
};
use crate::offline::text::{Kind as TokenKind, Token, is_function_word, is_verb, number_word};

/// Puts together what is told before the tasks are asked for.
pub(super) fn settle(frames: &mut Vec<Frame>, whole: &[Token]) {
    passive_first(frames);
    if let Some(at) = gatherer(frames) {
        work_behind(frames, at);
    }
    share_colons(frames, whole);
    what_comes_first(frames, whole);
}

/// "Before you rename the project, add a note to it": the note first, though it is named behind.
fn what_comes_first(frames: &mut Vec<Frame>, whole: &[Token]) {
    let wishes = |frame: &Frame| !AROUND.contains(&frame.intent.as_str());
    let ends = |token: &Token| token.kind == TokenKind::Break || matches!(token.text.as_str(), "." | "!" | "?" | ";");
    for at in 0..frames.len() {
        let marked = frames[at].intent == "before" && frames[at].parts.is_empty();
        let later = at + usize::from(marked);
        let (Some(one), Some(other)) = (frames.get(later), frames.get(later + 1)) else { continue };
        let start = whole[..one.from].iter().rposition(ends).map_or(0, |end| end + 1);
        let lead = &whole[start..one.from];
        let first = lead.first().is_some_and(|token| token.is_any("before"));
        let you = lead.len() == 2 && lead[1].is_any("you we i");
        let between = &whole[one.to.min(other.from)..other.from];
        let same = !between.iter().any(|token| ends(token) || token.is_any("and but"));
        if !(first && you && same && wishes(one) && wishes(other)) {
            continue;
        }
        let before = Frame {
            intent: "before".into(),
            tokens: lead.to_vec(),
            parts: Vec::new(),
            from: one.to,
            to: one.to,
            sure: one.sure,
        };
        frames.insert(later + 1, before);
        if marked {
            frames.remove(at);
        }
        return;
    }
}

/// "Before the gate is hung | it has to be primed": work, where tasks are asked for behind it.
fn passive_first(frames: &mut [Frame]) {
    let asked = frames.iter().rposition(|frame| frame.intent == "task.create" && only_gathers(frame));
    for at in 1..asked.unwrap_or(0) {
        let waits = frames[at - 1].intent == "before"
            && frames[at - 1].words("cond").is_some_and(|cond| done_to(cond).is_some());
        let frame = &mut frames[at];
        let told = matches!(frame.intent.as_str(), "also" | "given" | "status") && frame.dates().is_empty();
        if waits && told && done_to(&frame.tokens).is_some() {
            frame.intent = "task.create".into();
            frame.parts = vec![Part { role: "title".into(), tokens: frame.tokens.clone(), at: frame.from }];
        }
    }
}

fn works(frame: &Frame) -> bool {
    let told = ["title", "name", "body", "task"].iter().any(|role| frame.has(role));
    told && matches!(frame.intent.as_str(), "task.create" | "manual.step")
}

/// The frame that asks for tasks of the work told before it, and makes none itself: "A task for each, please".
pub(super) fn gatherer(frames: &[Frame]) -> Option<usize> {
    let first = frames.iter().position(works)?;
    let gathers = |frame: &Frame| frame.intent == "task.create" && only_gathers(frame);
    (first + 1..frames.len()).find(|at| gathers(&frames[*at]))
}

/// How many tasks a frame says that there are.
fn count_said(frame: &Frame) -> Option<usize> {
    let tasks = frame.tokens.iter().position(|token| token.is_any("tasks to-dos todos jobs"));
    let lead = &frame.tokens[..tasks.unwrap_or(frame.tokens.len())];
    let said = lead.iter().rev().find_map(|token| number_word(&token.low).filter(|count| *count > 1));
    said.and_then(|said| usize::try_from(said).ok()).or_else(|| frame.says("both").then_some(2))
}

/// "the gate is hung", "anyone hangs the gate": hang the gate.
fn work_in(cond: &[Token]) -> Option<Vec<Token>> {
    if let Some(done) = done_to(cond) {
        return Some(done.work());
    }
    let [who, verb, rest @ ..] = cond else { return None };
    let anyone = who.is_any("anyone anybody someone somebody one you we they i");
    let base = crate::offline::text::base_form(&verb.low).map_or(verb.low.as_str(), |base| base);
    let verb = Token::new(base, TokenKind::Word, verb.glued);
    (anyone && is_verb(&verb.low) && !rest.is_empty())
        .then(|| std::iter::once(verb).chain(rest.iter().cloned()).collect())
}

/// Whether a task is asked for that is called by all words of some work.
fn told_already(frames: &[Frame], work: &[Token]) -> bool {
    let content = |tokens: &[Token]| -> Vec<String> {
        tokens.iter().filter(|token| !is_function_word(&token.low)).map(|token| token.lemma.clone()).collect()
    };
    let wanted = content(work);
    let mut titles = frames.iter().filter(|frame| works(frame)).flat_map(|frame| frame.all("title"));
    !wanted.is_empty()
        && titles.any(|part| {
            let own = content(&part.tokens);
            wanted.iter().all(|word| own.contains(word))
        })
}

/// "Before the gate is hung it has to be primed": two pieces of work, where as many tasks are asked for.
fn work_behind(frames: &mut Vec<Frame>, gatherer: usize) {
    let Some(said) = count_said(&frames[gatherer]) else { return };
    let told: usize =
        frames[..gatherer].iter().map(|frame| frame.all("title").count().max(1) * usize::from(works(frame))).sum();
    let Some(at) = (0..gatherer.saturating_sub(1)).find(|at| {
        let work = frames[*at].words("cond").and_then(work_in);
        frames[*at].intent == "before"
            && works(&frames[at + 1])
            && work.is_some_and(|work| !told_already(frames, &work))
    }) else {
        return;
    };
    let Some(later) = frames[at].first("cond").cloned().filter(|_| told + 1 == said) else { return };
    let Some(work) = work_in(&later.tokens) else { return };
    // "it has to be primed": what the other clause names
    for part in frames[at + 1].parts.iter_mut().filter(|part| part.role == "title") {
        if let Some(mut own) = done_to(&part.tokens).filter(super::passive::Done::points)
            && let Some(done) = done_to(&later.tokens)
        {
            own.object.clone_from(&done.object);
            part.tokens = own.work();
        }
    }
    let behind = frames[at + 1].to;
    let sure = frames[at + 1].sure;
    let own = |intent: &str, tokens: Vec<Token>, parts: Vec<Part>| Frame {
        intent: intent.into(),
        tokens,
        parts,
        from: behind,
        to: behind,
        sure,
    };
    let then = vec![Token::new("then", TokenKind::Word, false)];
    let title = Part { role: "title".into(), tokens: work.clone(), at: later.at };
    let later = [own("then", then, Vec::new()), own("task.create", work, vec![title])];
    frames.splice(at + 2..at + 2, later);
    frames.remove(at);
}

/// "In the Cottage project: …": told of all in the sentence, of all lines below it, or of all up to the words that gather it.
fn share_colons(frames: &mut [Frame], whole: &[Token]) {
    let gatherer = gatherer(frames);
    for at in 0..frames.len() {
        let head = &frames[at];
        let colon = head.tokens.last().is_some_and(|token| token.is_mark(":"))
            || whole.get(head.to).is_some_and(|token| token.is_mark(":"));
        let assigns = head.intent == "task.create" || head.says("assign assigned for all each tasks both");
        let shared = |part: &&Part| {
            matches!(part.role.as_str(), "project" | "when" | "tag")
                || assigns && matches!(part.role.as_str(), "person" | "me")
        };
        let titled = ["title", "name", "body", "task", "milestone"].iter().any(|role| head.has(role));
        let heads = matches!(head.intent.as_str(), "given" | "task.create" | "also") && !titled;
        let parts: Vec<Part> = head.parts.iter().filter(shared).cloned().collect();
        if !colon || !heads || parts.is_empty() {
            continue;
        }
        let from = head.to;
        let lines =
            whole[from..].iter().find(|token| !token.is_mark(":")).is_some_and(|token| token.kind == TokenKind::Break);
        for next in at + 1..frames.len() {
            let between = &whole[from.min(frames[next].from)..frames[next].from];
            let same = !between.iter().any(|token| token.is_mark(".") || token.is_mark("!") || token.is_mark("?"));
            let bullet = lines && bulleted(whole, frames[next].from);
            let told_of = gatherer.is_some_and(|end| next <= end && at < end);
            if AROUND.contains(&frames[next].intent.as_str()) {
                continue;
            }
            if !(bullet || told_of || same && !lines) || frames[next].has("project") {
                break;
            }
            let frame = &mut frames[next];
            let takes = matches!(frame.intent.as_str(), "task.create" | "manual.step");
            let told = |part: &Part| {
                frame.has(&part.role)
                    || part.role == "project" && frame.intent == "manual.step"
                    || matches!(part.role.as_str(), "person" | "me") && (frame.has("person") || frame.has("me"))
                    || part.role == "when" && !frame.dates().is_empty()
            };
            let own: Vec<Part> = parts.iter().filter(|part| takes && !told(part)).cloned().collect();
            frame.parts.extend(own);
        }
    }
}

/// Whether a line begins just before a place: "- task: …", "2. …".
fn bulleted(whole: &[Token], at: usize) -> bool {
    let mark = |token: &&Token| {
        matches!(token.text.as_str(), "-" | "–" | "*" | "•" | ")" | ".") || token.kind == TokenKind::Number
    };
    let marks = whole[..at].iter().rev().take_while(mark).count();
    marks > 0 && whole[..at - marks].last().is_none_or(|token| token.kind == TokenKind::Break)
}
