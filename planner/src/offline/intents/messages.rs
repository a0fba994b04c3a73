//! Messages: "tell Ruth that it is gone", "ask Beatriz by message whether …", "send it to Mr. Novak".

use super::{
    message_text::words,
    message_wish::{Tone, wish},
};
use crate::offline::{
    dates::{in_words, written},
    draft::{Step, Thing},
    read::Clause,
    reader::{Reader, Reading, Stop},
    slots::patterns,
    text::{Kind as TokenKind, Token, is_function_word},
};
use domain::workspace::Kind;

patterns!(BY_MESSAGE: "by|via|per|through|in|with a|an|the? short|quick? message|mail|email|e-mail|text|note|line", "a|an short|quick? message|email", "in writing");

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    if worded(reader, &clause.tokens) {
        return Ok(true);
    }
    let mut tokens = clause.tokens.clone();
    named_by_address(reader, &mut tokens)?;
    let by_message = take_by_message(&mut tokens);
    let content = tokens.iter().position(|token| {
        token.is_mark(":") || token.kind == TokenKind::Quoted || token.is_any("that saying whether about asking")
    });
    if let Some((from, condition)) = crate::offline::read::trailing_condition(&tokens)
        .filter(|(from, _)| content.is_none_or(|content| content > *from))
        && speaks_of_sending(&tokens)
    {
        tokens.truncate(from);
        reader.wait_once(&condition);
    }
    let Some(wish) = wish(reader, &tokens, by_message) else { return Ok(false) };
    let mut who = wish.who.clone();
    let mut text = wish.text.clone();
    let only = |from: usize| {
        text.get(from).is_some_and(|token| token.is_any("only but"))
            || text.get(from + 1).is_some_and(|token| token.is_any("only"))
    };
    let says_it = |from: usize| text[..from].iter().all(|token| is_function_word(&token.low));
    if let Some((from, condition)) = crate::offline::read::trailing_condition(&text).filter(|(from, _)| {
        wish.intro.is_empty() || wish.intro == "know" || wish.intro == "about" && says_it(*from) || only(*from)
    }) {
        text.truncate(from);
        reader.wait_once(&condition);
    } else if wish.intro == "when" || wish.intro == "once" {
        let condition = crate::offline::read::Condition { tokens: std::mem::take(&mut text), uncertain: false };
        reader.wait_once(&condition);
    }
    if let Some(condition) = crate::offline::read::trailing_condition(&who) {
        who.truncate(condition.0);
        reader.wait_once(&condition.1);
    }
    // a day before the matter says when it is to be sent
    if let Some(phrase) = who.iter().find_map(|token| token.date().cloned()) {
        who.retain(|token| token.date().is_none());
        if let Some((day, time)) = reader.moment(&phrase)?.filter(|(day, _)| *day > reader.calendar.today) {
            let time = time.or_else(|| chrono::NaiveTime::from_hms_opt(9, 0, 0));
            let waiting = reader.push(
                Step::new("wait.until", format!("Wait until {}", in_words(day))).value("at", written(day, time)),
                Kind::Note,
                "wait",
            );
            reader.hold_for(&waiting);
        }
    }
    let people: Vec<Thing> =
        reader.people(&who)?.into_iter().filter(|person| person.target != crate::offline::draft::Target::Me).collect();
    if people.is_empty() {
        return Ok(false);
    }
    for person in &people {
        reader.talk.names(person);
    }
    let sends_it = wish.tone == Tone::Send && text.iter().all(|token| token.is_any("it this that them"));
    let text = if sends_it { reader.object_spoken_of() } else { reader.spelled_text(&text) };
    for person in &people {
        let written =
            reader.draft.steps.iter().any(|step| step.action == "message.send" && step.points_at("to", person));
        if written && text.iter().all(|token| is_function_word(&token.low)) && !sends_it {
            continue;
        }
        let Some((subject, body)) = words(reader, &wish, &text, person)? else {
            // "send him a short hello"
            if clause.tokens.iter().any(|token| token.is_any("hello hi greeting greetings welcome")) {
                let name = crate::offline::wording::first_name(&person.label).to_owned();
                reader.make_message(person, "Hello", &format!("Hello {name}!"));
                continue;
            }
            let id = format!("message-to-{}", crate::offline::rows::words(&person.label).join("-"));
            let Some(answer) = reader.answer(&id) else {
                return Err(reader.ask(id, format!("What should the message to {} say?", person.label), Vec::new()));
            };
            reader.make_message(person, "", &answer);
            continue;
        };
        reader.make_message(person, &subject, &body);
    }
    Ok(true)
}

/// "The message: the booklet is ready": the words of the message before.
fn worded(reader: &mut Reader<'_>, tokens: &[Token]) -> bool {
    patterns!(WORDS: "the|its|his|her message|text|mail|email|wording|words reads|says|is|should|be|say|:? :|,|that {text}", "the|its message|text|mail|email says|reads|is {text}");
    let Some(found) = WORDS.iter().find_map(|pattern| pattern.start(tokens)) else { return false };
    let Some(last) = reader.draft.steps.iter().rposition(|step| step.action == "message.send") else { return false };
    let text = &tokens[found.range("text").map_or(tokens.len(), |range| range.start)..];
    let body = crate::offline::wording::sentence_of(text);
    let step = &mut reader.draft.steps[last];
    step.params.insert("body".into(), body.into());
    step.params.insert("subject".into(), super::message_text::subject(text).into());
    true
}

/// "send the figures to ana@example.org": the name in place of the address. What goes to an address that nobody here has
/// is asked about, never sent.
fn named_by_address(reader: &mut Reader<'_>, tokens: &mut [Token]) -> Result<(), Stop> {
    let sends = tokens.first().is_some_and(|token| {
        token.is_any(
            "send email mail message forward share write tell give pass export upload text drop ping notify inform",
        )
    });
    let at = tokens.iter().enumerate().position(|(at, token)| {
        token.kind == TokenKind::Email && at > 0 && (at == 1 || tokens[at - 1].is_any("to at and"))
    });
    let Some(at) = at.filter(|_| sends) else { return Ok(()) };
    let address = tokens[at].text.clone();
    let known = reader
        .request
        .workspace
        .people
        .iter()
        .find(|person| person.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(&address)));
    let made = reader.draft.steps.iter().find(|step| {
        step.action == "person.create"
            && step.params.get("email").and_then(serde_json::Value::as_str) == Some(address.as_str())
    });
    let name = known.map(|person| person.name.clone()).or_else(|| {
        made.and_then(|step| step.params.get("name")).and_then(serde_json::Value::as_str).map(str::to_owned)
    });
    let Some(name) = name else {
        let id = crate::offline::reader::question_id("who", &address);
        return Err(reader.ask(
            id,
            format!("Nobody in the workspace has the address {address}. Who is meant?"),
            reader.labels(&[Kind::Person]),
        ));
    };
    tokens[at] = Token::new(name, TokenKind::Word, false);
    Ok(())
}

fn speaks_of_sending(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|token| {
        token.is_any("tell inform notify message email mail text send write let drop forward reply")
    })
}

fn take_by_message(tokens: &mut Vec<Token>) -> bool {
    let found =
        BY_MESSAGE.iter().take(1).find_map(|pattern| pattern.find(tokens)).or_else(|| BY_MESSAGE[2].find(tokens));
    match found {
        Some(found) if found.matched.start > 0 => {
            tokens.drain(found.matched);
            true
        }
        _ => false,
    }
}
