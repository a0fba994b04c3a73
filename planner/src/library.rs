//! The library of templates beside a request: which one fits, and what the request says for its parameters.
//!
//! Nothing is decided here. A draft that is made says which template would have done, filled in as far as the request
//! goes, and a person chooses. Words are matched, not guessed: every word of a template's name must be in the request.

use std::collections::HashSet;

use chrono::NaiveDate;
use commands::Commands;
use domain::{
    actor::Actor,
    ids::TemplateId,
    plan::FromTemplate,
    template::{Parameter, ParameterType, TemplateContent},
};
use serde_json::{Map, Value, json};

use crate::{
    contract::{PlanningRequest, WorkspaceView},
    listener::WorkspaceSource,
    offline::{
        dates::{Calendar, mark},
        text::{Kind, Token, is_function_word, join, tokens},
    },
};

/// A template as the library lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateLine {
    /// The template.
    pub id: TemplateId,
    /// What people call it.
    pub name: String,
}

/// The template whose name says most of what the request says; none when no name is in it as a whole.
pub(crate) fn best<'a>(request: &str, library: &'a [TemplateLine]) -> Option<&'a TemplateLine> {
    let said: HashSet<String> = words(request).collect();
    let fits = |line: &&TemplateLine| {
        let mut name = words(&line.name).peekable();
        name.peek().is_some() && name.all(|word| said.contains(&word))
    };
    // of two that say as much, the newer one, which the library lists first
    let mut found: Option<&TemplateLine> = None;
    for line in library.iter().filter(fits) {
        if found.is_none_or(|best| words(&line.name).count() > words(&best.name).count()) {
            found = Some(line);
        }
    }
    found
}

/// The template that would do as well as the draft that was made, of those that whoever asks may use; a library that
/// cannot be read proposes nothing.
pub(crate) async fn fitting(
    commands: &Commands,
    source: &dyn WorkspaceSource,
    request: Option<PlanningRequest>,
    asked_by: Option<&Actor>,
) -> Option<FromTemplate> {
    let (request, asked_by) = (request?, asked_by?);
    let mut library = source.templates().await.ok()?;
    while let Some(line) = best(&request.request, &library).cloned() {
        let loaded = commands.templates.load_newest(&line.id).await.ok()?;
        let may_use = loaded.state.retired.is_none() && loaded.state.right_of(asked_by, &[]).is_some();
        if let Some(newest) = loaded.state.newest().filter(|_| may_use) {
            return Some(filled(&line, newest.number, &newest.content, &request));
        }
        library.retain(|other| other.id != line.id);
    }
    None
}

/// The words of a text that say something, without their endings: `hiring` and `hire` are one.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() > 2 && !is_function_word(word)).map(|word| {
        let stem = ["ing", "es", "ed", "s", "e"].iter().find_map(|ending| word.strip_suffix(ending));
        stem.filter(|stem| stem.len() > 2).unwrap_or(&word).to_owned()
    })
}

/// A template that fits, filled in with what the request says.
pub(crate) fn filled(
    line: &TemplateLine,
    version: u32,
    content: &TemplateContent,
    request: &PlanningRequest,
) -> FromTemplate {
    let marked = mark(&tokens(&request.request), Calendar { today: request.today });
    let mut reading = Reading {
        name: &line.name,
        tokens: &marked,
        workspace: &request.workspace,
        words: request.request.to_lowercase(),
        day_is_free: true,
        name_is_free: true,
        taken: Vec::new(),
    };
    let mut arguments = Map::new();
    // what is named by its name first, so that nobody is taken for the name of something new
    let (things, others): (Vec<&Parameter>, Vec<&Parameter>) =
        content.parameters.iter().partition(|parameter| parameter.of.kind().is_some());
    for parameter in things.into_iter().chain(others) {
        if let Some(value) = reading.value(parameter) {
            arguments.insert(parameter.name.clone(), value);
        }
    }
    FromTemplate { id: line.id, name: line.name.clone(), version, arguments, schedule: None }
}

struct Reading<'a> {
    /// What the template is called: its words name nothing.
    name: &'a str,
    tokens: &'a [Token],
    workspace: &'a WorkspaceView,
    words: String,
    day_is_free: bool,
    name_is_free: bool,
    /// Words that stand for things of the workspace.
    taken: Vec<String>,
}

impl Reading<'_> {
    fn value(&mut self, parameter: &Parameter) -> Option<Value> {
        match parameter.of {
            ParameterType::Person => self.thing(self.workspace.people.iter().map(|row| (row.id.as_str(), &*row.name))),
            ParameterType::Project => {
                self.thing(self.workspace.projects.iter().map(|row| (row.id.as_str(), &*row.name)))
            }
            ParameterType::Idea => self.thing(self.workspace.ideas.iter().map(|row| (row.id.as_str(), &*row.title))),
            ParameterType::Task => self.thing(self.workspace.tasks.iter().map(|row| (row.id.as_str(), &*row.title))),
            ParameterType::Date => {
                let day = self.day().filter(|_| std::mem::take(&mut self.day_is_free))?;
                Some(json!(day.to_string()))
            }
            ParameterType::Choice => {
                let said = |choice: &&String| self.tokens.iter().any(|token| token.low == choice.to_lowercase());
                parameter.choices.iter().find(said).map(|choice| json!(choice))
            }
            ParameterType::Text if parameter.required && parameter.default.is_none() && self.name_is_free => {
                let name = self.new_name()?;
                self.name_is_free = false;
                Some(json!(name))
            }
            ParameterType::Text | ParameterType::Number | ParameterType::YesNo => None,
        }
    }

    /// The only thing whose name, or first name, is in the request.
    fn thing<'b>(&mut self, rows: impl Iterator<Item = (&'b str, &'b str)>) -> Option<Value> {
        let holds = |name: &str| {
            let name = name.to_lowercase();
            let at = self.words.find(&name)?;
            let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let end = at + name.len();
            let apart = !joins(self.words[..at].chars().next_back()) && !joins(self.words[end..].chars().next());
            (apart && name.chars().count() > 2).then_some(name)
        };
        let mut named: Vec<(&str, String)> = Vec::new();
        for (id, name) in rows {
            let first = name.split_whitespace().next().unwrap_or_default();
            if let Some(said) = holds(name).or_else(|| holds(first)) {
                named.push((id, said));
            }
        }
        let longest = named.iter().map(|(_, said)| said.len()).max()?;
        named.retain(|(_, said)| said.len() == longest);
        let [(id, said)] = &named[..] else { return None };
        self.taken.extend(said.split_whitespace().map(str::to_owned));
        Some(json!(id))
    }

    fn day(&self) -> Option<NaiveDate> {
        self.tokens.iter().find_map(|token| match &token.kind {
            Kind::Date(phrase) => phrase.moment()?.day,
            _ => None,
        })
    }

    /// What something new is called: what stands between quotes, or capitalised words inside the request.
    fn new_name(&self) -> Option<String> {
        if let Some(quoted) = self.tokens.iter().find(|token| token.kind == Kind::Quoted && !token.plain) {
            return Some(quoted.text.clone());
        }
        let own: HashSet<String> = words(self.name).collect();
        let is_name = |index: usize| {
            let token = &self.tokens[index];
            let is_capital = token.text.chars().next().is_some_and(char::is_uppercase);
            let begins = index == 0 || self.tokens[index - 1].kind == Kind::Break || self.tokens[index - 1].text == ".";
            let is_own = words(&token.text).any(|word| own.contains(&word));
            token.kind == Kind::Word && is_capital && !begins && !is_own && !self.taken.contains(&token.low)
        };
        let start = (0..self.tokens.len()).find(|index| is_name(*index))?;
        let end = (start..self.tokens.len()).take_while(|index| is_name(*index)).last()? + 1;
        Some(join(&self.tokens[start..end]))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_trait::async_trait;
    use commands::{Envelope, HandClock};
    use domain::{
        action::Catalogue,
        ids::EntityId,
        template::{CreateTemplate, Included, TemplateCommand, TemplateDetails, TemplateSource},
    };
    use eventlog::{MemoryLog, Position};

    use super::*;
    use crate::contract::PersonRow;

    fn line(number: u128, name: &str) -> TemplateLine {
        TemplateLine { id: TemplateId::new(uuid::Uuid::from_u128(number)), name: name.into() }
    }

    fn library() -> Vec<TemplateLine> {
        vec![line(1, "Launch"), line(2, "Project launch"), line(3, "Hiring"), line(4, "Follow-up")]
    }

    #[test]
    fn a_template_fits_when_the_request_has_every_word_of_its_name() {
        let library = library();
        let name = |request| best(request, &library).map(|line| line.name.as_str());
        assert_eq!(name("Plan a project launch for Osprey"), Some("Project launch"));
        assert_eq!(name("launch it"), Some("Launch"));
        assert_eq!(name("We want to hire a designer"), Some("Hiring"));
        assert_eq!(name("follow up with Sarah"), Some("Follow-up"));
        assert_eq!(name("Write a note"), None);
        assert_eq!(best("Plan a project launch", &[]), None);
    }

    #[test]
    fn it_is_filled_in_with_what_the_request_says() {
        let content: TemplateContent = serde_json::from_value(json!({
            "plan_name": "P", "steps": [], "parameters": [
                {"name": "what", "required": true}, {"name": "start", "type": "date"}, {"name": "who", "type": "person"},
                {"name": "size", "type": "choice", "choices": ["small", "large"]}, {"name": "more"},
            ],
        }))
        .unwrap();
        let person = |id: &str, name: &str| PersonRow {
            id: id.parse().unwrap(),
            name: name.into(),
            email: None,
            organisation: None,
        };
        let people = vec![person("per_1", "Sarah Chen"), person("per_2", "Tom Okafor")];
        let request = PlanningRequest {
            request: "Plan a small project launch for Osprey Two with Sarah on 1 June 2027".into(),
            selection: None,
            today: "2026-11-30".parse().unwrap(),
            timezone: None,
            catalogue: Arc::clone(Catalogue::builtin()),
            workspace: WorkspaceView { people, ..WorkspaceView::default() },
            answers: Map::new(),
            revising: None,
        };
        let fits = filled(&line(2, "Project launch"), 3, &content, &request);
        assert_eq!(
            Value::Object(fits.arguments),
            json!({"who": "per_1", "what": "Osprey Two", "start": "2027-06-01", "size": "small"})
        );
        assert_eq!(fits.version, 3);
    }

    struct Shelf(Vec<TemplateLine>);

    #[async_trait]
    impl WorkspaceSource for Shelf {
        async fn view(&self, _: &str, _: &str, _: Option<&EntityId>, _: Position) -> Result<WorkspaceView, String> {
            Ok(WorkspaceView::default())
        }

        async fn templates(&self) -> Result<Vec<TemplateLine>, String> {
            Ok(self.0.clone())
        }
    }

    #[tokio::test]
    async fn what_is_not_shared_with_whoever_asks_is_not_proposed() {
        let clock = Arc::new(HandClock::at(domain::testing::moment()));
        let commands = Commands::new(Arc::new(MemoryLog::new()), Arc::clone(Catalogue::builtin()), clock);
        let alex = || Envelope::new(Actor::person("alex"));
        let mut shelf = Vec::new();
        for name in ["Project launch", "Launch"] {
            let content = serde_json::from_value(json!({"plan_name": "P", "steps": [
                {"id": "a", "title": "x", "action_type": "task.create", "params": {"title": "x"}},
            ]}));
            let details = TemplateDetails { name: name.into(), ..TemplateDetails::default() };
            let (content, source) = (content.unwrap(), TemplateSource::Written);
            let create = CreateTemplate { details, content, source, included: Included::new() };
            let (id, _) = commands.create_template(create, alex()).await.unwrap();
            shelf.push(TemplateLine { id, name: name.into() });
        }
        let nobody = TemplateCommand::Share { shares: Vec::new() };
        commands.templates.execute(&shelf[0].id, nobody, alex()).await.unwrap();
        let shelf = Shelf(shelf);
        let request = || PlanningRequest {
            request: "Plan a project launch".into(),
            selection: None,
            today: "2026-11-30".parse().unwrap(),
            timezone: None,
            catalogue: Arc::clone(Catalogue::builtin()),
            workspace: WorkspaceView::default(),
            answers: Map::new(),
            revising: None,
        };
        for (who, wanted) in [("alex", "Project launch"), ("sam", "Launch")] {
            let asked_by = Actor::person(who);
            let fits = fitting(&commands, &shelf, Some(request()), Some(&asked_by)).await;
            assert_eq!(fits.map(|fits| fits.name).as_deref(), Some(wanted), "{who}");
        }
    }
}
