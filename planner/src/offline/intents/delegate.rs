//! Work for somebody: "have Ravi inspect the boiler", "Tom should order the chairs", "ask Ana to …" is a message.

use crate::offline::{
    belongings::name_of_person_length,
    dates::DatePhrase,
    make::TaskParts,
    read::Clause,
    reader::{Reader, Reading},
    slots::{dates, patterns},
    text::{Kind as TokenKind, Token, is_determiner, is_function_word, is_verb},
    wording::title_of,
};

patterns!(SHOULD:
    "{who} should|must|can|could|will|shall|needs|has|ought|is|to to|going? please? also? {work}",
    "{who} 'll|is to {work}",
    "i|we want|need|'d|would like? {who} to {work}",
    "{who} : {work}",
);
patterns!(TO_BE_DONE: "{work} is|are|should|must|needs to? be? ~do|handled|taken care? of? by {who}");

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    let Some((who, work)) = parts(reader, tokens) else { return Ok(false) };
    let person = reader.person(&who)?;
    reader.talk.names(&person);
    let mut work = work;
    if let Some((from, condition)) = crate::offline::read::trailing_condition(&work) {
        work.truncate(from);
        reader.wait_once(&condition);
    }
    let project = reader.project_slot(&mut work)?.or_else(|| reader.talk.project.clone());
    let found: Vec<DatePhrase> = dates(&mut work);
    let due = match found.last() {
        Some(phrase) => reader.due(phrase)?,
        None => None,
    };
    let title = title_of(&reader.spelled_out(&work));
    let it = reader.made_thing_in(&work);
    let task = reader.make_task(&TaskParts { title, due, assignee: Some(person), project, ..TaskParts::default() });
    reader.order_after(&task, it);
    if reader.talk.group.iter().all(|thing| thing.kind == domain::workspace::Kind::Task) {
        reader.talk.group.push(task);
    } else {
        reader.talk.group = vec![task];
    }
    Ok(true)
}

/// "Tom takes the photos", "Philippa decides", and behind "have Ravi test the pump": "and Tess check the valves".
fn present(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Vec<Token>, Vec<Token>)> {
    let named = crate::offline::resolve::people_named(&reader.candidates(), tokens);
    let first = named
        .first()
        .filter(|named| named.from <= usize::from(tokens.first().is_some_and(|token| token.is_any("and then"))))?;
    let verb = tokens.get(first.to)?;
    let third_person =
        verb.kind == TokenKind::Word && verb.low.ends_with('s') && verb.low != verb.lemma && is_verb(&verb.lemma);
    let bare = verb.kind == TokenKind::Word && is_verb(&verb.low) && tokens.len() > first.to + 1;
    if !(third_person || bare)
        || verb.is_any("has is was works lives owes wants needs likes knows thinks says means have owe want need like")
    {
        return None;
    }
    // "Rosa looks after it over there": tells who it is, and of nothing to be done
    let vague = tokens[first.to + 1..]
        .iter()
        .all(|token| crate::offline::text::is_function_word(&token.low) || token.kind == TokenKind::Punct);
    if vague && third_person {
        return None;
    }
    let mut work = tokens[first.to..].to_vec();
    work[0] = Token::new(verb.lemma.clone(), TokenKind::Word, false);
    Some((tokens[first.from..first.to].to_vec(), work))
}

fn parts(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Vec<Token>, Vec<Token>)> {
    let first = tokens.first()?;
    if first.is_any("have get let make ask") {
        let length = name_of_person_length(&tokens[1..]);
        let who = &tokens[1..=length.min(tokens.len() - 1)];
        let mut rest = &tokens[(1 + length).min(tokens.len())..];
        // "get quotes from builders" is nobody's name
        let is_person = !reader.people_in(who).is_empty()
            || who.iter().any(|token| token.is_capitalised() || token.is_any("him her them me"));
        if rest.first().is_some_and(|token| token.is_any("to")) {
            rest = &rest[1..];
        }
        // behind "have somebody" stands a verb, whether it is a usual one or not
        let object = rest.get(1).is_some_and(|token| {
            is_determiner(&token.low) || token.is_any("it them") || token.kind == TokenKind::Quoted
        });
        let unusual = first.is_any("have get let") && object;
        let works = rest.first().is_some_and(|token| {
            token.kind == TokenKind::Word
                && (is_verb(&token.low) || unusual && !is_function_word(&token.low) && !token.low.ends_with("ed"))
        });
        return (is_person && works).then(|| (who.to_vec(), rest.to_vec()));
    }
    if let Some(found) = present(reader, tokens) {
        return Some(found);
    }
    for pattern in SHOULD.iter() {
        let Some(found) = pattern.start(tokens) else { continue };
        let who = found.get("who", tokens);
        // "Mrs Lind phoned to say": a person and nothing behind
        let people = crate::offline::resolve::people_named(&reader.candidates(), who);
        let named = people.last().is_some_and(|named| named.to == who.len()) && who.len() <= 5
            || who.len() == 1 && who[0].is_any("he she") && reader.talk.last_person().is_some();
        if !named {
            continue;
        }
        let from = found.range("work")?.start;
        let work = &tokens[from..];
        let verb = work.iter().position(|token| !token.is_any("to please also then just be"))?;
        let verb_word = &work[verb];
        // "Malte could take care of that" tells who does what was told before
        let told_before = work[verb..]
            .iter()
            .all(|token| token.is_any("do take handle manage fix look see care after to into on of over that this it"));
        if told_before {
            continue;
        }
        let vague = work[verb + 1..].iter().all(|token| super::super::text::is_function_word(&token.low));
        // behind "has to" stands a verb, whether it is a usual one or not
        let has_to = tokens[..from].last().is_some_and(|token| token.is_any("to"));
        let verb_like = has_to
            && !verb_word.is_capitalised()
            && !crate::offline::text::is_function_word(&verb_word.low)
            && work.len() > verb + 1;
        if (is_verb(&verb_word.low) || verb_like)
            && verb_word.kind == TokenKind::Word
            && !(vague && work.len() > verb + 1)
        {
            return Some((who.to_vec(), work[verb..].to_vec()));
        }
    }
    for pattern in TO_BE_DONE.iter() {
        if let Some(found) = pattern.start(tokens) {
            let who = tokens[found.range("who")?.start..].to_vec();
            if !reader.people_in(&who).is_empty() {
                return Some((who, found.get("work", tokens).to_vec()));
            }
        }
    }
    None
}
