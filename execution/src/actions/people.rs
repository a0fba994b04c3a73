//! People: add, change.

use domain::{
    action::params::{PersonCreate, PersonUpdate},
    workspace::Kind,
};

use super::{
    wording::{brief, list, quoted},
    workspace::{Fields, WorkspaceAction},
    world::World,
    write::Write,
};

impl WorkspaceAction for PersonCreate {
    const NAME: &'static str = "person.create";

    fn write(&self) -> Write {
        let fields = Fields::new()
            .with("name", self.name.as_str())
            .maybe("email", self.email.as_deref())
            .maybe("organisation", self.organisation.as_deref());
        Write::Create { kind: Kind::Person, fields: fields.done() }
    }

    fn summary(&self, _world: &World) -> String {
        let from = self.organisation.as_deref().map(|organisation| format!(" of {}", brief(organisation, 80)));
        format!("Adds {}{} to the people", brief(&self.name, 80), from.unwrap_or_default())
    }
}

impl WorkspaceAction for PersonUpdate {
    const NAME: &'static str = "person.update";

    fn write(&self) -> Write {
        let fields = Fields::new()
            .maybe("name", self.name.as_deref())
            .maybe("email", self.email.as_deref())
            .maybe("organisation", self.organisation.as_deref());
        Write::Change { kind: Kind::Person, target: self.person.clone(), fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        let person = world.in_words(&self.person, "person");
        let parts: Vec<String> = [
            self.name.as_deref().map(|name| format!("the name {}", quoted(name))),
            self.email.as_deref().map(|email| format!("the mail address {}", brief(email, 80))),
            self.organisation.as_deref().map(|organisation| format!("the organisation {}", quoted(organisation))),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() {
            return format!("Leaves {person} as they are");
        }
        format!("Gives {person} {}", list(&parts, 3))
    }
}
