//! The name of a stream: a category, a hyphen, and what the stream is about (`plan-pln_0190…`).

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Names a stream: 1 to 200 bytes without spaces or control characters, a category before the first hyphen.
///
/// Cheap to clone.
///
/// ```
/// # use cairn_eventlog as eventlog;
/// use eventlog::StreamName;
/// # fn main() -> Result<(), eventlog::StreamNameError> {
/// let stream: StreamName = "plan-pln_0190".parse()?;
/// assert_eq!(stream.category(), "plan");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamName(Arc<str>);

/// Says why a text is no stream name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamNameError {
    /// Empty, or longer than [`StreamName::MAX_BYTES`].
    #[error("a stream name has 1 to {limit} bytes, this one has {bytes}", limit = StreamName::MAX_BYTES)]
    Length {
        /// How long the text is.
        bytes: usize,
    },
    /// A space or a control character.
    #[error("the stream name `{name}` contains {found:?}: use printable characters without spaces")]
    NotPrintable {
        /// The whole text.
        name: String,
        /// The first character that cannot be in a name.
        found: char,
    },
    /// Nothing before or after the first hyphen, or no hyphen.
    #[error("the stream name `{name}` must be a category, a hyphen and a rest, as in `plan-1`")]
    NoCategory {
        /// The whole text.
        name: String,
    },
}

impl StreamName {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 200;

    /// Checks a text and makes a name of it.
    pub fn new(name: impl Into<Arc<str>>) -> Result<Self, StreamNameError> {
        let name = name.into();
        if name.is_empty() || name.len() > Self::MAX_BYTES {
            return Err(StreamNameError::Length { bytes: name.len() });
        }
        if let Some(found) = name.chars().find(|c| c.is_control() || c.is_whitespace()) {
            return Err(StreamNameError::NotPrintable { name: name.to_string(), found });
        }
        match name.split_once('-') {
            Some((category, rest)) if !category.is_empty() && !rest.is_empty() => Ok(Self(name)),
            Some(_) | None => Err(StreamNameError::NoCategory { name: name.to_string() }),
        }
    }

    /// Gives the text before the first hyphen: what kind of thing the stream is about.
    pub fn category(&self) -> &str {
        self.0.split_once('-').map_or(&*self.0, |(category, _)| category)
    }

    /// Gives the text after the first hyphen: which thing the stream is about.
    pub fn subject(&self) -> &str {
        self.0.split_once('-').map_or("", |(_, subject)| subject)
    }

    /// Gives the whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StreamName {
    type Err = StreamNameError;

    fn from_str(name: &str) -> Result<Self, StreamNameError> {
        Self::new(name)
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for StreamName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for StreamName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&*name).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_category_ends_at_the_first_hyphen() {
        let name: StreamName = "entity-prj_1-2".parse().unwrap();
        assert_eq!((name.category(), name.subject()), ("entity", "prj_1-2"));
    }

    #[test]
    fn names_may_be_unicode_up_to_200_bytes() {
        for good in ["plan-ärger-日本", &format!("p-{}", "x".repeat(198))] {
            assert!(good.parse::<StreamName>().is_ok(), "{good}");
        }
    }

    #[test]
    fn a_name_that_breaks_a_rule_is_refused_with_that_rule() {
        let refused = |name: &str| name.parse::<StreamName>().unwrap_err();
        assert_eq!(refused(""), StreamNameError::Length { bytes: 0 });
        assert_eq!(refused(&"p-".repeat(101)), StreamNameError::Length { bytes: 202 });
        assert_eq!(refused("plan-a b"), StreamNameError::NotPrintable { name: "plan-a b".into(), found: ' ' });
        assert_eq!(refused("plan-\n"), StreamNameError::NotPrintable { name: "plan-\n".into(), found: '\n' });
        for nameless in ["plan", "-1", "plan-"] {
            assert_eq!(refused(nameless), StreamNameError::NoCategory { name: nameless.into() });
        }
    }
}
