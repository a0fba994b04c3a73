//! What a reading may have slipped in or let slip, by the look of its steps: titles that run on, a project that is there
//! already, work beside the project that the request names.

use std::collections::{BTreeMap, BTreeSet};

use domain::workspace;
use serde_json::Value;

use super::looks::few;
use crate::offline::{
    candidate::Candidate,
    draft::{Step, Target},
    rows::words,
    text::{Kind, Token, is_function_word, listed},
};

pub(super) const NAMES: [&str; 18] = [
    "conditions",
    "unplaced",
    "doubles",
    "told-twice",
    "scraps",
    "run-on",
    "odd-names",
    "numbered",
    "undated-milestones",
    "admin-unheard",
    "tags-unheard",
    "today",
    "kinds",
    "denied",
    "mixed-assignees",
    "quoted-unused",
    "order-words-unheard",
    "written-twice",
];

/// What each of [`NAMES`] comes to.
pub(super) fn slips(candidate: &Candidate<'_>) -> [f32; NAMES.len()] {
    let steps = candidate.steps();
    let whole = &candidate.reader.whole;
    let says = |list: &str| whole.iter().any(|token| token.is_any(list));
    let of = |action: &'static str| steps.iter().filter(move |step| step.action == action);
    let kinds: BTreeSet<&str> = steps.iter().map(|step| step.action).collect();
    let conditions = of("manual.step").filter(|step| text(step, "instructions").starts_with("Mark this as done when"));
    let admin = says("admin administrative administration") && !steps.iter().any(|step| flag(step, "admin"));
    let tags = says("tag tags tagged label labelled labeled") && !steps.iter().any(|step| has(step, "tags"));
    let today = candidate.reader.calendar.today.to_string();
    let for_today = steps.iter().filter(|step| text(step, "due_date").starts_with(&today)).count();
    let now = says("today now immediately tonight once asap urgently straight");
    let assigned = of("task.create").filter(|step| step.pointed("assignee").is_some()).count();
    let tasks = of("task.create").count();
    let orders: usize = steps.iter().map(|step| step.after.len()).sum();
    [
        few(conditions.count(), 2),
        few(unplaced(candidate), 3),
        few(of("project.create").filter(|step| is_there(candidate, text(step, "name"))).count(), 2),
        few(told_twice(steps), 4),
        few(spoken(steps).filter(|(_, text)| !text.trim().contains(' ') && !quoted(whole, text)).count(), 2),
        few(spoken(steps).filter(|(step, text)| step.action == "task.create" && runs_on(text)).count(), 3),
        few(names(steps).filter(|name| is_odd(name)).count(), 2),
        few(
            of("project.set_milestones").filter(|step| milestones(step).any(|(title, _)| is_numbered(title))).count(),
            1,
        ),
        f32::from(
            whole.iter().any(|token| token.date().is_some())
                && of("project.set_milestones").any(|step| milestones(step).all(|(_, day)| day.is_none())),
        ),
        f32::from(admin),
        f32::from(tags),
        if now { 0.0 } else { few(for_today, 2) },
        few(kinds.len(), 5),
        few(denied(candidate), 2),
        f32::from(assigned > 0 && assigned < tasks),
        few(unused_quotes(candidate), 2),
        few(order_words(whole).saturating_sub(orders), 3),
        few(written_twice(steps), 2),
    ]
}

fn text<'s>(step: &'s Step, name: &str) -> &'s str {
    step.params.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn flag(step: &Step, name: &str) -> bool {
    step.params.get(name).and_then(Value::as_bool).unwrap_or_default()
}

fn has(step: &Step, name: &str) -> bool {
    step.params.contains_key(name) || step.pointed(name).is_some()
}

/// What steps say in words of the request.
fn spoken(steps: &[Step]) -> impl Iterator<Item = (&Step, &str)> {
    let own = steps.iter().filter(|step| step.recipe.is_none());
    own.flat_map(|step| ["title", "text", "body"].map(|name| (step, text(step, name))))
        .filter(|(_, text)| !text.is_empty())
}

fn names(steps: &[Step]) -> impl Iterator<Item = &str> {
    steps.iter().filter(|step| listed(step.action, "project.create person.create")).map(|step| text(step, "name"))
}

fn milestones(step: &Step) -> impl Iterator<Item = (&str, Option<&Value>)> {
    let entries = step.params.get("milestones").and_then(Value::as_array);
    let entries = entries.into_iter().flatten();
    entries.map(|entry| (entry.get("title").and_then(Value::as_str).unwrap_or_default(), entry.get("due_date")))
}

fn quoted(whole: &[Token], text: &str) -> bool {
    whole.iter().any(|token| token.kind == Kind::Quoted && token.text.eq_ignore_ascii_case(text.trim_end_matches('.')))
}

/// "Sharpen the blades which has to happen": whether a title says more than what is to be done.
fn runs_on(title: &str) -> bool {
    let low = title.to_lowercase();
    let more = "which that who because so when if is are was will has have should must i'd i'm i've you your";
    low.contains([',', ':', ';']) || low.contains(". ") || low.split(' ').skip(1).any(|word| listed(word, more))
}

/// "Copperfield. Type", "practice": whether a name is put together of what is no name.
fn is_odd(name: &str) -> bool {
    let first = name.split(' ').next().unwrap_or_default().to_lowercase();
    let inside = name.trim_end_matches('.');
    inside.contains([':', ';'])
        || inside.split(". ").skip(1).any(|_| !listed(&first, "dr. mr. mrs. ms. prof. st."))
        || is_function_word(&first) && !listed(&first, "the a")
}

fn is_numbered(title: &str) -> bool {
    title.strip_prefix("Milestone ").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
}

/// Tasks without a project where the request names one that is there, or the plan makes one.
fn unplaced(candidate: &Candidate<'_>) -> usize {
    let steps = candidate.steps();
    let without = steps.iter().filter(|step| step.action == "task.create" && !has(step, "project"));
    let without = without.filter(|step| !flag(step, "admin")).count();
    let named = || {
        let said: Vec<&str> = candidate.reader.whole.iter().map(|token| token.low.as_str()).collect();
        let projects = candidate.reader.rows.iter().filter(|row| row.kind == workspace::Kind::Project);
        projects.filter(|row| !row.words.is_empty()).any(|row| {
            said.windows(row.words.len()).enumerate().any(|(at, found)| {
                let capital = candidate.reader.whole[at].is_capitalised() && at > 0;
                let so_called = said.get(at + row.words.len()).is_some_and(|next| *next == "project");
                (row.words.len() > 1 || capital || so_called)
                    && found.iter().zip(&row.words).all(|(one, other)| one == other)
            })
        })
    };
    let made = steps.iter().any(|step| step.action == "project.create");
    if without > 0 && (made || named()) { without } else { 0 }
}

/// Whether a project or an idea of this name is there.
fn is_there(candidate: &Candidate<'_>, name: &str) -> bool {
    let own = words(name);
    let of_idea = candidate.steps().iter().any(|step| step.action == "link.create");
    candidate.reader.rows.iter().any(|row| {
        let counts = row.kind == workspace::Kind::Project || row.kind == workspace::Kind::Idea && !of_idea;
        counts && !row.words.is_empty() && row.words.iter().all(|word| own.contains(word))
    })
}

/// How many words with content stand in what several steps say.
fn told_twice(steps: &[Step]) -> usize {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.recipe.is_none()) {
        let said = spoken(std::slice::from_ref(step)).flat_map(|(_, text)| words(text)).collect::<BTreeSet<_>>();
        for word in said.into_iter().filter(|word| word.len() > 3 && !is_function_word(word)) {
            if seen.insert(word.clone(), at).is_some() {
                twice.insert(word);
            }
        }
    }
    twice.len()
}

/// Steps that make what the request says is not wanted: "without any milestones", "no new project".
fn denied(candidate: &Candidate<'_>) -> usize {
    let whole = &candidate.reader.whole;
    let no = whole.iter().enumerate().filter(|(_, token)| {
        token.is_any("no not don't without never nothing nobody neither nor dont isn't doesn't skip except")
    });
    let mut behind: BTreeSet<&str> = BTreeSet::new();
    for (at, _) in no {
        let rest = whole[at + 1..].iter().take(5).take_while(|token| token.kind != Kind::Punct);
        behind.extend(rest.map(|token| token.low.as_str()));
    }
    let is_denied = |step: &&Step| {
        let nouns = match step.action {
            "task.create" => "task tasks",
            "project.create" => "project projects",
            "project.set_milestones" => "milestone milestones",
            "reminder.set" => "reminder reminders remind",
            "message.send" => "message messages message mail email tell write",
            "calendar.schedule" => "meeting meetings call calendar",
            _ => return false,
        };
        behind.iter().any(|word| listed(word, nouns))
    };
    candidate.steps().iter().filter(is_denied).count()
}

/// Quoted texts that no step has in full.
fn unused_quotes(candidate: &Candidate<'_>) -> usize {
    let quotes = candidate.reader.whole.iter().filter(|token| token.kind == Kind::Quoted);
    let used = |quote: &&Token| {
        let low = quote.text.to_lowercase();
        candidate.steps().iter().any(|step| {
            let labels = step.used().any(|thing| thing.label.to_lowercase().contains(&low));
            labels || step.params.values().any(|value| value.to_string().to_lowercase().contains(&low))
        })
    };
    quotes.filter(|quote| !used(quote)).count()
}

/// Words that put one thing behind another, beyond the plainest.
fn order_words(whole: &[Token]) -> usize {
    let words = "when while till only first last finally wait waits waiting depends needs following next order turn";
    whole.iter().filter(|token| token.kind == Kind::Word && token.is_any(words)).count()
}

/// Messages to somebody who gets another one.
fn written_twice(steps: &[Step]) -> usize {
    let messages = steps.iter().filter(|step| step.action == "message.send");
    let to: Vec<&Target> = messages.filter_map(|step| step.pointed("to")).map(|thing| &thing.target).collect();
    to.iter().enumerate().filter(|(at, one)| to[..*at].contains(one)).count()
}

#[cfg(test)]
mod tests {
    use domain::action::Catalogue;
    use rstest::rstest;
    use serde_json::{Map, json};

    use super::*;
    use crate::{
        contract::{PlanningRequest, WorkspaceView},
        offline::{candidate::By, reader::Reader, text::tokens},
    };

    #[rstest]
    #[case("Sharpen the mower blades", false)]
    #[case("Sharpen the blades which has to happen", true)]
    #[case("Me: renew the insurance", true)]
    #[case("Call whoever is in", true)]
    fn titles_that_run_on_are_told_from_others(#[case] title: &str, #[case] wanted: bool) {
        assert_eq!(runs_on(title), wanted);
    }

    #[rstest]
    #[case("Copperfield. Type", true)]
    #[case("Dr. Pilar Echeverría", false)]
    #[case("The Old Mill", false)]
    #[case("for our parlour", true)]
    fn names_that_are_none_are_told_from_others(#[case] name: &str, #[case] wanted: bool) {
        assert_eq!(is_odd(name), wanted);
    }

    /// What one of the names comes to, for a reading of these steps.
    fn slip(name: &str, text: &str, steps: Vec<Step>) -> f32 {
        let workspace = json!({"projects": [{"id": "prj_1", "name": "Bandstand"}]});
        let request = PlanningRequest {
            request: text.into(),
            selection: None,
            today: chrono::NaiveDate::default(),
            timezone: None,
            catalogue: Catalogue::builtin().clone(),
            workspace: serde_json::from_value::<WorkspaceView>(workspace).unwrap(),
            answers: Map::new(),
            revising: None,
        };
        let mut reader = Reader::new(&request);
        reader.whole = tokens(text).into();
        for step in steps {
            reader.draft.push(step);
        }
        let candidate = Candidate { by: By::Patterns, reader, beyond: false, unread: Vec::new() };
        slips(&candidate)[NAMES.iter().position(|known| *known == name).unwrap()]
    }

    fn task(title: &str) -> Step {
        Step::new("task.create", title).text("title", title)
    }

    fn project(name: &str) -> Step {
        Step::new("project.create", name).text("name", name)
    }

    #[rstest]
    #[case("unplaced", "In Bandstand, hang the bunting", vec![task("Hang the bunting")], 1.0)]
    #[case("unplaced", "Hang the bunting", vec![task("Hang the bunting")], 0.0)]
    #[case("doubles", "Bandstand: hang the bunting", vec![project("Bandstand")], 1.0)]
    #[case("doubles", "Start a project Pavilion", vec![project("Pavilion")], 0.0)]
    #[case("told-twice", "Order the speech, Ambrose", vec![task("Opening speech"), task("Get the speech")], 1.0)]
    #[case("denied", "No new project please, hang the bunting", vec![project("Bunting")], 1.0)]
    #[case("denied", "A new project: bunting, no rush", vec![project("Bunting")], 0.0)]
    #[case("quoted-unused", "Finish 'Order pallets' and call Bo", vec![task("Call Bo")], 1.0)]
    #[case("quoted-unused", "Add 'Order pallets'", vec![task("Order pallets")], 0.0)]
    #[case("admin-unheard", "An admin task: file the return", vec![task("File the return")], 1.0)]
    fn a_slip_is_seen_where_there_is_one(
        #[case] name: &str,
        #[case] text: &str,
        #[case] steps: Vec<Step>,
        #[case] wanted: f32,
    ) {
        assert!((slip(name, text, steps) - wanted).abs() < f32::EPSILON);
    }
}
