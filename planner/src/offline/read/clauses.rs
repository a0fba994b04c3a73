//! Clauses: the single things a sentence asks for, how they hang together, and what they wait for.

use super::{
    again,
    nouns::Noun,
    polite::{lead_in, without_fillers, without_lead_in},
    sentences::Sentence,
    starts::{heading, named_thing, plain, statement, strong},
};
use crate::offline::text::{Kind, Token, from_gerund, is_determiner, is_pronoun, listed};

/// How a clause follows the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Link {
    /// No more than "and".
    #[default]
    And,
    /// "then", "afterwards".
    Then,
    /// "meanwhile", "in parallel".
    Parallel,
}

/// What a clause waits for, in the request's words: "once both are finished".
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub(crate) tokens: Vec<Token>,
    /// "if": it may not come true.
    pub(crate) uncertain: bool,
}

/// One thing a sentence says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clause {
    pub(crate) tokens: Vec<Token>,
    pub(crate) link: Link,
    pub(crate) condition: Option<Condition>,
    pub(crate) is_question: bool,
    /// Whether a colon and what it announces follow.
    pub(crate) announces: bool,
}

/// What the tokens at hand are part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// The clause itself.
    Open,
    /// A list of tasks or milestones.
    List,
    /// What somebody is told or noted.
    Content,
}

/// Splits a sentence into clauses.
pub(crate) fn clauses(sentence: &Sentence) -> Vec<Clause> {
    let mut tokens = without_fillers(&sentence.tokens);
    let lead = tokens.iter().take_while(|token| token.kind == Kind::Punct && !token.is_mark("(")).count();
    tokens.drain(..lead);
    let mut clauses: Vec<Clause> = Vec::new();
    let mut start = 0;
    let mut link = order_word(&tokens);
    let mut at = 0;
    let mut zone = Zone::Open;
    while at < tokens.len() {
        zone = next_zone(zone, &tokens[start..=at]);
        if let Some((next_link, next)) = connector(&tokens, at)
            && next < tokens.len()
            && at > start
            && !is_prelude(&tokens[start..], at - start)
            && (starts_clause(&tokens[next..], zone, next_link, &tokens[at..next])
                || again::goes_on(&tokens[start..at], &tokens[next..]))
        {
            clauses.push(clause(&tokens[start..at], link, tokens[at..next].iter().any(|token| token.is_mark(":"))));
            link = match order_word(&tokens[next..]) {
                Link::And => next_link,
                told => told,
            };
            (start, at, zone) = (next, next, Zone::Open);
            continue;
        }
        at += 1;
    }
    if start < tokens.len() {
        clauses.push(clause(&tokens[start..], link, false));
    }
    let mut told: Vec<Vec<Token>> = Vec::with_capacity(clauses.len());
    for clause in &mut clauses {
        again::spell_out(told.last().map(Vec::as_slice), &mut clause.tokens);
        told.push(clause.tokens.clone());
    }
    clauses.retain(|clause| !clause.tokens.is_empty());
    let mut clauses = in_order(clauses);
    for clause in &mut clauses {
        clause.is_question = sentence.is_question;
    }
    clauses
}

/// Whether the comma at a place only ends "when he's done," or "before you go,".
fn is_prelude(tokens: &[Token], at: usize) -> bool {
    let (condition, main) = leading_condition(tokens);
    let begins = tokens.iter().position(|token| !token.is_any("and but then please")).unwrap_or(0);
    let only_when = tokens[..at]
        .iter()
        .all(|token| token.date().is_some() || token.is_any("and then so please also but starting beginning"));
    let place = tokens[begins].is_any("in for on under within")
        && tokens[begins..at].iter().any(|token| token.is_any("project"))
        && at - begins <= 7;
    (condition.is_some() && at < main)
        || only_when
        || place
        || (at < 12
            && tokens[begins].is_any("before")
            && tokens[at].is_mark(",")
            && !tokens[..at].iter().any(|token| token.is_mark(",")))
}

fn clause(tokens: &[Token], link: Link, announces: bool) -> Clause {
    let (condition, rest) = leading_condition(tokens);
    let tokens = dates_last(without_lead_in(if condition.is_some() { &tokens[rest..] } else { tokens }));
    Clause { tokens, link, condition, is_question: false, announces }
}

/// "On Friday, remind me" becomes "remind me on Friday".
fn dates_last(mut tokens: Vec<Token>) -> Vec<Token> {
    for _ in 0..3 {
        let leads = tokens.len() > 2
            && tokens[0].date().is_some()
            && !(tokens[1].kind == Kind::Punct && tokens[1].text == ":" && tokens.len() < 4);
        if !leads {
            break;
        }
        let date = tokens.remove(0);
        let marks = tokens
            .iter()
            .take_while(|token| token.kind == Kind::Punct && matches!(token.text.as_str(), "," | ":" | "–" | "-"))
            .count();
        tokens.drain(..marks);
        tokens = without_lead_in(&tokens);
        tokens.push(date);
    }
    tokens
}

/// The order a clause's first words tell.
fn order_word(tokens: &[Token]) -> Link {
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
fn connector(tokens: &[Token], at: usize) -> Option<(Link, usize)> {
    let mut next = at;
    let mut link = Link::And;
    while next < tokens.len() {
        let Some((told, length)) = joint(&tokens[next..]) else { break };
        // the last word of a connector is no clause of its own
        if next == at && tokens[next].is_any("next later") {
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
        ("and" | "plus" | "also" | "but" | "or" | "while" | "additionally", _, _) => (None, 1),
        _ => return None,
    };
    Some(joint)
}

fn starts_clause(rest: &[Token], zone: Zone, link: Link, between: &[Token]) -> bool {
    let comma = between.iter().any(|token| token.kind == Kind::Punct);
    let colon = between.iter().any(|token| token.is_mark(":"));
    let semicolon = between.iter().any(|token| token.is_mark(";"));
    if strong(rest) {
        return !(colon && zone == Zone::Content);
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
                && rest
                    .iter()
                    .take(6)
                    .any(|token| matches!(Noun::of(&token.low), Some(Noun::Task | Noun::Reminder | Noun::Project)));
            (semicolon && (plain(rest) || statement(rest))) || (link == Link::Then && plain(rest)) || (comma && thing)
        }
    }
}

/// Follows what the clause so far makes of the tokens to come.
fn next_zone(zone: Zone, sofar: &[Token]) -> Zone {
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
    match token.low.as_str() {
        _ if token.kind != Kind::Word && !token.is_mark(":") => zone,
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

/// "once both are finished, …", "only after her approval …", "when he's done, …": the condition, and where what it
/// holds for begins.
fn leading_condition(tokens: &[Token]) -> (Option<Condition>, usize) {
    let start =
        lead_in(tokens).min(tokens.iter().take_while(|token| token.is_any("and but then so only please just")).count());
    let start = start.max(tokens.iter().take_while(|token| token.is_any("and but then so only just please")).count());
    let Some(word) = tokens.get(start) else { return (None, 0) };
    let (length, uncertain) = match word.low.as_str() {
        "once" | "when" | "whenever" => (1, false),
        "after" if tokens.get(start + 1).is_some_and(|token| !token.is_any("that this")) => (1, false),
        "as" if tokens.get(start + 1).is_some_and(|token| token.is_any("soon")) => (3, false),
        "if" | "unless" | "provided" | "assuming" => (1, true),
        "in" if tokens.get(start + 1).is_some_and(|token| token.is_any("case")) => (2, true),
        _ => return (None, 0),
    };
    let from = start + length;
    let comma = tokens[from.min(tokens.len())..]
        .iter()
        .position(|token| token.is_mark(",") || token.is_mark("–") || token.is_any("then"))
        .map(|found| from + found);
    if let Some(comma) = comma
        && comma > from
        && comma + 1 < tokens.len()
    {
        return (Some(Condition { tokens: tokens[from..comma].to_vec(), uncertain }), comma + 1);
    }
    // no comma: up to the first word that asks for something this workspace does
    let main = (from + 1..tokens.len()).find(|at| {
        strong(&tokens[*at..]) && !tokens[*at - 1].is_any("to the a an") && !is_determiner(&tokens[*at - 1].low)
    });
    match main {
        Some(main) => (Some(Condition { tokens: tokens[from..main].to_vec(), uncertain }), main),
        None => (None, 0),
    }
}

/// Takes the condition off the end of a clause: "one for the assessment once both are finished".
pub(crate) fn trailing_condition(tokens: &[Token]) -> Option<(usize, Condition)> {
    let found = tokens.iter().enumerate().skip(1).find_map(|(at, token)| {
        let next = tokens.get(at + 1)?;
        let (length, uncertain) = match token.low.as_str() {
            "once" | "when" => (1, false),
            "if" | "unless" => (1, true),
            "not" if next.is_any("before until") && at > 0 => (2, false),
            "that" | "which" if waits_for(&tokens[at + 1..]) > 0 => (1 + waits_for(&tokens[at + 1..]), false),
            "after" if next.is_any("it that this them") && tokens.len() <= at + 3 => (1, false),
            "after" if next.is_any("task step") => (1, false),
            "as" if next.is_any("soon") && tokens.get(at + 2).is_some_and(|token| token.is_any("as")) => (3, false),
            "after"
                if next.is_any("both they all he she it's he's she's they're those these")
                    || from_gerund(&next.low).is_some()
                    || tokens[at + 1..]
                        .iter()
                        .any(|token| token.is_any("is are has have approval done finished completed")) =>
            {
                (1, false)
            }
            _ => return None,
        };
        Some((at, length, uncertain))
    })?;
    let (at, length, uncertain) = found;
    let tokens_of = tokens.get(at + length..).filter(|rest| !rest.is_empty())?;
    let from = if at > 0 && tokens[at - 1].is_any("only but") { at - 1 } else { at };
    let from = if from > 0 && tokens[from - 1].is_mark(",") { from - 1 } else { from };
    (from > 0).then(|| (from, Condition { tokens: tokens_of.to_vec(), uncertain }))
}

/// "has to wait for", "depends on": how many words say that something waits.
fn waits_for(tokens: &[Token]) -> usize {
    static WAITS: std::sync::LazyLock<Vec<crate::offline::text::Pattern>> = std::sync::LazyLock::new(|| {
        [
            "has|must|should|needs|can to|only? ~wait for|until",
            "~wait for|until|on",
            "~depend on",
            "can|should|may only start|begin|happen|run after|once|when",
            "~come|~follow after",
            "~start after|once",
        ]
        .into_iter()
        .map(crate::offline::text::Pattern::new)
        .collect()
    });
    WAITS.iter().filter_map(|pattern| pattern.start(tokens)).map(|found| found.matched.end).max().unwrap_or(0)
}

/// Puts "before you archive it, tell Ana" and "tell Ana before archiving it" into the order in which things happen.
fn in_order(clauses: Vec<Clause>) -> Vec<Clause> {
    let mut ordered: Vec<Clause> = Vec::with_capacity(clauses.len());
    for clause in clauses {
        let before = clause.tokens.iter().position(|token| token.is_any("before"));
        let Some(at) = before else {
            ordered.push(clause);
            continue;
        };
        let behind = &clause.tokens[at + 1..];
        let subject = behind.first().is_some_and(|token| is_pronoun(&token.low) && token.is_any("you we i they"));
        let mut second = behind[usize::from(subject)..].to_vec();
        let verb =
            second.first().and_then(|token| if subject { Some(token.low.clone()) } else { from_gerund(&token.low) });
        let Some(verb) = verb else {
            ordered.push(clause);
            continue;
        };
        second[0] = Token::new(verb, Kind::Word, false);
        let first = if at == 0 {
            let Some(comma) = second.iter().position(|token| token.is_mark(",")) else {
                ordered.push(clause);
                continue;
            };
            let first = second[comma + 1..].to_vec();
            second.truncate(comma);
            first
        } else {
            clause.tokens[..at].to_vec()
        };
        if !(strong(&second) || plain(&second)) || heading(&second) {
            ordered.push(clause);
            continue;
        }
        ordered.push(Clause { tokens: first, ..clause.clone() });
        ordered.push(Clause { tokens: second, link: Link::Then, condition: None, ..clause });
    }
    ordered
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::read::lists::split_list;
    use crate::offline::{
        dates::{Calendar, mark},
        read::sentences,
        text::{join, tokens},
    };

    fn split(text: &str) -> Vec<String> {
        let calendar = Calendar { today: "2026-11-23".parse().unwrap() };
        let marked = mark(&tokens(text), calendar);
        sentences(&marked).iter().flat_map(clauses).map(|clause| join(&clause.tokens)).collect()
    }

    #[rstest]
    #[case(
        "Create a project called Kestrel, add milestones for design, build and launch, then remind me on Friday to review it",
        &["Create a project called Kestrel", "add milestones for design, build and launch", "remind me on Friday to review it"]
    )]
    #[case(
        "Set up a project for the kitchen, add tasks for getting quotes, choosing tiles and booking the electrician, and assign the quotes one to Milan.",
        &["Set up a project for the kitchen", "add tasks for getting quotes, choosing tiles and booking the electrician", "assign the quotes one to Milan"]
    )]
    #[case(
        "Tell Ruth that the plan, the budget and the room are fixed, and archive the old one",
        &["Tell Ruth that the plan, the budget and the room are fixed", "archive the old one"]
    )]
    #[case(
        "Start a project 'Night' due 20 February; tasks: hire guards, rent lights; milestone list: doors open, doors close",
        &["Start a project “Night” due 20 February", "tasks: hire guards, rent lights", "milestone list: doors open, doors close"]
    )]
    #[case("Have Ravi inspect the boiler; when he's done, mark the task as complete and message Karin", &["Have Ravi inspect the boiler", "mark the task as complete", "message Karin"])]
    #[case("Meeting with Sandro on 9 December at 15:00, a reminder one day before, and a task for Philippa to prepare the slides", &["Meeting with Sandro on 9 December at 15:00", "a reminder one day before", "a task for Philippa to prepare the slides"])]
    #[case("Nikolai changed jobs, he is at Vantage Rail now", &["Nikolai changed jobs", "he is at Vantage Rail now"])]
    #[case("Before you archive the fair, tell Ana", &["tell Ana", "archive the fair"])]
    #[case("Tell Ana before archiving the fair", &["Tell Ana", "archive the fair"])]
    #[case("Link Tom and Ana", &["Link Tom and Ana"])]
    fn clauses_are_parted_where_a_wish_begins(#[case] text: &str, #[case] wanted: &[&str]) {
        assert_eq!(split(text), wanted);
    }

    #[test]
    fn lists_part_at_commas_and_the_last_and() {
        let entries = |text: &str| split_list(&tokens(text)).iter().map(|entry| join(entry)).collect::<Vec<_>>();
        assert_eq!(entries("design, build and launch"), ["design", "build", "launch"]);
        assert_eq!(
            entries("research and development, sales and launch"),
            ["research and development", "sales", "launch"]
        );
        assert_eq!(entries("dig the pond, then line it"), ["dig the pond", "line it"]);
    }
}
