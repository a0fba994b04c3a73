//! What stands in a part and does not belong to it: hashtags behind a title, the reason for a reminder, a day on which
//! something told has happened.

use super::frame::{Frame, Part};
use crate::offline::{
    dates::When,
    text::{Kind as TokenKind, Token},
};

/// Trims the parts of all frames.
pub(super) fn trim(frames: &mut Vec<Frame>, whole: &[Token]) {
    for frame in frames.iter_mut() {
        hashtags(frame, whole);
        without_reason(frame, whole);
    }
    frames.iter_mut().for_each(without_lead);
    days_of_what_is_told(frames, whole);
    without_manner(frames);
}

/// "a meeting on Monday, subject budget": what it is about, without the word for that.
fn without_lead(frame: &mut Frame) {
    if frame.intent != "calendar.schedule" {
        return;
    }
    for part in frame.parts.iter_mut().filter(|part| part.role == "title" && part.tokens.len() > 1) {
        let named = part.tokens[0].is_any("subject topic re");
        let lead = usize::from(named) + usize::from(named && part.tokens[1].is_mark(":"));
        let noun = part.tokens.get(lead).is_some_and(|token| token.kind != TokenKind::Punct && !token.is_any("of for"));
        if named && noun && part.at > frame.from {
            part.tokens.drain(..lead);
            part.at += lead;
        }
    }
}

fn is_hashtag(token: &Token) -> bool {
    token.kind == TokenKind::Word
        && token.text.starts_with('#')
        && token.text.chars().nth(1).is_some_and(char::is_alphabetic)
}

/// "repaint the shed #garden #summer": tags, behind the title or behind all of it.
fn hashtags(frame: &mut Frame, whole: &[Token]) {
    if frame.intent != "task.create" {
        return;
    }
    let mut tags: Vec<Part> = Vec::new();
    let tag = |at: usize, token: &Token| Part { role: "tag".into(), tokens: vec![token.clone()], at };
    for part in frame.parts.iter_mut().filter(|part| matches!(part.role.as_str(), "title" | "body" | "topic")) {
        let kept = part.tokens.iter().rposition(|token| !is_hashtag(token)).map_or(0, |last| last + 1);
        let cut = part.tokens.split_off(kept);
        tags.extend(cut.iter().enumerate().map(|(at, token)| tag(part.at + kept + at, token)));
    }
    frame.parts.retain(|part| !part.tokens.is_empty());
    let inside =
        |at: usize, parts: &[Part]| parts.iter().any(|part| (part.at..part.at + part.tokens.len()).contains(&at));
    let behind = whole.get(frame.to..).unwrap_or_default().iter().take_while(|token| is_hashtag(token)).count();
    for at in frame.from..frame.to + behind {
        let loose = !inside(at, &frame.parts) && !inside(at, &tags);
        tags.extend(whole.get(at).filter(|token| loose && is_hashtag(token)).map(|token| tag(at, token)));
    }
    tags.sort_by_key(|part| part.at);
    frame.parts.extend(tags);
}

/// "remind me the day before, I've a head like a sieve", "… they come, otherwise I'll forget": why somebody wants to be
/// reminded is not what they are reminded of.
fn without_reason(frame: &mut Frame, whole: &[Token]) {
    if frame.intent != "reminder.set" {
        return;
    }
    for part in frame.parts.iter_mut().filter(|part| part.role == "body") {
        let mine = |token: &Token| token.low.starts_with("i'") || token.is_any("i my");
        let reason = (1..part.tokens.len()).find(|at| {
            let leads = part.tokens[*at].is_any("otherwise else")
                || part.tokens[*at].is_any("or because since as") && part.tokens.get(at + 1).is_some_and(mine);
            leads && part.tokens[at - 1].is_mark(",")
        });
        if let Some(reason) = reason {
            part.tokens.truncate(reason - 1);
        }
        let before = part.at.checked_sub(1).and_then(|before| whole.get(before));
        let excuses = part.tokens.first().is_some_and(mine)
            && part.tokens.iter().any(|token| {
                token.is_any("forget forgetful forgot memory head brain sieve scatterbrain scatterbrained remember")
            });
        // "the day before they come": the day is counted from that
        let shifted = before.and_then(Token::date).is_some_and(|date| matches!(date.when, When::Shifted { .. }));
        let of_the_day = shifted
            && part.tokens.len() <= 3
            && part.tokens.first().is_some_and(|token| token.is_any("they he she it we"));
        if excuses && before.is_some_and(|token| token.kind == TokenKind::Punct) || of_the_day {
            part.role = "none".into();
        }
    }
    frame.parts.retain(|part| part.role != "none" && !part.tokens.is_empty());
}

/// "message Ann: we come on Monday. Short and friendly please": how a message is to sound is no wish of its own.
fn without_manner(frames: &mut Vec<Frame>) {
    let manner = "short brief friendly polite formal informal nice kind warm sweet simple and but keep it make be please \
         something quick casual cheerful a bit very nothing fancy the tone message that to the point";
    let tells = |frame: &Frame| matches!(frame.intent.as_str(), "message.send" | "note.add");
    for at in (1..frames.len()).rev() {
        let words = || frames[at].tokens.iter().filter(|token| token.kind == TokenKind::Word);
        let sounds =
            words().any(|token| token.is_any("short brief friendly polite formal informal warm sweet simple casual"));
        if tells(&frames[at - 1]) && sounds && words().all(|token| token.is_any(manner)) {
            frames.remove(at);
        }
    }
}

/// "note on the hall: the boiler was serviced yesterday and all is fine": a day that is over is no day for anything, but a
/// part of what is told.
fn days_of_what_is_told(frames: &mut Vec<Frame>, whole: &[Token]) {
    for at in (1..frames.len()).rev() {
        let (before, behind) = frames.split_at_mut(at);
        let (Some(told), frame) = (before.last_mut(), &behind[0]) else { continue };
        let over = |token: &Token| {
            token.date().is_some()
                && (token.low.contains("yesterday") || token.low.starts_with("last ") || token.low.ends_with(" ago"))
        };
        let only = matches!(frame.intent.as_str(), "also" | "reschedule" | "given")
            && frame.parts.iter().all(|part| matches!(part.role.as_str(), "when" | "ref"));
        let first = frame.tokens.iter().take(2).any(over);
        let tells = matches!(told.intent.as_str(), "note.add" | "message.send" | "describe" | "idea.create");
        let Some(body) = told.parts.iter_mut().max_by_key(|part| part.at).filter(|part| part.role == "body") else {
            continue;
        };
        let near = frame.from >= body.at && frame.from - (body.at + body.tokens.len()).min(frame.from) <= 1;
        if tells && only && first && near {
            body.tokens = whole[body.at..frame.to].to_vec();
            told.tokens = whole[told.from..frame.to].to_vec();
            told.to = frame.to;
            frames.remove(at);
        }
    }
}
