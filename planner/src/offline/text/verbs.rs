//! Verbs and their forms: `booked`, `booking` and `books` are `book`.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::lexicon::words;

static VERBS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| words(include_str!("../../../lexicon/verbs.txt")).collect());

/// Every form of every verb, with its base.
static FORMS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut forms = HashMap::new();
    for verb in VERBS.iter() {
        for form in inflected(verb) {
            forms.entry(form).or_insert(*verb);
        }
    }
    for (form, base) in IRREGULAR {
        forms.insert((*form).to_owned(), base);
    }
    for verb in VERBS.iter() {
        forms.insert((*verb).to_owned(), verb);
    }
    forms
});

const IRREGULAR: &[(&str, &str)] = &[
    ("sent", "send"),
    ("told", "tell"),
    ("made", "make"),
    ("did", "do"),
    ("done", "do"),
    ("does", "do"),
    ("gave", "give"),
    ("given", "give"),
    ("got", "get"),
    ("gotten", "get"),
    ("met", "meet"),
    ("wrote", "write"),
    ("written", "write"),
    ("held", "hold"),
    ("bought", "buy"),
    ("brought", "bring"),
    ("built", "build"),
    ("began", "begin"),
    ("begun", "begin"),
    ("chose", "choose"),
    ("chosen", "choose"),
    ("drew", "draw"),
    ("drawn", "draw"),
    ("found", "find"),
    ("hung", "hang"),
    ("kept", "keep"),
    ("led", "lead"),
    ("left", "leave"),
    ("lent", "lend"),
    ("paid", "pay"),
    ("ran", "run"),
    ("said", "say"),
    ("saw", "see"),
    ("seen", "see"),
    ("sold", "sell"),
    ("shot", "shoot"),
    ("spoke", "speak"),
    ("spoken", "speak"),
    ("stuck", "stick"),
    ("took", "take"),
    ("taken", "take"),
    ("taught", "teach"),
    ("thought", "think"),
    ("went", "go"),
    ("gone", "go"),
    ("goes", "go"),
    ("had", "have"),
    ("has", "have"),
    ("having", "have"),
    ("withdrawn", "withdraw"),
    ("rang", "ring"),
    ("dealt", "deal"),
    ("heard", "hear"),
];

/// The forms a regular verb can have. Both spellings where the rule depends on the stress.
pub(super) fn inflected(verb: &str) -> Vec<String> {
    let mut forms = vec![format!("{verb}s"), format!("{verb}es"), format!("{verb}ed"), format!("{verb}ing")];
    if let Some(stem) = verb.strip_suffix('e') {
        forms.extend([format!("{stem}ed"), format!("{stem}ing")]);
    }
    if let Some(stem) = verb.strip_suffix('y') {
        forms.extend([format!("{stem}ies"), format!("{stem}ied")]);
    }
    if let Some(stem) = verb.strip_suffix("ie") {
        forms.push(format!("{stem}ying"));
    }
    let letters: Vec<char> = verb.chars().collect();
    if let [.., c1, v, c2] = letters[..]
        && !is_vowel(c1)
        && is_vowel(v)
        && !is_vowel(c2)
        && !matches!(c2, 'w' | 'x' | 'y')
    {
        forms.extend([format!("{verb}{c2}ed"), format!("{verb}{c2}ing")]);
    }
    forms
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// The base of a form of a known verb: `booking` gives `book`.
pub fn base_form(low: &str) -> Option<&'static str> {
    FORMS.get(low).copied()
}

/// The base of a known verb's `-ing` form, and a guess for one that is not known.
pub fn from_gerund(low: &str) -> Option<String> {
    let stem = low.strip_suffix("ing").filter(|stem| stem.chars().any(is_vowel) && stem.len() > 2)?;
    if let Some(base) = FORMS.get(low) {
        return Some((*base).to_owned());
    }
    let letters: Vec<char> = stem.chars().collect();
    match letters[..] {
        [.., a, b] if a == b && !matches!(a, 'l' | 's' | 'z' | 'f') => {
            Some(letters[..letters.len() - 1].iter().collect())
        }
        _ => None,
    }
}

/// All verbs that are known, in their base form.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    words(include_str!("../../../lexicon/verbs.txt"))
}

/// Whether it is the base form of a known verb.
pub fn is_verb(low: &str) -> bool {
    VERBS.contains(low)
}
