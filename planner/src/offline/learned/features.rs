//! What the learned reader looks at: the words around a place, what they do, and what the workspace has of them.

use super::{
    crf::{Features, feature},
    pieces::{Piece, classes_in, is_content},
};

const OFFSETS: [(isize, &str); 7] = [(-3, "-3"), (-2, "-2"), (-1, "-1"), (0, "0"), (1, "1"), (2, "2"), (3, "3")];

/// Words that say what part the words behind them play.
const JOINTS: &[&str] = &[
    "to",
    "for",
    "with",
    "about",
    "that",
    "in",
    "on",
    "by",
    "from",
    "as",
    "at",
    "of",
    ":",
    "regarding",
    "re",
    "saying",
    "called",
    "named",
    "titled",
    "into",
    "whether",
    "if",
    "asking",
    "due",
    "and",
    ",",
    "because",
];

fn piece_at(pieces: &[Piece], at: usize, offset: isize) -> Option<&Piece> {
    at.checked_add_signed(offset).and_then(|at| pieces.get(at))
}

fn low_at(pieces: &[Piece], at: usize, offset: isize) -> &str {
    match piece_at(pieces, at, offset) {
        Some(piece) => &piece.low,
        None if offset < 0 => "<",
        None => ">",
    }
}

/// What a word is as a whole: its first class, else whether it carries content.
fn sort_of(piece: &Piece) -> &str {
    if piece.low.chars().all(char::is_uppercase) && piece.low.len() > 2 {
        return &piece.low;
    }
    if let Some(class) = piece.classes.first() {
        return class;
    }
    if is_content(piece) { "content" } else { &piece.low }
}

fn sort_at(pieces: &[Piece], at: usize, offset: isize) -> &str {
    match piece_at(pieces, at, offset) {
        Some(piece) => sort_of(piece),
        None if offset < 0 => "<",
        None => ">",
    }
}

fn ends_chunk(piece: &Piece) -> bool {
    matches!(piece.low.as_str(), "." | "!" | "?" | ";" | "BREAK")
}

/// The features that both rows share: the words around a place.
fn around(pieces: &[Piece], at: usize, made: &mut Features) {
    let mut add = |parts: &[&str]| made.push(feature(parts));
    for (offset, name) in OFFSETS {
        add(&["w", name, low_at(pieces, at, offset)]);
        add(&["s", name, sort_at(pieces, at, offset)]);
        if let Some(piece) = piece_at(pieces, at, offset) {
            for class in &piece.classes {
                add(&["c", name, class]);
            }
            if offset.abs() <= 2 {
                for kind in piece.named.names() {
                    add(&["k", name, kind]);
                }
                if piece.named.is_empty() {
                    for kind in piece.part_of.names() {
                        add(&["p", name, kind]);
                    }
                }
                add(&["h", name, piece.shape]);
            }
        }
    }
    let low = |offset| low_at(pieces, at, offset);
    let sort = |offset| sort_at(pieces, at, offset);
    add(&["ww-", low(-1), low(0)]);
    add(&["ww+", low(0), low(1)]);
    add(&["ww--", low(-2), low(-1)]);
    add(&["ww++", low(1), low(2)]);
    add(&["www", low(-1), low(0), low(1)]);
    add(&["ss-", sort(-1), sort(0)]);
    add(&["ss+", sort(0), sort(1)]);
    add(&["ss--", sort(-2), sort(-1)]);
    add(&["sss", sort(-1), sort(0), sort(1)]);
    add(&["sss-", sort(-2), sort(-1), sort(0)]);
    add(&["sss+", sort(0), sort(1), sort(2)]);
    add(&["ws", low(-1), sort(0)]);
    add(&["sw", sort(-1), low(0)]);
    let own = &pieces[at];
    add(&["l", &own.lemma]);
    let ending: String = own.low.chars().rev().take(3).collect();
    add(&["e", &ending]);
    if let Some(before) = piece_at(pieces, at, -1) {
        add(&["l-", &before.lemma]);
    }
    if let Some(next) = piece_at(pieces, at, 1) {
        add(&["l+", &next.lemma, sort_of(own)]);
    }
    add(&["hh", piece_at(pieces, at, -1).map_or("<", |piece| piece.shape), own.shape, sort(-1)]);
}

/// The features for finding out what is asked for: beside the words around, those of the whole sentence.
pub(crate) fn for_intents(pieces: &[Piece]) -> Vec<Features> {
    let all = classes_in(pieces);
    let mut rows = Vec::with_capacity(pieces.len());
    for at in 0..pieces.len() {
        let mut made: Features = Vec::with_capacity(110);
        around(pieces, at, &mut made);
        let begin = pieces[..at].iter().rposition(ends_chunk).map_or(0, |mark| mark + 1);
        let end = pieces[at..].iter().position(ends_chunk).map_or(pieces.len(), |mark| at + mark);
        let mut add = |parts: &[&str]| made.push(feature(parts));
        // between commas and "and"
        let joint =
            |piece: &Piece| matches!(piece.low.as_str(), "," | "and" | ":" | "then" | "but" | "-" | "–" | "plus");
        let from = pieces[begin..at].iter().rposition(joint).map_or(begin, |mark| begin + mark + 1);
        let to = pieces[at..end].iter().skip(1).position(joint).map_or(end, |mark| at + 1 + mark);
        for class in classes_in(&pieces[from..at]) {
            add(&["before", class]);
        }
        for class in classes_in(&pieces[at..to]) {
            add(&["behind", class]);
        }
        for class in classes_in(&pieces[begin..from]) {
            add(&["earlier", class]);
        }
        for class in classes_in(&pieces[to..end]) {
            add(&["later", class]);
        }
        for class in &all {
            add(&["all", class]);
        }
        for piece in &pieces[from..to] {
            for kind in piece.named.names() {
                add(&["part-names", kind]);
            }
            if piece.low.len() > 2 && piece.low.chars().all(char::is_uppercase) {
                add(&["part-has", &piece.low]);
            }
            add(&["part-word", &piece.low]);
        }
        for piece in &pieces[begin..end] {
            for kind in piece.named.names() {
                add(&["names", kind]);
            }
            if piece.low.len() > 2 && piece.low.chars().all(char::is_uppercase) {
                add(&["has", &piece.low]);
            }
        }
        if let Some(first) = pieces.get(from) {
            add(&["first", &first.low, if at == from { "here" } else { "" }]);
            add(&["first-sort", sort_of(first), sort_at(pieces, from, 1)]);
        }
        if let Some(first) = pieces.get(begin) {
            add(&["opens", &first.lemma]);
            add(&["opens-two", &first.low, low_at(pieces, begin, 1)]);
        }
        let noun = |piece: &&Piece| piece.classes.iter().any(|class| class.starts_with("n."));
        let verb = |piece: &&Piece| piece.classes.iter().any(|class| class.starts_with("v."));
        if let Some(before) = pieces[begin..at].iter().rev().find(verb) {
            add(&["last-verb", &before.lemma]);
        }
        if let Some(next) = pieces[at..end].iter().find(noun) {
            add(&["next-noun", &next.low]);
        }
        if let (Some(verb), Some(noun)) = (pieces[from..to].iter().find(verb), pieces[from..to].iter().find(noun)) {
            add(&["verb-noun", &verb.lemma, &noun.low]);
            add(&["verb-noun-sorts", sort_of(verb), sort_of(noun)]);
        }
        add(&[
            "place",
            if at == begin {
                "first"
            } else if at + 1 >= end {
                "last"
            } else {
                "mid"
            },
        ]);
        if pieces[begin..at].iter().any(|piece| piece.low == ":") {
            add(&["behind-colon"]);
        }
        add(&[
            "length",
            match pieces.len() {
                0..=5 => "tiny",
                6..=12 => "short",
                13..=30 => "mid",
                _ => "long",
            },
        ]);
        made.sort_unstable();
        made.dedup();
        rows.push(made);
    }
    rows
}

/// A span that asks for one thing: where it is and what for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Stretch {
    pub(crate) intent: String,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// The features for finding the parts within spans that do not overlap.
pub(crate) fn for_roles(pieces: &[Piece], stretches: &[Stretch]) -> Vec<Features> {
    let mut rows = vec![outside(); pieces.len()];
    for stretch in stretches {
        rows.splice(stretch.from..stretch.to, within(pieces, stretch));
    }
    rows
}

/// The features of a place that is in no span.
pub(crate) fn outside() -> Features {
    vec![feature(&["outside"])]
}

/// The features of each place of a span.
pub(crate) fn within(pieces: &[Piece], stretch: &Stretch) -> Vec<Features> {
    let mut rows = Vec::with_capacity(stretch.to - stretch.from);
    for at in stretch.from..stretch.to {
        let mut made: Features = Vec::with_capacity(120);
        around(pieces, at, &mut made);
        let intent = stretch.intent.as_str();
        let own = &pieces[at];
        let mut add = |parts: &[&str]| made.push(feature(parts));
        let low = |offset| low_at(pieces, at, offset);
        let sort = |offset| sort_at(pieces, at, offset);
        add(&["i", intent]);
        add(&["iw", intent, low(0)]);
        add(&["is", intent, sort(0)]);
        add(&["iw-", intent, low(-1)]);
        add(&["iw+", intent, low(1)]);
        add(&["is-", intent, sort(-1), sort(0)]);
        add(&["iw--", intent, low(-2), low(-1)]);
        add(&["iss+", intent, sort(0), sort(1)]);
        add(&["ih", intent, own.shape]);
        add(&["ihw", intent, own.shape, low(-1)]);
        for class in &own.classes {
            add(&["ic", intent, class]);
        }
        for kind in own.named.names() {
            add(&["ik", intent, kind]);
            add(&["ikw", intent, kind, low(-1)]);
        }
        for kind in own.part_of.names() {
            add(&["ip", intent, kind]);
        }
        let inside = &pieces[stretch.from..stretch.to];
        let here = at - stretch.from;
        let joint = inside[..=here].iter().rposition(|piece| JOINTS.contains(&piece.low.as_str()));
        let (joint, far) = joint.map_or(("<", here + 1), |joint| (inside[joint].low.as_str(), here - joint));
        let far = match far {
            0 => "0",
            1 => "1",
            2 => "2",
            3..=5 => "3",
            _ => "6",
        };
        add(&["j", intent, joint, far]);
        add(&["jj", intent, joint, sort(0)]);
        let next = inside[here..].iter().skip(1).position(|piece| JOINTS.contains(&piece.low.as_str()));
        let (next, further) =
            next.map_or((">", inside.len() - here), |next| (inside[here + 1 + next].low.as_str(), next));
        add(&["n", intent, next, if further == 0 { "near" } else { "far" }]);
        let noun = |piece: &&Piece| piece.classes.iter().any(|class| class.starts_with("n."));
        if let Some(noun) = inside[..here].iter().rev().find(noun) {
            add(&["noun", intent, sort_of(noun), joint]);
        }
        let verb = |piece: &&Piece| piece.classes.iter().any(|class| class.starts_with("v."));
        if let Some(verb) = inside[..here].iter().rev().find(verb) {
            add(&["verb", intent, &verb.lemma]);
        }
        if let Some(verb) = inside[..here].iter().find(verb) {
            add(&["first-verb", intent, &verb.lemma, joint]);
        }
        add(&[
            "at",
            intent,
            match here {
                0 => "0",
                1 => "1",
                2..=4 => "2",
                _ => "5",
            },
        ]);
        add(&[
            "left",
            intent,
            match inside.len() - here {
                1 => "1",
                2 => "2",
                3..=4 => "3",
                _ => "5",
            },
        ]);
        for word in ["that", "to", "about", ":", "saying", "whether", "if", "called"] {
            if inside[..here].iter().any(|piece| piece.low == word) {
                add(&["had", intent, word]);
            }
        }
        if inside[..here].iter().any(|piece| piece.low == "QUOTED") {
            add(&["had-quoted", intent]);
        }
        if inside[here + 1..].iter().any(|piece| piece.low == "QUOTED") {
            add(&["quoted-comes", intent]);
        }
        if inside[..here].iter().any(|piece| !piece.named.is_empty()) {
            add(&["had-name", intent]);
        }
        for kind in inside[here + 1..].iter().flat_map(|piece| piece.named.names()) {
            add(&["name-comes", intent, kind]);
        }
        made.sort_unstable();
        made.dedup();
        rows.push(made);
    }
    rows
}
