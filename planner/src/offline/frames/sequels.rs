//! What the words around titles say of their order: "first drain it, then swap the valve, and paint after that".

use chrono::{NaiveDate, TimeDelta};
use domain::workspace::Kind;

use super::{
    Carrying,
    adding::alike,
    frame::{Frame, Part},
    heads::does_part,
};
use crate::offline::{
    draft::Thing,
    rows::words,
    text::{Kind as TokenKind, Token, from_gerund, is_function_word, join, listed, number_word},
};

/// Work that looks at other work.
const CHECKS: &str = "approve check sign review proofread test inspect confirm read correct edit look ok okay vet";

/// Work that others can look at when it is done.
const PRODUCES: &str = "write draft prepare design draw compile translate sketch rewrite formulate compose";

/// Whether work is to look at what was made before: "sign it off", "check them".
pub(super) fn looks_at_it(work: &[Token]) -> bool {
    let object = work.iter().skip(1).any(|token| token.is_any("it them that this these those"));
    object && checks(work)
}

/// Whether somebody is to look at what others made.
pub(super) fn checks(work: &[Token]) -> bool {
    work.first().is_some_and(|token| listed(&token.lemma, CHECKS))
}

/// Whether something comes of the work that somebody can look at.
pub(super) fn produces(work: &[Token]) -> bool {
    work.first().is_some_and(|token| listed(&token.lemma, PRODUCES))
}

/// "after hiring it", taken for work of its own.
pub(super) fn names_what_came_before(title: &[Token]) -> bool {
    let points = title.last().is_some_and(|token| token.is_any("it that this them"));
    let gerund = title.get(1).is_some_and(|token| from_gerund(&token.low).is_some());
    title.first().is_some_and(|token| token.is_any("after following")) && title.len() <= 4 && (points || gerund)
}

/// Whether the words before a title say that it follows the one before: "then", "and finally", "phase three:".
pub(super) fn follows(between: &[Token]) -> bool {
    let order = |token: &Token| token.is_any("then finally lastly afterwards thereafter subsequently");
    let stage = between.windows(3).any(|three| {
        let nth = number_word(&three[1].low).is_some_and(|nth| nth > 1);
        three[0].is_any("phase stage step round part") && nth && three[2].is_mark(":")
    });
    (stage || between.iter().any(order)) && !between.iter().any(|token| token.is_any("or if but"))
}

/// "plaster after that", "paint after the plastering": what the words behind a title say that it waits for. Without any
/// words of content it is the work just before.
fn waits_behind<'a>(frame: &'a Frame, part: &Part, next: Option<&Part>) -> Option<&'a [Token]> {
    let from = (part.at + part.tokens.len()).checked_sub(frame.from)?;
    let to = next.map_or(frame.to, |next| next.at).checked_sub(frame.from)?;
    let behind = frame.tokens.get(from..to)?;
    let ends = |token: &Token| token.kind == TokenKind::Break || matches!(token.text.as_str(), "." | "," | ";" | ")");
    let lead = behind.iter().take_while(|token| token.is_mark("(") || token.is_any("only")).count();
    let said = &behind[lead..];
    let said = &said[..said.iter().position(ends).unwrap_or(said.len())];
    match said {
        [only] if only.is_any("afterwards thereafter") => Some(&[]),
        [after, rest @ ..] if after.is_any("after following") && !rest.is_empty() => {
            let points = rest.iter().all(|token| token.is_any("that this it and is done"));
            Some(if points { &[] } else { rest })
        }
        _ => None,
    }
}

/// A title while its task is put in order.
pub(super) struct Entry<'f> {
    pub(super) frame: &'f Frame,
    pub(super) part: &'f Part,
    pub(super) next: Option<&'f Part>,
    /// "then", "and finally" stand before it.
    pub(super) leads: bool,
}

impl Carrying<'_, '_> {
    /// Lets a task that was just made wait for what the words around its title name.
    pub(super) fn put_behind(&mut self, task: &Thing, before: Option<&Thing>, entry: &Entry<'_>) {
        let Entry { frame, part, next, leads } = entry;
        if let Some(named) = waits_behind(frame, part, *next) {
            self.wait_for_named(task, named, before);
        } else if *leads || looks_at_it(&part.tokens) && does_part(frame, part) {
            self.wait_for_named(task, &[], before);
        }
    }

    /// "a meeting next Monday; afterwards Ines writes it up by Tuesday": the first such weekday behind what it comes after.
    pub(super) fn behind_the_meeting(&self, frame: &Frame, day: NaiveDate) -> NaiveDate {
        const DAYS: &str = "monday tuesday wednesday thursday friday saturday sunday";
        let then = self.at.checked_sub(1).is_some_and(|before| self.frames[before].intent == "then");
        let plain = |token: &Token| {
            let said = words(&token.text);
            let weekday = said.last().is_some_and(|last| listed(last, DAYS));
            weekday && said.iter().rev().skip(1).all(|word| listed(word, "by on due until till before"))
        };
        let mut dated = frame.tokens.iter().filter(|token| token.date().is_some());
        let weekday = dated.next().is_some_and(plain) && dated.next().is_none();
        let meeting = self.made.last().filter(|thing| thing.kind == Kind::CalendarEntry).and_then(Thing::step);
        let at =
            meeting.and_then(|step| self.reader.draft.steps[step].params.get("at")?.as_str()?.get(..10)?.parse().ok());
        let Some(met) = at.filter(|_: &NaiveDate| then && weekday) else { return day };
        let weeks = (met - day).num_days().clamp(0, 365).div_euclid(7) + i64::from((met - day).num_days() % 7 > 0);
        if day < met { day + TimeDelta::weeks(weeks) } else { day }
    }

    /// "the order, my task, can't go out before that": the wish before waits for what was there before it. Says whether it
    /// was that.
    pub(super) fn may_not_go_ahead(&mut self, frame: &Frame) -> bool {
        const NOT: &str = "not can't cannot cant mustn't won't shouldn't never nor neither";
        // "before that" may have been taken for a day
        let said = join(&frame.tokens).to_lowercase();
        let said = said.trim_end_matches(|c: char| !c.is_alphanumeric());
        let ends = ["before that", "before it", "before this", "before then"].iter().any(|words| said.ends_with(words));
        let wish = self.frames[..self.at].last().filter(|wish| wish.to == frame.from);
        let refused = frame.says(NOT) || wish.is_some_and(|wish| wish.says(NOT));
        let own: Vec<usize> = (self.begun..self.reader.draft.steps.len()).collect();
        if !(ends && refused) || own.is_empty() || self.begun == 0 {
            return false;
        }
        let before = self.before_last();
        self.reader.wait_for_steps(&own, &before);
        true
    }

    /// Lets a task that was just made wait for what the words behind its title name, or for the one before.
    fn wait_for_named(&mut self, task: &Thing, named: &[Token], before: Option<&Thing>) {
        let meant = match self.made_like(named).filter(|_| !named.is_empty()) {
            None if named.is_empty() => before.cloned(),
            // "fill it after the lining", of "line the pond": not the task itself
            None => before.filter(|before| says_like(before, named)).cloned(),
            meant => meant,
        };
        if let (Some(own), Some(before)) = (task.step(), meant.as_ref().and_then(Thing::step)) {
            self.reader.draft.order(own, before);
        }
    }
}

/// Whether words speak of what a thing is called, in some form of it.
fn says_like(thing: &Thing, tokens: &[Token]) -> bool {
    let own = words(&thing.label);
    let said = tokens.iter().filter(|token| !is_function_word(&token.low)).flat_map(|token| words(&token.text));
    let said: Vec<String> = said.collect();
    !said.is_empty() && said.iter().all(|word| own.iter().any(|own| alike(own, word)))
}
