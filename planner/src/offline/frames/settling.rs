//! What is asked for, where the words of a frame say that it is something else than it was taken for.

use domain::workspace::Kind;

use super::{
    frame::{Frame, Part},
    signs::{addresses_nobody, gives_what_is_there, is_status, names_text, points_by_one, tells_me, undoes},
};
use crate::offline::{
    reader::Reader,
    text::{Kind as TokenKind, Token},
};

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
        // "might it be possible to have the project 'Attic' renamed to 'Attic Conversion'"
        "project.create" | "task.create" | "idea.create"
            if frame.has("newname") && frame.says("renamed rename retitled retitle rechristened") =>
        {
            "rename"
        }
        // "add to the Archive project: scan registers, photograph gravestones"
        "note.add" if lists_work(frame) => "task.create",
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

/// "add to the project: scan the registers, photograph the stones": things to do, one behind the other.
fn lists_work(frame: &Frame) -> bool {
    let Some(body) = frame.first("body").filter(|_| !frame.says("note notes remark comment jot")) else { return false };
    let entries = crate::offline::read::split_list(&body.tokens);
    let does = |entry: &Vec<Token>| {
        entry.len() > 1
            && entry.first().is_some_and(|token| token.low == token.lemma && crate::offline::text::is_verb(&token.low))
    };
    let adds = frame.tokens.first().is_some_and(|token| token.is_any("add put enter"));
    let introduced = frame.before(body).is_some_and(|token| token.is_mark(":"));
    adds && introduced && entries.len() > 1 && entries.iter().all(does)
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
        // "call Petr": to be done, no matter to be followed
        "follow_up"
            if frame.tokens.first().is_some_and(|token| token.is_any("call ring phone"))
                && frame.parts.iter().all(|part| part.role == "person")
                && frame.first("person").is_some_and(|part| part.tokens.len() + 1 == frame.tokens.len()) =>
        {
            "task.create"
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
        // "but not before she has signed"
        "before"
            if frame.has("cond")
                && frame.tokens.windows(2).take(3).any(|pair| pair[0].is_any("not") && pair[1].is_any("before")) =>
        {
            "after"
        }
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
pub(super) fn settle_intent(frame: &mut Frame, before: Option<&Frame>, reader: &Reader<'_>) {
    let intent = made_instead(frame, before, reader).or_else(|| done_instead(frame, reader));
    let Some(intent) = intent.map(str::to_owned) else { return };
    for (at, part) in frame.parts.iter_mut().enumerate() {
        let role = match (intent.as_str(), part.role.as_str()) {
            ("rename", "title") if frame.intent == "task.create" => "task",
            ("task.create", "body") if frame.intent == "note.add" => "title",
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
    if intent == "task.create" && frame.intent == "follow_up" {
        frame.parts = vec![Part { role: "title".into(), tokens: frame.tokens.clone(), at: frame.from }];
    }
    if intent == "status" && frame.intent == "complete" {
        let reopened = Token::new("reopened", TokenKind::Word, false);
        frame.parts.push(Part { role: "status".into(), tokens: vec![reopened], at: frame.to });
    }
    if intent == "task.create" && frame.intent == "note.add" {
        let listed = |part: &Part| -> Vec<Part> {
            let mut at = part.at;
            let entries = crate::offline::read::split_list(&part.tokens);
            let entries = entries.into_iter().map(|tokens| {
                let own = Part { role: part.role.clone(), tokens, at };
                at += own.tokens.len() + 1;
                own
            });
            entries.collect()
        };
        let parts = std::mem::take(&mut frame.parts);
        frame.parts = parts
            .iter()
            .flat_map(|part| if part.role == "title" { listed(part) } else { vec![part.clone()] })
            .collect();
    }
    frame.intent = intent;
}
