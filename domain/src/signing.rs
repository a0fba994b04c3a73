//! What happens to the keys that sign for the history, so that the history tells of it as well.
//!
//! The proof itself lies beside the log, in the ledger of checkpoints (`audit`); this is what people read.

use serde::{Deserialize, Serialize};

use crate::{
    decider::{Context, Decider, Stamp},
    schema::events,
};

events! {
    /// Everything that can happen to the keys.
    SigningEvent {
        /// Another key signs from now on; the one before signed for it.
        SigningKeyRotated {
            /// The key that signed until then, by its id.
            from: String,
            to: String,
            reason: String,
        },
    }
}

impl SigningEvent {
    /// The reason that a person gave.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::SigningKeyRotated(e) => Some(&e.reason),
        }
    }
}

/// An intent towards the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SigningCommand {
    /// Writes down that another key took over. Told twice, it is written once.
    RecordRotation { from: String, to: String, reason: String },
}

/// Why nothing is written down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningRefusal {
    #[error("a reason is needed: say why, in at most 2,000 characters")]
    ReasonMissing,
    #[error("no other key has taken over yet")]
    NoRotation,
}

/// The keys that took over, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signing {
    pub keys: Vec<String>,
}

/// The decider of the one stream that tells of the keys.
pub struct SigningDecider;

impl Decider for SigningDecider {
    type State = Signing;
    type Command = SigningCommand;
    type Event = SigningEvent;
    type Refusal = SigningRefusal;

    const CATEGORY: &'static str = "signing";

    fn decide(state: &Signing, command: SigningCommand, _: &Context) -> Result<Vec<SigningEvent>, SigningRefusal> {
        match command {
            SigningCommand::RecordRotation { to, .. } if state.keys.contains(&to) => Ok(Vec::new()),
            SigningCommand::RecordRotation { reason, .. } if reason.trim().is_empty() => {
                Err(SigningRefusal::ReasonMissing)
            }
            SigningCommand::RecordRotation { from, to, reason } => {
                Ok(vec![SigningKeyRotated { from, to, reason }.into()])
            }
        }
    }

    fn evolve(state: &mut Signing, event: &SigningEvent, _: &Stamp) {
        match event {
            SigningEvent::SigningKeyRotated(e) => state.keys.push(e.to.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::given;

    fn rotation(to: &str, reason: &str) -> SigningCommand {
        SigningCommand::RecordRotation { from: "k1".into(), to: to.into(), reason: reason.into() }
    }

    fn rotated(to: &str) -> SigningEvent {
        SigningKeyRotated { from: "k1".into(), to: to.into(), reason: "lost".into() }.into()
    }

    #[test]
    fn a_rotation_is_written_down_once() {
        given::<SigningDecider>([]).when(rotation("k2", "lost")).then([rotated("k2")]);
        given::<SigningDecider>([rotated("k2")]).when(rotation("k2", "lost")).nothing_happens();
    }

    #[test]
    fn a_rotation_without_a_reason_is_refused() {
        given::<SigningDecider>([]).when(rotation("k2", " ")).refused(&SigningRefusal::ReasonMissing);
    }
}
