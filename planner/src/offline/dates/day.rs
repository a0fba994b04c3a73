//! Days and ranges of days: "14 December", "next Friday", "the first week of February", "in ten days".

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, Weekday};

use super::{
    Cursor,
    calendar::{add_days, month_end, month_number, shift, weekday},
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

    /// `14.12.2026`, `14/12`, `12/24/2026`: the day first, unless that cannot be.
    pub(super) fn figures(&self, at: usize, introduced: bool) -> Read {
        let low = self.low(at);
        let separator = ['/', '.'].into_iter().find(|separator| low.contains(*separator))?;
        let parts: Vec<&str> = low.split(separator).collect();
        if !parts.iter().all(|part| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit())) {
            return None;
        }
        let number = |index: usize| parts.get(index).and_then(|part| part.parse::<u32>().ok());
        let (first, second) = (number(0)?, number(1)?);
        // "6.30" is a time of day, "6/30" a day
        let turned = second > 12 && first <= 12 && (separator == '/' || parts.len() == 3);
        let (day, month) = if turned { (second, first) } else { (first, second) };
        match parts.len() {
            3 => {
                let year = number(2).map(|year| if year < 100 { year + 2000 } else { year })?;
                let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
                Some((date.map_or(Days::Impossible, Days::One), at + 1))
            }
            2 if introduced && (1..=12).contains(&month) && (separator == '/' || parts[1].len() == 2) => {
                Some((self.in_year(day, month, None), at + 1))
            }
            _ => None,
        }
    }

    pub(super) fn in_year(&self, day: u32, month: u32, year: Option<i32>) -> Days {
        let date = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day),
            None => self.calendar.next_day_of_month(day, month),
        };
        date.map_or(Days::Impossible, Days::One)
    }

    /// `, 2026` or `2026` behind a day.
    pub(super) fn year(&self, at: usize) -> (Option<i32>, usize) {
        let next = if self.is_mark(at, ",") { at + 1 } else { at };
        let low = self.low(next);
        let year =
            (low.len() == 4 && low.bytes().all(|b| b.is_ascii_digit())).then(|| low.parse::<i32>().ok()).flatten();
        match year.filter(|year| (1990..2200).contains(year)) {
            Some(year) => (Some(year), next + 1),
            None => (None, at),
        }
    }

    /// A month's name in a place where it can be one: `may` and `march` are words, too.
    pub(super) fn month(&self, at: usize) -> Option<u32> {
        month_number(self.low(at))
    }

    /// `Friday, 14 December`, `the 14th of December 2026`, `11 to 15 January`, `3 March to 5 April`.
    pub(super) fn day_and_month(&self, at: usize) -> Read {
        let mut at = at;
        if weekday(self.low(at)).is_some() {
            let behind = if self.is_mark(at + 1, ",") { at + 2 } else { at + 1 };
            let behind = self.skip(behind, "the");
            let follows = day_number(self.low(behind)).is_some() && self.month(self.skip(behind + 1, "of")).is_some();
            at = if follows { behind } else { at };
        }
        let start = self.skip(at, "the");
        let beyond = self
            .low(start)
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .parse::<u32>()
            .is_ok_and(|day| (32..100).contains(&day));
        let month_at = self.skip(start + 1, "of");
        if beyond && self.month(month_at).is_some() && !self.low(start).contains('-') {
            return Some((Days::Impossible, month_at + 1));
        }
        let (first, last, next) = match two_days(self.low(start)) {
            Some((first, last)) => (first, Some(last), start + 1),
            None => (day_number(self.low(start))?, None, start + 1),
        };
        if let Some(month) = self.month(self.skip(next, "of")) {
            let (year, end) = self.year(self.skip(next, "of") + 1);
            if let Some(last) = last {
                return Some((range(self.in_year(first, month, year), self.in_year(last, month, year)), end));
            }
            // "10 December and 21 December" are two days
            if let Some(joined) = self.joined(end).filter(|_| !self.is(end, "and")) {
                let behind = self.skip(joined, "the");
                if let Some(second) = day_number(self.low(behind))
                    && let Some(month) = self.month(self.skip(behind + 1, "of"))
                {
                    let (year, end) = self.year(self.skip(behind + 1, "of") + 1);
                    return Some((
                        range(
                            self.in_year(first, self.month(self.skip(next, "of"))?, year),
                            self.in_year(second, month, year),
                        ),
                        end,
                    ));
                }
            }
            return Some((self.in_year(first, month, year), end));
        }
        let second_at = self.skip(self.joined(next)?, "the");
        let last = day_number(self.low(second_at))?;
        let month_at = self.skip(second_at + 1, "of");
        let month = self.month(month_at)?;
        let (year, end) = self.year(month_at + 1);
        Some((range(self.in_year(first, month, year), self.in_year(last, month, year)), end))
    }

    /// "1, 3 and 5 December": the first of them, and the one behind a comma.
    fn day_of_list(&self, at: usize) -> Read {
        let start = self.skip(at, "the");
        let first = day_number(self.low(start))?;
        let inside = start > 1 && self.is_mark(start - 1, ",") && day_number(self.low(start - 2)).is_some();
        let (mut next, mut count) = (start + 1, 1);
        loop {
            let joined = self.is_mark(next, ",") || self.is(next, "and");
            let day_at = self.skip(self.skip(next + 1, "and"), "the");
            if !joined || day_number(self.low(day_at)).is_none() {
                break;
            }
            (next, count) = (day_at + 1, count + 1);
        }
        let month = self.month(self.skip(next, "of")).filter(|_| count > 2 || inside && count == 2)?;
        Some((self.in_year(first, month, None), start + 1))
    }

    /// Behind "to", "–" or "and" between the ends of a range.
    pub(super) fn joined(&self, at: usize) -> Option<usize> {
        let joins = self.is(at, "to until till through and") || self.is_mark(at, "–") || self.is_mark(at, "-");
        joins.then_some(at + 1)
    }

    /// `December 14`, `Dec 14th, 2026`, `January 11-15`.
    pub(super) fn month_and_day(&self, at: usize) -> Read {
        let mut at = at;
        if weekday(self.low(at)).is_some() {
            let behind = if self.is_mark(at + 1, ",") { at + 2 } else { at + 1 };
            at = if self.month(behind).is_some() { behind } else { at };
        }
        let month = self.month(at)?;
        let next = self.skip(at + 1, "the");
        if let Some((first, last)) = two_days(self.low(next)) {
            let (year, end) = self.year(next + 1);
            return Some((range(self.in_year(first, month, year), self.in_year(last, month, year)), end));
        }
        let first = day_number(self.low(next))?;
        let (year, end) = self.year(next + 1);
        if let Some(joined) = self.joined(end)
            && !self.is(end, "and")
            && let Some(last) = day_number(self.low(joined))
        {
            return Some((range(self.in_year(first, month, year), self.in_year(last, month, year)), joined + 1));
        }
        Some((self.in_year(first, month, year), end))
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

/// `14`, `14th`, `third`: a day of a month.
pub(super) fn day_number(low: &str) -> Option<u32> {
    let digits = low.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &low[digits.len()..];
    if matches!(suffix, "" | "st" | "nd" | "rd" | "th") {
        return digits.parse().ok().filter(|day| (1..=31).contains(day));
    }
    match low {
        "first" => Some(1),
        "second" => Some(2),
        "third" => Some(3),
        "fourth" => Some(4),
        "fifth" => Some(5),
        _ => None,
    }
}

/// `11-15`, `14th-18th`.
pub(super) fn two_days(low: &str) -> Option<(u32, u32)> {
    let (first, last) = low.split_once('-')?;
    Some((day_number(first)?, day_number(last)?))
}
