//! Whole date phrases: the word before, the day, the time, and what the date is counted from.

use super::{
    Anchor, Calendar, Cursor, DatePhrase, Moment, Role, Span, Unit, When, calendar::shift, day::Days,
    series::of_the_same_month, time::in_part_of_day,
};
use crate::offline::text::{Kind, Token, is_determiner, is_function_word, join};

/// Puts date phrases and lengths of time in place of their words.
pub fn mark(tokens: &[Token], calendar: Calendar) -> Vec<Token> {
    let cursor = Cursor { tokens, calendar: &calendar };
    let mut marked = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let (kind, next) = if let Some((phrase, next)) = cursor.phrase(at) {
            (Kind::Date(phrase), next)
        } else if let Some((span, next)) = cursor.span(at) {
            (Kind::Span(span), next)
        } else {
            marked.push(tokens[at].clone());
            at += 1;
            continue;
        };
        let text = join(&tokens[at..next]);
        marked.push(Token::new(text, kind, tokens[at].glued));
        at = next;
    }
    of_the_same_month(&mut marked, calendar);
    marked
}

impl Cursor<'_> {
    fn phrase(&self, at: usize) -> Option<(DatePhrase, usize)> {
        if let Some((when, role, next)) = self.series(at) {
            return Some((DatePhrase { when, role, event: None }, next));
        }
        if let Some((when, next)) = self.shifted(at) {
            return Some((DatePhrase { when, role: Role::On, event: None }, next));
        }
        let (role, start) = self.role(at);
        let introduced = start > at;
        if let Some((when, next)) = self.shifted(start).filter(|_| introduced) {
            return Some((DatePhrase { when, role, event: None }, next));
        }
        if let Some((when, next)) = self.day_of_event(start).filter(|_| introduced) {
            return Some((DatePhrase { when, role, event: None }, next));
        }
        let itself = |end: usize| end > 0 && self.is(end - 1, "itself proper");
        if let Some((when, next)) = self.on_the_day(at) {
            return Some((DatePhrase { when, role: Role::On, event: None }, next));
        }
        let due_day = self.due_day(start).filter(|(_, end)| introduced && self.is(at, "on at by") || itself(*end));
        if let Some((when, next)) = due_day {
            return Some((DatePhrase { when, role, event: None }, next));
        }
        if let Some((moment, next)) = self.moment(start, introduced) {
            let next = self.at_the_latest(next);
            let role = if next > 0 && self.ends_in_latest(next) { Role::By } else { role };
            return Some((DatePhrase { when: moment, role, event: None }, next));
        }
        let points =
            self.is(start, "that then") && self.tokens.get(start + 1).is_none_or(|next| next.kind != Kind::Word);
        if introduced && matches!(role, Role::Before | Role::By) && points && at > 0 {
            let span = Span { count: 0, unit: Unit::Day };
            let when = When::Shifted { span, back: false, time: None, from: Anchor::LastDate };
            return Some((DatePhrase { when, role, event: None }, start + 1));
        }
        if introduced && matches!(role, Role::Before | Role::By | Role::Until | Role::After) {
            return self.dated_event(start, role);
        }
        None
    }

    fn at_the_latest(&self, at: usize) -> usize {
        let mut next = at;
        if self.is(next, "at") && self.is(next + 1, "the") && self.is(next + 2, "latest") {
            next += 3;
        } else if self.is(next, "latest") {
            next += 1;
        }
        next
    }

    fn ends_in_latest(&self, next: usize) -> bool {
        next > 0 && self.is(next - 1, "latest")
    }

    /// "on the day of the interview itself", "by the day of the fair".
    fn day_of_event(&self, at: usize) -> Option<(When, usize)> {
        let start = self.skip(self.skip(at, "the"), "very same");
        let noun = self.is(start, "day evening morning") && start > at;
        if !noun || !self.is(start + 1, "of") || self.is(self.skip(start + 2, "the"), "week month year") {
            return None;
        }
        let end = self.noun_phrase(start + 2)?;
        let span = Span { count: 0, unit: Unit::Day };
        let named = if self.is(end - 1, "itself") { end - 1 } else { end };
        let event = join(&self.tokens[start + 2..named]).to_lowercase();
        let when = When::Shifted { span, back: true, time: None, from: Anchor::Event(event) };
        Some((when, self.skip(end, "itself")))
    }

    /// "on the due date", "by its deadline".
    fn due_day(&self, at: usize) -> Option<(When, usize)> {
        let start = self.skip(at, "the its their");
        let itself = |end: usize| self.skip(end, "itself proper");
        // "on the day itself": of what was spoken of last
        if self.is(start, "day date") && self.is(start + 1, "itself proper") {
            let span = Span { count: 0, unit: Unit::Day };
            return Some((When::Shifted { span, back: false, time: None, from: Anchor::LastDate }, start + 2));
        }
        let due = self.is(start, "due") && self.is(start + 1, "date day");
        let end = if due {
            itself(start + 2)
        } else if self.is(start, "deadline") && start > at {
            start + 1
        } else {
            return None;
        };
        let span = Span { count: 0, unit: Unit::Day };
        Some((When::Shifted { span, back: true, time: None, from: Anchor::Event("due date".into()) }, end))
    }

    /// The words that introduce a date, and where the date begins; the same place when there are none.
    fn role(&self, at: usize) -> (Role, usize) {
        let second = self.low(at + 1);
        match (self.low(at), second) {
            ("no" | "not" | "none" | "nothing" | "never", "later") if self.is(at + 2, "than") => (Role::By, at + 3),
            ("at", "most") | ("latest", "by" | "on") => (Role::By, at + 2),
            ("due", "before") | ("prior", "to") | ("ahead", "of") => (Role::Before, at + 2),
            ("due" | "deadline", _) => {
                let joined = self.is(at + 1, "on by for at in of") || self.is_mark(at + 1, ":");
                (Role::Due, at + 1 + usize::from(joined))
            }
            ("starting" | "beginning" | "commencing", "on" | "from" | "in" | "at") | ("as", "of" | "from") => {
                (Role::From, at + 2)
            }
            ("up", "to" | "until") => (Role::Until, at + 2),
            ("sometime" | "some", "in" | "on" | "during") => (Role::On, at + 2),
            ("by" | "latest", _) => (Role::By, at + 1),
            ("before", _) => (Role::Before, at + 1),
            ("until" | "till", _) => (Role::Until, at + 1),
            ("starting" | "from" | "beginning" | "commencing" | "since", _) => (Role::From, at + 1),
            ("after" | "following", _) => (Role::After, at + 1),
            (
                "on" | "at" | "in" | "for" | "over" | "during" | "around" | "about" | "of" | "sometime" | "dated"
                | "say",
                _,
            ) => (Role::On, self.skip(at + 1, "about around")),
            _ => (Role::On, at),
        }
    }

    /// A day with a time, a time with a day, or one of them.
    fn moment(&self, at: usize, introduced: bool) -> Option<(When, usize)> {
        if let Some((days, next)) = self.day(at, introduced).or_else(|| {
            if introduced { self.day(at - 1, false).filter(|_| self.is(at - 1, "in within after")) } else { None }
        }) {
            let mut moment = match days {
                Days::One(day) => Moment { day: Some(day), ..Moment::default() },
                Days::Range(first, last) => Moment { day: Some(first), until: Some(last), ..Moment::default() },
                Days::At(at) => Moment { day: Some(at.date()), time: Some(at.time()), ..Moment::default() },
                Days::Impossible => return Some((When::Impossible, next)),
            };
            let mut end = next;
            if self.is(at, "tonight") {
                moment.time = chrono::NaiveTime::from_hms_opt(19, 0, 0);
            }
            if let Some((time, behind)) = self.part_of_day(next) {
                moment.time = Some(time);
                end = behind;
            }
            if let Some((clock, behind)) = self.time(end) {
                moment.time = Some(in_part_of_day(clock.time, moment.time));
                moment.minutes = clock.minutes;
                end = behind;
            }
            return Some((When::At(moment), end));
        }
        let from = if introduced { at - 1 } else { at };
        let (clock, next) = self.time(from)?;
        let mut moment = Moment { time: Some(clock.time), minutes: clock.minutes, ..Moment::default() };
        let behind = if self.is_mark(next, ",") { next + 1 } else { next };
        let day_at = self.skip(behind, "on this");
        if let Some((days, end)) = self.day(day_at, day_at > behind || self.is(behind, "next")) {
            match days {
                Days::One(day) => moment.day = Some(day),
                Days::Range(first, last) => (moment.day, moment.until) = (Some(first), Some(last)),
                Days::At(_) | Days::Impossible => return Some((When::Impossible, end)),
            }
            // "at 8 tonight", "at 7 on Friday evening"
            let tonight = self.is(day_at, "tonight").then(|| chrono::NaiveTime::from_hms_opt(19, 0, 0)).flatten();
            let part = self.part_of_day(end).filter(|_| tonight.is_none());
            let end = part.map_or(end, |(_, behind)| behind);
            moment.time = Some(in_part_of_day(clock.time, part.map(|(time, _)| time).or(tonight)));
            return Some((When::At(moment), end));
        }
        Some((When::At(moment), next))
    }

    /// "two days before the meeting", "a day earlier", "the week after", "the same day".
    fn shifted(&self, at: usize) -> Option<(When, usize)> {
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
            "before" | "ahead" | "prior" => {
                let behind = self.skip(next + 1, "of to");
                self.counted_from_event(span, true, behind).or_else(|| alone(true))
            }
            "after" | "following" => self.counted_from_event(span, false, next + 1).or_else(|| alone(false)),
            _ => self.first_of_several(span, next),
        }
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

    /// "before the inspection on 10 December": the date with what happens then.
    fn dated_event(&self, at: usize, role: Role) -> Option<(DatePhrase, usize)> {
        let end = self.noun_phrase(at)?;
        let happens = "come comes arrive arrives start starts begin begins open opens happen happens";
        // the verb may have been taken for a part of the noun phrase
        let end = if self.is(end - 1, happens) { end - 1 } else { end };
        let ends = |at: usize| self.tokens.get(at).is_none_or(|token| matches!(token.kind, Kind::Punct | Kind::Break));
        if self.is(end, happens) && end > at + 1 && ends(end + 1) {
            let event = join(&self.tokens[at..end]).to_lowercase();
            let span = Span { count: 0, unit: Unit::Day };
            let when = When::Shifted { span, back: false, time: None, from: Anchor::Event(event) };
            return Some((DatePhrase { when, role, event: None }, end + 1));
        }
        let behind = self.skip(end, "on at in");
        if behind == end {
            return None;
        }
        let (when, next) = self.moment(behind, true)?;
        let event = Some(join(&self.tokens[at..end]).to_lowercase());
        Some((DatePhrase { when, role, event }, next))
    }

    /// The end of a short noun phrase: an article and up to three words.
    fn noun_phrase(&self, at: usize) -> Option<usize> {
        let mut next = at;
        while self.tokens.get(next).is_some_and(|token| token.kind == Kind::Word && is_determiner(&token.low)) {
            next += 1;
        }
        let start = next;
        while next < start + 3
            && self
                .tokens
                .get(next)
                .is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Quoted) && !is_function_word(&token.low))
        {
            next += 1;
        }
        (next > start).then_some(next)
    }
}
