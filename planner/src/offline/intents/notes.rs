//! Notes: "note on Atlas that the vendor is late", "write on his file that he called twice".

use std::sync::LazyLock;

use domain::workspace::Kind;

use crate::offline::{
    draft::Thing,
    read::{Clause, nouns::Noun},
    reader::{Reader, Reading, Stop},
    text::{Captures, Kind as TokenKind, Pattern, Token},
    wording::sentence_of,
};

const ANY: [Kind; 4] = [Kind::Project, Kind::Task, Kind::Idea, Kind::Person];

/// How the words of a note lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// First what it is about, then what it says.
    AboutThenText,
    /// What it says, then "… on the Atlas project".
    TextThenAbout,
    /// A quoted text, then what it is about.
    QuotedThenAbout,
    /// Only what it says.
    TextAlone,
    /// Only a quoted text.
    QuotedAlone,
    /// "note Atlas: …", when Atlas is something in the workspace.
    KnownThenText,
}

/// Ways to ask for a note; the first that fits counts.
const SHAPES: [(Shape, &str); 21] = [
    (
        Shape::AboutThenText,
        "add|put|create|attach|write|leave|make|record|enter|append|stick|drop|jot down? a|the? short|quick? note|comment|remark|memo|entry on|to|for|in|about|under|against {about} that|saying|says|stating|reading|: {text}",
    ),
    (
        Shape::AboutThenText,
        "add|put|create|attach|write|leave|make|record|enter|append|drop|jot down? a|the? short|quick? note|comment|remark|memo|entry to|on|for {about} about {text}",
    ),
    (
        Shape::QuotedThenAbout,
        "add|put|create|attach|write|leave|make|record|enter|append|drop|jot down? a|the? short|quick? note|comment|remark|memo @quoted to|on|for|in|under {about}",
    ),
    (Shape::QuotedThenAbout, "add|attach @quoted as a note|comment to|on {about}"),
    (
        Shape::TextThenAbout,
        "add|put|create|attach|write|leave|make|record|enter|append|drop|jot down? a|the? short|quick? note|comment|remark|memo that|saying|: {text} to|on|for|in|under the|it|this|that|{about} {about}",
    ),
    (
        Shape::AboutThenText,
        "note|write|jot|record|log|put|add|mark down? on|in|to|under|about|against|for {about} that|: {text}",
    ),
    (Shape::AboutThenText, "note|write|jot|record|log down? on|in|about|for {about} why|how|what {text}"),
    (Shape::QuotedThenAbout, "note|record|log|write|jot|put down? @quoted on|in|to|under|for {about}"),
    (
        Shape::TextThenAbout,
        "note|record|log|document|write|jot|put|mark down? that|: {text} on|in|to the|his|her|their|it|this {about}",
    ),
    (Shape::TextAlone, "note|record|write|jot down? the? reason|cause|following : {text}"),
    (
        Shape::TextAlone,
        "add|put|attach|write|leave|make|record|create|enter|drop|jot down? a|the? short|quick? note|comment|remark|memo with|giving|explaining|stating|on|for|of the|its? reason|cause|explanation|background|why : {text}",
    ),
    (
        Shape::TextAlone,
        "the? reason|cause|explanation for|behind? the|this|that|it? note|pause|record|delay|hold|file? : {text}",
    ),
    (Shape::TextAlone, "note|record|document|write|jot down? that|why|how|when|:|what {text}"),
    (Shape::AboutThenText, "note|comment|remark|memo on|for|about|to|regarding {about} : {text}"),
    (Shape::AboutThenText, "note|comment|remark on|for|about|to {about} that {text}"),
    (
        Shape::TextAlone,
        "add|put|attach|write|leave|make|record|drop|jot down? a|the? short|quick? note|comment|remark|memo that|saying|stating|:|about {text}",
    ),
    (Shape::AboutThenText, "a|another? note|comment on|to|for {about} that|saying|: {text}"),
    (Shape::TextAlone, "a|another? note|comment that|saying|:|about {text}"),
    (Shape::TextAlone, "note|comment|remark|memo : {text}"),
    (Shape::KnownThenText, "note {about} : {text}"),
    (Shape::QuotedAlone, "note|record|jot|write down? @quoted"),
];

static PATTERNS: LazyLock<Vec<(Shape, Pattern)>> =
    LazyLock::new(|| SHAPES.iter().map(|(shape, text)| (*shape, Pattern::new(text))).collect());

/// The longest description of what a note is about, in tokens.
const MOST_ABOUT: usize = 9;

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    if !speaks_of_noting(&clause.tokens) {
        return Ok(false);
    }
    // "write a note there that …"
    let there = clause.tokens.iter().take(5).position(|token| token.is_any("there"));
    let mut tokens = clause.tokens.clone();
    if let Some(at) = there {
        tokens.remove(at);
    }
    let tokens = &tokens;
    if let Some((about, text)) = told_before(reader, tokens) {
        let thing = target(reader, &about)?;
        reader.make_note(&thing, &sentence_of(&text));
        return Ok(true);
    }
    for (shape, pattern) in PATTERNS.iter() {
        let Some(found) = pattern.start(tokens) else { continue };
        let Some((about, text)) = parts(reader, *shape, &found, tokens) else { continue };
        let thing = match about {
            Some(about) => target(reader, &about)?,
            None => default_target(reader, &text)?,
        };
        let text = reader.spelled_text(&text);
        reader.make_note(&thing, &sentence_of(&text));
        return Ok(true);
    }
    Ok(false)
}

/// "log that on her file": what it is about, and what was told before.
fn told_before(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Vec<Token>, Vec<Token>)> {
    static THAT: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
        ["note|log|record|write|put|jot|enter|document|add|register|mark down? that|this|it down? on|in|to|under|against|at|for {about}"]
            .map(Pattern::new)
            .into()
    });
    let found = THAT.iter().find_map(|pattern| pattern.start(tokens))?;
    let about = tokens[found.range("about")?.start..].to_vec();
    let filed = about.iter().any(|token| token.is_any("file record profile card page contact entry notes log"));
    let named = || !reader.people_in(&about).is_empty() || reader.certainly(&about, &ANY).is_some();
    let pointed = about.len() <= 3 && about.iter().any(|token| token.is_any("project task idea"));
    let verb = tokens[0].is_any("note log record jot document register");
    let text = reader.told.last().filter(|text| text.len() > 2)?;
    (about.len() <= MOST_ABOUT && (filed || pointed || verb && named())).then(|| (about, text.clone()))
}

/// What a note is about, where the words say it, and what it says.
fn parts(
    reader: &Reader<'_>,
    shape: Shape,
    found: &Captures,
    tokens: &[Token],
) -> Option<(Option<Vec<Token>>, Vec<Token>)> {
    let slot = |name: &str| found.get(name, tokens).to_vec();
    let to_the_end = |name: &str| found.range(name).map(|range| tokens[range.start..].to_vec()).unwrap_or_default();
    let quoted = || {
        tokens.iter().find(|token| token.kind == TokenKind::Quoted).map(|token| vec![token.clone()]).unwrap_or_default()
    };
    let (about, text) = match shape {
        Shape::AboutThenText => (Some(slot("about")), to_the_end("text")),
        Shape::KnownThenText => {
            let about = slot("about");
            let known = reader.certainly(&about, &ANY).is_some() || !reader.people_in(&about).is_empty();
            (Some(about).filter(|_| known), if known { to_the_end("text") } else { Vec::new() })
        }
        Shape::QuotedThenAbout => (Some(to_the_end("about")), quoted()),
        Shape::TextThenAbout => {
            let about = tokens[found.range("text")?.end + 1..].to_vec();
            let names = reader.certainly(&about, &ANY).is_some()
                || !reader.people_in(&about).is_empty()
                || about.iter().any(|token| token.is_any("file it project task record"));
            (Some(about), if names { slot("text") } else { Vec::new() })
        }
        Shape::TextAlone => (None, to_the_end("text")),
        Shape::QuotedAlone => (None, quoted()),
    };
    let fits = !text.is_empty() && about.as_ref().is_none_or(|about| about.len() <= MOST_ABOUT);
    fits.then_some((about, text))
}

fn speaks_of_noting(tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let noun = tokens.iter().take(6).any(|token| token.is_any("note comment remark memo notes entry"));
    first.is_any("note jot document")
        || first.is_any("log record write put enter register mark add")
            && tokens.get(1).is_some_and(|token| token.is_any("that this it"))
            && tokens
                .iter()
                .skip(2)
                .take(6)
                .any(|token| token.is_any("file record profile card page contact entry notes log"))
        || tokens.iter().take(4).any(|token| token.is_any("reason cause explanation"))
            && tokens.iter().take(7).any(|token| token.is_mark(":"))
        || noun
            && first.is_any(
                "add put attach write leave make record enter append stick drop a another create comment remark memo",
            )
        || first.is_any("write record log put mark")
            && tokens.iter().any(|token| token.is_any("that why"))
            && !tokens
                .iter()
                .take(4)
                .any(|token| matches!(Noun::of(&token.low), Some(Noun::Message | Noun::Reminder | Noun::Task)))
}

/// What the note is about: "his file", "it", "the Atlas project", "Yusuf".
pub(super) fn target(reader: &mut Reader<'_>, said: &[Token]) -> Result<Thing, Stop> {
    let mut said = said.to_vec();
    let file = said.iter().any(|token| token.is_any("file record profile card page contact entry"));
    if file {
        said.retain(|token| !token.is_any("file record profile card page entry contact") && token.low != "'s");
        if said.iter().any(|token| token.is_any("his her their")) || !reader.people_in(&said).is_empty() {
            return reader.person(&said);
        }
    }
    if said.len() == 1 && said[0].is_any("him her") {
        return reader.person(&said);
    }
    let thing = said.iter().any(|token| token.is_any("project task idea"))
        || said.iter().any(|token| token.kind == TokenKind::Quoted);
    if !thing {
        let people = reader.people_in(&said);
        if let [person] = people.as_slice()
            && reader.certainly(&said, &[Kind::Project, Kind::Task, Kind::Idea]).is_none()
        {
            return Ok(person.clone());
        }
    }
    reader.thing(&said, &ANY)
}

/// Nothing was said: what the clause before was about, the thing or person the text names, or what is open.
pub(super) fn default_target(reader: &mut Reader<'_>, text: &[Token]) -> Result<Thing, Stop> {
    if let Some(thing) =
        reader.talk.it().filter(|thing| !matches!(thing.kind, Kind::Message | Kind::Note | Kind::Reminder))
    {
        return Ok(thing.clone());
    }
    if let Some(person) = reader.talk.last_person().filter(|person| **person != Thing::me()) {
        return Ok(person.clone());
    }
    if let Some(selected) = reader.selected() {
        return Ok(selected);
    }
    let people = reader.people_in(text);
    if let [person] = people.as_slice() {
        return Ok(person.clone());
    }
    let candidates = reader.candidates();
    for at in 0..text.len() {
        for end in (at + 1..=text.len().min(at + 5)).rev() {
            let words = crate::offline::rows::words(&crate::offline::text::join(&text[at..end]));
            if let Some(candidate) =
                candidates.iter().find(|candidate| candidate.words == words && candidate.thing.kind != Kind::Person)
            {
                return Ok(candidate.thing.clone());
            }
        }
    }
    if let Some(answer) = reader.answer("note-about") {
        return target(reader, &crate::offline::text::tokens(&answer));
    }
    let choices = reader.labels(&ANY);
    Err(reader.ask("note-about".into(), "What is the note about?", choices))
}
