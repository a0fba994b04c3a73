//! The calendar: "book an hour with Mei and Patrick this Thursday at 2pm to go through the budget".

use domain::workspace::Kind;

use crate::offline::{
    dates::{DatePhrase, Span, Unit, shift},
    draft::Thing,
    make::Day,
    read::{Clause, nouns::Noun},
    reader::{Reader, Reading, Stop},
    resolve::people_named,
    slots::{given_name, patterns, span, take, tidy},
    text::{Kind as TokenKind, Token, capitalised, is_determiner, is_function_word, join},
    wording::title_of,
};

const BOOKS: &str = "\
    schedule book arrange set plan organise organize block put reserve create add fix make get have \
    invite meet hold enter host pencil find need";

patterns!(TOPIC:
    "to go|talk|walk|run|discuss|review|plan|decide|agree|look|prepare|check|compare|align|catch|brainstorm|sort|finalise|finalize {topic}",
    "the? topic|subject|agenda|matter is|:|will be? {topic}",
    "about|regarding|on|re:|for the|our|his|her|their|a|an? {topic}",
);
patterns!(IN_CALENDAR: "in|into|on|to my|the|our|your? calendar|diary|agenda");

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    if let Some(tokens) = told_before(reader, &clause.tokens) {
        return read(reader, &Clause { tokens, ..clause.clone() });
    }
    let mut tokens = clause.tokens.clone();
    let in_calendar = take(&mut tokens, &IN_CALENDAR, "none", |_| 0).is_some() || remove_calendar(&mut tokens);
    if !speaks_of_meeting(reader, &tokens, in_calendar) {
        return Ok(false);
    }
    if let Some((from, condition)) = crate::offline::read::trailing_condition(&tokens) {
        tokens.truncate(from);
        reader.wait_once(&condition);
    }
    let given = given_name(&mut tokens);
    let phrases: Vec<DatePhrase> = tokens.iter().filter_map(|token| token.date().cloned()).collect();
    tokens.retain(|token| token.date().is_none());
    let minutes = span(&mut tokens)
        .and_then(Span::minutes)
        .or_else(|| phrases.iter().find_map(|phrase| phrase.moment().and_then(|moment| moment.minutes)));
    let attendees = attendees(reader, &mut tokens)?;
    let at = at(reader, &phrases)?;
    let title = given.unwrap_or_else(|| title(&tokens, &attendees));
    let at = match at {
        Some(at) => at,
        None => match reader.answer("when") {
            Some(answer) => answered_day(reader, &answer)?,
            None if reader.draft.steps.is_empty() => {
                return Err(reader.ask("when".into(), format!("When should “{title}” take place?"), Vec::new()));
            }
            None => {
                let day = shift(reader.calendar.today, Span { count: 1, unit: Unit::WorkingDay }, false);
                reader.assume(format!("No day was given for “{title}”: it is put on the next working day."));
                (day, chrono::NaiveTime::from_hms_opt(10, 0, 0))
            }
        },
    };
    let with_me: Vec<Thing> = attendees;
    reader.make_event(&title, at, minutes, &with_me);
    Ok(true)
}

/// "that should go into the calendar, with her in it": the appointment that was told of before, as a meeting.
fn told_before(reader: &Reader<'_>, tokens: &[Token]) -> Option<Vec<Token>> {
    let points = tokens.iter().take(2).any(|token| token.is_any("that this it"));
    let files = IN_CALENDAR.iter().any(|pattern| pattern.find(tokens).is_some());
    if !points || !files || tokens.iter().any(|token| token.date().is_some()) {
        return None;
    }
    let told = reader.told.iter().rev().find(|clause| clause.iter().any(|token| token.date().is_some()))?;
    let verb = told.iter().position(|token| token.is_any("see meet visit call join"));
    let mut words = vec![Token::new("meet", TokenKind::Word, false)];
    words.extend(told[verb.map_or(0, |verb| verb + 1)..].iter().filter(|token| !token.is_any("with")).cloned());
    let company = tokens.iter().skip_while(|token| !token.is_any("with")).skip(1);
    let company: Vec<Token> =
        company.take_while(|token| token.is_capitalised() || token.is_any("and")).cloned().collect();
    if !company.is_empty() {
        words.splice(1..1, company);
    }
    Some(words)
}

fn remove_calendar(tokens: &mut Vec<Token>) -> bool {
    let Some(found) = IN_CALENDAR.iter().find_map(|pattern| pattern.find(tokens)) else { return false };
    tokens.drain(found.matched);
    true
}

pub(crate) fn answered_day(reader: &mut Reader<'_>, answer: &str) -> Result<Day, Stop> {
    let marked = crate::offline::dates::mark(&crate::offline::text::tokens(answer), reader.calendar);
    let phrases: Vec<DatePhrase> = marked.iter().filter_map(|token| token.date().cloned()).collect();
    match at(reader, &phrases)? {
        Some(day) => Ok(day),
        None => Err(reader.ask("when".into(), "Which day and time? For example: Friday at 10:00.", Vec::new())),
    }
}

fn speaks_of_meeting(reader: &Reader<'_>, tokens: &[Token], in_calendar: bool) -> bool {
    let Some(first) = tokens.first() else { return false };
    let dated = tokens.iter().any(|token| token.date().is_some());
    let with = tokens.iter().position(|token| token.is_any("with between"));
    let company = with.is_some_and(|with| {
        tokens
            .get(with + 1)
            .is_some_and(|token| token.is_capitalised() || token.is_any("him her them everyone the my both all me"))
            || !reader.people_in(&tokens[with..]).is_empty()
    });
    let short_span = tokens
        .iter()
        .any(|token| if let TokenKind::Span(span) = token.kind { span.minutes().is_some() } else { false });
    let verb = first.is_any(BOOKS);
    let phrase_end = tokens
        .iter()
        .skip(1)
        .position(|token| {
            token.is_any("with for about to on between at called")
                || token.date().is_some()
                || token.kind == TokenKind::Quoted
        })
        .map_or(tokens.len(), |found| found + 1);
    let event_noun = tokens[..phrase_end].iter().enumerate().any(|(at, token)| {
        token.kind == TokenKind::Word
            && Noun::of(&token.low) == Some(Noun::Event)
            && !(at == 0
                && super::super::text::is_verb(&token.low)
                && tokens.get(1).is_some_and(|next| !next.is_any("with on at about") && next.date().is_none()))
    });
    if in_calendar {
        return event_noun || dated && verb;
    }
    match first.low.as_str() {
        "meet" => {
            (company || person_first(reader, &tokens[1..])) && !tokens.iter().any(|token| token.is_any("deadline"))
        }
        "invite" => {
            event_noun
                || tokens.iter().any(|token| token.kind == TokenKind::Word && Noun::of(&token.low) == Some(Noun::Event))
                    && dated
                || is_at_a_time(tokens)
        }
        "see" => person_first(reader, &tokens[1..]) && dated,
        _ if verb && event_noun => dated || company || tokens.len() <= 6 || short_span,
        _ if verb && short_span => company || dated,
        _ if verb => false,
        // "Meeting with Sandro on 9 December", "lunch with Ana tomorrow", "a 30-minute call with Tom on Friday"
        _ if casual(tokens, with) => company && is_at_a_time(tokens),
        // "Presentation to Ms Quayle on 17 December at 14:30": something with somebody, at a time
        _ if first.kind == TokenKind::Word
            && !super::super::text::is_verb(&first.low)
            && !is_function_word(&first.low)
            && reader.people_in(std::slice::from_ref(first)).is_empty() =>
        {
            let people = people_named(&reader.candidates(), tokens);
            let introduced = people.first().is_some_and(|named| {
                (1..=6).contains(&named.from)
                    && tokens[..named.from].iter().any(|token| token.is_any("to for with at by"))
            });
            let told = tokens.iter().any(|token| {
                token.is_any(
                    "is was are were will has have had starts reminder task note message project idea before due",
                )
            });
            introduced && !told && is_at_a_time(tokens)
        }
        _ => {
            event_noun
                && dated
                && (company
                    || Noun::of(&first.low) == Some(Noun::Event)
                    || is_determiner(&first.low)
                    || matches!(first.kind, TokenKind::Span(_)))
                && !tokens.iter().any(|token| token.is_any("is was reminder task will has starts before"))
        }
    }
}

/// "Tea with Ana", "a round of tennis with Tom": whatever it is, it is done with somebody.
fn casual(tokens: &[Token], with: Option<usize>) -> bool {
    with.is_some_and(|with| {
        (1..=4).contains(&with)
            && tokens[..with].iter().all(|token| token.kind == TokenKind::Word)
            && !crate::offline::text::is_verb(&tokens[0].lemma)
            && !tokens[..with].iter().any(|token| token.is_any("is was reminder task note message project idea"))
    })
}

/// Whether a day with a time is named: whoever is invited then is expected then.
fn is_at_a_time(tokens: &[Token]) -> bool {
    let moments = || tokens.iter().filter_map(Token::date).filter_map(DatePhrase::moment);
    moments().any(|moment| moment.time.is_some()) && moments().any(|moment| moment.day.is_some())
}

/// "Workshop with Ana on 14 January at 9am": with somebody, at a time; an entry in the calendar, not an undertaking.
pub(crate) fn is_appointment(reader: &Reader<'_>, tokens: &[Token]) -> bool {
    let with = tokens.iter().position(|token| token.is_any("with"));
    let pronoun = with.and_then(|with| tokens.get(with + 1)).is_some_and(|token| token.is_any("him her them"));
    let company = with.is_some_and(|with| !reader.people_in(&tokens[with..(with + 4).min(tokens.len())]).is_empty());
    let company = company || pronoun;
    let plans = tokens.first().is_some_and(|token| token.is_any("plan organise organize prepare"));
    company && !plans && is_at_a_time(tokens) && speaks_of_meeting(reader, tokens, false)
}

fn person_first(reader: &Reader<'_>, tokens: &[Token]) -> bool {
    people_named(&reader.candidates(), tokens).first().is_some_and(|named| named.from <= 1)
        || tokens.first().is_some_and(|token| token.is_any("him her them"))
}

/// "with Mei and Patrick", "between Ana and Tom", "invite Ana to a call": the people, taken out.
fn attendees(reader: &mut Reader<'_>, tokens: &mut Vec<Token>) -> Result<Vec<Thing>, Stop> {
    let introduces = |(at, token): (usize, &Token)| {
        let for_somebody = || {
            tokens.get(at + 1).is_some_and(|next| {
                next.is_capitalised() && !reader.people_in(&tokens[at + 1..tokens.len().min(at + 4)]).is_empty()
            })
        };
        token.is_any("with between invite meet see") || (token.is_any("for to") && for_somebody())
    };
    let from = tokens.iter().enumerate().position(introduces);
    let Some(from) = from else {
        let named = people_named(&reader.candidates(), tokens);
        let Some(found) = named.first().filter(|found| found.from > 0) else { return Ok(Vec::new()) };
        let who = tokens[found.from..found.to].to_vec();
        let person = reader.person(&who)?;
        tokens.drain(found.from..found.to);
        tidy(tokens);
        return Ok(vec![person]);
    };
    let behind = &tokens[from + 1..];
    let named = people_named(&reader.candidates(), behind);
    let mut end = 0;
    for found in &named {
        let joins = behind[end..found.from].iter().all(|token| {
            is_determiner(&token.low)
                || token.is_mark(",")
                || token.is_any("and plus")
                || (end == 0 && !is_function_word(&token.low) && !token.is_capitalised())
        });
        if !joins {
            break;
        }
        end = found.to;
    }
    if end == 0 {
        let lead = behind.iter().take_while(|token| is_determiner(&token.low) && !token.is_any("her")).count();
        end = if behind.first().is_some_and(|token| token.is_any("him her them everyone everybody both me all")) {
            1
        } else {
            let capital =
                behind[lead..].iter().take_while(|token| token.is_capitalised() || token.is_any("and")).count();
            if capital == 0 {
                return Ok(Vec::new());
            }
            lead + capital
        };
    }
    // a name beside one that is known, and not known itself
    while behind.get(end).is_some_and(|token| token.is_mark(",") || token.is_any("and"))
        && behind.get(end + 1).is_some_and(|token| token.is_capitalised() && !is_function_word(&token.low))
    {
        end += 2;
    }
    let who = behind[..end].to_vec();
    let people = reader.people(&who)?;
    let verb = tokens[from].is_any("invite meet see");
    let cut = if verb { from + 1 } else { from };
    tokens.drain(cut..from + 1 + end);
    tidy(tokens);
    Ok(people.into_iter().filter(|person| person.target != crate::offline::draft::Target::Me).collect())
}

fn at(reader: &mut Reader<'_>, phrases: &[DatePhrase]) -> Result<Option<Day>, Stop> {
    let dated = phrases.iter().find(|phrase| phrase.moment().is_none_or(|moment| moment.day.is_some()));
    let time = phrases.iter().filter_map(DatePhrase::moment).find_map(|moment| moment.time);
    match dated {
        Some(phrase) => Ok(reader.moment(phrase)?.map(|(day, own)| (day, own.or(time)))),
        None => Ok(time.map(|time| (reader.talk.the_last_day().unwrap_or(reader.calendar.today), Some(time)))),
    }
}

/// "Lunch with Andrzej Wrona", "Meeting with Mei Tanaka and Patrick O'Dea: go through the budget".
fn title(tokens: &[Token], attendees: &[Thing]) -> String {
    if let Some(quoted) = tokens.iter().find(|token| token.kind == TokenKind::Quoted) {
        return quoted.text.clone();
    }
    let mut words = tokens.to_vec();
    let topic = topic(&mut words);
    let lead = words
        .iter()
        .take_while(|token| {
            token.is_any(BOOKS)
                || is_determiner(&token.low)
                || token.is_any("up in out down off to some time me us for short quick new an join")
        })
        .count();
    let words = &words[lead.min(words.len())..];
    let kept: Vec<Token> =
        words.iter().filter(|token| !token.is_any("with between to for") || words.len() > 3).cloned().collect();
    let what = title_of(&kept);
    let what = if what.chars().any(char::is_alphabetic) && kept.iter().any(|token| !is_function_word(&token.low)) {
        what
    } else {
        "Meeting".to_owned()
    };
    let names: Vec<&str> = attendees.iter().map(|person| person.label.as_str()).collect();
    let who = match names.as_slice() {
        [] => String::new(),
        [one] => format!(" with {one}"),
        [first @ .., last] => format!(" with {} and {last}", first.join(", ")),
    };
    let about = topic.map(|topic| format!(": {topic}")).unwrap_or_default();
    capitalised(&format!("{what}{who}{about}"))
}

fn topic(tokens: &mut Vec<Token>) -> Option<String> {
    if let Some((begin, from)) =
        TOPIC[1].find(tokens).and_then(|found| Some((found.matched.start, found.range("topic")?.start)))
    {
        let topic = join(crate::offline::reader::trimmed(&tokens[from..]));
        tokens.truncate(begin);
        tidy(tokens);
        return (!topic.is_empty()).then_some(topic);
    }
    let found = TOPIC[0].find(tokens).map(|found| found.matched.start + 1).or_else(|| {
        let found = TOPIC[2].find(tokens)?;
        (found.matched.start > 0).then_some(found.matched.start + 1)
    })?;
    let topic = tokens[found..].to_vec();
    tokens.truncate(found - 1);
    let text = join(crate::offline::reader::trimmed(&topic));
    (!text.is_empty()).then_some(text)
}

/// Whether the thing is in the calendar.
pub(super) fn is_entry(thing: &Thing) -> bool {
    thing.kind == Kind::CalendarEntry
}
