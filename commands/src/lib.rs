//! How intent becomes history: load, decide, append.
//!
//! A [`Handler`] keeps the state of the streams in use, asks the decider what a command means, and appends the answer
//! at the exact revision it was decided on. Who asks, why, and under which key is in the [`Envelope`]. [`Commands`]
//! holds one handler per kind of aggregate and the few use cases that need more than one plain command.
//!
//! This is the only place where ids are drawn and the clock is read for an event. Deliberately absent: what people see
//! (projections), and who may do what (the door).

mod aggregate;
mod approvals;
mod attempt;
mod cache;
mod clock;
mod envelope;
mod error;
mod forgetting;
mod handler;
mod idempotency;
mod plans;
mod privacy;
mod rollbacks;
mod schedules;
mod signing;
mod starter;
pub mod template_file;
mod templates;
#[doc(hidden)]
pub mod testing;
mod trace;
mod uninterrupted;
mod workspace;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::{
    action::Catalogue, plan::PlanDecider, schedule::ScheduleDecider, signing::SigningDecider,
    template::TemplateDecider, workspace::EntityDecider,
};
use eventlog::{EventLog, Seals};

pub use aggregate::{Aggregate, SigningKeys};
pub use approvals::ApproveError;
pub use clock::{Clock, HandClock, SystemClock};
pub use envelope::Envelope;
pub use error::{Changed, CommandError, LogError};
pub use forgetting::ForgetError;
pub use handler::{Committed, Handler, Loaded};
pub use idempotency::{digest, event_id};
pub use rollbacks::Confirmed;
pub use schedules::{ScheduleError, ScheduleTemplate};
pub use starter::StarterAdded;
pub use templates::{Filled, RunTemplate, RunTemplateError};
pub use trace::{TraceContext, TraceContextError};

/// Everything that can be asked of the house. Clones are handles to the same.
#[derive(Clone)]
pub struct Commands {
    pub plans: Handler<PlanDecider>,
    pub entities: Handler<EntityDecider>,
    pub signing: Handler<SigningDecider>,
    pub templates: Handler<TemplateDecider>,
    pub schedules: Handler<ScheduleDecider>,
    pub log: Arc<dyn EventLog>,
    seals: Option<Arc<dyn Seals>>,
}

/// How many templates' states are kept at most, with all their versions.
const CACHED_TEMPLATES: usize = 256;

/// How many schedules' states are kept at most.
const CACHED_SCHEDULES: usize = 1_024;

/// How much the handlers keep in memory.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many plans' states are kept at most; one of ten steps takes about 20 KiB.
    pub cached_plans: usize,
    /// How many entities' states are kept at most; one takes about 1 KiB.
    pub cached_entities: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { cached_plans: 2_048, cached_entities: 2_048 }
    }
}

impl Commands {
    /// Builds the handlers over a log.
    pub fn new(log: Arc<dyn EventLog>, catalogue: Arc<Catalogue>, clock: Arc<dyn Clock>) -> Self {
        Self::with(log, catalogue, clock, Settings::default())
    }

    /// Builds the handlers with other limits.
    pub fn with(log: Arc<dyn EventLog>, catalogue: Arc<Catalogue>, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        let keys = Arc::default();
        let house = handler::House { log: Arc::clone(&log), catalogue, clock, keys, seals: None, others_write: false };
        Self::in_house(house, settings)
    }

    /// Builds the handlers over a log whose personal values are sealed. `log` opens them for whoever reads.
    pub fn sealing(
        log: Arc<dyn EventLog>,
        catalogue: Arc<Catalogue>,
        clock: Arc<dyn Clock>,
        seals: Arc<dyn Seals>,
    ) -> Self {
        let keys = Arc::default();
        let house = handler::House { log, catalogue, clock, keys, seals: Some(seals), others_write: false };
        Self::in_house(house, Settings::default())
    }

    /// As [`sealing`](Self::sealing), over a log to which other processes write as well.
    pub fn among_others(
        log: Arc<dyn EventLog>,
        catalogue: Arc<Catalogue>,
        clock: Arc<dyn Clock>,
        seals: Arc<dyn Seals>,
    ) -> Self {
        let keys = Arc::default();
        let house = handler::House { log, catalogue, clock, keys, seals: Some(seals), others_write: true };
        Self::in_house(house, Settings::default())
    }

    fn in_house(house: handler::House, settings: Settings) -> Self {
        let (log, seals) = (Arc::clone(&house.log), house.seals.clone());
        Self {
            plans: Handler::new(house.clone(), settings.cached_plans),
            entities: Handler::new(house.clone(), settings.cached_entities),
            templates: Handler::new(house.clone(), CACHED_TEMPLATES),
            schedules: Handler::new(house.clone(), CACHED_SCHEDULES),
            signing: Handler::new(house, 1),
            log,
            seals,
        }
    }
}
