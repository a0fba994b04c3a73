//! Frames that reach over the end of a sentence, words between frames that belong to one of them, and parts that were read
//! apart.

use super::{
    AROUND,
    frame::{Frame, Part},
};
use crate::offline::text::{Kind as TokenKind, Token, is_function_word};

/// "… due the last Friday of this month. One week after that, | remind me …": each sentence for itself.
pub(super) fn cut_at_sentences(frames: Vec<Frame>) -> Vec<Frame> {
    let mut cut: Vec<Frame> = frames.into_iter().flat_map(two_sentences).collect();
    for at in 1..cut.len() {
        let (before, behind) = cut.split_at_mut(at);
        let (Some(frame), next) = (before.last_mut(), &mut behind[0]) else { continue };
        pass_on_days(frame, next);
    }
    cut
}

fn ends_sentence(token: &Token) -> bool {
    token.is_mark(".") || token.is_mark(";") || token.is_mark("!") || token.is_mark("?")
}

fn inside_part(frame: &Frame, at: usize) -> bool {
    frame.parts.iter().any(|part| (part.at..part.at + part.tokens.len()).contains(&(frame.from + at)))
}

fn between(frame: &Frame, from: usize, to: usize) -> Frame {
    let (from, to) = (frame.from + from, frame.from + to);
    Frame {
        tokens: frame.tokens[from - frame.from..to - frame.from].to_vec(),
        parts: frame.parts.iter().filter(|part| (from..to).contains(&part.at)).cloned().collect(),
        from,
        to,
        ..frame.clone()
    }
}

/// A frame as two where both sides of the end of a sentence ask for something.
fn two_sentences(frame: Frame) -> Vec<Frame> {
    if AROUND.contains(&frame.intent.as_str()) {
        return vec![frame];
    }
    let asks = |side: &Frame| {
        let has = |roles: &[&str]| roles.iter().any(|role| side.has(role));
        match frame.intent.as_str() {
            "task.create" => has(&["title", "task", "name"]),
            "calendar.schedule" => has(&["person", "title"]) && has(&["when"]),
            "reschedule" => has(&["task", "project", "set", "ref"]) && has(&["when"]),
            "complete" | "archive" => has(&["task", "project", "idea", "set"]),
            _ => false,
        }
    };
    let ends = (1..frame.tokens.len().saturating_sub(1))
        .filter(|at| ends_sentence(&frame.tokens[*at]) && !inside_part(&frame, *at));
    for at in ends {
        let (one, other) = (between(&frame, 0, at), between(&frame, at + 1, frame.tokens.len()));
        // "paint it; tag it 'outdoor'"
        let adds = other.tokens.first().is_some_and(|token| token.is_any("tag label"));
        if asks(&one) && asks(&other) && !adds {
            return std::iter::once(one).chain(two_sentences(other)).collect();
        }
    }
    vec![frame]
}

/// A sentence of nothing but a day, just before the next wish, is told for that one.
fn pass_on_days(frame: &mut Frame, next: &mut Frame) {
    let near = next.from <= frame.to + 1;
    if !near || AROUND.contains(&next.intent.as_str()) || !next.dates().is_empty() {
        return;
    }
    let Some(end) = frame.tokens.iter().rposition(ends_sentence) else { return };
    let rest = &frame.tokens[end + 1..];
    let only_days = rest.iter().all(|token| token.date().is_some() || token.kind == TokenKind::Punct);
    if !only_days || rest.iter().all(|token| token.date().is_none()) || inside_part(frame, end) {
        return;
    }
    let from = frame.from + end + 1;
    let days = (from..).zip(rest).filter(|(_, token)| token.date().is_some());
    let days: Vec<Part> =
        days.map(|(at, token)| Part { role: "when".into(), tokens: vec![token.clone()], at }).collect();
    frame.parts.retain(|part| part.at < from);
    frame.tokens.truncate(end);
    frame.to = frame.from + end;
    next.parts.extend(days);
}

/// "…, then Marek signs it off": order words that stand between frames, as frames of their own.
pub(super) fn order_words_between(frames: Vec<Frame>, whole: &[Token]) -> Vec<Frame> {
    let mut ordered: Vec<Frame> = Vec::with_capacity(frames.len());
    for frame in frames {
        if let Some(before) = ordered.last()
            && let Some((at, word)) = order_word(before, &frame, whole)
        {
            let sure = frame.sure;
            let tokens = vec![Token::new(word, TokenKind::Word, false)];
            ordered.push(Frame { intent: word.into(), tokens, parts: Vec::new(), from: at, to: at + 1, sure });
        }
        ordered.push(frame);
    }
    ordered
}

fn order_word(before: &Frame, frame: &Frame, whole: &[Token]) -> Option<(usize, &'static str)> {
    let wishes = |frame: &Frame| !AROUND.contains(&frame.intent.as_str());
    if !wishes(before) || !wishes(frame) || before.to >= frame.from {
        return None;
    }
    let gap = &whole[before.to..frame.from];
    // "…, and before I sign it | Rasheeda has to read it through"
    let said = gap.iter().rposition(|token| token.kind == TokenKind::Punct).map_or(0, |mark| mark + 1);
    let lead = gap[said..].iter().take_while(|token| token.is_any("and but")).count();
    if let [first, second, .., last] = &gap[said + lead..]
        && first.is_any("before")
        && second.is_any("i we he she they you anybody anyone")
        && last.is_any("it that this them")
    {
        return Some((before.to + said + lead, "before"));
    }
    let at = gap.iter().rposition(|token| token.is_any("then afterwards thereafter subsequently"))?;
    // "if so, then", "well then"
    let leads = gap[..at]
        .iter()
        .all(|token| matches!(token.kind, TokenKind::Punct | TokenKind::Break) || token.is_any("and only but please"));
    let near = gap[at + 1..].iter().all(|token| token.kind == TokenKind::Punct || is_function_word(&token.low));
    (leads && near).then_some((before.to + at, "then"))
}

/// "a reminder for Friday, | that I must confirm it": what is told behind a reminder that says nothing itself.
pub(super) fn reminded_of(frames: &mut [Frame], whole: &[Token]) {
    for at in 0..frames.len() {
        let end = frames.get(at + 1).map_or(whole.len(), |next| next.from);
        let frame = &mut frames[at];
        let about = ["title", "topic", "project", "task", "person", "idea", "ref"].iter().any(|role| frame.has(role));
        let idle = |part: &Part| {
            part.role == "body"
                && part.tokens.iter().all(|token| is_function_word(&token.low) || token.is_any("go goes off pop sent"))
        };
        if frame.intent != "reminder.set" || about || frame.all("body").any(|part| !idle(part)) || frame.to >= end {
            continue;
        }
        let said = &whole[frame.to..end];
        let lead = said.iter().take_while(|token| token.kind == TokenKind::Punct && !ends_sentence(token)).count();
        if !said.get(lead).is_some_and(|token| token.is_any("that about to")) {
            continue;
        }
        let from = lead + 1;
        let duty =
            said[from..].iter().take_while(|token| token.is_any("i i've must have need should ought to 've")).count();
        let from = from + duty;
        let length = said[from..].iter().take_while(|token| !ends_sentence(token) && token.kind != TokenKind::Break);
        let tokens: Vec<Token> = length.cloned().collect();
        if tokens.iter().any(|token| !is_function_word(&token.low)) {
            frame.parts.retain(|part| !idle(part));
            frame.parts.push(Part { role: "body".into(), tokens, at: frame.to + from });
        }
    }
}

/// "return Gil's ladder": whose something is belongs to the words around it.
pub(super) fn whose_in_titles(frame: &mut Frame) {
    if !matches!(frame.intent.as_str(), "task.create" | "manual.step" | "reminder.set") {
        return;
    }
    let Some(owner) = frame.parts.iter().position(|part| {
        let behind = (part.at + part.tokens.len()).checked_sub(frame.from);
        part.role == "person"
            && part.at >= frame.from
            && behind.and_then(|at| frame.tokens.get(at)).is_some_and(|token| token.low == "'s")
    }) else {
        return;
    };
    let (from, behind) = (frame.parts[owner].at, frame.parts[owner].at + frame.parts[owner].tokens.len());
    let before = frame
        .parts
        .iter()
        .position(|part| matches!(part.role.as_str(), "title" | "body") && part.at + part.tokens.len() == from);
    let Some(before) = before else { return };
    let taken = |at: usize| frame.parts.iter().any(|part| (part.at..part.at + part.tokens.len()).contains(&at));
    let more = (behind..frame.to)
        .take_while(|at| {
            let word = &frame.tokens[*at - frame.from];
            !taken(*at) && !matches!(word.kind, TokenKind::Punct | TokenKind::Break) && word.date().is_none()
        })
        .count();
    if more < 2 {
        return;
    }
    let start = frame.parts[before].at;
    frame.parts[before].tokens = frame.tokens[start - frame.from..behind + more - frame.from].to_vec();
    frame.parts.remove(owner);
}

/// "…, and, due the Thursday before it, | a task for Tobias": a day ahead of its wish.
pub(super) fn days_ahead(frames: &mut [Frame], whole: &[Token]) {
    for at in 1..frames.len().saturating_sub(1) {
        let joined =
            whole[frames[at - 1].to.min(frames[at].from)..frames[at].from].iter().any(|token| token.is_any("and"));
        let (before, behind) = frames.split_at_mut(at + 1);
        let (Some(frame), next) = (before.last_mut(), &mut behind[0]) else { continue };
        let only_days = frame.parts.iter().all(|part| matches!(part.role.as_str(), "when" | "ref"));
        let first = frame.tokens.iter().find(|token| token.kind != TokenKind::Punct && !token.is_any("and"));
        let joined = joined || frame.tokens.first().is_some_and(|token| token.is_any("and"));
        let leads = first.is_some_and(|token| token.date().is_some());
        let near = next.from <= frame.to + 1 && !whole[frame.to.min(next.from)..next.from].iter().any(ends_sentence);
        let takes = matches!(next.intent.as_str(), "task.create" | "reminder.set") && next.dates().is_empty();
        if matches!(frame.intent.as_str(), "also" | "calendar.schedule")
            && joined
            && only_days
            && leads
            && near
            && takes
        {
            next.parts.extend(frame.all("when").cloned());
            frame.intent = "given".into();
            frame.parts.clear();
        }
    }
}

/// "with the milestones pruning done, | presses hired and cider bottled": the rest of the list.
pub(super) fn milestones_go_on(frames: &mut [Frame], whole: &[Token]) {
    for at in 0..frames.len() {
        let end = frames.get(at + 1).map_or(whole.len(), |next| next.from);
        let frame = &mut frames[at];
        if frame.intent != "project.create" && frame.intent != "project.milestones" {
            continue;
        }
        let introduced = |part: &Part| {
            let start = part.at.saturating_sub(frame.from).min(frame.tokens.len());
            frame.tokens[start.saturating_sub(2)..start]
                .iter()
                .any(|token| token.is_any("milestones milestone stages phases checkpoints"))
        };
        let told: Vec<bool> = frame.parts.iter().map(|part| part.role == "body" && introduced(part)).collect();
        for (part, told) in frame.parts.iter_mut().zip(told) {
            if told {
                part.role = "milestone".into();
            }
        }
        let last = frame.all("milestone").map(|part| part.at + part.tokens.len()).max();
        if last != Some(frame.to) || frame.to >= end || !whole[frame.to].is_mark(",") {
            continue;
        }
        let from = frame.to + 1;
        let rest = whole[from..end].iter().take_while(|token| !ends_sentence(token) && token.kind != TokenKind::Break);
        let rest: Vec<Token> = rest.cloned().collect();
        let entries = crate::offline::read::split_list(&rest);
        let short =
            entries.iter().all(|entry| entry.len() <= 4 && !entry.iter().any(|token| token.is_any("please i we")));
        if short && entries.len() > 1 {
            frame.parts.push(Part { role: "milestone".into(), tokens: rest, at: from });
        }
    }
}

/// "Deadlines 1, | 3 and 5 December": days in a row that were read as said of one thing after the other.
pub(super) fn days_together(frames: Vec<Frame>, whole: &[Token]) -> Vec<Frame> {
    let only_days = |frame: &Frame| {
        frame.intent == "also" && frame.has("when") && frame.parts.iter().all(|part| part.role == "when")
    };
    let mut together: Vec<Frame> = Vec::with_capacity(frames.len());
    for frame in frames {
        if let Some(before) = together.last_mut()
            && only_days(before)
            && only_days(&frame)
            && before.to <= frame.from
            && whole[before.to..frame.from].iter().all(|token| token.is_mark(",") || token.is_any("and"))
        {
            before.tokens = whole[before.from..frame.to].to_vec();
            before.to = frame.to;
            before.parts.extend(frame.parts);
            continue;
        }
        together.push(frame);
    }
    together
}

/// "Stripping and ordering can go side by side", "someone keeps parking there", "we mustn't start until the permit is there":
/// what is only said of things, and asks for none.
pub(super) fn only_said(frames: &mut [Frame]) {
    let mut verbs: Vec<String> = Vec::new();
    for at in 0..frames.len() {
        let next = frames.get(at + 1).map(|next| (next.intent.clone(), next.from));
        let frame = &mut frames[at];
        let again = |part: &Part| {
            let gerunds = part.tokens.iter().filter(|token| !token.is_any("and"));
            part.tokens.len() <= 3
                && gerunds.into_iter().all(|token| {
                    crate::offline::text::from_gerund(&token.low).is_some_and(|base| verbs.contains(&base))
                })
        };
        let titles: Vec<&Part> = frame.all("title").collect();
        let repeats = frame.intent == "task.create"
            && !titles.is_empty()
            && titles.iter().all(|part| again(part))
            && frame.parts.iter().all(|part| matches!(part.role.as_str(), "title" | "ref"));
        let states = frame.intent == "task.create"
            && frame.tokens.first().is_some_and(|token| token.is_any("someone somebody"))
            && titles.first().is_some_and(|part| {
                part.tokens.first().is_some_and(|verb| verb.low.ends_with('s') && verb.lemma != verb.low)
            });
        let forbids = frame.intent == "follow_up"
            && !frame.has("person")
            && !frame.has("org")
            && frame.says("mustn't can't cannot shouldn't not");
        verbs.extend(titles.iter().filter_map(|part| part.tokens.first()).map(|verb| verb.lemma.clone()));
        if repeats || states || forbids {
            frame.intent = "given".into();
            frame.parts.clear();
            let end = frame.to;
            if let Some(("after" | "before", from)) = next.as_ref().map(|(intent, from)| (intent.as_str(), *from))
                && forbids
                && from <= end + 1
            {
                frames[at + 1].intent = "given".into();
                frames[at + 1].parts.clear();
            }
        }
    }
}
