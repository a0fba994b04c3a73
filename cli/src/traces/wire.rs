//! Spans as a collector reads them: the JSON of OTLP (`ExportTraceServiceRequest`).

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::layer::{Ended, Line};

/// The kinds of spans that are told apart: 1 is inside, 2 answers somebody.
const INTERNAL: u8 = 1;
const SERVER: u8 = 2;
/// The status of a span in which an error was written down.
const FAILED: u8 = 2;

/// Puts a batch into one request.
pub(super) fn request(spans: &[Ended]) -> Value {
    let resource = [("service.name", "cairn"), ("service.version", env!("CARGO_PKG_VERSION"))];
    json!({"resourceSpans": [{
        "resource": {"attributes": resource.map(|(name, value)| attribute(name, value))},
        "scopeSpans": [{
            "scope": {"name": "cairn", "version": env!("CARGO_PKG_VERSION")},
            "spans": spans.iter().map(span).collect::<Vec<_>>(),
        }],
    }]})
}

fn span(span: &Ended) -> Value {
    let kind = if span.name == "request" { SERVER } else { INTERNAL };
    let mut written = json!({
        "traceId": format!("{:032x}", span.trace),
        "spanId": format!("{:016x}", span.span),
        "name": span.name,
        "kind": kind,
        "startTimeUnixNano": nanos(span.from),
        "endTimeUnixNano": nanos(span.to),
        "attributes": span.attributes.iter().map(|(name, value)| attribute(name, value)).collect::<Vec<_>>(),
        "events": span.lines.iter().map(line).collect::<Vec<_>>(),
        "status": if span.failed { json!({"code": FAILED}) } else { json!({}) },
    });
    if let Some(parent) = span.parent {
        written["parentSpanId"] = format!("{parent:016x}").into();
    }
    written
}

fn line(line: &Line) -> Value {
    json!({"timeUnixNano": nanos(line.at), "name": line.message})
}

fn attribute(name: &str, value: &str) -> Value {
    json!({"key": name, "value": {"stringValue": value}})
}

/// Numbers of 64 bits are texts in this JSON.
fn nanos(at: SystemTime) -> String {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_span_is_written_as_collectors_read_it() {
        let from = UNIX_EPOCH + Duration::from_nanos(1_700_000_000_000_000_001);
        let lines = vec![Line { at: from, message: "it broke".into() }];
        let ended = Ended {
            name: "attempt",
            trace: 0xabc,
            span: 7,
            parent: Some(6),
            from,
            to: from + Duration::from_secs(1),
            attributes: vec![("attempt", "1".into())],
            lines,
            failed: true,
        };
        let request = request(&[ended]);
        let span = &request["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert_eq!(span["traceId"], "00000000000000000000000000000abc");
        assert_eq!((&span["spanId"], &span["parentSpanId"]), (&json!("0000000000000007"), &json!("0000000000000006")));
        assert_eq!(span["startTimeUnixNano"], "1700000000000000001");
        assert_eq!(span["attributes"][0], json!({"key": "attempt", "value": {"stringValue": "1"}}));
        assert_eq!((&span["kind"], &span["status"]["code"]), (&json!(1), &json!(2)));
        assert_eq!(span["events"][0]["name"], "it broke");
        assert_eq!(request["resourceSpans"][0]["resource"]["attributes"][0]["value"]["stringValue"], "cairn");
    }
}
