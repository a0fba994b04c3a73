//! Periods and their edges: "end of January", "next week", "the first week of February", "Q1".

use chrono::{Datelike, Months, NaiveDate, Weekday};

use super::{
    Cursor, Span, Unit,
    calendar::{add_days, month_end, month_number, shift, weekday},
    day::{Days, Read, quarter_end, range},
};
use crate::offline::text::{Kind, is_function_word};

impl Cursor<'_> {
    /// `end of January`, `the start of next week`, `mid-March`, `eow`, "before the month is out".
    pub(super) fn edge_of_period(&self, at: usize) -> Read {
        let start = self.skip(at, "the very");
        let start = self.skip(start, "very");
        match self.low(start) {
            "eow" => return Some((Days::One(self.calendar.in_week(0, Weekday::Fri)), start + 1)),
            "eom" | "month-end" if !self.is_month_end_noun(start) => {
                return Some((Days::One(month_end(self.calendar.today)), start + 1));
            }
            "eoy" => return self.period(start, true),
            "week" | "month" | "year" if self.is(start + 1, "is ends comes") => {
                let (_, last, _) = self.whole_period(start)?;
                let behind = self.skip(start + 2, "out over up to");
                let behind = self.skip(self.skip(behind, "an"), "end");
                return Some((Days::One(last), behind));
            }
            _ => {}
        }
        if let Some(month) = self.low(start).strip_prefix("mid-").and_then(month_number) {
            let first = self.calendar.month(month)?;
            return Some((Days::One(first.with_day(15)?), start + 1));
        }
        let edge = self.low(start);
        let (direct, of) = match edge {
            "end" | "close" | "start" | "beginning" | "middle" | "half" => (false, self.is(start + 1, "of")),
            "early" | "late" | "mid" => (true, false),
            _ => return None,
        };
        let behind = match (direct, of) {
            (true, _) => start + 1,
            (false, true) => start + 2,
            // "by end January"
            (false, false) if edge == "end" => start + 1,
            (false, false) => return None,
        };
        if edge == "end" && self.is(self.skip(behind, "the"), "day today business") {
            let noun = self.skip(behind, "the");
            return Some((Days::One(self.calendar.today), if self.is(noun, "business") { noun + 2 } else { noun + 1 }));
        }
        let (first, last, next) = self.whole_period(behind)?;
        let length = (last - first).num_days();
        let day = match edge {
            "end" | "close" | "late" if length <= 7 => add_days(first, length.min(4)),
            "end" | "close" => last,
            "late" => add_days(last, -6),
            "middle" | "mid" | "half" => add_days(first, (length / 2).min(if length < 40 { 14 } else { length / 2 })),
            "early" if length > 7 => add_days(first, 4),
            _ => first,
        };
        Some((Days::One(day.max(first)), next))
    }

    pub(super) fn is_month_end_noun(&self, at: usize) -> bool {
        self.tokens.get(at + 1).is_some_and(|token| token.kind == Kind::Word && !is_function_word(&token.low))
    }

    /// A period with its first and last day: a month, "next week", "the quarter", "Q1", "the year".
    pub(super) fn whole_period(&self, at: usize) -> Option<(NaiveDate, NaiveDate, usize)> {
        let start = self.skip(at, "the of");
        if let Some(month) = self.month(start) {
            let (year, next) = self.year(start + 1);
            let first = match year {
                Some(year) => NaiveDate::from_ymd_opt(year, month, 1)?,
                None => self.calendar.month(month)?,
            };
            return Some((first, month_end(first), next));
        }
        let (offset, noun) = match self.low(start) {
            "this" | "current" | "coming" => (i64::from(self.is(start, "coming")), start + 1),
            "next" | "following" => (1, start + 1),
            _ => (0, start),
        };
        if let Some(quarter) =
            self.low(noun).strip_prefix('q').and_then(|digit| digit.parse::<u32>().ok()).filter(|q| (1..=4).contains(q))
        {
            let (year, next) = self.year(noun + 1);
            let mut first = NaiveDate::from_ymd_opt(year.unwrap_or(self.calendar.today.year()), quarter * 3 - 2, 1)?;
            if year.is_none() && quarter_end(first) < self.calendar.today {
                first = first.checked_add_months(Months::new(12))?;
            }
            return Some((first, quarter_end(first), next));
        }
        let today = self.calendar.today;
        let (first, last) = match self.low(noun) {
            "week" => (self.calendar.in_week(offset, Weekday::Mon), self.calendar.in_week(offset, Weekday::Sun)),
            "month" => {
                let first = today.with_day(1)?.checked_add_months(Months::new(u32::try_from(offset).ok()?))?;
                (first, month_end(first))
            }
            "quarter" => {
                let first = NaiveDate::from_ymd_opt(today.year(), (today.month0() / 3) * 3 + 1, 1)?;
                let first = first.checked_add_months(Months::new(u32::try_from(offset).ok()? * 3))?;
                (first, quarter_end(first))
            }
            "year" | "eoy" => {
                let year = today.year() + i32::try_from(offset).ok()?;
                (NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?)
            }
            _ => return None,
        };
        Some((first, last, noun + 1))
    }

    /// `the first week of February`, `the week of 7 December`, `the weekend of 12 December`.
    pub(super) fn week_of(&self, at: usize) -> Read {
        let start = self.skip(at, "the");
        let nth = match self.low(start) {
            "first" | "1st" => Some(0),
            "second" | "2nd" => Some(1),
            "third" | "3rd" => Some(2),
            "fourth" | "4th" => Some(3),
            "last" | "final" => Some(-1),
            _ => None,
        };
        if let Some(nth) = nth {
            let working = self.is(start + 1, "working business work") && self.is(start + 2, "day");
            let of = start + 2 + usize::from(working);
            let (first, last, next) = if self.is(of, "of in") { self.whole_period(of + 1)? } else { return None };
            if self.is(start + 1, "week") {
                let monday = if nth < 0 { add_days(last, -6) } else { add_days(first, nth * 7) };
                return Some((range(Days::One(monday), Days::One(add_days(monday, 6).min(last))), next));
            }
            if self.is(start + 1, "day") && nth <= 0 {
                return Some((Days::One(if nth < 0 { last } else { first }), next));
            }
            // "the last working day of January"
            if working {
                let one = |count| Span { count, unit: Unit::WorkingDay };
                let day = if nth < 0 {
                    shift(add_days(last, 1), one(1), true)
                } else {
                    shift(add_days(first, -1), one(u32::try_from(nth).ok()? + 1), false)
                };
                return Some((Days::One(day), next));
            }
            let weekday = weekday(self.low(start + 1))?;
            let day = if nth < 0 {
                self.calendar.after(add_days(last, -7), weekday)
            } else {
                add_days(self.calendar.after(add_days(first, -1), weekday), nth * 7)
            };
            return Some((Days::One(day), next));
        }
        let weekend = self.is(start, "weekend");
        if weekend || self.is(start, "week") {
            let of = self.is(start + 1, "of commencing beginning starting from");
            if of {
                let (days, next) = self.day(self.skip(start + 2, "on"), true)?;
                let Days::One(day) = days else { return None };
                let monday = add_days(day, -i64::from(day.weekday().num_days_from_monday()));
                let (first, last) =
                    if weekend { (add_days(monday, 5), add_days(monday, 6)) } else { (monday, add_days(monday, 6)) };
                return Some((range(Days::One(first), Days::One(last)), next));
            }
        }
        None
    }
}
