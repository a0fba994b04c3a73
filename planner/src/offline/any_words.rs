//! Whatever words a request has, in whatever order, it gets an answer that can be shown.

use std::path::Path;

use super::OfflinePlanner;
use crate::{answer, eval::read_cases, offline::learned::learn::Dice};

/// How many requests are tried: `CAIRN_ANY_WORDS`, or this many.
const REQUESTS: usize = 150;

/// Requests of the project's own cases, cut anywhere, joined with others and with words left out: nobody means them, and
/// people in a hurry send them all the same.
#[test]
fn requests_cut_and_joined_anywhere_are_answered() {
    let requests = std::env::var("CAIRN_ANY_WORDS").ok().and_then(|number| number.parse().ok()).unwrap_or(REQUESTS);
    let cases = read_cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("evals")).unwrap();
    let planner = OfflinePlanner::default();
    let mut dice = Dice::new(2_011);
    for _ in 0..requests {
        let (case, other) = (&cases[dice.below(cases.len())], &cases[dice.below(cases.len())]);
        let mut told = case.told();
        told.request = cut_and_joined(&told.request, &other.request, &mut dice);
        println!("{:?}", told.request);
        answer::check(&planner.answer(&told), &told).unwrap();
    }
}

/// The beginning of one text and the end of another, here and there without a word.
fn cut_and_joined(text: &str, other: &str, dice: &mut Dice) -> String {
    let (words, others): (Vec<&str>, Vec<&str>) = (text.split(' ').collect(), other.split(' ').collect());
    let begin = &words[..dice.below(words.len() + 1)];
    let end = &others[dice.below(others.len() + 1)..];
    let mixed: Vec<&str> = begin.iter().chain(end).copied().filter(|_| !dice.percent(8)).collect();
    mixed.join(" ")
}
