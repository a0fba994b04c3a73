//! On which days milestones and tasks are that follow each other at equal distances: counted from the first, back from the
//! last, one for each month; and what days of milestones are counted from.

use chrono::{Datelike, NaiveDate};
use domain::workspace::Kind;

use super::{
    Carrying,
    frame::Frame,
    lists::{day_of_each_month, monthly},
};
use crate::offline::{
    dates::{Anchor, DatePhrase, Role, Span, Unit, When, shift, written},
    draft::Thing,
    intents::milestones::{Entry, space_out, take_apart},
    reader::{Reading, Stop},
    rows::words,
    text::{Kind as TokenKind, Token, listed},
};

/// The most milestones that are made at equal distances.
pub(super) const MOST: usize = 50;

/// "…: the last one falls on 15 April, and each of the others a month before the next": what is said of milestones in a
/// clause of its own belongs to them.
pub(super) fn join_distances(frames: &mut Vec<Frame>, whole: &[Token]) {
    let mut at = 1;
    while at < frames.len() {
        let (before, behind) = frames.split_at_mut(at);
        let (Some(set), frame) = (before.last_mut(), &behind[0]) else { break };
        if set.intent == "project.milestones" && set.to <= frame.from && says_distances(frame) {
            set.tokens = whole[set.from..frame.to].to_vec();
            set.to = frame.to;
            set.parts.extend(frame.parts.iter().filter(|part| part.role != "ref").cloned());
            frames.remove(at);
        } else {
            at += 1;
        }
    }
}

fn says_distances(frame: &Frame) -> bool {
    let only = frame
        .parts
        .iter()
        .all(|part| matches!(part.role.as_str(), "ref" | "when" | "spacing" | "count" | "duration" | "body" | "set"));
    let told = matches!(frame.intent.as_str(), "also" | "given" | "reschedule" | "then");
    told && only && (frame.has("spacing") || frame.says("apart between") && frame.span().is_some())
}

fn first_milestone(frame: &Frame) -> usize {
    frame.all("milestone").chain(frame.all("title")).map(|part| part.at).min().unwrap_or(frame.to)
}

/// How far apart the words of a frame say that things are.
pub(super) fn distance(frame: &Frame) -> Option<Span> {
    let mut said = frame.tokens.clone();
    let apart = take_apart(&mut said).or_else(|| frame.span().filter(|_| frame.has("spacing")));
    // "each of the others a month before the next"
    let of_each = || frame.tokens.iter().filter_map(Token::date).find_map(counted_from_each_other);
    let neighbours = || {
        frame.tokens.windows(4).find_map(|run| {
            let TokenKind::Span(span) = run[0].kind else { return None };
            let next = run[2..].iter().any(|token| token.is_any("next previous other one"));
            (run[1].is_any("before after") && next && frame.says("each every others")).then_some(span)
        })
    };
    let regular = || {
        later_the_next(frame)
            .or_else(|| weeks_between(frame))
            .or_else(|| weekday_of_each(frame).map(|_| Span { count: 1, unit: Unit::Week }))
    };
    apart.or_else(of_each).or_else(neighbours).or_else(regular).map(|span| Span {
        count: span.count.max(1),
        unit: if span.unit == Unit::Minute { Unit::Day } else { span.unit },
    })
}

/// "then always three weeks later the next one", "and each further one ten days later": no day, but how far apart.
fn later_the_next(frame: &Frame) -> Option<Span> {
    let always = "always each every next further following other others";
    frame.tokens.iter().enumerate().find_map(|(at, token)| {
        let When::Shifted { span, back: false, from: Anchor::LastDate, .. } = &token.date()?.when else { return None };
        let near = &frame.tokens[at.saturating_sub(4)..(at + 4).min(frame.tokens.len())];
        near.iter().any(|token| token.is_any(always)).then_some(*span)
    })
}

/// "every second Friday", "each third Monday": how many weeks apart.
fn weeks_between(frame: &Frame) -> Option<Span> {
    let said: Vec<String> = frame.tokens.iter().flat_map(|token| words(&token.text)).collect();
    let weekday = |word: &str| listed(word, "monday tuesday wednesday thursday friday saturday sunday");
    let count = said.windows(3).find_map(|run| {
        let count = match run[1].as_str() {
            "second" | "other" | "2nd" => 2,
            "third" | "3rd" => 3,
            "fourth" | "4th" => 4,
            _ => return None,
        };
        (listed(&run[0], "every each") && weekday(&run[2])).then_some(count)
    })?;
    Some(Span { count, unit: Unit::Week })
}

/// "one every Friday", "on each Monday": where the weekday stands.
fn weekday_of_each(frame: &Frame) -> Option<usize> {
    let names_weekday = |token: &Token| {
        let said = words(&token.text);
        let weekday = |word: &String| listed(word, "monday tuesday wednesday thursday friday saturday sunday");
        said.iter().any(weekday)
    };
    let each =
        |token: &Token| token.is_any("every each") || words(&token.text).iter().any(|word| listed(word, "every each"));
    (0..frame.tokens.len()).find(|at| {
        let token = &frame.tokens[*at];
        names_weekday(token) && (each(token) || at.checked_sub(1).is_some_and(|before| each(&frame.tokens[before])))
    })
}

/// "a week before the next", "two days after the previous one": no day, but how far apart.
fn counted_from_each_other(phrase: &DatePhrase) -> Option<Span> {
    let When::Shifted { span, from: Anchor::Event(event), .. } = &phrase.when else { return None };
    let neighbour =
        |word: &String| matches!(word.as_str(), "next" | "previous" | "other" | "one" | "the" | "before" | "preceding");
    let said = words(event);
    (!said.is_empty() && said.iter().all(neighbour) && said != ["the", "one"]).then_some(*span)
}

/// Where the words of a frame say that the last of several is: ", the last one on 26 March", "ending on 12 March".
fn end_of(frame: &Frame) -> Option<DatePhrase> {
    if let Some(part) = frame.first("end") {
        return part.tokens.iter().find_map(Token::date).cloned();
    }
    let dated = frame.dated();
    let ends = |at: usize| {
        let at = at.checked_sub(frame.from).filter(|at| *at <= frame.tokens.len())?;
        let before = frame.tokens[..at].iter().rev().take(6).take_while(|token| token.date().is_none());
        let mut before = before.skip_while(|token| {
            token
                .is_any("one milestone of them these is are being due falls falling on should be to and date day the a")
        });
        before.next().map(|token| token.is_any("last final end ends ending finishing back backwards until"))
    };
    let last = |(at, phrase): &&(usize, DatePhrase)| {
        ends(*at).unwrap_or(false) || matches!(phrase.role, Role::Until) && dated.len() == 1
    };
    dated.iter().find(last).map(|(_, phrase)| phrase.clone())
}

/// The months that a frame names: "always on the first of the month, February through June".
fn months_of(frame: &Frame) -> Option<(NaiveDate, NaiveDate)> {
    let ranges = frame.dates().into_iter().filter_map(|phrase| phrase.moment());
    ranges.filter_map(|moment| moment.day.zip(moment.until)).find(|(first, last)| months(*first, *last) > 1)
}

fn months(first: NaiveDate, last: NaiveDate) -> i32 {
    (last.year() - first.year()) * 12 + i32::try_from(last.month()).unwrap_or(0)
        - i32::try_from(first.month()).unwrap_or(0)
        + 1
}

/// "on the first of the month": of each month, where several months are named.
fn day_of_the_months(frame: &Frame) -> Option<u32> {
    let several = months_of(frame).is_some() || frame.says("always every each");
    let mut words = frame.tokens.iter().flat_map(|token| crate::offline::rows::words(&token.text)).collect::<Vec<_>>();
    let month = words.windows(3).position(|run| run[0] == "of" && run[1] == "the" && run[2] == "month")?;
    words[month + 1] = "each".into();
    let said: Vec<Token> = crate::offline::text::tokens(&words.join(" "));
    day_of_each_month(&said).filter(|_| several)
}

impl Carrying<'_, '_> {
    /// Puts milestones without days of their own on days at equal distances; says whether the words tell any.
    pub(super) fn put_on_days(&mut self, frame: &Frame, made: &mut Vec<Entry>, span: Option<Span>) -> Reading {
        let placeholders = !frame.has("milestone") && !frame.has("title");
        if let Some(day) = day_of_each_month(&frame.tokens).or_else(|| day_of_the_months(frame)) {
            let range = months_of(frame);
            let told = frame.dates().iter().find_map(|phrase| {
                let moment = phrase.moment()?;
                // "the first of the month" is no day to begin on, where months are named
                moment.day.filter(|_| range.is_none() || moment.until.is_some())
            });
            let first = range.map(|(first, _)| first).or(told).unwrap_or(self.reader.calendar.today);
            if let Some((first, last)) = range.filter(|_| placeholders && !frame.has("count")) {
                resize(made, usize::try_from(months(first, last)).unwrap_or(1));
            }
            for (entry, due) in made.iter_mut().zip(monthly(first, day)) {
                entry.due = Some(written(due, None));
            }
            return Ok(true);
        }
        let Some(span) = span else { return Ok(false) };
        if let Some(phrase) = end_of(frame)
            && let Some((last, _)) = self.reader.moment(&phrase)?
        {
            let mut day = last;
            for entry in made.iter_mut().rev() {
                entry.due = Some(written(day, None));
                day = shift(day, span, true);
            }
            return Ok(true);
        }
        let (start, until) = self.start_of(frame)?;
        if let (Some(start), Some(until)) = (start, until)
            && placeholders
            && !frame.has("count")
        {
            let mut days = 1;
            let mut day = shift(start, span, false);
            while day <= until && day > start && days < MOST {
                days += 1;
                day = shift(day, span, false);
            }
            resize(made, days);
        }
        space_out(made, start.unwrap_or(self.reader.calendar.today), span, start.is_some());
        Ok(true)
    }

    /// The first day that a frame names, and the last one of a stretch of days.
    fn start_of(&mut self, frame: &Frame) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Stop> {
        let dated = frame.dated();
        let weekday = weekday_of_each(frame).map(|at| frame.from + at);
        let begins = |(at, phrase): &&(usize, DatePhrase)| {
            counted_from_each_other(phrase).is_none() && Some(*at) != weekday && phrase.moment().is_some()
        };
        // "one every Friday, the first this Friday": the weekday alone tells the day where no other is told
        let told = dated
            .iter()
            .find(begins)
            .or_else(|| dated.iter().find(|(_, phrase)| counted_from_each_other(phrase).is_none()));
        let Some((_, phrase)) = told else { return Ok((None, None)) };
        let until = phrase.moment().and_then(|moment| moment.until);
        Ok((self.reader.moment(phrase)?.map(|(day, _)| day), until))
    }

    /// "which ends on 27 March: entries closed four weeks before": what days of milestones are counted from.
    pub(super) fn settle_what_milestones_count_from(&mut self, frame: &Frame, project: &Thing) -> Result<(), Stop> {
        let dated = frame.dated();
        let counted = |phrase: &DatePhrase| matches!(&phrase.when, When::Shifted { .. });
        if !dated.iter().any(|(_, phrase)| counted(phrase)) {
            return Ok(());
        }
        let first = first_milestone(frame);
        let told = dated.iter().find(|(at, phrase)| *at < first && !counted(phrase));
        if let Some((_, phrase)) = told {
            self.reader.moment(phrase)?;
        } else if self.reader.talk.the_last_day().is_none()
            && let Some(due) = self.reader.due_of(project)
        {
            self.reader.talk.last_day(due);
        }
        Ok(())
    }

    /// "due a week apart, the first on 4 January": the tasks made last. Says whether it was that.
    pub(super) fn space_out_tasks(&mut self, frame: &Frame, tasks: &[Thing]) -> Reading {
        let apart = frame.says("interval intervals apart each every follow follows later");
        let undated = frame.dates().is_empty();
        let spaced = frame.has("spacing") || apart && undated || frame.says("apart");
        let span = distance(frame).or_else(|| frame.span().filter(|_| undated)).filter(|_| spaced);
        let Some(span) = span else { return Ok(false) };
        let steps: Vec<usize> = tasks.iter().filter(|thing| thing.kind == Kind::Task).filter_map(Thing::step).collect();
        if steps.len() < 2 {
            return Ok(false);
        }
        let told = frame.dated().into_iter().find(|(_, phrase)| counted_from_each_other(phrase).is_none());
        if let Some((_, phrase)) = told
            && let Some((day, _)) = self.reader.moment(&phrase)?
        {
            let named = frame.all("ref").find_map(|part| self.made_like(&part.tokens));
            let place = named.and_then(|thing| thing.step()).and_then(|step| steps.iter().position(|own| *own == step));
            let place = place.unwrap_or(if end_of(frame).is_some() { steps.len() - 1 } else { 0 });
            for (own, step) in steps.iter().enumerate() {
                let times = u32::try_from(own.abs_diff(place)).unwrap_or(0);
                let due = shift(day, Span { count: span.count * times, unit: span.unit }, own < place);
                self.reader.draft.steps[*step].params.insert("due_date".into(), written(due, None).into());
            }
            return Ok(true);
        }
        let due = |carrying: &Self, step: usize| -> Option<NaiveDate> {
            carrying.reader.draft.steps[step].params.get("due_date")?.as_str()?.get(..10)?.parse().ok()
        };
        // "the next two follow at two-day intervals": the tasks without a day, so far behind the one before each
        let Some(mut day) = due(self, steps[0]) else { return Ok(false) };
        for step in &steps[1..] {
            day = due(self, *step).unwrap_or_else(|| shift(day, span, false));
            self.reader.draft.steps[*step].params.insert("due_date".into(), written(day, None).into());
        }
        Ok(true)
    }
}

/// As many placeholders as there are days.
fn resize(made: &mut Vec<Entry>, count: usize) {
    *made = (1..=count.clamp(1, MOST)).map(|n| Entry { title: format!("Milestone {n}"), due: None }).collect();
}
