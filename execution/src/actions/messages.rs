//! Messages: put into the workspace's outbox, from where they leave.

use domain::{
    action::{ImpactLevel, params::MessageSend},
    workspace::Kind,
};

use super::{
    wording::quoted,
    workspace::{Fields, WorkspaceAction},
    world::World,
    write::Write,
};

impl WorkspaceAction for MessageSend {
    const NAME: &'static str = "message.send";

    fn write(&self) -> Write {
        let fields = Fields::new()
            .with("to", self.to.as_str())
            .maybe("subject", self.subject.as_deref())
            .with("body", self.body.as_str())
            .with("status", "queued");
        Write::Create { kind: Kind::Message, fields: fields.done() }
    }

    fn summary(&self, world: &World) -> String {
        let to = world.in_words(&self.to, "person");
        let text = self.subject.as_deref().filter(|subject| !subject.trim().is_empty()).unwrap_or(&self.body);
        format!("Sends {to} the message {}", quoted(text))
    }

    fn level(&self, _world: &World) -> ImpactLevel {
        ImpactLevel::High
    }
}
