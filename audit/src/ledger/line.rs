//! One line of a ledger: a statement, its signatures, and what stands beside a checkpoint.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    key::{Key, PublicKey, Signature},
    ledger::{Ledger, Problem},
    standing::{Head, Standing, root_of},
    statement::{Checkpoint, KeyMade, Rotation, Statement},
};

/// A line as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The text that was signed.
    pub statement: String,
    /// The signature over it, by the key in charge.
    pub signature: Signature,
    /// The signature of a new key over the statement that brings it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countersignature: Option<Signature>,
    /// The heads that moved since the checkpoint before, sorted by stream.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<Head>,
}

impl Line {
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        serde_json::from_str(text).map_err(|error| Problem::Unreadable(error.to_string()))
    }

    /// The line with its end.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string(self).expect("texts, numbers and lists are JSON");
        text.push('\n');
        text
    }

    /// The first line of a new ledger: the key signs for itself.
    pub fn first(key: &Key, at: DateTime<Utc>) -> Self {
        Self::sign(&Statement::Key(KeyMade { public: key.public(), at }), key)
    }

    /// The line by which another key takes over.
    pub fn rotation(ledger: &Ledger, keys: (&Key, &Key), actor: &str, reason: &str, at: DateTime<Utc>) -> Self {
        let (old, new) = keys;
        let rotation = Rotation {
            number: ledger.len(),
            from: old.public().id(),
            public: new.public(),
            actor: actor.to_owned(),
            reason: reason.to_owned(),
            at,
            previous: ledger.last_digest(),
        };
        let line = Self::sign(&Statement::Rotation(rotation), old);
        Self { countersignature: Some(new.sign(&line.statement)), ..line }
    }

    /// The line that signs for how the log stands; `moved` are the heads that moved since the last checkpoint.
    /// `None` for an empty log.
    pub fn checkpoint(
        ledger: &Ledger,
        key: &Key,
        standing: &Standing,
        moved: Vec<Head>,
        at: DateTime<Utc>,
    ) -> Option<Self> {
        let checkpoint = Checkpoint {
            number: ledger.len(),
            position: standing.position()?,
            events: standing.events(),
            streams: standing.streams(),
            root: root_of(standing.heads()),
            moved: root_of(&moved),
            order: standing.order(),
            at,
            key: key.public().id(),
            previous: ledger.last_digest(),
        };
        let line = Self::sign(&Statement::Checkpoint(checkpoint), key);
        Some(Self { heads: moved, ..line })
    }

    fn sign(statement: &Statement, key: &Key) -> Self {
        let statement = statement.to_string();
        let signature = key.sign(&statement);
        Self { statement, signature, countersignature: None, heads: Vec::new() }
    }

    /// Says whether the key signed this line's statement.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.signed(&self.statement, &self.signature)
    }
}
