//! What a wish to tell, note or meet leaves to its surroundings: the words told before, the thing that "it" is, and all the
//! days on which something happens.

use chrono::{NaiveDateTime, TimeDelta};

use super::{
    ANYTHING, AROUND, Carrying,
    frame::{Frame, Part},
};
use crate::offline::{
    dates::{DatePhrase, Span, Unit, When, shift},
    draft::Thing,
    intents::milestones::take_apart,
    make::Day,
    text::{Kind as TokenKind, Token, is_function_word, join, number_word},
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

    /// "message her the number": what was told or noted before with a figure in it.
    pub(super) fn figure_told(&self) -> Option<Part> {
        let told = |frame: &&Frame| matches!(frame.intent.as_str(), "message.send" | "note.add" | "given");
        let figure = |part: &&Part| part.tokens.iter().any(|token| token.low.chars().any(|c| c.is_ascii_digit()));
        self.frames[..self.at].iter().rev().filter(told).find_map(|frame| frame.all("body").find(figure)).cloned()
    }

    /// "ask her what she makes of it": whoever reads that knows nothing of what this plan made just before.
    pub(super) fn named_at_the_end(&self, mut text: Vec<Token>) -> Vec<Token> {
        let thing = self.reader.talk.it().filter(|thing| thing.step().is_some() && ANYTHING.contains(&thing.kind));
        let of_it = text.len() > 2
            && text.last().is_some_and(|token| token.is_any("it this that"))
            && text.get(text.len() - 2).is_some_and(|token| token.is_any("of about to with for on think like"));
        // "he's on it": he does it
        let works = text.len() > 2 && text[text.len() - 2].is_any("on") && {
            let before = &text[text.len() - 3];
            before.is_any("is are am was already")
                || before.low.ends_with("'s")
                || before.low.ends_with("'m")
                || before.low.ends_with("'re")
        };
        if let (Some(thing), true) = (thing, of_it && !works) {
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
            let at = self.minutes_from(thing, *span, *back).unwrap_or((day, *time));
            self.reader.make_reminder(thing, at, &thing.label);
        }
        Some(group)
    }
}

impl Carrying<'_, '_> {
    /// The meeting that this plan schedules last: what it is called, when it ends.
    fn last_event(&self) -> Option<(String, Day)> {
        let step = self.reader.draft.steps.iter().rev().find(|step| step.action == "calendar.schedule")?;
        let title = step.params.get("title")?.as_str()?.to_owned();
        let at: NaiveDateTime = step.params.get("at")?.as_str()?.parse().ok()?;
        let minutes = step.params.get("duration_minutes").and_then(serde_json::Value::as_i64).unwrap_or(60);
        let end = at.checked_add_signed(TimeDelta::minutes(minutes))?;
        Some((title, (end.date(), Some(end.time()))))
    }

    /// "ten minutes before each": counted from the time at which it begins.
    fn minutes_from(&self, thing: &Thing, span: Span, back: bool) -> Option<Day> {
        let step = thing.step().map(|step| &self.reader.draft.steps[step])?;
        let at: NaiveDateTime = step.params.get("at")?.as_str()?.parse().ok()?;
        let by = TimeDelta::minutes(i64::from(span.minutes()?));
        let at = if back { at.checked_sub_signed(by) } else { at.checked_add_signed(by) }?;
        Some((at.date(), Some(at.time())))
    }

    /// "the interview with Ines and the one with Odd": what the one before is called.
    pub(super) fn called_like_the_last(&self, frame: &Frame) -> Option<String> {
        let again = frame.tokens.iter().take(4).any(|token| token.is_any("one another same"));
        let titled = ["title", "topic", "name"].iter().any(|role| frame.has(role));
        let (title, _) = self.last_event().filter(|_| again && !titled && self.last_intent == "calendar.schedule")?;
        Some(title.split(" with ").next().unwrap_or(&title).to_owned())
    }

    /// "interviews: Ines at nine, Odd straight after her": one more of those that were named together.
    pub(super) fn one_more_of_them(&self, frame: &Frame) -> Option<String> {
        let before = self.meetings_before(frame)?;
        let title = before.first("title")?;
        let several = title.tokens.last()?.low.ends_with('s') || before.says("each");
        let (title, _) = self.last_event().filter(|_| several)?;
        Some(title.split(" with ").next().unwrap_or(&title).to_owned())
    }

    /// "40 minutes each": what lasts so long where several are named together.
    pub(super) fn as_long_as_each(&self, frame: &Frame) -> Option<u32> {
        let before = self.meetings_before(frame).filter(|before| before.says("each apiece"))?;
        before.span().and_then(Span::minutes)
    }

    /// The meeting that stands at the head of a list, when the frame at hand is a further one that is not called anything.
    fn meetings_before(&self, frame: &Frame) -> Option<&Frame> {
        let untitled = |frame: &Frame| !["title", "topic", "name"].iter().any(|role| frame.has(role));
        let mut before = self.frames[..self.at].iter().rev().filter(|frame| !AROUND.contains(&frame.intent.as_str()));
        let head = before.find(|before| before.intent != "calendar.schedule" || !untitled(before))?;
        (untitled(frame) && head.intent == "calendar.schedule" && self.last_intent == "calendar.schedule")
            .then_some(head)
    }

    /// "with Odd on Wednesday at the same time": at the time of the meeting before.
    pub(super) fn at_the_same_time(&self, frame: &Frame, (day, time): Day) -> Day {
        let says =
            |tokens: &[Token]| tokens.windows(2).any(|pair| pair[0].is_any("same") && pair[1].is_any("time hour"));
        let next = self.frames.get(self.at + 1).filter(|next| next.intent == "parallel");
        let said = says(&frame.tokens) || next.is_some_and(|next| says(&next.tokens));
        let step = self.reader.draft.steps.iter().rev().find(|step| step.action == "calendar.schedule");
        let at = step.and_then(|step| step.params.get("at")?.as_str()?.parse::<NaiveDateTime>().ok());
        (day, time.or(at.filter(|_| said).map(|at| at.time())))
    }

    /// "Half past ten would suit me. An hour ought to do. Would you put that in the calendar?": how long, told ahead.
    pub(super) fn length_told(&self, frame: &Frame) -> Option<u32> {
        let wishes = self.frames[..self.at].iter().filter(|frame| !super::AROUND.contains(&frame.intent.as_str()));
        let before = wishes.map(|frame| frame.to).max().unwrap_or_default();
        let told = self.reader.whole.get(before..frame.from)?;
        let ends = |token: &Token| token.is_mark(".") || token.is_mark("!") || token.is_mark("?");
        told.split(ends).rev().find_map(|sentence| {
            let at = sentence.iter().position(|token| matches!(token.kind, TokenKind::Span(_)))?;
            let TokenKind::Span(span) = sentence[at].kind else { return None };
            let enough = sentence.get(at + 1).is_some_and(|token| token.is_any("ought should will would is"))
                && sentence[at + 1..].iter().take(4).any(|token| token.is_any("do enough plenty suffice"));
            let timed =
                sentence.iter().filter_map(Token::date).any(|date| date.moment().is_some_and(|at| at.time.is_some()));
            span.minutes().filter(|_| enough || timed)
        })
    }

    /// "straight after it": when the meeting before ends.
    pub(super) fn straight_after(&self, frame: &Frame) -> Option<Day> {
        let says = frame.tokens.windows(2).any(|pair| {
            pair[0].is_any("straight right directly immediately straightaway")
                && pair[1].is_any("after afterwards behind following")
        });
        // "lessons: first Ines at three, then Odd"
        let follows = self.meetings_before(frame).is_some()
            && (frame.tokens.first().is_some_and(|token| token.is_any("then next afterwards followed"))
                || self.frames[..self.at]
                    .last()
                    .is_some_and(|before| before.intent == "then" && before.tokens.len() < 3));
        self.last_event().filter(|_| (says || follows) && frame.dates().is_empty()).map(|(_, end)| end)
    }
}

/// How many meetings there are, by the words for them.
pub(super) fn count_of(frame: &Frame) -> Option<u32> {
    let titles = frame.all("title").flat_map(|part| &part.tokens);
    let said = frame.words("count").into_iter().flatten().chain(titles).find_map(|token| number_word(&token.low));
    // "schedule three one-hour coaching sessions"
    let first = frame.first("title");
    let plural = first.and_then(|part| part.tokens.last()).is_some_and(|token| token.low.ends_with('s'));
    let before = first.and_then(|part| part.at.checked_sub(frame.from)).and_then(|at| frame.tokens.get(..at));
    let counted =
        |token: &Token| number_word(&token.low).filter(|_| !token.is_any("a an one") && token.date().is_none());
    said.or_else(|| before.filter(|_| plural)?.iter().take(4).find_map(counted))
}

/// "on 10 and 17 December", "four check-ins, one every Monday": all the days on which something happens.
pub(super) fn days_of(frame: &Frame, first: Day) -> Vec<Day> {
    let own: Vec<DatePhrase> = frame.dates();
    let told = own.iter().filter_map(DatePhrase::moment).filter(|moment| moment.until.is_none());
    let mut days: Vec<chrono::NaiveDate> = told.filter_map(|moment| moment.day).collect();
    days.dedup();
    let plural = |token: &Token| token.low.ends_with('s') && token.low.len() > 4;
    let titles: Vec<&Token> = frame.all("title").flat_map(|part| &part.tokens).collect();
    let several = frame.comes_again()
        || frame.says("both each every three four five")
        || titles.iter().any(|token| plural(token));
    let count = count_of(frame);
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
        (Some(count @ 2..=12), Some(span)) if !frame.comes_again() => {
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

/// "message her the number": what stands for a figure told before.
pub(super) fn names_a_figure(tokens: &[Token]) -> bool {
    let rest: Vec<&Token> = tokens.iter().filter(|token| !is_function_word(&token.low)).collect();
    matches!(rest.as_slice(), [only] if only.is_any("number figure figures numbers total amount count sum result score price"))
        && join(tokens).split(' ').count() <= 2
}
