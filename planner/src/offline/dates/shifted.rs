//! Days that are counted from others: "two days before the meeting", "the day after", "another week before that".

use super::{Anchor, Cursor, Moment, Span, Unit, When, calendar::shift, day::Days};
use crate::offline::text::{Kind, join};

impl Cursor<'_> {
    /// "two days before the meeting", "a day earlier", "the week after", "the same day".
    pub(super) fn shifted(&self, at: usize) -> Option<(When, usize)> {
        if let Some(further) = self.further(at) {
            return Some(further);
        }
        let start = self.skip(at, "about exactly at");
        let start = if self.is(start, "least") { start + 1 } else { start };
        if self.is(start, "the that on") {
            return self.neighbouring_day(start).or_else(|| self.weekday_by_event(start));
        }
        let (span, next) = self.span(start)?;
        let next = self.skip(next, "'s");
        let alone = |back| {
            let than = self.is(next + 1, "than") && self.is(next + 2, "that this it");
            let (time, end) = self.time_behind(if than { next + 3 } else { next + 1 });
            Some((When::Shifted { span, back, time, from: Anchor::LastDate }, end))
        };
        match self.low(next) {
            "earlier" | "beforehand" | "sooner" => alone(true),
            // "a week later than it is now" is counted from the day of each
            "later" | "afterwards"
                if !self.is(next + 1, "than") || self.is(next + 2, "that this it") && !self.is(next + 3, "is was") =>
            {
                alone(false)
            }
            "in" if self.is(next + 1, "advance") => {
                let behind = next + 2;
                if self.is(behind, "of") {
                    self.counted_from_event(span, true, behind + 1)
                } else {
                    Some((When::Shifted { span, back: true, time: None, from: Anchor::LastDate }, behind))
                }
            }
            // "a week before to get a present"
            "before" if self.is(next + 1, "to") => alone(true),
            // "a week ahead the windows have to be cleaned"
            "ahead" if !self.is(next + 1, "of") => alone(true),
            "before" | "ahead" | "prior" => {
                let behind = self.skip(next + 1, "of to");
                self.counted_from_event(span, true, behind).or_else(|| alone(true))
            }
            "after" | "following" => self.counted_from_event(span, false, next + 1).or_else(|| alone(false)),
            _ => self.first_of_several(span, next),
        }
    }

    /// "another three weeks before that", "a further week earlier": counted from what was counted before.
    fn further(&self, at: usize) -> Option<(When, usize)> {
        let start = self.skip(self.skip(at, "a yet"), "another further");
        if !self.is(start.checked_sub(1)?, "another further") || start == at {
            return None;
        }
        let unit = match self.low(start) {
            "day" => Some(Unit::Day),
            "week" => Some(Unit::Week),
            "month" => Some(Unit::Month),
            _ => None,
        };
        let one = || unit.map(|unit| (Span { count: 1, unit }, start + 1));
        let (span, next) = self.span(start).or_else(one)?;
        let end = match self.low(next) {
            "earlier" | "sooner" => next + 1,
            "before" | "ahead" => self.skip(self.skip(next + 1, "of"), "that it this then"),
            _ => return None,
        };
        Some((When::Shifted { span, back: true, time: None, from: Anchor::LastCounted }, end))
    }

    /// "one week, | three days and one day ahead": what stands behind the last is said of all.
    fn first_of_several(&self, span: Span, at: usize) -> Option<(When, usize)> {
        let behind = self.skip(if self.is_mark(at, ",") { at + 1 } else { at }, "and or");
        let again = self.skip(behind, "again then also");
        self.span(again).filter(|_| again > at)?;
        let (When::Shifted { back, time, from, .. }, _) = self.shifted(again)? else { return None };
        Some((When::Shifted { span, back, time, from }, at))
    }

    pub(super) fn time_behind(&self, at: usize) -> (Option<chrono::NaiveTime>, usize) {
        match self.time(at) {
            Some((clock, end)) if self.is(at, "at") => (Some(clock.time), end),
            _ => (None, at),
        }
    }

    /// "the day before (the exam)", "the same day", "on that day".
    fn neighbouring_day(&self, at: usize) -> Option<(When, usize)> {
        let start = self.skip(at, "on");
        let start = self.skip(start, "the that very");
        let noun = self.skip(start, "same very previous following next");
        let which = self.low(start);
        let unit = match self.low(noun) {
            "day" | "evening" | "night" | "morning" => Unit::Day,
            "week" => Unit::Week,
            "month" => Unit::Month,
            _ => return None,
        };
        if noun == at {
            return None;
        }
        let span = Span { count: 1, unit };
        let next = noun + 1;
        match which {
            "same" => {
                return Some((
                    When::Shifted { span: Span { count: 0, unit }, back: false, time: None, from: Anchor::LastDate },
                    next,
                ));
            }
            "previous" => return Some((When::Shifted { span, back: true, time: None, from: Anchor::LastDate }, next)),
            "following" if unit == Unit::Day => {
                return Some((When::Shifted { span, back: false, time: None, from: Anchor::LastDate }, next));
            }
            _ => {}
        }
        // "bring the hats that day"
        let points = (at..noun).any(|before| self.is(before, "that"));
        if points && unit == Unit::Day && !self.is(next, "before prior after") {
            let span = Span { count: 0, unit };
            return Some((When::Shifted { span, back: false, time: None, from: Anchor::LastDate }, next));
        }
        let back = match self.low(next) {
            "before" | "prior" | "preceding" => true,
            "after" | "following" => false,
            _ => return None,
        };
        let behind = self.skip(next + 1, "to");
        let alone = (When::Shifted { span, back, time: None, from: Anchor::LastDate }, next + 1);
        self.counted_from_event(span, back, behind).or(Some(alone))
    }

    /// "the Thursday before it", "the Monday after the fair".
    fn weekday_by_event(&self, at: usize) -> Option<(When, usize)> {
        let start = self.skip(at, "the");
        let day = super::calendar::weekday(self.low(start)).filter(|_| start > at)?;
        let back = match self.low(start + 1) {
            "before" | "preceding" => true,
            "after" | "following" => false,
            _ => return None,
        };
        let span = Span { count: 1, unit: Unit::Weekday(day) };
        let ends = self.tokens.get(start + 2).is_none_or(|token| matches!(token.kind, Kind::Punct | Kind::Break));
        let alone = ends || self.is(start + 2, "and or to for at with");
        if self.is(start + 2, "next") {
            return None;
        }
        let last = (When::Shifted { span, back, time: None, from: Anchor::LastDate }, start + 2);
        if alone { Some(last) } else { self.counted_from_event(span, back, start + 2) }
    }

    /// What a span is counted from: a date, an event with its date, or an event whose date is told elsewhere.
    fn counted_from_event(&self, span: Span, back: bool, at: usize) -> Option<(When, usize)> {
        if let Some((days, next)) = self.day(at, true) {
            let (Days::One(day) | Days::Range(day, _)) = days else { return None };
            return Some((When::At(Moment { day: Some(shift(day, span, back)), ..Moment::default() }), next));
        }
        // "three days before the two weeks are up": before the day that was told so
        let told = self.skip(at, "the those these");
        if let Some((_, behind)) = self.span(told).filter(|_| told > at && back)
            && self.is(behind, "are is have has")
            && self.is(behind + 1, "up over past gone passed")
        {
            return Some((When::Shifted { span, back, time: None, from: Anchor::LastDate }, behind + 2));
        }
        let is_due = if self.is(at, "it's they're") && self.is(at + 1, "due") {
            Some(at + 2)
        } else if self.is(at, "it they that") && self.is(at + 1, "is are") && self.is(at + 2, "due") {
            Some(at + 3)
        } else {
            None
        };
        if let Some(end) = is_due {
            return Some((When::Shifted { span, back, time: None, from: Anchor::Event("due date".into()) }, end));
        }
        if self.is(at, "it that this then them") {
            let end = if self.is(at, "that this") { self.skip(at + 1, "date day deadline") } else { at + 1 };
            return Some((When::Shifted { span, back, time: None, from: Anchor::LastDate }, end));
        }
        let end = self.noun_phrase(at)?;
        let behind = self.skip(end, "on");
        if let Some((Days::One(day), next)) = self.day(behind, behind > end) {
            return Some((When::At(Moment { day: Some(shift(day, span, back)), ..Moment::default() }), next));
        }
        let event = join(&self.tokens[at..end]).to_lowercase();
        Some((When::Shifted { span, back, time: None, from: Anchor::Event(event) }, end))
    }
}
