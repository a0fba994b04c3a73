//! Where something stands: on hold, active again, blocked, in progress, cancelled.

use std::sync::LazyLock;

use domain::workspace::Kind;

use crate::offline::{
    make::Change,
    read::Clause,
    reader::{Reader, Reading},
    text::{Kind as TokenKind, Pattern, Token},
};

const BOTH: [Kind; 2] = [Kind::Project, Kind::Task];

/// Ways of speaking, each with the status it means; no status: the words say it.
const SHAPES: [(&str, Option<&str>); 22] = [
    ("put|place|set|leave|keep|mark|have {thing} as? on hold|ice for? now?", Some("on hold")),
    ("pause|suspend|freeze|halt|park {thing} for? now?", Some("on hold")),
    ("hold off on|with {thing}", Some("on hold")),
    ("{thing} is|are|goes|will be? now? on hold|ice", Some("on hold")),
    ("resume|unpause|reactivate|restart|unfreeze|revive {thing}", Some("active")),
    ("take {thing} off hold|ice", Some("active")),
    ("pick {thing} back? up again", Some("active")),
    ("set|put|make|mark {thing} back? to|as? active again?", Some("active")),
    ("{thing} is|are active again", Some("active")),
    ("reopen|re-open|unarchive {thing}", Some("open")),
    ("open|set|mark {thing} to|as? open|undone again?", Some("open")),
    ("mark|set|flag|put {thing} as|to|in|into? in progress|work", Some("in progress")),
    ("mark|set|flag {thing} as|to? started|ongoing|in-progress", Some("in progress")),
    ("mark|set|flag|put {thing} as|to? blocked|stuck", Some("blocked")),
    ("{thing} is|are now? blocked", Some("blocked")),
    ("mark|set|flag {thing} as|to? waiting|pending", Some("waiting")),
    ("cancel|abandon|scrap|drop the|a? task {thing}", Some("cancelled")),
    ("cancel {thing}", Some("cancelled")),
    ("mark|set {thing} as|to? cancelled|canceled|abandoned", Some("cancelled")),
    ("set|change|update|switch|put the? status of|for|on {thing} to|as|: {status}", None),
    ("set|change|update|switch {thing} 's status to|: {status}", None),
    ("mark|set|flag {thing} as|to|on status? {status}", None),
];

const STATUSES: [&str; 26] = [
    "active",
    "on hold",
    "paused",
    "planned",
    "planning",
    "in progress",
    "in review",
    "blocked",
    "waiting",
    "open",
    "done",
    "closed",
    "cancelled",
    "canceled",
    "at risk",
    "delayed",
    "finished",
    "completed",
    "urgent",
    "ready",
    "started",
    "not started",
    "under review",
    "on track",
    "draft",
    "pending",
];

static PATTERNS: LazyLock<Vec<(Pattern, &'static str, Option<&'static str>)>> =
    LazyLock::new(|| SHAPES.iter().map(|(shape, status)| (Pattern::new(shape), *shape, *status)).collect());

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens: Vec<Token> = clause.tokens.iter().filter(|token| token.date().is_none()).cloned().collect();
    for (pattern, shape, status) in PATTERNS.iter() {
        let Some(found) = pattern.whole(&tokens) else { continue };
        let said = found.get("thing", &tokens).to_vec();
        let words = crate::offline::text::join(found.get("status", &tokens)).to_lowercase();
        let Some(status) = status.map(str::to_owned).or_else(|| STATUSES.contains(&words.as_str()).then_some(words))
        else {
            continue;
        };
        if is_something_else(reader, shape, &said) {
            continue;
        }
        let unnamed = said.iter().all(|token| token.is_any("the its status state"));
        let said = if unnamed { crate::offline::text::tokens("it") } else { said };
        let things = reader.things(&said, &BOTH, false)?;
        for thing in things {
            let status =
                if status == "open" && thing.kind == Kind::Project { "active".to_owned() } else { status.clone() };
            reader.change(&thing, Change::Text("status", status));
        }
        return Ok(true);
    }
    Ok(false)
}

/// "cancel the caterer", "pause": only what is in the workspace has a status.
fn is_something_else(reader: &Reader<'_>, shape: &str, said: &[Token]) -> bool {
    let speaks =
        said.iter().any(|token| token.is_any("project task projects tasks") || token.kind == TokenKind::Quoted);
    let pronoun = said.len() <= 2 && said.iter().any(|token| token.is_any("it this that them"));
    let known = reader.certainly(said, &BOTH).is_some();
    let certain_words =
        shape.contains("hold") && !shape.starts_with("hold") && !shape.starts_with('{') || shape.contains("status");
    let cancels = shape.starts_with("cancel {")
        || shape.starts_with("pause")
        || shape.starts_with("resume")
        || shape.starts_with("hold")
        || shape.starts_with('{')
        || shape.starts_with("pick");
    if cancels && reader.talk.last_of(&BOTH).is_none() && pronoun && reader.selected().is_none() {
        return true;
    }
    !(speaks
        || known
        || certain_words
        || (pronoun && !reader.talk.is_empty())
        || reader.selected().is_some() && pronoun
        || super::select::is_selection(said))
}
