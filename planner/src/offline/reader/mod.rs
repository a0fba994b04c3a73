//! What is known while a request is read: the workspace, the conversation, the steps so far, the open questions.

mod awaited;
mod moments;
mod order;
mod people;
mod things;

use std::sync::Arc;

use domain::{
    plan::{AnswerKind, Question},
    workspace::Kind,
};

use super::{
    dates::Calendar,
    draft::{Draft, Step, Target, Thing},
    resolve::Candidate,
    rows::{Row, known, rows, words},
    talk::Talk,
    text::{Kind as TokenKind, Token, fold, is_pronoun, is_title, join, tokens},
};
use crate::contract::PlanningRequest;

/// Reading cannot go on with this clause: a question was asked or a refusal noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop;

/// Whether a clause was understood.
pub(crate) type Reading = Result<bool, Stop>;

/// Everything that is known while a request is read.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that the request says or not")]
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    pub(crate) request: &'a PlanningRequest,
    pub(crate) calendar: Calendar,
    pub(crate) rows: Arc<[Row]>,
    /// What words can mean of these rows.
    pub(crate) known: Arc<[Candidate]>,
    pub(crate) draft: Draft,
    pub(crate) talk: Talk,
    pub(crate) questions: Vec<Question>,
    pub(crate) refusals: Vec<String>,
    pub(crate) assumptions: Vec<String>,
    /// The steps that whatever comes now has to wait for.
    barrier: Vec<usize>,
    /// Whether what comes waits for the work of those steps to be done, not only for the steps: "when he is finished".
    until_done: bool,
    /// What the clauses behind the one at hand wait for, when that one has a condition of its own.
    barrier_behind: Option<(Vec<usize>, bool)>,
    /// Steps so far that have to wait for the next one: "before that, …".
    comes_before: Vec<usize>,
    /// Where the steps of the clauses since the last "then" begin.
    since: usize,
    /// A statement that the next clause may need: "introduce A to B".
    pub(crate) topic: Option<String>,
    /// The project, recipe or launch that the whole request is about.
    pub(crate) undertaking: Option<Thing>,
    /// All that was said before the clause at hand, for asks that only say "sort it out".
    pub(crate) told: Vec<Vec<Token>>,
    /// Ideas that become projects stay where they are.
    keeps_ideas: bool,
    /// The whole request, for people who are named in another sentence.
    pub(crate) whole: Arc<[Token]>,
    /// Steps that a recipe made; what the request says itself takes their place.
    pub(crate) generated: Vec<usize>,
    /// The name of the recipe that was carried out.
    pub(crate) recipe: Option<String>,
    /// The clause behind the one at hand.
    pub(crate) next: Vec<Token>,
    /// What a statement says that somebody has still to be asked about.
    pub(crate) matter: Vec<Token>,
    /// Whether milestones and the usual admin are asked for, without naming any.
    pub(crate) asks_for_launch: bool,
    /// How many clauses were taken for something to do only because nothing else fitted.
    pub(crate) doubts: usize,
    /// A launch whose project has no name yet.
    pub(crate) unnamed_launch: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(request: &'a PlanningRequest) -> Self {
        let rows = rows(&request.workspace);
        Self {
            request,
            calendar: Calendar { today: request.today },
            known: known(&rows).into(),
            rows: rows.into(),
            draft: Draft::default(),
            talk: Talk::default(),
            questions: Vec::new(),
            refusals: Vec::new(),
            assumptions: Vec::new(),
            barrier: Vec::new(),
            until_done: false,
            barrier_behind: None,
            comes_before: Vec::new(),
            since: 0,
            topic: None,
            undertaking: None,
            told: Vec::new(),
            keeps_ideas: false,
            whole: Arc::from([]),
            generated: Vec::new(),
            recipe: None,
            next: Vec::new(),
            matter: Vec::new(),
            asks_for_launch: false,
            doubts: 0,
            unnamed_launch: false,
        }
    }

    // ---- steps -------------------------------------------------------------------------------------------------

    /// Adds a step behind what it has to wait for; gives the thing it makes or changes.
    pub(crate) fn push(&mut self, step: Step, kind: Kind, label: &str) -> Thing {
        self.wait_until_done(step.action);
        let index = self.draft.push(step);
        for before in self.barrier.clone() {
            self.draft.order(index, before);
        }
        for later in std::mem::take(&mut self.comes_before) {
            self.draft.order(later, index);
        }
        Thing { target: Target::Step(index), kind, label: label.to_owned() }
    }

    pub(crate) fn assume(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.assumptions.contains(&text) {
            self.assumptions.push(text);
        }
    }

    // ---- questions ---------------------------------------------------------------------------------------------

    /// The answer that was given to a question, if it was asked before.
    pub(crate) fn answer(&self, id: &str) -> Option<String> {
        let value = self.request.answers.get(id)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    }

    /// Asks, once.
    pub(crate) fn ask(&mut self, id: String, text: impl Into<String>, choices: Vec<String>) -> Stop {
        if self.questions.len() < crate::answer::MAX_QUESTIONS
            && !self.questions.iter().any(|question| question.id == id)
        {
            let kind = answer_kind(&id, &choices);
            self.questions.push(Question { id, text: text.into(), kind, choices });
        }
        Stop
    }

    pub(crate) fn refuse(&mut self, text: impl Into<String>) -> Stop {
        self.refusals.push(text.into());
        Stop
    }

    pub(crate) fn keeps_ideas(&self) -> bool {
        self.keeps_ideas
    }

    pub(crate) fn keep_ideas(&mut self) {
        self.keeps_ideas = true;
    }

    /// The project that this plan makes, when it makes one.
    pub(crate) fn undertaken(&self) -> Option<Thing> {
        self.talk.project.clone().filter(|project| project.step().is_some())
    }

    /// What "it" is, in words: "the press release".
    pub(crate) fn object_spoken_of(&self) -> Vec<Token> {
        let thing = self.talk.it().filter(|thing| !matches!(thing.kind, Kind::Reminder | Kind::Note | Kind::Message));
        thing.map(|thing| tokens(&as_object(thing))).unwrap_or_default()
    }
}

/// A thing in the middle of a sentence: a task that says what is done stands for what it is done to.
fn as_object(thing: &Thing) -> String {
    let words: Vec<&str> = thing.label.splitn(2, ' ').collect();
    match words.as_slice() {
        // "call Tom about the tent": the tent
        [verb, rest]
            if thing.kind == Kind::Task
                && thing.step().is_some()
                && super::text::is_verb(&fold(verb))
                && rest.contains(" about ") =>
        {
            rest.split_once(" about ").map_or(*rest, |(_, matter)| matter).to_owned()
        }
        [verb, rest] if thing.kind == Kind::Task && thing.step().is_some() && super::text::is_verb(&fold(verb)) => {
            // "sign off the layout": the layout
            let particle = rest.split_once(' ').filter(|(first, _)| {
                matches!(*first, "off" | "up" | "out" | "on" | "over" | "down" | "in" | "through" | "together")
            });
            particle.map_or(*rest, |(_, object)| object).to_owned()
        }
        _ => format!("“{}”", thing.label),
    }
}

/// The kind of thing an action makes and the param it is known by.
pub(crate) fn made_by(action: &str) -> Option<(Kind, &'static str)> {
    let made = match action {
        "project.create" => (Kind::Project, "name"),
        "task.create" => (Kind::Task, "title"),
        "person.create" => (Kind::Person, "name"),
        "idea.create" => (Kind::Idea, "title"),
        "calendar.schedule" => (Kind::CalendarEntry, "title"),
        _ => return None,
    };
    Some(made)
}

fn tokens_of(text: &str) -> Vec<Token> {
    tokens(text)
}

/// Without articles, marks and possessives at the ends.
pub(crate) fn trimmed(tokens: &[Token]) -> &[Token] {
    let idle = |token: &Token| token.kind == TokenKind::Punct || token.kind == TokenKind::Break || token.low == "'s";
    let from = tokens.iter().position(|token| !idle(token)).unwrap_or(tokens.len());
    let to = tokens.iter().rposition(|token| !idle(token)).map_or(from, |last| last + 1);
    &tokens[from..to]
}

/// A capitalised word that no word of the language accounts for: somebody's name.
fn stranger_in(tokens: &[Token]) -> Option<Token> {
    let is_name = |token: &Token| {
        token.is_capitalised()
            && !is_pronoun(&token.low)
            && !is_title(&token.low)
            && !super::text::is_function_word(&token.low)
            && super::text::base_form(&token.low).is_none()
    };
    let from = tokens.iter().position(is_name)?;
    let run: Vec<Token> = tokens[from..].iter().take_while(|token| is_name(token)).cloned().collect();
    Some(Token::new(join(&run), TokenKind::Word, false))
}

/// Which place a word names, from 0; -1 for the last.
pub(crate) fn ordinal(low: &str) -> Option<i32> {
    match low {
        "first" | "1st" | "former" => Some(0),
        "second" | "2nd" => Some(1),
        "third" | "3rd" => Some(2),
        "fourth" | "4th" => Some(3),
        "last" | "latter" => Some(-1),
        _ => None,
    }
}

pub(crate) fn kind_in_words(kinds: &[Kind]) -> String {
    match kinds {
        [one] => one.name().replace('_', " "),
        _ => "one".into(),
    }
}

/// What the answer to a question of this id looks like.
fn answer_kind(id: &str, choices: &[String]) -> AnswerKind {
    match id {
        _ if id == "which-day" || id.starts_with("due-of-") => AnswerKind::Date,
        _ if id.starts_with("who-") && choices.is_empty() => AnswerKind::Person,
        _ if choices.is_empty() => AnswerKind::Text,
        _ => AnswerKind::Choice,
    }
}

pub(crate) fn question_id(prefix: &str, said: &str) -> String {
    let slug = words(said).into_iter().take(6).collect::<Vec<_>>().join("-");
    format!("{prefix}-{}", if slug.is_empty() { "it" } else { &slug })
}
