//! What a later word corrects of the milestones that a plan sets: how many there are, and the day of one of them.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    Carrying,
    frame::{Frame, Part},
    spacing::MOST,
};
use crate::offline::{
    dates::written,
    draft::Step,
    reader::Reading,
    rows::{same_word, words},
    text::{is_function_word, number_word},
};

impl Carrying<'_, '_> {
    /// "Four of them. No, make that three": as many milestones as were said last; says whether it was that.
    pub(super) fn recount_milestones(&mut self, frame: &Frame) -> bool {
        let said = frame.words("count").unwrap_or(&frame.tokens).iter().filter(|token| token.date().is_none());
        let count = said.into_iter().find_map(|token| number_word(&token.low).filter(|count| *count > 1));
        let only = frame.parts.iter().all(|part| matches!(part.role.as_str(), "count" | "ref" | "when"));
        let Some(count) = count.and_then(|count| usize::try_from(count).ok()).filter(|count| only && *count <= MOST)
        else {
            return false;
        };
        if self.last_intent != "project.milestones" || !frame.dates().is_empty() {
            return false;
        }
        let step = self.reader.draft.steps.iter().rposition(|step| step.action == "project.set_milestones");
        let list = step.and_then(|step| self.reader.draft.steps[step].params.get_mut("milestones")?.as_array_mut());
        let Some(list) = list else { return false };
        let title = |entry: &Value| entry.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
        let numbered = list.iter().enumerate().all(|(at, entry)| title(entry) == format!("Milestone {}", at + 1));
        if !numbered {
            return false;
        }
        let due = |entry: &Value| entry.get("due_date").and_then(Value::as_str)?.parse::<NaiveDate>().ok();
        let gap = list.iter().rev().take(2).map(due).collect::<Option<Vec<_>>>();
        let gap = gap.filter(|pair| pair.len() == 2).map(|pair| pair[0] - pair[1]);
        while list.len() < count {
            let next = list.last().and_then(due).zip(gap).and_then(|(day, gap)| day.checked_add_signed(gap));
            let title = format!("Milestone {}", list.len() + 1);
            list.push(next.map_or_else(
                || json!({"title": title}),
                |day| json!({"title": title, "due_date": written(day, None)}),
            ));
        }
        list.truncate(count);
        true
    }

    /// "no wait, make the engine the 21st": another day for a milestone that this plan sets. Says whether it was that.
    pub(super) fn correct_milestone(&mut self, frame: &Frame) -> Reading {
        let named =
            |part: &&Part| matches!(part.role.as_str(), "milestone" | "ref" | "name" | "title" | "task" | "newname");
        let Some(part) = frame.parts.iter().find(named) else { return Ok(false) };
        let said: Vec<String> = part
            .tokens
            .iter()
            .filter(|token| !is_function_word(&token.low))
            .flat_map(|token| words(&token.text))
            .collect();
        let is_set = |step: &Step| step.action == "project.set_milestones";
        let Some(step) = self.reader.draft.steps.iter().rposition(is_set).filter(|_| !said.is_empty()) else {
            return Ok(false);
        };
        let titles: Vec<String> = match self.reader.draft.steps[step].params.get("milestones") {
            Some(Value::Array(list)) => {
                list.iter().map(|own| own["title"].as_str().unwrap_or_default().to_owned()).collect()
            }
            _ => Vec::new(),
        };
        let fits = |title: &&String| said.iter().all(|word| words(title).iter().any(|own| same_word(own, word)));
        let Some(at) = titles.iter().position(|title| fits(&title)) else { return Ok(false) };
        let phrases = frame.dates();
        let Some(phrase) =
            phrases.iter().rev().find(|phrase| phrase.moment().is_none_or(|moment| moment.day.is_some()))
        else {
            return Ok(false);
        };
        let Some((day, _)) = self.reader.due(phrase)? else { return Ok(false) };
        if let Some(Value::Array(list)) = self.reader.draft.steps[step].params.get_mut("milestones") {
            list[at]["due_date"] = json!(written(day, None));
        }
        self.reader.talk.now_on(&titles[at], day);
        Ok(true)
    }
}
