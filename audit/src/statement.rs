//! What is signed: three kinds of statements, each a short text that people can read.
//!
//! ```text
//! cairn checkpoint v1
//! number: 12
//! position: 4711
//! …
//! previous: 5dc9da79…
//! ```
//!
//! The signature (Ed25519) is over these bytes, so that any tool can check it. Each statement names the digest of the
//! one before it, `SHA-256("cairn.statement.v1" ‖ text)`, so that none can be taken out.
//!
//! Deliberately absent: signatures, which [`ledger`](crate::ledger) keeps beside the text.

use std::{fmt, str::FromStr};

use chrono::{DateTime, SecondsFormat, Utc};
use eventlog::{Hash32, Position};
use sha2::{Digest, Sha256};

use crate::key::{KeyId, PublicKey};

const STATEMENT_TAG: &[u8] = b"cairn.statement.v1";
const KEY_TITLE: &str = "cairn key v1";
const ROTATION_TITLE: &str = "cairn key rotation v1";
const CHECKPOINT_TITLE: &str = "cairn checkpoint v1";

/// The digest of a statement's text, by which the next one names it.
pub fn digest(text: &str) -> Hash32 {
    Hash32::new(Sha256::new_with_prefix(STATEMENT_TAG).chain_update(text).finalize().into())
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// The first key, which signs for itself.
    Key(KeyMade),
    /// Another key takes over; the one before signs for it.
    Rotation(Rotation),
    /// How the log stood.
    Checkpoint(Checkpoint),
}

/// The first key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMade {
    /// The key.
    pub public: PublicKey,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// Another key takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The statement's place among all statements, counted from 0.
    pub number: u64,
    /// The key that signs for the new one.
    pub from: KeyId,
    /// The new key.
    pub public: PublicKey,
    /// Who wanted it.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The digest of the statement before.
    pub previous: Hash32,
}

/// How the log stood at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The statement's place among all statements, counted from 0.
    pub number: u64,
    /// The position of the last event that is covered.
    pub position: Position,
    /// How many events there were.
    pub events: u64,
    /// How many streams there were: the leaves of the tree.
    pub streams: u64,
    /// The root of the tree over the heads of all streams.
    pub root: Hash32,
    /// The root of the tree over the heads that moved since the checkpoint before.
    pub moved: Hash32,
    /// The digest of the order of all events.
    pub order: Hash32,
    /// When it was signed.
    pub at: DateTime<Utc>,
    /// The key that signed.
    pub key: KeyId,
    /// The digest of the statement before.
    pub previous: Hash32,
}

/// A text that is no statement of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAStatement(String);

impl Statement {
    /// Its place among all statements, counted from 0.
    pub fn number(&self) -> u64 {
        match self {
            Self::Key(_) => 0,
            Self::Rotation(rotation) => rotation.number,
            Self::Checkpoint(checkpoint) => checkpoint.number,
        }
    }

    /// The digest of the statement that must stand before.
    pub fn previous(&self) -> Hash32 {
        match self {
            Self::Key(_) => Hash32::ZERO,
            Self::Rotation(rotation) => rotation.previous,
            Self::Checkpoint(checkpoint) => checkpoint.previous,
        }
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => {
                writeln!(f, "{KEY_TITLE}\nkey: {}\npublic: {}\ntime: {}", key.public.id(), key.public, time(key.at))
            }
            Self::Rotation(rotation) => {
                let Rotation { number, from, public, actor, reason, at, previous } = rotation;
                writeln!(
                    f,
                    "{ROTATION_TITLE}\nnumber: {number}\nfrom: {from}\nkey: {}\npublic: {public}",
                    public.id()
                )?;
                // quoted as JSON, so that a line break in the words is none in the statement
                writeln!(f, "actor: {}\nreason: {}", serde_json::json!(actor), serde_json::json!(reason))?;
                writeln!(f, "time: {}\nprevious: {previous}", time(*at))
            }
            Self::Checkpoint(checkpoint) => {
                let Checkpoint { number, position, events, streams, root, moved, order, at, key, previous } =
                    checkpoint;
                writeln!(f, "{CHECKPOINT_TITLE}\nnumber: {number}\nposition: {position}\nevents: {events}")?;
                writeln!(f, "streams: {streams}\nroot: {root}\nmoved: {moved}\norder: {order}")?;
                writeln!(f, "time: {}\nkey: {key}\nprevious: {previous}", time(*at))
            }
        }
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

impl FromStr for Statement {
    type Err = NotAStatement;

    /// Reads a statement; only the very text that [`Display`](fmt::Display) gives is one.
    fn from_str(text: &str) -> Result<Self, NotAStatement> {
        let mut fields = Fields { lines: text.lines() };
        let title = fields.lines.next().unwrap_or_default();
        let statement = match title {
            KEY_TITLE => {
                let (_, public): (KeyId, PublicKey) = (fields.read("key")?, fields.read("public")?);
                Self::Key(KeyMade { public, at: fields.read("time")? })
            }
            ROTATION_TITLE => {
                let (number, from) = (fields.read("number")?, fields.read("from")?);
                let (_, public): (KeyId, PublicKey) = (fields.read("key")?, fields.read("public")?);
                let (actor, reason) = (fields.quoted("actor")?, fields.quoted("reason")?);
                let (at, previous) = (fields.read("time")?, fields.read("previous")?);
                Self::Rotation(Rotation { number, from, public, actor, reason, at, previous })
            }
            CHECKPOINT_TITLE => Self::Checkpoint(Checkpoint {
                number: fields.read("number")?,
                position: Position::new(fields.read("position")?),
                events: fields.read("events")?,
                streams: fields.read("streams")?,
                root: fields.read("root")?,
                moved: fields.read("moved")?,
                order: fields.read("order")?,
                at: fields.read("time")?,
                key: fields.read("key")?,
                previous: fields.read("previous")?,
            }),
            other => return Err(NotAStatement(format!("`{}` is no kind of statement", shortened(other)))),
        };
        if statement.to_string() == text {
            Ok(statement)
        } else {
            Err(NotAStatement("the statement is not written as this program writes it".into()))
        }
    }
}

struct Fields<'a> {
    lines: std::str::Lines<'a>,
}

impl<'a> Fields<'a> {
    fn text(&mut self, name: &str) -> Result<&'a str, NotAStatement> {
        let line = self.lines.next().unwrap_or_default();
        let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": "));
        value.ok_or_else(|| NotAStatement(format!("the statement has `{}` where `{name}` belongs", shortened(line))))
    }

    fn read<T: FromStr>(&mut self, name: &str) -> Result<T, NotAStatement> {
        let text = self.text(name)?;
        text.parse().map_err(|_| unreadable(name, text))
    }

    fn quoted(&mut self, name: &str) -> Result<String, NotAStatement> {
        let text = self.text(name)?;
        serde_json::from_str(text).map_err(|_| unreadable(name, text))
    }
}

fn unreadable(name: &str, text: &str) -> NotAStatement {
    NotAStatement(format!("the `{name}` of the statement cannot be read: `{}`", shortened(text)))
}

/// As much of a text as an error should repeat.
fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;

    fn every_kind() -> [Statement; 3] {
        let (key, next) = (Key::from_seed([1; 32]), Key::from_seed([2; 32]));
        let at = "2026-11-30T08:00:00.000001Z".parse().unwrap();
        [
            Statement::Key(KeyMade { public: key.public(), at }),
            Statement::Rotation(Rotation {
                number: 1,
                from: key.public().id(),
                public: next.public(),
                actor: "person ada".into(),
                reason: "a laptop was lost\nnumber: 7".into(),
                at,
                previous: Hash32::ZERO,
            }),
            Statement::Checkpoint(Checkpoint {
                number: 2,
                position: Position::new(7),
                events: 7,
                streams: 2,
                root: Hash32::new([1; 32]),
                moved: Hash32::new([2; 32]),
                order: Hash32::new([3; 32]),
                at,
                key: next.public().id(),
                previous: Hash32::new([4; 32]),
            }),
        ]
    }

    #[test]
    fn a_statement_reads_as_it_was_written() {
        for statement in every_kind() {
            let text = statement.to_string();
            assert_eq!(text.parse(), Ok(statement), "{text}");
        }
    }

    #[test]
    fn a_text_that_differs_anywhere_in_form_is_none() {
        for statement in every_kind() {
            let text = statement.to_string();
            let spoiled = [
                format!("{text}\n"),
                text.trim_end().to_owned(),
                text.replace(": ", ":"),
                text.replace("v1", "v2"),
                text.replace("time: 2026-11-30T08:00:00.000001Z", "time: 2026-11-30T09:00:00.000001+01:00"),
            ];
            for spoiled in spoiled {
                assert!(spoiled.parse::<Statement>().is_err(), "{spoiled}");
            }
        }
    }
}
