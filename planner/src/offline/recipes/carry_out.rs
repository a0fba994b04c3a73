//! A recipe adapted to one request: names, dates, and only the tasks that fit.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::NaiveDate;
use domain::workspace::Kind;
use serde_json::{Value, json};

use super::{
    file::{Recipe, Slot},
    recognise::{find, in_active_voice},
    subject::{in_a_sentence, subject},
};
use crate::{
    contract::FromRecipe,
    offline::{
        dates::{DatePhrase, Role, Span, Unit, shift, written},
        draft::{Step, Thing, shortened},
        reader::{Reader, Stop},
        text::{Kind as TokenKind, Token, capitalised, is_determiner, is_function_word, is_preposition, join},
        wording::NAME_CHARS,
    },
};

/// When an undertaking is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Days {
    pub(crate) first: Option<NaiveDate>,
    pub(crate) last: Option<NaiveDate>,
}

/// What is known about the undertaking besides the recipe.
#[derive(Clone, Debug, Default)]
pub(crate) struct Particulars {
    /// The project's name, when the request gives one.
    pub(crate) name: Option<String>,
    /// Whom it is for, when the request says so.
    pub(crate) who: Option<String>,
    /// The project, when it is there already.
    pub(crate) project: Option<Thing>,
    pub(crate) days: Days,
}

/// Puts a recipe's project, milestones and tasks into the draft.
pub(crate) fn carry_out(
    reader: &mut Reader<'_>,
    recipe: &Recipe,
    tokens: &[Token],
    given: Particulars,
) -> Result<Thing, Stop> {
    let active = in_active_voice(tokens);
    let tokens = active.as_deref().unwrap_or(tokens);
    let mut days = given.days;
    if days.first.is_none() {
        days = days_of(reader, tokens)?;
    }
    // what only looks forward, such as a review of what happened, begins today
    if days.first.is_none() && recipe.tasks.iter().all(|task| task.days >= 0) {
        days = Days { first: Some(reader.calendar.today), last: Some(reader.calendar.today) };
    }
    let subject = given.name.clone().unwrap_or_else(|| subject(tokens));
    let mut slots = slots(reader, recipe, tokens, &subject);
    if let (Some(who), Some(slot)) = (given.who, slots.get_mut("who")) {
        *slot = who;
    }
    slots.insert("it".into(), in_a_sentence(&subject, &reader.whole));
    let begin = reader.draft.steps.len();
    let project = match (&recipe.project, given.project) {
        (_, Some(project)) => Some(project),
        (Some(part), None) => {
            let name =
                given.name.unwrap_or_else(|| capitalised(shortened(&fill(&part.name, &slots), NAME_CHARS + 10).trim()));
            let due = days.last.or(days.first).map(|day| (day, None));
            let project = reader.make_project(&name, due, Some(fill(&part.description, &slots)));
            reader.draft.steps[begin].recipe = Some(told_by(recipe, [("/params/description", &part.description)]));
            Some(project)
        }
        (None, None) => None,
    };
    if days.first.is_none() {
        reader.assume("The request names no day for this, so the steps have no due dates yet.");
    }
    let longest = recipe
        .tasks
        .iter()
        .map(|task| -task.days)
        .chain(recipe.milestones.iter().map(|milestone| -milestone.days))
        .max()
        .unwrap_or(0)
        .max(1);
    let scale = Scale { today: reader.calendar.today, days, longest };
    if let Some(project) = project.as_ref().filter(|_| !recipe.milestones.is_empty()) {
        milestones(reader, recipe, project, &slots, &scale);
    }
    let words = Arc::clone(&reader.whole);
    let fits = |given: &[String]| given.iter().any(|phrase| find(&words, phrase).is_some());
    let mut made: HashMap<&str, usize> = HashMap::new();
    let mut group = Vec::new();
    for part in &recipe.tasks {
        if (!part.when.is_empty() && !fits(&part.when)) || fits(&part.unless) {
            continue;
        }
        let title = capitalised(&shortened(&fill(&part.title, &slots), 140));
        let due = scale.day(part.days, part.from_end);
        let mut step = Step::new("task.create", title.clone())
            .slug(part.id.clone())
            .text("title", &title)
            .text("description", fill(&part.description, &slots))
            .maybe("project", project.as_ref())
            .day("due_date", due, None);
        if part.admin || project.is_none() {
            step = step.value("admin", true);
        }
        step.recipe = Some(told_by(
            recipe,
            [("/title", &part.title), ("/params/title", &part.title), ("/params/description", &part.description)],
        ));
        let task = reader.push(step, Kind::Task, &title);
        let Some(index) = task.step() else { continue };
        for before in &part.after {
            if let Some(before) = made.get(before.as_str()) {
                reader.draft.order(index, *before);
            }
        }
        made.insert(&part.id, index);
        group.push(task);
    }
    reader.generated.extend(begin..reader.draft.steps.len());
    let about = project.or_else(|| group.first().cloned()).ok_or(Stop)?;
    reader.talk.group = group;
    reader.talk.about(&about);
    if let Some(first) = days.first {
        reader.talk.day(&subject, first);
        reader.talk.last_day(first);
    }
    reader.undertaking = Some(about.clone());
    Ok(about)
}

fn milestones(
    reader: &mut Reader<'_>,
    recipe: &Recipe,
    project: &Thing,
    slots: &BTreeMap<String, String>,
    scale: &Scale,
) {
    let list: Vec<Value> = recipe
        .milestones
        .iter()
        .map(|milestone| {
            let title = capitalised(&fill(&milestone.title, slots));
            match scale.day(milestone.days, false) {
                Some(day) => json!({"title": title, "due_date": written(day, None)}),
                None => json!({"title": title}),
            }
        })
        .collect();
    let mut step = Step::new("project.set_milestones", format!("Set the milestones of “{}”", project.label))
        .thing("project", project)
        .value("milestones", list);
    let titles = recipe.milestones.iter().enumerate();
    let titles: Vec<(String, &String)> =
        titles.map(|(at, part)| (format!("/params/milestones/{at}/title"), &part.title)).collect();
    step.recipe = Some(told_by(recipe, titles.iter().map(|(pointer, text)| (pointer.as_str(), *text))));
    reader.push(step, Kind::Project, &project.label);
}

/// What a step has from a recipe: the texts that have words of their own besides what the request puts in.
fn told_by<'a>(recipe: &Recipe, texts: impl IntoIterator<Item = (&'a str, &'a String)>) -> FromRecipe {
    let has_words = |text: &str| {
        let mut inside = false;
        text.chars().any(|c| {
            inside = c == '{' || inside && c != '}';
            !inside && c.is_alphabetic()
        })
    };
    let own = texts.into_iter().filter(|(_, text)| has_words(text));
    FromRecipe { name: recipe.name.clone(), words: own.map(|(pointer, _)| pointer.to_owned()).collect() }
}

/// Distances of a recipe, fitted into the time there is.
struct Scale {
    today: NaiveDate,
    days: Days,
    longest: i64,
}

impl Scale {
    fn day(&self, days: i64, from_end: bool) -> Option<NaiveDate> {
        let anchor = if from_end { self.days.last.or(self.days.first)? } else { self.days.first? };
        let count = |days: i64| Span { count: u32::try_from(days.unsigned_abs()).unwrap_or(u32::MAX), unit: Unit::Day };
        if days >= 0 {
            return Some(shift(anchor, count(days), false));
        }
        let room = (anchor - self.today).num_days().max(0);
        let days = if room < self.longest { days * room / self.longest } else { days };
        Some(shift(anchor, count(days), true).max(self.today))
    }
}

/// The day or days that the request names.
pub(crate) fn days_of(reader: &mut Reader<'_>, tokens: &[Token]) -> Result<Days, Stop> {
    let today = reader.calendar.today;
    let dated = |tokens: &[Token]| -> Option<DatePhrase> {
        tokens
            .iter()
            .filter_map(Token::date)
            .find(|phrase| phrase.moment().is_none_or(|moment| moment.day.is_some_and(|day| day >= today)))
            .cloned()
    };
    let whole = reader.whole.clone();
    // "the report for Q4, due 20 January"
    let due = |tokens: &[Token]| {
        let due = tokens.iter().find(|token| token.date().is_some_and(|phrase| phrase.role == Role::Due));
        due.and_then(|token| dated(std::slice::from_ref(token)))
    };
    let Some(phrase) = due(tokens).or_else(|| dated(tokens)).or_else(|| dated(&whole)) else {
        return Ok(Days::default());
    };
    let Some((day, _)) = reader.moment(&phrase)? else { return Ok(Days::default()) };
    let last = phrase.moment().and_then(|moment| moment.until);
    let whole_month = last.is_some_and(|last| (last - day).num_days() > 20);
    Ok(Days { first: Some(if whole_month { last.unwrap_or(day) } else { day }), last: last.or(Some(day)) })
}

fn slots(reader: &Reader<'_>, recipe: &Recipe, tokens: &[Token], subject: &str) -> BTreeMap<String, String> {
    let mut filled: BTreeMap<String, String> = BTreeMap::new();
    for (name, slot) in &recipe.slots {
        let said = slot_in(slot, tokens).or_else(|| slot_in(slot, &reader.whole));
        filled.insert(name.clone(), said.unwrap_or_else(|| slot.otherwise.replace("{subject}", subject)));
    }
    filled.insert("subject".into(), subject.to_owned());
    filled
}

/// What the request says for a slot.
fn slot_in(slot: &Slot, tokens: &[Token]) -> Option<String> {
    if slot.is_name && slot.after.is_empty() {
        return name_in(tokens);
    }
    for word in &slot.after {
        for (at, token) in tokens.iter().enumerate() {
            if token.kind != TokenKind::Word || token.low != *word {
                continue;
            }
            let behind = &tokens[at + 1..];
            let lead = behind.iter().take_while(|token| is_determiner(&token.low)).count();
            let end = behind[lead..]
                .iter()
                .position(|token| {
                    matches!(token.kind, TokenKind::Punct | TokenKind::Date(_) | TokenKind::Break)
                        || is_preposition(&token.low) && token.low != "of"
                        || token.is_any("and who which that with starting starts is please then")
                })
                .map_or(behind.len(), |found| lead + found);
            let words = &behind[lead.min(end)..end];
            let fits = !words.is_empty()
                && (!slot.is_name || words.iter().any(Token::is_capitalised))
                && words.iter().any(|token| !is_function_word(&token.low));
            if fits {
                return Some(join(words));
            }
        }
    }
    None
}

/// A name in the clause: words with capitals that do not only begin the sentence.
fn name_in(tokens: &[Token]) -> Option<String> {
    // a full name may begin the sentence
    let begins = tokens.len() > 1
        && tokens[0].is_capitalised()
        && tokens[1].is_capitalised()
        && !is_function_word(&tokens[0].low)
        && crate::offline::text::base_form(&tokens[0].low).is_none();
    let mut at = usize::from(!begins);
    let mut best: Vec<Token> = Vec::new();
    while at < tokens.len() {
        let run: Vec<Token> = tokens[at..]
            .iter()
            .take_while(|token| {
                token.is_capitalised() && !is_function_word(&token.low)
                    || matches!(token.low.as_str(), "van" | "von" | "de" | "da" | "del" | "el")
            })
            .cloned()
            .collect();
        // two words and more are a full name; the last such name is the one in apposition
        if run.len() >= best.len() && run.iter().any(Token::is_capitalised) {
            best.clone_from(&run);
        }
        at += run.len().max(1);
    }
    let first = tokens.first().filter(|token| {
        token.is_capitalised()
            && best.is_empty()
            && crate::offline::text::base_form(&token.low).is_none()
            && !is_function_word(&token.low)
            && !is_determiner(&token.low)
    });
    if let Some(first) = first {
        let run: Vec<Token> = std::iter::once(first.clone())
            .chain(tokens[1..].iter().take_while(|token| token.is_capitalised()).cloned())
            .collect();
        return (run.len() > 1).then(|| join(&run));
    }
    (!best.is_empty()).then(|| join(&best))
}

fn fill(text: &str, slots: &BTreeMap<String, String>) -> String {
    slots.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
