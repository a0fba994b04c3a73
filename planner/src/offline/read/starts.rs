//! Whether a clause can start at a token: the hard part of "and".
//!
//! A *strong* start asks for something that this workspace does ("remind me", "assign it to Tom"); it begins a clause
//! anywhere. A *plain* start is any other imperative ("print tickets"); inside a list of tasks it is an entry of the list.

use super::{nouns::Noun, polite::lead_in};
use crate::offline::dates::Role;
use crate::offline::text::{Kind, Token, is_determiner, is_function_word, is_title, is_verb};

const NEAR: usize = 8;

/// What verbs of making make.
const MADE: [Noun; 9] = [
    Noun::Project,
    Noun::Task,
    Noun::Milestone,
    Noun::Person,
    Noun::Idea,
    Noun::Note,
    Noun::Reminder,
    Noun::Event,
    Noun::Link,
];

/// A stretch of tokens up to the next mark that parts clauses.
pub(super) fn near(tokens: &[Token]) -> &[Token] {
    let end = tokens
        .iter()
        .position(|token| token.kind == Kind::Punct && matches!(token.text.as_str(), "," | ";" | ":" | "."));
    &tokens[..end.unwrap_or(tokens.len()).min(NEAR)]
}

fn has(tokens: &[Token], words: &str) -> bool {
    tokens.iter().any(|token| token.is_any(words))
}

fn noun_near(tokens: &[Token], wanted: &[Noun]) -> bool {
    near(tokens)
        .iter()
        .any(|token| token.kind == Kind::Word && Noun::of(&token.low).is_some_and(|noun| wanted.contains(&noun)))
}

/// Whether a token can name a person: a name, a title, or a pronoun for somebody.
pub(super) fn may_be_person(token: Option<&Token>) -> bool {
    token.is_some_and(|token| {
        (token.is_capitalised() && !is_function_word(&token.low))
            || is_title(&token.low)
            || token.is_any("him her them me us everyone everybody each both all")
    })
}

/// Whether a person follows, perhaps behind "the tenant ," or "my colleague".
fn person_follows(tokens: &[Token]) -> bool {
    let skip =
        tokens.iter().take_while(|token| is_determiner(&token.low) && !token.is_any("her all both each")).count();
    may_be_person(tokens.get(skip))
        || (skip > 0
            && (may_be_person(tokens.get(skip + 1))
                || tokens.get(skip + 1).is_some_and(|token| token.is_mark(",")) && may_be_person(tokens.get(skip + 2))
                || tokens.get(skip).is_some_and(|token| token.is_any("team group others client customer tenant"))))
}

/// Whether something starts here that this workspace does.
pub(crate) fn strong(tokens: &[Token]) -> bool {
    let tokens = &tokens[lead_in(tokens)..];
    let Some(first) = tokens.first() else { return false };
    let rest = &tokens[1..];
    if rest.is_empty() {
        return false;
    }
    if heading(tokens) {
        return true;
    }
    if first.kind != Kind::Word {
        return false;
    }
    let follows = |words: &str| rest.first().is_some_and(|token| token.is_any(words));
    let object = |wanted: &[Noun]| noun_near(rest, wanted);
    match first.low.as_str() {
        "remind" | "rename" | "retitle" | "archive" | "reassign" | "reschedule" | "postpone" | "link" | "connect"
        | "introduce" | "unassign" | "notify" | "inform" | "reopen" | "note" | "jot" | "unlink" | "restore"
        | "chase" | "nudge" => true,
        "could" | "can" | "would" | "might" | "may" if follows("that this it") => rest.len() > 2,
        "make" if has(near(rest), "responsible accountable") && person_follows(rest) => true,
        "make" | "see" | "ensure"
            if first.is_any("ensure") || follows("sure certain") || first.is_any("see") && follows("to") =>
        {
            rest.len() > 3
        }
        "make"
            if follows("it that")
                && rest.get(1).is_some_and(|token| token.kind == Kind::Quoted || token.is_temporal()) =>
        {
            true
        }
        "create" | "add" | "make" | "open" | "start" | "register" | "capture" | "record" | "log" | "enter" | "draw"
        | "define" | "raise" | "establish" | "set" | "build" | "file" => {
            object(&MADE)
                || one_of_those(rest)
                || has(near(rest), "contacts due deadline status")
                || (first.low == "set" && (near(rest).iter().any(Token::is_temporal)))
        }
        "give" | "drop" | "get" => {
            object(&[Noun::Milestone, Noun::Reminder, Noun::Task, Noun::Note])
                || first.low == "give"
                    && near(rest).iter().any(|token| token.date().is_some_and(|date| date.role == Role::Due))
                || has(near(rest), "to") && first.low == "give"
                || (first.low == "drop" && person_follows(rest) && has(near(rest), "line message note"))
                || (first.low == "get" && delegation(rest))
        }
        "put" => {
            object(&MADE)
                || has(near(rest), "list hold archive calendar diary charge")
                || near(rest).iter().any(Token::is_temporal)
        }
        "assign" | "hand" | "pass" | "transfer" | "delegate" | "allocate" => {
            has(near(rest), "to over") || follows("it them that") || person_follows(rest)
        }
        "tie" | "relate" | "associate" => has(near(rest), "to with together"),
        "complete" | "finish" | "close" | "resolve" => {
            object(&[Noun::Task])
                || follows("it them that both")
                || rest.first().is_some_and(|token| token.kind == Kind::Quoted)
        }
        "mark" | "tick" | "flag" => has(near(rest), "as off done complete completed finished closed"),
        "push" | "move" | "shift" | "bring" | "delay" | "extend" | "pull" => {
            near(rest).iter().any(Token::is_temporal) || has(near(rest), "due deadline forward back")
        }
        "email" | "message" | "mail"
            if rest
                .first()
                .is_some_and(|token| token.kind == Kind::Email || token.is_mark(":") || token.is_any("is address")) =>
        {
            false
        }
        "message" | "email" | "mail" | "text" | "tell" | "thank" | "invite" | "ping" | "ask" | "update" | "brief"
        | "warn" | "congratulate" | "contact" => person_follows(rest) || first.is_any("email message"),
        "let" => has(&rest[..rest.len().min(6)], "know") || delegation(rest),
        "have" => delegation(rest),
        "write" => {
            follows("to down")
                || object(&[Noun::Note, Noun::Message]) && person_follows(rest)
                || follows("on in")
                || person_follows(rest)
        }
        "send" => {
            follows("it them this that")
                || person_follows(rest)
                || object(&[Noun::Message])
                || near(rest).iter().any(|token| token.is_any("to")) && near(rest).iter().any(|t| t.is_any("message"))
        }
        "reply" | "respond" => follows("to"),
        "schedule" | "book" | "arrange" | "plan" | "organise" | "organize" | "block" | "fix" | "pencil" | "reserve"
        | "hold" | "find" => {
            (object(&[Noun::Event])
                || rest.first().is_some_and(|token| matches!(token.kind, Kind::Span(_)))
                || near(rest).iter().any(|token| matches!(token.kind, Kind::Span(_))))
                && (has(near(rest), "with for between") || tokens.iter().take(16).any(Token::is_temporal))
        }
        "meet" => has(near(rest), "with") || person_follows(rest),
        "call" | "name" | "title" if follows("it them that") => true,
        "post" | "get_" | "fetch" | "patch" | "trigger" | "call" | "hit" | "request" => {
            tokens.iter().take(14).any(|token| token.kind == Kind::Url)
        }
        "stick" | "pop" | "throw" | "chuck" => object(&MADE),
        "follow" => follows("up"),
        "circle" | "check" => follows("back in") && has(near(rest), "with"),
        "touch" => follows("base"),
        "convert" | "turn" | "promote" | "transform" => has(near(rest), "project idea"),
        "wait" => follows("until till for"),
        "keep" | "leave" => has(near(rest), "idea ideas it them") || object(&[Noun::Idea]),
        "change" => has(near(rest), "to due title name status email deadline date owner assignee"),
        "don't" | "do" | "dont" | "never" => {
            (first.low == "don't" || first.low == "never" || follows("not")) && rest.len() > 1
        }
        "tag" | "label" => has(near(rest), "as with it them"),
        "launch" | "onboard" | "kick" => first.low == "onboard" || follows("off"),
        _ => false,
    }
}

/// "have Ravi inspect", "get Tom to sign", "let Ana choose".
fn delegation(rest: &[Token]) -> bool {
    let name = rest.iter().take(4).take_while(|token| may_be_person(Some(token)) || is_title(&token.low)).count();
    name > 0
        && rest.get(name).is_some_and(|token| {
            is_verb(&token.low) || (token.low == "to" && rest.get(name + 1).is_some_and(|token| is_verb(&token.low)))
        })
}

/// "a new one called", "another for the report".
fn one_of_those(tokens: &[Token]) -> bool {
    let near = near(tokens);
    near.iter().take(4).any(|token| token.is_any("one another"))
}

/// "tasks digging, pouring and backfilling": a list without a colon.
pub(crate) fn bare_list(tokens: &[Token]) -> bool {
    let [first, second, ..] = tokens else { return false };
    let many = Noun::is_plural(&first.low) && matches!(Noun::of(&first.low), Some(Noun::Task | Noun::Milestone));
    let entry = match second.kind {
        Kind::Quoted => true,
        Kind::Word => {
            !is_function_word(&second.low)
                && !super::loose_starts::is_verb_form(second)
                && !second.is_any("overdue open left due")
        }
        _ => false,
    };
    let end = tokens
        .iter()
        .position(|token| matches!(token.kind, Kind::Break) || token.is_any("is are was were should must"));
    let listed =
        tokens[1..end.unwrap_or(tokens.len()).max(1)].iter().any(|token| token.is_mark(",") || token.is_any("and"));
    first.kind == Kind::Word && many && entry && listed && end.is_none()
}

/// "tasks: …", "milestone list: …", "to-dos for Kestrel: …".
pub(super) fn heading(tokens: &[Token]) -> bool {
    if bare_list(tokens) {
        return true;
    }
    let colon = tokens.iter().take(7).position(|token| token.is_mark(":") || token.is_mark(",") || token.is_any("are"));
    colon.filter(|colon| !tokens[*colon].is_mark(",")).is_some_and(|colon| {
        colon > 0
            && tokens[0].kind == Kind::Word
            && tokens[..colon].iter().take(4).any(|token| {
                matches!(
                    Noun::of(&token.low),
                    Some(Noun::Task | Noun::Milestone | Noun::Reminder | Noun::Note | Noun::Message)
                )
            })
            && (Noun::of(&tokens[0].low).is_some() || !is_verb(&tokens[0].low))
    })
}
