//! Reminders and appointments.

use chrono::NaiveTime;
use domain::workspace::Kind;

use super::{
    ANYTHING, Carrying,
    frame::{Frame, Part},
    making::Made,
    resolving::{kind_of, names_part_of_day},
    spacing::distance,
    surroundings,
};
use crate::offline::{
    dates::{Anchor, DatePhrase, Span, Unit, When, every_so_often, in_words, shift},
    draft::{Target, Thing},
    make::{Day, TaskParts},
    reader::Stop,
    text::{Token, capitalised, from_gerund, join, number_word},
    wording::title_of,
};

/// "remind me of the exam on 3 June twice: a week before and the day before": the first day is only counted from.
fn counts_from_the_first(frame: &Frame, phrases: &[DatePhrase]) -> bool {
    let [first, rest @ ..] = phrases else { return false };
    let counted = |phrase: &DatePhrase| matches!(&phrase.when, When::Shifted { back: true, from: Anchor::LastDate, span, .. } if span.count > 0);
    let named = first.moment().is_some_and(|moment| moment.day.is_some() && moment.time.is_none());
    let dated = frame.dated();
    let [(one, _), (other, _), ..] = dated.as_slice() else { return false };
    let inside = |at: &usize| (frame.from..frame.to).contains(at);
    let joined = inside(one) && inside(other) && {
        let between = &frame.tokens[one - frame.from..other - frame.from];
        between.iter().any(|token| token.is_any("and again also plus as"))
    };
    named && !rest.is_empty() && rest.iter().all(counted) && !joined
}

/// "the licence renewal twice": what, without how often.
fn without_count(mut said: Vec<Token>) -> Vec<Token> {
    while said.len() > 1 && said.last().is_some_and(|token| token.is_any("twice again thrice once")) {
        said.pop();
    }
    said
}

impl Carrying<'_, '_> {
    pub(super) fn make_reminder(&mut self, frame: &Frame) -> Made {
        let text = frame.first("body").or_else(|| frame.first("title")).or_else(|| frame.first("topic")).cloned();
        let said = text.as_ref().map(|part| part.tokens.clone()).unwrap_or_default();
        // "…, I'd forget my own head otherwise": no text, where there is something it can be about
        let chat = said.first().is_some_and(|token| token.is_any("i'd i'm i"))
            && said.iter().any(|token| token.is_any("forget forgetful hopeless otherwise memory head sieve useless"))
            && self.made.iter().any(|thing| thing.step().is_some());
        let said = if chat { Vec::new() } else { without_count(said) };
        let counted_from = self
            .row_counted_from(frame, &said)
            .or_else(|| self.event_counted_from(frame, &said))
            .or_else(|| self.settle_what_it_counts_from(frame, &said));
        let dated = self.reminder_days(frame)?;
        if let Some(made) = self.remind_of_each(frame, &said) {
            return Ok(Some(made));
        }
        // "remind Tom on Friday to …" names him as a part; "remind me about the Mill project" names what it is about
        // "remind both of us": who is reminded, and not of what
        let us = |part: &Part| part.role == "ref" && part.tokens.iter().any(|token| token.is_any("us me"));
        let is_end = |part: &&Part| kind_of(&part.role).is_some() || part.role == "ref" && !us(part);
        let named: Vec<Part> = frame.parts.iter().filter(is_end).cloned().collect();
        let mut about = counted_from;
        for part in named.into_iter().filter(|_| about.is_none()).collect::<Vec<_>>() {
            about = self.meant(&part, &ANYTHING)?.into_iter().next();
            if about.is_some() {
                break;
            }
        }
        if about.is_none() && !said.is_empty() {
            about = crate::offline::intents::reminders::about(self.reader, &said)?;
        }
        if about.is_none() && said.is_empty() {
            about = crate::offline::intents::reminders::about(self.reader, &[])?;
        }
        let days = if dated.is_empty() {
            vec![crate::offline::intents::reminders::without_a_day(self.reader, about.as_ref())]
        } else {
            dated
        };
        let about = match about {
            Some(thing) => thing,
            None if said.is_empty() => return Ok(None),
            None => {
                let title = title_of(&self.reader.spelled_out(&said));
                self.reader.make_task(&TaskParts {
                    title,
                    due: Some((days[0].0, None)),
                    admin: true,
                    ..TaskParts::default()
                })
            }
        };
        let message = crate::offline::intents::reminders::message(self.reader, &said, &about);
        for day in days {
            self.reader.make_reminder(&about, day, &message);
        }
        if about.kind == Kind::Person {
            self.reader.talk.names(&about);
        } else {
            self.reader.talk.about(&about);
        }
        Ok(Some(vec![about]))
    }

    /// When a reminder comes: once, on several days, or at several times of one day ("at 9:00, 13:00 and 17:00").
    fn reminder_days(&mut self, frame: &Frame) -> Result<Vec<Day>, Stop> {
        if let Some(days) = self.days_apart(frame)? {
            return Ok(days);
        }
        let mut phrases = frame.dates();
        let counted = counts_from_the_first(frame, &phrases);
        if counted {
            let from = phrases.remove(0);
            self.reader.moment(&from)?;
        }
        let of_a_day = |phrase: &&DatePhrase| phrase.moment().is_none_or(|moment| moment.day.is_some());
        if counted || phrases.iter().filter(of_a_day).count() > 1 {
            let mut days = Vec::new();
            for phrase in phrases {
                days.extend(self.reader.moment(&phrase)?);
            }
            return Ok(days);
        }
        let Some((day, time)) = self.at(frame)? else { return Ok(Vec::new()) };
        let times: Vec<NaiveTime> = phrases
            .iter()
            .filter_map(DatePhrase::moment)
            .filter(|moment| moment.day.is_none() || !names_part_of_day(frame))
            .filter_map(|moment| moment.time)
            .collect();
        if times.len() > 1 && !frame.says("from till until between or") {
            return Ok(times.into_iter().map(|time| (day, Some(time))).collect());
        }
        Ok(vec![(day, time)])
    }

    /// "three reminders, a week apart, the first on Monday".
    fn days_apart(&mut self, frame: &Frame) -> Result<Option<Vec<Day>>, Stop> {
        let count = surroundings::count_of(frame).or_else(|| {
            let reminders = frame.tokens.iter().position(|token| token.is_any("reminders times"))?;
            frame.tokens[..reminders].iter().rev().take(3).find_map(|token| number_word(&token.low))
        });
        let apart = frame.has("spacing") || frame.says("apart");
        let Some((count, span)) = count.zip(distance(frame)).filter(|(count, _)| apart && (2..=12).contains(count))
        else {
            return Ok(None);
        };
        let Some((mut day, time)) = self.at(frame)? else { return Ok(None) };
        let mut days = Vec::new();
        for _ in 0..count {
            days.push((day, time));
            day = shift(day, span, false);
        }
        Ok(Some(days))
    }

    /// "remind me half an hour before it starts": about what begins then.
    fn event_counted_from(&self, frame: &Frame, said: &[Token]) -> Option<Thing> {
        let named = frame.parts.iter().any(|part| kind_of(&part.role).is_some());
        if named || !said.is_empty() {
            return None;
        }
        let step = frame.dates().iter().find_map(|phrase| match &phrase.when {
            When::Shifted { span, from, .. } if span.unit == Unit::Minute => self.reader.event_meant(from),
            _ => None,
        })?;
        let title = self.reader.draft.steps[step].params.get("title").and_then(serde_json::Value::as_str);
        let label = title.unwrap_or_default().to_owned();
        Some(Thing { target: Target::Step(step), kind: Kind::CalendarEntry, label })
    }

    /// "two days before the Skylight deadline", and no word of what it is about: what has that deadline.
    fn row_counted_from(&mut self, frame: &Frame, said: &[Token]) -> Option<Thing> {
        let named = frame.parts.iter().any(|part| kind_of(&part.role).is_some());
        if named || !said.is_empty() {
            return None;
        }
        let idle = "the deadline due date project task ends is 's";
        let of_a_row = |phrase: &DatePhrase| {
            let When::Shifted { from: Anchor::Event(event), .. } = &phrase.when else { return None };
            let told = crate::offline::text::tokens(event);
            let name: Vec<Token> = told.iter().filter(|token| !token.is_any(idle)).cloned().collect();
            let row = self.reader.certainly(&name, &[Kind::Project, Kind::Task])?;
            told.iter().any(|token| token.is_any("deadline due ends")).then(|| (event.clone(), row))
        };
        let (event, row) = frame.dates().iter().find_map(of_a_row)?;
        if let Some(due) = self.reader.due_of(&row) {
            self.reader.talk.day(&event, due);
            self.reader.talk.last_day(due);
        }
        Some(row)
    }

    /// "remind me of the rent twice: a week before it is due, …": what is spoken of, where its day has to be known first.
    fn settle_what_it_counts_from(&mut self, frame: &Frame, said: &[Token]) -> Option<Thing> {
        let counts = |phrase: &DatePhrase| {
            matches!(&phrase.when, When::Shifted { from: Anchor::Event(event), .. } if event == "due date")
                || matches!(phrase.when, When::Shifted { from: Anchor::LastDate, .. })
        };
        let unknown = self.reader.talk.the_last_day().is_none() && self.reader.talk.it().is_none();
        let kinds = [Kind::Task, Kind::Project];
        let named = frame.first("project").or_else(|| frame.first("task")).map(|part| part.tokens.clone());
        let said = if said.is_empty() { named.unwrap_or_default() } else { said.to_vec() };
        if said.is_empty() || !unknown || !frame.dates().iter().any(counts) {
            return None;
        }
        let thing = self.reader.certainly(&said, &kinds).or_else(|| self.row_like(&said, &kinds))?;
        let due = self.reader.due_of(&thing)?;
        self.reader.talk.about(&thing);
        self.reader.talk.last_day(due);
        Some(thing)
    }

    /// "a debriefing with the two of them": the people spoken of.
    fn those_spoken_of(&self, frame: &Frame) -> Vec<Thing> {
        let with_them = |part: &Part| {
            let them = part.tokens.iter().any(|token| token.is_any("them both pair two three four everyone"));
            them && frame.before(part).is_some_and(|token| token.is_any("with for and of"))
        };
        let Some(part) = frame.all("ref").find(|part| with_them(part)) else { return Vec::new() };
        let all = self.reader.talk.all_of(&[Kind::Person]);
        let all: Vec<Thing> = all.into_iter().filter(|person| person.target != Target::Me).collect();
        let two = part.tokens.iter().any(|token| token.is_any("both pair")).then_some(2);
        let count = part.tokens.iter().find_map(|token| number_word(&token.low)).or(two);
        let count = count.and_then(|count| usize::try_from(count).ok()).unwrap_or(all.len());
        all[all.len().saturating_sub(count)..].to_vec()
    }

    pub(super) fn make_event(&mut self, frame: &Frame) -> Made {
        let people: Vec<Thing> = self.people(frame)?.into_iter().filter(|person| person.target != Target::Me).collect();
        let title = match frame.first("title").or_else(|| frame.first("topic")).or_else(|| frame.first("name")) {
            // "driving test": what it is called, and nothing to be done
            Some(part) if part.tokens.len() == 2 && from_gerund(&part.tokens[0].low).is_some() => {
                capitalised(&join(&part.tokens))
            }
            Some(part) => title_of(&self.reader.spelled_out(&part.tokens)),
            None => self.called_like_the_last(frame).or_else(|| self.one_more_of_them(frame)).unwrap_or_default(),
        };
        // "and we meet on 15 December": those who were spoken to
        let meets = people.is_empty() && frame.says("we us meet") && frame.says("meet meeting gather talk sit");
        let people = if meets { self.reader.talk.all_of(&[Kind::Person]) } else { people };
        let people: Vec<Thing> = people.into_iter().filter(|person| person.target != Target::Me).collect();
        let people = if people.is_empty() { self.those_spoken_of(frame) } else { people };
        let with = people.iter().map(|person| person.label.as_str()).collect::<Vec<_>>().join(" and ");
        let plain = crate::offline::rows::words(&title).len() <= 1 && !with.is_empty();
        let title = match (title.is_empty(), plain) {
            (true, _) if with.is_empty() && meets => "Meeting".to_owned(),
            // "plus a calendar entry for the day itself": of what is being planned
            (true, _) if with.is_empty() => {
                let spoken = self.reader.talk.project.as_ref().or_else(|| self.reader.talk.it());
                match spoken.filter(|_| frame.says("calendar") && frame.says("entry slot appointment")) {
                    Some(thing) => thing.label.clone(),
                    None => return Ok(None),
                }
            }
            (true, _) => format!("Meeting with {with}"),
            (false, true) => format!("{title} with {with}"),
            (false, false) => title,
        };
        let minutes = frame
            .span()
            .and_then(Span::minutes)
            .or_else(|| frame.dates().iter().find_map(|phrase| phrase.moment().and_then(|moment| moment.minutes)))
            .or_else(|| self.as_long_as_each(frame))
            .or_else(|| self.length_told(frame));
        let at = match self.straight_after(frame).map_or_else(|| self.at(frame), |at| Ok(Some(at)))? {
            Some(at) => at,
            None if self.reader.draft.steps.is_empty() => match self.reader.answer("when") {
                Some(answer) => crate::offline::intents::calendar::answered_day(self.reader, &answer)?,
                None => {
                    return Err(self.reader.ask(
                        "when".into(),
                        format!("When should “{title}” take place?"),
                        Vec::new(),
                    ));
                }
            },
            None => {
                let day = shift(self.reader.calendar.today, Span { count: 1, unit: Unit::WorkingDay }, false);
                self.reader.assume(format!("No day was given for “{title}”: it is put on {}.", in_words(day)));
                (day, chrono::NaiveTime::from_hms_opt(10, 0, 0))
            }
        };
        let at = self.at_the_same_time(frame, at);
        let mut made = Vec::new();
        let some_weeks_apart = surroundings::count_of(frame)
            .map(|count| every_so_often(&frame.all_words(), self.reader.calendar, count))
            .filter(|days| !days.is_empty());
        let days = match some_weeks_apart {
            Some(days) => days.into_iter().map(|day| (day, at.1)).collect(),
            None => surroundings::days_of(frame, at),
        };
        for day in days {
            made.push(self.reader.make_event(&title, day, minutes, &people));
        }
        Ok(Some(made))
    }
}
