//! Which day or time a phrase means, where it speaks of other things.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use domain::workspace::Kind;
use serde_json::Value;

use super::{Reader, Stop};
use crate::offline::{
    dates::{Anchor, DatePhrase, Role, Unit, When, in_words, shift},
    draft::Step,
    rows::{same_word, words},
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
            When::Each { first, time, .. } => (*first, *time),
            When::Shifted { span, back, from, .. } if span.unit == Unit::Minute && self.begins(from).is_some() => {
                let Some(begins) = self.begins(from) else { return Ok(None) };
                let by = chrono::TimeDelta::minutes(i64::from(span.count));
                let at = if *back { begins.checked_sub_signed(by) } else { begins.checked_add_signed(by) };
                let Some(at) = at.filter(|at| at.date() >= self.calendar.today) else { return Ok(None) };
                return Ok(Some((at.date(), Some(at.time()))));
            }
            When::Shifted { span, back, time, from } => {
                let anchor = match from {
                    Anchor::LastCounted => self.talk.counted().or_else(|| self.talk.the_last_day()),
                    Anchor::LastDate => self.talk.the_last_day().or_else(|| self.talk.only_day()),
                    Anchor::Event(event) => {
                        let known = self.talk.day_of(event).or_else(|| self.due_day_said(event));
                        known.or_else(|| self.day_of_thing(event)).or_else(|| self.talk.the_last_day())
                    }
                };
                let Some(anchor) = anchor else { return Ok(None) };
                if *from != Anchor::LastCounted {
                    self.talk.last_day(anchor);
                }
                let day = shift(anchor, *span, *back);
                self.talk.counts(day);
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

    /// "an hour before the call": when the call begins that this plan schedules.
    fn begins(&self, from: &Anchor) -> Option<NaiveDateTime> {
        let step = self.draft.steps.get(self.event_meant(from)?)?;
        step.params.get("at")?.as_str()?.parse().ok()
    }

    /// The step that schedules what a phrase counts from.
    pub(crate) fn event_meant(&self, from: &Anchor) -> Option<usize> {
        let events = self.draft.steps.iter().enumerate().rev();
        let mut events = events.filter(|(_, step)| step.action == "calendar.schedule");
        let step = match from {
            Anchor::LastDate | Anchor::LastCounted => events.next(),
            Anchor::Event(event) => {
                let wanted = words(event);
                let called = |(_, step): &(usize, &Step)| {
                    let title = step.params.get("title").and_then(Value::as_str).unwrap_or_default();
                    let general = ["meeting", "appointment", "call", "event"];
                    let own = words(title);
                    wanted.iter().any(|word| own.iter().any(|own| same_word(own, word)))
                        || wanted.iter().any(|word| general.contains(&word.as_str()))
                };
                events.find(called)
            }
        };
        step.map(|(at, _)| at)
    }

    /// "the due date", "the deadline": of what was spoken of last.
    pub(super) fn due_day_said(&self, event: &str) -> Option<NaiveDate> {
        let says_due = words(event).iter().any(|word| matches!(word.as_str(), "due" | "deadline"));
        let spoken = [self.talk.it(), self.talk.project.as_ref()];
        spoken.into_iter().flatten().filter(|_| says_due).find_map(|thing| self.due_of(thing))
    }

    /// "three days before the invoice is due": the due date of what is called so.
    pub(super) fn day_of_thing(&mut self, event: &str) -> Option<NaiveDate> {
        let kinds = [Kind::Task, Kind::Project];
        // "ten days before the Skylight deadline"
        let of_a_deadline = || {
            let told = tokens(event);
            let idle = "the deadline due date project task 's";
            let name: Vec<_> = told.iter().filter(|token| !token.is_any(idle)).cloned().collect();
            let says = told.iter().any(|token| token.is_any("deadline due")) && !name.is_empty();
            says.then(|| self.certainly(&name, &kinds)).flatten()
        };
        let thing = self.certainly(&tokens(event), &kinds).or_else(of_a_deadline)?;
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
