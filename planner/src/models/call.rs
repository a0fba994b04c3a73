//! One call: sends a question, reads the stream of the answer, keeps every limit.
//!
//! Deliberately absent: repeats. Whoever calls decides whether to call again.

use std::{pin::pin, time::Duration};

use futures::{Stream, StreamExt as _};
use reqwest::{
    Client, Response, StatusCode, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};
use serde_json::Value;
use sse_stream::SseStream;
use tokio::time::timeout;

use super::{
    anthropic,
    budget::Spent,
    fault::Fault,
    secrets,
    settings::{BadSettings, ModelSettings, Provider},
    turns::{Piece, Question},
};

/// The most bytes of one answer that are read, with everything around it.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The most characters that the text of an answer may have. 200 steps at length have about 100,000.
const MAX_TEXT: usize = 400_000;
/// The most bytes of a refusal that are read.
const MAX_REFUSAL: usize = 16 * 1024;
/// The most characters of a refusal that are kept.
const MAX_DETAIL: usize = 200;

/// A way to a provider.
pub(super) struct Line {
    client: Client,
    endpoint: Url,
    headers: HeaderMap,
    is_providers_own: bool,
}

/// Why a call has no answer, and when to call again if the provider said so.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) fault: Fault,
    pub(super) retry_after: Option<Duration>,
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self { fault, retry_after: None }
    }
}

/// An answer that came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The text of the answer.
    Text(String),
    /// The model will not answer.
    Refusal(String),
}

/// Whether to read on.
pub(super) enum Going {
    On,
    /// What was heard is enough to know that the answer is of no use; the rest is not paid for.
    Stop,
}

impl Line {
    pub(super) fn new(settings: &ModelSettings) -> Result<Self, BadSettings> {
        let endpoint = settings.endpoint()?;
        let host = endpoint.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let is_here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        // A redirect would carry the key to wherever it leads.
        let client = Client::builder().connect_timeout(settings.patience.connect).redirect(Policy::none());
        let client = if is_here { client.no_proxy() } else { client };
        let client = client.build().map_err(|error| BadSettings::NoClient { cause: error.to_string() })?;
        let own_host = Url::parse(settings.provider.default_base_url()).ok();
        let is_providers_own = own_host.as_ref().and_then(Url::host_str) == Some(host.as_str());
        Ok(Self { client, endpoint, headers: headers(settings), is_providers_own })
    }

    /// Asks, and gives the whole answer; each part of the text goes to `hear` as it comes. What it takes is noted in
    /// `spent`, also when it comes to nothing.
    pub(super) async fn ask(
        &self,
        settings: &ModelSettings,
        question: &Question<'_>,
        spent: &mut Spent,
        hear: &mut (dyn FnMut(&str) -> Going + Send),
    ) -> Result<Heard, Failed> {
        let body = settings.provider.body(question, self.is_providers_own).to_string();
        let silence = settings.patience.silence;
        spent.begin(body.len());
        let request = self.client.post(self.endpoint.clone()).headers(self.headers.clone()).body(body);
        let response = match timeout(silence, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) if error.is_connect() => {
                spent.refused();
                return Err(Fault::Unreachable { cause: cause(&error) }.into());
            }
            Ok(Err(_)) => return Err(Fault::CutOff.into()),
            Err(_) => return Err(Fault::TimedOut { limit: silence }.into()),
        };
        if !response.status().is_success() {
            spent.refused();
            return Err(refusal(response, silence, settings).await);
        }
        Ok(listen(settings.provider, response, silence, spent, hear).await?)
    }
}

fn headers(settings: &ModelSettings) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(reqwest::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(reqwest::header::ACCEPT, HeaderValue::from_static("text/event-stream"));
    let key = settings.key.as_ref().map(super::settings::Key::expose);
    let secret = |text: String| {
        let mut value = HeaderValue::try_from(text).expect("a key has visible ASCII characters only");
        // so that no log of the client shows it
        value.set_sensitive(true);
        value
    };
    match settings.provider {
        Provider::Anthropic => {
            headers.insert(HeaderName::from_static("anthropic-version"), HeaderValue::from_static(anthropic::VERSION));
            if let Some(key) = key {
                headers.insert(HeaderName::from_static("x-api-key"), secret(key.to_owned()));
            }
        }
        Provider::Openai => {
            if let Some(key) = key {
                headers.insert(AUTHORIZATION, secret(format!("Bearer {key}")));
            }
        }
    }
    headers
}

/// The innermost reason, without the address: it is in the settings.
fn cause(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(next) = inner.source() {
        inner = next;
    }
    inner.to_string()
}

/// Reads the stream of an answer to its end.
async fn listen(
    provider: Provider,
    response: Response,
    silence: Duration,
    spent: &mut Spent,
    hear: &mut (dyn FnMut(&str) -> Going + Send),
) -> Result<Heard, Fault> {
    let mut events = pin!(SseStream::from_bytes_stream(bounded(response)));
    let mut text = String::new();
    let mut refusal = String::new();
    let mut is_complete = false;
    loop {
        let event = match timeout(silence, events.next()).await {
            Ok(Some(Ok(event))) => event,
            Ok(Some(Err(error))) => return Err(broken(error)),
            Ok(None) if is_complete => break,
            Ok(None) => return Err(Fault::CutOff),
            Err(_) => return Err(Fault::TimedOut { limit: silence }),
        };
        let mut is_over = false;
        for piece in provider.pieces(&event)? {
            match piece {
                Piece::Text(more) => {
                    spent.hear(more.len());
                    text.push_str(&more);
                    if text.len() > MAX_TEXT {
                        return Err(Fault::TooLarge { limit: MAX_TEXT });
                    }
                    if let Going::Stop = hear(&more) {
                        return Ok(Heard::Text(text));
                    }
                }
                Piece::Refusal(words) => refusal.push_str(&words),
                Piece::Usage { input, output } => spent.told(input, output),
                Piece::Incomplete(reason) => return Err(Fault::Incomplete { reason }),
                Piece::Complete => is_complete = true,
                Piece::End => is_over = true,
            }
        }
        if is_over {
            break;
        }
    }
    spent.end();
    if !refusal.is_empty() {
        return Ok(Heard::Refusal(refusal.chars().take(2_000).collect()));
    }
    if is_complete { Ok(Heard::Text(text)) } else { Err(Fault::CutOff) }
}

/// Why a stream of bytes ended.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("too many bytes")]
    TooLarge,
    #[error(transparent)]
    Lost(reqwest::Error),
}

/// The bytes of an answer, up to the limit.
fn bounded(response: Response) -> impl Stream<Item = Result<bytes::Bytes, Broken>> {
    let mut left = MAX_BYTES;
    response.bytes_stream().map(move |chunk| {
        let chunk = chunk.map_err(Broken::Lost)?;
        left = left.checked_sub(chunk.len()).ok_or(Broken::TooLarge)?;
        Ok(chunk)
    })
}

fn broken(error: sse_stream::Error) -> Fault {
    match error {
        sse_stream::Error::Body(inner) => match inner.downcast_ref::<Broken>() {
            Some(Broken::TooLarge) => Fault::TooLarge { limit: MAX_BYTES },
            Some(Broken::Lost(_)) | None => Fault::CutOff,
        },
        other => Fault::Unreadable { cause: other.to_string() },
    }
}

/// Reads why a provider does not answer.
async fn refusal(response: Response, silence: Duration, settings: &ModelSettings) -> Failed {
    let status = response.status();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(seconds);
    let fault = match status {
        StatusCode::TOO_MANY_REQUESTS => Fault::RateLimited,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Fault::KeyRefused { status: status.as_u16() },
        StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => Fault::Troubled { status: status.as_str().to_owned() },
        status if status.is_server_error() => Fault::Troubled { status: status.as_str().to_owned() },
        status => {
            let read = timeout(silence, first_bytes(response)).await.unwrap_or_default();
            Fault::Refused { status: status.as_u16(), detail: detail(&read, settings) }
        }
    };
    Failed { fault, retry_after }
}

async fn first_bytes(mut response: Response) -> Vec<u8> {
    let mut read = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        read.extend_from_slice(&chunk);
        if read.len() > MAX_REFUSAL {
            break;
        }
    }
    read
}

/// `Retry-After` in its form of seconds; a date is not worth a clock here, and the own pause counts.
fn seconds(text: &str) -> Option<Duration> {
    text.trim().parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

/// What the provider said, for people: both have it at `error.message`.
fn detail(body: &[u8], settings: &ModelSettings) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let message = body.pointer("/error/message")?.as_str()?;
    let message = match &settings.key {
        Some(key) => message.replace(key.expose(), secrets::LEFT_OUT),
        None => message.to_owned(),
    };
    let (message, _) = secrets::without_secrets(&message);
    let (message, _) = crate::safety::without_hidden(&message);
    Some(message.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_DETAIL).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_that_is_asked_for_is_in_seconds() {
        assert_eq!(seconds("2"), Some(Duration::from_secs(2)));
        assert_eq!(seconds("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(seconds("-1"), None);
        assert_eq!(seconds("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }

    #[test]
    fn what_a_provider_says_is_kept_without_secrets() {
        let key = super::super::settings::Key::new("my-own-key-1").unwrap();
        let settings = ModelSettings::new(Provider::Openai, Some(key));
        let body =
            br#"{"error": {"message": "model x\n is not there for my-own-key-1 or sk-proj-abcdefghijklmnop1234"}}"#;
        let said = detail(body, &settings).unwrap();
        assert_eq!(said, "model x is not there for [secret left out] or [secret left out]");
        assert_eq!(detail(b"<html>", &settings), None);
    }
}
