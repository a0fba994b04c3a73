//! The format of a case: what a planner is told, and what is expected of its answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::BufRead,
    path::Path,
    sync::Arc,
};

use chrono::NaiveDate;
use domain::{action::Catalogue, ids::EntityId};
use serde::Deserialize;
use serde_json::Map;

use super::{EvalError, matcher::Matcher};
use crate::contract::{PlanningRequest, WorkspaceView};

/// One case. What is expected is not shown to the planner.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// Unique in its file.
    pub id: String,
    /// What kind of request it is; grades are told by category.
    #[serde(default)]
    pub category: String,
    /// The person's words.
    pub request: String,
    pub(super) context: Context,
    /// Without it a case is run but not graded.
    #[serde(default)]
    pub(super) expect: Option<Expect>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Context {
    pub(super) today: NaiveDate,
    #[serde(default)]
    pub(super) selection: Option<EntityId>,
    #[serde(default)]
    pub(super) workspace: WorkspaceView,
}

/// One text, or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum Texts {
    One(String),
    Several(Vec<String>),
}

impl Texts {
    pub(super) fn iter(&self) -> std::slice::Iter<'_, String> {
        match self {
            Self::One(text) => std::slice::from_ref(text).iter(),
            Self::Several(texts) => texts.iter(),
        }
    }
}

/// What an answer must be like. Everything in it has to hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expect {
    /// Any of these; none is allowed only in an alternative, where the case's own counts.
    pub(super) outcome: Option<Texts>,
    /// Steps that have to be there, each another one.
    pub(super) must_have: Vec<Item>,
    /// The second comes after the first.
    pub(super) order: Vec<(String, String)>,
    /// Neither comes after the other.
    pub(super) unordered: Vec<(String, String)>,
    /// How many steps of an action: `task.create`, `*.archive`, `task.create|manual.step`.
    pub(super) counts: BTreeMap<String, Bounds>,
    /// Steps that must not be there.
    pub(super) must_not: Vec<Rule>,
    pub(super) min_steps: Option<usize>,
    pub(super) max_steps: Option<usize>,
    /// Each has to hold for some value somewhere in the plan.
    pub(super) mentions: Vec<Matcher>,
    pub(super) topics: Option<Topics>,
    /// One of these has to hold besides the rest.
    pub(super) any_of: Vec<Self>,
    /// For people who read the case.
    pub(super) comment: String,
}

impl Expect {
    /// What is expected when an alternative is added.
    pub(super) fn with(&self, more: &Self) -> Self {
        let mut all = Self { any_of: Vec::new(), ..self.clone() };
        all.must_have.extend(more.must_have.iter().cloned());
        all.order.extend(more.order.iter().cloned());
        all.unordered.extend(more.unordered.iter().cloned());
        all.must_not.extend(more.must_not.iter().cloned());
        all.mentions.extend(more.mentions.iter().cloned());
        all.counts.extend(more.counts.clone());
        all.min_steps = more.min_steps.or(all.min_steps);
        all.max_steps = more.max_steps.or(all.max_steps);
        all.topics = more.topics.clone().or(all.topics);
        all
    }
}

/// How many.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Bounds {
    pub(super) min: Option<usize>,
    pub(super) max: Option<usize>,
}

/// A step that must not be there: an action, or an action with params.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Rule {
    Action(String),
    With {
        action: Texts,
        #[serde(default)]
        params: BTreeMap<String, Matcher>,
    },
}

/// The usual parts of a well-known undertaking: at least `min` of the word lists are each covered by another step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topics {
    pub(super) min: usize,
    pub(super) of: Vec<Vec<String>>,
}

/// A step that has to be there, and the ways it can look.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenItem")]
pub(super) struct Item {
    pub(super) key: String,
    pub(super) variants: Vec<Variant>,
}

/// An item as a file has it: one way it looks, or `any_of` several.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenItem {
    key: String,
    action: Option<Texts>,
    #[serde(default)]
    params: BTreeMap<String, Matcher>,
    text: Option<Matcher>,
    links: Option<(Texts, Texts)>,
    #[serde(default)]
    any_of: Vec<Variant>,
}

impl TryFrom<WrittenItem> for Item {
    type Error = String;

    fn try_from(written: WrittenItem) -> Result<Self, String> {
        let WrittenItem { key, action, params, text, links, any_of } = written;
        let variants = match (action, any_of.is_empty()) {
            (Some(action), true) => vec![Variant { action, params, text, links }],
            (None, false) => any_of,
            (Some(_), false) | (None, true) => return Err(format!("`{key}` needs either `action` or `any_of`")),
        };
        Ok(Self { key, variants })
    }
}

/// How a step looks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variant {
    pub(super) action: Texts,
    /// By param; `title|description` means either.
    #[serde(default)]
    pub(super) params: BTreeMap<String, Matcher>,
    /// On all words of the step.
    #[serde(default)]
    pub(super) text: Option<Matcher>,
    /// The two ends of a link, in either direction.
    #[serde(default)]
    pub(super) links: Option<(Texts, Texts)>,
}

impl Case {
    /// What a planner is told.
    pub fn told(&self) -> PlanningRequest {
        PlanningRequest {
            request: self.request.clone(),
            selection: self.context.selection.clone(),
            today: self.context.today,
            timezone: None,
            catalogue: Arc::clone(Catalogue::builtin()),
            workspace: self.context.workspace.clone(),
            answers: Map::new(),
            revising: None,
        }
    }

    /// A mistake in the case itself: a name that nothing has.
    fn mistake(&self) -> Option<String> {
        let expect = self.expect.as_ref()?;
        if expect.outcome.as_ref().is_none_or(|outcome| {
            outcome.iter().next().is_none()
                || outcome.iter().any(|one| !matches!(one.as_str(), "plan" | "clarify" | "reject"))
        }) {
            return Some("`outcome` is plan, clarify or reject, or a list of them".into());
        }
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        for item in expect.must_have.iter().chain(expect.any_of.iter().flat_map(|other| &other.must_have)) {
            keys.insert(&item.key);
        }
        let label = |id: &str| self.context.workspace.label(id).is_some();
        let known = |name: &str| {
            keys.contains(name)
                || label(name)
                || name.strip_prefix("action:").is_some_and(|action| Catalogue::builtin().get(action).is_some())
                || name.strip_prefix("kind:").is_some_and(|kind| matches!(kind, "person" | "project" | "task" | "idea"))
        };
        for all in std::iter::once(expect).chain(&expect.any_of) {
            let pairs = all.order.iter().chain(&all.unordered).flat_map(|(a, b)| [a, b]);
            if let Some(key) = pairs.into_iter().find(|key| !keys.contains(key.as_str())) {
                return Some(format!("`{key}` in an order is no key"));
            }
            let named = all.must_have.iter().flat_map(|item| &item.variants).flat_map(|variant| {
                let ends = variant.links.iter().flat_map(|(a, b)| a.iter().chain(b.iter()));
                variant.params.values().flat_map(Matcher::names).chain(ends).collect::<Vec<_>>()
            });
            if let Some(name) = named.into_iter().find(|name| !known(name)) {
                return Some(format!("`{name}` is neither a key nor in the workspace"));
            }
        }
        None
    }
}

/// Reads a file of cases, or all `*.jsonl` files of a folder in the order of their names.
///
/// # Errors
/// A file that cannot be read, or the first line that is no case.
pub fn read_cases(path: &Path) -> Result<Vec<Case>, EvalError> {
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(EvalError::file(path))? {
            let file = entry.map_err(EvalError::file(path))?.path();
            if file.extension().is_some_and(|extension| extension == "jsonl") {
                files.push(file);
            }
        }
        files.sort();
    } else {
        files.push(path.to_owned());
    }
    let mut cases: Vec<Case> = Vec::new();
    for file in files {
        read_file(&file, &mut cases)?;
    }
    if cases.is_empty() { Err(EvalError::NoCases { path: path.display().to_string() }) } else { Ok(cases) }
}

fn read_file(path: &Path, cases: &mut Vec<Case>) -> Result<(), EvalError> {
    let file = std::fs::File::open(path).map_err(EvalError::file(path))?;
    for (index, line) in std::io::BufReader::new(file).lines().enumerate() {
        let line = line.map_err(EvalError::file(path))?;
        if line.trim().is_empty() {
            continue;
        }
        let bad = |cause: String| EvalError::BadCase { path: path.display().to_string(), line: index + 1, cause };
        let case: Case = serde_json::from_str(&line).map_err(|cause| bad(cause.to_string()))?;
        if cases.iter().any(|other| other.id == case.id) {
            return Err(bad(format!("the id `{}` is used twice", case.id)));
        }
        if let Some(mistake) = case.mistake() {
            return Err(bad(mistake));
        }
        cases.push(case);
    }
    Ok(())
}
