//! Dates in requests: found, read against the given day, and put in place of their words as one token each.
//!
//! Nothing here reads the clock. A date without a year is the next one that is not in the past; "next Friday" is the
//! Friday of the following week; "by" and "before" are kept as the [`Role`] of the date.

mod calendar;
mod day;
mod events;
mod in_month;
mod named;
mod period;
mod phrase;
mod series;
mod shifted;
mod span;
mod time;

use chrono::{NaiveDate, NaiveTime};

use super::text::Token;

pub use calendar::Calendar;
pub(crate) use calendar::{month_number, shift, weekday};
pub use events::mark_events;
pub use phrase::mark;
pub(crate) use series::every_so_often;

/// What the words before a date say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// "on Friday", or no word at all.
    On,
    /// "by Friday", "no later than Friday".
    By,
    /// "before Friday": the day before at the latest.
    Before,
    /// "until Friday".
    Until,
    /// "due Friday".
    Due,
    /// "from Friday on", "starting on Friday".
    From,
    /// "after Friday".
    After,
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// What a length of time is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Minutes.
    Minute,
    /// Days.
    Day,
    /// Monday to Friday.
    WorkingDay,
    /// A day of the week: the next or last one.
    Weekday(chrono::Weekday),
    /// Weeks.
    Week,
    /// Months of the calendar.
    Month,
    /// Years of the calendar.
    Year,
}

impl Span {
    /// The length in minutes, when it is shorter than a day.
    pub fn minutes(self) -> Option<u32> {
        (self.unit == Unit::Minute).then_some(self.count)
    }
}

/// A day, a range of days, a time of day, or several of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The (first) day.
    pub day: Option<NaiveDate>,
    /// The last day of a range.
    pub until: Option<NaiveDate>,
    /// The time of day.
    pub time: Option<NaiveTime>,
    /// From a time to a time: how long, in minutes.
    pub minutes: Option<u32>,
}

/// When something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// Told by the words alone.
    At(Moment),
    /// So long before or after something else: "two days before the meeting".
    Shifted {
        /// How far.
        span: Span,
        /// Whether it is before.
        back: bool,
        /// The time of day, if the words say one.
        time: Option<NaiveTime>,
        /// Before or after what.
        from: Anchor,
    },
    /// Days at equal distances: "each of the next three Fridays".
    Each {
        /// The first of them.
        first: NaiveDate,
        /// How far apart they are.
        step: Span,
        /// How many.
        count: u32,
        /// The time of day, if the words say one.
        time: Option<NaiveTime>,
    },
    /// A day that is not in the calendar.
    Impossible,
}

/// What a date is counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The date spoken of last.
    LastDate,
    /// The date that was counted last: "three weeks earlier, and another week before that".
    LastCounted,
    /// What is called so: "the meeting".
    Event(String),
}

/// A date as the request says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatePhrase {
    /// The date.
    pub when: When,
    /// How it was introduced.
    pub role: Role,
    /// What happens then, when the words around it say so: "before the inspection on 10 December".
    pub event: Option<String>,
}

impl DatePhrase {
    /// The moment, when the words alone tell it.
    pub fn moment(&self) -> Option<Moment> {
        match self.when {
            When::At(moment) => Some(moment),
            When::Each { first, time, .. } => Some(Moment { day: Some(first), time, ..Moment::default() }),
            When::Shifted { .. } | When::Impossible => None,
        }
    }

    /// A phrase for each of the days it means: itself, unless it means several.
    pub(crate) fn days(&self) -> Vec<Self> {
        let When::Each { first, step, count, time } = self.when else { return vec![self.clone()] };
        let mut day = first;
        let days = (0..count).map(|_| {
            let own = day;
            day = shift(day, step, false);
            Self { when: When::At(Moment { day: Some(own), time, ..Moment::default() }), ..self.clone() }
        });
        days.collect()
    }
}

/// A date, or a date and a time, as params have it.
pub fn written(day: NaiveDate, time: Option<NaiveTime>) -> String {
    match time {
        Some(time) => format!("{}T{}", day.format("%Y-%m-%d"), time.format("%H:%M:%S")),
        None => day.format("%Y-%m-%d").to_string(),
    }
}

/// A day as people read it: `Friday 27 November`.
pub fn in_words(day: NaiveDate) -> String {
    day.format("%A %-d %B").to_string()
}

/// A place in the tokens from which something is read.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    tokens: &'a [Token],
    calendar: &'a Calendar,
}

impl<'a> Cursor<'a> {
    /// The word or number at a place, lower case; empty for anything else.
    fn low(&self, at: usize) -> &'a str {
        use super::text::Kind;
        match self.tokens.get(at) {
            Some(token) if matches!(token.kind, Kind::Word | Kind::Number) => &token.low,
            _ => "",
        }
    }

    fn is(&self, at: usize, words: &str) -> bool {
        crate::offline::text::listed(self.low(at), words)
    }

    fn is_mark(&self, at: usize, mark: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_mark(mark))
    }

    /// Behind any of these words, or where it was.
    fn skip(&self, at: usize, words: &str) -> usize {
        if self.is(at, words) { at + 1 } else { at }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::tokens;

    fn read(text: &str) -> Option<(String, Role)> {
        let calendar = Calendar { today: "2026-11-23".parse().unwrap() };
        let marked = mark(&tokens(text), calendar);
        let phrase = marked.iter().find_map(Token::date)?.clone();
        let text = match phrase.when {
            When::At(moment) => {
                let day = moment.day.map_or("-".into(), |day| day.to_string());
                let until = moment.until.map_or(String::new(), |day| format!("..{day}"));
                let time = moment.time.map_or(String::new(), |time| format!(" {}", time.format("%H:%M")));
                let minutes = moment.minutes.map_or(String::new(), |minutes| format!(" {minutes}m"));
                format!("{day}{until}{time}{minutes}")
            }
            When::Shifted { span, back, from, .. } => {
                let sign = if back { "-" } else { "+" };
                let from = if let Anchor::Event(event) = from { event } else { "last".into() };
                format!("{from} {sign}{} {:?}", span.count, span.unit)
            }
            When::Each { first, step, count, time } => {
                let time = time.map_or(String::new(), |time| format!(" {}", time.format("%H:%M")));
                format!("{count} from {first}{time}, every {} {:?}", step.count, step.unit)
            }
            When::Impossible => "impossible".into(),
        };
        Some((text, phrase.role))
    }

    #[rstest]
    #[case("review it on Friday", "2026-11-27", Role::On)]
    #[case("review it next Friday", "2026-12-04", Role::On)]
    #[case("next Monday", "2026-11-30", Role::On)]
    #[case("this Thursday at 2pm", "2026-11-26 14:00", Role::On)]
    #[case("on 2 December at 10:00", "2026-12-02 10:00", Role::On)]
    #[case("at noon on 2 December", "2026-12-02 12:00", Role::On)]
    #[case("at half past nine tomorrow", "2026-11-24 09:30", Role::On)]
    #[case("3 dec 9am", "2026-12-03 09:00", Role::On)]
    #[case("due 26 February", "2027-02-26", Role::Due)]
    #[case("by the 3rd", "2026-12-03", Role::By)]
    #[case("in ten days", "2026-12-03", Role::On)]
    #[case("in two weeks' time", "2026-12-07", Role::On)]
    #[case("three weeks from now", "2026-12-14", Role::On)]
    #[case("at the end of January", "2027-01-31", Role::On)]
    #[case("by the end of the week", "2026-11-27", Role::By)]
    #[case("before the month is out", "2026-11-30", Role::Before)]
    #[case("before Christmas", "2026-12-25", Role::Before)]
    #[case("11 to 15 January", "2027-01-11..2027-01-15", Role::On)]
    #[case("from 28 December to 3 January", "2026-12-28..2027-01-03", Role::From)]
    #[case("January 11-15, 2027", "2027-01-11..2027-01-15", Role::On)]
    #[case("in the first week of February", "2027-02-01..2027-02-07", Role::On)]
    #[case("over the weekend of 12 December", "2026-12-12..2026-12-13", Role::On)]
    #[case("tomorrow morning", "2026-11-24 09:00", Role::On)]
    #[case("so the 3rd.", "2026-12-03", Role::On)]
    #[case("on Friday, four in the afternoon", "2026-11-27 16:00", Role::On)]
    #[case("tonight at 8", "2026-11-23 20:00", Role::On)]
    #[case("tomorrow evening at 7:30", "2026-11-24 19:30", Role::On)]
    #[case("at 9 on Friday morning", "2026-11-27 09:00", Role::On)]
    #[case("at 7 tomorrow night", "2026-11-24 19:00", Role::On)]
    #[case("on Wednesday from 10 to 11:30", "2026-11-25 10:00 90m", Role::On)]
    #[case("two days before the meeting", "the meeting -2 Day", Role::On)]
    #[case("remind me a week before to get a cake", "last -1 Week", Role::On)]
    #[case("a day earlier", "last -1 Day", Role::On)]
    #[case("the day before", "last -1 Day", Role::On)]
    #[case("a week after launch", "launch +1 Week", Role::On)]
    #[case("due on the day of the exam itself", "the exam -0 Day", Role::Due)]
    #[case("a reminder one week, three days and one day before", "last -1 Week", Role::On)]
    #[case("two weeks and again two days before the fair", "the fair -2 Week", Role::On)]
    #[case("due a week earlier than that", "last -1 Week", Role::Due)]
    #[case("one week after that date, please", "last +1 Week", Role::On)]
    #[case("done latest by 11 December", "2026-12-11", Role::By)]
    #[case("the day following the call", "the call +1 Day", Role::On)]
    #[case("the Thursday before the handover", "the handover -1 Weekday(Thu)", Role::On)]
    #[case("a task due the Tuesday before.", "last -1 Weekday(Tue)", Role::Due)]
    #[case("due the Monday after it", "last +1 Weekday(Mon)", Role::Due)]
    #[case("deadlines 1, 3 and 5 December", "2026-12-01", Role::On)]
    #[case("the Monday after that", "last +1 Weekday(Mon)", Role::On)]
    #[case("on the Friday before", "last -1 Weekday(Fri)", Role::On)]
    #[case("by the Friday before the fair", "the fair -1 Weekday(Fri)", Role::By)]
    #[case("on the Tuesday following the fair", "the fair +1 Weekday(Tue)", Role::On)]
    #[case("the Friday before 5 December", "2026-12-04", Role::On)]
    #[case("call her on Friday after lunch", "2026-11-27", Role::On)]
    #[case("on the day itself", "last +0 Day", Role::On)]
    #[case("on the due day itself", "due date -0 Day", Role::On)]
    #[case("on the due date", "due date -0 Day", Role::On)]
    #[case("call her a week today", "2026-11-30", Role::On)]
    #[case("a fortnight tomorrow", "2026-12-08", Role::On)]
    #[case("two weeks today", "2026-12-07", Role::On)]
    #[case("send it a week on Friday", "2026-12-04", Role::On)]
    #[case("Friday week", "2026-12-04", Role::On)]
    #[case("on Tuesday week", "2026-12-01", Role::On)]
    #[case("today week", "2026-11-30", Role::On)]
    #[case("by today fortnight", "2026-12-07", Role::By)]
    #[case("a couple of days before the inspection on 10 December", "2026-12-08", Role::On)]
    #[case("before the inspection on 10 December", "2026-12-10", Role::Before)]
    #[case("no later than 4 December", "2026-12-04", Role::By)]
    #[case("on 31 February", "impossible", Role::On)]
    #[case("2027-01-08", "2027-01-08", Role::On)]
    #[case("in January", "2027-01-01..2027-01-31", Role::On)]
    #[case("February through June", "2027-02-01..2027-06-30", Role::On)]
    #[case("from March to May", "2027-03-01..2027-05-31", Role::From)]
    #[case("sign it, by 12 and 19 February", "2027-02-12..2027-02-19", Role::By)]
    #[case("tomorrow evening at 7", "2026-11-24 19:00", Role::On)]
    #[case("tomorrow night at half past eight", "2026-11-24 20:30", Role::On)]
    #[case("tomorrow morning at seven", "2026-11-24 07:00", Role::On)]
    #[case("another three weeks before that", "last -3 Week", Role::On)]
    #[case("a further week earlier", "last -1 Week", Role::On)]
    #[case("before Hogmanay", "2026-12-31", Role::Before)]
    #[case("on the last day of that window", "last +0 Day", Role::On)]
    #[case("on the last working day of January", "2027-01-29", Role::On)]
    #[case("the first Thursday in December", "2026-12-03", Role::On)]
    #[case("on each of the next three Fridays", "3 from 2026-11-27, every 1 Week", Role::On)]
    #[case("due on each of the next four Mondays at 9am", "4 from 2026-11-30 09:00, every 1 Week", Role::Due)]
    #[case("on the next two Wednesdays", "2 from 2026-11-25, every 1 Week", Role::On)]
    #[case("every Tuesday in January", "4 from 2027-01-05, every 1 Week", Role::On)]
    #[case("each Friday until 11 December", "3 from 2026-11-27, every 1 Week", Role::On)]
    #[case("each of the next two working days", "2 from 2026-11-24, every 1 WorkingDay", Role::On)]
    #[case("three days before the two weeks are up", "last -3 Day", Role::On)]
    #[case("on the date itself", "last +0 Day", Role::On)]
    #[case("next week", "2026-11-30..2026-12-06", Role::On)]
    #[case("the second Tuesday of December", "2026-12-08", Role::On)]
    #[case("starting on 1 December", "2026-12-01", Role::From)]
    #[case("on the first business day of May", "2027-05-03", Role::On)]
    #[case("make the glass the 21st, and", "2026-12-21", Role::On)]
    #[case("and on the day, at 9:00", "last +0 Day", Role::On)]
    #[case("sweep the shed, by 4 May please", "2027-05-04", Role::By)]
    #[case("a week ahead the windows have to be cleaned", "last -1 Week", Role::On)]
    #[case("block half an hour on 9 December at 4 pm", "2026-12-09 16:00", Role::On)]
    fn dates_are_read_against_the_given_day(#[case] text: &str, #[case] wanted: &str, #[case] role: Role) {
        assert_eq!(read(text), Some((wanted.to_owned(), role)), "{text}");
    }

    #[rstest]
    #[case("the 3rd floor")]
    #[case("link the 1st and the 2nd")]
    #[case("the 12th floor")]
    #[case("you may start")]
    #[case("the Friday drinks")]
    #[case("version 2.0")]
    #[case("a look at the day of the week")]
    #[case("plan the office Christmas dinner")]
    #[case("the vendor is two weeks late")]
    #[case("good luck on the day")]
    #[case("a milestone every three days")]
    fn words_that_only_look_like_dates_stay_words(#[case] text: &str) {
        assert_eq!(read(text), None, "{text}");
    }

    #[test]
    fn lengths_of_time_are_counted() {
        let calendar = Calendar { today: "2026-11-23".parse().unwrap() };
        let spans = |text: &str| -> Vec<Span> {
            let marked = mark(&tokens(text), calendar);
            marked
                .into_iter()
                .filter_map(
                    |token| if let crate::offline::text::Kind::Span(span) = token.kind { Some(span) } else { None },
                )
                .collect()
        };
        let minutes = |count| vec![Span { count, unit: Unit::Minute }];
        assert_eq!(spans("a 30 minute check"), minutes(30));
        assert_eq!(spans("book an hour with Mei"), minutes(60));
        assert_eq!(spans("for an hour and a half"), minutes(90));
        assert_eq!(spans("a 45-minute call"), minutes(45));
        assert_eq!(spans("each two weeks apart"), vec![Span { count: 2, unit: Unit::Week }]);
    }
}
