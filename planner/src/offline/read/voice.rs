//! The passive as the active: "could this be turned into a project?" asks to "turn this into a project".
//!
//! Only wishes for what this workspace does are turned; what is to be done out in the world is read by
//! `intents::passive`, which also knows by whom.

use super::{nouns::Noun, starts::strong};
use crate::offline::text::{Kind, Token, from_gerund, is_determiner, is_verb};

const MODALS: &str = "can could should must may might will would shall";

/// Words that may stand between the helping verb and what is done.
const ASIDES: &str = "please also now just then both all perhaps maybe finally already";

/// The tokens in the active voice, where they ask in the passive for something that the workspace does.
pub(super) fn active(tokens: Vec<Token>) -> Vec<Token> {
    let tokens = in_that_manner(expected(tokens));
    let parts = asked(&tokens).or_else(|| stated(&tokens)).or_else(|| caused(&tokens));
    let Some((thing, done)) = parts else { return tokens };
    let thing: Vec<Token> = thing.iter().filter(|token| !token.is_any("please")).cloned().collect();
    let Some(turned) = turned(&thing, done) else { return tokens };
    if strong(&turned) { turned } else { tokens }
}

/// "close the project by archiving it": archive the project.
fn in_that_manner(tokens: Vec<Token>) -> Vec<Token> {
    let by = tokens.windows(3).position(|three| {
        three[0].is_any("by") && from_gerund(&three[1].low).is_some() && three[2].is_any("it them this that")
    });
    let Some(by) = by.filter(|by| *by > 1) else { return tokens };
    let Some(verb) = from_gerund(&tokens[by + 1].low) else { return tokens };
    let mut manner = vec![Token::new(verb, Kind::Word, false)];
    manner.extend_from_slice(&tokens[1..by]);
    manner.extend_from_slice(&tokens[by + 3..]);
    if strong(&manner) { manner } else { tokens }
}

/// "(I want) the idea to become a project": it should become one.
fn expected(mut tokens: Vec<Token>) -> Vec<Token> {
    let wants = tokens.len() > 3 && tokens[0].is_any("i we") && tokens[1].is_any("want need wish expect");
    let from = if wants { 2 } else { 0 };
    let to = tokens.windows(2).position(|pair| pair[0].is_any("to") && pair[1].is_any("be become get"));
    let Some(to) = to.filter(|to| *to > from && *to - from <= 8) else { return tokens };
    let thing = &tokens[from..to];
    let named = thing[0].kind == Kind::Quoted || is_determiner(&thing[0].low) || Noun::of(&thing[0].low).is_some();
    let other = thing.iter().any(|token| {
        token.kind == Kind::Punct || token.is_any(MODALS) || token.is_any("is are has have needs need ought")
    });
    if named && !other {
        tokens[to] = Token::new("should", Kind::Word, false);
        tokens.drain(..from);
    }
    tokens
}

type Parts<'t> = (&'t [Token], &'t [Token]);

/// "could X be archived", "can X be moved to Friday".
fn asked(tokens: &[Token]) -> Option<Parts<'_>> {
    tokens.first().filter(|token| token.is_any(MODALS))?;
    let be = tokens.iter().position(|token| token.is_any("be"))?;
    Some((&tokens[1..be], &tokens[be + 1..]))
}

/// "X can be ticked off", "X needs to be archived", "X is to be renamed to Y".
fn stated(tokens: &[Token]) -> Option<Parts<'_>> {
    let be = tokens.iter().position(|token| token.is_any("be"))?;
    let modal = tokens[..be]
        .iter()
        .rposition(|token| token.is_any(MODALS) || token.is_any("needs need has have ought is are"))?;
    let only = tokens[modal + 1..be].iter().all(|token| token.is_any(ASIDES) || token.is_any("to"));
    (modal > 0 && only).then(|| (&tokens[..modal], &tokens[be + 1..]))
}

/// "have X assigned to Ana", "get X archived".
fn caused(tokens: &[Token]) -> Option<Parts<'_>> {
    tokens.first().filter(|token| token.is_any("have get see"))?;
    let done = tokens.iter().skip(2).position(is_participle)? + 2;
    Some((&tokens[1..done], &tokens[done..]))
}

/// "turn X into Y" of X and "turned into Y".
fn turned(thing: &[Token], done: &[Token]) -> Option<Vec<Token>> {
    let asides = done.iter().take_while(|token| token.is_any(ASIDES)).count();
    let done = &done[asides..];
    let verb = done.first().filter(|token| is_participle(token))?;
    let somebody = thing.iter().any(|token| token.is_any("i you he she they who that"));
    let parted = thing.iter().any(|token| token.kind == Kind::Punct);
    // by whom it is done makes it work for that person
    let by = done.iter().skip(1).any(|token| token.is_any("by"));
    if thing.is_empty() || thing.len() > 9 || somebody || parted || by {
        return None;
    }
    let mut turned = vec![Token::new(verb.lemma.clone(), Kind::Word, false)];
    turned.extend_from_slice(thing);
    turned.extend_from_slice(&done[1..]);
    Some(turned)
}

fn is_participle(token: &Token) -> bool {
    let irregular = token.is_any("made sent given put set brought taken done closed");
    token.kind == Kind::Word
        && (irregular || token.low != token.lemma && token.low.ends_with("ed") && is_verb(&token.lemma))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("could this be turned into a project", "turn this into a project")]
    #[case("the fair project needs to be archived", "archive the fair project")]
    #[case("should the task please be marked as done", "mark the task as done")]
    #[case("I want the idea to become a project", "the idea should become a project")]
    #[case("have the task assigned to Ana", "assign the task to Ana")]
    #[case("the roof should be painted", "the roof should be painted")]
    #[case("the project must be archived by Tom", "the project must be archived by Tom")]
    fn the_passive_is_turned_where_the_workspace_does_it(#[case] said: &str, #[case] meant: &str) {
        assert_eq!(join(&active(tokens(said))), meant);
    }
}
