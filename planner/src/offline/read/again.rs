//! Clauses that only make sense behind the one before: "… and on Friday to feed them", "… and Tess check the valves".

use super::polite::lead_in;
use crate::offline::text::{Kind, Token, is_verb};

/// Whether what follows goes on in the manner of the clause before, without a verb of its own that asks for anything.
pub(super) fn goes_on(before: &[Token], rest: &[Token]) -> bool {
    goes_on_with_somebody(before, rest) || goes_on_another_day(before, rest) || same_verb_again(before, rest).is_some()
}

/// Puts the words in that such a clause has in common with the one before.
pub(super) fn spell_out(before: Option<&[Token]>, tokens: &mut Vec<Token>) {
    if let Some(before) = before {
        if let Some(lead) = same_verb_again(before, tokens) {
            let mut words = vec![before[lead].clone()];
            if tokens[0].is_any("for of on") {
                words.extend(["the", "due", "date"].map(|word| Token::new(word, Kind::Word, false)));
            }
            drop(tokens.splice(..0, words));
        }
        let reminds = before.first().is_some_and(|token| token.lemma == "remind");
        if reminds
            && tokens.first().is_some_and(|token| token.is_any("to about of that"))
            && tokens.iter().any(|token| token.date().is_some())
        {
            let words = before[..before.len().min(2)].to_vec();
            drop(tokens.splice(..0, words));
        }
    }
    another_one(tokens);
}

/// "and a third one for me to …" is another one.
fn another_one(tokens: &mut Vec<Token>) {
    let article = usize::from(tokens.first().is_some_and(|token| token.is_any("a the one and")));
    let counted =
        tokens.get(article).is_some_and(|token| token.is_any("second third fourth fifth sixth last final further"));
    let one = tokens.get(article + 1).is_some_and(|token| token.is_any("one task"));
    let more = tokens.get(article + 2).is_some_and(|token| token.is_any("for to about called named"));
    if counted && one && more {
        tokens.splice(..article + 2, ["another", "one"].map(|word| Token::new(word, Kind::Word, false)));
    }
}

/// "set A's date to Friday and B's to Monday": the verb of the clause before, and what stands between it and the thing.
fn same_verb_again(before: &[Token], rest: &[Token]) -> Option<usize> {
    let lead = lead_in(before).min(before.len().saturating_sub(1));
    let moves = before.get(lead)?.is_any("set move push change shift postpone reschedule put bring extend");
    let dated = before.iter().any(|token| token.date().is_some());
    let end = rest.iter().position(|token| token.kind == Kind::Punct).unwrap_or(rest.len());
    let own = &rest[..end];
    let date = own.iter().position(|token| token.date().is_some())?;
    let introduced = own.first()?.is_any("for of on the that");
    let verbless = !own.iter().any(|token| token.is_any("is are was should must will has have be due"));
    let thing = own[..date].iter().any(|token| {
        token.kind == Kind::Quoted || token.is_any("task project") || token.is_capitalised() || token.low == "'s"
    });
    (moves && dated && introduced && verbless && thing && date + 1 == own.len()).then_some(lead)
}

/// "have Ravi test the pump and Tess check the valves": the same for somebody else.
fn goes_on_with_somebody(before: &[Token], rest: &[Token]) -> bool {
    let lead = lead_in(before).min(before.len().saturating_sub(1));
    let delegates = before.get(lead).is_some_and(|token| token.is_any("have get let"))
        && before.get(lead + 1).is_some_and(Token::is_capitalised);
    let name = rest.iter().take_while(|token| token.is_capitalised()).count();
    delegates && name > 0 && rest.get(name).is_some_and(|token| is_verb(&token.low) || token.is_any("to"))
}

/// "remind me on Monday to water them and on Friday to feed them": once more on another day.
fn goes_on_another_day(before: &[Token], rest: &[Token]) -> bool {
    let lead = lead_in(before).min(before.len().saturating_sub(1));
    let reminds = before.get(lead).is_some_and(|token| token.lemma == "remind")
        && before.iter().any(|token| token.date().is_some());
    reminds && rest.len() > 2 && rest[0].date().is_some() && rest[1].is_any("to about of that")
}
