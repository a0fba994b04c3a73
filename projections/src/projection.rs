//! What a projection is: how a read model's rows follow from the log, without a database in sight.
//!
//! Every model here keeps one row per stream, folded from the stream's events, and may add entries that never change
//! afterwards (a line of the audit trail, a line of the feed). Both follow from the events alone: a projection never
//! reads the clock, draws no randomness, and sees nothing but the row and the event.

use std::sync::Arc;

use domain::{
    decider::Stamp,
    plan::PlanEvent,
    schedule::ScheduleEvent,
    schema::{DecodeError, Event},
    template::TemplateEvent,
    workspace::EntityEvent,
};
use eventlog::{RecordedEvent, Revision, StreamName, codec};

/// How a read model follows from the log.
pub(crate) trait Projection: Send + 'static {
    /// The model's name, in snake case; also that of its folder.
    const NAME: &'static str;

    /// Grows with every change that gives other rows for the same log: a newer version is built anew from the start.
    const VERSION: u32;

    /// What is folded from one stream; the default is the row before the stream's first event.
    type Row: Default + Send + 'static;

    /// What an event adds for good.
    type Entry: Send + 'static;

    /// Whether events of streams of this category concern the model.
    fn concerns(category: &str) -> bool;

    /// Folds one event into the row of its stream.
    ///
    /// # Errors
    /// When the event cannot be applied; the row must then be as it was.
    fn apply(row: &mut Self::Row, event: &Arc<RecordedEvent>) -> Result<Option<Self::Entry>, NotApplicable>;

    /// Lets the row count an event that somebody wanted passed over: its place is taken, and nothing else changes.
    fn pass_over(row: &mut Self::Row, event: &RecordedEvent);

    /// How much of the memory for recent rows the row takes, in kilobytes, roughly.
    fn weight(row: &Self::Row) -> usize;
}

/// Why an event cannot be applied; it is parked, with the later events of its stream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotApplicable {
    /// Its bytes are no event of ours, or one of a newer build.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The stream's name is no name of a plan or an entity.
    #[error("the stream {stream} is named for no plan, no entity, no template and no schedule")]
    StrangeStream {
        /// The stream.
        stream: StreamName,
    },
    /// The event before it is missing, or it was here already.
    #[error("revision {found} came where revision {expected} was due")]
    OutOfOrder {
        /// What was due.
        expected: Revision,
        /// What came.
        found: Revision,
    },
    /// The fold panicked: a defect of this build.
    #[error("folding it failed: {what}; this is a defect, please report it")]
    Panicked {
        /// What the panic said.
        what: String,
    },
    /// An earlier event of the stream is parked.
    #[error("the event at position {parked} of the same stream is parked")]
    BehindParked {
        /// Where.
        parked: eventlog::Position,
    },
}

/// Shows a plan's event, decoded once for all models.
pub(crate) fn plan_event<T>(
    recorded: &RecordedEvent,
    fold: impl FnOnce(&PlanEvent, &Stamp) -> T,
) -> Result<T, NotApplicable> {
    codec::with_event(recorded, |decoded| match decoded {
        Ok(Event::Plan(event)) => Ok(fold(event, &codec::stamp(recorded))),
        Ok(Event::Entity(_) | Event::Signing(_) | Event::Template(_) | Event::Schedule(_)) => {
            Err(NotApplicable::StrangeStream { stream: recorded.stream.clone() })
        }
        Err(error) => Err(error.clone().into()),
    })
}

/// Shows an entity's event, decoded once for all models.
pub(crate) fn entity_event<T>(
    recorded: &RecordedEvent,
    fold: impl FnOnce(&EntityEvent, &Stamp) -> T,
) -> Result<T, NotApplicable> {
    codec::with_event(recorded, |decoded| match decoded {
        Ok(Event::Entity(event)) => Ok(fold(event, &codec::stamp(recorded))),
        Ok(Event::Plan(_) | Event::Signing(_) | Event::Template(_) | Event::Schedule(_)) => {
            Err(NotApplicable::StrangeStream { stream: recorded.stream.clone() })
        }
        Err(error) => Err(error.clone().into()),
    })
}

/// Shows a template's event, decoded once for all models.
pub(crate) fn template_event<T>(
    recorded: &RecordedEvent,
    fold: impl FnOnce(&TemplateEvent, &Stamp) -> T,
) -> Result<T, NotApplicable> {
    codec::with_event(recorded, |decoded| match decoded {
        Ok(Event::Template(event)) => Ok(fold(event, &codec::stamp(recorded))),
        Ok(Event::Plan(_) | Event::Entity(_) | Event::Signing(_) | Event::Schedule(_)) => {
            Err(NotApplicable::StrangeStream { stream: recorded.stream.clone() })
        }
        Err(error) => Err(error.clone().into()),
    })
}

/// Shows a schedule's event, decoded once for all models.
pub(crate) fn schedule_event<T>(
    recorded: &RecordedEvent,
    fold: impl FnOnce(&ScheduleEvent, &Stamp) -> T,
) -> Result<T, NotApplicable> {
    codec::with_event(recorded, |decoded| match decoded {
        Ok(Event::Schedule(event)) => Ok(fold(event, &codec::stamp(recorded))),
        Ok(Event::Plan(_) | Event::Entity(_) | Event::Signing(_) | Event::Template(_)) => {
            Err(NotApplicable::StrangeStream { stream: recorded.stream.clone() })
        }
        Err(error) => Err(error.clone().into()),
    })
}

/// Reads the id that the stream is named for.
pub(crate) fn subject<T: std::str::FromStr>(stream: &StreamName) -> Result<T, NotApplicable> {
    stream.subject().parse().map_err(|_| NotApplicable::StrangeStream { stream: stream.clone() })
}

/// Checks that the event is the next one of its stream.
pub(crate) fn check_order(last: Option<Revision>, event: &RecordedEvent) -> Result<(), NotApplicable> {
    let expected = last.map_or(Revision::FIRST, Revision::next);
    if event.revision == expected {
        return Ok(());
    }
    Err(NotApplicable::OutOfOrder { expected, found: event.revision })
}
