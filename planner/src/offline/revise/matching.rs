//! Which steps of the draft some words mean.

use domain::plan::{AnswerKind, Question, StepInput};
use serde_json::Value;

use super::{Asked, Revision};
use crate::offline::{
    rows::{same_word, words},
    text::{Kind, Token, fold, is_function_word, join, number_word},
};

/// Words that say "a step" and not which.
const GENERIC: &str =
    "step steps one ones thing things part parts bit bits item items whole out them it this that these those";

/// Words that mean all of them.
const ALL: &str = "everything all every each everyone whole both";

impl Revision<'_> {
    /// The steps that words mean, by place; several when the words fit several. None: the words name no step.
    pub(super) fn steps_meant(&self, tokens: &[Token]) -> Vec<usize> {
        if let Some(at) = self.numbered(tokens) {
            return vec![at];
        }
        let wanted: Vec<String> = tokens
            .iter()
            .filter(|token| matches!(token.kind, Kind::Word | Kind::Number | Kind::Quoted))
            .flat_map(|token| words(&token.text))
            .filter(|word| !is_function_word(word) && !listed(word, GENERIC) && !listed(word, ALL))
            .collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let hits = |step: &StepInput| {
            let own = words(&text_of(step));
            let kind = kind_words(&step.action_type);
            let fits = |word: &&String| own.iter().chain(&kind).any(|known| same_word(known, word));
            wanted.iter().filter(fits).count()
        };
        let most = self.draft.steps.iter().map(hits).max().unwrap_or_default();
        // all words when any step has all, else more than half of them
        if most == 0 || most * 2 <= wanted.len() {
            return Vec::new();
        }
        (0..self.draft.steps.len()).filter(|at| hits(&self.draft.steps[*at]) == most).collect()
    }

    /// The one step that words mean, or a question.
    pub(super) fn one_of(&mut self, found: Vec<usize>, said: &str) -> Result<Option<usize>, Asked> {
        let [_, _, ..] = found[..] else { return Ok(found.first().copied()) };
        let id = format!("which-step-{}", words(said).join("-"));
        let choices: Vec<String> = found.iter().map(|at| self.draft.steps[*at].title.clone()).collect();
        if let Some(answer) = self.answer(&id).map(fold) {
            let chosen = found.iter().zip(&choices).find(|(_, choice)| fold(choice) == answer);
            if let Some((at, _)) = chosen {
                return Ok(Some(*at));
            }
        }
        let text = format!("Several steps could be meant by “{said}”. Which one?");
        Err(self.ask(Question { id, text, kind: AnswerKind::Choice, choices }))
    }

    /// "step 3", "the third step", "the last one".
    fn numbered(&self, tokens: &[Token]) -> Option<usize> {
        let count = self.draft.seen_count();
        let step = tokens.iter().position(|token| token.is_any("step steps"));
        let number = step.and_then(|at| tokens.get(at + 1)).and_then(|token| {
            token.low.trim_start_matches('#').parse().ok().or_else(|| number_word(&token.low).map(|n| n as usize))
        });
        if let Some(number) = number {
            return number.checked_sub(1).and_then(|place| self.draft.seen_at(place));
        }
        let generic = tokens
            .iter()
            .all(|token| token.is_any(GENERIC) || is_function_word(&token.low) || ordinal(&token.low).is_some());
        let nth = tokens.iter().find_map(|token| ordinal(&token.low)).filter(|_| generic)?;
        let place = if nth < 0 { count.checked_sub(1)? } else { usize::try_from(nth).ok()? };
        self.draft.seen_at(place)
    }
}

/// Whether the words mean all steps.
pub(super) fn means_all(tokens: &[Token]) -> bool {
    let named = |token: &Token| {
        matches!(token.kind, Kind::Word | Kind::Quoted)
            && !is_function_word(&token.low)
            && !listed(&token.low, GENERIC)
            && !listed(&token.low, ALL)
            && !token.is_any("task tasks to-do to-dos date dates deadline deadlines plan project")
    };
    tokens.iter().any(|token| token.is_any(ALL)) && !tokens.iter().any(named)
}

/// Everything that a step says in words.
pub(super) fn text_of(step: &StepInput) -> String {
    let mut text = step.title.clone();
    gather(&Value::Object(step.params.clone()), &mut text);
    text
}

fn gather(value: &Value, text: &mut String) {
    match value {
        Value::String(part) if !part.contains("{{") => {
            text.push(' ');
            text.push_str(part);
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, text)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, text)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What people call a step of this action.
fn kind_words(action: &str) -> Vec<String> {
    let said = match action {
        "message.send" => "message mail email note text",
        "calendar.schedule" => "meeting event appointment calendar entry call",
        "reminder.set" => "reminder reminders",
        "project.set_milestones" => "milestone milestones",
        "task.create" | "task.update" | "task.complete" => "task to-do todo",
        "link.create" => "link links linking",
        "note.add" => "note notes",
        "person.create" | "person.update" => "contact person",
        "idea.archive" | "project.archive" => "archive archiving",
        "http.request" => "request call http",
        "wait.until" => "wait waiting pause",
        "project.create" | "project.update" => "project",
        "idea.create" | "idea.update" => "idea",
        _ => "",
    };
    said.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn ordinal(low: &str) -> Option<i32> {
    match low {
        "first" | "1st" => Some(0),
        "second" | "2nd" => Some(1),
        "third" | "3rd" => Some(2),
        "fourth" | "4th" => Some(3),
        "fifth" | "5th" => Some(4),
        "last" | "final" => Some(-1),
        _ => None,
    }
}

fn listed(word: &str, list: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

/// The words as they were said, for sentences and questions.
pub(super) fn said(tokens: &[Token]) -> String {
    join(tokens)
}
