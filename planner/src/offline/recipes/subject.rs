//! What an undertaking is called, by the words of the clause that asks for it.

use crate::offline::{
    dates::DatePhrase,
    draft::shortened,
    text::{Kind as TokenKind, Token, is_determiner, join},
    wording::{NAME_CHARS, title_of},
};

/// What the undertaking is called: the clause without the words that only ask for it.
pub(crate) fn subject(tokens: &[Token]) -> String {
    const ASKS: &str = "\
    plan organise organize prepare arrange put set do host run hold throw coordinate make start schedule \
    we're i'm manage handle conduct create get outline";
    const PARTICLES: &str = "up on together out ready for everything my going";
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        // "yesterday's outage": what is left of the date goes, too
        let possessive = token.low == "'s" && at > 0 && tokens[at - 1].date().is_some();
        if !possessive && token.date().is_none_or(is_a_whole_month) {
            kept.push(token.clone());
        }
    }
    if kept.first().is_some_and(|token| token.is_any("we i"))
        && kept.get(1).is_some_and(|token| token.is_any("had have"))
    {
        kept.drain(..2);
    }
    let verb = kept.first().is_some_and(|token| token.is_any(ASKS));
    let lead = usize::from(verb)
        + if verb { kept.iter().skip(1).take_while(|token| token.is_any(PARTICLES)).count() } else { 0 };
    let lead = lead
        + kept[lead.min(kept.len())..]
            .iter()
            .take_while(|token| is_determiner(&token.low) && !token.is_any("all every"))
            .count();
    let rest = &kept[lead.min(kept.len())..];
    let rest = if rest.is_empty() { &kept[..] } else { rest };
    // "the board report, please plan it", "the audit, get us ready": a wish of its own
    let asks_again = |at: usize| {
        let next = rest[at + 1..].iter().find(|token| !token.is_mark(","));
        rest[at].is_mark(",")
            && next
                .is_none_or(|next| next.is_any(ASKS) || next.is_any("please help can could would let's sort take out"))
    };
    let end = (0..rest.len())
        .position(|at| {
            let token = &rest[at];
            token.is_mark(";")
                || token.is_mark(":")
                || token.is_mark("(")
                || token.is_any("who which because so")
                || asks_again(at)
        })
        .filter(|end| *end > 0)
        .unwrap_or(rest.len());
    shortened(&title_of_kept(&rest[..end]), NAME_CHARS + 10)
}

/// "for November" belongs to the name of a closing; "on 4 June" does not belong to a party's.
fn is_a_whole_month(phrase: &DatePhrase) -> bool {
    phrase.moment().is_some_and(|moment| {
        moment.until.zip(moment.day).is_some_and(|(last, first)| {
            (last - first).num_days() >= 20
                || last.format("%d").to_string().parse::<u32>().is_ok_and(|day| {
                    day >= 28
                        && first.format("%m").to_string() == last.format("%m").to_string()
                        && (last - first).num_days() != 6
                })
        })
    })
}

fn title_of_kept(tokens: &[Token]) -> String {
    let plain: Vec<Token> = tokens
        .iter()
        .map(
            |token| {
                if token.date().is_some() { Token { kind: TokenKind::Word, ..token.clone() } } else { token.clone() }
            },
        )
        .collect();
    title_of(&plain)
}

/// What the undertaking is called in the middle of a sentence: "the grant proposal for the youth orchestra", "Kestrel".
pub(super) fn in_a_sentence(subject: &str, whole: &[Token]) -> String {
    let words: Vec<Token> = crate::offline::text::tokens(subject);
    let verb = words.len() > 1
        && words.first().is_some_and(|token| crate::offline::text::is_verb(&token.low))
        && !words[1].is_any("of for on in and")
        && words[1].kind != TokenKind::Punct;
    let rest = &words[usize::from(verb)..];
    let article = rest.first().is_some_and(|token| is_determiner(&token.low));
    let rest = &rest[usize::from(article && rest.len() > 1)..];
    let text = join(rest);
    let Some(first) = rest.first() else { return subject.to_owned() };
    // a name keeps its capital and has no article
    let small =
        whole.iter().any(|token| token.low == first.low && token.kind == TokenKind::Word && !token.is_capitalised())
            || verb;
    if !small || first.kind == TokenKind::Quoted {
        return text;
    }
    let mut chars = text.chars();
    let lower: String = chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default();
    let many = first.is_any("two three four five six several some many") || first.kind == TokenKind::Number;
    if many { lower } else { format!("the {lower}") }
}
