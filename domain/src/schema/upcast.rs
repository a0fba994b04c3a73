//! Reading old events: an upcaster turns the JSON of one version of an event type into that of the next.
//!
//! A chain of pure functions; the log is never rewritten. There is one entry in [`UPCASTERS`] for each version that
//! was ever left behind.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::DecodeError;

/// Turns the data of `from` into the data of version `from + 1`.
struct Upcaster {
    event_type: &'static str,
    from: u16,
    apply: fn(Value) -> Value,
}

/// Every step from an old shape to the next, in order. Empty as long as no shape has changed.
const UPCASTERS: &[Upcaster] = &[];

/// The version that is written today.
pub fn newest(event_type: &str) -> u16 {
    newest_in(UPCASTERS, event_type)
}

/// Reads data of any version up to the newest.
pub fn read<T: DeserializeOwned>(event_type: &str, version: u16, data: &[u8]) -> Result<T, DecodeError> {
    read_with(UPCASTERS, event_type, version, data)
}

fn newest_in(upcasters: &[Upcaster], event_type: &str) -> u16 {
    let left_behind =
        upcasters.iter().filter(|upcaster| upcaster.event_type == event_type).map(|upcaster| upcaster.from);
    left_behind.max().map_or(1, |version| version + 1)
}

fn read_with<T: DeserializeOwned>(
    upcasters: &[Upcaster],
    event_type: &str,
    version: u16,
    data: &[u8],
) -> Result<T, DecodeError> {
    let malformed = |error: serde_json::Error| DecodeError::Malformed {
        event_type: event_type.to_owned(),
        version,
        detail: error.to_string(),
    };
    let newest = newest_in(upcasters, event_type);
    if version > newest {
        return Err(DecodeError::NewerVersion { event_type: event_type.to_owned(), version, newest });
    }
    if version == newest {
        return serde_json::from_slice(data).map_err(malformed);
    }
    let mut value: Value = serde_json::from_slice(data).map_err(malformed)?;
    for from in version..newest {
        if let Some(upcaster) = upcasters.iter().find(|u| u.event_type == event_type && u.from == from) {
            value = (upcaster.apply)(value);
        }
    }
    serde_json::from_value(value).map_err(malformed)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Named {
        name: String,
        tags: Vec<String>,
    }

    const CHAIN: &[Upcaster] = &[
        Upcaster { event_type: "Named", from: 1, apply: |old| json!({"name": old["title"]}) },
        Upcaster {
            event_type: "Named",
            from: 2,
            apply: |mut old| {
                old["tags"] = json!([]);
                old
            },
        },
    ];

    #[test]
    fn every_old_version_reads_as_the_newest() {
        let expected = Named { name: "a".into(), tags: Vec::new() };
        for (version, data) in [(1, r#"{"title":"a"}"#), (2, r#"{"name":"a"}"#), (3, r#"{"name":"a","tags":[]}"#)] {
            assert_eq!(read_with::<Named>(CHAIN, "Named", version, data.as_bytes()).as_ref(), Ok(&expected));
        }
        assert_eq!(newest_in(CHAIN, "Named"), 3);
        assert_eq!(newest_in(CHAIN, "Other"), 1);
    }

    #[test]
    fn a_version_of_the_future_is_refused() {
        let refused = read_with::<Named>(CHAIN, "Named", 4, b"{}");
        assert_eq!(refused, Err(DecodeError::NewerVersion { event_type: "Named".into(), version: 4, newest: 3 }));
    }
}
