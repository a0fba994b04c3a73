//! Entries in the calendar.

use domain::{action::params::CalendarSchedule, workspace::Kind};
use serde_json::json;

use super::{
    wording::{and_then, list, minutes, quoted, when},
    workspace::{Fields, WorkspaceAction},
    world::World,
    write::Write,
};

/// The most attendees that a sentence names.
const NAMED_ATTENDEES: usize = 4;

impl WorkspaceAction for CalendarSchedule {
    const NAME: &'static str = "calendar.schedule";

    fn write(&self) -> Write {
        let fields = Fields::new()
            .with("title", self.title.as_str())
            .with("at", self.at.as_str())
            .maybe("duration_minutes", self.duration_minutes)
            .maybe("attendees", self.attendees.as_ref().map(|attendees| json!(attendees)));
        Write::Create { kind: Kind::CalendarEntry, fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        let mut sentence = format!("Schedules {} {}", quoted(&self.title), when(&self.at));
        and_then(&mut sentence, self.duration_minutes.map(|total| format!("for {}", minutes(total))));
        let attendees = self.attendees.iter().flatten();
        let names: Vec<String> = attendees.map(|who| world.in_words(who, "person")).collect();
        and_then(&mut sentence, (!names.is_empty()).then(|| format!("with {}", list(&names, NAMED_ATTENDEES))));
        sentence
    }
}
