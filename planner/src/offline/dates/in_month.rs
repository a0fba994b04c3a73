//! Days with their month, in words and figures: "14 December", "May 3 to 5", `14.12.2026`.

use chrono::NaiveDate;

use super::{
    Cursor,
    calendar::{month_number, weekday},
    day::{Days, Read, range},
};

impl Cursor<'_> {
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
    pub(super) fn day_of_list(&self, at: usize) -> Read {
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
