//! On which days the milestones of a project are that follow each other at equal distances: counted from the first, back
//! from the last, one for each month; and how many of them, where a later word says so.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::{
    Carrying,
    frame::Frame,
    lists::{day_of_each_month, monthly},
};
use crate::offline::{
    dates::{DatePhrase, Role, Span, shift, written},
    intents::milestones::{Entry, space_out},
    reader::{Reading, Stop},
    text::{Token, number_word},
};

/// The most milestones that are made at equal distances.
const MOST: usize = 50;

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
            token.is_any("one milestone of them these is are being due falling on should be to and date day the a")
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
        let dates = frame.dates();
        let Some(phrase) = dates.first() else { return Ok((None, None)) };
        let until = phrase.moment().and_then(|moment| moment.until);
        Ok((self.reader.moment(phrase)?.map(|(day, _)| day), until))
    }

    /// "Four of them. No, make that three": as many milestones as were said last; says whether it was that.
    pub(super) fn recount_milestones(&mut self, frame: &Frame) -> bool {
        let said = frame.words("count").unwrap_or(&frame.tokens).iter().filter(|token| token.date().is_none());
        let count = said.into_iter().find_map(|token| number_word(&token.low).filter(|count| *count > 1));
        let only = frame.parts.iter().all(|part| matches!(part.role.as_str(), "count" | "ref" | "when"));
        let Some(count) = count.and_then(|count| usize::try_from(count).ok()).filter(|count| only && *count <= MOST)
        else {
            return false;
        };
        if self.last_intent != "project.milestones" || !frame.dates().is_empty() {
            return false;
        }
        let step = self.reader.draft.steps.iter().rposition(|step| step.action == "project.set_milestones");
        let list = step.and_then(|step| self.reader.draft.steps[step].params.get_mut("milestones")?.as_array_mut());
        let Some(list) = list else { return false };
        let title = |entry: &Value| entry.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
        let numbered = list.iter().enumerate().all(|(at, entry)| title(entry) == format!("Milestone {}", at + 1));
        if !numbered {
            return false;
        }
        let due = |entry: &Value| entry.get("due_date").and_then(Value::as_str)?.parse::<NaiveDate>().ok();
        let gap = list.iter().rev().take(2).map(due).collect::<Option<Vec<_>>>();
        let gap = gap.filter(|pair| pair.len() == 2).map(|pair| pair[0] - pair[1]);
        while list.len() < count {
            let next = list.last().and_then(due).zip(gap).and_then(|(day, gap)| day.checked_add_signed(gap));
            let title = format!("Milestone {}", list.len() + 1);
            list.push(next.map_or_else(
                || json!({"title": title}),
                |day| json!({"title": title, "due_date": written(day, None)}),
            ));
        }
        list.truncate(count);
        true
    }
}

/// As many placeholders as there are days.
fn resize(made: &mut Vec<Entry>, count: usize) {
    *made = (1..=count.clamp(1, MOST)).map(|n| Entry { title: format!("Milestone {n}"), due: None }).collect();
}
