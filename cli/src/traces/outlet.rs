//! Where spans leave the house: what collectors are told besides, and what is said when they do not listen.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use tracing::{info, warn};

/// Hands spans over to an exporter. The first batch that is not taken is told of, and the first that is again.
#[derive(Debug)]
pub(super) struct Outlet<E> {
    exporter: E,
    /// Without what its address may carry besides.
    collector: String,
    /// How many spans were not taken in a row.
    lost: AtomicU64,
}

impl<E> Outlet<E> {
    pub(super) fn new(exporter: E, collector: String) -> Self {
        Self { exporter, collector, lost: AtomicU64::new(0) }
    }

    fn note(&self, spans: u64, sent: &OTelSdkResult) {
        let collector = &self.collector;
        match sent {
            Ok(()) => {
                let lost = self.lost.swap(0, Ordering::Relaxed);
                if lost > 0 {
                    // those that found the queue full are not among them
                    info!(collector, lost_at_least = lost, "traces are taken again");
                }
            }
            Err(error) => {
                if self.lost.fetch_add(spans, Ordering::Relaxed) == 0 {
                    warn!(collector, %error, "traces are not taken, and dropped until they are");
                }
            }
        }
    }
}

impl<E: SpanExporter> SpanExporter for Outlet<E> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        batch.iter_mut().for_each(complete);
        let sent = self.exporter.export(batch).await;
        self.note(spans, &sent);
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Says in the collector's words what our spans say in theirs, so that log lines need not: a request answers somebody,
/// and what has an `error` did not end well.
fn complete(span: &mut SpanData) {
    if span.name == "request" {
        span.span_kind = SpanKind::Server;
    }
    let error = span.attributes.iter().find(|attribute| attribute.key.as_str() == "error");
    if let (Some(error), Status::Unset) = (error, &span.status) {
        span.status = Status::error(error.value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex, PoisonError},
        time::SystemTime,
    };

    use opentelemetry::{
        InstrumentationScope, KeyValue,
        trace::{SpanContext, SpanId},
    };
    use opentelemetry_sdk::{
        error::OTelSdkError,
        trace::{SpanEvents, SpanLinks},
    };
    use tracing_subscriber::fmt::MakeWriter;

    use super::{super::testing::Kept, *};

    fn span(name: &'static str, attributes: Vec<KeyValue>) -> SpanData {
        SpanData {
            span_context: SpanContext::empty_context(),
            parent_span_id: SpanId::INVALID,
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: name.into(),
            start_time: SystemTime::UNIX_EPOCH,
            end_time: SystemTime::UNIX_EPOCH,
            attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: InstrumentationScope::default(),
        }
    }

    /// Takes nothing, as often as it is told.
    #[derive(Debug)]
    struct Fickle(Mutex<u32>);

    impl SpanExporter for Fickle {
        async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
            let mut left = self.0.lock().unwrap();
            let Some(fewer) = left.checked_sub(1) else { return Ok(()) };
            *left = fewer;
            Err(OTelSdkError::InternalFailure("network error".into()))
        }
    }

    /// Keeps log lines.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    #[tokio::test]
    async fn that_nobody_listens_is_said_once_and_that_somebody_does_again() {
        let lines = Lines::default();
        let written = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).without_time().finish();
        let _writing = tracing::subscriber::set_default(written);
        let outlet = Outlet::new(Fickle(Mutex::new(2)), "collector.test".into());
        let batch = || vec![span("step", Vec::new()), span("plan", Vec::new())];
        for taken in [false, false, true, true] {
            assert_eq!(outlet.export(batch()).await.is_ok(), taken);
        }
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<&str> = text.lines().map(|line| line.split_once(": ").unwrap().1).collect();
        assert_eq!(
            lines,
            [
                "traces are not taken, and dropped until they are collector=\"collector.test\" error=Operation failed: network error",
                "traces are taken again collector=\"collector.test\" lost_at_least=4",
            ]
        );
    }

    #[tokio::test]
    async fn collectors_are_told_who_answers_and_what_failed() {
        let kept = Kept::default();
        let outlet = Outlet::new(kept.clone(), String::new());
        let failed = span("attempt", vec![KeyValue::new("error", "http.status")]);
        outlet.export(vec![span("request", Vec::new()), failed]).await.unwrap();
        let spans = kept.spans();
        assert_eq!((&spans[0].span_kind, &spans[0].status), (&SpanKind::Server, &Status::Unset));
        assert_eq!((&spans[1].span_kind, &spans[1].status), (&SpanKind::Internal, &Status::error("http.status")));
    }
}
