//! What in a plan would be other the next time: dates, people, names, values that come again and again.
//!
//! Only a proposal: each is found by its value, with the places where it stands, and is ticked when it is nearly always
//! another one. A person ticks, renames and types them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde_json::Value;

use super::{
    Labels, Mark, Parameter, ParameterType,
    days::days_in,
    leaves::{Leaf, LeafValue, field_of, leaves},
    marks::Finder,
};
use crate::{action::Catalogue, difference::Content, ids::EntityId, references, workspace::Kind};

/// Why a value is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Date,
    Person,
    /// A project, an idea, a task.
    Thing,
    /// What something new is called.
    Name,
    /// It stands in several places.
    Repeated,
    Number,
    YesNo,
}

impl Why {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Person => "person",
            Self::Thing => "thing",
            Self::Name => "name",
            Self::Repeated => "repeated",
            Self::Number => "number",
            Self::YesNo => "yes_no",
        }
    }
}

/// One place of a value, with what is around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// A JSON pointer (RFC 6901) into the content: `/name`, `/steps/3/title`.
    pub pointer: String,
    pub before: String,
    pub found: String,
    pub after: String,
}

/// A parameter that is proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub mark: Mark,
    pub why: Why,
    /// Whether it is one unless somebody says otherwise.
    pub ticked: bool,
    /// At most [`MAX_PLACES`] of them.
    pub places: Vec<Placed>,
    /// How many places there are.
    pub count: usize,
}

/// The most proposals.
const MAX_FOUND: usize = 200;
/// The most places that are told of one.
pub const MAX_PLACES: usize = 50;
/// How much is told of what is around a place, in characters.
const AROUND: usize = 60;
/// A repeated value is so long, in characters.
const REPEATED: std::ops::RangeInclusive<usize> = 3..=80;

/// Finds what may be a parameter, what is ticked first. A day that is written without a year, in a plan in which no day has
/// one, is that nearest to `around`.
pub fn find(content: &Content, labels: &Labels, catalogue: &Catalogue, around: NaiveDate) -> Vec<Found> {
    let leaves = leaves(content);
    let mut looking = Looking { candidates: Vec::new(), seen: BTreeSet::new() };
    looking.dates(&leaves, around);
    looking.things(content, labels, catalogue);
    looking.names(content);
    looking.repeated(&leaves);
    looking.numbers(&leaves);
    looking.told(&leaves, labels)
}

struct Candidate {
    mark: Mark,
    why: Why,
    ticked: bool,
    /// In how many steps it must stand, the plan's own words counted as one.
    least: usize,
}

/// Where a candidate stands.
#[derive(Default)]
struct Places {
    count: usize,
    steps: BTreeSet<Option<usize>>,
    told: Vec<Placed>,
}

struct Looking {
    candidates: Vec<Candidate>,
    /// Texts that are proposed already.
    seen: BTreeSet<String>,
}

impl Looking {
    fn add(&mut self, name: &str, of: ParameterType, value: Value, why: Why, places: Option<Vec<String>>) {
        let ticked = matches!(why, Why::Date | Why::Person | Why::Thing | Why::Name);
        let default = match why {
            Why::Date => Some(Value::from("today")),
            Why::Repeated | Why::Number | Why::YesNo => Some(value.clone()),
            Why::Person | Why::Thing | Why::Name => None,
        };
        let parameter = Parameter { name: name.to_owned(), of, required: true, default, ..Parameter::default() };
        let least = if why == Why::Repeated { 2 } else { 1 };
        self.candidates.push(Candidate { mark: Mark { parameter, value, places }, why, ticked, least });
    }

    /// The earliest day is where the plan starts; all others follow from it.
    fn dates(&mut self, leaves: &[Leaf<'_>], around: NaiveDate) {
        let days: Vec<_> = leaves.iter().filter_map(Leaf::text).flat_map(days_in).collect();
        let with_year = days.iter().filter_map(super::days::DayInText::whole).min();
        if let Some(first) = with_year.or_else(|| days.iter().filter_map(|day| day.near(around)).min()) {
            self.add("start_date", ParameterType::Date, Value::from(first.to_string()), Why::Date, None);
        }
    }

    fn things(&mut self, content: &Content, labels: &Labels, catalogue: &Catalogue) {
        let mut seen = BTreeSet::new();
        for step in &content.steps {
            for (pointer, text) in catalogue.entity_references(&step.action_type, &step.params) {
                let Ok(id) = text.parse::<EntityId>() else { continue };
                let kind = Kind::from_prefix(id.prefix());
                let Some(of) = kind.and_then(ParameterType::of_kind).filter(|_| seen.insert(id.clone())) else {
                    continue;
                };
                let why = if of == ParameterType::Person { Why::Person } else { Why::Thing };
                let name = match (of, field_of(&pointer)) {
                    (ParameterType::Person, "to" | "about" | "person" | "from") => "who",
                    (ParameterType::Person, "attendees") => "attendee",
                    (ParameterType::Person, field) => field,
                    (_, _) => of.name(),
                };
                self.add(name, of, Value::from(id.as_str()), why, None);
                self.seen.extend(labels.get(&id).map(|label| label.trim().to_owned()));
            }
        }
    }

    /// What things are called that the plan makes.
    fn names(&mut self, content: &Content) {
        for step in &content.steps {
            let (field, name) = match step.action_type.as_str() {
                "project.create" => ("name", "project_name"),
                "person.create" => ("name", "person_name"),
                "idea.create" => ("title", "idea_title"),
                _ => continue,
            };
            if let Some(text) = step.params.get(field).and_then(Value::as_str) {
                self.words(text, name, Why::Name);
            }
            if let ("person.create", Some(mail)) = (step.action_type.as_str(), step.params.get("email")) {
                self.words(mail.as_str().unwrap_or_default(), "email", Why::Name);
            }
        }
    }

    fn words(&mut self, text: &str, name: &str, why: Why) {
        let is_free = references::find(&Value::from(text)).0.is_empty() && days_in(text).is_empty();
        if is_free && !text.trim().is_empty() && text.trim() == text && self.seen.insert(text.to_owned()) {
            self.add(name, ParameterType::Text, Value::from(text), why, None);
        }
    }

    /// Values that stand in the plan more than once, also as part of longer texts.
    fn repeated(&mut self, leaves: &[Leaf<'_>]) {
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        for leaf in leaves.iter().filter(|leaf| leaf.pointer.contains("/params/")) {
            let Some(text) = leaf.text().filter(|text| REPEATED.contains(&text.chars().count())) else { continue };
            let is_word = text.contains(char::is_alphabetic) && text.parse::<EntityId>().is_err() && text != "me";
            if is_word {
                fields.entry(text).or_insert_with(|| field_of(&leaf.pointer));
            }
        }
        let mut proper: BTreeMap<&str, usize> = BTreeMap::new();
        for word in leaves.iter().filter_map(Leaf::text).flat_map(proper_names) {
            *proper.entry(word).or_default() += 1;
        }
        for (text, field) in fields {
            self.words(text, field, Why::Repeated);
        }
        for (text, _) in proper.into_iter().filter(|(_, count)| *count > 1) {
            self.words(text, "name", Why::Repeated);
        }
    }

    fn numbers(&mut self, leaves: &[Leaf<'_>]) {
        let mut groups: HashMap<(String, String), (Value, Vec<String>)> = HashMap::new();
        let mut order = Vec::new();
        for leaf in leaves {
            let value = match leaf.value {
                LeafValue::Text(_) => continue,
                LeafValue::Number(number) => Value::Number(number.clone()),
                LeafValue::YesNo(given) => Value::Bool(given),
            };
            let key = (field_of(&leaf.pointer).to_owned(), value.to_string());
            let (_, places) = groups.entry(key.clone()).or_insert_with(|| {
                order.push(key);
                (value, Vec::new())
            });
            places.push(leaf.pointer.clone());
        }
        for key in order {
            let Some((value, places)) = groups.remove(&key) else { continue };
            let (of, why) = if value.is_boolean() {
                (ParameterType::YesNo, Why::YesNo)
            } else {
                (ParameterType::Number, Why::Number)
            };
            self.add(&key.0.to_lowercase(), of, value, why, Some(places));
        }
    }

    /// The candidates that stand where they must, with their places.
    fn told(self, leaves: &[Leaf<'_>], labels: &Labels) -> Vec<Found> {
        let marks: Vec<Mark> = self.candidates.iter().map(|candidate| candidate.mark.clone()).collect();
        let finder = Finder::new(&marks, labels);
        let mut places: Vec<Places> = marks.iter().map(|_| Places::default()).collect();
        for leaf in leaves {
            for span in finder.all(leaf) {
                let Places { count, steps, told } = &mut places[span.mark];
                *count += 1;
                steps.insert(leaf.step);
                if told.len() < MAX_PLACES {
                    told.push(leaf.placed(span.start, span.end));
                }
            }
        }
        let together = self.candidates.into_iter().zip(places);
        let mut found: Vec<Found> = together
            .filter(|(candidate, places)| places.steps.len() >= candidate.least)
            .map(|(Candidate { mark, why, ticked, .. }, Places { count, told: places, .. })| Found {
                mark,
                why,
                ticked,
                places,
                count,
            })
            .collect();
        found.sort_by_key(|found| (!found.ticked, found.why));
        found.truncate(MAX_FOUND);
        name_apart(&mut found);
        found
    }
}

/// Gives each proposal a name of its own, and the label that goes with it.
fn name_apart(found: &mut [Found]) {
    let mut taken = BTreeSet::new();
    for Found { mark: Mark { parameter, .. }, .. } in found {
        let wanted = std::mem::take(&mut parameter.name);
        let base = if super::is_parameter_name(&wanted) { wanted } else { "value".to_owned() };
        let numbered = (2..).map(|n: u32| format!("{base}_{n}"));
        let name = std::iter::once(base.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or(base);
        taken.insert(name.clone());
        parameter.label = in_words(&name);
        parameter.name = name;
    }
}

impl Leaf<'_> {
    fn text(&self) -> Option<&str> {
        match self.value {
            LeafValue::Text(text) => Some(text),
            LeafValue::Number(_) | LeafValue::YesNo(_) => None,
        }
    }

    fn placed(&self, start: usize, end: usize) -> Placed {
        let (before, found, after) = match self.value {
            LeafValue::Text(text) => (tail(&text[..start]), text[start..end].to_owned(), head(&text[end..])),
            LeafValue::Number(number) => (String::new(), number.to_string(), String::new()),
            LeafValue::YesNo(given) => (String::new(), given.to_string(), String::new()),
        };
        Placed { pointer: self.pointer.clone(), before, found, after }
    }
}

fn head(text: &str) -> String {
    match text.char_indices().nth(AROUND) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn tail(text: &str) -> String {
    match text.char_indices().rev().nth(AROUND - 1) {
        Some((start, _)) if start > 0 => format!("…{}", &text[start..]),
        Some(_) | None => text.to_owned(),
    }
}

/// Runs of capitalised words that do not begin a text or a sentence.
fn proper_names(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut run: Option<(usize, usize)> = None;
    let mut begins = true;
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let start = at;
        at += word.len();
        let bare = word.trim_end().trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_capitalised = bare.chars().next().is_some_and(char::is_uppercase) && bare.chars().count() > 2;
        run = match run {
            Some((from, _)) if is_capitalised => Some((from, start + bare.len())),
            Some((from, to)) => {
                found.push(&text[from..to]);
                None
            }
            None if is_capitalised && !begins => Some((start, start + bare.len())),
            None => None,
        };
        let ends = word.trim_end().len() > bare.len();
        if let (true, Some((from, to))) = (ends, run) {
            found.push(&text[from..to]);
            run = None;
        }
        begins = word.trim_end().ends_with(['.', '!', '?', ':', '\n']);
    }
    found.extend(run.map(|(from, to)| &text[from..to]));
    found
}

/// `project_name` as people read it.
fn in_words(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str().replace('_', " "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::{PlanDetails, StepInput, check_steps};

    fn found(steps: Value) -> Vec<Found> {
        let inputs: Vec<StepInput> = serde_json::from_value(steps).unwrap();
        let steps = check_steps(inputs, Catalogue::builtin()).unwrap();
        let details = PlanDetails { name: "Launch Kestrel".into(), ..PlanDetails::default() };
        let labels = Labels::from([("per_1".parse().unwrap(), "Sarah Chen".to_owned())]);
        find(&Content { details, steps }, &labels, Catalogue::builtin(), "2027-02-01".parse().unwrap())
    }

    fn told(found: &[Found]) -> Vec<(&str, String, bool, usize)> {
        found.iter().map(|f| (f.mark.parameter.name.as_str(), f.mark.value.to_string(), f.ticked, f.count)).collect()
    }

    #[test]
    fn dates_people_names_and_what_is_repeated_are_proposed() {
        let found = found(json!([
            {"id": "a", "title": "Create Kestrel", "action_type": "project.create",
                "params": {"name": "Kestrel", "due_date": "2027-03-31"}},
            {"id": "b", "title": "Invite Sarah", "action_type": "calendar.schedule", "depends_on": ["a"],
                "params": {"title": "Review of Kestrel in Harbour Hall", "at": "2027-03-17T10:00",
                    "duration_minutes": 45, "attendees": ["per_1"]}},
            {"id": "c", "title": "Book Harbour Hall", "action_type": "task.create", "depends_on": ["a"],
                "params": {"title": "Book it", "tags": ["launch"], "project": "{{steps.a.result.id}}"}},
            {"id": "d", "title": "Write", "action_type": "task.create",
                "params": {"title": "Write", "tags": ["launch"], "assignee": "per_1"}},
        ]));
        assert_eq!(
            told(&found),
            [
                ("start_date", json!("2027-03-17").to_string(), true, 2),
                ("attendee", json!("per_1").to_string(), true, 3),
                ("project_name", json!("Kestrel").to_string(), true, 4),
                ("tags", json!("launch").to_string(), false, 2),
                ("name", json!("Harbour Hall").to_string(), false, 2),
                ("duration_minutes", json!(45).to_string(), false, 1),
            ]
        );
        let place = &found[2].places[2];
        assert_eq!(
            (place.pointer.as_str(), place.before.as_str(), place.after.as_str()),
            ("/steps/0/params/name", "", "")
        );
        assert_eq!(found[1].places[0].found, "Sarah");
    }

    #[test]
    fn days_that_are_written_in_words_are_days() {
        let plan = json!([
            {"id": "a", "title": "Launch on 31 March 2027", "action_type": "task.create", "params": {"title": "Tell all by March 17"}},
            {"id": "b", "title": "x", "action_type": "task.create", "params": {"title": "x", "due_date": "2027-03-10"}},
        ]);
        assert_eq!(told(&found(plan))[0], ("start_date", json!("2027-03-10").to_string(), true, 3));
        let without_year =
            json!([{"id": "a", "title": "By 3 Mar", "action_type": "task.create", "params": {"title": "From 20 Jan"}}]);
        assert_eq!(told(&found(without_year))[0], ("start_date", json!("2027-01-20").to_string(), true, 2));
    }

    #[test]
    fn proper_names_are_runs_of_capitalised_words_inside_a_text() {
        assert_eq!(
            proper_names("Ask Sarah Chen, then Tom. Then go to Harbour Hall"),
            ["Sarah Chen", "Tom", "Harbour Hall"]
        );
        assert!(proper_names("Write it. Then send").is_empty());
    }

    #[test]
    fn a_plan_without_anything_of_the_kind_has_no_proposals() {
        assert!(
            found(json!([{"id": "a", "title": "x", "action_type": "manual.step", "params": {"instructions": "y"}}]))
                .is_empty()
        );
    }
}
