//! Says where each value of a draft came from, whoever drafted it.
//!
//! Planners are not asked for it: a model that says where it has a value from may be wrong. It is found out afterwards,
//! by looking for the value in what the planner was told: the feedback, the answers, the request, the workspace, the
//! results of earlier steps. What is in none of them is the recipe's, when one made the step, or else the planner's own.

use chrono::NaiveDate;
use domain::{
    ids::EntityId,
    plan::{Source, Sources, StepInput, references_whole},
    text::without_hidden,
};
use serde_json::Value;

use crate::{
    contract::{DraftedPlan, FromRecipe, PlanningRequest, WorkspaceView},
    offline::{
        dates::{Calendar, mark},
        text::{Token, base_form, fold, is_function_word, tokens},
    },
};

/// Texts this short are told from chance by standing alone, in characters.
const LONG: usize = 12;

/// The share of a text's words that have to be said for it to count as said, in per cent.
const SAID: usize = 60;

/// The sources of the values of each step, in the order of the steps.
pub fn sources(request: &PlanningRequest, plan: &DraftedPlan, own: &Source) -> Vec<Sources> {
    let told = Told::of(request);
    let recipe = |step: &StepInput| plan.recipes.get(step.id.as_ref()?);
    plan.steps.iter().map(|step| of_step(step, &told, request, recipe(step), own)).collect()
}

fn of_step(
    step: &StepInput,
    told: &Told,
    request: &PlanningRequest,
    recipe: Option<&FromRecipe>,
    own: &Source,
) -> Sources {
    let mut sources = Sources::new();
    let own =
        recipe.map_or_else(|| own.clone(), |recipe| Source::Template { name: recipe.name.clone(), parameter: None });
    let mut add = |pointer: &str, value: &Value| {
        let in_its_words = recipe.is_some_and(|recipe| recipe.words.contains(pointer));
        let told = if in_its_words { None } else { told.source_of(value, request) };
        let source = told.unwrap_or_else(|| own.clone());
        sources.insert(pointer.to_owned(), source);
    };
    add("/title", &Value::String(step.title.clone()));
    if !step.description.is_empty() {
        add("/description", &Value::String(step.description.clone()));
    }
    each_value(&Value::Object(step.params.clone()), &mut "/params".to_owned(), &mut add);
    sources
}

/// One text that the planner was told.
struct Text {
    source: fn(String) -> Source,
    said: String,
    folded: String,
    dates: Vec<(NaiveDate, String)>,
}

impl Text {
    fn new(source: fn(String) -> Source, text: &str, today: NaiveDate) -> Self {
        let (text, _) = without_hidden(text);
        let marked = mark(&tokens(&text), Calendar { today });
        let day = |token: &Token| Some((token.date()?.moment()?.day?, token.text.clone()));
        Self { source, folded: fold(&text), dates: marked.iter().filter_map(day).collect(), said: text }
    }

    fn words_at(&self, folded: &str) -> String {
        // folding keeps the length of most texts; where it does not, the value itself is what was said
        let at = self.folded.find(folded);
        let same = self.folded.len() == self.said.len();
        at.filter(|_| same).and_then(|at| self.said.get(at..at + folded.len())).unwrap_or(folded).to_owned()
    }

    /// The text from the first to the last of these words.
    fn span_of(&self, stems: &[String]) -> String {
        let mut span: Option<(usize, usize)> = None;
        let mut at = 0;
        for piece in self.said.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
            if stems.contains(&stem(&fold(word))) {
                span = Some((span.map_or(at, |(from, _)| from), at + word.len()));
            }
            at += piece.len();
        }
        let Some((from, to)) = span else { return stems.join(" ") };
        let words = &self.said[from..to];
        match words.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &words[..end]),
            None => words.to_owned(),
        }
    }
}

/// The most characters of the words that are shown as the source of a value.
const SHOWN: usize = 80;

/// What the planner was told: the newest words first.
struct Told {
    texts: Vec<Text>,
    answers: Vec<(String, String)>,
}

impl Told {
    fn of(request: &PlanningRequest) -> Self {
        let feedback = |words| Source::Feedback { words };
        let wish = |words| Source::Request { words };
        let mut texts = Vec::new();
        if let Some(draft) = &request.revising {
            texts.push(Text::new(feedback, &draft.feedback, request.today));
            texts.extend(draft.earlier.iter().rev().map(|text| Text::new(feedback, text, request.today)));
        }
        texts.push(Text::new(wish, &request.request, request.today));
        let answers = request.answers.iter().filter_map(|(id, answer)| Some((id.clone(), fold(answer.as_str()?))));
        Self { texts, answers: answers.collect() }
    }

    fn source_of(&self, value: &Value, request: &PlanningRequest) -> Option<Source> {
        if let Some(step) = references_whole(value) {
            return Some(Source::StepResult { step });
        }
        match value {
            Value::String(text) => self.source_of_text(text, request),
            Value::Number(number) => self.said(&number.to_string()),
            Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn source_of_text(&self, text: &str, request: &PlanningRequest) -> Option<Source> {
        if let Ok(entity) = text.parse::<EntityId>()
            && (request.workspace.label(text).is_some() || request.selection.as_ref() == Some(&entity))
        {
            return Some(Source::Workspace { entity, field: None });
        }
        if text == "me" {
            let own = |told: &Text| {
                let word = ["me", "i", "my", "myself"].iter().find(|word| contains_words(&told.folded, word))?;
                Some((told.source)((*word).to_owned()))
            };
            return self.texts.iter().find_map(own).or(Some(Source::Default));
        }
        if let Some(day) = text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok()) {
            let dated = self.texts.iter().find_map(|told| {
                let (_, words) = told.dates.iter().find(|(known, _)| *known == day)?;
                Some((told.source)(words.clone()))
            });
            return dated.or_else(|| self.answered(text)).or_else(|| of_date(&request.workspace, text));
        }
        let whole = self.answered(text).or_else(|| self.said(text));
        whole.or_else(|| of_row(&request.workspace, text)).or_else(|| self.mostly_said(text))
    }

    fn answered(&self, text: &str) -> Option<Source> {
        let text = fold(text);
        let (question, _) = self
            .answers
            .iter()
            .find(|(_, answer)| *answer == text || (answer.chars().count() >= 3 && contains_words(&text, answer)))?;
        Some(Source::Answer { question: question.clone() })
    }

    /// The text as it was said, word by word.
    fn said(&self, text: &str) -> Option<Source> {
        let folded = fold(text);
        let folded = folded.trim();
        if folded.is_empty() || words(folded).iter().all(|word| is_function_word(word)) {
            return None;
        }
        let told = self.texts.iter().find(|told| contains_words(&told.folded, folded))?;
        Some((told.source)(told.words_at(folded)))
    }

    /// The words of a text that were said, when they are most of it.
    fn mostly_said(&self, text: &str) -> Option<Source> {
        let content: Vec<String> = words(text).into_iter().filter(|word| !is_idle(word)).collect();
        if content.is_empty() {
            return None;
        }
        self.texts.iter().find_map(|told| {
            let known: Vec<String> = words(&told.said).iter().map(|word| stem(word)).collect();
            let said: Vec<String> = content.iter().map(|word| stem(word)).filter(|word| known.contains(word)).collect();
            let enough = said.len() * 100 >= content.len() * SAID;
            enough.then(|| (told.source)(told.span_of(&said)))
        })
    }
}

/// A row of the workspace that a text stands in, or that stands in the text.
fn of_row(view: &WorkspaceView, text: &str) -> Option<Source> {
    let text = fold(text);
    let found = |entity: &EntityId, field: &str, own: &str| {
        let own = fold(own);
        let long = |text: &str| text.chars().count() >= LONG;
        let same = !own.is_empty()
            && (own == text || (long(&text) && own.contains(&text)) || (long(&own) && text.contains(&own)));
        same.then(|| Source::Workspace { entity: entity.clone(), field: Some(field.to_owned()) })
    };
    let people = view.people.iter().find_map(|row| {
        let email = row.email.as_deref().unwrap_or_default();
        found(&row.id, "name", &row.name).or_else(|| found(&row.id, "email", email))
    });
    let ideas = || {
        view.ideas.iter().find_map(|row| {
            let body = row.body.as_deref().unwrap_or_default();
            found(&row.id, "title", &row.title).or_else(|| found(&row.id, "body", body))
        })
    };
    let projects = || view.projects.iter().find_map(|row| found(&row.id, "name", &row.name));
    let tasks = || view.tasks.iter().find_map(|row| found(&row.id, "title", &row.title));
    people.or_else(ideas).or_else(projects).or_else(tasks)
}

/// A row that has this very date.
fn of_date(view: &WorkspaceView, text: &str) -> Option<Source> {
    let source = |entity: &EntityId| Source::Workspace { entity: entity.clone(), field: Some("due_date".into()) };
    let project = view.projects.iter().find(|row| row.due_date.as_deref() == Some(text)).map(|row| source(&row.id));
    project.or_else(|| view.tasks.iter().find(|row| row.due_date.as_deref() == Some(text)).map(|row| source(&row.id)))
}

fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn stem(word: &str) -> String {
    base_form(word).unwrap_or(word.strip_suffix('s').filter(|rest| rest.len() > 2).unwrap_or(word)).to_owned()
}

/// Words that titles have because of their actions.
fn is_idle(word: &str) -> bool {
    const ACTIONS: &str = "create set add send link schedule archive update complete task project reminder note message idea \
        person milestones event calendar step";
    is_function_word(word) || ACTIONS.split_whitespace().any(|action| action == word)
}

/// Whether a text has these words in it, not in the middle of others.
fn contains_words(text: &str, part: &str) -> bool {
    text.match_indices(part).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + part.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric)
    })
}

fn each_value(value: &Value, pointer: &mut String, visit: &mut impl FnMut(&str, &Value)) {
    let length = pointer.len();
    let mut inner = |name: &str, value: &Value, pointer: &mut String| {
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        each_value(value, pointer, visit);
        pointer.truncate(length);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| inner(name, field, pointer)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| inner(&index.to_string(), item, pointer));
        }
        Value::Null => {}
        Value::String(_) | Value::Bool(_) | Value::Number(_) => visit(pointer, value),
    }
}

#[cfg(test)]
mod tests {
    use domain::action::Catalogue;
    use serde_json::{Map, json};

    use super::*;
    use crate::{
        contract::{Answer, IdeaRow, PersonRow, Revising},
        offline::OfflinePlanner,
    };

    fn request(words: &str) -> PlanningRequest {
        let sarah = PersonRow {
            id: "per_1".parse().unwrap(),
            name: "Sarah Holm".into(),
            email: Some("sarah@example.com".into()),
            organisation: None,
        };
        let walks = IdeaRow {
            id: "ide_1".parse().unwrap(),
            title: "Evening walks".into(),
            body: Some("Along the harbour, once a week".into()),
        };
        let workspace = WorkspaceView { people: vec![sarah], ideas: vec![walks], ..WorkspaceView::default() };
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

    fn own() -> Source {
        Source::Planner { planner: "offline".into() }
    }

    fn found(request: &PlanningRequest, params: Value) -> Sources {
        let step = json!({"title": "Create task “Call Sarah”", "action_type": "task.create", "params": params});
        let steps: Vec<StepInput> = serde_json::from_value(json!([step])).unwrap();
        sources(request, &DraftedPlan { steps, ..DraftedPlan::default() }, &own()).remove(0)
    }

    fn words(words: &str) -> Source {
        Source::Request { words: words.into() }
    }

    #[test]
    fn values_of_the_request_are_given_with_its_words() {
        let request = request("Remind me to call Sarah by Friday about the New Brochure");
        let params = json!({
            "title": "Call Sarah", "due_date": "2026-11-27", "assignee": "me", "description": "new brochure",
            "tags": ["follow-up"],
        });
        let sources = found(&request, params);
        assert_eq!(sources["/params/title"], words("call Sarah"));
        assert_eq!(sources["/params/due_date"], words("by Friday"));
        assert_eq!(sources["/params/assignee"], words("me"));
        assert_eq!(sources["/params/description"], words("New Brochure"));
        assert_eq!(sources["/params/tags/0"], own());
        assert_eq!(sources["/title"], words("call Sarah"));
    }

    #[test]
    fn values_of_the_workspace_name_the_thing_and_its_field() {
        let sources = found(
            &request("convert the idea to a project"),
            json!({"title": "Evening walks", "description": "Along the harbour, once a week", "assignee": "per_1"}),
        );
        let workspace = |id: &str, field: Option<&str>| Source::Workspace {
            entity: id.parse().unwrap(),
            field: field.map(str::to_owned),
        };
        assert_eq!(sources["/params/title"], workspace("ide_1", Some("title")));
        assert_eq!(sources["/params/description"], workspace("ide_1", Some("body")));
        assert_eq!(sources["/params/assignee"], workspace("per_1", None));
    }

    #[test]
    fn values_of_a_recipe_are_told_from_those_it_was_given() {
        let request = request("Plan a launch of Kestrel on 5 February");
        let Answer::Plan(plan) = OfflinePlanner::default().answer(&request) else { panic!("no plan") };
        let sources = super::sources(&request, &plan, &own());
        let recipe = Source::Template { name: "launch".into(), parameter: None };
        let of = |id: &str| &sources[plan.steps.iter().position(|step| step.id.as_deref() == Some(id)).unwrap()];
        let brief = of("write-the-brief");
        assert_eq!(
            (&brief["/title"], &brief["/params/title"], &brief["/params/due_date"]),
            (&recipe, &recipe, &recipe)
        );
        assert_eq!(of("agree-budget")["/params/admin"], recipe);
        assert_eq!(of("set-milestones")["/params/milestones/3/title"], recipe);
        let project = of("create-project");
        assert_eq!(project["/params/name"], words("Kestrel"));
        assert!(matches!(&project["/params/due_date"], Source::Request { words } if words.contains("5 February")));
        assert!(!sources.iter().flat_map(|sources| sources.values()).any(|source| *source == own()));
    }

    #[test]
    fn answers_feedback_and_results_are_told_from_the_request() {
        let mut request = request("create a project");
        request.answers.insert("project-name".into(), json!("Kestrel"));
        request.revising = Some(Revising { feedback: "make it due on 26 February".into(), ..Revising::default() });
        let params = json!({"title": "Kestrel", "due_date": "2027-02-26", "project": "{{steps.a.result.id}}"});
        let sources = found(&request, params);
        assert_eq!(sources["/params/title"], Source::Answer { question: "project-name".into() });
        assert!(matches!(&sources["/params/due_date"], Source::Feedback { words } if words.contains("26 February")));
        assert_eq!(sources["/params/project"], Source::StepResult { step: "a".parse().unwrap() });
    }
}
