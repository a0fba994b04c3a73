//! The log: one port, its words, one contract suite and the in-memory reference.
//!
//! A log is a set of named streams whose events never change; all events together are also ordered by their
//! [`Position`]. Everything above this crate talks to [`EventLog`] and never to an adapter. What an adapter must do is
//! written down as tests in [`contract`], which every adapter runs; [`memory`] is the shortest adapter that passes.
//!
//! Deliberately absent: deleting, truncating and overwriting.

pub mod codec;
#[doc(hidden)]
pub mod contract;
pub mod copy;
mod event;
pub mod integrity;
mod memory;
mod port;
mod prepare;
mod revision;
mod seals;
mod span;
mod stream;
mod subscriber;

pub use event::{CommandReceipt, EventBatch, EventId, Metadata, NewEvent, RecordedEvent};
pub use integrity::Hash32;
pub use memory::MemoryLog;
pub use port::{AppendError, Appended, Direction, EventLog, Filter, LogDescription, Page, ReadError, StreamFrom};
pub use prepare::{MAX_APPEND_BYTES, MAX_EVENT_BYTES, MAX_EVENTS_PER_APPEND, PreparedEvent, prepare};
pub use revision::{CurrentRevision, ExpectedRevision, Position, Revision};
pub use seals::{SealError, Seals};
pub use span::{SpanId, SpanIdError};
pub use stream::{StreamName, StreamNameError};
pub use subscriber::{History, Subscription, SubscriptionItem, follow};
