//! Where the values of parameters stand in a plan, and putting placeholders in their place.
//!
//! What is marked is found by its value: words as whole words, things by their ids and by what people call them, dates
//! by how many days they are from the date that is marked. What stands in a reference to a result is left alone.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use chrono::NaiveDate;
use serde_json::Value;

use super::{
    Parameter, ParameterType, TemplateContent,
    days::days_in,
    leaves::{Leaf, LeafValue, leaves},
    placeholder::{Form, Placeholder, escape},
};
use crate::{difference::Content, ids::EntityId};

/// What people call things.
pub type Labels = HashMap<EntityId, String>;

/// A parameter, and the value that it stands for in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub parameter: Parameter,
    /// The words, the number, yes or no, the id; of a date, the day that all others are counted from.
    pub value: Value,
    /// The only places where the value is taken for the parameter; everywhere when not given.
    pub places: Option<Vec<String>>,
}

/// Where a value stands in a text, in bytes; the whole of a leaf that is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) mark: usize,
    pub(super) form: Form,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Finds the values of marks.
pub(super) struct Finder<'a> {
    marks: &'a [Mark],
    /// Words to look for, and what they stand for.
    words: Option<AhoCorasick>,
    meanings: Vec<(usize, Form)>,
    ids: HashMap<&'a str, Vec<usize>>,
    days: Vec<(usize, NaiveDate)>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(marks: &'a [Mark], labels: &Labels) -> Self {
        let (mut needles, mut meanings) = (Vec::new(), Vec::new());
        let mut ids: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut days = Vec::new();
        for (index, mark) in marks.iter().enumerate() {
            let Some(text) = mark.value.as_str().filter(|text| !text.is_empty() && !text.contains('{')) else {
                continue;
            };
            let mut word = |needle: &str, form| {
                needles.push(needle.to_owned());
                meanings.push((index, form));
            };
            match mark.parameter.of {
                ParameterType::Text | ParameterType::Choice => word(text, Form::Value),
                ParameterType::Date => days.extend(text.parse().ok().map(|day| (index, day))),
                ParameterType::Person | ParameterType::Project | ParameterType::Idea | ParameterType::Task => {
                    ids.entry(text).or_default().push(index);
                    let name = text.parse().ok().and_then(|id: EntityId| labels.get(&id)).map(|name| name.trim());
                    if let Some(name) = name.filter(|name| !name.is_empty() && !name.contains('{')) {
                        word(name, Form::Name);
                        let first = first_word(name);
                        if mark.parameter.of == ParameterType::Person && first != name && first.chars().count() > 1 {
                            word(first, Form::FirstName);
                        }
                    }
                }
                ParameterType::Number | ParameterType::YesNo => {}
            }
        }
        let words = if needles.is_empty() { None } else { AhoCorasick::new(&needles).ok() };
        Self { marks, words, meanings, ids, days }
    }

    /// Every place of every mark in a leaf; they may overlap.
    pub(super) fn all(&self, leaf: &Leaf<'_>) -> Vec<Span> {
        let mut found = Vec::new();
        let whole = |mark, end| Span { mark, form: Form::Value, start: 0, end };
        match leaf.value {
            LeafValue::Text(text) => self.in_text(text, &mut found),
            LeafValue::Number(number) => {
                let same =
                    |mark: &Mark| mark.parameter.of == ParameterType::Number && mark.value.as_number() == Some(number);
                found
                    .extend((0..self.marks.len()).filter(|index| same(&self.marks[*index])).map(|mark| whole(mark, 0)));
            }
            LeafValue::YesNo(given) => {
                let same =
                    |mark: &Mark| mark.parameter.of == ParameterType::YesNo && mark.value.as_bool() == Some(given);
                found
                    .extend((0..self.marks.len()).filter(|index| same(&self.marks[*index])).map(|mark| whole(mark, 0)));
            }
        }
        found.retain(|span| self.marks[span.mark].places.as_ref().is_none_or(|places| places.contains(&leaf.pointer)));
        found
    }

    fn in_text(&self, text: &str, found: &mut Vec<Span>) {
        for index in self.ids.get(text).into_iter().flatten() {
            found.push(Span { mark: *index, form: Form::Value, start: 0, end: text.len() });
        }
        let held = braced(text);
        let is_free = |start: usize, end: usize| {
            !held.iter().any(|(from, to)| start < *to && *from < end) && !text[..start].ends_with('{')
        };
        for found_word in self.words.iter().flat_map(|words| words.find_overlapping_iter(text)) {
            let (start, end) = (found_word.start(), found_word.end());
            if is_free(start, end) && is_bounded(text, start, end) {
                let (mark, form) = self.meanings[found_word.pattern().as_usize()];
                found.push(Span { mark, form, start, end });
            }
        }
        for written in days_in(text) {
            let (start, end) = (written.start, written.end);
            for (mark, from) in self.days.iter().filter(|_| is_free(start, end)) {
                let Some(day) = written.near(*from) else { continue };
                let days = (day - *from).num_days();
                let form = written.style.map_or(Form::Days(days), |style| Form::Written(days, style));
                found.push(Span { mark: *mark, form, start, end });
            }
        }
    }

    /// The places of a leaf that are replaced: none overlap, a longer one goes before a shorter one, a mark that names
    /// its places before one that does not, an earlier mark before a later one.
    pub(super) fn settled(&self, leaf: &Leaf<'_>) -> Vec<Span> {
        let mut all = self.all(leaf);
        let is_open = |span: &Span| self.marks[span.mark].places.is_none();
        all.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end), is_open(span), span.mark));
        let mut taken: Vec<Span> = Vec::new();
        for span in all {
            if taken.last().is_none_or(|last| last.end <= span.start && last.start < span.start) {
                taken.push(span);
            }
        }
        taken
    }
}

/// Makes a template of a plan's content: each value that is marked becomes a placeholder of its parameter.
///
/// A mark whose value is found nowhere leaves its parameter without a place; [`unplaced`] lists those.
pub fn mark(content: &Content, marks: &[Mark], labels: &Labels) -> TemplateContent {
    let finder = Finder::new(marks, labels);
    let mut made = TemplateContent {
        plan_name: content.details.name.clone(),
        plan_description: content.details.description.clone(),
        policy: content.details.policy.clone(),
        parameters: marks.iter().map(|mark| mark.parameter.clone()).collect(),
        steps: content.steps.clone(),
        includes: Vec::new(),
    };
    for leaf in leaves(content) {
        let spans = finder.settled(&leaf);
        let written = match leaf.value {
            LeafValue::Text(text) => with_gaps(text, &spans, marks),
            LeafValue::Number(_) | LeafValue::YesNo(_) if spans.is_empty() => continue,
            LeafValue::Number(_) | LeafValue::YesNo(_) => gap(&spans[0], marks),
        };
        put(&mut made, &leaf, written);
    }
    made
}

fn put(made: &mut TemplateContent, leaf: &Leaf<'_>, written: String) {
    let Some(index) = leaf.step else {
        if leaf.pointer == "/name" {
            made.plan_name = written;
        } else {
            made.plan_description = written;
        }
        return;
    };
    let base = format!("/steps/{index}");
    let step = &mut made.steps[index];
    match leaf.pointer.strip_prefix(&base).unwrap_or_default() {
        "/title" => step.title = written,
        "/description" => step.description = written,
        within => {
            let place = within.strip_prefix("/params").unwrap_or_default();
            if let Some(value) = step.params.pointer_mut(place) {
                *value = Value::String(written);
            }
        }
    }
}

fn with_gaps(text: &str, spans: &[Span], marks: &[Mark]) -> String {
    if spans.is_empty() {
        return escape(text);
    }
    let mut written = String::with_capacity(text.len() + 24);
    let mut at = 0;
    for span in spans {
        written.push_str(&escape(&text[at..span.start]));
        written.push_str(&gap(span, marks));
        at = span.end;
    }
    written.push_str(&escape(&text[at..]));
    written
}

fn gap(span: &Span, marks: &[Mark]) -> String {
    Placeholder { name: marks[span.mark].parameter.name.clone(), form: span.form }.to_string()
}

/// The parameters that stand in no place, by their index.
pub fn unplaced(content: &TemplateContent) -> Vec<usize> {
    let used = super::check::used(content);
    let parameters = content.parameters.iter().enumerate();
    parameters.filter(|(_, parameter)| !used.contains(&parameter.name)).map(|(index, _)| index).collect()
}

/// The first word of a name.
pub(super) fn first_word(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}

/// The parts of a text between double braces, with the braces.
fn braced(text: &str) -> Vec<(usize, usize)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(open) = text[at..].find("{{").map(|open| at + open) {
        let Some(close) = text[open..].find("}}") else { break };
        found.push((open, open + close + 2));
        at = open + close + 2;
    }
    found
}

/// Whether what is found is no part of a longer word.
fn is_bounded(text: &str, start: usize, end: usize) -> bool {
    let joins = |one: Option<char>, other: Option<char>| {
        one.is_some_and(char::is_alphanumeric) && other.is_some_and(char::is_alphanumeric)
    };
    let inside = &text[start..end];
    !joins(text[..start].chars().next_back(), inside.chars().next())
        && !joins(inside.chars().next_back(), text[end..].chars().next())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::{PlanDetails, StepInput, check_steps};

    fn content(steps: Value) -> Content {
        let inputs: Vec<StepInput> = serde_json::from_value(steps).unwrap();
        let steps = check_steps(inputs, crate::action::Catalogue::builtin()).unwrap();
        Content { details: PlanDetails { name: "Launch Kestrel".into(), ..PlanDetails::default() }, steps }
    }

    fn marked(name: &str, of: ParameterType, value: Value) -> Mark {
        Mark { parameter: Parameter { name: name.into(), of, ..Parameter::default() }, value, places: None }
    }

    #[test]
    fn names_dates_people_and_numbers_become_placeholders() {
        let content = content(json!([
            {"id": "a", "title": "Create Kestrel", "action_type": "project.create",
                "params": {"name": "Kestrel", "due_date": "2027-03-31"}},
            {"id": "b", "title": "Ask Sarah about Kestrels and Kestrel", "action_type": "calendar.schedule",
                "params": {"title": "Talk to Sarah Chen", "at": "2027-03-17T10:00", "duration_minutes": 45,
                    "attendees": ["per_1", "me"]}},
        ]));
        let marks = [
            marked("project_name", ParameterType::Text, json!("Kestrel")),
            marked("start_date", ParameterType::Date, json!("2027-03-17")),
            marked("who", ParameterType::Person, json!("per_1")),
            marked("minutes", ParameterType::Number, json!(45)),
        ];
        let labels = Labels::from([("per_1".parse().unwrap(), "Sarah Chen".to_owned())]);
        let made = mark(&content, &marks, &labels);
        assert_eq!(made.plan_name, "Launch {{params.project_name}}");
        assert_eq!(made.steps[0].title, "Create {{params.project_name}}");
        assert_eq!(
            made.steps[0].params,
            json!({"name": "{{params.project_name}}", "due_date": "{{params.start_date + 14 days}}"})
        );
        assert_eq!(made.steps[1].title, "Ask {{params.who.first_name}} about Kestrels and {{params.project_name}}");
        assert_eq!(
            made.steps[1].params,
            json!({"title": "Talk to {{params.who.name}}", "at": "{{params.start_date}}T10:00",
                "duration_minutes": "{{params.minutes}}", "attendees": ["{{params.who}}", "me"]})
        );
        assert!(unplaced(&made).is_empty());
    }

    #[test]
    fn the_longer_value_goes_first_and_references_are_left_alone() {
        let content = content(json!([
            {"id": "launch", "title": "Launch Kestrel", "action_type": "project.create", "params": {"name": "launch"}},
            {"id": "b", "title": "x", "action_type": "note.add", "depends_on": ["launch"],
                "params": {"about": "{{steps.launch.result.id}}", "text": "the launch {params.x} {{params.what}}"}},
        ]));
        let marks = [
            marked("what", ParameterType::Text, json!("launch")),
            marked("whole", ParameterType::Text, json!("Launch Kestrel")),
            marked("nowhere", ParameterType::Text, json!("Osprey")),
        ];
        let made = mark(&content, &marks, &Labels::new());
        assert_eq!(made.steps[0].title, "{{params.whole}}");
        assert_eq!(
            made.steps[1].params,
            json!({"about": "{{steps.launch.result.id}}",
                "text": "the {{params.what}} {params.x} {{literal.params.what}}"})
        );
        assert_eq!(unplaced(&made), [2]);
    }

    #[test]
    fn a_mark_can_be_held_to_its_places() {
        let content = content(json!([
            {"id": "a", "title": "Call", "action_type": "task.create", "params": {"title": "Call", "admin": true}},
        ]));
        let mut held = marked("what", ParameterType::Text, json!("Call"));
        held.places = Some(vec!["/steps/0/params/title".into()]);
        let yes = marked("admin", ParameterType::YesNo, json!(true));
        let made = mark(&content, &[held, yes], &Labels::new());
        assert_eq!(made.steps[0].title, "Call");
        assert_eq!(made.steps[0].params, json!({"title": "{{params.what}}", "admin": "{{params.admin}}"}));
    }

    #[test]
    fn days_are_found_where_they_stand_alone() {
        let days = |text| days_in(text).into_iter().map(|day| day.start).collect::<Vec<_>>();
        assert_eq!(days("by 2026-11-23, or 2026-11-24T10:00"), [3, 18]);
        assert!(days("12026-11-23 2026-11-234 2026-13-01 2026-11-23-4").is_empty());
    }
}
