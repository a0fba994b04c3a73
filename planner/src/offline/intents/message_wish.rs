//! Whom a message is for, and the words about what: "tell Ana and Tom | that | the room is booked".

use crate::offline::{
    read::nouns::Noun,
    reader::Reader,
    resolve::people_named,
    text::{Kind as TokenKind, Token, is_determiner, is_function_word},
};

/// What kind of thing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Tell,
    Ask,
    Thank,
    Invite,
    Congratulate,
    Apologise,
    Send,
}

/// A message to be: whom it is for, and the words about what.
pub(crate) struct Wish {
    pub(crate) tone: Tone,
    pub(crate) who: Vec<Token>,
    /// "that", "about", "to", "whether", "for" or nothing.
    pub(crate) intro: String,
    pub(crate) text: Vec<Token>,
}

/// "invite Ana to coffee on Friday": an entry in the calendar.
fn invites_to_meeting(rest: &[Token]) -> bool {
    let event = rest.iter().any(|token| token.kind == TokenKind::Word && Noun::of(&token.low) == Some(Noun::Event));
    let timed =
        rest.iter().filter_map(Token::date).any(|date| date.moment().is_some_and(|moment| moment.time.is_some()));
    event && rest.iter().any(|token| token.date().is_some()) || timed
}

pub(super) fn wish(reader: &Reader<'_>, tokens: &[Token], by_message: bool) -> Option<Wish> {
    let first = tokens.first().filter(|token| token.kind == TokenKind::Word)?;
    let rest = &tokens[1..];
    // "message it to Ana"
    let passes_on = first.is_any("message email mail text")
        && rest.first().is_some_and(|token| token.is_any("it this that them"))
        && rest.get(1).is_some_and(|token| token.is_any("to over on along"));
    if passes_on {
        return sent(reader, tokens, true);
    }
    let tone = match first.low.as_str() {
        "tell" | "inform" | "notify" | "message" | "email" | "mail" | "text" | "update" | "brief" | "warn" | "ping"
        | "contact" | "advise" | "alert" | "assure" | "reassure" => Tone::Tell,
        "ask" | "request" => Tone::Ask,
        "thank" => Tone::Thank,
        "invite" if invites_to_meeting(rest) => return None,
        "invite" => Tone::Invite,
        "congratulate" => Tone::Congratulate,
        "write" | "reply" | "respond" | "answer" => {
            let to = rest.iter().take(6).position(|token| token.is_any("to"));
            let direct = person_at(reader, rest, 0)
                || first.is_any("write")
                    && rest.first().is_some_and(|token| token.is_any("him her them each both everyone everybody"));
            match (to, direct) {
                (Some(to), _)
                    if rest[..to].iter().all(|token| {
                        is_determiner(&token.low)
                            || Noun::of(&token.low) == Some(Noun::Message)
                            || token.is_any("back short quick brief letter")
                    }) =>
                {
                    return split(reader, Tone::Tell, &rest[to + 1..]);
                }
                (_, true) => return split(reader, Tone::Tell, rest),
                _ => return None,
            }
        }
        "apologise" | "apologize" => Tone::Apologise,
        "let" => {
            let know = rest.iter().take(12).position(|token| token.is_any("know"))?;
            let who = rest[..know].to_vec();
            if who.iter().any(|token| token.is_any("me us")) {
                return None;
            }
            let (intro, text) = introduced(&rest[know + 1..]);
            return Some(Wish { tone: Tone::Tell, who, intro, text });
        }
        "send" | "drop" | "shoot" | "give" | "forward" | "share" | "pass" | "say" | "report" | "announce" | "make"
        | "get" => return sent(reader, tokens, by_message),
        "a" | "an" => {
            // "a message to Ana that …"
            let to = rest.iter().take(4).position(|token| token.is_any("to for"))?;
            let message = rest[..to]
                .iter()
                .any(|token| Noun::of(&token.low) == Some(Noun::Message) || token.is_any("word heads-up"));
            return if message { split(reader, Tone::Tell, &rest[to + 1..]) } else { None };
        }
        _ => return None,
    };
    // "tell me", "ask me", "update the list", "text for the flyer"
    if rest.first().is_none_or(|token| token.is_any("me us")) {
        return None;
    }
    let rest = if rest.first().is_some_and(|token| token.is_any("to with at")) { &rest[1..] } else { rest };
    let wish = split(reader, tone, rest)?;
    let certain = matches!(
        first.low.as_str(),
        "tell" | "inform" | "notify" | "message" | "email" | "ask" | "invite" | "thank" | "congratulate" | "warn"
    );
    // "ask Ravi to inspect" is work for Ravi only when nobody says so by message: it is asked, so it is a message
    (certain
        || by_message
        || !reader.people_in(&wish.who).is_empty()
        || wish.who.iter().any(|token| token.is_any("him her them")))
    .then_some(wish)
}

/// Parts "Ana and Tom that the room is booked" into whom and what.
fn split(reader: &Reader<'_>, tone: Tone, rest: &[Token]) -> Option<Wish> {
    let named = people_named(&reader.candidates(), rest);
    let pronoun =
        rest.iter().take(3).position(|token| token.is_any("him her them everyone everybody each both team all staff"));
    let marker = rest.iter().position(|token| {
        token.is_mark(":")
            || token.is_any("that about to whether if for saying asking regarding re: on when once how why what where which as of because with")
    });
    let mut end = 0;
    for found in &named {
        let joins = rest[end..found.from].iter().all(|token| {
            is_determiner(&token.low)
                || token.is_mark(",")
                || token.is_any("and or")
                || (end == 0
                    && !token.is_any("that about whether to if")
                    && found.from <= 6
                    && !matches!(token.kind, TokenKind::Quoted | TokenKind::Date(_)))
        });
        if marker.is_some_and(|marker| found.from > marker)
            && end == 0
            && !rest[..found.from].iter().any(|token| token.is_mark(","))
            || !joins
        {
            break;
        }
        end = found.to;
    }
    if end == 0
        && let Some(pronoun) = pronoun
    {
        end = pronoun + 1;
        while rest.get(end).is_some_and(|token| token.is_any("of them the two in on team"))
            && !rest[end].is_any("on in")
        {
            end += 1;
        }
    }
    if end == 0 {
        end = if let Some(marker) = marker {
            marker
        } else {
            let strange = rest
                .iter()
                .take_while(|token| token.is_capitalised() || is_determiner(&token.low) || token.is_any("and"))
                .count();
            if strange > 0 { strange } else { rest.len() }
        };
    }
    let mut who = rest[..end].to_vec();
    let mut behind = &rest[end..];
    // "the rep at the newspaper", "Mr. Novak at the newspaper": where somebody works says who it is
    if behind.first().is_some_and(|token| token.is_any("at from of")) {
        let place = 1 + behind[1..]
            .iter()
            .take_while(|token| {
                !token.is_any("that about to whether if saying when and") && token.kind == TokenKind::Word
            })
            .count();
        who.extend_from_slice(&behind[..place]);
        behind = &behind[place..];
    }
    while let Some(token) = behind.first().filter(|token| {
        token.date().is_some() || token.is_any("a back") && behind.len() > 1 && behind[1].is_any("message again")
    }) {
        who.push(token.clone());
        behind = &behind[1..];
    }
    if who.is_empty() {
        return None;
    }
    let (intro, text) = introduced(behind);
    Some(Wish { tone, who, intro, text })
}

/// Takes "a message saying that" off the words of a message.
fn introduced(tokens: &[Token]) -> (String, Vec<Token>) {
    let mut at = 0;
    let mut intro = String::new();
    while let Some(token) = tokens.get(at) {
        let noise = is_determiner(&token.low)
            && at == 0
            && tokens.get(at + 1).is_some_and(|next| {
                Noun::of(&next.low) == Some(Noun::Message) || next.is_any("short quick brief friendly little")
            })
            || Noun::of(&token.low) == Some(Noun::Message)
                && token.kind == TokenKind::Word
                && at <= 3
                && intro.is_empty()
            || token.is_any("short quick brief friendly little back know them") && intro.is_empty() && at <= 3
            || token.kind == TokenKind::Punct && matches!(token.text.as_str(), "," | ":" | "–" | "-");
        if noise {
            at += 1;
            continue;
        }
        let marks = token
            .is_any("that about to whether if for saying asking regarding re: of on when once say with telling says");
        if marks
            && token.kind == TokenKind::Word
            && (intro.is_empty() || matches!(intro.as_str(), "saying" | "to" | "asking" | "with" | "say"))
        {
            // "to say that", "asking whether"
            intro.clone_from(&token.low);
            at += 1;
            if matches!(intro.as_str(), "when" | "once" | "that" | "about" | "whether" | "if") {
                break;
            }
            continue;
        }
        break;
    }
    (intro, tokens[at..].to_vec())
}

/// "send Priya a message saying …", "send it to Mr. Novak", "send Tom the figures".
fn sent(reader: &Reader<'_>, tokens: &[Token], by_message: bool) -> Option<Wish> {
    let verb = tokens[0].low.clone();
    let rest = &tokens[1..];
    let message_at = rest.iter().take(10).position(|token| {
        token.kind == TokenKind::Word && Noun::of(&token.low) == Some(Noun::Message) && !token.is_any("text")
            || token.is_any("word heads-up text invitation note hello hi greeting greetings welcome") && rest.len() > 1
    });
    let clean =
        |part: &[Token]| !part.iter().any(|token| token.is_any("that saying about whether") || token.is_mark(":"));
    if let Some(at) = message_at.filter(|at| clean(&rest[..*at])) {
        let before: Vec<Token> = rest[..at].to_vec();
        let who_before: Vec<Token> = before
            .iter()
            .take_while(|token| {
                !token.is_any("a an the another short quick my") || token.low == "the" && before.len() > 2
            })
            .cloned()
            .collect();
        let named = !reader.people_in(&before).is_empty()
            || before.iter().any(|token| {
                token.is_any("him her them each everyone both all")
                    || (token.is_capitalised() && !is_function_word(&token.low))
            });
        if named && !before.iter().any(|token| token.is_any("to me")) {
            let who = if reader.people_in(&who_before).is_empty()
                && who_before.iter().all(|token| !token.is_capitalised())
                && !who_before.iter().any(|token| token.is_any("him her them each everyone both all"))
            {
                before
            } else {
                who_before
            };
            let (intro, text) = introduced(&rest[at + 1..]);
            return Some(Wish { tone: Tone::Tell, who, intro, text });
        }
        let to = rest[at..].iter().take(4).position(|token| token.is_any("to for")).map(|found| at + found);
        if let Some(to) = to {
            return split(reader, Tone::Tell, &rest[to + 1..]);
        }
        return None;
    }
    if matches!(verb.as_str(), "give" | "make" | "get" | "say" | "report" | "announce" | "pass") && !by_message {
        return None;
    }
    // "send it to Ana", "forward the agenda to Ana and Tom"
    let to = rest.iter().rposition(|token| token.is_any("to with")).filter(|to| *to > 0);
    if let Some(to) = to {
        let people = reader.people_in(&rest[to + 1..]);
        let starts_with_person = person_at(reader, &rest[to + 1..], 0)
            || rest[to + 1..].iter().take(2).any(|token| token.is_any("him her them"));
        if (!people.is_empty() && starts_with_person)
            || by_message
            || rest[to + 1..].first().is_some_and(|token| token.is_any("him her them"))
        {
            return Some(Wish {
                tone: if verb == "say" || verb == "announce" { Tone::Tell } else { Tone::Send },
                who: rest[to + 1..].to_vec(),
                intro: String::new(),
                text: rest[..to].to_vec(),
            });
        }
        return None;
    }
    // "send Tom the figures"
    let named = people_named(&reader.candidates(), rest);
    let first = named.first().filter(|named| named.from <= 1)?;
    let text = rest[first.to..].to_vec();
    (!text.is_empty()).then(|| Wish { tone: Tone::Send, who: rest[..first.to].to_vec(), intro: String::new(), text })
}

fn person_at(reader: &Reader<'_>, tokens: &[Token], at: usize) -> bool {
    people_named(&reader.candidates(), tokens).first().is_some_and(|named| {
        named.from <= at + 4 && tokens[at..named.from].iter().all(|token| !token.is_any("to about that for on"))
    })
}
