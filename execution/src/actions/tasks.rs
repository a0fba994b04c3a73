//! Tasks: create, change, complete.

use domain::{
    action::params::{TaskComplete, TaskCreate, TaskUpdate},
    workspace::Kind,
};
use serde_json::json;

use super::{
    wording::{and_then, date, list, quoted},
    workspace::{Fields, WorkspaceAction},
    world::World,
    write::Write,
};

impl WorkspaceAction for TaskCreate {
    const NAME: &'static str = "task.create";

    fn write(&self) -> Write {
        let fields = Fields::new()
            .with("title", self.title.as_str())
            .maybe("description", self.description.as_deref())
            .with("status", "open")
            .maybe("due_date", self.due_date.as_deref())
            .maybe("project", self.project.as_deref())
            .maybe("assignee", self.assignee.as_deref())
            .maybe("tags", self.tags.as_ref().map(|tags| json!(tags)))
            .maybe("admin", self.admin);
        Write::Create { kind: Kind::Task, fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        let sort = if self.admin == Some(true) { "admin task" } else { "task" };
        let place = self.project.as_deref().map(|project| format!(" in {}", world.in_words(project, "project")));
        let mut sentence = format!("Creates the {sort} {}{}", quoted(&self.title), place.unwrap_or_default());
        let assigned = self.assignee.as_deref().map(|who| format!("assigned to {}", world.in_words(who, "person")));
        and_then(&mut sentence, assigned);
        and_then(&mut sentence, self.due_date.as_deref().map(|due| format!("due {}", date(due))));
        sentence
    }
}

impl WorkspaceAction for TaskUpdate {
    const NAME: &'static str = "task.update";

    fn write(&self) -> Write {
        let fields = Fields::new()
            .maybe("title", self.title.as_deref())
            .maybe("status", self.status.as_deref())
            .maybe("due_date", self.due_date.as_deref())
            .maybe("assignee", self.assignee.as_deref());
        Write::Change { kind: Kind::Task, target: self.task.clone(), fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        let task = world.in_words(&self.task, "task");
        let assignee = self.assignee.as_deref().map(|who| world.in_words(who, "person"));
        let parts: Vec<String> = [
            self.title.as_deref().map(|title| format!("the title {}", quoted(title))),
            self.status.as_deref().map(|status| format!("the status {}", quoted(status))),
            self.due_date.as_deref().map(|due| format!("the due date {}", date(due))),
        ]
        .into_iter()
        .flatten()
        .collect();
        match (parts.is_empty(), assignee) {
            (true, None) => format!("Leaves {task} as it is"),
            (true, Some(assignee)) => format!("Assigns {task} to {assignee}"),
            (false, None) => format!("Gives {task} {}", list(&parts, 3)),
            (false, Some(assignee)) => format!("Assigns {task} to {assignee}, with {}", list(&parts, 3)),
        }
    }
}

impl WorkspaceAction for TaskComplete {
    const NAME: &'static str = "task.complete";

    fn write(&self) -> Write {
        let fields = Fields::new().with("status", "done");
        Write::Change { kind: Kind::Task, target: self.task.clone(), fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        format!("Marks {} as done", world.in_words(&self.task, "task"))
    }
}
