//! Contacts: adding somebody, and what has changed about somebody.

use std::sync::LazyLock;

use domain::workspace::Kind;

use crate::offline::{
    draft::{Step, Thing},
    make::Change,
    read::{Clause, nouns::Noun},
    reader::{Reader, Reading},
    slots::patterns,
    text::{
        Captures, Kind as TokenKind, Pattern, Token, is_determiner, is_function_word, is_preposition, is_title, join,
    },
    wording::name_of,
};

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

patterns!(WORKS:
    "{who} works|working at|for|with {place} now|instead|these?",
    "{who} now|currently works at|for {place}",
    "{who} is|are|'s now|currently? at|with|from|employed|working by|at|for? {place}",
    "{who} moved|switched|changed|transferred|went to {place}",
    "{who} has|have moved|switched|changed|transferred|gone to {place}",
    "{who} moved|switched|changed|transferred|went from {old} to {place}",
    "{who} has|have moved|switched|changed|transferred|gone from {old} to {place}",
    "{who} no longer works at|for|with {old} but|and|,|; now? at|for|with {place}",
    "{who} joined|joins {place}",
    "{who} runs|owns|heads|leads|manages|founded|represents {place}",
    "{who} has|have joined {place}",
    "{who} left {old} and|, is|works now? at|with|for {place}",
    "{who} left {old} for|and joined? {place}",
    "{who} has|have left {old} for|and joined? {place}",
    "{who} started|starts at|with|working at|for? {place}",
    "{who} has|have started at|with {place}",
    "{who} 's new|current? employer|company|organisation|firm|job is now? at|with? {place}",
    "{who} new|current? employer|company|organisation|firm is now? {place}",
    "update|change|set|correct {who} 's organisation|company|employer|firm to|: {place}",
    "move {who} to organisation|company {place}",
    "{who} should|must|is to? be? listed|filed|registered|recorded|entered under|at|with|for {place}",
    "list|file|register {who} under {place}",
    "change|update {who} to|: works at|for {place}",
);

patterns!(EMAIL: "{who} 's? new|current? email|mail address? is|to|:|= now? {mail}", "{who} 's? new|current? address is|: now? {mail}", "update|change|set|correct|add {who} 's? email|mail address? to|:|= {mail}", "{who} can|is be? reached? at|under|reachable {mail}", "reach {who} at|under {mail}", "{who} has|uses a? new? email|mail? address|email|mail : {mail}", "{who} email|mail address? is|: {mail}", "{who} has|have|got|uses|'s got? a|an|another? new|different|changed? email|mail address? ,|:|–|-|now? {mail}", "{who} email|mail|address changed|is|has changed? to|now? {mail}");

patterns!(NAME:
    "{who} is|goes now? called|by|named {name}",
    "{who} 's new? name|surname is now? {name}",
    "{who} name is|'s now? {name}",
    "{who} name has? changed|changes to {name}",
    "rename|change contact|person {who} to|into {name}",
    "change {who} 's name|surname to {name}",
    "{who} changed his|her|their name|surname to {name}",
    "{who} got married|remarried and|, is|goes now? called|named|by? {name}",
);

static CHANGED_JOBS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    [
        "{who} changed|switched|has|found|got a? new? changed|switched|found? jobs|job|employers|companies|employer",
        "{who} got married|promoted",
        "{who} has a? new job|employer|email|address|name",
    ]
    .into_iter()
    .map(Pattern::new)
    .collect()
});

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = expanded(&clause.tokens);
    if says_it_again(reader, &tokens) {
        return Ok(true);
    }
    Ok(changed(reader, &tokens)? || added(reader, &tokens)?)
}

/// "update his entry" behind what has changed about him.
fn says_it_again(reader: &Reader<'_>, tokens: &[Token]) -> bool {
    patterns!(AGAIN: "update|change|correct|adjust|fix|amend|note|record|enter his|her|their|the|that|it|this contact|entry|record|details|card|file|data|profile? accordingly|please|too|in|there?");
    let updated = reader.draft.steps.iter().any(|step| step.action == "person.update");
    updated && AGAIN.iter().any(|pattern| pattern.whole(tokens).is_some())
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
fn place_name(tokens: &[Token]) -> Option<String> {
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

fn changed(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    if let Some(mail) = tokens.iter().find(|token| token.kind == TokenKind::Email)
        && let Some(found) = first_of(&EMAIL, tokens, |found| {
            found.get("mail", tokens).iter().any(|token| token.kind == TokenKind::Email)
                || tokens[found.matched.end - 1..].iter().any(|token| token.kind == TokenKind::Email)
        })
        && is_somebody(reader, found.get("who", tokens))
    {
        let person = reader.person(found.get("who", tokens))?;
        reader.change(&person, Change::Text("email", mail.text.clone()));
        return Ok(true);
    }
    if let Some(found) = first_of(&NAME, tokens, |found| {
        is_somebody(reader, found.get("who", tokens))
            && found
                .get("name", tokens)
                .first()
                .is_some_and(|token| token.is_capitalised() || token.kind == TokenKind::Quoted)
    }) {
        let person = reader.person(found.get("who", tokens))?;
        let from = found.range("name").map_or(tokens.len(), |range| range.start);
        let length =
            tokens[from..].iter().take_while(|token| token.is_capitalised() || token.kind == TokenKind::Quoted).count();
        let mut name = name_of(&tokens[from..from + length]);
        // a new last name alone keeps the first
        if !name.contains(' ') && tokens.iter().any(|token| token.is_any("surname")) {
            name = format!("{} {name}", crate::offline::wording::first_name(&person.label));
        }
        reader.change(&person, Change::Text("name", name));
        return Ok(true);
    }
    let place = first_of(&WORKS, tokens, |found| {
        let behind = found.range("place").map_or(&[][..], |range| &tokens[range.start..]);
        is_somebody(reader, found.get("who", tokens))
            && (place_name(behind).is_some_and(|name| name.chars().next().is_some_and(char::is_uppercase)))
    });
    if let Some(found) = place {
        let person = reader.person(found.get("who", tokens))?;
        let from = found.range("place").map_or(tokens.len(), |range| range.start);
        if let Some(place) = place_name(&tokens[from..]) {
            reader.change(&person, Change::Text("organisation", place));
            return Ok(true);
        }
    }
    // what has changed comes in the next clause
    if let Some(found) = first_of(&CHANGED_JOBS, tokens, |found| is_somebody(reader, found.get("who", tokens))) {
        let person = reader.person(found.get("who", tokens))?;
        reader.talk.about(&person);
        return Ok(true);
    }
    Ok(false)
}

fn first_of(patterns: &[Pattern], tokens: &[Token], fits: impl Fn(&Captures) -> bool) -> Option<Captures> {
    patterns.iter().filter_map(|pattern| pattern.start(tokens)).find(fits)
}

/// Whether the words name somebody, and nothing besides.
fn is_somebody(reader: &Reader<'_>, tokens: &[Token]) -> bool {
    let named = reader.people_in(tokens);
    let pronoun = tokens.len() == 1 && tokens[0].is_any("he she they his her their he's she's");
    let person_known = |thing: &Thing| thing.kind == Kind::Person;
    (named.len() == 1 && tokens.len() <= 6 && !tokens.iter().any(|token| token.is_any("with and to for that")))
        || (pronoun && reader.talk.last_person().is_some_and(person_known))
}
