//! Recipes by any of their words, for words that are known to ask for an undertaking.

use std::sync::Arc;

use super::{
    Recipe, Recipes, UNDERTAKING,
    recognise::{find, find_noun, head},
};
use crate::offline::text::Token;

/// The recipe whose own words stand anywhere in a clause that is known to ask for an undertaking; `topics` are the words
/// that say which.
pub(crate) fn recognise_loosely<'r>(
    recipes: &'r Recipes,
    tokens: &[Token],
    topics: &[&[Token]],
) -> Option<&'r Arc<Recipe>> {
    let heads: Vec<&[Token]> =
        if topics.is_empty() { vec![head(tokens)] } else { topics.iter().map(|topic| head(topic)).collect() };
    let found = |words: &[String], within: &[Token]| -> Option<(usize, bool)> {
        let hit = |word: &String| {
            let at = find_noun(within, word)?;
            Some((word.len(), at + word.split_whitespace().count() == within.len()))
        };
        words.iter().filter_map(hit).max()
    };
    let worth = |recipe: &Recipe| {
        let known = &recipe.recognise;
        if known.unless.iter().any(|phrase| find(tokens, phrase).is_some()) {
            return None;
        }
        let phrase = known.phrases.iter().filter(|phrase| find(tokens, phrase).is_some()).map(String::len).max();
        let verb = tokens.iter().any(|token| known.verbs.iter().any(|verb| *verb == token.low || *verb == token.lemma));
        let object = found(&known.objects, tokens).filter(|_| verb).map(|(length, _)| length + 14);
        // what a name ends with is what it is: "the training report" is a report
        let named = heads.iter().filter_map(|head| found(&known.nouns, head));
        let named = named.map(|(length, last)| length + if last { 22 } else { 16 });
        let elsewhere = found(&known.nouns, tokens).map(|(length, _)| length + 8);
        phrase.map(|length| length + 20).into_iter().chain(object).chain(named).chain(elsewhere).max()
    };
    let mut best: Option<(usize, &Arc<Recipe>)> = None;
    for recipe in recipes.iter().filter(|recipe| recipe.name != UNDERTAKING) {
        if let Some(found) = worth(recipe).filter(|found| best.is_none_or(|(most, _)| *found > most)) {
            best = Some((found, recipe));
        }
    }
    best.map(|(_, recipe)| recipe)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::{
        dates::{Calendar, mark},
        text::tokens,
    };

    #[rstest]
    #[case("It's time for my weekly review", "my weekly review", Some("weekly-review"))]
    #[case("Hire a part-time stage manager", "a part-time stage manager", Some("hiring"))]
    #[case("We owe our funder an end-of-grant report by 29 January", "an end-of-grant report", Some("report"))]
    #[case("Help me prepare that trip", "that trip", Some("trip"))]
    #[case("The storeroom stocktake can't wait any longer", "storeroom stocktake", Some("stocktake"))]
    #[case("The board wants to hear about bees", "bees", None)]
    fn what_is_known_to_be_an_undertaking_is_found_by_any_of_its_words(
        #[case] text: &str,
        #[case] topic: &str,
        #[case] wanted: Option<&str>,
    ) {
        let marked = |text: &str| mark(&tokens(text), Calendar { today: "2026-11-23".parse().unwrap() });
        let found = recognise_loosely(Recipes::builtin(), &marked(text), &[marked(topic).as_slice()]);
        assert_eq!(found.map(|recipe| recipe.name.as_str()), wanted);
    }
}
