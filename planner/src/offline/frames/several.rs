//! What is said of several tasks at once: the same on several days, and all the work of a plan.

use chrono::{Datelike, Months, NaiveDate};
use domain::workspace::Kind;

use super::{Carrying, frame::Frame};
use crate::offline::{
    dates::{DatePhrase, Moment, When, written},
    draft::{Step, Thing},
    make::Change,
    reader::Reading,
    rows::words,
    text::{Token, is_function_word, number_word},
};

impl Carrying<'_, '_> {
    /// "deadlines 1, 3 and 5 December": one for each, in their order.
    pub(super) fn each_its_day(&mut self, frame: &Frame, things: &[Thing]) -> Reading {
        if self.each_in_its_month(frame, things) {
            return Ok(true);
        }
        let dated = self.each_day(frame, things.len());
        let dated_things = things.iter().all(|thing| matches!(thing.kind, Kind::Task | Kind::Project));
        if things.len() < 2 || dated.len() != things.len() || !dated_things {
            return Ok(false);
        }
        for (thing, phrase) in things.iter().zip(dated) {
            if let Some((day, time)) = self.reader.due(&phrase)? {
                self.reader.change(thing, Change::Text("due_date", written(day, time)));
            }
        }
        Ok(true)
    }

    /// The days of a frame; "12 and 19 February respectively" are two of them, and no stretch of time.
    fn each_day(&self, frame: &Frame, count: usize) -> Vec<DatePhrase> {
        let dated = frame.dates();
        let behind = self.reader.whole.get(frame.to);
        let respectively = frame.says("respectively") || behind.is_some_and(|token| token.is_any("respectively"));
        let ends = |phrase: &DatePhrase| {
            let moment = phrase.moment()?;
            let day = |day| When::At(Moment { day: Some(day), until: None, ..moment });
            Some([moment.day?, moment.until?].map(|own| DatePhrase { when: day(own), ..phrase.clone() }))
        };
        match dated.as_slice() {
            [only] if respectively && count == 2 => ends(only).map_or_else(|| dated.clone(), Vec::from),
            _ => dated,
        }
    }

    /// "for April, May and June, | each by the last day of the month": of the month that each of them has already.
    fn last_of_its_month(&self, thing: &Thing) -> Option<NaiveDate> {
        let own = self.reader.due_of(thing).filter(|_| thing.step().is_some())?;
        let next = own.with_day(1)?.checked_add_months(Months::new(1))?;
        next.pred_opt()
    }

    fn each_in_its_month(&mut self, frame: &Frame, things: &[Thing]) -> bool {
        let said = frame.tokens.iter().flat_map(|token| words(&token.text)).collect::<Vec<_>>().join(" ");
        let last = ["last day of", "end of"].iter().any(|end| said.contains(end));
        let ends: Option<Vec<NaiveDate>> = things.iter().map(|thing| self.last_of_its_month(thing)).collect();
        let Some(ends) =
            ends.filter(|_| last && said.contains("month") && frame.says("each every") && things.len() > 1)
        else {
            return false;
        };
        for (thing, end) in things.iter().zip(ends) {
            self.reader.change(thing, Change::Text("due_date", written(end, None)));
        }
        true
    }

    /// "the first two are for Ines", "the last three": so many of what the wish before made.
    pub(super) fn counted_of_made(&self, tokens: &[Token]) -> Option<Vec<Thing>> {
        let nth = tokens.iter().position(|token| token.is_any("first last"))?;
        let count = usize::try_from(number_word(&tokens.get(nth + 1)?.low)?).ok()?;
        let idle = |token: &Token| is_function_word(&token.low) || token.is_any("tasks jobs ones to-dos steps");
        let rest = tokens[..nth].iter().chain(&tokens[nth + 2..]).all(idle);
        let made = &self.made;
        if !rest || count < 2 || count >= made.len() {
            return None;
        }
        let first = tokens[nth].is_any("first");
        Some(if first { made[..count].to_vec() } else { made[made.len() - count..].to_vec() })
    }

    /// "three tasks called 'Read the meters', one due on each of the next three Thursdays": the task before, on each of the days.
    pub(super) fn repeat_task(&mut self, frame: &Frame) -> Reading {
        let [task] = self.made.as_slice() else { return Ok(false) };
        let Some(step) = task.step().filter(|step| self.reader.draft.steps[*step].action == "task.create") else {
            return Ok(false);
        };
        if !frame.comes_again() || self.last_intent != "task.create" {
            return Ok(false);
        }
        let mut days = Vec::new();
        for phrase in frame.dates() {
            days.extend(self.reader.due(&phrase)?);
        }
        let model = self.reader.draft.steps[step].clone();
        for (index, (day, time)) in days.into_iter().enumerate() {
            let due = written(day, time).into();
            if index == 0 {
                self.reader.draft.steps[step].params.insert("due_date".into(), due);
                continue;
            }
            let mut again = model.clone();
            again.params.insert("due_date".into(), due);
            let label = task_label(&again);
            let made = self.reader.push(again, Kind::Task, &label);
            self.reader.talk.about(&made);
            self.made.push(made);
        }
        self.reader.talk.group.clone_from(&self.made);
        Ok(true)
    }

    /// "all three tasks are due Friday": the work of this plan, where it is as many as are said, and one of them is only
    /// something for somebody to do so far.
    pub(super) fn all_work(&mut self, tokens: &[Token]) -> Option<Vec<Thing>> {
        let all = tokens.iter().any(|token| token.is_any("all both these those")) || tokens.first()?.is_any("the");
        let both = tokens.iter().any(|token| token.is_any("both"));
        let said = tokens.iter().find_map(|token| number_word(&token.low).filter(|count| *count > 1));
        let said = usize::try_from(said.or_else(|| both.then_some(2))?).ok()?;
        let work = |step: &Step| matches!(step.action, "task.create" | "manual.step") && step.recipe.is_none();
        let steps: Vec<usize> =
            (0..self.reader.draft.steps.len()).filter(|step| work(&self.reader.draft.steps[*step])).collect();
        let manual = steps.iter().any(|step| self.reader.draft.steps[*step].action == "manual.step");
        if !all || !manual || steps.len() != said {
            return None;
        }
        let tasks = self.reader.work_as_tasks();
        // where all others belong, the one belongs that had no place to belong to
        let places: Vec<Thing> =
            steps.iter().filter_map(|step| self.reader.draft.steps[*step].pointed("project").cloned()).collect();
        if let [first, ..] = places.as_slice()
            && places.len() + 1 == steps.len()
            && places.iter().all(|place| place == first)
        {
            for task in &tasks {
                self.reader.change(task, Change::Points("project", first.clone()));
            }
        }
        (tasks.len() == said).then_some(tasks)
    }
}

fn task_label(step: &Step) -> String {
    step.params.get("title").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
