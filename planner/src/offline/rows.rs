//! The workspace, prepared for being searched by words.

use std::{collections::HashMap, sync::Arc};

use domain::workspace::Kind;

use super::{
    draft::{Target, Thing},
    resolve::{Candidate, Known},
    text::{fold, is_function_word, one_mistake},
};
use crate::contract::WorkspaceView;

/// One row with its words.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) label: String,
    /// The words of the name or title, folded.
    pub(crate) words: Vec<String>,
    /// The words of a person's organisation.
    pub(crate) organisation: Vec<String>,
    pub(crate) status: String,
    pub(crate) due: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) assignee: Option<String>,
    pub(crate) tags: Vec<String>,
}

impl Row {
    pub(crate) fn new(id: &str, kind: Kind, label: &str) -> Self {
        Self {
            id: id.to_owned(),
            kind,
            label: label.trim().to_owned(),
            words: words(label),
            organisation: Vec::new(),
            status: String::new(),
            due: None,
            project: None,
            assignee: None,
            tags: Vec::new(),
        }
    }

    pub(crate) fn thing(&self) -> Thing {
        Thing { target: Target::Entity(self.id.clone()), kind: self.kind, label: self.label.clone() }
    }

    /// Whether it is done, closed or away.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(
            self.status.as_str(),
            "done" | "complete" | "completed" | "closed" | "finished" | "cancelled" | "canceled" | "archived"
        )
    }

    /// How people tell it from others of the same name.
    pub(crate) fn choice(&self) -> String {
        if self.organisation.is_empty() {
            self.label.clone()
        } else {
            format!("{} ({})", self.label, self.organisation.join(" "))
        }
    }
}

/// All rows, people first.
pub(crate) fn rows(workspace: &WorkspaceView) -> Vec<Row> {
    let people = workspace.people.iter().map(|person| Row {
        organisation: person.organisation.as_deref().map(words).unwrap_or_default(),
        ..Row::new(person.id.as_str(), Kind::Person, &person.name)
    });
    let projects = workspace.projects.iter().map(|project| Row {
        status: project.status.as_deref().map(fold).unwrap_or_default(),
        due: project.due_date.clone(),
        ..Row::new(project.id.as_str(), Kind::Project, &project.name)
    });
    let tasks = workspace.tasks.iter().map(|task| Row {
        status: task.status.as_deref().map(fold).unwrap_or_default(),
        due: task.due_date.clone(),
        project: task.project.as_ref().map(ToString::to_string),
        assignee: task.assignee.clone(),
        tags: task.tags.iter().map(|tag| fold(tag)).collect(),
        ..Row::new(task.id.as_str(), Kind::Task, &task.title)
    });
    let ideas = workspace.ideas.iter().map(|idea| Row::new(idea.id.as_str(), Kind::Idea, &idea.title));
    people.chain(projects).chain(tasks).chain(ideas).collect()
}

/// What words can mean of some rows. A task is also found by the words of its project and of whoever is to do it.
pub(crate) fn known(rows: &[Row]) -> Vec<Candidate> {
    let by_id: HashMap<&str, &Row> = rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let words_of = |id: &Option<String>| {
        let row = id.as_deref().and_then(|id| by_id.get(id));
        row.map(|row| row.words.clone()).unwrap_or_default()
    };
    let known = rows.iter().map(|row| {
        Arc::new(Known {
            thing: row.thing(),
            words: row.words.clone(),
            organisation: row.organisation.clone(),
            context: [words_of(&row.project), words_of(&row.assignee)].concat(),
            closed: row.is_closed(),
        })
    });
    known.collect()
}

/// The words of a text, folded, parted at everything but letters and digits.
pub(crate) fn words(text: &str) -> Vec<String> {
    fold(text)
        .replace('\'', "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The words that things are found by.
pub(crate) fn content_words(text: &str) -> Vec<String> {
    let all = words(text);
    let content: Vec<String> = all.iter().filter(|word| !is_function_word(word)).cloned().collect();
    if content.is_empty() { all } else { content }
}

/// Whether two words are the same but for their ending or, when they are long, one mistake.
pub(crate) fn same_word(a: &str, b: &str) -> bool {
    a == b || stem(a) == stem(b) || (a.len().min(b.len()) >= 6 && one_mistake(a, b))
}

/// A word without the endings that only bend it.
pub(crate) fn stem(word: &str) -> &str {
    let long = |rest: &&str| rest.len() >= 3;
    word.strip_suffix("ies")
        .filter(long)
        .or_else(|| {
            let vowel = |rest: &str| rest.contains(['a', 'e', 'i', 'o', 'u']);
            word.strip_suffix("ing").filter(|rest| rest.len() >= 4 || rest.len() == 3 && vowel(rest))
        })
        .or_else(|| word.strip_suffix("es").filter(|rest| long(rest) && rest.ends_with(['s', 'x', 'h'])))
        .or_else(|| word.strip_suffix('s').filter(|rest| long(rest) && !rest.ends_with('s')))
        .or_else(|| word.strip_suffix("ed").filter(|rest| rest.len() >= 4))
        .map_or(word, |rest| rest)
        .trim_end_matches(['e', 'y'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_but_for_their_endings() {
        assert!(same_word("quotes", "quote"));
        assert!(same_word("mentoring", "mentor"));
        assert!(same_word("measuring", "measure"));
        assert!(same_word("guidbook", "guidebook"));
        assert!(!same_word("lior", "liora"));
    }

    #[test]
    fn function_words_do_not_find_things() {
        assert_eq!(content_words("the idea about Night-trains"), ["idea", "night", "trains"]);
        assert_eq!(content_words("all of it"), ["all", "of", "it"]);
    }
}
