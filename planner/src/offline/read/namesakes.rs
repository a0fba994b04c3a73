//! "Ann (the one from the bank, Becker)", "Frau Holm (Britta, not Rolf)": which of several people of one name is meant.

use std::collections::HashSet;

use crate::offline::text::{Kind, Token, fold, is_function_word};

/// Puts the whole name of whoever is meant in place of a name and the words in brackets behind it that tell who that is;
/// `people` are the names that the workspace has.
pub(crate) fn told_apart(tokens: Vec<Token>, people: &[&str]) -> Vec<Token> {
    if !tokens.iter().any(|token| token.is_mark("(")) {
        return tokens;
    }
    let people: Vec<(&str, Vec<String>)> =
        people.iter().map(|name| (*name, name.split_whitespace().map(fold).collect())).collect();
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let told = tokens[at].is_mark("(").then(|| meant(kept.last(), &tokens[at..], &people)).flatten();
        let Some((name, length)) = told else {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        };
        kept.pop();
        if kept.last().is_some_and(|token| token.kind == Kind::Word && crate::offline::text::is_title(&token.low)) {
            kept.pop();
        }
        kept.extend(name.split_whitespace().map(|word| Token::new(word, Kind::Word, false)));
        at += length;
    }
    kept
}

/// The person whom a name and the brackets behind it mean, and how many tokens the brackets have.
fn meant<'p>(name: Option<&Token>, rest: &[Token], people: &[(&'p str, Vec<String>)]) -> Option<(&'p str, usize)> {
    let name = name.filter(|token| token.kind == Kind::Word)?;
    let end = rest.iter().take(24).position(|token| token.is_mark(")"))?;
    let (mut said, mut denied): (HashSet<&str>, HashSet<&str>) = (HashSet::new(), HashSet::new());
    let mut not = false;
    for token in &rest[1..end] {
        match token.kind {
            Kind::Punct => not = false,
            Kind::Word if token.is_any("not isn't never") => not = true,
            Kind::Word if !is_function_word(&token.low) => {
                if not {
                    denied.insert(&token.low)
                } else {
                    said.insert(&token.low)
                };
            }
            _ => {}
        }
    }
    let has = |words: &[String], set: &HashSet<&str>| words.iter().any(|word| set.contains(word.as_str()));
    let called: Vec<_> = people.iter().filter(|(_, words)| words.contains(&name.low)).collect();
    let named: Vec<_> = called.iter().filter(|(_, words)| has(words, &said)).collect();
    let others: Vec<_> = called.iter().filter(|(_, words)| !has(words, &denied)).collect();
    // "Ann (at the bank)" tells nobody apart
    let tells =
        has(&called.iter().flat_map(|(_, words)| words.clone()).collect::<Vec<_>>(), &said) || !denied.is_empty();
    match (named.as_slice(), others.as_slice()) {
        ([only], _) => Some((only.0, end + 1)),
        ([], [only]) if tells && called.len() > 1 => Some((only.0, end + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("tell Frau Holm (Britta, not Rolf!) that it rains", "tell Britta Holm that it rains")]
    #[case("ask Anna (not Ana from the bank, the other one, Berg) for it", "ask Anna Berg for it")]
    #[case("tell Holm (not Rolf) that it rains", "tell Britta Holm that it rains")]
    #[case("a task for Ana (from the bank)", "a task for Ana (from the bank)")]
    #[case("tell Rolf (Friday) and Ana (Monday)", "tell Rolf (Friday) and Ana (Monday)")]
    fn whoever_is_meant_is_named_in_full(#[case] said: &str, #[case] meant: &str) {
        let people = ["Britta Holm", "Rolf Holm", "Anna Berg", "Ana Moura"];
        assert_eq!(join(&told_apart(tokens(said), &people)), meant);
    }
}
