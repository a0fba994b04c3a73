//! Clauses that only make sense behind the one before: "… and on Friday to feed them", "… and Tess check the valves".

use super::{nouns::Noun, polite::lead_in};
use crate::offline::text::{Kind, Token, is_determiner, is_verb};

/// Whether what follows goes on in the manner of the clause before, without a verb of its own that asks for anything.
pub(super) fn goes_on(before: &[Token], rest: &[Token]) -> bool {
    goes_on_with_somebody(before, rest)
        || goes_on_another_day(before, rest)
        || same_verb_again(before, rest).is_some()
        || is_entry(before, rest)
        || of_same_subject(before, rest).is_some()
        || of_same_verb(before, rest).is_some()
}

/// Whether what follows is an entry of what a clause announces: "two notes: on A that …, and on B that …".
pub(super) fn is_entry(announced: &[Token], rest: &[Token]) -> bool {
    entry_of(announced, rest).is_some()
}

/// Puts the words in that such a clause has in common with the one before.
pub(super) fn spell_out(before: Option<&[Token]>, tokens: &mut Vec<Token>) {
    if let Some(words) = before.and_then(|before| entry_of(before, tokens)) {
        drop(tokens.splice(..0, words));
    }
    if let Some(before) = before {
        if let Some(subject) = of_same_subject(before, tokens) {
            drop(tokens.splice(..0, subject));
        } else if let Some((name, verb)) = of_same_verb(before, tokens) {
            drop(tokens.splice(name..name, verb));
        }
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

/// "two notes: on A that …, and on B that …": each entry is a note of its own. The words that it leaves out.
fn entry_of(before: &[Token], rest: &[Token]) -> Option<Vec<Token>> {
    let (noun, words, told) = before.iter().take(8).find_map(|token| match Noun::of(&token.low) {
        Some(Noun::Note) => Some((token, "add a note", "on about to for in")),
        Some(Noun::Message) => Some((token, "send a message", "to")),
        Some(Noun::Reminder) => Some((token, "set a reminder", "on about for to in at")),
        _ => None,
    })?;
    let many = Noun::is_plural(&noun.low) || before.first().is_some_and(|first| first.is_any("add send set"));
    let near = &rest[..rest.len().min(9)];
    let end = near.iter().position(|token| token.is_mark(",") || token.is_mark(";")).unwrap_or(near.len());
    let dated = rest.first().is_some_and(|token| token.date().is_some()) && noun.low.starts_with("reminder");
    let introduced = rest.first().is_some_and(|token| token.is_any(told));
    let says = near[..end]
        .iter()
        .skip(1)
        .any(|token| token.is_any("that saying about whether") || token.is_mark(":") || dated && token.is_any("to"));
    (many && (introduced || dated) && says)
        .then(|| words.split(' ').map(|word| Token::new(word, Kind::Word, false)).collect())
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

const FINITE: &str = "is are goes go should must has have needs need will can shall gets belongs moves stays";

/// Where the verb of a statement stands: "'Paint the hallway' goes …". Nothing when it begins like an imperative.
fn verb_of_statement(tokens: &[Token]) -> Option<usize> {
    let first = tokens.first()?;
    let named = first.kind == Kind::Quoted
        || first.is_capitalised() && !is_verb(&first.low)
        || is_determiner(&first.low) && first.low != "that";
    let verb = tokens.iter().take(8).position(|token| token.is_any(FINITE)).filter(|verb| *verb > 0)?;
    let whole = tokens[..verb].iter().all(|token| token.kind != Kind::Punct);
    (named && whole).then_some(verb)
}

/// "'Paint the hallway' goes to Ana and is due on Friday": the subject, which the second verb shares.
fn of_same_subject(before: &[Token], rest: &[Token]) -> Option<Vec<Token>> {
    let verb = verb_of_statement(before)?;
    let and = usize::from(rest.first().is_some_and(|token| token.is_any("also now")));
    let next = rest.get(and)?;
    if rest.len() < and + 2 {
        return None;
    }
    let modal = before[verb].is_any("should must will can shall needs need has have");
    match next.low.as_str() {
        "be" if modal => Some(before[..=verb].to_vec()),
        _ if next.is_any(FINITE) && next.kind == Kind::Word => Some(before[..verb].to_vec()),
        _ => None,
    }
}

/// "Kofi does the perches, Lina the rest": where the name ends, and the verb that is left out behind it.
fn of_same_verb(before: &[Token], rest: &[Token]) -> Option<(usize, Vec<Token>)> {
    let name = before.iter().take_while(|token| token.is_capitalised()).count();
    // "Milan will do the flyers, Ruth the posters"
    let modal = usize::from(before.get(name).is_some_and(|token| token.is_any("will can should must may could shall")));
    let verb = before.get(name + modal).filter(|verb| {
        verb.kind == Kind::Word
            && (modal > 0 && is_verb(&verb.low) || verb.low != verb.lemma && verb.low.ends_with('s'))
    })?;
    let verbs: Vec<Token> = before[name..name + modal].iter().chain([verb]).cloned().collect();
    let other = rest.iter().take_while(|token| token.is_capitalised()).count();
    let object = rest.get(other).is_some_and(|token| is_determiner(&token.low) || token.kind == Kind::Quoted);
    let end = rest.iter().position(|token| token.kind == Kind::Punct).unwrap_or(rest.len());
    let verbless = !rest[..end].iter().skip(other).any(|token| is_verb(&token.low) || token.is_any(FINITE));
    (name > 0 && name < 4 && other > 0 && object && verbless).then_some((other, verbs))
}
