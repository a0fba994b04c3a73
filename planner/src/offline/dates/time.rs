//! Times of day: "2pm", "14:30", "at 9", "noon", "half past three", "from 10 to 11:30".

use chrono::{NaiveTime, Timelike};

use super::{Cursor, in_month::day_number};
use crate::offline::text::number_word;

/// A time, perhaps with the minutes until another.
#[derive(Clone, Copy)]
pub(super) struct ClockTime {
    pub(super) time: NaiveTime,
    pub(super) minutes: Option<u32>,
}

impl Cursor<'_> {
    /// Reads a time behind "at", "from", "," or nothing.
    pub(super) fn time(&self, at: usize) -> Option<(ClockTime, usize)> {
        let mut start = at;
        if self.is_mark(start, ",") {
            start += 1;
        }
        let introduced = self.is(start, "at from around starting between by before");
        let start = if introduced { start + 1 } else { start };
        let start = self.skip(start, "about around exactly");
        let (first, next) = self.clock(start, introduced)?;
        let joined = self.is(next, "to until till")
            || self.is_mark(next, "–")
            || self.is_mark(next, "-")
            || (self.is(next, "and") && self.is(at, "between"));
        if joined && let Some((second, end)) = self.clock(next + 1, true) {
            let minutes =
                (i64::from(second.num_seconds_from_midnight()) - i64::from(first.num_seconds_from_midnight())) / 60;
            // "from 10 to 1": the second is in the afternoon
            let minutes = if minutes <= 0 { minutes + 720 } else { minutes };
            return Some((ClockTime { time: first, minutes: u32::try_from(minutes).ok() }, end));
        }
        Some((ClockTime { time: first, minutes: None }, next))
    }

    fn clock(&self, at: usize, introduced: bool) -> Option<(NaiveTime, usize)> {
        let low = self.low(at);
        let named = match low {
            "noon" | "midday" => Some((12, 0)),
            "midnight" => Some((23, 59)),
            "lunchtime" | "lunch-time" if introduced => Some((12, 30)),
            _ => None,
        };
        if let Some((hour, minute)) = named {
            return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, at + 1));
        }
        if matches!(low, "half" | "quarter") && self.is(at + 1, "past to") {
            let hour = number_word(self.low(at + 2)).filter(|hour| (1..=12).contains(hour))?;
            let after = if low == "half" { 30 } else { 15 };
            let minutes = if self.is(at + 1, "past") { hour * 60 + after } else { hour * 60 - after };
            let (minutes, next) = self.half_of_day(minutes / 60, minutes % 60, at + 3);
            return Some((minutes, next));
        }
        if let Some((hour, minute, half)) = figures(low) {
            return match half {
                Some(half) => Some((on_the_clock(half.of(hour)?, minute)?, at + 1)),
                None if low.contains(':') || low.contains('h') || (introduced && low.contains('.')) => {
                    let (time, next) = self.half_or_as_is(hour, minute, at + 1)?;
                    Some((time, next))
                }
                None => self.bare_hour(hour, minute, at, introduced),
            };
        }
        let hour = number_word(low).filter(|hour| (1..=12).contains(hour) && low != "a" && low != "an")?;
        let told = self.is(at + 1, "o'clock oclock am pm a.m p.m") || self.in_the_part_of_day(at + 1);
        if told || (introduced && self.ends_time(at + 1) && low != "one") {
            return Some(self.half_of_day(hour, 0, at + 1));
        }
        None
    }

    fn bare_hour(&self, hour: u32, minute: u32, at: usize, introduced: bool) -> Option<(NaiveTime, usize)> {
        let told = self.is(at + 1, "o'clock oclock am pm a.m p.m") || self.in_the_part_of_day(at + 1);
        // "by 12 and 19 February": a day
        let of_days = self.is(at + 1, "and or")
            && day_number(self.low(at + 2)).is_some()
            && self.month(self.skip(at + 3, "of")).is_some();
        if of_days {
            return None;
        }
        if minute == 0 && (told || (introduced && hour <= 23 && self.ends_time(at + 1))) && !self.low(at).contains('.')
        {
            return if hour > 12 {
                Some((on_the_clock(hour, 0)?, at + 1))
            } else {
                Some(self.half_of_day(hour, 0, at + 1))
            };
        }
        None
    }

    fn half_or_as_is(&self, hour: u32, minute: u32, next: usize) -> Option<(NaiveTime, usize)> {
        match self.half(next) {
            Some(half) => Some((on_the_clock(half.of(hour)?, minute)?, next + 1)),
            None => Some((on_the_clock(hour, minute)?, self.skip(next, "h hrs hours o'clock"))),
        }
    }

    /// An hour on a dial, with am, pm or a guess: people mean the working day.
    fn half_of_day(&self, hour: u32, minute: u32, at: usize) -> (NaiveTime, usize) {
        let at = self.skip(at, "o'clock oclock");
        let (hour, next) = match self.half(at) {
            Some(half) => (half.of(hour).unwrap_or(hour), at + 1),
            None if self.in_the_part_of_day(at) => {
                let half = if self.is(at + 2, "morning") { Half::Morning } else { Half::Afternoon };
                (half.of(hour).unwrap_or(hour), at + 3)
            }
            None if (1..=6).contains(&hour) => (hour + 12, at),
            None => (hour, at),
        };
        (on_the_clock(hour % 24, minute).unwrap_or_default(), next)
    }

    /// "four | in the afternoon".
    fn in_the_part_of_day(&self, at: usize) -> bool {
        self.is(at, "in") && self.is(at + 1, "the") && self.is(at + 2, "morning afternoon evening")
    }

    fn half(&self, at: usize) -> Option<Half> {
        match self.low(at) {
            "am" | "a.m" => Some(Half::Morning),
            "pm" | "p.m" => Some(Half::Afternoon),
            _ => None,
        }
    }

    /// Whether a bare number can end here as a time: "at 10 with Ana", not "at 10 Downing Street".
    fn ends_time(&self, at: usize) -> bool {
        use crate::offline::text::{Kind, is_function_word};
        self.tokens.get(at).is_none_or(|token| match token.kind {
            // "by 4 May": the month, and no verb
            Kind::Word if self.month(at).is_some() => false,
            Kind::Word => {
                is_function_word(&token.low)
                    || super::calendar::weekday(&token.low).is_some()
                    || matches!(token.low.as_str(), "today" | "tomorrow" | "sharp" | "next")
            }
            Kind::Punct | Kind::Break | Kind::Date(_) => true,
            Kind::Number | Kind::Quoted | Kind::Email | Kind::Url | Kind::Span(_) => false,
        })
    }

    /// "morning", "in the afternoon": a part of the day stands for its usual hour.
    pub(super) fn part_of_day(&self, at: usize) -> Option<(NaiveTime, usize)> {
        let mut start = at;
        if self.is(start, "in") && self.is(start + 1, "the") {
            start += 2;
        }
        start = self.skip(start, "early late");
        let hour = match self.low(start) {
            "morning" => 9,
            "afternoon" => 14,
            "evening" => 18,
            "night" => 20,
            "lunchtime" => 12,
            _ => return None,
        };
        Some((on_the_clock(hour, 0)?, start + 1))
    }
}

/// "tonight at 8", "tomorrow evening at half past 7": the hour on the dial that is in that part of the day.
pub(super) fn in_part_of_day(time: NaiveTime, part: Option<NaiveTime>) -> NaiveTime {
    let later = part.is_some_and(|part| part.hour() >= 14) && (1..12).contains(&time.hour());
    if later { time.with_hour(time.hour() + 12).unwrap_or(time) } else { time }
}

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

impl Half {
    fn of(self, hour: u32) -> Option<u32> {
        match (self, hour) {
            (Self::Morning, 12) => Some(0),
            (Self::Morning, 0..=11) | (Self::Afternoon, 12) => Some(hour),
            (Self::Afternoon, 1..=11) => Some(hour + 12),
            _ => None,
        }
    }
}

fn on_the_clock(hour: u32, minute: u32) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(hour, minute, 0)
}

/// `2pm`, `14:30`, `9.30am`, `14h30`, `10`: hour, minute, half.
fn figures(low: &str) -> Option<(u32, u32, Option<Half>)> {
    let (digits, half) = if let Some(rest) = low.strip_suffix("am") {
        (rest, Some(Half::Morning))
    } else if let Some(rest) = low.strip_suffix("pm") {
        (rest, Some(Half::Afternoon))
    } else {
        (low, None)
    };
    let (hour, minute) = digits
        .split_once([':', '.', 'h'])
        .map_or((digits, "0"), |(hour, minute)| (hour, if minute.is_empty() { "0" } else { minute }));
    let short = hour.len() <= 2 && minute.len() <= 2 && hour.bytes().chain(minute.bytes()).all(|b| b.is_ascii_digit());
    if !short {
        return None;
    }
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some((hour, minute, half))
}
