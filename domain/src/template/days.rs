//! Days inside texts: `2027-03-31`, and the ways in which people write them: 31 March 2027, 31 Mar, March 31, 2027.
//!
//! Only what can be written again as it stood is found. A day without a year belongs to the year that brings it nearest to
//! the day it is counted from.

use std::fmt;

use chrono::{Datelike, NaiveDate};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// How long `Mar` is.
const SHORT: usize = 3;
/// How long `2026-11-23` is.
const ISO_BYTES: usize = 10;

/// The way in which a day is written in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DayStyle {
    /// `31 March`, not `March 31`.
    pub day_first: bool,
    /// `March`, not `Mar`.
    pub long: bool,
    pub year: bool,
}

impl DayStyle {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::new(true, true, true),
        Self::new(true, true, false),
        Self::new(true, false, true),
        Self::new(true, false, false),
        Self::new(false, true, true),
        Self::new(false, true, false),
        Self::new(false, false, true),
        Self::new(false, false, false),
    ];

    const fn new(day_first: bool, long: bool, year: bool) -> Self {
        Self { day_first, long, year }
    }

    /// Its name in a placeholder, such as `D MMMM YYYY`.
    pub const fn name(self) -> &'static str {
        match (self.day_first, self.long, self.year) {
            (true, true, true) => "D MMMM YYYY",
            (true, true, false) => "D MMMM",
            (true, false, true) => "D MMM YYYY",
            (true, false, false) => "D MMM",
            (false, true, true) => "MMMM D, YYYY",
            (false, true, false) => "MMMM D",
            (false, false, true) => "MMM D, YYYY",
            (false, false, false) => "MMM D",
        }
    }

    /// The style of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.name() == name)
    }

    /// Writes a day.
    pub fn write(self, day: NaiveDate) -> String {
        let month = MONTHS[day.month0() as usize];
        let month = if self.long { month } else { &month[..SHORT] };
        match (self.day_first, self.year) {
            (true, true) => format!("{} {month} {:04}", day.day(), day.year()),
            (true, false) => format!("{} {month}", day.day()),
            (false, true) => format!("{month} {}, {:04}", day.day(), day.year()),
            (false, false) => format!("{month} {}", day.day()),
        }
    }
}

impl fmt::Display for DayStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A day that stands in a text, from `start` to `end`, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DayInText {
    pub(super) start: usize,
    pub(super) end: usize,
    year: Option<i32>,
    month: u32,
    day: u32,
    /// `None` for `2027-03-31`.
    pub(super) style: Option<DayStyle>,
}

impl DayInText {
    /// The day, when its year is written.
    pub(super) fn whole(&self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year?, self.month, self.day)
    }

    /// The day; without a year, the one that is nearest to another day.
    pub(super) fn near(&self, other: NaiveDate) -> Option<NaiveDate> {
        if self.year.is_some() {
            return self.whole();
        }
        // the farthest that a 29 February can be
        let years = (other.year() - 4)..=(other.year() + 4);
        let days = years.filter_map(|year| NaiveDate::from_ymd_opt(year, self.month, self.day));
        days.min_by_key(|day| (*day - other).num_days().abs())
    }
}

/// The days in a text, in order; none overlap.
pub(super) fn days_in(text: &str) -> Vec<DayInText> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let here = if text.is_char_boundary(at) && begins(text, at) {
            iso(text, at).or_else(|| words(text, at))
        } else {
            None
        };
        match here {
            Some(day) => {
                at = day.end;
                found.push(day);
            }
            None => at += 1,
        }
    }
    found
}

/// Whether a day may begin here: not inside a word, a number, or something like `1-31`.
fn begins(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '.' | '/' | ':' | '_'))
}

fn iso(text: &str, at: usize) -> Option<DayInText> {
    let bytes = text.as_bytes().get(at..at + ISO_BYTES)?;
    let shape = |(offset, b): (usize, &u8)| if offset == 4 || offset == 7 { *b == b'-' } else { b.is_ascii_digit() };
    let goes_on = text.as_bytes().get(at + ISO_BYTES).is_some_and(|b| b.is_ascii_digit() || *b == b'-');
    if goes_on || !bytes.iter().enumerate().all(shape) {
        return None;
    }
    let day: NaiveDate = text[at..at + ISO_BYTES].parse().ok()?;
    let (year, month) = (Some(day.year()), day.month());
    Some(DayInText { start: at, end: at + ISO_BYTES, year, month, day: day.day(), style: None })
}

fn words(text: &str, at: usize) -> Option<DayInText> {
    let rest = &text[at..];
    let (first, day_first) = match number(rest) {
        Some((day, length)) => ((day, length), true),
        None => (month(rest).map(|(month, _, length)| (month, length))?, false),
    };
    let behind = rest[first.1..].strip_prefix(' ')?;
    let (day, (month, long, length)) = if day_first {
        (first.0, month(behind)?)
    } else {
        let (day, length) = number(behind)?;
        let (number, long, _) = month(rest)?;
        (day, (number, long, length))
    };
    let end = first.1 + 1 + length;
    let joint = if day_first { " " } else { ", " };
    let year = rest[end..].strip_prefix(joint).and_then(year);
    let end = at + end + year.map_or(0, |_| joint.len() + 4);
    let ends = text[end..].chars().next().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '/' | ':' | '_'));
    // any leap year will do for a day without one
    NaiveDate::from_ymd_opt(year.unwrap_or(2024), month, day).filter(|_| ends)?;
    let style = Some(DayStyle { day_first, long, year: year.is_some() });
    Some(DayInText { start: at, end, year, month, day, style })
}

/// A day of the month, 1 to 31 without a leading zero, and its length.
fn number(text: &str) -> Option<(u32, usize)> {
    let length = text.bytes().take(3).take_while(u8::is_ascii_digit).count();
    let day =
        if (1..=2).contains(&length) && !text.starts_with('0') { text[..length].parse().ok()? } else { return None };
    (day <= 31).then_some((day, length))
}

/// The number of a month, whether its name is written in full, and how long that is. `May` is both.
fn month(text: &str) -> Option<(u32, bool, usize)> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &text[..length];
    (1..).zip(MONTHS).find_map(|(number, name)| {
        let long = word == name;
        (long || word == &name[..SHORT]).then_some((number, long, length))
    })
}

/// Four digits that are no part of a longer number.
fn year(text: &str) -> Option<i32> {
    let length = text.bytes().take(5).take_while(u8::is_ascii_digit).count();
    if length == 4 && !text.starts_with('0') { text[..4].parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn found(text: &str) -> Vec<(&str, NaiveDate)> {
        let near = day("2027-03-01");
        days_in(text).iter().map(|found| (&text[found.start..found.end], found.near(near).unwrap())).collect()
    }

    #[rstest]
    #[case("until 2027-03-31.", "2027-03-31", "2027-03-31")]
    #[case("2027-03-17T10:00", "2027-03-17", "2027-03-17")]
    #[case("Launch on 31 March 2027", "31 March 2027", "2027-03-31")]
    #[case("by 31 Mar, please", "31 Mar", "2027-03-31")]
    #[case("March 31 is the day", "March 31", "2027-03-31")]
    #[case("(Mar 31, 2028)", "Mar 31, 2028", "2028-03-31")]
    #[case("on 1 May", "1 May", "2027-05-01")]
    #[case("before 20 Dec", "20 Dec", "2026-12-20")]
    #[case("March 3, 20 people", "March 3", "2027-03-03")]
    fn days_are_found_as_people_write_them(#[case] text: &str, #[case] wanted: &str, #[case] when: &str) {
        assert_eq!(found(text), [(wanted, day(when))]);
    }

    #[rstest]
    #[case("31 march")]
    #[case("01 March 2027")]
    #[case("31st March")]
    #[case("March 31st")]
    #[case("32 March")]
    #[case("30 February 2027")]
    #[case("March 2027")]
    #[case("29-31 March 2027x")]
    #[case("12:30 March")]
    #[case("Marching 3 abreast")]
    #[case("12027-03-31")]
    #[case("2027-03-31-1")]
    #[case("31  March")]
    fn what_could_not_be_written_again_is_left_alone(#[case] text: &str) {
        assert_eq!(found(text), []);
    }

    #[test]
    fn several_days_are_found_in_their_order() {
        let text = "From 1 March to 2027-03-14, then April 2";
        let told: Vec<&str> = found(text).into_iter().map(|(text, _)| text).collect();
        assert_eq!(told, ["1 March", "2027-03-14", "April 2"]);
    }

    #[test]
    fn what_is_found_is_written_again_as_it_stood() {
        for style in DayStyle::ALL {
            assert_eq!(DayStyle::named(style.name()), Some(style));
            for date in ["2027-01-01", "2027-05-31", "2028-02-29", "2027-12-24"] {
                let text = style.write(day(date));
                let [one] = days_in(&text)[..] else { panic!("{text}") };
                let again = one.style.unwrap().write(one.near(day(date)).unwrap());
                assert_eq!((one.start, one.end, again.as_str()), (0, text.len(), text.as_str()));
                assert_eq!(one.near(day(date)), Some(day(date)));
            }
        }
    }
}
