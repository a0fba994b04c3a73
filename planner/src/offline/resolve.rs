//! Finding the thing that some words mean: exactly, by part of its name, or nearly.
//!
//! What is found for certain is used, what fits several is asked about, and what is only near is asked about as well.

use std::{collections::HashSet, sync::Arc};

use domain::workspace::Kind;

use super::{
    draft::Thing,
    rows::{content_words, same_word, words},
    text::{
        Kind as TokenKind, Token, distance, fold, is_determiner, is_function_word, is_preposition, is_title, is_verb,
        listed,
    },
};

/// Something that words can mean. Searches are many and workspaces large, so candidates are shared, never copied.
pub(crate) type Candidate = Arc<Known>;

/// A thing with the words it can be found by.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) thing: Thing,
    pub(crate) words: Vec<String>,
    pub(crate) organisation: Vec<String>,
    /// Words that tell more about it: of a task's project and assignee.
    pub(crate) context: Vec<String>,
    /// Done or archived: taken only when nothing else fits.
    pub(crate) closed: bool,
}

/// What a search gives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    One(Thing),
    /// All of these fit equally well.
    Many(Vec<Thing>),
    /// None fits; these are close.
    Near(Vec<Thing>),
    Nothing,
}

/// Words that say nothing about which thing is meant.
const GENERIC: &str = "\
    project projects task tasks idea ideas item entry called named titled existing current whole entire \
    thing one contact person colleague friend open please list card record file own team guy lady work \
    stuff to do job s customer client account";

/// Words that belong to a name as often as not: left out only when the name does not have them.
const LOOSE: &str = "new old big small plan note initiative effort account programme program dear";

/// Finds a thing of one of these kinds by its name or title.
pub(crate) fn find(candidates: &[Candidate], tokens: &[Token], kinds: &[Kind]) -> Found {
    match find_fitting(candidates, tokens, kinds) {
        Found::Nothing => near(candidates, tokens, kinds),
        found => found,
    }
}

/// Finds without looking for what is only near.
pub(crate) fn find_fitting(candidates: &[Candidate], tokens: &[Token], kinds: &[Kind]) -> Found {
    let wanted = wanted_words(tokens);
    if wanted.is_empty() {
        return Found::Nothing;
    }
    let of_kind: Vec<&Candidate> =
        candidates.iter().filter(|candidate| kinds.contains(&candidate.thing.kind)).collect();
    let whole: Vec<String> = words(&tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" "));
    let exact = pick(of_kind.iter().filter(|candidate| candidate.words == wanted || candidate.words == whole));
    if !matches!(exact, Found::Nothing) {
        return exact;
    }
    let fits = |candidate: &&&Candidate| {
        let hit = |word: &String| candidate.words.iter().any(|own| same_word(own, word) || is_part_of(own, word));
        let told = |word: &String| listed(word, LOOSE) || candidate.context.iter().any(|own| same_word(own, word));
        wanted.iter().any(hit) && wanted.iter().all(|word| hit(word) || told(word))
    };
    let fitting: Vec<&Candidate> = of_kind.iter().filter(fits).copied().collect();
    // all words of the title, whatever stands between
    let complete = pick(fitting.iter().filter(|candidate| {
        significant(&candidate.words).iter().all(|own| wanted.iter().any(|word| same_word(own, word)))
    }));
    if !matches!(complete, Found::Nothing) {
        return complete;
    }
    pick(fitting.iter())
}

/// "schoolchildren" has "school" in it.
fn is_part_of(own: &str, word: &str) -> bool {
    let (short, long) = if own.len() < word.len() { (own, word) } else { (word, own) };
    short.len() >= 6 && long.len() >= short.len() + 4 && long.starts_with(short)
}

fn pick<'a>(fitting: impl Iterator<Item = &'a &'a Candidate>) -> Found {
    let fitting: Vec<&Candidate> = fitting.copied().collect();
    let open: Vec<&Candidate> = fitting.iter().filter(|candidate| !candidate.closed).copied().collect();
    let of = if open.is_empty() { fitting } else { open };
    match of[..] {
        [] => Found::Nothing,
        [one] => Found::One(one.thing.clone()),
        _ => Found::Many(of.into_iter().map(|candidate| candidate.thing.clone()).collect()),
    }
}

fn near(candidates: &[Candidate], tokens: &[Token], kinds: &[Kind]) -> Found {
    let wanted = wanted_words(tokens);
    let mut scored: Vec<(usize, &Candidate)> = candidates
        .iter()
        .filter(|candidate| kinds.contains(&candidate.thing.kind))
        .map(|candidate| {
            let shared = wanted.iter().filter(|word| candidate.words.iter().any(|own| alike(own, word))).count();
            (shared, candidate)
        })
        .filter(|(shared, _)| *shared > 0)
        .collect();
    scored.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    let close: Vec<Thing> = scored.into_iter().take(4).map(|(_, candidate)| candidate.thing.clone()).collect();
    if close.is_empty() { Found::Nothing } else { Found::Near(close) }
}

fn alike(a: &str, b: &str) -> bool {
    same_word(a, b)
        || (a.len().min(b.len()) >= 4
            && (distance(a, b) <= 1 + usize::from(a.len() >= 7) || a.starts_with(b) || b.starts_with(a)))
}

/// The words of a search, without those that only say what sort of thing it is.
pub(crate) fn wanted_words(tokens: &[Token]) -> Vec<String> {
    if let Some(quoted) = tokens.iter().find(|token| token.kind == TokenKind::Quoted) {
        return words(&quoted.text);
    }
    let end = relative_clause(tokens);
    let text = tokens[..end]
        .iter()
        .filter(|token| token.kind != TokenKind::Punct && token.low != "'s")
        .map(|token| token.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let all = content_words(&text);
    let kept: Vec<String> = all.iter().filter(|word| !listed(word, GENERIC)).cloned().collect();
    let only_function_words = all.iter().all(|word| is_function_word(word));
    if kept.is_empty() && !only_function_words {
        Vec::new()
    } else {
        kept.into_iter().filter(|word| !is_function_word(word) || word.len() > 4).collect()
    }
}

/// Where "… that we noted down" begins.
fn relative_clause(tokens: &[Token]) -> usize {
    let found = tokens.iter().enumerate().skip(1).find(|(at, token)| {
        token.is_any("which who we i you they i've we've from because")
            || (token.is_any("that") && tokens.get(at + 1).is_some())
    });
    found.map_or(tokens.len(), |(at, _)| at)
}

fn significant(words: &[String]) -> Vec<&String> {
    let kept: Vec<&String> =
        words.iter().filter(|word| !is_determiner(word) && !is_preposition(word) && *word != "and").collect();
    if kept.is_empty() { words.iter().collect() } else { kept }
}

/// A place in a text where a person is named.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) found: Found,
}

/// Finds the people that a text names.
pub(crate) fn people_named(candidates: &[Candidate], tokens: &[Token]) -> Vec<Named> {
    let said: HashSet<String> = tokens.iter().flat_map(|token| words(&token.text)).collect();
    let people: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| candidate.thing.kind == Kind::Person)
        .filter(|person| person.words.iter().any(|word| said.contains(word)))
        .collect();
    let mut named = Vec::new();
    if people.is_empty() {
        return named;
    }
    let mut at = 0;
    while at < tokens.len() {
        match name_at(&people, tokens, at) {
            Some(found) => {
                at = found.to;
                named.push(found);
            }
            None => at += 1,
        }
    }
    named
}

fn name_at(people: &[&Candidate], tokens: &[Token], at: usize) -> Option<Named> {
    let title = usize::from(is_title(&tokens[at].low) && tokens[at].kind == TokenKind::Word);
    let first = at + title;
    let mut fitting: Vec<&Candidate> = people.to_vec();
    let mut next = first;
    while let Some(token) = tokens.get(next) {
        let parts = name_parts(token, next == first);
        if parts.is_empty() {
            break;
        }
        let still: Vec<&Candidate> =
            fitting.iter().filter(|person| parts.iter().all(|part| person.words.contains(part))).copied().collect();
        if still.is_empty() {
            break;
        }
        fitting = still;
        next += 1;
    }
    if next == first {
        return None;
    }
    // "Tom Baker" is not Tom Hale
    let more = tokens.get(next).filter(|token| next == first + 1 && !token.glued && goes_on_as_name(token));
    let whole = fitting.iter().any(|person| person.words.len() == 1);
    if more.is_some() && !whole {
        let said = fold(&tokens[next].text);
        let alike = people
            .iter()
            .filter(|person| person.words.contains(&said) || fitting.iter().any(|other| other.thing == person.thing));
        return Some(Named {
            from: at,
            to: next + 1,
            found: Found::Near(alike.map(|person| person.thing.clone()).collect()),
        });
    }
    // Ms Adeyemi: the last name is meant
    if title > 0 {
        let last = fold(&tokens[next - 1].text);
        let by_last: Vec<&Candidate> =
            fitting.iter().filter(|person| person.words.last() == Some(&last)).copied().collect();
        fitting = if by_last.is_empty() { fitting } else { by_last };
    }
    // "Tom" alone means one who is called so by first name rather than by last
    if fitting.len() > 1 && next == first + 1 && title == 0 {
        let one = fold(&tokens[first].text);
        let by_first: Vec<&Candidate> =
            fitting.iter().filter(|person| person.words.first() == Some(&one)).copied().collect();
        fitting = if by_first.len() == 1 { by_first } else { fitting };
    }
    // somebody whom this plan adds is named again
    if fitting.len() > 1 {
        let is_new = |person: &&&Candidate| matches!(person.thing.target, super::draft::Target::Step(_));
        let by_new: Vec<&Candidate> = fitting.iter().filter(is_new).copied().collect();
        fitting = if by_new.len() == 1 { by_new } else { fitting };
    }
    // "Ana from Cedar": the organisation decides
    if fitting.len() > 1 {
        let around: Vec<String> = tokens.iter().map(|token| fold(&token.text)).collect();
        let by_place: Vec<&Candidate> = fitting
            .iter()
            .filter(|person| person.organisation.iter().any(|word| word.len() > 2 && around.contains(word)))
            .copied()
            .collect();
        fitting = if by_place.len() == 1 { by_place } else { fitting };
    }
    let found = match fitting[..] {
        [one] => Found::One(one.thing.clone()),
        _ => Found::Many(fitting.iter().map(|person| person.thing.clone()).collect()),
    };
    Some(Named { from: at, to: next, found })
}

/// Whether a word behind a first name can only be a last name.
fn goes_on_as_name(token: &Token) -> bool {
    token.is_capitalised()
        && !is_function_word(&token.low)
        && super::text::base_form(&token.low).is_none()
        && token.text.chars().skip(1).all(|c| !c.is_uppercase() || c == '-')
}

/// The parts of a token that can be parts of a name; none when it is no name.
fn name_parts(token: &Token, first: bool) -> Vec<String> {
    let plausible = match token.kind {
        TokenKind::Word => {
            let usual_word = is_verb(&token.low)
                || is_function_word(&token.low)
                || matches!(token.low.as_str(), "may" | "june" | "april" | "rose" | "hope" | "grace" | "joy" | "dawn");
            token.is_capitalised() || !usual_word || (!first && !is_function_word(&token.low))
        }
        TokenKind::Quoted => true,
        _ => false,
    };
    if plausible && token.low != "'s" { words(&token.text) } else { Vec::new() }
}

/// People whose organisation a text names: "the Okonjo account".
pub(crate) fn people_of_organisation(candidates: &[Candidate], tokens: &[Token]) -> Vec<Thing> {
    let named: Vec<String> = tokens
        .iter()
        .filter(|token| token.is_capitalised())
        .flat_map(|token| words(&token.text))
        .filter(|word| word.len() > 2)
        .collect();
    let hit = |candidate: &&Candidate| {
        let own: Vec<&String> = candidate
            .organisation
            .iter()
            .filter(|word| !matches!(word.as_str(), "the" | "and" | "co" | "ltd" | "inc" | "gmbh"))
            .collect();
        own.first().is_some_and(|first| named.contains(first))
    };
    candidates
        .iter()
        .filter(|candidate| candidate.thing.kind == Kind::Person)
        .filter(hit)
        .map(|candidate| candidate.thing.clone())
        .collect()
}

/// People whose name is nearly this one.
pub(crate) fn people_near(candidates: &[Candidate], name: &str) -> Vec<Thing> {
    let wanted = words(name);
    let close = |candidate: &&Candidate| {
        wanted.iter().any(|word| word.len() >= 3 && candidate.words.iter().any(|own| alike_name(own, word)))
    };
    candidates
        .iter()
        .filter(|candidate| candidate.thing.kind == Kind::Person)
        .filter(close)
        .take(5)
        .map(|candidate| candidate.thing.clone())
        .collect()
}

fn alike_name(a: &str, b: &str) -> bool {
    a == b
        || distance(a, b) <= 1 + usize::from(a.len().min(b.len()) >= 6)
        || (a.len().min(b.len()) >= 3 && (a.starts_with(b) || b.starts_with(a)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::{draft::Target, text::tokens};

    fn candidate(kind: Kind, label: &str) -> Candidate {
        let thing = Thing { target: Target::Entity(format!("{}_{label}", kind.prefix())), kind, label: label.into() };
        Arc::new(Known { thing, words: words(label), organisation: Vec::new(), context: Vec::new(), closed: false })
    }

    fn workspace() -> Vec<Candidate> {
        vec![
            candidate(Kind::Project, "Summer Fair"),
            candidate(Kind::Project, "Winter Fair"),
            candidate(Kind::Project, "Store of the Future"),
            candidate(Kind::Project, "Storefront windows"),
            candidate(Kind::Idea, "Summer fair raffle"),
            candidate(Kind::Idea, "Drone survey of the roof"),
            candidate(Kind::Idea, "Survey of commuters"),
            candidate(Kind::Idea, "Night trains guidebook"),
            candidate(Kind::Person, "Lior Ben-Ami"),
            candidate(Kind::Person, "Liora Katz"),
            candidate(Kind::Person, "Tom Hale"),
            candidate(Kind::Person, "Tom Ruiz"),
        ]
    }

    fn describe(found: &Found) -> String {
        let labels = |things: &[Thing]| things.iter().map(|thing| thing.label.clone()).collect::<Vec<_>>().join(" | ");
        match found {
            Found::One(thing) => thing.label.clone(),
            Found::Many(things) => format!("many: {}", labels(things)),
            Found::Near(things) => format!("near: {}", labels(things)),
            Found::Nothing => "nothing".into(),
        }
    }

    #[rstest]
    #[case("the summer fair project", &[Kind::Project], "Summer Fair")]
    #[case("'Summer Fair'", &[Kind::Project, Kind::Idea], "Summer Fair")]
    #[case("the fair", &[Kind::Project], "many: Summer Fair | Winter Fair")]
    #[case("the drone survey idea", &[Kind::Idea], "Drone survey of the roof")]
    #[case("my idea about night trains", &[Kind::Idea], "Night trains guidebook")]
    #[case("the Store of the Future project", &[Kind::Project], "Store of the Future")]
    #[case("the Autumn Fair project", &[Kind::Project], "near: Summer Fair | Winter Fair")]
    #[case("the Phoenix project", &[Kind::Project], "nothing")]
    fn things_are_found_by_their_words(#[case] text: &str, #[case] kinds: &[Kind], #[case] wanted: &str) {
        assert_eq!(describe(&find(&workspace(), &tokens(text), kinds)), wanted);
    }

    #[rstest]
    #[case("a check with Lior on site", &["Lior Ben-Ami"])]
    #[case("Mr. Ben-Ami and Liora", &["Lior Ben-Ami", "Liora Katz"])]
    #[case("call Tom", &["many: Tom Hale | Tom Ruiz"])]
    #[case("call tom ruiz", &["Tom Ruiz"])]
    #[case("call Zed", &[])]
    fn people_are_found_by_first_last_or_full_name(#[case] text: &str, #[case] wanted: &[&str]) {
        let named: Vec<String> =
            people_named(&workspace(), &tokens(text)).iter().map(|named| describe(&named.found)).collect();
        assert_eq!(named, wanted);
    }
}
