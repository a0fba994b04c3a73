//! The name of a span in a trace: what an event keeps of the request that led to it, besides the trace's own id.

use std::{fmt, num::NonZeroU64, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

/// Names one span in its trace, as W3C Trace Context does: eight bytes that are not all zero, written as 16 lower-case
/// hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpanId(NonZeroU64);

impl SpanId {
    /// Makes it of a number; `None` for zero, which names no span.
    pub const fn new(number: u64) -> Option<Self> {
        match NonZeroU64::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// Gives the number.
    pub const fn get(self) -> u64 {
        self.0.get()
    }

    /// The span that stands for a message of which only the id is known: the second half of the id. The same message
    /// always gets the same.
    pub fn standing_for(message: Uuid) -> Self {
        let (_, half) = message.as_u64_pair();
        Self(NonZeroU64::new(half).unwrap_or(NonZeroU64::MIN))
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.get())
    }
}

/// A text that names no span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a span is named by 16 lower-case hexadecimal digits that are not all zero")]
pub struct SpanIdError;

impl FromStr for SpanId {
    type Err = SpanIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let are_digits = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = u64::from_str_radix(text, 16).ok().filter(|_| are_digits);
        number.and_then(Self::new).ok_or(SpanIdError)
    }
}

impl Serialize for SpanId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SpanId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_as_it_is_written() {
        let span = SpanId::new(0xf0_67aa_0ba9_02b7).unwrap();
        assert_eq!(span.to_string(), "00f067aa0ba902b7");
        assert_eq!("00f067aa0ba902b7".parse(), Ok(span));
        assert_eq!(serde_json::to_string(&span).unwrap(), r#""00f067aa0ba902b7""#);
        assert_eq!(serde_json::from_str::<SpanId>(r#""00f067aa0ba902b7""#).unwrap(), span);
    }

    #[test]
    fn what_names_no_span_is_refused() {
        for text in ["0000000000000000", "00F067AA0BA902B7", "+0f067aa0ba902b7", "f067aa0ba902b7", ""] {
            assert_eq!(text.parse::<SpanId>(), Err(SpanIdError), "{text}");
        }
    }

    #[test]
    fn a_message_always_gets_the_same_span() {
        let message = Uuid::from_u128(0x0199_d0c2_a1b0_7c3e_9f5a_6b7c_8d9e_0f11);
        assert_eq!(SpanId::standing_for(message).to_string(), "9f5a6b7c8d9e0f11");
        assert_eq!(SpanId::standing_for(Uuid::nil()).get(), 1);
    }
}
