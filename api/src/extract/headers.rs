//! The headers that writes bring (`If-Match`, `Idempotency-Key`) and answers carry (`ETag`).

use axum::http::{HeaderMap, HeaderValue, header};
use eventlog::Revision;

use crate::problem::{Answer, FieldProblem, Problem, codes};

/// The largest number that a revision or a position can be.
pub(crate) const MAX_NUMBER: u64 = i64::MAX as u64 - 1;
const MAX_KEY_BYTES: usize = 255;
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What `If-Match` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfMatch {
    /// It is not there.
    Missing,
    /// `*`: any revision.
    Any,
    /// Exactly this revision.
    Revision(Revision),
}

impl IfMatch {
    /// Reads the header: one quoted revision, as the `ETag` gave it.
    pub(crate) fn read(headers: &HeaderMap) -> Answer<Self> {
        let Some(value) = headers.get(header::IF_MATCH) else { return Ok(Self::Missing) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        match revision_in(text) {
            Some(revision) => Ok(Self::Revision(revision)),
            None => Err(bad_header("If-Match", "`If-Match` takes one quoted revision, as the `ETag` gave it: \"7\"")),
        }
    }

    /// The revision that the stream must stand at, if the caller cares.
    pub(crate) fn expected(self) -> Option<Revision> {
        match self {
            Self::Revision(revision) => Some(revision),
            Self::Missing | Self::Any => None,
        }
    }
}

fn revision_in(etag: &str) -> Option<Revision> {
    let text = etag.strip_prefix("W/").unwrap_or(etag);
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    text.parse().ok().filter(|number| *number <= MAX_NUMBER).map(Revision::new)
}

/// The `ETag` of a revision.
pub(crate) fn etag(revision: Revision) -> HeaderValue {
    HeaderValue::try_from(format!("\"{revision}\"")).expect("digits in quotes are a header value")
}

/// Reads `Idempotency-Key`, if it is there.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Answer<Option<String>> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=MAX_KEY_BYTES).contains(&key.len()) => Ok(Some(key.to_owned())),
        Ok(_) | Err(_) => {
            Err(bad_header("Idempotency-Key", "an `Idempotency-Key` has 1 to 255 printable ASCII characters"))
        }
    }
}

/// The refusal of a header that cannot be read.
pub(crate) fn bad_header(name: &str, detail: &str) -> Problem {
    let errors = vec![FieldProblem::parameter(name, "bad-header", detail)];
    Problem::new(&codes::BAD_HEADER, format!("A header cannot be read: {detail}.")).with_errors(errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn if_match(value: &'static str) -> Answer<IfMatch> {
        IfMatch::read(&HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_static(value))]))
    }

    #[test]
    fn if_match_takes_what_the_etag_gave() {
        let seven = IfMatch::Revision(Revision::new(7));
        assert_eq!(etag(Revision::new(7)), "\"7\"");
        for good in ["\"7\"", "W/\"7\"", " 7 "] {
            assert_eq!(if_match(good).unwrap(), seven, "{good}");
        }
        assert_eq!(if_match("*").unwrap(), IfMatch::Any);
        for bad in ["", "\"x\"", "-1", "\"18446744073709551615\"", "\"1\", \"2\""] {
            assert_eq!(if_match(bad).unwrap_err().code().name, "request.bad-header", "{bad}");
        }
    }
}
