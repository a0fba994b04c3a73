//! Clauses: the single things a sentence asks for, how they hang together, and what they wait for.

use super::{
    again,
    conditions::{Condition, leading_condition, not_until},
    joints::{Zone, connector, next_zone, of_all_behind_a_condition, order_word, starts_clause},
    loose_starts::plain,
    nouns::Noun,
    polite::{without_fillers, without_lead_in},
    sentences::Sentence,
    starts::{heading, strong},
    voice::active,
};
use crate::offline::text::{Kind, Token, from_gerund, is_determiner, is_pronoun};

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
    // the clause before the last colon, which may say what the entries behind it are
    let mut announced: &[Token] = &[];
    while at < tokens.len() {
        zone = next_zone(zone, &tokens[start..=at], tokens.get(at + 1));
        if let Some((next_link, next)) = connector(&tokens, at)
            && next < tokens.len()
            && at > start
            && !is_prelude(&tokens[start..], at - start)
            && (starts_clause(&tokens[next..], zone, next_link, &tokens[at..next])
                || again::goes_on(&tokens[start..at], &tokens[next..])
                || again::is_entry(announced, &tokens[next..])
                || of_all_behind_a_condition(&tokens[start..at], &tokens[next..]))
        {
            if tokens[at..next].iter().any(|token| token.is_mark(":")) {
                announced = &tokens[start..at];
            }
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
    let mut clauses = in_order(topics_in_place(clauses));
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
    let tokens = if condition.is_some() { &tokens[rest..] } else { tokens };
    let tokens = dates_last(active(without_lead_in(tokens)));
    if let Some((condition, tokens)) = not_until(&tokens).filter(|_| condition.is_none()) {
        return Clause { tokens, link, condition: Some(condition), is_question: false, announces };
    }
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

/// "The vendor contract, Matteo has to sign it": what is only named stands for the "it" of the next clause.
fn topics_in_place(clauses: Vec<Clause>) -> Vec<Clause> {
    let mut placed: Vec<Clause> = Vec::with_capacity(clauses.len());
    for mut clause in clauses {
        let topic = placed.last().filter(|topic| is_only_named(&topic.tokens)).map(|topic| topic.tokens.clone());
        let it = clause.tokens.iter().skip(1).position(|token| token.is_any("it them")).map(|at| at + 1);
        if let (Some(topic), Some(it)) = (topic, it) {
            placed.pop();
            clause.tokens.splice(it..=it, topic);
        }
        placed.push(clause);
    }
    placed
}

/// Whether the words are an article with a few words behind, and say nothing.
fn is_only_named(tokens: &[Token]) -> bool {
    let (Some(first), 2..=6) = (tokens.first(), tokens.len()) else { return false };
    is_determiner(&first.low)
        && tokens[1..].iter().all(|token| token.kind == Kind::Word && Noun::of(&token.low).is_none())
        && !tokens.iter().any(|token| {
            is_pronoun(&token.low)
                || token.is_any("others other rest one is are was were has have had will would can could should must may might needs")
        })
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
        let behind = &sent_on(&clause.tokens[at + 1..])[..];
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

/// "before it goes to Ana": sending it to her.
fn sent_on(tokens: &[Token]) -> Vec<Token> {
    let goes = match tokens {
        [it, goes, to, ..] if goes.is_any("goes go") && to.is_any("to") => it.is_any("it they").then_some(2),
        [it, is, sent, to, ..] if is.is_any("is are gets") && sent.is_any("sent") && to.is_any("to") => {
            it.is_any("it they").then_some(3)
        }
        _ => None,
    };
    let Some(from) = goes else { return tokens.to_vec() };
    let words = ["sending", "it"].map(|word| Token::new(word, Kind::Word, false));
    words.into_iter().chain(tokens[from..].iter().cloned()).collect()
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
