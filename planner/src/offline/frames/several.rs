//! What is said of several tasks at once: the same on several days, and all the work of a plan.

use domain::workspace::Kind;

use super::{Carrying, frame::Frame};
use crate::offline::{
    dates::written,
    draft::{Step, Thing},
    make::Change,
    reader::Reading,
    text::{Token, number_word},
};

impl Carrying<'_, '_> {
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
