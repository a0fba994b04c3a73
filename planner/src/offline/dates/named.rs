//! Days that are called by a name or a number alone: holidays, "the 3rd", "in January".

use chrono::{Datelike, NaiveDate};

use super::{
    Cursor,
    calendar::{add_days, easter, month_end, weekday},
    day::{Days, Read, is_time_word, range},
    in_month::day_number,
};
use crate::offline::text::{Kind, is_determiner, is_function_word};

impl Cursor<'_> {
    pub(super) fn holiday(&self, at: usize, introduced: bool) -> Read {
        if !introduced {
            return None;
        }
        let start = self.skip(at, "the");
        let year = self.calendar.today.year();
        let fixed = |month, day| self.calendar.next_day_of_month(day, month);
        let moving = |days: i64| {
            [year, year + 1]
                .into_iter()
                .filter_map(easter)
                .map(|sunday| add_days(sunday, days))
                .find(|day| *day >= self.calendar.today)
        };
        let second = self.low(start + 1);
        let (day, next) = match (self.low(start), second) {
            ("christmas" | "xmas", "eve") => (fixed(12, 24), start + 2),
            ("christmas" | "xmas", "day") => (fixed(12, 25), start + 2),
            ("christmas" | "xmas", _) => (fixed(12, 25), start + 1),
            ("boxing", "day") => (fixed(12, 26), start + 2),
            ("new", "year's" | "years" | "year") => {
                let behind = self.skip(start + 2, "'s");
                if self.is(behind, "eve") {
                    (fixed(12, 31), behind + 1)
                } else {
                    (fixed(1, 1), self.skip(behind, "day"))
                }
            }
            ("easter", "monday") => (moving(1), start + 2),
            ("easter", "sunday") => (moving(0), start + 2),
            ("easter", _) => (moving(0), start + 1),
            ("good", "friday") => (moving(-2), start + 2),
            ("halloween", _) => (fixed(10, 31), start + 1),
            ("valentine", "'s") => (fixed(2, 14), self.skip(start + 2, "day")),
            ("epiphany", _) => (fixed(1, 6), start + 1),
            ("hogmanay", _) => (fixed(12, 31), start + 1),
            _ => return None,
        };
        // "before the Christmas party": the party is meant
        let noun = self.tokens.get(next).is_some_and(|token| {
            token.kind == Kind::Word
                && !is_function_word(&token.low)
                && !is_time_word(&token.low)
                && token.low != "'s"
                && token.low != "holidays"
                && token.low != "break"
        });
        if noun {
            return None;
        }
        Some((Days::One(day?), self.skip(next, "holidays break")))
    }

    /// `the 3rd`, where a day of the month can be meant: not "the 3rd floor".
    pub(super) fn ordinal(&self, at: usize, introduced: bool) -> Read {
        let mut start = self.skip(at, "the");
        if weekday(self.low(start)).is_some() && introduced {
            start = self.skip(start + 1, "the");
        }
        let low = self.low(start);
        let figure = low.starts_with(|c: char| c.is_ascii_digit());
        let ordinal = figure && ["st", "nd", "rd", "th"].iter().any(|ending| low.ends_with(ending));
        // "make it the 21st": no place in a row is that far behind
        let far = ordinal && day_number(low).is_some_and(|day| day > 9);
        let ends =
            self.tokens.get(start + 1).is_none_or(|token| token.kind != Kind::Word || token.is_any("and instead"));
        // "so the 3rd.", "make it the 3rd": as it is said in corrections
        let closes = self.tokens.get(start + 1).is_none_or(|token| matches!(token.kind, Kind::Punct | Kind::Break));
        let told = closes && at.checked_sub(1).is_some_and(|before| self.is(before, "so it it's then rather"));
        let introduced = introduced || far && ends || told;
        if !introduced || !ordinal || start == at {
            return None;
        }
        let day = day_number(low)?;
        let next = start + 1;
        if self.is(next, "of") && self.is(next + 1, "this next the") && self.is(next + 2, "month") {
            let (first, _, end) = self.whole_period(next + 1)?;
            return Some((first.with_day(day).map_or(Days::Impossible, Days::One), end));
        }
        let alone = self.tokens.get(next).is_none_or(|token| {
            !matches!(token.kind, Kind::Word)
                || is_function_word(&token.low)
                || is_time_word(&token.low)
                || crate::offline::text::is_verb(&token.low)
        });
        if !alone || self.is(next, "of") {
            return None;
        }
        Some((self.calendar.next_day(day).map_or(Days::Impossible, Days::One), next))
    }

    /// `February through June`, `March to May`: from the first day of the one to the last of the other.
    pub(super) fn months(&self, at: usize) -> Read {
        let capital = |at: usize| self.tokens.get(at).is_some_and(super::super::text::Token::is_capitalised);
        let named = |at: usize| self.month(at).filter(|_| capital(at) || !self.is(at, "may march mar"));
        let first = self.calendar.month(named(at)?)?;
        let second = at + 2;
        let joined = self.is(at + 1, "to until till through");
        let month = named(second).filter(|_| joined && day_number(self.low(second + 1)).is_none())?;
        let (year, next) = self.year(second + 1);
        let last = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, 1)?,
            None => self.calendar.month(month)?,
        };
        let first = first.max(self.calendar.today);
        Some((range(Days::One(first), Days::One(month_end(last))), next))
    }

    /// `in January`, `next March`, `January 2027`.
    pub(super) fn month_alone(&self, at: usize, introduced: bool) -> Read {
        let start = self.skip(at, "next this coming");
        let low = self.low(start);
        let month = self.month(start)?;
        let certain = introduced || start > at || self.year(start + 1).0.is_some();
        let is_a_word = matches!(low, "may" | "march" | "mar" | "sun" | "august")
            && !self.tokens.get(start).is_some_and(super::super::text::Token::is_capitalised);
        if !certain || is_a_word {
            return None;
        }
        let (year, next) = self.year(start + 1);
        let first = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, 1)?,
            None => self.calendar.month(month)?,
        };
        let noun = year.is_none()
            && self.tokens.get(next).is_some_and(|token| {
                token.kind == Kind::Word
                    && !is_function_word(&token.low)
                    && !is_time_word(&token.low)
                    && token.low != "'s"
            });
        if noun && at.checked_sub(1).is_some_and(|before| is_determiner(self.low(before)) || self.is(before, "for")) {
            return None;
        }
        let last = month_end(first);
        Some((range(Days::One(first.max(self.calendar.today).min(last)), Days::One(last)), next))
    }
}
