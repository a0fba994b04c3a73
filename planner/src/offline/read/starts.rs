//! Whether a clause can start at a token: the hard part of "and".
//!
//! A *strong* start asks for something that this workspace does ("remind me", "assign it to Tom"); it begins a clause
//! anywhere. A *plain* start is any other imperative ("print tickets"); inside a list of tasks it is an entry of the list.

use super::{nouns::Noun, polite::lead_in};
use crate::offline::dates::Role;
use crate::offline::text::{
    Kind, Token, is_determiner, is_function_word, is_preposition, is_title, is_verb, number_word,
};

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
fn near(tokens: &[Token]) -> &[Token] {
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
            !is_function_word(&second.low) && !is_verb_form(second) && !second.is_any("overdue open left due")
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

/// Whether any other imperative starts here: a known verb with something behind it, or a word before an article.
pub(super) fn plain(tokens: &[Token]) -> bool {
    let tokens = &tokens[lead_in(tokens)..];
    let (Some(first), Some(second)) = (tokens.first(), tokens.get(1)) else { return false };
    if first.kind != Kind::Word || is_function_word(&first.low) && !matches!(first.low.as_str(), "have" | "do") {
        return false;
    }
    // "start 1 April", "tag travel": about what was named before
    let only_when = tokens[1..].iter().take_while(|token| token.kind != Kind::Punct).all(Token::is_temporal);
    if only_when || first.is_any("tag tags label") && !is_determiner(&second.low) {
        return false;
    }
    let object = match second.kind {
        Kind::Punct | Kind::Break => false,
        Kind::Email if first.is_any("email mail") => false,
        Kind::Word if second.is_any("of is are was were and or will has") => false,
        // "design for the roof" is a noun, "look for a van" is not
        Kind::Word if is_preposition(&second.low) => {
            matches!(
                first.low.as_str(),
                "look"
                    | "ask"
                    | "check"
                    | "search"
                    | "pay"
                    | "apply"
                    | "go"
                    | "talk"
                    | "speak"
                    | "write"
                    | "sign"
                    | "wait"
                    | "listen"
                    | "work"
                    | "head"
                    | "reply"
                    | "send"
                    | "put"
                    | "get"
                    | "set"
                    | "take"
                    | "bring"
                    | "fill"
                    | "clean"
                    | "sort"
                    | "think"
                    | "deal"
                    | "meet"
                    | "report"
                    | "come"
                    | "turn"
                    | "switch"
                    | "log"
                    | "print"
                    | "focus"
                    | "carry"
                    | "hand"
                    | "pick"
                    | "draw"
                    | "agree"
                    | "decide"
                    | "vote"
                    | "walk"
                    | "arrange"
            )
        }
        _ => true,
    };
    if !object {
        return false;
    }
    // "wants the lights tested" tells of somebody
    let third_person = first.low != first.lemma && first.low.ends_with('s');
    let before_article =
        is_determiner(&second.low) && !matches!(second.low.as_str(), "'s" | "that" | "this") && !third_person;
    let known = is_verb(&first.low);
    known
        || (before_article
            && !first.is_capitalised()
            && Noun::of(&first.low).is_none()
            && first.low.len() > 2
            && !first.low.ends_with("ing"))
}

/// Whether a thing is asked for by its name alone: "a reminder on Friday", "two tasks: …", "one for the report".
pub(super) fn named_thing(tokens: &[Token]) -> bool {
    let tokens = &tokens[lead_in(tokens)..];
    let Some(first) = tokens.first() else { return false };
    if heading(tokens) {
        return true;
    }
    // "a word to Ana"
    if first.is_any("a another")
        && tokens.get(1).is_some_and(|token| token.is_any("word"))
        && tokens.get(2).is_some_and(|token| token.is_any("to with"))
    {
        return true;
    }
    if first.is_any("reminder reminders")
        && tokens.get(1).is_some_and(|token| token.date().is_some() || token.is_any("on for to about in at the that"))
    {
        return true;
    }
    let nth =
        tokens.iter().skip(1).take(1).any(|token| token.is_any("second third fourth fifth sixth last final further"));
    if nth
        && first.is_any("a the one")
        && tokens.get(2).is_some_and(|token| token.is_any("one task"))
        && tokens.get(3).is_some_and(|token| token.is_any("for to about called named"))
    {
        return true;
    }
    let titled = tokens.get(1).is_some_and(|token| token.kind == Kind::Quoted || token.is_any("called named"));
    if titled && matches!(Noun::of(&first.low), Some(Noun::Task | Noun::Project | Noun::Idea)) {
        return true;
    }
    let counted = matches!(first.low.as_str(), "a" | "an" | "another" | "one" | "new")
        || number_word(&first.low).is_some() && first.kind == Kind::Word;
    if !counted {
        return false;
    }
    let more = tokens.iter().skip(1).find(|token| !token.is_any("one task more"));
    if first.is_any("another one") && more.is_some_and(|token| token.is_any("for to about called named on due")) {
        return true;
    }
    let phrase = tokens[1..]
        .iter()
        .take(5)
        .take_while(|token| !matches!(token.kind, Kind::Punct | Kind::Break) && !is_preposition(&token.low));
    let link = phrase.clone().count();
    phrase.clone().any(|token| {
        token.kind == Kind::Word
            && Noun::of(&token.low).is_some_and(|noun| {
                noun != Noun::Link || tokens.get(link + 1).is_some_and(|next| next.is_any("to with between from"))
            })
    })
}

/// Whether a statement starts here: "he works there now", "Chidi is our contact".
pub(super) fn statement(tokens: &[Token]) -> bool {
    let skip = tokens.iter().take_while(|token| token.is_any("and but so because")).count();
    let tokens = &tokens[skip..];
    let Some(first) = tokens.first() else { return false };
    if first.kind == Kind::Quoted {
        return tokens.get(1).is_some_and(|token| is_verb_form(token) || token.is_any("goes stays gets can"));
    }
    let pronoun = first.is_any("he she it they we i he's she's it's they're we're i'm there's that's this that you");
    if first.low.contains('\'') && pronoun {
        return true;
    }
    let others = tokens.get(1).is_some_and(|token| token.is_any("others other rest second third last remaining"))
        && near(tokens).iter().any(|token| token.date().is_some());
    if first.is_any("the") && others {
        return true;
    }
    let determined = is_determiner(&first.low) && !first.is_any("that this");
    let name = tokens
        .iter()
        .skip(usize::from(determined))
        .take(4)
        .take_while(|token| token.is_capitalised() || (determined && !is_verb_form(token)))
        .count()
        + usize::from(determined);
    let verb_at = if pronoun { 1 } else { name };
    let adverbs = tokens
        .get(verb_at..)
        .unwrap_or_default()
        .iter()
        .take_while(|token| token.is_any("now also just currently already still then really never always"))
        .count();
    let verb_at = verb_at + if verb_at > 0 { adverbs } else { 0 };
    verb_at > 0 && tokens.get(verb_at).is_some_and(is_verb_form)
}

fn is_verb_form(token: &Token) -> bool {
    token.is_any("is are was were has have had will would should can could must may might needs wants works said says called fixed did does do likes asked owes hasn't isn't won't can't left joined moved told knows thinks starts begins goes comes takes runs owns moves works gets leads wrote sent promised waits depends") || (token.kind == Kind::Word && token.low != token.lemma && token.low.ends_with("ed"))
}
