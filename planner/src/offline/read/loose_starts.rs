//! Weaker starts of clauses: any imperative, a thing that is only named, a statement.

use super::{
    nouns::Noun,
    polite::lead_in,
    starts::{heading, near},
};
use crate::offline::text::{Kind, Token, is_determiner, is_function_word, is_preposition, is_verb, number_word};

/// Whether any other imperative starts here: a known verb with something behind it, or a word before an article.
pub(super) fn plain(tokens: &[Token]) -> bool {
    let tokens = &tokens[lead_in(tokens)..];
    let (Some(first), Some(second)) = (tokens.first(), tokens.get(1)) else { return false };
    if first.kind != Kind::Word || is_function_word(&first.low) && !matches!(first.low.as_str(), "have" | "do") {
        return false;
    }
    // "start 1 April", "tag travel": about what was named before
    let only_when = tokens[1..].iter().take_while(|token| token.kind != Kind::Punct).all(Token::is_temporal);
    if only_when || first.is_any("tag tags label") && !is_determiner(&second.low) {
        return false;
    }
    let object = match second.kind {
        Kind::Punct | Kind::Break => false,
        Kind::Email if first.is_any("email mail") => false,
        Kind::Word if second.is_any("of is are was were and or will has") => false,
        // "design for the roof" is a noun, "look for a van" is not
        Kind::Word if is_preposition(&second.low) => {
            matches!(
                first.low.as_str(),
                "look"
                    | "ask"
                    | "check"
                    | "search"
                    | "pay"
                    | "apply"
                    | "go"
                    | "talk"
                    | "speak"
                    | "write"
                    | "sign"
                    | "wait"
                    | "listen"
                    | "work"
                    | "head"
                    | "reply"
                    | "send"
                    | "put"
                    | "get"
                    | "set"
                    | "take"
                    | "bring"
                    | "fill"
                    | "clean"
                    | "sort"
                    | "think"
                    | "deal"
                    | "meet"
                    | "report"
                    | "come"
                    | "turn"
                    | "switch"
                    | "log"
                    | "print"
                    | "focus"
                    | "carry"
                    | "hand"
                    | "pick"
                    | "draw"
                    | "agree"
                    | "decide"
                    | "vote"
                    | "walk"
                    | "arrange"
            )
        }
        _ => true,
    };
    if !object {
        return false;
    }
    // "wants the lights tested" tells of somebody
    let third_person = first.low != first.lemma && first.low.ends_with('s');
    let before_article =
        is_determiner(&second.low) && !matches!(second.low.as_str(), "'s" | "that" | "this") && !third_person;
    let known = is_verb(&first.low);
    known
        || (before_article
            && !first.is_capitalised()
            && Noun::of(&first.low).is_none()
            && first.low.len() > 2
            && !first.low.ends_with("ing"))
}

/// Whether a thing is asked for by its name alone: "a reminder on Friday", "two tasks: …", "one for the report".
pub(super) fn named_thing(tokens: &[Token]) -> bool {
    let tokens = &tokens[lead_in(tokens)..];
    let Some(first) = tokens.first() else { return false };
    if heading(tokens) {
        return true;
    }
    // "a word to Ana"
    if first.is_any("a another")
        && tokens.get(1).is_some_and(|token| token.is_any("word"))
        && tokens.get(2).is_some_and(|token| token.is_any("to with"))
    {
        return true;
    }
    if first.is_any("reminder reminders")
        && tokens.get(1).is_some_and(|token| token.date().is_some() || token.is_any("on for to about in at the that"))
    {
        return true;
    }
    let nth =
        tokens.iter().skip(1).take(1).any(|token| token.is_any("second third fourth fifth sixth last final further"));
    if nth
        && first.is_any("a the one")
        && tokens.get(2).is_some_and(|token| token.is_any("one task"))
        && tokens.get(3).is_some_and(|token| token.is_any("for to about called named"))
    {
        return true;
    }
    let titled = tokens.get(1).is_some_and(|token| token.kind == Kind::Quoted || token.is_any("called named"));
    if titled && matches!(Noun::of(&first.low), Some(Noun::Task | Noun::Project | Noun::Idea)) {
        return true;
    }
    let counted = matches!(first.low.as_str(), "a" | "an" | "another" | "one" | "new")
        || number_word(&first.low).is_some() && first.kind == Kind::Word;
    if !counted {
        return false;
    }
    let more = tokens.iter().skip(1).find(|token| !token.is_any("one task more"));
    if first.is_any("another one") && more.is_some_and(|token| token.is_any("for to about called named on due")) {
        return true;
    }
    let phrase = tokens[1..]
        .iter()
        .take(5)
        .take_while(|token| !matches!(token.kind, Kind::Punct | Kind::Break) && !is_preposition(&token.low));
    let link = phrase.clone().count();
    phrase.clone().any(|token| {
        token.kind == Kind::Word
            && Noun::of(&token.low).is_some_and(|noun| {
                noun != Noun::Link || tokens.get(link + 1).is_some_and(|next| next.is_any("to with between from"))
            })
    })
}

/// Whether a statement starts here: "he works there now", "Chidi is our contact".
pub(super) fn statement(tokens: &[Token]) -> bool {
    let skip = tokens.iter().take_while(|token| token.is_any("and but so because")).count();
    let tokens = &tokens[skip..];
    let Some(first) = tokens.first() else { return false };
    if first.kind == Kind::Quoted {
        return tokens.get(1).is_some_and(|token| is_verb_form(token) || token.is_any("goes stays gets can"));
    }
    let pronoun = first.is_any("he she it they we i he's she's it's they're we're i'm there's that's this that you");
    if first.low.contains('\'') && pronoun {
        return true;
    }
    let others = tokens.get(1).is_some_and(|token| token.is_any("others other rest second third last remaining"))
        && near(tokens).iter().any(|token| token.date().is_some());
    if first.is_any("the") && others {
        return true;
    }
    let determined = is_determiner(&first.low) && !first.is_any("that this");
    let name = tokens
        .iter()
        .skip(usize::from(determined))
        .take(4)
        .take_while(|token| token.is_capitalised() || (determined && !is_verb_form(token)))
        .count()
        + usize::from(determined);
    let verb_at = if pronoun { 1 } else { name };
    let adverbs = tokens
        .get(verb_at..)
        .unwrap_or_default()
        .iter()
        .take_while(|token| token.is_any("now also just currently already still then really never always"))
        .count();
    let verb_at = verb_at + if verb_at > 0 { adverbs } else { 0 };
    verb_at > 0 && tokens.get(verb_at).is_some_and(is_verb_form)
}

pub(super) fn is_verb_form(token: &Token) -> bool {
    token.is_any("is are was were has have had will would should can could must may might needs wants works said says called fixed did does do likes asked owes hasn't isn't won't can't left joined moved told knows thinks starts begins goes comes takes runs owns moves works gets leads wrote sent promised waits depends") || (token.kind == Kind::Word && token.low != token.lemma && token.low.ends_with("ed"))
}
