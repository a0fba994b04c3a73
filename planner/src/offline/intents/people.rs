//! Contacts: adding somebody, and what has changed about somebody.

use crate::offline::{
    draft::{Step, Thing},
    make::Change,
    read::{Clause, nouns::Noun},
    reader::{Reader, Reading},
    slots::patterns,
    text::{Kind as TokenKind, Token, is_determiner, is_function_word, is_preposition, is_title, join},
    wording::name_of,
};
use domain::workspace::Kind;

patterns!(ADD:
    "add|put|save|enter|register|record|create|include|get|store|log {who} to|as|in|into|on|among my|our|the|a|an? new|address|external|business? contact|contacts|people|book|person|list|client|customer|supplier|partner list?",
    "add|create|register|save|make|set|enter|open|record|store up? a|an|the|two|three|four|these|some|several? new|following? contact|person|contacts|people|colleagues card|entry|record? for|called|named|:|,|–|- {who}",
    "add|create|register|save|make|enter|record a|an|the? new? contact|person card|entry|record? {who}",
    "a? new contact|person :|,|– {who}",
    "a? new contact|person called|named|for|is? {who}",
    "a? new contact|person {who}",
    "contact : {who}",
    "add|register|save {who}",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = expanded(&clause.tokens);
    if super::people_changed::says_it_again(reader, &tokens) {
        return Ok(true);
    }
    Ok(super::people_changed::changed(reader, &tokens)? || added(reader, &tokens)?)
}

/// "she's" in two words.
fn expanded(tokens: &[Token]) -> Vec<Token> {
    let mut expanded = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let subject = match token.low.as_str() {
            "he's" => "he",
            "she's" => "she",
            "they're" => "they",
            _ => {
                expanded.push(token.clone());
                continue;
            }
        };
        expanded.push(Token::new(subject, TokenKind::Word, token.glued));
        // "he's moved to Kuma" has happened, "he's at Kuma" is so
        let happened = tokens.get(at + 1).is_some_and(|next| {
            next.is_any("moved switched changed transferred gone left joined started got become taken")
        });
        expanded.push(Token::new(if happened { "has" } else { "is" }, TokenKind::Word, false));
    }
    expanded
}

// ---- somebody new --------------------------------------------------------------------------------------------------

#[expect(clippy::unnecessary_wraps, reason = "all readers of clauses answer alike")]
fn added(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    let Some((who, certain)) = ADD.iter().enumerate().find_map(|(index, pattern)| {
        let found = pattern.start(tokens)?;
        let from = found.range("who")?.start;
        let last = index + 1 == ADD.len();
        // a slot at the end of a pattern goes on to the end of the clause
        Some((tokens[from..].to_vec(), !last))
    }) else {
        return Ok(false);
    };
    let pronoun = who.first().is_some_and(|token| token.is_any("him her them"))
        && who.get(1).is_none_or(|token| token.is_any("as to in on too"));
    let who = if pronoun { stranger_told_of(reader).unwrap_or(who) } else { who };
    if let Some(several) = each_described(&who) {
        let mut made = Vec::new();
        for part in several {
            made.push(enter(reader, described(&part)));
        }
        reader.talk.group = made;
        return Ok(true);
    }
    let mut person = described(&who);
    if pronoun && person.organisation.is_none() {
        person.organisation = place_told_of(reader);
    }
    // "add Dana Whitfield" without a word about contacts: only a full name counts
    let full_name = person.name.split_whitespace().count() >= 2;
    let has_details = person.email.is_some() || person.organisation.is_some();
    let names_other_thing = who.iter().any(|token| {
        token.kind == TokenKind::Word
            && !token.is_capitalised()
            && Noun::of(&token.low).is_some_and(|noun| noun != Noun::Person && noun != Noun::Message)
    });
    if person.name.is_empty()
        || names_other_thing
        || (!certain && !(full_name && (has_details || who.iter().all(Token::is_capitalised))))
        || who.first().is_some_and(|token| token.kind == TokenKind::Quoted && !certain)
    {
        return Ok(false);
    }
    let thing = enter(reader, person);
    reader.talk.group = vec![thing];
    Ok(true)
}

/// "Quentin Marsh from Delta Fabrics and Yara Nasser from Oasis Events": each by himself.
fn each_described(who: &[Token]) -> Option<Vec<Vec<Token>>> {
    let begins = |at: usize| {
        let names = who[at..].iter().take_while(|token| token.is_capitalised()).count();
        let detailed = who.get(at + names).is_none_or(|token| {
            token.is_any("from at of to as in and with , who")
                || token.kind == TokenKind::Punct
                || token.kind == TokenKind::Email
        });
        names >= 2 && detailed
    };
    let joins = |at: usize| {
        let and = who[at].is_any("and plus") || who[at].is_mark(",") || who[at].is_mark(";");
        and && at + 1 < who.len() && begins(at + 1)
    };
    // "Tom Hale from Smith and Wesson Limited" is one person: the first of several is complete without the last
    let places: Vec<usize> = (1..who.len().saturating_sub(1)).filter(|at| joins(*at)).collect();
    let detailed = |part: &[Token]| {
        part.iter().any(|token| token.is_any("from at of with") || token.kind == TokenKind::Email || token.is_mark("("))
    };
    let last = *places.last()?;
    if !begins(0) || detailed(&who[..last]) && !detailed(&who[last..]) {
        return None;
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for at in places.into_iter().chain([who.len()]) {
        parts.push(who[from..at].to_vec());
        from = at + 1;
    }
    Some(parts)
}

/// "she's the buyer at Norrland Foods": where somebody works who was spoken of before.
fn place_told_of(reader: &Reader<'_>) -> Option<String> {
    reader.told.iter().rev().find_map(|clause| {
        let subject = clause.first()?.is_any("he she he's she's they who");
        let at = clause.iter().position(|token| token.is_any("at from with for")).filter(|_| subject)?;
        place_name(&clause[at + 1..]).filter(|name| name.chars().next().is_some_and(char::is_uppercase))
    })
}

/// Enters somebody, or what is new about somebody who is there already.
fn enter(reader: &mut Reader<'_>, person: Described) -> Thing {
    let known = reader
        .rows
        .iter()
        .find(|row| row.kind == Kind::Person && row.label.eq_ignore_ascii_case(&person.name))
        .map(crate::offline::rows::Row::thing);
    let thing = if let Some(known) = known {
        reader.assume(format!("{} is in the workspace already, and is not added twice.", known.label));
        reader.talk.about(&known);
        for (field, value) in [("email", person.email), ("organisation", person.organisation)] {
            if let Some(value) = value {
                reader.change(&known, Change::Text(field, value));
            }
        }
        known
    } else {
        let step = Step::new("person.create", format!("Add {}", person.name))
            .text("name", &person.name)
            .text("email", person.email.unwrap_or_default())
            .text("organisation", person.organisation.unwrap_or_default());
        reader.push(step, Kind::Person, &person.name)
    };
    reader.talk.about(&thing);
    thing
}

/// Somebody whom an earlier clause named: "I met Piotr Zielinski from Wolski Steel".
fn stranger_told_of(reader: &Reader<'_>) -> Option<Vec<Token>> {
    reader.told.iter().rev().find_map(|clause| {
        let from = clause.windows(2).enumerate().position(|(at, pair)| {
            let place = at.checked_sub(1).is_some_and(|before| clause[before].is_any("at from with for of in the"));
            !place && pair.iter().all(|token| token.is_capitalised() && reader.is_strange(token))
        })?;
        Some(clause[from..].to_vec())
    })
}

struct Described {
    name: String,
    email: Option<String>,
    organisation: Option<String>,
}

/// "Dana Whitfield (dana@northwind.example, Northwind)", "Omar Haddad from Cedar Logistics".
fn described(tokens: &[Token]) -> Described {
    let email = tokens.iter().find(|token| token.kind == TokenKind::Email).map(|token| token.text.clone());
    let lead = tokens
        .iter()
        .take_while(|token| {
            is_determiner(&token.low) && !token.is_capitalised()
                || token.is_any("new contact person for called named up")
        })
        .count();
    let rest = &tokens[lead..];
    let length = rest
        .iter()
        .enumerate()
        .take_while(|(at, token)| match token.kind {
            TokenKind::Word => {
                (token.is_capitalised()
                    || is_title(&token.low)
                    || (*at < 3 && !is_preposition(&token.low) && !is_function_word(&token.low))
                    || token.is_any("van von de der den da di la el bin al dos du del"))
                    && !token.is_any("email mail to as works working who our my")
            }
            TokenKind::Quoted => *at == 0,
            _ => false,
        })
        .count();
    let name = name_of(&rest[..length]);
    let behind = &rest[length..];
    let place = behind.iter().enumerate().find(|(at, token)| {
        let introduces = token.is_any("from at of with for company organisation employer");
        introduces
            && behind.get(at + 1).is_some_and(|next| {
                next.is_capitalised()
                    || next.kind == TokenKind::Quoted
                    || is_determiner(&next.low) && behind.get(at + 2).is_some_and(Token::is_capitalised)
                    || next.is_mark(":")
            })
    });
    let organisation = match place {
        Some((at, _)) => place_name(&behind[at + 1..]),
        None => behind.iter().position(|token| token.is_mark("(") || token.is_mark(",")).and_then(|open| {
            behind[open + 1..]
                .split(|token| token.is_mark(",") || token.is_mark(")") || token.is_mark(";"))
                .find(|part| is_place(part))
                .and_then(place_name)
        }),
    };
    Described { name, email, organisation }
}

fn is_place(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|token| {
        (token.is_capitalised() || token.kind == TokenKind::Quoted) && token.kind != TokenKind::Email
    }) && tokens.len() <= 6
}

/// The name of an organisation: up to a mark or a word that is no part of a name.
pub(super) fn place_name(tokens: &[Token]) -> Option<String> {
    let lead = tokens.iter().take_while(|token| token.kind == TokenKind::Punct || token.is_any("the")).count();
    let rest = &tokens[lead..];
    if let Some(quoted) = rest.first().filter(|token| token.kind == TokenKind::Quoted) {
        return Some(quoted.text.clone());
    }
    let end = rest
        .iter()
        .enumerate()
        .take_while(|(at, token)| match token.kind {
            TokenKind::Word | TokenKind::Number => {
                let joins =
                    token.is_any("and of the for & de und") && rest.get(at + 1).is_some_and(Token::is_capitalised);
                joins
                    || token.is_capitalised()
                    || token.low == "'s"
                    || (*at == 0 && !is_function_word(&token.low))
                    || (*at > 0
                        && rest[0].text.chars().next().is_some_and(char::is_lowercase)
                        && !is_function_word(&token.low)
                        && !token.is_any("contact email instead these"))
            }
            _ => false,
        })
        .count();
    let name = join(&rest[..end]);
    (!name.is_empty()).then_some(name)
}

// ---- somebody known ------------------------------------------------------------------------------------------------
