//! Reminders about things.

use domain::{action::params::ReminderSet, workspace::Kind};

use super::{
    wording::{quoted, when},
    workspace::{Fields, WorkspaceAction},
    world::World,
    write::Write,
};

impl WorkspaceAction for ReminderSet {
    const NAME: &'static str = "reminder.set";

    fn write(&self) -> Write {
        let fields = Fields::new()
            .maybe("message", self.message.as_deref())
            .with("at", self.at.as_str())
            .with("about", self.about.as_str());
        Write::Create { kind: Kind::Reminder, fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        let about = world.in_words(&self.about, "thing");
        let sentence = format!("Sets a reminder about {about} {}", when(&self.at));
        match &self.message {
            Some(message) => format!("{sentence}: {}", quoted(message)),
            None => sentence,
        }
    }
}
