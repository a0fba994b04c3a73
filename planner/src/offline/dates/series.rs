//! Several days in one phrase: "each of the next three Fridays", "every Tuesday in January", "each Monday until 18 December".

use chrono::NaiveDate;

use super::{
    Anchor, Cursor, Role, Span, Unit, When,
    calendar::{add_days, weekday},
    day::Days,
};
use crate::offline::text::{Kind, number_word};

/// The most days that one phrase can mean.
const MOST: u32 = 31;

impl Cursor<'_> {
    /// "two weeks before, one week before and | on the day": the last of several that count from one day.
    pub(super) fn on_the_day(&self, at: usize) -> Option<(When, usize)> {
        let joined = at.checked_sub(1).is_some_and(|before| self.is(before, "and") || self.is_mark(before, ","));
        let counted =
            (at.saturating_sub(7)..at).any(|before| self.is(before, "before ahead earlier beforehand advance"));
        let day = self.is(at, "on") && self.is(at + 1, "the") && self.is(at + 2, "day");
        let ends = self
            .tokens
            .get(at + 3)
            .is_none_or(|token| matches!(token.kind, Kind::Punct | Kind::Break) || token.is_any("too as and please"));
        let span = Span { count: 0, unit: Unit::Day };
        let when = When::Shifted { span, back: true, time: None, from: Anchor::LastDate };
        (joined && counted && day && ends).then_some((when, at + 3))
    }

    /// Days at equal distances, with the word before them, and where the phrase ends.
    pub(super) fn series(&self, at: usize) -> Option<(When, Role, usize)> {
        let start = self.skip(self.skip(at, "on for at by"), "due");
        let start = self.skip(start, "on");
        let (first, step, count, next) = self.next_ones(start).or_else(|| self.weekly(start))?;
        let (time, next) = match self.time(next) {
            Some((clock, behind)) => (Some(clock.time), behind),
            None => (None, next),
        };
        let due = (at..start).any(|before| self.is(before, "due by"));
        Some((When::Each { first, step, count, time }, if due { Role::Due } else { Role::On }, next))
    }

    /// "each of the next three Fridays", "the next four working days".
    fn next_ones(&self, at: usize) -> Option<(NaiveDate, Span, u32, usize)> {
        let each = self.is(at, "each every all") || self.is(at, "one") && self.is(at + 1, "each");
        let behind = self.skip(self.skip(self.skip(at, "one"), "each every all"), "one");
        let behind = self.skip(behind, "of on");
        let which = self.skip(behind, "the these");
        if !self.is(which, "next coming following") || which == behind {
            return None;
        }
        let count = number_word(self.low(which + 1)).filter(|count| (2..=MOST).contains(count))?;
        let noun = which + 2;
        if let Some(day) = weekday(self.low(noun)).filter(|_| self.low(noun).ends_with("days")) {
            return Some((self.calendar.next(day), Span { count: 1, unit: Unit::Week }, count, noun + 1));
        }
        // "over the next three days" is a length of time
        let working = self.is(noun, "working business");
        let days = self.skip(noun, "working business");
        if !each || !self.is(days, "days") {
            return None;
        }
        let unit = if working { Unit::WorkingDay } else { Unit::Day };
        let step = Span { count: 1, unit };
        Some((super::shift(self.calendar.today, step, false), step, count, days + 1))
    }

    /// "every Tuesday in January", "each Monday until 18 December".
    fn weekly(&self, at: usize) -> Option<(NaiveDate, Span, u32, usize)> {
        let day = weekday(self.low(at + 1)).filter(|_| self.is(at, "every each"))?;
        let today = self.calendar.today;
        let (first, last, next) = if self.is(at + 2, "in of during") {
            self.month(self.skip(at + 3, "next this"))?;
            self.whole_period(at + 3)?
        } else if self.is(at + 2, "until till through") {
            let (Days::One(last), next) = self.day(at + 3, true)? else { return None };
            (today, last, next)
        } else {
            return None;
        };
        let first = self.calendar.after(add_days(first.max(today), -1), day);
        let weeks = (last - first).num_days() / 7;
        let count = u32::try_from(weeks).ok().filter(|_| first <= last)? + 1;
        (2..=MOST).contains(&count).then_some((first, Span { count: 1, unit: Unit::Week }, count, next))
    }
}
