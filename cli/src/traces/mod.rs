//! Traces for whoever gathers them: spans of the server as OTLP over HTTP, in protobuf. Off unless an address is given:
//! then nothing of this is made, and spans are what log lines stand in and nothing more.
//!
//! What is traced is what logs know as spans: a request; a plan that is carried out, its steps, their attempts, and what
//! the action of each does. The trace of a request is its correlation id, which is the caller's when it sent a
//! `traceparent`. Nothing here ever keeps anybody waiting: spans go into a queue of limited length, a thread of its own
//! sends what is in it, and when the collector is away or slow, spans are dropped. Deliberately absent: sampling, which is
//! a collector's business; lines below the level `info`; and so the texts of requests, params and results.

mod address;
mod outlet;
#[cfg(test)]
mod testing;

use std::time::Duration;

use opentelemetry::{
    InstrumentationScope, KeyValue,
    trace::{SpanId, TraceId, TracerProvider},
};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, IdGenerator, RandomIdGenerator, Sampler, SdkTracerProvider},
};
use tracing::{Level, Subscriber, warn};
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};
use uuid::Uuid;

use self::{address::Address, outlet::Outlet};

/// How many spans wait at most to be sent.
const WAITING: usize = 4_096;
/// How many are sent at a time, and how long the first of them waits at most.
const BATCH: usize = 512;
const GATHERED: Duration = Duration::from_secs(2);
/// How long the collector may take, all tries with one batch together.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the last spans may take when the server ends.
const FAREWELL: Duration = Duration::from_secs(2);
/// How many log lines of one span go along with it.
const LINES: u32 = 32;

const NAME: &str = "cairn";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Sends spans until it is finished.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Begins to send spans to a collector, such as `http://127.0.0.1:4318`. The client is made on a thread of its own,
    /// and used on the one that sends: it may not be touched where futures run.
    ///
    /// # Errors
    /// When the address is none, or no HTTP client can be made.
    pub(crate) fn start(collector: &str) -> Result<Self, String> {
        let Address { url, host, headers } = Address::read(collector)?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_endpoint(url)
            .with_headers(headers)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| format!("traces cannot be sent: {error}"))?;
        Ok(Self::over(Outlet::new(exporter, host)))
    }

    fn over(exporter: impl opentelemetry_sdk::trace::SpanExporter + 'static) -> Self {
        let limits = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(GATHERED)
            .build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(limits).build())
            .with_sampler(Sampler::AlwaysOn)
            .with_id_generator(Ids::default())
            .with_max_events_per_span(LINES)
            .with_resource(resource())
            .build();
        Self { provider }
    }

    /// The layer that gathers our own spans, and the lines in them, whatever is written down as logs.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let scope = InstrumentationScope::builder(NAME).with_version(VERSION).build();
        let ours = filter_fn(|metadata| metadata.target().starts_with(NAME) && *metadata.level() <= Level::INFO);
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer_with_scope(scope))
            // nobody here asks for the current context but through spans
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_location(false)
            .with_threads(false)
            .with_filter(ours.with_max_level_hint(Level::INFO))
    }

    /// Sends what is left, for a moment at most.
    pub(crate) async fn finish(self) {
        let ended = tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(FAREWELL)).await;
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(_)) => warn!(seconds = FAREWELL.as_secs(), "the last traces were not taken in time"),
            Err(error) => warn!(%error, "the last traces were not sent"),
        }
    }
}

/// Who sends: `cairn`, unless the environment has another name (`OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`).
fn resource() -> Resource {
    const UNNAMED: &str = "unknown_service";
    let told = Resource::builder().with_attribute(KeyValue::new("service.version", VERSION));
    let name = Resource::builder().build().get(&"service.name".into());
    let is_named = name.is_some_and(|name| !name.as_str().starts_with(UNNAMED));
    if is_named { told.build() } else { told.with_service_name(NAME).build() }
}

/// Draws ids: of traces as correlation ids are drawn, since they are the same.
#[derive(Debug, Default)]
struct Ids(RandomIdGenerator);

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        TraceId::from_bytes(Uuid::now_v7().into_bytes())
    }

    fn new_span_id(&self) -> SpanId {
        self.0.new_span_id()
    }
}

#[cfg(test)]
mod tests {
    use tracing::{debug_span, info, info_span};
    use tracing_subscriber::layer::SubscriberExt;

    use super::{testing::Kept, *};

    #[test]
    fn what_finds_no_room_is_dropped_and_what_waits_is_sent_in_the_end() {
        let kept = Kept::default();
        let traces = Traces::over(kept.clone());
        let held = kept.hold();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(traces.layer()), || {
            for _ in 0..4 * WAITING {
                // this would never end if it waited for anybody
                drop(info_span!("step"));
            }
        });
        drop(held);
        traces.provider.shutdown_with_timeout(Duration::from_mins(1)).unwrap();
        let taken = kept.spans().len();
        // a batch may have left the queue and stood before the door
        assert!((WAITING..=WAITING + BATCH).contains(&taken), "{taken}");
    }

    #[test]
    fn the_end_waits_for_nobody_for_ever() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let kept = Kept::default();
        let traces = Traces::over(kept.clone());
        // the thread that sends is left behind, before the door
        let _held = kept.hold();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(traces.layer()), || {
            drop(info_span!("step"));
        });
        runtime.block_on(traces.finish());
        assert!(kept.spans().is_empty());
    }

    #[test]
    fn our_own_spans_are_gathered_with_their_lines_and_nothing_below_info() {
        let kept = Kept::default();
        let traces = Traces::over(Outlet::new(kept.clone(), String::new()));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(traces.layer()), || {
            let _request = info_span!("request", correlation_id = 7).entered();
            info!("said");
            tracing::debug!("whispered");
            let _foreign = info_span!(target: "hyper", "connection").entered();
            let _small = debug_span!("detail").entered();
            drop(info_span!("plan"));
        });
        traces.provider.force_flush().unwrap();
        let spans = kept.spans();
        let [plan, request] = spans.as_slice() else { panic!("{spans:#?}") };
        assert_eq!((&*plan.name, &*request.name), ("plan", "request"));
        assert_eq!(plan.parent_span_id, request.span_context.span_id());
        let lines: Vec<&str> = request.events.iter().map(|line| &*line.name).collect();
        assert_eq!(lines, ["said"]);
        let trace = Uuid::from_bytes(request.span_context.trace_id().to_bytes());
        assert_eq!(trace.get_version_num(), 7);
    }
}
