//! The format of a recipe file.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

/// Why a file is no recipe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    /// The file or folder cannot be read.
    #[error("the recipe {file} cannot be read: {cause}")]
    Unreadable {
        /// Which file.
        file: String,
        /// What the system said.
        cause: String,
    },
    /// The file is not JSON of the right shape.
    #[error("the recipe {file} is malformed: {cause}; see recipes/README.md for the format")]
    Malformed {
        /// Which file.
        file: String,
        /// Where and why.
        cause: String,
    },
    /// Two tasks have one id, or a task comes after one that is not there or is further down.
    #[error("in the recipe {file}, the task `{task}` {what}")]
    BadTask {
        /// Which file.
        file: String,
        /// Which task.
        task: String,
        /// What is wrong with it.
        what: String,
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
    /// Says what is wrong with the file.
    pub fn read(file: &str, text: &str) -> Result<Self, RecipeError> {
        let malformed =
            |cause: serde_json::Error| RecipeError::Malformed { file: file.to_owned(), cause: cause.to_string() };
        let recipe: Self = serde_json::from_str(text).map_err(malformed)?;
        let mut known: HashSet<&str> = HashSet::new();
        for task in &recipe.tasks {
            let bad = |what: String| RecipeError::BadTask { file: file.to_owned(), task: task.id.clone(), what };
            if task.id.parse::<domain::ids::StepId>().is_err() {
                return Err(bad("has an id that is no slug".into()));
            }
            if let Some(missing) = task.after.iter().find(|before| !known.contains(before.as_str())) {
                return Err(bad(format!("comes after `{missing}`, which is not above it")));
            }
            if !known.insert(&task.id) {
                return Err(bad("is there twice".into()));
            }
        }
        Ok(recipe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_after_one_that_is_not_there_is_refused() {
        let text = r#"{"name": "x", "tasks": [{"id": "a", "title": "A", "after": ["b"]}]}"#;
        let error = Recipe::read("x.json", text).unwrap_err();
        assert_eq!(error.to_string(), "in the recipe x.json, the task `a` comes after `b`, which is not above it");
    }
}
