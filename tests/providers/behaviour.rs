//! How a call is answered.

use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::Response,
};
use futures::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use tokio::sync::watch;

/// How a call is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Streamed, as fast as it is read.
    Good,
    /// Streamed so that people can watch.
    Paced,
    /// The connection is lost in the middle of a step.
    Cut,
    /// The stream ends in the middle without having said so.
    Ended,
    /// 429, to be asked again at once.
    RateLimited,
    /// 429, to be asked again in an hour.
    RateLimitedForLong,
    /// 500.
    Fault,
    /// 529 of Anthropic and 503 of OpenAI are the same here: too much load.
    Overloaded,
    /// An error in the middle of the stream.
    FaultInside,
    /// Nothing, for ever.
    Hang,
    /// A beginning, then nothing, for ever.
    HangInside,
    /// A byte now and then, for ever.
    Dribble,
    /// 10 MiB of an answer.
    Huge,
    /// A web page.
    Page,
    /// Friendly words.
    Prose,
    /// JSON of another form.
    WrongSchema,
    /// Steps that wait for each other.
    Cycle,
    /// 10,000 steps.
    ManySteps,
    /// An action that there is not.
    UnknownAction,
    /// A thing that there is not.
    UnknownThing,
    /// What hostile text asks for: everything archived, and a message.
    Obeys,
    /// The model does not want to.
    Refusal,
    /// The model runs out of tokens.
    Short,
    /// A question.
    Question,
}

impl Behaviour {
    pub(crate) const ALL: [(&'static str, Self); 24] = [
        ("good", Self::Good),
        ("paced", Self::Paced),
        ("cut", Self::Cut),
        ("ended", Self::Ended),
        ("rate-limited", Self::RateLimited),
        ("rate-limited-for-long", Self::RateLimitedForLong),
        ("fault", Self::Fault),
        ("overloaded", Self::Overloaded),
        ("fault-inside", Self::FaultInside),
        ("hang", Self::Hang),
        ("hang-inside", Self::HangInside),
        ("dribble", Self::Dribble),
        ("huge", Self::Huge),
        ("page", Self::Page),
        ("prose", Self::Prose),
        ("wrong-schema", Self::WrongSchema),
        ("cycle", Self::Cycle),
        ("many-steps", Self::ManySteps),
        ("unknown-action", Self::UnknownAction),
        ("unknown-thing", Self::UnknownThing),
        ("obeys", Self::Obeys),
        ("refusal", Self::Refusal),
        ("short", Self::Short),
        ("question", Self::Question),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, behaviour)| *behaviour)
    }
}

/// A provider's way to say things.
pub(crate) trait Language {
    /// What comes before the text.
    fn opening(&self) -> String;
    /// A part of the text.
    fn text(&self, part: &str) -> String;
    /// What comes after the whole text.
    fn closing(&self, text: &str, why: End) -> String;
    /// The end of a model that does not want to answer.
    fn refusal(&self) -> String;
    /// An error in the middle.
    fn trouble(&self) -> String;
    /// An error instead of an answer.
    fn error(&self, status: StatusCode) -> Response;
}

/// Why a model stops.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    OutOfTokens,
}

/// Counts, when it is dropped, that nobody waits any more.
struct Waiting(watch::Sender<usize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.send_modify(|left| *left += 1);
    }
}

type Part = Result<Bytes, io::Error>;

impl Behaviour {
    /// Answers with a text, or with the fault.
    /// `left` counts the answers without an end that nobody waits for any more.
    pub(crate) async fn answer(self, language: &impl Language, text: String, left: watch::Sender<usize>) -> Response {
        match self {
            Self::RateLimited => retry_after(language.error(StatusCode::TOO_MANY_REQUESTS), "0"),
            Self::RateLimitedForLong => retry_after(language.error(StatusCode::TOO_MANY_REQUESTS), "3600"),
            Self::Fault => language.error(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Overloaded => language.error(StatusCode::SERVICE_UNAVAILABLE),
            Self::Hang => std::future::pending::<Response>().await,
            Self::Page => Response::builder()
                .header(header::CONTENT_TYPE, "text/html")
                .body(Body::from("<html><body>data: please log in to the hotel's network\n\n</body></html>"))
                .expect("a page"),
            _ => streamed(self.stream(language, &text, left)),
        }
    }

    fn stream(self, language: &impl Language, text: &str, left: watch::Sender<usize>) -> BoxStream<'static, Part> {
        let mut parts: Vec<String> = vec![language.opening()];
        let chars: Vec<char> = text.chars().collect();
        // cuts through words, escapes and steps alike
        let width = if chars.len() > 100_000 { 4_001 } else { 23 };
        parts.extend(chars.chunks(width).map(|part| language.text(&part.iter().collect::<String>())));
        let middle = parts.len() / 2;
        let lost = || Err(io::Error::other("the connection is lost"));
        let mut tail: Vec<Part> = Vec::new();
        match self {
            Self::Cut => {
                parts.truncate(middle);
                tail.push(lost());
            }
            Self::Ended | Self::HangInside => parts.truncate(middle),
            Self::FaultInside => {
                parts.truncate(middle);
                parts.push(language.trouble());
            }
            Self::Refusal => parts = vec![language.opening(), language.refusal()],
            Self::Short => {
                parts.truncate(middle);
                parts.push(language.closing(text, End::OutOfTokens));
            }
            _ => parts.push(language.closing(text, End::Done)),
        }
        let pause = match self {
            Self::Paced => Some(Duration::from_millis(150)),
            Self::Dribble => Some(Duration::from_millis(100)),
            _ => None,
        };
        let endless = match self {
            Self::HangInside => {
                let waiting = Waiting(left);
                let never = async move {
                    let _waiting = waiting;
                    std::future::pending::<Part>().await
                };
                stream::once(never).boxed()
            }
            Self::Dribble => {
                parts.truncate(1);
                let dot = Bytes::from(language.text(" "));
                stream::repeat_with(move || Ok(dot.clone())).boxed()
            }
            _ => stream::iter(tail).boxed(),
        };
        let parts = stream::iter(parts.into_iter().map(|part| Ok(Bytes::from(part))));
        let paced = parts.chain(endless).then(move |part| async move {
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => tokio::task::yield_now().await,
            }
            part
        });
        paced.boxed()
    }
}

fn streamed(parts: impl Stream<Item = Part> + Send + 'static) -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(Body::from_stream(parts))
        .expect("a stream")
}

fn retry_after(mut response: Response, seconds: &'static str) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(seconds));
    response
}

/// An event of a stream.
pub(crate) fn event(name: Option<&str>, data: &serde_json::Value) -> String {
    match name {
        Some(name) => format!("event: {name}\ndata: {data}\n\n"),
        None => format!("data: {data}\n\n"),
    }
}
