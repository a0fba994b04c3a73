//! Where one clause ends and the next begins: marks and words between them, and whether what follows can begin one.

use super::{
    clauses::Link,
    conditions::leading_condition,
    loose_starts::{named_thing, plain, statement},
    nouns::Noun,
    polite::lead_in,
    starts::strong,
};
use crate::offline::text::{Kind, Token, listed};

/// What the tokens at hand are part of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// The clause itself.
    Open,
    /// A list of tasks or milestones.
    List,
    /// What somebody is told or noted.
    Content,
}

/// The order a clause's first words tell.
pub(super) fn order_word(tokens: &[Token]) -> Link {
    let lead = &tokens[..lead_in(tokens)];
    let first = tokens.first();
    let then = |tokens: &[Token]| {
        tokens.iter().any(|token| token.is_any("then next finally lastly afterwards thereafter subsequently"))
    };
    if then(lead) || tokens.len() > 2 && tokens[0].is_any("after") && tokens[1].is_any("that this") {
        Link::Then
    } else if first.is_some_and(|token| token.is_any("meanwhile simultaneously")) {
        Link::Parallel
    } else {
        Link::And
    }
}

/// The marks and words between two clauses that begin at a token, and where they end.
pub(super) fn connector(tokens: &[Token], at: usize) -> Option<(Link, usize)> {
    let mut next = at;
    let mut link = Link::And;
    while next < tokens.len() {
        let Some((told, length)) = joint(&tokens[next..]) else { break };
        // the last word of a connector is no clause of its own
        if next == at && tokens[next].is_any("next later") {
            break;
        }
        // "I also want …", "that can run in parallel": inside of a clause
        let before = next.checked_sub(1).filter(|_| next == at).map(|before| &tokens[before]);
        let inside = before.is_some_and(|before| {
            tokens[next].is_any("also") && before.is_any("i we you he she they it should could would can will must")
                || tokens[next].is_any("in at simultaneously")
                    && before.is_any("run happen go start done proceed work worked carried be")
        });
        if inside {
            break;
        }
        link = told.unwrap_or(link);
        next += length;
    }
    (next > at).then_some((link, next.min(tokens.len())))
}

/// One mark or phrase between two clauses: what it says of their order, and how many tokens it has.
fn joint(tokens: &[Token]) -> Option<(Option<Link>, usize)> {
    let first = tokens.first()?;
    let word =
        |at: usize| tokens.get(at).map_or("", |token| if token.kind == Kind::Word { token.low.as_str() } else { "" });
    if first.kind == Kind::Punct {
        return matches!(first.text.as_str(), "," | ";" | ":" | "–" | "-" | "(" | ")").then_some((None, 1));
    }
    let joint = match (word(0), word(1), word(2)) {
        ("once" | "when", "that", "is") => (Some(Link::Then), 4),
        ("once" | "when", "that's" | "that", "done") => (Some(Link::Then), 3),
        ("after", "that" | "this" | "which", _) | ("followed", "by", _) => (Some(Link::Then), 2),
        ("then" | "afterwards" | "subsequently" | "finally" | "lastly" | "thereafter" | "next" | "later", _, _) => {
            (Some(Link::Then), 1)
        }
        ("at", "the", "same") => (Some(Link::Parallel), 4),
        ("in", "parallel", _) => (Some(Link::Parallel), 2),
        ("meanwhile" | "simultaneously", _, _) => (Some(Link::Parallel), 1),
        ("as", "well", "as") => (None, 3),
        ("in", "addition", _) => (None, 2),
        // "…, with a reminder a week before"
        ("with", "a" | "an" | "another" | "one" | "two", _)
            if tokens.iter().skip(2).take(3).any(|token| {
                matches!(Noun::of(&token.low), Some(Noun::Reminder)) || token.is_any("reminder note nudge")
            }) =>
        {
            (None, 1)
        }
        // "…, so could that go to him"
        ("and" | "plus" | "also" | "but" | "or" | "while" | "additionally", _, _)
        | ("so", "could" | "can" | "would" | "will" | "might" | "may", "that" | "this" | "it" | "you" | "we")
        | ("so", "please", _) => (None, 1),
        _ => return None,
    };
    Some(joint)
}

pub(super) fn starts_clause(rest: &[Token], zone: Zone, link: Link, between: &[Token]) -> bool {
    let comma = between.iter().any(|token| token.kind == Kind::Punct);
    let colon = between.iter().any(|token| token.is_mark(":"));
    let semicolon = between.iter().any(|token| token.is_mark(";"));
    // "remind me to lock up and make sure the lights are off": part of what is said
    let assures = rest.first().is_some_and(|token| token.is_any("make see ensure"))
        && rest.iter().take(3).any(|token| token.is_any("sure certain it ensure"));
    if zone == Zone::Content && assures && !comma {
        return false;
    }
    if strong(rest) {
        return !(colon && zone == Zone::Content);
    }
    // "…; windows are for Amina"
    let told =
        || rest.iter().take(7).skip(1).any(|token| token.is_any("is are goes go should must needs need has have"));
    if semicolon && told() {
        return true;
    }
    if comma && !colon && (said_of_all(rest) || zone == Zone::List && takes_back(rest)) {
        return true;
    }
    if colon && zone != Zone::Open {
        return false;
    }
    let (condition, main) = leading_condition(rest);
    if condition.is_some() {
        let main = &rest[main..];
        return strong(main) || (zone == Zone::Open && plain(main)) || (zone != Zone::Content && named_thing(main));
    }
    match zone {
        Zone::Open => {
            plain(rest)
                || named_thing(rest)
                || ((comma || between.iter().any(|token| token.is_any("but"))) && statement(rest))
        }
        Zone::List => {
            named_thing(rest)
                || (semicolon && (plain(rest) || statement(rest)))
                || (comma && !colon && statement(rest) && !plain(rest))
        }
        Zone::Content => {
            let thing = named_thing(rest)
                && rest.iter().take(6).any(|token| {
                    matches!(
                        Noun::of(&token.low),
                        Some(Noun::Task | Noun::Reminder | Noun::Project | Noun::Note | Noun::Message)
                    ) || token.is_any("word")
                });
            (semicolon && (plain(rest) || statement(rest))) || (link == Link::Then && plain(rest)) || (comma && thing)
        }
    }
}

/// "no need for a reminder", "no message to anybody": takes something back.
fn takes_back(rest: &[Token]) -> bool {
    let no = rest.first().is_some_and(|token| token.is_any("no without"));
    no && rest.iter().skip(1).take(6).any(|token| {
        token.is_any("need reminder reminders message messages note notes meeting tasks email emails link")
    })
}

/// "both by 7 December", "all of them for Tom": says something of everything before it, and nothing else.
fn said_of_all(rest: &[Token]) -> bool {
    let all = rest.first().is_some_and(|token| token.is_any("both all each everything"));
    let end = rest.iter().position(|token| token.kind == Kind::Punct).unwrap_or(rest.len());
    let own = &rest[..end];
    all && own.iter().any(|token| token.date().is_some())
        && own.iter().skip(1).all(|token| {
            token.is_temporal()
                || token
                    .is_any("of them the due should be must is are to done finished ready by three two four tasks and")
        })
        && own.len() > 1
}

/// Follows what the clause so far makes of the tokens to come.
pub(super) fn next_zone(zone: Zone, sofar: &[Token], next: Option<&Token>) -> Zone {
    let Some(token) = sofar.last() else { return zone };
    if zone != Zone::Open {
        return zone;
    }
    let has = |words: &str| {
        sofar.iter().any(|token| token.kind == Kind::Word && (token.is_any(words) || listed(&token.lemma, words)))
    };
    let tells = || {
        has(
            "tell message email mail text note write jot remind let ask inform notify reminder say reply invite record log send ping",
        )
    };
    // "log that on his file": a pronoun, which introduces nothing
    let points = || {
        token.is_any("that")
            && next.is_none_or(|next| next.kind == Kind::Punct || next.is_any("on in to under at against and for down"))
    };
    match token.low.as_str() {
        _ if token.kind != Kind::Word && !token.is_mark(":") => zone,
        "that" if points() => zone,
        "that" | "saying" | "whether" | "says" | "asking" | "telling" | "why" if tells() => Zone::Content,
        "about" | "of" if has("remind reminder") => Zone::Content,
        "to" if has("remind reminder ask tell invite") => Zone::Content,
        ":" if has("note message email reminder description jot") => Zone::Content,
        ":" if sofar.iter().any(|token| matches!(Noun::of(&token.low), Some(Noun::Task | Noun::Milestone))) => {
            Zone::List
        }
        "to" | "for" | "on" | "about"
            if has("task tasks to-do to-dos chore chores item items action actions job jobs")
                && !has("assign move reassign give") =>
        {
            Zone::List
        }
        "milestones" | "milestone" | "checkpoints" | "stages" | "phases" | "tasks" | "to-dos" | "steps"
            if !has("assign mark complete close finish move push archive every all") =>
        {
            Zone::List
        }
        _ => zone,
    }
}

/// "one for the summary when both are done, all due by Friday": what is said of all is no part of the condition.
pub(super) fn of_all_behind_a_condition(before: &[Token], rest: &[Token]) -> bool {
    let all = rest.first().is_some_and(|token| token.is_any("all both each everything"));
    let dated = rest.iter().take(4).any(|token| token.date().is_some());
    all && dated && super::conditions::trailing_condition(before).is_some()
}
