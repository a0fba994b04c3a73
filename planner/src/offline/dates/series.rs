//! Several days in one phrase: "each of the next three Fridays", "every Tuesday in January", "each Monday until 18 December".

use chrono::{Datelike, NaiveDate, Weekday};

use super::{
    Anchor, Calendar, Cursor, DatePhrase, Role, Span, Unit, When,
    calendar::{add_days, month_number, shift, weekday},
    day::Days,
};
use crate::offline::text::{Kind, Token, join, number_word, tokens as tokens_of};

/// The most days that one phrase can mean.
const MOST: u32 = 31;

impl Cursor<'_> {
    /// "two weeks before, one week before and | on the day", "a task, due on the day": the day that others count from.
    pub(super) fn on_the_day(&self, at: usize) -> Option<(When, usize)> {
        let on = self.skip(at, "due");
        let joined = at.checked_sub(1).is_some_and(|before| self.is(before, "and") || self.is_mark(before, ","));
        let counted =
            (at.saturating_sub(7)..at).any(|before| self.is(before, "before ahead earlier beforehand advance"));
        let day = self.is(on, "on") && self.is(on + 1, "the") && self.is(on + 2, "day");
        let ends = self.tokens.get(on + 3).is_none_or(|token| {
            matches!(token.kind, Kind::Punct | Kind::Break) || token.is_any("too as and please at")
        });
        if !((joined || counted || on > at) && day && ends) {
            return None;
        }
        let (time, next) = self.time_behind(on + 3);
        let span = Span { count: 0, unit: Unit::Day };
        Some((When::Shifted { span, back: false, time, from: Anchor::LastDate }, next))
    }

    /// Days at equal distances, with the word before them, and where the phrase ends.
    pub(super) fn series(&self, at: usize) -> Option<(When, Role, usize)> {
        let start = self.skip(self.skip(at, "on for at by"), "due");
        let start = self.skip(start, "on");
        let (first, step, count, next) =
            self.next_ones(start).or_else(|| self.weekly(start)).or_else(|| self.in_a_row(start))?;
        let (time, next) = match self.time(next) {
            Some((clock, behind)) => (Some(clock.time), behind),
            None => (None, next),
        };
        let due = (at..start).any(|before| self.is(before, "due by"));
        Some((When::Each { first, step, count, time }, if due { Role::Due } else { Role::On }, next))
    }

    /// "each of the next three Fridays", "the next four working days".
    fn next_ones(&self, at: usize) -> Option<(NaiveDate, Span, u32, usize)> {
        let each = self.is(at, "each every all") || self.is(at, "one") && self.is(at + 1, "each");
        let behind = self.skip(self.skip(self.skip(at, "one"), "each every all"), "one");
        let behind = self.skip(behind, "of on");
        let which = self.skip(behind, "the these");
        if !self.is(which, "next coming following") || which == behind {
            return None;
        }
        let count = number_word(self.low(which + 1)).filter(|count| (2..=MOST).contains(count))?;
        let noun = which + 2;
        if let Some(day) = weekday(self.low(noun)).filter(|_| self.low(noun).ends_with("days")) {
            return Some((self.calendar.next(day), Span { count: 1, unit: Unit::Week }, count, noun + 1));
        }
        // "over the next three days" is a length of time
        let working = self.is(noun, "working business");
        let days = self.skip(noun, "working business");
        if !each || !self.is(days, "days") {
            return None;
        }
        let unit = if working { Unit::WorkingDay } else { Unit::Day };
        let step = Span { count: 1, unit };
        Some((shift(self.calendar.today, step, false), step, count, days + 1))
    }

    /// "every Tuesday in January", "the Mondays of January", "each Monday until 18 December".
    fn weekly(&self, at: usize) -> Option<(NaiveDate, Span, u32, usize)> {
        let start = self.skip(at, "the every each");
        let day =
            weekday(self.low(start)).filter(|_| self.is(at, "every each") || self.plural_weekday(start).is_some())?;
        let (today, behind) = (self.calendar.today, start + 1);
        let (first, last, next) = if self.is(behind, "in of during throughout") {
            self.month(self.skip(behind + 1, "next this"))?;
            self.whole_period(behind + 1)?
        } else if self.is(behind, "until till through") || self.is(behind, "up") && self.is(behind + 1, "to until") {
            let from = behind + 1 + usize::from(self.is(behind, "up"));
            let (Days::One(last), next) = self.day(from, true)? else { return None };
            (today, last, next)
        } else if self.is(behind, "from between") {
            let (Days::Range(first, last), next) = self.day(behind + 1, true)? else { return None };
            (first, last, next)
        } else {
            return None;
        };
        let first = self.calendar.after(add_days(first.max(today), -1), day);
        let weeks = (last - first).num_days() / 7;
        let count = u32::try_from(weeks).ok().filter(|_| first <= last)? + 1;
        (2..=MOST).contains(&count).then_some((first, Span { count: 1, unit: Unit::Week }, count, next))
    }

    /// "three Fridays in a row", "two consecutive Mondays", from a day on that is told behind.
    fn in_a_row(&self, at: usize) -> Option<(NaiveDate, Span, u32, usize)> {
        let count = number_word(self.low(at)).filter(|count| (2..=MOST).contains(count))?;
        let noun = self.skip(at + 1, "consecutive successive");
        let day = self.plural_weekday(noun)?;
        let row = self.is(noun + 1, "in") && self.is(noun + 2, "a") && self.is(noun + 3, "row");
        let next = match (row, self.is(noun + 1, "running")) {
            (true, _) => noun + 4,
            (_, true) => noun + 2,
            _ if noun > at + 1 => noun + 1,
            _ => return None,
        };
        let (first, next) = self.begins(day, next).unwrap_or((self.calendar.next(day), next));
        Some((first, Span { count: 1, unit: Unit::Week }, count, next))
    }

    fn plural_weekday(&self, at: usize) -> Option<Weekday> {
        weekday(self.low(at)).filter(|_| self.low(at).ends_with("days"))
    }

    /// The first such weekday from the day on that is named here behind "from" or ", the first being", and where that ends.
    fn begins(&self, wanted: Weekday, at: usize) -> Option<(NaiveDate, usize)> {
        let behind = self.skip(at + usize::from(self.is_mark(at, ",")), "the");
        let start = if self.is(at, "from starting beginning commencing") {
            self.skip(at + 1, "on from with in")
        } else if self.is(behind, "first") {
            self.skip(self.skip(behind + 1, "one being"), "being on")
        } else {
            return None;
        };
        let (Days::One(day), next) = self.day(start, true)? else { return None };
        Some((if day.weekday() == wanted { day } else { Calendar { today: day }.next(wanted) }, next))
    }

    /// "every second Tuesday", "every other Monday": on which weekday, how many weeks apart.
    fn some_weeks_apart(&self, at: usize) -> Option<(Weekday, u32)> {
        let weeks = match self.low(at + 1) {
            "second" | "other" | "2nd" => 2,
            "third" | "3rd" => 3,
            "fourth" | "4th" => 4,
            _ => return None,
        };
        let day = weekday(self.low(at + 2)).filter(|_| self.is(at, "every each"))?;
        // "every second Tuesday of the month" is something else
        (!self.is(at + 3, "of in")).then_some((day, weeks))
    }
}

/// The days of "every second Tuesday, starting on 1 December", where it is said elsewhere how many there are.
pub(crate) fn every_so_often(said: &[Token], calendar: Calendar, count: u32) -> Vec<NaiveDate> {
    // days are tokens of their own by now, and are read once more
    let words = tokens_of(&join(said));
    let cursor = Cursor { tokens: &words, calendar: &calendar };
    let found = (0..words.len()).find_map(|at| cursor.some_weeks_apart(at));
    let Some((day, weeks)) = found.filter(|_| (2..=12).contains(&count)) else { return Vec::new() };
    let told = (0..words.len()).find_map(|at| cursor.begins(day, at));
    let first = told.map_or_else(|| calendar.next(day), |(first, _)| first);
    let step = |times: u32| Span { count: weeks * times, unit: Unit::Week };
    (0..count).map(|times| shift(first, step(times), false)).collect()
}

/// Behind a day with its month, "the 12th" is of that month, where that is not past: "from 1 February, but by the 12th".
pub(super) fn of_the_same_month(marked: &mut [Token], calendar: Calendar) {
    let mut told: Option<NaiveDate> = None;
    for token in marked {
        if token.kind == Kind::Break || token.is_mark(".") {
            told = None;
            continue;
        }
        let said = tokens_of(&token.text);
        let Kind::Date(phrase) = &mut token.kind else { continue };
        let When::At(moment) = &mut phrase.when else { continue };
        let (Some(day), None) = (moment.day, moment.until) else { continue };
        let names_month = said.iter().any(|word| month_number(&word.low).is_some());
        let bare = said.iter().rev().find_map(|word| ordinal_day(&word.low)).filter(|bare| *bare == day.day());
        let (Some(before), Some(bare), false) = (told, bare, names_month) else {
            told = if names_month { Some(day) } else { told };
            continue;
        };
        let plain = said.iter().all(|word| {
            ordinal_day(&word.low).is_some()
                || word.is_any("on by the due until till before from at latest of for no later than not before earlier")
        });
        if let Some(same) = before.with_day(bare).filter(|same| plain && *same >= calendar.today) {
            moment.day = Some(same);
        }
    }
}

/// "on the last Friday of January, of February and of March": the same day of the months behind.
pub(super) fn of_other_months(marked: &mut [Token], calendar: Calendar) {
    for at in 1..marked.len() {
        let joins = |token: &Token| token.is_mark(",") || token.is_any("and");
        let lead = marked[..at].iter().rev().take_while(|token| joins(token)).count();
        let Some(before) = at.checked_sub(lead + 1).filter(|_| lead > 0) else { continue };
        let said = tokens_of(&marked[at].text);
        let month = match said.as_slice() {
            [month] => month,
            [of, month] if of.is_any("of in for") => month,
            _ => continue,
        };
        // "on the first Monday of April, may I …"
        let verb = month.is_any("may march mar") && !marked[at].text.contains(' ') && !month.is_capitalised();
        if verb || month_number(&month.low).is_none() || marked[before].date().and_then(DatePhrase::moment).is_none() {
            continue;
        }
        let mut whole = tokens_of(&marked[before].text);
        let alone = whole.len() == 2;
        let [.., of, last] = whole.as_mut_slice() else { continue };
        if !of.is_any("of in for") || month_number(&last.low).is_none() {
            continue;
        }
        *last = month.clone();
        let cursor = Cursor { tokens: &whole, calendar: &calendar };
        let Some((phrase, _)) = cursor.phrase(0).filter(|(_, end)| *end == whole.len()) else { continue };
        // "for April, May and June" are three months
        let single = phrase.moment().is_some_and(|moment| moment.day.is_some() && moment.until.is_none() != alone);
        if single {
            marked[at] = Token::new(join(&whole), Kind::Date(phrase), marked[at].glued);
        }
    }
}

/// "The fair is on Saturday 5 December. Ring me that Saturday morning": the day that was named before.
pub(super) fn that_weekday(marked: &mut [Token]) {
    let mut told: Vec<NaiveDate> = Vec::new();
    for at in 0..marked.len() {
        let points = at.checked_sub(1).is_some_and(|before| marked[before].is_any("that"));
        let named = tokens_of(&marked[at].text).first().and_then(|token| weekday(&token.low));
        let Kind::Date(phrase) = &mut marked[at].kind else { continue };
        let When::At(moment) = &mut phrase.when else { continue };
        let same = told.iter().rev().find(|day| Some(day.weekday()) == named).copied();
        if let (true, Some(same)) = (points, same) {
            moment.day = Some(same);
        }
        told.extend(moment.day.filter(|_| moment.until.is_none()));
    }
}

/// `12th`.
fn ordinal_day(low: &str) -> Option<u32> {
    let digits = low.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let counted = matches!(&low[digits.len()..], "st" | "nd" | "rd" | "th");
    digits.parse().ok().filter(|day| counted && (1..=31).contains(day))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::dates::mark;

    fn marked(text: &str) -> (Vec<Token>, Calendar) {
        let calendar = Calendar { today: "2026-11-25".parse().unwrap() };
        (mark(&tokens_of(text), calendar), calendar)
    }

    fn written(days: impl IntoIterator<Item = NaiveDate>) -> String {
        days.into_iter().map(|day| day.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case("remind me on each Friday in December", "2026-12-04 2026-12-11 2026-12-18 2026-12-25")]
    #[case("the Mondays of January", "2027-01-04 2027-01-11 2027-01-18 2027-01-25")]
    #[case("one due on each of the next three Mondays", "2026-11-30 2026-12-07 2026-12-14")]
    #[case("on the next two Thursdays at 18:00", "2026-11-26 2026-12-03")]
    #[case("for the following two Wednesdays", "2026-12-02 2026-12-09")]
    #[case("every Thursday until 10 December", "2026-11-26 2026-12-03 2026-12-10")]
    #[case("on three Tuesdays in a row from 5 January", "2027-01-05 2027-01-12 2027-01-19")]
    #[case("four Mondays in a row, the first being 7 December", "2026-12-07 2026-12-14 2026-12-21 2026-12-28")]
    #[case("two consecutive Fridays", "2026-11-27 2026-12-04")]
    #[case("on each of the next three days", "2026-11-26 2026-11-27 2026-11-28")]
    #[case("within the next three days", "")]
    #[case("on Friday in the first week of December", "")]
    #[case("every Friday", "")]
    #[case("next Monday", "")]
    fn all_days_of_a_series_are_found(#[case] text: &str, #[case] wanted: &str) {
        let (tokens, _) = marked(text);
        let series = tokens.iter().filter_map(Token::date).filter(|phrase| matches!(phrase.when, When::Each { .. }));
        let days = series.flat_map(DatePhrase::days).filter_map(|phrase| phrase.moment()?.day);
        assert_eq!(written(days), wanted, "{text}");
    }

    #[rstest]
    #[case("every second Tuesday at 16:00, starting on 1 December", 3, "2026-12-01 2026-12-15 2026-12-29")]
    #[case("every other Monday at 10:00", 2, "2026-11-30 2026-12-14")]
    #[case("every Monday", 2, "")]
    #[case("every second Tuesday of the month", 3, "")]
    fn days_some_weeks_apart_are_counted(#[case] text: &str, #[case] count: u32, #[case] wanted: &str) {
        let (tokens, calendar) = marked(text);
        assert_eq!(written(every_so_often(&tokens, calendar, count)), wanted, "{text}");
    }

    #[rstest]
    #[case("on the last Friday of January, of February and of March", "2027-01-29 2027-02-26 2027-03-26")]
    #[case("the first Monday of May, June and July", "2027-05-03 2027-06-07 2027-07-05")]
    #[case("on the 15th of January, February and March", "2027-01-15 2027-02-15 2027-03-15")]
    #[case("for April, May and June", "2027-04-01 2027-05-01 2027-06-01")]
    #[case("on the first Monday of April, may I ask", "2027-04-05")]
    #[case("on Saturday 5 December. Ring me that Saturday morning", "2026-12-05 2026-12-05")]
    #[case("on Friday 4 December. Ring me that Saturday", "2026-12-04 2026-11-28")]
    fn a_day_of_several_months_is_said_once(#[case] text: &str, #[case] wanted: &str) {
        let (tokens, _) = marked(text);
        let days = tokens.iter().filter_map(Token::date).filter_map(|phrase| phrase.moment()?.day);
        assert_eq!(written(days), wanted, "{text}");
    }

    #[rstest]
    #[case("not before 1 February but by the 12th", "2027-02-01 2027-02-12")]
    #[case("on 10 December, and by the 3rd", "2026-12-10 2026-12-03")]
    #[case("on 10 January. By the 12th", "2027-01-10 2026-12-12")]
    #[case("by the 12th", "2026-12-12")]
    fn a_bare_number_is_of_the_month_before(#[case] text: &str, #[case] wanted: &str) {
        let (tokens, _) = marked(text);
        let days = tokens.iter().filter_map(Token::date).filter_map(|phrase| phrase.moment()?.day);
        assert_eq!(written(days), wanted, "{text}");
    }
}
