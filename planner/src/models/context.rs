//! The part of the workspace that a request may need, found by the names in it, and never more than fits.

use std::collections::HashSet;

use domain::ids::EntityId;
use serde_json::{Value, json};

use crate::{
    contract::{IdeaRow, PersonRow, PlanningRequest, ProjectRow, TaskRow},
    offline::text::distance,
};

/// The most rows that a model is told about.
const MAX_ROWS: usize = 80;
/// The most characters that these rows may have.
const MAX_TEXT: usize = 24_000;
/// How many of a kind are told when the request speaks of the kind: "all open tasks".
const OF_A_KIND: usize = 25;
/// How many tasks of a project that is named are told.
const OF_A_PROJECT: usize = 20;
/// The most different words of a request that are looked for.
const MAX_WORDS: usize = 300;
/// The most characters of an idea's body, and of any name.
const MAX_BODY: usize = 800;
const MAX_NAME: usize = 300;

/// Words that say nothing about which row is meant.
const COMMON: [&str; 48] = [
    "the", "and", "for", "with", "from", "that", "this", "then", "into", "onto", "about", "after", "before", "plan",
    "create", "make", "add", "new", "set", "update", "change", "move", "send", "tell", "ask", "follow", "remind",
    "please", "can", "you", "could", "would", "want", "need", "have", "has", "get", "our", "your", "his", "her",
    "their", "them", "all", "project", "task", "idea", "today",
];

/// Words that speak of everything of a kind.
const PEOPLE: [&str; 8] = ["people", "everybody", "everyone", "team", "contacts", "colleagues", "somebody", "someone"];
const IDEAS: [&str; 3] = ["ideas", "backlog", "notes"];
const PROJECTS: [&str; 3] = ["projects", "portfolio", "everything"];
const TASKS: [&str; 9] = ["tasks", "todos", "overdue", "everything", "mine", "assigned", "open", "done", "finished"];

/// Makes a text fit for a prompt, with at most so many characters.
type Fit<'a> = dyn FnMut(&str, usize) -> String + 'a;

/// The rows that the request may need, as data.
pub(super) fn part_for(request: &PlanningRequest, fit: &mut Fit<'_>) -> Value {
    let words = Words::of(request);
    let view = &request.workspace;
    let selected = request.selection.as_ref().map(EntityId::as_str);
    let is_open = |id: &str| selected == Some(id);

    let projects = chosen(&view.projects, words.any(&PROJECTS), |row| {
        if is_open(row.id.as_str()) { usize::MAX } else { words.in_name(&row.name) }
    });
    let named: HashSet<&str> =
        projects.iter().filter(|(_, score)| *score > 0).map(|(row, _)| row.id.as_str()).collect();
    let of_named = |row: &TaskRow| row.project.as_ref().is_some_and(|id| named.contains(id.as_str()));
    let mut tasks = chosen(&view.tasks, words.any(&TASKS), |row| {
        if is_open(row.id.as_str()) { usize::MAX } else { words.in_name(&row.title) }
    });
    let known: HashSet<&str> = tasks.iter().map(|(row, _)| row.id.as_str()).collect();
    let more: Vec<(&TaskRow, usize)> = view
        .tasks
        .iter()
        .filter(|row| of_named(row) && !known.contains(row.id.as_str()))
        .take(OF_A_PROJECT)
        .map(|row| (row, 0))
        .collect();
    tasks.extend(more);
    let people = chosen(&view.people, words.any(&PEOPLE), |row| {
        if is_open(row.id.as_str()) { usize::MAX } else { words.in_name(&row.name) }
    });
    let ideas = chosen(&view.ideas, words.any(&IDEAS), |row| {
        if is_open(row.id.as_str()) { usize::MAX } else { words.in_name(&row.title) }
    });

    let mut rows: Vec<(usize, &'static str, Value)> = Vec::new();
    rows.extend(people.into_iter().map(|(row, score)| (score, "people", person(row, fit))));
    rows.extend(ideas.into_iter().map(|(row, score)| (score, "ideas", idea(row, fit))));
    rows.extend(projects.into_iter().map(|(row, score)| (score, "projects", project(row, fit))));
    rows.extend(tasks.into_iter().map(|(row, score)| (score, "tasks", task(row, fit))));
    // the best first; rows that fit equally well stay in the order of the workspace
    rows.sort_by_key(|(score, _, _)| std::cmp::Reverse(*score));
    within_limits(rows)
}

/// Rows that are named in the request, and some of the others when it speaks of all of the kind.
fn chosen<T>(rows: &[T], is_kind_meant: bool, score: impl Fn(&T) -> usize) -> Vec<(&T, usize)> {
    let mut others = if is_kind_meant { OF_A_KIND } else { 0 };
    let scored = rows.iter().map(|row| (row, score(row)));
    scored
        .filter(|(_, score)| {
            let is_told = *score > 0 || others > 0;
            if *score == 0 && others > 0 {
                others -= 1;
            }
            is_told
        })
        .collect()
}

fn within_limits(rows: Vec<(usize, &'static str, Value)>) -> Value {
    let mut part = json!({"people": [], "ideas": [], "projects": [], "tasks": []});
    let mut left = MAX_TEXT;
    for (_, kind, row) in rows.into_iter().take(MAX_ROWS) {
        let Some(less) = left.checked_sub(row.to_string().len()) else { continue };
        left = less;
        if let Some(list) = part[kind].as_array_mut() {
            list.push(row);
        }
    }
    part
}

/// The words of a request that may be part of a name.
struct Words(HashSet<String>);

impl Words {
    fn of(request: &PlanningRequest) -> Self {
        let answers = request.answers.values().filter_map(Value::as_str);
        let feedback = request.revising.iter().map(|revising| revising.feedback.as_str());
        let texts = std::iter::once(request.request.as_str()).chain(answers).chain(feedback);
        Self(texts.flat_map(words).take(MAX_WORDS * 4).collect::<HashSet<_>>().into_iter().take(MAX_WORDS).collect())
    }

    fn any(&self, list: &[&str]) -> bool {
        list.iter().any(|word| self.0.contains(*word))
    }

    /// How many words of a name the request has, or nearly has.
    fn in_name(&self, name: &str) -> usize {
        words(name).filter(|word| !COMMON.contains(&word.as_str()) && self.nearly_has(word)).count()
    }

    fn nearly_has(&self, word: &str) -> bool {
        self.0.contains(word)
            || self.0.iter().any(|known| {
                let is_form = known.len() >= 4
                    && word.len() >= 4
                    && (known.starts_with(word) || word.starts_with(known.as_str()));
                let is_close = known.len().min(word.len()) >= 5 && known.len().abs_diff(word.len()) <= 1;
                is_form
                    || (is_close && known.as_bytes().first() == word.as_bytes().first() && distance(known, word) <= 1)
            })
    }
}

/// Lower-case words of at least two letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let split = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 2);
    split.map(str::to_lowercase)
}

fn person(row: &PersonRow, fit: &mut Fit<'_>) -> Value {
    let organisation = row.organisation.as_ref().map(|text| fit(text, MAX_NAME));
    kept(json!({"id": row.id, "name": fit(&row.name, MAX_NAME), "organisation": organisation}))
}

fn idea(row: &IdeaRow, fit: &mut Fit<'_>) -> Value {
    let body = row.body.as_ref().map(|text| fit(text, MAX_BODY));
    kept(json!({"id": row.id, "title": fit(&row.title, MAX_NAME), "body": body}))
}

fn project(row: &ProjectRow, fit: &mut Fit<'_>) -> Value {
    let milestones: Vec<Value> = row
        .milestones
        .iter()
        .take(30)
        .map(|milestone| kept(json!({"title": fit(&milestone.title, MAX_NAME), "due_date": milestone.due_date})))
        .collect();
    let milestones = (!milestones.is_empty()).then_some(milestones);
    kept(json!({
        "id": row.id, "name": fit(&row.name, MAX_NAME), "status": row.status, "due_date": row.due_date, "milestones": milestones,
    }))
}

fn task(row: &TaskRow, fit: &mut Fit<'_>) -> Value {
    kept(json!({
        "id": row.id, "title": fit(&row.title, MAX_NAME), "status": row.status, "due_date": row.due_date,
        "project": row.project, "assignee": row.assignee,
    }))
}

/// Without what is not there.
fn kept(mut row: Value) -> Value {
    if let Some(map) = row.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    row
}

#[cfg(test)]
mod tests {
    use domain::action::Catalogue;
    use rstest::rstest;
    use serde_json::Map;

    use super::*;
    use crate::contract::WorkspaceView;

    fn request(words: &str) -> PlanningRequest {
        let workspace: WorkspaceView = serde_json::from_value(json!({
            "people": [
                {"id": "per_1", "name": "Sarah Holm", "email": "sarah@example.com", "organisation": "Northwind"},
                {"id": "per_2", "name": "Tom Hale"},
            ],
            "ideas": [{"id": "ide_1", "title": "Rent bicycles", "body": "long"}],
            "projects": [{"id": "prj_1", "name": "Kestrel"}, {"id": "prj_2", "name": "Merlin"}],
            "tasks": [
                {"id": "tsk_1", "title": "Book the venue", "project": "prj_1"},
                {"id": "tsk_2", "title": "Order chairs"},
            ],
        }))
        .unwrap();
        PlanningRequest {
            request: words.into(),
            selection: None,
            today: "2026-11-23".parse().unwrap(),
            timezone: None,
            catalogue: Catalogue::builtin().clone(),
            workspace,
            answers: Map::new(),
            revising: None,
        }
    }

    fn ids(request: &PlanningRequest) -> Vec<String> {
        let part = part_for(request, &mut |text, _| text.to_owned());
        let rows = part.as_object().unwrap().values().flat_map(|rows| rows.as_array().unwrap());
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    #[rstest]
    #[case("Follow up with Sarah", &["per_1"])]
    #[case("Follow up with Sarha Holm", &["per_1"])]
    #[case("Plan a project launch", &[])]
    #[case("archive all projects", &["prj_1", "prj_2"])]
    #[case("what is left for kestrel", &["prj_1", "tsk_1"])]
    #[case("move the chair order to Friday", &["tsk_2"])]
    #[case("rent a bicycle", &["ide_1"])]
    fn rows_are_found_by_name(#[case] words: &str, #[case] expected: &[&str]) {
        let mut found = ids(&request(words));
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_open_is_always_told_and_addresses_never() {
        let request = PlanningRequest { selection: Some("per_1".parse().unwrap()), ..request("mail them") };
        let part = part_for(&request, &mut |text, _| text.to_owned());
        assert_eq!(part["people"], json!([{"id": "per_1", "name": "Sarah Holm", "organisation": "Northwind"}]));
    }

    #[test]
    fn the_part_is_bounded_whatever_the_workspace() {
        let mut request = request("all tasks about venues");
        let row = request.workspace.tasks[0].clone();
        request.workspace.tasks =
            (0..1_000).map(|n| TaskRow { title: format!("Venue {n} {}", "x".repeat(2_000)), ..row.clone() }).collect();
        let part = part_for(&request, &mut |text, most| text.chars().take(most).collect());
        assert!(part.to_string().len() <= MAX_TEXT + 200, "{}", part.to_string().len());
    }
}
