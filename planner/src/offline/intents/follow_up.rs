//! Following up with somebody: a to-do, a link to the person, a reminder. Nothing is sent.

use domain::workspace::Kind;

use crate::offline::{
    dates::{DatePhrase, Role, Span, Unit, in_words, shift},
    draft::{Target, Thing},
    make::{Day, TaskParts},
    read::Clause,
    reader::{Reader, Reading, Stop},
    resolve::people_named,
    slots::{dates, patterns, tidy},
    text::{Captures, Kind as TokenKind, Token, is_determiner, is_function_word, join},
};

// Ways to say it: `{who}` and `{topic}` are parted by words such as "about".
patterns!(SHAPES:
    "~follow up|back again? with|on|w/ {who*}",
    "~follow-up|followup again? with|on {who*}",
    "~do|make|schedule|plan|need|set|create|have a|an|another up? quick|short? follow-up|followup with|on|for {who*}",
    "follow-up|followup : {who*}",
    "~follow up : {who*}",
    "~call|~ring|~phone|~write|~text|~mail|~email {who*} back",
    "~chase up|down? {who*}",
    "~chase after {who*}",
    "~circle back again? to|with|around {who*}",
    "~check in|back|up again? with|on {who*}",
    "~get|~come|~go back again? to {who*}",
    "~get|~keep|~stay|~be|get in touch|contact with {who*}",
    "~follow up {who*}",
    "~ping {who*}",
    "~touch base again? with {who*}",
    "~reconnect with {who*}",
    "~catch up with {who*}",
    "~reach out again? to {who*}",
    "~nudge {who*}",
    "~pester|~badger|~prod|~hound {who*}",
    "~press|~push {who*} for {topic*}",
    "~pin {who*} down",
    "~loop back to|with|around {who*}",
    "~hear back? from {who*}",
    "~get|need|want|extract|squeeze|obtain|chase a|an|the|some|my? answer|reply|response|decision|feedback|confirmation|word|yes|commitment|sign-off out|back? of|from {who*}",
    "make|be sure|certain that|to? i|we? don't|do|not|never? not? drop|let|lose the? ball|track|this slip|drop? with|on|of? {who*}",
    "~drop the ball with|on {who*}",
    "~lose track|sight of {who*}",
    "~stay on top of {who*}",
    "~stay|~keep|~be|~get on|at|to {who*} 's heels|case|back|tail|toes {topic*}",
    "~stay|~keep on|at|after {who*}",
    "~lean|~sit|~nag|~bug|~prod|~poke|~harry|~drum|~corner|~collar|~buttonhole|~needle|~pressure|~squeeze|~push|~press on|at|after|down|up? {who} for|about|regarding|on|re: {topic*}",
    "~breathe down {who*} 's neck {topic*}",
    "~hassle|~bug|~harass {who*}",
    "~get|~take hold of {who*}",
    "~get|~try through to {who*}",
    "~look in on {who*}",
    "~keep on|after|at|tabs to? on? {who*}",
    "don't|not let me|us forget to? get? back? to? about|with? {who*}",
    "~see where {who*} is|are|stands|stand with|on {topic*}",
    "~see whether|if {who*} has|have|had|is|got|could|can {topic*}",
    "~find out whether|if|what|when {who*} has|have|is|got|could|decided|thinks|wants {topic*}",
    "~ask|call|ring|phone|ping|email|message {who*} again about|regarding|on|re:|for {topic*}",
    "sure|certain that? {who*} ~get|~come|~call|~write|~ring back to? me|us {topic*}",
    "sure|certain that? {who*} ~reply|~answer|~respond|~confirm|~decide {topic*}",
    "~sound out {who*}",
    "~speak|~talk to|with {who*} again",
    "~revisit {topic*} with {who*}",
    "~pick up {topic*} with {who*} again",
);

// Statements that somebody has still to be heard from.
patterns!(STATED:
    "{who*} owes|owe me|us {topic*}",
    "{who*} still? hasn't|haven't|has|have|didn't|did not|yet|never|to? to? yet? ~answer|~reply|~respond|answered|replied|responded|called|come|got|get|written|gotten|decided|confirmed|sent|paid back? {topic*}",
    "{who*} never|not ~answer|~reply|~respond|got|called|came|wrote back? {topic*}",
    "i|we still? haven't|have not|never|didn't? not? heard|hear anything|back|a? word? back? from {who*}",
    "i'm|we're|i|we am|are? still? waiting|wait for|on {who*}",
    "i|we promised {who*} a|an|to callback|call|reply|answer|response|get {topic*}",
    "i|we promised|told|assured {who*} that? i'd|we'd|i'll|we'll|i|we would|will? {topic*}",
    "i|we promised {who*} to {topic*}",
    "{who*} should|must|needs|wants|ought|has to? hear|get|receive|have back? again? a|an|word|answer|reply|news|call? back? from me|us {topic*}",
    "no|nothing answer|reply|word|response|news|heard back? yet? from {who*}",
    "waiting|still waiting? for|on {who*}",
    "i|we owe {who*} a|an answer|reply|call|response|update {topic*}",
    "{who*} is|are|has|have waiting|been for waiting? for? my|our|an|a answer|reply|response|call {topic*}",
);

const MARKERS: &str = "about regarding re: concerning on over for";

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = without_reminder(&clause.tokens);
    // "nudge me on Friday" is a reminder
    let oneself = tokens.len() > 1
        && tokens[1].is_any("me us myself")
        && tokens[0].is_any("nudge ping poke chase bug pester nag");
    if oneself || makes_something_else(&tokens) {
        return Ok(false);
    }
    let Some((found, stated)) = matched(reader, &tokens) else { return Ok(false) };
    let (who, topic) = parts(reader, &tokens, &found, stated);
    // "Marta has not answered, follow up on Thursday": the second clause is the wish, the first tells about it
    if stated && asked_elsewhere(&reader.whole, &tokens) {
        for person in reader
            .people_in(&tokens)
            .into_iter()
            .chain(crate::offline::resolve::people_of_organisation(&reader.candidates(), &tokens))
        {
            reader.talk.names(&person);
        }
        reader.matter = topic;
        return Ok(true);
    }
    follow_up(reader, &tokens, &who, topic)
}

/// "remind me to follow up …" is a follow-up; "create a task to follow up …" is that task.
fn without_reminder(tokens: &[Token]) -> Vec<Token> {
    let reminds = tokens.len() > 3
        && (tokens[0].lemma == "remind" || tokens[0].is_any("nudge ping poke"))
        && tokens[1].is_any("me us");
    if !reminds {
        return tokens.to_vec();
    }
    let mut rest = tokens[2..].to_vec();
    let mut lead: Vec<Token> = Vec::new();
    while rest
        .first()
        .is_some_and(|token| token.date().is_some() || token.is_any("to that i need should have must again"))
    {
        let token = rest.remove(0);
        if token.date().is_some() {
            lead.push(token);
        }
    }
    rest.extend(lead);
    rest
}

/// Whether the request asks for a follow-up in so many words outside this clause.
fn asked_elsewhere(whole: &[Token], clause: &[Token]) -> bool {
    SHAPES.iter().any(|pattern| {
        pattern.find(whole).is_some_and(|found| {
            let words = &whole[found.matched.start..(found.matched.start + 2).min(whole.len())];
            // "don't let me forget" says nothing more
            let forgets = whole[found.matched.start].is_any("don't not never")
                || words.iter().any(|token| token.is_any("forget"));
            !forgets && !clause.windows(words.len()).any(|window| window == words)
        })
    })
}

fn makes_something_else(tokens: &[Token]) -> bool {
    use crate::offline::read::nouns::Noun;
    let Some(first) = tokens.first() else { return true };
    let makes = first.is_any("create add make set open a an put schedule book note new mark complete archive rename assign close move update change tell send let link");
    let noun = tokens.iter().take(6).any(|token| {
        token.kind == TokenKind::Word
            && (matches!(Noun::of(&token.low), Some(noun) if noun != Noun::Message) || token.is_any("message"))
    });
    makes && noun || first.is_any("mark complete archive rename assign tell send link close note")
}

fn matched(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Captures, bool)> {
    let shape = SHAPES.iter().filter_map(|pattern| pattern.find(tokens)).find(|found| {
        // "a nudge two days before", "a reply": nouns
        let before = found.matched.start.checked_sub(1).map(|at| &tokens[at]);
        let noun = before.is_some_and(|token| token.is_any("a an the another my")) && !tokens[found.matched.start].low.starts_with("follow");
        !noun && tokens[..found.matched.start].iter().all(|token| {
            token.date().is_some()
                || is_function_word(&token.low)
                || token.kind == TokenKind::Punct
                || token.is_any("set up schedule plan arrange do put in see it again please need want quick quickly make sure have like remember time someone back let sure going have got must should could be able high")
        })
    });
    if let Some(found) = shape {
        let behind = &tokens[found.matched.end.min(tokens.len())..];
        let all = &tokens[found.matched.start..];
        let somebody =
            !reader.people_in(all).is_empty() || all.iter().any(|token| token.is_any("him her them everyone"));
        let verb = tokens[found.matched.start].lemma.as_str();
        let pings = verb == "ping"
            && (all.iter().any(|token| token.is_any("that to saying whether if"))
                || all.iter().any(|token| token.is_mark(":")));
        if pings {
            return None;
        }
        // verbs that are said of things as well need somebody to be named
        let certain = matches!(
            verb,
            "follow" | "chase" | "circle" | "touch" | "nudge" | "reconnect" | "pester" | "follow-up" | "followup"
        ) || tokens[found.matched.start].low.starts_with("follow");
        let told = certain && (!reader.people_in_request().is_empty() || reader.talk.last_person().is_some());
        let strange_name = behind.iter().any(|token| token.is_capitalised() && !is_function_word(&token.low));
        if somebody
            || told
            || (certain && !behind.is_empty())
            || strange_name
                && !matches!(
                    verb,
                    "push"
                        | "press"
                        | "lean"
                        | "sit"
                        | "squeeze"
                        | "drum"
                        | "corner"
                        | "keep"
                        | "get"
                        | "see"
                        | "find"
                        | "call"
                        | "ring"
                )
            || strange_name
                && all.iter().any(|token| token.is_any("answer reply response back touch ball decision feedback"))
        {
            return Some((found, false));
        }
    }
    let stated = STATED.iter().filter_map(|pattern| pattern.start(tokens)).find(|found| {
        let who = found.get("who", tokens);
        let from = found.range("who").map_or(0, |range| range.start);
        let at_end = found.range("who").is_some_and(|range| range.end == found.matched.end);
        let who = if at_end { &tokens[from..] } else { who };
        !crate::offline::resolve::people_of_organisation(&reader.candidates(), who).is_empty()
            || !reader.people_in(who).is_empty()
            || (who.len() <= 2
                && who.iter().any(|token| token.is_any("him her he she"))
                && reader.talk.last_person().is_some())
    });
    stated.map(|found| (found, true))
}

/// Whom, and about what.
fn parts(reader: &Reader<'_>, tokens: &[Token], found: &Captures, stated: bool) -> (Vec<Token>, Vec<Token>) {
    let own_topic = found.range("topic").map(|range| tokens[range.start..].to_vec());
    let who_range = found.range("who");
    let who_at_end = who_range.as_ref().is_none_or(|range| range.end >= found.matched.end);
    let behind: Vec<Token> = match &who_range {
        Some(range) if who_at_end => tokens[range.start..].to_vec(),
        Some(range) => tokens[range.clone()].to_vec(),
        None => Vec::new(),
    };
    if let Some(topic) = own_topic.filter(|_| !who_at_end) {
        let verb = if stated { Vec::new() } else { topic.clone() };
        return (behind, if stated { topic } else { verb });
    }
    let named = people_named(&reader.candidates(), &behind);
    let after_people = named.last().map_or(0, |named| named.to);
    let marker = behind.iter().enumerate().position(|(at, token)| {
        token.is_any(MARKERS)
            && token.kind == TokenKind::Word
            && (at >= after_people.min(1)
                && (at >= named.first().map_or(0, |first| first.to) || named.is_empty() && at > 0))
    });
    if let Some(at) = marker {
        (behind[..at].to_vec(), behind[at + 1..].to_vec())
    } else {
        let topic = if named.is_empty() { Vec::new() } else { behind[after_people..].to_vec() };
        (if named.is_empty() { behind } else { behind[..after_people].to_vec() }, topic)
    }
}

pub(crate) fn follow_up(reader: &mut Reader<'_>, tokens: &[Token], who: &[Token], topic: Vec<Token>) -> Reading {
    let phrases: Vec<DatePhrase> = tokens.iter().filter_map(|token| token.date().cloned()).collect();
    let mut who: Vec<Token> = who.to_vec();
    let _ = dates(&mut who);
    let mut topic = topic;
    let _ = dates(&mut topic);
    tidy(&mut topic);
    let at = at(reader, &phrases)?;
    let about =
        reader.certainly(&who, &[Kind::Project, Kind::Task, Kind::Idea]).filter(|_| reader.people_in(&who).is_empty());
    let targets: Vec<Thing> = match about {
        Some(thing) => vec![thing],
        None => people(reader, &who, tokens)?,
    };
    let targets: Vec<Thing> = targets.into_iter().filter(|thing| thing.target != Target::Me).collect();
    if targets.is_empty() {
        return Ok(false);
    }
    let known = if topic.is_empty() { std::mem::take(&mut reader.matter) } else { Vec::new() };
    topic.extend(known);
    let matter = join(&topic_words(&topic));
    let mut made = Vec::new();
    for target in &targets {
        let verb = if target.kind == Kind::Person { "Follow up with" } else { "Follow up on" };
        let joins = if matter.starts_with("until ") { " " } else { " about " };
        let about = if matter.is_empty() { about_gathering(tokens) } else { format!("{joins}{matter}") };
        let title = crate::offline::draft::shortened(&format!("{verb} {}{about}", target.label), 120);
        let task = reader.make_task(&TaskParts {
            title: title.clone(),
            due: Some((at.0, None)),
            admin: true,
            ..TaskParts::default()
        });
        reader.make_link(&task, target, Some("about"));
        reader.make_reminder(&task, at, &title);
        reader.talk.names(target);
        made.push(task);
    }
    for task in &made {
        reader.talk.about(task);
    }
    reader.talk.group = made;
    Ok(true)
}

fn topic_words(topic: &[Token]) -> Vec<Token> {
    // "come back to him on the pricing": what stands behind "on"
    let told = topic.windows(2).position(|pair| pair[0].is_any("him her them") && pair[1].is_any(MARKERS));
    let topic = told.map_or(topic, |at| &topic[at + 2..]);
    let lead = topic
        .iter()
        .take_while(|token| {
            token.kind == TokenKind::Punct
                || token.is_any("about regarding re: re on for to the with and in at by yet because since")
                    && !token.is_any("the")
        })
        .count();
    let words = topic[lead.min(topic.len())..].to_vec();
    // "…, Chidi is our contact there" is no topic
    if words.first().is_some_and(|token| token.is_any("is are was has works handles knows who our he she")) {
        return Vec::new();
    }
    words.into_iter().filter(|token| token.kind != TokenKind::Break).collect()
}

/// "everyone from the Lisbon meeting": what it is about when nothing else is said.
fn about_gathering(tokens: &[Token]) -> String {
    let from = tokens.iter().position(|token| token.is_any("from after"));
    let Some(from) = from.filter(|from| tokens.get(from + 1).is_some_and(|token| is_determiner(&token.low))) else {
        return String::new();
    };
    let words: Vec<Token> = tokens[from + 1..]
        .iter()
        .take_while(|token| token.kind == TokenKind::Word || token.kind == TokenKind::Quoted)
        // "from the fair I ought to write to"
        .take_while(|token| !token.is_any("i i'd i've we we'd we've you who whom that which"))
        .cloned()
        .collect();
    format!(" about {}", join(&words))
}

fn people(reader: &mut Reader<'_>, who: &[Token], all: &[Token]) -> Result<Vec<Thing>, Stop> {
    let named = reader.people_in(who);
    if !named.is_empty() {
        return reader.people(who);
    }
    // "the Okonjo account, Chidi is our contact there"
    let elsewhere = reader.people_in(all);
    if !elsewhere.is_empty() {
        return Ok(elsewhere);
    }
    let in_request = reader.people_in_request();
    let pronoun = who.iter().any(|token| token.is_any("him her them everyone everybody all"));
    if (pronoun || who.is_empty()) && !in_request.is_empty() {
        return Ok(in_request);
    }
    let by_place = crate::offline::resolve::people_of_organisation(&reader.candidates(), who);
    if let [one] = by_place.as_slice() {
        let one = one.clone();
        return Ok(vec![one]);
    }
    if in_request.len() == 1 && !who.iter().any(|token| token.is_capitalised() && reader.is_strange(token)) {
        return Ok(in_request);
    }
    if let [one] = in_request.as_slice() {
        let place_of: Vec<String> = crate::offline::rows::words(&join(who));
        let there = reader
            .rows
            .iter()
            .any(|row| row.label == one.label && row.organisation.iter().any(|word| place_of.contains(word)));
        if there {
            return Ok(in_request);
        }
    }
    reader.people(who)
}

fn at(reader: &mut Reader<'_>, phrases: &[DatePhrase]) -> Result<Day, Stop> {
    let day = match phrases.iter().find(|phrase| phrase.moment().is_none_or(|moment| moment.day.is_some())) {
        Some(phrase) if phrase.role == Role::Before => reader.due(phrase)?,
        Some(phrase) => reader.moment(phrase)?,
        None => None,
    };
    let time = phrases.iter().filter_map(DatePhrase::moment).find_map(|moment| moment.time);
    Ok(if let Some((day, own)) = day {
        (day, own.or(time))
    } else {
        let day = shift(reader.calendar.today, Span { count: 2, unit: Unit::WorkingDay }, false);
        reader.assume(format!("No day was given: the reminder is set for {}.", in_words(day)));
        (day, time)
    })
}
