//! Lengths of time: "half an hour", "two weeks", "45-minute".

use super::{Cursor, Span, Unit};
use crate::offline::text::number_word;

impl Cursor<'_> {
    /// Reads a length of time and says where it ends.
    pub(super) fn span(&self, at: usize) -> Option<(Span, usize)> {
        if let Some(span) = fused(self.low(at)) {
            return Some((span, at + 1));
        }
        if self.is(at, "half") {
            let next = self.skip(at + 1, "a an");
            return match self.low(next) {
                "hour" => Some((Span { count: 30, unit: Unit::Minute }, next + 1)),
                "day" => Some((Span { count: 240, unit: Unit::Minute }, next + 1)),
                "year" => Some((Span { count: 6, unit: Unit::Month }, next + 1)),
                _ => None,
            };
        }
        let quarter_of = self.is(at, "quarter three-quarters").then_some(at).filter(|_| self.is(at + 1, "of"));
        if let Some(at) = quarter_of {
            let next = self.skip(at + 2, "a an");
            let count = if self.is(at, "quarter") { 15 } else { 45 };
            return self.is(next, "hour").then_some((Span { count, unit: Unit::Minute }, next + 1));
        }
        if self.is(at, "fortnight") && at > 0 && self.is(at - 1, "a the next") {
            return Some((Span { count: 2, unit: Unit::Week }, at + 1));
        }
        if self.is(at, "three") && self.is(at + 1, "quarters") && self.is(at + 2, "of") && self.is(at + 4, "hour") {
            return Some((Span { count: 45, unit: Unit::Minute }, at + 5));
        }
        let (mut amount, mut next) = self.amount(at)?;
        // "one and a half hours"
        if self.is(next, "and")
            && self.is(next + 1, "a")
            && self.is(next + 2, "half")
            && unit(self.low(next + 3)).is_some()
        {
            amount.tenths += 5;
            next += 3;
        }
        // "two or three days"
        if self.is(next, "or to")
            && unit(self.low(next + 2)).is_some()
            && let Some(more) = number_word(self.low(next + 1)).filter(|more| *more > amount.whole && *more < 100)
        {
            amount = Amount::whole(more);
            next += 2;
        }
        if self.is(next, "more full whole extra good") {
            next += 1;
        }
        if self.is(next, "fortnight fortnights") {
            amount.whole *= 2;
        }
        let working = self.is(next, "working business work");
        if working {
            next += 1;
        }
        let (unit, minutes) = unit(self.low(next))?;
        next += 1;
        if working {
            return (unit == Unit::Day).then_some((Span { count: amount.whole, unit: Unit::WorkingDay }, next));
        }
        if self.is(next, "and") && self.is(next + 1, "a") && self.is(next + 2, "half") {
            amount.tenths += 5;
            next += 3;
        }
        // "a day or two"
        if amount.whole == 1 && self.is(next, "or") && self.is(next + 1, "two so") {
            amount.whole = if self.is(next + 1, "two") { 2 } else { 1 };
            next += 2;
        }
        Some((amount.of(unit, minutes), next))
    }

    fn amount(&self, at: usize) -> Option<(Amount, usize)> {
        let low = self.low(at);
        if matches!(low, "couple" | "few" | "pair") {
            let next = self.skip(at + 1, "of");
            return Some((Amount::whole(number_word(low)?), next));
        }
        if matches!(low, "a" | "an" | "the" | "another" | "next") && self.is(at + 1, "couple few pair") {
            return self.amount(at + 1);
        }
        if matches!(low, "another" | "half-a") {
            return Some((Amount::whole(1), at + 1));
        }
        if let Some((whole, part)) = low.split_once('.') {
            let tenths = part.get(..1)?.parse().ok()?;
            return Some((Amount { whole: whole.parse().ok()?, tenths }, at + 1));
        }
        let number = number_word(low).filter(|number| *number <= 10_000 && low != "both" && low != "single")?;
        Some((Amount::whole(number), at + 1))
    }
}

#[derive(Clone, Copy)]
struct Amount {
    whole: u32,
    tenths: u32,
}

impl Amount {
    const fn whole(whole: u32) -> Self {
        Self { whole, tenths: 0 }
    }

    fn of(self, unit: Unit, minutes: u32) -> Span {
        match unit {
            Unit::Minute => Span { count: self.whole * minutes + self.tenths * minutes / 10, unit },
            Unit::Week if self.tenths > 0 => Span { count: self.whole * 7 + self.tenths * 7 / 10, unit: Unit::Day },
            Unit::Year if self.tenths > 0 => Span { count: self.whole * 12 + self.tenths * 12 / 10, unit: Unit::Month },
            Unit::Day | Unit::WorkingDay | Unit::Weekday(_) | Unit::Week | Unit::Month | Unit::Year => {
                Span { count: self.whole, unit }
            }
        }
    }
}

/// A unit, and how many minutes it has when it is shorter than a day.
fn unit(low: &str) -> Option<(Unit, u32)> {
    let unit = match low {
        "minute" | "minutes" | "min" | "mins" => (Unit::Minute, 1),
        "hour" | "hours" | "hr" | "hrs" | "h" => (Unit::Minute, 60),
        "day" | "days" => (Unit::Day, 0),
        "week" | "weeks" | "fortnight" | "fortnights" => (Unit::Week, 0),
        "month" | "months" => (Unit::Month, 0),
        "year" | "years" => (Unit::Year, 0),
        _ => return None,
    };
    Some(unit)
}

/// `30-minute`, `two-hour`, `half-hour`, `90min`, `2h`.
fn fused(low: &str) -> Option<Span> {
    let minutes = match low {
        "half-hour" | "half-an-hour" => Some(30),
        "quarter-hour" => Some(15),
        "hour-long" => Some(60),
        _ => None,
    };
    if let Some(count) = minutes {
        return Some(Span { count, unit: Unit::Minute });
    }
    if let Some((amount, rest)) = low.split_once('-') {
        let (unit, minutes) = unit(rest)?;
        return Some(Amount::whole(number_word(amount)?).of(unit, minutes));
    }
    let digits = low.find(|c: char| !c.is_ascii_digit())?;
    let (amount, rest) = low.split_at(digits);
    let (unit, minutes) = unit(rest)?;
    Some(Amount::whole(amount.parse().ok().filter(|n| *n <= 10_000)?).of(unit, minutes))
}
