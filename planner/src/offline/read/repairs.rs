//! Corrections: "on Friday, no wait, Monday at 11", "to Tom, I mean Tim". What was said first does not count.
//!
//! A correction is a mark of repair between two expressions of one sort: two dates, two lengths of time, two names. The
//! second takes the place of the first; what it leaves unsaid, such as the time of day, stays as it was.

use std::{ops::Range, sync::LazyLock};

use crate::offline::{
    dates::{Moment, Role, When},
    text::{Kind, Phrases, Token, is_function_word},
};

/// Words that take back what was said before them.
static MARKS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "no|nope|oh|ah|oops|er|um ,? wait|sorry|hang|hold|rather? on? ,?",
        "wait|hang on ,? no|make|actually|sorry? that|it? ,?",
        "sorry|oh|ah|oops|hm|hmm ,? no|nope ,? make|i|we? mean|that|it? ,?",
        "wait ,? no|make|actually|sorry? that|it? ,?",
        "sorry|pardon|apologies ,|:|–? i? meant|mean|make? that|it? ,?",
        "i|we mean|meant ,|to? say? ,?",
        "i should have said ,?",
        "or rather|better ,?",
        "make|let's make that|it ,?",
        "correction ,|:?",
        "scratch|strike|forget that ,|:|–? make? it? ,?",
        "actually|rather|better ,? make? that|it? ,?",
        "no|nope|oh ,? make|change that|it|this to? ,?",
        "no|nope|oh|actually ,? wait|sorry|actually? ,? call|name it|that|this ,?",
    ])
});

/// Words behind a correction that say what stays as it was.
static STAYS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        ",|(|–? at|in|with|and? the? same time|hour|place|length|day",
        ",|(|–? everything|all|rest else? stays|remains the same",
    ])
});

/// How far back the expression that is taken back may stand, in tokens.
const REACH: usize = 8;

/// The sort of an expression that can be corrected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Date,
    Span,
    Number,
    Quoted,
    Name,
}

fn sort_of(token: &Token) -> Option<Sort> {
    match token.kind {
        Kind::Date(_) => Some(Sort::Date),
        Kind::Span(_) => Some(Sort::Span),
        Kind::Number => Some(Sort::Number),
        Kind::Quoted => Some(Sort::Quoted),
        Kind::Word if token.is_capitalised() && !is_function_word(&token.low) => Some(Sort::Name),
        Kind::Word | Kind::Email | Kind::Url | Kind::Punct | Kind::Break => None,
    }
}

/// Puts what was corrected in the place of what it corrects.
pub(crate) fn repaired(tokens: &[Token]) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let Some(Repair { from, new, length }) = repair(&kept, &tokens[at..]) else {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        };
        replace(&mut kept, from, &tokens[at + new.start..at + new.end]);
        at += length;
    }
    kept
}

/// A correction: where what is taken back begins, what is said instead, and how many tokens all of it has.
struct Repair {
    from: usize,
    new: Range<usize>,
    length: usize,
}

fn repair(before: &[Token], rest: &[Token]) -> Option<Repair> {
    let first = rest.first()?;
    if let Some(repair) = with_a_reason(before, rest) {
        return Some(repair);
    }
    // "on the 16th instead of the 9th": the first counts
    if let [instead, of, old, ..] = rest
        && instead.is_any("instead")
        && of.is_any("of")
        && let (Some(before), Some(sort)) = (before.last(), sort_of(old))
        && sort_of(before) == Some(sort)
        && sort == Sort::Date
    {
        return Some(Repair { from: usize::MAX, new: 0..0, length: 3 });
    }
    let opened = first.kind == Kind::Punct && matches!(first.text.as_str(), "," | "–" | "-" | "(" | ";" | "." | "…");
    let lead = rest.iter().take_while(|token| token.kind == Kind::Punct).count();
    let marked = &rest[lead..];
    let mark = Some(MARKS.longest(marked)).filter(|mark| *mark > 0)?;
    // without a mark of punctuation only words that say nothing else correct
    if !opened && !marked[0].is_any("i we or scratch strike") {
        return None;
    }
    let preposition = usize::from(marked.get(mark).is_some_and(|token| token.is_any("to for with on by at in")));
    let begin = lead + mark + preposition;
    let sort = sort_of(rest.get(begin)?)?;
    let end = begin + rest[begin..].iter().take_while(|token| sort_of(token) == Some(sort)).count();
    let last = before.iter().rposition(|token| sort_of(token) == Some(sort))?;
    let near = before.len() - last <= if sort == Sort::Date { REACH } else { 1 };
    let in_sentence = !before[last..].iter().any(|token| token.kind == Kind::Break || token.is_mark("."));
    let from = last + 1 - before[..=last].iter().rev().take_while(|token| sort_of(token) == Some(sort)).count();
    let told = end;
    let end = if sort == Sort::Date { end + STAYS.longest(&rest[end..]) } else { end };
    let closing = usize::from(rest.get(end).is_some_and(|token| token.is_mark(")")));
    // "the visit on the 10th, make it due on the 8th" tells of two dates
    let alike = match (before[last].date(), rest[begin].date()) {
        (Some(old), Some(new)) => new.role == Role::On || new.role == old.role,
        _ => true,
    };
    (near && in_sentence && alike).then_some(Repair { from, new: begin..told, length: end + closing })
}

/// How many tokens the reason for a correction may have.
const REASON: usize = 14;

/// "on the 9th (sorry, I've just looked at the letter: it's the 16th)", "for Ana, no wait, she's away, Tom": what is taken
/// back, why, and what is said instead.
fn with_a_reason(before: &[Token], rest: &[Token]) -> Option<Repair> {
    let opened =
        rest[0].kind == Kind::Punct && matches!(rest[0].text.as_str(), "," | "–" | "-" | "(" | ";" | "." | "…");
    let old = before.last().and_then(sort_of).filter(|sort| matches!(sort, Sort::Date | Sort::Name))?;
    let lead = rest.iter().take_while(|token| token.kind == Kind::Punct).count();
    if !opened
        || lead == rest.len()
        || !rest[lead].is_any("sorry no nope oh ah oops wait hang hold pardon apologies actually")
    {
        return None;
    }
    let bracket = rest[..lead].iter().any(|token| token.is_mark("("));
    let ends = |token: &Token| {
        token.kind == Kind::Break
            || token.is_mark("!")
            || token.is_mark("?")
            || token.is_mark(".")
            || token.is_mark(")")
    };
    let end = rest[lead..].iter().take(REASON + 6).position(ends).map_or(rest.len(), |end| lead + end);
    // a reason has somebody or something that it is about, and stands between marks
    let about = "she's he's it's that's they're i've i'm she he it that they i we is was";
    let marks: Vec<usize> = (lead + 1..end.min(lead + REASON)).filter(|at| rest[*at].kind == Kind::Punct).collect();
    let told = |from: usize, to: usize| rest[from..to].iter().any(|token| token.is_any(about));
    marks.iter().rev().find_map(|mark| {
        let small = "so then but and it's to for with on at by in that's make it let's say rather better";
        let begin = mark + 1 + rest[mark + 1..].iter().take_while(|token| token.is_any(small)).count();
        let sort = rest.get(begin).and_then(sort_of).filter(|sort| *sort == old)?;
        let to = begin + rest[begin..].iter().take_while(|token| sort_of(token) == Some(sort)).count();
        let reason = told(lead + 1, *mark) && begin < end;
        // one thing is said instead of the other, and no other thing of that sort
        let only = rest[lead..*mark].iter().all(|token| sort_of(token) != Some(sort) || sort == Sort::Date);
        // "she's away, Tom said" says something of Tom
        let meant = sort == Sort::Date
            || rest.get(to).is_none_or(|token| {
                matches!(token.kind, Kind::Punct | Kind::Break)
                    || token.is_temporal()
                    || token.is_any("to instead then please rather should can and for by on due")
            });
        let i_mean =
            |tokens: &[Token]| matches!(tokens, [i, mean, ..] if i.is_any("i we") && mean.is_any("mean meant"));
        let told_so = if i_mean(&rest[to..]) {
            2 + usize::from(rest.get(to + 2).is_some_and(|mark| mark.is_mark(",")))
        } else {
            0
        };
        let closing = told_so + usize::from(bracket && rest.get(to).is_some_and(|token| token.is_mark(")")));
        let alike = match (before.last().and_then(Token::date), rest[begin].date()) {
            (Some(old), Some(new)) => new.role == Role::On || new.role == old.role,
            _ => true,
        };
        let from = before.len() - before.iter().rev().take_while(|token| sort_of(token) == Some(sort)).count();
        (reason && only && meant && alike && (!bracket || closing > 0)).then_some(Repair {
            from,
            new: begin..to,
            length: to + closing,
        })
    })
}

fn replace(kept: &mut Vec<Token>, from: usize, told: &[Token]) {
    if from >= kept.len() {
        return;
    }
    let sort = sort_of(&kept[from]);
    let end = from + kept[from..].iter().take_while(|token| sort_of(token) == sort).count();
    let mut new = told.to_vec();
    if let ([old], [new]) = (&kept[from..end], new.as_mut_slice()) {
        complete(new, old);
    }
    kept.splice(from..end, new);
}

/// Gives a date what it leaves unsaid: how it is introduced, and the time of day.
fn complete(new: &mut Token, old: &Token) {
    let (Kind::Date(new), Some(old)) = (&mut new.kind, old.date()) else { return };
    if new.role == Role::On {
        new.role = old.role;
    }
    if let (When::At(told), When::At(before)) = (&new.when, &old.when) {
        new.when = When::At(Moment {
            day: told.day.or(before.day),
            until: if told.day.is_some() { told.until } else { before.until },
            time: told.time.or(before.time),
            minutes: told.minutes.or(before.minutes),
        });
    }
    if new.event.is_none() {
        new.event.clone_from(&old.event);
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::{
        dates::{Calendar, DatePhrase, mark, written},
        text::{join, tokens},
    };

    fn read(text: &str) -> Vec<Token> {
        repaired(&mark(&tokens(text), Calendar { today: "2026-11-23".parse().unwrap() }))
    }

    #[rstest]
    #[case("book it for Friday at 3pm, no wait, Monday", "2026-11-30T15:00:00")]
    #[case("move it to Tuesday, I mean Wednesday, and tell Ana", "2026-11-25")]
    #[case("on 3 December at 10, sorry, 4 December at 10", "2026-12-04T10:00:00")]
    #[case("due by Friday – or rather, Monday", "2026-11-30")]
    #[case("see her on Friday. No, wait, Monday", "2026-11-30")]
    #[case("meet Ana on Tuesday at 3pm, no, make that Thursday, same time, and tell Tom", "2026-11-26T15:00:00")]
    #[case("meet Ana on Tuesday at 3pm, oh, make it 5pm", "2026-11-24T17:00:00")]
    #[case("it has to be there before 9 May (sorry, I've looked it up: it's 16 May). Thanks", "2027-05-16")]
    #[case(
        "meet Ana on Tuesday at 3pm. No wait, she's away that day, so Thursday. It's about tea",
        "2026-11-26T15:00:00"
    )]
    #[case("remind me on Friday, no wait, Friday is a holiday, on Monday I mean, to call", "2026-11-30")]
    #[case("due on Friday, oh no, I'm in court, make it Monday", "2026-11-30")]
    fn a_second_date_takes_the_place_of_the_first(#[case] text: &str, #[case] wanted: &str) {
        let read = read(text);
        let moment = read.iter().find_map(Token::date).and_then(DatePhrase::moment).unwrap();
        assert_eq!(written(moment.day.unwrap(), moment.time), wanted, "{}", join(&read));
    }

    #[rstest]
    #[case("give it to Tom, sorry, to Tim Hale", "give it to Tim Hale")]
    #[case("rename it to 'A', or rather 'B'", "rename it to B")]
    #[case("start the project Otter, no wait, call it Heron, due Friday", "start the project Heron, due Friday")]
    #[case("I'd like Tom, no wait, he's on leave, Tim to handle it", "I'd like Tim to handle it")]
    #[case("a task for Tom, sorry, he is ill, Ana said so", "a task for Tom, sorry, he is ill, Ana said so")]
    #[case("sorry, Tom is ill", "sorry, Tom is ill")]
    #[case("call Tom, no hurry", "call Tom, no hurry")]
    fn a_name_takes_the_place_of_a_name(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(join(&read(text)).replace(['“', '”'], ""), wanted);
    }
}
