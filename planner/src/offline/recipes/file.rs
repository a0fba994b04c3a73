//! The format of a recipe file.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

/// Why a file is no recipe. What it says begins with the file and the line, as compilers do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    /// The file or folder cannot be read.
    #[error("{file}: cannot be read: {cause}")]
    Unreadable {
        /// Which file.
        file: String,
        /// What the system said.
        cause: String,
    },
    /// The file is not JSON of the right shape.
    #[error("{file}:{line}:{column}: {cause}; planner/recipes/README.md tells the format")]
    Malformed {
        /// Which file.
        file: String,
        /// Which line, counted from 1.
        line: usize,
        /// Which column, counted from 1.
        column: usize,
        /// What is wrong there.
        cause: String,
    },
    /// Two tasks have one id, or a task comes after one that is not there or is further down.
    #[error("{file}:{line}: the task `{task}` {what}")]
    BadTask {
        /// Which file.
        file: String,
        /// Which line, counted from 1.
        line: usize,
        /// Which task.
        task: String,
        /// What is wrong with it.
        what: String,
    },
    /// A text with a slot that the recipe does not have.
    #[error("{file}:{line}: there is no slot `{{{slot}}}`; there are {}", .known.iter().map(|slot| format!("`{{{slot}}}`")).collect::<Vec<_>>().join(", "))]
    UnknownSlot {
        /// Which file.
        file: String,
        /// Which line, counted from 1.
        line: usize,
        /// The slot.
        slot: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// A recipe that no request could ever be known by.
    #[error("{file}:1: `recognise` has no phrases, nouns or verbs, so that no request would find this recipe")]
    NeverFound {
        /// Which file.
        file: String,
    },
    /// Two files of a folder with the same name in them.
    #[error("{file}:{line}: the name `{name}` is taken by {other}")]
    NameTaken {
        /// Which file.
        file: String,
        /// Which line, counted from 1.
        line: usize,
        /// The name.
        name: String,
        /// The file that has it.
        other: String,
    },
}

/// How one kind of undertaking goes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Unique among recipes; a recipe of the same name in a user's folder takes the place of a built-in one.
    pub name: String,
    /// What it is for, for people who read the file.
    #[serde(default)]
    pub about: String,
    /// How requests for it are known.
    #[serde(default)]
    pub recognise: Recognise,
    /// What it takes from the request, by slot: texts below may hold `{slot}`. `{subject}` is always there.
    #[serde(default)]
    pub slots: BTreeMap<String, Slot>,
    /// The project it makes; none: the tasks stand alone as admin to-dos.
    #[serde(default)]
    pub project: Option<ProjectPart>,
    /// The project's milestones.
    #[serde(default)]
    pub milestones: Vec<MilestonePart>,
    /// Its tasks, in an order in which they can be done.
    pub tasks: Vec<TaskPart>,
}

/// How requests for a recipe are known.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recognise {
    /// Any of these is enough, wherever it stands.
    pub phrases: Vec<String>,
    /// Verbs that ask for it together with one of the nouns.
    pub verbs: Vec<String>,
    /// Names of the undertaking: with one of the verbs, with a verb of planning, or alone ("webinar on taxes in May").
    pub nouns: Vec<String>,
    /// What the verbs act on: only with one of the verbs ("move the office").
    pub objects: Vec<String>,
    /// Words that rule it out.
    pub unless: Vec<String>,
}

/// Something a recipe takes from the request.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Slot {
    /// Words that stand before it: the first of them that is followed by something counts.
    pub after: Vec<String>,
    /// Whether it is a name: words with capitals.
    pub is_name: bool,
    /// What stands there when the request does not say it.
    #[serde(rename = "else")]
    pub otherwise: String,
}

/// The project of a recipe.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProjectPart {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
}

/// A milestone of a recipe.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MilestonePart {
    /// What is reached.
    pub title: String,
    /// Days from the day of the undertaking; negative: before it.
    #[serde(default)]
    pub days: i64,
}

/// A task of a recipe.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskPart {
    /// The step's id: a slug.
    pub id: String,
    /// What is to be done.
    pub title: String,
    /// More about it.
    #[serde(default)]
    pub description: String,
    /// Days from the day of the undertaking; negative: before it.
    #[serde(default)]
    pub days: i64,
    /// Whether `days` counts from the last day of it instead of the first.
    #[serde(default)]
    pub from_end: bool,
    /// The tasks it waits for, by id.
    #[serde(default)]
    pub after: Vec<String>,
    /// Whether it is a to-do that belongs to no project work.
    #[serde(default)]
    pub admin: bool,
    /// Only when the request has one of these words.
    #[serde(default)]
    pub when: Vec<String>,
    /// Not when the request has one of these words.
    #[serde(default)]
    pub unless: Vec<String>,
}

impl Recipe {
    /// Reads a recipe from its file's text.
    ///
    /// # Errors
    /// Says what is wrong with the file, and where.
    pub fn read(file: &str, text: &str) -> Result<Self, RecipeError> {
        let recipe: Self = serde_json::from_str(text).map_err(|cause| malformed(file, &cause))?;
        recipe.check_tasks(file, text)?;
        recipe.check_slots(file, text)?;
        Ok(recipe)
    }

    /// Whether a request can be known to ask for it.
    pub(super) fn can_be_found(&self) -> bool {
        let known = &self.recognise;
        !(known.phrases.is_empty() && known.nouns.is_empty() && known.verbs.is_empty())
    }

    fn check_tasks(&self, file: &str, text: &str) -> Result<(), RecipeError> {
        let mut known: HashSet<&str> = HashSet::new();
        for task in &self.tasks {
            let twice = known.contains(task.id.as_str());
            let bad = |what: String| RecipeError::BadTask {
                file: file.to_owned(),
                line: line_of(text, "id", &task.id, usize::from(twice)),
                task: task.id.clone(),
                what,
            };
            if task.id.parse::<domain::ids::StepId>().is_err() {
                return Err(bad("has an id that is no slug: small letters, digits and dashes".into()));
            }
            if let Some(missing) = task.after.iter().find(|before| !known.contains(before.as_str())) {
                return Err(bad(format!("comes after `{missing}`, which is not above it")));
            }
            if !known.insert(&task.id) {
                return Err(bad("is there twice".into()));
            }
        }
        Ok(())
    }

    fn check_slots(&self, file: &str, text: &str) -> Result<(), RecipeError> {
        let mut known: Vec<String> = vec!["subject".into(), "it".into()];
        known.extend(self.slots.keys().cloned());
        for (at, line) in text.lines().enumerate() {
            for opened in line.split('{').skip(1) {
                let Some((slot, _)) = opened.split_once('}') else { continue };
                let is_slot =
                    !slot.is_empty() && slot.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '-'));
                if is_slot && !known.iter().any(|known| known == slot) {
                    return Err(RecipeError::UnknownSlot {
                        file: file.to_owned(),
                        line: at + 1,
                        slot: slot.to_owned(),
                        known,
                    });
                }
            }
        }
        Ok(())
    }
}

fn malformed(file: &str, cause: &serde_json::Error) -> RecipeError {
    let text = cause.to_string();
    let place = format!(" at line {} column {}", cause.line(), cause.column());
    RecipeError::Malformed {
        file: file.to_owned(),
        line: cause.line(),
        column: cause.column(),
        cause: text.strip_suffix(&place).unwrap_or(&text).to_owned(),
    }
}

/// The line where a field has a value for the nth time, counted from 1; the first line when it is written in some other
/// way.
pub(super) fn line_of(text: &str, field: &str, value: &str, nth: usize) -> usize {
    let (field, value) = (format!("\"{field}\""), format!("\"{value}\""));
    let lines = text.lines().enumerate().filter(|(_, line)| line.contains(&field) && line.contains(&value));
    lines.map(|(at, _)| at + 1).nth(nth).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_task_after_one_that_is_not_there(
        "{\"name\": \"x\", \"tasks\": [\n  {\"id\": \"a\", \"title\": \"A\", \"after\": [\"b\"]}\n]}",
        "x.json:2: the task `a` comes after `b`, which is not above it"
    )]
    #[case::a_task_twice(
        "{\"name\": \"x\", \"tasks\": [\n  {\"id\": \"a\", \"title\": \"A\"},\n  {\"id\": \"a\", \"title\": \"B\"}\n]}",
        "x.json:3: the task `a` is there twice"
    )]
    #[case::a_slot_that_nobody_fills(
        "{\"name\": \"x\",\n \"tasks\": [{\"id\": \"a\", \"title\": \"Brew {kind}\"}]}",
        "x.json:2: there is no slot `{kind}`; there are `{subject}`, `{it}`"
    )]
    #[case::a_word_that_recipes_do_not_know(
        "{\"name\": \"x\",\n \"steps\": []}",
        "x.json:2:8: unknown field `steps`, expected one of `name`, `about`, `recognise`, `slots`, `project`, \
         `milestones`, `tasks`; planner/recipes/README.md tells the format"
    )]
    fn a_recipe_that_cannot_work_is_refused_with_its_place(#[case] text: &str, #[case] message: &str) {
        assert_eq!(Recipe::read("x.json", text).unwrap_err().to_string(), message);
    }
}
