//! What is asked for in words that put it off: "before you archive it, …", "don't write to her until he has", "the idea is
//! only to be archived at the very end".

use super::{
    AROUND,
    frame::{Frame, Part},
};
use crate::offline::text::{Kind as TokenKind, Token};

/// Gives frames that put something off the place and the sort of what they ask for.
pub(super) fn put_off(frames: &mut Vec<Frame>, whole: &[Token]) {
    held_off(frames, whole);
    forbidden_until(frames);
    first_after_all(frames, whole);
    said_of_order(frames);
    keep_for_later(frames);
    done_after(frames, whole);
    places_told(frames);
}

/// "hold off on messaging him until she is done, then tell him …": forbidden for now, where it is asked for behind.
fn held_off(frames: &mut [Frame], whole: &[Token]) {
    for at in 0..frames.len() {
        let frame = &frames[at];
        let before =
            &whole[frame.from.saturating_sub(4).min(whole.len())..(frame.from + 3).min(frame.to).min(whole.len())];
        let holds = before.windows(2).any(|pair| {
            pair[0].is_any("hold hang wait") && pair[1].is_any("off back on with")
                || pair[0].is_any("refrain") && pair[1].is_any("from")
        });
        let waits = frames.get(at + 1).is_some_and(|next| {
            matches!(next.intent.as_str(), "after" | "then" | "before")
                && next.tokens.iter().take(3).any(|token| token.is_any("until before till unless"))
        });
        let again = frames[at + 1..].iter().any(|frame| frame.intent == "message.send");
        if frame.intent == "message.send" && holds && waits && again {
            frames[at].intent = "dont".into();
        }
    }
}

/// "archive the project, but put a note on it first": what is asked for behind comes before.
fn first_after_all(frames: &mut Vec<Frame>, whole: &[Token]) {
    let mut at = 1;
    while at < frames.len() {
        let (before, frame) = (&frames[at - 1], &frames[at]);
        let wishes = |frame: &Frame| !AROUND.contains(&frame.intent.as_str());
        let gap = &whole[before.to.min(frame.from)..frame.from];
        let inside = |at: usize| frame.parts.iter().any(|part| (part.at..part.at + part.tokens.len()).contains(&at));
        let own = (frame.from..frame.to).filter(|at| !inside(*at)).filter_map(|at| whole.get(at));
        let own: Vec<&Token> = gap.iter().chain(own).collect();
        let but = own.iter().take(gap.len() + 2).any(|token| token.is_any("but though only"));
        let first = own.iter().any(|token| token.is_any("first beforehand"));
        let ends = gap.iter().any(|token| token.is_mark(".") || token.kind == TokenKind::Break);
        let again = own.iter().any(|token| token.is_any("then"));
        if wishes(before) && wishes(frame) && but && first && !ends && !again {
            let token = Token::new("before", TokenKind::Word, false);
            let (from, sure) = (frame.from, frame.sure);
            let put = Frame { intent: "before".into(), tokens: vec![token], parts: Vec::new(), from, to: from, sure };
            frames.insert(at, put);
            at += 1;
        }
        at += 1;
    }
}

/// "don't write to her about it until he has": a message that waits.
fn forbidden_until(frames: &mut [Frame]) {
    for at in 0..frames.len().saturating_sub(1) {
        let next = &frames[at + 1];
        let waits = matches!(next.intent.as_str(), "after" | "then" | "before")
            && next.tokens.iter().take(3).any(|token| token.is_any("until before till unless"))
            && next.from <= frames[at].to + 1;
        let frame = &frames[at];
        let tells = frame.says("message tell write send mail email text inform ask");
        // "no message to her until it is paid: …, then message her": it is asked for behind
        let again = frames[at + 1..].iter().any(|frame| frame.intent == "message.send");
        if frame.intent == "dont" && waits && tells && !again && (frame.has("person") || frame.has("org")) {
            frames[at].intent = "message.send".into();
            frames[at + 1].intent = "after".into();
        }
    }
}

/// "the last of these depends on both the others": said of their order, where it was taken for something that is added.
fn said_of_order(frames: &mut [Frame]) {
    for frame in frames.iter_mut().filter(|frame| frame.intent == "also") {
        let waits = frame.says("depends depend waits wait") && frame.says("on for upon until");
        if waits && !frame.parts.is_empty() && frame.parts.iter().all(|part| part.role == "ref") {
            frame.intent = "then".into();
        }
    }
}

/// "make it a project; the idea is only to be archived at the very end": it stays until then.
fn keep_for_later(frames: &mut [Frame]) {
    for at in 1..frames.len() {
        let waits = |frame: &Frame| matches!(frame.intent.as_str(), "then" | "after");
        let surrounds = |frame: &Frame| AROUND.contains(&frame.intent.as_str());
        let last = frames[at].says("only last finally end until once when")
            || frames.get(at + 1).is_some_and(waits) && frames[at + 1..].iter().all(surrounds)
            || waits(&frames[at - 1]);
        let (before, behind) = frames.split_at_mut(at);
        let frame = &mut behind[0];
        let of_idea = frame.says("idea") && !frame.has("project") && !frame.has("idea");
        let Some(turned) = before.iter_mut().rev().find(|frame| frame.intent == "idea_to_project") else { continue };
        if frame.intent != "archive" || !last || !of_idea {
            continue;
        }
        let stays = Token::new("stays", TokenKind::Word, false);
        turned.parts.push(Part { role: "keep".into(), tokens: vec![stays], at: turned.to });
        if let Some(idea) = turned.first("idea").cloned() {
            frame.parts.retain(|part| part.role != "ref");
            frame.parts.push(Part { at: frame.from, ..idea });
        }
    }
}

/// "before you archive the project, leave a note on it and tell Jerome": it is archived when that is done.
fn done_after(frames: &mut Vec<Frame>, whole: &[Token]) {
    let Some(at) = frames.iter().position(asks_for_later) else { return };
    let again = |frame: &Frame| matches!(frame.intent.as_str(), "archive" | "complete");
    if frames[at + 1..].iter().any(again) || at + 1 >= frames.len() {
        return;
    }
    let ends = |from: usize, to: usize| {
        whole[from.min(to)..to].iter().any(|token| token.is_mark(".") || token.kind == TokenKind::Break)
    };
    let last = (at + 1..frames.len())
        .find(|next| frames.get(next + 1).is_none_or(|behind| ends(frames[*next].to, behind.from)))
        .unwrap_or(frames.len() - 1);
    let wish = frames[at].clone();
    let intent = if wish.says("archive archiving") { "archive" } else { "complete" };
    let own = |part: &&Part| matches!(part.role.as_str(), "project" | "idea" | "task" | "ref");
    let end = frames[last].to;
    let then = Frame {
        intent: "then".into(),
        tokens: vec![Token::new("then", TokenKind::Word, false)],
        parts: Vec::new(),
        from: end,
        to: end,
        sure: wish.sure,
    };
    let parts: Vec<Part> = wish.parts.iter().filter(own).map(|part| Part { at: end, ..part.clone() }).collect();
    let later = Frame { intent: intent.into(), parts, from: end, to: end, ..wish };
    let behind = last + 1;
    frames.splice(behind..behind, [then, later]);
    frames[at].intent = "given".into();
    frames[at].parts.retain(|part| matches!(part.role.as_str(), "project" | "idea" | "task"));
}

/// "before you archive the project", "before closing the task".
fn asks_for_later(frame: &Frame) -> bool {
    let named = frame.parts.iter().any(|part| matches!(part.role.as_str(), "project" | "idea" | "task" | "ref"));
    let verb = "archive close complete";
    let does = frame.tokens.windows(2).any(|pair| {
        pair[0].is_any("you we i") && pair[1].is_any(verb)
            || pair[0].is_any("before") && pair[1].is_any("archiving closing completing")
    });
    let points = frame
        .parts
        .iter()
        .all(|part| part.role != "ref" || part.tokens.iter().any(|token| token.is_any("project idea task it")));
    frame.intent == "before" && named && does && points
}

/// "Make tasks in the Wetlands project. …": where the tasks that come belong.
fn places_told(frames: &mut [Frame]) {
    for at in 0..frames.len().saturating_sub(1) {
        let next = matches!(frames[at + 1].intent.as_str(), "task.create" | "manual.step");
        let frame = &mut frames[at];
        let only = frame.has("project") && frame.parts.iter().all(|part| part.role == "project");
        if frame.intent == "given" && only && next && frame.says("tasks task to-dos jobs") && frame.tokens.len() <= 14 {
            frame.intent = "task.create".into();
        }
    }
}
