//! What a host answered, read within limits.

use reqwest::{
    Response,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::{Map, Value, json};

use crate::actions::wording::brief;

/// The largest body that is read, in bytes: 1 MiB, after decompression.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The largest result, in bytes of JSON: it becomes part of an event, which may have 4 MiB.
const MAX_RESULT_BYTES: usize = 3 * 1024 * 1024;
/// The most headers, and the most bytes of them, that are kept.
const MAX_HEADERS: usize = 64;
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// How much of an error's body is read, and how much of that is shown.
const EXCERPT_BYTES: usize = 4 * 1024;
const EXCERPT_CHARS: usize = 300;

/// An answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// What later steps can refer to: `status`, `headers`, `body`, perhaps `id` and `lossy`.
    pub(crate) result: Value,
}

/// Why an answer could not be read.
pub(crate) enum ReadError {
    /// It is larger than may be kept.
    TooLarge { limit: usize },
    /// It broke off.
    Broken(reqwest::Error),
}

impl Answer {
    pub(crate) async fn read(mut response: Response) -> Result<Self, ReadError> {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = body(&mut response).await?;
        let (body, lossy) = decode(&headers, &bytes);
        let mut result = Map::new();
        if let Some(id) = body.get("id").and_then(id_in_words) {
            result.insert("id".into(), id.into());
        }
        result.insert("status".into(), status.into());
        result.insert("headers".into(), kept(&headers));
        result.insert("body".into(), body);
        if lossy {
            result.insert("lossy".into(), true.into());
        }
        let result = Value::Object(result);
        // control characters grow sixfold when they are written as JSON
        if result.to_string().len() > MAX_RESULT_BYTES {
            return Err(ReadError::TooLarge { limit: MAX_RESULT_BYTES });
        }
        Ok(Self { status, result })
    }
}

/// The first words of an answer, for a failure's message; nothing when they cannot be read.
pub(crate) async fn excerpt(response: &mut Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= EXCERPT_BYTES {
            break;
        }
    }
    bytes.truncate(EXCERPT_BYTES);
    brief(&String::from_utf8_lossy(&bytes), EXCERPT_CHARS)
}

async fn body(response: &mut Response) -> Result<Vec<u8>, ReadError> {
    let too_large = ReadError::TooLarge { limit: MAX_BODY_BYTES };
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(ReadError::Broken)? {
        if bytes.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(too_large);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// JSON when the host says so and it is; else text. Says whether bytes that are no UTF-8 were replaced.
fn decode(headers: &HeaderMap, bytes: &[u8]) -> (Value, bool) {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let says_json = matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json");
    if says_json && let Ok(json) = serde_json::from_slice(bytes) {
        return (json, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.into(), false),
        Err(_) => (String::from_utf8_lossy(bytes).into(), true),
    }
}

fn id_in_words(id: &Value) -> Option<String> {
    match id {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Headers as they are kept with the plan: without cookies, which are secrets, and no more than fit.
fn kept(headers: &HeaderMap) -> Value {
    let mut kept: Map<String, Value> = Map::new();
    let mut bytes = 0;
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        bytes += name.as_str().len() + value.len();
        if name == "set-cookie" || bytes > MAX_HEADER_BYTES || kept.len() == MAX_HEADERS {
            continue;
        }
        let joined = match kept.get(name.as_str()).and_then(Value::as_str) {
            Some(before) => format!("{before}, {value}"),
            None => value.into_owned(),
        };
        kept.insert(name.as_str().to_owned(), json!(joined));
    }
    Value::Object(kept)
}
