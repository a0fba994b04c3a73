//! How the server says no: a status, and trailers that tell which no it is.

use tonic::{
    Code, Status,
    metadata::{MetadataMap, MetadataValue},
};

use crate::store::Expected;

fn with(code: Code, message: impl Into<String>, trailers: &[(&'static str, String)]) -> Status {
    let mut metadata = MetadataMap::new();
    for (name, value) in trailers {
        if let Ok(value) = MetadataValue::try_from(value.as_str()) {
            metadata.insert(*name, value);
        }
    }
    Status::with_metadata(code, message, metadata)
}

pub(crate) fn stream_deleted(stream: &[u8]) -> Status {
    let stream = String::from_utf8_lossy(stream).into_owned();
    let message = format!("Event stream '{stream}' is deleted.");
    with(Code::FailedPrecondition, message, &[("exception", "stream-deleted".into()), ("stream-name", stream)])
}

pub(crate) fn wrong_expected_version(stream: &[u8], expected: Expected, actual: Option<u64>) -> Status {
    let stream = String::from_utf8_lossy(stream).into_owned();
    let expected = match expected {
        Expected::Any => "-2".into(),
        Expected::NoStream => "-1".into(),
        Expected::StreamExists => "-4".into(),
        Expected::Exact(revision) => revision.to_string(),
    };
    let actual = actual.map_or("-1".into(), |actual| actual.to_string());
    let message = format!(
        "Append failed due to WrongExpectedVersion. Stream: {stream}, Expected version: {expected}, Actual version: {actual}"
    );
    let trailers = [
        ("exception", "wrong-expected-version".into()),
        ("stream-name", stream),
        ("expected-version", expected),
        ("actual-version", actual),
    ];
    with(Code::FailedPrecondition, message, &trailers)
}

pub(crate) fn too_large(limit: usize) -> Status {
    let trailers = [("exception", "maximum-append-size-exceeded".into()), ("maximum-append-size", limit.to_string())];
    with(Code::InvalidArgument, format!("Maximum Append Size of {limit} Exceeded."), &trailers)
}

pub(crate) fn missing_metadata(name: &str) -> Status {
    let trailers = [
        ("exception", "missing-required-metadata-property".into()),
        ("required-metadata-properties", "type,content-type".into()),
    ];
    with(Code::InvalidArgument, format!("Required Metadata Property '{name}' is missing"), &trailers)
}

pub(crate) fn access_denied() -> Status {
    with(Code::PermissionDenied, "Access Denied", &[("exception", "access-denied".into())])
}

pub(crate) fn not_leader(host: &str, port: u16) -> Status {
    let trailers = [
        ("exception", "not-leader".into()),
        ("leader-endpoint-host", host.to_owned()),
        ("leader-endpoint-port", port.to_string()),
    ];
    with(Code::NotFound, format!("Leader info available. Leader is at {host}:{port}"), &trailers)
}

pub(crate) fn timed_out() -> Status {
    Status::aborted("Operation timed out: Commit phase timeout.")
}

pub(crate) fn not_ready() -> Status {
    Status::unavailable("Server Is Not Ready")
}

pub(crate) fn invalid_position() -> Status {
    Status::invalid_argument("Trying to read from an invalid position.")
}

pub(crate) fn unsupported(what: &str) -> Status {
    Status::invalid_argument(format!("The combination of ({what}) is invalid."))
}
