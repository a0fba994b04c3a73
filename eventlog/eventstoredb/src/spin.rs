//! Breaks the endless loop that the client falls into when a subscription ends in order.
//!
//! Version 4.0.0 of the client takes the end of the answer for an unknown message, says so in its log, and asks the
//! ended answer again, without ever yielding: the thread is lost, with a core at 100 %. The one thing it does on each
//! turn is the line it writes. So the thread of the subscription has a collector of log lines of its own. It passes
//! everything on; but when the same line comes again and again between two messages it unwinds, out of the loop, to
//! where the subscription was begun, which begins a new one.

use std::{
    cell::Cell,
    fmt,
    panic::{AssertUnwindSafe, resume_unwind},
};

use futures::FutureExt;
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
    subscriber::Interest,
};

/// What the client writes on each turn.
const LINE: &str = "Received an unknown subscription message";
/// How often in a row is once too often: messages of a newer server that it does not know may come a few times.
const TOO_OFTEN: u32 = 64;

thread_local! {
    static TURNS: Cell<u32> = const { Cell::new(0) };
}

/// What unwinds out of the loop.
struct EndedInOrder;

/// Runs on a thread whose log lines are watched; everything else goes where it went.
pub(crate) fn watched<T>(run: impl FnOnce() -> T) -> T {
    let usual = tracing::dispatcher::get_default(Clone::clone);
    tracing::subscriber::with_default(Watch { usual }, run)
}

/// Says that a message came: what was counted before does not count.
pub(crate) fn alive() {
    TURNS.set(0);
}

/// Waits for the outcome of something that may spin or panic.
///
/// # Errors
/// In words, how it ended.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    alive();
    AssertUnwindSafe(work).catch_unwind().await.map_err(|panic| {
        if panic.is::<EndedInOrder>() {
            return "the server ended it".into();
        }
        let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        format!("the client panicked: {}", text.unwrap_or_else(|| "without a word".into()))
    })
}

struct Watch {
    usual: Dispatch,
}

/// Whether the line can come from here.
fn is_source(metadata: &Metadata<'_>) -> bool {
    *metadata.level() == Level::WARN && metadata.is_event() && metadata.target().starts_with("eventstore")
}

impl Subscriber for Watch {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_source(metadata) { Interest::always() } else { self.usual.register_callsite(metadata) }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_source(metadata) || self.usual.enabled(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // what is not asked for by anybody else need not be made up for us
        Some(LevelFilter::current().max(LevelFilter::WARN))
    }

    fn event(&self, event: &Event<'_>) {
        if is_source(event.metadata()) {
            let mut line = IsLine(false);
            event.record(&mut line);
            if line.0 {
                TURNS.set(TURNS.get() + 1);
                if TURNS.get() >= TOO_OFTEN {
                    alive();
                    resume_unwind(Box::new(EndedInOrder));
                }
                return;
            }
        }
        if self.usual.enabled(event.metadata()) {
            self.usual.event(event);
        }
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        self.usual.new_span(span)
    }

    fn record(&self, span: &span::Id, values: &span::Record<'_>) {
        self.usual.record(span, values);
    }

    fn record_follows_from(&self, span: &span::Id, follows: &span::Id) {
        self.usual.record_follows_from(span, follows);
    }

    fn enter(&self, span: &span::Id) {
        self.usual.enter(span);
    }

    fn exit(&self, span: &span::Id) {
        self.usual.exit(span);
    }

    fn clone_span(&self, id: &span::Id) -> span::Id {
        self.usual.clone_span(id)
    }

    fn try_close(&self, id: span::Id) -> bool {
        self.usual.try_close(id)
    }
}

struct IsLine(bool);

impl Visit for IsLine {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0 |= field.name() == "message" && format!("{value:?}") == LINE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
    }

    /// As the client does it.
    async fn spin() {
        std::future::ready(()).await;
        loop {
            tracing::warn!(target: "eventstore::commands", "Received an unknown subscription message");
        }
    }

    #[test]
    fn a_loop_that_never_yields_is_left() {
        let outcome = watched(|| wait(caught(spin())));
        assert_eq!(outcome, Err::<(), _>("the server ended it".into()));
    }

    #[test]
    fn a_few_unknown_messages_are_nothing() {
        let outcome = watched(|| {
            wait(caught(async {
                for _ in 0..200 {
                    tracing::warn!(target: "eventstore::commands", "Received an unknown subscription message");
                    alive();
                }
            }))
        });
        assert_eq!(outcome, Ok(()));
    }

    #[test]
    fn a_panic_is_told_in_words() {
        let outcome = wait(caught(async { panic!("no such field") }));
        assert_eq!(outcome, Err::<(), _>("the client panicked: no such field".into()));
    }
}
