//! `cairn audit …`: proves that nobody touched the history.

mod bundle;
mod checkpoint;
mod events;
mod verify;

use crate::{
    args::{AuditVerb, Common},
    exit::Failure,
};

pub(super) async fn run(common: &Common, verb: AuditVerb) -> Result<(), Failure> {
    match verb {
        AuditVerb::Verify { checkpoint, public_key } => {
            verify::run(common, checkpoint.as_deref(), public_key.as_deref()).await
        }
        AuditVerb::Checkpoint { out } => checkpoint::sign(common, out.as_deref()).await,
        AuditVerb::Log(asked) => events::list(common, &asked).await,
        AuditVerb::Show { event } => events::show(common, &event).await,
        AuditVerb::Export { plan, out } => bundle::export(common, &plan, &out).await,
        AuditVerb::VerifyBundle { file, public_key } => bundle::verify(common, &file, public_key.as_deref()),
        AuditVerb::RotateKey { reason } => checkpoint::rotate(common, &reason).await,
    }
}
