//! What a frame's own words say that it waits for, as a frame before it: "only when the proofreading is through",
//! "proofread it afterwards"; and two wishes that were taken for one.

use super::{
    AROUND,
    frame::{Frame, Part},
};
use crate::offline::text::{Kind as TokenKind, Token};

/// A frame, and before it what its own words say that it waits for.
pub(super) fn ordered(mut frame: Frame) -> Vec<Frame> {
    if AROUND.contains(&frame.intent.as_str()) {
        return vec![frame];
    }
    let mut first: Vec<Frame> = Vec::new();
    let around = |intent: &str, part: &Part, role: &str, tokens: &[Token]| Frame {
        intent: intent.into(),
        tokens: tokens.to_vec(),
        parts: vec![Part { role: role.into(), tokens: tokens.to_vec(), at: part.at }],
        from: part.at,
        to: part.at,
        sure: frame.sure,
    };
    let mut gone: Vec<usize> = Vec::new();
    // "before the cake gets ordered, | Ottavia has to confirm the guests": what comes then comes first
    let mut behind: Vec<Frame> = Vec::new();
    let titles: Vec<usize> = (0..frame.parts.len()).filter(|at| frame.parts[*at].role == "title").collect();
    if let [only] = titles[..]
        && frame.intent == "task.create"
        && let [before, rest @ ..] = frame.parts[only].tokens.as_slice()
        && before.is_any("before")
        && rest.len() > 2
    {
        let before = vec![before.clone()];
        behind.push(around("before", &frame.parts[only], "ref", &before));
        frame.parts[only].tokens = rest.to_vec();
        frame.parts[only].at += 1;
    }
    for (index, part) in frame.parts.clone().iter().enumerate() {
        if !matches!(part.role.as_str(), "body" | "title" | "topic") {
            continue;
        }
        // "the invitation goes out only after both of them are through"
        if let Some((end, from)) = condition_behind(&part.tokens).filter(|_| frame.intent == "message.send") {
            first.push(around("after", part, "cond", &part.tokens[from..]));
            frame.parts[index].tokens.truncate(end);
            continue;
        }
        if let Some(lead) = condition(&part.tokens) {
            let told = &part.tokens[lead..];
            first.push(around("after", part, "cond", told));
            let others = frame.parts.iter().filter(|other| other.role == part.role).count();
            if others > 1 || frame.intent != "message.send" {
                gone.push(index);
            } else {
                frame.parts[index].tokens = told.to_vec();
                frame.parts[index].at += lead;
            }
        } else if part.role == "title"
            && let Some(rest) = without_order(&part.tokens)
        {
            first.push(around("then", part, "ref", &[Token::new("then", TokenKind::Word, false)]));
            frame.parts[index].tokens = rest.to_vec();
        }
    }
    let mut at = 0;
    frame.parts.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
    let last = frame.tokens.len().saturating_sub(1);
    // "shipping them comes last"
    let comes = |part: &mut Part| {
        if part.tokens.len() > 1 && part.tokens.last().is_some_and(|token| token.is_any("comes goes happens")) {
            part.tokens.pop();
        }
    };
    if frame.tokens.last().is_some_and(|token| token.is_any("last first afterwards")) {
        frame.parts.iter_mut().filter(|part| part.role == "title").for_each(comes);
    }
    // "let Amara proofread it afterwards": a word of its own
    let own =
        |at: usize| frame.parts.iter().all(|part| !(part.at..part.at + part.tokens.len()).contains(&(frame.from + at)));
    let points = |part: &Part| part.role == "ref" && part.at == frame.from;
    let leads = frame.tokens.first().is_some_and(|token| token.is_any("then afterwards"))
        && (own(0) || frame.parts.iter().any(points));
    let ends =
        frame.tokens.last().is_some_and(|token| token.is_any("afterwards thereafter last")) && last > 1 && own(last);
    // "refilling comes last, on Friday"
    let comes_last = frame.tokens.windows(2).enumerate().any(|(at, pair)| {
        frame.intent == "task.create" && pair[0].is_any("comes come goes") && pair[1].is_any("last") && own(at + 1)
    });
    let ends = ends || comes_last;
    if first.is_empty() && (leads || ends) {
        let part = Part { role: "ref".into(), tokens: Vec::new(), at: frame.from };
        first.push(around("then", &part, "ref", &[Token::new("then", TokenKind::Word, false)]));
    }
    // "she signs it before anybody orders the steel": work that waits for work
    if frame.intent == "manual.step" && frame.all("title").count() > 1 && frame.says("before") {
        frame.intent = "task.create".into();
    }
    first.truncate(1);
    // "the project … with the tasks …": two wishes in one
    let tasks: Vec<Part> = frame.all("title").cloned().collect();
    if frame.intent == "project.create"
        && frame.has("name")
        && !tasks.is_empty()
        && frame.says("tasks task to-dos jobs")
    {
        frame.parts.retain(|part| part.role != "title");
        let own =
            Frame { intent: "task.create".into(), parts: tasks, from: frame.to, tokens: Vec::new(), ..frame.clone() };
        first.extend([frame, own]);
    } else {
        first.push(frame);
    }
    first.extend(behind);
    first
}

/// "only when the proofreading is through": how many words lead to the condition itself.
fn condition(tokens: &[Token]) -> Option<usize> {
    let [first, second, third, ..] = tokens else { return None };
    let times = "when once after if as";
    if first.is_any("only") && second.is_any(times) || first.is_any("not") && second.is_any("until before till") {
        let soon = usize::from(second.is_any("as")) * 2;
        return Some((2 + soon).min(tokens.len() - 1));
    }
    (first.is_any("as") && second.is_any("soon") && third.is_any("as") && tokens.len() > 3).then_some(3)
}

/// "…, goes out only after both are through": where what is sent ends, and where the condition begins.
fn condition_behind(tokens: &[Token]) -> Option<(usize, usize)> {
    // "don't message Margit with it until he has"
    let has = (1..tokens.len().saturating_sub(2)).find(|at| {
        let [first, who, verb] = [&tokens[*at], &tokens[*at + 1], &tokens[*at + 2]];
        first.is_any("until till")
            && who.is_any("he she they it's")
            && verb.is_any("has have is are says say agrees approves")
    });
    if let Some(at) = has.filter(|at| tokens.len() - at <= 5) {
        return Some((at, at + 1));
    }
    // "it goes to print until he's through with it"
    let through = (1..tokens.len().saturating_sub(2)).find(|at| {
        tokens[*at].is_any("until till")
            && tokens[at + 1].is_any("he's she's they're he she they")
            && tokens[at + 2..]
                .iter()
                .take(3)
                .any(|token| token.is_any("through done finished ready happy satisfied back"))
    });
    if let Some(at) = through.filter(|at| tokens.len() - at <= 7) {
        return Some((at, at + 1));
    }
    let at = (1..tokens.len().saturating_sub(2)).find(|at| {
        let [first, second] = [&tokens[*at], &tokens[*at + 1]];
        first.is_any("only") && second.is_any("after once when if")
            || first.is_any("not") && second.is_any("before until")
    })?;
    let goes = tokens[..at].iter().rev().take_while(|token| {
        token.is_any("goes go out is are to be sent should may can must will off but and") || token.is_mark(",")
    });
    let goes = goes.count();
    let sent = tokens[at - goes..at].iter().any(|token| token.is_any("goes go sent"));
    // "the budget only if Bert has okayed it"
    let somebody = tokens[at + 2].is_capitalised()
        && tokens.get(at + 3).is_some_and(|token| token.is_any("has is says agrees approves confirms okays signs"));
    let about = somebody || tokens[at + 2..].iter().any(|token| token.is_any("both all them they those these"));
    (goes < at && (sent || about)).then_some((at - goes, at + 2))
}

/// "proofread it afterwards" without its last word.
fn without_order(tokens: &[Token]) -> Option<&[Token]> {
    let [first, rest @ ..] = tokens else { return None };
    if rest.len() > 1 && first.is_any("then afterwards") {
        return Some(rest);
    }
    let (last, before) = tokens.split_last()?;
    (before.len() > 1 && last.is_any("afterwards thereafter subsequently")).then_some(before)
}
