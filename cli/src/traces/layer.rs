//! What is written down of a span while it is open.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use tokio::sync::mpsc;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};
use uuid::Uuid;

/// How many log lines of one span go along with it.
const LINES: usize = 32;

/// A span that has ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) name: &'static str,
    pub(super) trace: u128,
    pub(super) span: u64,
    pub(super) parent: Option<u64>,
    pub(super) from: SystemTime,
    pub(super) to: SystemTime,
    pub(super) attributes: Vec<(&'static str, String)>,
    pub(super) lines: Vec<Line>,
    pub(super) failed: bool,
}

/// A log line that was written in a span.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) at: SystemTime,
    pub(super) message: String,
}

/// A span that is open.
struct Open {
    trace: u128,
    span: u64,
    parent: Option<u64>,
    from: SystemTime,
    attributes: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    failed: bool,
}

/// Counts spans that were dropped.
#[derive(Clone, Default)]
pub(super) struct Dropped(Arc<AtomicU64>);

impl Dropped {
    pub(super) fn add(&self, spans: usize) {
        self.0.fetch_add(spans as u64, Ordering::Relaxed);
    }

    pub(super) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// Hands spans over when they end.
pub(crate) struct SpanLayer {
    spans: mpsc::Sender<Ended>,
    dropped: Dropped,
}

impl SpanLayer {
    pub(super) fn new(spans: mpsc::Sender<Ended>) -> Self {
        Self { spans, dropped: Dropped::default() }
    }

    pub(super) fn dropped(&self) -> Dropped {
        self.dropped.clone()
    }
}

impl<S: Subscriber + for<'span> LookupSpan<'span>> Layer<S> for SpanLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let from_above = span.parent().and_then(|parent| {
            let extensions = parent.extensions();
            extensions.get::<Open>().map(|open| (open.trace, open.span))
        });
        let (trace, parent) = match from_above {
            Some((trace, parent)) => (trace, Some(parent)),
            None => (fields.trace().unwrap_or_else(|| Uuid::now_v7().as_u128()), fields.caller()),
        };
        let open = Open {
            trace,
            span: fresh_span(),
            parent,
            from: SystemTime::now(),
            attributes: fields.0,
            lines: Vec::new(),
            failed: false,
        };
        span.extensions_mut().insert(open);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            open.attributes.extend(fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(span) = context.event_span(event) else { return };
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.0.iter().find(|(name, _)| *name == "message").map(|(_, text)| text.clone());
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            open.failed |= *event.metadata().level() == Level::ERROR;
            if open.lines.len() < LINES {
                open.lines.push(Line { at: SystemTime::now(), message: message.unwrap_or_default() });
            }
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let ended = context.span(&id).and_then(|span| ended(&span));
        if let Some(ended) = ended
            && self.spans.try_send(ended).is_err()
        {
            self.dropped.add(1);
        }
    }
}

fn ended<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) -> Option<Ended> {
    let Open { trace, span: number, parent, from, attributes, lines, failed } = span.extensions_mut().remove()?;
    let (name, to) = (span.name(), SystemTime::now());
    Some(Ended { name, trace, span: number, parent, from, to, attributes, lines, failed })
}

/// Eight bytes that are not zero.
fn fresh_span() -> u64 {
    let (_, random) = Uuid::now_v7().as_u64_pair();
    random.max(1)
}

/// The fields of a span or an event, as texts.
#[derive(Default)]
struct Fields(Vec<(&'static str, String)>);

impl Fields {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    }

    /// The trace that the span says it belongs to.
    fn trace(&self) -> Option<u128> {
        self.text("correlation_id")?.parse::<Uuid>().ok().map(|id| id.as_u128()).filter(|id| *id != 0)
    }

    /// The span of whoever called.
    fn caller(&self) -> Option<u64> {
        u64::from_str_radix(self.text("caller")?, 16).ok().filter(|id| *id != 0)
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }
}
