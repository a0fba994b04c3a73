//! "The tap by plot nine is burst, and it'll need to be sorted": what "it" and "them" stand for in what a letter tells.

use crate::offline::text::{Kind, Token, is_determiner};

/// Whether a word stands for a thing told before: "it", "it'll", "them".
pub(super) fn points(token: &Token) -> bool {
    token.is_any("it them they it'll they'll it's")
}

/// The words of a wish, with the thing they point to in place of the pronoun; `told` stands before them.
pub(super) fn named(title: Vec<Token>, told: &[Token]) -> Vec<Token> {
    let Some(at) = title.iter().position(points) else { return title };
    let plural = title[at].is_any("them they they'll");
    let Some(thing) = last_thing(told, plural) else { return title };
    let mut named = title[..at].to_vec();
    named.extend(thing);
    named.extend_from_slice(&title[at + 1..]);
    named
}

/// How far back a thing may be told, in tokens.
const REACH: usize = 60;

/// The last thing that a clause is about: "the tap is burst", "he fears that the speakers will crackle", "they complained
/// about the wax on the parquet".
fn last_thing(told: &[Token], plural: bool) -> Option<Vec<Token>> {
    let from = told.len().saturating_sub(REACH);
    let told = &told[from..];
    (1..told.len())
        .rev()
        .find_map(|at| subject(told, at).or_else(|| spoken_about(told, at)).filter(|thing| fits(thing, plural)))
}

fn fits(thing: &[Token], plural: bool) -> bool {
    let head = thing.iter().take_while(|token| !token.is_any("of by in on at from with for to near beside")).last();
    let several = head.is_some_and(|token| token.low.ends_with('s') && !token.low.ends_with("ss"));
    several == plural && thing.len() <= 9
}

fn ends(token: &Token) -> bool {
    matches!(token.kind, Kind::Punct | Kind::Break | Kind::Date(_))
}

/// "the tap by plot nine | is burst".
fn subject(told: &[Token], verb: usize) -> Option<Vec<Token>> {
    if !told[verb].is_any("is are was were has have will won't keeps keep needs need isn't aren't doesn't don't") {
        return None;
    }
    let first = told[..verb]
        .iter()
        .rposition(|token| {
            ends(token)
                || token
                    .is_any("that and but so because as since if say says said fears fear thinks think saying worried")
        })
        .map_or(0, |at| at + 1);
    let thing = &told[first..verb];
    thing.first().filter(|token| is_determiner(&token.low) && !token.is_any("that this")).map(|_| thing.to_vec())
}

/// "complained about | the wax on the parquet".
fn spoken_about(told: &[Token], at: usize) -> Option<Vec<Token>> {
    if !told[at - 1].is_any("about of with over") || !told[at].is_any("the a an our my your his her their") {
        return None;
    }
    let talks = told[..at - 1].last().is_some_and(|token| {
        token.is_any("complained complain complains asked ask asks worried fuss fussed moaned moans wrote called rang phoned talked spoke trouble problem problems")
    });
    let thing: Vec<Token> =
        told[at..].iter().take_while(|token| !ends(token) && !token.is_any("and but so")).cloned().collect();
    talks.then_some(thing)
}
