//! Identifiers: a UUIDv7 behind a typed prefix (`pln_…`), and slugs for steps.
//!
//! Ids are made at the edge (commands) and passed in; nothing here draws randomness. [`derive_uuid`] makes an id from
//! a key, so that doing the same thing twice names the same thing.

use std::{fmt, str::FromStr, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Says why a text is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error("`{text}` is not an id of a {what}: it must be `{prefix}_` and a UUID")]
    Malformed { what: &'static str, prefix: &'static str, text: String },
    #[error(
        "`{text}` is not a step id: use 1 to 64 lower-case letters, digits and single hyphens, starting with a letter or digit"
    )]
    NotASlug { text: String },
    #[error(
        "`{text}` is not an entity id: it must be a kind's prefix (such as `prj_`), and 1 to 64 letters, digits or hyphens"
    )]
    NotAnEntityId { text: String },
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// The text before the underscore.
            pub const PREFIX: &'static str = $prefix;

            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.as_hyphenated())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map(Self)
                    .ok_or_else(|| IdError::Malformed { what: $what, prefix: $prefix, text: shorten(text) })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

typed_id!(
    /// Names one plan: `pln_<uuid v7>`.
    PlanId, "pln", "plan"
);
typed_id!(
    /// Names one template: `tpl_<uuid v7>`.
    TemplateId, "tpl", "template"
);
typed_id!(
    /// Names one schedule of a template: `sch_<uuid v7>`.
    ScheduleId, "sch", "schedule"
);
typed_id!(
    /// Names one run of a plan: `run_<uuid v7>`; its time orders what the run makes.
    RunId, "run", "run"
);
typed_id!(
    /// Names one rollback of a plan: `rbk_<uuid v7>`.
    RollbackId, "rbk", "rollback"
);

/// Names a step: a slug, unique in its plan for ever, never reused, never derived from the title.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(Arc<str>);

impl StepId {
    /// The longest step id, in bytes.
    pub const MAX_LEN: usize = 64;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StepId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let slug = !text.is_empty()
            && text.len() <= Self::MAX_LEN
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
            && !text.starts_with(['-', '_'])
            && !text.ends_with(['-', '_']);
        if slug { Ok(Self(text.into())) } else { Err(IdError::NotASlug { text: shorten(text) }) }
    }
}

/// Names a thing in the workspace: its kind's prefix and an opaque rest, `prj_0190…`.
///
/// The rest need not be a UUID: rows that came from elsewhere keep the id they had.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(Arc<str>);

impl EntityId {
    /// Makes an id from a kind's prefix and a UUID.
    pub fn new(prefix: &str, uuid: Uuid) -> Self {
        Self(format!("{prefix}_{}", uuid.as_hyphenated()).into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text before the underscore; it names the kind.
    pub fn prefix(&self) -> &str {
        self.0.split_once('_').map_or("", |(prefix, _)| prefix)
    }
}

impl FromStr for EntityId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let well_formed = text.split_once('_').is_some_and(|(prefix, rest)| {
            prefix.len() == 3
                && prefix.bytes().all(|b| b.is_ascii_lowercase())
                && (1..=64).contains(&rest.len())
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
        if well_formed { Ok(Self(text.into())) } else { Err(IdError::NotAnEntityId { text: shorten(text) }) }
    }
}

macro_rules! text_id {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

text_id!(StepId);
text_id!(EntityId);

/// Makes a UUID from a moment and a key: the same pair gives the same id, and ids sort by the moment.
///
/// The layout is that of UUIDv7 (RFC 9562, section 5.7) with the random bits taken from SHA-256 of the key, so that
/// derived ids sit beside drawn ones in an index without scattering its pages.
pub fn derive_uuid(at: DateTime<Utc>, key: &str) -> Uuid {
    let digest = Sha256::digest(key.as_bytes());
    let mut bits = [0_u8; 10];
    bits.copy_from_slice(&digest[..10]);
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid()
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_id_prints_and_parses_with_its_prefix() {
        let id = PlanId::new(Uuid::from_u128(7));
        assert_eq!(id.to_string(), "pln_00000000-0000-0000-0000-000000000007");
        assert_eq!(id.to_string().parse::<PlanId>(), Ok(id));
        assert!("run_00000000-0000-0000-0000-000000000007".parse::<PlanId>().is_err());
    }

    #[test]
    fn a_step_id_is_a_slug() {
        for good in ["create-project", "s1", "a_b"] {
            assert!(good.parse::<StepId>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a b", "a.b", &"a".repeat(65)] {
            assert!(bad.parse::<StepId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_same_key_derives_the_same_id_and_time_orders_ids() {
        let early = DateTime::from_timestamp_millis(1_000).unwrap();
        let late = DateTime::from_timestamp_millis(2_000).unwrap();
        assert_eq!(derive_uuid(early, "k"), derive_uuid(early, "k"));
        assert_ne!(derive_uuid(early, "k"), derive_uuid(early, "l"));
        assert!(derive_uuid(early, "k") < derive_uuid(late, "a"));
    }
}
