//! The log in EventStoreDB or `KurrentDB`, over the `eventstore` client.
//!
//! The server does what it is good at: it keeps streams, counts revisions, refuses appends at a wrong revision and
//! pushes what is new. What the contract of the log asks for beyond that is done here: a client that is replaced when
//! it is broken ([`supervisor`]), appends whose lost answers are found again ([`append`]), reads that never take a
//! fault for the end ([`reading`]), ids that are known across streams ([`ids`]), one subscription for the whole process
//! on a thread of its own ([`tail`], [`feed`]), and an identity by which another database is noticed ([`identity`]).
//!
//! Deliberately absent: links, server-side projections, persistent subscriptions, batch append, and everything that
//! deletes or truncates.

mod append;
mod deadline;
mod feed;
mod follow;
mod heads;
mod identity;
mod ids;
mod log;
mod login;
mod nodelay;
mod place;
mod reading;
mod record;
mod retry;
mod settings;
mod spin;
mod standing;
mod supervisor;
mod tail;
mod trouble;

pub use identity::Identity;
pub use log::{EventStoreLog, OpenError};
pub use login::{Login, LoginError};
pub use settings::{Patience, Settings, SettingsError};
