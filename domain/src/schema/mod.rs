//! How events are written down: a type name, a schema version, JSON.
//!
//! The name is the variant's; a changed shape gets the next version and an upcaster in [`upcast`], and
//! `tests/golden` keeps one file of every version ever written.

pub mod upcast;

use crate::{
    plan::PlanEvent, schedule::ScheduleEvent, signing::SigningEvent, template::TemplateEvent, workspace::EntityEvent,
};

/// Why stored bytes are no event of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("`{event_type}` is no event type of `{category}` streams")]
    UnknownType { category: String, event_type: String },
    #[error("event type `{event_type}` has version {version}, and this build knows up to {newest}: run a newer build")]
    NewerVersion { event_type: String, version: u16, newest: u16 },
    #[error("the data of `{event_type}` version {version} cannot be read: {detail}")]
    Malformed { event_type: String, version: u16, detail: String },
    #[error("streams of category `{category}` are not known")]
    UnknownCategory { category: String },
}

impl DecodeError {
    /// What is wrong in one stable word, for machines; `data` are the bytes that could not be read.
    pub fn kind(&self, data: &[u8]) -> &'static str {
        match self {
            Self::UnknownType { .. } => "unknown_type",
            Self::NewerVersion { .. } => "newer_version",
            Self::UnknownCategory { .. } => "unknown_category",
            Self::Malformed { .. } if serde_json::from_slice::<serde::de::IgnoredAny>(data).is_err() => "broken_json",
            Self::Malformed { detail, .. } if detail.starts_with("missing field") => "missing_field",
            Self::Malformed { .. } => "malformed",
        }
    }
}

/// A family of events that can be written down and read back.
pub trait EventFamily: Sized {
    /// The event's type name.
    fn type_name(&self) -> &'static str;

    /// The schema version that [`encode`](Self::encode) writes.
    fn schema_version(&self) -> u16;

    /// The event's data as JSON bytes.
    fn encode(&self) -> Vec<u8>;

    /// Reads an event of any version ever written.
    fn decode(event_type: &str, version: u16, data: &[u8]) -> Result<Self, DecodeError>;
}

/// Any event that the log can hold.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "plan events are by far the most frequent")]
pub enum Event {
    Plan(PlanEvent),
    Entity(EntityEvent),
    Signing(SigningEvent),
    Template(TemplateEvent),
    Schedule(ScheduleEvent),
}

impl Event {
    /// Reads an event by the category of its stream.
    pub fn decode(category: &str, event_type: &str, version: u16, data: &[u8]) -> Result<Self, DecodeError> {
        match category {
            "plan" => PlanEvent::decode(event_type, version, data).map(Self::Plan),
            "entity" => EntityEvent::decode(event_type, version, data).map(Self::Entity),
            "signing" => SigningEvent::decode(event_type, version, data).map(Self::Signing),
            "template" => TemplateEvent::decode(event_type, version, data).map(Self::Template),
            "schedule" => ScheduleEvent::decode(event_type, version, data).map(Self::Schedule),
            other => Err(DecodeError::UnknownCategory { category: other.to_owned() }),
        }
    }
}

/// Declares the structs of a family of events, the enum over them and how they are written down.
macro_rules! events {
    (
        $(#[$family_doc:meta])*
        $family:ident {
            $(
                $(#[$doc:meta])*
                $name:ident $({ $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)? })?
            ),* $(,)?
        }
    ) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[allow(missing_docs, reason = "the fields are named for what they hold")]
            pub struct $name { $($($(#[$field_meta])* pub $field: $type),*)? }
        )*

        $(#[$family_doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "events live for one decision or one fold")]
        pub enum $family {
            $($(#[$doc])* $name($name),)*
        }

        $(
            impl From<$name> for $family {
                fn from(event: $name) -> Self {
                    Self::$name(event)
                }
            }
        )*

        impl $family {
            /// The names of all event types of this family.
            pub const TYPES: &'static [&'static str] = &[$(stringify!($name)),*];
        }

        impl $crate::schema::EventFamily for $family {
            fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name),)*
                }
            }

            fn schema_version(&self) -> u16 {
                $crate::schema::upcast::newest(self.type_name())
            }

            fn encode(&self) -> Vec<u8> {
                let encoded = match self {
                    $(Self::$name(event) => serde_json::to_vec(event),)*
                };
                encoded.expect("an event is a struct with string keys, which JSON can always hold")
            }

            fn decode(event_type: &str, version: u16, data: &[u8]) -> Result<Self, $crate::schema::DecodeError> {
                match event_type {
                    $(stringify!($name) => {
                        $crate::schema::upcast::read(event_type, version, data).map(Self::$name)
                    })*
                    other => Err($crate::schema::DecodeError::UnknownType {
                        category: stringify!($family).to_owned(),
                        event_type: other.to_owned(),
                    }),
                }
            }
        }
    };
}

pub(crate) use events;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_bytes_has_a_word_of_its_own() {
        let kind = |category, event_type, version, data: &str| {
            Event::decode(category, event_type, version, data.as_bytes()).unwrap_err().kind(data.as_bytes())
        };
        assert_eq!(kind("plan", "PlanBlessed", 1, "{}"), "unknown_type");
        assert_eq!(kind("plan", "PlanRejected", 9, "{}"), "newer_version");
        assert_eq!(kind("plan", "PlanRejected", 1, "{\"reason\": "), "broken_json");
        assert_eq!(kind("plan", "PlanRejected", 1, "{}"), "missing_field");
        assert_eq!(kind("plan", "PlanRejected", 1, "{\"reason\": 3}"), "malformed");
        assert_eq!(kind("planet", "PlanRejected", 1, "{}"), "unknown_category");
    }
}
