//! Sentences, without greetings and signatures; lists under a heading become one sentence.

use crate::offline::text::{Kind, Token};

/// A sentence of the request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sentence {
    pub(crate) tokens: Vec<Token>,
    /// Whether it ends in a question mark.
    pub(crate) is_question: bool,
}

/// Splits a request into sentences.
pub(crate) fn sentences(tokens: &[Token]) -> Vec<Sentence> {
    let tokens = lists_in_line(tokens);
    let mut sentences: Vec<Sentence> = Vec::new();
    let mut current = Sentence::default();
    for (at, token) in tokens.iter().enumerate() {
        let ends = match token.kind {
            Kind::Punct if matches!(token.text.as_str(), "." | "!" | "?") => {
                current.is_question = token.text == "?";
                true
            }
            Kind::Break => !is_wrapped(&tokens, at),
            _ => false,
        };
        if ends {
            finish(&mut sentences, &mut current);
        } else if token.kind != Kind::Break {
            current.tokens.push(token.clone());
        }
    }
    finish(&mut sentences, &mut current);
    without_frame(sentences)
}

fn finish(sentences: &mut Vec<Sentence>, current: &mut Sentence) {
    let mut sentence = std::mem::take(current);
    while sentence
        .tokens
        .last()
        .is_some_and(|token| token.kind == Kind::Punct && !matches!(token.text.as_str(), ")" | "]" | ":"))
    {
        sentence.tokens.pop();
    }
    let lead = sentence
        .tokens
        .iter()
        .take_while(|token| token.kind == Kind::Punct && !matches!(token.text.as_str(), "(" | "["))
        .count();
    sentence.tokens.drain(..lead);
    if !sentence.tokens.is_empty() {
        sentences.push(sentence);
    }
}

/// A line end inside a sentence, as mail programs put them.
fn is_wrapped(tokens: &[Token], at: usize) -> bool {
    let line_start = tokens[..at].iter().rposition(|token| token.kind == Kind::Break).map_or(0, |found| found + 1);
    let length: usize = tokens[line_start..at].iter().map(|token| token.text.len() + 1).sum();
    let goes_on = tokens.get(at + 1).is_some_and(|token| token.kind == Kind::Word && !token.is_capitalised());
    goes_on && length >= 40 && !tokens[..at].last().is_some_and(|token| token.is_mark(":"))
}

/// "Tasks:" and a line for each becomes "Tasks: one, two".
fn lists_in_line(tokens: &[Token]) -> Vec<Token> {
    let mut lined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut in_list = false;
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let line_starts = at == 0 || tokens[at - 1].kind == Kind::Break;
        let bullet = if line_starts { bullet_length(&tokens[at..]) } else { 0 };
        if bullet > 0 {
            let headed = in_list
                || lined.iter().rev().find(|token| token.kind != Kind::Break).is_some_and(|token| token.is_mark(":"));
            if headed {
                while lined.last().is_some_and(|token| token.kind == Kind::Break || (in_list && token.is_mark("."))) {
                    lined.pop();
                }
                if in_list {
                    lined.push(Token::new(",", Kind::Punct, true));
                }
                in_list = true;
            }
            at += bullet;
            continue;
        }
        if line_starts && at > 0 {
            in_list = false;
        }
        lined.push(token.clone());
        at += 1;
    }
    lined
}

/// How many tokens of "- ", "* ", "1. ", "2) " a line starts with.
fn bullet_length(line: &[Token]) -> usize {
    match line {
        [first, second, ..]
            if first.kind == Kind::Punct
                && matches!(first.text.as_str(), "-" | "*" | "•" | "–")
                && second.kind != Kind::Break =>
        {
            1
        }
        [first, second, _, ..]
            if first.kind == Kind::Number
                && first.text.len() <= 2
                && second.glued
                && matches!(second.text.as_str(), "." | ")") =>
        {
            2
        }
        _ => 0,
    }
}

const GREETINGS: &str = "hi hello hey dear greetings howdy hiya morning hallo yo good hej";
const CLOSINGS: &str = "\
    best regards cheers thanks sincerely yours kind warm many thank love ta warmly cordially \
    respectfully bye";

/// Takes away "Hi there," before and "Best, Trudy" after.
fn without_frame(mut sentences: Vec<Sentence>) -> Vec<Sentence> {
    if let Some(first) = sentences.first_mut() {
        let greeting = first.tokens.first().is_some_and(|token| token.is_any(GREETINGS));
        let comma = first.tokens.iter().take(6).position(|token| token.is_mark(",") || token.is_mark("–"));
        let good_day = !first.tokens.first().is_some_and(|token| matches!(token.low.as_str(), "good" | "morning"))
            || first.tokens.get(1).is_some_and(|token| token.is_any("morning afternoon evening day all team"))
            || first.tokens.len() == 1
            || first.tokens.get(1).is_some_and(|token| token.is_mark(",") || token.is_temporal());
        if greeting && good_day {
            match comma {
                Some(comma) => {
                    first.tokens.drain(..=comma);
                }
                None if first.tokens.len() <= 4 => first.tokens.clear(),
                // "hey can you …"
                None => {
                    first.tokens.remove(0);
                    if first.tokens.first().is_some_and(|token| token.is_any("there all team again")) {
                        first.tokens.remove(0);
                    }
                }
            }
        }
    }
    let closing = sentences.iter().rposition(|sentence| is_closing(&sentence.tokens));
    if let Some(closing) = closing
        && closing > 0
        && sentences[closing + 1..].iter().map(|sentence| sentence.tokens.len()).sum::<usize>() <= 8
        && sentences[closing + 1..].iter().all(|sentence| {
            sentence.tokens.first().is_some_and(|token| token.is_capitalised() || token.kind == Kind::Punct)
        })
    {
        sentences.truncate(closing);
    }
    sentences.retain(|sentence| !sentence.tokens.is_empty());
    sentences
}

fn is_closing(tokens: &[Token]) -> bool {
    let short = tokens.len() <= 5;
    let first = tokens.first().is_some_and(|token| token.is_any(CLOSINGS));
    let told = tokens.len() == 1
        || tokens.iter().any(|token| token.is_any("regards wishes thanks thank sincerely cheers you love"))
        || tokens.get(1).is_some_and(|token| token.is_mark(",") || token.is_capitalised());
    short && first && told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::text::{join, tokens};

    fn read(text: &str) -> Vec<String> {
        sentences(&tokens(text)).iter().map(|sentence| join(&sentence.tokens)).collect()
    }

    #[test]
    fn greeting_and_signature_fall_away() {
        let mail = "Hi there,\n\nplease call Ana. It is urgent!\n\nBest, Trudy";
        assert_eq!(read(mail), ["please call Ana", "It is urgent"]);
        assert_eq!(read("Hello Tom, mark it as done"), ["mark it as done"]);
        assert_eq!(read("Good morning! Archive the fair."), ["Archive the fair"]);
    }

    #[test]
    fn a_list_under_a_heading_is_one_sentence() {
        assert_eq!(
            read("Tasks for Kestrel:\n- buy wood\n- saw it\n\nThen tell Ana."),
            ["Tasks for Kestrel: buy wood, saw it", "Then tell Ana"]
        );
        assert_eq!(read("1. Create a project\n2. Tell Ana"), ["Create a project", "Tell Ana"]);
    }
}
