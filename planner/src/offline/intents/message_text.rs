//! What a message says: its words, its subject, and what the workspace knows of its occasion.

use domain::workspace::Kind;

pub(crate) use super::message_wish::{Tone, Wish};
use crate::offline::{
    draft::Thing,
    reader::{Reader, Stop},
    text::{Kind as TokenKind, Token, capitalised, is_function_word, join},
    wording::{first_name, sentence_of},
};

/// Subject and body; nothing when there is nothing to say.
#[expect(clippy::unnecessary_wraps, reason = "all readers of clauses answer alike")]
pub(crate) fn words(
    reader: &mut Reader<'_>,
    wish: &Wish,
    text: &[Token],
    person: &Thing,
) -> Result<Option<(String, String)>, Stop> {
    let name = first_name(&person.label).to_owned();
    let text = &addressed(reader, text)[..];
    let said = join(text);
    let meant = text.iter().any(|token| token.kind != TokenKind::Punct);
    if let [only] = text
        && only.kind == TokenKind::Quoted
    {
        return Ok(Some((String::new(), only.text.clone())));
    }
    let told = matches!(wish.intro.as_str(), "that" | "saying" | "whether" | "if") && text.len() > 1;
    let vague = !meant || !told && text.iter().all(|token| is_function_word(&token.low)) && wish.tone != Tone::Send;
    if vague && !matches!(wish.tone, Tone::Thank | Tone::Congratulate) {
        return Ok(from_context(reader, person).map(|body| (String::new(), format!("Hello {name}, {body}"))));
    }
    let plain = || sentence_of(text);
    let lower = lower_first(&said);
    let (subject, body) = match (wish.tone, wish.intro.as_str()) {
        (Tone::Thank, _) => (
            "Thank you".into(),
            if meant {
                format!("Hello {name}, thank you for {}.", strip(&lower))
            } else {
                format!("Hello {name}, thank you!")
            },
        ),
        (Tone::Congratulate, _) => (
            "Congratulations".into(),
            format!(
                "Hello {name}, congratulations{}!",
                if meant { format!(" on {}", strip(&lower)) } else { String::new() }
            ),
        ),
        (Tone::Apologise, _) => (
            "Apologies".into(),
            format!(
                "Hello {name}, I am sorry {} {}.",
                if wish.intro == "that" { "that" } else { "about" },
                strip(&lower)
            ),
        ),
        (Tone::Invite, _) => ("Invitation".into(), format!("Hello {name}, you are invited to {}.", strip(&lower))),
        (Tone::Ask | Tone::Tell, "whether" | "if") | (Tone::Tell, "asking") => {
            (subject(text), format!("Hello {name}, could you tell me whether {}?", strip(&lower)))
        }
        (Tone::Ask, "for") => (subject(text), format!("Hello {name}, could you send me {}?", strip(&lower))),
        (Tone::Ask, "to" | "that") => (subject(text), format!("Hello {name}, could you please {}?", strip(&lower))),
        (Tone::Ask, "about") => (subject(text), format!("Hello {name}, I have a question about {}.", strip(&lower))),
        (Tone::Ask, _) => (subject(text), format!("Hello {name}, a question: {}?", strip(&lower))),
        (Tone::Send, _) => (subject(text), format!("Hello {name}, here is {}.", strip(&lower))),
        (Tone::Tell, "about" | "of" | "regarding" | "re:" | "on" | "for") => {
            (subject(text), format!("Hello {name}, this is about {}.", strip(&lower)))
        }
        (Tone::Tell, "to") => (subject(text), format!("Hello {name}, please {}.", strip(&lower))),
        (Tone::Tell, _) => (subject(text), plain()),
    };
    Ok(Some((subject, body)))
}

/// "his invoice" is "your invoice" to the one who gets the message; not when somebody else is named in it.
fn addressed(reader: &Reader<'_>, text: &[Token]) -> Vec<Token> {
    if !reader.people_in(text).is_empty() {
        return text.to_vec();
    }
    // "they are on their way": nobody who gets it is meant
    let others = text.iter().take(3).any(|token| token.is_any("they they're they'll they've"))
        && text.get(1).is_none_or(|token| !token.is_any("can could will would may might should must"));
    let mut said = Vec::with_capacity(text.len());
    for (at, token) in text.iter().enumerate() {
        let next = text.get(at + 1);
        let before_noun = next.is_some_and(|next| next.kind == TokenKind::Word && !is_function_word(&next.low));
        let before_modal = next.is_some_and(|next| next.is_any("can could will would may might should must"));
        let other = match token.low.as_str() {
            "their" if others => "their",
            "his" | "her" | "their" if before_noun => "your",
            "hers" => "yours",
            "he" | "she" | "they" if before_modal => "you",
            _ => {
                said.push(token.clone());
                continue;
            }
        };
        said.push(Token::new(
            if token.is_capitalised() { capitalised(other) } else { other.to_owned() },
            TokenKind::Word,
            token.glued,
        ));
    }
    said
}

pub(super) fn strip(text: &str) -> &str {
    text.trim_end_matches(['.', '?', '!', ' '])
}

pub(super) fn lower_first(text: &str) -> String {
    let mut words = text.splitn(2, ' ');
    let first = words.next().unwrap_or_default();
    let keeps = first.chars().skip(1).any(char::is_uppercase)
        || !is_function_word(&first.to_lowercase()) && first.chars().next().is_some_and(char::is_uppercase);
    if keeps {
        text.to_owned()
    } else {
        format!("{}{}", first.to_lowercase(), words.next().map(|rest| format!(" {rest}")).unwrap_or_default())
    }
}

/// A subject of the first few words that mean something.
pub(super) fn subject(text: &[Token]) -> String {
    let lead = text.iter().take_while(|token| is_function_word(&token.low)).count();
    let words: Vec<Token> = text[lead.min(text.len())..]
        .iter()
        .take(6)
        .take_while(|token| token.kind != TokenKind::Punct)
        .cloned()
        .collect();
    capitalised(&join(&words))
}

/// What a message without words is about: what the steps before it did.
pub(super) fn from_context(reader: &mut Reader<'_>, person: &Thing) -> Option<String> {
    if let Some(topic) = &reader.topic {
        let _ = person;
        return Some(lower_first(topic));
    }
    // "put Ana and Tom in touch: link the two and message both"
    let touch = reader
        .whole
        .iter()
        .any(|token| token.is_any("touch contact introduce introduced introduction acquainted together"));
    let linked = reader.draft.steps.iter().rev().find(|step| step.action == "link.create").filter(|_| touch);
    let other = linked.filter(|step| step.used().all(|thing| thing.kind == Kind::Person)).and_then(|step| {
        let here = step.used().any(|thing| thing.target == person.target);
        step.used().find(|thing| here && thing.target != person.target).map(|thing| thing.label.clone())
    });
    if let Some(other) = other {
        reader.assume("Some messages had no words: check them before they are sent.");
        return Some(format!("I would like to put you in touch with {other}."));
    }
    let step = reader.draft.steps.iter().rev().find(|step| {
        !matches!(step.action, "message.send" | "link.create" | "wait.until" | "reminder.set" | "person.create")
    })?;
    let label = step.used().next().map(|thing| thing.label.clone());
    let own = |field: &str| step.params.get(field).and_then(serde_json::Value::as_str).map(str::to_owned);
    let body = match step.action {
        "task.complete" => format!("“{}” is done.", label?),
        "project.archive" | "idea.archive" => format!("“{}” has been archived.", label?),
        "project.create" => format!("the project “{}” has been set up.", own("name")?),
        "task.create" => format!("this is about “{}”.", own("title")?),
        "manual.step" => "it is done.".to_owned(),
        "calendar.schedule" => format!("“{}” is in the calendar.", own("title")?),
        "note.add" => format!("there is a new note: {}", own("text")?),
        "idea.create" => format!("there is a new idea: “{}”.", own("title")?),
        "http.request" => "the request has been sent.".to_owned(),
        _ => format!("there is news about “{}”.", label?),
    };
    reader.assume("Some messages had no words: check them before they are sent.");
    Some(body)
}
