//! What frames are mended by before they are carried out: an intent that the words around it contradict, a name inside a
//! text, what was taken back, days that stand outside all frames.

use domain::workspace::Kind;

use super::{
    AROUND,
    frame::{Frame, Part},
    ordering,
    signs::{addresses_nobody, gives_what_is_there, is_status, names_text, points_by_one, tells_me, undoes},
};
use crate::offline::{
    reader::Reader,
    text::{Kind as TokenKind, Token, is_function_word},
};

/// All that can be told before the first frame is carried out.
pub(super) fn mended(mut frames: Vec<Frame>, whole: &[Token], reader: &Reader<'_>) -> Vec<Frame> {
    frames.retain(|frame| !only_excuses(frame));
    take_back(&mut frames, whole);
    give_loose_days(&mut frames, whole);
    begin_milestones(&mut frames);
    for at in 0..frames.len() {
        let before = at.checked_sub(1).map(|before| frames[before].clone());
        let frame = &mut frames[at];
        settle_intent(frame, before.as_ref(), reader);
        settle_roles(frame, reader);
        name_the_subject(frame);
    }
    frames.into_iter().flat_map(ordering::ordered).collect()
}

/// "if you get round to it", "if you have a moment": nothing is made of that.
fn only_excuses(frame: &Frame) -> bool {
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
    matches!(frame.intent.as_str(), "task.create" | "idea.create" | "manual.step" | "reminder.set")
        && (excuses || have)
        && frame.dated().is_empty()
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

/// What is meant by what was taken for a wish to make something.
fn made_instead(frame: &Frame, before: Option<&Frame>, reader: &Reader<'_>) -> Option<&'static str> {
    let there = |part: &Part, kinds: &[Kind]| reader.certainly(&part.tokens, kinds).is_some();
    let begins = |words: &str| frame.tokens.iter().take(3).any(|token| token.is_any(words));
    let names_any = |roles: &[&str]| frame.parts.iter().any(|part| roles.contains(&part.role.as_str()));
    let intent = match frame.intent.as_str() {
        // "put the task 'Service the lifts' on Dmitri's list": it is there
        "task.create" if gives_what_is_there(frame, reader) => "assign",
        // "follow up with each of them"
        "task.create"
            if names_any(&["person", "ref"])
                && frame.all("title").count() == 1
                && frame.words("title").is_some_and(|words| {
                    let said = crate::offline::text::join(words).to_lowercase();
                    matches!(
                        said.as_str(),
                        "follow up" | "following up" | "check in" | "touch base" | "get back" | "check back"
                    )
                }) =>
        {
            "follow_up"
        }
        // "the Millrace project gets a new name, Weir Park"
        "project.create"
            if frame.says("name renamed")
                && frame.says("new gets other another")
                && frame.all("name").count() == 2
                && frame.first("name").is_some_and(|part| there(part, &[Kind::Project])) =>
        {
            "rename"
        }
        // "new contact for the practice: Dr. Echeverría from Norte Labs"
        "follow_up"
            if frame.has("person")
                && (begins("new add") && frame.says("contact contacts person")
                    || before.is_some_and(|before| {
                        before.intent == "person.create" && !before.has("name") && !before.has("person")
                    })) =>
        {
            "person.create"
        }
        // "park the project until further notice"
        "project.create"
            if !names_any(&["name", "title", "project", "body"])
                && frame.says("project it")
                && begins("park pause hold freeze suspend shelve stop halt resume") =>
        {
            "status"
        }
        // "each with one task 'Write the brief'"
        "link.create"
            if frame.first("project").is_none_or(|part| there(part, &[Kind::Project]))
                && frame.says("with has have gets needs")
                && frame.says("task tasks to-do")
                && !frame.says("link links linked connect connected tie attach")
                && frame.first("task").is_some_and(|part| !there(part, &[Kind::Task])) =>
        {
            "task.create"
        }
        // "put together the project 'Glass Bridge' with the tasks …"
        "link.create"
            if begins("put set create start open make build")
                && !frame.says("link links linked connect connected connection tie attach")
                && frame
                    .first("project")
                    .is_some_and(|part| !there(part, &[Kind::Project, Kind::Task, Kind::Idea])) =>
        {
            "project.create"
        }
        // "both belong to Lapwing Books now": where people work
        "link.create"
            if frame.says("belong belongs work works employed joined moved")
                && !names_any(&["task", "idea"])
                && frame
                    .first("project")
                    .is_some_and(|part| !there(part, &[Kind::Project, Kind::Task, Kind::Idea])) =>
        {
            "person.update"
        }
        // "the wine one goes to Leopold"
        "task.create"
            if before.is_some_and(|before| before.intent == "task.create" || before.intent == "also")
                && frame.has("title")
                && frame.all("title").all(|part| points_by_one(&part.tokens)) =>
        {
            "also"
        }
        // "three tasks: record it, and …"
        "idea.create"
            if !frame.says("idea ideas thought jot brainstorm")
                && before.is_some_and(|before| before.intent == "task.create" && !before.has("title")) =>
        {
            "task.create"
        }
        _ => return None,
    };
    Some(intent)
}

/// What is meant by what was taken for a wish to change, launch or tell something.
fn done_instead(frame: &Frame, reader: &Reader<'_>) -> Option<&'static str> {
    let there = |part: &Part, kinds: &[Kind]| reader.certainly(&part.tokens, kinds).is_some();
    let begins = |words: &str| frame.tokens.iter().take(3).any(|token| token.is_any(words));
    let names_any = |roles: &[&str]| frame.parts.iter().any(|part| roles.contains(&part.role.as_str()));
    let intent = match frame.intent.as_str() {
        // "set the Subtitle Tool project to completed"
        "launch"
            if begins("set put mark switch")
                && frame.first("project").is_some_and(|part| there(part, &[Kind::Project]))
                && frame.tokens.iter().rposition(|token| token.is_any("to as")).is_some_and(|at| {
                    let said = &frame.tokens[at + 1..];
                    (1..=2).contains(&said.len()) && is_status(said)
                }) =>
        {
            "status"
        }
        // "would you be so kind as to archive the Tombola project"
        "launch" if frame.says("archive archiving") && frame.has("project") => "archive",
        // "give me three milestones for the Garden project"
        "reminder.set"
            if frame.says("milestones") && frame.has("project") && !frame.says("remind reminder reminders nudge") =>
        {
            "project.milestones"
        }
        // "drop the ideas about the mascot"
        "idea_to_project"
            if begins("drop scrap bin discard ditch kill dump trash delete remove")
                && !frame.says("project projects") =>
        {
            "archive"
        }
        // "I'd be most grateful"
        "idea_to_project" if frame.parts.is_empty() && !frame.says("idea ideas project projects it this that one") => {
            "given"
        }
        // "new on the idea list: 'Subtitled concerts'"
        "idea_to_project"
            if frame.says("new add jot list record log another")
                && !frame.says("project projects turn make convert become becomes start")
                && frame.first("idea").is_some_and(|part| !there(part, &[Kind::Idea])) =>
        {
            "idea.create"
        }
        // "set 'Proofread the programme' to in review"
        "rename"
            if begins("set put mark switch flip flag")
                && !frame.says("name title rename renamed called")
                && frame.words("newname").is_some_and(is_status) =>
        {
            "status"
        }
        // "the idea gets a new text: …"
        "rename" if names_text(frame, "newname") => "describe",
        // "not until both are done": what comes waits for it
        "before" if frame.says("not only") && frame.says("until when once after") => "after",
        "complete" if undoes(frame) => "status",
        // "write that on both"
        "message.send"
            if begins("write jot put pin")
                && frame.says("on onto")
                && !names_any(&["person", "me", "org"])
                && !frame.tokens.iter().any(|token| token.is_any("him her them")) =>
        {
            "note.add"
        }
        // "let me know on Friday that Ann's contract runs out"
        "message.send" if tells_me(frame) && !frame.dated().is_empty() && addresses_nobody(frame) => "reminder.set",
        _ => return None,
    };
    Some(intent)
}

/// What is asked for, where the words of a frame say that it is something else than it was taken for.
fn settle_intent(frame: &mut Frame, before: Option<&Frame>, reader: &Reader<'_>) {
    let intent = made_instead(frame, before, reader).or_else(|| done_instead(frame, reader));
    let Some(intent) = intent.map(str::to_owned) else { return };
    for (at, part) in frame.parts.iter_mut().enumerate() {
        let role = match (intent.as_str(), part.role.as_str()) {
            ("rename", "name") if at == 0 => "project",
            ("rename", "name") => "newname",
            ("assign", "title") => "task",
            ("follow_up", "title") | ("person.create", "topic") => "none",
            ("idea.create", "idea") | ("project.create", "task") => "title",
            ("status", "newname") => "status",
            ("describe", "newname") => "body",
            ("project.create", "project") => "name",
            ("person.update", "project") => "org",
            ("also", "title") => "ref",
            ("task.create", "task") if frame.intent == "link.create" => "title",
            _ => continue,
        };
        part.role = role.into();
    }
    if intent == "status" && frame.intent == "complete" {
        let reopened = Token::new("reopened", TokenKind::Word, false);
        frame.parts.push(Part { role: "status".into(), tokens: vec![reopened], at: frame.to });
    }
    frame.intent = intent;
}

/// Parts whose role the words before them tell.
fn settle_roles(frame: &mut Frame, reader: &Reader<'_>) {
    let introduced = |frame: &Frame, part: &Part, words: &str| {
        let start = part.at.saturating_sub(frame.from).min(frame.tokens.len());
        frame.tokens[start.saturating_sub(3)..start].iter().any(|token| token.is_any(words))
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
                if count > 1 && introduced(frame, part, "tag tags tagged label labels labelled labeled") =>
            {
                Some("tag")
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
        let first = frame.all("ref").any(|part| part.tokens.iter().any(|token| token.is_any("first")));
        if set.intent == "project.milestones" && frame.intent == "also" && first && set.dated().is_empty() {
            set.parts.extend(frame.all("when").cloned());
            frame.intent = "given".into();
            frame.parts.clear();
        }
    }
}
