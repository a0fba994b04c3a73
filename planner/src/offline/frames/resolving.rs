//! Which people, things and days the parts of a frame mean.

use chrono::{NaiveTime, Timelike};
use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part, is_person_pronoun, is_plural_pronoun},
};
use crate::offline::{
    dates::{DatePhrase, Role, When},
    draft::{Target, Thing},
    make::Day,
    reader::Stop,
    rows::words,
    text::{Token, is_function_word},
};

/// The kind of thing a role names.
pub(super) fn kind_of(role: &str) -> Option<Kind> {
    match role {
        "person" => Some(Kind::Person),
        "project" => Some(Kind::Project),
        "task" => Some(Kind::Task),
        "idea" => Some(Kind::Idea),
        _ => None,
    }
}

/// "at 8 on Saturday morning": whether a part of the day is named.
pub(super) fn names_part_of_day(frame: &Frame) -> bool {
    let texts = frame.tokens.iter().filter(|token| token.date().is_some()).flat_map(|token| words(&token.text));
    texts.into_iter().any(|word| matches!(word.as_str(), "morning" | "afternoon" | "evening" | "night"))
}

/// "at eight the evening before": eight in the evening.
fn in_the_evening(frame: &Frame, time: NaiveTime) -> NaiveTime {
    let texts = || frame.tokens.iter().filter(|token| token.date().is_some()).flat_map(|token| words(&token.text));
    let evening = texts().any(|word| matches!(word.as_str(), "evening" | "night"));
    let told = texts().any(|word| matches!(word.as_str(), "am" | "morning") || word.ends_with("am"));
    let later = time.overflowing_add_signed(chrono::TimeDelta::hours(12)).0;
    if evening && !told && (1..12).contains(&time.hour()) { later } else { time }
}

impl Carrying<'_, '_> {
    /// The people a frame names, in its order: names, "me", pronouns.
    pub(super) fn people(&mut self, frame: &Frame) -> Result<Vec<Thing>, Stop> {
        let mut people: Vec<Thing> = Vec::new();
        let named = frame.has("person");
        for part in &frame.parts {
            let found = match part.role.as_str() {
                "person" if is_person_pronoun(&part.tokens) => self.spoken_of(&part.tokens)?,
                "person" => self.reader.people(&part.tokens)?,
                "me" => vec![Thing::me()],
                // "Nikolai changed jobs, he is at Vantage": the same
                "ref" if is_person_pronoun(&part.tokens) && !named => self.spoken_of(&part.tokens)?,
                _ => continue,
            };
            for person in found {
                if !people.contains(&person) {
                    people.push(person);
                }
            }
        }
        Ok(people)
    }

    /// Whom a pronoun means: somebody spoken of, or the only one whom the request names.
    fn spoken_of(&mut self, pronoun: &[Token]) -> Result<Vec<Thing>, Stop> {
        if let Some(person) = self.same_as_before(pronoun) {
            return Ok(vec![person]);
        }
        if let Some(person) = self.titled(pronoun) {
            return Ok(vec![person]);
        }
        if self.reader.talk.last_person().is_none()
            && let [only] = self.reader.people_in_request().as_slice()
        {
            return Ok(vec![only.clone()]);
        }
        self.reader.people(pronoun)
    }

    /// "pass all his tasks on to Kim and send him a message": he of whom the wish before spoke in the same way, not she to
    /// whom something was given in it.
    fn same_as_before(&self, pronoun: &[Token]) -> Option<Thing> {
        let says = |tokens: &[Token], words: &str| tokens.iter().position(|token| token.is_any(words));
        let alike =
            ["him he his he's", "her she hers she's"].into_iter().find(|words| says(pronoun, words).is_some())?;
        let before =
            self.frames[..self.at].iter().rev().find(|frame| !super::AROUND.contains(&frame.intent.as_str()))?;
        let at = says(&before.tokens, alike)?;
        let behind = self.reader.people_in(&before.tokens[at..]);
        let named = self.reader.people_in(&before.tokens[..at]);
        if behind.is_empty() || !named.is_empty() {
            return None;
        }
        let all = self.reader.talk.all_of(&[Kind::Person]);
        all.into_iter().rev().find(|person| person.target != Target::Me && !behind.contains(person))
    }

    /// "Ms. Lind … Tom … write to her": the one person whose title fits the pronoun.
    fn titled(&self, pronoun: &[Token]) -> Option<Thing> {
        let says = |words: &str| pronoun.iter().any(|token| token.is_any(words));
        let titles = match (says("her she hers she's"), says("him he his he's")) {
            (true, false) => "ms mrs miss madam",
            (false, true) => "mr sir mister",
            _ => return None,
        };
        let whole = &self.reader.whole;
        let mut found: Vec<Thing> = Vec::new();
        for at in whole.iter().enumerate().filter(|(_, token)| token.is_any(titles)).map(|(at, _)| at) {
            let people = self.reader.people_in(&whole[at..(at + 4).min(whole.len())]);
            found.extend(people.into_iter().next().filter(|person| !found.contains(person)));
        }
        found.pop().filter(|_| found.is_empty())
    }

    /// The same, where "them" and "both" are people as well.
    pub(super) fn addressees(&mut self, frame: &Frame) -> Result<Vec<Thing>, Stop> {
        let people = self.people(frame)?;
        if !people.is_empty() {
            return Ok(people.into_iter().filter(|person| person.target != Target::Me).collect());
        }
        if let Some(part) = frame.all("ref").find(|part| is_plural_pronoun(&part.tokens)) {
            return self.reader.people(&part.tokens);
        }
        if let Some(part) = frame.first("org") {
            return self.reader.people(&part.tokens);
        }
        Ok(Vec::new())
    }

    /// The things of some kinds that one part means.
    pub(super) fn meant(&mut self, part: &Part, kinds: &[Kind]) -> Result<Vec<Thing>, Stop> {
        // what this plan makes under just this name goes before whoever or whatever is only called like it
        if let Some(thing) = self.made_as(&part.tokens, kinds) {
            return Ok(vec![thing]);
        }
        // "sorting and labelling": the tasks of this plan that are called like that
        if kinds.contains(&Kind::Task) && part.tokens.iter().any(|token| token.is_any("and")) {
            let parts: Vec<&[Token]> = part.tokens.split(|token| token.is_any("and") || token.is_mark(",")).collect();
            let each: Option<Vec<Thing>> =
                parts.iter().filter(|part| !part.is_empty()).map(|part| self.made_like(part)).collect();
            if let Some(each) = each.filter(|each| each.len() > 1) {
                return Ok(each);
            }
        }
        // "…, which itself moves to May": the last that was named
        let relative = part.tokens.iter().all(|token| token.is_any("which that itself who whose"));
        if part.role == "ref"
            && relative
            && part.tokens.iter().any(|token| token.is_any("which who whose itself"))
            && let Some(thing) = self.reader.talk.latest(kinds)
        {
            return Ok(vec![thing.clone()]);
        }
        let plural = is_plural_pronoun(&part.tokens)
            && part
                .tokens
                .iter()
                .all(|token| is_function_word(&token.low) || token.is_any("pair lot two three four five"));
        if plural {
            let group: Vec<Thing> =
                self.reader.talk.group.iter().filter(|thing| kinds.contains(&thing.kind)).cloned().collect();
            if group.len() > 1 {
                return Ok(group);
            }
            let all = self.reader.talk.all_of(kinds);
            if all.len() > 1 {
                let count = if part.tokens.iter().any(|token| token.is_any("both two pair")) { 2 } else { all.len() };
                return Ok(all[all.len() - count..].to_vec());
            }
        }
        if part.role == "ref" && is_person_pronoun(&part.tokens) && kinds.contains(&Kind::Person) {
            return self.reader.people(&part.tokens);
        }
        let own = kind_of(&part.role).filter(|kind| kinds.contains(kind));
        if let Some(kind) = own {
            if kind == Kind::Person {
                return self.reader.people(&part.tokens);
            }
            // what the words mean for certain goes before what sort the reader took them for
            if let Some(thing) = self.reader.certainly(&part.tokens, &[kind]) {
                return Ok(vec![thing]);
            }
            if let Some(thing) = self.reader.certainly(&part.tokens, kinds) {
                return Ok(vec![thing]);
            }
            if let Some(thing) = self.named_within(&part.tokens, kind).filter(|_| part.tokens.len() > 1) {
                return Ok(vec![thing]);
            }
        }
        let said_kinds = own.map_or_else(|| kinds.to_vec(), |kind| vec![kind]);
        if part.role == "set" || crate::offline::intents::select::is_selection(&part.tokens) {
            return self.reader.things(&part.tokens, &said_kinds, true);
        }
        self.reader.thing(&part.tokens, &said_kinds).map(|thing| vec![thing])
    }

    /// A part that is too long: the one thing whose whole name stands among its words, when nothing else there could
    /// belong to a name. "Glass Bridge Annex" is not the Glass Bridge.
    fn named_within(&self, tokens: &[Token], kind: Kind) -> Option<Thing> {
        let said: Vec<Vec<String>> = tokens.iter().map(|token| words(&token.text)).collect();
        let flat: Vec<(usize, &String)> =
            said.iter().enumerate().flat_map(|(at, words)| words.iter().map(move |word| (at, word))).collect();
        let made = self.reader.candidates();
        let mut found: Vec<(usize, std::ops::RangeInclusive<usize>, Thing)> = Vec::new();
        for known in made.iter().filter(|known| known.thing.kind == kind && !known.words.is_empty()) {
            let at =
                flat.windows(known.words.len()).find(|run| run.iter().zip(&known.words).all(|(one, own)| one.1 == own));
            if let Some(run) = at {
                found.push((known.words.len(), run[0].0..=run[run.len() - 1].0, known.thing.clone()));
            }
        }
        let longest = found.iter().map(|(length, ..)| *length).max()?;
        found.retain(|(length, ..)| *length == longest);
        let [(_, run, thing)] = found.as_slice() else { return None };
        let named = |at: usize| tokens[at].is_capitalised() || tokens[at].kind == crate::offline::text::Kind::Quoted;
        let small = run.clone().all(|at| !named(at));
        let of_name = |(at, token): (usize, &Token)| {
            !run.contains(&at)
                && (named(at) && !is_function_word(&token.low)
                    || small && token.kind == crate::offline::text::Kind::Word && !is_function_word(&token.low))
        };
        (!tokens.iter().enumerate().any(of_name)).then(|| thing.clone())
    }

    /// What this plan makes and calls just so.
    pub(super) fn made_as(&self, tokens: &[Token], kinds: &[Kind]) -> Option<Thing> {
        let said = crate::offline::rows::words(&crate::offline::text::join(tokens));
        let made = self.reader.draft.steps.iter().enumerate().rev().find_map(|(index, step)| {
            let (kind, field) = crate::offline::reader::made_by(step.action)?;
            let label = step.params.get(field)?.as_str()?;
            let same = kinds.contains(&kind) && crate::offline::rows::words(label) == said;
            same.then(|| Thing { target: Target::Step(index), kind, label: label.to_owned() })
        });
        made.filter(|_| !said.is_empty())
    }

    /// The things a frame is about: named, pointed at, described, or the one spoken of last.
    pub(super) fn targets(&mut self, frame: &Frame, kinds: &[Kind]) -> Result<Vec<Thing>, Stop> {
        if frame.has("set") {
            return self.described(frame, kinds);
        }
        let mut things: Vec<Thing> = Vec::new();
        let any_named = frame
            .parts
            .iter()
            .any(|part| kind_of(&part.role).is_some_and(|kind| kind != Kind::Person || kinds.contains(&Kind::Person)));
        for part in &frame.parts {
            // "the puppet theatre idea is dead, archive it": the same
            if part.role == "ref" && any_named {
                continue;
            }
            let by_name = kind_of(&part.role).is_some_and(|kind| kind != Kind::Person || kinds.contains(&Kind::Person));
            let points = part.role == "ref" && (kinds.contains(&Kind::Person) || !is_person_pronoun(&part.tokens));
            if by_name || points {
                for thing in self.meant(part, kinds)? {
                    if !things.contains(&thing) {
                        things.push(thing);
                    }
                }
            }
        }
        if things.is_empty() {
            if let Some(told) = ["title", "name", "topic", "body"].iter().find_map(|role| frame.first(role)) {
                if let Some(thing) = self.reader.certainly(&told.tokens, kinds) {
                    return Ok(vec![thing]);
                }
                if told.role == "title" || told.role == "name" {
                    return self.meant(told, kinds);
                }
            }
            // "all of them go to Tomasz", with nothing marked: the group made before
            let tagged =
                |at: usize| frame.parts.iter().any(|part| (part.at..part.at + part.tokens.len()).contains(&at));
            let plural = (frame.from..frame.to)
                .zip(&frame.tokens)
                .any(|(at, token)| !tagged(at) && token.is_any("both them all these those each they none everything"));
            let group: Vec<Thing> =
                self.reader.talk.group.iter().filter(|thing| kinds.contains(&thing.kind)).cloned().collect();
            if plural && group.len() > 1 {
                return Ok(group);
            }
            let spoken = self.reader.talk.it().filter(|thing| kinds.contains(&thing.kind)).cloned();
            let selected = self.reader.selected().filter(|thing| kinds.contains(&thing.kind));
            things.extend(spoken.or(selected));
        }
        Ok(things)
    }

    /// "everything that is still open in Riverside": what a description fits.
    fn described(&mut self, frame: &Frame, kinds: &[Kind]) -> Result<Vec<Thing>, Stop> {
        let range = frame.set_range();
        let words: Vec<Token> = if range.is_empty() {
            frame.first("set").map(|part| part.tokens.clone()).unwrap_or_default()
        } else {
            frame.tokens[range.start - frame.from..range.end - frame.from].to_vec()
        };
        // "every open task of that project": the one named before
        let set = frame.first("set");
        let pointed = frame.all("ref").find(|part| {
            set.is_some_and(|set| set.at + set.tokens.len() == part.at)
                && set.is_some_and(|set| set.tokens.last().is_some_and(|token| token.is_any("of in on from for under")))
        });
        if let (Some(set), Some(_), Some(project)) = (set, pointed, frame.first("project")) {
            let words = [set.tokens.clone(), project.tokens.clone()].concat();
            return self.reader.things(&words, kinds, true);
        }
        let alone = frame.all("set").count() == 1 && !frame.has("project") && !frame.has("old");
        if let Some(part) = frame.first("set").filter(|_| alone)
            && is_plural_pronoun(&part.tokens)
            && part.tokens.iter().all(|token| is_function_word(&token.low))
        {
            return self.meant(part, kinds);
        }
        // "Wilma has done everything on her list": whose list it is
        for part in frame.all("person").filter(|part| !range.contains(&part.at)) {
            if let Some(person) = self.reader.certainly(&part.tokens, &[Kind::Person])
                && self.reader.talk.last_person().is_none()
            {
                self.reader.talk.names(&person);
            }
        }
        self.reader.things(&words, kinds, true)
    }

    /// The day that something is due: the last date of the frame.
    pub(super) fn due(&mut self, frame: &Frame) -> Result<Option<Day>, Stop> {
        let phrases = frame.dates();
        let day = phrases.iter().rev().find(|phrase| phrase.moment().is_none_or(|moment| moment.day.is_some()));
        let Some(phrase) = day.or(phrases.last()).cloned() else { return Ok(None) };
        let due = self.reader.due(&phrase)?;
        let time = phrases.iter().filter_map(DatePhrase::moment).find_map(|moment| moment.time);
        Ok(due.map(|(day, own)| (self.behind_the_meeting(frame, day), own.or(time))))
    }

    /// The day and time at which something happens: the first day, and the first time.
    pub(super) fn at(&mut self, frame: &Frame) -> Result<Option<Day>, Stop> {
        let phrases = frame.dates();
        let time: Option<NaiveTime> = phrases.iter().filter_map(DatePhrase::moment).find_map(|moment| moment.time);
        let time = time.map(|time| in_the_evening(frame, time));
        let day = phrases.iter().find(|phrase| phrase.moment().is_none_or(|moment| moment.day.is_some())).cloned();
        // "for the day itself, 23 January": the day that is named
        let itself = |phrase: &DatePhrase| matches!(&phrase.when, When::Shifted { span, .. } if span.count == 0);
        let named = || phrases.iter().find(|phrase| phrase.moment().is_some_and(|moment| moment.day.is_some()));
        let day = if day.as_ref().is_some_and(itself) { named().cloned().or(day) } else { day };
        match day {
            Some(phrase) if phrase.role == Role::Before => {
                Ok(self.reader.due(&phrase)?.map(|(day, own)| (day, own.or(time))))
            }
            Some(phrase) => {
                // "at 8 on Saturday morning": the hour that is told, not the usual one of a morning
                let told = phrases.iter().filter_map(DatePhrase::moment).find(|moment| moment.day.is_none());
                let told = told.and_then(|moment| moment.time).filter(|_| names_part_of_day(frame));
                let told = told.map(|told| in_the_evening(frame, told));
                Ok(self.reader.moment(&phrase)?.map(|(day, own)| (day, told.or(own).or(time))))
            }
            None => match time {
                Some(time) => {
                    let day = self.reader.talk.the_last_day().unwrap_or(self.reader.calendar.today);
                    Ok(Some((day, Some(time))))
                }
                None => Ok(None),
            },
        }
    }
}
