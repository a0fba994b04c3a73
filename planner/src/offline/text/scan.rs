//! Takes a text apart, character by character.

use super::{
    lexicon, spellings,
    token::{Kind, Token, fold},
};

/// Takes a text apart.
pub fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut reader = Reader { chars: &chars, at: 0, glued: false, tokens: Vec::new() };
    while reader.at < chars.len() {
        reader.step();
    }
    reader.tokens
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    glued: bool,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn before(&self) -> Option<char> {
        self.at.checked_sub(1).and_then(|at| self.chars.get(at)).copied()
    }

    fn push(&mut self, text: impl Into<String>, kind: Kind) {
        let glued = self.glued && !self.tokens.is_empty();
        self.tokens.push(Token::new(text, kind, glued));
        self.glued = true;
    }

    fn step(&mut self) {
        let Some(c) = self.peek(0) else { return };
        if c == '\n' {
            self.line_end();
        } else if c.is_whitespace() {
            self.at += 1;
            self.glued = false;
        } else if let Some((inner, next)) = self.quoted() {
            self.at = next;
            self.push(inner, Kind::Quoted);
        } else if let Some(next) = self.url() {
            let url: String = self.chars[self.at..next].iter().collect();
            self.at = next;
            self.push(url, Kind::Url);
        } else if c.is_alphanumeric()
            || (matches!(c, '#' | '€' | '$' | '£') && self.peek(1).is_some_and(char::is_alphanumeric))
        {
            self.word();
        } else {
            self.mark(c);
        }
    }

    fn line_end(&mut self) {
        self.at += 1;
        self.glued = false;
        if self.tokens.last().is_some_and(|token| token.kind != Kind::Break) {
            self.push("\n", Kind::Break);
            self.glued = false;
        }
    }

    /// The text between quotes that open here, and where it goes on behind them.
    fn quoted(&self) -> Option<(String, usize)> {
        let open = self.peek(0)?;
        let closes: &[char] = match open {
            '"' => &['"', '”'],
            '“' | '„' => &['”', '“', '"'],
            '«' => &['»'],
            '‘' | '\'' | '’' => &['\'', '’'],
            '`' => &['`', '\''],
            _ => return None,
        };
        let single = matches!(open, '‘' | '\'' | '’' | '`');
        let opens_here =
            self.before().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | ':' | '-' | '/' | ','));
        if (single && !opens_here) || self.peek(1).is_none_or(char::is_whitespace) {
            return None;
        }
        let limit = self.chars.len().min(self.at + 400);
        for at in self.at + 1..limit {
            let c = self.chars[at];
            if c == '\n' && single {
                return None;
            }
            let ends_word = self.chars.get(at + 1).is_none_or(|next| !next.is_alphanumeric());
            if closes.contains(&c) && (!single || (ends_word && !self.chars[at - 1].is_whitespace())) {
                let inner: String = self.chars[self.at + 1..at].iter().collect();
                let inner = inner.trim().to_owned();
                return (!inner.is_empty()).then_some((inner, at + 1));
            }
        }
        None
    }

    fn url(&self) -> Option<usize> {
        let starts = |prefix: &str| {
            prefix
                .chars()
                .enumerate()
                .all(|(ahead, c)| self.peek(ahead).is_some_and(|found| found.to_ascii_lowercase() == c))
        };
        if !starts("http://") && !starts("https://") {
            return None;
        }
        let mut next = self.at;
        while self.chars.get(next).is_some_and(|c| !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '“' | '”'))
        {
            next += 1;
        }
        while matches!(self.chars[next - 1], '.' | ',' | ';' | ':' | '!' | '?' | ')' | '\'' | ']') {
            next -= 1;
        }
        Some(next)
    }

    fn word(&mut self) {
        let start = self.at;
        self.at += 1;
        while let Some(c) = self.peek(0) {
            if c.is_alphanumeric() || matches!(c, '_' | '%') || is_combining(c) || self.connects(start, c) {
                self.at += 1;
            } else {
                break;
            }
        }
        let mut text: String = self.chars[start..self.at].iter().collect();
        let low = fold(&text);
        if self.peek(0) == Some('.') && spellings::is_abbreviation(&low) {
            let ends_here = self.peek(1).is_none_or(char::is_whitespace) && !lexicon::is_title(&low);
            let capital_follows = self.peek(2).is_none_or(char::is_uppercase);
            self.at += usize::from(!(ends_here && capital_follows));
        } else if low == "re" && self.peek(0) == Some(':') {
            self.at += 1;
            text.push(':');
        } else if low == "w" && self.peek(0) == Some('/') {
            self.at += 1;
            text.push('/');
        }
        self.push_word(&text);
    }

    /// Whether a mark inside a word belongs to it.
    fn connects(&self, start: usize, c: char) -> bool {
        let Some(next) = self.peek(1).filter(|next| next.is_alphanumeric()) else { return false };
        let before = self.chars[self.at - 1];
        let sofar = &self.chars[start..self.at];
        match c {
            '-' | '\'' | '’' | '_' | '/' => before.is_alphanumeric(),
            '@' | '+' => true,
            ':' => before.is_ascii_digit() && next.is_ascii_digit(),
            ',' => {
                before.is_ascii_digit()
                    && (1..=3).all(|ahead| self.peek(ahead).is_some_and(|c| c.is_ascii_digit()))
                    && self.peek(4).is_none_or(|c| !c.is_ascii_digit())
            }
            '.' => {
                let new_sentence = before.is_lowercase() && next.is_uppercase();
                sofar.contains(&'@')
                    || sofar.len() == 1
                    || (before.is_alphabetic() && sofar.get(sofar.len().wrapping_sub(2)) == Some(&'.'))
                    || (before.is_ascii_digit() && next.is_ascii_digit())
                    || (before.is_alphabetic() && next.is_lowercase() && !new_sentence)
                    || self.email_ahead()
            }
            '&' => before.is_uppercase() && next.is_uppercase(),
            _ => false,
        }
    }

    /// Whether the word at hand goes on to an `@`, as `first.last@example.org` does.
    fn email_ahead(&self) -> bool {
        self.chars[self.at..].iter().take_while(|c| !c.is_whitespace()).take(60).any(|c| *c == '@')
    }

    fn push_word(&mut self, text: &str) {
        let low = fold(text);
        if low.contains('@') && low.contains('.') {
            return self.push(text, Kind::Email);
        }
        if let Some(base) = low.strip_suffix("'s")
            && !spellings::is_contraction(&low)
            && !base.is_empty()
        {
            let kept: String = text.chars().take(text.chars().count() - 2).collect();
            self.push_plain(&kept);
            return self.push("'s", Kind::Word);
        }
        self.push_plain(text);
    }

    fn push_plain(&mut self, text: &str) {
        let number = text.starts_with(|c: char| c.is_ascii_digit()) && !spellings::sounds_out(&fold(text));
        let kind = if number { Kind::Number } else { Kind::Word };
        self.push(text, kind);
    }

    fn mark(&mut self, c: char) {
        self.at += 1;
        match c {
            '&' => self.push_spaced("and"),
            '+' => self.push_spaced("plus"),
            '@' => self.push_spaced("at"),
            '→' => self.push_spaced("to"),
            '-' | '=' if self.peek(0) == Some('>') => {
                self.at += 1;
                self.push_spaced("to");
            }
            '-' if self.peek(0) == Some('-') => {
                self.at += 1;
                self.push("–", Kind::Punct);
            }
            '—' | '–' => self.push("–", Kind::Punct),
            '…' => self.pause(),
            '.' if self.peek(0) == Some('.') => {
                while self.peek(0) == Some('.') {
                    self.at += 1;
                }
                self.pause();
            }
            ',' | ';' | ':' | '.' | '!' | '?' | '(' | ')' | '[' | ']' | '-' | '*' | '•' | '/' | '|' => {
                let mark = if c == '|' { ',' } else { c };
                self.push(mark.to_string(), Kind::Punct);
            }
            '\'' | '’' if self.before_mark_is_plural() => {
                self.push("'s", Kind::Word);
                if let Some(token) = self.tokens.last_mut() {
                    "'".clone_into(&mut token.text);
                }
            }
            _ => {}
        }
    }

    /// Three dots: a pause when a small letter follows, else the end of a sentence.
    fn pause(&mut self) {
        let next = self.chars[self.at..].iter().find(|c| !c.is_whitespace() || **c == '\n');
        self.push(if next.is_some_and(|c| c.is_lowercase()) { "–" } else { "." }, Kind::Punct);
    }

    /// "the visitors' book": the apostrophe behind a plural shows possession.
    fn before_mark_is_plural(&self) -> bool {
        self.at >= 2 && self.chars[self.at - 2] == 's' && self.peek(0).is_some_and(char::is_whitespace)
    }

    fn push_spaced(&mut self, word: &str) {
        self.glued = false;
        self.push(word, Kind::Word);
        self.glued = false;
    }
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::join;

    fn texts(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[rstest]
    #[case("call u 2moro", &["call", "u", "2moro"])]
    #[case("Mr. Novak's 'big idea', at 14:30.", &["Mr", "Novak", "'s", "big idea", ",", "at", "14:30", "."])]
    #[case("it's due; don't wait", &["it's", "due", ";", "don't", "wait"])]
    #[case("write to ana.ruiz@example.org.", &["write", "to", "ana.ruiz@example.org", "."])]
    #[case("POST it to https://a.example/x?y=1, please", &["POST", "it", "to", "https://a.example/x?y=1", ",", "please"])]
    #[case("“Tea room” & “Attic”", &["Tea room", "and", "Attic"])]
    #[case("Bridget O'Malley, El-Masri", &["Bridget", "O'Malley", ",", "El-Masri"])]
    #[case("version 2.0.Next", &["version", "2.0", ".", "Next"])]
    fn a_text_falls_into_its_tokens(#[case] text: &str, #[case] wanted: &[&str]) {
        assert_eq!(texts(text), wanted);
    }

    #[test]
    fn tokens_come_together_as_they_stood() {
        let text = "Ana's note, for (Tom) at 14:30";
        assert_eq!(join(&tokens(text)), text);
    }
}
