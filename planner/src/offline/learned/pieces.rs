//! What the learned reader sees of a request: words, and one piece for each name, date, address and quoted text.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use domain::workspace::Kind;

use crate::offline::{
    resolve::{Candidate, Found, people_named},
    rows::{Row, stem, words},
    text::{Kind as TokenKind, Token, is_function_word},
};

/// One place in the row that is labelled: some tokens that belong together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece {
    /// The first token.
    pub(crate) from: usize,
    /// The token behind the last.
    pub(crate) to: usize,
    /// The word, or what stands in its place: `PERSON`, `DATE`.
    pub(crate) low: String,
    /// The base form.
    pub(crate) lemma: String,
    /// What it does in a request.
    pub(crate) classes: Vec<&'static str>,
    /// The kinds of things in the workspace that are called exactly so.
    pub(crate) named: Kinds,
    /// The kinds of things that have the word in their names.
    pub(crate) part_of: Kinds,
    /// How it is written: `Aa`, `aa`, `AA`, `0`, `''`.
    pub(crate) shape: &'static str,
}

/// Kinds of things, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

const KINDS: [(Kind, u8, &str); 4] =
    [(Kind::Person, 1, "person"), (Kind::Project, 2, "project"), (Kind::Task, 4, "task"), (Kind::Idea, 8, "idea")];

impl Kinds {
    fn add(&mut self, kind: Kind) {
        if let Some((_, bit, _)) = KINDS.iter().find(|(own, ..)| *own == kind) {
            self.0 |= bit;
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        KINDS.iter().filter(move |(_, bit, _)| self.0 & bit != 0).map(|(.., name)| *name)
    }
}

/// Words by what they do.
static CLASSES: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut classes: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    let file = include_str!("../../../lexicon/classes.txt");
    for (class, words) in file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':')) {
        for word in words.split_whitespace() {
            let own = classes.entry(word).or_default();
            if !own.contains(&class) {
                own.push(class);
            }
        }
    }
    classes
});

pub(crate) fn classes_of(low: &str, lemma: &str) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = CLASSES.get(low).cloned().unwrap_or_default();
    if lemma != low {
        let verbs = CLASSES.get(lemma).into_iter().flatten().filter(|class| class.starts_with("v."));
        for class in verbs {
            if !found.contains(class) {
                found.push(class);
            }
        }
    }
    found
}

/// The pieces of prepared tokens.
pub(crate) fn pieces(tokens: &[Token], rows: &[Row], known: &[Candidate]) -> Vec<Piece> {
    let mut whole: HashMap<Vec<String>, Kinds> = HashMap::new();
    let mut parts: HashMap<&str, Kinds> = HashMap::new();
    for row in rows {
        whole.entry(row.words.clone()).or_default().add(row.kind);
        for word in row.words.iter().filter(|word| word.len() > 2 && !is_function_word(word)) {
            parts.entry(stem(word)).or_default().add(row.kind);
        }
    }
    let people = people_named(known, tokens);
    let starts: HashMap<usize, usize> = people
        .iter()
        .filter(|named| !matches!(named.found, Found::Nothing))
        .map(|named| (named.from, named.to))
        .collect();
    let mut made = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let said = words(&token.text);
        let named = whole.get(&said).copied().unwrap_or_default();
        let part_of = said
            .iter()
            .filter_map(|word| parts.get(stem(word)))
            .fold(Kinds::default(), |all, own| Kinds(all.0 | own.0));
        let mut piece = Piece { from: at, to: at + 1, named, part_of, shape: shape(token), ..Piece::default() };
        let placeholder = match &token.kind {
            TokenKind::Quoted => Some("QUOTED"),
            TokenKind::Email => Some("EMAIL"),
            TokenKind::Url => Some("URL"),
            TokenKind::Date(phrase) => Some(date_sort(phrase)),
            TokenKind::Span(_) => Some("SPAN"),
            TokenKind::Number => Some("NUMBER"),
            TokenKind::Break => Some("BREAK"),
            TokenKind::Word | TokenKind::Punct => None,
        };
        if let Some(end) = starts.get(&at).filter(|_| token.kind == TokenKind::Word || token.kind == TokenKind::Quoted)
        {
            piece.to = *end;
            piece.named.add(Kind::Person);
            piece.low = "PERSON".into();
        } else if let Some(low) = placeholder {
            piece.low = low.into();
        } else {
            piece.low.clone_from(&token.low);
            piece.lemma.clone_from(&token.lemma);
            piece.classes = classes_of(&token.low, &token.lemma);
        }
        if piece.lemma.is_empty() {
            piece.lemma.clone_from(&piece.low);
        }
        at = piece.to;
        made.push(piece);
    }
    made
}

fn date_sort(phrase: &crate::offline::dates::DatePhrase) -> &'static str {
    use crate::offline::dates::When;
    match &phrase.when {
        When::At(moment) if moment.day.is_none() => "TIME",
        When::At(moment) if moment.time.is_some() => "DATETIME",
        When::At(_) | When::Each { .. } | When::Impossible => "DATE",
        When::Shifted { .. } => "OFFSET",
    }
}

fn shape(token: &Token) -> &'static str {
    match token.kind {
        TokenKind::Quoted if token.plain => "title",
        TokenKind::Quoted => "''",
        TokenKind::Number => "0",
        TokenKind::Word => {
            let mut letters = token.text.chars().filter(|c| c.is_alphabetic());
            match (letters.next().is_some_and(char::is_uppercase), letters.next().is_some_and(char::is_uppercase)) {
                (true, true) => "AA",
                (true, false) => "Aa",
                _ => "aa",
            }
        }
        _ => ".",
    }
}

/// The words of the language that stand in requests: what has no class and is no function word carries content.
pub(crate) fn is_content(piece: &Piece) -> bool {
    piece.shape != "." && !is_function_word(&piece.low) && piece.classes.is_empty()
}

/// Distinct classes of some pieces.
pub(crate) fn classes_in(pieces: &[Piece]) -> HashSet<&'static str> {
    pieces.iter().flat_map(|piece| piece.classes.iter().copied()).collect()
}
