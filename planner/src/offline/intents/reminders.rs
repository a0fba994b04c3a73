//! Reminders: "remind me on Friday to review it", "a reminder one day before", "reminder dentist 3 dec 9am".

use domain::workspace::Kind;

use crate::offline::{
    dates::{DatePhrase, Role, Span, Unit, in_words, shift},
    draft::{Target, Thing},
    make::{Day, TaskParts},
    read::{Clause, nouns::Noun},
    reader::{Reader, Reading, Stop},
    slots::{patterns, tidy},
    text::{Kind as TokenKind, Token, is_determiner, is_function_word, join},
    wording::{sentence_of, title_of},
};

patterns!(REMIND:
    "~remind me|us|myself {rest*}",
    "i|we want|wish|'d|would|need like? to be ~remind {rest*}",
    "be|get ~remind {rest*}",
    "set|create|add|make|put|schedule|give|drop|send|leave|get|plan|need|have up|in|down? me|us|myself? a|an|another|the|one|some? short|quick|little|gentle|calendar? reminder|nudge|alert {rest*}",
    "a|an|another|one|plus|the|and|with short|quick|little|gentle|calendar? a? reminder|nudge {rest*}",
    "reminder|reminders : {rest*}",
    "reminder {rest*}",
    "set|create|add|make|put|schedule|give|send|get|plan|need|have up|in? me|us? the|some|two|three|four|several|both|these|more? short|quick|little? reminders|nudges|alerts {rest*}",
    "the|some|two|three|four|several|both|plus|with|and? reminders|nudges|alerts {rest*}",
    "set|create|add|make|put|give up|in|down? me|us? a|an|another|the {kind} reminder {rest*}",
    "don't|not|never let me|us forget {rest*}",
    "ping|nudge|poke|alert me {rest*}",
    "give|drop me|us a|the? shout|nudge|ping|heads-up {rest*}",
    "wake me {rest*}",
    "bring|call|put|get|keep it|this|that|them back? up? to|in|on|before my|our attention|mind|radar|desk|eyes|notice|front {rest*}",
    "bring it|this|that|them back? up again? {rest*}",
    "resurface|re-surface|surface it|this|that|them again? {rest*}",
    "@any me|us? a|an|another|the short|quick|little? reminder in|up|down? {rest*}",
);

patterns!(REMIND_OTHER: "~remind {who} to|about|of|that {rest*}", "send|give|set|drop {who} a|another? reminder to|about|of|that|on|for? {rest*}", "send|set a reminder to|for {who} to|about|that {rest*}");

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    if let Some(found) = REMIND.iter().find_map(|pattern| pattern.start(tokens)) {
        let from = found.range("rest").map_or(tokens.len(), |range| range.start);
        // "set a reminder for Tom to send it" is for Tom
        if let Some(read) = for_somebody(reader, tokens)? {
            return Ok(read);
        }
        return remind_me(reader, &tokens[from..]);
    }
    if let Some(read) = for_somebody(reader, tokens)? {
        return Ok(read);
    }
    // "remind vet 9 dec 4pm": what somebody notes for himself
    let terse = tokens.len() > 1 && tokens[0].is_any("remind") && tokens.iter().any(|token| token.date().is_some());
    if terse {
        return remind_me(reader, &tokens[1..]);
    }
    Ok(false)
}

fn remind_me(reader: &mut Reader<'_>, rest: &[Token]) -> Reading {
    if let Some((range, days)) = several_days(rest) {
        let others = [&rest[..range.start], &rest[range.end..]].concat();
        for day in days {
            let mut text = vec![day];
            text.extend_from_slice(&others);
            remind_me_once(reader, &text)?;
        }
        return Ok(true);
    }
    remind_me_once(reader, rest)
}

/// "on 10 December and 21 December", "on Monday, Wednesday and again on Friday": the days, and where they stand.
fn several_days(tokens: &[Token]) -> Option<(std::ops::Range<usize>, Vec<Token>)> {
    let dated =
        |token: &Token| token.date().is_some_and(|date| date.moment().is_none_or(|moment| moment.day.is_some()));
    let first = tokens.iter().position(dated)?;
    let mut days = vec![tokens[first].clone()];
    let mut end = first + 1;
    loop {
        let joins = tokens[end..]
            .iter()
            .take_while(|token| token.is_mark(",") || token.is_any("and then again also another one once more is due"))
            .count();
        match tokens.get(end + joins).filter(|token| joins > 0 && dated(token)) {
            Some(day) => {
                days.push(day.clone());
                end += joins + 1;
            }
            None => break,
        }
    }
    (days.len() > 1).then_some((first..end, days))
}

fn remind_me_once(reader: &mut Reader<'_>, rest: &[Token]) -> Reading {
    let mut text = rest.to_vec();
    let at = when(reader, &mut text)?;
    if text.first().is_some_and(|token| token.is_any("is are")) && text.get(1).is_none_or(|token| token.is_any("due")) {
        text.drain(..text.len().min(2));
    }
    // "… , otherwise I forget": why it is wanted
    if let Some(cut) = text.windows(2).position(|pair| {
        pair[0].is_mark(",") && pair[1].is_any("otherwise because since or as so")
            || pair[0].is_any("so") && pair[1].is_any("that i we")
    }) {
        text.truncate(cut);
    } else if text.first().is_some_and(|token| token.is_any("otherwise because")) {
        text.clear();
    }
    let lead = text
        .iter()
        .take_while(|token| {
            token.is_any("to about of that for again on and me regarding also please then so")
                || token.kind == TokenKind::Punct
        })
        .count();
    text.drain(..lead);
    tidy(&mut text);
    // "don't let me forget" behind something that is reminded of already
    let reminded = |thing: &Thing| reader.draft.steps.iter().any(|step| step.points_at("about", thing));
    if at.is_none() && text.is_empty() && reader.talk.it().is_some_and(reminded) {
        return Ok(true);
    }
    reader.make_people_clear(&text)?;
    let about = about(reader, &text)?;
    let at = match at {
        Some(at) => at,
        None => without_a_day(reader, about.as_ref()),
    };
    let about = if let Some(thing) = about {
        thing
    } else {
        let due = (at.0, None);
        let title = title_of(&reader.spelled_out(&text));
        let project = None;
        reader.make_task(&TaskParts { title, due: Some(due), admin: true, project, ..TaskParts::default() })
    };
    let message = message(reader, &text, &about);
    reader.make_reminder(&about, at, &message);
    if about.kind == Kind::Person {
        reader.talk.names(&about);
    } else {
        reader.talk.about(&about);
    }
    Ok(true)
}

/// The moment of the reminder; the date that tells it is taken out, dates of the matter itself stay.
fn when(reader: &mut Reader<'_>, text: &mut Vec<Token>) -> Result<Option<Day>, Stop> {
    let places: Vec<usize> =
        text.iter().enumerate().filter(|(_, token)| token.date().is_some()).map(|(at, _)| at).collect();
    let role = |at: usize| text[at].date().map(|date| date.role);
    let first =
        places.first().copied().filter(|at| *at <= 1 || text[..*at].iter().all(|token| is_function_word(&token.low)));
    let last_plain =
        places.iter().rev().copied().find(|at| matches!(role(*at), Some(Role::On | Role::From | Role::After)));
    let Some(at) = first.or(last_plain).or(places.last().copied()) else { return Ok(None) };
    let mut phrases: Vec<DatePhrase> = text[at].date().cloned().into_iter().collect();
    let mut end = at + 1;
    // "on Friday … at 3pm": the time may stand apart
    if let Some(next) = text
        .get(end)
        .and_then(|token| token.date().cloned())
        .filter(|next| next.moment().is_some_and(|moment| moment.day.is_none()))
    {
        phrases.push(next);
        end += 1;
    }
    let Some(first) = phrases.first().cloned() else { return Ok(None) };
    let moment = match first.role {
        Role::Before => reader.due(&first)?,
        _ => reader.moment(&first)?,
    };
    let time = phrases.get(1).and_then(super::super::dates::DatePhrase::moment).and_then(|moment| moment.time);
    if first.moment().is_some_and(|moment| moment.day.is_none()) && moment.is_none() {
        // a time alone: today
        let time = first.moment().and_then(|moment| moment.time);
        text.drain(at..end);
        return Ok(Some((reader.calendar.today, time)));
    }
    text.drain(at..end);
    Ok(moment.map(|(day, own)| (day, own.or(time))))
}

/// Nothing was said about when: a day before the thing is due, else the next working day.
pub(crate) fn without_a_day(reader: &mut Reader<'_>, about: Option<&Thing>) -> Day {
    let due = about.and_then(|thing| reader.due_of(thing));
    // "call the landlord on Tuesday morning, remind me": then
    let timed = about.and_then(Thing::step).and_then(|step| reader.draft.steps[step].params.get("due_date"));
    let timed =
        timed.and_then(serde_json::Value::as_str).and_then(|at| at.get(11..)).and_then(|time| time.parse().ok());
    if let (Some(day), Some(time)) = (due, timed) {
        return (day, Some(time));
    }
    let day = match due {
        Some(due) => due.pred_opt().unwrap_or(due).max(reader.calendar.today),
        None => shift(reader.calendar.today, Span { count: 1, unit: Unit::WorkingDay }, false),
    };
    reader.assume(format!("No day was given for the reminder: it is set for {}.", in_words(day)));
    (day, None)
}

/// What the reminder is about; nothing when the matter is new.
pub(crate) fn about(reader: &mut Reader<'_>, text: &[Token]) -> Result<Option<Thing>, Stop> {
    let it = || reader.talk.it().filter(|thing| !matches!(thing.kind, Kind::Reminder | Kind::Note)).cloned();
    let content: Vec<&Token> =
        text.iter().filter(|token| !is_determiner(&token.low) && token.kind != TokenKind::Punct).collect();
    let pronoun = text.iter().any(|token| token.is_any("it this that them these"));
    let person_pronoun = text.iter().any(|token| token.is_any("him her his he she"));
    if content.is_empty() || content.iter().all(|token| token.is_any("it this that them one")) {
        let found = it()
            .or_else(|| reader.talk.last_person().filter(|person| person.target != Target::Me).cloned())
            .or_else(|| reader.selected());
        if found.is_some() {
            return Ok(found);
        }
        if reader.talk.is_empty() {
            if let Some(answer) = reader.answer("remind-of-what") {
                let tokens = crate::offline::text::tokens(&answer);
                return Ok(reader.certainly(&tokens, &[Kind::Task, Kind::Project, Kind::Person, Kind::Idea]));
            }
            return Err(reader.ask(
                "remind-of-what".into(),
                "What is the reminder about?",
                reader.labels(&[Kind::Task, Kind::Project]),
            ));
        }
        return Ok(None);
    }
    if let Some(thing) = named(reader, text) {
        return Ok(Some(thing));
    }
    let people: Vec<Thing> = reader.people_in(text).into_iter().filter(|person| person.target != Target::Me).collect();
    if let [person] = people.as_slice() {
        return Ok(Some(person.clone()));
    }
    if person_pronoun && let Some(person) = reader.talk.last_person() {
        return Ok(Some(person.clone()));
    }
    if pronoun && let Some(thing) = it() {
        return Ok(Some(thing));
    }
    if pronoun && let Some(selected) = reader.selected() {
        return Ok(Some(selected));
    }
    let named_only = !crate::offline::wording::begins_with_verb(text) && text.len() <= 4;
    if let Some(thing) = reader.certainly(text, &[Kind::Task, Kind::Project, Kind::Idea]).filter(|_| named_only) {
        return Ok(Some(thing));
    }
    // a matter that the plan has just dealt with
    if let Some(thing) = spoken_of(reader, text) {
        return Ok(Some(thing));
    }
    Ok(people.first().cloned())
}

/// A thing whose name stands in the text: quoted, with its sort, or whole.
fn named(reader: &Reader<'_>, text: &[Token]) -> Option<Thing> {
    const KINDS: [Kind; 4] = [Kind::Task, Kind::Project, Kind::Idea, Kind::CalendarEntry];
    for (at, token) in text.iter().enumerate() {
        if token.kind == TokenKind::Quoted
            && let Some(thing) = reader.certainly(std::slice::from_ref(token), &KINDS)
        {
            return Some(thing);
        }
        let noun = matches!(Noun::of(&token.low), Some(Noun::Task | Noun::Project | Noun::Idea))
            && token.kind == TokenKind::Word;
        if noun {
            let from = text[..at]
                .iter()
                .rposition(|token| is_determiner(&token.low) || token.is_any("about to of for in on"))
                .map_or(0, |found| found + 1);
            let span = &text[from..=at];
            let thing = if span.len() > 1 {
                reader.certainly(span, &KINDS)
            } else {
                reader.talk.last_of(&kinds_of(token)).cloned()
            };
            if thing.is_some() {
                return thing;
            }
        }
    }
    let candidates = reader.candidates();
    let words = crate::offline::rows::words(&join(text));
    let whole = candidates
        .iter()
        .filter(|candidate| candidate.thing.kind != Kind::Person && candidate.words.len() >= 2)
        .find(|candidate| words.windows(candidate.words.len()).any(|window| window == candidate.words.as_slice()));
    whole
        .or_else(|| {
            candidates.iter().find(|candidate| {
                candidate.thing.kind == Kind::Project
                    && candidate.words.len() == 1
                    && text.iter().any(|token| token.is_capitalised() && candidate.words[0] == token.low)
            })
        })
        .map(|candidate| candidate.thing.clone())
}

fn kinds_of(token: &Token) -> Vec<Kind> {
    match Noun::of(&token.low) {
        Some(Noun::Project) => vec![Kind::Project],
        Some(Noun::Idea) => vec![Kind::Idea],
        _ => vec![Kind::Task],
    }
}

/// What this plan makes and the text takes up again: "the meeting", "the report".
fn spoken_of(reader: &Reader<'_>, text: &[Token]) -> Option<Thing> {
    let words: Vec<String> = crate::offline::rows::content_words(&join(text));
    let made = reader.talk.all_of(&[Kind::Task, Kind::Project, Kind::Idea, Kind::CalendarEntry]);
    let hits = |thing: &Thing| {
        let own = crate::offline::rows::content_words(&thing.label);
        let event = thing.kind == Kind::CalendarEntry
            && words.iter().any(|word| matches!(word.as_str(), "meeting" | "call" | "appointment"));
        own.iter().filter(|own| words.iter().any(|word| crate::offline::rows::same_word(own, word))).count()
            + usize::from(event)
    };
    let best = made.iter().map(hits).max().filter(|most| *most > 0)?;
    made.iter().rev().find(|thing| hits(thing) == best).cloned()
}

pub(crate) fn message(reader: &Reader<'_>, text: &[Token], about: &Thing) -> String {
    let words: Vec<Token> = reader.spelled_out(text);
    let said = title_of(&words);
    let only_pronoun = text.iter().all(|token| is_function_word(&token.low) || token.kind == TokenKind::Punct);
    if only_pronoun || said.is_empty() {
        about.label.clone()
    } else {
        sentence_of(&words).trim_end_matches('.').to_owned()
    }
}

/// "remind Tom to send the figures": on a day, a reminder about Tom; at once, a message.
fn for_somebody(reader: &mut Reader<'_>, tokens: &[Token]) -> Result<Option<bool>, Stop> {
    for pattern in REMIND_OTHER.iter() {
        let Some(found) = pattern.start(tokens) else { continue };
        let mut who = found.get("who", tokens).to_vec();
        if who.iter().any(|token| token.is_any("me us myself")) || who.len() > 6 {
            return Ok(None);
        }
        let names_somebody = !reader.people_in(&who).is_empty()
            || who.iter().any(|token| token.is_any("him her them everyone everybody team") || token.is_capitalised());
        if !names_somebody {
            continue;
        }
        let from = found.range("rest").map_or(tokens.len(), |range| range.start);
        let mut text = tokens[from..].to_vec();
        let intro = tokens[..from].last().map_or("", |token| token.low.as_str()).to_owned();
        let mut dates: Vec<Token> = who.iter().filter(|token| token.date().is_some()).cloned().collect();
        who.retain(|token| token.date().is_none());
        let people = reader.people(&who)?;
        // what stands beside the name says when; what stands in the matter may be part of it
        text.splice(0..0, dates.iter().cloned());
        dates.extend(text.iter().filter(|token| token.date().is_some()).cloned());
        let vague = text.iter().all(|token| is_function_word(&token.low) || token.kind == TokenKind::Punct);
        if vague && reader.talk.it().is_none() {
            return Err(reader.ask("remind-of-what".into(), "What is the reminder about?", Vec::new()));
        }
        let at = when(reader, &mut text)?;
        let matter = join(&reader.spelled_out(&text));
        for person in people {
            match at {
                Some(at) if at.0 > reader.calendar.today => {
                    reader.make_reminder(
                        &person,
                        at,
                        &format!("Remind {} {} {matter}", person.label, if intro == "to" { "to" } else { "about" }),
                    );
                    reader.assume(format!(
                        "Messages go out at once, so the reminder to {} is one for you on that day.",
                        person.label
                    ));
                }
                _ => {
                    let name = crate::offline::wording::first_name(&person.label).to_owned();
                    let body = if intro == "to" {
                        format!("Hello {name}, please remember to {matter}.")
                    } else {
                        format!("Hello {name}, a reminder about {matter}.")
                    };
                    reader.make_message(&person, "Reminder", &body);
                }
            }
        }
        return Ok(Some(true));
    }
    Ok(None)
}
