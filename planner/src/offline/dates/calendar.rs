//! Reckoning with days.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::{Span, Unit};

/// The calendar as it lies around one day.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// The day of the request.
    pub today: NaiveDate,
}

impl Calendar {
    /// A day of a month, this year or the next, whichever is not past; `None` when that month has no such day.
    pub fn next_day_of_month(&self, day: u32, month: u32) -> Option<NaiveDate> {
        let this_year = NaiveDate::from_ymd_opt(self.today.year(), month, day).filter(|date| *date >= self.today);
        this_year.or_else(|| (1..=4).find_map(|years| NaiveDate::from_ymd_opt(self.today.year() + years, month, day)))
    }

    /// The 3rd: of this month, or of the next month that has one.
    pub fn next_day(&self, day: u32) -> Option<NaiveDate> {
        (0..=2).find_map(|months| {
            let month = self.today.with_day(1)?.checked_add_months(Months::new(months))?;
            month.with_day(day).filter(|date| *date >= self.today)
        })
    }

    /// The first such weekday after today.
    pub fn next(&self, weekday: Weekday) -> NaiveDate {
        self.after(self.today, weekday)
    }

    /// The first such weekday after a day.
    pub fn after(&self, day: NaiveDate, weekday: Weekday) -> NaiveDate {
        let ahead = (7 + weekday.num_days_from_monday() - day.weekday().num_days_from_monday()) % 7;
        add_days(day, if ahead == 0 { 7 } else { i64::from(ahead) })
    }

    /// Such a weekday of the week that begins so many weeks after this one.
    pub fn in_week(&self, weeks: i64, weekday: Weekday) -> NaiveDate {
        let monday = add_days(self.today, -i64::from(self.today.weekday().num_days_from_monday()));
        add_days(monday, weeks * 7 + i64::from(weekday.num_days_from_monday()))
    }

    /// The first day of a month: the coming one of that name, this one included.
    pub fn month(&self, month: u32) -> Option<NaiveDate> {
        let year = self.today.year() + i32::from(month < self.today.month());
        NaiveDate::from_ymd_opt(year, month, 1)
    }
}

/// The last day of the month a day is in.
pub(super) fn month_end(day: NaiveDate) -> NaiveDate {
    let next = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    next.and_then(|next| next.pred_opt()).unwrap_or(day)
}

/// So many days later, or earlier when negative; days that cannot be reckoned stay.
pub(super) fn add_days(day: NaiveDate, days: i64) -> NaiveDate {
    let moved = if days >= 0 {
        day.checked_add_days(Days::new(days.unsigned_abs()))
    } else {
        day.checked_sub_days(Days::new(days.unsigned_abs()))
    };
    moved.unwrap_or(day)
}

/// A day moved by a length of time.
pub(crate) fn shift(day: NaiveDate, span: Span, back: bool) -> NaiveDate {
    let count = i64::from(span.count.min(40_000));
    let sign = if back { -1 } else { 1 };
    match span.unit {
        Unit::Minute => day,
        Unit::Weekday(weekday) if back => {
            let behind = (7 + day.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
            add_days(day, -if behind == 0 { 7 } else { i64::from(behind) })
        }
        Unit::Weekday(weekday) => Calendar { today: day }.after(day, weekday),
        Unit::Day => add_days(day, sign * count),
        Unit::Week => add_days(day, sign * 7 * count),
        Unit::Month => shift_months(day, span.count, back),
        Unit::Year => shift_months(day, span.count.saturating_mul(12), back),
        Unit::WorkingDay => {
            let (mut day, mut left) = (day, count.min(2_000));
            while left > 0 {
                day = add_days(day, sign);
                left -= i64::from(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
            }
            day
        }
    }
}

fn shift_months(day: NaiveDate, months: u32, back: bool) -> NaiveDate {
    let months = Months::new(months.min(2_400));
    let moved = if back { day.checked_sub_months(months) } else { day.checked_add_months(months) };
    moved.unwrap_or(day)
}

/// Easter Sunday of a year, Gregorian (the anonymous algorithm of 1876).
#[expect(clippy::many_single_char_names, reason = "the algorithm is known by these letters")]
pub(super) fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// The number of a month by its name or its usual short forms.
pub(crate) fn month_number(low: &str) -> Option<u32> {
    let number = match low {
        "january" | "jan" => 1,
        "february" | "feb" => 2,
        "march" | "mar" => 3,
        "april" | "apr" => 4,
        "may" => 5,
        "june" | "jun" => 6,
        "july" | "jul" => 7,
        "august" | "aug" => 8,
        "september" | "sep" | "sept" => 9,
        "october" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return None,
    };
    Some(number)
}

/// The weekday by its name or its usual short forms.
pub(crate) fn weekday(low: &str) -> Option<Weekday> {
    let day = match low {
        "monday" | "mon" | "mondays" => Weekday::Mon,
        "tuesday" | "tue" | "tues" | "tuesdays" => Weekday::Tue,
        "wednesday" | "wed" | "weds" | "wednesdays" => Weekday::Wed,
        "thursday" | "thu" | "thur" | "thurs" | "thursdays" => Weekday::Thu,
        "friday" | "fri" | "fridays" => Weekday::Fri,
        "saturday" | "sat" | "saturdays" => Weekday::Sat,
        "sunday" | "sun" | "sundays" => Weekday::Sun,
        _ => return None,
    };
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_without_a_year_is_the_next_one() {
        let calendar = Calendar { today: day("2026-11-23") };
        assert_eq!(calendar.next_day_of_month(14, 12), Some(day("2026-12-14")));
        assert_eq!(calendar.next_day_of_month(5, 1), Some(day("2027-01-05")));
        assert_eq!(calendar.next_day_of_month(31, 2), None);
        assert_eq!(calendar.next_day_of_month(29, 2), Some(day("2028-02-29")));
        assert_eq!(calendar.next_day(3), Some(day("2026-12-03")));
    }

    #[test]
    fn days_move_by_spans() {
        let span = |count, unit| Span { count, unit };
        assert_eq!(shift(day("2026-11-23"), span(2, Unit::Week), false), day("2026-12-07"));
        assert_eq!(shift(day("2027-01-31"), span(1, Unit::Month), false), day("2027-02-28"));
        assert_eq!(shift(day("2026-11-27"), span(1, Unit::WorkingDay), false), day("2026-11-30"));
        assert_eq!(shift(day("2026-11-23"), span(1, Unit::Day), true), day("2026-11-22"));
        assert_eq!(shift(day("2026-12-07"), span(1, Unit::Weekday(Weekday::Thu)), true), day("2026-12-03"));
        assert_eq!(shift(day("2026-12-07"), span(1, Unit::Weekday(Weekday::Mon)), true), day("2026-11-30"));
        assert_eq!(shift(day("2026-12-07"), span(1, Unit::Weekday(Weekday::Wed)), false), day("2026-12-09"));
    }

    #[test]
    fn easter_falls_where_the_tables_say() {
        assert_eq!(easter(2027), Some(day("2027-03-28")));
        assert_eq!(easter(2026), Some(day("2026-04-05")));
    }
}
