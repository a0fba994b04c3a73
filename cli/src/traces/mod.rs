//! Traces for whoever gathers them: spans of the server as OTLP over HTTP, in JSON. Off unless an address is given.
//!
//! What is traced is what logs know as spans already: a request; a plan that is carried out, its steps, their attempts.
//! A span whose `correlation_id` is known belongs to the trace of that id, which is the caller's when it sent a
//! `traceparent`. Nothing here ever keeps anybody waiting: when the collector is away or slow, spans are dropped and
//! counted. Deliberately absent: texts of requests, params and results.

mod layer;
mod wire;

use std::time::Duration;

use reqwest::Client;
use tokio::{sync::mpsc, task::JoinHandle, time::Instant};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{info, warn};

use layer::Ended;
pub(crate) use layer::SpanLayer;

/// How many spans wait at most to be sent.
const WAITING: usize = 4_096;
/// How many are sent at a time, and how long the first of them waits at most.
const BATCH: usize = 512;
const GATHERED: Duration = Duration::from_secs(2);
/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the last spans may take when the server ends.
const FAREWELL: Duration = Duration::from_secs(2);

/// Sends spans until it is finished.
pub(crate) struct Traces {
    stop: DropGuard,
    task: JoinHandle<()>,
}

impl Traces {
    /// Begins to send spans to a collector, such as `http://127.0.0.1:4318`; gives the layer that gathers them.
    ///
    /// # Errors
    /// When the address is none, or no HTTP client can be made.
    pub(crate) fn start(collector: &str) -> Result<(SpanLayer, Self), String> {
        let base = collector.trim_end_matches('/');
        let address = if base.ends_with("/v1/traces") { base.to_owned() } else { format!("{base}/v1/traces") };
        let address = reqwest::Url::parse(&address);
        let address = address.map_err(|error| format!("`{collector}` is no address for traces: {error}"))?;
        let client = Client::builder().timeout(PATIENCE).build().map_err(|error| error.to_string())?;
        let (spans, inbox) = mpsc::channel(WAITING);
        let stop = CancellationToken::new();
        let layer = SpanLayer::new(spans);
        let task = tokio::spawn(send_all(client, address, inbox, layer.dropped(), stop.clone()));
        Ok((layer, Self { stop: stop.drop_guard(), task }))
    }

    /// Sends what is left, for a moment at most.
    pub(crate) async fn finish(self) {
        drop(self.stop);
        // An error says that the collector is not there, which was said before.
        drop(tokio::time::timeout(FAREWELL, self.task).await);
    }
}

async fn send_all(
    client: Client,
    address: reqwest::Url,
    mut inbox: mpsc::Receiver<Ended>,
    dropped: layer::Dropped,
    stop: CancellationToken,
) {
    // without what an address may carry besides
    let collector = address.host_str().unwrap_or_default().to_owned();
    let mut is_away = false;
    loop {
        let mut batch = Vec::new();
        let more = gather(&mut inbox, &mut batch, &stop).await;
        if !batch.is_empty() {
            let sent = client.post(address.clone()).json(&wire::request(&batch)).send().await;
            let sent = sent.and_then(reqwest::Response::error_for_status).map_err(reqwest::Error::without_url);
            match &sent {
                Ok(_) if is_away => info!(collector, lost = dropped.take(), "traces are taken again"),
                Err(error) if !is_away => warn!(collector, %error, "traces are not taken, and dropped until they are"),
                Ok(_) | Err(_) => {}
            }
            is_away = sent.is_err();
            if is_away {
                dropped.add(batch.len());
            }
        }
        if !more {
            return;
        }
    }
}

/// Waits for spans; says whether more may come.
async fn gather(inbox: &mut mpsc::Receiver<Ended>, batch: &mut Vec<Ended>, stop: &CancellationToken) -> bool {
    tokio::select! {
        first = inbox.recv() => batch.extend(first),
        () = stop.cancelled() => {}
    }
    let end = Instant::now() + GATHERED;
    while batch.len() < BATCH && !stop.is_cancelled() {
        tokio::select! {
            next = tokio::time::timeout_at(end, inbox.recv()) => match next {
                Ok(Some(span)) => batch.push(span),
                Ok(None) => return false,
                Err(_) => return true,
            },
            () = stop.cancelled() => {}
        }
    }
    if !stop.is_cancelled() {
        return true;
    }
    while let Ok(span) = inbox.try_recv() {
        batch.push(span);
    }
    false
}
