//! Whole date phrases: the word before, the day, the time, and what the date is counted from.

use super::{
    Anchor, Calendar, Cursor, DatePhrase, Moment, Role, Span, Unit, When,
    day::Days,
    series::{of_other_months, of_the_same_month, that_weekday},
    time::in_part_of_day,
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
    of_other_months(&mut marked, calendar);
    that_weekday(&mut marked);
    marked
}

impl Cursor<'_> {
    pub(super) fn phrase(&self, at: usize) -> Option<(DatePhrase, usize)> {
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
        // "on the last day of that window"
        let of_stretch = self.is(start, "last final") && self.is(start + 1, "day") && self.is(start + 2, "of");
        if of_stretch && self.is(start + 3, "that this the") && self.is(start + 4, "window period span stretch range") {
            let span = Span { count: 0, unit: Unit::Day };
            return Some((When::Shifted { span, back: false, time: None, from: Anchor::LastDate }, start + 5));
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
    pub(super) fn noun_phrase(&self, at: usize) -> Option<usize> {
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
