//! Notes: "note on Atlas that the vendor is late", "write on his file that he called twice".

use domain::workspace::Kind;

use crate::offline::{
    draft::Thing,
    read::{Clause, nouns::Noun},
    reader::{Reader, Reading, Stop},
    slots::patterns,
    text::{Kind as TokenKind, Token},
    wording::sentence_of,
};

const ANY: [Kind; 4] = [Kind::Project, Kind::Task, Kind::Idea, Kind::Person];

// The shapes of a note; the first slot that is there says what it is about.
patterns!(SHAPES:
    "add|put|create|attach|write|leave|make|record|enter|append|stick|drop|jot down? a|the? short|quick? note|comment|remark|memo|entry on|to|for|in|about|under|against {about} that|saying|says|stating|reading|: {text}",
    "add|put|create|attach|write|leave|make|record|enter|append|drop|jot down? a|the? short|quick? note|comment|remark|memo|entry to|on|for {about} about {text}",
    "add|put|create|attach|write|leave|make|record|enter|append|drop|jot down? a|the? short|quick? note|comment|remark|memo @quoted to|on|for|in|under {about}",
    "add|attach @quoted as a note|comment to|on {about}",
    "add|put|create|attach|write|leave|make|record|enter|append|drop|jot down? a|the? short|quick? note|comment|remark|memo that|saying|: {text} to|on|for|in|under the|it|this|that|{about} {about}",
    "note|write|jot|record|log|put|add|mark down? on|in|to|under|about|against|for {about} that|: {text}",
    "note|write|jot|record|log down? on|in|about|for {about} why|how|what {text}",
    "note|record|log|write|jot|put down? @quoted on|in|to|under|for {about}",
    "note|record|log|document|write|jot|put|mark down? that|: {text} on|in|to the|his|her|their|it|this {about}",
    "note|record|write|jot down? the? reason|cause|following : {text}",
    "note|record|document|write|jot down? that|why|how|when|:|what {text}",
    "note|comment|remark|memo on|for|about|to|regarding {about} : {text}",
    "note|comment|remark on|for|about|to {about} that {text}",
    "add|put|attach|write|leave|make|record|drop|jot down? a|the? short|quick? note|comment|remark|memo that|saying|stating|:|about {text}",
    "a|another? note|comment on|to|for {about} that|saying|: {text}",
    "a|another? note|comment that|saying|:|about {text}",
    "note|comment|remark|memo : {text}",
    "note {about} : {text}",
    "note|record|jot|write down? @quoted",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    if !speaks_of_noting(tokens) {
        return Ok(false);
    }
    for (index, pattern) in SHAPES.iter().enumerate() {
        let Some(found) = pattern.start(tokens) else { continue };
        let about_first = matches!(index, 0 | 1 | 5 | 6 | 10 | 11 | 13 | 16);
        let quoted = matches!(index, 2 | 3 | 7 | 17);
        let text_until_place = matches!(index, 4 | 8);
        let text = if quoted {
            tokens.iter().find(|token| token.kind == TokenKind::Quoted).map(|token| vec![token.clone()])
        } else if text_until_place {
            found.range("text").map(|range| tokens[range].to_vec())
        } else {
            found.range("text").map(|range| tokens[range.start..].to_vec())
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
        if index == 16
            && reader.certainly(found.get("about", tokens), &ANY).is_none()
            && reader.people_in(found.get("about", tokens)).is_empty()
        {
            continue;
        }
        let about = if about_first || quoted && index != 17 {
            let said = if quoted {
                found.range("about").map(|range| tokens[range.start..].to_vec())
            } else {
                Some(found.get("about", tokens).to_vec())
            };
            Some(said.unwrap_or_default())
        } else if text_until_place {
            // "… on the Atlas project" at the end only counts when it names something
            let from = found.matched.end - found.get("about", tokens).len();
            let said = tokens[found.range("text").map_or(from, |range| range.end) + 1..].to_vec();
            let _ = from;
            if reader.certainly(&said, &ANY).is_none()
                && reader.people_in(&said).is_empty()
                && !said.iter().any(|token| token.is_any("file it project task record"))
            {
                continue;
            }
            Some(said)
        } else {
            None
        };
        if about_first && about.as_ref().is_some_and(|about| about.len() > 9) {
            continue;
        }
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

fn speaks_of_noting(tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let noun = tokens.iter().take(6).any(|token| token.is_any("note comment remark memo notes entry"));
    first.is_any("note jot document")
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
fn target(reader: &mut Reader<'_>, said: &[Token]) -> Result<Thing, Stop> {
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
fn default_target(reader: &mut Reader<'_>, text: &[Token]) -> Result<Thing, Stop> {
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
    for at in 0..text.len() {
        for end in (at + 1..=text.len().min(at + 5)).rev() {
            let words = crate::offline::rows::words(&crate::offline::text::join(&text[at..end]));
            let candidates = reader.candidates();
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
