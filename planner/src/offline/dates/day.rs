//! Days and ranges of days: "14 December", "next Friday", "the first week of February", "in ten days".

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, Weekday};

use super::{
    Cursor,
    calendar::{add_days, month_end, shift, weekday},
};
use crate::offline::text::{Kind, is_determiner, is_function_word};

/// One day, a range, or a day that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Days {
    One(NaiveDate),
    Range(NaiveDate, NaiveDate),
    At(NaiveDateTime),
    Impossible,
}

pub(super) type Read = Option<(Days, usize)>;

impl Cursor<'_> {
    /// Reads a day. `introduced` says that a word like "on" or "by" stands before it.
    pub(super) fn day(&self, at: usize, introduced: bool) -> Read {
        self.iso(at)
            .or_else(|| self.figures(at, introduced))
            .or_else(|| self.day_of_list(at))
            .or_else(|| self.day_and_month(at))
            .or_else(|| self.month_and_day(at))
            .or_else(|| self.named_day(at))
            .or_else(|| self.edge_of_period(at))
            .or_else(|| self.week_of(at))
            .or_else(|| self.weekday(at, introduced))
            .or_else(|| self.period(at, introduced))
            .or_else(|| self.counted(at))
            .or_else(|| self.holiday(at, introduced))
            .or_else(|| self.ordinal(at, introduced))
            .or_else(|| self.months(at))
            .or_else(|| self.month_alone(at, introduced))
    }

    pub(super) fn iso(&self, at: usize) -> Read {
        let low = self.low(at);
        if let Ok(day) = low.parse::<NaiveDate>() {
            return (low.len() == 10).then_some((Days::One(day), at + 1));
        }
        let upper = low.to_uppercase();
        let moment = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(&upper, format).ok());
        if let Some(moment) = moment {
            return Some((Days::At(moment), at + 1));
        }
        let looks_like_one = low.len() == 10
            && low.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
        looks_like_one.then_some((Days::Impossible, at + 1))
    }

    pub(super) fn named_day(&self, at: usize) -> Read {
        let today = self.calendar.today;
        let start = self.skip(at, "the");
        if self.is(start, "day") && self.is(start + 1, "after") && self.is(start + 2, "tomorrow") {
            return Some((Days::One(add_days(today, 2)), start + 3));
        }
        let days = match self.low(at) {
            // "today week", "tomorrow week"
            "today" | "tomorrow" if self.is(at + 1, "week fortnight") && self.stands_alone(at + 2) => {
                let weeks = if self.is(at + 1, "week") { 7 } else { 14 };
                return Some((Days::One(add_days(today, weeks + i64::from(self.is(at, "tomorrow")))), at + 2));
            }
            "today" | "tonight" | "eod" | "cob" => 0,
            "tomorrow" => 1,
            "overmorrow" => 2,
            "yesterday" => -1,
            _ => return None,
        };
        Some((Days::One(add_days(today, days)), at + 1))
    }

    pub(super) fn weekday(&self, at: usize, introduced: bool) -> Read {
        let mut start = self.skip(at, "the");
        let with_article = start > at;
        let which = match self.low(start) {
            which @ ("this" | "next" | "coming" | "following" | "last") => {
                start += 1;
                start = self.skip(start, "coming");
                which
            }
            _ => "",
        };
        let low = self.low(start);
        let weekday = weekday(low)?;
        let next = start + 1;
        // "the Friday drinks", "our Monday meeting": a name, not a date
        if which.is_empty() && !introduced && (with_article || self.names_something(at, next)) {
            return None;
        }
        if matches!(low, "sat" | "sun" | "mon" | "wed") && which.is_empty() && !introduced && !self.stands_alone(next) {
            return None;
        }
        if self.is(next, "week") {
            return Some((Days::One(add_days(self.calendar.next(weekday), 7)), next + 1));
        }
        if (self.is(next, "next") || (self.is(next, "of in") && self.is(next + 1, "next")))
            && self.is(next + 1 + usize::from(!self.is(next, "next")), "week")
        {
            let end = next + 2 + usize::from(!self.is(next, "next"));
            return Some((Days::One(self.calendar.in_week(1, weekday)), end));
        }
        let end = if self.is(next, "this") && self.is(next + 1, "week") { next + 2 } else { next };
        let day = match which {
            "next" => self.calendar.in_week(1, weekday),
            "following" => add_days(self.calendar.next(weekday), 0),
            "last" => {
                add_days(self.calendar.next(weekday), if self.calendar.today.weekday() == weekday { -14 } else { -7 })
            }
            "this" => {
                let day = self.calendar.in_week(0, weekday);
                if day < self.calendar.today { self.calendar.next(weekday) } else { day }
            }
            _ => self.calendar.next(weekday),
        };
        Some((Days::One(day), end))
    }

    /// Whether a weekday stands before a noun that it describes, behind an article or a possessive.
    pub(super) fn names_something(&self, at: usize, next: usize) -> bool {
        let described = self.tokens.get(next).is_some_and(|token| {
            token.kind == Kind::Word && !is_function_word(&token.low) && !is_time_word(&token.low)
        });
        let behind = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        described && behind.is_some_and(|token| is_determiner(&token.low) || token.is_capitalised())
    }

    pub(super) fn stands_alone(&self, next: usize) -> bool {
        self.tokens.get(next).is_none_or(|token| {
            !matches!(token.kind, Kind::Word)
                || is_time_word(&token.low)
                || matches!(token.low.as_str(), "and" | "at" | "or")
        })
    }

    /// `next week`, `this month`, `this weekend`, `next year`, `Q1`.
    pub(super) fn period(&self, at: usize, introduced: bool) -> Read {
        let start = self.skip(at, "the");
        let which = self.low(start);
        if (matches!(which, "this" | "next" | "coming") && self.is(start + 1, "weekend"))
            || (introduced && which == "weekend")
        {
            let noun = if which == "weekend" { start } else { start + 1 };
            let saturday = self.calendar.in_week(i64::from(which == "next"), Weekday::Sat);
            return Some((range(Days::One(saturday), Days::One(add_days(saturday, 1))), noun + 1));
        }
        if !matches!(which, "this" | "next" | "coming") && !(introduced && (which.starts_with('q') || which == "eoy")) {
            return None;
        }
        let (first, last, next) = self.whole_period(start)?;
        let first = first.max(self.calendar.today);
        Some((range(Days::One(first), Days::One(last)), next))
    }

    /// `in ten days`, `two weeks from now`, `within a month`, `a week on Friday`.
    pub(super) fn counted(&self, at: usize) -> Read {
        let today = self.calendar.today;
        if self.is(at, "in within after") {
            let start = self.skip(at + 1, "about around the");
            let start = self.skip(start, "next");
            let (span, next) = self.span(start)?;
            let next = self.skip(self.skip(next, "'s s"), "time");
            if self.is(next, "of before after")
                || span.minutes().is_some_and(|minutes| minutes < 60 * 4 && !self.is(at, "in"))
            {
                return None;
            }
            return Some((Days::One(shift(today, span, false)), next));
        }
        let (span, next) = self.span(at)?;
        // "every three days from 1 December": how far apart, and no day
        if at > 0 && self.is(at - 1, "every each") {
            return None;
        }
        let next = self.skip(next, "'s");
        // "a week today", "a fortnight tomorrow", "two weeks tomorrow"
        if matches!(span.unit, super::Unit::Week)
            && let Some((Days::One(day), end)) = self.named_day(next).filter(|_| self.is(next, "today tomorrow"))
        {
            return Some((Days::One(shift(day, span, false)), end));
        }
        if self.is(next, "from") && self.is(next + 1, "now today") {
            return Some((Days::One(shift(today, span, false)), next + 2));
        }
        if self.is(next, "hence") {
            return Some((Days::One(shift(today, span, false)), next + 1));
        }
        // "half an hour on 9 December" lasts so long
        if span.minutes().is_none() && self.is(next, "from on after before ahead") {
            let back = self.is(next, "before ahead");
            let behind = if self.is(next, "ahead") { self.skip(next + 1, "of") } else { next + 1 };
            let (days, end) = self.day(behind, true)?;
            let (Days::One(day) | Days::Range(day, _)) = days else { return None };
            return Some((Days::One(shift(day, span, back)), end));
        }
        None
    }
}

pub(super) fn quarter_end(first: NaiveDate) -> NaiveDate {
    month_end(first.checked_add_months(Months::new(2)).unwrap_or(first))
}

pub(super) fn range(first: Days, last: Days) -> Days {
    match (first, last) {
        (Days::One(first), Days::One(last)) if last > first => Days::Range(first, last),
        (Days::One(first), Days::One(last)) if last == first => Days::One(first),
        // 28 December to 3 January
        (Days::One(first), Days::One(last)) => {
            last.checked_add_months(Months::new(12)).map_or(Days::Impossible, |last| Days::Range(first, last))
        }
        _ => Days::Impossible,
    }
}

pub(super) fn is_time_word(low: &str) -> bool {
    matches!(
        low,
        "morning"
            | "afternoon"
            | "evening"
            | "night"
            | "noon"
            | "lunchtime"
            | "next"
            | "latest"
            | "week"
            | "instead"
            | "please"
            | "thanks"
    )
}
