//! What a wish to tell, note or meet leaves to its surroundings: the words told before, the thing that "it" is, and all the
//! days on which something happens.

use super::{
    ANYTHING, Carrying,
    frame::{Frame, Part},
};
use crate::offline::{
    dates::{DatePhrase, Span, Unit, When, shift},
    draft::Thing,
    intents::milestones::take_apart,
    make::Day,
    text::{Kind as TokenKind, Token, is_function_word, number_word},
};

impl Carrying<'_, '_> {
    /// "tell him so too", "note it on the project as well": what was told or noted just before.
    pub(super) fn told_before(&self, frame: &Frame) -> Option<Part> {
        let points = frame.all("ref").any(|part| part.tokens.iter().any(|token| token.is_any("it this that so same")));
        let again = points || frame.says("too also well likewise same so it that this");
        let before = self.frames[..self.at].iter().rev();
        let mut told = before.filter(|frame| matches!(frame.intent.as_str(), "message.send" | "note.add" | "given"));
        told.find_map(|frame| frame.first("body").or_else(|| frame.first("topic"))).filter(|_| again).cloned()
    }

    /// "ask her what she makes of it": whoever reads that knows nothing of what this plan made just before.
    pub(super) fn named_at_the_end(&self, mut text: Vec<Token>) -> Vec<Token> {
        let thing = self.reader.talk.it().filter(|thing| thing.step().is_some() && ANYTHING.contains(&thing.kind));
        let of_it = text.len() > 2
            && text.last().is_some_and(|token| token.is_any("it this that"))
            && text.get(text.len() - 2).is_some_and(|token| token.is_any("of about to with for on think like"));
        if let (Some(thing), true) = (thing, of_it) {
            text.pop();
            text.push(Token::new(format!("“{}”", thing.label), TokenKind::Word, false));
        }
        text
    }

    /// "and a reminder the day before each": one for each of the group.
    pub(super) fn remind_of_each(&mut self, frame: &Frame, said: &[Token]) -> Option<Vec<Thing>> {
        let group = self.reader.talk.group.clone();
        let each = frame.says("each both") && said.iter().all(|token| is_function_word(&token.low));
        let phrases = frame.dates();
        let Some(DatePhrase { when: When::Shifted { span, back, time, .. }, .. }) = phrases.first() else {
            return None;
        };
        if group.len() < 2 || !each || phrases.len() > 1 {
            return None;
        }
        for thing in &group {
            let due = self.reader.due_of(thing)?;
            let day = shift(due, *span, *back).max(self.reader.calendar.today);
            self.reader.make_reminder(thing, (day, *time), &thing.label);
        }
        Some(group)
    }
}

/// "on 10 and 17 December", "four check-ins, one every Monday": all the days on which something happens.
pub(super) fn days_of(frame: &Frame, first: Day) -> Vec<Day> {
    let own: Vec<DatePhrase> = frame.dates();
    let told = own.iter().filter_map(DatePhrase::moment).filter(|moment| moment.until.is_none());
    let mut days: Vec<chrono::NaiveDate> = told.filter_map(|moment| moment.day).collect();
    days.dedup();
    let plural = |token: &Token| token.low.ends_with('s') && token.low.len() > 4;
    let titles: Vec<&Token> = frame.all("title").flat_map(|part| &part.tokens).collect();
    let several = frame.says("both each every three four five") || titles.iter().any(|token| plural(token));
    let count = frame.words("count").into_iter().flatten().chain(titles).find_map(|token| number_word(&token.low));
    let mut words = frame.tokens.clone();
    let span = take_apart(&mut words).or_else(|| {
        let weekly = frame.tokens.windows(2).any(|pair| pair[0].is_any("every each") && pair[1].date().is_some());
        let says_so = |token: &Token| {
            let said = token.date().map(|_| token.low.as_str()).unwrap_or_default();
            said.starts_with("every ")
                || said.starts_with("each ")
                || said.split(' ').next().is_some_and(|first| first.ends_with("days"))
        };
        (weekly || frame.tokens.iter().any(says_so)).then_some(Span { count: 1, unit: Unit::Week })
    });
    match (count, span) {
        (Some(count @ 2..=12), Some(span)) => {
            let begins = days.iter().copied().max().unwrap_or(first.0);
            let all = (0..count).scan(begins, |day, _| {
                let own = *day;
                *day = shift(own, span, false);
                Some((own, first.1))
            });
            all.collect()
        }
        _ if days.len() > 1 && several && !frame.says("or not instead from until between earliest latest") => {
            days.into_iter().map(|day| (day, first.1)).collect()
        }
        _ => vec![first],
    }
}
