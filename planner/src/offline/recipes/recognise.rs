//! Whether a clause asks for an undertaking that a recipe knows.

use std::sync::Arc;

use super::{Recipe, Recipes, UNDERTAKING};
use crate::offline::{
    read::nouns::Noun,
    rows::stem,
    text::{Kind, Token, from_gerund, is_determiner, is_function_word, is_preposition, is_verb, listed},
};

/// Verbs by which any undertaking can be asked for.
const PLANS: &str = "\
    plan organise organize prepare arrange run host hold throw coordinate do set put start conduct make \
    schedule manage handle stage create outline";

/// Verbs that speak of things in the workspace or of small single acts: what follows is no undertaking.
const OTHER_BUSINESS: &str = "\
    remind archive rename retitle link connect note jot message email mail tell notify inform assign \
    reassign mark complete finish close tick push move postpone reschedule shift delay add give hand \
    invite ask text cancel pause resume change update capture record wait follow say text thank congratulate wish reply link share introduce reopen delegate";

/// The recipe that fits a clause best, if one fits. `alone` says that no other thing to do stands beside it.
pub(crate) fn recognise<'r>(recipes: &'r Recipes, tokens: &[Token], alone: bool) -> Option<&'r Arc<Recipe>> {
    let active = if alone { in_active_voice(tokens) } else { None };
    active.and_then(|active| as_it_stands(recipes, &active, alone)).or_else(|| as_it_stands(recipes, tokens, alone))
}

fn as_it_stands<'r>(recipes: &'r Recipes, tokens: &[Token], alone: bool) -> Option<&'r Arc<Recipe>> {
    let first = tokens.first()?;
    let quoted_first = first.kind == Kind::Quoted;
    let tells = first.is_any(
        "it it's its this that that's these those he she he's she's his her they they're their there there's both",
    );
    if quoted_first || tells || makes_one_thing(tokens) || only_points(tokens) {
        return None;
    }
    let scored = recipes.iter().filter(|recipe| recipe.name != UNDERTAKING).filter_map(|recipe| {
        // "close the books" is one all the same: the recipe itself begins with that verb
        let own_verb = || {
            recipe.recognise.verbs.contains(&first.low)
                || recipe.recognise.phrases.iter().any(|phrase| {
                    phrase.split(' ').next() == Some(first.low.as_str()) && find(tokens, phrase) == Some(0)
                })
        };
        if first.is_any(OTHER_BUSINESS) && !own_verb() {
            return None;
        }
        let score = score(recipe, tokens, alone)?;
        Some((score, recipe))
    });
    // of equals the first counts
    scored
        .fold(None, |best: Option<(usize, &Arc<Recipe>)>, found| match best {
            Some(best) if best.0 >= found.0 => Some(best),
            _ => Some(found),
        })
        .map(|(_, recipe)| recipe)
}

/// "move that one", "push it to next week": what it is about is not said, so no recipe can know it.
fn only_points(tokens: &[Token]) -> bool {
    let points = tokens.get(1).is_some_and(|token| token.is_any("it that this them those these"));
    let ends = tokens.get(2).is_none_or(|token| {
        token.is_any("one ones two") || token.kind == Kind::Punct || token.is_temporal() || is_preposition(&token.low)
    });
    let one = tokens.get(1).is_some_and(|token| token.is_any("the"))
        && tokens.get(2).is_some_and(|token| token.is_any("one other others thing"));
    tokens.first().is_some_and(|first| first.is_any("move push shift transfer relocate")) && (points && ends || one)
}

/// "the report has to be handed in by Friday", "get version 3 released", "the party needs organising": the same with the
/// verb first. Nothing when it is not told in such a way, or when the words tell who does it.
pub(super) fn in_active_voice(tokens: &[Token]) -> Option<Vec<Token>> {
    let first = tokens.first()?;
    let causative = first.is_any("get have");
    let done = |token: &Token| {
        token.kind == Kind::Word
            && (token.is_any("done made written sent put held run")
                || token.low != token.lemma && token.low.ends_with("ed") && is_verb(&token.lemma))
    };
    let wanted = |token: &Token| {
        from_gerund(&token.low).filter(|base| listed(base, "organise organize plan prepare arrange write finish"))
    };
    let (subject, at, verb) = if causative {
        let at = tokens.iter().skip(2).position(done)? + 2;
        (1..at, at, tokens[at].lemma.clone())
    } else {
        let modal = tokens
            .iter()
            .position(|token| token.is_any("needs need has have must should shall requires wants is are"))?;
        let at =
            modal + 1 + tokens[modal + 1..].iter().take_while(|token| token.is_any("to be now also still")).count();
        let token = tokens.get(at)?;
        let passive = at > modal + 1 && done(token) && tokens[modal + 1..at].iter().any(|token| token.low == "be");
        let verb = if passive {
            token.lemma.clone()
        } else {
            wanted(token).filter(|_| tokens[modal].is_any("needs need requires wants"))?
        };
        (0..modal, at, verb)
    };
    let plain = |token: &Token| {
        token.kind != Kind::Punct
            && !token.is_any("i we you he she they it who that this which and nothing nobody everything something")
    };
    let by_whom = tokens[at..].windows(2).any(|pair| pair[0].is_any("by") && pair[1].is_capitalised());
    if subject.is_empty() || subject.len() > 12 || by_whom || !tokens[subject.clone()].iter().all(plain) {
        return None;
    }
    let mut active = vec![Token::new(verb, Kind::Word, false)];
    active.extend(tokens[subject].iter().enumerate().map(|(at, token)| {
        let article = at == 0 && is_determiner(&token.low);
        if article { Token::new(token.low.clone(), Kind::Word, token.glued) } else { token.clone() }
    }));
    active.extend(tokens[at + 1..].iter().cloned());
    Some(active)
}

/// "create a task to plan the party", "remind me to …": one thing, not an undertaking.
fn makes_one_thing(tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let head = tokens.iter().take(7).take_while(|token| !is_preposition(&token.low) && token.kind != Kind::Punct);
    let small = head.clone().any(|token| {
        token.kind == Kind::Word
            && matches!(
                Noun::of(&token.low),
                Some(
                    Noun::Task
                        | Noun::Reminder
                        | Noun::Note
                        | Noun::Idea
                        | Noun::Milestone
                        | Noun::Person
                        | Noun::Message
                        | Noun::Link
                )
            )
    });
    let project = head.clone().any(|token| token.is_any("project projects"));
    small && !project && !first.is_any("plan organise organize")
        || head.clone().any(|token| token.is_any("task tasks to-do reminder"))
}

fn score(recipe: &Recipe, tokens: &[Token], alone: bool) -> Option<usize> {
    let known = &recipe.recognise;
    if known.unless.iter().any(|phrase| find(tokens, phrase).is_some()) {
        return None;
    }
    let phrase = known
        .phrases
        .iter()
        .filter(|phrase| find(tokens, phrase).is_some())
        .map(|phrase| 20 + 4 * phrase.split_whitespace().count() + phrase.len())
        .max();
    let head = head(tokens);
    let noun = known
        .nouns
        .iter()
        .filter_map(|noun| find_noun(head, noun).map(|at| (noun, at)))
        .max_by_key(|(noun, _)| noun.len());
    let verb = verb(tokens);
    let acted_on =
        known.objects.iter().filter(|object| find_noun(head, object).is_some()).max_by_key(|object| object.len());
    let acted_on =
        acted_on.filter(|_| alone && verb.is_some_and(|verb| known.verbs.iter().any(|known| *known == verb)));
    let acted_on = acted_on.map(|object| 13 + 4 * object.split_whitespace().count() + object.len());
    let asked = noun.and_then(|(noun, _)| {
        let own = verb.is_some_and(|verb| known.verbs.iter().any(|known| *known == verb));
        let general = verb.is_some_and(|verb| listed(verb, PLANS));
        let length = 4 * noun.split_whitespace().count() + noun.len();
        if general {
            return Some(14 + length);
        }
        if own {
            // beside other things to do, "write the report" is one of them
            return alone.then_some(13 + length);
        }
        // the noun alone: "business trip to Osaka", "webinar on taxes in May"
        let names_it = verb.is_none()
            && alone
            && !(tokens.len() <= 2 && first_is_idle(tokens))
            && !tokens
                .iter()
                .take(8)
                .any(|token| token.is_any("is was are were has had will isn't must should be needs can"));
        names_it.then_some(8 + length)
    });
    phrase.into_iter().chain(asked).chain(acted_on).max()
}

/// "Enough talk", "no party": words that call for nothing.
fn first_is_idle(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|token| token.is_any("enough no much more less such what some any good nice great"))
}

/// The verb that a clause begins with; `set` for "set up".
fn verb(tokens: &[Token]) -> Option<&str> {
    let first = tokens.first()?;
    let next = tokens.get(1)?;
    // "trip to Osaka", "release 2.0", "report on bees": nouns that are verbs elsewhere
    let noun_like = is_preposition(&next.low)
        && !first.is_any("prepare put set go get look sort hire ship take carry plan onboard bring move");
    let particle = match first.low.as_str() {
        "put" => Some("on together"),
        "get" if tokens.iter().take(5).any(|token| token.is_any("ready")) => return Some("prepare"),
        "set" | "get" => Some("up"),
        _ => None,
    };
    if particle.is_some_and(|particles| !next.is_any(particles)) {
        return None;
    }
    let statement = first
        .is_any("we're i'm we i")
        .then(|| {
            tokens
                .iter()
                .skip(1)
                .find(|token| token.lemma != token.low || is_verb(&token.low))
                .map(|token| token.lemma.as_str())
        })
        .flatten();
    if statement.is_some() {
        return statement;
    }
    if first.kind == Kind::Word && first.low.ends_with("ing") && is_verb(&first.lemma) && !is_preposition(&next.low) {
        return Some(&first.lemma);
    }
    (first.kind == Kind::Word && is_verb(&first.low) && !noun_like).then_some(first.low.as_str())
}

/// What the clause is about: up to the first preposition, or on when that only says "everything for".
pub(super) fn head(tokens: &[Token]) -> &[Token] {
    let mut from = 0;
    let skip = tokens
        .iter()
        .take_while(|token| {
            token.is_any("we're i'm we i are am put set get sort carry take bring on up out together ready for everything all the preparations logistics to need have going")
        })
        .count();
    from += skip.min(tokens.len());
    let begins = from;
    let end = tokens[begins..]
        .iter()
        .enumerate()
        .position(|(at, token)| {
            let parts = is_preposition(&token.low) && token.low != "of"
                || matches!(token.kind, Kind::Punct | Kind::Date(_))
                || token.is_any("that which who because so");
            let generic = tokens[begins..begins + at].iter().all(|token| {
                is_function_word(&token.low)
                    || is_determiner(&token.low)
                    || token
                        .is_any("everything things preparations logistics all details arrangements organisation work")
                    || is_verb(&token.low)
            });
            parts && !generic
        })
        .map_or(tokens.len(), |found| begins + found);
    &tokens[..end]
}

/// Where a phrase stands: word by word, endings aside; `...` skips up to eight words.
pub(super) fn find(tokens: &[Token], phrase: &str) -> Option<usize> {
    let wanted: Vec<&str> = phrase.split_whitespace().collect();
    if wanted.is_empty() {
        return None;
    }
    (0..tokens.len()).find(|at| matches(&tokens[*at..], &wanted))
}

fn matches(tokens: &[Token], wanted: &[&str]) -> bool {
    match wanted {
        [] => true,
        ["...", rest @ ..] => (0..=tokens.len().min(8)).any(|skip| matches(&tokens[skip..], rest)),
        [first, rest @ ..] => tokens.first().is_some_and(|token| same(token, first)) && matches(&tokens[1..], rest),
    }
}

/// Where a noun stands: one or many, but not a verb that looks like it.
pub(super) fn find_noun(tokens: &[Token], phrase: &str) -> Option<usize> {
    let wanted: Vec<&str> = phrase.split_whitespace().collect();
    if wanted.is_empty() || tokens.len() < wanted.len() {
        return None;
    }
    let fits = |token: &Token, word: &str| {
        matches!(token.kind, Kind::Word | Kind::Number)
            && (token.low == word
                || token.low.strip_suffix('s') == Some(word)
                || token.low.strip_suffix("es") == Some(word)
                || word.strip_suffix('y').is_some_and(|stem| token.low.strip_suffix("ies") == Some(stem))
                || (word.len() >= 4 && token.low.rsplit('-').next() == Some(word)))
    };
    (0..=tokens.len() - wanted.len())
        .find(|at| wanted.iter().enumerate().all(|(ahead, word)| fits(&tokens[at + ahead], word)))
}

fn same(token: &Token, word: &str) -> bool {
    if !matches!(token.kind, Kind::Word | Kind::Number) {
        return false;
    }
    if let Some(exact) = word.strip_prefix('=') {
        return token.low == exact;
    }
    let alike = token.low.as_bytes().first() == word.as_bytes().first();
    token.low == word
        || token.lemma == word
        || (alike && word.len() >= 4 && stem(&token.low) == stem(word))
        || token.low.contains('-') && token.low.split('-').any(|part| part == word && word.len() >= 4)
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
    #[case("Onboard our new baker, Ida Holm", Some("employee-onboarding"))]
    #[case("Plan the summer party on 4 June", Some("event"))]
    #[case("Organise a charity run through the old town", Some("event"))]
    #[case("Business trip to Osaka", Some("trip"))]
    #[case("Release version 2.0 of our app", Some("release"))]
    #[case("Write the annual safety report", Some("report"))]
    #[case("Hire a new pastry chef", Some("hiring"))]
    #[case("We're moving our workshop to the harbour", Some("moving"))]
    #[case("Do my weekly review", Some("weekly-review"))]
    #[case("Put on a webinar about bees", Some("webinar"))]
    #[case("Month-end close for November", Some("closing-the-books"))]
    #[case("Post-mortem for the outage last week", Some("post-mortem"))]
    #[case("Onboard our new client Baltic Timber", Some("customer-onboarding"))]
    #[case("The quarterly safety report must be handed in by 3 March", Some("report"))]
    #[case("Get version 6 of the tide app released", Some("release"))]
    #[case("A summer party in the yard on 9 May needs organising", Some("event"))]
    #[case("Move that one to next week", None)]
    #[case("Move it to the other one", None)]
    #[case("create a task to plan the party", None)]
    #[case("mark the trip report as done", None)]
    #[case("prepare the slides for the webinar", None)]
    #[case("order gravel", None)]
    fn undertakings_are_known_by_their_words(#[case] text: &str, #[case] wanted: Option<&str>) {
        let tokens = mark(&tokens(text), Calendar { today: "2026-11-23".parse().unwrap() });
        assert_eq!(recognise(Recipes::builtin(), &tokens, true).map(|recipe| recipe.name.as_str()), wanted);
    }
}
