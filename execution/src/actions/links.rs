//! Links between things.

use domain::action::params::LinkCreate;

use super::{wording::quoted, workspace::WorkspaceAction, world::World, write::Write};

/// What a link means when nothing is said.
const DEFAULT_RELATION: &str = "related_to";

impl WorkspaceAction for LinkCreate {
    const NAME: &'static str = "link.create";

    fn write(&self) -> Write {
        let relation = self.relation.as_deref().unwrap_or(DEFAULT_RELATION);
        Write::Link { from: self.from.clone(), to: self.to.clone(), relation: relation.to_owned() }
    }

    fn summary(&self, world: &World) -> String {
        let (from, to) = (world.in_words(&self.from, "thing"), world.in_words(&self.to, "thing"));
        match self.relation.as_deref().filter(|relation| *relation != DEFAULT_RELATION) {
            Some(relation) => format!("Links {from} to {to} as {}", quoted(&relation.replace('_', " "))),
            None => format!("Links {from} to {to}"),
        }
    }
}
