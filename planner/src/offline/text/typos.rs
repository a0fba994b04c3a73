//! Spelling: words that are almost a keyword are read as that keyword.
//!
//! Only words that requests are made of are mended, and never a word that is English as it stands, a name from the
//! workspace, a name (a capital inside a sentence), or anything in quotes.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{Kind, Token, capitalised, lexicon, verbs};

/// English words that are close to a keyword and are no misspelling of it.
static REAL_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../../lexicon/real_words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
});

static KEYWORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| lexicon::keywords().collect());

/// Keywords by first letter; a misspelling nearly always keeps it, or swaps it with the second.
static BY_LETTER: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut by_letter: HashMap<char, Vec<&'static str>> = HashMap::new();
    for word in lexicon::keywords() {
        by_letter.entry(word.chars().next().unwrap_or(' ')).or_default().push(word);
    }
    by_letter
});

/// Mends the spelling of a request; `is_known` knows the words of the workspace.
pub fn correct(tokens: &mut [Token], is_known: &dyn Fn(&str) -> bool) {
    for index in 0..tokens.len() {
        let starts = index == 0
            || matches!(tokens[index - 1].kind, Kind::Break)
            || matches!(tokens[index - 1].text.as_str(), "." | "!" | "?" | ":");
        let token = &tokens[index];
        if token.kind != Kind::Word || is_known(&token.low) {
            continue;
        }
        let is_name = token.is_capitalised() && !starts && !token.text.chars().all(char::is_uppercase);
        // "crate a task": a word of the language, but no verb where a verb must be
        let asks = starts
            && !verbs::is_verb(&token.low)
            && tokens.get(index + 1).is_some_and(|next| next.is_any("a an the my new project task"));
        let verb = if asks { verb_near(&token.low) } else { None };
        let Some(mended) = verb.or_else(|| keyword_near(&token.low, is_name)) else { continue };
        let text = if token.is_capitalised() { capitalised(mended) } else { mended.to_owned() };
        tokens[index] = Token::new(text, Kind::Word, token.glued);
    }
}

/// The keyword a word misspells, if it is one.
fn keyword_near(low: &str, calendar_only: bool) -> Option<&'static str> {
    let length = low.chars().count();
    if length < 4
        || !low.chars().all(char::is_alphabetic)
        || KEYWORDS.contains(low)
        || REAL_WORDS.contains(low)
        || verbs::base_form(low).is_some()
        || lexicon::is_function_word(low)
    {
        return None;
    }
    let mut letters = low.chars();
    let (first, second) = (letters.next()?, letters.next()?);
    let near = [first, second].into_iter().filter_map(|letter| BY_LETTER.get(&letter)).flatten();
    near.filter(|word| !calendar_only || (is_calendar_word(word) && length <= word.chars().count()))
        .filter_map(|word| {
            let allowed = match word.chars().count().min(length) {
                0..=3 => 0,
                4..=7 => 1,
                _ => 2,
            };
            let distance = distance(low, word);
            (distance <= allowed).then_some((distance, *word))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// The keyword that is a verb and differs from a word by one mistake.
fn verb_near(low: &str) -> Option<&'static str> {
    if low.len() < 4 || lexicon::is_function_word(low) {
        return None;
    }
    lexicon::keywords()
        .filter(|word| verbs::is_verb(word) && word.starts_with(&low[..1]))
        .find(|word| distance(low, word) == 1)
}

fn is_calendar_word(word: &str) -> bool {
    matches!(
        word,
        "monday"
            | "tuesday"
            | "wednesday"
            | "thursday"
            | "friday"
            | "saturday"
            | "sunday"
            | "january"
            | "february"
            | "march"
            | "april"
            | "june"
            | "july"
            | "august"
            | "september"
            | "october"
            | "november"
            | "december"
    )
}

/// How many letters have to be changed, put in, taken out or swapped with their neighbour (Damerau-Levenshtein, with
/// each stretch edited once).
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 3 {
        return a.len().max(b.len());
    }
    let mut rows = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let swap = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + swap);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("creat a porject with milstones", "create a project with milestones")]
    #[case("Remnid me on Wendesday", "Remind me on Wednesday")]
    #[case("choose the tiles, sand the floor", "choose the tiles, sand the floor")]
    #[case("call Augusta about the 'projct'", "call Augusta about the “projct”")]
    fn keywords_are_mended_and_other_words_left_alone(#[case] written: &str, #[case] read: &str) {
        let mut tokens = tokens(written);
        correct(&mut tokens, &|_| false);
        assert_eq!(join(&tokens), read);
    }

    #[test]
    fn a_swap_of_neighbours_is_one_mistake() {
        assert_eq!(distance("desing", "design"), 1);
        assert_eq!(distance("projct", "project"), 1);
        assert_eq!(distance("same", "same"), 0);
    }
}
