//! The steps that clauses lead to, each made in one place, so that titles, links and follow-up changes are alike.

use chrono::{NaiveDate, NaiveTime};
use domain::workspace::Kind;
use serde_json::Value;

use super::{
    dates::{in_words, written},
    draft::{Step, Target, Thing, shortened},
    reader::Reader,
};

/// How the instructions end of work that a person is to do.
const WORK: &str = ". Mark this as done when it is.";

/// A day, perhaps with a time.
pub(crate) type Day = (NaiveDate, Option<NaiveTime>);

/// What a new task is made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaskParts {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) due: Option<Day>,
    pub(crate) assignee: Option<Thing>,
    pub(crate) project: Option<Thing>,
    pub(crate) tags: Vec<String>,
    pub(crate) admin: bool,
}

/// A change to one field.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Text(&'static str, String),
    Points(&'static str, Thing),
}

impl Reader<'_> {
    pub(crate) fn make_project(&mut self, name: &str, due: Option<Day>, description: Option<String>) -> Thing {
        let step = Step::new("project.create", format!("Create project “{name}”"))
            .text("name", name)
            .text("description", description.unwrap_or_default())
            .day("due_date", due.map(|(day, _)| day), None);
        let project = self.push(step, Kind::Project, name);
        self.talk.about(&project);
        self.talk.project = Some(project.clone());
        self.talk.group = vec![project.clone()];
        project
    }

    pub(crate) fn make_task(&mut self, parts: &TaskParts) -> Thing {
        let mut step = Step::new("task.create", format!("Create task “{}”", parts.title))
            .text("title", &parts.title)
            .text("description", &parts.description)
            .maybe("project", parts.project.as_ref())
            .maybe("assignee", parts.assignee.as_ref())
            .day("due_date", parts.due.map(|(day, _)| day), parts.due.and_then(|(_, time)| time));
        if !parts.tags.is_empty() {
            step = step.value("tags", parts.tags.clone());
        }
        if parts.admin {
            step = step.value("admin", true);
        }
        if let Some(person) = &parts.assignee {
            self.talk.names(person);
        }
        let task = self.push(step, Kind::Task, &parts.title);
        self.talk.about(&task);
        task
    }

    pub(crate) fn make_reminder(&mut self, about: &Thing, at: Day, message: &str) -> Thing {
        let (day, time) = at;
        let time = time.or_else(|| NaiveTime::from_hms_opt(9, 0, 0));
        let step = Step::new("reminder.set", format!("Set a reminder for {}", in_words(day)))
            .thing("about", about)
            .value("at", written(day, time))
            .text("message", message);
        let reminder = self.push(step, Kind::Reminder, message);
        self.talk.last_day(day);
        reminder
    }

    pub(crate) fn make_link(&mut self, from: &Thing, to: &Thing, relation: Option<&str>) -> Option<Thing> {
        let already = self.draft.steps.iter().any(|step| {
            step.action == "link.create"
                && (step.points_at("from", from) && step.points_at("to", to)
                    || step.points_at("from", to) && step.points_at("to", from))
        });
        if already || from.target == to.target {
            return None;
        }
        let step = Step::new("link.create", format!("Link “{}” with “{}”", from.label, to.label))
            .thing("from", from)
            .thing("to", to)
            .text("relation", relation.unwrap_or_default());
        Some(self.push(step, Kind::Note, "link"))
    }

    pub(crate) fn make_note(&mut self, about: &Thing, text: &str) -> Thing {
        let step =
            Step::new("note.add", format!("Add a note to “{}”", about.label)).thing("about", about).text("text", text);
        self.talk.about(about);
        self.push(step, Kind::Note, text)
    }

    pub(crate) fn make_message(&mut self, to: &Thing, subject: &str, body: &str) -> Thing {
        let step = Step::new("message.send", format!("Send {} a message", to.label))
            .thing("to", to)
            .text("subject", shortened(subject, 120))
            .text("body", body);
        self.talk.names(to);
        let message = self.push(step, Kind::Message, subject);
        self.talk.names(&message);
        message
    }

    pub(crate) fn make_event(&mut self, title: &str, at: Day, minutes: Option<u32>, attendees: &[Thing]) -> Thing {
        let (day, time) = at;
        let mut step = Step::new("calendar.schedule", format!("Schedule “{title}”"))
            .text("title", title)
            .value("at", written(day, time))
            .things("attendees", attendees);
        if let Some(minutes) = minutes.filter(|minutes| *minutes > 0) {
            step = step.value("duration_minutes", minutes);
        }
        for person in attendees {
            self.talk.names(person);
        }
        let event = self.push(step, Kind::CalendarEntry, title);
        self.talk.about(&event);
        self.talk.day(title, day);
        self.talk.day("meeting appointment", day);
        self.talk.last_day(day);
        event
    }

    /// Changes a thing: in the step that makes it, in an update of it that is there already, or in a new update.
    pub(crate) fn change(&mut self, thing: &Thing, change: Change) {
        let (action, own) = match thing.kind {
            Kind::Project => ("project.update", "project"),
            Kind::Task => ("task.update", "task"),
            Kind::Person => ("person.update", "person"),
            Kind::Idea => ("idea.update", "idea"),
            Kind::Reminder | Kind::Note | Kind::Message | Kind::CalendarEntry => return,
        };
        // what somebody is to do off the computer has a day and a place only as a task
        if let (Kind::Task, Some(step), Change::Text("due_date", _) | Change::Points("project", _)) =
            (thing.kind, thing.step(), &change)
        {
            self.as_task(step);
        }
        self.talk.about(thing);
        if let Some(index) = self.step_to_change(thing, action, own, &change) {
            let step = &mut self.draft.steps[index];
            match change {
                Change::Text(field, text) => {
                    step.params.insert(field.into(), Value::String(text));
                }
                Change::Points(field, to) => step.repoint(field, &to),
            }
            return;
        }
        let step = Step::new(action, title_of_change(thing, &change)).thing(own, thing);
        let step = match &change {
            Change::Text(field, text) => step.text(field, text),
            Change::Points(field, to) => step.thing(field, to),
        };
        self.push(step, thing.kind, &thing.label);
    }

    /// The step that can take a change of a thing: the one that makes it, or the update just before.
    fn step_to_change(&self, thing: &Thing, action: &str, own: &'static str, change: &Change) -> Option<usize> {
        let made = match thing.target {
            Target::Step(index) => {
                Some(index).filter(|index| super::reader::made_by(self.draft.steps[*index].action).is_some())
            }
            Target::Entity(_) | Target::Me => None,
        };
        let updated = || self.draft.steps.iter().rposition(|step| step.action == action && step.points_at(own, thing));
        let index = made.or_else(updated)?;
        let step = &self.draft.steps[index];
        // "give it to Caspar. No: give it to Marigold instead"
        let instead = self.whole.iter().any(|token| token.is_any("instead"));
        match change {
            Change::Text("status", _) if step.action == "task.create" || step.action == "project.create" => None,
            Change::Text(field, _) => (made.is_some() || instead || !step.params.contains_key(*field)).then_some(index),
            // what it would point at must not come after it
            Change::Points(field, to) => {
                let fits = to.step().is_none_or(|other| other != index && !self.draft.comes_after(other, index));
                (fits && (made.is_some() || instead || step.pointed(field).is_none())).then_some(index)
            }
        }
    }

    /// Makes a task of work that a person was to do off the computer; says whether the step was that. What else waits for
    /// the work goes on waiting until it is done.
    pub(crate) fn as_task(&mut self, step: usize) -> bool {
        let own = &self.draft.steps[step];
        let told = own.params.get("instructions").and_then(Value::as_str);
        let work = told.and_then(|told| told.strip_suffix(WORK)).filter(|_| own.action == "manual.step");
        let Some(title) = work.map(str::to_owned) else { return false };
        let assignee = own.pointed("assignee").cloned();
        let mut task = Step::new("task.create", format!("Create task “{title}”"))
            .text("title", &title)
            .maybe("assignee", assignee.as_ref());
        task.after = std::mem::take(&mut self.draft.steps[step].after);
        self.draft.steps[step] = task;
        let waits = |other: &usize| {
            let later = &self.draft.steps[*other];
            later.after.contains(&step)
                && !matches!(later.action, "task.create" | "manual.step" | "project.set_milestones")
        };
        let waiting: Vec<usize> = (0..self.draft.steps.len()).filter(waits).collect();
        if !waiting.is_empty() {
            let until = Step::new("manual.step", shortened(&format!("Wait until “{title}” is done"), 120))
                .text("instructions", format!("Mark this as done when “{title}” is done."))
                .maybe("assignee", assignee.as_ref());
            let until = self.draft.push(until);
            self.draft.order(until, step);
            for later in waiting {
                self.draft.steps[later].after.remove(&step);
                self.draft.order(later, until);
            }
        }
        true
    }

    /// All work so far as tasks: those that this plan makes, and what people were to do off the computer.
    pub(crate) fn work_as_tasks(&mut self) -> Vec<Thing> {
        for step in 0..self.draft.steps.len() {
            self.as_task(step);
        }
        let tasks = self.draft.steps.iter().enumerate().filter(|(_, step)| step.action == "task.create");
        let label = |step: &Step| step.params.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
        tasks
            .filter(|(_, step)| step.recipe.is_none())
            .map(|(at, step)| Thing { target: Target::Step(at), kind: Kind::Task, label: label(step) })
            .collect()
    }

    /// Takes a thing away. People and tasks have no archive.
    pub(crate) fn archive(&mut self, thing: &Thing) -> bool {
        let (action, own) = match thing.kind {
            Kind::Project => ("project.archive", "project"),
            Kind::Idea => ("idea.archive", "idea"),
            _ => return false,
        };
        self.talk.about(thing);
        if self.draft.steps.iter().any(|step| step.action == action && step.points_at(own, thing)) {
            return true;
        }
        if self.asks_about_a_slip(thing) {
            return true;
        }
        let step = Step::new(action, format!("Archive {} “{}”", thing.kind.name(), thing.label)).thing(own, thing);
        let archived = self.push(step, thing.kind, &thing.label).step();
        // an idea that becomes a project is linked to it first
        let links = |step: &Step| {
            step.action == "link.create" && (step.points_at("from", thing) || step.points_at("to", thing))
        };
        let linked: Vec<usize> = (0..self.draft.steps.len()).filter(|at| links(&self.draft.steps[*at])).collect();
        if let Some(archived) = archived.filter(|_| thing.kind == Kind::Idea) {
            for before in linked {
                self.draft.order(archived, before);
            }
        }
        true
    }

    /// Marks a task as done, once: a request may say so twice.
    pub(crate) fn complete(&mut self, task: &Thing) {
        self.talk.about(task);
        if self.draft.steps.iter().any(|step| step.action == "task.complete" && step.points_at("task", task)) {
            return;
        }
        let step = Step::new("task.complete", format!("Mark “{}” as done", task.label)).thing("task", task);
        self.push(step, Kind::Task, &task.label);
    }
}

fn title_of_change(thing: &Thing, change: &Change) -> String {
    let label = &thing.label;
    match change {
        Change::Text("due_date", day) => format!(
            "Move the due date of “{label}” to {}",
            day.get(..10).and_then(|day| day.parse().ok()).map_or_else(|| day.clone(), in_words)
        ),
        Change::Text("status", status) => format!("Set “{label}” to {status}"),
        Change::Text("name" | "title", name) => format!("Rename “{label}” to “{name}”"),
        Change::Text("organisation", place) => format!("Note that {label} is at {place}"),
        Change::Text(field, _) => format!("Change the {} of “{label}”", field.replace('_', " ")),
        Change::Points("assignee", person) => format!("Assign “{label}” to {}", person.label),
        Change::Points(field, to) => format!("Set the {field} of “{label}” to “{}”", to.label),
    }
}
