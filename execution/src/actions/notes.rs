//! Notes about things.

use domain::{action::params::NoteAdd, workspace::Kind};

use super::{
    wording::quoted,
    workspace::{Fields, WorkspaceAction},
    world::World,
    write::Write,
};

impl WorkspaceAction for NoteAdd {
    const NAME: &'static str = "note.add";

    fn write(&self) -> Write {
        let fields = Fields::new().with("text", self.text.as_str()).with("about", self.about.as_str());
        Write::Create { kind: Kind::Note, fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        format!("Adds a note about {}: {}", world.in_words(&self.about, "thing"), quoted(&self.text))
    }
}
