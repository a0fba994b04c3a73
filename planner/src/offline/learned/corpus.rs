//! Annotated requests made into examples: with a workspace around them, names exchanged, and careless writing.

use domain::workspace::Kind;

use super::{
    annotation::{Annotated, INTENTS, ROLES},
    features::Stretch,
    learn::Dice,
    pieces::{Piece, pieces},
};
use crate::offline::{
    dates::Calendar,
    prepare::prepared,
    rows::{Row, known, words},
    text::Token,
};

/// One character of a request, and which span and part it belongs to.
#[derive(Clone, Copy, Debug)]
struct Letter {
    c: char,
    span: Option<usize>,
    part: Option<usize>,
}

/// A request that can be changed without losing its reading.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    letters: Vec<Letter>,
    intents: Vec<String>,
    /// The role of each part, and whether the workspace has it.
    parts: Vec<(String, bool)>,
}

/// Pieces with their labels: what is learned from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labelled {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) stretches: Vec<Stretch>,
    pub(crate) intents: Vec<usize>,
    pub(crate) roles: Vec<usize>,
}

/// Roles that the code behind the reader tells apart itself, and how they are learned.
pub(crate) fn learned_role(role: &str) -> &str {
    match role {
        "date" | "time" | "offset" => "when",
        "subject" => "topic",
        other => other,
    }
}

/// The labels of spans: outside, and beginning and going on of each intent.
pub(crate) fn intent_labels() -> Vec<String> {
    labels(INTENTS.iter().copied())
}

/// The labels of parts.
pub(crate) fn role_labels() -> Vec<String> {
    let mut roles: Vec<&str> = ROLES.iter().map(|role| learned_role(role)).collect();
    roles.sort_unstable();
    roles.dedup();
    labels(roles.into_iter())
}

fn labels<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut labels = vec!["O".to_owned()];
    for name in names {
        labels.push(format!("B-{name}"));
        labels.push(format!("I-{name}"));
    }
    labels
}

impl Sample {
    pub(crate) fn new(read: &Annotated) -> Self {
        let mut parts = Vec::new();
        let mut letters: Vec<Letter> = Vec::with_capacity(read.text.len());
        let spans: Vec<Vec<usize>> = read
            .spans
            .iter()
            .map(|span| {
                let own = span.parts.iter().map(|part| {
                    parts.push((part.role.clone(), part.known));
                    parts.len() - 1
                });
                own.collect()
            })
            .collect();
        for (at, c) in read.text.char_indices() {
            let span = read.spans.iter().position(|span| (span.from..span.to).contains(&at));
            let part = span.and_then(|span| {
                let own = read.spans[span].parts.iter().position(|part| (part.from..part.to).contains(&at))?;
                Some(spans[span][own])
            });
            letters.push(Letter { c, span, part });
        }
        Self { letters, intents: read.spans.iter().map(|span| span.intent.clone()).collect(), parts }
    }

    pub(crate) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.c).collect()
    }

    /// The words of each part, with its role and whether the workspace has it.
    pub(crate) fn parts(&self) -> Vec<(String, String, bool)> {
        self.parts
            .iter()
            .enumerate()
            .map(|(index, (role, known))| {
                let text = self.letters.iter().filter(|letter| letter.part == Some(index)).map(|letter| letter.c);
                (role.clone(), text.collect::<String>().trim().to_owned(), *known)
            })
            .collect()
    }

    /// Puts other words into parts.
    pub(crate) fn exchange(&mut self, mut other: impl FnMut(&str, bool, &str) -> Option<String>) {
        for (index, (role, text, known)) in self.parts().into_iter().enumerate() {
            let Some(new) = other(&role, known, &text) else { continue };
            let Some(from) = self.letters.iter().position(|letter| letter.part == Some(index)) else { continue };
            let span = self.letters[from].span;
            let to = self.letters.iter().rposition(|letter| letter.part == Some(index)).map_or(from, |last| last + 1);
            let letters = new.chars().map(|c| Letter { c, span, part: Some(index) });
            self.letters.splice(from..to, letters);
        }
    }

    /// Writes carelessly: without capitals, without quotes, without marks.
    pub(crate) fn careless(&mut self, small: bool, unquoted: bool, unmarked: bool) {
        if small {
            for letter in &mut self.letters {
                letter.c = letter.c.to_lowercase().next().unwrap_or(letter.c);
            }
        }
        if unquoted {
            self.letters = drop_where(&self.letters, |before, own, behind| {
                let edge = |other: Option<&Letter>| other.is_some_and(|other| other.part.is_some());
                matches!(own.c, '\'' | '"' | '“' | '”' | '‘' | '’')
                    && own.part.is_none()
                    && (edge(before) && !behind.is_some_and(|letter| letter.c.is_alphabetic()) || edge(behind))
            });
        }
        if unmarked {
            self.letters = drop_where(&self.letters, |_, own, behind| {
                matches!(own.c, ',' | '.' | '!') && behind.is_none_or(|letter| letter.c.is_whitespace())
            });
        }
    }

    /// The rows of a workspace that has what the request says it has.
    pub(crate) fn rows(&self, dice: &mut Dice, names: &Names) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for (role, text, known) in self.parts() {
            let Some(kind) = kind_of(&role).filter(|_| known && !text.is_empty()) else { continue };
            let full = match kind {
                Kind::Person if !text.contains(' ') && dice.percent(60) => {
                    let other = names.any("person", dice);
                    other.split(' ').nth(1).map_or_else(|| text.clone(), |last| format!("{text} {last}"))
                }
                Kind::Person => text.clone(),
                _ if dice.percent(20) => {
                    let other = names.any(&role, dice);
                    other.split(' ').next().map_or_else(|| text.clone(), |more| format!("{text} {more}"))
                }
                _ => text.clone(),
            };
            rows.push(Row::new(&format!("{}_{}", kind.prefix(), rows.len()), kind, &full));
        }
        for role in ["person", "person", "project", "project", "task", "task", "idea"] {
            if let Some(kind) = kind_of(role).filter(|_| dice.percent(70)) {
                let name = names.any(role, dice);
                let clash = words(&name).iter().any(|word| rows.iter().any(|row| row.words.contains(word)));
                if !name.is_empty() && !clash {
                    rows.push(Row::new(&format!("{}_{}", kind.prefix(), rows.len()), kind, &name));
                }
            }
        }
        rows
    }

    /// Pieces and labels, as the reader will see them at run time.
    pub(crate) fn labelled(&self, rows: &[Row]) -> Labelled {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
        let tokens = prepared(rows, &self.text(), Calendar { today });
        let pieces = pieces(&tokens, rows, &known(rows));
        let marks = self.marks(&tokens, &pieces);
        let intent_names = intent_labels();
        let role_names = role_labels();
        let number = |names: &[String], label: String| names.iter().position(|name| *name == label).unwrap_or(0);
        let mut made = Labelled { pieces, ..Labelled::default() };
        for (at, (span, part)) in marks.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| marks[before]);
            let intent = span.map_or(0, |span| {
                let goes_on = before.is_some_and(|(other, _)| other == Some(span));
                number(&intent_names, format!("{}-{}", if goes_on { "I" } else { "B" }, self.intents[span]))
            });
            let role = part.map_or(0, |part| {
                let goes_on = before.is_some_and(|(_, other)| other == Some(part));
                let role = learned_role(&self.parts[part].0);
                number(&role_names, format!("{}-{role}", if goes_on { "I" } else { "B" }))
            });
            made.intents.push(intent);
            made.roles.push(role);
            if let Some(span) = span {
                match made.stretches.last_mut() {
                    Some(last) if before.is_some_and(|(other, _)| other == Some(*span)) => last.to = at + 1,
                    _ => made.stretches.push(Stretch { intent: self.intents[*span].clone(), from: at, to: at + 1 }),
                }
            }
        }
        made
    }

    /// Which span and part each piece belongs to.
    fn marks(&self, tokens: &[Token], pieces: &[Piece]) -> Vec<(Option<usize>, Option<usize>)> {
        // the words as written, each with its marks, against the words that the tokens have
        let mut written: Vec<(String, Option<usize>, Option<usize>)> = Vec::new();
        let mut word = String::new();
        let mut from = 0;
        for at in 0..=self.letters.len() {
            let letter = self.letters.get(at).filter(|letter| letter.c.is_alphanumeric());
            match letter {
                Some(letter) => {
                    if word.is_empty() {
                        from = at;
                    }
                    word.push(letter.c);
                }
                None if !word.is_empty() => {
                    let folded = words(&word).concat();
                    written.push((folded, self.letters[from].span, self.letters[from].part));
                    word.clear();
                }
                None => {}
            }
        }
        let mut seen: Vec<(String, usize)> = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            for token in &tokens[piece.from..piece.to] {
                let parts = token.text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
                seen.extend(parts.map(|part| (words(part).concat(), index)));
            }
        }
        let pairs = common(&written, &seen);
        let mut marks: Vec<Option<(Option<usize>, Option<usize>)>> = vec![None; pieces.len()];
        for (own, other) in pairs {
            let (_, span, part) = &written[own];
            let mark = &mut marks[seen[other].1];
            match mark {
                None => *mark = Some((*span, *part)),
                Some((_, None)) if part.is_some() => *mark = Some((*span, *part)),
                Some(_) => {}
            }
        }
        // marks between words, and words that spelling has mended, belong where both neighbours do
        (0..pieces.len())
            .map(|at| {
                marks[at].unwrap_or_else(|| {
                    let before = marks[..at].iter().rev().find_map(|mark| *mark).unwrap_or_default();
                    let behind = marks[at + 1..].iter().find_map(|mark| *mark).unwrap_or_default();
                    let span = if before.0 == behind.0 { before.0 } else { None };
                    let part = if before.1 == behind.1 { before.1 } else { None };
                    // a mended word at the edge goes with what follows
                    if span.is_none() && pieces[at].shape != "." { (behind.0, behind.1) } else { (span, part) }
                })
            })
            .collect()
    }
}

fn kind_of(role: &str) -> Option<Kind> {
    match role {
        "person" => Some(Kind::Person),
        "project" => Some(Kind::Project),
        "task" => Some(Kind::Task),
        "idea" => Some(Kind::Idea),
        _ => None,
    }
}

fn drop_where(letters: &[Letter], drop: impl Fn(Option<&Letter>, &Letter, Option<&Letter>) -> bool) -> Vec<Letter> {
    (0..letters.len())
        .filter(|at| {
            !drop(at.checked_sub(1).and_then(|before| letters.get(before)), &letters[*at], letters.get(at + 1))
        })
        .map(|at| letters[at])
        .collect()
}

/// The longest common row of words of two rows, as pairs of places.
fn common(a: &[(String, Option<usize>, Option<usize>)], b: &[(String, usize)]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i].0 == b[j].0 {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i].0 == b[j].0 {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Words for each role, from all samples.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(std::collections::BTreeMap<String, Vec<String>>);

impl Names {
    pub(crate) fn of(samples: &[Sample]) -> Self {
        let mut names = Self::default();
        for sample in samples {
            for (role, text, _) in sample.parts() {
                if !text.is_empty() {
                    names.0.entry(role).or_default().push(text);
                }
            }
        }
        names
    }

    pub(crate) fn any(&self, role: &str, dice: &mut Dice) -> String {
        self.0.get(role).filter(|own| !own.is_empty()).map(|own| own[dice.below(own.len())].clone()).unwrap_or_default()
    }
}
