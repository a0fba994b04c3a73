//! From characters to tokens: words, numbers, quoted texts, addresses, punctuation, line ends.
//!
//! A quoted text is one token, so that nothing inside it is ever read as an instruction.

use super::spellings;
use super::verbs;
use crate::offline::dates::{DatePhrase, Span};

/// What sort of thing a token is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A word.
    Word,
    /// Something that starts with a digit: `30`, `2.0`, `3rd`, `14:00`.
    Number,
    /// What stood between quotes, without them.
    Quoted,
    /// A mail address.
    Email,
    /// An `http` or `https` address.
    Url,
    /// One mark of punctuation.
    Punct,
    /// The end of a line.
    Break,
    /// A date, a time, or a date that depends on another (put together by [`dates`](crate::offline::dates)).
    Date(DatePhrase),
    /// A length of time: "half an hour", "two weeks".
    Span(Span),
}

/// A piece of the request.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// As it is shown; spelling mended.
    pub text: String,
    /// Lower case, without accents, abbreviations written out: as it is compared.
    pub low: String,
    /// The base form when it is a form of a known verb, else the same as `low`.
    pub lemma: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it stands directly behind the token before it.
    pub glued: bool,
    /// For a quoted text: whether it is written without quotes, as a title of the workspace is.
    pub plain: bool,
}

impl Token {
    /// Makes a token of a text.
    pub fn new(text: impl Into<String>, kind: Kind, glued: bool) -> Self {
        let text = text.into();
        let low = match kind {
            Kind::Word => spellings::written_out(&fold(&text)),
            _ => fold(&text),
        };
        let lemma = if kind == Kind::Word { verbs::base_form(&low).unwrap_or(&low).to_owned() } else { low.clone() };
        Self { text, low, lemma, kind, glued, plain: false }
    }

    /// Whether it is this mark.
    pub fn is_mark(&self, mark: &str) -> bool {
        matches!(self.kind, Kind::Punct) && self.text == mark
    }

    /// Whether it is one of these words, which are given with spaces between.
    pub fn is_any(&self, words: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Number) && listed(&self.low, words)
    }

    /// Whether it is a word that starts with a capital.
    pub fn is_capitalised(&self) -> bool {
        matches!(self.kind, Kind::Word) && self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether it is a date, a time or a length of time.
    pub fn is_temporal(&self) -> bool {
        matches!(self.kind, Kind::Date(_) | Kind::Span(_))
    }

    /// The date phrase, when it is one.
    pub fn date(&self) -> Option<&DatePhrase> {
        match &self.kind {
            Kind::Date(phrase) => Some(phrase),
            _ => None,
        }
    }
}

/// Whether a word is one of those in a list with spaces between.
pub fn listed(word: &str, list: &str) -> bool {
    // byte by byte: this is asked thousands of times for each request, and setting up a search takes longer than that
    let (word, list) = (word.as_bytes(), list.as_bytes());
    let Some((first, rest)) = word.split_first() else { return false };
    let mut at = 0;
    while let Some(here) = list.get(at..).filter(|here| here.len() > rest.len()) {
        let ends = || here.get(word.len()).is_none_or(u8::is_ascii_whitespace);
        if here[0] == *first && here[1..].starts_with(rest) && ends() {
            return true;
        }
        // on behind the next space
        let Some(space) = here.iter().position(u8::is_ascii_whitespace) else { return false };
        at += space + 1;
    }
    false
}

/// Lower case, accents taken off, curly apostrophes straight: how words are compared.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '’' | 'ʼ' | '`' | '´' => folded.push('\''),
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' | 'ä' => folded.push('a'),
            'ç' | 'ć' | 'č' | 'ĉ' => folded.push('c'),
            'ď' | 'đ' | 'ð' => folded.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => folded.push('e'),
            'ğ' | 'ģ' => folded.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => folded.push('i'),
            'ķ' => folded.push('k'),
            'ł' | 'ļ' | 'ľ' => folded.push('l'),
            'ñ' | 'ń' | 'ň' | 'ņ' => folded.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => folded.push('o'),
            'ř' | 'ŕ' => folded.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
            'ť' | 'ţ' | 'ț' => folded.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            '\u{300}'..='\u{36f}' => {}
            other => folded.push(other),
        }
    }
    folded
}

/// The text with its first letter in upper case.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        // a name that is written small on purpose, such as `iPhone`, stays
        Some(first) if first.is_lowercase() && chars.clone().next().is_some_and(char::is_uppercase) => text.to_owned(),
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The text of some tokens, with spaces where there were some.
pub fn join(tokens: &[Token]) -> String {
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        if matches!(token.kind, Kind::Break) {
            if !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
            }
            continue;
        }
        if index > 0 && !token.glued && !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
        if matches!(token.kind, Kind::Quoted) && tokens.len() > 1 && !token.plain {
            text.push('“');
            text.push_str(&token.text);
            text.push('”');
        } else {
            text.push_str(&token.text);
        }
    }
    text.trim().to_owned()
}
