//! How people speak, where others write: sounds between the words, days of the month in words.

use crate::offline::{
    dates::month_number,
    text::{Kind, Token},
};

/// "um", "erm": sounds that stand for a thought; "ER" is none.
fn is_sound(token: &Token) -> bool {
    token.is_any("um umm uh uhh uhm erm er ehm hm hmm mhm") && token.text.ends_with(char::is_lowercase)
}

/// "to call um the radio station", "on, uh, Friday": the words without the sounds between them, and without a small word
/// that was begun twice for one.
pub(crate) fn without_sounds(tokens: Vec<Token>) -> Vec<Token> {
    if !tokens.iter().any(is_sound) {
        return tokens;
    }
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut paused = false;
    for token in tokens {
        // "ask Um Ji-won": a capital within a sentence makes a name
        let begins = kept.last().is_none_or(|before| matches!(before.kind, Kind::Punct | Kind::Break));
        if is_sound(&token) && (begins || !token.is_capitalised()) {
            paused = true;
            continue;
        }
        if paused {
            let comma = |token: &Token| token.is_mark(",") || token.is_mark("–");
            // ", uh," was no pause between two things
            if comma(&token) && kept.last().is_none_or(|before| comma(before) || before.kind == Kind::Break) {
                kept.pop_if(|before| comma(before));
                continue;
            }
            let small = token.is_any("the a an to for and in on at of with by my our is it's that's");
            if small && kept.last().is_some_and(|before| before.low == token.low) {
                kept.pop();
            }
        }
        paused = false;
        kept.push(token);
    }
    kept
}

/// "december ninth", "the twenty first of May", "by the nineteenth": a day of the month, as others write it.
pub(crate) fn with_days_in_figures(tokens: Vec<Token>) -> Vec<Token> {
    let mut written: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let Some((day, length)) = ordinal(&tokens[at..]) else {
            written.push(tokens[at].clone());
            at += 1;
            continue;
        };
        let month = |token: Option<&Token>| {
            token.is_some_and(|token| token.kind == Kind::Word && month_number(&token.low).is_some())
        };
        let behind = tokens.get(at + length);
        let of = behind.is_some_and(|token| token.is_any("of"));
        let of_month = month(behind) || of && month(tokens.get(at + length + 1));
        let the = written.last().is_some_and(|token| token.is_any("the"));
        let before = written.len().checked_sub(if the { 2 } else { 1 }).map(|before| &written[before]);
        let bare = the && day > 5 && before.is_some_and(|token| token.is_any("on by due until till before from"));
        if of_month || month(before) || bare {
            let ending = match day {
                1 | 21 | 31 => "st",
                2 | 22 => "nd",
                3 | 23 => "rd",
                _ => "th",
            };
            written.push(Token::new(format!("{day}{ending}"), Kind::Number, tokens[at].glued));
        } else {
            written.extend_from_slice(&tokens[at..at + length]);
        }
        at += length;
    }
    written
}

/// "ninth", "twenty-first", "twenty first": which it is, and how many tokens it has.
fn ordinal(tokens: &[Token]) -> Option<(usize, usize)> {
    const ORDINALS: [&str; 19] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
    ];
    let first = tokens.first().filter(|token| token.kind == Kind::Word)?;
    let one = |low: &str| ORDINALS.iter().position(|word| *word == low).map(|at| at + 1);
    match first.low.as_str() {
        "twentieth" => return Some((20, 1)),
        "thirtieth" => return Some((30, 1)),
        _ => {}
    }
    let tens = |low: &str| match low {
        "twenty" => Some(20),
        "thirty" => Some(30),
        _ => None,
    };
    let whole = |tens: usize, one: usize| Some(tens + one).filter(|day| one < 10 && *day <= 31);
    if let Some((ten, rest)) = first.low.split_once('-') {
        return Some((whole(tens(ten)?, one(rest)?)?, 1));
    }
    if let Some(ten) = tens(&first.low) {
        return Some((whole(ten, one(&tokens.get(1)?.low)?)?, 2));
    }
    Some((one(&first.low)?, 1))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("call the um the lighthouse keeper", "call the lighthouse keeper")]
    #[case("move it to, uh, Friday and tell er Ana", "move it to Friday and tell Ana")]
    #[case("Um, add a task to uh to paint", "add a task to paint")]
    #[case("call the ER about it", "call the ER about it")]
    #[case("ask Um Ji-won for it", "ask Um Ji-won for it")]
    #[case("that that is, is", "that that is, is")]
    fn sounds_of_speaking_fall_away(#[case] said: &str, #[case] meant: &str) {
        assert_eq!(join(&without_sounds(tokens(said))), meant);
    }

    #[rstest]
    #[case("due december ninth", "due december 9th")]
    #[case("on the twenty first of May", "on the 21st of May")]
    #[case("by the nineteenth, please", "by the 19th, please")]
    #[case("June thirtieth and July twenty-second", "June 30th and July 22nd")]
    #[case("the first task and the second one", "the first task and the second one")]
    #[case("twenty chairs", "twenty chairs")]
    fn days_in_words_are_written_in_figures(#[case] said: &str, #[case] meant: &str) {
        assert_eq!(join(&with_days_in_figures(tokens(said))), meant);
    }
}
