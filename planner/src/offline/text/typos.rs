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
        let shouted = token.text.chars().all(char::is_uppercase);
        // "Archie Lennox belongs in my address book": a name, though it begins the sentence
        let named = starts && is_name_of_two(tokens, index, is_known);
        let is_name = token.is_capitalised() && !shouted && (!starts || named);
        // "crate a task": a word of the language, but no verb where a verb must be
        let asks = starts
            && !verbs::is_verb(&token.low)
            && tokens.get(index + 1).is_some_and(|next| next.is_any("a an the my new project task"));
        let verb = if asks { verb_near(&token.low) } else { None };
        // "to ordr filters": where only a verb can stand
        let acts = index > 0 && tokens[index - 1].is_any("to please you");
        let any_verb = || if acts && !token.is_capitalised() { any_verb_near(&token.low) } else { None };
        let Some(mended) = verb.or_else(|| keyword_near(&token.low, is_name)).or_else(any_verb) else { continue };
        // "a taks" is one
        let counted = index > 0 && tokens[index - 1].is_any("a an one another this");
        let single = mended.strip_suffix('s').filter(|single| counted && KEYWORDS.contains(single));
        let mended = single.unwrap_or(mended);
        let text = if token.is_capitalised() { capitalised(mended) } else { mended.to_owned() };
        tokens[index] = Token::new(text, Kind::Word, token.glued);
    }
}

/// Whether a word is none of those that this language is known by here.
pub fn is_no_word(low: &str) -> bool {
    !KEYWORDS.contains(low)
        && !REAL_WORDS.contains(low)
        && !lexicon::is_function_word(low)
        && verbs::base_form(low).is_none()
        && low.chars().all(char::is_alphabetic)
}

/// Whether a word that begins a sentence is a name all the same: with a last name behind it that the workspace does not
/// have ("Remnid Ana" has a person there), with a possessive, or where it stands inside a sentence or an address, too.
fn is_name_of_two(tokens: &[Token], at: usize, is_known: &dyn Fn(&str) -> bool) -> bool {
    let token = &tokens[at];
    if !token.is_capitalised() || token.text.chars().all(char::is_uppercase) {
        return false;
    }
    let strange = |next: &Token| {
        next.kind == Kind::Word
            && next.is_capitalised()
            && !next.text.chars().all(char::is_uppercase)
            && !is_known(&next.low)
            && !KEYWORDS.contains(next.low.as_str())
            && !REAL_WORDS.contains(next.low.as_str())
            && !lexicon::is_function_word(&next.low)
            && verbs::base_form(&next.low).is_none()
    };
    let behind = tokens.get(at + 1);
    let ends = |end: usize| tokens.get(end).is_none_or(|after| !after.is_capitalised() || after.kind != Kind::Word);
    let again = |other: &Token| match other.kind {
        Kind::Word => other.is_capitalised() && other.text == token.text,
        Kind::Email => other.low.split(['.', '@', '-', '_']).any(|part| part == token.low),
        _ => false,
    };
    behind.is_some_and(|next| next.low == "'s" || strange(next) && ends(at + 2))
        || tokens.iter().enumerate().any(|(other, word)| other != at && again(word))
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
    // "prjct", "rmndr": written without vowels
    let vowelless = !low.chars().skip(1).any(is_vowel) && !calendar_only;
    if vowelless && let Some(words) = BY_LETTER.get(&first) {
        let skeleton: String = low.chars().filter(|letter| !is_vowel(*letter)).collect();
        let spelt = |word: &&&str| word.chars().filter(|letter| !is_vowel(*letter)).eq(skeleton.chars());
        return words.iter().find(spelt).copied();
    }
    let near = [first, second].into_iter().filter_map(|letter| BY_LETTER.get(&letter)).flatten();
    near.filter(|word| !calendar_only || (is_calendar_word(word) && length <= word.chars().count()))
        .filter_map(|word| {
            let allowed = match word.chars().count().min(length) {
                0..=3 => 0,
                4..=7 => 1,
                _ => 2,
            };
            let distance = distance(low, word);
            // letters are left out more often than put in: "remindr" is a reminder
            (distance <= allowed).then_some((distance, !is_within(low, word), *word))
        })
        .min_by_key(|(distance, added, _)| (*distance, *added))
        .map(|(_, _, word)| word)
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Whether all letters of a word stand in another, in the same order.
fn is_within(word: &str, other: &str) -> bool {
    let mut letters = other.chars();
    word.chars().all(|letter| letters.any(|other| other == letter))
}

/// The keyword that is a verb and differs from a word by one mistake.
fn verb_near(low: &str) -> Option<&'static str> {
    if low.len() < 2 || lexicon::is_function_word(low) {
        return None;
    }
    lexicon::keywords()
        .filter(|word| verbs::is_verb(word) && word.starts_with(&low[..1]))
        .find(|word| distance(low, word) == 1)
}

/// The verb of any sort that a word misspells, when no word of the language is written so.
fn any_verb_near(low: &str) -> Option<&'static str> {
    let known = REAL_WORDS.contains(low) || lexicon::is_function_word(low) || verbs::base_form(low).is_some();
    if low.len() < 4 || known || !low.chars().all(char::is_alphabetic) {
        return None;
    }
    verbs::all().filter(|verb| verb.len() >= 4 && verb.starts_with(&low[..1])).find(|verb| {
        // letters left out or swapped: another letter makes another word as often as not
        let swapped = verb.len() == low.len() && {
            let mut a: Vec<char> = low.chars().collect();
            let mut b: Vec<char> = verb.chars().collect();
            a.sort_unstable();
            b.sort_unstable();
            a == b
        };
        one_mistake(low, verb) && (verb.len() > low.len() || swapped)
    })
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

/// Whether one mistake makes one word the other: a letter changed, put in, taken out, or swapped with its neighbour.
pub fn one_mistake(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a.as_bytes(), b.as_bytes()) } else { (b.as_bytes(), a.as_bytes()) };
    // a letter outside ASCII has up to three bytes more
    if long.len() - short.len() > 4 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(one, other)| one == other).count();
    let pairs = short[same..].iter().rev().zip(long[same..].iter().rev());
    let behind = pairs.take_while(|(one, other)| one == other).count();
    let (left, right) = (&short[same..short.len() - behind], &long[same..long.len() - behind]);
    match (left, right) {
        ([], []) => false,
        ([] | [_], [_]) => true,
        ([first, second], [other_first, other_second]) => first == other_second && second == other_first,
        (left, right) => {
            let letters = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
            !(left.is_ascii() && right.is_ascii()) && letters(left) <= 1 && letters(right) <= 1
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("creat a porject with milstones", "create a project with milestones")]
    #[case("new prjct and a rmndr", "new project and a reminder")]
    #[case("ad a remindr", "add a reminder")]
    #[case("Remnid me on Wendesday", "Remind me on Wednesday")]
    #[case("choose the tiles, sand the floor", "choose the tiles, sand the floor")]
    #[case("call Augusta about the 'projct'", "call Augusta about the “projct”")]
    #[case("Archie Lennox is new here", "Archie Lennox is new here")]
    #[case("Renate Vogel sends her regards", "Renate Vogel sends her regards")]
    #[case("Tasha's shift is over", "Tasha's shift is over")]
    #[case("Tasko belongs there: tasko.miri@kelp.example", "Tasko belongs there: tasko.miri@kelp.example")]
    #[case("Crate a project", "Create a project")]
    fn keywords_are_mended_and_other_words_left_alone(#[case] written: &str, #[case] read: &str) {
        let mut tokens = tokens(written);
        correct(&mut tokens, &|_| false);
        assert_eq!(join(&tokens), read);
    }

    #[rstest]
    #[case("guidbook", "guidebook", true)]
    #[case("desing", "design", true)]
    #[case("workshop", "workship", true)]
    #[case("same", "same", false)]
    #[case("lindqvist", "lindquist", true)]
    #[case("garden", "harder", false)]
    fn one_mistake_is_a_distance_of_one(#[case] a: &str, #[case] b: &str, #[case] wanted: bool) {
        assert_eq!((one_mistake(a, b), one_mistake(b, a)), (wanted, wanted));
        assert_eq!(distance(a, b) == 1, wanted);
    }

    #[test]
    fn a_swap_of_neighbours_is_one_mistake() {
        assert_eq!(distance("desing", "design"), 1);
        assert_eq!(distance("projct", "project"), 1);
        assert_eq!(distance("same", "same"), 0);
    }
}
