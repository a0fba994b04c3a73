//! A request as it will be sent: read from a step's params, within limits, for a host that is allowed.

use bytes::Bytes;
use commands::TraceContext;
use domain::action::params;
use reqwest::{
    Method, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Map, Value};

use super::allow::{AllowList, Host};
use crate::registry::ActionError;

/// The largest body that is sent, in bytes: 1 MiB.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The most headers that a step may set.
const MAX_HEADERS: usize = 64;
/// The most bytes that all names and values of headers may have.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Headers that belong to the connection or to the client, not to the step.
const RESERVED: [&str; 11] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "upgrade",
    "te",
    "trailer",
    "expect",
    "proxy-authorization",
    "proxy-connection",
];

/// Headers that another host may see after a redirect. Any other may hold a secret meant for the first host, or tells
/// what only the first one is to know: the trace that a request belongs to.
const HARMLESS: [&str; 4] = ["accept", "accept-language", "content-type", "idempotency-key"];

/// A request as it will be sent.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

impl Outgoing {
    /// Reads a request from a step's params.
    pub(crate) fn read(params: &params::HttpRequest, key: &str) -> Result<Self, ActionError> {
        let method = method(&params.method)?;
        let url = parse(&params.url)?;
        let mut headers = headers(params.headers.as_ref())?;
        let body = body(params.body.as_ref(), &mut headers)?;
        if let Ok(value) = HeaderValue::from_str(key) {
            headers.entry("idempotency-key").or_insert(value);
        }
        Ok(Self { method, url, headers, body })
    }

    /// Names the trace that it belongs to, if there is one, and the span that it is sent in; unless the step does.
    pub(crate) fn in_trace(mut self, context: Option<TraceContext>) -> Self {
        let value = context.and_then(|context| HeaderValue::from_str(&context.to_string()).ok());
        if let Some(value) = value {
            self.headers.entry(TraceContext::HEADER).or_insert(value);
        }
        self
    }

    /// Whether sending it twice does no more than sending it once (RFC 9110, section 9.2.2).
    pub(crate) fn is_idempotent(&self) -> bool {
        is_idempotent(&self.method)
    }

    /// The request that follows a redirect, as clients do it (RFC 9110, section 15.4): other hosts see neither
    /// credentials nor headers that might hold some.
    pub(crate) fn redirected(self, status: u16, url: Url) -> Self {
        let mut next = Self { url, ..self.clone() };
        let becomes_get = match status {
            303 => self.method != Method::HEAD,
            301 | 302 => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            next.method = Method::GET;
            next.body = None;
            next.headers.remove(CONTENT_TYPE);
        }
        if self.url.origin() != next.url.origin() {
            let foreign = next.headers.keys().filter(|name| !HARMLESS.contains(&name.as_str()));
            for name in foreign.cloned().collect::<Vec<_>>() {
                next.headers.remove(name);
            }
        }
        next
    }
}

/// Whether a method may be repeated.
pub(crate) fn is_idempotent(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE)
}

/// Refuses an address that may not be called.
pub(crate) fn check_allowed(url: &Url, allowed: &AllowList) -> Result<(), ActionError> {
    if !matches!(url.scheme(), "http" | "https") {
        let message = format!("only http and https can be called, and {} is neither", shown(url));
        return Err(ActionError::failed("http.bad-url", message));
    }
    let (Some(host), Some(port)) = (Host::of(url), url.port_or_known_default()) else {
        return Err(ActionError::failed("http.bad-url", format!("{} names no host", shown(url))));
    };
    if allowed.names(&host, port) {
        return Ok(());
    }
    Err(ActionError::failed("http.not-allowed", not_allowed(url)))
}

/// Says that a host is not on the list, and how to put it there.
pub(crate) fn not_allowed(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("host {host} is not on the list of allowed hosts; to allow it, add it to CAIRN_HTTP_ALLOW and restart")
}

/// An address as people may see it: without credentials and fragment, with the query.
pub(crate) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    strip(&mut shown);
    shown.into()
}

/// Takes credentials and fragment out of an address.
pub(crate) fn strip(url: &mut Url) {
    // fails only for addresses that cannot have credentials
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
}

/// Reads an address.
pub(crate) fn parse(text: &str) -> Result<Url, ActionError> {
    Url::parse(text).map_err(|error| ActionError::failed("http.bad-url", format!("the url cannot be read: {error}")))
}

pub(crate) fn method(name: &str) -> Result<Method, ActionError> {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    known.into_iter().find(|method| method.as_str() == name).ok_or_else(|| {
        ActionError::failed("http.bad-method", "the method must be GET, HEAD, POST, PUT, PATCH or DELETE")
    })
}

fn headers(given: Option<&Map<String, Value>>) -> Result<HeaderMap, ActionError> {
    let bad = |message: String| ActionError::failed("http.bad-header", message);
    let given = given.into_iter().flatten();
    let mut headers = HeaderMap::new();
    let mut bytes = 0;
    for (name, value) in given {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Null => continue,
            Value::Array(_) | Value::Object(_) => {
                return Err(bad(format!("the value of header `{name}` must be a text")));
            }
        };
        bytes += name.len() + text.len();
        let parsed: HeaderName = name.parse().map_err(|_| bad(format!("`{name}` is no name of a header")))?;
        if RESERVED.contains(&parsed.as_str()) {
            return Err(bad(format!("header `{name}` is set by Cairn and cannot be chosen")));
        }
        let value = text.parse().map_err(|_| bad(format!("header `{name}` holds characters that cannot be sent")))?;
        headers.insert(parsed, value);
    }
    if headers.len() > MAX_HEADERS || bytes > MAX_HEADER_BYTES {
        return Err(bad(format!("a request may have {MAX_HEADERS} headers with {MAX_HEADER_BYTES} bytes in all")));
    }
    Ok(headers)
}

/// A text goes as it is, anything else as JSON.
fn body(given: Option<&Value>, headers: &mut HeaderMap) -> Result<Option<Bytes>, ActionError> {
    let (bytes, content_type) = match given {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => (Bytes::copy_from_slice(text.as_bytes()), "text/plain; charset=utf-8"),
        Some(json) => (Bytes::from(json.to_string()), "application/json"),
    };
    if bytes.len() > MAX_BODY_BYTES {
        let message = format!("the body has {} bytes; {MAX_BODY_BYTES} can be sent", bytes.len());
        return Err(ActionError::failed("http.body-too-large", message));
    }
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const TRACE: &str = "00-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7-01";

    fn read(params: Value) -> Result<Outgoing, ActionError> {
        Outgoing::read(&serde_json::from_value(params).unwrap(), "run/step")
    }

    fn code(error: &ActionError) -> &str {
        match error {
            ActionError::Failed { code, .. } => code,
            ActionError::Unknown { .. } => "unknown",
        }
    }

    #[test]
    fn a_text_goes_as_it_is_and_anything_else_as_json() {
        let text = read(json!({"method": "POST", "url": "http://a.test", "body": "hi"})).unwrap();
        assert_eq!(text.body.unwrap(), "hi");
        assert_eq!(text.headers[CONTENT_TYPE], "text/plain; charset=utf-8");
        let json = read(json!({"method": "PUT", "url": "http://a.test", "body": {"a": 1}})).unwrap();
        assert_eq!(json.body.unwrap(), r#"{"a":1}"#);
        assert_eq!(json.headers[CONTENT_TYPE], "application/json");
        assert_eq!(json.headers["idempotency-key"], "run/step");
    }

    #[rstest]
    #[case(json!({"method": "GET", "url": "http://a.test", "headers": {"Host": "b.test"}}), "http.bad-header")]
    #[case(json!({"method": "GET", "url": "http://a.test", "headers": {"X": "a\nb"}}), "http.bad-header")]
    #[case(json!({"method": "GET", "url": "http://a.test", "headers": {"a b": "x"}}), "http.bad-header")]
    #[case(json!({"method": "GET", "url": "http://a.test", "headers": {"X": "a".repeat(20_000)}}), "http.bad-header")]
    #[case(json!({"method": "POST", "url": "http://a.test", "body": "a".repeat(MAX_BODY_BYTES + 1)}), "http.body-too-large")]
    #[case(json!({"method": "TRACE", "url": "http://a.test"}), "http.bad-method")]
    #[case(json!({"method": "GET", "url": "http://"}), "http.bad-url")]
    fn what_cannot_be_sent_is_refused(#[case] params: Value, #[case] expected: &str) {
        assert_eq!(code(&read(params).unwrap_err()), expected);
    }

    #[test]
    fn another_host_sees_no_credentials_after_a_redirect() {
        let headers = json!({"Authorization": "Bearer x", "X-Api-Key": "y", "Accept": "text/plain"});
        let first = read(json!({"method": "POST", "url": "http://a.test/x", "headers": headers, "body": "b"})).unwrap();
        let first = first.in_trace(Some(TRACE.parse().unwrap()));
        let same = first.clone().redirected(307, "http://a.test/y".parse().unwrap());
        assert_eq!(same.headers["authorization"], "Bearer x");
        assert_eq!(same.headers["traceparent"], TRACE);
        assert_eq!((same.method, same.body.as_deref()), (Method::POST, Some(b"b".as_slice())));
        let other = first.redirected(302, "http://b.test/y".parse().unwrap());
        assert_eq!((other.method, other.body), (Method::GET, None));
        let mut names: Vec<&str> = other.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "idempotency-key"]);
    }

    #[test]
    fn the_trace_is_named_unless_there_is_none_or_the_step_names_one() {
        let get = json!({"method": "GET", "url": "http://a.test/x"});
        let named = read(get.clone()).unwrap().in_trace(Some(TRACE.parse().unwrap()));
        assert_eq!(named.headers["traceparent"], TRACE);
        assert!(!read(get).unwrap().in_trace(None).headers.contains_key("traceparent"));
        let own = json!({"method": "GET", "url": "http://a.test/x", "headers": {"Traceparent": "mine"}});
        let own = read(own).unwrap().in_trace(Some(TRACE.parse().unwrap()));
        assert_eq!(own.headers["traceparent"], "mine");
    }

    #[test]
    fn credentials_are_not_shown() {
        assert_eq!(shown(&"http://u:p@a.test/x?q=1#f".parse().unwrap()), "http://a.test/x?q=1");
    }
}
