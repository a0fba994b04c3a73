//! "Make it due Friday instead", "move the kick-off to 3 December", "push everything back a week".

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::Value;

use super::{
    Reading, Revision,
    matching::{means_all, said},
};
use crate::offline::{
    dates::{Anchor, Role, Span, When, in_words, shift, written},
    text::{Kind, Token, is_function_word},
};

/// The params that hold a date, in the order in which one is looked for.
const DATES: [&str; 2] = ["due_date", "at"];

/// Words around a date that name no step.
const AROUND: &str = "make set move change push put shift postpone bring reschedule delay it is be due date dates deadline \
    deadlines to by on for until the a this that plan project everything all instead should must now whole back forward \
    out later earlier up start starting with task tasks finish finished done end let them set schedule";

impl Revision<'_> {
    /// Moves dates by a length of time.
    pub(super) fn put_off(&mut self, tokens: &[Token]) -> bool {
        let Some((span, back)) = distance(tokens) else { return false };
        let meant = self.dated(tokens);
        let mut moved = 0;
        for at in meant {
            for param in DATES {
                let Some((day, time)) = self.date_of(at, param) else { continue };
                self.set(at, param, shift(day, span, back), time);
                moved += 1;
            }
            moved += self.milestones(at, |day| Some(shift(day, span, back)));
        }
        if moved == 0 {
            return false;
        }
        let way = if back { "earlier" } else { "later" };
        let dates = if moved == 1 { "1 date is".to_owned() } else { format!("{moved} dates are") };
        self.draft.did(format!("{dates} {way} now."));
        true
    }

    /// Sets a date.
    pub(super) fn set_date(&mut self, tokens: &[Token]) -> Reading {
        let Some(phrase) = tokens.iter().find_map(Token::date) else { return Ok(false) };
        let asks = tokens.first().is_some_and(|token| {
            token
                .is_any("make set move change push put shift postpone bring reschedule delay schedule do finish it the")
                || token.date().is_some()
        }) || tokens.iter().any(|token| token.is_any("due deadline"));
        let Some(moment) = phrase.moment().filter(|_| asks) else { return Ok(false) };
        let Some(day) = moment.until.filter(|_| phrase.role != Role::From).or(moment.day) else { return Ok(false) };
        let named = tokens.iter().any(names_something);
        let meant = self.dated(tokens);
        let meant: Vec<usize> =
            if named || means_all(tokens) { meant } else { self.main(&meant).into_iter().collect() };
        if named && meant.len() > 1 && !tokens.iter().any(|token| token.is_any("all both every")) {
            let one =
                self.one_of(meant, &said(&tokens.iter().filter(|t| names_something(t)).cloned().collect::<Vec<_>>()))?;
            return Ok(one.is_some_and(|at| self.set_at(at, day, moment.time)));
        }
        let mut set = false;
        for at in meant {
            set |= self.set_at(at, day, moment.time);
        }
        Ok(set)
    }

    /// Sets the date of a step; whatever lay on the day it had goes along.
    fn set_at(&mut self, at: usize, day: NaiveDate, time: Option<NaiveTime>) -> bool {
        let step = &self.draft.steps[at];
        let has = DATES.into_iter().find(|param| step.params.contains_key(*param));
        let takes = || DATES.into_iter().find(|param| self.draft.takes(&step.action_type, param));
        let Some(param) = has.or_else(takes) else { return false };
        let before = self.date_of(at, param);
        let time = time.or_else(|| before.and_then(|(_, time)| time));
        self.set(at, param, day, time);
        self.draft.did(format!("“{}” is on {} now.", self.draft.steps[at].title, in_words(day)));
        if let Some((old, _)) = before.filter(|(old, _)| *old != day) {
            for other in (0..self.draft.steps.len()).filter(|other| *other != at) {
                for param in DATES {
                    let Some((other_day, time)) = self.date_of(other, param) else { continue };
                    if other_day == old && self.belongs_to(other, at) {
                        self.set(other, param, day, time);
                    }
                }
            }
        }
        true
    }

    /// Whether a step speaks of what another makes.
    fn belongs_to(&self, step: usize, other: usize) -> bool {
        let id = self.draft.id_of(other);
        let params = Value::Object(self.draft.steps[step].params.clone()).to_string();
        params.contains(&format!("{{{{steps.{id}.result"))
    }

    /// The steps with a date that words mean: those they name, else all.
    fn dated(&self, tokens: &[Token]) -> Vec<usize> {
        let object: Vec<Token> = tokens.iter().filter(|token| names_something(token)).cloned().collect();
        let with_date = |at: &usize| {
            let step = &self.draft.steps[*at];
            DATES.iter().any(|param| self.draft.takes(&step.action_type, param))
                || step.params.contains_key("milestones")
        };
        if object.is_empty() {
            let has = |at: &usize| DATES.iter().any(|param| self.date_of(*at, param).is_some());
            let has_or_lists = |at: &usize| has(at) || self.draft.steps[*at].params.contains_key("milestones");
            return (0..self.draft.steps.len()).filter(has_or_lists).collect();
        }
        self.steps_meant(&object).into_iter().filter(with_date).collect()
    }

    /// What "it" is: the project that is made, else the first task, else the first step with a date.
    fn main(&self, dated: &[usize]) -> Option<usize> {
        let of = |action: &str| self.draft.steps.iter().position(|step| step.action_type == action);
        of("project.create")
            .or_else(|| of("project.update"))
            .or_else(|| of("task.create"))
            .or_else(|| of("task.update"))
            .or_else(|| dated.first().copied())
    }

    fn date_of(&self, at: usize, param: &str) -> Option<(NaiveDate, Option<NaiveTime>)> {
        read(self.draft.steps[at].params.get(param)?.as_str()?)
    }

    fn set(&mut self, at: usize, param: &str, day: NaiveDate, time: Option<NaiveTime>) {
        self.draft.steps[at].params.insert(param.to_owned(), Value::String(written(day, time)));
    }

    /// Gives a step's milestones other days; how many got one.
    fn milestones(&mut self, at: usize, day_for: impl Fn(NaiveDate) -> Option<NaiveDate>) -> usize {
        let Some(Value::Array(milestones)) = self.draft.steps[at].params.get_mut("milestones") else { return 0 };
        let mut moved = 0;
        for milestone in milestones {
            let Some(date) = milestone.get_mut("due_date") else { continue };
            let Some((day, time)) = date.as_str().and_then(read) else { continue };
            if let Some(other) = day_for(day) {
                *date = Value::String(written(other, time));
                moved += 1;
            }
        }
        moved
    }
}

fn names_something(token: &Token) -> bool {
    matches!(token.kind, Kind::Word | Kind::Number | Kind::Quoted)
        && !token.is_any(AROUND)
        && !is_function_word(&token.low)
}

/// "A week later", "back two days", "forward by a month".
fn distance(tokens: &[Token]) -> Option<(Span, bool)> {
    let shifted = tokens.iter().find_map(|token| match &token.date()?.when {
        When::Shifted { span, back, from: Anchor::LastDate, .. } => Some((*span, *back)),
        When::Shifted { .. } | When::At(_) | When::Each { .. } | When::Impossible => None,
    });
    if shifted.is_some() {
        return shifted;
    }
    let span = tokens.iter().find_map(|token| if let Kind::Span(span) = token.kind { Some(span) } else { None })?;
    let says = |words: &str| tokens.iter().any(|token| token.is_any(words));
    let earlier = says("earlier sooner forward forwards");
    let later = says("later back postpone delay push off out");
    (earlier || later).then_some((span, earlier))
}

/// A date, or a date and a time, as params have it.
fn read(text: &str) -> Option<(NaiveDate, Option<NaiveTime>)> {
    if let Ok(day) = text.parse() {
        return Some((day, None));
    }
    let formats = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"];
    let moment = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    Some((moment.date(), Some(moment.time())))
}
