//! Use cases around the things in the workspace that are more than one plain command: those that need a fresh id.

use domain::{
    ids::EntityId,
    workspace::{EntityCommand, EntityDecider, EntityRefusal, Kind},
};
use serde_json::{Map, Value};

use crate::{CommandError, Commands, Committed, Envelope, idempotency};

impl Commands {
    /// Makes a thing.
    pub async fn create_entity(
        &self,
        kind: Kind,
        fields: Map<String, Value>,
        envelope: Envelope,
    ) -> Result<(EntityId, Committed<EntityDecider>), CommandError<EntityRefusal>> {
        let id = EntityId::new(kind.prefix(), idempotency::fresh_or_derived(&envelope, "entity"));
        let committed = self.entities.execute(&id, EntityCommand::Create { kind, fields }, envelope).await?;
        Ok((id, committed))
    }

    /// Links a thing to another one; answers the link's id, too.
    ///
    /// # Errors
    /// [`EntityRefusal::LinkToItself`], and [`EntityRefusal::NoSuchEntity`] when either thing is not there.
    pub async fn link_entities(
        &self,
        from: &EntityId,
        relation: String,
        to: EntityId,
        envelope: Envelope,
    ) -> Result<(String, Committed<EntityDecider>), CommandError<EntityRefusal>> {
        if *from == to {
            return Err(CommandError::Refused(EntityRefusal::LinkToItself));
        }
        if self.entities.load(&to).await?.state.is_none() {
            return Err(CommandError::Refused(EntityRefusal::NoSuchEntity));
        }
        let link = format!("lnk_{}", idempotency::fresh_or_derived(&envelope, "link"));
        let command = EntityCommand::Link { link: link.clone(), relation, to, compensates: None };
        let committed = self.entities.execute(from, command, envelope).await?;
        Ok((link, committed))
    }
}
