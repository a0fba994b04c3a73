//! The trace that something belongs to, as W3C Trace Context has it: read from a caller's header, written into the header
//! of a request that is sent, and tied to the spans of this process.
//!
//! Nobody else above the log knows OpenTelemetry, except the command line, which sends what is gathered. Where nothing is
//! gathered, spans have no context, and whoever asks is told so. Deliberately absent: `tracestate`, which belongs to
//! vendors.

use std::{fmt, str::FromStr};

use eventlog::SpanId;
use opentelemetry::trace::{self, TraceContextExt, TraceFlags, TraceState};
use tracing::Span;
use tracing_opentelemetry::{OpenTelemetrySpanExt, SetParentError};
use uuid::Uuid;

/// A place in a trace: a span, here or elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace; the correlation id of everything that happens in it. Not nil.
    pub trace: Uuid,
    /// The span in it.
    pub span: SpanId,
    /// Whether the span is gathered.
    pub sampled: bool,
}

impl TraceContext {
    /// The header that carries it.
    pub const HEADER: &str = "traceparent";

    /// The context of a span of this process; `None` when it is not gathered. The span has its place from then on.
    pub fn of(span: &Span) -> Option<Self> {
        let context = span.context();
        let context = context.span().span_context().clone();
        let span = SpanId::new(u64::from_be_bytes(context.span_id().to_bytes())).filter(|_| context.is_valid())?;
        Some(Self { trace: Uuid::from_bytes(context.trace_id().to_bytes()), span, sampled: context.is_sampled() })
    }

    /// Puts a new span of this process below it; does nothing where nothing is gathered.
    pub fn adopt(self, span: &Span) {
        let (trace, parent) = (self.trace.into_bytes(), self.span.get().to_be_bytes());
        let flags = TraceFlags::default().with_sampled(self.sampled);
        let (trace, parent) = (trace::TraceId::from_bytes(trace), trace::SpanId::from_bytes(parent));
        let parent = trace::SpanContext::new(trace, parent, flags, true, TraceState::default());
        let outcome = span.set_parent(opentelemetry::Context::new().with_remote_span_context(parent));
        debug_assert!(!matches!(outcome, Err(SetParentError::AlreadyStarted)), "the span has its place already");
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace.simple(), self.span, u8::from(self.sampled))
    }
}

/// A header that says nothing that can be understood. It is to be passed over, says the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no trace context: `00-<32 digits>-<16 digits>-<2 digits>`, in lower-case hexadecimal, is one")]
pub struct TraceContextError;

impl FromStr for TraceContext {
    type Err = TraceContextError;

    fn from_str(header: &str) -> Result<Self, Self::Err> {
        let mut parts = header.trim().split('-');
        let [Some(version), Some(trace), Some(span), Some(flags)] = std::array::from_fn(|_| parts.next()) else {
            return Err(TraceContextError);
        };
        let version = digits(version, 2).filter(|version| *version != 0xff).ok_or(TraceContextError)?;
        // later versions may say more behind these four
        if version == 0 && parts.next().is_some() {
            return Err(TraceContextError);
        }
        let trace = digits(trace, 32).filter(|trace| *trace != 0).ok_or(TraceContextError)?;
        let flags = digits(flags, 2).ok_or(TraceContextError)?;
        let span = span.parse().map_err(|_| TraceContextError)?;
        Ok(Self { trace: Uuid::from_u128(trace), span, sampled: flags & 1 == 1 })
    }
}

/// Reads a number of exactly so many lower-case hexadecimal digits.
fn digits(text: &str, count: usize) -> Option<u128> {
    let are_digits = text.len() == count && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    u128::from_str_radix(text, 16).ok().filter(|_| are_digits)
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TracerProvider;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use proptest::prelude::*;
    use rstest::rstest;
    use tracing::info_span;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    const HEADER: &str = "00-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7-01";

    /// Gathers spans on this thread, until it is dropped.
    fn gathering() -> tracing::subscriber::DefaultGuard {
        let tracer = SdkTracerProvider::builder().build().tracer("test");
        let layer = tracing_opentelemetry::layer().with_tracer(tracer);
        tracing::subscriber::set_default(tracing_subscriber::registry().with(layer))
    }

    #[test]
    fn a_context_is_read_as_it_is_written() {
        let context: TraceContext = HEADER.parse().unwrap();
        assert_eq!(context.trace.to_string(), "0199d0c2-a1b0-7c3e-9f5a-6b7c8d9e0f11");
        assert!(context.sampled);
        assert_eq!(context.to_string(), HEADER);
        let later = format!("{}-more", HEADER.replacen("00", "01", 1));
        assert_eq!(later.parse(), Ok(context));
        // of the flags, one is known
        assert_eq!(HEADER.replace("b7-01", "b7-03").parse(), Ok(context));
    }

    #[rstest]
    #[case("")]
    #[case("00-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7")]
    #[case("00-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7-01-more")]
    #[case("ff-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7-01")]
    #[case("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    #[case("00-0199d0c2a1b07c3e9f5a6b7c8d9e0f11-0000000000000000-01")]
    #[case("00-0199D0C2A1B07C3E9F5A6B7C8D9E0F11-00f067aa0ba902b7-01")]
    #[case("00-+199d0c2a1b07c3e9f5a6b7c8d9e0f11-00f067aa0ba902b7-01")]
    fn what_is_no_context_is_passed_over(#[case] header: &str) {
        assert_eq!(header.parse::<TraceContext>(), Err(TraceContextError));
    }

    #[test]
    fn a_span_below_a_context_is_in_its_trace() {
        let _gathering = gathering();
        let parent: TraceContext = HEADER.parse().unwrap();
        let span = info_span!("request");
        parent.adopt(&span);
        let context = TraceContext::of(&span).unwrap();
        assert_eq!((context.trace, context.sampled), (parent.trace, true));
        assert_ne!(context.span, parent.span);
        let inner = TraceContext::of(&info_span!(parent: &span, "plan")).unwrap();
        assert_eq!(inner.trace, parent.trace);
    }

    #[test]
    fn where_nothing_is_gathered_a_span_has_no_context() {
        let span = info_span!("request");
        HEADER.parse::<TraceContext>().unwrap().adopt(&span);
        assert_eq!(TraceContext::of(&span), None);
        assert_eq!(TraceContext::of(&Span::none()), None);
    }

    proptest! {
        #[test]
        fn no_header_is_too_odd_to_be_looked_at(header in "\\PC{0,80}") {
            if let Ok(context) = header.parse::<TraceContext>() {
                prop_assert_eq!(context.to_string().parse(), Ok(context));
            }
        }
    }
}
