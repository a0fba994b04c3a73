//! Writing down in the history what became of the keys that sign for it.

use domain::signing::{SigningCommand, SigningDecider, SigningRefusal};

use crate::{CommandError, Commands, Committed, Envelope, SigningKeys};

impl Commands {
    /// Writes down that another key took over; what is written already is not written again.
    pub async fn record_rotation(
        &self,
        from: String,
        to: String,
        reason: String,
        envelope: Envelope,
    ) -> Result<Committed<SigningDecider>, CommandError<SigningRefusal>> {
        let command = SigningCommand::RecordRotation { from, to, reason };
        self.signing.execute(&SigningKeys, command, envelope).await
    }
}
