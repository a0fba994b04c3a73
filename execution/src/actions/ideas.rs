//! Ideas: write down, change, archive.

use domain::{
    action::{
        ImpactLevel,
        params::{IdeaArchive, IdeaCreate, IdeaUpdate},
    },
    workspace::Kind,
};

use super::{
    wording::quoted,
    workspace::{Fields, WorkspaceAction},
    world::World,
    write::Write,
};

impl WorkspaceAction for IdeaCreate {
    const NAME: &'static str = "idea.create";

    fn write(&self) -> Write {
        let fields = Fields::new().with("title", self.title.as_str()).maybe("body", self.body.as_deref());
        Write::Create { kind: Kind::Idea, fields: fields.done() }
    }

    fn summary(&self, _world: &World) -> String {
        format!("Writes down the idea {}", quoted(&self.title))
    }
}

impl WorkspaceAction for IdeaUpdate {
    const NAME: &'static str = "idea.update";

    fn write(&self) -> Write {
        let fields = Fields::new().maybe("title", self.title.as_deref()).maybe("body", self.body.as_deref());
        Write::Change { kind: Kind::Idea, target: self.idea.clone(), fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        let idea = world.in_words(&self.idea, "idea");
        match (&self.title, &self.body) {
            (Some(title), None) => format!("Gives {idea} the title {}", quoted(title)),
            (Some(title), Some(_)) => format!("Gives {idea} the title {} and a new text", quoted(title)),
            (None, Some(_)) => format!("Gives {idea} a new text"),
            (None, None) => format!("Leaves {idea} as it is"),
        }
    }
}

impl WorkspaceAction for IdeaArchive {
    const NAME: &'static str = "idea.archive";

    fn write(&self) -> Write {
        Write::Archive { kind: Kind::Idea, target: self.idea.clone() }
    }

    fn summary(&self, world: &World) -> String {
        format!("Archives {}", world.in_words(&self.idea, "idea"))
    }

    fn level(&self, _world: &World) -> ImpactLevel {
        ImpactLevel::Medium
    }
}
