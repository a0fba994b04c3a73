//! Which day or time a phrase means, where it speaks of other things.

use chrono::{NaiveDate, NaiveTime};
use domain::workspace::Kind;

use super::{Reader, Stop};
use crate::offline::{
    dates::{Anchor, DatePhrase, Role, When, in_words, shift},
    rows::words,
    text::tokens,
};

impl Reader<'_> {
    // ---- dates -------------------------------------------------------------------------------------------------

    /// The day and time a phrase means, counted from what was spoken of where it must be.
    pub(crate) fn moment(&mut self, phrase: &DatePhrase) -> Result<Option<(NaiveDate, Option<NaiveTime>)>, Stop> {
        let (day, time) = match &phrase.when {
            When::At(moment) => match moment.day {
                Some(day) => (day, moment.time),
                None => match self.talk.the_last_day() {
                    Some(day) => (day, moment.time),
                    None => return Ok(None),
                },
            },
            When::Shifted { span, back, time, from } => {
                let anchor = match from {
                    Anchor::LastDate => self.talk.the_last_day().or_else(|| self.talk.only_day()),
                    Anchor::Event(event) => {
                        let known = self.talk.day_of(event).or_else(|| self.due_day_said(event));
                        known.or_else(|| self.day_of_thing(event)).or_else(|| self.talk.the_last_day())
                    }
                };
                let Some(anchor) = anchor else { return Ok(None) };
                self.talk.last_day(anchor);
                let day = shift(anchor, *span, *back);
                if *back && day >= self.calendar.today {
                    // "the day before …, two days before …": both count from the same day
                    return Ok(Some((day, *time)));
                }
                (day, *time)
            }
            When::Impossible => {
                let id = "which-day".to_owned();
                return Err(self.ask(
                    id,
                    "One of the dates is not in the calendar. Which day do you mean?",
                    Vec::new(),
                ));
            }
        };
        if day < self.calendar.today {
            return Err(self.ask(
                "which-day".into(),
                format!("{} has passed. Which day do you mean?", in_words(day)),
                Vec::new(),
            ));
        }
        self.talk.last_day(day);
        Ok(Some((day, time)))
    }

    /// "the due date", "the deadline": of what was spoken of last.
    pub(super) fn due_day_said(&self, event: &str) -> Option<NaiveDate> {
        let says_due = words(event).iter().any(|word| matches!(word.as_str(), "due" | "deadline"));
        let spoken = [self.talk.it(), self.talk.project.as_ref()];
        spoken.into_iter().flatten().filter(|_| says_due).find_map(|thing| self.due_of(thing))
    }

    /// "three days before the invoice is due": the due date of what is called so.
    pub(super) fn day_of_thing(&mut self, event: &str) -> Option<NaiveDate> {
        let thing = self.certainly(&tokens(event), &[Kind::Task, Kind::Project])?;
        let due = self.due_of(&thing)?;
        self.talk.about(&thing);
        Some(due)
    }

    /// The day something has to be done by.
    pub(crate) fn due(&mut self, phrase: &DatePhrase) -> Result<Option<(NaiveDate, Option<NaiveTime>)>, Stop> {
        let range_end = phrase.moment().and_then(|moment| moment.until);
        let Some((day, time)) = self.moment(phrase)? else { return Ok(None) };
        let day = match (phrase.role, range_end) {
            (Role::Before, None) if day > self.calendar.today => day.pred_opt().unwrap_or(day),
            (Role::From, None) | (Role::After, _) => day,
            (Role::Before, Some(_)) => day.pred_opt().filter(|before| *before >= self.calendar.today).unwrap_or(day),
            // "next week", "in January": any day of it, so the last one that people work on
            (_, Some(last)) if (last - day).num_days() == 6 => {
                shift(last, crate::offline::dates::Span { count: 2, unit: crate::offline::dates::Unit::Day }, true)
                    .max(day)
            }
            (_, Some(last)) => last,
            _ => day,
        };
        Ok(Some((day, time)))
    }
}
