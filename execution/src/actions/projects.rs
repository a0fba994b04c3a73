//! Projects: create, set milestones, change, archive.

use domain::{
    action::{
        ImpactLevel,
        params::{ProjectArchive, ProjectCreate, ProjectSetMilestones, ProjectUpdate},
    },
    workspace::Kind,
};
use serde_json::{Value, json};

use super::{
    wording::{and_then, count, date, list, quoted},
    workspace::{Fields, WorkspaceAction},
    world::World,
    write::Write,
};

/// The most milestones that a sentence names.
const NAMED_MILESTONES: usize = 5;

impl WorkspaceAction for ProjectCreate {
    const NAME: &'static str = "project.create";

    fn write(&self) -> Write {
        let fields = Fields::new()
            .with("name", self.name.as_str())
            .maybe("description", self.description.as_deref())
            .with("status", "active")
            .maybe("due_date", self.due_date.as_deref());
        Write::Create { kind: Kind::Project, fields: fields.done() }
    }

    fn summary(&self, _world: &World) -> String {
        let mut sentence = format!("Creates the project {}", quoted(&self.name));
        and_then(&mut sentence, self.due_date.as_deref().map(|due| format!("due {}", date(due))));
        sentence
    }
}

impl WorkspaceAction for ProjectSetMilestones {
    const NAME: &'static str = "project.set_milestones";

    fn write(&self) -> Write {
        let fields = Fields::new().with("milestones", json!(self.milestones));
        Write::Change { kind: Kind::Project, target: self.project.clone(), fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        let project = world.in_words(&self.project, "project");
        if self.milestones.is_empty() {
            return format!("Takes all milestones from {project}");
        }
        let titles: Vec<String> = self.milestones.iter().map(|milestone| quoted(&milestone.title)).collect();
        let how_many = count(titles.len(), "milestone");
        format!("Sets {how_many} for {project}: {}", list(&titles, NAMED_MILESTONES))
    }

    fn level(&self, world: &World) -> ImpactLevel {
        let before = world.thing(&self.project).and_then(|project| project.fields.get("milestones"));
        let replaces = before.and_then(Value::as_array).is_some_and(|milestones| !milestones.is_empty());
        if replaces { ImpactLevel::Medium } else { ImpactLevel::Low }
    }
}

impl WorkspaceAction for ProjectUpdate {
    const NAME: &'static str = "project.update";

    fn write(&self) -> Write {
        let fields = Fields::new()
            .maybe("name", self.name.as_deref())
            .maybe("description", self.description.as_deref())
            .maybe("status", self.status.as_deref())
            .maybe("due_date", self.due_date.as_deref());
        Write::Change { kind: Kind::Project, target: self.project.clone(), fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        let project = world.in_words(&self.project, "project");
        let parts: Vec<String> = [
            self.name.as_deref().map(|name| format!("the name {}", quoted(name))),
            self.description.is_some().then(|| "a new description".to_owned()),
            self.status.as_deref().map(|status| format!("the status {}", quoted(status))),
            self.due_date.as_deref().map(|due| format!("the due date {}", date(due))),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() {
            format!("Leaves {project} as it is")
        } else {
            format!("Gives {project} {}", list(&parts, 4))
        }
    }
}

impl WorkspaceAction for ProjectArchive {
    const NAME: &'static str = "project.archive";

    fn write(&self) -> Write {
        Write::Archive { kind: Kind::Project, target: self.project.clone() }
    }

    fn summary(&self, world: &World) -> String {
        format!("Archives {}", world.in_words(&self.project, "project"))
    }

    fn level(&self, _world: &World) -> ImpactLevel {
        ImpactLevel::Medium
    }
}
