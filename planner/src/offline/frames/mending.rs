//! What frames are mended by before they are carried out: an intent that the words around it contradict, a name inside a
//! text, what was taken back, days that stand outside all frames.

use domain::workspace::Kind;

use super::{
    AROUND, cutting,
    frame::{Frame, Part},
    heads, joining, later, lists, ordering, retaken,
    settling::settle_intent,
    several,
    signs::tells_me,
    spacing, trimming,
};
use crate::offline::{
    reader::Reader,
    text::{Kind as TokenKind, Token, is_function_word},
};

/// All that can be told before the first frame is carried out.
pub(super) fn mended(mut frames: Vec<Frame>, whole: &[Token], reader: &Reader<'_>) -> Vec<Frame> {
    frames = cutting::days_together(cutting::cut_at_sentences(lists::days_on_lines(frames)), whole);
    frames.retain(|frame| !only_excuses(frame, whole) && !several::are_new_already(frame));
    without_echo(&mut frames);
    cutting::only_said(&mut frames);
    trimming::trim(&mut frames, whole);
    take_back(&mut frames, whole);
    retaken::overruled(&mut frames);
    retaken::scrapped(&mut frames);
    let mut frames = joining::joined(frames, whole, reader);
    give_loose_days(&mut frames, whole);
    later::put_off(&mut frames, whole);
    spacing::join_distances(&mut frames, whole);
    begin_milestones(&mut frames);
    cutting::reminded_of(&mut frames, whole);
    cutting::days_ahead(&mut frames, whole);
    cutting::milestones_go_on(&mut frames, whole);
    heads::begin_lists(&mut frames, whole);
    heads::share_heads(&mut frames, whole);
    closes_step_by_step(&mut frames, whole, reader);
    for at in 0..frames.len() {
        let before = at.checked_sub(1).map(|before| frames[before].clone());
        let frame = &mut frames[at];
        cutting::whose_in_titles(frame);
        heads::without_head_titles(frame);
        settle_intent(frame, before.as_ref(), reader);
        settle_roles(frame, reader);
        name_the_subject(frame);
    }
    cutting::order_words_between(frames, whole).into_iter().flat_map(ordering::ordered).collect()
}

/// "Ines is at Oak Ferries now. Please amend the record accordingly": the second sentence says once more what the first wants.
fn without_echo(frames: &mut Vec<Frame>) {
    let echoes = |frame: &Frame| {
        let words = || frame.tokens.iter().filter(|token| token.kind == TokenKind::Word);
        let record = "record records contact contacts entry entries file files details data card book address list";
        words().any(|token| token.is_any("update amend correct change adjust edit alter"))
            && words().any(|token| token.is_any(record))
            && words().all(|token| {
                is_function_word(&token.low)
                    || token.is_any(record)
                    || token
                        .is_any("update amend correct change adjust edit alter accordingly kindly please earliest same")
            })
    };
    let mut changed = false;
    frames.retain(|frame| {
        let echo = changed && echoes(frame);
        changed = changed && echo || frame.intent == "person.update" && (frame.has("email") || frame.has("org"));
        !echo
    });
}

/// "if you get round to it", "if you have a moment": nothing is made of that.
fn only_excuses(frame: &Frame, whole: &[Token]) -> bool {
    let leads = frame.tokens.iter().position(|token| token.is_any("if when whenever"));
    let excuses = leads.filter(|at| *at < 2).is_some_and(|at| {
        let said = &frame.tokens[at + 1..];
        let leisure = "moment minute second time round around chance happen spare mood right convenient trouble";
        said.first().is_some_and(|token| token.is_any("you it it's that's you've"))
            && said.len() <= 9
            && said.iter().any(|token| token.is_any(leisure))
    });
    let have = frame.tokens.first().is_some_and(|token| token.is_any("have get"))
        && frame.tokens.iter().any(|token| token.is_any("moment minute chance"))
        && frame.tokens.len() <= 6;
    let made = matches!(frame.intent.as_str(), "task.create" | "idea.create" | "manual.step" | "reminder.set");
    // "do forgive the trouble", "I do apologise for it"
    let begs = frame.tokens.iter().take(3).any(|token| token.is_any("forgive excuse pardon apologise apologize"))
        && frame.tokens.len() <= 10
        && !frame.has("person")
        && (made || frame.intent == "idea_to_project");
    // "only when it suits you"
    let suits = matches!(frame.intent.as_str(), "then" | "after")
        && whole[frame.from..(frame.to + 3).min(whole.len())]
            .windows(2)
            .any(|pair| pair[0].is_any("suits suit convenient") && pair[1].is_any("you for"));
    // "…, otherwise the treasurer will be after me"
    let else_ = frame.intent == "reminder.set"
        && frame.parts.iter().all(|part| part.role == "body" || part.role == "ref")
        && frame.tokens.first().is_some_and(|token| token.is_any("otherwise else"));
    begs && frame.dated().is_empty() || suits || else_ || made && (excuses || have) && frame.dated().is_empty()
}

/// "What's Tobias up to on Friday? Never mind": the wish before is none, who and when it named is still told.
fn take_back(frames: &mut [Frame], whole: &[Token]) {
    for at in 1..frames.len() {
        let (before, behind) = frames.split_at_mut(at);
        let corrects = |frame: &Frame| matches!(frame.intent.as_str(), "correct" | "also");
        let (Some(wish), frame) = (before.last_mut(), &behind[0]) else { continue };
        let between = &whole[wish.to.min(frame.from)..frame.from];
        let pair = |tokens: &[Token]| {
            tokens.windows(2).any(|pair| {
                pair[0].is_any("never") && pair[1].is_any("mind")
                    || pair[0].is_any("forget scratch ignore strike") && pair[1].is_any("that it this")
            })
        };
        let own = frame.intent == "correct"
            && frame.parts.iter().all(|part| part.role == "ref")
            && (pair(&frame.tokens) || frame.says("nevermind"))
            && behind.get(1).is_some_and(|next| !corrects(next));
        if (own || pair(between) && !corrects(frame)) && !AROUND.contains(&wish.intent.as_str()) {
            wish.intent = "given".into();
        }
    }
}

/// "two weeks from now: touch base with Ann": a day that stands outside all frames belongs to its neighbour.
fn give_loose_days(frames: &mut [Frame], whole: &[Token]) {
    let covered = |at: usize, frames: &[Frame]| frames.iter().any(|frame| (frame.from..frame.to).contains(&at));
    let only_marks = |range: std::ops::Range<usize>| {
        whole[range].iter().all(|token| {
            token.kind == TokenKind::Punct && !token.is_mark(".") || token.is_any("and by on please then so")
        })
    };
    let loose: Vec<usize> =
        (0..whole.len()).filter(|at| whole[*at].date().is_some() && !covered(*at, frames)).collect();
    for at in loose {
        let next = frames.iter().position(|frame| frame.from > at);
        let last = frames.iter().rposition(|frame| frame.to <= at);
        let takes = |frame: &Frame| !AROUND.contains(&frame.intent.as_str()) && frame.dates().is_empty();
        let next = next.filter(|next| only_marks(at + 1..frames[*next].from) && takes(&frames[*next]));
        let last = last.filter(|last| only_marks(frames[*last].to..at) && takes(&frames[*last]));
        if let Some(owner) = next.or(last) {
            frames[owner].parts.push(Part { role: "when".into(), tokens: vec![whole[at].clone()], at });
        }
    }
}

/// Parts whose role the words before them tell.
fn settle_roles(frame: &mut Frame, reader: &Reader<'_>) {
    let introduced = |frame: &Frame, part: &Part, words: &str| {
        let start = part.at.saturating_sub(frame.from).min(frame.tokens.len());
        frame.tokens[start.saturating_sub(3)..start].iter().any(|token| token.is_any(words))
    };
    // "label shelves, draw up the rota": a verb of the title before says nothing of the next
    let introduced_freely = |frame: &Frame, part: &Part, words: &str| {
        let start = part.at.saturating_sub(frame.from).min(frame.tokens.len());
        let inside = |at: usize| frame.parts.iter().any(|part| (part.at..part.at + part.tokens.len()).contains(&at));
        (start.saturating_sub(3)..start).any(|at| frame.tokens[at].is_any(words) && !inside(frame.from + at))
    };
    let last_is = |frame: &Frame, part: &Part, words: &str| {
        let start = part.at.saturating_sub(frame.from).min(frame.tokens.len());
        let mut before = frame.tokens[..start].iter().rev().filter(|token| token.kind != TokenKind::Punct);
        before.next().is_some_and(|token| token.is_any(words))
    };
    let count = frame.all("title").count();
    let bodies = frame.all("body").count();
    let roles: Vec<Option<&str>> = frame
        .parts
        .iter()
        .map(|part| match (frame.intent.as_str(), part.role.as_str()) {
            // "firm: Postma Leidingen"
            ("person.create", "name" | "person" | "title")
                if last_is(frame, part, "firm company organisation organization employer org business") =>
            {
                Some("org")
            }
            // "his company is now called Mostek"
            ("person.update", "newname" | "name")
                if introduced(frame, part, "called named is now")
                    && frame.says("company firm employer organisation organization business") =>
            {
                Some("org")
            }
            // "change 'Audio guide' to 'Audio guide in five languages' and put into its text that …"
            ("describe", "body")
                if bodies > 1
                    && frame.first("body").is_some_and(|first| first.at == part.at)
                    && last_is(frame, part, "to into")
                    && frame.says("change rename retitle") =>
            {
                Some("newname")
            }
            // "… otherwise I'd forget"
            ("reminder.set", "body")
                if part.tokens.first().is_some_and(|token| token.is_any("otherwise else i'd i'll"))
                    || last_is(frame, part, "otherwise else") =>
            {
                Some("none")
            }
            // "tag it 'outdoor'"
            ("task.create", "title")
                if count > 1 && introduced_freely(frame, part, "tag tags tagged label labels labelled labeled") =>
            {
                Some("tag")
            }
            // "tag all of them 'house'"
            ("also", "project" | "name" | "title")
                if frame.tokens.first().is_some_and(|token| token.is_any("tag label")) =>
            {
                Some("tag")
            }
            // "deadlines 1, 3 and 5 December"
            ("also", "project" | "name" | "title")
                if part.tokens.first().is_some_and(|token| token.is_any("deadline deadlines due dates")) =>
            {
                Some("none")
            }
            // "Jolanda should also get a task, checking the labels"
            ("task.create", "title") if count > 1 && only_names(reader, &part.tokens) => Some("person"),
            _ => None,
        })
        .collect();
    for (part, role) in frame.parts.iter_mut().zip(roles) {
        if let Some(role) = role {
            if role == "person" {
                let named = part.tokens.iter().take_while(|token| token.is_capitalised()).count();
                part.tokens.truncate(named.max(1));
            }
            part.role = role.into();
        }
    }
}

/// "Jolanda should": a name and words that only carry a wish.
fn only_names(reader: &Reader<'_>, tokens: &[Token]) -> bool {
    let named = tokens.iter().take_while(|token| token.is_capitalised()).count();
    let rest = &tokens[named..];
    let wishes =
        |token: &Token| token.is_any("should must gets get needs has to also could can will would shall takes");
    // whom this plan makes is not there yet, so that a name before such a word is enough
    let known = || !reader.people_in(&tokens[..named]).is_empty();
    (1..=2).contains(&named) && rest.iter().all(wishes) && (!rest.is_empty() || known())
}

/// "a note that Rafferty could lend us the pieces": who does something in what is told is no part of its own.
fn name_the_subject(frame: &mut Frame) {
    let mine = frame.intent == "reminder.set" && tells_me(frame);
    if !(mine || matches!(frame.intent.as_str(), "note.add" | "message.send" | "describe")) {
        return;
    }
    let Some(body) = frame.parts.iter().position(|part| part.role == "body") else { return };
    let end = frame.parts[body].at;
    if !(frame.from..frame.to).contains(&end) {
        return;
    }
    let subject = frame.parts.iter().position(|part| {
        let behind = part.at + part.tokens.len();
        let told = frame.before(part).is_some_and(|token| token.is_any("that whether if because why how"));
        let near = behind <= end
            && end - behind <= 2
            && frame.tokens[behind.saturating_sub(frame.from)..end - frame.from]
                .iter()
                .all(|token| is_function_word(&token.low) || token.low == "'s");
        part.role == "person" && told && near && part.at >= frame.from
    });
    let Some(subject) = subject else { return };
    let from = frame.parts[subject].at;
    let to = end + frame.parts[body].tokens.len();
    frame.parts[body].tokens = frame.tokens[from - frame.from..(to - frame.from).min(frame.tokens.len())].to_vec();
    frame.parts[body].at = from;
    frame.parts.remove(subject);
}

/// "…, the first of them on 8 January", said of milestones: that is where they begin.
fn begin_milestones(frames: &mut [Frame]) {
    for at in 1..frames.len() {
        let (before, behind) = frames.split_at_mut(at);
        let (Some(set), frame) = (before.last_mut(), &mut behind[0]) else { continue };
        let says = |words: &str| frame.all("ref").any(|part| part.tokens.iter().any(|token| token.is_any(words)));
        let (first, last) = (says("first"), says("last final"));
        if set.intent == "project.milestones" && frame.intent == "also" && last && !first && set.dated().is_empty() {
            set.parts.extend(frame.all("when").map(|part| Part { role: "end".into(), ..part.clone() }));
            frame.intent = "given".into();
            frame.parts.clear();
            continue;
        }
        if set.intent == "project.milestones" && frame.intent == "also" && first && set.dated().is_empty() {
            set.parts.extend(frame.all("when").cloned());
            frame.intent = "given".into();
            frame.parts.clear();
        }
    }
}

/// "close Sail Loft down step by step: …": the project that the rest is about, and no wish of its own.
fn closes_step_by_step(frames: &mut [Frame], whole: &[Token], reader: &Reader<'_>) {
    for at in 0..frames.len().saturating_sub(1) {
        let next = frames[at + 1].from;
        let frame = &mut frames[at];
        let heads = whole[frame.to.min(next)..next].iter().any(|token| token.is_mark(":"));
        let Some(part) = frame.parts.iter_mut().find(|part| matches!(part.role.as_str(), "task" | "project")) else {
            continue;
        };
        if matches!(frame.intent.as_str(), "complete" | "archive")
            && heads
            && reader.certainly(&part.tokens, &[Kind::Project]).is_some()
        {
            part.role = "project".into();
            frame.intent = "project.create".into();
            frame.parts.retain(|part| part.role == "project");
        }
    }
}
