//! Which clauses make tasks, and which of their words say so.

use crate::offline::{
    read::nouns::Noun,
    slots::patterns,
    text::{Kind as TokenKind, Token, is_determiner, number_word},
};

const MAKES: &str = "\
    prepare stick pop throw chuck create add make set open start new get need have put give draw define raise log file a an another \
    one two three write record enter the plus with drop register place";

pub(super) const ADMIN: &str = "admin administrative housekeeping paperwork organisational administration clerical";

/// Where the noun stands, when the clause makes tasks.
pub(super) fn task_noun(tokens: &[Token]) -> Option<usize> {
    let first = tokens.first().filter(|token| token.kind != TokenKind::Quoted)?;
    let is_task = |token: &Token| token.kind == TokenKind::Word && Noun::of(&token.low) == Some(Noun::Task);
    let heading = crate::offline::read::bare_list(tokens)
        || is_task(first)
            && tokens.get(1).is_some_and(|token| {
                token.is_mark(":")
                    || token.is_any("to for called named are include")
                    || number_word(&token.low).is_some() && tokens.get(2).is_some_and(|next| next.is_mark(":"))
                    || token.kind == TokenKind::Quoted
            });
    if heading {
        return Some(0);
    }
    let one = first.is_any("one another")
        && tokens
            .iter()
            .skip(1)
            .find(|token| !token.is_any("one task"))
            .is_some_and(|token| token.is_any("for to about called named on that due"));
    if one {
        return Some(0);
    }
    let verb = first.is_any(MAKES) || number_word(&first.low).is_some() || is_task(first) || first.is_any(ADMIN);
    if !verb {
        return None;
    }
    let at = tokens.iter().take(10).position(|token| {
        is_task(token) || (token.is_any("one ones") && tokens[0].is_any("create add make open start a"))
    })?;
    let stops = |token: &Token| {
        token.is_any("to for about on called named that with in from of and into due it")
            || token.kind == TokenKind::Quoted
            || token.is_mark(",")
    };
    let counted = |place: usize| {
        tokens[place].is_any("of")
            && place > 0
            && tokens[place - 1].is_any("couple bunch few lot list set handful series pair number")
    };
    if (1.min(at)..at).any(|place| stops(&tokens[place]) && !counted(place)) {
        return None;
    }
    // "add the task list to …", "the task is done", "add the report task to the Kestrel project"
    let existing = first.low == "the"
        || tokens.get(at + 1).is_some_and(|token| token.is_any("is are was has board"))
            && !tokens.iter().any(|token| token.is_mark(":"));
    (!existing).then_some(at)
}

pub(super) fn many(before: &[Token]) -> bool {
    before.iter().any(|token| number_word(&token.low).is_some_and(|n| n > 1) && !token.is_any("both"))
}

/// "kick-off" in "a kick-off task".
pub(super) fn title_before(tokens: &[Token]) -> Vec<Token> {
    tokens
        .iter()
        .enumerate()
        .filter(|(at, token)| {
            !((*at == 0 && token.is_any(MAKES))
                || is_determiner(&token.low)
                || number_word(&token.low).is_some()
                || token.is_any(ADMIN)
                || token.is_any("up new following separate small quick short single simple more further additional extra me us him them it down in out important urgent high-priority some usual different little own other her these those"))
        })
        .map(|(_, token)| token.clone())
        .collect()
}

patterns!(EACH:
    "to|for|in|on|into|inside|under each of? the|them|those|these? two? project|projects?",
    "to|for|in|on|into|inside|under both of? the|them? project|projects?",
    "to|for|in every|all project|projects",
);

/// Whether "to each (of them)" or "for both projects" was said; taken out.
pub(super) fn take_each(tokens: &mut Vec<Token>) -> bool {
    // "give each (of them) a task"
    if tokens.len() > 3 && tokens[0].is_any("give") && tokens[1].is_any("each both") {
        let end = 2 + tokens[2..].iter().take_while(|token| token.is_any("of them the two these projects")).count();
        tokens.drain(1..end);
        return true;
    }
    let found = EACH.iter().find_map(|pattern| pattern.find(tokens));
    match found {
        Some(found) => {
            tokens.drain(found.matched);
            true
        }
        None => false,
    }
}

/// "put that on his list": a task, of what was told before.
pub(super) fn told_on_a_list(tokens: &[Token]) -> Option<Vec<Token>> {
    if let Some(given) = told_for_somebody(tokens) {
        return Some(given);
    }
    let [verb, that, rest @ ..] = tokens else { return None };
    let particle = usize::from(rest.first().is_some_and(|token| token.is_any("down up in")));
    let on = rest.get(particle).is_some_and(|token| token.is_any("on onto to"));
    let list = on && rest.iter().take(6).any(|token| token.is_any("list plate desk to-do to-dos"));
    let as_task = rest.get(particle).is_some_and(|token| token.is_any("as into"))
        && rest.iter().skip(particle).take(4).any(|token| Noun::of(&token.low) == Some(Noun::Task));
    let words = ["create", "a", "task"].map(|word| Token::new(word, TokenKind::Word, false));
    let rest = without_as_a_task(&rest[particle..]);
    (verb.is_any("put add place note write record take log enter register save turn make get file jot")
        && that.is_any("that this it")
        && (list || as_task))
        .then(|| words.into_iter().chain(rest).collect())
}

/// "could that go to Milan, please": a task for him, of what was told before.
fn told_for_somebody(tokens: &[Token]) -> Option<Vec<Token>> {
    patterns!(GIVEN:
        "could|can|may|might|would|should|will that|this|it please|perhaps|maybe|also? go|be|land given|passed|handed|assigned|on? on|over? to|with|for {who}",
        "that|this|it could|can|may|might|would|should|must|needs please|perhaps|maybe|also|to? go|be|land given|passed|handed|assigned|on? on|over? to|with {who}",
        "~give|~pass|~hand that|this|it on|over? to {who}",
        "~let|~have {who} ~do|~handle|~sort|~fix|~see|~take|~look that|this|it|to|into|at|after|care out|of|that|this|it? that|this|it?",
    );
    let found = GIVEN.iter().find_map(|pattern| pattern.start(tokens))?;
    let from = found.range("who")?.start;
    let mut words: Vec<Token> =
        ["create", "a", "task", "for"].map(|word| Token::new(word, TokenKind::Word, false)).into();
    let end = if found.range("who")?.end == found.matched.end { tokens.len() } else { found.range("who")?.end };
    words.extend(tokens[from..end].iter().filter(|token| !token.is_any("please")).cloned());
    Some(words)
}

/// "(put it on his list) as a task" says no more than the list does.
fn without_as_a_task(tokens: &[Token]) -> Vec<Token> {
    let at = tokens.iter().position(|token| token.is_any("as into"));
    let noun = at.and_then(|at| {
        let noun = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|token| is_determiner(&token.low)));
        tokens.get(noun).filter(|token| Noun::of(&token.low) == Some(Noun::Task)).map(|_| noun)
    });
    match (at, noun) {
        (Some(at), Some(noun)) => [&tokens[..at], &tokens[noun + 1..]].concat(),
        _ => tokens.to_vec(),
    }
}
